"""Why a task has no answer, or a notebook no grade: sentences for the student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shrinkage.exercises.language import words
from shrinkage.exercises.task import Exercise
from shrinkage.grading.conversation import FLOOD
from shrinkage.grading.outcome import OUT_OF_MEMORY, TIMED_OUT
from shrinkage.grading.sandbox import Limits
from shrinkage.grading.script import Step

MOST_CODE = 60  # characters of a line that a sentence quotes


def by_task(
    exercise: Exercise,
    steps: Sequence[Step],
    errors: Mapping[int, Mapping[str, Any]],
    stops: Mapping[int, str],
    limits: Limits,
) -> dict[str, str]:
    """By task the first thing that went wrong in its cells.

    `errors` and `stops` say by the number of a step what its error was and why it was stopped. A
    cell that belongs to no task is every task's.
    """
    reasons: dict[str, str] = {}
    for number, step in enumerate(steps):
        if number in stops:
            said = stopped(step, stops[number], limits)
        elif number in errors:
            said = failed(step, errors[number])
        else:
            continue
        for task in [step.task] if step.task else [task.id for task in exercise.tasks]:
            reasons.setdefault(task, said)
    return reasons


def stopped(step: Step | None, why: str, limits: Limits) -> str:
    """That a step was stopped, and where to look; None is the notebook as a whole."""
    cell = _named(step)
    if why == TIMED_OUT:
        return words(
            "{cell} was stopped after {seconds} seconds, and everything else was graded without "
            "it. Look for a loop that does not end, or for more draws than the task needs.",
            cell=cell,
            seconds=f"{limits.cell_seconds:.0f}",
        )
    if why == OUT_OF_MEMORY:
        return words(
            "{cell} was stopped because it took more than {memory} MB of memory, and everything "
            "else was graded without it. Look for an array that grows, or is far larger than the "
            "data.",
            cell=cell,
            memory=f"{limits.memory / 2**20:,.0f}",
        )
    if why == FLOOD:
        return words(
            "{cell} was stopped because it started or sent more than any answer needs (processes, "
            "threads, messages), and everything else was graded without it.",
            cell=cell,
        )
    return words(
        "{cell} ended the Python process (as `os._exit` does, or a library that crashes), and "
        "everything else was graded without it. Restart the kernel and run all cells to see it.",
        cell=cell,
    )


def failed(step: Step, error: Mapping[str, Any]) -> str:
    """That a step raised an error, with its line, which is what a student finds it by."""
    said = f"{error['type']}: {error['text']}".removesuffix(": ").replace("`", "'")
    lines = step.source.splitlines()
    if step.kind == "written" and error["line"] and error["line"] <= len(lines):
        code = _quoted(lines[error["line"] - 1].strip())
        return words("The line `{code}` stopped with `{error}`.", code=code, error=said)
    return words("{cell} stopped with `{error}`.", cell=_named(step), error=said)


def _named(step: Step | None) -> str:
    if step is None:
        return words("The notebook")
    if step.kind == "check":
        return words("Your answer to task {task}", task=step.task)
    if not step.cell:
        return words("A given cell")
    lines = [line.strip() for line in step.source.splitlines()]
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return words("The cell that begins `{code}`", code=_quoted(first))


def _quoted(code: str) -> str:
    """A line of code, short enough for a sentence."""
    code = code.replace("`", "'")
    return code if len(code) <= MOST_CODE else f"{code[:MOST_CODE]}…"
