"""Task 04.1: what a stated population of log-odds says about doctors' rates."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit

from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex04_varying_intercepts.model import log_odds_of_all
from shrinkage.exercises.intervals import (
    EVENLY,
    about_as_short,
    shortest,
    shortest_given,
)
from shrinkage.exercises.mistakes import Mistake, in_log_odds, in_odds, in_percent, swapped
from shrinkage.exercises.simulated import of_a_quantile, of_a_share
from shrinkage.exercises.task import Part, Task

TAIL = 0.025  # the share of doctors beyond each end
TOLERANCE = 6e-4  # three decimals are enough
Z = stats.norm.isf(TAIL)
ENDS = ["lower", "upper"]
CHAPTERS_CENTRE = logit(0.8)  # of the chapter's example

Ends = tuple[np.ndarray, np.ndarray]


@lru_cache(maxsize=8)
def populations(c: Clinic) -> pd.DataFrame:
    """The stated populations, as the notebook sets them up: mu and sigma, log-odds."""
    centre = log_odds_of_all(c)
    rows = {
        "alike": (centre, 0.25),
        "unequal": (centre, 1.0),
        "extreme": (centre, 2.5),
        "harder": (centre - 1.0, 1.0),
    }
    return pd.DataFrame(rows, index=["mu", "sigma"]).T


def unchanged(stated: np.ndarray) -> np.ndarray:
    """The centres and the standard deviations as they are stated."""
    return stated


def rates_of_ends(mu: np.ndarray, distance: np.ndarray) -> Ends:
    """The rates at this distance from the centre, to both sides; both in log-odds."""
    return expit(mu - distance), expit(mu + distance)


def around_a_rate(mu: np.ndarray, distance: np.ndarray) -> Ends:
    """The distance in log-odds added to the rate at the centre."""
    return expit(mu) - distance, expit(mu) + distance


def cut(mu: np.ndarray, distance: np.ndarray) -> Ends:
    """The same, cut where it is no rate."""
    lower, upper = around_a_rate(mu, distance)
    return lower.clip(0, 1), upper.clip(0, 1)


def by_slope(mu: np.ndarray, distance: np.ndarray) -> Ends:
    """The distance turned into one of rates by the slope at the centre."""
    return around_a_rate(mu, distance * expit(mu) * expit(-mu))


def rates_of(mu: float, distance: float) -> np.ndarray:
    """Rates that stand for a population, from the distance of its ends."""
    return expit(mu + distance / Z * stats.norm.ppf(EVENLY))


def shortest_ends(mu: np.ndarray, distance: np.ndarray) -> Ends:
    """The ends of the shortest intervals of rates."""
    pairs = zip(mu, distance, strict=True)
    lower, upper = zip(*(shortest(rates_of(*pair), 1 - 2 * TAIL) for pair in pairs), strict=True)
    return np.array(lower), np.array(upper)


def share_below_half(mu: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """The share of doctors whose log-odds are below zero."""
    return stats.norm.cdf(-mu / sigma)


def implied(
    c: Clinic,
    *,
    centre: Callable[[np.ndarray], np.ndarray] = unchanged,
    spread: Callable[[np.ndarray], np.ndarray] = unchanged,
    quantile: float = Z,
    ends: Callable[[np.ndarray, np.ndarray], Ends] = rates_of_ends,
    below: Callable[[np.ndarray, np.ndarray], np.ndarray] = share_below_half,
) -> pd.DataFrame:
    """The two ends, and the share below one half, of each population."""
    stated = populations(c)
    mu, sigma = centre(stated.mu.to_numpy()), spread(stated.sigma.to_numpy())
    found = np.transpose([*ends(mu, quantile * sigma), below(mu, sigma)])
    return pd.DataFrame(found, stated.index, [*ENDS, "below_half"])


def as_short(c: Clinic) -> pd.DataFrame:
    """How far the ends of a shortest interval may be off."""
    error = 0 * implied(c) + TOLERANCE
    for name, mu, sigma in populations(c).itertuples():
        error.loc[name, ENDS] += about_as_short(rates_of(mu, Z * sigma), 1 - 2 * TAIL)
    return error


def one_draw(c: Clinic) -> pd.DataFrame:
    """The standard deviation of one draw of each value, for ends that are quantiles of draws."""
    right, sigma = implied(c), populations(c).sigma
    rate = right[ENDS]
    density = (stats.norm.pdf(Z) / (rate * (1 - rate))).div(sigma, axis=0)
    share = of_a_share(right[["below_half"]])
    return pd.concat([of_a_quantile(TAIL, density), share], axis=1)


TASK = Task(
    id="04.1",
    title="A stated population",
    points=2,
    variable="implied",
    asks="what each population says about doctors, columns lower, upper and below_half",
    answer=Table("population", "'{label}'"),
    tolerance=TOLERANCE,
    truth=implied,
    one_draw=one_draw,
    parts=(
        Part(1, "the middle 95 % of doctors", ("lower", "upper")),
        Part(1, "the share of doctors below one half", "below_half"),
    ),
    mistakes=(
        in_percent(),
        swapped(),
        in_log_odds(columns=ENDS, credit=0.5),
        in_odds(columns=ENDS, credit=0.5),
        Mistake(
            name="went one standard deviation to each side",
            hint="One standard deviation to each side holds about two thirds of the doctors. "
            "Which normal quantile belongs to the share asked for?",
            instead={"quantile": 1.0},
            credit=0.5,
        ),
        Mistake(
            name="used the normal quantile of a 90 % interval",
            hint="An interval leaves out a share at both ends: which quantile leaves half of it "
            "above?",
            instead={"quantile": stats.norm.ppf(0.95)},
            credit=0.5,
        ),
        Mistake(
            name="rounded the normal quantile to 2",
            hint="In the third decimal the difference shows: use `stats.norm.ppf`.",
            instead={"quantile": 2.0},
            credit=0.5,
        ),
        shortest_given({"ends": shortest_ends}, as_short),
        Mistake(
            name="took `sigma` for a variance",
            hint="`sigma` is a standard deviation, as in the priors of the course: no root.",
            instead={"spread": np.sqrt},
            credit=0.25,
        ),
        Mistake(
            name="added `sigma` to a rate",
            hint="`sigma` is a distance in log-odds. Add it there, and turn the ends into rates "
            "afterwards.",
            instead={"ends": around_a_rate},
        ),
        Mistake(
            name="added `sigma` to a rate and cut at 0 and 1",
            hint="`sigma` is a distance in log-odds. Add it there, and turn the ends into rates "
            "afterwards: nothing will need cutting.",
            instead={"ends": cut},
        ),
        Mistake(
            name="turned the distance into rates by the slope at the centre",
            hint="The slope changes on the way to the ends. Go there in log-odds, then turn each "
            "end into a rate.",
            instead={"ends": by_slope},
            credit=0.25,
        ),
        Mistake(
            name="left the centre at zero",
            hint="That is an even chance. Where does each population say that its doctors lie?",
            instead={"centre": lambda mu: 0 * mu},
        ),
        Mistake(
            name="kept the centre of the chapter's example",
            hint="The chapter supposes a rate for the typical doctor. Here each population states "
            "its own: the column `mu`.",
            instead={"centre": lambda mu: 0 * mu + CHAPTERS_CENTRE},
        ),
        Mistake(
            name="gave the share of doctors above one half",
            hint="Which side of one half does the task ask about?",
            instead={"below": lambda mu, sigma: 1 - share_below_half(mu, sigma)},
            credit=0.5,
        ),
        Mistake(
            name="compared log-odds with one half",
            hint="In log-odds a rate of one half has another value.",
            instead={"below": lambda mu, sigma: share_below_half(mu - 0.5, sigma)},
            credit=0.5,
        ),
        Mistake(
            name="asked whether the typical doctor is below one half",
            hint="The typical doctor is one point of the population. Which share of it has a rate "
            "below one half?",
            instead={"below": lambda mu, sigma: (mu < 0).astype(float)},
        ),
        Mistake(
            name="gave the prior probability of a larger `sigma`",
            hint="The chapter's last column is about the prior on `sigma`. Here `sigma` is "
            "stated: which share of such doctors has a rate below one half?",
            instead={"below": lambda mu, sigma: 2 * stats.norm.sf(sigma)},
        ),
    ),
    hint="The doctors' log-odds have a normal distribution with mean `mu` and standard deviation "
    "`sigma`: find the place there, then turn it into a rate.",
    lesson="The same `sigma` is another distance in rates where the centre is another, and a large "
    "one sends doctors to both ends. Say a prior in rates before you state it.",
)
