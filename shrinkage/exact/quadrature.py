"""Rules of quadrature and interpolation: nodes, weights and matrices, nothing of the model.

Source: Davis and Rabinowitz, *Methods of Numerical Integration*, 2nd ed. (1984), sections 2.7 and
2.9; Trefethen, *Approximation Theory and Approximation Practice*, extended ed. (2019), chapters 5
and 8.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from shrinkage.exact.inputs import Array, Index


class Rule(NamedTuple):
    """Nodes and their weights, shape (K,)."""

    x: Array
    weight: Array


@cache
def legendre(size: int) -> Rule:
    """Gauss-Legendre, on [0, 1]."""
    nodes, weight = np.polynomial.legendre.leggauss(size)
    return Rule(0.5 * (nodes + 1.0), 0.5 * weight)


@cache
def hermite(size: int) -> Rule:
    """Gauss-Hermite, for an integrand close to ``exp(-x**2 / 2)``; nodes on the whole line."""
    nodes, weight = np.polynomial.hermite_e.hermegauss(size)
    return Rule(nodes, weight * np.exp(0.5 * nodes**2))


def gauss(nodes: Array, weight: Array, size: int) -> tuple[Array, Array]:
    """The Gauss rules with ``size`` nodes for discrete measures: exact to degree ``2 * size - 1``.

    nodes, weight: positive weights at nodes, shape (S, M). Returns nodes and weights, (S, size).
    By Stieltjes's procedure and the eigenvalues of the Jacobi matrix: Gautschi, *Orthogonal
    Polynomials* (2004), sections 2.2 and 3.1.
    """
    total = weight.sum(axis=1)
    centre = (weight * nodes).sum(axis=1) / total
    spread = np.sqrt((weight * (nodes - centre[:, None]) ** 2).sum(axis=1) / total)
    x = (nodes - centre[:, None]) / spread[:, None]
    jacobi = np.zeros((len(nodes), size, size))
    before, now, norm_before = np.zeros_like(x), np.ones_like(x), total
    for k in range(size):
        norm = (weight * now**2).sum(axis=1)
        jacobi[:, k, k] = (weight * x * now**2).sum(axis=1) / norm
        beta = norm / norm_before
        if k:
            jacobi[:, k, k - 1] = jacobi[:, k - 1, k] = np.sqrt(beta)
        after = (x - jacobi[:, k, k, None]) * now - (beta[:, None] * before if k else 0.0)
        before, now, norm_before = now, after, norm
    at, vectors = np.linalg.eigh(jacobi)
    return centre[:, None] + spread[:, None] * at, total[:, None] * vectors[:, 0] ** 2


def two_sided(low: Array, mode: Array, high: Array, rule: Rule) -> tuple[Array, Array]:
    """Nodes and weights on [low, mode] and [mode, high], along a new last axis."""
    low, mode, high = (np.expand_dims(v, -1) for v in (low, mode, high))
    x, weight = rule
    nodes = np.concatenate([low + (mode - low) * x, mode + (high - mode) * x], axis=-1)
    weights = np.concatenate([(mode - low) * weight, (high - mode) * weight], axis=-1)
    return nodes, weights


def from_legendre(size: int, x: Array) -> Array:
    """The matrix from values at the Gauss-Legendre nodes to values at ``x``; (...) to (..., K).

    ``x`` lies in [0, 1]; the polynomial through the nodes has the degree ``size - 1``. Source of
    its barycentric weights: Wang and Xiang (2012), Mathematics of Computation 81, 861-877.
    """
    nodes, weight = _legendre_barycentric(size)
    term = _terms(x[..., None] - nodes, weight)
    term /= term.sum(axis=-1, keepdims=True)
    return term


@cache
def _legendre_barycentric(size: int) -> tuple[Array, Array]:
    x, weight = legendre(size)
    return x, np.where(np.arange(size) % 2, -1.0, 1.0) * np.sqrt(x * (1.0 - x) * weight)


def _terms(away: Array, weight: Array) -> Array:
    """Those of the barycentric formula; at a node, that node's is larger than all others."""
    return weight / np.where(away == 0.0, 1e-300, away)


@cache
def slopes_legendre(size: int) -> Array:
    """The matrix from values at the Gauss-Legendre nodes to slopes of their polynomial there."""
    nodes, weight = _legendre_barycentric(size)
    away = nodes[:, None] - nodes + np.eye(size)
    slopes = weight / weight[:, None] / away
    np.fill_diagonal(slopes, 0.0)
    np.fill_diagonal(slopes, -slopes.sum(axis=1))
    return slopes


@cache
def between_legendre(size: int, wanted: int) -> Array:
    """The matrix from values at the nodes of one Gauss-Legendre rule to values at another's."""
    return from_legendre(size, legendre(wanted).x)


@cache
def coefficients(size: int) -> Array:
    """From values at the Gauss-Legendre nodes to coefficients of Legendre's polynomials."""
    x, weight = legendre(size)
    vander = np.polynomial.legendre.legvander(2.0 * x - 1.0, size - 1)
    return (2.0 * np.arange(size) + 1.0)[:, None] * (vander * weight[:, None]).T


@cache
def to_nodes(size: int) -> Array:
    """The matrix from values at the Gauss-Legendre nodes to integrals from 0 to each node."""
    legendre_polynomials = np.polynomial.legendre
    x = 2.0 * legendre(size).x - 1.0
    integrals = [
        legendre_polynomials.legval(x, legendre_polynomials.legint(row, lbnd=-1))
        for row in np.eye(size)
    ]
    return 0.5 * np.stack(integrals, axis=1) @ coefficients(size)


