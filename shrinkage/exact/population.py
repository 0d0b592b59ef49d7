"""The marginals of ``mu_pop``, ``sigma_pop`` and ``beta``, from the weights of the grid."""

from __future__ import annotations

import numpy as np

from shrinkage.exact import quadrature
from shrinkage.exact.grid import Grid
from shrinkage.exact.inputs import Array
from shrinkage.exact.marginals import Marginal
from shrinkage.exact.on_grid import LIVE, Mixture, OnGrid

FINE = 12  # points of the marginals of sigma_pop and beta to a step of the grid
STEEP = 40.0  # log of a height below the top from which a node is left out
THROUGH = 10  # nodes that a log density is interpolated through: 1e-6 of an sd in a quantile
STEP_MU = 0.03  # of the marginal of mu_pop, in sds of the narrowest slice at its centre


def sigma_marginal(posterior: Mixture) -> Marginal | None:
    """The posterior of ``sigma_pop``; None where it was fixed."""
    main = posterior.main.grid
    if main.t is None:
        return None
    lowest = min(piece.grid.sigma[0] for piece, *_ in posterior.live)
    highest = max(piece.grid.sigma[-1] for piece, *_ in posterior.live)
    step = (main.t[1] - main.t[0]) / FINE
    first, last = np.arcsinh(np.array([lowest, highest]) / main.scale)
    t, step = np.linspace(first, last, int(np.ceil((last - first) / step)) + 1, retstep=True)
    sigma = main.scale * np.sinh(t)
    density = np.zeros_like(sigma)
    for piece, weight, _ in posterior.live:
        density += weight * _sigma_density(piece, sigma)
    even = lowest == 0.0
    per_step = density * main.scale * np.cosh(t) * step
    mirror = 1.0 if even else 0.0
    total = quadrature.cells(per_step, mirror).sum()
    mean = quadrature.cells(per_step * sigma, -mirror).sum() / total
    square = quadrature.cells(per_step * sigma**2, mirror).sum() / total
    sd = float(np.sqrt(max(square - mean**2, 0.0)))
    return Marginal(sigma, density / total, float(mean), sd, even)


def _sigma_density(piece: OnGrid, sigma: Array) -> Array:
    """A piece's density of ``sigma_pop``, zero outside its grid."""
    grid = piece.grid
    assert grid.t is not None
    step = grid.t[1] - grid.t[0]
    log = np.logaddexp.reduce(piece.log_joint, axis=1) - np.log(step)
    log[[0, -1]] += np.log(2.0)  # the ends of the trapezoid rule count half
    # Far from all mass the heights are so steep that a polynomial through them would ring.
    first, last = np.flatnonzero(log > log.max() - STEEP)[[0, -1]]
    nodes = grid.t[first : last + 1]
    t = np.arcsinh(sigma / grid.scale)
    inside = (t >= nodes[0]) & (t <= nodes[-1])
    log, before = mirrored(log[first : last + 1], nodes)
    position = (t[inside] - nodes[0]) / step + before
    density = np.zeros_like(sigma)
    per_t = np.exp(quadrature.between(log, position, THROUGH))
    density[inside] = per_t / (grid.scale * np.cosh(t[inside]))
    return density


def mirrored(values: Array, t: Array) -> tuple[Array, int]:
    """Values at nodes of t, along the last axis, after part of their mirror image; and its length.

    The values are even in t, so where the nodes begin at zero the mirror image gives a polynomial
    points on both sides of it.
    """
    before = THROUGH // 2 if t[0] == 0.0 else 0
    image = values[..., before:0:-1]
    return np.concatenate([image, values], axis=-1), image.shape[-1]


def beta_marginal(posterior: Mixture) -> Marginal:
    """The posterior of ``beta``, whose nodes are even."""
    betas, weight = posterior.beta, posterior.weight
    step = betas[1] - betas[0]
    with np.errstate(divide="ignore"):
        log = np.maximum(np.log(weight / step), -700.0)
    position = np.linspace(0.0, len(betas) - 1.0, FINE * (len(betas) - 1) + 1)
    density = np.exp(quadrature.between(log, position, min(THROUGH, len(betas))))
    mean = float(weight @ betas)
    sd = float(np.sqrt(weight @ (betas - mean) ** 2))
    x = betas[0] + step * position
    return Marginal(x, density / (quadrature.cells(density).sum() * step / FINE), mean, sd)


def mu_marginal(posterior: Mixture) -> Marginal:
    """The posterior of ``mu_pop``."""
    centre, width, low, high = _reach(posterior)
    axis = quadrature.Axis.between(centre, width, low, high, STEP_MU)
    x, density = axis.x, np.zeros(len(axis.v))
    mean, square = 0.0, 0.0
    for piece, weight, _ in posterior.live:
        off = piece.grid.mu - centre
        mean += weight * float((piece.weight * off).sum())
        square += weight * float((piece.weight * off**2).sum())
        log = piece.log_joint - np.log(piece.grid.weight_mu)
        for s in np.flatnonzero(piece.mass > LIVE).tolist():
            inside = (x >= piece.grid.window.low[s]) & (x <= piece.grid.window.high[s])
            density[inside] += weight * np.exp(between_nodes(piece.grid, s, log[s], x[inside]))
    return Marginal(x, density, centre + mean, float(np.sqrt(max(square - mean**2, 0.0))))


def _reach(posterior: Mixture) -> tuple[float, float, float, float]:
    """Mode and sd of ``mu_pop`` in the narrowest slice with mass, and the ends of all."""
    low, mode, high, width = np.concatenate(
        [np.array([*p.grid.window, p.grid.width])[:, p.mass > LIVE] for p, *_ in posterior.live],
        axis=1,
    )
    narrowest = int(np.argmin(width))
    return float(mode[narrowest]), float(width[narrowest]), float(low.min()), float(high.max())


def between_nodes(grid: Grid, s: int, values: Array, x: Array) -> Array:
    """Values at ``x`` of the polynomials through those at slice s's nodes; (M, ...) to (X, ...)."""
    low, mode, high = (end[s] for end in grid.window)
    found = np.empty((len(x), *values.shape[1:]))
    for here, left, right, nodes in (
        (x < mode, low, mode, slice(None, grid.side)),
        (x >= mode, mode, high, slice(grid.side, None)),
    ):
        share = (x[here] - left) / (right - left)
        found[here] = quadrature.from_legendre(grid.side, share) @ values[nodes]
    return found
