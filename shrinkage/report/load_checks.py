"""Names in a table that may be two spellings of one."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

import pandas as pd

TITLES = {"dr", "prof", "mr", "mrs", "ms", "md", "phd", "doctor"}
FUZZY_LETTERS = 6  # shorter words are too often really two names


def alike(names: list[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be two spellings of one, in the order of the list.

    The same words but for capitals, accents, full stops, titles and order; or one letter more,
    less or different in a long word. Names that end in different single letters or numbers
    ('Hospital A' and 'Hospital B') are different.
    """
    found: dict[tuple[int, int], None] = {}
    same = defaultdict(list)
    near = defaultdict(list)
    for place, name in enumerate(names):
        words = _words(name)
        key = " ".join(sorted(words))
        for other in same[key]:
            found[other, place] = None
        same[key].append(place)
        for k, word in enumerate(words):
            if len(word) >= FUZZY_LETTERS and word.isalpha():
                rest = " ".join(sorted(words[:k] + words[k + 1 :]))
                shorter = {word[:i] + word[i + 1 :] for i in range(len(word))}
                for variant in shorter | {word}:
                    for other in near[rest, variant]:
                        if other != place:
                            found[other, place] = None
                    near[rest, variant].append(place)
    return [(names[a], names[b]) for a, b in sorted(found)]


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word for word in re.split(r"[\W_]+", plain) if word]
    return [word for word in words if word not in TITLES] or words


def describe(pairs: list[tuple[str, str]], most: int = 4) -> str:
    """The pairs in words."""
    said = [f"'{a}' and '{b}'" for a, b in pairs[:most]]
    more = len(pairs) - most
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")


def standardised(severity: pd.Series) -> pd.Series:
    """Severity in standard deviations from the mean of all patients in the file."""
    return (severity - severity.mean()) / severity.std(ddof=0)
