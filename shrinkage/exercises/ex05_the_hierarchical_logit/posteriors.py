"""The clinic's exact posterior, and what it would be under priors of other scales.

Under other priors the nodes of one posterior get other weights: each times the ratio of the priors
there. That posterior has wide priors, so that its nodes reach wherever another one has mass; the
error is below a hundredth of a standard deviation, for all scales used here. One posterior under
wide priors thus serves them all, and takes as long as one of them.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from shrinkage import exact
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex05_the_hierarchical_logit.priors import COURSE, Scales

POPULATION = ("mu_pop", "sigma_pop", "beta")
WIDE = Scales(10.0, 10.0, 2.5)


def posterior_under(c: Clinic, scales: Scales) -> exact.Posterior:
    """The exact posterior under these priors, by a quadrature of its own."""
    return exact.posterior_with_covariate(
        c.doctor_idx,
        c.severity,
        c.success,
        mu_scale=scales.mu_pop,
        sigma_scale=scales.sigma_pop,
        beta_scale=scales.beta,
    )


@lru_cache(maxsize=16)
def course_posterior(c: Clinic) -> exact.Posterior:
    """The exact posterior under the course's priors."""
    return posterior_under(c, COURSE)


@lru_cache(maxsize=16)
def _wide(c: Clinic) -> exact.Joint:
    return posterior_under(c, WIDE).joint


@lru_cache(maxsize=16)
def _alpha_given_nodes(c: Clinic) -> tuple[np.ndarray, np.ndarray]:
    """The mean of each doctor's intercept, and of its square, at every node of the population."""
    joint = _wide(c)
    return joint.given_nodes(lambda at: at.alpha), joint.given_nodes(lambda at: at.alpha**2)


def _weights(c: Clinic, scales: Scales) -> np.ndarray:
    """Posterior probabilities of the nodes under these priors."""
    joint = _wide(c)
    log = np.log(joint.weight)
    for name in POPULATION:
        scale, wide = getattr(scales, name), getattr(WIDE, name)
        log += getattr(joint, name) ** 2 / 2 * (wide**-2 - scale**-2)
    weight = np.exp(log - log.max())
    return weight / weight.sum()


def marginals(found: Mapping[str, Any]) -> pd.DataFrame:
    """Means and sds by name, of an exact posterior's marginals."""
    return pd.DataFrame({name: (m.mean, m.sd) for name, m in found.items()}, ["mean", "sd"]).T


def population(c: Clinic, scales: Scales) -> pd.DataFrame:
    """Posterior means and sds of the three that the doctors share."""
    if scales == COURSE:
        return marginals({name: getattr(course_posterior(c), name) for name in POPULATION})
    joint, weight = _wide(c), _weights(c, scales)
    values = np.column_stack([getattr(joint, name) for name in POPULATION])
    return _moments(weight @ values, weight @ values**2, POPULATION)


def labels(c: Clinic) -> list[str]:
    """What the doctors' intercepts are called in a fit."""
    return [f"alpha[{doctor}]" for doctor in c.doctors]


def doctors(c: Clinic, scales: Scales) -> pd.DataFrame:
    """Posterior means and sds of the intercepts."""
    if scales == COURSE:
        return marginals(dict(zip(labels(c), course_posterior(c).alpha, strict=True)))
    weight, (mean, square) = _weights(c, scales), _alpha_given_nodes(c)
    return _moments(weight @ mean, weight @ square, labels(c))


def distances(c: Clinic, scales: Scales) -> pd.DataFrame:
    """Posterior means and sds of the intercepts' distances from the population's mean."""
    weight, (mean, square) = _weights(c, scales), _alpha_given_nodes(c)
    mu = _wide(c).mu_pop[:, None]
    return _moments(weight @ (mean - mu), weight @ (square - 2 * mu * mean + mu**2), labels(c))


def _moments(mean: np.ndarray, square: np.ndarray, names: tuple | list) -> pd.DataFrame:
    return pd.DataFrame({"mean": mean, "sd": np.sqrt(square - mean**2)}, list(names))
