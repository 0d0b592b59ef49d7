"""The rows of the page's table, as texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shrinkage.report import next_steps
from shrinkage.report.findings import Analysis
from shrinkage.report.publish import FEW
from shrinkage.report.wording import Words, probability

MOST_ROWS = 300  # of which the page has all; of more it has the ends and those near the line
END, NEAR = 15, 40


@dataclass(frozen=True)
class Row:
    """One unit's row; a text is empty where there is nothing to say."""

    name: str
    trials: str
    counted: str
    expected: str
    raw: str
    estimate: str
    interval: str
    rate: str
    beyond: str
    worse: str
    place: str
    weight: str
    review: bool
    mark: str


def is_big(a: Analysis) -> bool:
    """Whether the table is too long for a page."""
    return len(a.table) > MOST_ROWS


def rows(a: Analysis, w: Words) -> list[Row]:
    """All rows in the order of their names, or those of a long table that a reader looks for."""
    table = a.table
    if is_big(a):
        named = {*a.verdict.review[:NEAR], *next_steps.rows_near(a).doctor[:NEAR]}
        ends = table.index < END
        ends |= table.index >= len(table) - END
        table = table[ends | table.doctor.isin(named)]
    made = [_row(a, w, row) for row in table.itertuples()]
    return sorted(made, key=lambda row: by_name(row.name))


def by_name(name: str) -> list[tuple[bool, int, str]]:
    """A key that sorts names as people do: 'Ward 2' before 'Ward 10'.

    A table that is sorted by its estimates is read as a ranking, whatever stands beside it.
    """
    parts = re.findall(r"\d+|\D+", name.casefold())
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _row(a: Analysis, w: Words, row: Any) -> Row:
    scale, review = w.scale, row.doctor in a.verdict.review
    empty = not pd.isna(row.trials) and row.trials == 0
    digits = scale.needed(row.low, row.high)
    rate = scale.as_rate
    return Row(
        name=row.doctor,
        trials=caseload(row),
        counted=_counted(row, w),
        expected=_expected(row, w) if scale.is_ratio else "",
        raw=_raw(row, w),
        estimate=scale.text(row.estimate, digits),
        interval=scale.span(row.low, row.high, digits),
        rate=rate.text(row.estimate, rate.needed(row.low, row.high)) if scale.is_ratio else "",
        beyond=probability(row.below),
        worse=probability(row.worse),
        place=_place(row),
        weight="" if empty or pd.isna(row.weight) else probability(row.weight),
        review=review,
        mark=f"no {w.cases}: prediction for a new {w.unit}" if empty else "",
    )


def caseload(row: Any) -> str:
    """How many patients, where that is not masked."""
    if pd.isna(row.trials):
        return f"under {FEW}" if row.few_trials else "masked"
    return f"{row.trials:,}"


def total(row: Any, w: Words) -> str:
    """How many patients a group has, rounded to be published."""
    return f"under {FEW}" if pd.isna(row.trials) else w.total(row.trials)


def _counted(row: Any, w: Words) -> str:
    if not pd.isna(row.successes):
        return f"{w.scale.tally(row.successes, row.trials):,}"
    if pd.isna(row.fewest):
        few = row.few_failures if w.scale.failures else row.few_successes
        return f"under {FEW}" if few else "masked"
    low, high = sorted(w.scale.tally(end, row.trials) for end in (row.fewest, row.most))
    return f"{low:,} to {high:,}"


def _expected(row: Any, w: Words) -> str:
    if pd.isna(row.expected):
        return ""
    if pd.isna(row.trials):
        return "masked"
    return f"{w.scale.tally(row.expected, row.trials):,.1f}"


def _raw(row: Any, w: Words) -> str:
    """The raw rate, or its range where the count is suppressed."""
    if not pd.isna(row.raw):
        return w.scale.text(row.raw)
    if pd.isna(row.trials) or pd.isna(row.fewest) or not row.trials or w.scale.is_ratio:
        return ""
    return w.scale.span(row.fewest / row.trials, row.most / row.trials)


def _place(row: Any) -> str:
    if pd.isna(row.rank_low):
        return ""
    low, high = int(row.rank_low), int(row.rank_high)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
