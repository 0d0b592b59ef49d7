"""Task 03.2: each doctor's posterior under the colleague's prior, by itself."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import expit, log_expit, logit

from shrinkage.exact import Marginal
from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex03_a_first_bayesian_model.priors import (
    ALPHA,
    CHAPTER_ALPHA,
    Beta,
    Normal,
    OnRates,
    Prior,
)
from shrinkage.exercises.intervals import (
    EVENLY,
    about_as_short,
    shortest,
    shortest_given,
)
from shrinkage.exercises.mistakes import Mistake, in_percent, swapped
from shrinkage.exercises.task import Part, Task

NODES = np.linspace(-20.0, 20.0, 4_001)  # log-odds
TOLERANCE = 0.005
STEP = NODES[1] - NODES[0]
Translation = Callable[[np.ndarray], np.ndarray]
Ends = Callable[[float, float, Prior, Translation], np.ndarray]
"""Both ends of a doctor's interval, from successes, patients, prior and what makes rates."""
Estimate = Callable[[Marginal, Translation], float]
"""One number for a doctor, from the posterior of the log-odds and what takes these to rates."""


@cache
def posterior(s: float, n: float, prior: Prior) -> Marginal:
    """The posterior of the log-odds of a doctor with s successes in n patients."""
    log_density = prior.log(NODES) + s * log_expit(NODES) + (n - s) * log_expit(-NODES)
    density = np.exp(log_density - log_density.max())
    density /= density.sum() * STEP
    mean = STEP * density @ NODES
    sd = np.sqrt(STEP * density @ (NODES - mean) ** 2)
    return Marginal(NODES, density, float(mean), float(sd))


@cache
def interval(s: float, n: float, prior: Prior, prob: float) -> np.ndarray:
    """The ends of the central interval, as log-odds."""
    return np.array(posterior(s, n, prior).interval(prob))


def central(prob: float) -> Ends:
    """The ends that leave the same share out at either side."""
    return lambda s, n, prior, translate: translate(interval(s, n, prior, prob))


def evenly(s: float, n: float, prior: Prior, translate: Translation) -> np.ndarray:
    """Rates that stand for the posterior of a doctor."""
    return translate(posterior(s, n, prior).quantile(EVENLY))


def shortest_ends(s: float, n: float, prior: Prior, translate: Translation) -> np.ndarray:
    """The ends of the shortest interval."""
    return shortest(evenly(s, n, prior, translate), 0.95)


def as_short(c: Clinic) -> pd.DataFrame:
    """How far the ends of a shortest interval may be off."""
    error = pd.DataFrame(TOLERANCE, list(c.doctors), ["estimate", "lower", "upper", "above"])
    for doctor, s, n in zip(c.doctors, c.s, c.n, strict=True):
        error.loc[doctor, ["lower", "upper"]] += about_as_short(evenly(s, n, ALPHA, expit), 0.95)
    return error


@cache
def above(s: float, n: float, prior: Prior, rate: float) -> float:
    """The probability of a rate above this one."""
    return float(1 - posterior(s, n, prior).cdf(logit(rate)))


def mean_rate(m: Marginal, translate: Translation) -> float:
    """The posterior mean of the rate."""
    return float(STEP * m.density @ translate(m.x))


def by_doctor(
    c: Clinic,
    *,
    prior: Prior = ALPHA,
    good: Callable[[Clinic], pd.Series] = lambda c: c.s,
    translate: Translation = expit,
    estimate: Estimate = mean_rate,
    ends: Ends = central(0.95),  # noqa: B008 (a constant)
    limit: Callable[[Clinic], float] = lambda c: c.pooled,
    tail: Callable[[float], float] = lambda above: above,
) -> pd.DataFrame:
    """Each doctor's estimate, interval, and probability of a rate above the clinic's."""
    rows = {}
    for doctor, s, n in zip(c.doctors, good(c), c.n, strict=True):
        one = (s, n, prior)
        rows[doctor] = [
            estimate(posterior(*one), translate),
            *ends(*one, translate),
            tail(above(*one, limit(c))),
        ]
    return pd.DataFrame(rows, index=["estimate", "lower", "upper", "above"]).T


def raw_rates(c: Clinic) -> pd.DataFrame:
    """Raw rates as estimates, and nothing about the other columns."""
    return pd.DataFrame({"estimate": c.raw}).reindex(
        columns=["estimate", "lower", "upper", "above"]
    )


_SD = "The second number of the prior is its standard deviation, and so is SciPy's `scale`."

