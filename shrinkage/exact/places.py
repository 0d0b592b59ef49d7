"""The places that each doctor may have in the true league table: their ends, first and last.

Of few doctors from the probability of every place. Of many, at nodes of the population, where the
doctors are independent: at a value of z the number of doctors above is a sum of Bernoulli
variables, close to normal with their mean and variance (continuity corrected), which is averaged
over the doctor's own z and over the nodes. Nothing is as long as the square of the number of
doctors. With 60 to 150 doctors the ends are right to a place, and the probabilities of the first
and last place to 0.005.

Source: Lin, Louis, Paddock and Ridgeway (2006), Bayesian Analysis 1, 915-946, for the places; the
approximation is this project's.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from shrinkage.exact import inner, ranks
from shrinkage.exact.blocks import blocks, each
from shrinkage.exact.doctors import Doctors
from shrinkage.exact.inputs import Array, Index, tails
from shrinkage.exact.on_grid import Mixture

FEW = 60  # doctors up to whom every place's probability takes a second or less
NODES_MU = 3  # nodes of mu_pop in a slice, at least
LEAST = 3e-3  # share of the heaviest node below which one is left out
# Points of z from end to end of a doctor's density: 0.2 sds apart, and 0.4 where there are so many
# doctors that an error of each is nothing in their sum.
POINTS, POINTS_MANY, MANY = 65, 33, 1000
LATTICE = 8192  # values of z, at most, at which doctors above are counted
COUNTS = 400  # numbers of doctors above, at most, that a distribution is followed at
LOWEST = 1e-300  # a chance below which its log is not followed


class Places(NamedTuple):
    """Where J doctors may stand; 1 is the highest success probability.

    low, high: ends of the interval of places, (J,) whole numbers. best, worst: probability of the
    first and of the last place, (J,).
    """

    low: Index
    high: Index
    best: Array
    worst: Array


class Densities(NamedTuple):
    """Densities of K doctors' z at a node of the population, at P points each.

    z, mass: shape (K, P). adds, (4, K, P): what a doctor adds at each point to sums over all
    doctors: to the mean and the variance of the number above, and to the logs of the chances that
    none is above and that all are. Between points these are lines.
    """

    z: Array
    mass: Array
    adds: Array


def exactly(mixture: Mixture, prob: float) -> Places:
    """From the probability of every place, for each likelihood; shape (U,)."""
    found = ranks.place_probabilities(mixture)
    # A hair less, so that rounding does not move an end by a place.
    reached = np.cumsum(found, axis=1)[:, :, None] >= tails(prob) - 1e-12
    low, high = reached.argmax(axis=1).T + 1
    return Places(low, high, found[:, 0], found[:, -1])


def of_many(mixture: Mixture, prob: float) -> Places:
    """The same for many doctors, from the number of doctors above each; shape (U,)."""
    copies = mixture.main.doctors.copies
    known = np.flatnonzero(copies)
    counts = _counts(int(copies.sum()))
    parts = blocks(len(known))
    mass = np.zeros((len(known), len(counts)))  # by the mean number of doctors above
    first_and_last = np.zeros((2, len(known)))
    variance, total = np.zeros(len(counts)), 0.0
    for piece, weight, _ in mixture.live:
        nodes = np.stack(ranks.nodes(piece, weight, NODES_MU, LEAST), axis=1)
        for mu, sigma, share in nodes.tolist():
            at_node = partial(_densities, piece.doctors, mu=mu, sigma=sigma)
            found = each(at_node, [known[part] for part in parts])
            z, sums = _summed(found, [copies[known[part]] for part in parts])
            others = partial(_among_others, z=z, sums=sums, counts=counts)
            for part, (by_count, extremes) in zip(parts, each(others, found), strict=True):
                mass[part] += share * by_count
                first_and_last[:, part] += share * extremes
            variance += share * np.interp(counts, sums[0, ::-1], sums[1, ::-1])
            total += share
    places = np.zeros((2, len(copies)), np.intp)
    places[:, known] = 1 + _quantiles(mass / total, counts, variance / total, tails(prob))
    ends = np.zeros((2, len(copies)))
    # One doctor is first and one is last; lines between points have lost a little of that.
    ends[:, known] = first_and_last / (first_and_last @ copies[known])[:, None]
    return Places(places[0], places[1], ends[0], ends[1])


def _counts(n_doctors: int) -> Array:
    """Numbers of doctors above: all, or some that are close together at both ends; (C,)."""
    if n_doctors <= COUNTS:
        return np.arange(float(n_doctors))
    share = np.linspace(0.0, 1.0, COUNTS)
    return (n_doctors - 1) * 0.5 * (1.0 - np.cos(np.pi * share))


def _densities(doctors: Doctors, known: Index, *, mu: float, sigma: float) -> Densities:
    """The densities of some doctors' z, from end to end."""
    points = POINTS if doctors.copies.sum() <= MANY else POINTS_MANY
    pair = np.full(len(known), mu), np.full(len(known), sigma)
    z, mass = inner.densities(doctors, *pair, known, points)
    mass /= mass.sum(axis=1, keepdims=True)
    below = np.clip(np.cumsum(mass, axis=1) - 0.5 * mass, 0.0, 1.0)
    above = 1.0 - below
    logs = [np.log(np.maximum(of, LOWEST)) for of in (below, above)]
    return Densities(z, mass, np.stack([above, above * below, *logs]))


