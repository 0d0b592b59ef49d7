"""A notebook for each student of a class: the released exercise, about a clinic of their own.

It is what `shrinkage release` makes for everybody, with one locked cell more, which names the
clinic by a code. When a class has grown or an exercise was mended, handing out again writes what is
new; a notebook with somebody's work in it is never written over unasked.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from shrinkage.data.another import sealed
from shrinkage.exercises.release import make_exercise, solutions_in
from shrinkage.grading.clinics import By, clinic_of, open_secret
from shrinkage.grading.roster import Student
from shrinkage.grading.submissions import student_slug

CELL = "clinic"
"""The id of the cell that names a student's clinic."""

SOURCE = """\
from shrinkage.data import use_clinic

# Your clinic; answers are graded on another one, so let your code compute them
use_clinic("{code}")"""

STAMP = "handed_out"
"""In a notebook's metadata, a digest of its cells as they were handed out."""


class HandoutError(ValueError):
    """Notebooks that cannot be handed out; the message says why and what to do."""


@dataclass(frozen=True)
class Handout:
    """What handing out came to.

    Attributes:
        written: notebooks that are new, or that nobody had worked in and that had to change.
        kept: notebooks that should have changed, and hold work; they were left as they are.
        same: how many are up to date, with or without work in them.
    """

    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    same: int


def hand_out(
    source: Path,
    target: Path,
    roster: Sequence[Student],
    secret: Path,
    *,
    exercises: Collection[str] = (),
    by: By = "student",
    force: bool = False,
) -> Handout:
    """Write `target`/STUDENT/NN_….ipynb for each student of the roster and each exercise.

    `secret` is the file that all clinics follow from, made at first use. `exercises` are ids such
    as '05', all in `source` if there are none. By 'group', students of one group share a clinic,
    and one without a group has their own. With `force`, a notebook that has to change is written
    over even if it holds work.

    Raises `ReleaseError` if a solution is not sound, `SecretError` for a secret that cannot be had,
    and `HandoutError` for an exercise that is not there, a roster without groups, or a notebook
    that cannot be written; what was written before stands, and handing out again goes on from
    there.
    """
    solutions = _chosen(solutions_in(source), exercises)
    if by == "group" and not any(student.group for student in roster):
        raise HandoutError(
            "--by group: expected a roster with a column 'group', found none that is filled in. "
            "Add the column, or leave --by away for a clinic a student."
        )
    folders = _folders(target, roster)
    made = [nbformat.reads(make_exercise(solution), as_version=4) for solution in solutions]
    opened = open_secret(secret, outside=target)  # once nothing but the disk can refuse any more
    written, kept, same = [], [], 0
    for solution, notebook in zip(solutions, map(_with_cell, made), strict=True):
        for student in roster:
            text = _personal(notebook, sealed(clinic_of(student, opened, solution.name[:2], by)))
            path = folders[student.student] / solution.name
            match _standing(path, notebook.metadata[STAMP]):
                case "current":
                    same += 1
                case "worked in" if not force:
                    kept.append(path)
                case _:
                    _write(path, text)
                    written.append(path)
    return Handout(tuple(written), tuple(kept), same)


def _chosen(solutions: Sequence[Path], exercises: Collection[str]) -> list[Path]:
    there = {solution.name[:2]: solution for solution in solutions}
    wanted = [id.zfill(2) for id in exercises] or [*there]
    if unknown := sorted(set(wanted) - set(there)):
        raise HandoutError(
            f"--exercise {unknown[0]}: expected one of {', '.join(there)}, the solutions in "
            f"{solutions[0].parent}, found none of this number."
        )
    return [there[id] for id in sorted({*wanted})]


def _folders(target: Path, roster: Sequence[Student]) -> dict[str, Path]:
    """Each student's folder, by the student's id: one name below the target, and no link."""
    folders = {student.student: target / student_slug(student.student) for student in roster}
    for folder in folders.values():
        if folder.is_symlink():
            raise HandoutError(
                f"{folder}: expected a folder, found a link to another place. Delete the link."
            )
    names = Counter(str(folder).casefold() for folder in folders.values())
    if twice := [id for id, folder in folders.items() if names[str(folder).casefold()] > 1]:
        raise HandoutError(
            f"The students {' and '.join(map(repr, twice))} would share a folder. "
            "Change one of the ids in the roster."
        )
    return folders


def _with_cell(notebook: NotebookNode) -> NotebookNode:
    """The exercise with the cell of the clinic before its first code, without a clinic yet.

    Jupyter keeps it as it is. It has no metadata of nbgrader's, which refuses to grade a notebook
    with a cell that its own source of the exercise lacks.
    """
    cell = nbformat.v4.new_code_cell(id=CELL, metadata={"deletable": False, "editable": False})
    kinds = [cell.cell_type for cell in notebook.cells]
    notebook.cells.insert(kinds.index("code"), cell)
    return notebook


def _personal(notebook: NotebookNode, code: str) -> str:
    """The text of the notebook with this code; it is stamped in place."""
    next(cell for cell in notebook.cells if cell.id == CELL).source = SOURCE.format(code=code)
    notebook.metadata[STAMP] = _digest(notebook)
    return nbformat.writes(notebook) + "\n"


def _digest(notebook: dict) -> str:
    """A digest of what is written in the cells, whether or not they were run."""
    cells = [
        (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("nbgrader"))
        for cell in notebook["cells"]
    ]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:16]


def _standing(path: Path, stamp: str) -> str:
    """What stands at a path: 'nothing', the 'current' notebook, an 'old' or a 'worked in' one."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
        begun_with, digest = notebook["metadata"][STAMP], _digest(notebook)
    except FileNotFoundError:
        return "nothing"
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "worked in"  # not as it was written: somebody's
    if begun_with == stamp:
        return "current"
    return "old" if begun_with == digest else "worked in"


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)  # of a run that was stopped
        with new.open("x", encoding="utf-8") as file:
            file.write(text)
        new.replace(path)
    except OSError as error:
        raise HandoutError(
            f"{path}: cannot be written ({error.strerror}). Once that is mended, run the same "
            "command again: it goes on from here."
        ) from None
