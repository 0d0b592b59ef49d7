"""The density of a new doctor's alpha with one doctor left out: what all others imply of that one.

Times the doctor's own likelihood it is the posterior of the doctor's own alpha. In each slice of
``sigma_pop`` it is the density of ``mu_pop``, the doctor's own integral divided out, spread by a
normal density with the sd ``sigma_pop``. There are three ways to take that sum:

* *The grid's nodes*, or denser ones, where ``sigma_pop`` is at least as wide as they are apart: a
  sum of normal densities at even distances of at most one sd is even to 1e-8 (Poisson's summation
  formula: ``2 exp(-2 pi**2)``), and Gauss-Legendre nodes lie closer than that at either end.
* *Gauss-Hermite nodes* around each point, where ``sigma_pop`` is narrower still: there the log
  density of ``mu_pop`` is close to a parabola over several sds, and seven nodes are right to 1e-8.
* *Logs throughout*, where ``sigma_pop`` is fixed: a doctor may lie so far from what the others
  imply that the density there underflows.
"""

from __future__ import annotations

import numpy as np

from shrinkage.exact import quadrature
from shrinkage.exact.grid import Grid
from shrinkage.exact.inputs import LOG_SQRT_2PI, Array, Index
from shrinkage.exact.on_grid import LIVE, OnGrid
from shrinkage.exact.population import between_nodes

STEP = 0.12  # of the lattice, in sds of the narrowest slice's prediction at its centre
# Most that the interpolation may be off where a doctor lies far from the others: d sds away the
# log density is -sinh(v)**2 / 2, and the error there 0.16 * step**6 * d**2. With a fixed sigma_pop,
# d may be hundreds.
QUINTIC, QUINTIC_FIXED = 1e-5, 1e-8
DENSE = 32  # nodes on either side of the mode
HERMITE = 7  # nodes for a spread narrower than the dense nodes are apart
AT_ONCE = 65_536  # distances between points and nodes at once: they fit a processor's cache
UNDERFLOW = -600.0  # log of a density, relative to its top, below which it is not followed


def lattice(piece: OnGrid, low: float, high: float) -> quadrature.Axis:
    """Points of alpha from low to high, fine around the narrowest slice's prediction."""
    grid, live = piece.grid, np.flatnonzero(piece.mass > LIVE)
    width = np.hypot(grid.width, grid.sigma)[live]
    centre = grid.mode[live[np.argmin(width)]]
    far = max(1.0, np.abs(piece.alpha_mean - centre).max() / width.max())
    most = QUINTIC if grid.t is not None else QUINTIC_FIXED
    step = min(STEP, (most / (0.16 * far**2)) ** (1.0 / 6.0))
    return quadrature.Axis.between(centre, width.min(), low, high, step)


def log_density(piece: OnGrid, x: Array) -> Array:
    """The log of the density at x for each doctor who may be left out; (A,) to (A, U)."""
    grid, live = piece.grid, np.flatnonzero(piece.mass > LIVE)
    log_mu = (piece.log_joint - np.log(grid.weight_mu))[..., None] - piece.log_z  # (S, M, U)
    top = log_mu[live].max(axis=(0, 1))
    log_mu = log_mu - top
    if len(grid.sigma) == 1:
        return _spread_in_logs(grid, log_mu[0], x) + top
    total = np.zeros((len(x), log_mu.shape[-1]))
    for size in (grid.side, DENSE):
        wide = grid.sigma[live] >= _apart(grid, size)[live]
        total += _spread_from_nodes(grid, live[wide], log_mu, size, x)
        live = live[~wide]
    for s in live.tolist():
        total += np.exp(_around_points(grid, s, log_mu[s], x)).sum(axis=1)
    with np.errstate(divide="ignore"):
        log = np.log(total)
    return np.maximum(log, log.max(axis=0) + UNDERFLOW) + top


