"""Task 9.3: control limits, whom they catch, and the tail of a prediction without the doctor."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from shrinkage.exact import Marginal, Posterior, posterior
from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex09_deciding.board import STANDARD, below, chance_error
from shrinkage.exercises.mistakes import Mistake, swapped
from shrinkage.exercises.task import Part, Task

POOR = 0.5  # the true rate that a funnel is asked to catch
Z = 3.09  # of 99.8 % control limits, as in the chapter
INNER = 1.96  # of 95 % limits

Rate = pd.Series | float
Limits = tuple[pd.Series, pd.Series]
Weighted = tuple[np.ndarray, np.ndarray]
"""Rates on a grid, and how probable each is."""

# --- Control limits, and the power to catch -------------------------------------------------------


def standard_error(p: Any, n: Any) -> Any:
    """Of a share of n patients at the rate p."""
    return np.sqrt(p * (1 - p) / n)


def control_limits(
    c: Clinic, *, z: float = Z, centre: Rate | None = None, half: Rate | None = None
) -> Limits:
    """Both limits: half of their distance below the rate of all patients, and above."""
    middle = c.by_doctor(np.zeros(len(c.n))) + (c.pooled if centre is None else centre)
    away = z * standard_error(middle, c.n) if half is None else half
    return middle - away, middle + away


def power(c: Clinic, *, rate: float = POOR, z: float = Z, above: int = 0) -> np.ndarray:
    """Probability that a doctor with this true rate falls below the lower limit.

    above: how many numbers of successes above the limit are counted too.
    """
    lower, _ = control_limits(c, z=z)
    return stats.binom.cdf(np.ceil(c.n * lower) - 1 + above, c.n, rate)


def power_of_a_normal(c: Clinic) -> np.ndarray:
    """The same with a normal distribution for the binomial one."""
    lower, _ = control_limits(c)
    return stats.norm.cdf((lower - POOR) / standard_error(POOR, c.n))


# --- The outlier's tail ---------------------------------------------------------------------------


@lru_cache(maxsize=16)
def by_counts(c: Clinic) -> Posterior:
    """The posterior of all doctors by counts alone, as the chapter's outliers are found."""
    return posterior(c.s, c.n)


@lru_cache(maxsize=16)
def predicted(c: Clinic) -> tuple[Weighted, ...]:
    """For each doctor the rate of a new one whom all others predict."""
    others = (posterior(c.s.drop(d), c.n.drop(d)) for d in c.doctors)
    return tuple(weighted(other.new_doctor.alpha) for other in others)


def weighted(alpha: Marginal) -> Weighted:
    """A marginal of log-odds as rates and their weights."""
    weight = alpha.density * np.gradient(alpha.x)
    return expit(alpha.x), weight / weight.sum()


@lru_cache(maxsize=16)
def outlier_tails(c: Clinic) -> pd.Series:
    """Probability of as few successes or fewer, by the others' prediction."""
    return tails(c, predicted(c))


def tails(c: Clinic, rates: tuple[Weighted, ...], *, more: int = 0) -> pd.Series:
    """Probability of as few successes as each doctor's or fewer; `more` moves the bound."""
    found = [
        float(weight @ stats.binom.cdf(s + more, n, rate))
        for (rate, weight), s, n in zip(rates, c.s, c.n, strict=True)
    ]
    return c.by_doctor(found)


def at_one_rate(rate: float) -> Weighted:
    """A rate that is known."""
    return np.array([rate]), np.ones(1)


def tails_with_all_doctors(c: Clinic) -> pd.Series:
    """By a new doctor whom all doctors predict."""
    return tails(c, (weighted(by_counts(c).new_doctor.alpha),) * len(c.doctors))


def tails_by_own_posterior(c: Clinic) -> pd.Series:
    """By each doctor's own posterior."""
    return tails(c, tuple(map(weighted, by_counts(c).alpha)))


def tails_at_the_mean(c: Clinic) -> pd.Series:
    """By the mean rate of a new doctor."""
    return tails(c, tuple(at_one_rate(float(rate @ weight)) for rate, weight in predicted(c)))


