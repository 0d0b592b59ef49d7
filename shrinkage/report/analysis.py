"""From a checked table to everything the report says, as numbers: fitted, checked, decided."""

from __future__ import annotations

from importlib.metadata import version

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import expit

from shrinkage.data import Outcomes
from shrinkage.exact import posterior
from shrinkage.report import against_exact, decision, load_checks, model, predictive, volume
from shrinkage.report.findings import Adjustment, Analysis, Summary
from shrinkage.report.model import Cells
from shrinkage.report.refusal import ReportError
from shrinkage.report.severity import severity_of

INTERVAL = 0.95


def analyse(
    outcomes: Outcomes,
    *,
    standard: float | None = None,
    cost_ratio: float = decision.COST_RATIO,
    severity: bool | None = None,
    seed: int = 20,
) -> Analysis:
    """Fit the course's model to a checked table, and check the fit.

    Parameters
    ----------
    outcomes : Outcomes
        What ``load_outcomes`` returned.
    standard : float, optional
        The success rate below which a doctor deserves a review, between 0 and 1. By default the
        rate at which the odds of failure are one and a half times the typical doctor's.
    cost_ratio : float
        How many times as bad it is to miss a doctor below the standard as to accuse one who meets
        it: cost of missing, divided by cost of accusing. Who lies below the standard with a
        probability above ``1 / (1 + cost_ratio)`` is named for a review.
    severity : bool, optional
        Whether to adjust for the column ``severity``; by default where there is one.
    seed : int

    Returns
    -------
    Analysis

    Raises
    ------
    ReportError
        If there is only one doctor, or the severity that was asked for is not there or is the same
        for everybody, or the standard or the ratio is out of range.
    """
    if standard is not None and not 0 < standard < 1:
        raise ReportError(
            f"The standard must be a success rate between 0 and 1, found {standard:g}; "
            "write 0.75 for 75 %."
        )
    if not (np.isfinite(cost_ratio) and cost_ratio > 0):
        raise ReportError(
            f"The cost ratio must be a positive number, found {cost_ratio:g}; write 3 if "
            "missing a doctor below the standard is three times as bad as accusing one who meets "
            "it, and 1/3 if accusing is three times as bad as missing."
        )
    loaded = load_checks.inspect(outcomes)
    if loaded.doctors == 1:
        raise ReportError(_one_doctor(outcomes.counts))
    used = severity_of(loaded, severity)
    cells = model.cells_of(outcomes.counts, outcomes.patients, severity=used.used)
    draws, convergence, attempts = model.sample(cells, seed)
    theta = draws.theta.stack(all=("chain", "draw")).transpose("doctor", "all").to_numpy()
    mu, sigma = draws.mu_pop.to_numpy().ravel(), draws.sigma_pop.to_numpy().ravel()

    typical = _summary(expit(mu))
    rng = np.random.default_rng(seed)
    new_doctor = _summary(expit(rng.normal(mu, sigma)))
    level = decision.default_standard(typical.mean) if standard is None else standard
    table = _table(outcomes.counts, theta, level, float(np.median(sigma)))
    exact = against_exact.exact_posterior(cells)
    ordered = table.sort_values("estimate", ascending=False, kind="stable")
    verdicts = [
        decision.verdict(ordered, ratio) for ratio in sorted({*decision.RATIOS, float(cost_ratio)})
    ]
    below_error = az.mcse((draws[["theta"]] < level).astype(float)).theta.to_numpy()
    return Analysis(
        loaded=loaded,
        table=ordered.reset_index(drop=True),
        typical=typical,
        new_doctor=new_doctor,
        sigma=_summary(sigma),
        half_weight=_half_weight(typical.mean, float(np.median(sigma))),
        standard=level,
        standard_given=standard is not None,
        cost_ratio=float(cost_ratio),
        verdicts=verdicts,
        severity=used,
        adjustment=_adjustment(outcomes, cells, table, draws) if used.used else None,
        convergence=convergence,
        attempts=attempts,
        agreement=against_exact.agreement(exact, draws, table, level) if exact else None,
        checks=predictive.check(cells, draws, seed),
        sensitivity=against_exact.sensitivity(cells, exact, level, cost_ratio) if exact else [],
        monte_carlo=float(np.nan_to_num(below_error).max()),
        seed=seed,
        volume=volume.slope(outcomes.counts),
        versions={p: version(p) for p in ("shrinkage", "pymc", "nutpie", "arviz", "numpy")},
    )


def _one_doctor(counts: pd.DataFrame) -> str:
    from scipy.stats import binomtest

    name, successes, trials = counts.iloc[0][["doctor", "successes", "trials"]]
    interval = binomtest(int(successes), int(trials)).proportion_ci(method="wilson")
    return (
        f"There is one doctor in the file, '{name}', and nobody to pool with, so a report could "
        f"only repeat its priors. For {successes} successes in {trials} patients Wilson's 95 % "
        f"interval is {100 * interval.low:.0f} to {100 * interval.high:.0f} %. "
        "Add the doctor's colleagues to the file and run it again."
    )


def _summary(draws: np.ndarray) -> Summary:
    low, high = np.quantile(draws, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    return Summary(float(draws.mean()), float(low), float(high))


def _half_weight(typical: float, sigma: float) -> float:
    return 1 / max(sigma**2 * typical * (1 - typical), 1e-12)


def _own_weight(estimate: np.ndarray, trials: np.ndarray, sigma: float) -> np.ndarray:
    information = sigma**2 * trials * estimate * (1 - estimate)
    return information / (information + 1)


def _table(counts: pd.DataFrame, theta: np.ndarray, standard: float, sigma: float) -> pd.DataFrame:
    tails = [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2]
    low, high = np.quantile(theta, tails, axis=1)
    # The place of each doctor in each draw, 1 the highest rate.
    places = np.argsort(np.argsort(-theta, axis=0), axis=0) + 1
    rank_low, rank_high = np.quantile(places, tails, axis=1, method="inverted_cdf")
    trials = counts.trials.to_numpy()
    return pd.DataFrame(
        {
            "doctor": counts.doctor.astype(str),
            "trials": trials,
            "successes": counts.successes,
            "raw": counts.successes / trials,
            "estimate": theta.mean(axis=1),
            "low": low,
            "high": high,
            "below": (theta < standard).mean(axis=1),
            "rank_low": rank_low.astype(int),
            "rank_high": rank_high.astype(int),
            "best": (places == 1).mean(axis=1),
            "worst": (places == len(theta)).mean(axis=1),
            "weight": _own_weight(theta.mean(axis=1), trials, sigma),
            "avoidable": trials * np.maximum(standard - theta, 0).mean(axis=1),
        }
    )


def _adjustment(
    outcomes: Outcomes, cells: Cells, table: pd.DataFrame, draws: xr.Dataset
) -> Adjustment:
    patients = outcomes.patients
    assert patients is not None
    severity = load_checks.standardised(patients.severity)
    mean = severity.groupby(patients.doctor).mean()
    mean.index = mean.index.astype(str)
    before = posterior(outcomes.counts.successes, outcomes.counts.trials).mean
    after = table.estimate.to_numpy()
    who = int(np.argmax(np.abs(after - before)))
    return Adjustment(
        odds_ratio=_summary(np.exp(draws.beta.to_numpy().ravel())),
        sickest=(mean.idxmax(), float(mean.max())),
        mildest=(mean.idxmin(), float(mean.min())),
        who=str(cells.doctors[who]),
        before=float(before[who]),
        after=float(after[who]),
    )