def _summed(found: list[Densities], copies: list[Array]) -> tuple[Array, Array]:
    """Values of z, shape (Z,), and the sums over all doctors there, (4, Z)."""
    every = np.concatenate([some.z.ravel() for some in found])
    every = np.unique(every[:: max(1, len(every) // (4 * LATTICE))])
    if len(every) > LATTICE:
        share = 0.5 * (1.0 - np.cos(np.pi * np.linspace(0.0, 1.0, LATTICE)))
        every = np.unique(every[np.round((len(every) - 1) * share).astype(np.intp)])
    # A sum of lines: its slope changes at every point of every doctor.
    start, slope, moment = np.zeros((4, 1)), *np.zeros((2, 4, len(every) + 1))
    for some, count in zip(found, copies, strict=True):
        cell = np.searchsorted(every, some.z.ravel())
        start[:, 0] += some.adds[:, :, 0] @ count
        for k, value in enumerate(some.adds):
            rise = np.diff(value, axis=1) / np.diff(some.z, axis=1)
            change = count[:, None] * np.diff(rise, axis=1, prepend=0.0, append=0.0)
            slope[k] += np.bincount(cell, change.ravel(), len(every) + 1)
            moment[k] += np.bincount(cell, (change * some.z).ravel(), len(every) + 1)
    slope, moment = (np.cumsum(of[:, :-1], axis=1) for of in (slope, moment))
    return every, start + every * slope - moment


def _among_others(mine: Densities, *, z: Array, sums: Array, counts: Array) -> tuple[Array, Array]:
    """Each doctor's mass by the mean number of others above, and the chances of first and last.

    z, sums: of all doctors, see `_summed`. Returns (K, C) and (2, K).
    """
    cell = np.clip(np.searchsorted(z, mine.z) - 1, 0, len(z) - 2)
    share = (mine.z - z[cell]) / (z[cell + 1] - z[cell])
    np.clip(share, 0.0, 1.0, out=share)
    above, *logs = (
        sums[k].take(cell) * (1.0 - share) + sums[k].take(cell + 1) * share - mine.adds[k]
        for k in (0, 2, 3)
    )
    extremes = [(mine.mass * np.exp(np.minimum(log, 0.0))).sum(axis=1) for log in logs]
    above = np.clip(above, 0.0, counts[-1])
    cell = np.clip(np.searchsorted(counts, above, side="right") - 1, 0, len(counts) - 2)
    share = (above - counts[cell]) / (counts[cell + 1] - counts[cell])
    cell += len(counts) * np.arange(len(cell))[:, None]
    size = len(mine.z) * len(counts)
    held = np.bincount(cell.ravel(), (mine.mass * (1.0 - share)).ravel(), size)
    held += np.bincount(cell.ravel() + 1, (mine.mass * share).ravel(), size)
    return held.reshape(-1, len(counts)), np.stack(extremes)


def _quantiles(mass: Array, counts: Array, variance: Array, prob: Array) -> Index:
    """Numbers of doctors above that are not exceeded with probabilities ``prob``; (P, K).

    mass: by the mean number above, (K, C); variance: of the number, given its mean, (C,).
    """
    # Laying a mass on the two counts next to it has added a variance of its own.
    own = np.gradient(counts) ** 2 / 6.0
    sd = np.sqrt(np.maximum(variance - own, 0.05))
    reached = normal_cdf((counts + 0.5 - counts[:, None]) / sd[:, None])
    below = mass @ reached
    found = []
    for wanted in prob.tolist():
        after = np.clip((below < wanted).sum(axis=1), 0, len(counts) - 1)
        before = np.maximum(after - 1, 0)
        row = np.arange(len(below))
        rise = np.maximum(below[row, after] - below[row, before], LOWEST)
        share = np.clip((wanted - below[row, before]) / rise, 0.0, 1.0)
        at = counts[before] + share * (counts[after] - counts[before])
        found.append(np.where(below[row, before] >= wanted, counts[before], at))
    return np.ceil(np.array(found) - 1e-9).astype(np.intp)


def normal_cdf(z: Array) -> Array:
    """The standard normal distribution function, to 1e-7.

    Source: Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), formula 26.2.17.
    """
    t = 1.0 / (1.0 + 0.2316419 * np.abs(z))
    poly = 1.781477937 + t * (-1.821255978 + t * 1.330274429)
    tail = t * (0.319381530 + t * (-0.356563782 + t * poly))
    tail *= np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi)
    return np.where(z < 0.0, tail, 1.0 - tail)
