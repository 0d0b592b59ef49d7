"""Three hundred clinics whose future is known, and the error of an estimator in each kind of them.

The error is the mean squared distance from the true rates, averaged over the clinics of a kind: the
squared error for endless new patients, less the floor that no prediction gets under.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import expit

from shrinkage.exercises.answers import calls_table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex02_three_ways_to_pool.the_weight import Array, luck, weight

Estimator = Callable[[Array, Array], Array]
"""From the successes and patients of one clinic's doctors to their estimates."""

LIMIT = 1.35  # times the error of the chapter's sums, in each kind of clinic
PER_KIND = 100
KINDS = {  # how much the doctors of a clinic differ, log-odds; and their caseloads
    "nearly alike": (0.25, (4, 5, 6, 8, 10, 12, 15, 20)),
    "different": (0.8, (3, 3, 4, 4, 5, 6, 100, 150, 200, 250)),
    "far apart": (2.0, (5, 5, 8, 8, 12, 12, 30, 60, 100)),
}


def spread_of(s: Array, n: Array, *, chance: Array | None = None) -> tuple[float, float]:
    """The spread by which the weighted squares come to J - 1, and the mean of the doctors.

    `chance` is the variance by luck of each raw rate; at the rate of all patients unless given.
    """
    rate = s / n
    chance = luck(n, s.sum() / n.sum()) if chance is None else chance
    low, high = 0.0, 0.5
    for _ in range(40):
        spread = (low + high) / 2
        precision = 1 / (spread**2 + chance)
        mean = float(precision @ rate / precision.sum())
        if precision @ (rate - mean) ** 2 > len(n) - 1:
            low = spread
        else:
            high = spread
    return spread, mean


def sums(s: Array, n: Array) -> Array:
    """The chapter's estimates."""
    spread, mean = spread_of(s, n)
    return mean + weight(n, spread, s.sum() / n.sum()) * (s / n - mean)


def no_pooling(s: Array, n: Array) -> Array:
    """Raw rates."""
    return s / n


def complete_pooling(s: Array, n: Array) -> Array:
    """The rate of all patients together, for everyone."""
    return np.full(len(n), s.sum() / n.sum())


@cache
def clinics(c: Clinic) -> dict[str, tuple[str, Array, Array, Array]]:
    """By what the check calls a clinic: its kind, successes, patients and true rates."""
    rng = c.rng(2)
    found = {}
    for kind, (sigma, caseloads) in KINDS.items():
        for number in range(1, PER_KIND + 1):
            n = rng.permutation(caseloads)
            theta = expit(rng.normal(rng.uniform(0.5, 1.8), sigma, size=len(n)))
            label = f"clinic {number} of those whose doctors are {kind}"
            found[label] = kind, rng.binomial(n, theta), n, theta
    return found


def calls(c: Clinic) -> dict[str, tuple]:
    """The clinics that the check asks about."""
    return {label: (s, n) for label, (_, s, n, _) in clinics(c).items()}


def estimates(c: Clinic, *, estimator: Estimator = sums) -> pd.DataFrame:
    """An estimator's answers, a row a clinic, padded with NaN."""
    return _estimates(c, estimator).copy()


@cache
def _estimates(c: Clinic, estimator: Estimator) -> pd.DataFrame:
    return calls_table(estimator, calls(c))


@cache
def _true_rates(c: Clinic) -> Array:
    rows = {label: (theta,) for label, (_, _, _, theta) in clinics(c).items()}
    return calls_table(lambda theta: theta, rows).to_numpy()


def error_by_kind(answer: pd.DataFrame, c: Clinic) -> pd.Series:
    """The error in each kind of clinic; NaN where an estimate is missing."""
    theta = _true_rates(c)
    there = ~np.isnan(theta)
    squares = np.where(there, (answer.to_numpy() - theta) ** 2, 0.0)
    kinds = np.array([kind for kind, *_ in clinics(c).values()])
    by_clinic = squares.sum(axis=1) / there.sum(axis=1)
    return pd.Series({kind: by_clinic[kinds == kind].mean() for kind in KINDS})


@cache
def error_of(estimator: Estimator, c: Clinic) -> pd.Series:
    """The error of an estimator in each kind of clinic."""
    return error_by_kind(_estimates(c, estimator), c)


def beats_both(answer: pd.DataFrame, c: Clinic) -> bool:
    """Whether the error over all clinics is smaller than with either pooling."""
    error = error_by_kind(answer, c).mean(skipna=False)
    return all(error < 0.95 * error_of(way, c).mean() for way in (no_pooling, complete_pooling))


def keeps_up(kind: str) -> Callable[[pd.DataFrame, Clinic], bool]:
    """Whether the error in this kind of clinic is not far above that of the chapter's sums."""
    return lambda answer, c: bool(error_by_kind(answer, c)[kind] < LIMIT * error_of(sums, c)[kind])