def _apart(grid: Grid, size: int) -> Array:
    """How far ``size`` nodes on either side of the mode are apart at most, shape (S,)."""
    half = np.maximum(grid.mode - grid.low, grid.high - grid.mode)
    return half * quadrature.legendre(size).weight.max()


def _nodes(grid: Grid, slices: Index, log_mu: Array, size: int) -> tuple[Array, Array, Array]:
    """``size`` nodes on either side of the modes: mu and weight, (S, D), and the log density."""
    ends = grid.low[slices], grid.mode[slices], grid.high[slices]
    mu, weight = quadrature.two_sided(*ends, quadrature.legendre(size))
    halves = log_mu[slices].reshape(len(slices), 2, grid.side, -1)
    log = quadrature.between_legendre(grid.side, size) @ halves
    return mu, weight, log.reshape(*mu.shape, -1)


def _spread_from_nodes(grid: Grid, slices: Index, log_mu: Array, size: int, x: Array) -> Array:
    """The density of ``mu_pop`` in some slices, (S, M, U), spread by wide sigmas; (A, U)."""
    total = np.zeros((len(x), log_mu.shape[-1]))
    parts = -(-len(x) * len(slices) * 2 * size // AT_ONCE)
    for some in np.array_split(slices, parts) if parts else ():
        sigma = grid.sigma[some, None]
        mu, weight, log = _nodes(grid, some, log_mu, size)
        z = (x[:, None, None] - mu) / sigma  # (A, S, D)
        z *= z
        z *= -0.5
        at_nodes = np.exp(log, out=log)
        at_nodes *= (weight / (sigma * np.sqrt(2.0 * np.pi)))[..., None]
        total += np.exp(z, out=z).reshape(len(x), -1) @ at_nodes.reshape(mu.size, -1)
    return total


def _around_points(grid: Grid, s: int, log_mu: Array, x: Array) -> Array:
    """Logs of what is to be summed for a slice's density spread by a narrow sigma, (A, H, U).

    Beyond the slice's ends the log density is continued along its tangent, or level where that
    rises outwards: the slice ends where the posterior of all doctors has fallen, which may be due
    to the doctor who is left out, and the others' likelihood has not been computed there.
    """
    sigma, low, high = grid.sigma[s], grid.low[s], grid.high[s]
    nodes, weight = quadrature.hermite(HERMITE if sigma > 0.0 else 1)
    log_weight = np.log(weight) - 0.5 * nodes**2 - LOG_SQRT_2PI
    points = (x[:, None] + sigma * nodes).ravel()
    near = np.clip(points, low, high)
    slopes = _end_slopes(grid, s, log_mu)  # outwards, (2, U)
    beyond = np.abs(points - near)[:, None]
    log = between_nodes(grid, s, log_mu, near)
    log += beyond * np.minimum(np.where((points < low)[:, None], *slopes), 0.0)
    return log.reshape(len(x), len(nodes), -1) + log_weight[:, None]


def _end_slopes(grid: Grid, s: int, values: Array) -> Array:
    """Slopes, outwards, at both ends of a slice of the polynomials through its nodes, (2, U)."""
    left, right = grid.mode[s] - grid.low[s], grid.high[s] - grid.mode[s]
    first, last = quadrature.end_slopes(grid.side)
    return np.stack([-first @ values[: grid.side] / left, last @ values[grid.side :] / right])


def _spread_in_logs(grid: Grid, log_mu: Array, x: Array) -> Array:
    """The log of the only slice's density of ``mu_pop``, spread by its sigma, without underflow."""
    sigma = grid.sigma[0]
    if sigma < _apart(grid, DENSE)[0]:
        return np.logaddexp.reduce(_around_points(grid, 0, log_mu, x), axis=1)
    (mu,), (weight,), (log,) = _nodes(grid, np.zeros(1, int), log_mu[None], DENSE)
    z = (x[:, None] - mu) / sigma
    kernel = np.log(weight) - 0.5 * z**2 - np.log(sigma) - LOG_SQRT_2PI
    return np.logaddexp.reduce(kernel[..., None] + log, axis=1)
