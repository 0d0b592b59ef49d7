"""The exact posterior of the doctors' rates, and how far numbers from draws may be off.

A mean of f over draws may be off by ERRORS sd(f)/sqrt(effective draws), a quantile by
ERRORS sqrt(p (1 - p)/effective draws)/density. For a function of several means, f is its influence
function.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline
from scipy.special import expit, logit

from shrinkage.exact import Marginal, Posterior, posterior
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.task import ERRORS

# Effective draws of theta that the notebook's own fit surely has: the smallest is more than one and
# a half times as large in every clinic that the tests try.
EFFECTIVE = 2000
TAILS = (0.025, 0.975)  # of the course's intervals

Steps = Callable[[Clinic], pd.Series]
"""A step of a truth that gives a number for each doctor."""


@lru_cache(maxsize=8)
def fitted(c: Clinic) -> Posterior:
    """The exact posterior without severity."""
    return posterior(c.s, c.n)


def log_odds(c: Clinic) -> Sequence[Marginal]:
    """The posterior of each doctor's log-odds."""
    return fitted(c).alpha


def estimates(c: Clinic) -> pd.Series:
    """Posterior mean of each doctor's rate."""
    return c.by_doctor(fitted(c).mean)


def sds(c: Clinic) -> pd.Series:
    """Posterior standard deviation of each doctor's rate."""
    return c.by_doctor(fitted(c).sd)


def raw_rates(c: Clinic) -> pd.Series:
    """Successes by patients."""
    return c.raw


def mean_log_odds(c: Clinic) -> pd.Series:
    """Posterior mean of each doctor's log-odds."""
    return c.by_doctor([m.mean for m in log_odds(c)])


@lru_cache(maxsize=64)
def log_odds_quantile(c: Clinic, prob: float) -> pd.Series:
    """A quantile of each doctor's log-odds."""
    return c.by_doctor([m.quantile(prob) for m in log_odds(c)])


def quantile(c: Clinic, prob: float) -> pd.Series:
    """A quantile of each doctor's rate."""
    return expit(log_odds_quantile(c, prob))


def expect(m: Marginal, f: Callable[[np.ndarray], Any]) -> float:
    """The posterior mean of a function of the log-odds."""
    x = np.linspace(m.x[0], m.x[-1], 2001)
    density = np.maximum(CubicSpline(m.x, m.density)(x), 0.0)
    return float(density / density.sum() @ f(x))  # it has fallen to nothing at both ends


def table(columns: list[str], *values: pd.Series) -> pd.DataFrame:
    """A table by doctor."""
    return pd.concat(values, axis=1, keys=columns)


def estimate_error(c: Clinic) -> pd.Series:
    """How far an estimate from draws may be off, with its third decimal rounded."""
    return ERRORS * sds(c) / np.sqrt(EFFECTIVE) + 6e-4


@lru_cache(maxsize=64)
def quantile_error(c: Clinic, prob: float) -> pd.Series:
    """How far a quantile of the draws of a rate may be off, with its third decimal rounded."""
    rate = quantile(c, prob)
    at = logit(rate)
    density = [np.interp(x, m.x, m.density) for x, m in zip(at, log_odds(c), strict=True)]
    density = c.by_doctor(density) / (rate * (1 - rate))  # of the rate, not of its log-odds
    return ERRORS * np.sqrt(prob * (1 - prob) / EFFECTIVE) / density + 6e-4
