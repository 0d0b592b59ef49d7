"""The posterior of an intercept and a slope, by integration over the plane of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.special import expit, log_expit

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex03_a_first_bayesian_model.priors import Normal

REACH = 9.0  # standard deviations to each side; beyond them lies less than rounding errors
NODES = 61  # in each direction; half as many give the same first nine digits


@dataclass(frozen=True, eq=False)
class Plane:
    """Nodes of intercept and slope with their weights, which add up to one."""

    alpha: np.ndarray
    beta: np.ndarray
    weight: np.ndarray

    def mean_and_sd(self, values: np.ndarray) -> tuple[float, float]:
        """The posterior mean and standard deviation of a quantity with these values."""
        mean = self.weight @ values
        return float(mean), float(np.sqrt(self.weight @ (values - mean) ** 2))


def patients_of(c: Clinic, doctors: Sequence[int]) -> Clinic:
    """The clinic with the patients of these doctors only."""
    keep = np.isin(c.doctor_idx, doctors)

    def kept(values: Sequence) -> tuple:
        return tuple(np.array(values)[keep].tolist())

    return replace(
        c,
        doctor_idx=kept(c.doctor_idx),
        severity=kept(c.severity),
        success=kept(c.success),
    )


def busiest(c: Clinic) -> Clinic:
    """The patients of the doctor who has most."""
    return patients_of(c, [int(c.n.argmax())])


def others(c: Clinic) -> Clinic:
    """The patients of all other doctors."""
    return patients_of(c, [*{*range(len(c.doctors))} - {int(c.n.argmax())}])


def relative(patients: Clinic) -> np.ndarray:
    """Severity less the mean severity of these patients."""
    return np.array(patients.severity) - np.mean(patients.severity)


@lru_cache(maxsize=64)
def plane(x: tuple[float, ...], y: tuple[int, ...], alpha: Normal, beta: Normal) -> Plane:
    """The posterior of a regression of the outcomes y on x, on nodes laid around its mode."""
    design, outcome = np.column_stack([np.ones(len(x)), x]), np.array(y)
    mean, sd = np.array([alpha.mean, beta.mean]), np.array([alpha.sd, beta.sd])
    mode = mean.copy()
    for _ in range(50):  # Newton's method; it has converged long before
        rate = expit(design @ mode)
        slope = design.T @ (outcome - rate) - (mode - mean) / sd**2
        curvature = design.T @ (design * (rate * (1 - rate))[:, None]) + np.diag(1 / sd**2)
        mode = mode + np.linalg.solve(curvature, slope)
    z = np.linspace(-REACH, REACH, NODES)
    around = np.linalg.cholesky(np.linalg.inv(curvature)) @ np.stack(np.meshgrid(z, z)).reshape(
        2, -1
    )
    a, b = mode[:, None] + around
    log_density = alpha.log(a) + beta.log(b)
    for x_i, y_i in zip(x, y, strict=True):
        log_odds = a + b * x_i
        log_density += log_expit(log_odds if y_i else -log_odds)
    weight = np.exp(log_density - log_density.max())
    return Plane(a, b, weight / weight.sum())
