"""What grading one submission came to, as plain values that a file can keep."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from shrinkage.exercises.answers import Plain
from shrinkage.exercises.language import Words, words
from shrinkage.exercises.result import Hint, Result

GRADED, UNREADABLE, TIMED_OUT, OUT_OF_MEMORY, CRASHED, NOT_SUBMITTED, GRADER_ERROR = STATUSES = (
    "graded",
    "unreadable",
    "timed out",
    "out of memory",
    "crashed",
    "not submitted",
    "grader error",
)
"""How a submission ends. Only `GRADED` comes with a number: the others want a human."""


@dataclass(frozen=True)
class Answer:
    """What a check was given, as it left the sandbox: plain data, or why there is none.

    `found` and `remedy` are set where the value is of another kind than the task asks for.
    """

    plain: Plain = None
    found: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class TaskOutcome:
    """One task of a submission.

    Attributes:
        result: points, hints and lesson, as the practice check gives them.
        answer: what was handed in, kept so that the task can be judged again without running
            anything; None if nothing was.
        reason: a sentence on why nothing was handed in, or what else the student should know
            about this task's points; empty for an ordinary answer.
        follows: the ids of tasks whose right answers stood in for the student's; see
            `follow_through`.
    """

    result: Result
    answer: Answer | None = None
    reason: str = ""
    follows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flag:
    """A line for a human to look at; it costs no points.

    `cell` counts the notebook's cells from 1, `line` the cell's lines from 1.
    """

    cell: int
    line: int
    code: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One student's submission of one exercise.

    Attributes:
        student: the student's id.
        exercise: '01', '02', …
        status: one of `STATUSES`.
        reason: a sentence for the student where it is not graded, and what to do about it.
        tasks: in the exercise's order; empty where nothing ran.
        notes: sentences for the student about the submission as a whole.
        flags: lines for a human to look at.
        file: the name of the file that was graded; empty if there was none.
        late: whether the platform marked it as late, which costs no points here.
        key: a digest of all that the outcome depends on; a submission with the same one need not
            be graded again.
        clinic: a word for the clinic that it was graded on; the seed is not in it.
        sandboxed: False if it ran without the sandbox.
        seconds: wall-clock time that grading it took.
        graded_at: when, ISO 8601 with the zone.
    """

    student: str
    exercise: str
    status: str
    reason: str = ""
    tasks: tuple[TaskOutcome, ...] = ()
    notes: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    file: str = ""
    late: bool = False
    key: str = ""
    clinic: str = ""
    sandboxed: bool = True
    seconds: float = field(default=0.0, compare=False)
    graded_at: str = field(default="", compare=False)

    @property
    def points(self) -> float | None:
        """The points of all tasks; None unless it is graded."""
        if self.status != GRADED:
            return None
        return sum(task.result.points for task in self.tasks)

    def to_json(self) -> str:
        """The outcome as a JSON text; sentences with gaps stay translatable."""
        return json.dumps(_packed(asdict(self)), indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The outcome of a text; raises ValueError, KeyError or TypeError if it is not one."""
        raw: dict[str, Any] = _unpacked(json.loads(text))
        tasks = tuple(
            TaskOutcome(
                Result(
                    **task["result"]
                    | {k: tuple(v) for k, v in task["result"].items() if isinstance(v, list)}
                    | {"hints": tuple(Hint(**hint) for hint in task["result"]["hints"])}
                ),
                None if task["answer"] is None else Answer(**task["answer"]),
                task["reason"],
                tuple(task.get("follows", ())),
            )
            for task in raw["tasks"]
        )
        flags = tuple(Flag(**flag) for flag in raw["flags"])
        parts: dict[str, Any] = {"tasks": tasks, "flags": flags, "notes": tuple(raw["notes"])}
        return cls(**raw | parts)


def _packed(value: Any) -> Any:
    """Plain data in which a sentence with gaps is its template and what fills them."""
    if isinstance(value, Words):
        return {"words": value.template, "fields": _packed(value.fields)}
    if isinstance(value, dict):
        return {key: _packed(part) for key, part in value.items()}
    return [_packed(part) for part in value] if isinstance(value, list | tuple) else value


def _unpacked(value: Any) -> Any:
    """The reverse of `_packed`; what a student handed in is `plain` and holds no sentences."""
    if isinstance(value, list):
        return [_unpacked(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"words", "fields"}:
        return words(value["words"], **_unpacked(value["fields"]))
    return {key: part if key == "plain" else _unpacked(part) for key, part in value.items()}