def tails_by_the_grid(c: Clinic) -> pd.Series:
    """By a new doctor, each point of the grid of the same weight."""
    return tails(c, tuple((rate, np.full(len(rate), 1 / len(rate))) for rate, _ in predicted(c)))


def tails_of_the_average(c: Clinic) -> pd.Series:
    """By the rate of all patients."""
    return tails(c, (at_one_rate(c.pooled),) * len(c.doctors))


# --- The task -------------------------------------------------------------------------------------


def funnel(
    c: Clinic,
    *,
    limits: Callable[[Clinic], Limits] = control_limits,
    caught: Callable[[Clinic], np.ndarray] = power,
    outlier: Callable[[Clinic], pd.Series] = outlier_tails,
) -> pd.DataFrame:
    """The four numbers of each doctor."""
    lower, upper = limits(c)
    columns = {"lower": lower, "upper": upper, "caught": caught(c), "outlier": outlier(c)}
    return pd.DataFrame(columns, list(c.doctors))


def within_0_and_1(c: Clinic) -> pd.DataFrame:
    """The same with limits that are cut where no rate can lie."""
    right = funnel(c)
    return right.assign(lower=right["lower"].clip(0, 1), upper=right["upper"].clip(0, 1))


_LEFT_OUT = "An outlier is judged by a prediction that has not seen the doctor. "

