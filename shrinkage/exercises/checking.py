"""`check` and `total`, as a notebook calls them."""

import os
import re
import warnings

from IPython.display import display

from shrinkage.exercises.answers import Unreadable
from shrinkage.exercises.card import Card, notice_card, result_card, total_card
from shrinkage.exercises.installed import ExercisesError, exercise_ids, load_exercise
from shrinkage.exercises.language import words
from shrinkage.exercises.result import Result
from shrinkage.exercises.task import Exercise

STRICT = "SMALLN_STRICT"
"""Environment variable under which an incomplete answer raises: for the solutions' own tests."""

_results: dict[str, Result] = {}  # the latest result of each task in this session


class Incomplete(AssertionError):
    """Points are missing although `SMALLN_STRICT` is set."""


class Points(float):
    """The points of a check, as the value of the cell that called it.

    nbgrader takes a cell's score from the text of its value, so the text is the bare number.
    The card above it has said the same in words; where HTML is shown, the number is left out.
    """

    def __repr__(self) -> str:
        return float.__repr__(self)

    def _repr_html_(self) -> str:
        return ""


def check(task_id: str, value: object = ..., *more: object) -> Points:
    """Check an answer, show a card with points and at most two hints, return the points.

    `value` may be anything; what cannot be read earns 0 points and a sentence.
    """
    try:
        exercise = _exercise_of(task_id)
    except ExercisesError as odd:
        return _nothing(words("The exercises cannot be found"), str(odd))
    task = exercise.task(task_id) if exercise else None
    if exercise is None and _is_id(task_id, r"\d\d\.\d+"):
        return _elsewhere(task_id[:2])
    if exercise is None or task is None:
        return _nothing(
            words("There is no task {id}: 0 points", id=_quoted(task_id)),
            _which_tasks(exercise),
        )
    if more:
        value = (value, *more)
    with warnings.catch_warnings():
        # nbgrader gives no points to a cell that writes to stderr
        warnings.simplefilter("ignore")
        try:
            data = exercise.load()
        except ValueError as odd:  # SMALLN_CLINIC is not a seed
            return _nothing(words("{task}: the data cannot be loaded", task=task_id), str(odd))
        try:
            plain = task.answer.plain(value, task.answer.request(data))
        except Unreadable as odd:
            result = task.refuse(odd.found, odd.remedy)
        else:
            result = task.grade(plain, data)
    _results[task.id] = result
    return _show(result_card(result), result.points, result.complete)


def total(exercise_id: str) -> None:
    """Show an exercise's points so far and what is left."""
    try:
        exercise = _exercise_of(exercise_id)
    except ExercisesError as odd:
        _nothing(words("The exercises cannot be found"), str(odd))
        return
    if exercise is None and _is_id(exercise_id, r"\d\d"):
        _elsewhere(exercise_id)
        return
    if exercise is None or exercise_id != exercise.id:
        _nothing(words("There is no exercise {id}", id=_quoted(exercise_id)), _which_exercises())
        return
    complete = all(t.id in _results and _results[t.id].complete for t in exercise.tasks)
    _show(total_card(exercise, _results), 0.0, complete)


def _show(card: Card, points: float, complete: bool) -> Points:
    display(card)
    if not complete and os.environ.get(STRICT):
        raise Incomplete(repr(card))
    return Points(points)


def _nothing(headline: str, text: str) -> Points:
    return _show(notice_card(headline, text), 0.0, complete=False)


def _elsewhere(id: str) -> Points:
    """The card for an exercise that an instructor keeps, and this installation does not have."""
    return _nothing(
        words("Exercise {number} is not part of this installation", number=id),
        words(
            "Your answer is fine to hand in: it is your instructor who can check it. The exercises "
            "that can be checked here are {ids}.",
            ids=", ".join(exercise_ids()),
        ),
    )


def _is_id(id: object, form: str) -> bool:
    return isinstance(id, str) and re.fullmatch(form, id, re.ASCII) is not None


def _exercise_of(id: object) -> Exercise | None:
    try:
        return load_exercise(id[:2]) if isinstance(id, str) and len(id) >= 2 else None
    except KeyError:
        return None


def _which_tasks(exercise: Exercise | None) -> str:
    if exercise is None:
        return words(
            '{exercises} A task is a text, as in `check("01.2", value)`.',
            exercises=_which_exercises(),
        )
    ids = ", ".join(task.id for task in exercise.tasks)
    return words("The tasks of exercise {number} are {ids}.", number=exercise.id, ids=ids)


def _which_exercises() -> str:
    return words("The exercises are {ids}.", ids=", ".join(exercise_ids()))


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return f"'{value[:20]}'"
    return words("of the type {type}", type=type(value).__name__)
