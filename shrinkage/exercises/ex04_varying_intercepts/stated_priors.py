"""Task 04.2: the fit of the model with varying intercepts under the course's priors."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

from shrinkage import exact
from shrinkage.exercises.answers import CONVERGED, Draws, exact_table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex04_varying_intercepts.model import (
    DEFAULT_SIGMA_SCALE,
    MU_SCALE,
    OLD_MU_SCALE,
    SIGMA_SCALE,
    log_odds_of_all,
    posterior,
)
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

WIDE, NARROW = 10.0, 0.1  # scales that a student may take for 'no prior' or 'a careful one'


def successes(c: Clinic) -> pd.Series:
    """Which outcomes are counted, by doctor."""
    return c.s


def even_chance(c: Clinic) -> float:
    """The centre of the prior of mu_pop, log-odds."""
    return 0.0


def fit_table(p: exact.Posterior, doctors: tuple[str, ...]) -> pd.DataFrame:
    """The table of a fit whose posterior is this one."""
    assert p.sigma_pop is not None
    found = {"mu_pop": p.mu_pop, "sigma_pop": p.sigma_pop}
    found |= {f"alpha[{d}]": a for d, a in zip(doctors, p.alpha, strict=True)}
    return exact_table({k: m.mean for k, m in found.items()}, {k: m.sd for k, m in found.items()})


def fit(
    c: Clinic,
    *,
    outcome: Callable[[Clinic], pd.Series] = successes,
    mu_loc: Callable[[Clinic], float] = even_chance,
    mu_scale: float = MU_SCALE,
    sigma_scale: float = SIGMA_SCALE,
) -> pd.DataFrame:
    """What a fit gives that has converged: means and sds of the population and the intercepts."""
    priors = {"mu_loc": mu_loc(c), "mu_scale": mu_scale, "sigma_scale": sigma_scale}
    return fit_table(posterior(outcome(c), c.n, **priors), c.doctors)


@lru_cache(maxsize=8)
def with_severity(c: Clinic) -> pd.DataFrame:
    """The fit of `success ~ severity + (1|doctor)`."""
    p = exact.posterior_with_covariate(np.array(c.doctor_idx), c.severity, c.success)
    return fit_table(p, c.doctors)


TASK = Task(
    id="04.2",
    title="The course's priors, stated",
    points=3,
    variable="fit",
    asks="the fit of the model with varying intercepts under the course's priors",
    answer=Draws(
        quantities={
            "mu_pop": ("mu_pop", "Intercept"),
            "sigma_pop": ("sigma_pop", "1|doctor_sigma"),
            "alpha": ("alpha", "Intercept + 1|doctor"),
        },
        absent={
            "mu_pop": "Where is the population's centre? A formula keeps its common intercept "
            "unless a 0 takes it out.",
            "sigma_pop": "Nothing in this model says how much doctors differ. Which term of the "
            "formula gives the doctors' intercepts a common prior?",
        },
    ),
    tolerance=2e-4,  # beside the Monte Carlo error: what quadrature itself may be off by
    truth=fit,
    parts=(
        Part(1, "the population, `Intercept` and `1|doctor_sigma`", ("mu_pop", "sigma_pop")),
        Part(1, "the doctors' intercepts, `Intercept` plus `1|doctor`", "alpha"),
        Part(1, "chains that have converged", CONVERGED, alone=False),
    ),
    mistakes=(
        Mistake(
            name="left the prior of `1|doctor_sigma` to Bambi",
            hint="Print the model: its output shows which priors it really has. A key of `priors` "
            "that Bambi does not know is ignored with a warning; the spread belongs inside the "
            "prior of `1|doctor`.",
            instead={"sigma_scale": DEFAULT_SIGMA_SCALE},
            credit=0.25,
        ),
        Mistake(
            name="took the default priors of older versions of Bambi",
            hint="Those are wider than the course's, and not even the defaults of today. State "
            "both priors as the task gives them.",
            instead={"mu_scale": OLD_MU_SCALE, "sigma_scale": DEFAULT_SIGMA_SCALE},
        ),
        Mistake(
            name="swapped the scales of the two priors",
            hint="Which of the two belongs to the centre, and which to how much doctors differ?",
            instead={"mu_scale": SIGMA_SCALE, "sigma_scale": MU_SCALE},
            credit=0.25,
        ),
        Mistake(
            name="gave the spread the scale that belongs to the centre",
            hint="The two priors have scales of their own: look at the half-normal one.",
            instead={"sigma_scale": MU_SCALE},
            credit=0.25,
        ),
        Mistake(
            name="gave the centre the scale that belongs to the spread",
            hint="The two priors have scales of their own: look at that of `Intercept`.",
            instead={"mu_scale": SIGMA_SCALE},
            credit=0.25,
        ),
        Mistake(
            name="handed the scale of `Intercept` over as a precision",
            hint="Some programs want one over the variance; Bambi's `sigma` is a standard "
            "deviation.",
            instead={"mu_scale": 1 / MU_SCALE**2},
            credit=0.25,
        ),
        Mistake(
            name="gave both very wide priors",
            hint="Wide is not neutral: print what such a prior says in rates, as in task 1, and "
            "state the course's instead.",
            instead={"mu_scale": WIDE, "sigma_scale": WIDE},
        ),
        Mistake(
            name="gave the spread a very wide prior",
            hint="With few doctors the prior of the spread is part of the result. State the "
            "course's.",
            instead={"sigma_scale": WIDE},
            credit=0.25,
        ),
        Mistake(
            name="gave the spread a narrow prior",
            hint="A prior that is nearly sure of no difference pools whatever the data say. State "
            "the course's.",
            instead={"sigma_scale": NARROW},
            credit=0.25,
        ),
        Mistake(
            name="centred the prior of `Intercept` on the clinic's own rate",
            hint="A prior is what you know before these patients. Here they would count twice, "
            "once in the prior and once in the likelihood.",
            instead={"mu_loc": log_odds_of_all},
            credit=0.25,
        ),
        Mistake(
            name="modelled failures instead of successes",
            hint="Every number is there, on the other side of zero: which outcome is 1?",
            instead={"outcome": lambda c: c.n - c.s},
            credit=0.25,
        ),
        Mistake(
            name="kept severity in the formula",
            hint="The task asks for the model without it. These intercepts are about patients of "
            "average severity, not about each doctor's patients as they came.",
            gives=with_severity,
            credit=0.25,
            costly=True,
        ),
    ),
    hint="Print the model and compare it with the task line by line: the formula, both priors.",
    lesson="Priors that are written down give anyone the same posterior, up to Monte Carlo error, "
    "whichever the sampler and whatever its defaults.",
)
