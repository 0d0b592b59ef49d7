"""What went wrong in an answer, part by part: at most two findings, the plain ones first.

A mistake is recognised in the parts of the answer that it touches (the columns of a table, the
quantities of a fit), whatever stands in the others. So an answer with two mistakes gets two hints,
where they are in two parts, or in two steps of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from shrinkage.exercises import plain_faults
from shrinkage.exercises.answers import Reading
from shrinkage.exercises.comparison import Values, agrees, near, room
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.result import Hint

if TYPE_CHECKING:
    from shrinkage.exercises.task import Task

MOST = 2  # hints that a student can act on at once


@dataclass(frozen=True)
class Finding:
    """One hint or two, and the values they explain, True in the shape of the truth."""

    hints: tuple[Hint, ...]
    places: np.ndarray
    credit: float = 0.0


def diagnose(
    task: Task, reading: Reading, right: np.ndarray, truth: Values, data: Any
) -> list[Finding]:
    """At most two findings, each of which explains wrong values that those before it do not."""
    case = Case(task, reading, right, truth, data)
    found: list[Finding] = []
    left = ~right
    for search in (case.plain, case.cheap, case.costly, case.together, case.noted):
        for finding in search(left):
            if (finding.places & left).any():
                found.append(finding)
                left = left & ~finding.places
            if len(found) == MOST or not (left & reading.given).any():
                return found
    return found


@dataclass(frozen=True)
class Case:
    """One answer with what it is held against; the searches yield what they recognise in it.

    Each search is told which wrong values have no explanation yet.
    """

    task: Task
    reading: Reading
    right: np.ndarray
    truth: Values
    data: Any

    def plain(self, left: np.ndarray) -> Iterator[Finding]:
        """What has nothing to do with the question."""
        answer, reading, truth = self.task.answer, self.reading, self.truth
        if answer.numbers:
            yield from _one(plain_faults.not_a_number(answer, reading, truth))
        yield from self._made(m for m in self.task.mistakes if m.leaves_out)
        yield from _one(plain_faults.missing(answer, reading, truth))
        if answer.numbers:
            yield from _one(plain_faults.rounded(reading, truth, self.right, self.within))
        yield from self._made(m for m in self.task.mistakes if m.plain)
        if answer.numbers:
            yield from _one(
                plain_faults.in_another_order(answer, reading, truth, self.right, self.within)
            )

    def cheap(self, left: np.ndarray) -> Iterator[Finding]:
        """The task's own mistakes, in the order in which it lists them."""
        yield from self._made(m for m in self._own if not m.costly)

    def costly(self, left: np.ndarray) -> Iterator[Finding]:
        """Those whose values take long."""
        yield from self._made(m for m in self._own if m.costly)

    def together(self, left: np.ndarray) -> Iterator[Finding]:
        """Two mistakes at once: in two steps of the truth, or in one and at the end."""
        if not (left == ~self.right).all():  # one is known; the rest has a hint of its own
            return
        steps = [m for m in self._own if m.instead and not m.costly]
        ends = [m for m in self.task.mistakes if m.turns]
        for one, other in combinations(steps, 2):
            if one.instead.keys() & other.instead.keys():
                continue
            values = self.task.truth(self.data, **one.instead, **other.instead)
            yield from self._both(one, other, values, self.within)
        for one in steps:
            values = self.task.truth(self.data, **one.instead)
            for other in ends:
                yield from self._both(one, other, *self._turned(other, values))

    def noted(self, left: np.ndarray) -> Iterator[Finding]:
        """What reading the answer noticed about a label."""
        for i, label in enumerate(self.truth.index):
            if label in self.reading.notes and left[i].any():
                places = np.zeros(self.truth.shape, bool)
                places[i] = True
                yield Finding((Hint(self.reading.notes[label]),), places)

    @cached_property
    def within(self) -> np.ndarray | float:
        """The task's tolerance for each value."""
        return room(self.task.tolerance, self.data)

    @cached_property
    def units(self) -> np.ndarray:
        """Which values of the truth are judged together, a number each."""
        return self.task.answer.units(self.truth)

    @property
    def _own(self) -> list[Mistake]:
        return [m for m in self.task.mistakes if not m.plain and not m.leaves_out]

    def _made(self, mistakes: Iterable[Mistake]) -> Iterator[Finding]:
        for mistake in mistakes:
            places = self._places(mistake)
            if places is not None:
                yield Finding((_hint(mistake),), places, mistake.credit)

    def _places(self, mistake: Mistake) -> np.ndarray | None:
        """The values that a mistake explains; None if it was not made."""
        if mistake.leaves_out:
            out = mistake.leaves_out(self.data).to_numpy()
            return out if out.any() and (self.reading.given == ~out).all() else None
        if mistake.turns:
            values, within = self._turned(mistake, self.truth)
        else:
            values = (
                mistake.gives(self.data)
                if mistake.gives
                else self.task.truth(self.data, **mistake.instead)
            )
            within = self.within
        if mistake.tolerance is not None:
            within = room(mistake.tolerance, self.data)
        return self._explained(values, within)

    def _explained(self, values: Values, within: np.ndarray | float) -> np.ndarray | None:
        """Values of the answer that come from these, in the parts where they differ from the truth.

        What is NaN in the answer and not here has been said before, and is no evidence. A part that
        is right although these values make it wrong is no evidence against them: a mistake in one
        number need not have gone into what is computed from it.
        """
        wanted = values.to_numpy(float)
        silent = np.isnan(wanted) | (np.isnan(self.reading.values) & self.reading.given)
        own = self.within + self.reading.margin
        apart = ~silent & ~near(wanted, self.truth.to_numpy(float), own)
        agree = silent | agrees(self.reading, values, within, noise=True)
        explained = np.zeros(silent.shape, bool)
        for unit in np.unique(self.units[apart]):
            here = self.units == unit
            if self.right[here & ~silent].all():
                continue
            if not agree[here].all():
                return None
            explained |= here
        return (explained | agree) & ~silent if explained.any() else None

    def _both(
        self, one: Mistake, other: Mistake, values: Values, within: np.ndarray | float
    ) -> Iterator[Finding]:
        places = self._explained(values, within)
        if places is not None:
            yield Finding((_hint(one), _hint(other)), places)

    def _turned(self, mistake: Mistake, values: Values) -> tuple[Values, np.ndarray | float]:
        """What a mistake makes of values at the end, and the tolerance on its scale."""
        assert mistake.turns
        turned = mistake.turns(values)
        error = np.broadcast_to(np.asarray(self.within), values.shape)
        shifted = [mistake.turns(values + sign * error) for sign in (1, -1)]
        off = [np.abs(v.to_numpy(float) - turned.to_numpy(float)) for v in shifted]
        return turned, np.fmax(*off)


def _hint(mistake: Mistake) -> Hint:
    return Hint(mistake.hint, mistake.name)


def _one(found: tuple[Hint, np.ndarray] | None) -> Iterator[Finding]:
    if found:
        hint, places = found
        yield Finding((hint,), places)
