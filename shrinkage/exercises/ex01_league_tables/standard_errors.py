"""Task 01.2: Wald's standard error of every doctor's raw rate."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from shrinkage.exercises.answers import Labelled
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex01_league_tables.clinic import has_none, has_patients, seen
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.task import Part, Task

Z = stats.norm.ppf(0.975)


def standard_errors(
    c: Clinic,
    *,
    rate: Callable[[Clinic], pd.Series | float] = lambda c: c.raw,
    patients: Callable[[Clinic], pd.Series | float] = lambda c: c.n,
    of_one: Callable = lambda p: p * (1 - p),
    of_mean: Callable = lambda variance, n: np.sqrt(variance / n),
    without_patients: float = np.nan,
) -> pd.Series:
    """The standard error of each mean, from the variance of one outcome and how many there are."""
    error = of_mean(of_one(rate(c)), patients(c))
    return c.by_doctor(error).where(has_patients(c), without_patients)


TASK = Task(
    id="01.2",
    title="Standard errors",
    points=2,
    variable="standard_error",
    asks="the Wald standard error of every doctor's raw rate, NaN for a doctor with no patients",
    answer=Labelled(),
    tolerance=6e-4,  # three decimals are enough
    truth=standard_errors,
    parts=(
        Part(1.5, "the standard errors of the doctors who have patients", has_patients),
        Part(0.5, "no standard error for the doctor who has none", has_none, alone=False),
    ),
    mistakes=(
        in_percent(),
        Mistake(
            name="forgot the square root",
            hint="What you have is the variance of the rate. The standard error is on the scale of "
            "the rate itself.",
            instead={"of_mean": lambda variance, n: variance / n},
            credit=0.5,
        ),
        Mistake(
            name="divided by n − 1, as `sem` and `std` do",
            hint="The maximum-likelihood standard error puts the raw rate into the formula and "
            "divides by the caseload n itself.",
            instead={"patients": lambda c: c.n - 1},
            credit=0.5,
        ),
        Mistake(
            name="gave the standard deviation of single patients",
            hint="How much does a mean of n patients vary, compared with one patient?",
            instead={"of_mean": lambda variance, n: np.sqrt(variance)},
            credit=0.25,
        ),
        Mistake(
            name="gave the sample standard deviation of single patients",
            hint="How much does a mean of n patients vary, compared with one patient?",
            instead={"of_mean": lambda variance, n: np.sqrt(variance * n / (n - 1))},
            credit=0.25,
        ),
        Mistake(
            name="took the square root of n only",
            hint="The root goes over the whole fraction, above and below the line.",
            instead={"of_mean": lambda variance, n: variance / np.sqrt(n)},
            credit=0.25,
        ),
        Mistake(
            name="took the square root above the line only",
            hint="The root goes over the whole fraction, above and below the line.",
            instead={"of_mean": lambda variance, n: np.sqrt(variance) / n},
            credit=0.25,
        ),
        Mistake(
            name="divided the sample standard deviation of the patients by n",
            hint="The root goes over the whole fraction, above and below the line. And the "
            "maximum-likelihood variance of one outcome is p(1 − p), which `std` is not the root "
            "of: look up `ddof`.",
            instead={"of_mean": lambda variance, n: np.sqrt(variance * n / (n - 1)) / n},
        ),
        Mistake(
            name="divided by the wrong n, the patients of the whole clinic",
            hint="A doctor's rate rests on that doctor's own patients.",
            instead={"patients": lambda c: c.n.sum()},
        ),
        Mistake(
            name="divided by the wrong n, the mean caseload",
            hint="A doctor's rate rests on that doctor's own patients.",
            instead={"patients": lambda c: seen(c, c.n).mean()},
        ),
        Mistake(
            name="used the rate of the whole clinic for every doctor",
            hint="That answers another question, how far chance moves an average doctor. Wald's "
            "formula takes each doctor's own raw rate.",
            instead={"rate": lambda c: c.pooled},
            credit=0.25,
        ),
        Mistake(
            name="forgot the factor 1 − p",
            hint="The variance of a 0/1 outcome is p(1 − p): a rate of 1 leaves nothing to vary.",
            instead={"of_one": lambda p: p},
        ),
        Mistake(
            name="gave the half-width of an interval",
            hint="The standard error comes before it is multiplied by the normal quantile.",
            turns=lambda errors: Z * errors,
            credit=0.5,
        ),
        Mistake(  # with the usual rounding of the quantile
            name="gave the half-width of an interval",
            hint="The standard error comes before it is multiplied by the normal quantile.",
            turns=lambda errors: 2 * errors,
            credit=0.5,
        ),
        Mistake(
            name="added two successes and two failures first",
            hint="That is the Agresti–Coull remedy for what goes wrong here. This task asks for "
            "Wald's formula with the raw rate, so that you see it go wrong.",
            instead={"rate": lambda c: (c.s + 2) / (c.n + 4), "patients": lambda c: c.n + 4},
            credit=0.25,
        ),
        Mistake(
            name="forgot the empty doctor",
            hint="`reindex(roster)` gives every doctor on the roster a row.",
            leaves_out=has_none,
        ),
        Mistake(
            name="gave the empty doctor a standard error of 0",
            hint="A standard error of 0 claims to be certain. Without patients nothing is known, "
            "and NaN says so.",
            instead={"without_patients": 0.0},
        ),
    ),
    hint="Wald's formula needs the doctor's own raw rate p and the doctor's own caseload n.",
    lesson="A doctor whose patients all did well, or all did badly, has a standard error of "
    "zero: the formula is most certain where it has the least to go on.",
)
