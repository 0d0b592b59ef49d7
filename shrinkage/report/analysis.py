"""From a checked table to everything the report says, as numbers: no words, no pictures."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import expit, logit

from shrinkage.convergence import Convergence
from shrinkage.data import Outcomes
from shrinkage.exact import Posterior, posterior, posterior_with_covariate
from shrinkage.report import load_checks, model, predictive
from shrinkage.report.load_checks import Loaded
from shrinkage.report.model import Attempt, Cells

INTERVAL = 0.95
ODDS = 1.5  # the default standard: failure's odds half as large again as the typical doctor's
COST_RATIO = 4.0
RATIOS = (1.0, 4.0, 9.0, 19.0)
MOST_EXACT = 5000  # cells with a severity for which the exact posterior takes seconds
MOST_EXACT_DOCTORS = 100
SIGMA_SCALES = (0.5, 1.0, 2.0)
AGREES = 5.0  # Monte Carlo standard errors


class ReportError(ValueError):
    """No report can be made; the message says why and what to do."""


@dataclass(frozen=True)
class Summary:
    """Posterior mean and ends of the 95 % credible interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """How the sample compares with the exact posterior.

    Attributes
    ----------
    compared : int
        How many posterior means.
    worst : float
        The largest difference, in Monte Carlo standard errors.
    where : str
        What differs most: a doctor's name, 'mu_pop' or 'sigma_pop'.
    points : float
        The largest difference of a doctor's estimate, a share of one.
    below_points : float
        The largest difference of a probability of lying below the standard, a share of one.
    """

    compared: int
    worst: float
    where: str
    points: float
    below_points: float

    @property
    def good(self) -> bool:
        """Whether the sample and the exact posterior agree."""
        return self.worst <= AGREES


@dataclass(frozen=True)
class Sensitivity:
    """The exact posterior under another hyperprior on ``sigma_pop``.

    Attributes
    ----------
    sigma_scale, sigma : float
        The half-normal hyperprior's scale, and the posterior mean of ``sigma_pop``.
    moved : float
        The largest move of any estimate against the course's hyperprior, a share of one.
    who : str
        Whose.
    review : tuple of str
        Whom the decision rule would have looked at.
    """

    sigma_scale: float
    sigma: float
    moved: float
    who: str
    review: tuple[str, ...]


@dataclass(frozen=True)
class Adjustment:
    """What severity did.

    Attributes
    ----------
    odds_ratio : Summary
        Odds of success per standard deviation of severity.
    sickest, mildest : tuple of (str, float)
        Doctors with the highest and the lowest mean severity, in standard deviations.
    who : str
        The doctor whose estimate moves most by adjusting.
    before, after : float
        That estimate without and with severity, shares of one.
    """

    odds_ratio: Summary
    sickest: tuple[str, float]
    mildest: tuple[str, float]
    who: str
    before: float
    after: float


@dataclass(frozen=True)
class Verdict:
    """What one ratio of costs would decide.

    Attributes
    ----------
    ratio : float
        A false accusation costs as much as this many missed doctors.
    threshold : float
        Review a doctor whose probability of lying below the standard exceeds this.
    review : tuple of str
        Who that is.
    wrong, missed : float
        How many of them are expected to meet the standard after all, and how many of the others
        to lie below it.
    """

    ratio: float
    threshold: float
    review: tuple[str, ...]
    wrong: float
    missed: float


