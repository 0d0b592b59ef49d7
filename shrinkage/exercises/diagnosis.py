"""What went wrong in an answer, part by part: at most two findings, the plain ones first.

A mistake is recognised in the parts of the answer that it touches (the columns of a table, the
quantities of a fit), whatever stands in the others. So an answer with two mistakes gets two hints,
where they are in two parts, or in two steps of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from shrinkage.exercises import plain_faults, simulated
from shrinkage.exercises.answers import Draws, Reading
from shrinkage.exercises.comparison import Values, agrees, near, room
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.result import Hint

if TYPE_CHECKING:
    from shrinkage.exercises.task import Task

MOST = 2  # hints that a student can act on at once
Known = tuple[Values, np.ndarray | float]
"""What a mistake leads to, and how far an answer may be off that."""

RARE = 1 / 20  # probability below which agreement with a mistake is not taken for chance
RARER = RARE**2  # the same for two mistakes at once, of which there are many more


@dataclass(frozen=True)
class Finding:
    """One hint or two, and the values they explain, True in the shape of the truth."""

    hints: tuple[Hint, ...]
    places: np.ndarray
    credit: float = 0.0


def diagnose(expected: Expected, reading: Reading, right: np.ndarray) -> list[Finding]:
    """At most two findings, each of which explains wrong values that those before it do not."""
    case = Case(expected, reading, right)
    found: list[Finding] = []
    left = ~right
    known = (case.plain, case.cheap, case.costly, case.together, case.in_part)
    for search in (*known, case.simulated, case.noted):
        for finding in search(left):
            if (finding.places & left).any():
                told = {hint for earlier in found for hint in earlier.hints}
                found.append(
                    replace(finding, hints=tuple(h for h in finding.hints if h not in told))
                )
                left = left & ~finding.places
            if len(found) == MOST or not (left & reading.given).any():
                return found
    return found


@dataclass(frozen=True)
class Pair:
    """Two mistakes at once, what they lead to, and how far an answer may be off that."""

    one: Mistake
    other: Mistake
    values: Values
    within: np.ndarray | float


@dataclass(frozen=True)
class Expected:
    """What a task expects in some data and what its mistakes lead to, for every answer about them.

    All of it is computed when it is first asked for, and kept.
    """

    task: Task
    data: Any
    _known: dict[int, Known] = field(default_factory=dict)

    @cached_property
    def truth(self) -> Values:
        """The right answer."""
        return self.task.truth(self.data)

    @cached_property
    def within(self) -> np.ndarray | float:
        """The task's tolerance for each value."""
        return room(self.task.tolerance, self.data)

    @cached_property
    def units(self) -> np.ndarray:
        """Which values of the truth are judged together, a number each.

        Those of one column (or quantity, or term) that are in the same parts of the task.
        """
        if self.task.answer.whole:
            return np.zeros(self.truth.shape, int)
        units = self.task.answer.units(self.truth).ravel()
        covers = [p.covers(self.truth, self.data).ravel() for p in self.task.parts if not p.holds]
        rows = np.stack([units, *covers])
        return np.unique(rows, axis=1, return_inverse=True)[1].reshape(self.truth.shape)

    @property
    def own(self) -> list[Mistake]:
        """The task's mistakes that are about what it asks."""
        return [m for m in self.task.mistakes if not m.plain and not m.leaves_out]

    def _meet(self, one: Mistake, other: Mistake) -> bool:
        """Whether two mistakes change one part of the answer; else each is found by itself."""
        return not self._touched(one).isdisjoint(self._touched(other))

    def _touched(self, mistake: Mistake) -> set[int]:
        """The parts of the answer that a mistake changes."""
        wanted, within = self.values(mistake)
        return {*self.units[~near(wanted.to_numpy(float), self.truth.to_numpy(float), within)]}

    def values(self, mistake: Mistake) -> Known:
        """What a mistake makes of the answer, and how far an answer may be off that."""
        if id(mistake) not in self._known:
            if mistake.turns:
                values, within = self._turned((self.truth, self.within), mistake)
                if mistake.tolerance is not None:
                    within = room(mistake.tolerance, self.data)
            else:
                values = (mistake.gives or self.task.truth)(self.data, **mistake.instead)
                own = mistake.tolerance
                within = self.within if own is None else room(own, self.data)
            self._known[id(mistake)] = values, within
        return self._known[id(mistake)]

    @cached_property
    def pairs(self) -> list[Pair]:
        """All pairs of cheap mistakes; none where the answer is words: any has some pair to fit."""
        if self.task.answer.whole:
            return []
        cheap = [m for m in self.task.mistakes if not m.costly and not m.leaves_out]
        last = [m for m in cheap if m.turns]
        return [*self._pairs_of([m for m in cheap if not m.turns] + last)]

    @cached_property
    def plain_pairs(self) -> list[Pair]:
        """All pairs of mistakes that have nothing to do with what the task asks."""
        return [*self._pairs_of([m for m in self.task.mistakes if m.plain and m.turns])]

    @cached_property
    def part(self) -> Expected | None:
        """The same in the part of the data where costly mistakes are looked for first."""
        a_part = self.task.a_part
        return Expected(self.task, a_part(self.data)) if a_part else None

    def _pairs_of(self, mistakes: list[Mistake]) -> Iterator[Pair]:
        """Those of these mistakes that change the same part of the answer, the second made last."""
        for one, other in combinations(mistakes, 2):
            if self._meet(one, other) and (values := self._values_of_both(one, other)):
                yield Pair(one, other, *values)

    def _values_of_both(self, one: Mistake, other: Mistake) -> Known | None:
        """What two mistakes lead to, the other one made last; None if they do not go together."""
        if other.turns:
            values, _ = before = self.values(one)
            turned = self._turned(before, other)
            lost = turned[0].isna() & values.notna()  # such as log-odds of percent
            return None if lost.to_numpy().any() else turned
        if one.gives or other.gives or one.instead.keys() & other.instead.keys():
            return None
        values = self.task.truth(self.data, **one.instead, **other.instead)
        return values, np.maximum(self.values(one)[1], self.values(other)[1])

    def _turned(self, known: Known, mistake: Mistake) -> Known:
        """What a mistake makes of values at the end, and of the tolerance."""
        turn, (values, within) = mistake.turns, known
        assert turn
        turned = turn(values)
        error = np.broadcast_to(np.asarray(within), values.shape)
        shifted = [turn(values + sign * error) for sign in (1, -1)]
        off = np.abs([v.to_numpy(float) - turned.to_numpy(float) for v in shifted])
        return turned, np.where(np.isfinite(off), off, 0.0).max(axis=0)


