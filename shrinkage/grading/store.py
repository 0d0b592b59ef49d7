"""The folder of an exercise's grades: an outcome is a file, written as it is made.

    grades.json       which exercise the folder belongs to
    results/          an outcome a student, as JSON
    history/          what an outcome was before it was graded again, without the answers
    …                 what `gradebook`, `feedback` and `overview` make of the outcomes

A file is written beside its place, forced to the disk and then renamed, so that whoever stops the
run at any moment finds the old file or the new one. Nothing of an instructor's is ever deleted.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import re
import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import filelock

from shrinkage.grading.outcome import GRADER_ERROR, STATUSES, Outcome
from shrinkage.grading.submissions import student_slug

_MARK, _LOCK, _PART = "grades.json", ".lock", ".shrinkage-part"
_FULL = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "your quota on this disk is used up"}


class StoreError(ValueError):
    """Grades that cannot be kept; the message says what was kept and what to do."""


class Store:
    """The grades of one exercise in one folder, held by one run at a time.

    Use it in a `with` statement; `problems` then has a sentence for each file that was damaged.
    """

    def __init__(self, folder: Path | str, exercise: str) -> None:
        """Open the folder, or make it; raises `StoreError` if it is not one for this exercise."""
        self.folder, self.exercise = Path(folder), exercise
        self.problems: list[str] = []
        self._outcomes: dict[str, Outcome] = {}  # by slug, as the files are
        self._check()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = filelock.FileLock(self.folder / _LOCK)
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            raise StoreError(
                f"Another run is writing to {self.folder}. Wait until it ends, or give this one "
                "another folder with --out."
            ) from None
        except OSError as error:
            raise self._cannot_write(self.folder, error) from None
        try:
            self._check()  # again: another run may have made it its own before the lock was held
            self._load()
        except OSError as error:
            self.close()
            raise self._cannot_write(self.folder, error) from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let another run have the folder."""
        self._lock.release()

    def done(self, student: str, key: str) -> bool:
        """Whether the student's outcome with this key is there; an error of the grader is not."""
        outcome = self.outcome(student)
        return outcome is not None and outcome.key == key and outcome.status != GRADER_ERROR

    def outcome(self, student: str) -> Outcome | None:
        """The student's outcome, if there is one."""
        return self._outcomes.get(student_slug(student))

    def outcomes(self) -> list[Outcome]:
        """All outcomes, in the order of the students' ids."""
        return sorted(self._outcomes.values(), key=lambda outcome: _in_order(outcome.student))

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome in the place of the student's earlier one, which goes to `history/`.

        Raises `StoreError` if it cannot be written; what was kept before is then still there.
        """
        if outcome.exercise != self.exercise:
            raise ValueError(f"an outcome of exercise {outcome.exercise}, not {self.exercise}")
        slug = student_slug(outcome.student)
        earlier = self._outcomes.get(slug)
        if earlier is not None and earlier != outcome:
            self._keep(earlier)
        self.write(f"results/{slug}.json", outcome.to_json())
        self._outcomes[slug] = outcome

    def write(self, name: str, text: str) -> Path:
        """Write a file of the folder in one step; `name` is its path below the folder.

        Raises `StoreError` if it cannot be written; the earlier file is then still there.
        """
        path = self.folder / name
        part = path.with_name(f".{secrets.token_hex(8)}{_PART}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("xb") as file:
                file.write(text.encode("utf-8", "backslashreplace"))  # a lone surrogate in a name
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            _force(path.parent)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise self._cannot_write(path, error) from None
        return path

    def _check(self) -> None:
        """Raise `StoreError` unless the folder is new, empty or holds this exercise's grades."""
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise StoreError(
                f"{self.folder} is a file; expected a folder for the grades, or one that is not "
                "there yet. Give another name with --out."
            )
        mark = self.folder / _MARK
        if not mark.is_file():
            if stranger := _stranger(self.folder):
                raise StoreError(
                    f"{self.folder} holds other things, such as '{stranger}', and no grades that "
                    "this command wrote. Give the name of a new folder with --out."
                )
            return
        try:
            whose = str(json.loads(mark.read_text("utf-8"))["exercise"])
        except (OSError, ValueError, KeyError, TypeError):
            raise StoreError(
                f"{mark} cannot be read, and it says which exercise the folder's grades belong "
                f"to. If they are those of exercise {self.exercise}, write "
                f'{{"exercise": "{self.exercise}"}} into it; otherwise give another folder with '
                "--out."
            ) from None
        if whose != self.exercise:
            raise StoreError(
                f"{self.folder} holds the grades of exercise {whose[:20]}, not of "
                f"{self.exercise}. Give each exercise a folder of its own with --out."
            )

    def _load(self) -> None:
        for part in self.folder.rglob(f".*{_PART}"):  # ours: a run was stopped while it wrote
            part.unlink(missing_ok=True)
        if not (self.folder / _MARK).is_file():
            self.write(_MARK, json.dumps({"exercise": self.exercise}) + "\n")
        for path in sorted((self.folder / "results").glob("*.json")):
            try:
                outcome = Outcome.from_json(path.read_text("utf-8"))
                if wrong := self._wrong(outcome, path):
                    raise ValueError(wrong)
            except OSError as error:
                raise StoreError(
                    f"{path} cannot be read: {error.strerror}. Make it readable, or move it "
                    "elsewhere to have it graded again; then run the same command again."
                ) from None
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
                self._put_aside(path, error)
            else:
                self._outcomes[path.stem] = outcome

    def _wrong(self, outcome: Outcome, path: Path) -> str:
        """Why an outcome is not the one that belongs into this file; empty if it is."""
        if outcome.exercise != self.exercise:
            return f"it is about exercise {outcome.exercise!r}"
        if not isinstance(outcome.student, str) or student_slug(outcome.student) != path.stem:
            return f"it is about the student {outcome.student!r}"
        if outcome.status not in STATUSES:
            return f"its status is {outcome.status!r}"
        points = [n for t in outcome.tasks for n in (t.result.points, t.result.out_of)]
        if not all(isinstance(n, int | float) and math.isfinite(n) for n in points):
            return "its points are not numbers"
        return ""

    def _put_aside(self, path: Path, error: Exception) -> None:
        aside = _free(path.with_name(f"{path.name}.damaged"))
        try:
            path.rename(aside)
        except OSError as trouble:
            raise self._cannot_write(aside, trouble) from None
        why = str(error) if type(error) is ValueError else "it is cut off or was changed"
        self.problems.append(
            f"{path} is no outcome that this command wrote ({why}). It is kept as {aside.name}, "
            "and the submission is graded again."
        )

    def _keep(self, earlier: Outcome) -> None:
        """Write an outcome that is about to be replaced; the same one twice is one file."""
        tasks = tuple(replace(task, answer=None) for task in earlier.tasks)
        text = replace(earlier, tasks=tasks).to_json()
        when = re.sub(r"[^0-9A-Za-z+-]", "", earlier.graded_at)[:40] or "undated"
        digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:8]
        self.write(f"history/{student_slug(earlier.student)}/{when}-{digest}.json", text)

    def _cannot_write(self, path: Path, error: OSError) -> StoreError:
        n = len(self._outcomes)
        kept = f" The outcomes written before, {n} of them, are kept." if n else ""
        if error.errno in _FULL:
            why = _FULL[error.errno]
            remedy = "Make room, then run the same command again; it goes on where this run stopped"
        else:
            why = error.strerror or str(error)
            remedy = "Mend that, then run the same command again"
            if isinstance(error, PermissionError):
                remedy = (
                    "If another program such as Excel has it open, close it there; otherwise see "
                    "to it that you may write in this folder. Then run the same command again"
                )
        return StoreError(f"{path} could not be written: {why}.{kept} {remedy}.")


def _in_order(student: str) -> list[tuple[bool, int, str]]:
    """A key that sorts ids as people do: 's2' before 's10'."""
    parts = re.findall(r"[0-9]+|[^0-9]+", student.casefold())
    key = [(not p.isdigit(), int(p[:100]) if p.isdigit() else 0, p) for p in parts]
    return [*key, (True, 0, student)]


def _stranger(folder: Path) -> str:
    """The first thing in a folder that is not ours; empty if there is none."""
    names = sorted(path.name for path in folder.iterdir())
    return next((name for name in names if name != _LOCK and not name.endswith(_PART)), "")


def _free(path: Path) -> Path:
    """The path, or it with a number where there is such a file already."""
    candidates = (path.with_name(f"{path.name}-{n}") for n in range(2, 10_000))
    return path if not path.exists() else next(p for p in candidates if not p.exists())


def _force(folder: Path) -> None:
    """Have a rename survive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
