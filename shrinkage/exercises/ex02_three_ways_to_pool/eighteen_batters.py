"""Task 02.3: how much of the famous gain of James and Stein's estimator needs no shrinkage."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from scipy.special import expit, logit

from shrinkage import data
from shrinkage.exercises.answers import Function, called
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex02_three_ways_to_pool.the_weight import Array, luck
from shrinkage.exercises.mistakes import Mistake, in_percent, swapped
from shrinkage.exercises.task import Part, Task

Season = tuple[Array, float, Array]  # averages so far, at-bats behind each, averages of the rest
INVENTED = {  # batters, at-bats so far; and the scatter of the true averages, log-odds
    "a season of thirty batters": (30, 80, 0.18),
    "a season of twelve batters": (12, 30, 0.35),
}


def calls(c: Clinic) -> dict[str, tuple]:
    """The seasons that the check calls the function with."""
    return dict(_seasons(c))


def at_the_mean(first: Array, at_bats: Array | float) -> Array:
    """Luck's variance of an average, at the batters' common one."""
    return luck(at_bats, first.mean())


def sum_of_squares(distances: Array) -> float:
    """The scatter of the averages, and the error of a prediction."""
    return float((distances**2).sum())


def kept(
    first: Array,
    at_bats: Array | float,
    *,
    pays: int = 3,
    chance: Callable = at_the_mean,
    scatter: Callable = sum_of_squares,
) -> float:
    """James and Stein's weight; `pays` is what is taken away from the number of batters."""
    share = (len(first) - pays) * chance(first, at_bats) / scatter(first - first.mean())
    return float(1 - share)


def mean_of_first(first: Array, rest: Array) -> float:
    """The mean of the averages so far."""
    return first.mean()


def towards_the_mean(first: Array, w: float) -> Array:
    """The averages so far with the weight w, their mean with the rest."""
    return first.mean() + w * (first - first.mean())


def ratios_and_share(raw: float, complete: float, shrunk: float) -> Array:
    """Both gains, and the share of the fall in error that needs no shrinkage."""
    return np.array([raw / complete, raw / shrunk, (raw - complete) / (raw - shrunk)])


def gains(
    first: Array,
    at_bats: Array | float,
    rest: Array,
    *,
    weight: Callable = kept,
    mean: Callable = mean_of_first,
    shrink: Callable = towards_the_mean,
    error: Callable = sum_of_squares,
    compare: Callable = ratios_and_share,
) -> Array:
    """The three numbers asked for."""
    guesses = first, mean(first, rest), shrink(first, weight(first, at_bats))
    return compare(*(error(guess - rest) for guess in guesses))


@cache
def _seasons(c: Clinic) -> dict[str, Season]:
    """The season of 1970, and others in which shrinkage gains and a share is kept."""
    real = data.load_batting()
    first, rest = real["hits"] / real["at_bats"], real["rest_average"]
    seasons = {"the season of 1970": (first.to_numpy(), 45.0, rest.to_numpy())}
    rng = c.rng(3)
    for name, (batters, at_bats, scatter) in INVENTED.items():
        while name not in seasons:
            true = expit(rng.normal(logit(0.26), scatter, size=batters))
            season = rng.binomial(at_bats, true) / at_bats, at_bats, rng.binomial(400, true) / 400
            if 0.15 < kept(*season[:2]) < 0.85 and gains(*season)[1] > 1.3:
                seasons[name] = season
    return seasons


def shares_gone(raw: float, complete: float, shrunk: float) -> Array:
    """How much of the error is gone in place of the gains."""
    return np.array([1 - complete / raw, 1 - shrunk / raw, (raw - complete) / (raw - shrunk)])


def share_of_shrinkage(raw: float, complete: float, shrunk: float) -> Array:
    """The other part of the fall in error, that from the mean to James–Stein."""
    return np.array([raw / complete, raw / shrunk, (complete - shrunk) / (raw - shrunk)])


def _at_their_own(first: Array, at_bats: Array | float) -> float:
    return float(luck(at_bats, first).mean())


