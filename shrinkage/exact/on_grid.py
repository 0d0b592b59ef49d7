"""Every doctor's integral on the grid and the grid's weights: the posterior for one ``beta``.

Without a covariate this is all of it; with one, the posterior is a mixture of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from shrinkage.exact import grid as grids
from shrinkage.exact import inner
from shrinkage.exact.blocks import blocks, each
from shrinkage.exact.doctors import Doctors
from shrinkage.exact.inputs import Array, Prior

LIVE = 1e-9  # share of the posterior below which a slice or a piece is left out
AT_THE_EDGE = 1e-7  # share of a posterior that may lie at the edge of another one's grid
MOVES = 8  # at most, of the windows of mu_pop
FINER = (1, 2, 4)  # times the nodes of sigma_pop, where they prove too few
WIDER = (1.0, 1.5, 2.5, 4.0)  # times the drop, where the posterior proves to be cut off


@dataclass(frozen=True)
class OnGrid:
    """The posterior of everything else given ``beta``.

    Attributes
    ----------
    doctors : Doctors
        U distinct likelihoods, shared by J doctors.
    grid : Grid
        S slices of M nodes.
    log_z : array, shape (N, U)
        Log of every doctor's integral at the grid's samples; see `log_z_at_nodes`.
    log_joint : array, shape (S, M)
        Log posterior mass of the nodes; they sum to one.
    log_evidence : float
        Log probability of the data given ``beta``.
    mean, variance, alpha_mean, alpha_variance : array, shape (U,)
        Of each theta, and of each alpha in log-odds.
    """

    doctors: Doctors
    grid: grids.Grid
    log_z: Array
    log_joint: Array
    log_evidence: float
    mean: Array
    variance: Array
    alpha_mean: Array
    alpha_variance: Array

    def log_z_at_nodes(self, some: slice) -> Array:
        """Log of some doctors' integrals at the grid's nodes, shape (S, M, those)."""
        return self.grid.samples.to_grid(self.log_z[:, some])

    @cached_property
    def weight(self) -> Array:
        """Posterior mass of the nodes, shape (S, M)."""
        return np.exp(self.log_joint)

    @cached_property
    def mass(self) -> Array:
        """Posterior mass of each slice of ``sigma_pop``, shape (S,)."""
        return self.weight.sum(axis=1)


class Part(NamedTuple):
    """A piece of a mixture, with its posterior probability and its value of ``beta``."""

    piece: OnGrid
    weight: float
    beta: float


@dataclass(frozen=True)
class Mixture:
    """The posterior: one `OnGrid` for each of B values of ``beta``, or for zero alone.

    Attributes
    ----------
    pieces : tuple of OnGrid, length B
    weight : array, shape (B,)
        Their posterior probabilities.
    beta : array, shape (B,)
        Log-odds per unit of the covariate.
    """

    pieces: tuple[OnGrid, ...]
    weight: Array
    beta: Array

    @cached_property
    def live(self) -> list[Part]:
        """The pieces that matter."""
        every = zip(self.pieces, self.weight.tolist(), self.beta.tolist(), strict=True)
        return [Part(*one) for one in every if one[1] > LIVE]

    @property
    def main(self) -> OnGrid:
        """The piece with the largest weight."""
        return self.pieces[int(np.argmax(self.weight))]

    @classmethod
    def alone(cls, piece: OnGrid) -> Mixture:
        """The posterior where ``beta`` is zero, or given one of its values."""
        return cls((piece,), np.ones(1), np.zeros(1))

    def mean_and_sd(self, mean: Array, variance: Array) -> tuple[Array, Array]:
        """Those of the mixture from those of its pieces, (B, U) to (U,)."""
        centre = self.weight @ mean
        return centre, np.sqrt(self.weight @ (variance + (mean - centre) ** 2))


def integrate(doctors: Doctors, prior: Prior) -> OnGrid:
    """Lay the grid and integrate every doctor on it; again where it proves narrow or coarse."""
    wider = finer = 0
    while True:
        grid = grids.lay(doctors, prior, WIDER[wider] * grids.DROP, FINER[finer])
        found = _placed(grid, doctors, prior)
        if grids.is_cut(found.grid, found.mass) and wider < len(WIDER) - 1:
            wider += 1
        elif not grids.is_resolved(found.grid, found.mass) and finer < len(FINER) - 1:
            finer += 1
        else:
            return found


def _placed(grid: grids.Grid, doctors: Doctors, prior: Prior) -> OnGrid:
    """The posterior on a grid, or on one whose windows of ``mu_pop`` are moved to where it is."""
    found = _integrate_on(grid, doctors, prior)
    for _ in range(MOVES):
        better = grids.moved(found.grid, found.log_joint, doctors)
        if better is None:
            break
        found = _integrate_on(better, doctors, prior)
    return found


def _integrate_on(grid: grids.Grid, doctors: Doctors, prior: Prior) -> OnGrid:
    at_samples = inner.integrate(doctors, grid.samples.mu, grid.samples.sigma)
    joint = prior.log_mu(grid.mu) + grid.samples.to_grid(at_samples.log_z @ doctors.copies)
    joint += grid.slices.log_weight[:, None] + np.log(grid.weight_mu)
    # In two steps: with millions of patients the log is so large that one step would leave the sum
    # of the weights a billionth off, and a small sd would lose its digits.
    top = joint.max()
    joint -= top
    rest = np.log(np.exp(joint).sum())
    joint -= rest
    # A small variance would be lost in a difference of squares about anything but the mean.
    weight = grid.samples.weights(np.exp(joint))
    mean, variance = np.empty((2, 2, len(doctors.copies)))

    def moments(block: slice) -> None:
        mean[:, block] = np.einsum("n,knu->ku", weight, at_samples.mean[..., block])
        square = at_samples.mean[..., block] - mean[:, None, block]
        square *= square
        square += at_samples.variance[..., block]
        variance[:, block] = np.maximum(np.einsum("n,knu->ku", weight, square), 0.0)

    each(moments, blocks(len(doctors.copies)))
    log_evidence, log_z = float(top + rest), at_samples.log_z
    return OnGrid(
        doctors, grid, log_z, joint, log_evidence, mean[0], variance[0], mean[1], variance[1]
    )


def log_left_out(found: OnGrid) -> Array:
    """Log probability of each doctor's outcomes given all other doctors', shape (U,).

    A sum over the grid with the doctor's integral divided out, where the posterior without the
    doctor lies within the grid. Where that has more than `AT_THE_EDGE` of its mass at the grid's
    edge, the grid is laid again without the doctor.
    """
    t = found.grid.t
    first = 1 if t is not None and t[0] > 0.0 else 0  # a sigma_pop of zero is not an edge
    last = len(found.mass) if t is None else -1
    inside = np.zeros(found.grid.mu.shape, bool)
    inside[first:last, 2:-2] = True
    copies = found.doctors.copies
    log, edge = np.empty((2, len(copies)))

    def some(block: slice) -> None:
        without = found.log_joint[..., None] - found.log_z_at_nodes(block)  # (S, M, U)
        log[block] = -np.logaddexp.reduce(without, axis=(0, 1))
        edge[block] = np.exp(without[~inside] + log[block]).sum(axis=0)

    each(some, blocks(len(copies)))
    for u in np.flatnonzero((edge > AT_THE_EDGE) & (copies > 0)).tolist():
        others = replace(found.doctors, copies=copies - (np.arange(len(copies)) == u))
        log[u] = found.log_evidence - integrate(others, found.grid.prior).log_evidence
    return log
