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

from shrinkage.exact import modes, quadrature
from shrinkage.exact.inputs import Array, Prior
from shrinkage.exact.likelihood import Doctors

DROP = 20.0  # integrands are followed until they have fallen by exp(-20), 2e-9 of their height
NODES_MU = 12  # Gauss-Legendre nodes on either side of the mode: means right to 1e-6 sds
NODES_SIGMA = 22  # trapezoid nodes: quantiles right to 2e-6 sds, the evidence to 1e-7
END = 4  # nodes whose weight is corrected: the mean of sigma_pop is right to 3e-5 of its sd
INTERPOLATION = 1e-9  # error of the inner integrals between nodes of mu_pop, relative to the whole
WIDE = 3.0  # sigma_pop above which a likelihood is nearly a step in z: sds right to 5e-6


class Samples(NamedTuple):
    """The N pairs where the doctors' integrals are taken, and their interpolation to the grid.

    mu, sigma: shape (N,), the pairs of each slice of ``sigma_pop`` one after the other.
    matrices: for each slice one of shape (M, K), from values at its K pairs to its M nodes.
    """

    mu: Array
    sigma: Array
    matrices: list[Array]

    def to_grid(self, values: Array) -> Array:
        """Values at the nodes, (S, M, ...), from values at the pairs, (N, ...)."""
        return np.stack([m @ v for m, v in zip(self.matrices, self._slices(values), strict=True)])

    def weights(self, weight: Array) -> Array:
        """Weights of the pairs, (N,), that give the sums these weights of nodes, (S, M), give."""
        return np.concatenate([w @ m for w, m in zip(weight, self.matrices, strict=True)])

    def _slices(self, values: Array) -> list[Array]:
        return np.split(values, np.cumsum([m.shape[1] for m in self.matrices])[:-1])


@dataclass(frozen=True)
class Grid:
    """S slices of ``sigma_pop`` with M nodes of ``mu_pop`` each.

    Attributes
    ----------
    prior : Prior
    t : array, shape (S,), or None
        The trapezoid's nodes, in ``sigma_pop = scale * sinh(t)``; None where it is fixed.
    scale : float
    sigma, log_weight_sigma : array, shape (S,)
        Values of ``sigma_pop``; log of weight times prior density.
    mode, low, high : array, shape (S,)
        The mode of the profile of ``mu_pop``, and the ends of its window.
    mu, weight_mu : array, shape (S, M)
        Nodes and weights of ``mu_pop``.
    samples : Samples
    """

    prior: Prior
    t: Array | None
    scale: float
    sigma: Array
    log_weight_sigma: Array
    mode: Array
    low: Array
    high: Array
    mu: Array
    weight_mu: Array
    samples: Samples

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
        return (self.high - self.low) / np.sqrt(8.0 * DROP)


class _Sigma(NamedTuple):
    """Nodes of ``sigma_pop``, the modes there, and how far its log posterior is below its top."""

    t: Array | None
    scale: float
    sigma: Array
    log_weight: Array
    modes: modes.Modes
    depth: Array


def lay(doctors: Doctors, prior: Prior, drop: float = DROP) -> Grid:
    """The grid, out to where the posterior of ``sigma_pop`` has fallen by about exp(-drop)."""
    found = _fixed(doctors, prior) if prior.sigma_pop is not None else _lay(doctors, prior, drop)
    sigma, mode = found.sigma, found.modes.mu
    low, high = _window(doctors, prior, sigma, found.modes)
    mu, weight = quadrature.two_sided(low, mode, high, quadrature.legendre(NODES_MU))
    samples = _samples(sigma, mu, low, high, doctors.copies.sum(), found.depth)
    return Grid(
        prior,
        found.t,
        found.scale,
        sigma,
        found.log_weight,
        mode,
        low,
        high,
        mu,
        weight,
        samples,
    )


def _fixed(doctors: Doctors, prior: Prior) -> _Sigma:
    assert prior.sigma_pop is not None
    sigma = np.array([float(prior.sigma_pop)])
    found = modes.of_everything(doctors, prior, sigma)
    return _Sigma(None, 1.0, sigma, np.zeros(1), found, np.zeros(1))


