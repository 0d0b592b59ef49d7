"""A count with its percent in brackets, '8 (3.6 %)', as clinical tables write it."""

from __future__ import annotations

import re

from shrinkage.data.reading.rules import words

COUNT_AND_PERCENT = re.compile(r"([\d., ]*\d) ?\( ?([\d.,]+) ?(%?) ?\)")

PERCENT_BESIDE = re.compile(r"\w.*[(\[] ?% ?[)\]]$")  # 'Deaths (%)'


def count_of(text: str, heading: str = "") -> str:
    """The count in '8 (3.6 %)', as clinical tables write it; any other text as it is."""
    return in_brackets(text, heading)[0]


def in_brackets(text: str, heading: str) -> tuple[str, str]:
    """The count and the percent of '8 (3.6 %)', or of '8 (3.6)' below 'Deaths (%)'."""
    found = COUNT_AND_PERCENT.fullmatch(text)
    if not found:
        return text, ""
    said = words(heading)
    first = next((word for word in said if word in ("n", "number", "percent")), "percent")
    in_heading = "percent" in said and (first != "percent" or bool(PERCENT_BESIDE.search(heading)))
    return (found[1], found[2]) if found[3] or in_heading else (text, "")
