"""The log-likelihood of patients whose log-odds differ from ``alpha_j`` by an offset each."""

from __future__ import annotations

import numpy as np

from shrinkage.exact.inputs import Array, Index
from shrinkage.exact.likelihood import EVERY, Likelihood, Part, expit

REACH = 20.0  # log-odds from which a patient's log-likelihood is a line, to within exp(-20)
PER_UNIT = 10  # cells of the patients' table to one log-odds: an error of 1e-10 a patient
LARGE = 20_000  # cells from which they are laid on a lattice
SPREAD = 8  # points of it for each: an error of 1e-12 a patient
AT_ONCE = 200_000  # entries evaluated at once: their arrays fit a processor's cache


class Patients(Likelihood):
    """Patients with a fixed offset each: the sum over patients, tabulated once.

    The success probability that is spoken of is that of a patient whose offset is ``reference``.
    Between nodes the table is a quintic Hermite polynomial: value, slope and curvature match at
    both ends.
    """

    def __init__(
        self,
        doctor: Index,
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
        of = doctor, offset, successes, trials
        lattice = int(np.ptp(offset) * PER_UNIT) + SPREAD + 1
        is_large = len(offset) > max(LARGE, lattice * n_doctors // SPREAD)
        at_nodes = (_from_lattice if is_large else _directly)(grid, *of, n_doctors)
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


def _directly(
    grid: Array,
    doctor: Index,
    offset: Array,
    successes: Array,
    trials: Array,
    n_doctors: int,
) -> Array:
    """Value, slope and curvature of the log-likelihoods at G points, (3, G, J): cell by cell."""
    found = np.zeros((3, len(grid), n_doctors))
    order = np.argsort(doctor, kind="stable")
    ends = np.searchsorted(doctor[order], np.arange(n_doctors + 1))
    batch = max(1, AT_ONCE // len(grid))
    for j in np.flatnonzero(np.diff(ends)).tolist():
        for start in range(ends[j], ends[j + 1], batch):
            mine = order[start : min(start + batch, ends[j + 1])]
            eta = grid[:, None] + offset[mine]
            theta = expit(eta)
            s, n = successes[mine], trials[mine]
            # The offset's own term, s * offset, is included.
            found[0, :, j] += eta @ s - np.logaddexp(0.0, eta) @ n
            found[1, :, j] += s.sum() - theta @ n
            found[2, :, j] -= (theta * (1.0 - theta)) @ n
    return found


def _from_lattice(
    grid: Array,
    doctor: Index,
    offset: Array,
    successes: Array,
    trials: Array,
    n_doctors: int,
) -> Array:
    """The same of very many cells: their trials are laid on an even lattice of offsets.

    Each cell's on `SPREAD` points around it, with the weights of the polynomial through them.
    """
    step = 1.0 / PER_UNIT
    position = (offset - offset.min()) / step + SPREAD // 2 - 1
    base = position.astype(np.intp) - (SPREAD // 2 - 1)
    away = position - base
    size = int(base.max()) + SPREAD
    laid = np.zeros(size * n_doctors)
    first = base * n_doctors + doctor
    for k in range(SPREAD):
        others = [m for m in range(SPREAD) if m != k]
        share = np.prod([float(k - m) for m in others]) ** -1 * trials
        for m in others:
            share *= away - m
        laid += np.bincount(first + k * n_doctors, share, len(laid))
    laid = laid.reshape(size, n_doctors)
    start = grid[0] + offset.min() - (SPREAD // 2 - 1) * step
    eta = start + step * np.arange(len(grid) + size - 1)
    theta = expit(eta)
    found = np.empty((3, len(grid), n_doctors))
    for of, value in zip(
        found, (np.logaddexp(0.0, eta), theta, theta * (1.0 - theta)), strict=True
    ):
        of[:] = -np.lib.stride_tricks.sliding_window_view(value, size) @ laid
    s = np.bincount(doctor, successes, n_doctors)
    found[0] += grid[:, None] * s + np.bincount(doctor, successes * offset, n_doctors)
    found[1] += s
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
