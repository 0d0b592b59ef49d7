"""The exact posterior under any prior on sigma_pop.

With sigma_pop fixed the posterior is exact (`shrinkage.exact`), and so is the probability of the
data, the evidence. A grid of such fits, weighted by evidence times prior, is the exact posterior
under any prior on sigma_pop. A Gamma(c, c) prior on the precision is, as a density of sigma_pop,
proportional to sigma ** (-2 c - 1) exp(-c / sigma ** 2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import stats
from scipy.special import logsumexp

from shrinkage.exact import Posterior, posterior
from shrinkage.exercises.ex10_twelve_hospitals.hospitals import Hospitals

C = 0.001  # shape and rate of the published prior on the precision
WIDE = 1000.0  # standard deviation of the published prior on mu_pop
COURSE = 1.5  # of the course's
# Even in the logarithm, over all that any of the priors leaves possible. Six times as many nodes
# change no posterior mean or standard deviation by more than 3e-4 standard deviations.
LOG_SIGMA = np.linspace(np.log(1e-3), np.log(5.0), 80)

Prior = Callable[[np.ndarray], np.ndarray]
"""The logarithm of a density of sigma_pop, up to a constant, at values of it."""


def gamma_on_precision(c: float) -> Prior:
    """A Gamma(c, c) prior on the precision."""
    return lambda sigma: -(2 * c + 1) * np.log(sigma) - c / sigma**2


def half_normal(scale: float) -> Prior:
    """A half-normal prior."""
    return lambda sigma: -0.5 * (sigma / scale) ** 2


def density_of_precision(sigma: np.ndarray) -> np.ndarray:
    """The published Gamma's density at the precision, without the change of variables."""
    return stats.gamma(C, scale=1 / C).logpdf(sigma**-2.0)


PUBLISHED, COURSES = gamma_on_precision(C), half_normal(1.0)


@dataclass(frozen=True)
class Fit:
    """Posterior means and standard deviations of mu_pop, sigma_pop and the rates, in this order.

    `mean_sd` is the mean of the standard deviations given sigma_pop, without what the doubt about
    it adds. `fourth` is the posterior mean of sigma_pop's fourth power.
    """

    mean: np.ndarray
    sd: np.ndarray
    mean_sd: np.ndarray
    fourth: float = np.nan

    @property
    def mirrored(self) -> Fit:
        """What the same fit says about surviving."""
        mean = np.array([-self.mean[0], self.mean[1], *(1 - self.mean[2:])])
        return Fit(mean, self.sd, self.mean_sd, self.fourth)


@lru_cache(maxsize=8)
def at_each_sigma(h: Hospitals, mu_scale: float) -> tuple[Posterior, ...]:
    """The exact fits at the nodes of the grid."""
    return tuple(
        posterior(h.deaths, h.operations, mu_scale=mu_scale, sigma_pop=s) for s in np.exp(LOG_SIGMA)
    )


@lru_cache(maxsize=8)
def _moments(h: Hospitals, mu_scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log evidence, means and second moments of mu_pop, sigma_pop and each rate, at each node."""
    fits = at_each_sigma(h, mu_scale)
    mean = [[f.mu_pop.mean, s, *f.mean] for f, s in zip(fits, np.exp(LOG_SIGMA), strict=True)]
    sd = [[f.mu_pop.sd, 0.0, *f.sd] for f in fits]
    return np.array([f.log_evidence for f in fits]), np.array(mean), np.square(sd) + np.square(mean)


def weights(
    h: Hospitals, prior: Prior, mu_scale: float, *, evidence: bool = True, widths: bool = True
) -> np.ndarray:
    """The posterior probability of each node; without `evidence` or `widths` it is a mistake."""
    log_evidence, *_ = _moments(h, mu_scale)
    height = prior(np.exp(LOG_SIGMA)) + evidence * log_evidence + widths * LOG_SIGMA
    return np.exp(height - logsumexp(height))


def fit_under(h: Hospitals, prior: Prior, mu_scale: float, **weighted: bool) -> Fit:
    """The exact fit under a prior on sigma_pop and a Normal(0, mu_scale) on mu_pop."""
    _, mean, second = _moments(h, mu_scale)
    weight = weights(h, prior, mu_scale, **weighted)
    centre = weight @ mean
    return Fit(
        centre,
        np.sqrt(np.maximum(weight @ second - centre**2, 0.0)),
        weight @ np.sqrt(np.maximum(second - mean**2, 0.0)),
        float(weight @ np.exp(4 * LOG_SIGMA)),
    )
