"""The posterior again by a plain sum, to check the engine on the reader's own table.

It shares no code with `shrinkage.exact`: a lattice of evenly spaced nodes over ``mu_pop`` and
``sigma_pop``, at each of them evenly spaced points of every unit's log-odds, and sums. Slower and
with fewer digits, and short enough to be read.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, logit, logsumexp

from shrinkage.report.findings import Hyperprior
from shrinkage.report.units import Array, Index, Units, Whole

POINTS = 41  # of a unit's log-odds in an integral
FINE = 201  # the same where a probability of lying below the standard is asked for
DROP = 18.0  # log units below the peak at which an integrand is cut off
MOST = 10_000_000  # evaluations of a likelihood, about: a second
NODES = (13, 61)  # nodes of the lattice in each direction, at least and at most
REACH = (4.0, 9.0)  # sds to which it reaches with the fewest and with the most nodes
AT_ONCE = 400_000  # evaluations at once, which bounds the memory


class Integrands:
    """Each unit's likelihood times the population's density, as a function of z.

    ``alpha = mu + sigma * z``; the likelihood is a sum over the counts that are possible.
    """

    def __init__(self, units: Units) -> None:
        width = int((units.most - units.fewest).max()) + 1
        counts = units.fewest[:, None] + np.arange(width)
        trials = units.trials[:, None]
        inside = counts <= units.most[:, None]
        counts = np.where(inside, counts, units.fewest[:, None])
        choose = gammaln(trials + 1.0) - gammaln(counts + 1.0) - gammaln(trials - counts + 1.0)
        choose -= choose[:, :1]
        self.counts, self.log_choose = counts.astype(float), np.where(inside, choose, -np.inf)
        self.trials, self.offset = units.trials.astype(float), units.offset
        rate = (units.fewest + units.most + 1.0) / (2.0 * units.trials + 2.0)
        self.rough = logit(rate) - self.offset
        self.weight = units.trials * rate * (1 - rate)

    def value(self, mu: Array, sigma: Array, z: Array) -> Array:
        """Log of the integrand at z, shape (..., U), without constants."""
        a = self.offset + mu + sigma * z
        if self.counts.shape[1] == 1:
            possible = self.counts[:, 0] * a
        else:
            possible = logsumexp(self.log_choose + self.counts * a[..., None], axis=-1)
        softplus = np.log(1.0 + np.exp(-np.abs(a))) + np.maximum(a, 0.0)
        return possible - self.trials * softplus - 0.5 * z**2

    def peak(self, mu: Array, sigma: Array) -> tuple[Array, Array]:
        """Where it is highest, and its width there: (P, U) each, by Newton's method in z."""
        pull = sigma**2 * self.weight
        z = (self.rough - mu) * sigma * self.weight / (1.0 + pull)
        for _ in range(30):
            a = self.offset + mu + sigma * z
            theta = expit(a)
            mean, spread = self._count(a)
            slope = sigma * (mean - self.trials * theta) - z
            curvature = 1.0 + sigma**2 * (self.trials * theta * (1 - theta) - spread)
            step = slope / np.maximum(curvature, 1.0)
            limit = 1.5 / np.maximum(sigma, 1e-300)
            z = z + np.clip(step, -limit, limit)
            if np.all(np.abs(step) < 1e-4 / np.sqrt(np.maximum(curvature, 1.0))):
                break
        return z, 1.0 / np.sqrt(np.maximum(curvature, 1.0))

    def _count(self, a: Array) -> tuple[Array, Array | float]:
        """Mean and variance of each count given its log-odds."""
        if self.counts.shape[1] == 1:
            return self.counts[:, 0], 0.0
        log = self.log_choose + self.counts * a[..., None]
        share = np.exp(log - logsumexp(log, axis=-1, keepdims=True))
        mean = (share * self.counts).sum(axis=-1)
        return mean, (share * (self.counts - mean[..., None]) ** 2).sum(axis=-1)

    def on_points(self, mu: Array, sigma: Array, points: int) -> tuple[Array, Array, Array]:
        """Points of z between the ends, the log integrand there, and their distance.

        mu, sigma: shape (P, 1). Returns (points, P, U) twice and (P, U).
        """
        z, width = self.peak(mu, sigma)
        top = self.value(mu, sigma, z)
        ends = []
        for side in (-1.0, 1.0):
            away = 5.0 * width
            for _ in range(30):
                short = top - self.value(mu, sigma, z + side * away) < DROP
                if not short.any():
                    break
                away = np.where(short, 1.4 * away, away)
            ends.append(z + side * away)
        share = np.linspace(0.0, 1.0, points)[:, None, None]
        at = ends[0] + (ends[1] - ends[0]) * share
        return at, self.value(mu, sigma, at), (ends[1] - ends[0]) / (points - 1)


