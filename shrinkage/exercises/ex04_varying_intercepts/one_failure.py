"""Task 04.4: by how much one failure lowers an estimate, under four models."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import expit

from shrinkage.exact import Posterior
from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.comparison import Values
from shrinkage.exercises.ex04_varying_intercepts.model import (
    DEFAULT_SIGMA_SCALE,
    OLD_MU_SCALE,
    SIGMA_SCALE,
    posterior,
)
from shrinkage.exercises.mistakes import Mistake, swapped, wrong_sign
from shrinkage.exercises.task import Part, Task

LARGE = (5.0, 10.0, 50.0, 100.0, 1000.0)  # what may be taken for a `sigma_pop` without pooling

Counts = tuple[tuple[float, ...], tuple[float, ...]]
"""Successes and patients of all doctors, the new one last."""

Model = Callable[[Counts, int], tuple[Posterior, int]]
"""From counts and the doctor asked about to a posterior and that doctor's place in it."""

Estimate = Callable[[Posterior, int], float]


def partial(**priors: float) -> Model:
    """All doctors together, under the course's priors unless others are given."""
    return lambda counts, j: (posterior(*counts, **priors), j)


def alone(**priors: float) -> Model:
    """The doctor asked about, and nobody else."""
    return lambda counts, j: (posterior(*([v[j]] for v in counts), **priors), 0)


complete_pooling, no_pooling = partial(sigma_pop=0.0), alone(sigma_pop=0.0)
course, default = partial(), partial(sigma_scale=DEFAULT_SIGMA_SCALE)


def one_failure_of(counts: Counts, j: int, who: dict[str, int]) -> Counts:
    """One patient more of the doctor asked about, and no success more."""
    return _one_more(counts, {j}, success=0)


def one_success_of(counts: Counts, j: int, who: dict[str, int]) -> Counts:
    """One patient more of the doctor asked about, a success."""
    return _one_more(counts, {j}, success=1)


def failures_of_both(counts: Counts, j: int, who: dict[str, int]) -> Counts:
    """One failure more of each of the two doctors."""
    return _one_more(counts, {*who.values()}, success=0)


def _one_more(counts: Counts, doctors: set[int], success: int) -> Counts:
    s, n = counts
    return (
        tuple(value + success * (k in doctors) for k, value in enumerate(s)),
        tuple(value + (k in doctors) for k, value in enumerate(n)),
    )


def mean_of_rate(p: Posterior, j: int) -> float:
    """The estimate: the posterior mean of the rate."""
    return p.mean[j]


def rate_of_mean(p: Posterior, j: int) -> float:
    """The rate of the posterior mean of the log-odds."""
    return expit(p.alpha[j].mean)


def points(before: float, after: float) -> float:
    """The drop in percentage points."""
    return 100 * (before - after)


@lru_cache(maxsize=8)
def with_a_new_doctor(c: Clinic) -> tuple[Counts, dict[str, int]]:
    """Counts with a new doctor's at the end, and the places of the two doctors asked about."""
    who = {"busiest": int(np.argmax(c.n)), "new": len(c.doctors)}
    return ((*c.s, 0.0), (*c.n, 0.0)), who


def drops(
    c: Clinic,
    *,
    complete: Model = complete_pooling,
    none: Model = no_pooling,
    course: Model = course,
    default: Model = default,
    patient: Callable[[Counts, int, dict[str, int]], Counts] = one_failure_of,
    estimate: Estimate = mean_of_rate,
    compared: Callable[[float, float], float] = points,
) -> pd.DataFrame:
    """By how much an estimate falls: a row each model, a column each doctor."""
    models = {"complete": complete, "none": none, "course": course, "default": default}
    counts, who = with_a_new_doctor(c)
    return pd.DataFrame(
        {
            column: {
                row: compared(
                    estimate(*model(counts, j)), estimate(*model(patient(counts, j, who), j))
                )
                for row, model in models.items()
            }
            for column, j in who.items()
        }
    )


def rows(found: dict[str, list[float]]) -> pd.DataFrame:
    """The task's table with these rows, and no say on the others."""
    labels = ["complete", "none", "course", "default"]
    return pd.DataFrame(found, ["busiest", "new"]).T.reindex(labels).astype(float)


def posterior_of(model: Model, counts: Counts) -> Posterior:
    """The posterior of all doctors in a model."""
    return model(counts, 0)[0]


def from_typical(c: Clinic) -> pd.DataFrame:
    """The drops of the new doctor, counted from the rate of the typical one."""
    counts, who = with_a_new_doctor(c)
    failed = one_failure_of(counts, who["new"], who)
    found = {}
    for row, model in {"course": course, "default": default}.items():
        typical = expit(posterior_of(model, counts).mu_pop.mean)
        found[row] = [np.nan, points(typical, posterior_of(model, failed).mean[-1])]
    return rows(found)


def of_raw_rates(c: Clinic) -> pd.DataFrame:
    """The drops of raw rates; the new doctor has none before, and so no drop."""
    busiest = c.n.idxmax()
    s, n = c.s[busiest], c.n[busiest]
    return rows({"none": [points(s / n, s / (n + 1)), 0.0]})


def in_proportions(values: Values) -> Values:
    """Percentage points as proportions."""
    return values / 100


