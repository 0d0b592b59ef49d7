"""Task 09.1: each doctor's probability of being best, expected place, probability of being poor."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import logit

from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex09_deciding.board import (
    CHAPTERS_STANDARD,
    EFFECTIVE,
    FLOOR,
    STANDARD,
    below,
    chance_error,
    exact,
    mean_rate,
)
from shrinkage.exercises.mistakes import Mistake, at, in_percent
from shrinkage.exercises.simulated import of_a_share
from shrinkage.exercises.task import ERRORS, Part, Task

DRAWS = 8000  # of the notebook's fit, all chains together
Numbers = pd.Series | float
"""A number for each doctor, or one for all."""
Step = Callable[[Clinic], Numbers]

# --- The truth ------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def place_chances(c: Clinic) -> pd.DataFrame:
    """Probability of each place, 1 for the highest rate: a row a doctor, a column a place."""
    places = range(1, len(c.doctors) + 1)
    return pd.DataFrame(exact(c).rank_probabilities(), list(c.doctors), places)


def first(c: Clinic) -> pd.Series:
    """Probability of the first place."""
    return place_chances(c)[1]


def last(c: Clinic) -> pd.Series:
    """Probability of the last place."""
    return place_chances(c)[len(c.doctors)]


def expected_place(c: Clinic) -> pd.Series:
    """Mean of the place."""
    return c.by_doctor(place_chances(c).to_numpy() @ place_chances(c).columns.to_numpy(float))


def from_the_top(c: Clinic, place: Numbers) -> Numbers:
    """Places as they are, 1 for the highest rate."""
    return place


def as_it_is(chance: Numbers) -> Numbers:
    """The probability of the side that is asked about."""
    return chance


def chances(
    c: Clinic,
    *,
    best: Step = first,
    place: Step = expected_place,
    end: Callable[[Clinic, Numbers], Numbers] = from_the_top,
    first_place: int = 1,
    poor: Step = below,
    side: Callable[[Numbers], Numbers] = as_it_is,
) -> pd.DataFrame:
    """The three numbers of each doctor."""
    places = end(c, place(c)) + first_place - 1
    columns = {"best": best(c), "place": places, "below": side(poor(c))}
    return pd.DataFrame(columns, list(c.doctors))


def sd_of_place(c: Clinic) -> pd.Series:
    """Standard deviation of the place."""
    square = place_chances(c).to_numpy() @ place_chances(c).columns.to_numpy(float) ** 2
    return c.by_doctor(np.sqrt(square - expected_place(c).to_numpy() ** 2))


def error_of_draws(c: Clinic, best: Step = first) -> pd.DataFrame:
    """How far each may be off when it is taken from draws."""
    return pd.DataFrame(
        {
            "best": chance_error(pd.Series(best(c))),
            "place": ERRORS * sd_of_place(c) / np.sqrt(EFFECTIVE) + FLOOR,
            "below": chance_error(below(c)),
        }
    )


def error_of_one_draw(c: Clinic) -> pd.DataFrame:
    """The standard deviation of what one draw says."""
    shares = of_a_share(chances(c))
    return shares.assign(place=sd_of_place(c))


# --- What goes wrong ------------------------------------------------------------------------------


def from_the_last(c: Clinic, place: Numbers) -> Numbers:
    """Places counted from the lowest rate."""
    return len(c.doctors) + 1 - place


def median_place(c: Clinic) -> pd.Series:
    """Median of the place."""
    return (place_chances(c).cumsum(axis=1) >= 0.5).idxmax(axis=1)


def who_is_there(c: Clinic) -> np.ndarray:
    """The mean number, from 0, of the doctor who has each place."""
    return place_chances(c).to_numpy().T @ np.arange(len(c.doctors))


_PLACES = "A place belongs to one doctor in one draw: rank the doctors against each other there. "

TASK = Task(
    id="09.1",
    title="Places",
    points=2,
    variable="chance",
    asks="for every doctor the probability of being best, the expected place, and the probability "
    "of a rate below the standard, columns best, place and below",
    answer=Table(),
    tolerance=error_of_draws,
    truth=chances,
    one_draw=error_of_one_draw,
    parts=(
        Part(0.5, "the probability of being best", "best"),
        Part(1, "the expected place", "place"),
        Part(0.5, "the probability of being below the standard", "below"),
    ),
    mistakes=(
        in_percent(columns=["best", "below"]),
        Mistake(
            name="counted draws and did not divide by their number",
            hint="A probability is a share: in how many of all draws?",
            turns=at(["best", "below"], lambda shares: DRAWS * shares),
            plain=True,
            credit=0.5,
        ),
        Mistake(
            name="ranked in the wrong direction",
            hint="A success is a good outcome: the first place goes to the highest rate. Look up "
            "`ascending` where you rank.",
            instead={"best": last, "end": from_the_last},
            tolerance=lambda c: error_of_draws(c, best=last),
            credit=0.5,
        ),
        Mistake(
            name="gave the probability of being last in place of the first",
            hint="A success is a good outcome: the best doctor of a draw has its highest rate.",
            instead={"best": last},
            tolerance=lambda c: error_of_draws(c, best=last),
            credit=0.5,
        ),
        Mistake(
            name="gave places that count from the other end",
            hint="Place 1 is the best: the highest rate of a draw. Look up `ascending`.",
            instead={"end": from_the_last},
            credit=0.5,
        ),
        Mistake(
            name="counted the places from 0",
            hint="A league table begins with place 1; a sort in Python begins with 0.",
            instead={"first_place": 0},
            credit=0.5,
        ),
        Mistake(
            name="ranked the posterior means",
            hint=_PLACES + "Averaging comes after ranking; before it, all that is uncertain is "
            "gone.",
            instead={"place": lambda c: mean_rate(c).rank(ascending=False)},
        ),
        Mistake(
            name="ranked the raw rates",
            hint=_PLACES + "The raw table has no place in it that is uncertain.",
            instead={"place": lambda c: c.raw.rank(ascending=False)},
        ),
        Mistake(
            name="sorted once, which says who has each place and not which place each one has",
            hint="`argsort` gives the doctor at each place. Sort its result again, as the chapter "
            "does, or let `rank` do both.",
            instead={"place": lambda c: 1 + who_is_there(c)},
        ),
        Mistake(
            name="sorted once and from the lowest rate",
            hint="`argsort` gives the doctor at each place, and the lowest first. `rank` gives the "
            "places themselves; look up its `ascending`.",
            instead={"place": lambda c: 1 + who_is_there(c)[::-1]},
        ),
        Mistake(
            name="ranked each doctor's draws among themselves",
            hint="Places are about doctors: rank along the row of a draw, not down the column of a "
            "doctor.",
            instead={"place": lambda c: (1 + DRAWS) / 2},
        ),
        Mistake(
            name="gave the median of the places",
            hint="The expected place is the mean over the draws; it need not be a whole number.",
            instead={"place": median_place},
            credit=0.5,
        ),
        Mistake(
            name="made the doctor with the highest mean best for sure",
            hint="Ask in each draw who is best, and count in how many draws each doctor is.",
            instead={"best": lambda c: (mean_rate(c) == mean_rate(c).max()).astype(float)},
        ),
        Mistake(
            name="gave the probability of meeting the standard",
            hint="`below` is about the other side of the standard.",
            instead={"side": lambda chance: 1 - chance},
            credit=0.5,
        ),
        Mistake(
            name="compared log-odds with a rate",
            hint="The standard is a success rate: compare `theta` with it, not `alpha`.",
            instead={"poor": lambda c: below(c, STANDARD)},
        ),
        Mistake(
            name="used the chapter's standard",
            hint="This board has set a standard of its own: `standard` in the setup cell.",
            instead={"poor": lambda c: below(c, float(logit(CHAPTERS_STANDARD)))},
            credit=0.5,
        ),
        Mistake(
            name="compared the posterior means with the standard",
            hint="Whether a mean is below says yes or no. The draws say how probable it is: "
            "compare each of them.",
            instead={"poor": lambda c: (mean_rate(c) < STANDARD).astype(float)},
        ),
        Mistake(
            name="gave the probability that a patient's treatment fails",
            hint="`below` is about the doctor's rate: the share of draws in which it is below the "
            "standard.",
            instead={"poor": lambda c: 1 - mean_rate(c)},
        ),
    ),
    hint="Each of the three is computed in every draw first and averaged over the draws last.",
    lesson="Lay `best` beside `below`: a doctor of few patients may have a good chance of being "
    "best and a fair chance of being poor at the same time. Sorting by either hides the other.",
)
