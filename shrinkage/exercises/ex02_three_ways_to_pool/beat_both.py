"""Task 02.4: an estimator that predicts better than either pooling, in three kinds of clinics."""

from __future__ import annotations

import numpy as np

from shrinkage.exercises.answers import Function
from shrinkage.exercises.ex02_three_ways_to_pool.known_futures import (
    beats_both,
    calls,
    complete_pooling,
    estimates,
    keeps_up,
    no_pooling,
    spread_of,
)
from shrinkage.exercises.ex02_three_ways_to_pool.the_weight import Array, luck, own_share, weight
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.task import Part, Task


def towards(mean: float, w: Array | float, rate: Array) -> Array:
    """The rate with the weight w, the mean with the rest."""
    return mean + w * (rate - mean)


def weight_of_one_half(s: Array, n: Array) -> Array:
    """The same weight for everybody."""
    return towards(s.sum() / n.sum(), 0.5, s / n)


def weight_upside_down(s: Array, n: Array) -> Array:
    """The doctor's own rate gets what the mean deserves."""
    spread, mean = spread_of(s, n)
    return towards(mean, 1 - weight(n, spread, s.sum() / n.sum()), s / n)


def one_spread_for_all_clinics(s: Array, n: Array) -> Array:
    """The spread in the chapter's picture."""
    p = s.sum() / n.sum()
    return towards(p, weight(n, 0.12, p), s / n)


def observed_spread(s: Array, n: Array) -> Array:
    """The raw rates' spread, luck included."""
    rate, p = s / n, s.sum() / n.sum()
    return towards(p, weight(n, rate.std(ddof=1), p), rate)


def observed_spread_and_mean(s: Array, n: Array) -> Array:
    """The raw rates' spread, around their mean."""
    rate, p = s / n, s.sum() / n.sum()
    return towards(rate.mean(), weight(n, rate.std(ddof=1), p), rate)


def james_steins_weight(s: Array, n: Array) -> Array:
    """One weight a clinic, with the mean of the doctors' variances for their common one."""
    rate, p = s / n, s.sum() / n.sum()
    scatter = ((rate - rate.mean()) ** 2).sum()
    w = 1 - (len(n) - 3) * luck(n, p).mean() / scatter if scatter else 0.0
    return towards(rate.mean(), max(0.0, w), rate)


def one_weight_of_between(s: Array, n: Array) -> Array:
    """One weight a clinic, the share of exercise 1's variance between doctors."""
    rate, chance = s / n, luck(n, s.sum() / n.sum()).mean()
    between = max(0.0, rate.var(ddof=1) - chance)
    return towards(rate.mean(), own_share(between, chance), rate)


def weights_only(s: Array, n: Array) -> Array:
    """How much of the way, and not where it ends."""
    return weight(n, spread_of(s, n)[0], s.sum() / n.sum())


def towards_zero(s: Array, n: Array) -> Array:
    """The mean gets nothing."""
    return weights_only(s, n) * s / n


def errors_at_own_rates(s: Array, n: Array) -> Array:
    """Each standard error at the doctor's own rate, which may be none."""
    rate = s / n
    chance = np.maximum(luck(n, rate), 1e-9)
    spread, mean = spread_of(s, n, chance=chance)
    return towards(mean, own_share(spread**2, chance), rate)


def one_more_each(s: Array, n: Array) -> Array:
    """A success and a failure more."""
    return (s + 1) / (n + 2)


def two_more_each(s: Array, n: Array) -> Array:
    """Two successes and two failures more."""
    return (s + 2) / (n + 4)


def two_successes_more(s: Array, n: Array) -> Array:
    """Two successes more."""
    return (s + 2) / (n + 2)


_FIXED = (
    "It pulls as hard where doctors are alike as where they are far apart. Let each clinic's raw "
    "rates say how much its doctors differ."
)
_TOO_LARGE = (
    "Raw rates scatter by luck as well, so their spread is too large: find the spread that "
    "explains what luck does not."
)

