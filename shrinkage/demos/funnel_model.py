"""The hierarchical logit as a sampler sees it, centred and non-centred.

The functions are the reference for `js/funnel/model.js`: the same numbers, bit for bit.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shrinkage.demos import portable

KINDS = ("centred", "non-centred")
MU_VARIANCE = 1.5**2

Array = NDArray[np.float64]


def log_density(
    kind: str, q: ArrayLike, successes: ArrayLike, trials: ArrayLike
) -> tuple[float, Array]:
    """The log posterior of the hierarchical logit at a point, up to a constant, and its gradient.

    Parameters
    ----------
    kind : {"centred", "non-centred"}
        What the last J numbers of a point are.
    q : array_like, shape (J + 2,)
        `mu_pop`, log of `sigma_pop`, and for each doctor `alpha_j` (centred), or `z_j` with
        `alpha_j = mu_pop + sigma_pop * z_j` (non-centred); log-odds.
    successes, trials : array_like of int, shape (J,)
        Successes and patients of each doctor.

    Returns
    -------
    value : float
        The log density of `q` itself: the Jacobian of log `sigma_pop` is in it.
    gradient : ndarray, shape (J + 2,)

    Notes
    -----
    M. Betancourt and M. Girolami (2015), Hamiltonian Monte Carlo for hierarchical models, in
    Current Trends in Bayesian Methodology with Applications, section 4.
    """
    q, successes, trials = (np.asarray(x, float) for x in (q, successes, trials))
    mu, log_sigma, doctor = q[0], q[1], q[2:]
    gradient = np.empty_like(q)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # where it diverges
        sigma = portable.exp(log_sigma)
        alpha = doctor if kind == "centred" else mu + sigma * doctor
        e = portable.exp(-np.abs(alpha))
        theta = np.where(alpha < 0, e, 1) / (1 + e)
        log_likelihood = successes * alpha - trials * (
            np.where(alpha > 0, alpha, 0) + portable.log(1 + e)
        )
        rest = successes - trials * theta
        if kind == "centred":
            away = alpha - mu
            force = away * (1 / (sigma * sigma))
            height, pull, spread = portable.sums(
                log_likelihood - 0.5 * away * force, force, away * force
            )
            height -= len(alpha) * log_sigma  # 1 / sigma_pop a doctor
            gradient[1] = spread - len(alpha) + (1 - sigma * sigma)
            gradient[2:] = rest - force
        else:
            z = doctor
            height, pull, stretch = portable.sums(log_likelihood - 0.5 * z * z, rest, z * rest)
            gradient[1] = sigma * stretch + (1 - sigma * sigma)
            gradient[2:] = sigma * rest - z
        gradient[0] = pull - mu / MU_VARIANCE
        height += (-0.5 * mu * mu) / MU_VARIANCE - 0.5 * sigma * sigma + log_sigma
    return float(height), gradient


def start(kind: str, successes: ArrayLike, trials: ArrayLike) -> Array:
    """Where a chain begins, shape (J + 2,): the same point for both kinds.

    `sigma_pop` is one, each doctor's log-odds those of half a success and half a failure more
    than the doctor had, and `mu_pop` their average.
    """
    successes, trials = np.asarray(successes), np.asarray(trials)
    alpha = portable.log((successes + 0.5) / (trials - successes + 0.5))
    mu = portable.sums(alpha)[0] / len(alpha)
    return np.concatenate([[mu, 0.0], alpha if kind == "centred" else alpha - mu])


def stable_above(step_size: float, doctors: int) -> float:
    """The `sigma_pop` below which a leapfrog step is too long for the centred model.

    Parameters
    ----------
    step_size : float
        Time of a leapfrog step.
    doctors : int
        J, the number of doctors.

    Returns
    -------
    float
        `step_size * sqrt(J + 1) / 2`.

    Notes
    -----
    Leapfrog steps stay bounded where they are shorter than 2 over the square root of the largest
    curvature (Neal 2011, section 5.2.3.4). The term `sum((alpha_j - mu_pop)**2) / (2 *
    sigma_pop**2)` has the largest curvature `(J + 1) / sigma_pop**2`, all doctors against the
    population. The patients add a little, so the true limit lies a little higher.
    """
    return step_size * np.sqrt(doctors + 1) / 2


def longest_step(successes: ArrayLike, trials: ArrayLike) -> float:
    """The step that is too long for the non-centred model, whatever `sigma_pop`.

    Parameters
    ----------
    successes, trials : array_like of int, shape (J,)
        Successes and patients of each doctor.

    Returns
    -------
    float
        2 over the square root of the curvature in `mu_pop`: all patients together fix it. Other
        directions bend as well, so a step has to be well below this.
    """
    successes, trials = np.asarray(successes), np.asarray(trials)
    rate = (successes + 0.5) / (trials + 1)
    return float(2 / np.sqrt(1 / MU_VARIANCE + np.sum(trials * rate * (1 - rate))))
