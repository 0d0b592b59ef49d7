"""Task 03.1: what a normal prior on the log-odds claims about success rates."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit, ndtr, ndtri

from shrinkage.exercises.answers import Function, called
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.intervals import (
    EVENLY,
    about_as_short,
    shortest,
    shortest_given,
)
from shrinkage.exercises.mistakes import Mistake, in_percent, swapped
from shrinkage.exercises.simulated import FEWEST, of_a_quantile, of_a_share
from shrinkage.exercises.task import Part, Task

PRIORS = np.array([[0, 1.5], [0, 10], [1, 0.8], [-1.5, 3], [2, 5]])
"""Means and standard deviations; the check calls a student's function with some like these."""
ENDS = ("lower", "upper")
TOLERANCE = 0.005  # also holds for 200,000 random draws
Ends = Callable[[float, float], np.ndarray]
"""Two log-odds, from the mean and the standard deviation of a prior."""


@cache
def calls(c: Clinic) -> dict[str, tuple]:
    """Priors of narrow and of wide claims, centred on either side of an even chance."""
    means, sds = PRIORS.T
    rng = c.rng(3)
    near = means + rng.uniform(-0.2, 0.2, len(means)), sds * rng.uniform(0.95, 1.05, len(sds))
    priors = zip(*(x.round(2).tolist() for x in near), strict=True)
    return {f"N({mean:g}, {sd:g})": (mean, sd) for mean, sd in priors}


def unchanged(value: float) -> float:
    """The value itself, where a step is left out."""
    return value


def central(prob: float) -> Ends:
    """The ends of the interval that leaves the same share out at either side."""
    return lambda mean, sd: mean + sd * ndtri([(1 - prob) / 2, (1 + prob) / 2])


def on_the_tangent(mean: float, sd: float) -> np.ndarray:
    """The rates that the slope of the curve at the mean would give."""
    rate = expit(mean)
    return rate + central(0.9)(0.0, sd) * rate * (1 - rate)


def around_the_rate(mean: float, sd: float) -> np.ndarray:
    """The ends of a normal curve over rates, with its centre translated and its width as it is."""
    return central(0.9)(float(expit(mean)), sd)


def rates_of(mean: float, sd: float) -> np.ndarray:
    """Rates that stand for a prior."""
    return expit(mean + sd * ndtri(EVENLY))


def shortest_ends(mean: float, sd: float) -> np.ndarray:
    """The log-odds at the ends of the shortest interval of rates."""
    return logit(shortest(rates_of(mean, sd), 0.9))


def both_tails(below: float, above: float) -> float:
    """The probability of either extreme."""
    return below + above


def in_rates(
    mean: float,
    sd: float,
    *,
    centre: Callable[[float], float] = unchanged,
    spread: Callable[[float], float] = unchanged,
    ends: Ends = central(0.9),  # noqa: B008 (a constant)
    translate: Callable = expit,
    limits: tuple[float, float] = (0.01, 0.99),
    limit: Callable[[float], float] = logit,
    extreme: Callable[[float, float], float] = both_tails,
) -> dict[str, float]:
    """Both ends of the central 90 % of the rate, and the probability of an extreme rate."""
    mean, sd = centre(mean), spread(sd)
    lower, upper = translate(ends(mean, sd))
    low, high = map(limit, limits)
    below, above = ndtr((low - mean) / sd), ndtr((mean - high) / sd)
    return {"lower": lower, "upper": upper, "extreme": extreme(below, above)}


truth = called(in_rates, calls)


def as_short(c: Clinic) -> pd.DataFrame:
    """How far the ends of a shortest interval may be off."""
    error = 0 * truth(c) + TOLERANCE
    for label, prior in calls(c).items():
        error.loc[label, [*ENDS]] += about_as_short(rates_of(*prior), 0.9)
    return error


def error_of_one_draw(c: Clinic) -> pd.DataFrame:
    """The standard deviation of one draw of a simulated answer.

    0 where any simulation is right within the tolerance: an end so near to 0 or 1 that the curve
    from log-odds to rates is flat, where nothing can be seen.
    """
    right = truth(c)
    mean, sd = np.array([*calls(c).values()]).T
    found = right.copy()
    for name in ENDS:
        rate = right[name]
        density = stats.norm.pdf(logit(rate), mean, sd) / (rate * (1 - rate))
        found[name] = of_a_quantile(0.05, density)
    found["extreme"] = of_a_share(right["extreme"])
    return found.where(found / np.sqrt(FEWEST) > TOLERANCE, 0.0)


_BOTH_ALIKE = (
    "Both tails are alike where the prior is centred at an even chance, as in the chapter's table. "
    "For another mean each needs its own sum."
)

