"""The log-likelihood of patients whose log-odds differ from ``alpha_j`` by an offset each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shrinkage.exact.inputs import Array
from shrinkage.exact.likelihood import EVERY, Likelihood, Part, expit

REACH = 20.0  # log-odds from which a patient's log-likelihood is a line, to within exp(-20)
PER_UNIT = 10  # cells of the patients' table to one log-odds: an error of 1e-10 a patient
AT_ONCE = 200_000  # entries evaluated at once: their arrays fit a processor's cache


class Patients(Likelihood):
    """Patients with a fixed offset each: the sum over patients, tabulated once.

    The success probability that is spoken of is that of a patient whose offset is ``reference``.
    Between nodes the table is a quintic Hermite polynomial: value, slope and curvature match at
    both ends.
    """

    def __init__(
        self,
        doctor: NDArray,
        offset: Array,
        successes: Array,
        trials: Array,
        n_doctors: int,
        reference: float = 0.0,
    ) -> None:
        """Of cells of equal patients: doctor, offset, successes and trials are of shape (N,)."""
        self.reference = reference
        self.n = np.bincount(doctor, trials, n_doctors)
        self.s = np.bincount(doctor, successes, n_doctors)
        # The mean of each doctor's.
        mean = np.bincount(doctor, trials * offset, n_doctors) / np.maximum(self.n, 1.0)
        self.offset = mean
        reach = np.ceil(REACH + np.abs(offset).max())
        self.start, self.step = -reach, 1.0 / PER_UNIT
        self.size = int(2 * PER_UNIT * reach)
        grid = np.linspace(-reach, reach, self.size + 1)
        at_nodes = np.zeros((3, len(grid), n_doctors))
        order = np.argsort(doctor, kind="stable")
        start = np.searchsorted(doctor[order], np.arange(n_doctors + 1))
        for j in np.flatnonzero(self.n).tolist():
            mine = order[start[j] : start[j + 1]]
            at_nodes[:, :, j] = _sums(grid, offset[mine], successes[mine], trials[mine])
        self.end_slopes = at_nodes[1, [0, -1], :]
        self.coefficients = _hermite(at_nodes, self.step).reshape(6, -1)

    def value(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and theta at ``a``, which broadcasts with ``part``."""
        value = self._inside(*self._cell(a, part)) + self._beyond(a, part)
        return value, expit(a + self.reference)

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


def _sums(grid: Array, offset: Array, successes: Array, trials: Array) -> Array:
    """Value, slope and curvature of one doctor's log-likelihood at G points, shape (3, G)."""
    found = np.zeros((3, len(grid)))
    batch = max(1, AT_ONCE // len(grid))
    for start in range(0, len(offset), batch):
        some = slice(start, start + batch)
        eta = grid[:, None] + offset[some]
        theta = expit(eta)
        s, n = successes[some], trials[some]
        # The offset's own term, s * offset, is included.
        found[0] += eta @ s - np.logaddexp(0.0, eta) @ n
        found[1] += s.sum() - theta @ n
        found[2] -= (theta * (1.0 - theta)) @ n
    return found


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
