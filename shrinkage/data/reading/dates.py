"""Dates, which are no numbers: '10.01.2024', '2024-01-10 08:30', '10 Jan 2024'."""

from __future__ import annotations

import functools
import re

TIME = r"(?:(?:,? |T)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[ap]m)?(?:Z|[+-]\d\d:?\d\d)?)?"
DAY_FIRST = re.compile(rf"(\d\d?)([./-]) ?(\d\d?)\2 ?(?:\d{{4}}|\d\d){TIME}", re.IGNORECASE)
YEAR_FIRST = re.compile(rf"\d{{4}}([./-])(\d\d?)\1(\d\d?){TIME}", re.IGNORECASE)
MONTH = (
    r"(?:jan(?:uary|uar|v|vier)?|feb(?:ruary|ruar)?|fév(?:r|rier)?|mar(?:ch|s)?|märz?|mrz|apr(?:il)?"
    r"|avr(?:il)?|may|mai|june?|juni|juin|july?|juli|juil(?:let)?|aug(?:ust)?|août|sept?(?:ember|embre)?"
    r"|oct(?:ober|obre)?|okt(?:ober)?|nov(?:ember|embre)?|dec(?:ember)?|dez(?:ember)?|déc(?:embre)?)\.?"
)
NAMED = re.compile(
    rf"(?:\d\d?(?:st|nd|rd|th|\.)?[ -]?{MONTH}|{MONTH}[ -]\d\d?(?:st|nd|rd|th)?|{MONTH})"
    rf"(?:,? |-)(?:\d{{4}}|\d\d){TIME}",
    re.IGNORECASE,
)


@functools.lru_cache(maxsize=65536)
def is_date(text: str) -> bool:
    """Whether a text is a date, perhaps with a time, or a month of a year."""
    if found := DAY_FIRST.fullmatch(text):
        day, month = int(found[1]), int(found[3])
        return 1 <= min(day, month) <= 12 and max(day, month) <= 31
    if found := YEAR_FIRST.fullmatch(text):
        return 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31
    return NAMED.fullmatch(text) is not None
