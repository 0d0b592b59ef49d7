"""Names that are one name written in two ways, and names that may be.

'Dr. Smith', 'dr smith' and 'SMITH ' are one; so are '001' and '1'. They are refused, unless
somebody said that they are one. 'Meyer A' and 'Mayer A' are two until somebody says so, and named.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from shrinkage.data.reading.problems import Note, OutcomesError, listed
from shrinkage.data.reading.rules import RULES

FUZZY_LETTERS = 6  # shorter words are too often really two names
BESIDE_ANOTHER = 5  # letters that suffice where another word of the name agrees
TITLES = set(RULES["titles_of_people"])


def same(names: Sequence[str]) -> dict[str, str]:
    """For each name that is an earlier one written in another way, that earlier one."""
    first: dict[str, str] = {}
    merged = {}
    for name in names:
        key = folded(name)
        if key and first.setdefault(key, name) != name:
            merged[name] = first[key]
    return merged


def folded(name: str) -> str:
    """A name without capitals, marks, titles and leading zeros."""
    text = name.casefold().strip()
    if re.fullmatch(r"\d+(\.0*)?", text):
        return text.split(".")[0].lstrip("0") or "0"
    found = [word for word in re.split(r"[\W_]+", text) if word]
    kept = [word for word in found if word not in TITLES] or found
    return " ".join(word.lstrip("0") or "0" if word.isdecimal() else word for word in kept)


def settle(
    names: Sequence[str], rows: Sequence[int], source: str, merge: bool
) -> tuple[dict[str, str], list[Note]]:
    """What each second spelling is to be replaced by, and the notes on names that are alike.

    Parameters
    ----------
    names : sequence of str
        Each different name once.
    rows : sequence of int
        The first row of each.
    source : str
        The file's name.
    merge : bool
        Whether spellings of one name are to be added up.

    Raises
    ------
    OutcomesError
        If two names differ in capitals, blanks, marks, titles or leading zeros alone and they are
        not to be merged.
    """
    row_of = dict(zip(names, rows, strict=True))
    merged = same(names)
    pairs = [
        f"'{old}' (row {row_of[old]}) and '{new}' (row {row_of[new]})"
        for new, old in merged.items()
    ]
    if merged and not merge:
        more = f" and {len(pairs) - 5} more" if len(pairs) > 5 else ""
        raise OutcomesError(
            f"{source}: {'; '.join(pairs[:5])}{more} seem to be one name, written in two ways. If "
            "they are one, write one spelling or add --sum; if they are two, tell them apart by "
            "more than capitals, marks, titles or zeros.",
            "alike",
        )
    notes = []
    if merged:
        where = tuple(row_of[name] for name in merged)
        text = f"{'; '.join(pairs[:5])} were taken as one, as --sum asks."
        notes.append(Note("alike", text, where))
    kept = [name for name in names if name not in merged]
    if maybe := alike(kept):
        said = listed([f"{a}' and '{b}" for a, b in maybe])
        text = (
            f"{said} were taken as different. If they are one, write one spelling: as two they "
            "are both pulled in too far."
        )
        where = tuple(sorted({row_of[name] for pair in maybe for name in pair}))
        notes.append(Note("similar", text, where, doubtful=True))
    return merged, notes


def alike(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be two spellings of one, in the order of the list.

    The same words but for capitals, accents, full stops, titles and order; or one letter more,
    less or different in a long word. Names that end in different single letters or numbers
    ('Hospital A' and 'Hospital B') are different.
    """
    found: dict[tuple[int, int], None] = {}
    same_words = defaultdict(list)
    near = defaultdict(list)
    for place, name in enumerate(names):
        words = _words(name)
        key = " ".join(sorted(words))
        if key:
            found.update(dict.fromkeys((other, place) for other in same_words[key]))
            same_words[key].append(place)
        fewest = BESIDE_ANOTHER if len(words) > 1 else FUZZY_LETTERS
        for k, word in enumerate(words):
            if len(word) >= fewest and word.isalpha():
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
