"""What the values below a heading say of its meaning: percents are no counts."""

from __future__ import annotations

import re

from shrinkage.data.reading.brackets import in_brackets
from shrinkage.data.reading.grid import Column
from shrinkage.data.reading.headings import RATES, Meaning
from shrinkage.data.reading.numbers import looks_like_number, number
from shrinkage.data.reading.patients import nearly_outcome
from shrinkage.data.reading.rules import RULES, words
from shrinkage.data.reading.withheld import is_missing, suppressed

COUNTS_OF_RATES = {"rate": "successes", "failure_rate": "failures"}


def may_be_rates(column: Column) -> bool:
    """Whether a heading names a rate ('Mortality'), and its whole numbers could be percents."""
    found = set(words(column.heading))
    values = [number(text) for text in column.values]
    named = found & set(RULES["rate_nouns"]) and not found & set(RULES["frequencies"])
    return bool(named) and all(value is None or value <= 100 for value in values)


def by_values(column: Column, means: Meaning) -> str | None:
    """The role of a heading, corrected by what stands below it: percents are no counts."""
    role = means.role
    filled = [text for text in column.values if looks_like_number(text[:1])]
    if (
        role in COUNTS_OF_RATES
        and filled
        and all(in_brackets(text, column.heading)[1] for text in filled)
    ):
        return COUNTS_OF_RATES[role]  # 'Deaths n (%)', each with its percent in brackets
    if role not in ("successes", "failures", "undirected", "trials"):
        return role
    texts = [text for text, _ in column.used()[:1000] if not is_missing(text)]
    if not texts:
        return None
    if role == "undirected" and any(t.casefold() in DIRECTED for t in texts):
        return "successes" if nearly_outcome(texts) else None
    if nearly_outcome(texts) and role != "trials":
        return role
    if all(not looks_like_number(t) and suppressed(t) is None for t in texts):
        return None
    fractions = [t for t in texts if "%" in t or ((v := number(t)) is not None and v % 1)]
    thousands = all(re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", t) for t in fractions)
    slips = 2 * len(fractions) < len(texts) and not any("%" in t for t in fractions)
    if thousands or (slips and not set(words(column.heading)) & set(RULES["rate_nouns"])):
        return role  # a mean below the counts is one of few
    return RATES.get(role)


DIRECTED = {*RULES["good"], *RULES["bad"]} - {"0", "1"}
