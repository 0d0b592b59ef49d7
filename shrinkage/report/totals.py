"""What the file adds up to."""

from __future__ import annotations

from dataclasses import dataclass

from shrinkage.data import Outcomes


@dataclass(frozen=True)
class Totals:
    """Sums of a table of outcomes.

    Attributes
    ----------
    units, empty : int
        Rows of the table, and those without patients.
    patients : int
    successes, known : int
        Successes where they are known, and the patients of these units.
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
    successes: int
    known: int
    smallest: int
    suppressed: int
    unused: tuple[str, ...]

    @classmethod
    def of(cls, outcomes: Outcomes) -> Totals:
        """The sums of what was read."""
        counts = outcomes.counts
        known = counts[counts.successes.notna()]
        filled = counts.trials[counts.trials > 0]
        columns = () if outcomes.patients is None else tuple(outcomes.patients.columns)
        unused = tuple(c for c in columns if c not in ("doctor", "success"))
        return cls(
            units=len(counts),
            empty=int((counts.trials == 0).sum()),
            patients=int(counts.trials.sum()),
            successes=int(known.successes.sum()),
            known=int(known.trials.sum()),
            smallest=int(filled.min()) if len(filled) else 0,
            suppressed=int(counts.successes.isna().sum()),
            unused=(*outcomes.unused, *unused),
        )

    @property
    def rate(self) -> float:
        """Successes among the patients of whom they are known, a share of one."""
        return self.successes / self.known if self.known else 0.0

    @property
    def one_sided(self) -> bool:
        """Whether all known outcomes are the same."""
        return self.successes in (0, self.known)
