"""Each doctor's log-likelihood as a function of ``alpha_j``, and doctors who share one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shrinkage.exact.inputs import Array, Index

Part = slice | Index
"""Numbers u of likelihoods, which broadcast with the log-odds; ``EVERY`` for all U in order."""
EVERY = slice(None)

REACH = 20.0  # log-odds from which a patient's log-likelihood is a line, to within exp(-20)
PER_UNIT = 10  # cells of the patients' table to one log-odds: an error of 1e-10 a patient


def expit(a: Array) -> Array:
    """Success probability of log-odds; to all its digits, however small.

    `scipy.special` has it too, but importing that takes longer than ten posteriors.
    """
    e = np.exp(np.minimum(-a, 700.0))
    return 1.0 / (1.0 + e)


class Counts:
    """Successes ``s`` of trials ``n``: ``s * alpha - n * log(1 + exp(alpha))``."""

    def __init__(self, successes: Array, trials: Array) -> None:
        self.s, self.n = successes, trials
        self.offset = np.zeros_like(trials)

    def value(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and success probability at ``a``, which broadcasts with ``part``."""
        above, theta = np.maximum(a, 0.0), np.minimum(a, 0.0)
        both = theta - above
        np.exp(both, out=both)  # of -abs(a)
        both += 1.0
        np.exp(theta, out=theta)
        theta /= both
        np.log(both, out=both)
        both += above
        value = self.s[part] * a
        value -= self.n[part] * both
        return value, theta

    def slopes(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """First derivative of the log-likelihood, and minus its second."""
        theta = expit(a)
        expected = self.n[part] * theta
        return self.s[part] - expected, expected * (1.0 - theta)

    def value_and_slope(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and its first derivative."""
        value, theta = self.value(a, part)
        return value, self.s[part] - self.n[part] * theta


class Patients:
    """Patients with a fixed offset each: the sum over patients, tabulated once.

    Between nodes the table is a quintic Hermite polynomial: value, slope and curvature match at
    both ends.
    """

    def __init__(self, doctor: NDArray, offset: Array, success: Array, n_doctors: int) -> None:
        self.n = np.bincount(doctor, minlength=n_doctors).astype(float)
        self.s = np.bincount(doctor, weights=success, minlength=n_doctors)
        # The mean of each doctor's.
        self.offset = np.bincount(doctor, offset, n_doctors) / np.maximum(self.n, 1.0)
        reach = np.ceil(REACH + np.abs(offset).max())
        self.start, self.step = -reach, 1.0 / PER_UNIT
        self.size = int(2 * PER_UNIT * reach)
        grid = np.linspace(-reach, reach, self.size + 1)
        at_nodes = np.zeros((3, len(grid), n_doctors))
        for j in np.flatnonzero(self.n):
            mine = doctor == j
            eta = grid[:, None] + offset[mine]
            theta = expit(eta)
            # y * eta - log(1 + exp(eta)); the offset's own term y * offset is included
            value = success[mine] * eta - np.logaddexp(0.0, eta)
            at_nodes[0, :, j] = value.sum(axis=1)
            at_nodes[1, :, j] = (success[mine] - theta).sum(axis=1)
            at_nodes[2, :, j] = -(theta * (1.0 - theta)).sum(axis=1)
        self.end_slopes = at_nodes[1, [0, -1], :]
        self.coefficients = _hermite(at_nodes, self.step).reshape(6, -1)

    def value(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood at ``a``, and the success probability at offset zero."""
        return self._inside(*self._cell(a, part)) + self._beyond(a, part), expit(a)

    def slopes(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """First derivative of the log-likelihood, and minus its second."""
        u, c = self._cell(a, part)
        second = ((20 * c[5] * u + 12 * c[4]) * u + 6 * c[3]) * u + 2 * c[2]
        return self._first(u, c), np.maximum(-second / self.step**2, 0.0)

    def value_and_slope(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and its first derivative."""
        u, c = self._cell(a, part)
        return self._inside(u, c) + self._beyond(a, part), self._first(u, c)

    @staticmethod
    def _inside(u: Array, c: list[Array]) -> Array:
        return ((((c[5] * u + c[4]) * u + c[3]) * u + c[2]) * u + c[1]) * u + c[0]

    def _first(self, u: Array, c: list[Array]) -> Array:
        first = (((5 * c[5] * u + 4 * c[4]) * u + 3 * c[3]) * u + 2 * c[2]) * u + c[1]
        return first / self.step

    def _cell(self, a: Array, part: Part) -> tuple[Array, list[Array]]:
        """The share of its cell that lies left of ``a``, and the cell's coefficients."""
        position = (a - self.start) / self.step
        cell = np.clip(position.astype(np.intp), 0, self.size - 1)
        share = np.clip(position - cell, 0.0, 1.0)
        entry = cell * len(self.n) + np.arange(len(self.n))[part]
        return share, [column.take(entry) for column in self.coefficients]

    def _beyond(self, a: Array, part: Part) -> Array | float:
        """What the lines beyond the table's ends add to its end values."""
        low, high = self.start, -self.start
        if a.min() >= low and a.max() <= high:
            return 0.0
        left = np.minimum(a - low, 0.0) * self.end_slopes[0, part]
        right = np.maximum(a - high, 0.0) * self.end_slopes[1, part]
        return left + right


def _hermite(nodes: Array, step: float) -> Array:
    """Coefficients, shape (6, cells, U), that match value, slope and curvature at both ends."""
    scaled = nodes * np.array([1.0, step, step**2])[:, None, None]
    (f0, d0, c0), (f1, d1, c1) = scaled[:, :-1], scaled[:, 1:]
    jump = f1 - f0 - d0 - 0.5 * c0
    slope = d1 - d0 - c0
    bend = c1 - c0
    return np.stack(
        [
            f0,
            d0,
            0.5 * c0,
            10.0 * jump - 4.0 * slope + 0.5 * bend,
            -15.0 * jump + 7.0 * slope - bend,
            6.0 * jump - 3.0 * slope + 0.5 * bend,
        ]
    )


@dataclass(frozen=True)
class Doctors:
    """The likelihoods of J doctors and a new one: U distinct ones.

    Attributes
    ----------
    likelihood : Counts or Patients
        The U distinct log-likelihoods.
    copies : array, shape (U,)
        How many of the J doctors share each.
    index : array of int, shape (J + 1,)
        The number u of each doctor's likelihood; the last entry is that of a new doctor without
        patients, who does not count among the J.
    """

    likelihood: Counts | Patients
    copies: Array
    index: Index

    @cached_property
    def rate(self) -> Array:
        """Each raw success rate, kept away from 0 and 1; shape (U,)."""
        return (self.likelihood.s + 0.5) / (self.likelihood.n + 1.0)

    @cached_property
    def rough(self) -> Array:
        """About where each likelihood is highest, log-odds; shape (U,)."""
        return np.log(self.rate / (1.0 - self.rate)) - self.likelihood.offset

    @cached_property
    def precision(self) -> Array:
        """The curvature of minus the log-likelihood at `rough`, shape (U,)."""
        return self.likelihood.n * self.rate * (1.0 - self.rate)


def from_counts(successes: Array, trials: Array) -> Doctors:
    """Doctors with the same counts have the same likelihood."""
    table = np.zeros((len(trials) + 1, 2))
    table[:-1] = np.column_stack([successes, trials])
    pairs, index, copies = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    index = index.ravel()
    copies[index[-1]] -= 1
    return Doctors(Counts(pairs[:, 0], pairs[:, 1]), copies.astype(float), index)


def from_patients(doctor: NDArray, offset: Array, success: Array, n_doctors: int) -> Doctors:
    """Doctors whose patients' log-odds differ from ``alpha_j`` by an offset each."""
    patients = Patients(doctor, offset, success, n_doctors + 1)
    copies = np.append(np.ones(n_doctors), 0.0)
    return Doctors(patients, copies, np.arange(n_doctors + 1))
