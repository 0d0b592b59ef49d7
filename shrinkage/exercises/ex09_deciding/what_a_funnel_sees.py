"""Task 09.3: control limits, whom they catch, and the tail of a prediction without the doctor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex09_deciding.board import STANDARD, below, chance_error
from shrinkage.exercises.ex09_deciding.limits_and_tails import (
    INNER,
    TAIL,
    Limits,
    alike,
    by_density,
    control_limits,
    normal_limits,
    outlier_tails,
    power,
    power_of_a_normal,
    predicted,
    tails,
    tails_at_the_mean,
    tails_by_own_posterior,
    tails_of_the_average,
    tails_with_all_doctors,
)
from shrinkage.exercises.mistakes import Mistake, in_percent, swapped
from shrinkage.exercises.simulated import of_a_share
from shrinkage.exercises.task import Part, Task


def funnel(
    c: Clinic,
    *,
    limits: Callable[[Clinic], Limits] = control_limits,
    caught: Callable[[Clinic, pd.Series], np.ndarray] = power,
    outlier: Callable[[Clinic], pd.Series] = outlier_tails,
) -> pd.DataFrame:
    """The four numbers of each doctor."""
    lower, upper = limits(c)
    columns = {"lower": lower, "upper": upper, "caught": caught(c, lower), "outlier": outlier(c)}
    return pd.DataFrame(columns, list(c.doctors))


def error_of_one_draw(c: Clinic) -> pd.DataFrame:
    """The standard deviation of one simulated doctor's outcome; the limits have a formula."""
    return of_a_share(funnel(c)).assign(lower=0.0, upper=0.0)


def in_successes(c: Clinic) -> pd.DataFrame:
    """The limits as numbers of successes, the rest as it should be."""
    right = funnel(c)
    return right.assign(lower=right["lower"] * c.n, upper=right["upper"] * c.n)


_LEFT_OUT = "An outlier is judged by a prediction that has not seen the doctor. "

