"""Task 08.3: by how much partial pooling predicts left-out doctors better than complete pooling."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import logsumexp

from shrinkage.exercises.answers import Table
from shrinkage.exercises.ex08_could_the_model_be_wrong.clinics import Clinics, Counts, exact
from shrinkage.exercises.mistakes import Mistake, wrong_sign
from shrinkage.exercises.task import Part, Task

PRIORS = {"partial": (1.0, 1.5), "wide": (5.0, 1.5), "wide for mu_pop": (1.0, 5.0)}
"""Scales of the priors on `sigma_pop` and `mu_pop`."""


def complete(counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """One rate for all: its log prior mass on a grid, and log p(y_j) there, (doctor, mu)."""
    successes, trials = (np.array(part).sum(1)[:, None] for part in counts)
    mu = np.linspace(-8.0, 8.0, 6401)
    log = -successes * np.logaddexp(0, -mu) - (trials - successes) * np.logaddexp(0, mu)
    return stats.norm.logpdf(mu, 0, 1.5) + np.log(mu[1] - mu[0]), log


@cache
def scores(counts: Counts, pooling: str = "partial") -> np.ndarray:
    """log p(y_j | y_-j) of each doctor, from the doctor's counts of the whole year."""
    if pooling in PRIORS:
        return exact(counts, *PRIORS[pooling]).log_left_out
    log_prior, log = complete(counts)
    if pooling == "no":
        return logsumexp(log_prior + log, axis=1)
    everyone = log_prior + log.sum(0)
    return logsumexp(everyone) - logsumexp(everyone - log, axis=1)


def paired(one: np.ndarray, other: np.ndarray) -> float:
    """Standard error of the sum of the doctors' gaps."""
    return np.sqrt(one.size) * (one - other).std(ddof=1)


def unpaired(one: np.ndarray, other: np.ndarray) -> float:
    """Standard error of a difference between sums over different doctors."""
    return np.sqrt(one.size * (one.var(ddof=1) + other.var(ddof=1)))


def change(gap: float, under_wide: float) -> float:
    """What the wide prior changes."""
    return under_wide - gap


def comparison(
    clinics: Clinics,
    *,
    worse: str = "complete",
    wide: str = "wide",
    gap: Callable[[np.ndarray], float] = np.sum,
    se: Callable[[np.ndarray, np.ndarray], float] = paired,
    moved: Callable[[float, float], float] = change,
) -> pd.DataFrame:
    """How much better partial pooling is, the standard error, and what a prior changes."""

    def row(counts: Counts) -> dict[str, float]:
        partial, other, wider = (scores(counts, way) for way in ("partial", worse, wide))
        found = gap(partial - other)
        return {
            "gap": found,
            "se": se(partial, other),
            "moved": moved(found, gap(wider - other)),
        }

    return clinics.table(row)


def with_everybody(clinics: Clinics) -> pd.DataFrame:
    """The comparison by log p(y), with nobody left out; it has no standard error."""

    def row(counts: Counts) -> dict[str, float]:
        log_prior, log = complete(counts)
        whole = logsumexp(log_prior + log.sum(0))
        gaps = [exact(counts, *PRIORS[k]).log_evidence - whole for k in ("partial", "wide")]
        return {"gap": gaps[0], "se": np.nan, "moved": gaps[1] - gaps[0]}

    return clinics.table(row)


_SE = "The gap is a sum over the doctors, so its standard error grows with their number: "

