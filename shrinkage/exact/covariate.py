"""The integral over ``beta``, a covariate's coefficient: the trapezoid rule around its mode."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shrinkage.exact import on_grid
from shrinkage.exact.doctors import from_patients
from shrinkage.exact.inner import DROP
from shrinkage.exact.inputs import LOG_SQRT_2PI, Array, Prior
from shrinkage.exact.likelihood import expit
from shrinkage.exact.on_grid import Mixture, OnGrid
from shrinkage.exact.patients import Patients

STEP = 0.7  # first step, in posterior standard deviations
RIDGE = 0.25  # precision of each alpha's normal prior where the search starts
ALIKE = 3e-4  # how far the logs of the sums over every node and every other one may differ


class Node(NamedTuple):
    """The posterior given one value of ``beta``, and the log of its height as a function of it."""

    found: OnGrid
    log_height: float


def mixture_over_beta(
    doctor: NDArray,
    covariate: Array,
    successes: Array,
    trials: Array,
    n_doctors: int,
    beta_scale: float,
    prior: Prior,
) -> tuple[Mixture, float]:
    """The posterior as a mixture over values of ``beta``, and the log evidence.

    doctor, covariate, successes, trials: of each cell of equal patients, shape (N,). beta_scale:
    of its normal prior.
    """

    def at(beta: float) -> Node:
        patients = Patients(doctor, beta * covariate, successes, trials, n_doctors + 1)
        found = on_grid.integrate(from_patients(patients), prior)
        return Node(found, found.log_evidence - 0.5 * (beta / beta_scale) ** 2)

    centre, sd = _guess(doctor, covariate, successes, trials, n_doctors, beta_scale)
    step = STEP * sd
    # Walk outwards from the centre until the mass is negligible; then halve the step for as long as
    # every other node gives a different sum from all of them. The trapezoid rule converges so fast
    # that the sum of all is then right to the square of their difference.
    nodes = {0: at(centre)}
    for sign in (1, -1):
        k = 0
        while nodes[k].log_height > max(node.log_height for node in nodes.values()) - DROP:
            k += sign
            nodes[k] = at(centre + k * step)
    while True:
        order = sorted(nodes)
        heights = np.array([nodes[k].log_height for k in order])
        total = np.logaddexp.reduce(heights)
        every_other = np.logaddexp.reduce(heights[np.array(order) % 2 == 0])
        if abs(every_other + np.log(2.0) - total) < ALIKE:
            break
        step /= 2.0
        nodes = {2 * k: node for k, node in nodes.items()}
        nodes |= {k: at(centre + k * step) for k in range(min(nodes) + 1, max(nodes), 2)}
    betas = centre + step * np.array(order, dtype=float)
    log_evidence = total + np.log(step) - np.log(beta_scale) - LOG_SQRT_2PI
    pieces = tuple(nodes[k].found for k in order)
    return Mixture(pieces, np.exp(heights - total), betas), float(log_evidence)


def _guess(
    doctor: NDArray,
    covariate: Array,
    successes: Array,
    trials: Array,
    n_doctors: int,
    beta_scale: float,
) -> tuple[float, float]:
    """Mode and standard deviation of beta in a ridge logistic regression: a place to start."""
    alpha, beta = np.zeros(n_doctors), 0.0
    for _ in range(50):
        theta = expit(alpha[doctor] + beta * covariate)
        w = trials * theta * (1.0 - theta)
        more = successes - trials * theta
        grad_alpha = np.bincount(doctor, more, n_doctors) - RIDGE * alpha
        grad_beta = np.sum(more * covariate) - beta / beta_scale**2
        h_alpha = np.bincount(doctor, w, n_doctors) + RIDGE
        cross = np.bincount(doctor, w * covariate, n_doctors)
        h_beta = np.sum(w * covariate**2) + 1.0 / beta_scale**2 - np.sum(cross**2 / h_alpha)
        step = (grad_beta - np.sum(cross * grad_alpha / h_alpha)) / h_beta
        step = float(np.clip(step, -1.0, 1.0))
        alpha = alpha + np.clip((grad_alpha - cross * step) / h_alpha, -2.0, 2.0)
        beta += step
        if abs(step) < 1e-8:
            break
    return beta, float(1.0 / np.sqrt(h_beta))
