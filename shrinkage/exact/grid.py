"""The grid over (mu_pop, sigma_pop), laid around the posterior before anything is integrated.

* ``sigma_pop = scale * sinh(t)``: linear near zero and logarithmic far from it, because its
  posterior can have both scales at once. The integrand is even in t, so the trapezoid rule
  converges exponentially although the domain ends at zero.
* ``mu_pop`` given ``sigma_pop``: Gauss-Legendre on both sides of the mode of its profile. The
  doctors' integrals are smooth in ``mu_pop``, so where its window is narrow they are taken at a few
  Chebyshev nodes and interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from shrinkage.exact import inner, modes, quadrature
from shrinkage.exact.doctors import Doctors
from shrinkage.exact.inner import DROP
from shrinkage.exact.inputs import Array, Index, Prior

NODES_MU = 12  # Gauss-Legendre nodes on either side of the mode: means right to 1e-6 sds
# The same where no doctor has both successes and failures, or the prior is vague: the posterior of
# mu_pop then ends in a cliff on one side and in the prior on the other.
NODES_MU_STEPS = 24
# The same where both is so: the cliff, narrow where bounds allow a few successes of thousands, and
# the prior's tail then lie a hundred times its width apart.
NODES_MU_CLIFF = 40
VAGUE = 5.0  # mu_scale from which a prior is: the evidence is right to 1e-4
STEPS = 0.8  # share of doctors with all or no successes from which Laplace's approximation fails
NODES_SIGMA = 22  # trapezoid nodes: quantiles right to 2e-6 sds, the evidence to 1e-7
SLACK = 3.0  # log units of the drop that may be missing at sigma_pop's ends: sd right to 1e-2
END = 4  # nodes whose weight is corrected: the mean of sigma_pop is right to 3e-5 of its sd
MISPLACED = 0.6  # share of the drop: a window of mu_pop is moved if less is reached at an end
NOTICED = 1e-9  # share of the posterior in a slice from which that matters
# Share by which the mass of every other node of sigma_pop may be off from half. The error of all
# nodes together goes as its fourth power for a normal density: 2 * (0.03 / 2) ** 4, 1e-7.
ALTERNATE = 0.03
# Share of the posterior that may lie elsewhere than where every other node tells: more shows a
# second peak that is narrower than the nodes are apart. And the nodes that tell it.
RESOLVED, THROUGH = 0.004, 6
INTERPOLATION = 1e-6  # error of the inner integrals between nodes of mu_pop, relative to the whole


class Samples(NamedTuple):
    """The N pairs where the doctors' integrals are taken, and their interpolation to the grid.

    mu, sigma: shape (N,), the pairs of each slice of ``sigma_pop`` one after the other.
    slices, start: each pair's slice, (N,), and each slice's first pair, (S,).
    share: the share of each pair's value in that of each node of its slice, (N, M).
    """

    mu: Array
    sigma: Array
    slices: Index
    start: Index
    share: Array

    def to_grid(self, values: Array) -> Array:
        """Values at the nodes, (S, M, ...), from values at the pairs, (N, ...)."""
        slices = zip(self.start, [*self.start[1:], len(self.mu)], strict=True)
        return np.stack([self.share[a:b].T @ values[a:b] for a, b in slices])

    def weights(self, weight: Array) -> Array:
        """Weights of the pairs, (N,), that give the sums these weights of nodes, (S, M), give."""
        return np.einsum("nm,nm->n", self.share, weight[self.slices])


class Slices(NamedTuple):
    """S values of ``sigma_pop``.

    t, scale: the trapezoid's nodes, (S,), in ``sigma_pop = scale * sinh(t)``; t is None where it is
    fixed. sigma: its values, (S,). log_weight: log of weight times prior density, (S,). modes: of
    ``mu_pop`` and every z.
    """

    t: Array | None
    scale: float
    sigma: Array
    log_weight: Array
    modes: modes.Modes


class Window(NamedTuple):
    """Where ``mu_pop`` is followed in S slices: from low over the mode to high, shape (S,) each."""

    low: Array
    mode: Array
    high: Array


@dataclass(frozen=True)
class Grid:
    """S slices of ``sigma_pop`` with M nodes of ``mu_pop`` each.

    Attributes
    ----------
    prior : Prior
    slices : Slices
    window : Window
        Of ``mu_pop``: around the mode of its profile, or where `moved` has found the posterior.
    mu, weight_mu : array, shape (S, M)
        Nodes and weights of ``mu_pop``.
    samples : Samples
    """

    prior: Prior
    slices: Slices
    window: Window
    mu: Array
    weight_mu: Array
    samples: Samples

    @property
    def side(self) -> int:
        """How many nodes of ``mu_pop`` lie on either side of the mode."""
        return self.mu.shape[1] // 2

    @property
    def t(self) -> Array | None:
        """The trapezoid's nodes, in ``sigma_pop = scale * sinh(t)``, (S,); None where fixed."""
        return self.slices.t

    @property
    def scale(self) -> float:
        """The factor in ``sigma_pop = scale * sinh(t)``; log-odds."""
        return self.slices.scale

    @property
    def sigma(self) -> Array:
        """The values of ``sigma_pop``, shape (S,)."""
        return self.slices.sigma

    @property
    def one_sided(self) -> Array:
        """Factors on the slices' weights for a function that is not even in t, shape (S,).

        The trapezoid rule converges so fast at ``sigma_pop = 0`` because the integrand is even in
        t. A function of ``sigma_pop`` need not be: the mean is odd, and places change their order
        with its sign.
        """
        factor = np.ones(len(self.sigma))
        if self.t is not None and self.t[0] == 0.0:
            factor[:END] = quadrature.end_corrected(END)
            factor[0] *= 2.0  # because the trapezoid rule has halved the weight of an end
        return factor

    @property
    def width(self) -> Array:
        """About the standard deviation of ``mu_pop`` in each slice, shape (S,)."""
        return (self.window.high - self.window.low) / np.sqrt(8.0 * DROP)


