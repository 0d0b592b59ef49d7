"""Many numbers as a few: Gauss's quadrature rule of each of several finite distributions.

A sum over a unit's patients of a smooth function of ``alpha + x'beta``, as their log-likelihood is,
becomes a sum over a dozen nodes, with an error that falls exponentially in their number. Where a
distribution has no more different values than there are nodes, the rule has exactly these.

Source: Golub and Meurant (2010), Matrices, Moments and Quadrature, chapters 3 to 6 (the Lanczos
process on a diagonal matrix, with full reorthogonalisation).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NODES = 12  # spread over 12 log-odds, an error of 1e-6 of a patient each
GONE = 1e-13  # of the squared spread: no further value to be found


def gauss_rule(
    values: Array, weights: Array, starts: NDArray[np.intp], nodes: int = NODES
) -> tuple[Array, Array]:
    """The Gauss rules of J distributions that lie one after another.

    Parameters
    ----------
    values, weights : array, shape (N,)
        What is averaged over, and how often each occurs.
    starts : array of int, shape (J,)
        Where each distribution begins; none is empty.
    nodes : int
        K, of each rule.

    Returns
    -------
    nodes, weights : array, shape (J, K)
        Weights are never negative and sum to each distribution's own sum of weights; a node that
        is not needed has weight zero.
    """
    lengths = np.diff(np.append(starts, len(values)))
    spread, together = _segments(starts, lengths)
    total = together(weights)
    centre = together(weights * values) / total
    away = values - spread(centre)
    square = together(weights * away**2) / total
    scale = np.sqrt(np.where(square > 0, square, 1.0))
    away /= spread(scale)
    # Lanczos: orthonormal polynomials at the values, as vectors that carry the root of the weights.
    v = np.sqrt(weights / spread(total))
    basis, diagonal, beside = [v], np.zeros((len(starts), nodes)), np.zeros((len(starts), nodes))
    for k in range(nodes):
        rest = away * basis[-1]
        diagonal[:, k] = together(basis[-1] * rest)
        if k == nodes - 1:
            break
        for _ in range(2):  # twice is enough
            for earlier in basis:
                rest -= spread(together(earlier * rest)) * earlier
        norm = together(rest**2)
        going_on = norm > GONE
        beside[:, k] = np.where(going_on, np.sqrt(norm), 0.0)
        basis.append(rest * spread(np.where(going_on, 1 / np.sqrt(np.maximum(norm, GONE)), 0.0)))
    matrix = np.zeros((len(starts), nodes, nodes))
    at = np.arange(nodes)
    matrix[:, at, at] = diagonal
    matrix[:, at[1:], at[:-1]] = beside[:, :-1]
    found, vectors = np.linalg.eigh(matrix)  # reads the lower triangle
    return centre[:, None] + scale[:, None] * found, total[:, None] * vectors[:, 0, :] ** 2


def _segments(
    starts: NDArray[np.intp], lengths: NDArray[np.intp]
) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """To each value its distribution's number, and from values to their distributions' sums."""
    if (lengths == lengths[0]).all():
        shape = len(starts), int(lengths[0])
        return (
            lambda v: np.broadcast_to(v[:, None], shape).ravel(),
            lambda v: v.reshape(shape).sum(axis=1),
        )
    return (lambda v: np.repeat(v, lengths), lambda v: np.add.reduceat(v, starts))
