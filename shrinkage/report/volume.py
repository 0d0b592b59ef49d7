"""Whether rates rise or fall with the caseload, which pooling takes for chance.

The logarithm of the caseload, in standard deviations, as a predictor of a unit's log-odds, in the
course's model; the prior of its coefficient is N(0, 1).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize
from scipy.special import expit

from shrinkage.report.by_quadrature import exact_posterior
from shrinkage.report.findings import Hyperprior, Summary
from shrinkage.report.quick_sum import log_likelihood
from shrinkage.report.units import Array, Units

FEWEST_UNITS = 5
SMALLEST_SPREAD = 0.1  # of the caseloads' logarithms to base 2: below it they are nearly alike
MOST_EXACT = 0  # units up to which the posterior is exact: it takes some twenty fits
STEP = 0.5  # between values of the coefficient, in its posterior standard deviations
REACH = 5.0  # and how far they go
NORMAL = 1.959964  # standard deviations to either end of a normal density's middle 95 %


def slope(units: Units, hyperprior: Hyperprior) -> Summary | None:
    """By what twice the caseload multiplies the odds of success, by the counts alone.

    Expectations, where there are some, stay in as an offset.

    Returns
    -------
    Summary or None
        None with fewer than five units, or with caseloads that are nearly alike. Exact for up to a
        hundred units; for more, normal around the joint posterior mode, which so many units allow.
    """
    doublings = np.log2(units.trials)
    spread = float(doublings.std())
    if len(units) < FEWEST_UNITS or spread < SMALLEST_SPREAD:
        return None
    x = (doublings - doublings.mean()) / spread
    centre, sd = _normal(units, x, hyperprior)
    low, high = centre - NORMAL * sd, centre + NORMAL * sd
    if len(units) <= MOST_EXACT:
        centre, low, high = _exact(units, x, hyperprior, centre, sd)
    return Summary(*(float(np.exp(beta / spread)) for beta in (centre, low, high)))


def _with(units: Units, x: Array, beta: float) -> Units:
    """The units with ``beta * x`` as a part of their expectation."""
    return replace(units, expected=units.trials * expit(units.offset + beta * x))


def _normal(units: Units, x: Array, hyperprior: Hyperprior) -> tuple[float, float]:
    """Mode and standard deviation of the coefficient."""

    def minus_log(at: Array) -> float:
        mu, log_sigma, beta = at
        sigma = np.exp(log_sigma)
        found = log_likelihood(_with(units, x, beta), np.array([mu]), np.array([sigma]))[0]
        away = (mu - hyperprior.mu_loc) / hyperprior.mu_scale
        prior = away**2 + (sigma / hyperprior.sigma_scale) ** 2 + beta**2
        return float(0.5 * prior - log_sigma - found)

    pooled = (units.fewest + units.most).sum() / 2 + 0.5
    rate = pooled / (units.trials.sum() + 1)
    start = np.array([np.log(rate / (1 - rate)) - units.shift, np.log(0.3), 0.0])
    found = minimize(minus_log, start, method="BFGS", options={"gtol": 1e-2})
    return float(found.x[2]), float(np.sqrt(found.hess_inv[2, 2]))


def _exact(
    units: Units, x: Array, hyperprior: Hyperprior, centre: float, sd: float
) -> tuple[float, float, float]:
    """Mean and ends of the interval: the evidence at evenly spaced coefficients, by its prior."""
    betas = centre + sd * np.arange(-REACH, REACH + STEP / 2, STEP)
    log = np.array([exact_posterior(_with(units, x, b), hyperprior).log_evidence for b in betas])
    log -= 0.5 * betas**2
    fine = np.linspace(betas[0], betas[-1], 1001)
    density = np.exp(CubicSpline(betas, log)(fine) - log.max())
    below = np.cumsum(density) / density.sum()
    low, high = np.interp([0.025, 0.975], below, fine)
    return float(density @ fine / density.sum()), float(low), float(high)