def lay(doctors: Doctors, prior: Prior, drop: float = DROP, finer: int = 1) -> Grid:
    """The grid, out to where the posterior of ``sigma_pop`` has fallen by about exp(-drop).

    finer: how many times the usual number of nodes of ``sigma_pop``.
    """
    fixed = prior.sigma_pop is not None
    slices = (
        _one_slice(doctors, prior) if fixed else _slices(doctors, prior, drop, finer * NODES_SIGMA)
    )
    window = _window(doctors, prior, slices.sigma, slices.modes)
    signs = (_share_of_steps(doctors) == 1.0) + (prior.mu_scale > VAGUE)
    side = (NODES_MU, NODES_MU_STEPS, NODES_MU_CLIFF)[signs]
    return _with_nodes(prior, slices, window, side, doctors)


def _with_nodes(prior: Prior, slices: Slices, window: Window, side: int, doctors: Doctors) -> Grid:
    mu, weight = quadrature.two_sided(*window, quadrature.legendre(side))
    return Grid(prior, slices, window, mu, weight, _samples(slices, window, mu, doctors))


def moved(grid: Grid, log_joint: Array, doctors: Doctors) -> Grid | None:
    """The grid, its windows of ``mu_pop`` moved to where the integrals say the posterior is.

    log_joint: log posterior mass of the nodes, (S, M). None where all windows lie there already.
    The profile is not the posterior: with hundreds of doctors of one patient each and a wide
    ``sigma_pop`` its mode is many standard deviations off.
    """
    log = log_joint - np.log(grid.weight_mu)
    top = log.max(axis=1)
    inside = log > top[:, None] - DROP
    first = inside.argmax(axis=1)
    last = log.shape[1] - 1 - inside[:, ::-1].argmax(axis=1)
    misplaced = np.maximum(log[:, 0], log[:, -1]) > top - MISPLACED * DROP
    log_mass = np.logaddexp.reduce(log_joint, axis=1)
    if not np.any(misplaced & (log_mass > np.log(NOTICED))):
        return None
    # A half that is cut is doubled; any other ends at its first node that has fallen far enough.
    s = np.arange(len(log))
    before, after = (
        grid.mu[s, np.maximum(first - 1, 0)],
        grid.mu[s, np.minimum(last + 1, log.shape[1] - 1)],
    )
    low, mode, high = grid.window
    better = Window(
        np.where(first > 0, before, 2.0 * low - mode),
        grid.mu[s, log.argmax(axis=1)],
        np.where(last < log.shape[1] - 1, after, 2.0 * high - mode),
    )
    window = Window(*(np.where(misplaced, *two) for two in zip(better, grid.window, strict=True)))
    return _with_nodes(grid.prior, grid.slices, window, grid.side, doctors)