@dataclass(frozen=True)
class Case:
    """One answer with what it is compared with; the searches yield what they recognise in it.

    Each search is told which wrong values have no explanation yet.
    """

    expected: Expected
    reading: Reading
    right: np.ndarray

    def plain(self, left: np.ndarray) -> Iterator[Finding]:
        """Faults that have nothing to do with the question."""
        answer, reading, truth = self.expected.task.answer, self.reading, self.expected.truth
        if answer.numbers or isinstance(answer, Draws):
            yield from _one(plain_faults.not_a_number(answer, reading, truth, self.expected.within))
        yield from self._made(m for m in self.expected.task.mistakes if m.leaves_out)
        yield from _one(plain_faults.missing(answer, reading, truth, self.expected.within))
        yield from self._made(m for m in self.expected.task.mistakes if m.plain)
        if answer.numbers:
            order = answer, reading, truth, self.right, self.expected.within
            yield from _one(plain_faults.columns_in_another_order(*order))
            yield from _one(
                plain_faults.rounded(
                    reading, truth, self.right, self.expected.within, self.expected.units
                )
            )
            for pair in self.expected.plain_pairs:
                yield from self._both(pair, share=1.0)
            yield from self._plain_on_another_scale()
            yield from _one(plain_faults.in_another_order(*order))
            yield from self._rounded_in_another_order()

    def cheap(self, left: np.ndarray) -> Iterator[Finding]:
        """The task's own mistakes, in the order in which it lists them."""
        yield from self._made(m for m in self.expected.own if not m.costly)

    def costly(self, left: np.ndarray) -> Iterator[Finding]:
        """The task's own mistakes whose values take long to compute."""
        yield from self._made(m for m in self.expected.own if m.costly and self._may_be(m))

    def together(self, left: np.ndarray) -> Iterator[Finding]:
        """Two mistakes at once: in two steps of the truth, in one and at the end, or both there."""
        if not (left == ~self.right).all():  # one is known; the rest has a hint of its own
            return
        for pair in self.expected.pairs:
            yield from self._both(pair, share=1.0)

    def in_part(self, left: np.ndarray) -> Iterator[Finding]:
        """One mistake or two that touch several parts, and were made in some of them only."""
        if not self.expected.task.answer.numbers:  # the parts of a fit are wrong together
            return
        plain = [m for m in self.expected.task.mistakes if m.plain]
        for mistake in plain + [m for m in self.expected.own if not m.costly]:
            if not mistake.throughout:
                for finding in self._made([mistake], share=0.0):
                    if (
                        self._by_chance(finding.places & left, *self.expected.values(mistake))
                        < RARE
                    ):
                        yield finding
        for pair in self.expected.pairs:
            if not (pair.one.throughout or pair.other.throughout):
                for finding in self._both(pair, share=0.0):
                    if self._by_chance(finding.places & left, pair.values, pair.within) < RARER:
                        yield finding

    def simulated(self, left: np.ndarray) -> Iterator[Finding]:
        """Values that are off as those of a simulation are, where the exact ones are asked for."""
        if self.expected.task.one_draw is None:
            return
        apart = (
            np.isin(self.expected.units, self.expected.units[left])
            & (left | self.right)
            & self.reading.given
        )
        off = np.where(apart, self.reading.values - self.expected.truth.to_numpy(float), np.nan)
        one_draw = self.expected.task.one_draw(self.expected.data).to_numpy(float)
        yield from _one(simulated.too_few_draws(off, one_draw, self.expected.within))

    def noted(self, left: np.ndarray) -> Iterator[Finding]:
        """What reading the answer noticed about a label."""
        for i, label in enumerate(self.expected.truth.index):
            if label in self.reading.notes and left[i].any():
                places = np.zeros(self.expected.truth.shape, bool)
                places[i] = True
                yield Finding((Hint(self.reading.notes[label]),), places)

    def _plain_on_another_scale(self) -> Iterator[Finding]:
        """A plain mistake in the scale, and on that scale another order or too few decimals."""
        answer, reading = self.expected.task.answer, self.reading
        for mistake in self.expected.task.mistakes:
            if mistake.plain and mistake.turns:
                values, within = self.expected.values(mistake)
                same = near(values.to_numpy(float), self.expected.truth.to_numpy(float), within)
                untouched = np.isin(self.expected.units, self.expected.units[~same], invert=True)
                exact = ~untouched & agrees(reading, values, within)
                right = self.right | exact
                known = right | untouched
                for found in (
                    plain_faults.columns_in_another_order(answer, reading, values, right, within),
                    plain_faults.rounded(
                        reading, values, known, self.expected.within, self.expected.units
                    ),
                    plain_faults.in_another_order(answer, reading, values, known, within),
                ):
                    if found:
                        hint, places = found
                        yield Finding((_hint(mistake), hint), places | (exact & ~self.right))

    def _rounded_in_another_order(self) -> Iterator[Finding]:
        """Too few decimals of the right values, which stand under one another's labels."""
        reading, truth, within = self.reading, self.expected.truth, self.expected.within
        in_order = plain_faults.in_order(reading, truth)
        off = np.abs(in_order.values - truth.to_numpy(float))
        few = plain_faults.rounded(in_order, truth, off <= within, within, self.expected.units)
        if few:
            hint, places = few
            short = np.where(np.isin(self.expected.units, self.expected.units[places]), off, 0.0)
            order = plain_faults.in_another_order(
                self.expected.task.answer, reading, truth, self.right, np.maximum(within, short)
            )
            if order:
                yield Finding((order[0], hint), order[1])

    def _by_chance(self, places: np.ndarray, values: Values, within: np.ndarray | float) -> float:
        """About the probability that wrong values there agree with these by chance.

        For one value it is the tolerance over the value's distance from the truth. A 0 or a 1 is no
        evidence: it may be a verdict that follows from other values, or an entry not computed.
        """
        wanted = values.to_numpy(float)
        room = np.broadcast_to(within + self.reading.margin, wanted.shape)
        telling = places & ~np.isin(wanted, (0.0, 1.0))
        off = np.abs(wanted - self.expected.truth.to_numpy(float))[telling]
        return float(np.prod(np.minimum(room[telling] / off, 1.0)))

    def _made(self, mistakes: Iterable[Mistake], share: float = 1.0) -> Iterator[Finding]:
        for mistake in mistakes:
            places = self._places(mistake, share)
            if places is not None:
                yield Finding((_hint(mistake),), places, mistake.credit)

    def _places(self, mistake: Mistake, share: float) -> np.ndarray | None:
        """The values that a mistake explains; None if it was not made.

        share: of the parts that it touches, how much it has to explain.
        """
        if mistake.leaves_out:
            out = mistake.leaves_out(self.expected.data).to_numpy()
            return out if out.any() and (self.reading.given == ~out).all() else None
        places = self._explained(*self.expected.values(mistake), share)
        if mistake.follows and places is not None and (~self.right & ~places).any():
            return None
        return places

    def _may_be(self, mistake: Mistake) -> bool:
        """Whether a part of the data leaves it open that a mistake was made in all its parts.

        It does not where a column that the mistake changes there has other values in the answer.
        """
        if (part := self.expected.part) is None:
            return True
        values, within = part.values(mistake)
        wanted, rows = values.to_numpy(float), self.expected.truth.index.isin(values.index)
        given, truth = self.reading.values[rows], self.expected.truth.to_numpy(float)[rows]
        changed = ~near(wanted, truth, np.maximum(within, part.within))
        other = ~near(given, wanted, within) & np.isfinite(given)
        return not (changed.any(axis=0) & other.any(axis=0)).any()

    def _explained(
        self, values: Values, within: np.ndarray | float, share: float
    ) -> np.ndarray | None:
        """Wrong values of the answer that come from these, in the parts that these change.

        A value that is missing or NaN in the answer has been reported by an earlier search, and is
        no evidence.
        """
        wanted = values.to_numpy(float)
        silent = np.isnan(wanted) | np.isnan(self.reading.values)
        # Where the truth itself would agree with a mistake's value, that value is no evidence
        room = np.maximum(self.expected.within + self.reading.margin, within)
        apart = ~silent & ~near(wanted, self.expected.truth.to_numpy(float), room)
        agree = agrees(self.reading, values, within, noise=True)
        explained, touched = np.zeros((2, *self.expected.truth.shape), bool)
        for unit in np.unique(self.expected.units[apart]):
            here = (self.expected.units == unit) & ~silent
            touched |= here
            if agree[here].all():
                explained |= here
        if not (explained & ~self.right).any() or explained.sum() < share * touched.sum():
            return None
        if share:  # the mistake was made in all its parts; some may hold another one as well
            explained |= agree & ~silent
        return explained & ~self.right

    def _both(self, pair: Pair, share: float) -> Iterator[Finding]:
        places = self._explained(pair.values, pair.within, share)
        if places is not None:
            yield Finding((_hint(pair.one), _hint(pair.other)), places)


def _hint(mistake: Mistake) -> Hint:
    return Hint(mistake.hint, mistake.name)


def _one(found: tuple[Hint, np.ndarray] | None) -> Iterator[Finding]:
    if found:
        hint, places = found
        yield Finding((hint,), places)
