"""Hamiltonian Monte Carlo with unit masses: the reference for `js/funnel/hmc.js`.

The same random numbers make the same draws there and here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shrinkage.demos import portable
from shrinkage.demos.uniforms import UINT32, pcg4d

LENGTH = np.pi / 2  # mean time of a trajectory: a quarter of a standard normal's period
DIVERGED = 1000.0  # energy error from which a trajectory has diverged, as in Stan and PyMC

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Walk:
    """Draws of a Hamiltonian Monte Carlo chain.

    Attributes
    ----------
    points : ndarray, shape (draws, D)
        Where the chain stood after each transition.
    accepted, divergent : ndarray of bool, shape (draws,)
        Whether the proposal was accepted, and whether its trajectory diverged.
    error : ndarray, shape (draws,)
        Energy at the trajectory's end minus energy at its start; not finite where it overflowed.
    source : ndarray, shape (draws, D)
        Where a trajectory that diverged went wrong: its last point whose energy was still right
        to within 1. NaN where none diverged.
    """

    points: Array
    accepted: NDArray[np.bool_]
    divergent: NDArray[np.bool_]
    error: Array
    source: Array


def hamiltonian_monte_carlo(
    log_density: Callable[[Array], tuple[float, Array]],
    start: ArrayLike,
    draws: int,
    step_size: float,
    stream: tuple[int, int],
) -> Walk:
    """Sample by Hamiltonian Monte Carlo with unit masses.

    Parameters
    ----------
    log_density : callable
        Takes a point of shape (D,), returns its log density and gradient.
    start : array_like, shape (D,)
        Where the chain begins.
    draws : int
        Transitions.
    step_size : float
        Time of a leapfrog step.
    stream : (int, int)
        A seed and a number of the chain, each from 0 to 2**32 - 1: the same two make the same
        draws.

    Returns
    -------
    Walk

    Notes
    -----
    R. M. Neal (2011), MCMC using Hamiltonian dynamics, Handbook of Markov Chain Monte Carlo,
    chapter 5. A trajectory takes the time pi / 2 on average, a quarter of a standard normal's
    period; that it is half shorter to half longer at random keeps it from returning to where it
    began. A trajectory whose energy error reaches 1000 has diverged and is rejected, which is the
    limit of Stan and of PyMC.
    """
    q = np.array(start, float)
    draw = np.arange(draws)
    uniform = (pcg4d(*stream, draw, 0) + 0.5) / UINT32
    log_uniform = portable.log(uniform[:, 0])
    momenta = _normals(stream, draws, len(q))
    steps = np.maximum(1, np.floor((0.5 + uniform[:, 1]) * LENGTH / step_size + 0.5)).astype(int)
    walk = Walk(
        np.empty((draws, len(q))),
        np.zeros(draws, bool),
        np.zeros(draws, bool),
        np.empty(draws),
        np.full((draws, len(q)), np.nan),
    )
    for i in draw:
        position, momentum = q, momenta[i]
        height, slope = log_density(position)
        before = 0.5 * portable.sums(momentum * momentum)[0] - height
        source = position
        for _ in range(steps[i]):
            with np.errstate(over="ignore", invalid="ignore"):
                momentum = momentum + 0.5 * step_size * slope  # half a kick
                position = position + step_size * momentum  # a drift
                height, slope = log_density(position)
                momentum = momentum + 0.5 * step_size * slope  # half a kick
                error = 0.5 * portable.sums(momentum * momentum)[0] - height - before
            if not error < DIVERGED:  # NaN counts as diverged
                walk.divergent[i], walk.source[i] = True, source
                break
            if abs(error) < 1:
                source = position
        walk.error[i] = error
        walk.accepted[i] = not walk.divergent[i] and log_uniform[i] < -error
        if walk.accepted[i]:
            q = position
        walk.points[i] = q
    return walk


def _normals(stream: tuple[int, int], draws: int, size: int) -> Array:
    """Standard normals, shape (draws, size), by Box and Muller (1958)."""
    calls = -(-size // 4)
    u = (pcg4d(*stream, np.arange(draws)[:, None], 1 + np.arange(calls)) + 0.5) / UINT32
    radius, (cos, sin) = np.sqrt(-2 * portable.log(u[..., 0::2])), portable.turn(u[..., 1::2])
    pairs = np.stack([radius * cos, radius * sin], axis=-1)
    return pairs.reshape(draws, -1)[:, :size]
