"""How long a period is, and how long a caseload would take."""

from __future__ import annotations

import re

YEAR = r"((?:19|20)\d\d)"
TO = r"\s*(?:-|–|—|/|to|until)\s*"


def months(period: str | None) -> float | None:
    """The length of a period in months; None where the text does not give one.

    Understands '2003', '2001-2003', '2015-18', '2023/24' (a financial year), '2021-07 to 2022-06',
    '18 months' and '2 years'.
    """
    text = (period or "").strip().lower()
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(month|year)s?", text):
        return float(found[1]) * (12 if found[2] == "year" else 1) or None
    if re.fullmatch(YEAR, text):
        return 12.0
    month = r"(0?[1-9]|1[0-2])"
    if found := re.fullmatch(rf"{YEAR}-{month}{TO}{YEAR}-{month}", text):
        first, last = (12 * int(found[k]) + int(found[k + 1]) for k in (1, 3))
        return float(last - first + 1) if last >= first else None
    if found := re.fullmatch(rf"{YEAR}{TO}{YEAR}", text):
        years = int(found[2]) - int(found[1]) + 1
        return 12.0 * years if years > 0 else None
    if found := re.fullmatch(rf"{YEAR}([-–/])(\d\d)", text):
        years = int(found[3]) - int(found[1]) % 100
        if found[2] == "/":
            return 12.0 if years == 1 else None
        return 12.0 * (years + 1) if years > 0 and int(found[3]) > 12 else None
    return None


def how_long(number: float) -> str:
    """A number of months as a sentence says it: '8 months', '3 years'."""
    if number < 1:
        return "a month"
    if number < 22:
        return "a month" if round(number) == 1 else f"{round(number)} months"
    return f"{round(number / 12)} years"
