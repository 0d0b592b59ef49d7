"""Task 05.2: the model in PyMC, held against the formula by its log density, line by line."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, log_expit

from shrinkage.exercises.answers import Density, density_table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex05_the_hierarchical_logit.priors import COURSE
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

Point = Mapping[str, Any]
"""Values of the four parameters, `alpha` by doctor."""

Line = Callable[[Point], float]
"""The log density of a line of the model."""

Predictor = Callable[[Point, Clinic], np.ndarray]
"""The log-odds of each patient."""


def probes(c: Clinic) -> list[dict]:
    """Points at which a model's log density is compared; anywhere will do, on all sides."""
    rng = c.rng(5)
    return [
        {
            "mu_pop": rng.normal(),
            "sigma_pop": rng.gamma(2, 0.5),
            "beta": rng.normal(),
            "alpha": c.by_doctor(rng.normal(size=len(c.doctors))),
        }
        for _ in range(4)
    ]


def zero(p: Point) -> float:
    """The location of a prior."""
    return 0.0


def mean_of_population(p: Point) -> float:
    """Where the doctors are centred."""
    return p["mu_pop"]


def normal(name: str, sd: float | Callable[[Point], float], mean: Callable = zero) -> Line:
    """A normal line, `sd` a number or a function of the point."""
    return lambda p: stats.norm.logpdf(p[name], mean(p), sd(p) if callable(sd) else sd).sum()


def spread(distribution: stats.rv_continuous, scale: float = 1.0) -> Line:
    """A line for `sigma_pop`."""
    return lambda p: distribution.logpdf(p["sigma_pop"], scale=scale)


def intercept(p: Point, c: Clinic) -> np.ndarray:
    """The intercept of each patient's doctor."""
    return p["alpha"].to_numpy()[list(c.doctor_idx)]


def log_odds_of(p: Point, c: Clinic) -> np.ndarray:
    """The log-odds of each patient."""
    return intercept(p, c) + p["beta"] * np.array(c.severity)


def without_severity(p: Point, c: Clinic) -> np.ndarray:
    """The log-odds if severity did not matter."""
    return intercept(p, c)


def minus_severity(p: Point, c: Clinic) -> np.ndarray:
    """The log-odds with the effect of severity turned round."""
    return intercept(p, c) - p["beta"] * np.array(c.severity)


def doctor_before(p: Point, c: Clinic) -> np.ndarray:
    """The log-odds with every doctor's number one too small."""
    return log_odds_of({**p, "alpha": p["alpha"] * 0 + np.roll(p["alpha"], 1)}, c)


def mean_severity(c: Clinic) -> np.ndarray:
    """The mean severity of the patients of each patient's doctor."""
    return (np.bincount(c.doctor_idx, c.severity) / c.n.to_numpy())[list(c.doctor_idx)]


def averaged(p: Point, c: Clinic) -> np.ndarray:
    """The log-odds if every patient of a doctor had the mean severity of them."""
    return intercept(p, c) + p["beta"] * mean_severity(c)


def counted_from_own_mean(p: Point, c: Clinic) -> np.ndarray:
    """The log-odds if severity counted from the mean of the doctor's own patients."""
    return log_odds_of(p, c) - p["beta"] * mean_severity(c)


MU_POP = normal("mu_pop", COURSE.mu_pop)
SIGMA_POP = spread(stats.halfnorm, COURSE.sigma_pop)
BETA = normal("beta", COURSE.beta)
ALPHA = normal("alpha", lambda p: p["sigma_pop"], mean_of_population)


def log_density(
    c: Clinic,
    *,
    mu_pop: Line = MU_POP,
    sigma_pop: Line = SIGMA_POP,
    beta: Line = BETA,
    alpha: Line = ALPHA,
    log_odds: Predictor = log_odds_of,
    observed: Callable[[Clinic], np.ndarray] = lambda c: np.array(c.success),
) -> pd.DataFrame:
    """The log density of each line of the model at the probe points."""

    def data(p: Point) -> float:
        eta = log_odds(p, c)
        return log_expit(np.where(observed(c) == 1, eta, -eta)).sum()

    lines = {"mu_pop": mu_pop, "sigma_pop": sigma_pop, "beta": beta, "alpha": alpha, "data": data}
    return density_table(lines, probes(c))