TASK = Task(
    id="09.3",
    title="What a funnel sees",
    points=2,
    variable="funnel",
    asks="for every doctor the two control limits, the probability that a poor doctor would be "
    "caught below them, and the tail of the prediction without the doctor, columns lower, upper, "
    "caught and outlier",
    answer=Table(),
    # Three decimals; the tail carries the error of a sum over a grid
    tolerance=lambda c: funnel(c).assign(lower=6e-4, upper=6e-4, caught=6e-4, outlier=2e-3),
    truth=funnel,
    also=within_0_and_1,
    parts=(
        Part(0.5, "the control limits", ("lower", "upper")),
        Part(0.5, "the probability that a poor doctor is caught", "caught"),
        Part(1, "the outlier's tail", "outlier"),
    ),
    mistakes=(
        swapped(name="swapped the two limits", hint="The lower limit is the smaller number."),
        Mistake(
            name="drew the inner pair of limits",
            hint="The chapter draws two pairs of limits; the task asks for the outer one.",
            instead={"limits": lambda c: control_limits(c, z=INNER)},
            credit=0.5,
        ),
        Mistake(
            name="left the whole remainder on one side",
            hint="Limits leave out a share at both ends: which normal quantile leaves half of it "
            "above?",
            instead={"limits": lambda c: control_limits(c, z=float(stats.norm.ppf(0.998)))},
            credit=0.5,
        ),
        Mistake(
            name="drew an interval around each doctor's own rate",
            hint="Control limits belong to a doctor of average success: they stand around the rate "
            "of all patients and know a doctor's caseload only.",
            instead={"limits": lambda c: control_limits(c, centre=c.raw)},
        ),
        Mistake(
            name="took the width from each doctor's own rate",
            hint="How far chance moves an average doctor does not depend on what this doctor did.",
            instead={"limits": lambda c: control_limits(c, half=Z * standard_error(c.raw, c.n))},
        ),
        Mistake(
            name="centred the limits at the mean of the doctors' rates",
            hint="The average rate is that of all patients together, each counting once.",
            instead={"limits": lambda c: control_limits(c, centre=c.raw.mean())},
            credit=0.5,
        ),
        Mistake(
            name="centred the limits at the standard",
            hint="A funnel compares with the average and does not know the standard: that is what "
            "it cannot do.",
            instead={"limits": lambda c: control_limits(c, centre=STANDARD)},
        ),
        Mistake(
            name="forgot the square root",
            hint="What stands under the root is a variance; the limits are so many standard errors "
            "away.",
            instead={
                "limits": lambda c: control_limits(c, half=Z * standard_error(c.pooled, c.n) ** 2)
            },
            credit=0.5,
        ),
        Mistake(
            name="drew the same limits for every caseload",
            hint="A funnel is wide where patients are few: divide by each doctor's own caseload.",
            instead={
                "limits": lambda c: control_limits(c, half=Z * standard_error(c.pooled, c.n.mean()))
            },
        ),
        Mistake(
            name="gave the probability that an average doctor is accused",
            hint="`caught` is about a doctor who is poor: put the poor rate into the binomial, and "
            "keep the limits where they are.",
            instead={"caught": lambda c: power(c, rate=c.pooled)},
        ),
        Mistake(
            name="gave the probability that a poor doctor is missed",
            hint="`caught` is the probability of lying below the lower limit, not above it.",
            instead={"caught": lambda c: 1 - power(c)},
            credit=0.5,
        ),
        Mistake(
            name="replaced the binomial distribution by a normal one",
            hint="With few patients only a few rates can occur, and none of them may lie below "
            "the limit: use `stats.binom`.",
            instead={"caught": power_of_a_normal},
            credit=0.25,
        ),
        Mistake(
            name="took the inner limits for `caught`",
            hint="The outer limits accuse less, and catch less.",
            instead={"caught": lambda c: power(c, z=INNER)},
            credit=0.5,
        ),
        Mistake(
            name="counted the first rate above the limit as caught too",
            hint="Caught is a raw rate below the limit. Of a bound that is no whole number, which "
            "whole numbers lie below?",
            instead={"caught": lambda c: power(c, above=1)},
            credit=0.25,
        ),
        Mistake(
            name="said for each doctor whether the raw rate lies below the limit",
            hint="`caught` supposes that the doctor is poor, and asks how often the limits would "
            "notice.",
            instead={"caught": lambda c: (c.raw < control_limits(c)[0]).astype(float)},
        ),
        Mistake(
            name="left no doctor out of the prediction",
            hint=_LEFT_OUT + "Otherwise it has adapted to what it is to judge.",
            instead={"outlier": tails_with_all_doctors},
            credit=0.25,
        ),
        Mistake(
            name="predicted from the doctor's own posterior",
            hint=_LEFT_OUT + "Nobody is far from a prediction made of their own patients.",
            instead={"outlier": tails_by_own_posterior},
        ),
        Mistake(
            name="predicted with a single rate, the mean of a new doctor's",
            hint=_LEFT_OUT + "And a new doctor's rate is not known: average the tail over the "
            "whole density, not the rate.",
            instead={"outlier": tails_at_the_mean},
            credit=0.25,
        ),
        Mistake(
            name="weighed all points of the grid alike",
            hint="The grid of a density is not a set of draws: each point counts by its density "
            "and by how far it is from the next.",
            instead={"outlier": tails_by_the_grid},
            credit=0.25,
        ),
        Mistake(
            name="left out what was seen itself",
            hint="The tail holds as many successes as were seen, and fewer.",
            instead={"outlier": lambda c: tails(c, predicted(c), more=-1)},
            credit=0.5,
        ),
        Mistake(
            name="gave the upper tail",
            hint="The question is how rare so few successes are, not so many.",
            instead={"outlier": lambda c: 1 - outlier_tails(c)},
            credit=0.5,
        ),
        Mistake(
            name="gave the funnel's tail, that of an average doctor",
            hint="That tells who differs from the average. An outlier does not belong to the "
            "population of the others, and a population has a spread.",
            instead={"outlier": tails_of_the_average},
        ),
        Mistake(
            name="gave the probability of being below the standard",
            hint="That is the first of the chapter's three questions. `outlier` is the third: "
            "does the doctor belong to the population of the others?",
            instead={"outlier": below},
            tolerance=lambda c: funnel(c).assign(outlier=chance_error(below(c))),
            costly=True,
        ),
    ),
    hint="The limits need the rate of all patients and each caseload, `caught` a binomial "
    "distribution at the poor rate, and `outlier` the other doctors' prediction.",
    lesson="The funnel is blind where patients are few and sharp where they are many, and a "
    "doctor far below its limit may still belong to the population of the others. To be poor and "
    "to be an outlier are two things.",
)
