"""From a checked table to everything the report says, as numbers: fitted, checked, decided."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from shrinkage.data import Outcomes
from shrinkage.data.reading.names import alike
from shrinkage.report import checks, decision, predictive, refusal, volume
from shrinkage.report import sensitivity as hyperpriors
from shrinkage.report.by_quadrature import by_quadrature
from shrinkage.report.complete import complete
from shrinkage.report.estimates import Estimates, Fitted
from shrinkage.report.findings import Analysis, Hyperprior
from shrinkage.report.request import COST_RATIO, Progress
from shrinkage.report.units import Units

DRAWS = 4_000  # of the population
EXACT_SHARE = 0.3  # of the time, where a sampler takes the rest
HYPERPRIOR = Hyperprior()
VERSIONS = ("shrinkage", "numpy", "scipy", "pandas")
SAMPLERS = ("pymc", "nutpie", "arviz")


def analyse(
    outcomes: Outcomes,
    *,
    standard: float | None = None,
    cost_ratio: float = COST_RATIO,
    hyperprior: Hyperprior = HYPERPRIOR,
    adjust: str | None = None,
    within: str | None = None,
    sampler: bool = False,
    seed: int = 20,
    progress: Progress | None = None,
) -> Analysis:
    """Fit the course's model to a checked table, and check the fit.

    Parameters
    ----------
    outcomes : Outcomes
        What ``load_outcomes`` returned.
    standard : float, optional
        Theta below which a unit deserves a review, between 0 and 1. By default where the odds of
        failure are one and a half times the typical unit's.
    cost_ratio : float
        How many times as bad it is to miss a unit below the standard as to accuse one that meets
        it: cost of missing, divided by cost of accusing. Which lies below the standard with a
        probability above ``1 / (1 + cost_ratio)`` is named for a review.
    hyperprior : Hyperprior
    adjust : str, optional
        Covariates of the patients, or of the strata of ``cells``, as a formula:
        ``'age + urgency'``.
    within : str, optional
        The column with the group that each unit lies in.
    sampler : bool
        Whether to sample the posterior of the counts too, with PyMC's NUTS, as a check.
    seed : int
    progress : callable, optional
        Called with the name of the stage that begins and the share of the work that is done.

    Returns
    -------
    Analysis

    Raises
    ------
    ReportError
        If there is only one unit with patients, or an option is out of range.
    """
    refusal.check_options(standard, cost_ratio, hyperprior)
    say = _said(progress, EXACT_SHARE if sampler and not (adjust or within) else 1.0)
    outcomes = complete(outcomes, adjust)
    every = Units.of(outcomes)
    seen = every.trials > 0
    units = every.pick(seen)
    if len(units) < 2:
        raise refusal.too_few(units)

    if adjust or within:
        from shrinkage.report import adjusted

        fitted = adjusted.fit(
            outcomes,
            units,
            adjust=adjust,
            within=within,
            hyperprior=hyperprior,
            standard=standard,
            seed=seed,
            progress=say,
        )
    else:
        say("posterior", 0.0)
        fitted = Fitted(units, by_quadrature(units, hyperprior), [])
    found = fitted.estimates
    level = decision.default_standard(found.typical.mean, units) if standard is None else standard
    usual = found.typical.mean if units.reference is None else units.reference
    table = _table(every, fitted, level, usual, say if found.exact else _said(None))
    known, made = table[seen], list(fitted.checks)
    if found.exact is not None:
        say("checks", 0.45)
        made.append(checks.quadrature(units, found, known, hyperprior, level))
        made += predictive.check(units, found, seed)
        say("caseload", 0.75)
        made.append(checks.volume(volume.slope(units, found.exact, hyperprior)))
    say("hyperpriors", 0.9)
    lines = hyperpriors.sensitivity(
        units, found, known, hyperprior, level, cost_ratio, fitted.under
    )
    made.append(hyperpriors.check(lines, known, hyperprior))
    if sampler and found.exact is not None:
        from shrinkage.report import nuts

        rest = 1 - EXACT_SHARE
        tell = _said(progress)
        made += nuts.check(
            *(units, found, hyperprior, level, seed),
            lambda share: tell("sampling", EXACT_SHARE + rest * share),
        )
    _said(progress)("done", 1.0)
    ordered = table.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)
    sampled = sampler or found.exact is None
    ratios = sorted({*decision.RATIOS, float(cost_ratio)})
    return Analysis(
        outcomes=outcomes,
        table=ordered,
        density=found.density,
        typical=found.typical,
        new_unit=found.new_unit,
        sigma=found.sigma,
        half_weight=_half_weight(found, seed),
        reference=units.reference,
        standard=level,
        usual=usual,
        standard_given=standard is not None,
        cost_ratio=float(cost_ratio),
        verdicts=[decision.verdict(ordered, ratio) for ratio in ratios],
        hyperprior=hyperprior,
        engine=found.engine,
        adjustment=fitted.adjustment,
        groups=fitted.groups,
        checks=made,
        sensitivity=lines,
        alike=alike(list(every.names)),
        monte_carlo=found.error(level),
        seed=seed,
        versions={p: version(p) for p in VERSIONS + (SAMPLERS if sampled else ())},
    )


def _said(progress: Progress | None, most: float = 1.0) -> Progress:
    """Tell the progress, as a part of all that there is to do."""
    return lambda stage, share: progress(stage, most * share) if progress else None


def _half_weight(found: Estimates, seed: int) -> float:
    """The patients with which a unit of the typical rate would have a weight of a half."""
    square = np.maximum(found.population(DRAWS, np.random.default_rng(seed))[1] ** 2, 1e-12)
    middle = float(np.log(np.median(square)))  # minus log of the information with half the weight
    log_information = brentq(
        lambda log: np.mean(square / (square + np.exp(-log))) - 0.5, -middle - 20, -middle + 20
    )
    typical = found.typical.mean
    return float(np.exp(log_information)) / max(typical * (1 - typical), 1e-12)


def _table(
    every: Units, fitted: Fitted, standard: float, usual: float, say: Progress
) -> pd.DataFrame:
    """The table of `Analysis`, in the order of the units.

    Of a unit without patients the model says what it says of any new one, and no place.
    """
    found, new = fitted.estimates, fitted.estimates.new_unit
    row = pd.Index(every.names).get_indexer(fitted.units.names)

    def of_all(values: NDArray, without: float) -> NDArray:
        whole = np.full(len(every), without)
        whole[row] = values
        return whole

    low, high = found.interval.T
    say("places", 0.3)
    places = found.places()
    say("further patients", 0.35)
    table = pd.DataFrame(
        {
            "doctor": every.names,
            "trials": every.trials,
            "successes": pd.array(every.fewest, "Int64"),
            "fewest": every.fewest,
            "most": every.most,
            "expected": every.expected,
            "raw": every.raw,
            "estimate": of_all(found.mean, new.mean),
            "low": of_all(low, new.low),
            "high": of_all(high, new.high),
            "below": of_all(found.below(standard), found.new_below(standard)),
            "worse": of_all(found.below(usual), found.new_below(usual)),
            "rank_low": pd.array(of_all(places.low, np.nan), "Int64"),
            "rank_high": pd.array(of_all(places.high, np.nan), "Int64"),
            "best": of_all(places.best, np.nan),
            "worst": of_all(places.worst, np.nan),
            "weight": of_all(found.weight, 0.0),
            "avoidable": every.trials * of_all(found.shortfall(standard), 0.0),
            "settle": of_all(found.settle(standard), np.nan),
        }
    )
    table.loc[~every.known, "successes"] = pd.NA
    if fitted.group is not None:
        table["group"] = pd.Series(fitted.group, row).reindex(table.index)
    return table