TASK = Task(
    id="05.2",
    title="The model, line by line",
    points=3,
    variable="model",
    asks="the hierarchical logit with severity under the course's priors",
    answer=Density(
        parameters=("mu_pop", "sigma_pop", "beta", "alpha"), probes=probes, positive=("sigma_pop",)
    ),
    tolerance=1e-5,
    truth=log_density,
    parts=(
        Part(0.5, "the prior of `mu_pop`", "mu_pop"),
        Part(0.5, "the prior of `sigma_pop`", "sigma_pop"),
        Part(0.25, "the prior of `beta`", "beta"),
        Part(0.75, "the doctors, drawn from the population", "alpha"),
        Part(0.75, "the patients", "data"),
        Part(0.25, "nothing besides the formula's lines", "besides", alone=False),
    ),
    mistakes=(
        Mistake(
            name="left `mu_pop` at the standard normal",
            hint="`pm.Normal` without a scale has one of its own. Which one does the formula ask "
            "for?",
            instead={"mu_pop": normal("mu_pop", 1.0)},
        ),
        Mistake(
            name="handed the scale of `mu_pop` over as a variance",
            hint="`pm.Normal` takes a standard deviation, and so does the formula: no square and "
            "no root.",
            instead={"mu_pop": normal("mu_pop", COURSE.mu_pop**0.5)},
        ),
        Mistake(
            name="gave `mu_pop` a wide prior",
            hint="It fails the check of the chapter: translate it into success rates.",
            instead={"mu_pop": normal("mu_pop", 10.0)},
        ),
        Mistake(
            name="gave `sigma_pop` a half-Cauchy prior",
            hint="An old favourite with a long tail. The formula has a half-normal.",
            instead={"sigma_pop": spread(stats.halfcauchy)},
        ),
        Mistake(
            name="gave `sigma_pop` an exponential prior",
            hint="It is positive as well, and another distribution. The formula has a half-normal.",
            instead={"sigma_pop": spread(stats.expon)},
        ),
        Mistake(
            name="gave `sigma_pop` a wide prior",
            hint="Ten is no moderate number for a spread on the log-odds: look at what the chapter "
            "makes of it in success rates.",
            instead={"sigma_pop": spread(stats.halfnorm, 10.0)},
        ),
        Mistake(
            name="gave `beta` the prior of `mu_pop`",
            hint="The two are different lines of the formula, with scales of their own.",
            instead={"beta": normal("beta", COURSE.mu_pop)},
        ),
        Mistake(
            name="gave `beta` a flat prior",
            hint="A flat prior is a very wide one, and the formula has one that is narrower.",
            instead={"beta": zero},
        ),
        Mistake(
            name="used the variance of the doctors in place of their standard deviation",
            hint="`sigma_pop` is the standard deviation already, and that is what `pm.Normal` "
            "takes.",
            instead={"alpha": normal("alpha", lambda p: p["sigma_pop"] ** 2, mean_of_population)},
        ),
        Mistake(
            name="handed `sigma_pop` over as a precision",
            hint="`pm.Normal` takes a standard deviation; its `tau` is one over a variance.",
            instead={
                "alpha": normal("alpha", lambda p: p["sigma_pop"] ** -0.5, mean_of_population)
            },
        ),
        Mistake(
            name="drew the doctors around zero",
            hint="What is the population centred at? It is a parameter, and the doctors need it.",
            instead={"alpha": normal("alpha", lambda p: p["sigma_pop"])},
        ),
        Mistake(
            name="drew the doctors with a standard deviation of 1",
            hint="How different doctors are is a parameter: it has to stretch the offsets.",
            instead={"alpha": normal("alpha", 1.0, mean_of_population)},
        ),
        Mistake(
            name="left severity out of the log-odds",
            hint="`beta` has a prior and no work to do: which line of the formula uses it?",
            instead={"log_odds": without_severity},
        ),
        Mistake(
            name="subtracted the effect of severity",
            hint="The formula has a plus; that sicker patients do worse will show in the sign of "
            "`beta`.",
            instead={"log_odds": minus_severity},
        ),
        Mistake(
            name="handed every patient the intercept of the doctor before",
            hint="`doctor_idx` counts doctors from 0, as Python does: use it as it is.",
            instead={"log_odds": doctor_before},
        ),
        Mistake(
            name="counted failures instead of successes",
            hint="What was observed is `success`, as it stands.",
            instead={"observed": lambda c: 1 - np.array(c.success)},
        ),
        Mistake(
            name="handed a probability over as log-odds",
            hint="`p=` takes a probability and `logit_p=` takes log-odds: the inverse logit is "
            "needed for one of them, and only once.",
            instead={"log_odds": lambda p, c: expit(log_odds_of(p, c))},
        ),
        Mistake(
            name="gave all patients of a doctor the same severity, their mean",
            hint="The log-odds are a curve, so a mean of severities is not enough: every patient "
            "has a line, or every doctor and severity.",
            instead={"log_odds": averaged},
        ),
        Mistake(
            name="counted severity from the mean of each doctor's own patients",
            hint="Then a doctor with sick patients is compared with nobody. The formula takes "
            "severity as it stands in the table.",
            instead={"log_odds": counted_from_own_mean},
        ),
    ),
    hint="Hold the model and the formula side by side, a line at a time: distribution, its "
    "arguments, their order.",
    lesson="Your model is the formula, whichever way you wrote it: the log density agrees, and it "
    "is all that a sampler ever sees of a model.",
)