TASK = Task(
    id="02.4",
    title="Beat both poolings",
    points=3,
    variable="estimate",
    asks="an estimate of every doctor's true rate from the counts of one clinic",
    answer=Function(takes="successes, trials", calls=calls, noun="clinic"),
    tolerance=1e-3,
    truth=estimates,
    parts=(
        Part(1, "over all clinics a smaller error than either pooling", holds=beats_both),
        Part(
            0.75,
            "not far behind the chapter's sums where doctors are nearly alike",
            holds=keeps_up("nearly alike"),
            alone=False,
        ),
        Part(
            0.5,
            "not far behind the chapter's sums where caseloads are most uneven",
            holds=keeps_up("different"),
            alone=False,
        ),
        Part(
            0.75,
            "not far behind the chapter's sums where doctors are far apart",
            holds=keeps_up("far apart"),
            alone=False,
        ),
    ),
    mistakes=(
        in_percent(),
        Mistake(
            name="did not pool",
            hint="A few patients are believed without question. Let each raw rate have the weight "
            "that it deserves, and the mean the rest.",
            instead={"estimator": no_pooling},
        ),
        Mistake(
            name="pooled completely",
            hint="Doctors differ in these clinics, and in some of them widely. How much, their raw "
            "rates tell.",
            instead={"estimator": complete_pooling},
        ),
        Mistake(
            name="gave every doctor of every clinic a weight of one half",
            hint="A doctor with many patients can speak alone, one with few cannot. " + _FIXED,
            instead={"estimator": weight_of_one_half},
        ),
        Mistake(
            name="turned the weight upside down",
            hint="The weight belongs to the doctor's own rate: it grows with the caseload.",
            instead={"estimator": weight_upside_down},
        ),
        Mistake(
            name="took one spread for all clinics",
            hint=_FIXED,
            instead={"estimator": one_spread_for_all_clinics},
        ),
        Mistake(
            name="took the spread of the raw rates for that of the true rates",
            hint=_TOO_LARGE,
            instead={"estimator": observed_spread},
        ),
        Mistake(
            name="took the spread of the raw rates for that of the true rates, around their mean",
            hint=_TOO_LARGE,
            instead={"estimator": observed_spread_and_mean},
        ),
        Mistake(
            name="used James–Stein's one weight for all doctors of a clinic",
            hint="The batters had equal numbers of at-bats. A clinic has one spread, but luck "
            "depends on each doctor's patients.",
            instead={"estimator": james_steins_weight},
        ),
        Mistake(
            name="gave all doctors of a clinic one weight, the share of `between` of exercise 1",
            hint="A clinic has one spread, but luck depends on each doctor's patients.",
            instead={"estimator": one_weight_of_between},
        ),
        Mistake(
            name="shrank the raw rates towards zero",
            hint="What the doctor's own rate does not get goes to the mean of the doctors.",
            instead={"estimator": towards_zero},
        ),
        Mistake(
            name="added a success and a failure to every doctor",
            hint="That pulls everybody towards an even chance. " + _FIXED,
            instead={"estimator": one_more_each},
        ),
        Mistake(
            name="added two successes and two failures to every doctor",
            hint="That pulls everybody towards an even chance. " + _FIXED,
            instead={"estimator": two_more_each},
        ),
        Mistake(
            name="added two successes to every doctor",
            hint="That pulls everybody towards a rate of one, where few doctors are. " + _FIXED,
            instead={"estimator": two_successes_more},
        ),
        Mistake(
            name="took the standard errors at each doctor's own rate",
            hint="A perfect record then has no error at all and is believed without limit. Take "
            "the rate of all patients together, as the chapter does.",
            instead={"estimator": errors_at_own_rates},
        ),
        Mistake(
            name="gave the weights and not the estimates",
            hint="The weight is how much of the way; the estimate is where it ends.",
            instead={"estimator": weights_only},
        ),
    ),
    hint="Estimate how much the doctors of this one clinic differ, give each raw rate the weight "
    "that follows for its caseload, and the mean of the doctors the rest.",
    lesson="Each pooling is close where it happens to be right and fails elsewhere. The mixture "
    "asks each clinic how much its doctors differ, and in none of these three kinds is it far "
    "behind the better one.",
)
