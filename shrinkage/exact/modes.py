"""The integrands' modes by Newton's method, for many populations or doctors at once.

The log posterior of ``mu_pop`` and all ``z_j`` together, in ``alpha_j = mu_pop + sigma_pop * z_j``,
is concave for any ``sigma_pop``. Its curvature changes by at most a factor of ``exp(d)`` where no
``alpha_j`` moves by more than ``d``, so a Newton step that would move one by a large ``d`` moves it
by ``log(1 + d)`` instead, and the method ends at the mode from anywhere.

Source: Sun and Tran-Dinh (2019), Mathematical Programming 178, 145-213, theorem 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from shrinkage.exact.blocks import blocks, each
from shrinkage.exact.doctors import Doctors
from shrinkage.exact.inputs import Array, Index, Prior
from shrinkage.exact.likelihood import EVERY, Part

CLOSE = 0.01  # standard deviations from the mode: a grid around it needs no better
AT_ONCE = 16_384  # modes searched for at once: their arrays fit a processor's cache
FULL = 0.7  # log-odds: a Newton step up to this length converges without being shortened


class Modes(NamedTuple):
    """The modes for S values of ``sigma_pop``, and the profile of ``mu_pop`` there.

    mu: (S,). z: (S, U). tilt, the slope of each z along ``mu_pop``: (S, U). height, the log
    posterior there, without Laplace's factor: (S,). bend, minus the second derivative of the height
    along ``mu_pop`` with every z at its mode given ``mu_pop``: (S,). laplace, the logarithm of
    Laplace's factor over all z: (S,).
    """

    mu: Array
    z: Array
    tilt: Array
    height: Array
    bend: Array
    laplace: Array


def of_everything(doctors: Doctors, prior: Prior, sigma: Array) -> Modes:
    """The modes over ``mu_pop`` and all z for each ``sigma_pop``, shape (S,)."""
    copies, prior_precision = doctors.copies, 1.0 / prior.mu_scale**2
    column = sigma[:, None]
    weight = copies / (1.0 / np.maximum(doctors.precision, 1e-12) + column**2)
    mu = (weight @ doctors.rough + prior_precision * prior.mu_loc) / (
        weight.sum(axis=1) + prior_precision
    )
    z = _first_guess(doctors, mu[:, None], column, EVERY)
    for _ in range(100):
        # Each z is coupled to mu_pop alone: eliminated, it leaves one equation for mu_pop.
        first, curvature = doctors.likelihood.slopes(mu[:, None] + column * z)
        stiff = 1.0 + column**2 * curvature
        bend = (curvature / stiff) @ copies + prior_precision
        slope_z = column * first - z
        cross = column * curvature / stiff
        slope_mu = (
            first @ copies - (mu - prior.mu_loc) * prior_precision - (cross * slope_z) @ copies
        )
        step_mu = slope_mu / bend
        step_z = slope_z / stiff - cross * step_mu[:, None]
        moved = np.abs(step_mu[:, None] + column * step_z) / doctors.pace()
        share = _damped(moved.max(axis=1))
        far = np.maximum(step_mu**2 * bend, np.max(step_z**2 * stiff, axis=1))
        if far.max() < CLOSE**2:
            break
        mu = mu + share * step_mu
        z = z + share[:, None] * step_z
    value, _ = doctors.likelihood.value(mu[:, None] + column * z)
    height = prior.log_mu(mu) + (value - 0.5 * z**2) @ copies
    return Modes(mu, z, -cross, height, bend, -0.5 * np.log(stiff) @ copies)


def profile(
    doctors: Doctors, prior: Prior, mu: Array, sigma: Array, z: Array
) -> tuple[Array, Array]:
    """Height and slope at ``mu`` of the log posterior with every z at its mode given ``mu``.

    mu, sigma: shape (S,); z, where the search for the modes begins: (S, U). Returns two of (S,).
    """
    size = z.shape[1]
    doctor = np.tile(np.arange(size), len(mu))
    z, _ = of_doctors(doctors, np.repeat(mu, size), np.repeat(sigma, size), doctor, z.ravel())
    z = z.reshape(-1, size)
    value, first = doctors.likelihood.value_and_slope(mu[:, None] + sigma[:, None] * z)
    height = prior.log_mu(mu) + (value - 0.5 * z**2) @ doctors.copies
    return height, first @ doctors.copies - (mu - prior.mu_loc) / prior.mu_scale**2


def of_doctors(
    doctors: Doctors, mu: Array, sigma: Array, doctor: Index, start: Array | None = None
) -> tuple[Array, Array]:
    """Modes over z of ``loglik(mu + sigma * z) - z**2 / 2``, and minus its second derivative there.

    mu, sigma, doctor, start: of E integrands, shape (E,), as the two results are.
    """
    z, stiff = np.empty_like(mu), np.empty_like(mu)

    def some(block: slice) -> None:
        first = None if start is None else start[block]
        z[block], stiff[block] = _of_some(doctors, mu[block], sigma[block], doctor[block], first)

    each(some, blocks(len(mu), AT_ONCE))
    return z, stiff


def _of_some(
    doctors: Doctors, mu: Array, sigma: Array, doctor: Index, start: Array | None
) -> tuple[Array, Array]:
    """The same for as many as fit a processor's cache."""
    z = _first_guess(doctors, mu, sigma, doctor) if start is None else start.copy()
    stiff = np.empty_like(z)
    far: Index = np.arange(len(z))  # those whose mode is still to be found
    for _ in range(100):
        s, at = sigma[far], z[far]
        first, curvature = doctors.likelihood.slopes(mu[far] + s * at, doctor[far])
        bend = 1.0 + s**2 * curvature
        stiff[far] = bend
        step = (s * first - at) / bend
        is_far = step**2 * bend >= CLOSE**2
        moved = np.abs(s * step) / doctors.pace(doctor[far])
        if not is_far.any():
            break
        far = far[is_far]
        z[far] += (_damped(moved) * step)[is_far]
    return z, stiff


def fallen(
    height: Callable[[Array], tuple[Array, Array]],
    mode: Array,
    top: Array,
    guess: Array,
    drop: float,
    least_curvature: float,
) -> Array:
    """Where concave functions are at least ``drop`` below their maximum, on the guess's side of it.

    ``height(x)`` gives value and slope. The tangent of a concave function lies above it, so every
    Newton step ends at least ``drop`` below ``top``: two steps may leave a window too wide, never
    too narrow. The least curvature bounds how wide it can be.
    """
    x = guess
    farthest = np.sqrt(2.0 * drop / least_curvature)
    for _ in range(2):
        value, slope = height(x)
        x = np.clip(x + (top - drop - value) / slope, mode - farthest, mode + farthest)
    return x


def _first_guess(doctors: Doctors, mu: Array, sigma: Array, part: Part) -> Array:
    """The mode of z if each doctor's likelihood were a normal density around the raw log-odds.

    Or, where it is a plateau, the place there that is closest to the population's mean.
    """
    pull = sigma * doctors.precision[part]
    guess = (doctors.rough[part] - mu) * pull / (1.0 + sigma * pull)
    bounded = doctors.likelihood.is_bounded[part]
    if bounded.any():
        low, high = (end[part] for end in doctors.likelihood.plateau)
        nearest = (np.clip(mu, low, high) - mu) / np.maximum(sigma, 1e-12)
        guess = np.where(bounded & (sigma > 0.0), nearest, guess)
    return guess


def _damped(moved: Array) -> Array:
    """The share of a Newton step to take, from how far it would move a log-odds."""
    far = np.maximum(moved, FULL)
    return np.where(moved > FULL, np.log1p(far) / far, 1.0)
