"""What the file adds up to: bounds, where some of its counts are suppressed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from shrinkage.data import Outcomes
from shrinkage.data.reading.headings import plain
from shrinkage.report.wording import Words

PEOPLE = 10  # to which a page for publication rounds: no rate may tell fewer apart


@dataclass(frozen=True)
class Totals:
    """Sums of a table of outcomes.

    Attributes
    ----------
    units, empty : int
        Rows of the table, and those without patients.
    patients : int
    fewest, most : int
        Bounds of the successes: equal where no count is suppressed.
    smallest : int
        The smallest caseload that is not empty.
    suppressed : int
        Units of whose successes only bounds are known.
    unused : tuple of str
        Columns that were not read.
    """

    units: int
    empty: int
    patients: int
    fewest: int
    most: int
    smallest: int
    suppressed: int
    unused: tuple[str, ...]

    @classmethod
    def of(cls, outcomes: Outcomes) -> Totals:
        """The sums of what was read."""
        counts = outcomes.counts
        fewest, most = (counts.get(name, counts.successes) for name in ("fewest", "most"))
        filled = counts.trials[counts.trials > 0]
        columns = () if outcomes.patients is None else tuple(outcomes.patients.columns)
        said = {"doctor", "success", *map(plain, outcomes.unused)}
        unused = tuple(c for c in columns if c not in said)
        return cls(
            units=len(counts),
            empty=int((counts.trials == 0).sum()),
            patients=int(counts.trials.sum()),
            fewest=int(fewest.sum()),
            most=int(most.sum()),
            smallest=int(filled.min()) if len(filled) else 0,
            suppressed=int((fewest < most).sum()),
            unused=(*outcomes.unused, *unused),
        )

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the largest success rate of all that is possible, shares of one."""
        return self.fewest / max(self.patients, 1), self.most / max(self.patients, 1)

    @property
    def one_sided(self) -> bool:
        """Whether all outcomes are the same for sure."""
        return self.patients > 0 and (self.most == 0 or self.fewest == self.patients)

    def counted(self, w: Words, of: str = "") -> str:
        """How many were counted: '53 deaths', or '53 to 107 deaths' where some are suppressed."""
        low, high = sorted(w.scale.tally(end, self.patients) for end in (self.fewest, self.most))
        if low == high or (w.rounded and round(low, -1) == round(high, -1)):
            return w.total(low, of)
        ends = f"{round(low, -1):,} to {round(high, -1):,}" if w.rounded else f"{low:,} to {high:,}"
        return f"{'about ' if w.rounded else ''}{ends} {of}".strip()

    def rate(self, w: Words) -> str:
        """The rate of all with one digit at least; '' where it would undo the rounding."""
        low, high = self.ends
        scale = w.scale.as_rate
        digits = max(1, scale.digits)
        if w.rounded:
            digits = min(digits, math.floor(math.log10(self.patients / PEOPLE / scale.per)))
            if digits < 0:
                return ""
        return scale.text(low, digits) if low == high else scale.span(low, high, digits)
