"""The density of a new doctor's alpha with one doctor left out: what all others imply of that one.

Times the doctor's own likelihood it is the posterior of the doctor's own alpha. In each slice of
``sigma_pop`` it is the density of ``mu_pop``, the doctor's own integral divided out, spread by a
normal density with the sd ``sigma_pop``: an integral over ``mu_pop``, for which there are two
ways:

* *The grid's nodes*, or denser ones, where ``sigma_pop`` is at least as wide as they are apart: a
  sum of normal densities at equal distances of at most one sd is constant to 1e-8 (Poisson's
  summation formula: ``2 exp(-2 pi**2)``), and Gauss-Legendre nodes lie closer than that at either
  end. For a normal density of ``mu_pop`` and the widest distances the integral is right to 1e-5 of
  itself within an sd of the centre, and to 1e-4 within four.
* *Laplace's approximation* of it, where ``sigma_pop`` is narrower still: over several such sds the
  log density of ``mu_pop`` is close to a parabola, also where the product with the normal density
  is largest. That may be many sds from the point, because a doctor may be pulled far from the
  others.

Either is taken in logs where a doctor lies so far from what the others imply that the density there
underflows, and where ``sigma_pop`` is fixed. The slices are those where the posterior of all
doctors is, so that the density is right where the doctor's own likelihood leaves something of the
product, and may fall short elsewhere.

In the shapes, S is the number of slices, M that of the grid's nodes of ``mu_pop`` in each, D that
of denser ones, U that of distinct likelihoods and A that of points of alpha.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from shrinkage.exact import quadrature
from shrinkage.exact.grid import Grid
from shrinkage.exact.inner import DROP
from shrinkage.exact.inputs import LOG_SQRT_2PI, Array, Index
from shrinkage.exact.on_grid import LIVE, OnGrid

STEP = 0.12  # of the lattice, in sds of the narrowest slice's prediction at its centre
# Most that the quintic through six points of the lattice may be off, a log, where a doctor lies d
# sds of the widest slice's prediction from the centre: the log density of a single slice is there
# -sinh(v)**2 / 2, and the quintic's error 0.16 * step**6 * d**2. With a fixed sigma_pop, or where d
# is large, a cell of the lattice may be wider than the doctor's own likelihood.
QUINTIC, QUINTIC_FIXED = 1e-5, 1e-8
LARGE = 10.0  # that d
DENSER = (1, 2, 4, 8)  # times the grid's nodes: a slice takes the first that are close enough
STEPS = 20  # of Newton's method, at most
FARTHEST = 1e300  # beyond any z that a search reaches
CLOSE = 0.03  # sds from the largest product, which the last step of Newton's method then finds
AT_ONCE = 65_536  # distances between points and nodes at once: they fit a processor's cache
UNDERFLOW = -600.0  # a log density, relative to its top, below which it is not followed


def lattice(piece: OnGrid, low: float, high: float) -> quadrature.Axis:
    """Points of alpha from low to high, fine around the narrowest slice's prediction."""
    grid, live = piece.grid, np.flatnonzero(piece.mass > LIVE)
    width = np.hypot(grid.width, grid.sigma)[live]
    centre = grid.window.mode[live[np.argmin(width)]]
    far = max(1.0, np.abs(piece.alpha_mean - centre).max() / width.max())
    most = QUINTIC_FIXED if grid.t is None or far > LARGE else QUINTIC
    step = min(STEP, (most / (0.16 * far**2)) ** (1.0 / 6.0))
    return quadrature.Axis.between(centre, width.min(), low, high, step)


