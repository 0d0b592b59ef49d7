"""The report's words for doctors and rates, and its formats of numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_NAMED = 5  # doctors that a sentence names before it counts the rest


@dataclass(frozen=True)
class Words:
    """The reader's own words.

    Attributes
    ----------
    unit : str
        What a row of the table is: 'doctor', 'hospital', 'ward', in the singular.
    rate : str
        What is measured: 'success rate', 'survival', '30-day survival'.
    digits : int
        Decimals of a per cent.
    """

    unit: str = "doctor"
    rate: str = "success rate"
    digits: int = 0

    @property
    def units(self) -> str:
        """The plural."""
        if re.search(r"[^aeiou]y$", self.unit):
            return f"{self.unit[:-1]}ies"
        return self.unit + ("es" if re.search(r"(s|x|ch|sh)$", self.unit) else "s")

    def name(self, name: str) -> str:
        """A doctor's name as a sentence or an axis says it: 'Dr. B', 'Hospital C', 'St. Mary'."""
        if self.unit == "doctor" and not re.match(
            r"(dr|doctor|prof|professor|mr|mrs|ms)(\W|_|$)", name, re.I
        ):
            return f"Dr. {name}"
        if self.unit != "doctor" and len(name) <= 3:
            return f"{self.unit.capitalize()} {name}"
        return name

    def names(self, names: list[str] | tuple[str, ...], most: int = MOST_NAMED) -> str:
        """Several names, the rest counted."""
        said = [self.name(name) for name in names[:most]]
        more = len(names) - most
        if more > 0:
            said.append(f"{more} more")
        return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"

    def count(self, number: int) -> str:
        """'1 doctor', '10 doctors'."""
        return f"{number:,} {self.unit if number == 1 else self.units}"

    def percent(self, share: float, more: int = 0) -> str:
        """A share of one in per cent, with ``more`` decimals than usual."""
        return percent(share, self.digits + more)

    def span(self, low: float, high: float) -> str:
        """Two shares: '60 to 80 %'."""
        return f"{self.percent(low).removesuffix(' %')} to {self.percent(high)}"

    def points(self, share: float) -> str:
        """A difference of two shares in percentage points."""
        points = 100 * share
        return f"{points:.{max(1, self.digits)}f} percentage points"


def percent(share: float, digits: int = 0) -> str:
    """A share of one in per cent."""
    return f"{100 * share:.{digits}f} %"


def probability(share: float) -> str:
    """A probability in whole per cent, never certain."""
    if share < 0.005:
        return "under 1 %"
    if share > 0.995:
        return "over 99 %"
    return f"{100 * share:.0f} %"


def ratio(value: float) -> str:
    """A ratio of costs: '3', '1/4' or '0.3'."""
    if value < 1 and abs(1 / value - round(1 / value)) < 1e-9:
        return f"1/{round(1 / value)}"
    return f"{value:.3g}"


def decimals(width: float) -> int:
    """Decimals of a per cent that suit credible intervals of this width, a share of one."""
    return 0 if width > 0.08 else 1 if width > 0.004 else 2 if width > 0.0004 else 3


def patients(number: int) -> str:
    """A number of patients in words."""
    return f"{number:,} patient{'' if number == 1 else 's'}"


def expected(number: float) -> str:
    """An expected number of people or failures in words."""
    if number < 0.05:
        return "almost none"
    return f"{number:.1f}" if number < 9.95 else f"{round(number):,}"


def signed(text: str) -> str:
    """Hyphens before digits as minus signs."""
    return re.sub(r"-(?=\d)", "−", text)
