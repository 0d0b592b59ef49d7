"""Whether rates rise or fall with the caseload, which pooling takes for chance.

The logarithm of the caseload, in standard deviations, as a predictor of a unit's log-odds, in the
course's model; the prior of its coefficient is N(0, 1). Where nobody gave the caseload, that of the
expected number of events stands in its place.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.special import expit

from shrinkage.exact import Posterior
from shrinkage.report.by_quadrature import exact_posterior
from shrinkage.report.findings import Hyperprior, Summary
from shrinkage.report.quick_sum import log_likelihood
from shrinkage.report.units import Array, Units

FEWEST_UNITS = 5
SMALLEST_SPREAD = 0.1  # of the caseloads' logarithms to base 2: below it they are nearly alike
MOST_EXACT = 100  # units up to which the posterior is exact: it takes some twenty fits
STEP = 1.0  # between values of the coefficient, in its posterior standard deviations
REACH = 7.0  # and how far they go
ROUNDS = 3  # of Newton's method
LEAST = 0.1  # curvature, in the steps' units: a direction that is flatter is not followed farther
FARTHEST = 3.0  # steps that a round may go
NORMAL = 1.959964  # standard deviations to either end of a normal density's middle 95 %


def slope(units: Units, exact: Posterior, hyperprior: Hyperprior) -> Summary | None:
    """By what twice the caseload multiplies the odds of success, by the counts alone.

    Expectations, where there are some, stay in as an offset.

    Parameters
    ----------
    units : Units
    exact : Posterior
        Theirs without the caseload.
    hyperprior : Hyperprior

    Returns
    -------
    Summary or None
        None with fewer than five units, or with caseloads that are nearly alike. Exact for up to a
        hundred units; for more, normal around the joint posterior mode, which so many units allow.
    """
    doublings = np.log2(units.size)
    spread = float(doublings.std())
    if len(units) < FEWEST_UNITS or spread < SMALLEST_SPREAD:
        return None
    x = (doublings - doublings.mean()) / spread
    assert exact.sigma_pop is not None
    typical, sigma = exact.mu_pop, exact.sigma_pop
    start = np.array([typical.mean, sigma.mean, 0.0])
    centre, sd = _normal(units, x, hyperprior, start, np.array([typical.sd, sigma.sd, typical.sd]))
    low, high = centre - NORMAL * sd, centre + NORMAL * sd
    if len(units) <= MOST_EXACT:
        centre, low, high = _exact(units, x, hyperprior, centre, sd)
    return Summary(*(float(np.exp(beta / spread)) for beta in (centre, low, high)))


def _with(units: Units, x: Array, beta: float) -> Units:
    """The units with ``beta * x`` as a part of their expectation."""
    return replace(units, expected=units.trials * expit(units.offset + beta * x))


def _normal(
    units: Units, x: Array, hyperprior: Hyperprior, start: Array, width: Array
) -> tuple[float, float]:
    """Mode and standard deviation of the coefficient, by Newton's method.

    start, width: about the mode and the standard deviations of mu_pop, sigma_pop and the
    coefficient, which are the steps of the differences.
    """

    def log_posterior(at: Array) -> float:
        mu, sigma, beta = at  # of sigma_pop the likelihood is an even function
        found = log_likelihood(_with(units, x, beta), np.array([mu]), np.array([abs(sigma)]))[0]
        away = (mu - hyperprior.mu_loc) / hyperprior.mu_scale
        return float(found - 0.5 * (away**2 + (sigma / hyperprior.sigma_scale) ** 2 + beta**2))

    at, step = start, np.diag(width)
    for _ in range(ROUNDS):
        here = log_posterior(at)
        up, down = (np.array([log_posterior(at + sign * s) for s in step]) for sign in (1, -1))
        slope, curvature = (up - down) / 2, np.diag(up - 2 * here + down)
        for i, j in ((0, 1), (0, 2), (1, 2)):
            both = sum(log_posterior(at + sign * (step[i] + step[j])) for sign in (1, -1))
            mixed = (both - up[i] - up[j] - down[i] - down[j] + 2 * here) / 2
            curvature[i, j] = curvature[j, i] = mixed
        values, vectors = np.linalg.eigh(-curvature)
        inverse = vectors / np.maximum(values, LEAST) @ vectors.T
        at = at + np.clip(inverse @ slope, -FARTHEST, FARTHEST) * width
    return float(at[2]), float(np.sqrt(inverse[2, 2]) * width[2])


def _exact(
    units: Units, x: Array, hyperprior: Hyperprior, centre: float, sd: float
) -> tuple[float, float, float]:
    """Mean and ends of the interval: the evidence at evenly spaced coefficients, by its prior."""
    betas = centre + sd * np.arange(-REACH, REACH + STEP / 2, STEP)
    log = np.array([exact_posterior(_with(units, x, b), hyperprior).log_evidence for b in betas])
    log -= 0.5 * betas**2
    fine = np.linspace(betas[0], betas[-1], 1001)
    density = np.exp(CubicSpline(betas, log)(fine) - log.max())
    below = (np.cumsum(density) - density / 2) / density.sum()
    low, high = np.interp([0.025, 0.975], below, fine)
    return float(density @ fine / density.sum()), float(low), float(high)
