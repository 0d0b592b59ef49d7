"""Patients with covariates, and units inside groups: the models that PyMC samples.

Rows of patients are put together where they are alike. A thousand cells are sampled as they are; of
more, `compressed` makes a dozen a unit. From each draw a unit's rate is standardised: the mean over
the case mix of all patients, not the rate of a patient with mean covariates.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr
from scipy.special import expit

from shrinkage.data import Outcomes
from shrinkage.report import decision, model, nested, nuts, patients, predictive, volume
from shrinkage.report.against_exact import agreement
from shrinkage.report.by_draws import summary
from shrinkage.report.by_quadrature import exact_posterior
from shrinkage.report.case_mix import CaseMix
from shrinkage.report.checks import volume as volume_check
from shrinkage.report.compressed import compress
from shrinkage.report.design import Design
from shrinkage.report.estimates import Estimates, Fitted, Under
from shrinkage.report.findings import Adjustment, Check, Coefficient, Hyperprior, Summary
from shrinkage.report.formula import CASELOAD
from shrinkage.report.model import Cells, Covariates, Level
from shrinkage.report.patients import Rows
from shrinkage.report.rates import Rates
from shrinkage.report.request import Progress
from shrinkage.report.reweighting import weights
from shrinkage.report.units import Array, Units

MOST_CELLS = 1000  # sampled as they are
MOST_NUMBERS = 20_000_000  # draws of all units together
BEFORE, AFTER = 0.05, 0.85  # shares of the work that are done around sampling


def fit(
    outcomes: Outcomes,
    units: Units,
    *,
    adjust: str | None,
    within: str | None,
    hyperprior: Hyperprior,
    standard: float | None,
    seed: int,
    progress: Progress,
) -> Fitted:
    """Fit the hierarchical logit with covariates, or with groups of units, or with both.

    Parameters
    ----------
    outcomes : Outcomes
    units : Units
        Those of `outcomes` that have patients.
    adjust : str, optional
        The covariates, as Bambi's formulas write them; see `design`. It needs a row a patient, or
        a row a unit and stratum; ``caseload``, the unit's own, does not.
    within : str, optional
        The column of the groups; with commas, of groups inside larger groups.
    hyperprior : Hyperprior
        That of ``mu_pop`` is about a patient with the mean of every covariate; ``sigma_scale`` is
        that of each level's standard deviation. Coefficients have Normal(0, 1), per standard
        deviation or level.
    standard : float, optional
        By default the report's own for the typical unit.
    seed : int
    progress : callable
        Told the stage that begins and the share of the work that is done.

    Raises
    ------
    ReportError
        If the formula or the column cannot be used.
    """
    levels = nested.levels(outcomes, within, units.names) if within else ()
    checks: list[Check] = []
    mix, rows, coded, given = None, None, None, None
    if adjust:
        progress("patients", 0.0)
        rows, coded = patients.read(outcomes, adjust, units.names)
        cells = _cells(rows, coded.names, units, hyperprior)
        covariates = cells.covariates
        assert covariates is not None
        if covariates.own is None:
            sizes = {"patients": int(rows.trials.sum()), "cells": len(cells.trials)}
            checks.append(Check("compressed", None, dict(sizes)))
        given = _given(units, rows)
        units = _fitted_units(units, rows)
        x, offset, count = patients.kinds(rows)
        mix = CaseMix.of(x, offset, count, covariates.mean[: x.shape[1]])
    else:
        cells = Cells.of(units)
    cells = replace(cells, levels=levels)
    progress("compiling", BEFORE)
    draws, attempts = _sample(cells, seed, hyperprior, progress)
    progress("rates", AFTER)
    checks = nuts.attempts(attempts) + checks
    if rows is not None and not levels and (found := agreement(rows, draws, units, hyperprior)):
        checks.append(found)
    rates = Rates(draws, mix, units.shift, None if rows is None else rows.caseload, levels)
    spread = _spread(draws, levels)

    def under(other: Hyperprior, standard: float) -> Under | None:
        weight, found = weights(draws, levels, hyperprior, other), estimates
        if weight is None:
            progress("hyperpriors, sampled anew", 0.9)
            anew, made = _sample(cells, seed, other)
            if not made[-1].converged:
                return None
            found = replace(rates, draws=anew).estimates(units, _spread(anew, levels), seed)
            weight = np.full(anew.mu_pop.size, 1 / anew.mu_pop.size)
        assert found.weighted is not None
        return found.weighted(weight, standard)

    estimates = rates.estimates(units, spread, seed)
    adjustment = groups = None
    usual, centre = units, 0.0
    if rows is not None and coded is not None and given is not None:
        centre = float(draws.mu_pop.mean())
        usual = replace(units, expected=_expected(rows, draws, centre))
        adjustment = _adjustment(coded, usual, given, estimates, draws, hyperprior)
    checks += _predictive(usual, estimates, draws.mu_pop.to_numpy() - centre, spread, seed)
    slope = None
    if rows is None or rows.caseload is None:  # or else it is in the model
        if not levels:
            slope = _slope(usual, replace(hyperprior, mu_loc=hyperprior.mu_loc - centre))
        checks.append(volume_check(slope, levels[0].name if levels else ""))
    if levels:
        level = (
            decision.default_standard(estimates.typical.mean, units)
            if standard is None
            else standard
        )
        groups = nested.groups(levels, units, draws, rates.of, level)
    group = [str(levels[0].groups[g]) for g in levels[0].idx] if levels else None
    return Fitted(units, estimates, checks, adjustment, groups, group, under)


def _sample(
    cells: Cells, seed: int, hyperprior: Hyperprior, progress: Progress | None = None
) -> tuple[xr.Dataset, list[model.Attempt]]:
    """The draws, thinned where there are many units, and how they were made."""

    def tell(share: float) -> None:
        if progress:
            progress("sampling", BEFORE + (AFTER - BEFORE) * share)

    draws, _, attempts = model.sample(cells, seed, hyperprior, tell)
    every = int(np.ceil(draws.alpha.size / MOST_NUMBERS))
    return draws.isel(draw=slice(None, None, every)), attempts


def _cells(rows: Rows, names: tuple[str, ...], units: Units, hyperprior: Hyperprior) -> Cells:
    """What is sampled."""
    suppressed = (rows.successes != rows.most).any()
    few = len(rows.trials) <= MOST_CELLS or suppressed
    if not few:
        return compress(rows, names, units.names, hyperprior)
    trials = np.maximum(rows.by_unit(rows.trials), 1.0)
    mean = np.column_stack([rows.by_unit(rows.trials * c) / trials for c in rows.x.T])
    size = len(names)
    covariates = Covariates(names, rows.x - mean[rows.unit], mean, np.zeros(size), np.eye(size))
    whole = np.column_stack([rows.successes, rows.most, rows.trials]).astype(np.int64)
    return Cells(
        units.names,
        rows.unit,
        whole[:, 0],
        whole[:, 2],
        bounds=whole[:, :2],
        offset=rows.offset if rows.offset.any() else None,
        covariates=covariates,
    )


def _fitted_units(units: Units, rows: Rows) -> Units:
    """The units with the patients whose covariates are known; an expectation is in the case mix."""
    fewest, most, trials = (
        rows.by_unit(v).astype(np.int64) for v in (rows.successes, rows.most, rows.trials)
    )
    none = np.full(len(units), np.nan)
    return replace(units, trials=trials, fewest=fewest, most=most, expected=none)


def _given(units: Units, rows: Rows) -> Array:
    """What the file itself expects of the fitted patients of each unit, (J,); NaN if nothing."""
    if not units.standardised:
        return np.full(len(units), np.nan)
    return rows.by_unit(rows.trials * expit(rows.offset))


def _spread(draws: xr.Dataset, levels: tuple[Level, ...]) -> Array:
    """Standard deviation of a new unit's log-odds in each draw, (C, D)."""
    return np.sqrt(sum(sigma**2 for sigma in nested.sigmas(levels, draws)))


