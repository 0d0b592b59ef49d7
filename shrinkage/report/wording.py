"""The report's words for units and patients, and its formats of numbers that are no rates."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from shrinkage.data.reading.rules import RULES
from shrinkage.report.scale import Scale

MOST_NAMED = 5  # units that a sentence names before it counts the rest
PEOPLE = re.compile(
    r"doctor|surgeon|physician|consultant|clinician|practitioner|nurse|midwi|therapist|operator|"
    r"an(a)?esthetist|dentist|teacher|person|\bGP\b|member|registrar|trainee",
    re.I,
)
IRREGULAR = {"child": "children", "person": "people", "man": "men", "woman": "women"}
#: Headings of the caseload that a sentence can use, and one of them.
CASES = {
    "admissions": "admission",
    "births": "birth",
    "cases": "case",
    "deliveries": "delivery",
    "discharges": "discharge",
    "episodes": "episode",
    "operations": "operation",
    "patients": "patient",
    "procedures": "procedure",
    "spells": "spell",
    "stays": "stay",
    "transplants": "transplant",
    "visits": "visit",
}


@dataclass(frozen=True)
class Words:
    """The reader's own words, and the scale of what they read.

    Attributes
    ----------
    unit : str
        What a row of the table is: 'doctor', 'hospital', 'ward', in the singular.
    cases : str
        What the caseload counts, in the plural: 'patients', 'operations'.
    counted : str
        What was counted, as a sentence says it: 'successes', 'deaths'.
    scale : Scale
        How a success probability is shown.
    rounded : bool
        Whether totals are rounded to tens, because small numbers are masked.
    """

    unit: str = "doctor"
    cases: str = "patients"
    counted: str = "successes"
    scale: Scale = field(default_factory=Scale)
    rounded: bool = False

    @property
    def units(self) -> str:
        """The plural."""
        return plural(self.unit)

    @property
    def a_unit(self) -> str:
        """With its article: 'a hospital', 'an area'."""
        return f"{article(self.unit)} {self.unit}"

    @property
    def rate(self) -> str:
        """What is measured: 'success rate', 'survival', 'mortality'."""
        return self.scale.rate

    @property
    def outcome(self) -> str:
        """One of what is counted: 'death', 'failure', 'success'."""
        return singular(self.counted)

    @property
    def who(self) -> str:
        """The pronoun of a unit: 'who' for people, 'that' for all else."""
        return "who" if PEOPLE.search(self.unit) else "that"

    @property
    def whom(self) -> str:
        """The same after 'of': 'whom' or 'which'."""
        return "whom" if self.who == "who" else "which"

    @property
    def accusing(self) -> str:
        """What a needless review does: people are accused, a hospital is suspected."""
        return "accusing" if self.who == "who" else "wrongly suspecting"

    @property
    def others(self) -> str:
        """The other units: 'colleagues', 'hospitals'."""
        return "colleagues" if self.who == "who" else self.units

    def name(self, name: str) -> str:
        """A name as a sentence or an axis says it: 'Dr. B', 'Hospital C', 'St. Mary'."""
        first = re.split(r"[\W_]", name.casefold())[0]
        if self.unit == "doctor" and first not in RULES["titles_of_people"]:
            return name if first in RULES["unit"] else f"Dr. {name}"
        if self.unit != "doctor" and (len(name) <= 3 or name.isdecimal()):
            return f"{capital(self.unit)} {name}"
        return name

    def names(self, names: Sequence[str], most: int = MOST_NAMED) -> str:
        """Several names, the rest counted."""
        most += len(names) == most + 1  # one more takes no more room than counting it
        said = [self.name(name) for name in names[:most]]
        if (more := len(names) - most) > 0:
            said.append(f"{more:,} more")
        return listed(said)

    def count(self, number: int) -> str:
        """'1 doctor', '10 doctors'."""
        return f"{number:,} {self.unit if number == 1 else self.units}"

    def total(self, number: int, of: str = "") -> str:
        """A total of the file: '2,358 operations', or 'about 2,360 operations' where rounded."""
        if number == 1:
            of = singular(of)
        return f"{f'about {round(number, -1):,}' if self.rounded else f'{number:,}'} {of}".strip()

    def events(self, number: int) -> str:
        """What was counted: '1 death', '2,358 deaths'."""
        return f"{number:,} {self.outcome if number == 1 else self.counted}"

    def patients(self, number: int) -> str:
        """'1 patient', '2,358 operations'."""
        return f"{number:,} {CASES[self.cases] if number == 1 else self.cases}"


def plural(unit: str) -> str:
    """The plural of a noun, 'head of service' and 'ward (surgical)' by their first noun."""
    head, rest = _headed(unit)
    word = re.split(r"[\s-]", head)[-1]
    if (several := IRREGULAR.get(word.lower())) is not None:
        return head[: len(head) - len(word)] + several + rest
    if re.search(r"(wi|li)fe$", head):
        return f"{head[:-2]}ves{rest}"
    if re.search(r"[^aeiou]y$", head):
        return f"{head[:-1]}ies{rest}"
    return head + ("es" if re.search(r"(s|x|ch|sh)$", head) else "s") + rest


def singular(unit: str) -> str:
    """One of them, where a reader wrote the plural: 'hospitals', 'facilities', 'midwives'."""
    head, rest = _headed(unit.strip())
    for several, one in (
        (r"([^aeiou])ies$", r"\1y"),
        (r"(wi|li)ves$", r"\1fe"),
        (r"sses$", "ss"),
    ):
        if re.search(several, head):
            return re.sub(several, one, head) + rest
    one = re.sub(r"(?<=(?:ch|sh))es$|(?<=[A-Za-z])(?<![suix])s$", "", head)
    return (one if plural(one) == head else head) + rest


def _headed(unit: str) -> tuple[str, str]:
    """A noun, and what is said of it: 'heads' and ' of service'."""
    head = re.split(r" (?:of|in|for|at) | \(", unit, maxsplit=1)[0]
    return head, unit[len(head) :]


def article(noun: str) -> str:
    """'a' or 'an', by the sound that a noun begins with."""
    if re.match(r"[A-Z]{2,}\b", noun):
        return "an" if noun[0] in "AEFHILMNORSX" else "a"
    return "an" if re.match(r"[aeio]|u(?!ni|se|ro)", noun, re.I) and noun[:2] != "eu" else "a"


def capital(text: str) -> str:
    """With a capital at its start, whatever follows it."""
    return text[:1].upper() + text[1:]


def listed(said: Sequence[str], last: str = "and") -> str:
    """'A', 'A and B', 'A, B and C'."""
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}"


def paired(pairs: Sequence[tuple[str, str]]) -> str:
    """Pairs of names that look alike, the rest counted; '' for none."""
    said = [f"'{one}' and '{other}'" for one, other in pairs[:MOST_NAMED]]
    if (more := len(pairs) - MOST_NAMED) > 0:
        said.append(f"{more:,} more pairs")
    return "; ".join(said)


def percent(share: float, digits: int = 0) -> str:
    """A share of one in per cent."""
    return f"{100 * share:.{digits}f} %"


def probability(share: float, beside: float | None = None) -> str:
    """A probability in whole per cent, never certain; one decimal where it reads like another."""
    if share < 0.005:
        return "under 1 %"
    if share > 0.995:
        return "over 99 %"
    alike = beside is not None and percent(share) == percent(beside)
    return percent(share, 1 if alike else 0)


def ratio(value: float) -> str:
    """A ratio of costs: '3', '1/4' or '0.3'."""
    if value < 1 and abs(1 / value - round(1 / value)) < 1e-9:
        return f"1/{round(1 / value)}"
    return f"{value:.3g}"


def about(number: float) -> str:
    """A number of which only the size is known: 7, 60, 340, 12,000."""
    if number < 10:
        return f"{max(1, math.ceil(number))}"
    digits = math.floor(math.log10(number))
    return f"{int(round(number, 1 - digits)):,}"


def expected(number: float) -> str:
    """An expected number of people or failures in words."""
    if number < 0.05:
        return "almost none"
    return f"{number:.1f}".removesuffix(".0") if number < 9.95 else f"{round(number):,}"


def signed(text: str) -> str:
    """Hyphens before digits as minus signs."""
    return re.sub(r"-(?=\d)", "−", text)
