"""A sampler's draws beside the exact posterior: how far apart their means are.

With one covariate there is one too, for as many patients as take it seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from shrinkage.exact import posterior_with_covariate
from shrinkage.report.findings import Check, Hyperprior
from shrinkage.report.patients import Rows
from shrinkage.report.units import Array, Units

if TYPE_CHECKING:
    import xarray as xr

MOST_PATIENTS, MOST_UNITS = 5000, 100
AGREES = 5.0  # Monte Carlo standard errors


def agreement(rows: Rows, draws: xr.Dataset, units: Units, hyperprior: Hyperprior) -> Check | None:
    """How far the draws' posterior means are from the exact ones; None where there are none.

    Numbers: ``compared`` means of log-odds; the ``worst`` difference, in Monte Carlo standard
    errors, and ``where``; ``units`` sampled, ``of`` so many.
    """
    patients = int(rows.trials.sum())
    other = rows.x.shape[1] > 1 or rows.offset.any() or (rows.successes != rows.most).any()
    if other or patients > MOST_PATIENTS or rows.units > MOST_UNITS:
        return None
    exact = posterior_with_covariate(
        rows.unit,
        rows.x[:, 0],
        rows.successes,
        trials=rows.trials,
        n_doctors=rows.units,
        mu_loc=hyperprior.mu_loc,
        mu_scale=hyperprior.mu_scale,
        sigma_scale=hyperprior.sigma_scale,
    )
    assert exact.sigma_pop is not None
    assert exact.beta is not None
    true = [m.mean for m in (*exact.alpha, exact.mu_pop, exact.sigma_pop, exact.beta)]
    names = [*units.names, "mu_pop", "sigma_pop", "the coefficient"]
    numbers, _ = farthest(draws[["alpha", "mu_pop", "sigma_pop", "beta"]], true, names)
    numbers |= {"units": rows.units, "of": rows.units}
    return Check("agreement", float(numbers["worst"]) <= AGREES, numbers)


def farthest(
    draws: xr.Dataset, true: Sequence[float], names: Sequence[str]
) -> tuple[dict[str, float | str], Array]:
    """The posterior mean of some draws that is farthest from the true one.

    Parameters
    ----------
    draws : Dataset
        Variables with or without one dimension beside chain and draw, K numbers in all.
    true : sequence of float, length K
    names : sequence of str, length K
        What each is, in the order of the draws' variables.

    Returns
    -------
    numbers : dict
        ``compared``, how many; the ``worst`` difference, in Monte Carlo standard errors, and
        ``where``.
    apart : array, shape (K,)
        The differences, in the draws' own units.
    """
    import arviz as az

    mean, error = (
        np.concatenate([np.atleast_1d(found[name]) for name in draws.data_vars])
        for found in (draws.mean(("chain", "draw")), az.mcse(draws))
    )
    apart = np.abs(mean - true)
    worst = int(np.argmax(apart / error))
    numbers: dict[str, float | str] = {
        "compared": len(names),
        "worst": float(apart[worst] / error[worst]),
        "where": str(names[worst]),
    }
    return numbers, apart