def _one_slice(doctors: Doctors, prior: Prior) -> Slices:
    """That of a fixed ``sigma_pop``."""
    assert prior.sigma_pop is not None
    sigma = np.array([float(prior.sigma_pop)])
    found = modes.of_everything(doctors, prior, sigma)
    return Slices(None, 1.0, sigma, np.zeros(1), found)


def _slices(doctors: Doctors, prior: Prior, drop: float, size: int) -> Slices:
    """Nodes that reach to where an approximation of the posterior has fallen by exp(-drop).

    Laplace's over ``mu_pop``, and over each z, too, unless nearly all doctors have either successes
    or failures alone: there its errors add up to tens of log units, and a peak may be missed.

    The window is widened until the posterior ends inside (many doctors of whom each has all or no
    successes push ``sigma_pop`` far into its prior's tail), then narrowed until it is filled.
    """
    # The scale on which the likelihood of sigma_pop bends near zero, and a new doctor's density.
    information = np.sum(doctors.copies * doctors.precision**2) ** 0.25
    scale = min(1.0 / max(information, 1e-6), prior.sigma_scale, prior.mu_scale)
    low, high = 0.0, float(np.arcsinh(8.0 * prior.sigma_scale / scale))
    for _ in range(20):
        t = np.linspace(low, high, size)
        sigma = scale * np.sinh(t)
        found = modes.of_everything(doctors, prior, sigma)
        log_post = _given_mode(doctors, prior, sigma, found) - 0.5 * np.log(found.bend)
        log_post += prior.log_sigma(sigma) + np.log(np.cosh(t))
        inside = np.flatnonzero(log_post > log_post.max() - drop)
        if inside[-1] == len(t) - 1:
            high += np.log(2.0)  # doubles sigma_pop
            continue
        first, last = max(inside[0] - 1, 0), inside[-1] + 1
        if last - first > 0.7 * len(t):
            break
        low, high = t[first], t[last]
    kept = slice(first, last + 1)
    step = np.full(len(t), t[1] - t[0])[kept]
    step[[0, -1]] *= 0.5  # at t = 0 by symmetry; elsewhere the end is negligible
    log_weight = prior.log_sigma(sigma) + np.log(scale * np.cosh(t))
    return Slices(
        t[kept],
        scale,
        sigma[kept],
        log_weight[kept] + np.log(step),
        modes.Modes(*(v[kept] for v in found)),
    )


def _share_of_steps(doctors: Doctors) -> float:
    """The share of doctors with successes or failures alone: their likelihoods are steps."""
    steps = doctors.copies[doctors.likelihood.is_step].sum()
    return float(steps / max(doctors.copies.sum(), 1.0))


def _given_mode(doctors: Doctors, prior: Prior, sigma: Array, found: modes.Modes) -> Array:
    """The log posterior at the modes of ``mu_pop``, all z integrated over; shape (S,)."""
    if _share_of_steps(doctors) < STEPS:
        return found.height + found.laplace
    log_z = inner.integrate(doctors, found.mu, sigma).log_z
    return prior.log_mu(found.mu) + log_z @ doctors.copies


