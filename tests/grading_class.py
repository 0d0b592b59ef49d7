"""A class that hands in exercise 1, and the command that grades it, as an instructor runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from exercise_kit import ROOT
from grading_attacks import ATTACKS, Surroundings, made
from needs import lacking

from shrinkage.grading.outcome import CRASHED, GRADED, NOT_SUBMITTED, UNREADABLE, Outcome
from shrinkage.grading.sandbox import Limits, Sandbox, SandboxError

COMMAND = [sys.executable, "-m", "shrinkage.cli", "grade"]
HANG = 900.0  # seconds: against a hang only
BY_NAME = {attack.name: attack for attack in ATTACKS}
KINDS = (  # of submissions, in turn
    *("the solution", "one answer wrong", "the solution", "a cell that fails"),
    *("a right answer as a list", "patched NumPy assertions", "the exercise as it was handed out"),
    *("malformed JSON", "the check replaced", "the solution", "`os._exit` after the answers"),
    *("built-ins replaced", "a notebook of R", "the check cells deleted", "one answer wrong"),
)
Expected = dict[str, tuple[str, float | None]]
"""By student the status and the points, None where there is no number."""


@dataclass(frozen=True)
class Folder:
    """A class's folder: submissions, the roster, and where the grades go; and what is right.

    Attributes:
        path: holds `submissions/`, `roster.csv`, `grades/`, and `tmp/`, which the command takes
            for the system's folder of temporary files.
        expected: by student the status and the points.
    """

    path: Path
    expected: Expected

    @property
    def submissions(self) -> Path:
        """What was handed in."""
        return self.path / "submissions"

    @property
    def grades(self) -> Path:
        """Where the grades go."""
        return self.path / "grades"

    def command(self, *options: str) -> list[str]:
        """The command that grades the class."""
        where = [str(self.submissions), "--exercise", "01", "--out", str(self.grades)]
        return [*COMMAND, *where, "--roster", str(self.path / "roster.csv"), *options]

    def environment(self) -> dict[str, str]:
        """Variables of the command."""
        (self.path / "tmp").mkdir(exist_ok=True)
        return os.environ | {
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.path / "tmp"),
            "OPENBLAS_NUM_THREADS": "1",
        }

    def begin(self, *options: str) -> subprocess.Popen[str]:
        """Start the command, in a process group of its own as a terminal does."""
        return subprocess.Popen(
            self.command(*options),
            env=self.environment(),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
            # In a shell's background a process is born deaf to it
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def grade(self, *options: str, code: int | None = 0) -> str:
        """Run the command to its end and return what it said."""
        running = self.begin(*options)
        try:
            said, complaint = running.communicate(timeout=HANG)
        finally:
            running.kill()
        assert code is None or running.returncode == code, said + complaint
        assert "Traceback" not in complaint, complaint
        return said + complaint

    def results(self) -> list[Path]:
        """The outcomes' files."""
        return sorted((self.grades / "results").glob("*.json"))

    def outcomes(self) -> dict[str, Outcome]:
        """By student the outcome that is kept."""
        found = [Outcome.from_json(path.read_text()) for path in self.results()]
        return {outcome.student: outcome for outcome in found}

    def got(self) -> Expected:
        """By student the status and the points that are kept."""
        return {student: (o.status, o.points) for student, o in self.outcomes().items()}

    def history(self) -> list[Path]:
        """What was graded before."""
        return sorted((self.grades / "history").rglob("*.json"))

    def left(self) -> list[str]:
        """What is left of runs that have ended: processes, temporary folders."""
        found = [path.name for path in (self.path / "tmp").iterdir()]
        return found + [f"process {pid}" for pid in self.processes()]

    def processes(self) -> list[int]:
        """The processes that were started for this class, by their folder for temporary files."""
        mine = f"{self.path / 'tmp'}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                texts = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:  # it has ended, or is another user's
                continue
            if mine in texts and state != "Z":
                found.append(int(folder.name))
        return found


def a_class(path: Path, size: int = 24) -> Folder:
    """A class of this size, of which two have handed in nothing."""
    there = Surroundings(str(path / "gradebook.csv"), str(path / "other.ipynb"), 9)
    content = {kind: made(BY_NAME[kind].change, there) for kind in KINDS}
    (path / "submissions").mkdir(parents=True)
    expected: Expected = {}
    for number in range(size - 2):
        attack = BY_NAME[KINDS[number % len(KINDS)]]
        student = f"s{number:03}"
        (path / "submissions" / f"{student}.ipynb").write_bytes(content[attack.name])
        points = sum(attack.points) if attack.points is not None else None
        expected[student] = (attack.status, points if attack.status == GRADED else None)
    expected |= {f"s{number:03}": (NOT_SUBMITTED, None) for number in (size - 2, size - 1)}
    (path / "roster.csv").write_text("student\n" + "\n".join(expected) + "\n")
    statuses = {status for status, _ in expected.values()}
    assert size < 17 or statuses == {GRADED, UNREADABLE, CRASHED, NOT_SUBMITTED}
    return Folder(path, expected)


def copy_of(folder: Folder, path: Path) -> Folder:
    """The class in another folder, grades and all."""
    shutil.copytree(folder.path, path, ignore=shutil.ignore_patterns("tmp"))
    return Folder(path, folder.expected)


def until(holds: Callable[[], object], running: subprocess.Popen[str] | None = None) -> None:
    """Wait until something holds; or until the process ends, which is a failure."""
    start = time.monotonic()
    while not holds():
        if running is not None and running.poll() is not None:
            pytest.fail(f"ended too early: {running.communicate()}")
        if time.monotonic() - start > HANG:
            pytest.fail("waited in vain")
        time.sleep(0.02)


@contextmanager
def ending(running: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """End a process whatever happens."""
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def kill(pid: int) -> None:
    """End a process at once."""
    os.kill(pid, signal.SIGKILL)


def needs_sandbox() -> None:
    """Skip the test, or fail it, where there is no sandbox."""
    try:
        Sandbox([], Limits()).close()
    except SandboxError as error:
        lacking(str(error))


def with_answer(notebook: Path, id: str, source: str) -> None:
    """Write another answer into a submission."""
    content = nbformat.read(notebook, as_version=4)
    next(cell for cell in content.cells if cell.id == id).source = source
    nbformat.write(content, notebook)


def held(folder: Folder, seconds: float = 10.0) -> Folder:
    """The class, with one of the last submissions so slow that no run ends before it is met."""
    last = max(student for student, (_, points) in folder.expected.items() if points == 10.0)
    notebook = folder.submissions / f"{last}.ipynb"
    content = nbformat.read(notebook, as_version=4)
    cell = next(cell for cell in content.cells if cell.id == "answer-1")
    cell.source = f"import time\ntime.sleep({seconds})\n{cell.source}"
    nbformat.write(content, notebook)
    return folder


def plain(outcomes: Mapping[str, Outcome]) -> dict[str, dict]:
    """Outcomes without what no two runs have in common."""
    fields = {s: json.loads(outcome.to_json()) for s, outcome in outcomes.items()}
    return {s: f | {"seconds": 0, "graded_at": ""} for s, f in fields.items()}
