"""Task 01.4: how much of the spread of raw rates is left beyond chance."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Labelled
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex01_league_tables.clinic import seen
from shrinkage.exercises.mistakes import Mistake, at, in_percent
from shrinkage.exercises.task import Part, Task


def sample_variance(values: pd.Series) -> float:
    """The variance of values that stand for others like them."""
    return values.var(ddof=1)


def population_variance(values: pd.Series) -> float:
    """The variance of values that are all there are."""
    return values.var(ddof=0)


def excess(observed: float, chance: float) -> float:
    """The method-of-moments variance between doctors."""
    return max(0.0, observed - chance)


def spread(
    c: Clinic,
    *,
    rates: Callable[[Clinic], pd.Series] = lambda c: seen(c, c.raw),
    variance: Callable[[pd.Series], float] = sample_variance,
    common_rate: Callable[[Clinic], pd.Series | float] = lambda c: c.pooled,
    caseloads: Callable[[Clinic], pd.Series | float] = lambda c: seen(c, c.n),
    average: Callable = np.mean,
    left_over: Callable[[float, float], float] = excess,
) -> pd.Series:
    """The variance of the rates, its expectation if all doctors were equal, and the rest."""
    observed = variance(rates(c))
    p = common_rate(c)
    chance = float(average(p * (1 - p) / caseloads(c)))
    between = left_over(observed, chance)
    return pd.Series({"observed": observed, "chance": chance, "between": between})


def outcomes(c: Clinic) -> pd.Series:
    """The outcome of each patient."""
    return pd.Series(c.success, dtype=float)


_ALL_VARIANCES = "All three are variances, so that they can be subtracted."
_ONE_A_DOCTOR = "'observed' is about the raw rates of task 01.1: one number a doctor."

# What is wrong in the first two numbers is wrong in the third as well, hence a credit of a quarter.
_CARRIED = 0.25

TASK = Task(
    id="01.4",
    title="Beyond chance",
    points=3,
    variable="spread",
    asks="three variances under the names observed, chance and between",
    answer=Labelled("variance", "'{label}'"),
    tolerance=6e-5,  # four decimals are enough
    truth=spread,
    parts=(
        Part(1, "'observed', the variance of the raw rates", "observed"),
        Part(1, "'chance', the variance that chance alone would give", "chance"),
        Part(1, "'between', what is left for the doctors", "between", alone=False),
    ),
    mistakes=(
        in_percent("variances of proportions"),
        Mistake(
            name="computed with rates in percent",
            hint="Rates lie between 0 and 1 here, and the unit of their variance is the square of "
            "that: a factor of 100 in a rate is one of 10,000 in a variance.",
            turns=lambda variances: 1e4 * variances,
            plain=True,
            credit=0.5,
        ),
        Mistake(
            name="used the population variance, which divides by the number of doctors",
            hint="These doctors stand for others like them, so 'observed' is a sample variance. "
            "NumPy's `var` and pandas' `var` differ in just this: look up `ddof`.",
            instead={"variance": population_variance},
            credit=_CARRIED,
        ),
        Mistake(
            name="gave a standard deviation as 'observed'",
            hint=_ALL_VARIANCES,
            instead={"variance": lambda rates: rates.std()},
            credit=_CARRIED,
        ),
        Mistake(  # and subtracted variances
            name="gave a standard deviation as 'observed'",
            hint=_ALL_VARIANCES,
            turns=at(["observed"], np.sqrt),
            credit=0.5,
        ),
        Mistake(
            name="counted the empty doctor as a rate of 0",
            hint="A doctor without patients has no rate, and takes no part in the spread.",
            instead={"rates": lambda c: c.raw.fillna(0)},
        ),
        Mistake(
            name="took the variance of the patients, not of the doctors' rates",
            hint=_ONE_A_DOCTOR,
            instead={"rates": outcomes},
        ),
        Mistake(
            name="took the variance of all outcomes, not of the doctors' rates",
            hint=_ONE_A_DOCTOR,
            instead={"rates": outcomes, "variance": population_variance},
        ),
        Mistake(
            name="used the mean of the doctors' rates where the pooled rate belongs",
            hint="If all doctors were equal, their common rate would be best known from all "
            "patients together, each counting once.",
            instead={"common_rate": lambda c: c.raw.mean()},
            credit=_CARRIED,
        ),
        Mistake(
            name="put each doctor's own rate into 'chance'",
            hint="'chance' asks what would happen if every doctor had the same rate. With their "
            "own rates, perfect doctors would add nothing.",
            instead={"common_rate": lambda c: seen(c, c.raw)},
            credit=_CARRIED,
        ),
        Mistake(
            name="divided by the wrong n, the mean caseload",
            hint="A mean of fractions is not the fraction of a mean: compute p(1 − p)/n for each "
            "doctor first. The small doctors make most of the noise.",
            instead={"caseloads": lambda c: seen(c, c.n).mean()},
            credit=_CARRIED,
        ),
        Mistake(
            name="divided by the wrong n, the patients of the whole clinic",
            hint="Each doctor's rate is as noisy as that doctor's own caseload makes it.",
            instead={"caseloads": lambda c: c.n.sum()},
            credit=_CARRIED,
        ),
        Mistake(
            name="did not divide by the caseloads",
            hint="p(1 − p) is the variance of one patient. A rate is a mean of n of them.",
            instead={"caseloads": lambda c: 1},
            credit=_CARRIED,
        ),
        Mistake(
            name="added up the doctors' sampling variances instead of averaging them",
            hint="Chance gives each doctor's rate its own variance; 'chance' is their mean.",
            instead={"average": np.sum},
            credit=_CARRIED,
        ),
        Mistake(
            name="counted the empty doctor when you averaged the sampling variances",
            hint="Average over the doctors who have patients; the others have no rate to vary.",
            instead={"caseloads": lambda c: c.n.replace(0, np.inf)},
            credit=_CARRIED,
        ),
        Mistake(
            name="gave a standard deviation as 'chance'",
            hint=_ALL_VARIANCES,
            instead={"average": lambda variances: np.sqrt(np.mean(variances))},
            credit=_CARRIED,
        ),
        Mistake(  # and subtracted variances
            name="gave a standard deviation as 'chance'",
            hint=_ALL_VARIANCES,
            turns=at(["chance"], np.sqrt),
            credit=0.5,
        ),
        Mistake(
            name="gave a standard deviation as 'between'",
            hint="All three are variances. Its root is what you would tell a colleague.",
            instead={"left_over": lambda observed, chance: np.sqrt(excess(observed, chance))},
        ),
        Mistake(
            name="gave the share of the variance as 'between'",
            hint="A share is worth knowing; 'between' is the variance itself, the difference of "
            "the other two.",
            instead={"left_over": lambda observed, chance: excess(observed, chance) / observed},
        ),
        Mistake(
            name="subtracted the wrong way round",
            hint="What is observed contains what chance adds; take that away.",
            instead={"left_over": lambda observed, chance: chance - observed},
        ),
        Mistake(
            name="subtracted standard deviations",
            hint="Variances add up, standard deviations do not: subtract before you take roots.",
            instead={"left_over": lambda observed, chance: np.sqrt(observed) - np.sqrt(chance)},
        ),
        Mistake(
            name="let 'between' fall below zero",
            hint="No variance is negative. If chance explains all of the spread, nothing is left.",
            instead={"left_over": lambda observed, chance: observed - chance},
        ),
        Mistake(
            name="left 'between' as large as 'observed'",
            hint="Part of what is observed is chance; take it away.",
            instead={"left_over": lambda observed, chance: observed},
        ),
    ),
    hint="'observed' is about the raw rates, 'chance' about rates that would be equal, and "
    "'between' is what one has beyond the other.",
    lesson="What is left beyond chance is an estimate of how much doctors differ, and a noisy one "
    "with so few of them. Chapter 2 uses it to decide how far to believe each raw rate.",
)
