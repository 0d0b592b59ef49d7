"""The marks of a shrinkage plot, and what a check sees of them.

A check looks in each doctor's row for the marks nearest to the right ones (`answers.picture`). So
what it sees of a wrong picture depends on all marks of a row.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from shrinkage.exercises.answers.picture import AXIS
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.ex07_reading_shrinkage.estimates import (
    TAILS,
    Steps,
    estimate_error,
    estimates,
    log_odds,
    log_odds_quantile,
    quantile,
    quantile_error,
    raw_rates,
    sds,
    table,
)
from shrinkage.exercises.intervals import EVENLY, about_as_short, shortest

LEVEL = TAILS[1] - TAILS[0]
MARKS = ["raw", "estimate", "lower", "upper"]
Ends = Callable[[Clinic], tuple[pd.Series, pd.Series]]
"""A step that gives the two ends of each doctor's interval."""


def quantiles(lower: float, upper: float) -> Ends:
    """The interval between two quantiles of the posterior of the rate."""
    return lambda c: (quantile(c, lower), quantile(c, upper))


def evenly(c: Clinic) -> list[np.ndarray]:
    """Rates that stand for each doctor's posterior."""
    return [expit(m.quantile(EVENLY)) for m in log_odds(c)]


@lru_cache(maxsize=8)
def shortest_ends(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """The ends of the shortest intervals."""
    lower, upper = zip(*(shortest(rates, LEVEL) for rates in evenly(c)), strict=True)
    return c.by_doctor(lower), c.by_doctor(upper)


INTERVAL = quantiles(*TAILS)


def left_out(c: Clinic) -> pd.Series:
    """No mark at all."""
    return c.raw * np.nan


def no_interval(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """No mark at either end."""
    return left_out(c), left_out(c)


def ends_taken_for_distances(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """What `errorbar` draws if it is given the ends themselves."""
    lower, upper = INTERVAL(c)
    return estimates(c) - lower, estimates(c) + upper


def one_sd_each_side(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """One standard deviation below and above the estimate."""
    return estimates(c) - sds(c), estimates(c) + sds(c)


def wilson(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """Wilson's intervals of the raw rates."""
    pairs = zip(c.s.astype(int), c.n.astype(int), strict=True)
    ends = [stats.binomtest(s, n).proportion_ci(method="wilson") for s, n in pairs]
    return c.by_doctor([e.low for e in ends]), c.by_doctor([e.high for e in ends])


def log_odds_ends(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """The interval of each doctor's log-odds."""
    return log_odds_quantile(c, TAILS[0]), log_odds_quantile(c, TAILS[1])


def in_turn(c: Clinic) -> np.ndarray:
    """The names in the order of the marks."""
    return np.arange(len(c.doctors))


def by_estimate(c: Clinic) -> np.ndarray:
    """Marks sorted by estimate, names as they were."""
    return np.argsort(estimates(c).to_numpy(), kind="stable")


def by_caseload(c: Clinic) -> np.ndarray:
    """Marks sorted by caseload, names as they were."""
    return np.argsort(c.n.to_numpy(), kind="stable")


def upside_down(c: Clinic) -> np.ndarray:
    """Names in the opposite order."""
    return in_turn(c)[::-1]


@lru_cache(maxsize=8)
def mark_error(c: Clinic) -> pd.DataFrame:
    """How far the marks may be off; nothing for the axis, which is named or not."""
    ends = [quantile_error(c, p) for p in TAILS]
    marks = table(MARKS, 0 * c.raw + 6e-4, estimate_error(c), *ends)
    return _with_axis(marks, 0.01).fillna(0.01)


def picture_seen(
    c: Clinic,
    *,
    raw: Steps = raw_rates,
    estimate: Steps = estimates,
    ends: Ends = INTERVAL,
    scale: float = 1.0,
    names: Callable[[Clinic], np.ndarray] = in_turn,
    axis: float = 1.0,
) -> pd.DataFrame:
    """What a check sees of a picture with these marks, names and name of the axis."""
    drawn = scale * table(MARKS, raw(c), estimate(c), *ends(c))
    drawn = drawn.iloc[names(c)].set_axis(drawn.index)
    right = table(MARKS, c.raw, estimates(c), *INTERVAL(c))
    return _with_axis(_nearest(drawn, right, scale * float(mark_error(c).to_numpy().max())), axis)


def _nearest(drawn: pd.DataFrame, right: pd.DataFrame, error: float) -> pd.DataFrame:
    """In each row, for each right mark, the drawn mark nearest to it.

    NaN where another is about as near, so that Monte Carlo error decides which is the nearest.
    """
    there, wanted = drawn.to_numpy(float), right.to_numpy(float)
    away = np.abs(there[:, None, :] - wanted[:, :, None])
    away[np.isnan(away)] = np.inf
    best = away.argmin(axis=2)
    values = np.take_along_axis(there, best, axis=1)
    nearest = np.take_along_axis(away, best[:, :, None], axis=2)
    rival = (away < nearest + error) & (np.abs(there[:, None, :] - values[:, :, None]) > error)
    values[rival.any(axis=2) & (nearest[:, :, 0] > 0)] = np.nan
    return pd.DataFrame(values, right.index, MARKS)


def _with_axis(marks: pd.DataFrame, axis: float) -> pd.DataFrame:
    """The same with a row that says whether the axis of rates has a name."""
    row = pd.DataFrame({k: axis if k == MARKS[0] else np.nan for k in MARKS}, index=[AXIS])
    return pd.concat([marks, row])


def anywhere(scale: float = 1.0) -> Formula:
    """How far any mark may be off where another may stand in its place."""
    return lambda c: 0 * mark_error(c) + scale * mark_error(c).to_numpy().max()


@lru_cache(maxsize=8)
def as_short(c: Clinic) -> pd.DataFrame:
    """How far the ends of a shortest interval may be off."""
    error = mark_error(c).copy()
    ends = [about_as_short(rates, LEVEL) for rates in evenly(c)]
    error.loc[list(c.doctors), MARKS[2:]] += np.array(ends)
    return error


def in_its_row(c: Clinic) -> pd.DataFrame:
    """The same where each mark is in its own doctor's row."""
    return pd.DataFrame({name: mark_error(c).max(axis=1) for name in MARKS})


def on_log_odds(c: Clinic) -> pd.DataFrame:
    """The same on the scale of log-odds."""
    rate = expit(np.array(log_odds_ends(c))).T
    error = (mark_error(c).iloc[:-1, 2:] / (rate * (1 - rate))).max(axis=1)
    return _with_axis(pd.DataFrame(dict.fromkeys(MARKS, error)), 0.01).fillna(0.01)


def shown(*names: str) -> Formula:
    """Where a picture shows these marks."""
    return lambda c: _with_axis(pd.DataFrame({k: c.n.gt(0) & (k in names) for k in MARKS}), 0.0).eq(
        1
    )


def axis_named(c: Clinic) -> pd.DataFrame:
    """Where a picture shows whether the axis has a name."""
    return _with_axis(pd.DataFrame(False, list(c.doctors), MARKS), 1.0).eq(1)
