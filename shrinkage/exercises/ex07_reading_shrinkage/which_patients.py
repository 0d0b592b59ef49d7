"""Task 07.4: a doctor's rate for patients of average severity, and for sicker ones.

Given the coefficient beta of severity, the rate for patients of severity x is the inverse logit of
alpha + beta x. Right rates are integrals over the exact posterior; the wrong ones, which are of
many kinds, are averages over its draws, spread so evenly that their error is a small share of a
student's own Monte Carlo error.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import qmc

from shrinkage import exact
from shrinkage.exercises.answers import CONVERGED, Draws, exact_table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex07_reading_shrinkage.estimates import fitted
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

KINDS = ("average", "sick")
SICK = 2.0  # severity of the sick patients, in standard deviations
POINTS = 11  # two to this power are the draws from which wrong rates are computed

Moments = tuple[np.ndarray, np.ndarray]
"""Posterior mean and standard deviation of each doctor's number."""

Rate = Callable[[Clinic, float], Moments]
"""A step: what was drawn for patients of a severity."""


@lru_cache(maxsize=8)
def adjusted(c: Clinic) -> exact.Posterior:
    """The exact posterior with severity."""
    return exact.posterior_with_covariate(c.doctor_idx, c.severity, c.success)


@lru_cache(maxsize=8)
def drawn(c: Clinic) -> exact.Draws:
    """Draws of alpha and beta, spread evenly over the posterior."""
    u = qmc.Sobol(len(c.doctors) + 3, seed=1).random_base2(POINTS)
    return adjusted(c).joint.quantiles(u[:, 0], u[:, 1], u[:, 3:], u[:, 2])


@lru_cache(maxsize=32)
def rates_at(c: Clinic, severity: float) -> Moments:
    """Mean and standard deviation of the rate for patients of this severity."""
    there = adjusted(c).at(severity)
    return there.mean, there.sd


def number_of(f: Callable[..., np.ndarray]) -> Rate:
    """What a function of log-odds, coefficient and severity gives in every draw."""

    def moments(c: Clinic, severity: float) -> Moments:
        numbers = f(drawn(c).alpha, drawn(c).beta[:, None], severity)
        return numbers.mean(axis=0), numbers.std(axis=0)

    return moments


def without_severity(c: Clinic, severity: float) -> Moments:
    """The rate of the fit that does not know of severity."""
    return fitted(c).mean, fitted(c).sd


@lru_cache(maxsize=8)
def own_patients(c: Clinic, severity: float) -> Moments:
    """The rate at the mean severity of the doctor's own patients."""
    own = pd.Series(c.severity).groupby(list(c.doctor_idx)).mean().to_numpy()
    return number_of(lambda a, beta, x: expit(a + beta * own))(c, severity)


@lru_cache(maxsize=8)
def all_patients(c: Clinic, severity: float) -> Moments:
    """The mean rate over all patients of the clinic."""
    total = number_of(lambda a, beta, x: sum(expit(a + beta * own) for own in c.severity))
    mean, sd = total(c, severity)
    return mean / len(c.severity), sd / len(c.severity)


log_odds = number_of(lambda a, beta, x: a + beta * x)


def rates(
    c: Clinic,
    *,
    average: Rate = rates_at,
    sick: Rate = rates_at,
    severity: float = SICK,
    sense: float = 1.0,
    kinds: tuple[str, str] = KINDS,
    unit: float = 1.0,
) -> pd.DataFrame:
    """Means and standard deviations for both kinds of patient."""
    found = dict(zip(kinds, (average(c, 0.0), sick(c, sense * severity)), strict=True))
    mean, sd = (
        {
            f"{kind}[{doctor}]": unit * value
            for kind in KINDS
            for doctor, value in zip(c.doctors, found[kind][k], strict=True)
        }
        for k in (0, 1)
    )
    return exact_table(mean, sd)


TASK = Task(
    id="07.4",
    title="Which patients is the rate about?",
    points=2,
    variable="rates",
    asks="draws of every doctor's success rate for two kinds of patient",
    answer=Draws(quantities={"average": ("average",), "sick": ("sick",)}, sampled=False),
    tolerance=1e-9,  # besides the Monte Carlo error of the draws
    truth=rates,
    parts=(
        Part(0.25, "chains that can be trusted", CONVERGED, alone=False),
        Part(0.75, "'average', for patients of average severity", "average"),
        Part(1, "'sick', for patients two standard deviations sicker", "sick"),
    ),
    mistakes=(
        Mistake(
            name="gave percent instead of proportions",
            hint="Rates lie between 0 and 1 here.",
            instead={"unit": 100.0},
            plain=True,
            credit=0.5,
        ),
        Mistake(
            name="used the fit without severity",
            hint="That fit gives a doctor one rate, for whoever came. Fit the model with "
            "`beta * severity` in it first.",
            instead={"average": without_severity, "sick": without_severity},
        ),
        Mistake(
            name="used the fit without severity for the average patient",
            hint="That fit's rate is about the patients whom the doctor saw. In the fit with "
            "severity, which value of severity is the average patient's?",
            instead={"average": without_severity},
        ),
        Mistake(
            name="swapped the two kinds of patient",
            hint="Sicker patients have the lower rate here.",
            instead={"kinds": KINDS[::-1]},
            credit=0.5,
        ),
        Mistake(
            name="gave both kinds of patient the same rate",
            hint="The doctor is the same, the patient is not: the log-odds differ by `beta` times "
            "the difference in severity.",
            instead={"severity": 0.0},
        ),
        Mistake(
            name="turned the sign of severity round",
            hint="A higher severity is a sicker patient, and `beta` already has its sign: add "
            "`beta` times the severity to the log-odds.",
            instead={"sense": -1.0},
            credit=0.5,
        ),
        Mistake(
            name="took patients of severity 1",
            hint="Severity is in standard deviations from the average patient. How many does the "
            "task name?",
            instead={"severity": 1.0},
            credit=0.5,
        ),
        Mistake(
            name="gave log-odds instead of rates",
            hint="Put the log-odds of every draw through the inverse logit.",
            instead={"average": log_odds, "sick": log_odds},
            credit=0.5,
        ),
        Mistake(
            name="took the doctor's own average patient for the clinic's",
            hint="Then every doctor is measured on other patients, and the two rates of a league "
            "table are about different people. Severity 0 is the average of the whole clinic.",
            instead={"average": own_patients},
            credit=0.25,
        ),
        Mistake(
            name="averaged over all patients of the clinic instead of taking the average patient",
            hint="That is direct standardisation, the chapter's second choice. The task asks for "
            "its first: the rate of patients whose severity is the average.",
            instead={"average": all_patients},
            credit=0.5,
        ),
        Mistake(
            name="multiplied the rate by the odds ratio",
            hint="An odds ratio multiplies odds, not rates. Add on the log-odds scale, then "
            "transform.",
            instead={"sick": number_of(lambda a, beta, x: expit(a) * np.exp(x * beta))},
            credit=0.25,
        ),
        Mistake(
            name="added the coefficient to the rate",
            hint="`beta` is on the log-odds scale. Add it to `alpha`, then transform the sum.",
            instead={"sick": number_of(lambda a, beta, x: expit(a) + x * beta)},
            credit=0.25,
        ),
    ),
    hint="A doctor's log-odds for a patient of severity x is `alpha` plus `beta` times x, in each "
    "draw.",
    lesson="Nobody has 'a' rate: it is a doctor's for some patients. Compare doctors on the same "
    "patients, and say which. What was not recorded is in neither of the two.",
)