TASK = Task(
    id="03.2",
    title="Posteriors on a grid",
    points=2,
    variable="by_doctor",
    asks="estimate, 95 % credible interval and probability of a rate above the clinic's, for "
    "every doctor by itself",
    answer=Table(),
    tolerance=TOLERANCE,
    truth=by_doctor,
    parts=(
        Part(0.75, "the estimates", "estimate"),
        Part(0.75, "the ends of the intervals", ("lower", "upper")),
        Part(0.5, "the probabilities of a rate above the clinic's", "above"),
    ),
    mistakes=(
        in_percent(),
        swapped(),
        Mistake(
            name="took the chapter's prior, centred at an even chance",
            hint="This task states another prior: look at its mean and at its standard deviation.",
            instead={"prior": CHAPTER_ALPHA},
            credit=0.5,
        ),
        Mistake(
            name="took the chapter's Beta(2, 2)",
            hint="This task states a normal prior on the log-odds, like that of the chapter's "
            "second grid: look at its mean and at its standard deviation.",
            instead={"prior": Beta(2.0, 2.0)},
            credit=0.25,
        ),
        Mistake(
            name="centred the prior at an even chance",
            hint="The standard deviation is right; the mean of the prior is not zero here.",
            instead={"prior": Normal(0.0, ALPHA.sd)},
            credit=0.5,
        ),
        Mistake(
            name="squared the prior's standard deviation",
            hint=_SD,
            instead={"prior": ALPHA.with_sd(ALPHA.sd**2)},
            credit=0.5,
        ),
        Mistake(
            name="took the prior's second number for a variance",
            hint=_SD,
            instead={"prior": ALPHA.with_sd(ALPHA.sd**0.5)},
            credit=0.5,
        ),
        Mistake(
            name="laid the grid over the rates and forgot what that does to the prior",
            hint="A prior on the log-odds is no longer the same curve on the rates: between two "
            "points of an even grid of rates lie more log-odds near the ends. Lay the grid over "
            "the log-odds, as the chapter does.",
            instead={"prior": OnRates(ALPHA)},
            credit=0.5,
        ),
        Mistake(
            name="put the normal prior on the rate instead of on its log-odds",
            hint="A rate of one is not the middle of what this prior expects. Its mean is a "
            "log-odds: evaluate it at `alpha`, not at `expit(alpha)`.",
            instead={"prior": OnRates(ALPHA, of_rate=True)},
        ),
        Mistake(
            name="let every rate count alike, without a prior",
            hint="Posterior is prior times likelihood: the prior's factor is missing.",
            instead={"prior": OnRates()},
        ),
        Mistake(
            name="counted failures instead of successes",
            hint="A `success` of 1 is a good outcome, and the rate is the rate of those.",
            instead={"good": lambda c: c.n - c.s},
        ),
        Mistake(
            name="gave the raw rates as estimates",
            hint="The estimate is a sum over the grid: each rate times its weight.",
            gives=raw_rates,
        ),
        Mistake(
            name="gave the top of the posterior as the estimate",
            hint="The top is the most plausible value. The course's estimate is the mean: each "
            "rate on the grid times its weight, added up.",
            instead={"estimate": lambda m, translate: translate(m.x[m.density.argmax()])},
            credit=0.25,
        ),
        Mistake(
            name="averaged the log-odds and turned the average into a rate",
            hint="The estimate is the mean of the rate. Translate each point of the grid first, "
            "then average.",
            instead={"estimate": lambda m, translate: translate(m.mean)},
            credit=0.5,
        ),
        Mistake(
            name="gave log-odds instead of rates",
            hint="The grid is one of log-odds, the answer is about rates: `expit`.",
            instead={"translate": lambda log_odds: log_odds},
            credit=0.25,
        ),
        Mistake(
            name="gave the ends of 90 % intervals",
            hint="How much is left out at either side of the interval that is asked for?",
            instead={"ends": central(0.9)},
            credit=0.5,
        ),
        shortest_given({"ends": shortest_ends}, as_short),
        Mistake(
            name="gave the probability of a rate below the clinic's",
            hint="Which points of the grid does the sum go over?",
            instead={"tail": lambda above: 1 - above},
            credit=0.5,
        ),
        Mistake(
            name="kept the chapter's limit",
            hint="This task compares each doctor with the success rate of the whole clinic, not "
            "with a fixed one.",
            instead={"limit": lambda c: 0.8},
            credit=0.5,
        ),
        Mistake(
            name="compared with the mean of the doctors' rates",
            hint="The clinic's rate is that of all patients taken together, each counting once.",
            instead={"limit": lambda c: c.raw.mean()},
            credit=0.5,
        ),
        Mistake(
            name="held log-odds against a rate",
            hint="The limit is a rate. Compare the rates on the grid with it, `theta` and not "
            "`alpha`.",
            instead={"limit": lambda c: expit(c.pooled)},
            credit=0.5,
        ),
    ),
    hint="Weights first: prior times likelihood at each point of the grid, divided by their sum. "
    "Then each column is a question about the weights.",
    lesson="One set of weights answers every question about a doctor's rate. Even a perfect record "
    "of a few patients leaves a wide interval.",
)