def log_likelihood(units: Units, mu: Array, sigma: Array) -> Array:
    """Log probability of the whole table at each pair of mu_pop and sigma_pop, (P,).

    Up to a constant.
    """
    few, _, copies = units.distinct()
    found = np.zeros(len(mu))
    for some in _groups(few):
        integrands, times = Integrands(few.pick(some)), copies[some]
        size = max(1, AT_ONCE // (POINTS * integrands.counts.size))
        parts = [slice(start, start + size) for start in range(0, len(mu), size)]

        def part(here: slice, integrands: Integrands = integrands, times: Whole = times) -> Array:
            _, log, step = integrands.on_points(mu[here, None], sigma[here, None], POINTS)
            top = log.max(axis=0)
            return (top + np.log(np.exp(log - top).sum(axis=0) * step)) @ times

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found += np.concatenate(list(pool.map(part, parts)))
    return found


def _groups(units: Units) -> list[Index]:
    """Units whose counts are known, all together, and the others, as many as memory allows."""
    known, others = np.flatnonzero(units.known), np.flatnonzero(~units.known)
    width = int((units.most - units.fewest).max()) + 1
    size = max(1, AT_ONCE // (POINTS * width))
    parts = [others[start : start + size] for start in range(0, len(others), size)]
    return ([known] if len(known) else []) + parts


@dataclass(frozen=True)
class Lattice:
    """P pairs of ``mu_pop`` and ``sigma_pop`` with their posterior probabilities, (P,) each."""

    mu: Array
    sigma: Array
    weight: Array


def lattice(units: Units, hyperprior: Hyperprior, around: Lattice) -> Lattice:
    """The posterior of ``mu_pop`` and ``sigma_pop`` on evenly spaced nodes.

    around: nodes of another posterior, which tell where to lay it and nothing else.
    """
    few, _, _ = units.distinct()
    cost = 60 * (few.most - few.fewest + 1.0).sum()
    nodes = int(np.clip(np.sqrt(MOST / cost), *NODES))
    reach = np.interp(nodes, NODES, REACH)
    middle, spread = around.weight @ around.sigma, _sd(around.sigma, around.weight)
    low, high = max(middle - reach * spread, 0.0), middle + reach * spread
    # In the middles of equal cells: the integrand is even in sigma_pop, so the sum is nearly exact.
    sigma = low + (high - low) * (np.arange(nodes) + 0.5) / nodes
    slope = around.weight @ ((around.mu - around.weight @ around.mu) * (around.sigma - middle))
    slope /= max(spread**2, 1e-300)
    line = around.weight @ around.mu + slope * (np.append(sigma, around.sigma) - middle)
    rest = _sd(around.mu - line[nodes:], around.weight)
    mu = line[:nodes, None] + rest * np.linspace(-reach, reach, nodes)
    mu, sigma = mu.ravel(), np.repeat(sigma, nodes)
    log = log_likelihood(units, mu, sigma) - 0.5 * (sigma / hyperprior.sigma_scale) ** 2
    log -= 0.5 * ((mu - hyperprior.mu_loc) / hyperprior.mu_scale) ** 2
    weight = np.exp(log - log.max())
    return Lattice(mu, sigma, weight / weight.sum())


def mean_and_below(
    units: Units, shift: float, standard: float, at: Lattice, weights: Array
) -> tuple[Array, Array]:
    """Posterior means of theta, and probabilities of lying below the standard.

    Parameters
    ----------
    units : Units, J
    shift : float
        Theta is expit(shift + alpha).
    standard : float
    at : Lattice, P pairs
    weights : array, shape (W, P)
        Of its pairs, each row one posterior.

    Returns
    -------
    tuple of array, shape (W, J)
    """
    live = np.flatnonzero(weights.max(axis=0) > 1e-6 * weights.max())
    mean, below = np.zeros((2, len(weights), len(units)))
    line = logit(standard) - shift
    for j in range(len(units)):
        integrands = Integrands(units.pick(np.array([j])))
        batch = max(1, AT_ONCE // (FINE * integrands.counts.size))
        for start in range(0, len(live), batch):
            here = live[start : start + batch]
            mu, sigma = at.mu[here, None], at.sigma[here, None]
            z, log, step = (v[..., 0] for v in integrands.on_points(mu, sigma, FINE))
            density = np.exp(log - log.max(axis=0))
            density /= density.sum(axis=0)
            alpha = at.mu[here] + at.sigma[here] * z
            mean[:, j] += weights[:, here] @ (density * expit(shift + alpha)).sum(axis=0)
            # Each point stands for the cell around it; the share of its cell below the line.
            cell = at.sigma[here] * step
            part = np.clip((line - alpha) / np.maximum(cell, 1e-300) + 0.5, 0.0, 1.0)
            below[:, j] += weights[:, here] @ (density * part).sum(axis=0)
    total = weights[:, live].sum(axis=1, keepdims=True)
    return mean / total, below / total


def _sd(values: Array, weight: Array) -> float:
    return float(np.sqrt(weight @ (values - weight @ values) ** 2))