@dataclass(frozen=True)
class Analysis:
    """Everything that the report says.

    Attributes
    ----------
    table : DataFrame, one row a doctor, highest estimate first
        ``doctor``, ``trials``, ``successes``, ``raw``, ``estimate``, ``low``, ``high`` (of the
        success probability), ``below`` (probability of lying below the standard), ``rank_low``,
        ``rank_high`` (95 % interval of the place, 1 the highest rate), ``best``, ``worst``
        (probability of the first and the last place), ``weight`` (about the share of the estimate
        that is the doctor's own data), ``avoidable`` (patients times the expected shortfall below
        the standard).
    typical : Summary
        The success rate of the typical doctor.
    new_doctor : Summary
        The success rate of a doctor of whom nothing is known but that these are colleagues.
    sigma : Summary
        ``sigma_pop``, log-odds.
    half_weight : float
        The caseload at which a doctor's own data weigh as much as the population.
    """

    loaded: Loaded
    table: pd.DataFrame
    typical: Summary
    new_doctor: Summary
    sigma: Summary
    half_weight: float
    standard: float
    standard_given: bool
    cost_ratio: float
    verdicts: list[Verdict]
    severity: str
    adjustment: Adjustment | None
    convergence: Convergence | None
    attempts: list[Attempt]
    agreement: Agreement | None
    checks: list[predictive.Check]
    sensitivity: list[Sensitivity]
    monte_carlo: float
    seed: int
    versions: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether the sampler converged and agrees with the exact posterior where there is one."""
        return self.convergence is not None and (self.agreement is None or self.agreement.good)

    @property
    def verdict(self) -> Verdict:
        """The verdict at the ratio of costs that was asked for."""
        return next(v for v in self.verdicts if v.ratio == self.cost_ratio)


def analyse(
    outcomes: Outcomes,
    *,
    standard: float | None = None,
    cost_ratio: float = COST_RATIO,
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
        A false accusation costs as much as this many doctors who were missed.
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
            f"The cost ratio must be a positive number, found {cost_ratio:g}; write 4 if a false "
            "accusation costs as much as four doctors who are missed."
        )
    loaded = load_checks.inspect(outcomes)
    if loaded.doctors == 1:
        raise ReportError(_one_doctor(outcomes.counts))
    used = _use_severity(loaded, severity)
    cells = model.cells_of(outcomes.counts, outcomes.patients, severity=used == "used")
    draws, convergence, attempts = model.sample(cells, seed)
    theta = draws.theta.stack(all=("chain", "draw")).transpose("doctor", "all").to_numpy()
    mu, sigma = draws.mu_pop.to_numpy().ravel(), draws.sigma_pop.to_numpy().ravel()

    typical = _summary(expit(mu))
    rng = np.random.default_rng(seed)
    new_doctor = _summary(expit(rng.normal(mu, sigma)))
    level = default_standard(typical.mean) if standard is None else standard
    table = _table(outcomes.counts, theta, level, float(np.median(sigma)))
    exact = _exact(cells)
    ordered = table.sort_values("estimate", ascending=False, kind="stable")
    verdicts = [_verdict(ordered, ratio) for ratio in sorted({*RATIOS, float(cost_ratio)})]
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
        adjustment=_adjustment(outcomes, cells, table, draws) if used == "used" else None,
        convergence=convergence,
        attempts=attempts,
        agreement=_agreement(exact, draws, table, level) if exact else None,
        checks=predictive.check(cells, draws, seed),
        sensitivity=_sensitivity(cells, exact, level, cost_ratio) if exact else [],
        monte_carlo=float(np.nan_to_num(below_error).max()),
        seed=seed,
        versions={p: version(p) for p in ("shrinkage", "pymc", "nutpie", "arviz", "numpy")},
    )


def default_standard(typical: float) -> float:
    """The rate at which failure's odds are one and a half times the typical doctor's, rounded.

    To whole per cent; near 0 and 100 % to two digits of the rarer outcome.
    """
    exact = expit(logit(typical) - np.log(ODDS))
    rarer = min(exact, 1 - exact)
    digits = 2 if rarer >= 0.1 else 1 - int(np.floor(np.log10(rarer)))
    return float(round(exact, digits))


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


def _use_severity(loaded: Loaded, wanted: bool | None) -> str:
    """'used', 'absent', 'left out', 'the same for all' or 'needs patients'."""
    if loaded.severity_spread is None:
        in_counts = "severity" in loaded.unused
        if wanted:
            why = (
                "The file has a row a doctor; adjusting needs a row a patient, with columns "
                "'doctor', 'success' and 'severity'."
                if loaded.layout == "a row a doctor"
                else "The file has no column 'severity'. Add one, a number for each patient, "
                "or leave out --severity."
            )
            raise ReportError(f"The report cannot adjust for severity. {why}")
        return "needs patients" if in_counts else "absent"
    if wanted is False:
        return "left out"
    if loaded.severity_spread[1] == 0:
        if wanted:
            raise ReportError(
                "The report cannot adjust for severity: it is the same for every patient."
            )
        return "the same for all"
    return "used"


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


def _threshold(ratio: float) -> float:
    """The probability of lying below the standard above which a review costs less than none."""
    return ratio / (ratio + 1)


def _verdict(table: pd.DataFrame, ratio: float) -> Verdict:
    threshold = _threshold(ratio)
    table = table.sort_values("below", ascending=False, kind="stable")
    called = table.below > threshold
    return Verdict(
        ratio=ratio,
        threshold=threshold,
        review=tuple(table.doctor[called]),
        wrong=float((1 - table.below[called]).sum()),
        missed=float(table.below[~called].sum()),
    )


def _exact(cells: Cells, sigma_scale: float = 1.0) -> Posterior | None:
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


def _agreement(
    exact: Posterior, draws: xr.Dataset, table: pd.DataFrame, standard: float
) -> Agreement:
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


def _sensitivity(
    cells: Cells, course: Posterior, standard: float, ratio: float
) -> list[Sensitivity]:
    found = []
    for scale in SIGMA_SCALES:
        exact = course if scale == 1.0 else _exact(cells, scale)
        assert exact is not None  # as `course` is there
        sigma_pop = exact.sigma_pop
        assert sigma_pop is not None
        moved = np.abs(exact.mean - course.mean)
        who = int(np.argmax(moved))
        review = cells.doctors[_below(exact, standard) > _threshold(ratio)]
        found.append(
            Sensitivity(
                scale, sigma_pop.mean, float(moved[who]), str(cells.doctors[who]),
                tuple(map(str, review)),
            )
        )  # fmt: skip
    return found


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
