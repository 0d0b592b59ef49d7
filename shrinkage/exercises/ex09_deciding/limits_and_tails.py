"""Control limits, their power to catch a poor doctor, and the tail of a prediction."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from shrinkage.exact import Marginal, Posterior, posterior
from shrinkage.exercises.clinic import Clinic

POOR = 0.5  # the true rate that a funnel is asked to catch
TAIL = 0.001  # left out on either side by 99.8 % control limits, as in the chapter
INNER = 0.025  # by 95 % limits
NEARLY = 1e-9  # a limit's number of successes may be off by rounding

Rate = pd.Series | float
Limits = tuple[pd.Series, pd.Series]
Weighted = tuple[np.ndarray, np.ndarray]
"""Rates on a grid, and how probable each is."""

# --- Control limits, and the power to catch -------------------------------------------------------


def standard_error(p: Any, n: Any) -> Any:
    """Of a share of n patients at the rate p."""
    return np.sqrt(p * (1 - p) / n)


def control_limits(
    c: Clinic,
    *,
    tail: float = TAIL,
    centre: Rate | None = None,
    n: Rate | None = None,
    outside: int = 0,
) -> Limits:
    """Both limits: the last rates that are still inside; `outside` rates farther out."""
    trials = c.by_doctor(np.zeros(len(c.n))) + (c.n if n is None else n)
    rate = c.pooled if centre is None else centre
    lower = stats.binom.ppf(tail, trials, rate) - outside
    upper = stats.binom.ppf(1 - tail, trials, rate) + outside
    return c.by_doctor(lower / trials), c.by_doctor(upper / trials)


def normal_limits(c: Clinic) -> Limits:
    """By a normal distribution in place of the binomial one."""
    away = stats.norm.ppf(1 - TAIL) * standard_error(c.pooled, c.n)
    return c.pooled - away, c.pooled + away


def power(c: Clinic, lower: pd.Series, *, rate: float = POOR, above: int = 0) -> np.ndarray:
    """Probability that a doctor with this true rate falls below the lower limit.

    above: how many numbers of successes from the limit on are counted too.
    """
    return stats.binom.cdf(np.ceil(c.n * lower - NEARLY) - 1 + above, c.n, rate)


def power_of_a_normal(c: Clinic, lower: pd.Series) -> np.ndarray:
    """The same with a normal distribution for the binomial one."""
    return stats.norm.cdf((lower - POOR) / standard_error(POOR, c.n))


# --- The outlier's tail ---------------------------------------------------------------------------


@lru_cache(maxsize=16)
def by_counts(c: Clinic) -> Posterior:
    """The posterior of all doctors by counts alone, as the chapter's outliers are found."""
    return posterior(c.s, c.n)


@lru_cache(maxsize=16)
def new_doctors(c: Clinic) -> tuple[Marginal, ...]:
    """For each doctor the log-odds of a new one whom all others predict."""
    others = (posterior(c.s.drop(d), c.n.drop(d)) for d in c.doctors)
    return tuple(other.new_doctor.alpha for other in others)


def by_mass(alpha: Marginal) -> np.ndarray:
    """The probability of each point of a grid: its density times its distance to the next."""
    return alpha.density * np.gradient(alpha.x)


def by_density(alpha: Marginal) -> np.ndarray:
    """Its density, as if the points were equally far apart."""
    return alpha.density


def alike(alpha: Marginal) -> np.ndarray:
    """The same for each point."""
    return np.ones_like(alpha.x)


def weighted(alpha: Marginal, mass: Callable[[Marginal], np.ndarray] = by_mass) -> Weighted:
    """A marginal of log-odds as rates and their weights."""
    weight = mass(alpha)
    return expit(alpha.x), weight / weight.sum()


def predicted(c: Clinic, mass: Callable[[Marginal], np.ndarray] = by_mass) -> tuple[Weighted, ...]:
    """For each doctor the rate of a new one whom all others predict."""
    return tuple(weighted(alpha, mass) for alpha in new_doctors(c))


def tails(c: Clinic, rates: tuple[Weighted, ...], *, more: int = 0) -> pd.Series:
    """Probability of as few successes as each doctor's or fewer; `more` moves the bound."""
    found = [
        float(weight @ stats.binom.cdf(s + more, n, rate))
        for (rate, weight), s, n in zip(rates, c.s, c.n, strict=True)
    ]
    return c.by_doctor(found)


@lru_cache(maxsize=16)
def outlier_tails(c: Clinic) -> pd.Series:
    """Probability of as few successes or fewer, by the others' prediction."""
    return tails(c, predicted(c))


def at_one_rate(rate: float) -> Weighted:
    """A rate that is known."""
    return np.array([rate]), np.ones(1)


def tails_with_all_doctors(c: Clinic) -> pd.Series:
    """By a new doctor whom all doctors predict."""
    return tails(c, (weighted(by_counts(c).new_doctor.alpha),) * len(c.doctors))


def tails_by_own_posterior(c: Clinic) -> pd.Series:
    """By each doctor's own posterior."""
    return tails(c, tuple(map(weighted, by_counts(c).alpha)))


def tails_at_the_mean(c: Clinic) -> pd.Series:
    """By the mean rate of a new doctor."""
    return tails(c, tuple(at_one_rate(float(rate @ weight)) for rate, weight in predicted(c)))


def tails_of_the_average(c: Clinic) -> pd.Series:
    """By the rate of all patients."""
    return tails(c, (at_one_rate(c.pooled),) * len(c.doctors))
