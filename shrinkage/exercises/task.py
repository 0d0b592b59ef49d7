"""What a task is, and how an answer becomes points.

Everything here is pure: a task knows neither the notebook nor the student's objects.
`Task.grade` takes plain data (see `answers`) and the clinic's data, and returns a `Result`; the
truth is computed from the data, so a task holds for any clinic.
"""

import math
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import (
    UNFINISHED,
    Chosen,
    Labelled,
    Matched,
    Plain,
    Reading,
    Unreadable,
)
from shrinkage.exercises.comparison import Formula, Tolerance, Values, agrees
from shrinkage.exercises.diagnosis import MOST, Expected, Finding, diagnose
from shrinkage.exercises.language import words
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.result import Hint, Result

ERRORS = 4.5
"""Monte Carlo standard errors that a right number may be off: fewer than one in 100,000 is more."""

KEPT = 4
"""Clinics of which a task keeps what it has computed."""


@dataclass(frozen=True)
class Part:
    """A share of a task's points: for some of the truth's values, or for what the answer achieves.

    Attributes:
        points: what the part earns when all of its values are right.
        what: a phrase that names it on the card.
        where: which values it covers: labels of rows or columns of the truth, where 'alpha' is also
            each 'alpha[A]'; a formula, True and False with the labels of the truth, where that
            depends on the data; all values if it is None.
        holds: instead of `where`, whether the answer, in the shape of the truth, achieves what is
            asked in the exercise's data; any answer that does is right.
        alone: False if it earns only beside another part that is right, because an empty
            answer would get it right too. Nor does a typical mistake earn anything for it then.
    """

    points: float
    what: str
    where: Hashable | tuple[Hashable, ...] | Formula = None
    alone: bool = True
    holds: Callable[[Any, Any], bool] | None = None

    def __post_init__(self) -> None:
        if self.where is not None and self.holds is not None:
            raise ValueError(f"the part '{self.what}' has both `where` and `holds`")

    def covers(self, truth: Values, data: Any) -> np.ndarray:
        """True at the values it covers, in the shape of the truth."""
        if self.where is None:
            return np.full(truth.shape, True)
        if callable(self.where):
            return cast("Formula", self.where)(data).to_numpy()
        labels = self.where if isinstance(self.where, tuple) else (self.where,)
        base = truth.index.astype(str).str.split("[").str[0]
        columns = truth.columns if isinstance(truth, pd.DataFrame) else pd.Index([])
        if unknown := [x for x in labels if x not in {*truth.index, *base, *columns}]:
            raise ValueError(f"the part '{self.what}' is about {unknown}, which no label is")
        covered = truth.index.isin(labels) | base.isin(labels)
        return covered if truth.ndim == 1 else covered[:, None] | columns.isin(labels)