TASK = Task(
    id="08.3",
    title="Doctors the model has not seen",
    points=2,
    variable="comparison",
    asks="by how much partial pooling predicts left-out doctors better than complete pooling in "
    "every clinic, columns gap, se and moved",
    answer=Table("clinic", "{label}"),
    # Two decimals, and three of the small change
    tolerance=lambda c: pd.DataFrame({"gap": 0.02, "se": 0.02, "moved": 2e-3}, list(c.counts)),
    truth=comparison,
    parts=(
        Part(1, "'gap', over the doctors who were left out", "gap"),
        Part(0.5, "'se', its standard error", "se"),
        Part(0.5, "'moved', what the wide prior changes", "moved"),
    ),
    mistakes=(
        wrong_sign(
            "Partial pooling less complete pooling: positive where partial pooling predicts "
            "better.",
            columns=["gap"],
            name="subtracted the wrong way round",
            credit=0.5,
        ),
        Mistake(
            name="left nobody out",
            hint="A difference of `log_evidence` with everybody in says how probable each model "
            "made all data before seeing any, and follows the prior. Leave one doctor out at a "
            "time: the evidence with all doctors less the evidence without that one.",
            gives=with_everybody,
        ),
        Mistake(
            name="compared with no pooling",
            hint="Complete pooling lets the doctors not differ at all: `sigma_pop` fixed at 0.",
            instead={"worse": "no"},
            credit=0.25,
        ),
        Mistake(
            name="gave the mean over the doctors, not the sum",
            hint="The expected log predictive density of the chapter adds up over all who were "
            "left out, and so does a gap.",
            instead={"gap": np.mean},
            credit=0.5,
        ),
        Mistake(
            name="gave the standard deviation of the doctors' gaps as 'se'",
            hint=_SE + "the square root of it is missing.",
            instead={"se": lambda one, other: (one - other).std(ddof=1)},
            credit=0.5,
        ),
        Mistake(
            name="gave the standard error of a mean as 'se'",
            hint=_SE + "multiply by its square root where a mean would divide.",
            instead={"se": lambda one, other: stats.sem(one - other)},
            credit=0.5,
        ),
        Mistake(
            name="divided by the number of doctors in 'se', not by one less",
            hint="The doctors are a sample, and their mean gap was taken from them: `ddof=1`.",
            instead={"se": lambda one, other: np.sqrt(one.size) * (one - other).std()},
            credit=0.5,
        ),
        Mistake(
            name="multiplied by the number of doctors in 'se', not by its square root",
            hint="Variances add up, standard deviations do not.",
            instead={"se": lambda one, other: one.size * (one - other).std(ddof=1)},
            credit=0.5,
        ),
        Mistake(
            name="added up the two poolings' variances in 'se'",
            hint="Both poolings predict the same doctors, and a doctor who is hard to predict is "
            "so for both. Take the gap doctor by doctor first, then its standard deviation.",
            instead={"se": unpaired},
            credit=0.25,
        ),
        Mistake(
            name="left the prior on `sigma_pop` as it was in 'moved'",
            hint="Its scale goes from 1 to 5: `sigma_scale` of `posterior`.",
            instead={"wide": "partial"},
        ),
        Mistake(
            name="widened the prior on `mu_pop` in 'moved'",
            hint="The prior in question is the one on `sigma_pop`: `sigma_scale` of `posterior`.",
            instead={"wide": "wide for mu_pop"},
            credit=0.25,
        ),
        Mistake(
            name="gave the whole gap under the wide prior as 'moved'",
            hint="'moved' is what the prior changes: the gap under the wide prior less the gap "
            "under the course's.",
            instead={"moved": lambda gap, under_wide: under_wide},
            tolerance=0.02,
            credit=0.5,
        ),
        wrong_sign(
            "The gap under the wide prior comes first: negative where the wide prior makes it "
            "smaller.",
            columns=["moved"],
            name="subtracted the wrong way round in 'moved'",
            credit=0.5,
        ),
    ),
    hint="For each doctor: `log_evidence` with all doctors less `log_evidence` without that one, "
    "under each pooling, from the counts of the whole year.",
    lesson="Partial pooling predicts better in every clinic, and the wide prior hardly moves that. "
    "Yet the checks of task 2 fail in some of them: a comparison names the better of two models "
    "and does not say that the better one is good.",
)
