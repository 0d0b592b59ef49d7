"""The posterior of the hierarchical logit by a plain sum: an independent answer for the tests.

No mode is looked for and no node is laid where the posterior is expected: ``sigma_pop`` and
``mu_pop`` have hundreds of nodes each, ``alpha`` thousands, and the probabilities of counts come
from scipy. It shares no code with the package, and takes a hundred times as long.
"""

from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import betainc, expit
from scipy.stats import halfnorm, norm

Array = NDArray[np.float64]
SIGMAS, ZS = 100, 121  # nodes
PROBS = [0.005, 0.025, 0.25, 0.5, 0.75, 0.975, 0.995]


class Sums(NamedTuple):
    """What the sum says: the evidence, mean and sd of theta, (J,), and quantiles at `PROBS`.

    log_evidence has binomial coefficients where successes are known by bounds only.
    """

    log_evidence: float
    mean: Array
    sd: Array
    mu_pop: Array
    sigma_pop: Array


def by_sum(
    bounds: list[list[int]],
    trials: list[int],
    mu_from: float = -12.0,
    mu_to: float = 12.0,
    sigma_to: float = 8.0,
    step: float = 0.02,
    mus: int = 200,
    *,
    mu_loc: float = 0.0,
    mu_scale: float = 1.5,
    sigma_scale: float = 1.0,
) -> Sums:
    """The posterior of doctors whose successes lie between bounds, (J, 2).

    mu_from, mu_to, sigma_to: ends of the sums over ``mu_pop`` and ``sigma_pop``; step: that of the
    sum over ``alpha``; log-odds. mus: nodes of ``mu_pop``. Ends that cut the posterior are refused.
    """
    at, n = np.array(bounds, float), np.array(trials, float)
    x_sigma, weight = legendre.leggauss(SIGMAS)
    sigma, weight_sigma = 0.5 * sigma_to * (1.0 + x_sigma), 0.5 * sigma_to * weight
    x_mu, weight = legendre.leggauss(mus)
    middle, half = 0.5 * (mu_from + mu_to), 0.5 * (mu_to - mu_from)
    mu, weight_mu = middle + half * x_mu, half * weight
    alpha = np.arange(mu_from - 7.0 * sigma_to, mu_to + 7.0 * sigma_to, step)
    z = np.linspace(-9.0, 9.0, ZS)
    on_alpha = with_powers(probability(at, n, alpha), alpha)
    between_nodes = CubicSpline(alpha, on_alpha)
    integrals = np.empty((3, SIGMAS, mus, len(n)))  # of theta to the power 0, 1 and 2
    for s, sd in enumerate(sigma):
        if sd > 4.0 * step:
            density = np.exp(-0.5 * ((alpha - mu[:, None]) / sd) ** 2)
            found = density @ on_alpha * (step / (sd * np.sqrt(2.0 * np.pi)))
        else:  # too narrow for the nodes of alpha
            mass = np.maximum(between_nodes(mu[:, None] + sd * z), 0.0)
            found = np.einsum("mzj,z->mj", mass, norm.pdf(z) * (z[1] - z[0]))
        integrals[:, s] = np.moveaxis(found.reshape(mus, 3, -1), 1, 0)
    with np.errstate(divide="ignore"):
        log = np.log(integrals[0]).sum(axis=2)
    log += norm.logpdf(mu, mu_loc, mu_scale) + np.log(weight_mu)
    log += (halfnorm.logpdf(sigma, scale=sigma_scale) + np.log(weight_sigma))[:, None]
    top = log.max()
    weight = np.exp(log - top)
    total = weight.sum()
    weight /= total
    assert max(weight[-1].sum(), *weight[:, [0, -1]].sum(axis=0)) < 1e-9, "the ends cut"
    mean, square = (
        np.einsum("sm,smj->j", weight, power / np.maximum(integrals[0], 1e-300))
        for power in integrals[1:]
    )
    return Sums(
        float(top + np.log(total) + np.where(at[:, 0] == at[:, 1], highest(at[:, 0], n), 0).sum()),
        mean,
        np.sqrt(square - mean**2),
        middle + half * quantiles(x_mu, weight.sum(axis=0)),
        0.5 * sigma_to * (1.0 + quantiles(x_sigma, weight.sum(axis=1))),
    )


def with_powers(values: Array, a: Array) -> Array:
    """Values, (..., J), and their products with theta and its square, side by side."""
    theta = expit(a)[..., None]
    return np.concatenate([values, values * theta, values * theta**2], axis=-1)


def probability(bounds: Array, trials: Array, a: Array) -> Array:
    """That of what the bounds allow at log-odds a, (..., J); of its highest where they are one."""
    low, high = bounds.T
    theta, rest = expit(a)[..., None], expit(-a)[..., None]
    below = at_most(high, trials, rest) - at_most(low - 1, trials, rest)
    # The same counted in failures, which keeps the digits where theta is nearly one.
    above = at_most(trials - low, trials, theta) - at_most(trials - high - 1, trials, theta)
    between = np.where(theta < 0.5 * (low + high) / trials, above, below)
    between = np.where(low == 0, below, np.where(high == trials, above, between))
    a = a[..., None]
    known = low * a - trials * np.logaddexp(0.0, a) - highest(low, trials)
    return np.where(low == high, np.exp(known), between)


def at_most(successes: Array, trials: Array, rest: Array) -> Array:
    """The binomial distribution function, from the probability of a failure."""
    inside = betainc(np.maximum(trials - successes, 1), np.maximum(successes, 0) + 1, rest)
    return np.where(successes < 0, 0.0, np.where(successes >= trials, 1.0, inside))


def highest(successes: Array, trials: Array) -> Array:
    """The highest log-likelihood of known successes, without binomial coefficients."""
    rate = successes / trials
    terms = zip((successes, trials - successes), (rate, 1.0 - rate), strict=True)
    return sum(np.where(k > 0, k * np.log(np.where(k > 0, p, 1.0)), 0.0) for k, p in terms)


def quantiles(x: Array, mass: Array) -> Array:
    """Those at `PROBS` of a density between -1 and 1, from its mass at Gauss-Legendre nodes."""
    degrees = np.arange(len(x))
    coefficients = (degrees + 0.5) * (mass @ legendre.legvander(x, len(x) - 1))
    between = np.linspace(-1.0, 1.0, 200_001)
    return np.interp(
        PROBS, legendre.legval(between, legendre.legint(coefficients, lbnd=-1)), between
    )