TASK = Task(
    id="02.3",
    title="The eighteen batters",
    points=2,
    variable="gains",
    asks="the gain of complete pooling, the gain of James–Stein, and the share of the first in the "
    "fall of the error",
    answer=Function(takes="first, at_bats, rest", calls=calls, noun="season"),
    tolerance=6e-4,  # three decimals are enough
    truth=called(gains, calls),
    parts=(
        Part(0.5, "the gain of complete pooling", 0),
        Part(1, "the gain of James–Stein", 1),
        Part(0.5, "the share that complete pooling brings alone", 2),
    ),
    mistakes=(
        swapped(
            0,
            1,
            name="exchanged the two gains",
            hint="The first number is that of complete pooling.",
        ),
        in_percent("a share", columns=[2]),
        Mistake(
            name="took J − 1 where James and Stein have J − 3",
            hint="Look at the formula again, and at what its number pays for.",
            instead={"weight": partial(kept, pays=1)},
            credit=0.5,
        ),
        Mistake(
            name="took J − 2 where the mean is known",
            hint="Here the mean is estimated from the same batters; the chapter's formula pays for "
            "that.",
            instead={"weight": partial(kept, pays=2)},
            credit=0.5,
        ),
        Mistake(
            name="took the number of batters as it is",
            hint="Look at the formula again: something is taken away from J.",
            instead={"weight": partial(kept, pays=0)},
            credit=0.5,
        ),
        Mistake(
            name="gave the batter's own average the share of luck",
            hint="The fraction in the formula is luck's share of the scatter. What does a batter "
            "keep?",
            instead={"weight": lambda first, at_bats: 1 - kept(first, at_bats)},
        ),
        Mistake(
            name="shrank the averages towards zero",
            hint="What a batter's own average does not get goes to the mean of all.",
            instead={"shrink": lambda first, w: w * first},
        ),
        Mistake(
            name="did not divide the variance by the at-bats",
            hint="The standard error is that of an average of this many at-bats, not of one.",
            instead={"weight": lambda first, at_bats: kept(first, 1.0)},
        ),
        Mistake(
            name="put the mean of the squared distances where their sum belongs",
            hint="The scatter in the formula is a sum over all batters.",
            instead={"weight": partial(kept, scatter=lambda away: (away**2).mean())},
        ),
        Mistake(  # as a variance
            name="put the mean of the squared distances where their sum belongs",
            hint="The scatter in the formula is a sum over all batters.",
            instead={"weight": partial(kept, scatter=lambda away: away.var(ddof=1))},
        ),
        Mistake(
            name="kept the 45 at-bats of 1970",
            hint="The function is called for other seasons too: compute with the argument "
            "`at_bats`.",
            instead={"weight": lambda first, at_bats: kept(first, 45.0)},
            credit=0.25,
        ),
        Mistake(
            name="took luck at each batter's own average",
            hint="James and Stein's errors are of one known size. The chapter takes the standard "
            "error at the common average, the same for every batter.",
            instead={"weight": partial(kept, chance=_at_their_own)},
            credit=0.5,
        ),
        Mistake(
            name="took the mean of the rest of the season for complete pooling",
            hint="The rest of the season is held out: a prediction must not have seen it.",
            instead={"mean": lambda first, rest: rest.mean()},
        ),
        Mistake(
            name="divided the smaller error by the larger",
            hint="A gain says how many times larger the error of the raw averages is.",
            instead={
                "compare": lambda *errors: ratios_and_share(*errors) ** np.array([-1.0, -1.0, 1.0])
            },
            credit=0.25,
        ),
        Mistake(
            name="compared absolute errors",
            hint="The chapter squares the distances before it adds them.",
            instead={"error": lambda away: abs(away).sum()},
            credit=0.25,
        ),
        Mistake(
            name="compared roots of the squared errors",
            hint="The published gain compares the sums of squares themselves.",
            instead={"error": lambda away: float(np.sqrt((away**2).sum()))},
            credit=0.25,
        ),
        Mistake(
            name="gave the share of the error that is gone, not the gain",
            hint="A gain says how many times larger the error of the raw averages is.",
            instead={"compare": shares_gone},
            credit=0.25,
        ),
        Mistake(
            name="gave the share that does need shrinkage",
            hint="The fall from the raw averages to their mean is the part without shrinkage.",
            instead={"compare": share_of_shrinkage},
            credit=0.25,
        ),
        Mistake(
            name="divided one gain by the other for the share",
            hint="A gain is a ratio. The share is one of differences: by how much does the squared "
            "error fall, and by how much of it with complete pooling already?",
            instead={
                "compare": lambda raw, complete, shrunk: np.array(
                    [raw / complete, raw / shrunk, shrunk / complete]
                )
            },
        ),
    ),
    hint="Predict the rest of the season three times, by the first averages, by their mean and by "
    "James–Stein; add up the squared distances, and compare the three sums.",
    lesson="The most famous gain of shrinkage is nearly all complete pooling's. A weight is worth "
    "its name where doctors truly differ: there one number for all would fail.",
)