@dataclass(frozen=True, kw_only=True)
class Task:
    """One question of an exercise: what it asks, how it is checked, what it says.

    Attributes:
        id: exercise and number, as in '01.2'.
        title: a few words.
        points: what a right answer earns; the parts add up to it.
        variable: the name under which a student keeps the answer.
        asks: what the answer is, a phrase.
        answer: the kind of answer.
        tolerance: how far a right value may be off, in the answer's own unit; a formula where that
            differs from value to value.
        truth: the right answer from the data, with labels.
        also: a second right answer, accepted for each label whose values all agree with it; NaN
            where a label has none.
        one_draw: the standard deviation of one draw of each value, where the exact values can also
            be simulated (see `simulated`); an answer from too few draws is told how many it takes.
        a_part: from the data to a part of them, where costly mistakes are looked for first: some of
            the rows of the truth depend on no other part.
        parts: what earns which points.
        mistakes: typical wrong answers, the first that fits is named.
        hint: for all other wrong answers.
        lesson: what a right answer shows, for any clinic.
    """

    id: str
    title: str
    points: float
    variable: str
    asks: str
    answer: Labelled
    tolerance: Tolerance
    truth: Formula
    also: Formula | None = None
    one_draw: Formula | None = None
    a_part: Callable[[Any], Any] | None = None
    parts: tuple[Part, ...]
    mistakes: tuple[Mistake, ...]
    hint: str
    lesson: str

    def __post_init__(self) -> None:
        if sum(part.points for part in self.parts) != self.points:
            raise ValueError(f"the parts of task {self.id} do not add up to {self.points} points")

    @np.errstate(all="ignore")  # no patients, no failures: divisions by zero are answered by NaN
    def grade(self, plain: Plain, data: Any) -> Result:
        """The result for an answer in plain data; never raises for an answer."""
        expected = self.expected(data)
        truth = expected.truth
        try:
            if plain == UNFINISHED:
                return self._unfinished(words("the unfinished `...`"))
            reading = self.answer.read(plain, truth)
            if not reading.given.any():
                return self._unfinished(words("nothing finished yet"))
            if np.isnan(reading.values).all() and truth.notna().to_numpy().any():
                raise Unreadable(
                    "missing values (None or NaN) only",
                    "Look at what your cell computes: labels that do not match give NaN.",
                )
        except Unreadable as odd:
            return self.refuse(odd.found, odd.remedy)
        return self.judge(reading, expected)

    def expected(self, data: Any) -> Expected:
        """What follows from the data alone; kept, for the next answer about the same data."""
        for known in self._expected:
            if known.data is data:
                return known
        self._expected.append(Expected(self, data))
        return self._expected[-1]

    @cached_property
    def _expected(self) -> deque[Expected]:
        return deque(maxlen=KEPT)

    @np.errstate(all="ignore")
    def judge(self, reading: Reading, expected: Expected) -> Result:
        """The result for an answer that has been read."""
        truth, data, within = expected.truth, expected.data, expected.within
        right = agrees(reading, truth, within)
        if self.also is not None:
            also = self.also(data)
            same = agrees(reading, also, within) & also.notna().to_numpy()
            right |= same.all(axis=tuple(range(1, same.ndim)), keepdims=True)

        answer = truth.astype(float)
        answer[:] = reading.values
        agree = [
            p
            for p in self.parts
            if (p.holds(answer, data) if p.holds else right[p.covers(truth, data)].all())
        ]
        firm = any(part.alone for part in agree)
        done = [part for part in agree if part.alone or firm]
        if len(done) == len(self.parts):
            return self._result(self.points, right=_named(done), lesson=self.lesson)

        found = diagnose(expected, reading, right)
        missed = [part for part in self.parts if part not in done]
        credit = self._credit(found, [p for p in missed if p.alone or firm], truth, data)
        return self._result(
            sum(part.points for part in done) + sum(credit.values()),
            right=_named(done),
            in_part=_named(part for part in missed if part in credit),
            not_yet=tuple(
                words("{what} (counts once another part is right)", what=part.what)
                if part in agree
                else part.what
                for part in missed
                if part not in credit
            ),
            hints=self._hints(found, reading, right, missed, truth),
        )

    def _hints(
        self,
        found: list[Finding],
        reading: Reading,
        right: np.ndarray,
        missed: list[Part],
        truth: Values,
    ) -> tuple[Hint, ...]:
        """Those of the findings, and the task's own for wrong values that they do not explain."""
        hints = [hint for finding in found for hint in finding.hints]
        left = ~right & (reading.given if found else True)
        for finding in found:
            left = left & ~finding.places
        if (left.any() or not found) and len(hints) < MOST:
            tells = not self._told_by_labels and not all(part.holds for part in missed)
            if len(truth) > 1 and left.any() and tells:
                where = self.answer.where(left, truth)
                look = words("Look again at {where}. {hint}", where=where, hint=self.hint)
                hints.append(Hint(look))
            else:
                hints.append(Hint(self.hint))
        return tuple(hints[:MOST])

    @property
    def _told_by_labels(self) -> bool:
        """Whether the wrong labels are the answer: of two words for a label, the other is right."""
        answer = self.answer
        return isinstance(answer, Chosen) or (
            isinstance(answer, Matched) and len(answer.options) == 2
        )

    def refuse(self, found: str, remedy: str) -> Result:
        """The result for an answer that is not of the kind asked for."""
        expected = words(
            "`{variable}`, {asks}: {form}",
            variable=self.variable,
            asks=self.asks,
            form=self.answer.form,
        )
        return self._result(
            0.0,
            expected=expected,
            found=found,
            hints=(Hint(remedy),) if remedy else (),
            not_yet=_named(self.parts),
        )

    def _unfinished(self, found: str) -> Result:
        """The result where there is no answer yet."""
        start = words(
            "Write `{variable}` in the cell above, run that cell, then run this one again.",
            variable=self.variable,
        )
        return replace(self.refuse(found, start), unfinished=True)

    def _result(self, points: float, **rest: Any) -> Result:
        return Result(self.id, self.title, float(points), float(self.points), **rest)

    def _credit(
        self, found: list[Finding], missed: list[Part], truth: Values, data: Any
    ) -> dict[Part, float]:
        """Points for mistakes, in quarters: a share of the missed parts that one alone explains."""
        credit: dict[Part, float] = {}
        for finding in found:
            parts = [p for p in missed if p.holds or (p.covers(truth, data) & finding.places).any()]
            at_stake = sum(part.points for part in parts)
            if points := math.floor(4 * finding.credit * at_stake) / 4:
                credit |= {part: points * part.points / at_stake for part in parts}
        return credit


def _named(parts: Iterable[Part]) -> tuple[str, ...]:
    return tuple(part.what for part in parts)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """The tasks that follow one chapter, and the data they are about.

    `load` calls the same loaders as the notebook, so truth and answer see the same clinic.
    """

    id: str
    title: str
    minutes: int
    load: Callable[[], Any]
    tasks: tuple[Task, ...]

    @property
    def points(self) -> float:
        """What all tasks together earn."""
        return sum(task.points for task in self.tasks)

    def task(self, id: str) -> Task | None:
        """The task with this id, if there is one."""
        return next((task for task in self.tasks if task.id == id), None)
