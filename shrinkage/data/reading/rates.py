"""Counts from rates: 96.4 % of 220 patients is 212 and nothing else, 96 % could be 211 or 212."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from shrinkage.data.reading.aggregates import is_total
from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.numbers import NUMBER, SUPPRESSED, number
from shrinkage.data.reading.problems import Note, in_rows
from shrinkage.data.reading.qualifiers import unit_of_rate
from shrinkage.data.reading.rules import RULES, words

COUNTS = " If the column has counts, state failures= or successes= for it, and no rate."
EXAMPLES = 2  # counts that a note on the recovered ones quotes
DIGITS = 12  # significant digits that a spreadsheet's number is trusted with
SHARE_AMONG_PERCENTS = 20  # how far below all percents a value is that may be a share of 1


def recover(table: Table, column: Column, rows: pd.DataFrame, decimal: str) -> list[Note]:
    """Put the counts that a column of rates means into `low` and `high` of the rows.

    A row for which no whole number has the rate, or several have, gets a `rate_problem`; one whose
    rate is withheld between bounds ('<1 %') gets the bounds of the count.
    """
    scales = _scales(column)
    known = rows.trials_state == NUMBER
    usable = rows.index[(rows.state == NUMBER) & known]
    texts, trials = [column[place] for place in usable], rows.trials[usable].tolist()
    values = [number(text, decimal) or 0.0 for text in texts]
    most = max((_decimals(t, v, decimal) for t, v in zip(texts, values, strict=True)), default=0)
    tried = {}
    for scale in scales:
        digits = most if scale == 1 and most > 2 else 0  # a spreadsheet writes 0.030 as 0.03
        tried[scale] = [
            counts_of(text, n, scale, decimal, digits)
            for text, n in zip(texts, trials, strict=True)
        ]
    judged = _judged(rows.loc[usable])
    good = [
        scale
        for scale in scales
        if all(low == high for (low, high), used in zip(tried[scale], judged, strict=True) if used)
    ]
    scale = good[0] if good else scales[0]
    rows["rate_problem"] = None
    if len(usable):
        rows.loc[usable, ["low", "high"]] = tried[scale]
        whole = all(value == round(value) <= n for value, n in zip(values, trials, strict=True))
        problems = [
            _problem(text, int(n), low, high, len(good) > 1)
            for text, n, (low, high) in zip(texts, trials, tried[scale], strict=True)
        ]
        rows.loc[usable, "rate_problem"] = [
            said and said + (COUNTS if whole else "") for said in problems
        ]
    hidden = rows.index[(rows.state == SUPPRESSED) & known]
    if len(hidden):
        ends = [bounds_of(column[place], decimal) for place in hidden]
        rows.loc[hidden, ["low", "high"]] = [
            _counts_between(between, n, scale) if between else (math.nan, math.nan)
            for between, n in zip(ends, rows.trials[hidden], strict=True)
        ]
    notes = _mixed(column, rows, dict(zip(usable, values, strict=True))) if scale == 100 else []
    if len(good) != 1 or not len(usable):
        return notes
    few = [place for place, used in zip(usable, judged, strict=True) if used][:EXAMPLES]
    examples = "; ".join(
        f"{column[place]} of {rows.trials[place]:.0f} is {rows.low[place]:.0f}" for place in few
    )
    sort = {100: "percents", 1: "shares of 1"}.get(scale, f"each of {scale}")
    text = (
        f"Column '{column.heading}' has rates, {sort}: the counts are the only whole numbers "
        f"that round to them ({examples})."
    )
    return [Note("recovered", text), *notes]


def _judged(rows: pd.DataFrame) -> list[bool]:
    """Which rows have to have a whole number of their own: not a total, of too many patients."""
    total = [is_total(name) for name in rows.doctor]
    rest = rows.trials[~np.array(total, bool)]
    whole = (2 * rows.trials == rest.sum()) if len(rest) > 2 else rows.trials < 0
    judged = [not (a or b) for a, b in zip(total, whole, strict=True)]
    return judged if any(judged) else [True] * len(judged)


def bounds_of(text: str, decimal: str = ".") -> tuple[float, float, bool] | None:
    """The bounds of a rate that is withheld ('<1', '2-4 %'), and whether the upper is excluded."""
    plain = " ".join(text.casefold().replace("%", "").split())
    for starts, strict in ((RULES["at_most"], False), (RULES["fewer_than"], True)):
        for start in starts:
            if plain.startswith(start) and (most := number(plain[len(start) :], decimal)):
                return 0.0, most, strict
    for mark in RULES["range_marks"]:
        ends = [number(part, decimal) for part in plain.split(mark)]
        if len(ends) == 2 and ends[0] is not None and ends[1] is not None and ends[0] < ends[1]:
            return ends[0], ends[1], False
    return None


def _counts_between(ends: tuple[float, float, bool], trials: float, scale: int) -> tuple[int, int]:
    least, most, strict = ends
    low = math.ceil(trials * least / scale - 1e-9)
    high = math.floor(trials * most / scale + 1e-9)
    if strict and abs(high - trials * most / scale) < 1e-9:
        high -= 1
    return low, max(min(high, int(trials)), low)


def _mixed(column: Column, rows: pd.DataFrame, values: Mapping[int, float]) -> list[Note]:
    """Shares of 1 among percents: 0.96 beside 96 and 98 is refused, 0.1 beside 4 is doubtful."""
    large = [value for value in values.values() if value > 1]
    if not large or rows.rate_problem.notna().any():
        return []
    odd = [
        place
        for place, value in values.items()
        if 0 < value <= 1
        and value < min(large) / SHARE_AMONG_PERCENTS
        and min(large) / 2 <= 100 * value <= min(2 * max(large), 100)
    ]
    if min(large) >= SHARE_AMONG_PERCENTS:
        for place in odd:
            rows.loc[place, "rate_problem"] = (
                f"'{column[place]}' seems a share of 1, and the others are percents. Write all in "
                "one way."
            )
        return []
    if not odd:
        return []
    numbers = tuple(int(rows.row[place]) for place in odd)
    text = (
        f"Column '{column.heading}', {in_rows(list(numbers))}: {column[odd[0]]} was read as a "
        "percent like the others. Is it a share of 1?"
    )
    return [Note("percents", text, numbers, doubtful=True)]


def counts_of(
    text: str, trials: float, scale: int, decimal: str = ".", digits: int = 0
) -> tuple[int, int]:
    """The fewest and the most successes among `trials` whose rate is written as `text`.

    It has at least so many `digits` behind the point, zeros that are not written included;
    fewest > most where there are none.
    """
    value = number(text, decimal) or 0.0
    half = 0.5 * 10.0 ** -max(_decimals(text, value, decimal), digits)
    low = math.ceil(trials * (value - half) / scale - 1e-9)
    high = math.floor(trials * (value + half) / scale + 1e-9)
    return max(low, 0), min(high, int(trials))


def _decimals(text: str, value: float, decimal: str) -> int:
    """The decimals that a rate is given with; a computer's 0.026000000000000002 has three."""
    written = text.rstrip("% ").partition(decimal)[2]
    if len(written) < DIGITS and written.isdecimal():
        return len(written)
    return len(f"{value:.{DIGITS}g}".partition(".")[2]) if "e" not in f"{value:.{DIGITS}g}" else 15


def _scales(column: Column) -> list[int]:
    """100 for percents, 1 for shares, the likelier first; both where the values allow it."""
    if scale := unit_of_rate(column.heading)[1]:
        return [scale]
    used = [text for text, _ in column.used()]
    values = [v for text in used if (v := number(text)) is not None]
    if any("%" in text for text in used) or any(value > 1 for value in values):
        return [100]
    percent = {"percent", "percentage", "pct"} & set(words(column.heading))
    return [100, 1] if percent else [1, 100]


def _problem(text: str, trials: int, low: int, high: int, both: bool) -> str | None:
    if low == high and not both:
        return None
    if both:
        return f"'{text}' could be a percent or a share of 1. Write '%' behind the percents."
    if low > high:
        return (
            f"no whole number of {trials} patients has the rate '{text}'. Is it a rate of other "
            "patients, or an adjusted rate? Give the counts."
        )
    return (
        f"'{text}' of {trials} patients could be {low} to {high} of them. Give the counts, or the "
        "rate with more decimals."
    )