TASK = Task(
    id="03.1",
    title="A prior in success rates",
    points=2,
    variable="in_rates",
    asks="both ends of the central 90 % of the success rate, and the probability of a rate below "
    "1 % or above 99 %, under a normal prior on the log-odds",
    answer=Function(takes="mean, sd", calls=calls),
    tolerance=TOLERANCE,
    truth=truth,
    one_draw=error_of_one_draw,
    parts=(
        Part(1, "the ends of the interval", ENDS),
        Part(1, "the probability of an extreme rate", "extreme"),
    ),
    mistakes=(
        in_percent(),
        swapped(),
        Mistake(
            name="gave the ends as log-odds",
            hint="`expit` takes a log-odds to a rate. The ends of a central interval may go "
            "through it one by one, because it never turns back.",
            instead={"translate": unchanged},
            credit=0.5,
            tolerance=0.1,
        ),
        Mistake(
            name="gave the ends as odds",
            hint="`np.exp` takes a log-odds to odds, which have no upper limit. The rate is odds "
            "divided by one plus odds.",
            instead={"translate": np.exp},
            credit=0.25,
        ),
        Mistake(
            name="left five per cent out instead of ten",
            hint="Ninety per cent lie inside: how much is left out at either side? The 1.96 of the "
            "chapter belongs to another interval.",
            instead={"ends": central(0.95)},
            credit=0.5,
        ),
        Mistake(
            name="left ten per cent out at either side",
            hint="Ten per cent are left out in all, half of them below and half above.",
            instead={"ends": central(0.8)},
            credit=0.5,
        ),
        shortest_given(
            {"ends": shortest_ends}, as_short, name="gave the ends of the shortest interval"
        ),
        Mistake(
            name="went one standard deviation to each side",
            hint="One standard deviation to each side holds about two thirds of a normal prior. "
            "Which quantiles hold what is asked?",
            instead={"ends": lambda mean, sd: np.array([mean - sd, mean + sd])},
            credit=0.5,
        ),
        Mistake(
            name="turned the standard deviation into rates with the slope of the curve",
            hint="The curve from log-odds to rates is bent, so a width cannot be translated; a "
            "place can. Find the two ends on the log-odds first, then translate each.",
            instead={"ends": on_the_tangent, "translate": unchanged},
        ),
        Mistake(
            name="took the standard deviation for one of the rate",
            hint="`sd` is a width on the log-odds, and no rate is that wide. Find the two ends on "
            "the log-odds first, then translate each.",
            instead={"ends": around_the_rate, "translate": unchanged},
        ),
        Mistake(
            name="gave the numbers of the colleague's prior, whatever the arguments",
            hint="Compute with the function's arguments `mean` and `sd`.",
            instead={"centre": lambda mean: 1.0, "spread": lambda sd: 0.8},
        ),
        Mistake(
            name="left out the mean, as if every prior sat at an even chance",
            hint="The function takes two arguments: a prior may be centred anywhere.",
            instead={"centre": lambda mean: 0.0},
            credit=0.25,
        ),
        Mistake(
            name="took the second number for a variance",
            hint="`sd` is the standard deviation already, and it is what SciPy calls `scale`.",
            instead={"spread": np.sqrt},
            credit=0.25,
        ),
        Mistake(
            name="squared the standard deviation",
            hint="SciPy's `scale` is the standard deviation, not the variance.",
            instead={"spread": np.square},
            credit=0.25,
        ),
        Mistake(
            name="doubled the lower tail",
            hint=_BOTH_ALIKE,
            instead={"extreme": lambda below, above: 2 * below},
            credit=0.5,
        ),
        Mistake(
            name="doubled the upper tail",
            hint=_BOTH_ALIKE,
            instead={"extreme": lambda below, above: 2 * above},
            credit=0.5,
        ),
        Mistake(
            name="counted only the rates near the upper end",
            hint="A doctor who always fails is as extreme as one who never does.",
            instead={"extreme": lambda below, above: above},
            credit=0.25,
        ),
        Mistake(
            name="counted only the rates near the lower end",
            hint="A doctor who never fails is as extreme as one who always does.",
            instead={"extreme": lambda below, above: below},
            credit=0.25,
        ),
        Mistake(
            name="called rates extreme that lie outside of the interval's 5 % and 95 %",
            hint="Those are probabilities of the prior. The limits of what is extreme are rates, "
            "and the task names them.",
            instead={"limits": (0.05, 0.95)},
            credit=0.25,
        ),
        Mistake(
            name="subtracted one tail from the other",
            hint="A rate is in one tail or in the other: what is the probability of either?",
            instead={"extreme": lambda below, above: below - above},
            credit=0.25,
        ),
        Mistake(
            name="gave the probability of a rate that is not extreme",
            hint="The share asked for is what lies outside.",
            instead={"extreme": lambda below, above: 1 - below - above},
            credit=0.5,
        ),
        Mistake(
            name="looked for the two limits among the log-odds without translating them",
            hint="The prior lives on the log-odds. A limit that is a rate has to go there first: "
            "`logit`.",
            instead={"limit": unchanged},
            credit=0.25,
        ),
    ),
    hint="The prior is normal on the log-odds: find both ends and both limits there, and "
    "translate places, not widths.",
    lesson="The wider a prior on the log-odds, the more of it sits where a doctor always fails or "
    "never does. Saying little about log-odds is saying a lot about rates.",
)
