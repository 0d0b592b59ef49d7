"""What a prior on the population says of success rates, by quadrature.

Given sigma_pop, a doctor's log-odds are normal around 0 with the standard deviation
sqrt(mu_scale² + sigma_pop²). Two doctors of one clinic have a mean and half a difference of their
log-odds, M and D, which are independent: M has the variance mu_scale² + sigma_pop² / 2, D has
sigma_pop² / 2. Their rates differ by sinh(D) / (cosh(M) + cosh(D)), since
tanh x - tanh y = sinh(x - y) / (cosh x cosh y).

Normal variables are integrated by the trapezoidal rule, sigma_pop by Gauss-Legendre. The functions
of a column take the scale of mu_pop, the spread, and the number of a doctor's patients.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import stats
from scipy.special import expit, logit, ndtr

END = logit(0.95)
"""Log-odds beyond which a doctor is at an end of the scale."""

_Z = np.linspace(-8, 8, 161)  # beyond eight sds lies a mass of 1e-15
_P = stats.norm.pdf(_Z) * (_Z[1] - _Z[0])
_X, _W = np.polynomial.legendre.leggauss(32)
_T, _W_T = np.polynomial.legendre.leggauss(64)
# From -8 to 0, densest at 0, where the better doctor's log-odds are infinite
_BELOW = -((_T + 1) ** 3)
_P_BELOW = 3 * (_T + 1) ** 2 * _W_T * stats.norm.pdf(_BELOW)


class Spread(NamedTuple):
    """Values of `sigma_pop` and their probabilities."""

    sigma: np.ndarray
    weight: np.ndarray

    def mean(self, values: np.ndarray) -> float:
        """The mean of something known for each value of `sigma_pop`, on the last axis."""
        return float(values @ self.weight)


Column = Callable[[float, Spread, int], float]
"""A probability, from the scale of `mu_pop`, the spread and a number of patients."""


def half_normal(scale: float) -> Spread:
    """`sigma_pop` drawn from a half-normal prior with this scale."""
    sigma = 3 * (_X + 1)  # beyond six scales lies a mass of 2e-9
    return Spread(scale * sigma, 3 * _W * stats.halfnorm.pdf(sigma))


def known(sigma: float) -> Spread:
    """`sigma_pop` the same in every clinic."""
    return Spread(np.array([sigma]), np.ones(1))


def _log_odds(mu_scale: float, spread: Spread) -> np.ndarray:
    """A doctor's log-odds at the nodes, a column for each value of `sigma_pop`."""
    return _Z[:, None] * np.hypot(mu_scale, spread.sigma)


def at_the_ends(mu_scale: float, spread: Spread, n: int) -> float:
    """A doctor's success rate lies below 5 % or above 95 %."""
    return spread.mean(2 * ndtr(-END / np.hypot(mu_scale, spread.sigma)))


def raw_rate_at_the_ends(mu_scale: float, spread: Spread, n: int) -> float:
    """The raw rate of `n` patients lies below 5 % or above 95 %."""
    successes = np.arange(n + 1)
    successes = successes[(successes / n < 0.05) | (successes / n > 0.95)]
    theta = expit(_log_odds(mu_scale, spread))[..., None]
    return spread.mean(_P @ stats.binom.pmf(successes, n, theta).sum(axis=-1))


def far_apart(mu_scale: float, spread: Spread, n: int) -> float:
    """The rates of two doctors of one clinic differ by more than 50 points."""
    mean = _Z[:, None] * np.sqrt(mu_scale**2 + spread.sigma**2 / 2)
    cosh = np.cosh(np.minimum(abs(mean), 300.0))  # its square stays finite
    half = np.log(cosh + np.sqrt(cosh**2 + 3))  # D at which the rates differ by one half
    with np.errstate(divide="ignore"):  # no spread, no difference
        return spread.mean(_P @ (2 * ndtr(-half * np.sqrt(2) / spread.sigma)))


def strangers_far_apart(mu_scale: float, spread: Spread, n: int) -> float:
    """The same of two doctors of different clinics."""
    sd = np.hypot(mu_scale, spread.sigma)
    worse = expit(_BELOW[:, None] * sd)  # below one half, or the better one is above one
    far = ndtr(-logit(worse + 0.5)[..., None] / sd) @ spread.weight
    return spread.mean(2 * _P_BELOW @ far)


def range_of(doctors: int) -> Column:
    """The largest and the smallest rate of so many doctors differ by more than 50 points."""

    def column(mu_scale: float, spread: Spread, n: int) -> float:
        mean, sigma = mu_scale * _Z[:, None, None], spread.sigma[:, None]
        worst = mean + sigma * _Z
        far = (logit(np.minimum(expit(worst) + 0.5, 1.0)) - mean) / sigma
        # All others lie above the worst, and not too far
        near = doctors * (ndtr(far) - ndtr(_Z)) ** (doctors - 1) @ _P
        return 1 - spread.mean(_P @ near)

    return column


def log_odds_apart(mu_scale: float, spread: Spread, n: int) -> float:
    """The log-odds of two doctors of one clinic differ by more than 0.5."""
    with np.errstate(divide="ignore"):
        return spread.mean(2 * ndtr(-0.5 / (np.sqrt(2) * spread.sigma)))


def all_or_none(mu_scale: float, spread: Spread, n: int) -> float:
    """All of a doctor's `n` patients have the same outcome."""
    alpha = _log_odds(mu_scale, spread)
    return spread.mean(_P @ (expit(alpha) ** n + expit(-alpha) ** n))


def half_of(column: Column) -> Column:
    """One of two events that are equally probable, as the priors are symmetric."""
    return lambda mu_scale, spread, n: column(mu_scale, spread, n) / 2
