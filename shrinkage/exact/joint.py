"""The joint posterior as weighted nodes, for expectations and draws.

Draws are conditional quantiles: of ``beta``, of ``sigma_pop`` given it, of ``mu_pop`` given both,
and of every ``alpha_j`` given all three (Rosenblatt 1952, Annals of Mathematical Statistics 23,
470-472). Independent uniform probabilities give independent draws; autocorrelated ones give an
autocorrelated series.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from shrinkage.exact import inner, population, quadrature
from shrinkage.exact.doctors import Doctors
from shrinkage.exact.inner import WIDE
from shrinkage.exact.inputs import Array, Index
from shrinkage.exact.marginals import Curves
from shrinkage.exact.on_grid import LIVE, Mixture, OnGrid

POINTS = 65  # of a conditional density over some twelve of its sds: quantiles right to 1e-4 sds
POINTS_WIDE = 257  # the same where sigma_pop is so large that a likelihood is nearly a step in z
AT_ONCE = 200_000  # densities evaluated at once, which bounds the memory


class Draws(NamedTuple):
    """Draws from the joint posterior, log-odds; ``...`` is the shape of what they were made from.

    mu_pop, sigma_pop, beta: shape (...); beta is zero without a covariate. alpha: shape (..., J).
    """

    mu_pop: Array
    sigma_pop: Array
    beta: Array
    alpha: Array


class At(NamedTuple):
    """Where a function of one doctor is evaluated: five arrays of one shape, log-odds.

    z is the doctor's distance from the population's mean, in its standard deviations:
    ``alpha = mu_pop + sigma_pop * z``.
    """

    alpha: Array
    z: Array
    mu_pop: Array
    sigma_pop: Array
    beta: Array


@dataclass(frozen=True)
class Joint:
    """The joint posterior of ``mu_pop``, ``sigma_pop``, ``beta`` and every ``alpha_j``.

    Attributes
    ----------
    mu_pop, sigma_pop, beta : array, shape (G,)
        Nodes; ``beta`` is zero without a covariate.
    weight : array, shape (G,)
        Their posterior probabilities: positive, and one in all.
    """

    mu_pop: Array
    sigma_pop: Array
    beta: Array
    weight: Array
    _mixture: Mixture
    _count: Index  # of the nodes that each piece has

    @classmethod
    def of(cls, mixture: Mixture) -> Joint:
        """The nodes that matter of all pieces of a posterior."""
        nodes = []
        for piece, weight, beta in zip(mixture.pieces, mixture.weight, mixture.beta, strict=True):
            grid = piece.grid
            mass = weight * piece.weight * grid.one_sided[:, None]
            every = np.broadcast_arrays(grid.mu, grid.sigma[:, None], beta, mass)
            nodes.append(np.stack(every).reshape(4, -1))
        most = max(piece[3].max() for piece in nodes)
        nodes = [piece[:, piece[3] > LIVE * most] for piece in nodes]
        mu, sigma, beta, weight = np.concatenate(nodes, axis=1)
        count = np.array([piece.shape[1] for piece in nodes])
        return cls(mu, sigma, beta, weight / weight.sum(), mixture, count)

    def expectation(self, f: Callable[[Joint], ArrayLike]) -> Array:
        """The posterior mean of a function of ``mu_pop``, ``sigma_pop`` and ``beta``.

        f is given this object, whose nodes have shape (G,), and returns an array of shape
        (G, ...): ``joint.expectation(lambda at: at.sigma_pop**2)``.
        """
        return np.tensordot(self.weight, np.asarray(f(self)), 1)

    def given_nodes(self, f: Callable[[At], ArrayLike], doctors: ArrayLike | None = None) -> Array:
        """The mean of a function of each doctor given a node of the population; shape (G, J).

        Given a node the doctors are independent, so the mean of a product over doctors is the
        product of these. f is called several times with an `At` and returns an array of the shape
        of its members: ``lambda at: expit(at.alpha + at.beta)``. doctors: which, J for a new doctor
        without patients; all J if None.
        """
        index = self._mixture.main.doctors.index
        chosen = np.arange(len(index) - 1) if doctors is None else np.asarray(doctors, np.intp)
        which, place = np.unique(index[chosen], return_inverse=True)
        found = np.empty((len(self.weight), len(which)))
        stop = 0
        for piece, beta, count in zip(
            self._mixture.pieces, self._mixture.beta, self._count, strict=True
        ):
            rows = slice(stop, stop := stop + int(count))
            mu, sigma = self.mu_pop[rows], self.sigma_pop[rows]
            for nodes in inner.over_z(piece.doctors, mu, sigma, which):
                same = np.broadcast_to(
                    np.array([mu[nodes.pair], sigma[nodes.pair]])[:, None], (2, *nodes.z.shape)
                )
                value = np.asarray(f(At(nodes.alpha, nodes.z, *same, np.full_like(nodes.z, beta))))
                total = nodes.mass.sum(axis=0)
                found[rows][nodes.pair, nodes.column] = (nodes.mass * value).sum(axis=0) / total
        return found[:, place]

    def expectation_by_doctor(
        self, f: Callable[[At], ArrayLike], doctors: ArrayLike | None = None
    ) -> Array:
        """The posterior mean of a function of each doctor, (J,); for f see `given_nodes`."""
        return self.weight @ self.given_nodes(f, doctors)

    def mean_and_sd_by_doctor(
        self, f: Callable[[At], ArrayLike], doctors: ArrayLike | None = None
    ) -> tuple[Array, Array]:
        """Posterior mean and standard deviation of a function of each doctor, twice (J,)."""
        mean, square = (
            self.expectation_by_doctor(lambda at, k=k: np.asarray(f(at)) ** k, doctors)
            for k in (1, 2)
        )
        return mean, np.sqrt(np.maximum(square - mean**2, 0.0))

    def expectation_new_doctor(self, f: Callable[[At], ArrayLike]) -> float:
        """The same for a new doctor of the population, who has no patients."""
        new = len(self._mixture.main.doctors.index) - 1
        return float(self.expectation_by_doctor(f, [new])[0])

    def draw(self, rng: np.random.Generator, size: int, *, doctors: bool = True) -> Draws:
        """Independent draws, ``size`` of them; of the population alone unless ``doctors``."""
        count = len(self._mixture.main.doctors.index) - 1 if doctors else 0
        beta = rng.random(size) if len(self._mixture.pieces) > 1 else None
        return self.quantiles(rng.random(size), rng.random(size), rng.random((size, count)), beta)

    def quantiles(
        self,
        sigma_prob: Array,
        mu_prob: Array,
        alpha_prob: Array,
        beta_prob: Array | None = None,
    ) -> Draws:
        """Quantiles of ``beta``, ``sigma_pop`` given it, ``mu_pop`` given both, alpha given all.

        sigma_prob, mu_prob, beta_prob: probabilities, shape (...); the last with a covariate, and
        only then. alpha_prob: shape (..., J), or with a last axis of 0 where no doctor is asked
        for. Where ``sigma_pop`` is fixed its probabilities change nothing.

        ``beta`` lies between nodes, and the rest is drawn at the nearest node; ``mu_pop`` and
        ``alpha`` are then moved along the line that their means follow from node to node.
        """
        if (beta_prob is None) != (len(self._mixture.pieces) == 1):
            raise ValueError("beta_prob must be given with a covariate, and only then.")
        shape = np.shape(sigma_prob)
        flat = [np.reshape(v, -1) for v in (sigma_prob, mu_prob)]
        doctors = np.reshape(alpha_prob, (flat[0].size, np.shape(alpha_prob)[-1]))
        if beta_prob is None:
            found = _quantiles(self._mixture.main, *flat, doctors)
            beta = np.zeros(len(doctors))
        else:
            beta, found = self._with_beta(*flat, doctors, np.reshape(beta_prob, -1))
        sigma, mu, alpha = found
        return Draws(
            mu.reshape(shape),
            sigma.reshape(shape),
            beta.reshape(shape),
            alpha.reshape(*shape, alpha.shape[-1]),
        )

    def _with_beta(
        self, sigma_prob: Array, mu_prob: Array, alpha_prob: Array, beta_prob: Array
    ) -> tuple[Array, tuple[Array, Array, Array]]:
        """``beta``, and what `_quantiles` gives at it."""
        mixture = self._mixture
        betas = mixture.beta
        beta = population.beta_marginal(mixture).quantile(beta_prob)
        nearest = np.clip(np.rint((beta - betas[0]) / (betas[1] - betas[0])), 0, len(betas) - 1)
        mu_means = np.array([(p.weight * p.grid.mu).sum() for p in mixture.pieces])
        alpha_means = np.array(
            [p.alpha_mean[p.doctors.index[: alpha_prob.shape[1]]] for p in mixture.pieces]
        )
        mu_slope, alpha_slope = (
            np.gradient(means, betas, axis=0) for means in (mu_means, alpha_means)
        )
        found = np.empty_like(beta), np.empty_like(beta), np.empty_like(alpha_prob)
        for b in np.unique(nearest).astype(int):
            here = nearest == b
            drawn = _quantiles(mixture.pieces[b], sigma_prob[here], mu_prob[here], alpha_prob[here])
            away = beta[here] - betas[b]
            slopes = 0.0, mu_slope[b], alpha_slope[b]
            for into, value, slope in zip(found, drawn, slopes, strict=True):
                into[here] = value + (away[:, None] if value.ndim == 2 else away) * slope
        return beta, found


def _quantiles(
    piece: OnGrid, sigma_prob: Array, mu_prob: Array, alpha_prob: Array
) -> tuple[Array, Array, Array]:
    """``sigma_pop``, ``mu_pop`` given it, and every alpha given both; (D,), (D,), (D, J)."""
    marginal = population.sigma_marginal(Mixture.alone(piece))
    grid = piece.grid
    sigma = (
        np.full(len(sigma_prob), grid.sigma[0])
        if marginal is None
        else marginal.quantile(sigma_prob)
    )
    mu = _mu_quantiles(piece, sigma, mu_prob)
    return sigma, mu, _alpha_quantiles(piece.doctors, mu, sigma, alpha_prob)


def _mu_quantiles(piece: OnGrid, sigma: Array, prob: Array) -> Array:
    """Quantiles of ``mu_pop`` given sigma, (D,): polynomials through those of several slices."""
    grid = piece.grid
    share = np.linspace(0.0, 1.0, POINTS)
    x = grid.window.low[:, None] + (grid.window.high - grid.window.low)[:, None] * share
    log = piece.log_joint - np.log(grid.weight_mu)
    log -= log.max(axis=1, keepdims=True)
    density = np.exp([population.between_nodes(grid, s, log[s], x[s]) for s in range(len(x))])
    found = Curves(x, density).quantile(prob[None, :])  # (S, D)
    if grid.t is None:
        return found[0]
    step = grid.t[1] - grid.t[0]
    values, before = population.mirrored(found.T, grid.t)
    position = (np.arcsinh(sigma / grid.scale) - grid.t[0]) / step + before
    return quadrature.between(values, position[:, None])[:, 0]


def _alpha_quantiles(doctors: Doctors, mu: Array, sigma: Array, prob: Array) -> Array:
    """Each doctor's ``mu + sigma * z`` given mu and sigma; (D, J)."""
    found = np.empty_like(prob)
    index = doctors.index[: prob.shape[1]]
    for points, draws in (
        (POINTS, np.flatnonzero(sigma <= WIDE)),
        (POINTS_WIDE, np.flatnonzero(sigma > WIDE)),
    ):
        for start in range(0, len(draws), batch := AT_ONCE // points):
            some = draws[start : start + batch]
            for u in np.unique(index):
                which = np.full(len(some), u)
                z, density = inner.densities(doctors, mu[some], sigma[some], which, points)
                mine = np.ix_(some, np.flatnonzero(index == u))
                z = Curves(z, density).quantile(prob[mine])
                found[mine] = mu[some, None] + sigma[some, None] * z
    return found