TASK = Task(
    id="04.4",
    title="One failure",
    points=2,
    variable="drop",
    asks="by how much one failure lowers an estimate, columns busiest and new",
    answer=Table("model", "'{label}'", by_row=True),
    tolerance=6e-3,  # percentage points; two decimals are enough
    truth=drops,
    parts=(
        Part(0.5, "complete pooling", "complete"),
        Part(0.5, "no pooling", "none"),
        Part(0.5, "partial pooling under the course's priors", "course"),
        Part(0.5, "partial pooling under Bambi's default priors", "default"),
    ),
    mistakes=(
        Mistake(
            name="gave proportions instead of percentage points",
            hint="The differences are right; the unit asked for is a hundred times finer.",
            turns=in_proportions,
            plain=True,
            credit=0.5,
        ),
        wrong_sign(
            "A drop is a positive number: the estimate before less the one after.",
            name="subtracted the wrong way round",
            credit=0.5,
        ),
        swapped(
            "busiest",
            "new",
            name="exchanged the two doctors",
            hint="One patient means little beside many, and much beside none: whose estimate falls "
            "further?",
        ),
        Mistake(
            name="gave the estimates after the failure",
            hint="The task asks by how much they fall: take each from the estimate before.",
            instead={"compared": lambda before, after: 100 * after},
            credit=0.25,
        ),
        Mistake(
            name="added a success instead of a failure",
            hint="A failure is one patient more and no success more.",
            instead={"patient": one_success_of},
            credit=0.25,
        ),
        Mistake(
            name="gave the rise after a success",
            hint="A failure is one patient more and no success more.",
            instead={
                "patient": one_success_of,
                "compared": lambda before, after: points(after, before),
            },
            credit=0.25,
        ),
        Mistake(
            name="divided the drop by the estimate before",
            hint="Percentage points are a difference of two rates, not a share of one of them.",
            instead={"compared": lambda before, after: points(before, after) / before},
            credit=0.25,
        ),
        Mistake(
            name="let both doctors fail at once",
            hint="Each column is a question of its own: only that doctor has one patient more.",
            instead={"patient": failures_of_both},
            credit=0.25,
        ),
        Mistake(
            name="exchanged complete pooling and no pooling",
            hint="In which of the two does a doctor learn nothing from the others?",
            instead={"complete": no_pooling, "none": complete_pooling},
            plain=True,
            throughout=True,
            credit=0.25,
        ),
        Mistake(
            name="exchanged the course's priors and Bambi's",
            hint="Print a Bambi model that was given no priors: which scale is the wider one?",
            instead={"course": default, "default": course},
            plain=True,
            throughout=True,
            credit=0.5,
        ),
        Mistake(
            name="pooled all doctors completely where nothing is pooled",
            hint="Without pooling a doctor learns nothing from the others.",
            instead={"none": complete_pooling},
        ),
        Mistake(
            name="asked the doctor alone where all are pooled completely",
            hint="With complete pooling all doctors are one, who has all the patients.",
            instead={"complete": no_pooling},
        ),
        Mistake(
            name="took the course's priors for Bambi's",
            hint="Print a Bambi model that was given no priors: which scales has it?",
            instead={"default": course},
            credit=0.25,
        ),
        Mistake(
            name="took Bambi's priors for the course's",
            hint="The course's priors are those of task 2, and of a `posterior` that is given no "
            "others.",
            instead={"course": default},
            credit=0.25,
        ),
        Mistake(
            name="gave Bambi's defaults a wider prior on the intercept too",
            hint="That was so in older versions. Print a Bambi model that was given no priors.",
            instead={"default": partial(mu_scale=OLD_MU_SCALE, sigma_scale=DEFAULT_SIGMA_SCALE)},
            credit=0.5,
        ),
        Mistake(
            name="fixed `sigma_pop` at the scale of its prior",
            hint="Partial pooling learns the spread. `sigma_scale` is its prior's scale; "
            "`sigma_pop` would fix the spread itself.",
            instead={
                "course": partial(sigma_pop=SIGMA_SCALE),
                "default": partial(sigma_pop=DEFAULT_SIGMA_SCALE),
            },
        ),
        Mistake(
            name="let the raw rate stand for no pooling",
            hint="A raw rate has no prior. The task states the one for no pooling, and with it a "
            "doctor without patients has an estimate too.",
            gives=of_raw_rates,
        ),
        *(
            Mistake(
                name="fixed `sigma_pop` at a large value for no pooling",
                hint="A large spread is no pooling too, as the chapter says, but with a prior so "
                "wide that a single outcome settles the rate. The task states a narrower one, and "
                "how to hand in a doctor who has it and nobody to learn from.",
                instead={"none": partial(sigma_pop=large)},
            )
            for large in LARGE
        ),
        Mistake(
            name="let a doctor who is handed in alone learn the spread",
            hint="The prior of that intercept then has the width of both priors together. No "
            "pooling has the stated one only: let doctors not differ from its centre.",
            instead={"none": alone()},
        ),
        Mistake(
            name="took rates of the mean log-odds",
            hint="The estimate is the mean of the rate, `mean` of a posterior, not the rate of "
            "the mean.",
            instead={"estimate": rate_of_mean},
            credit=0.25,
        ),
        Mistake(
            name="started the new doctor from the typical one",
            hint="Before the first patient the new doctor is a draw from the population, and the "
            "mean of its rates is not the rate of its centre.",
            gives=from_typical,
            credit=0.25,
        ),
    ),
    hint="For each column one posterior before, and one after in which only that doctor has one "
    "patient more and no success more. Each row states the priors of its intercepts: hand in those "
    "doctors and those arguments that say the same.",
    lesson="What a patient is worth depends on what the model thinks it knows: little for a doctor "
    "with many patients, nearly nothing where all doctors are one, much for the new one. The "
    "wider the prior of the spread, the sooner a newcomer is judged by the first outcome.",
)
