"""The posterior of every doctor's log-odds, all doctors at once.

What all others imply of a doctor, times the doctor's own likelihood; over ``beta`` it is a mixture.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from shrinkage.exact import left_out, quadrature
from shrinkage.exact.blocks import blocks, each
from shrinkage.exact.inner import DROP
from shrinkage.exact.inputs import Array
from shrinkage.exact.likelihood import expit
from shrinkage.exact.marginals import Marginal
from shrinkage.exact.on_grid import Mixture

POINTS = 301  # of each marginal: quantiles right to 1e-5 sds
KNOTS = 51  # of these, computed; the rest by a polynomial through six of them, to 1e-5 sds
FAR = 40.0  # sds from the mean to which a marginal is followed: its tails may be a mixture's
TABLE = 41  # points around each centre from which the search for a marginal's points begins
CLOSE = 1e-7  # sds: after so short a step of Newton's method the next one is below 1e-13


class Alphas(NamedTuple):
    """The marginals of U doctors' log-odds.

    x, density: shape (U, K). mean, sd: shape (U,). reference: log-odds less alpha of the patient
    whose success probability is spoken of.
    """

    x: Array
    density: Array
    mean: Array
    sd: Array
    reference: float

    def rates(self) -> tuple[Array, Array]:
        """Means and standard deviations of the success probabilities, shape (U,)."""
        per_step = self.density * quadrature.derivative(self.x)
        total = quadrature.cells(per_step).sum(axis=1)
        theta = expit(self.x + self.reference)
        mean = quadrature.cells(per_step * theta).sum(axis=1) / total
        away = (theta - mean[:, None]) ** 2
        return mean, np.sqrt(quadrature.cells(per_step * away).sum(axis=1) / total)

    def marginal(self, u: int) -> Marginal:
        """One doctor's, without the points where the density is negligible."""
        some = np.flatnonzero(self.density[u] > np.exp(-DROP) * self.density[u].max())
        here = slice(some[0], some[-1] + 1)
        return Marginal(
            self.x[u, here], self.density[u, here], float(self.mean[u]), float(self.sd[u])
        )


def alphas(posterior: Mixture, covariate: float = 0.0) -> Alphas:
    """The marginals of ``alpha_j + beta * covariate``."""
    shift = posterior.beta * covariate
    mean, sd = posterior.mean_and_sd(
        np.array([piece.alpha_mean for piece in posterior.pieces]) + shift[:, None],
        np.array([piece.alpha_variance for piece in posterior.pieces]),
    )
    x, density = np.empty((2, len(mean), POINTS))
    implied = left_out.lattice(posterior.main, 0.0, 1.0)

    def some(block: slice) -> None:
        x[block] = at = _points(posterior, mean, sd, implied, block)
        density[block] = 0.0
        for piece, weight, beta in posterior.live:
            a = at - beta * covariate
            axis = left_out.lattice(piece, a.min(), a.max())
            log = left_out.log_density(piece, axis.x, block)
            value, _ = piece.doctors.likelihood.value(a.T, block)
            between = quadrature.between(log.T, axis.position(a))
            density[block] += weight * np.exp(value.T + between)

    each(some, blocks(len(mean)))
    return Alphas(x, density, mean, sd, posterior.main.doctors.likelihood.reference)


def _points(
    posterior: Mixture, mean: Array, sd: Array, implied: quadrature.Axis, some: slice
) -> Array:
    """Points of some marginals, (those, POINTS), from ``FAR`` sds below the mean to as far above.

    They are evenly spaced in ``v(x)``, a sum of ``arcsinh((x - centre) / width)``: fine wherever
    the density may be narrow, around its mean, what the others imply, and the doctor's own
    likelihood.
    """
    mean, sd = mean[some], sd[some]
    edges, widths = (of[:, some] for of in posterior.main.doctors.likelihood.edges)
    centre = np.stack([mean, np.full_like(mean, implied.centre), *edges])[..., None]
    width = np.stack([sd, np.full_like(mean, implied.width), *widths])[..., None]

    def even(x: Array) -> tuple[Array, Array]:
        """v and its slope, (U, K)."""
        z = (x - centre) / width
        return np.arcsinh(z).sum(axis=0), (1.0 / (np.sqrt(1.0 + z**2) * width)).sum(axis=0)

    low, high = (mean - FAR * sd)[:, None], (mean + FAR * sd)[:, None]
    reach = np.arcsinh(np.maximum(high - centre, centre - low) / width).max()
    # A table of v, fine where v is curved, so that Newton's method begins close to its root.
    known = centre + width * np.sinh(reach * np.linspace(-1.0, 1.0, TABLE))
    known = np.sort(np.clip(np.concatenate([*known, low, high], axis=1), low, high), axis=1)
    v, _ = even(known)
    share = np.linspace(0.0, 1.0, KNOTS)
    wanted = v[:, :1] + (v[:, -1:] - v[:, :1]) * share
    # All rows at once, each moved beyond the one before it.
    row = 2.0 * np.arange(len(v))[:, None] * np.abs(v[:, [0, -1]]).max()
    x = np.interp((wanted + row).ravel(), (v + row).ravel(), known.ravel()).reshape(wanted.shape)
    for _ in range(20):
        v, slope = even(x)
        step = (wanted - v) / slope
        x = np.clip(x + step, low, high)
        if np.all(np.abs(step) < CLOSE * sd[:, None]):
            break
    return x @ quadrature.finer(KNOTS, POINTS)
