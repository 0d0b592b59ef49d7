"""Task 05.3: draws from the model's posterior, held against the exact one.

A fit is right if the mean and the sd of each quantity are the exact ones, within the Monte Carlo
error of its draws. What a fit of another model would have is exact too (`posteriors`), so each
wrong model is known by its means and sds.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from shrinkage import exact
from shrinkage.exercises.answers import CONVERGED, Draws, exact_table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.comparison import Values
from shrinkage.exercises.ex05_the_hierarchical_logit.posteriors import (
    POPULATION,
    course_posterior,
    distances,
    doctors,
    labels,
    marginals,
    population,
)
from shrinkage.exercises.ex05_the_hierarchical_logit.priors import COURSE, Scales
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

# --- The truth ------------------------------------------------------------------------------------


def a_fit_of(*tables: pd.DataFrame) -> pd.DataFrame:
    """A truth for `Draws` from means and sds."""
    table = pd.concat(tables)
    return exact_table(table["mean"], table["sd"])


def means_and_sds(
    c: Clinic,
    *,
    priors: Scales = COURSE,
    alpha: Callable[[Clinic, Scales], pd.DataFrame] = doctors,
) -> pd.DataFrame:
    """The posterior means and sds of all quantities of a fit."""
    return a_fit_of(population(c, priors), alpha(c, priors))


# --- What goes wrong ------------------------------------------------------------------------------


def rates(c: Clinic, priors: Scales) -> pd.DataFrame:
    """Success rates under the labels of the intercepts."""
    posterior = course_posterior(c)
    return pd.DataFrame({"mean": posterior.mean, "sd": posterior.sd}, labels(c))


def turned_round(*names: str) -> Callable[[Values], Values]:
    """A turn of the means of these quantities into their opposites."""

    def turn(table: Values) -> Values:
        which = table.index.str.partition("[").get_level_values(0).isin(names)
        sign = pd.Series(np.where(which, -1.0, 1.0), table.index)
        return table.assign(mean=table["mean"] * sign)

    return turn


def prior_means_and_sds(c: Clinic) -> pd.DataFrame:
    """What the priors alone say: of a doctor, a normal around a normal; of the spread, half of one.

    The mean and the sd of a half-normal are the roots of 2 / pi and 1 - 2 / pi, times its scale.
    """
    doctor = 0.0, np.hypot(COURSE.mu_pop, COURSE.sigma_pop)
    found = {
        "mu_pop": (0.0, COURSE.mu_pop),
        "sigma_pop": COURSE.sigma_pop * np.sqrt([2 / np.pi, 1 - 2 / np.pi]),
        "beta": (0.0, COURSE.beta),
    } | dict.fromkeys(labels(c), doctor)
    return a_fit_of(pd.DataFrame(found, ["mean", "sd"]).T)


def without_severity(c: Clinic) -> pd.DataFrame:
    """The posterior of a model whose `beta` has a prior and no effect."""
    posterior = exact.posterior(c.s, c.n)
    found = {"mu_pop": posterior.mu_pop, "sigma_pop": posterior.sigma_pop}
    beta = pd.DataFrame({"mean": 0.0, "sd": COURSE.beta}, ["beta"])
    alpha = dict(zip(labels(c), posterior.alpha, strict=True))
    return a_fit_of(marginals(found), beta, marginals(alpha))


TASK = Task(
    id="05.3",
    title="Its posterior",
    points=1,
    variable="fit",
    asks="the draws from the posterior of your model",
    answer=Draws(
        quantities={
            "mu_pop": ("mu_pop", "Intercept"),
            "sigma_pop": ("sigma_pop", "1|doctor_sigma"),
            "beta": ("beta", "severity"),
            "alpha": ("alpha", "Intercept + 1|doctor"),
        }
    ),
    tolerance=1e-6,  # beyond the Monte Carlo error of the draws
    truth=means_and_sds,
    parts=(
        Part(0.25, "chains that can be relied on", CONVERGED, alone=False),
        Part(0.5, "the population and severity", POPULATION),
        Part(0.25, "the doctors", "alpha"),
    ),
    mistakes=(
        Mistake(
            name="handed in draws from the prior",
            hint="`pm.sample_prior_predictive` imagines; which function learns from the patients?",
            gives=prior_means_and_sds,
        ),
        Mistake(
            name="modelled failures instead of successes",
            hint="All signs are turned round. What was observed is `success`, as it stands.",
            turns=turned_round("mu_pop", "beta", "alpha"),
        ),
        Mistake(
            name="subtracted the effect of severity",
            hint="Only the sign of `beta` is turned round: look at the line of the log-odds.",
            turns=turned_round("beta"),
        ),
        Mistake(
            name="kept success rates under the name `alpha`",
            hint="`alpha` is on the log-odds, and so is the answer; the rate is the inverse logit "
            "of it, under a name of its own.",
            instead={"alpha": rates},
        ),
        Mistake(
            name="left severity out of the log-odds",
            hint="`beta` has come back from the data as it went in, with the mean and sd of its "
            "prior: nothing depends on it.",
            gives=without_severity,
        ),
        Mistake(
            name="kept the distances from the population under the name `alpha`",
            hint="`alpha` is where a doctor stands: the population's mean, plus the distance.",
            instead={"alpha": distances},
            costly=True,
        ),
        Mistake(
            name="left Bambi's default priors in place",
            hint="Then it is another model, wider in all its priors. State the course's.",
            instead={"priors": Scales(2.5, 2.5, 2.5)},
            costly=True,
        ),
        Mistake(
            name="gave `mu_pop` a wide prior",
            hint="The doctors are where they belong, and the population is not held as the formula "
            "holds it. See task 05.2.",
            instead={"priors": COURSE._replace(mu_pop=10.0)},
            costly=True,
        ),
        Mistake(
            name="gave `sigma_pop` a wide prior",
            hint="With ten doctors the prior on the spread is part of the answer. See task 05.2.",
            instead={"priors": COURSE._replace(sigma_pop=10.0)},
            costly=True,
        ),
        Mistake(
            name="gave `beta` a prior so narrow that it can hardly leave zero",
            hint="`beta` is closer to zero than the patients say. See task 05.2.",
            instead={"priors": COURSE._replace(beta=0.1)},
            costly=True,
        ),
    ),
    hint="The draws come from another model than the formula: does task 05.2 find yours complete?",
    lesson="Your draws and the quadrature share no line of code and agree within the draws' own "
    "Monte Carlo error. That is as much as a sampler can promise.",
)
