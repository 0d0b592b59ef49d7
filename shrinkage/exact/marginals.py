"""Densities of one number at a time: integrals, distribution functions and quantiles.

Each on a grid of x that is evenly spaced in v, where x is a smooth function of v. Integrals over
cells, the distribution function and its inverse are polynomials in v.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from shrinkage.exact import quadrature
from shrinkage.exact.inputs import Array, tails

CLOSE = 1e-12  # of a cell: Newton's steps end here


@dataclass(frozen=True)
class Marginal:
    """The posterior density of one number.

    Attributes
    ----------
    x : array, shape (K,)
        Increasing grid, in the parameter's own unit (log-odds for ``mu_pop`` and ``alpha``); its
        steps change smoothly.
    density : array, shape (K,)
        Density on the grid; integrates to one.
    mean, sd : float
        Posterior mean and standard deviation.
    even : bool
        Whether the grid is the upper half of one that is symmetric about zero, as that of
        ``sigma_pop`` is.
    """

    x: Array
    density: Array
    mean: float
    sd: float
    even: bool = False

    @cached_property
    def _curve(self) -> Curves:
        return Curves(self.x[None], self.density[None], self.even)

    def cdf(self, value: ArrayLike) -> Array:
        """Posterior probability of lying at or below ``value`` (any shape)."""
        value = np.asarray(value, float)
        return self._curve.cdf(value.reshape(1, -1)).reshape(value.shape)[()]

    def quantile(self, prob: ArrayLike) -> Array:
        """The value below which a share ``prob`` (any shape, in 0 to 1) of the posterior lies."""
        prob = np.asarray(prob, float)
        return self._curve.quantile(prob.reshape(1, -1)).reshape(prob.shape)[()]

    def interval(self, prob: float = 0.95) -> tuple[float, float]:
        """Equal-tailed credible interval that holds a share ``prob`` of the posterior."""
        lower, upper = self.quantile(tails(prob))
        return float(lower), float(upper)


class Curves:
    """R densities at once, each on a grid of K points: distribution functions and quantiles."""

    def __init__(self, x: Array, density: Array, even: bool = False) -> None:
        """x, density: shape (R, K)."""
        self.x = x
        mirror = -1.0 if even else 0.0
        self.step = quadrature.derivative(x, mirror)  # length of a step of the grid
        self.per_step = density * self.step
        cells = np.maximum(quadrature.cells(self.per_step, 1.0 if even else 0.0), 0.0)
        total = cells.sum(axis=1, keepdims=True)
        self.per_step /= total
        self.below = np.concatenate([np.zeros_like(total), np.cumsum(cells / total, axis=1)], 1)

    def quantile(self, prob: Array) -> Array:
        """The values below which shares ``prob`` lie, shape (R, P) or (1, P); returns (R, P)."""
        prob = np.broadcast_to(prob, (len(self.x), prob.shape[-1]))
        cell = _cell(self.below, prob)
        start, rise, a, b, c = self._cubic(cell)
        wanted = prob - start
        f = np.clip(wanted / np.maximum(rise, 1e-300), 0.0, 1.0)
        low, high = np.zeros_like(f), np.ones_like(f)
        for _ in range(40):
            off = f * (a + f * (b + f * c)) - wanted
            low, high = np.where(off < 0.0, f, low), np.where(off < 0.0, high, f)
            slope = a + f * (2.0 * b + 3.0 * c * f)
            with np.errstate(divide="ignore", invalid="ignore"):
                newton = f - off / slope
            # Newton's method may have arrived at an end
            inside = (newton >= low) & (newton <= high)
            f, before = np.where(inside, newton, 0.5 * (low + high)), f
            if np.abs(f - before).max() < CLOSE:
                break
        return quadrature.between(self.x, cell + f)

    def cdf(self, value: Array) -> Array:
        """Probabilities of lying at or below ``value``, shape (R, P) or (1, P); returns (R, P)."""
        value = np.clip(value, self.x[:, :1], self.x[:, -1:])
        cell = _cell(self.x, value)
        x, here = quadrature.by_row(self.x, cell)
        left = x.take(here)
        position = cell + (value - left) / (x.take(here + 1) - left)
        for _ in range(3):  # Newton, from a start that is right to a part of a cell
            off = quadrature.between(self.x, position) - value
            position = position - off / quadrature.between(self.step, position)
            position = np.clip(position, cell, cell + 1.0)
        f = position - cell
        start, _, a, b, c = self._cubic(cell)
        return np.clip(start + f * (a + f * (b + f * c)), 0.0, 1.0)

    def _cubic(self, cell: np.ndarray) -> tuple[Array, ...]:
        """The mass below a point within a cell: start, rise, and a cubic's coefficients."""
        below, here = quadrature.by_row(self.below, cell)
        start = below.take(here)
        rise = below.take(here + 1) - start
        per_step, here = quadrature.by_row(self.per_step, cell)
        left, right = per_step.take(here), per_step.take(here + 1)
        return start, rise, left, 3.0 * rise - 2.0 * left - right, left + right - 2.0 * rise


def _cell(grid: Array, value: Array) -> np.ndarray:
    """The cell of each row's grid that a value lies in; (R, K) and (R, P) to (R, P)."""
    found = [np.searchsorted(row, v, side="right") for row, v in zip(grid, value, strict=True)]
    return np.clip(np.array(found) - 1, 0, grid.shape[1] - 2)
