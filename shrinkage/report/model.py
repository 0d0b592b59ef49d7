"""The course's model, sampled for the report, and tried again where the sampler does not hold."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pymc as pm
import xarray as xr
from numpy.typing import NDArray

from shrinkage.convergence import Convergence, NotConvergedError, check_convergence
from shrinkage.report.load_checks import standardised

CHAINS, TUNE = 4, 1000
LARGE = 60.0  # n p (1 - p) of the median doctor from which centred goes first


@dataclass(frozen=True)
class Cells:
    """The data as the model reads them: patients with the same doctor and severity are one cell.

    Attributes
    ----------
    doctors : array of str, shape (J,)
    doctor_idx : array of int, shape (K,)
        The doctor of each cell, 0 to J - 1.
    successes, trials : array of int, shape (K,)
    severity : array, shape (K,), or None
        Standardised over the file's patients: mean 0, standard deviation 1.
    """

    doctors: NDArray[np.object_]
    doctor_idx: NDArray[np.int64]
    successes: NDArray[np.int64]
    trials: NDArray[np.int64]
    severity: NDArray[np.float64] | None


@dataclass(frozen=True)
class Attempt:
    """One run of the sampler: how it was set and what the check found."""

    parameterisation: str
    target_accept: float
    draws: int
    found: str
    converged: bool


#: Tried in this order until one converges. Non-centred first, which small caseloads need; where
#: most caseloads are so large that each doctor's own data say nearly all, centred first.
PLAN = (("non-centred", 0.95, 2000), ("centred", 0.95, 2000), ("non-centred", 0.99, 6000))


def build(cells: Cells, parameterisation: str = "non-centred") -> pm.Model:
    """The hierarchical logit of the course, with its hyperpriors.

    Parameters
    ----------
    cells : Cells
    parameterisation : str
        'non-centred' or 'centred': the same model, another geometry for the sampler.

    Returns
    -------
    pm.Model
        ``alpha`` and ``theta`` have the dimension ``doctor``; ``theta`` is a doctor's success
        probability for a patient of average severity.
    """
    with pm.Model(coords={"doctor": cells.doctors}) as model:
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        if parameterisation == "centred":
            alpha = pm.Normal("alpha", mu_pop, sigma_pop, dims="doctor")
        else:
            z = pm.Normal("z", 0, 1, dims="doctor")
            alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z, dims="doctor")
        pm.Deterministic("theta", pm.math.invlogit(alpha), dims="doctor")
        logit_theta = alpha[cells.doctor_idx]
        if cells.severity is not None:
            beta = pm.Normal("beta", 0, 1)
            logit_theta = logit_theta + beta * cells.severity
        pm.Binomial("successes", n=cells.trials, logit_p=logit_theta, observed=cells.successes)
    return model


def sample(cells: Cells, seed: int) -> tuple[xr.Dataset, Convergence | None, list[Attempt]]:
    """Sample the posterior, in another way where the first does not converge.

    Returns
    -------
    posterior : Dataset
        Of the last attempt.
    convergence : Convergence or None
        Its check; None if no attempt converged.
    attempts : list of Attempt
        All that were made, in order.
    """
    attempts = []
    for parameterisation, target_accept, draws in _plan(cells):
        with build(cells, parameterisation), _quiet():
            fit = pm.sample(
                draws=draws,
                tune=TUNE,
                chains=CHAINS,
                target_accept=target_accept,
                random_seed=seed,
                progressbar=False,
                compute_convergence_checks=False,
            )
        convergence, found = None, ""
        try:
            convergence = check_convergence(fit)
            found = str(convergence)
        except NotConvergedError as error:
            found = str(error).splitlines()[0]
        attempts.append(
            Attempt(parameterisation, target_accept, draws, found, convergence is not None)
        )
        if convergence is not None:
            break
    return fit["posterior"].to_dataset(), convergence, attempts


def _plan(cells: Cells) -> tuple[tuple[str, float, int], ...]:
    n_doctors = len(cells.doctors)
    trials = np.bincount(cells.doctor_idx, cells.trials, n_doctors)
    pooled = cells.successes.sum() / cells.trials.sum()
    if len(PLAN) > 1 and np.median(trials) * pooled * (1 - pooled) > LARGE:
        return (PLAN[1], PLAN[0], *PLAN[2:])
    return PLAN


@contextmanager
def _quiet() -> Generator[None]:
    """Keep the samplers' progress notes and advice out of a terminal: the page has the checks."""
    loggers = [logging.getLogger(name) for name in ("pymc", "nutpie", "pytensor")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def cells_of(counts: pd.DataFrame, patients: pd.DataFrame | None, *, severity: bool) -> Cells:
    """The model's data from a loaded table.

    Parameters
    ----------
    counts : DataFrame, one row a doctor
        ``doctor``, ``successes``, ``trials``.
    patients : DataFrame or None
        One row a patient: ``doctor``, ``success``, ``severity``; needed with ``severity``.
    severity : bool
        Whether the model has the patients' severity.
    """
    doctors = counts.doctor.to_numpy(object)
    if not severity:
        return Cells(
            doctors,
            np.arange(len(doctors)),
            counts.successes.to_numpy(),
            counts.trials.to_numpy(),
            None,
        )
    assert patients is not None
    place = {doctor: idx for idx, doctor in enumerate(doctors)}
    grouped = (
        pd.DataFrame(
            {
                "doctor": patients.doctor.map(place),
                "x": standardised(patients.severity),
                "success": patients.success,
            }
        )
        .groupby(["doctor", "x"])
        .success.agg(["sum", "size"])
        .reset_index()
    )
    return Cells(
        doctors,
        grouped.doctor.to_numpy(),
        grouped["sum"].to_numpy(),
        grouped["size"].to_numpy(),
        grouped.x.to_numpy(),
    )