def _lay(doctors: Doctors, prior: Prior, drop: float) -> _Sigma:
    """Nodes that reach to where Laplace's approximation has fallen by exp(-drop).

    The window is widened until the posterior ends inside (many doctors of whom each has all or no
    successes push ``sigma_pop`` far into its prior's tail), then narrowed until it is filled.
    """
    # The scale on which the likelihood of sigma_pop bends near zero.
    information = np.sum(doctors.copies * doctors.precision**2) ** 0.25
    scale = min(1.0 / max(information, 1e-6), prior.sigma_scale)
    low, high = 0.0, float(np.arcsinh(8.0 * prior.sigma_scale / scale))
    for _ in range(20):
        t = np.linspace(low, high, NODES_SIGMA)
        sigma = scale * np.sinh(t)
        found = modes.of_everything(doctors, prior, sigma)
        log_post = found.height + found.laplace - 0.5 * np.log(found.bend)
        log_post += prior.log_sigma(sigma) + np.log(np.cosh(t))
        inside = np.flatnonzero(log_post > log_post.max() - drop)
        if inside[-1] == len(t) - 1:
            high += np.log(2.0)
            continue
        first, last = max(inside[0] - 1, 0), inside[-1] + 1
        if last - first > 0.7 * len(t):
            break
        low, high = t[first], t[last]
    step = np.full(len(t), t[1] - t[0])
    step[[0, -1]] *= 0.5  # at t = 0 by symmetry; elsewhere the end is negligible
    log_weight = prior.log_sigma(sigma) + np.log(scale * np.cosh(t)) + np.log(step)
    return _Sigma(t, scale, sigma, log_weight, found, log_post.max() - log_post)


def _window(
    doctors: Doctors, prior: Prior, sigma: Array, found: modes.Modes
) -> tuple[Array, Array]:
    """The ends of ``mu_pop`` in each slice, shape (S,): where its profile has fallen by `DROP`."""
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
    return low, high


def _samples(
    sigma: Array, mu: Array, low: Array, high: Array, n_doctors: float, depth: Array
) -> Samples:
    """Chebyshev nodes of ``mu_pop`` in each slice, or the slice's own nodes where those are fewer.

    How many a slice needs follows from the nearest singularity. The likelihood has one at pi i in
    the complex plane, and the integral over z moves it away: by 2.5 to 4 sigma as measured. A slice
    whose log posterior is ``depth`` below the top may be off by more. Where sigma is large, theta
    is nearly a step in z, the error of the inner rule jumps as much, and many nodes average it.
    """
    centre, half = 0.5 * (high + low), 0.5 * (high - low)
    needed = np.log(n_doctors / INTERPOLATION) - np.minimum(depth, 0.75 * DROP)
    away = np.pi + 2.5 * sigma
    sizes = np.maximum(np.ceil(needed / np.arcsinh(away / half)), 6).astype(int)
    sizes[(sigma > WIDE) & (depth < 0.5 * DROP)] = 2 * NODES_MU
    at: list[Array] = []
    matrices: list[Array] = []
    for s, size in enumerate(sizes):
        if size < mu.shape[1] - 2:
            at.append(centre[s] + half[s] * quadrature.chebyshev(size)[0])
            matrices.append(quadrature.from_chebyshev(size, (mu[s] - centre[s]) / half[s]))
        else:
            at.append(mu[s])
            matrices.append(np.eye(mu.shape[1]))
    return Samples(np.concatenate(at), np.repeat(sigma, [len(a) for a in at]), matrices)


def is_cut(grid: Grid, mass: Array) -> bool:
    """Whether the posterior of ``sigma_pop`` has not fallen far enough at an end of the grid.

    mass: of each slice, shape (S,). Laplace's approximation, by which the ends were placed, has a
    small error for each doctor, and the errors add up.
    """
    if grid.t is None:
        return False
    ends = mass[[0, -1]] > np.exp(-0.7 * DROP) * mass.max()
    return bool(ends[1] or (ends[0] and grid.t[0] > 0))