def log_density(piece: OnGrid, x: Array, which: slice) -> Array:
    """The log density at x, up to a constant, without each of some doctors; (A,) to (A, U)."""
    grid, live = piece.grid, np.flatnonzero(piece.mass > LIVE)
    log_mu = (piece.log_joint - np.log(grid.weight_mu))[..., None]
    log_mu = log_mu - piece.log_z_at_nodes(which)  # (S, M, U)
    top = log_mu[live].max(axis=(0, 1))
    log_mu = log_mu - top
    if grid.t is None:
        return _spread_in_logs(grid, 0, log_mu[0], x) + top
    total = np.zeros((len(x), log_mu.shape[-1]))
    narrow = live
    for size in (grid.side * times for times in DENSER):
        wide = grid.sigma[narrow] >= _apart(grid, size)[narrow]
        total += _spread_from_nodes(grid, narrow[wide], log_mu, size, x)
        narrow = narrow[~wide]
    for s in narrow.tolist():
        total += np.exp(_spread_narrowly(grid, s, log_mu[s], x))
    with np.errstate(divide="ignore"):
        log = np.log(total)
    least = log.max(axis=0) + UNDERFLOW
    log = np.maximum(log, least)
    mean, rough = piece.alpha_mean[which], piece.doctors.rough[which]
    own = np.abs(x[:, None] - mean).argmin(axis=0)
    # What is cut off may be taken for level if the product is negligible there even where the
    # doctor's own likelihood is highest, at `rough`.
    likelihood = piece.doctors.likelihood
    (here, there), _ = likelihood.value(np.stack([mean, rough]), which)
    more = np.maximum(there - here, 0.0) + DROP
    for u in np.flatnonzero(log[own, np.arange(len(own))] <= least + more).tolist():
        slices = [_spread_in_logs(grid, s, log_mu[s][:, [u]], x) for s in live.tolist()]
        log[:, u] = np.logaddexp.reduce(slices)[:, 0]
    return log + top


def _apart(grid: Grid, size: int) -> Array:
    """How far ``size`` nodes on either side of the mode are apart at most, shape (S,)."""
    low, mode, high = grid.window
    half = np.maximum(mode - low, high - mode)
    # A Gauss-Legendre weight is about the distance to the next node.
    return half * quadrature.legendre(size).weight.max()


def _nodes(grid: Grid, slices: Index, log_mu: Array, size: int) -> tuple[Array, Array, Array]:
    """``size`` nodes on either side of the modes of some slices: mu and weight, (S, D).

    And the log density there, (S, D, U), from ``log_mu`` at the grid's own nodes, (S, M, U).
    """
    ends = (end[slices] for end in grid.window)
    mu, weight = quadrature.two_sided(*ends, quadrature.legendre(size))
    halves = log_mu.reshape(len(slices), 2, grid.side, -1)
    log = quadrature.between_legendre(grid.side, size) @ halves
    return mu, weight, log.reshape(*mu.shape, -1)


