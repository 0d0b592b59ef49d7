"""The draws of a model with one covariate beside the exact posterior, where that takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shrinkage.exact import posterior_with_covariate
from shrinkage.report.findings import Check, Hyperprior
from shrinkage.report.nuts import AGREES
from shrinkage.report.patients import Rows
from shrinkage.report.units import Units

if TYPE_CHECKING:
    import xarray as xr

MOST_PATIENTS, MOST_UNITS = 5000, 100


def agreement(rows: Rows, draws: xr.Dataset, units: Units, hyperprior: Hyperprior) -> Check | None:
    """How far the draws' posterior means are from the exact ones; None where there are none.

    Numbers: ``compared`` means of log-odds; the ``worst`` difference, in Monte Carlo standard
    errors, and ``where``; ``units`` sampled, ``of`` so many.
    """
    patients = int(rows.trials.sum())
    other = rows.x.shape[1] > 1 or rows.offset.any() or (rows.successes != rows.most).any()
    if other or patients > MOST_PATIENTS or rows.units > MOST_UNITS:
        return None
    import arviz as az

    row = np.repeat(np.arange(len(rows.unit)), rows.trials.astype(int))
    first = np.cumsum(rows.trials) - rows.trials
    success = np.arange(patients) - first[row] < rows.successes[row]
    exact = posterior_with_covariate(
        rows.unit[row],
        rows.x[row, 0],
        success.astype(int),
        n_doctors=rows.units,
        mu_loc=hyperprior.mu_loc,
        mu_scale=hyperprior.mu_scale,
        sigma_scale=hyperprior.sigma_scale,
    )
    assert exact.sigma_pop is not None
    assert exact.beta is not None
    true = [m.mean for m in (*exact.alpha, exact.mu_pop, exact.sigma_pop, exact.beta)]
    names = [*units.names, "mu_pop", "sigma_pop", "the coefficient"]
    drawn = draws[["alpha", "mu_pop", "sigma_pop", "beta"]]
    mean, error = (
        np.concatenate([np.atleast_1d(found[name]) for name in drawn.data_vars])
        for found in (drawn.mean(("chain", "draw")), az.mcse(drawn))
    )
    distance = np.abs(mean - true) / error
    worst = float(distance.max())
    numbers: dict[str, float | str] = {
        "compared": len(names),
        "worst": worst,
        "where": str(names[int(np.argmax(distance))]),
        "units": rows.units,
        "of": rows.units,
    }
    return Check("agreement", worst <= AGREES, numbers)
