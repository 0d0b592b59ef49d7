"""The places that each doctor may have in the true league table: their ends, first and last.

Of few doctors from the probability of every place. Of many from the marginals: at a value of
``alpha_j`` the number of doctors above is a sum of Bernoulli variables, close to normal with their
mean and variance (continuity corrected), and its distribution is averaged over the marginal of
``alpha_j``. That takes the doctors to be independent, which they are but for what ``mu_pop`` and
``sigma_pop`` have in common; of many doctors these are well known. With 60 to 200 doctors the ends
are right to a place, and the probabilities of the first and last place to 0.01.

Source: Lin, Louis, Paddock and Ridgeway (2006), Bayesian Analysis 1, 915-946.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from shrinkage.exact import ranks
from shrinkage.exact.alphas import Alphas
from shrinkage.exact.inputs import Array, Index, tails
from shrinkage.exact.marginals import Curves
from shrinkage.exact.on_grid import Mixture

FEW = 150  # doctors up to whom every place's probability takes a second or less
POINTS = 512  # of alpha where doctors above are counted: a place in several hundred between two
SDS = np.array([-6.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0])  # that these lie at
STRIDE = 4  # of a marginal's points, that its average is taken at: a third of an sd
LEAST = 1e-6  # share of a marginal below which a point is left out
STEPS = 50  # of the search for a place, at most
AT_ONCE = 512  # doctors at once


class Places(NamedTuple):
    """Where J doctors may stand; 1 is the highest success probability.

    low, high: ends of the interval of places, (J,) whole numbers. best, worst: probability of the
    first and of the last place, (J,).
    """

    low: Index
    high: Index
    best: Array
    worst: Array


def exactly(mixture: Mixture, prob: float) -> Places:
    """From the probability of every place, for each likelihood; shape (U,)."""
    found = ranks.place_probabilities(mixture)
    # A hair less, so that rounding does not move an end by a place.
    below = np.cumsum(found, axis=1)[:, :, None] >= tails(prob) - 1e-12
    low, high = below.argmax(axis=1).T + 1
    return Places(low, high, found[:, 0], found[:, -1])


def from_marginals(alphas: Alphas, curves: Curves, copies: Array, prob: float) -> Places:
    """From the marginals of U doctors of whom there are ``copies`` each; shape (U,)."""
    known = np.flatnonzero(copies)
    at = _points(alphas.mean[known], alphas.sd[known])
    above, spread, none_above, none_below = _counted(curves, copies, at)
    n_doctors = int(copies.sum())
    found = np.empty((4, len(copies)))
    for start in range(0, len(copies), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        x, below, mass = curves.x[some], curves.below[some], curves.mass[some]
        for k, (log, own) in enumerate(((none_above, below), (none_below, 1.0 - below))):
            others = np.interp(x, at, log) - np.log(np.maximum(own, 1e-300))
            found[2 + k, some] = (mass * np.exp(np.minimum(others, 0.0))).sum(axis=1)
        x, below, mass = _fewer(x, below, mass)
        mean = np.maximum(np.interp(x, at, above) - (1.0 - below), 0.0)
        variance = np.maximum(np.interp(x, at, spread) - below * (1.0 - below), 1e-6)
        for k, tail in enumerate(tails(prob)):
            found[k, some] = np.clip(_place(mean, np.sqrt(variance), mass, tail), 1, n_doctors)
    low, high, best, worst = found
    return Places(low.astype(np.intp), high.astype(np.intp), best, worst)


def _points(mean: Array, sd: Array) -> Array:
    """Points of alpha, close together where many doctors' marginals are; shape (A,)."""
    every = np.sort((mean[:, None] + sd[:, None] * SDS).ravel())
    return np.unique(every[np.linspace(0, len(every) - 1, POINTS).round().astype(int)])


def _counted(curves: Curves, copies: Array, at: Array) -> tuple[Array, ...]:
    """Of the doctors above each point: mean, variance, log chance of none, and of all; (A,)."""
    sums = np.zeros((4, len(at)))
    for u in np.flatnonzero(copies).tolist():
        below = np.interp(at, curves.x[u], curves.below[u], 0.0, 1.0)
        above = 1.0 - below
        logs = np.log(np.maximum(np.stack([below, above]), 1e-300))
        sums += copies[u] * np.stack([above, below * above, *logs])
    return tuple(sums)


def _fewer(*values: Array) -> tuple[Array, ...]:
    """Every few of a marginal's points, where it has mass: point, share below, mass; (U, P)."""
    x, below, mass = (value[:, ::STRIDE] for value in values)
    kept = np.flatnonzero((mass > LEAST * mass.max(axis=1, keepdims=True)).any(axis=0))
    here = slice(kept[0], kept[-1] + 1)
    mass = mass[:, here]
    return x[:, here], below[:, here], mass / mass.sum(axis=1, keepdims=True)


def _place(mean: Array, sd: Array, mass: Array, tail: ArrayLike) -> Array:
    """The place that is reached with probability ``tail``, shape (U,).

    mean, sd: of the number of doctors above, (U, P); mass: of each point, (U, P).
    """
    low, high = (mean - 8.0 * sd).min(axis=1), (mean + 8.0 * sd).max(axis=1) + 2.0
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        reached = (mass * normal_cdf((middle[:, None] - 0.5 - mean) / sd)).sum(axis=1) >= tail
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        if (high - low).max() < 0.01:
            break
    return np.ceil(0.5 * (low + high))


def normal_cdf(z: Array) -> Array:
    """The standard normal distribution function, to 1e-7.

    Source: Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), formula 26.2.17.
    """
    t = 1.0 / (1.0 + 0.2316419 * np.abs(z))
    poly = 1.781477937 + t * (-1.821255978 + t * 1.330274429)
    tail = t * (0.319381530 + t * (-0.356563782 + t * poly))
    tail *= np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi)
    return np.where(z < 0.0, tail, 1.0 - tail)
