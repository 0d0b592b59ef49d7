"""Task 08.2: the posterior predictive p-values of every clinic, with new doctors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Table
from shrinkage.exercises.ex08_could_the_model_be_wrong.clinics import Clinics
from shrinkage.exercises.ex08_could_the_model_be_wrong.four_questions import NAMES, observed
from shrinkage.exercises.ex08_could_the_model_be_wrong.made_up import (
    DRAWS,
    ESS,
    FEWER,
    Doctors,
    from_the_prior,
    made_up,
    mean_doctors,
    new_doctors,
    new_every_quarter,
    no_difference,
    one_doctor,
    same_doctors,
    variance_as_sd,
)
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.simulated import of_a_share
from shrinkage.exercises.task import ERRORS, Part, Task

FLOOR = 0.004  # a share of so little is nothing, to the course


def p_values(clinics: Clinics, *, doctors: Doctors = new_doctors) -> pd.DataFrame:
    """The p-value of each quantity in each clinic; with fewer draws for a mistake's doctors."""
    size = DRAWS if doctors is new_doctors else FEWER
    return clinics.table(lambda counts: made_up(counts, doctors, size).p)


def error(clinics: Clinics, doctors: Doctors = new_doctors) -> pd.DataFrame:
    """How far a right p-value may be off."""
    size = DRAWS if doctors is new_doctors else FEWER
    errors = clinics.table(lambda counts: made_up(counts, doctors, size).error)
    return (ERRORS * errors).clip(FLOOR)


def means(clinics: Clinics) -> pd.DataFrame:
    """Means of the made-up quantities."""
    return clinics.table(lambda counts: made_up(counts, new_doctors, DRAWS).mean)


def sds(clinics: Clinics) -> pd.DataFrame:
    """Their standard deviations."""
    return clinics.table(lambda counts: made_up(counts, new_doctors, DRAWS).sd)


def with_doctors(name: str, doctors: Doctors, hint: str, credit: float = 0.0) -> Mistake:
    """The mistake of making up other doctors than new ones from the population."""
    return Mistake(
        name=name,
        hint=hint,
        instead={"doctors": doctors},
        tolerance=lambda c: error(c, doctors),
        credit=credit,
        costly=True,
    )


_NEW = "For each draw take its `mu_pop` and `sigma_pop`, and draw thirty new `alpha` from them."

TASK = Task(
    id="08.2",
    title="What the model would have made",
    points=3,
    variable="p_values",
    asks="the posterior predictive p-value of every quantity in every clinic, columns spread, "
    "caseload, trend and quarters",
    answer=Table("clinic", "{label}"),
    tolerance=error,
    truth=p_values,
    one_draw=lambda c: of_a_share(p_values(c)),
    a_part=Clinics.first,
    parts=(
        Part(1.5, "'spread' and 'caseload', which ask about the doctors", NAMES[:2]),
        Part(1.5, "'trend' and 'quarters', which ask about the patients", NAMES[2:]),
    ),
    mistakes=(
        Mistake(
            name="counted the other tail",
            hint="The p-value is the share of made-up data sets that go *at least as far up* as "
            "the clinic: T of the made-up data at or above T of the clinic.",
            turns=lambda p: 1 - p,
            credit=0.5,
        ),
        Mistake(
            name="doubled the smaller tail",
            hint="Then a number near 1 means 'in the middle', and which side the clinic is on is "
            "lost. The p-value of the chapter is one tail, the upper.",
            turns=lambda p: 2 * np.minimum(p, 1 - p),
            credit=0.5,
        ),
        Mistake(
            name="took the smaller of the two tails",
            hint="Which side the clinic is on is lost then. Count the upper tail, also where it "
            "comes out near 1.",
            turns=lambda p: np.minimum(p, 1 - p),
            credit=0.5,
        ),
        in_percent("a share"),
        with_doctors(
            "made up new patients for the same doctors",
            same_doctors,
            "The fitted `alpha` have gone where each doctor's own data are, and a population that "
            "is wrong hides behind them. " + _NEW,
            credit=0.25,
        ),
        with_doctors(
            "put each doctor's posterior mean in the place of draws",
            mean_doctors,
            "That takes the estimates for certain, and keeps the old doctors besides. " + _NEW,
        ),
        with_doctors(
            "made up doctors who do not differ",
            no_difference,
            "All stand at the mean then, as under complete pooling. " + _NEW,
        ),
        with_doctors(
            "let one new doctor stand for all thirty",
            one_doctor,
            "Each of the thirty needs a number of their own: the normal numbers have a row for "
            "each draw *and* a column for each doctor.",
        ),
        with_doctors(
            "drew another doctor for each quarter",
            new_every_quarter,
            "A doctor keeps `alpha` all year, so says the model. Draw it once for each doctor, and "
            "let it hold in all four quarters.",
        ),
        with_doctors(
            "made up data from the priors",
            from_the_prior,
            "That checks what was believed before any data. The question is what the *fitted* "
            "model makes: take the draws of each clinic's fit.",
        ),
        with_doctors(
            "squared `sigma_pop`",
            variance_as_sd,
            "`sigma_pop` is a standard deviation, which is what NumPy's and SciPy's normal take.",
        ),
        Mistake(
            name="gave the mean of the made-up quantities",
            hint="Compare each made-up value with the clinic's own, and give the share that "
            "reaches it.",
            gives=means,
            tolerance=lambda c: sds(c) * ERRORS / np.sqrt(ESS),
        ),
        Mistake(
            name="gave the distance in standard deviations",
            hint="How far the clinic lies out is worth knowing, and is not a share. Count the "
            "made-up values that reach the clinic's.",
            gives=lambda c: (observed(c) - means(c)) / sds(c),
            tolerance=0.3,
        ),
    ),
    hint="For each clinic: its own fit, new doctors for each draw, successes for each doctor and "
    "quarter, then the four quantities of the made-up counts against the clinic's own. With fewer "
    "than 4,000 data sets chance alone moves a share too far.",
    lesson="'spread' finds nothing anywhere: `sigma_pop` was free to copy it. The faults show in "
    "quantities that no parameter of the model can copy, near 0 and near 1 alike.",
)
