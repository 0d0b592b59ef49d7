"""Counts from rates: 96.4 % of 220 patients is 212 and nothing else, 96 % could be 211 or 212."""

from __future__ import annotations

import math

import pandas as pd

from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.headings import words
from shrinkage.data.reading.numbers import NUMBER, number
from shrinkage.data.reading.problems import Note
from shrinkage.data.reading.rules import RULES

DIGITS = 12  # significant digits that a spreadsheet's number is trusted with


def recover(table: Table, column: Column, rows: pd.DataFrame, decimal: str) -> list[Note]:
    """Put the counts that a column of rates means into `low` and `high` of the rows.

    A row for which no whole number has the rate, or several have, gets a `rate_problem`.
    """
    scales = _scales(column)
    usable = rows.index[(rows.state == NUMBER) & (rows.trials_state == NUMBER)]
    tried = {
        scale: {
            place: counts_of(column[place], rows.trials[place], scale, decimal) for place in usable
        }
        for scale in scales
    }
    good = [s for s in scales if all(low == high for low, high in tried[s].values())]
    scale = good[0] if good else scales[0]
    rows["rate_problem"] = None
    for place in usable:
        low, high = tried[scale][place]
        rows.loc[place, ["low", "high"]] = low, high
        if low != high or len(good) > 1:
            what = _problem(column[place], int(rows.trials[place]), low, high, len(good) > 1)
            rows.loc[place, "rate_problem"] = what
    if len(good) != 1 or not len(usable):
        return []
    first = usable[0]
    text = (
        f"Column '{column.heading}' has rates, "
        f"{'percents' if scale == 100 else 'shares of 1'}: the counts are the only whole numbers "
        f"that round to them ({column[first]} of {rows.trials[first]:.0f} is "
        f"{rows.low[first]:.0f})."
    )
    return [Note("recovered", text)]


def counts_of(text: str, trials: float, scale: int, decimal: str = ".") -> tuple[int, int]:
    """The fewest and the most successes among `trials` whose rate is written as `text`.

    fewest > most where there are none.
    """
    value = number(text, decimal) or 0.0
    half = 0.5 * 10.0 ** -_decimals(text, value, decimal)
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
    used = [text for text, _ in column.used()]
    values = [v for text in used if (v := number(text)) is not None]
    percent = {"percent", "percentage", "pct"} & set(words(column.heading))
    if any("%" in text for text in used) or any(value > 1 for value in values):
        return [100]
    return [100, 1] if percent & set(RULES["rates"]) else [1, 100]


def _problem(text: str, trials: int, low: int, high: int, both: bool) -> str:
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