@cache
def chebyshev(size: int) -> tuple[Array, Array]:
    """Chebyshev nodes on [-1, 1], and their weights in the barycentric formula."""
    angle = np.pi * (np.arange(size) + 0.5) / size
    return -np.cos(angle), np.where(np.arange(size) % 2, -1.0, 1.0) * np.sin(angle)


def shares(nodes: Array, weight: Array, x: Array, rows: Index, start: Index) -> Array:
    """The share of each node's value in those of the polynomial through a row's nodes, (N, M).

    nodes, weight: of all rows' barycentric formulas, one row after the other, (N,); rows: each
    one's row, (N,); start: each row's first, (S,); x: where its polynomial is wanted, (S, M).
    At a node the share of that node is one, so any weights serve where x are the nodes themselves.
    """
    term = _terms(x[rows] - nodes[:, None], weight[:, None])
    return term / np.add.reduceat(term, start, axis=0)[rows]


@cache
def end_corrected(size: int) -> Array:
    """Weights, in steps, of the first ``size`` nodes of the end-corrected trapezoid rule.

    For an integrand that is not even about its first node. Gregory's correction, of six nodes at
    most: exact for polynomials of a degree below ``size`` there. Source: Fornberg (2021), SIAM
    Review 63, 167-180.
    """
    bernoulli = {1: 1.0 / 12.0, 3: -1.0 / 120.0, 5: 1.0 / 252.0}
    powers = np.arange(size)
    vander = np.arange(float(size)) ** powers[:, None]
    wanted = np.array([bernoulli.get(power, 0.0) for power in powers.tolist()])
    weight = np.linalg.solve(vander, wanted) + 1.0
    weight[0] -= 0.5
    return weight


class Axis(NamedTuple):
    """Points ``x = centre + width * sinh(v)``, v at even steps: fine at the centre, wider away."""

    centre: float
    width: float
    v: Array

    @property
    def x(self) -> Array:
        """The points."""
        return self.centre + self.width * np.sinh(self.v)

    def position(self, x: Array) -> Array:
        """Where x lies among the points, in steps."""
        v = np.arcsinh((x - self.centre) / self.width)
        return (v - self.v[0]) / (self.v[1] - self.v[0])

    @classmethod
    def between(cls, centre: float, width: float, low: float, high: float, step: float) -> Axis:
        """From low to high, ``step`` of v apart or a little less."""
        first, last = np.arcsinh((np.array([low, high]) - centre) / width)
        return cls(centre, width, np.linspace(first, last, int(np.ceil((last - first) / step)) + 1))


# What follows is about values on an even grid of unit step, along the last axis.


def padded(values: Array, mirror: float = 0.0) -> Array:
    """Two more values at either end: copies of the end value, or at the beginning a mirror image.

    mirror: 1 for values that are even about the beginning, -1 for odd ones.
    """
    first = mirror * values[..., [2, 1]] if mirror else values[..., [0, 0]]
    return np.concatenate([first, values, values[..., [-1, -1]]], axis=-1)


def cells(values: Array, mirror: float = 0.0) -> Array:
    """Integrals over the cells, (..., K) to (..., K - 1): of the quintic through six values."""
    v = padded(values, mirror)
    near = v[..., 2:-3] + v[..., 3:-2]
    next_to = v[..., 1:-4] + v[..., 4:-1]
    far = v[..., :-5] + v[..., 5:]
    return (802.0 * near - 93.0 * next_to + 11.0 * far) / 1440.0


def derivative(values: Array, mirror: float = 0.0) -> Array:
    """Slopes at the points, shape (..., K), of the quartic through five values.

    Beyond an end, the values are those reflected through the end point, as on a line, or at the
    beginning a mirror image as in `padded`.
    """
    first = 2.0 * values[..., :1] - values[..., [2, 1]]
    first = mirror * values[..., [2, 1]] if mirror else first
    last = 2.0 * values[..., -1:] - values[..., [-2, -3]]
    v = np.concatenate([first, values, last], axis=-1)
    return (8.0 * (v[..., 3:-1] - v[..., 1:-3]) - (v[..., 4:] - v[..., :-4])) / 12.0


def by_row(values: Array, index: Index) -> tuple[Array, Index]:
    """All values in one row, and where each row's ``index`` lies there; (..., K) and (..., P).

    With `take`, what `np.take_along_axis` does, in a third of its time for short rows.
    """
    size = values.shape[-1]
    rows = np.arange(values.size // size).reshape(*values.shape[:-1], 1)
    return values.ravel(), index + size * rows


def between(values: Array, position: Array, points: int = 6) -> Array:
    """The polynomials through the values at the ``points`` even points around ``position``.

    values: shape (..., K), K at least ``points``. position: (..., P), in [0, K - 1]. Returns
    (..., P). Where a step is a fraction ``h`` of a feature's width, the relative error is of the
    order of ``h**points``.
    """
    last = values.shape[-1] - points
    base = np.clip(position.astype(np.intp) - (points // 2 - 1), 0, last)
    flat, first = by_row(values, base)
    away = [position - base - k for k in range(points)]
    before, after = [np.ones_like(position)], [np.ones_like(position)]
    for k in range(points - 1):
        before.append(before[-1] * away[k])
        after.append(after[-1] * away[points - 1 - k])
    found = np.zeros_like(position)
    for k in range(points):
        sign = (-1.0) ** (points - 1 - k)
        denominator = sign * math.factorial(k) * math.factorial(points - 1 - k)
        share = before[k] * after[points - 1 - k] / denominator
        found += share * flat.take(first + k)
    return found


@cache
def finer(knots: int, points: int) -> Array:
    """The matrix from values on an even grid to more points of it, ends included; (knots, points).

    The polynomials are those of `between`.
    """
    position = np.linspace(0.0, knots - 1.0, points)
    return between(np.eye(knots), np.broadcast_to(position, (knots, points)))
