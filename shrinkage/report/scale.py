"""From the model's success probability to what the reader is shown: a rate, or a ratio.

The numbers of the report are success probabilities, 1 good. A file of deaths is read with a
mortality, and one with expected numbers by the ratio of observed to expected: `Scale` turns the one
into the other, with as many digits as the intervals need.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

#: A rate is shown in so many, the first for which it is not too small.
PER = {100: " %", 1000: " per 1,000", 100_000: " per 100,000"}
MOST_DIGITS = 6
RARE = 10  # of a hundred, a thousand, ...: below it a rate of the rarer outcome has a decimal


@dataclass(frozen=True)
class Scale:
    """How a success probability is shown.

    Attributes
    ----------
    rate : str
        What is measured: 'success rate', 'survival', 'mortality'.
    failures : bool
        Whether that is the share of failures.
    reference : float or None
        Average expected share of successes; where it is known, ratios of observed to expected are
        shown, and rates at this expectation beside them.
    counted : str
        What the ratio is of: 'deaths'.
    per : int
        A rate is shown in so many: 100, 1000 or 100,000.
    digits, ratio_digits : int
        Decimals of a rate and of a ratio.
    rates : bool
        Whether there are rates at all: not where the file has expected numbers and no caseloads.
    """

    rate: str = "success rate"
    failures: bool = False
    reference: float | None = None
    counted: str = "successes"
    per: int = 100
    digits: int = 0
    ratio_digits: int = 2
    rates: bool = True

    def suited(self, table: pd.DataFrame) -> Scale:
        """The same, with the digits that a table's estimates and intervals need."""
        share = self.as_rate
        estimates = share.shown(table.estimate.to_numpy(float))
        largest, middle = float(estimates.max()), float(np.median(estimates))
        per = 100 if largest >= 0.01 else 1000 if largest >= 0.001 else 100_000
        rare = min(middle, 1 - middle) * per < RARE
        width, ratios = (float(np.median(np.ptp(s.ends(table), axis=1))) for s in (share, self))
        return replace(
            self,
            per=per,
            digits=max(decimals(width * per), int(rare)),
            ratio_digits=max(2, decimals(ratios)),
        )

    @property
    def is_ratio(self) -> bool:
        """Whether the numbers shown first are ratios."""
        return self.reference is not None

    @property
    def as_rate(self) -> Scale:
        """The scale of rates: the same where no ratio is shown."""
        return replace(self, reference=None)

    @property
    def worse(self) -> str:
        """On which side of a standard it is bad to lie."""
        return "above" if self.failures else "below"

    @property
    def better(self) -> str:
        """The other side."""
        return "below" if self.failures else "above"

    @property
    def first(self) -> str:
        """What is said of the first place: 'highest' or 'lowest'."""
        return "lowest" if self.failures else "highest"

    @property
    def last(self) -> str:
        """And of the last."""
        return "highest" if self.failures else "lowest"

    @property
    def noun(self) -> str:
        """What is shown first: 'mortality', or 'ratio of observed to expected deaths'."""
        return f"ratio of observed to expected {self.counted}" if self.is_ratio else self.rate

    @property
    def kind(self) -> str:
        """What kind of number that is: 'rate' or 'ratio'."""
        return "ratio" if self.is_ratio else "rate"

    @property
    def short(self) -> str:
        """The same in a word or two, once it was said in full."""
        return "ratio" if self.is_ratio else self.rate

    @property
    def suffix(self) -> str:
        """What follows a number: ' %', ' per 1,000', or nothing after a ratio."""
        return "" if self.is_ratio else PER[self.per]

    @property
    def expectation(self) -> float:
        """The share of what is counted that a ratio of 1 means; 1 where no ratio is shown."""
        return 1.0 if self.reference is None else self.tally(self.reference, 1)

    def tally(self, successes: Any, of: Any) -> Any:
        """What is counted of so many: the successes, or all the others."""
        return of - successes if self.failures else successes

    def shown(self, theta: float | np.ndarray) -> np.ndarray:
        """Success probabilities as shares, or ratios, that are shown."""
        return self.tally(np.asarray(theta), 1) / self.expectation

    def ends(self, table: pd.DataFrame) -> np.ndarray:
        """The intervals of a table's rows as shown, the smaller end first; shape (rows, 2)."""
        return np.sort(self.shown(table[["low", "high"]].to_numpy(float)), axis=1)

    def theta(self, value: float) -> float:
        """The success probability that is shown as this share or ratio."""
        return self.tally(value * self.expectation, 1)

    def text(self, theta: float, digits: int | None = None) -> str:
        """As a sentence says it: '3.1 %', '4.2 per 1,000', '1.31'."""
        return self._number(float(self.shown(theta)), self._digits(digits)) + self.suffix

    def span(self, low: float, high: float, digits: int | None = None) -> str:
        """Two ends, the smaller first: '2.4 to 3.9 %'; never two equal numbers for unequal ends."""
        ends = sorted(float(self.shown(end)) for end in (low, high))
        digits = self._digits(digits)
        while digits < MOST_DIGITS and ends[0] < ends[1]:
            if self._number(ends[0], digits) != self._number(ends[1], digits):
                break
            digits += 1
        return " to ".join(self._number(end, digits) for end in ends) + self.suffix

    def full(self, mean: float, low: float, high: float) -> str:
        """An estimate with its interval, both with the digits that the interval needs."""
        digits = self.needed(low, high)
        return f"{self.text(mean, digits)} ({self.span(low, high, digits)})"

    def needed(self, low: float, high: float) -> int:
        """The digits that this interval needs, and the page's at least."""
        width = abs(float(self.shown(high) - self.shown(low))) * (1 if self.is_ratio else self.per)
        enough = self._digits(None)
        if width <= 0:
            return enough
        return max(enough, min(MOST_DIGITS, math.ceil(math.log10(3 / width))))

    def as_given(self, theta: float) -> str:
        """A standard, with the digits that it was given with."""
        value = float(self.shown(theta)) * (1 if self.is_ratio else self.per)
        exact = (d for d in range(MOST_DIGITS) if abs(round(value, d) - value) < 1e-9)
        digits = next(exact, self._digits(None))
        return f"{value:.{digits}f}{self.suffix}"

    def line(self, theta: float) -> str:
        """A standard as a sentence names it first: '3 %', '1.5 times the expected'."""
        return self.as_given(theta) + (" times the expected" if self.is_ratio else "")

    def usual(self, theta: float) -> str:
        """What a unit is compared with: '1, as expected', or 'the typical 7.4 %'."""
        return "1, as expected" if self.is_ratio else f"the typical {self.text(theta)}"

    def move(self, before: float, after: float) -> str:
        """From one rate to another, with digits that tell them apart: 'from 7.1 to 7.4 %'."""
        digits = self._digits(None)
        ends = [float(self.shown(theta)) for theta in (before, after)]
        while digits < MOST_DIGITS:
            said = [self._number(end, digits) for end in ends]
            if said[0] != said[1]:
                return f"from {said[0]} to {said[1]}{self.suffix}"
            digits += 1
        return f"not at all from {self.text(before)}"

    def difference(self, change: float) -> str:
        """A difference of two success probabilities: '1.2 percentage points'."""
        if self.is_ratio:
            ratio = abs(change) / self.expectation
            least = 10.0**-self.ratio_digits
            if ratio < least / 2:
                return f"less than {least:g}"
            return f"{ratio:.{self.ratio_digits}f}"
        points = abs(change) * self.per
        digits = max(1, self.digits)
        unit = " percentage points" if self.per == 100 else PER[self.per]
        least = 10.0**-digits
        said = f"{points:.{digits}f}" if points >= least / 2 else f"less than {least:g}"
        return said + unit

    def _digits(self, digits: int | None) -> int:
        return digits if digits is not None else self.ratio_digits if self.is_ratio else self.digits

    def _number(self, shown: float, digits: int) -> str:
        return f"{shown * (1 if self.is_ratio else self.per):,.{digits}f}"


def decimals(width: float) -> int:
    """Decimals that suit credible intervals of this width, in the unit that is printed."""
    if width > 8:
        return 0
    return min(4, max(1, math.ceil(math.log10(4 / max(width, 1e-9)))))
