"""What to do about each unit near the line: whom to look at, and what would settle it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shrinkage.report.findings import Analysis
from shrinkage.report.period import how_long
from shrinkage.report.wording import Words, about, capital, probability

SPOKEN = {3: "three"}
WAIT = "Wait and count"
MOST = 12  # units that are listed, the others counted
AGES = 20  # years, of which nobody counts the single ones
LONG, MANY = 24, 3  # months, or times the caseload: beyond it nobody waits
NOW = "Decide now: look at the records if that is quiet and cheap, or leave it"
LEAVE = "No review"
NEAR = 0.5  # of the threshold: as probable as that is near the line


@dataclass(frozen=True)
class Step:
    """One unit's next step.

    Attributes
    ----------
    name : str
    what : str
        'Look at the records', 'Wait and count', `NOW` where waiting does not help, or `LEAVE`.
    why : str
        The estimate, the counts and the probability.
    then : str
        What would settle it.
    """

    name: str
    what: str
    why: str
    then: str


def review(a: Analysis, w: Words, months: float | None) -> list[Step]:
    """Those that the decision names, the most probable first."""
    rows = a.table.set_index("doctor", drop=False).loc[list(a.verdict.review)]
    return [_step(a, w, row, months, "Look at the records") for row in rows.itertuples()]


def near(a: Analysis, w: Words, months: float | None) -> list[Step]:
    """Those of whom too little is known, though they may lie beyond the standard."""
    return [_step(a, w, row, months, WAIT) for row in rows_near(a).itertuples()]


def nearest(a: Analysis, w: Words, months: float | None) -> list[Step]:
    """The one that is most probably beyond the standard, where nobody is near it."""
    rows = a.judged.nlargest(1, "below").itertuples()
    return [_step(a, w, row, months, LEAVE) for row in rows]


def rows_near(a: Analysis) -> pd.DataFrame:
    """Their rows of the table, the most probable first."""
    table = a.judged[a.judged.below > NEAR * a.verdict.threshold]
    return table[~table.doctor.isin(a.verdict.review)].sort_values("below", ascending=False)


def _step(a: Analysis, w: Words, row: Any, months: float | None, what: str) -> Step:
    scale, then = w.scale, settling(row, w, months)
    if what == WAIT and then and not then.startswith("About"):
        what = NOW
    chance = probability(row.below, a.verdict.threshold)
    why = (
        f"{scale.full(row.estimate, row.low, row.high)}, {scale.worse} "
        f"{scale.as_given(a.standard)} with a probability of {chance}"
        f"{counted(row, w)}."
    )
    return Step(w.name(row.doctor), what, why, then)


def meant(steps: list[Step], w: Words) -> str:
    """What the steps mean by 'settle' and 'like these'; '' where none says it."""
    if not any("settle" in step.then for step in steps):
        return ""
    return (
        "Settled is what is 95 % sure: on which side of the standard the rate lies. "
        f"{capital(w.cases)} like these are further ones that go as the estimate says."
    )


def counted(row: Any, w: Words) -> str:
    """What a row of the table counts, after a semicolon: '; 57 deaths in 1,221 operations'."""
    scale = w.scale
    if pd.isna(row.trials):
        return ""
    cases = f" in {w.patients(row.trials)}" if scale.rates else ""
    if pd.isna(row.successes):
        if pd.isna(row.fewest):  # masked
            return f"; {w.patients(row.trials)}" if scale.rates else ""
        low, high = sorted(scale.tally(end, row.trials) for end in (row.fewest, row.most))
        return f"; between {low:,} and {high:,} {w.counted}{cases}"
    said = f"; {w.events(scale.tally(row.successes, row.trials))}{cases}"
    if scale.is_ratio:
        said += f", {scale.tally(row.expected, row.trials):,.1f} expected"
    return said


def settling(row: Any, w: Words, months: float | None) -> str:
    """How many more patients would settle on which side of the standard a unit lies."""
    if pd.isna(row.settle) or pd.isna(row.trials):
        return ""
    if row.settle == 0:
        return f"More {w.cases} would hardly change that."
    if math.isinf(row.settle):
        return (
            "Waiting will not help: the estimate lies so near the standard that a million more "
            f"{w.cases} might not tell on which side it is."
        )
    times = row.settle / row.trials
    length = times * months if months else None
    if times > MANY if length is None else length > LONG:
        if length is None:
            long = (
                f"more than {SPOKEN[MANY]} times the {w.cases} that this {w.unit} has in the file"
            )
        else:
            long = f"{how_long(length) if length < 12 * AGES else 'decades'} at this caseload"
        return f"Waiting will not help: it would take {long}."
    time = f"some {how_long(length)} at this caseload" if length is not None else ""
    more = (
        f"About {about(row.settle)} more {w.cases} like these"
        if w.scale.rates
        else f"About {times:.1f} times as many {w.cases} as in the file"
    )
    return f"{more}{f', {time},' if time else ''} would settle it."
