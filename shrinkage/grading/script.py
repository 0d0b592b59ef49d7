"""What of a submission runs, in which order: its code cells between the exercise's locked ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Step:
    """One cell to run, or one value to ask for.

    Attributes:
        kind: 'given' is a locked cell of the exercise, 'written' a cell of the student's, 'check'
            asks for the value of `source`, an expression, on behalf of a task.
        source: code.
        cell: the cell's number in the submission, from 1; 0 where it is not in it.
        task: the id of the task that it is the check of, or the answer to; else empty.
    """

    kind: Literal["given", "written", "check"]
    source: str
    cell: int
    task: str = ""


@dataclass(frozen=True)
class Script:
    """A submission, ready to run.

    Attributes:
        steps: in the order in which they run; each task has one check or more, the last of them at
            the end.
        notes: sentences for the student: a locked cell was changed, a check deleted.
        clinic: the sealed clinic that the notebook was handed out with; empty if it has none.
    """

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    clinic: str = ""
