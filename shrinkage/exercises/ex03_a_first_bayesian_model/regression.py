"""Task 03.3: a regression of success on severity, for all doctors but the busiest."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from scipy import stats

from shrinkage.exercises.answers import CONVERGED, Draws, exact_table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex03_a_first_bayesian_model.plane import busiest, others, plane, relative
from shrinkage.exercises.ex03_a_first_bayesian_model.priors import (
    ALPHA,
    BETA,
    CHAPTER_BETA,
    Normal,
)
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task


def regression(
    c: Clinic,
    *,
    patients: Callable[[Clinic], Clinic] = others,
    predictor: Callable[[Clinic], np.ndarray] = relative,
    outcome: Callable[[Clinic], Iterable[int]] = lambda patients: patients.success,
    alpha: Normal = ALPHA,
    beta: Normal = BETA,
    zero: Callable[[Clinic], float] = lambda patients: 0.0,
) -> pd.DataFrame:
    """The exact means and sds of intercept and slope; `zero` is where the intercept belongs."""
    whose = patients(c)
    on = plane(tuple(predictor(whose).tolist()), tuple(outcome(whose)), alpha, beta)
    found = {
        "alpha": on.mean_and_sd(on.alpha + on.beta * zero(whose)),
        "beta": on.mean_and_sd(on.beta),
    }
    return exact_table(
        {name: mean for name, (mean, _) in found.items()},
        {name: sd for name, (_, sd) in found.items()},
    )


def straight_line(c: Clinic) -> pd.DataFrame:
    """The answer of a normal regression, which is what Bambi fits when no family is named."""
    success = others(c).success
    fit = stats.linregress(relative(others(c)), success)
    wider = np.sqrt((len(success) - 2) / (len(success) - 4))  # Student's t: sigma is unknown
    means = {"alpha": fit.intercept, "beta": fit.slope}
    sds = {"alpha": wider * fit.intercept_stderr, "beta": wider * fit.stderr}
    return exact_table(means, sds)


def another_slope(c: Clinic) -> pd.DataFrame:
    """The slope under another prior, with any intercept."""
    table = regression(c, beta=CHAPTER_BETA)
    table.loc["alpha"] = np.nan
    return table


_SIGMA = "Bambi's `sigma` is the standard deviation, as in the course's N(mean, sd)."

TASK = Task(
    id="03.3",
    title="A regression in Bambi",
    points=2,
    variable="fit",
    asks="the draws of the regression of success on `relative`, under the priors stated",
    answer=Draws(
        quantities={"alpha": ("alpha", "Intercept"), "beta": ("beta", "relative", "severity")}
    ),
    tolerance=1e-3,
    truth=regression,
    parts=(
        Part(0.75, "the intercept", "alpha"),
        Part(0.75, "the slope", "beta"),
        Part(0.5, "chains that agree, and enough draws", CONVERGED, alone=False),
    ),
    mistakes=(
        Mistake(
            name="did not name the family, so that Bambi fitted a straight line to the outcomes",
            hint="An outcome is a yes or a no. Without `family` Bambi takes it for a measurement "
            "with a normal error; the print-out of the model says so.",
            gives=straight_line,
        ),
        Mistake(
            name="took another prior for the slope, the chapter's or Bambi's own",
            hint="This task states a prior for the intercept and one for the slope. Each needs its "
            "own entry in `priors`, under the term's name in the formula; the print-out of the "
            "model shows which ones it has.",
            gives=another_slope,
            credit=0.5,
        ),
        Mistake(
            name="used severity on the clinic's scale",
            hint="The intercept belongs to the patient whose predictor is zero. With `relative` "
            "that is the average patient of these doctors; with `severity` it is the clinic's.",
            instead={"zero": lambda patients: -np.mean(patients.severity)},
            credit=0.5,
        ),
        Mistake(
            name="centred the intercept's prior at an even chance",
            hint="The mean of the intercept's prior is not zero here.",
            instead={"alpha": Normal(0.0, ALPHA.sd)},
            credit=0.5,
        ),
        Mistake(
            name="swapped the two priors",
            hint="Which of the two is about the average patient, and which about what severity "
            "adds?",
            instead={"alpha": BETA, "beta": ALPHA},
            credit=0.25,
        ),
        Mistake(
            name="squared the priors' standard deviations",
            hint=_SIGMA,
            instead={"alpha": ALPHA.with_sd(ALPHA.sd**2), "beta": BETA.with_sd(BETA.sd**2)},
            credit=0.25,
        ),
        Mistake(
            name="took the priors' second numbers for variances",
            hint=_SIGMA,
            instead={"alpha": ALPHA.with_sd(ALPHA.sd**0.5), "beta": BETA.with_sd(BETA.sd**0.5)},
            credit=0.25,
        ),
        Mistake(
            name="divided `relative` by its standard deviation",
            hint="The slope is asked for one standard deviation of the clinic's patients, which is "
            "the unit that `relative` has.",
            instead={"predictor": lambda p: relative(p) / np.std(p.severity, ddof=1)},
            credit=0.5,
        ),
        Mistake(
            name="fitted all patients of the clinic",
            hint="The table `others` leaves one doctor's patients out.",
            instead={"patients": lambda c: c},
        ),
        Mistake(
            name="fitted the patients of the busiest doctor",
            hint="These are the ones to leave out: the question is what all others say.",
            instead={"patients": busiest},
        ),
        Mistake(
            name="explained failures instead of successes",
            hint="What stands left of the tilde is what a rate is the rate of.",
            instead={"outcome": lambda patients: (1 - y for y in patients.success)},
            credit=0.25,
        ),
    ),
    hint="Print the model and hold it against the task: formula, family, link, both priors, and "
    "which patients.",
    lesson="The model is four lines, and every assumption is one that you wrote down. The chains "
    "agree with an integral that no sampler had a part in.",
)
