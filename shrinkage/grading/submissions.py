"""Which file is whose: a folder of submissions, as people and their LMS make it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one exercise.

    Attributes:
        student: the student's id.
        file: the file's name below the folder of submissions; empty if there is none.
        content: the notebook's bytes; None where there is a `problem`.
        problem: a sentence on why it cannot be read, and what to do.
        notes: sentences for the student, such as which of two files was taken.
    """

    student: str
    file: str = ""
    content: bytes | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
