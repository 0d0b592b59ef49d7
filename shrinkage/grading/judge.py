"""From the answers that left a sandbox to points: here, where no student's code runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from shrinkage.data.another import VARIABLE
from shrinkage.exercises.answers import UNFINISHED, Density, Draws, Function, Picture
from shrinkage.exercises.language import words
from shrinkage.exercises.result import Hint, Result
from shrinkage.exercises.task import Exercise, Task
from shrinkage.grading.outcome import Answer, TaskOutcome

TYPED = words(
    "These are right for the clinic that your notebook is about, and wrong for the one that was "
    "graded. Let the cell compute them from the data, so that they follow when the data change."
)
AFTER_ONE = words(
    "A cell of an earlier task failed or was stopped too, and this one may need what it makes."
)
MISSING = words(
    "No cell that was run makes this name: one may have been deleted after it was run. Restarting "
    "the kernel and running all cells shows it."
)
_one_clinic = threading.RLock()  # the environment is the whole process's, threads or not
COMPUTED = (Density, Draws, Function, Picture)  # nothing that somebody could type in


@contextmanager
def clinic(seed: int | None) -> Generator[None]:
    """The loaders serve this clinic, None for the published one; to one thread at a time."""
    with _one_clinic:
        before = os.environ.pop(VARIABLE, None)
        if seed is not None:
            os.environ[VARIABLE] = str(seed)
        try:
            yield
        finally:
            os.environ.pop(VARIABLE, None)
            if before is not None:
                os.environ[VARIABLE] = before


@lru_cache(maxsize=64)
def data_of(load: Callable[[], Any], seed: int | None) -> Any:
    """What an exercise loads for a clinic; once for all submissions, and with it what is cached."""
    with clinic(seed):
        return load()


def judge(task: Task, answer: Answer | None, reason: str, data: Any, after_one: bool) -> Result:
    """The result of one task, as the practice check would give it for these data.

    `reason` is why nothing was handed in, or what went wrong: then the card says that, and not that
    the answer is unfinished. `after_one` is whether an earlier task `failed` too.
    """
    if answer is None:
        result = task.grade(UNFINISHED, data)
    elif answer.found:
        result = task.refuse(answer.found, answer.remedy)
    else:
        result = task.grade(answer.plain, data)
    if reason == TYPED and not result.points:
        return replace(result, hints=(Hint(TYPED),))
    if reason and result.found:
        remedy = AFTER_ONE if after_one else MISSING
        return task.refuse(reason, remedy if "NameError" in reason else "")
    return result


def failed(outcomes: Iterable[TaskOutcome]) -> bool:
    """Whether a cell of one of these tasks failed or was stopped."""
    return any(o.reason and o.reason != TYPED and not o.follows for o in outcomes)


def typed_in(task: Task, answer: Answer, result: Result, handed_out: Callable[[], Any]) -> bool:
    """Whether an answer is wrong for the graded clinic and all right for the student's own."""
    if result.points or answer.found or isinstance(task.answer, COMPUTED):
        return False
    return task.grade(answer.plain, handed_out()).complete


def judged(
    exercise: Exercise,
    answers: Mapping[str, Answer],
    reasons: Mapping[str, str],
    seed: int,
    seen: int | None,
) -> tuple[TaskOutcome, ...]:
    """All tasks of a submission.

    Parameters
    ----------
    exercise
        The exercise.
    answers
        By the id of a task what was handed in for it.
    reasons
        By the id of a task a sentence on why nothing was handed in, or what went wrong.
    seed
        The clinic that was graded.
    seen
        The clinic that the student has seen, None for the published one.
    """
    data = data_of(exercise.load, seed)
    outcomes: list[TaskOutcome] = []
    for task in exercise.tasks:
        answer, reason = answers.get(task.id), reasons.get(task.id, "")
        result = judge(task, answer, reason, data, failed(outcomes))
        if answer and typed_in(task, answer, result, lambda: data_of(exercise.load, seen)):
            reason = TYPED
            result = judge(task, answer, reason, data, after_one=False)
        outcomes.append(TaskOutcome(result, answer, reason))
    return tuple(outcomes)


def followed_through(
    exercise: Exercise,
    outcome: TaskOutcome,
    answer: Answer | None,
    follows: tuple[str, ...],
    seed: int,
) -> TaskOutcome:
    """A task's outcome by the answer that came about with right ones to the tasks it follows.

    The outcome stays as it is where that answer is none, or earns less.
    """
    task = exercise.task(outcome.result.task)
    if task is None or answer is None:
        return outcome
    result = judge(task, answer, "", data_of(exercise.load, seed), after_one=False)
    if result.found or result.points < outcome.result.points or result == outcome.result:
        return outcome
    reason = words(
        "This builds on task {tasks}. It was judged with a right answer there in place of yours, "
        "so what went wrong there costs no points here.",
        tasks=", ".join(follows),
    )
    return TaskOutcome(result, answer, reason, follows)
