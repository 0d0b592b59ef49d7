"""The words around a known word that change what a heading is.

'Complication-free' counts the others, 'per 1,000' makes a rate, and of 'excess', 'median' or
'annual' nobody knows what becomes: such a column is neither proposed nor doubted by its heading.
"""

from __future__ import annotations

import functools
import re

from shrinkage.data.reading.rules import RULES, words

TURNING = set(RULES["turning"])
OUTCOMES = {**RULES["failures"], **RULES["successes"]}


@functools.lru_cache(maxsize=4096)
def unit_of_rate(heading: str) -> tuple[tuple[str, ...], int | None]:
    """A heading's words with what a rate is of taken out, and the size of that: (…, 1000).

    'Deaths per 100 cases' are percents, so the words are 'deaths', 'percent'; a rate of another
    thing than patients ('per 1,000 line days') keeps its 'per'.
    """
    found = words(heading)
    for k, word in enumerate(found):
        if word in RULES["per_words"] and k + 1 < len(found):
            size, rest = RULES["per"].get(found[k + 1]), found[k + 2 :]
        else:
            size, rest = {"permille": 1000, "promille": 1000}.get(word), found[k + 1 :]
        if size and set(rest) <= {*RULES["wholes"], *RULES["rates"]}:
            return (*found[:k], "percent"), size if size != 100 else None
    return tuple(found), None


def changed(found: list[str]) -> bool:
    """Whether words make something else of what a heading counts, or of how many patients."""
    text = f" {' '.join(found)} "
    for phrase in RULES["unchanging"]:
        text = text.replace(f" {phrase} ", " ")
    if "ratio" in found:  # 'Excess readmission ratio': predicted over expected
        text = text.replace(" excess ", " ", 1)
    if any(f" {word} " in text for word in RULES["changing"]):
        return True
    numbers = set(RULES["duration_numbers"])
    return any(
        word in RULES["durations"]
        and not any(near in numbers or near.isdecimal() for near in found[max(k - 1, 0) : k])
        for k, word in enumerate(found)
    )


def directions(heading: str, found: list[str]) -> tuple[bool, bool, bool] | None:
    """Whether words count failures, and successes, and whether any was turned; None if unknown."""
    bad = good = turned = False
    used = set()
    for k, word in enumerate(found):
        if word not in OUTCOMES:
            continue
        before, after = _turned_before(found, k), _turned_after(found, k)
        if before is not None:
            used.add(before)
            if found[before] in RULES["turning_no"]:
                if abbreviated(heading):
                    before = None
                else:
                    return None  # 'No complications': their number, or the patients without
        failure = (word in RULES["failures"]) != ((before is not None) != after)
        turned |= before is not None or after
        bad, good = bad or failure, good or not failure
    left = {k for k, word in enumerate(found) if word in TURNING - {"non"}} - used
    return None if left or (bad and good) else (bad, good, turned)


def abbreviated(heading: str) -> bool:
    """Whether a heading's 'no' is a number: 'No. of deaths'."""
    return bool(re.search(r"\bno(\.|:|s\b|\s*of\b)|n[º°]", heading.casefold()))


def _turned_before(found: list[str], k: int) -> int | None:
    """The place of the word that turns the one at k: 'without', 'not', 'free of'."""
    at = k - 1
    while at >= 0 and found[at] in RULES["between"]:
        at -= 1
    if at > 0 and found[at] in RULES["turned_of"] and found[at - 1] in RULES["turned_after"]:
        return at - 1
    return at if at >= 0 and found[at] in {*TURNING, *RULES["turning_no"]} else None


def _turned_after(found: list[str], k: int) -> bool:
    after = found[k + 1 : k + 3]
    return (
        bool(after)
        and after[0] in RULES["turned_after"]
        and (len(after) < 2 or after[1] not in RULES["turned_of"])
    )


def compatible(one: str | None, other: str | None) -> bool:
    """Whether two nouns of rates can be of one outcome: 'survival rate' and 'mortality'."""
    general = {None, *RULES["general_nouns"]}
    return one == other or bool({one, other} & general) or RULES["complements"].get(one) == other
