"""Task 06.4: the caseload at which a doctor's patients and the population hold equally."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Table
from shrinkage.exercises.ex06_when_the_sampler_fails.week import Week
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

GUESS = {"first month": 0.8, "today": 0.8, "alike": 0.3, "hospitals": 0.4}
"""The spread, on the log-odds, that each place is supposed to have."""


def places(week: Week) -> dict[str, pd.DataFrame]:
    """Successes and trials of each place."""
    today = week.today
    return {"first month": week.month, "today": today, "alike": today, "hospitals": week.hospitals}


def rate_of_all(table: pd.DataFrame) -> float:
    """Success rate of all patients of a place together."""
    return float(table["successes"].sum() / table["trials"].sum())


def mean_of_rates(table: pd.DataFrame) -> float:
    """The mean of the raw rates, each doctor counting alike."""
    return float((table["successes"] / table["trials"]).mean())


def bernoulli_variance(rate: float) -> float:
    """What one patient tells about the log-odds."""
    return rate * (1 - rate)


def own_guess(place: str) -> float:
    """The spread of this place."""
    return GUESS[place]


def at_one_half(spread: float, told: float, table: pd.DataFrame) -> float:
    """The caseload whose information is as much as the population's."""
    return 1 / (spread**2 * told)


def weight_at_mean(spread: float, told: float, table: pd.DataFrame) -> float:
    """The weight of a doctor's own patients at the mean caseload."""
    own = table["trials"].mean() * told
    return own / (own + 1 / spread**2)


def larger(trials: pd.Series, even: float) -> float:
    """How many caseloads are above the even one."""
    return (trials > even).sum()


def caseloads(
    week: Week,
    *,
    guess: Callable[[str], float] = own_guess,
    rate: Callable[[pd.DataFrame], float] = rate_of_all,
    told: Callable[[float], float] = bernoulli_variance,
    even: Callable[[float, float, pd.DataFrame], float] = at_one_half,
    above: Callable[[pd.Series, float], float] = larger,
) -> pd.DataFrame:
    """The even caseload of each place, and how many have more."""
    rows = {}
    for place, table in places(week).items():
        found = even(guess(place), told(rate(table)), table)
        rows[place] = {"even": found, "above": float(above(table["trials"], found))}
    return pd.DataFrame(rows).T


_SOLVE = "Write down the chapter's weight, set it to one half and solve for the caseload. "

TASK = Task(
    id="06.4",
    title="How many are many?",
    points=2,
    variable="centring",
    asks="for each place the caseload at which the weight is one half, and how many have more, "
    "columns even and above",
    answer=Table("place", "'{label}'"),
    tolerance=0.06,  # one decimal is enough
    truth=caseloads,
    parts=(
        Part(1.25, "'even', the caseload at which both hold equally", "even"),
        Part(0.75, "'above', how many have more patients than that", "above"),
    ),
    mistakes=(
        Mistake(
            name="did not square the spread",
            hint=_SOLVE + "A strength is one over a variance, not over a standard deviation.",
            instead={"even": lambda spread, told, table: 1 / (spread * told)},
            credit=0.5,
        ),
        Mistake(
            name="multiplied by the spread's square",
            hint=_SOLVE + "The less the doctors differ, the more patients it takes.",
            instead={"even": lambda spread, told, table: spread**2 / told},
            credit=0.25,
        ),
        Mistake(
            name="turned the fraction upside down",
            hint=_SOLVE + "The less a patient tells, the more patients it takes.",
            instead={"even": lambda spread, told, table: spread**2 * told},
            credit=0.25,
        ),
        Mistake(
            name="left the spread out",
            hint=_SOLVE + "The population's strength depends on the spread.",
            instead={"guess": lambda place: 1.0},
        ),
        Mistake(
            name="used one spread for all places",
            hint="Each place comes with a guess of its own, in `guess`.",
            instead={"guess": lambda place: GUESS["today"]},
            credit=0.25,
        ),
        Mistake(
            name="left θ(1 − θ) out",
            hint=_SOLVE + "What one patient tells depends on the rate.",
            instead={"told": lambda rate: 1.0},
        ),
        Mistake(
            name="took every rate for one half",
            hint="That is where a patient tells most. What are the rates of these places?",
            instead={"rate": lambda table: 0.5},
            credit=0.25,
        ),
        Mistake(
            name="put the success rate where θ(1 − θ) belongs",
            hint=_SOLVE + "A rate near one tells little, since nearly every patient does well.",
            instead={"told": lambda rate: rate},
            credit=0.25,
        ),
        Mistake(
            name="put the failure rate where θ(1 − θ) belongs",
            hint=_SOLVE + "Both factors count.",
            instead={"told": lambda rate: 1 - rate},
            credit=0.5,
        ),
        Mistake(
            name="took the root of θ(1 − θ)",
            hint=_SOLVE + "What a patient tells is the variance of an outcome, not its root.",
            instead={"told": lambda rate: np.sqrt(rate * (1 - rate))},
            credit=0.5,
        ),
        Mistake(
            name="averaged the raw rates, each doctor counting alike",
            hint="The task says which rate to take: that of all patients of a place together.",
            instead={"rate": mean_of_rates},
            credit=0.5,
        ),
        Mistake(
            name="gave the weight at the mean caseload",
            hint="The question is the other way round: at which caseload is the weight one half?",
            instead={"even": weight_at_mean},
        ),
        Mistake(
            name="counted those below",
            hint="`above` counts the ones whom their own patients hold more firmly.",
            instead={"above": lambda trials, even: (trials < even).sum()},
            credit=0.5,
        ),
        Mistake(
            name="gave a share as `above`",
            hint="`above` is a number of doctors or hospitals.",
            instead={"above": lambda trials, even: (trials > even).mean()},
            credit=0.5,
        ),
        Mistake(
            name="counted patients",
            hint="`above` is a number of doctors or hospitals, not of their patients.",
            instead={"above": lambda trials, even: trials[trials > even].sum()},
            credit=0.25,
        ),
    ),
    hint=_SOLVE + "Then count the caseloads of that place that are larger.",
    lesson="'Many patients' is no fixed number. The rarer the failures and the more alike the "
    "doctors, the more patients it takes before their own outcomes hold them, and the centred "
    "model is the better one.",
)
