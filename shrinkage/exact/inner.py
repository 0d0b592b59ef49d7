"""The inner integral: over z in ``alpha_j = mu_pop + sigma_pop * z``, for every doctor.

The integrand is log-concave with a curvature of at least one, so its mode is found by Newton's
method. Where it is so narrow that the likelihood hardly bends, Gauss-Hermite nodes are laid around
the mode; elsewhere it is followed to where it has fallen by exp(-`DROP`) on either side, and summed
at evenly spaced nodes: the trapezoid rule converges exponentially, as the integrand is analytic and
nothing at both ends. With a large ``sigma_pop`` the likelihood is nearly a step in z, unless it is
narrow, and the step may lie far from the mode: the nodes are crowded around the step. Together
these hold for one patient and for a million, for ``sigma_pop`` zero and huge.

Source of the rule's convergence: Trefethen and Weideman (2014), SIAM Review 56, 385-458.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shrinkage.exact import modes, quadrature
from shrinkage.exact.blocks import blocks, each
from shrinkage.exact.doctors import Doctors
from shrinkage.exact.inputs import LOG_SQRT_2PI, Array, Index

DROP = 20.0  # integrands are followed until they have fallen by exp(-20), 2e-9 of their height
NODES = 20  # of the trapezoid rule between the ends: quantiles right to 1e-6 sds
WIDE = 1.5  # sigma_pop above which a likelihood is nearly a step in z: sds right to 1e-5
STEP_WIDE = 0.2  # of v, in the same rule there: sds right to 1e-4
# The same for more than MANY doctors, because the errors of their logs add up: the evidence is
# right to 1e-4.
STEP_WIDE_MANY, MANY = 0.15, 50
NARROW = 0.25  # sd of alpha in log-odds below which the integrand is nearly normal
NODES_NARROW = 11  # Gauss-Hermite nodes there: means right to 1e-8 sds
# Gauss-Legendre nodes for a peak, and more to one v around the edge of a plateau: quantiles right
# to 1e-6 sds
NODES_PEAK, NODES_EDGE = 16, 4
AT_ONCE = 2048  # integrals taken at once: their nodes fit a processor's cache
PEAKS_AT_ONCE = 8 * AT_ONCE  # searched for at once


class Integrals(NamedTuple):
    """The integrals of U likelihoods at N pairs of (mu_pop, sigma_pop).

    log_z: log of the integral over z, shape (N, U). mean, variance: of theta and of alpha given the
    pair, shape (2, N, U).
    """

    log_z: Array
    mean: Array
    variance: Array


class Peaks(NamedTuple):
    """E integrands, each that of one doctor at one pair: where they are highest, and how wide.

    doctor, mu, sigma: which, shape (E,). z, sd, top: the mode, the standard deviation that z has
    where the integrand is normal with the log's curvature there, and the log of the height, (E,).
    """

    doctor: Index
    mu: Array
    sigma: Array
    z: Array
    sd: Array
    top: Array

    def some(self, here: NDArray) -> Peaks:
        """Those that ``here`` selects."""
        return Peaks(*(v[here] for v in self))


class Nodes(NamedTuple):
    """Nodes of z for E integrals.

    pair, doctor: which, shape (E,), the doctor by the likelihood's number u. column: the doctor's
    place among those asked for, (E,). z, alpha, theta: the nodes, their log-odds and rates, (K, E).
    mass: the integrand, divided by its height at the mode, times the node's weight, (K, E).
    top: log of that height, (E,).
    """

    pair: Index
    doctor: Index
    column: Index
    z: Array
    alpha: Array
    theta: Array
    mass: Array
    top: Array


def integrate(doctors: Doctors, mu: Array, sigma: Array) -> Integrals:
    """Every doctor's integral at pairs of ``mu`` and ``sigma``, shape (N,)."""
    shape = len(mu), len(doctors.copies)
    found = Integrals(np.empty(shape), np.empty((2, *shape)), np.empty((2, *shape)))

    def some(block: slice) -> None:
        for nodes in over_z(doctors, mu, sigma, np.arange(block.start, block.stop)):
            to = nodes.pair, nodes.doctor
            total = nodes.mass.sum(axis=0)
            found.log_z[to] = nodes.top + np.log(total) - LOG_SQRT_2PI
            for k, value in enumerate((nodes.theta, nodes.alpha)):
                mean = np.einsum("ke,ke->e", nodes.mass, value) / total
                found.mean[k][to] = mean
                value -= mean  # in place, as all large arrays here: new memory costs more than sums
                value *= value
                found.variance[k][to] = np.einsum("ke,ke->e", nodes.mass, value) / total

    each(some, blocks(shape[1]))
    return found


def over_z(
    doctors: Doctors, mu: Array, sigma: Array, which: Index | None = None
) -> Iterator[Nodes]:
    """The nodes of doctors' integrals at pairs of ``mu`` and ``sigma``, shape (N,), in batches.

    which: the likelihoods to integrate, all U if None.
    """
    which = np.arange(len(doctors.copies)) if which is None else which
    size = len(mu) * len(which)
    for start in range(0, size, PEAKS_AT_ONCE):
        pair, column = np.divmod(np.arange(start, min(start + PEAKS_AT_ONCE, size)), len(which))
        every = peaks(doctors, mu[pair], sigma[pair], which[column])
        pace = doctors.pace(every.doctor)
        narrow, wide = every.sigma * every.sd < NARROW * pace, every.sigma > WIDE
        bounded = doctors.likelihood.is_bounded[every.doctor] & ~narrow
        for rule, chosen in (
            (_around, narrow),
            (_between_ends, ~narrow & ~wide & ~bounded),
            (_across_a_step, ~narrow & wide & ~bounded),
            (_across_edges, bounded),
        ):
            found = np.flatnonzero(chosen)
            for here in np.split(found, range(AT_ONCE, len(found), AT_ONCE)) if len(found) else ():
                some = every.some(here)
                z, weight = rule(doctors, some)
                alpha = some.sigma * z
                alpha += some.mu
                mass, theta = doctors.likelihood.value(alpha, some.doctor)
                square = z * z
                square *= 0.5
                mass -= square
                mass -= some.top
                np.exp(mass, out=mass)
                mass *= weight
                yield Nodes(pair[here], some.doctor, column[here], z, alpha, theta, mass, some.top)


