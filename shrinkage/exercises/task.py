"""What a task is, and how an answer becomes points.

Everything here is pure: a task knows neither the notebook nor the student's objects.
`Task.grade` takes plain data (see `answers`) and the clinic's data, and returns a `Result`; the
truth is computed from the data, so a task holds for any clinic.
"""

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import UNFINISHED, Labelled, Plain, Reading, Unreadable
from shrinkage.exercises.language import words

Formula = Callable[[Any], pd.Series | pd.DataFrame]
"""From the exercise's data to values with the labels of the truth."""

ERRORS = 4.5
"""Monte Carlo standard errors that a right number may be off: fewer than one in 100,000 is more."""


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
            answer would get it right too.
    """

    points: float
    what: str
    where: Hashable | tuple[Hashable, ...] | Formula = None
    alone: bool = True
    holds: Callable[[Any, Any], bool] | None = None

    def __post_init__(self) -> None:
        if self.where is not None and self.holds is not None:
            raise ValueError(f"the part '{self.what}' has both `where` and `holds`")

    def covers(self, truth: pd.Series | pd.DataFrame, data: Any) -> np.ndarray:
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


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer, recognised by its values or by what it leaves out.

    Attributes:
        name: what was done, a phrase that follows 'It looks as if you '.
        hint: where to look, without the number asked for.
        gives: the values this mistake leads to; NaN where it has no say.
        leaves_out: the labels without any value, where all others are right.
        credit: the share of the points at stake that it earns although wrong, at most a half.
        tolerance: how far its values may be off; the task's tolerance unless they are on another
            scale.
    """

    name: str
    hint: str
    gives: Formula | None = None
    leaves_out: Formula | None = None
    credit: float = 0.0
    tolerance: float | Formula | None = None


@dataclass(frozen=True)
class Result:
    """What a check found: points, what is right, what is not, and one hint.

    `found` is set where the answer could not be read at all; `mistake` where a typical one was
    recognised.
    """

    task: str
    title: str
    points: float
    out_of: float
    right: tuple[str, ...] = ()
    not_yet: tuple[str, ...] = ()
    expected: str = ""
    found: str = ""
    mistake: str = ""
    hint: str = ""
    lesson: str = ""

    @property
    def complete(self) -> bool:
        """Whether all points are earned."""
        return self.points == self.out_of


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
        also: another answer that is right as well for a whole label; NaN where there is none.
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
    tolerance: float | Formula
    truth: Formula
    also: Formula | None = None
    parts: tuple[Part, ...]
    mistakes: tuple[Mistake, ...]
    hint: str
    lesson: str

    def __post_init__(self) -> None:
        if sum(part.points for part in self.parts) != self.points:
            raise ValueError(f"the parts of task {self.id} do not add up to {self.points} points")
        if any(mistake.credit > 0.5 for mistake in self.mistakes):
            raise ValueError(f"a mistake of task {self.id} earns more than half")

    @np.errstate(all="ignore")  # no patients, no failures: divisions by zero are answered by NaN
    def grade(self, plain: Plain, data: Any) -> Result:
        """The result for an answer in plain data; never raises for an answer."""
        truth = self.truth(data)
        try:
            if plain == UNFINISHED:
                raise Unreadable("the unfinished `...`", self._start())
            reading = self.answer.read(plain, truth)
            if not reading.given.any():
                raise Unreadable("nothing finished yet", self._start())
            if np.isnan(reading.values).all() and truth.notna().to_numpy().any():
                raise Unreadable(
                    "missing values (None or NaN) only",
                    "Look at what the cell above computes: labels that do not match give NaN.",
                )
        except Unreadable as odd:
            return self.refuse(odd.found, odd.remedy)
        return self.judge(reading, truth, data)

    @np.errstate(all="ignore")
    def judge(self, reading: Reading, truth: pd.Series | pd.DataFrame, data: Any) -> Result:
        """The result for an answer that has been read, against `truth(data)`."""
        right = self._agrees(reading, truth, data)
        if self.also is not None:
            also = self.also(data)
            agrees = self._agrees(reading, also, data) & also.notna().to_numpy()
            right |= agrees.all(axis=tuple(range(1, agrees.ndim)), keepdims=True)

        answer = truth.astype(float)
        answer[:] = reading.values
        agree = [
            p
            for p in self.parts
            if (p.holds(answer, data) if p.holds else right[p.covers(truth, data)].all())
        ]
        firm = any(part.alone for part in agree)
        done = [part for part in agree if part.alone or firm]
        points = sum(part.points for part in done)
        result = {
            "right": tuple(part.what for part in done),
            "not_yet": tuple(part.what for part in self.parts if part not in agree),
        }
        if len(done) == len(self.parts):
            return self._result(self.points, lesson=self.lesson, **result)
        for mistake in self.mistakes:
            if self._made(mistake, reading, right, data):
                points += self._credit(mistake, done, truth, data)
                return self._result(points, mistake=mistake.name, hint=mistake.hint, **result)
        off = truth.index[~right.reshape(len(truth), -1).all(axis=1)]
        noted = [reading.notes[label] for label in off if label in reading.notes]
        if noted:
            return self._result(points, hint=noted[0], **result)
        if len(truth) > 1 and not all(part.holds for part in self.parts if part not in done):
            look = words(
                "Look again at {labels}. {hint}", labels=self.answer.say(off), hint=self.hint
            )
            return self._result(points, hint=look, **result)
        return self._result(points, hint=self.hint, **result)

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
            hint=remedy,
            not_yet=tuple(part.what for part in self.parts),
        )

    def _result(self, points: float, **rest: Any) -> Result:
        return Result(self.id, self.title, float(points), float(self.points), **rest)

    def _start(self) -> str:
        return words(
            "Write `{variable}` in the cell above, run that cell, then run this one again.",
            variable=self.variable,
        )

    def _agrees(
        self,
        reading: Reading,
        values: pd.Series | pd.DataFrame,
        data: Any,
        tolerance: float | Formula | None = None,
    ) -> np.ndarray:
        wanted = values.to_numpy(float)
        within = self.tolerance if tolerance is None else tolerance
        if callable(within):
            within = cast("Formula", within)(data).to_numpy(float)
        near = np.abs(reading.values - wanted) <= within + reading.margin
        same = reading.values == wanted  # infinities
        missing = np.isnan(reading.values) & np.isnan(wanted)
        return reading.given & (near | same | missing)

    def _made(self, mistake: Mistake, reading: Reading, right: np.ndarray, data: Any) -> bool:
        if mistake.leaves_out is not None:
            out = mistake.leaves_out(data).to_numpy()
            return bool(out.any() and (reading.given == ~out).all() and right[~out].all())
        assert mistake.gives is not None
        values = mistake.gives(data)
        says = values.notna().to_numpy()
        if reading.noise is not None:
            reading = replace(reading, margin=reading.noise)
        # What is right all the same shows no mistake; what it says must differ somewhere.
        agrees = self._agrees(reading, values, data, mistake.tolerance)
        return bool(agrees[says].all() and not right[says].all())

    def _credit(
        self, mistake: Mistake, done: list[Part], truth: pd.Series | pd.DataFrame, data: Any
    ) -> float:
        """Points for a mistake: its share of the missed parts it is about, in quarters."""
        if not mistake.credit:
            return 0.0
        assert mistake.gives is not None
        says = mistake.gives(data).notna().to_numpy()
        at_stake = sum(
            part.points
            for part in self.parts
            if part not in done and (part.holds or (part.covers(truth, data) & says).any())
        )
        return math.floor(4 * mistake.credit * at_stake) / 4


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
