"""Names that are of no unit, or of what the units are in: totals, averages, parts, nations."""

from __future__ import annotations

import re

from shrinkage.data.reading.rules import RULES, words

_NAMES = "|".join(RULES["averages"])
AVERAGE = re.compile(
    rf"(.* )?({_NAMES})|({_NAMES}) (of|for) .*|{'|'.join(RULES['averages_alone'])}"
)
PART = re.compile(rf"({'|'.join(RULES['parts'])})( |$)")
PLURALS = {re.sub(r"(?<![aeiou])y$", "ie", w) + "s" for w in RULES["unit"] if w[-1] != "s"}
PLURALS |= {"patients", "cases", "regions", "states", "operations", "procedures"}
STEM = 3  # letters by which a word is known in its plural
WHOLES = {*RULES["unit"], *RULES["wider_units"], "the", "our", "whole", "entire"}


def is_total(name: str, heading: str = "") -> bool:
    """Whether a name is that of a total: 'Total', 'All hospitals', 'North total'.

    Of words that are not known, the plural of the units' heading counts: 'Alle Operateure'.
    """
    found = words(name)
    while len(found) > 1 and (found[-1] == "n" or found[-1].isdecimal()):
        found.pop()  # 'Overall (n = 300)'
    if not found:
        return name.strip() == "Σ"
    if " ".join(found) in RULES["totals"] or found[-1] in RULES["total_ends"]:
        return True
    if found[0] in ("total", "subtotal"):
        return found[-1] not in RULES["unit"] or found[-1] in PLURALS
    plural = any(len(w) > STEM and found[-1].startswith(w[:-1]) for w in words(heading))
    return found[0] in RULES["total_words"] and (found[-1] in PLURALS or plural)


def is_average(name: str) -> bool:
    """Whether a name is that of no unit but of their average: 'Median', 'National average'."""
    return AVERAGE.fullmatch(" ".join(words(name))) is not None


def is_part(name: str) -> bool:
    """Whether a name is that of a part of another row: 'of which emergency'."""
    return PART.match(" ".join(words(name))) is not None


def is_nation(name: str) -> bool:
    """Whether a name is that of what the units are in, and so perhaps their total: 'England'."""
    return " ".join(words(name)) in RULES["nations"]


def is_whole(name: str) -> bool:
    """Whether a name may be that of what the units are in: 'Department', 'The whole trust'."""
    return bool(words(name)) and set(words(name)) <= WHOLES