def peaks(doctors: Doctors, mu: Array, sigma: Array, doctor: NDArray) -> Peaks:
    """The peaks of the integrands of these doctors at these pairs; each of shape (E,)."""
    z, stiff = modes.of_doctors(doctors, mu, sigma, doctor)
    value, _ = doctors.likelihood.value(mu + sigma * z, doctor)
    return Peaks(doctor, mu, sigma, z, 1.0 / np.sqrt(stiff), value - 0.5 * z**2)


def ends(doctors: Doctors, at: Peaks) -> list[Array]:
    """Where the integrands have fallen by at least exp(-`DROP`), below and above the mode; (E,)."""

    side = np.repeat([-1.0, 1.0], len(at.z))
    both = at.some(np.tile(np.arange(len(at.z)), 2))  # both sides at once

    def height(z: Array) -> tuple[Array, Array]:
        value, slope = doctors.likelihood.value_and_slope(both.mu + both.sigma * z, both.doctor)
        return value - 0.5 * z**2, both.sigma * slope - z

    width = np.sqrt(2.0 * DROP) * both.sd
    found = modes.fallen(height, both.z, both.top, both.z + side * width, DROP, 1.0)
    return np.split(found, 2)


def densities(
    doctors: Doctors, mu: Array, sigma: Array, doctor: NDArray, points: int
) -> tuple[Array, Array]:
    """Evenly spaced z from end to end of each integrand, and its height there, of one at the mode.

    mu, sigma, doctor: of E integrands, shape (E,). Returns two of (E, points).
    """
    at = peaks(doctors, mu, sigma, doctor)
    low, high = ends(doctors, at)
    z = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, points)
    value, _ = doctors.likelihood.value(mu[:, None] + sigma[:, None] * z, doctor[:, None])
    return z, np.exp(value - 0.5 * z**2 - at.top[:, None])


def _around(doctors: Doctors, at: Peaks) -> tuple[Array, Array]:
    """Nodes and weights of z around every mode, shape (K, E)."""
    x, weight = quadrature.hermite(NODES_NARROW)
    return at.z + x[:, None] * at.sd, weight[:, None] * at.sd


def _between_ends(doctors: Doctors, at: Peaks) -> tuple[Array, Array]:
    """Nodes of z from end to end, shape (K, E), and their weight, (E,): the trapezoid rule."""
    low, high = ends(doctors, at)
    step = (high - low) / (NODES - 1)
    z = step * np.arange(NODES)[:, None]
    z += low
    return z, step


def _across_a_step(doctors: Doctors, at: Peaks) -> tuple[Array, Array]:
    """Nodes and weights of z around the step that the likelihood nearly is, shape (K, E).

    The trapezoid rule in v, where ``z = step + sinh(v) / sigma``: the step is about ``1 / sigma``
    wide, and nodes lie further apart with the distance from it.
    """
    low, high = ends(doctors, at)
    step = np.clip((doctors.rough[at.doctor] - at.mu) / at.sigma, low, high)
    first, last = (np.arcsinh(at.sigma * (end - step)) for end in (low, high))
    longest = STEP_WIDE if doctors.copies.sum() <= MANY else STEP_WIDE_MANY
    nodes = int(np.ceil((last - first).max() / longest)) + 1
    length = (last - first) / (nodes - 1)
    # sinh(v) / sigma is the difference of two exponentials, and its slope their sum.
    half = 0.5 / at.sigma
    up = length * np.arange(nodes)[:, None]
    up += first + np.log(half)
    np.exp(up, out=up)
    down = half**2 / up
    z = up - down
    z += step
    up += down
    up *= length
    return z, up


def _across_edges(doctors: Doctors, at: Peaks) -> tuple[Array, Array]:
    """Nodes and weights of z around both edges of a plateau, shape (K, E).

    On either side of the middle between the edges a Gauss rule in v, where
    ``z = edge + width * sinh(v)``.
    """
    low, high = ends(doctors, at)
    edges, widths = (v[:, at.doctor] for v in doctors.likelihood.edges)
    edges = np.clip((edges - at.mu) / at.sigma, low, high)
    widths = widths / at.sigma
    middle = edges.mean(axis=0)
    sides = []
    for edge, width, first, last in zip(edges, widths, (low, middle), (middle, high), strict=True):
        first, last = (np.arcsinh((end - edge) / width) for end in (first, last))
        length = last - first
        x, weight = quadrature.legendre(NODES_PEAK + int(np.ceil(NODES_EDGE * length.max())))
        v = first + length * x[:, None]
        sides.append((edge + width * np.sinh(v), length * weight[:, None] * width * np.cosh(v)))
    z, weight = (np.concatenate(side) for side in zip(*sides, strict=True))
    return z, weight
