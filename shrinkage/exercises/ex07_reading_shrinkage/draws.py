"""The draws that task 07.3 hands to a student's function, and what follows from them.

From the draws of `mu_pop` and `sigma_pop` the distribution of new doctors is known: a mixture of
normals. A truth takes it at evenly spread probabilities and has no Monte Carlo error of its own.

In the published clinic the doubt about the population hides behind the Monte Carlo error of 8,000
new doctors. So there are also draws that leave the population in much doubt, and in none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy import stats
from scipy.special import bdtr, expit, ndtr

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex07_reading_shrinkage.clinic import perfect
from shrinkage.exercises.ex07_reading_shrinkage.estimates import fitted
from shrinkage.exercises.intervals import shortest

SIZE = 8000  # draws, as the notebook's fit has
EVENLY = (np.arange(SIZE) + 0.5) / SIZE
GRID = 600  # log-odds at which a mixture is computed: its quantiles are right to 1e-4
NEXT, FEW = 20, 12  # of the next twenty patients, twelve successes or fewer


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of the population and of the rate of a known doctor; equal only to itself."""

    mu: np.ndarray
    sigma: np.ndarray
    theta: np.ndarray

    @cached_property
    def new_log_odds(self) -> np.ndarray:
        """Log-odds of new doctors, each from the population of a draw."""
        low, high = (self.mu - 6 * self.sigma).min(), (self.mu + 6 * self.sigma).max()
        x = np.linspace(low, high, GRID)
        below = [ndtr((at - self.mu) / self.sigma).mean() for at in x]
        return np.interp(EVENLY, below, x)

    @cached_property
    def plugged_in(self) -> np.ndarray:
        """Log-odds of new doctors of one population, that of the means."""
        return stats.norm.ppf(EVENLY, self.mu.mean(), self.sigma.mean())


Rates = Callable[[Draws], np.ndarray]
"""A step: whose rate it is, as many values of it."""

Tails = tuple[float, float]
Ends = Callable[[np.ndarray, Tails], np.ndarray]
"""A step: from values and two probabilities to both ends of an interval."""


@lru_cache(maxsize=8)
def draws(c: Clinic) -> Mapping[str, Draws]:
    """The draws of each call, the clinic's own first."""
    rng = np.random.default_rng(7)

    def spread() -> np.ndarray:
        """Probabilities evenly spread, in random order."""
        return rng.permutation(EVENLY)

    fit = fitted(c)
    own = fit.joint.quantiles(spread(), spread(), np.empty((SIZE, 0)))
    return {
        "the draws of this clinic": Draws(
            own.mu_pop, own.sigma_pop, expit(fit.alpha[perfect(c)].quantile(spread()))
        ),
        "draws that leave much doubt about the population": Draws(
            stats.norm.ppf(spread(), 1.8, 0.9),
            stats.halfnorm.ppf(spread()),
            stats.beta.ppf(spread(), 4, 2),
        ),
        "draws of nearly equal doctors": Draws(
            stats.norm.ppf(spread(), 0.9, 0.2),
            stats.lognorm.ppf(spread(), 0.5, scale=0.2),
            stats.beta.ppf(spread(), 24, 10),
        ),
    }


def calls(c: Clinic) -> dict[str, tuple]:
    """The arguments of each call."""
    return {label: (d.mu, d.sigma, d.theta) for label, d in draws(c).items()}


# --- Whose rate -----------------------------------------------------------------------------------


def new_doctor(d: Draws) -> np.ndarray:
    """A doctor of the population of each draw."""
    return expit(d.new_log_odds)


def new_log_odds(d: Draws) -> np.ndarray:
    """The same, not yet as a rate."""
    return d.new_log_odds


def known_doctor(d: Draws) -> np.ndarray:
    """The doctor who has patients."""
    return d.theta


def typical_doctor(d: Draws) -> np.ndarray:
    """The middle of the population."""
    return expit(d.mu)


def doctor_of_mean_population(d: Draws) -> np.ndarray:
    """A doctor of one population, that of the means of the draws."""
    return expit(d.plugged_in)


def estimate(d: Draws) -> np.ndarray:
    """The known doctor's mean rate alone."""
    return d.theta.mean(keepdims=True)


# --- What is asked of it --------------------------------------------------------------------------


def shortest_ends(values: np.ndarray, tails: Tails) -> np.ndarray:
    """The ends of the shortest interval, of the level of the equal-tailed one."""
    return shortest(values, tails[1] - tails[0])


@lru_cache(maxsize=256)
def interval(d: Draws, whose: Rates, tails: Tails, ends: Ends = np.quantile) -> np.ndarray:
    """Both ends of an interval: equal-tailed, or another one of the same level."""
    return ends(whose(d), tails)


@lru_cache(maxsize=256)
def at_most(d: Draws, whose: Rates, most: int = FEW) -> float:
    """The probability of at most so many successes among the next patients."""
    return float(bdtr(most, NEXT, whose(d)).mean())


def exactly(d: Draws, whose: Rates, most: int) -> float:
    """The probability of just so many."""
    return at_most(d, whose, most) - at_most(d, whose, most - 1)


def at_most_failures(d: Draws, whose: Rates, most: int) -> float:
    """The probability of at most so many failures."""
    return 1 - at_most(d, whose, NEXT - most - 1)


def at_the_mean(d: Draws, whose: Rates, most: int) -> float:
    """The probability of at most so many at the mean of the rate."""
    return float(bdtr(most, NEXT, whose(d).mean()))


def rate_is_low(d: Draws, whose: Rates, most: int) -> float:
    """The probability that the rate itself is at most so low."""
    return float(np.mean(whose(d) <= most / NEXT))


def share_of_mu(d: Draws) -> float:
    """The share of a new doctor's variance that is doubt about mu_pop."""
    return float(d.mu.var() / (d.mu.var() + np.mean(d.sigma**2)))


def share_of_sds(d: Draws) -> float:
    """A share of standard deviations."""
    return float(np.sqrt(share_of_mu(d)))


def variance_of_mu(d: Draws) -> float:
    """The first part alone."""
    return float(d.mu.var())


def variance_of_sigma_for_spread(d: Draws) -> float:
    """The doubt about sigma_pop in place of its square."""
    return float(d.mu.var() / (d.mu.var() + d.sigma.var()))


def square_of_mean_sigma(d: Draws) -> float:
    """The square of the mean in place of the mean of the squares."""
    return float(d.mu.var() / (d.mu.var() + d.sigma.mean() ** 2))
