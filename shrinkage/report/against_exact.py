"""The sample beside the exact posterior, and the exact posterior under other hyperpriors."""

from __future__ import annotations

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import logit

from shrinkage.exact import Posterior, posterior, posterior_with_covariate
from shrinkage.report.decision import threshold
from shrinkage.report.findings import Agreement, Sensitivity
from shrinkage.report.model import Cells

MOST_EXACT = 5000  # cells with a severity for which the exact posterior takes seconds
MOST_EXACT_DOCTORS = 100
SIGMA_SCALES = (0.5, 1.0, 2.0)


def exact_posterior(cells: Cells, sigma_scale: float = 1.0) -> Posterior | None:
    """The exact posterior, or None where it would take minutes."""
    if cells.severity is None:
        return posterior(cells.successes, cells.trials, sigma_scale=sigma_scale)
    n_patients = int(cells.trials.sum())
    if n_patients > MOST_EXACT or len(cells.doctors) > MOST_EXACT_DOCTORS:
        return None
    repeat = np.repeat(np.arange(len(cells.trials)), cells.trials)
    first = np.concatenate([[0], np.cumsum(cells.trials)[:-1]])
    success = np.arange(n_patients) - first[repeat] < cells.successes[repeat]
    return posterior_with_covariate(
        cells.doctor_idx[repeat],
        cells.severity[repeat],
        success.astype(int),
        sigma_scale=sigma_scale,
    )


def _below(exact: Posterior, standard: float) -> np.ndarray:
    """Each doctor's exact probability of lying below the standard, (J,)."""
    return np.array([float(alpha.cdf(logit(standard))) for alpha in exact.alpha])


def agreement(
    exact: Posterior, draws: xr.Dataset, table: pd.DataFrame, standard: float
) -> Agreement:
    """How the draws compare with the exact posterior; `table` has a row a doctor, as they do."""
    error = az.mcse(draws[["theta", "mu_pop", "sigma_pop"]])
    mean = draws.mean(("chain", "draw"))
    sigma_pop = exact.sigma_pop
    assert sigma_pop is not None
    names = [*table.doctor, "mu_pop", "sigma_pop"]
    sampled = np.array([*mean.theta.values, float(mean.mu_pop), float(mean.sigma_pop)])
    true = np.array([*exact.mean, exact.mu_pop.mean, sigma_pop.mean])
    scale = np.array([*error.theta.values, float(error.mu_pop), float(error.sigma_pop)])
    distance = np.abs(sampled - true) / scale
    below = _below(exact, standard)
    return Agreement(
        compared=len(names),
        worst=float(distance.max()),
        where=names[int(np.argmax(distance))],
        points=float(np.abs(sampled - true)[: len(table)].max()),
        below_points=float(np.abs(table.below.to_numpy() - below).max()),
    )


def sensitivity(
    cells: Cells, course: Posterior, standard: float, ratio: float
) -> list[Sensitivity]:
    """The exact posterior with the hyperprior's scale halved and doubled beside the course's."""
    found = []
    for scale in SIGMA_SCALES:
        exact = course if scale == 1.0 else exact_posterior(cells, scale)
        assert exact is not None  # as `course` is there
        sigma_pop = exact.sigma_pop
        assert sigma_pop is not None
        moved = np.abs(exact.mean - course.mean)
        who = int(np.argmax(moved))
        review = cells.doctors[_below(exact, standard) > threshold(ratio)]
        found.append(
            Sensitivity(
                scale, sigma_pop.mean, float(moved[who]), str(cells.doctors[who]),
                tuple(map(str, review)),
            )
        )  # fmt: skip
    return found