def _window(doctors: Doctors, prior: Prior, sigma: Array, found: modes.Modes) -> Window:
    """From and to where the profile of ``mu_pop`` has fallen by `DROP` in each slice."""
    side = np.repeat([-1.0, 1.0], len(sigma))  # both ends at once
    sigma, mode, top, bend = (np.tile(v, 2) for v in (sigma, found.mu, found.height, found.bend))
    z, tilt = np.tile(found.z, (2, 1)), np.tile(found.tilt, (2, 1))
    low_and_high = modes.fallen(
        lambda mu: modes.profile(doctors, prior, mu, sigma, z + tilt * (mu - mode)[:, None]),
        mode,
        top,
        mode + side * np.sqrt(2.0 * DROP / bend),
        DROP,
        1.0 / prior.mu_scale**2,
    )
    low, high = np.split(low_and_high, 2)
    return Window(low, found.mu, high)


def _samples(slices: Slices, window: Window, mu: Array, doctors: Doctors) -> Samples:
    """Chebyshev nodes of ``mu_pop`` in each slice, or the slice's own where those are fewer.

    How many a slice needs follows from the nearest singularity. The likelihood has one at pi i in
    the complex plane, and the integral over z moves it away: by 2.5 to 4 sigma as measured. That of
    bounded successes has some that are nearer, in proportion to the width of its edge.
    """
    low, _, high = window
    centre, half = 0.5 * (high + low), 0.5 * (high - low)
    needed = np.log(max(doctors.copies.sum(), 1.0) / INTERPOLATION)
    pace = np.min(doctors.pace())
    away = pace * np.pi + 2.5 * slices.sigma
    sizes = np.maximum(np.ceil(needed / np.arcsinh(away / half)), 6).astype(int)
    x = (mu - centre[:, None]) / half[:, None]
    every = np.ones(x.shape[1])
    rules = [
        quadrature.chebyshev(size) if size < len(every) - 2 else (x[s], every)
        for s, size in enumerate(sizes.tolist())
    ]
    counts = np.array([len(nodes) for nodes, _ in rules])
    which, start = np.repeat(np.arange(len(counts)), counts), np.cumsum(counts) - counts
    nodes, weight = (np.concatenate(values) for values in zip(*rules, strict=True))
    share = quadrature.shares(nodes, weight, x, which, start)
    return Samples(centre[which] + half[which] * nodes, slices.sigma[which], which, start, share)


def is_cut(grid: Grid, mass: Array) -> bool:
    """Whether the posterior of ``sigma_pop`` has not fallen far enough at an end of the grid.

    mass: of each slice, shape (S,). Laplace's approximation, by which the ends were placed, has a
    small error for each doctor, and the errors add up.
    """
    if grid.t is None:
        return False
    ends = mass[[0, -1]] > np.exp(SLACK - DROP) * mass.max()
    return bool(ends[1] or (ends[0] and grid.t[0] > 0))


def is_resolved(grid: Grid, mass: Array) -> bool:
    """Whether the nodes of ``sigma_pop`` are close enough together.

    mass: of each slice, shape (S,). Every other one then holds half of all, and the polynomial
    through their logs tells those between.
    """
    if grid.t is None or len(mass) < 2 * THROUGH:
        return True
    if abs(mass[1::2].sum() / mass.sum() - 0.5) > 0.5 * ALTERNATE:
        return False
    log = np.log(np.maximum(mass, 1e-300))
    log[[0, -1]] += np.log(2.0)  # the ends of the trapezoid rule count half
    before = THROUGH if grid.t[0] == 0.0 else 0  # its mirror image says what happens at zero
    every = np.concatenate([log[before:0:-2], log[::2]])
    between = np.arange(1, len(mass), 2)
    position = np.asarray(0.5 * (between + before), dtype=float)
    told = quadrature.between(every, position, THROUGH)
    elsewhere = np.abs(np.exp(np.minimum(told, 0.0)) - mass[between]).sum()
    return bool(elsewhere < 0.5 * RESOLVED)