TASK = Task(
    id="09.3",
    title="What a funnel sees",
    points=2,
    variable="funnel",
    asks="for every doctor the two control limits, the probability that a poor doctor would be "
    "caught below them, and the tail of the prediction without the doctor, columns lower, upper, "
    "caught and outlier",
    answer=Table(),
    # Three decimals; the tail carries the error of a sum over a grid
    tolerance=lambda c: funnel(c).assign(lower=6e-4, upper=6e-4, caught=6e-4, outlier=2e-3),
    truth=funnel,
    one_draw=error_of_one_draw,
    parts=(
        Part(0.5, "the control limits", ("lower", "upper")),
        Part(0.5, "the probability that a poor doctor is caught", "caught"),
        Part(1, "the outlier's tail", "outlier"),
    ),
    mistakes=(
        in_percent("proportions and probabilities"),
        swapped(name="swapped the two limits", hint="The lower limit is the smaller number."),
        Mistake(
            name="drew the inner pair of limits",
            hint="The chapter draws two pairs of limits; the task asks for the outer one.",
            instead={"limits": lambda c: control_limits(c, tail=INNER)},
            credit=0.5,
        ),
        Mistake(
            name="left the whole remainder on one side",
            hint="Limits leave out a share at both ends: half of what is not inside lies below the "
            "lower one.",
            instead={"limits": lambda c: control_limits(c, tail=2 * TAIL)},
            credit=0.5,
        ),
        Mistake(
            name="drew an interval around each doctor's own rate",
            hint="Control limits belong to a doctor of average success: they stand around the rate "
            "of all patients and know a doctor's caseload only.",
            instead={"limits": lambda c: control_limits(c, centre=c.raw)},
        ),
        Mistake(
            name="took a normal distribution for the binomial one",
            hint="With few patients only a few rates can occur, and a normal distribution is off "
            "far from the middle. `stats.binom.ppf` finds the exact limits.",
            instead={"limits": normal_limits},
            credit=0.5,
        ),
        Mistake(
            name="gave the limits as numbers of successes",
            hint="A limit is a rate: divide its number of successes by the caseload.",
            gives=in_successes,
            credit=0.5,
        ),
        Mistake(
            name="gave the first rates outside the limits",
            hint="A limit is the last rate that is still inside. For the lower one: which is the "
            "smallest number of successes that an average doctor has, or fewer, with a "
            "probability of at least 0.001?",
            instead={"limits": lambda c: control_limits(c, outside=1)},
            credit=0.5,
        ),
        Mistake(
            name="centred the limits at the mean of the doctors' rates",
            hint="The average rate is that of all patients together, each counting once.",
            instead={"limits": lambda c: control_limits(c, centre=c.raw.mean())},
            credit=0.5,
        ),
        Mistake(
            name="centred the limits at the standard",
            hint="A funnel compares with the average and does not know the standard: that is what "
            "it cannot do.",
            instead={"limits": lambda c: control_limits(c, centre=STANDARD)},
        ),
        Mistake(
            name="drew the same limits for every caseload",
            hint="A funnel is wide where patients are few: `stats.binom` needs each doctor's own "
            "caseload.",
            instead={"limits": lambda c: control_limits(c, n=float(round(c.n.mean())))},
        ),
        Mistake(
            name="gave the probability that an average doctor is accused",
            hint="`caught` is about a doctor who is poor: put the poor rate into the binomial, and "
            "keep the limits where they are.",
            instead={"caught": lambda c, lower: power(c, lower, rate=c.pooled)},
        ),
        Mistake(
            name="took the standard for the poor doctor's rate",
            hint="`caught` is about a doctor whose true rate is `poor_rate`, far below the "
            "standard.",
            instead={"caught": lambda c, lower: power(c, lower, rate=STANDARD)},
            credit=0.25,
        ),
        Mistake(
            name="gave the probability that a poor doctor is missed",
            hint="`caught` is the probability of lying below the lower limit, not above it.",
            instead={"caught": lambda c, lower: 1 - power(c, lower)},
            credit=0.5,
        ),
        Mistake(
            name="replaced the binomial distribution by a normal one",
            hint="With few patients only a few rates can occur, and perhaps none lies below the "
            "limit: use `stats.binom` for `caught` too.",
            instead={"caught": power_of_a_normal},
            credit=0.25,
        ),
        Mistake(
            name="took the inner limits for `caught`",
            hint="The outer limits accuse less, and catch less.",
            instead={"caught": lambda c, lower: power(c, control_limits(c, tail=INNER)[0])},
            credit=0.5,
        ),
        Mistake(
            name="counted a rate on the limit as caught too",
            hint="Caught is a raw rate below the limit; one that lies on it is inside. "
            "`stats.binom.cdf(k, ...)` counts k itself.",
            instead={"caught": lambda c, lower: power(c, lower, above=1)},
            credit=0.25,
        ),
        Mistake(
            name="said for each doctor whether the raw rate lies below the limit",
            hint="`caught` supposes that the doctor is poor, and asks how often the limits would "
            "notice.",
            instead={"caught": lambda c, lower: (c.raw < lower).astype(float)},
        ),
        Mistake(
            name="left no doctor out of the prediction",
            hint=_LEFT_OUT + "Otherwise it has adapted to what it is to judge.",
            instead={"outlier": tails_with_all_doctors},
            credit=0.25,
        ),
        Mistake(
            name="predicted from the doctor's own posterior",
            hint=_LEFT_OUT + "Nobody is far from a prediction made of their own patients.",
            instead={"outlier": tails_by_own_posterior},
        ),
        Mistake(
            name="predicted with a single rate, the mean of a new doctor's",
            hint=_LEFT_OUT + "And a new doctor's rate is not known: average the tail over the "
            "whole density, not the rate.",
            instead={"outlier": tails_at_the_mean},
            credit=0.25,
        ),
        Mistake(
            name="weighed all points of the grid alike",
            hint="The grid of a density is not a set of draws: each point counts by its density "
            "and by how far it is from the next.",
            instead={"outlier": lambda c: tails(c, predicted(c, alike))},
            credit=0.25,
        ),
        Mistake(
            name="weighed the points of the grid by their density alone",
            hint="The points of the grid are not equally far apart: each counts by its density and "
            "by how far it is from the next.",
            instead={"outlier": lambda c: tails(c, predicted(c, by_density))},
            credit=0.5,
        ),
        Mistake(
            name="left out what was seen itself",
            hint="The tail holds as many successes as were seen, and fewer.",
            instead={"outlier": lambda c: tails(c, predicted(c), more=-1)},
            credit=0.5,
        ),
        Mistake(
            name="gave the upper tail",
            hint="The question is how rare so few successes are, not so many.",
            instead={"outlier": lambda c: 1 - outlier_tails(c)},
            credit=0.5,
        ),
        Mistake(
            name="gave the funnel's tail, that of an average doctor",
            hint="That tells who differs from the average. An outlier does not belong to the "
            "population of the others, and a population has a spread.",
            instead={"outlier": tails_of_the_average},
        ),
        Mistake(
            name="gave the probability of being below the standard",
            hint="That is the first of the chapter's three questions. `outlier` is the third: "
            "does the doctor belong to the population of the others?",
            instead={"outlier": below},
            tolerance=lambda c: funnel(c).assign(outlier=chance_error(below(c))),
            costly=True,
        ),
    ),
    hint="The limits need the rate of all patients and each caseload, `caught` a binomial "
    "distribution at the poor rate, and `outlier` the other doctors' prediction.",
    lesson="The funnel is blind where patients are few and sharp where they are many, and a "
    "doctor far below its limit may still belong to the population of the others. To be poor and "
    "to be an outlier are two things.",
)