def _spread_from_nodes(grid: Grid, slices: Index, log_mu: Array, size: int, x: Array) -> Array:
    """The density of ``mu_pop`` in some slices, (S, M, U), spread by wide sigmas; (A, U)."""
    total = np.zeros((len(x), log_mu.shape[-1]))
    batch = max(1, AT_ONCE // (len(x) * 2 * size))
    for some in (slices[start : start + batch] for start in range(0, len(slices), batch)):
        sigma = grid.sigma[some, None]
        mu, weight, log = _nodes(grid, some, log_mu[some], size)
        z = x[:, None, None] - mu  # (A, S, D)
        z /= sigma
        z *= z
        z *= -0.5
        at_nodes = np.exp(log, out=log)
        at_nodes *= (weight / (sigma * np.sqrt(2.0 * np.pi)))[..., None]
        total += np.exp(z, out=z).reshape(len(x), -1) @ at_nodes.reshape(mu.size, -1)
    return total


def _spread_narrowly(grid: Grid, s: int, log_mu: Array, x: Array) -> Array:
    """The log of a slice's density spread by a narrow sigma; (A,) to (A, U)."""
    sigma = grid.sigma[s]
    curve = _Curve.through(grid, s, log_mu)
    x = x[:, None]
    if sigma == 0.0:
        return curve.at(x)[0]
    way_down, way_up = (way / sigma for way in curve.reach(x))
    following, low, high = np.zeros((len(x), 1)), -FARTHEST, FARTHEST
    for _ in range(STEPS):
        z = following
        value, slope, second = curve.at(x + sigma * z)
        rise, stiff = sigma * slope - z, 1.0 - sigma**2 * second
        step = np.clip(z + rise / stiff, way_down, way_up) - z
        if np.all(np.abs(step) < CLOSE):
            break
        # Where the product rises at z, its top lies above z. A step that leads out of the interval
        # that is left is replaced by one to its middle.
        low, high = np.where(rise > 0.0, z, low), np.where(rise < 0.0, z, high)
        past = (step != 0.0) & ((z + step <= low) | (z + step >= high))
        following = np.where(past, 0.5 * (low + high), z + step)
    # The product rises a little more on the rest of the way.
    return value - 0.5 * (z**2 - rise * step + np.log(stiff))


class _Curve(NamedTuple):
    """The log density of ``mu_pop`` in a slice for each of U doctors left out.

    Beyond the slice's ends it is continued along its tangent, or level where that rises outwards:
    the slice ends where the posterior of all doctors has fallen, which may be due to the doctor who
    is left out, and the others' likelihood has not been computed there.

    ends: the slice's lower end, mode and upper end. halves: on either side of the mode, the value,
    the slope and the second derivative at the nodes, each (U, K, 3). slopes: beyond the lower and
    the upper end, (2, U).
    """

    ends: tuple[float, float, float]
    halves: list[Array]
    slopes: Array

    @classmethod
    def through(cls, grid: Grid, s: int, log_mu: Array) -> _Curve:
        """Through the values at the slice's nodes, (M, U)."""
        low, mode, high = (end[s] for end in grid.window)
        slopes_of = quadrature.slopes_legendre(grid.side)
        halves = []
        for width, value in zip(
            (mode - low, high - mode), log_mu.reshape(2, grid.side, -1), strict=True
        ):
            slope = slopes_of @ value / width
            halves.append(np.stack([value.T, slope.T, (slopes_of @ slope / width).T], axis=-1))
        to_ends = quadrature.from_legendre(grid.side, np.array([0.0, 1.0]))
        at_low, at_high = halves[0][..., 1] @ to_ends[0], halves[1][..., 1] @ to_ends[1]
        slopes = np.stack([np.maximum(at_low, 0.0), np.minimum(at_high, 0.0)])
        return cls((low, mode, high), halves, slopes)

    def reach(self, x: Array) -> tuple[Array, Array]:
        """How far from x, (A, 1), the top of the product may lie below and above; (A, U) each."""
        low, _, high = self.ends
        # Where the curve is level beyond an end, the product only falls there.
        level = self.slopes == 0.0
        down = np.where(level[0], np.minimum(low - x, 0.0), -np.inf)
        return down, np.where(level[1], np.maximum(high - x, 0.0), np.inf)

    def at(self, x: Array) -> tuple[Array, Array, Array]:
        """Value, slope and second derivative, (A, U) each, at x, (A, U) or (A, 1) for all alike."""
        low, mode, high = self.ends
        near = np.clip(x, low, high)
        found = np.empty((self.slopes.shape[-1], len(x), 3))
        for inside, left, right, at_nodes in (
            (near < mode, low, mode, self.halves[0]),
            (near >= mode, mode, high, self.halves[1]),
        ):
            rows = inside.any(axis=1)
            share = np.clip((near[rows] - left) / (right - left), 0.0, 1.0)
            to_x = quadrature.from_legendre(at_nodes.shape[1], share.T)  # (U, A, K) or (1, A, K)
            here = inside[rows].T[..., None]
            found[:, rows] = np.where(here, to_x @ at_nodes, found[:, rows])
        value, slope, second = found.T
        slope = np.where(x < low, self.slopes[0], np.where(x > high, self.slopes[1], slope))
        second = np.where(near == x, np.minimum(second, 0.0), 0.0)
        return value + (x - near) * slope, slope, second


def _spread_in_logs(grid: Grid, s: int, log_mu: Array, x: Array) -> Array:
    """The log of a slice's density of ``mu_pop``, (M, U), spread by its sigma; (A,) to (A, U)."""
    sigma = grid.sigma[s]
    size = grid.side * DENSER[-1]
    if sigma < _apart(grid, size)[s]:
        return _spread_narrowly(grid, s, log_mu, x)
    (mu,), (weight,), (log,) = _nodes(grid, np.array([s]), log_mu[None], size)
    found = np.empty((len(x), log.shape[1]))
    batch = max(1, AT_ONCE // log.size)
    for start in range(0, len(x), batch):
        z = (x[start : start + batch, None] - mu) / sigma
        kernel = np.log(weight) - 0.5 * z**2 - np.log(sigma) - LOG_SQRT_2PI
        found[start : start + batch] = np.logaddexp.reduce(kernel[..., None] + log, axis=1)
    return found
