"""Names that are one name written in two ways, and names that may be.

'Dr. Smith', 'dr smith' and 'SMITH ' are one; so are '001' and '1'. They are refused, unless
somebody said that they are one. 'Meyer A' and 'Mayer A' are two until somebody says so, and named,
as is 'Other', which is nobody's name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

from shrinkage.data.reading.problems import Note, OutcomesError, in_rows, listed
from shrinkage.data.reading.rules import RULES, words

FUZZY_LETTERS = 6  # shorter words are too often really two names
BESIDE_ANOTHER = 5  # letters that suffice where another word of the name agrees
YEAR = re.compile(r"\b(19|20)\d\d([/–-]\d\d(\d\d)?)?\b")
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

    def paired(pairs: Sequence[tuple[str, str]]) -> str:
        said = [f"'{a}' (row {row_of[a]}) and '{b}' (row {row_of[b]})" for a, b in pairs[:5]]
        return "; ".join(said) + (f" and {len(pairs) - 5} more" if len(pairs) > 5 else "")

    pairs = [(old, new) for new, old in merged.items()]
    if merged and not merge:
        raise OutcomesError(
            f"{source}: {paired(pairs)} seem to be one name, written in two ways. If "
            "they are one, write one spelling or add --sum; if they are two, tell them apart by "
            "more than capitals, marks, titles or zeros.",
            "alike",
        )
    notes = _pooled(row_of)
    if merged:
        where = tuple(row_of[name] for name in merged)
        text = f"{paired(pairs)} were taken as one, as --sum asks."
        told = any(_told(old) != _told(new) for new, old in merged.items())
        if told:
            text += " Their titles differ: are they one person?"
        notes.append(Note("alike", text, where, doubtful=told))
    kept = [name for name in names if name not in merged]
    if maybe := alike(kept):
        text = (
            f"{paired(maybe)} were taken as different. If they are one, write one spelling: as two "
            "they are both pulled in too far."
        )
        where = tuple(sorted({row_of[name] for pair in maybe for name in pair}))
        notes.append(Note("similar", text, where, doubtful=True))
    return merged, notes


def _told(name: str) -> set[str]:
    """The titles in a name that may tell two people, or a person and a place, apart."""
    return {*re.split(r"[\W_]+", name.casefold())} & set(RULES["titles_that_tell"])


def alike(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be two spellings of one, in the order of the list.

    The same words but for capitals, accents, full stops, blanks, titles and order; or one letter
    more, less or different in a long word. Names that end in different single letters or numbers
    ('Hospital A' and 'Hospital B') are different; that end in different years may be one.
    """
    found: set[tuple[int, int]] = set()
    same_words = defaultdict(list)
    beside = defaultdict(list)  # by a name's other words: the place of the name, and its long word
    by_year = defaultdict(list)
    numbered = {re.sub(r"\d+", "", name) for name in names if not YEAR.search(name)}
    for place, name in enumerate(names):
        rest = YEAR.sub(" ", name)
        key = " ".join(_words(rest))
        if rest != name and key and re.sub(r"\d+", "", name) not in numbered:
            found.update((other, place) for other in by_year[key][:1])
            by_year[key].append(place)
        words = sorted(_words(name))
        keys = {" ".join(words)}
        if not any(map(str.isdigit, name)):
            keys.add("".join(_words(name)))  # 'J.S.' and 'JS', 'Mac Donald' and 'MacDonald'
        for key in keys - {""}:
            found.update((other, place) for other in same_words[key])
            same_words[key].append(place)
        fewest = BESIDE_ANOTHER if len(words) > 1 else FUZZY_LETTERS
        for k, word in enumerate(words):
            if len(word) >= fewest and word.isalpha():
                beside[" ".join(words[:k] + words[k + 1 :])].append((place, word))
    for long_words in beside.values():
        if len(long_words) > 1:
            found |= _one_letter_apart(long_words)
    return [(names[a], names[b]) for a, b in sorted(found)]


def _one_letter_apart(words: list[tuple[int, str]]) -> set[tuple[int, int]]:
    """Pairs of places whose words are equal once a letter is left out of one of them, or both."""
    found = set()
    near = defaultdict(list)
    for place, word in words:
        for variant in {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}:
            found.update((other, place) for other in near[variant] if other != place)
            near[variant].append(place)
    return found


def _words(name: str) -> list[str]:
    plain = name.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word for word in re.split(r"[\W_]+", plain) if word]
    return [word for word in words if word not in TITLES] or words


def _pooled(row_of: Mapping[str, int]) -> list[Note]:
    """A note on names that are nobody's, or several people's: 'Other', 'Not assigned'."""
    said = {name: row for name, row in row_of.items() if _is_pooled(name)}
    if not said:
        return []
    numbers = list(said.values())
    text = (
        f"{listed(list(said))} ({in_rows(numbers)}) may be several, or nobody at all, and was "
        "counted as one unit. If it is none, delete the row."
    )
    return [Note("pooled", text, tuple(numbers), doubtful=True)]


def _is_pooled(name: str) -> bool:
    found = words(name)
    if len(found) > 1 and found[-1] in RULES["unit"]:
        found.pop()  # 'Other surgeons'
    return " ".join(found) in RULES["pooled"]