def _expected(rows: Rows, draws: xr.Dataset, centre: float) -> Array:
    """Successes that the typical unit would have with each unit's own patients, (J,)."""
    beta = draws.beta.mean(("chain", "draw")).to_numpy()
    return rows.by_unit(rows.trials * expit(rows.offset + rows.x @ beta + centre))


def _predictive(
    units: Units, estimates: Estimates, mu: Array, spread: Array, seed: int
) -> list[Check]:
    """The checks of `predictive`: of new units, in new groups, with these units' patients."""

    def population(size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        some = rng.choice(mu.size, size=min(size, mu.size), replace=False)
        return mu.ravel()[some], spread.ravel()[some]

    seen = units.pick(units.trials > 0)
    return predictive.check(seen, replace(estimates, population=population), seed)


def _slope(units: Units, hyperprior: Hyperprior) -> Summary | None:
    """That of `volume`, where the coefficients are at their means.

    hyperprior: that of the log-odds beside the typical unit's with each unit's own patients.
    """
    seen = units.pick(units.trials > 0)
    return volume.slope(seen, exact_posterior(seen, hyperprior), hyperprior)


def _coefficient(name: str, scale: float, beta: Array) -> Coefficient:
    """For a power of ten of a number, about its standard deviation; for twice the caseload."""
    step = None
    if np.isfinite(scale):
        step = 1.0 if name == CASELOAD else float(10 ** np.floor(np.log10(scale)))
        beta = beta * step / scale
    log = summary(beta)
    return Coefficient(name, Summary(*np.exp([log.mean, log.low, log.high]).tolist()), step)


def _adjustment(
    coded: Design,
    units: Units,
    given: Array,
    estimates: Estimates,
    draws: xr.Dataset,
    hyperprior: Hyperprior,
) -> Adjustment:
    """What adjusting did; `units` have what is expected of their own patients, `given` before."""
    before = exact_posterior(replace(units, expected=given), hyperprior).mean
    who = int(np.argmax(np.abs(estimates.mean - before)))
    beta = draws.beta.transpose("chain", "draw", "covariate").to_numpy()
    expected = units.expected / np.maximum(units.trials, 1)
    seen = np.flatnonzero(units.trials > 0)
    low, high = (int(seen[pick(expected[seen])]) for pick in (np.argmin, np.argmax))
    return Adjustment(
        formula=coded.formula,
        coefficients=tuple(
            _coefficient(name, float(scale), beta[..., k])
            for k, (name, scale) in enumerate(zip(coded.names, coded.scale, strict=True))
        ),
        rare=coded.rare,
        who=str(units.names[who]),
        before=float(before[who]),
        after=float(estimates.mean[who]),
        sickest=(str(units.names[low]), float(expected[low])),
        mildest=(str(units.names[high]), float(expected[high])),
    )
