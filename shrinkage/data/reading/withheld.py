"""What stands for nothing ('NA', '–') and what is withheld because it is small ('<5', '*')."""

from __future__ import annotations

import numpy as np

from shrinkage.data.reading.rules import RULES

MISSING_WORDS = set(RULES["missing"])
UNAVAILABLE_WORDS = set(RULES["unavailable"])  # not because it is small: no bound holds for it
HIDDEN_WORDS = {*RULES["suppressed"], *RULES["unavailable"]}


def is_missing(text: str) -> bool:
    """Whether a text stands for a value that is not known."""
    return text.casefold() in MISSING_WORDS


def suppressed(text: str) -> tuple[float, float] | None:
    """The bounds that a withheld count states, NaN where it states none; None if it is not one."""
    plain = " ".join(text.casefold().split())
    if plain in HIDDEN_WORDS:
        return np.nan, np.nan
    for starts, less in ((RULES["at_most"], 0), (RULES["fewer_than"], 1)):
        for start in starts:
            rest = plain[len(start) :].strip()
            if plain.startswith(start) and rest.isdecimal():
                return 0.0, float(int(rest) - less)
    for mark in RULES["range_marks"]:
        ends = [part.strip() for part in plain.split(mark)]
        if len(ends) == 2 and all(end.isdecimal() for end in ends) and int(ends[0]) < int(ends[1]):
            return float(ends[0]), float(ends[1])
    return None
