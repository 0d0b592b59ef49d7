"""Task 02.5: the shares of this year's rate, last year's rate and the mean in the estimate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shrinkage.exercises.answers import Function, called
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex02_three_ways_to_pool.the_weight import Array, luck, weight
from shrinkage.exercises.mistakes import Mistake, in_percent, swapped
from shrinkage.exercises.task import Part, Task

# By how much each source misses this year's true rate, as a variance; and what follows from three.


def miss_of_now(n_now: float, drift: float, p: float) -> float:
    """This year's rate misses by luck."""
    return float(luck(n_now, p))


def miss_of_last(n_last: float, drift: float, p: float) -> float:
    """Last year's misses by luck and by the step since."""
    return float(luck(n_last, p)) + drift**2


def miss_of_mean(spread: float, drift: float) -> float:
    """The mean misses by how much doctors differ."""
    return spread**2


def in_proportion(values: Array) -> Array:
    """Scaled to sum to one."""
    return values / values.sum()


def by_precision(variances: Array) -> Array:
    """The shares with the smallest expected squared error."""
    return in_proportion(1 / variances)


def shares(
    n_now: float,
    n_last: float,
    drift: float,
    spread: float,
    p: float,
    *,
    now: Callable = miss_of_now,
    last: Callable = miss_of_last,
    mean: Callable = miss_of_mean,
    mix: Callable = by_precision,
) -> Array:
    """What each of the three deserves."""
    return mix(np.array([now(n_now, drift, p), last(n_last, drift, p), mean(spread, drift)]))


def calls(c: Clinic) -> dict[str, tuple]:
    """Arguments that the check calls the shares with."""
    few, many, p = float(c.n.min()), float(c.n.max()), c.pooled
    return {
        "few patients in both years": (few, few + 3, 0.05, 0.12, p),
        "many patients in both years": (many, many - 20, 0.05, 0.12, p),
        "few patients this year, many last year": (few, many, 0.05, 0.12, p),
        "doctors who never change": (few, many, 0.0, 0.12, p),
        "doctors who change a great deal": (few, many, 0.3, 0.12, p),
        "doctors who are much alike": (few, many, 0.05, 0.03, p),
    }


STEADY = "doctors who never change"
CHANGING = (
    "few patients in both years",
    "many patients in both years",
    "few patients this year, many last year",
    "doctors who change a great deal",
    "doctors who are much alike",
)


def year_by_year(n_now: float, n_last: float, drift: float, spread: float, p: float) -> Array:
    """The chapter's weight twice: last year with the mean, then this year with the result."""
    last = spread**2 / (spread**2 + miss_of_last(n_last, drift, p))
    now = float(weight(n_now, spread, p))
    return np.array([now, (1 - now) * last, (1 - now) * (1 - last)])


def _same_for_both(variances: Array) -> Array:
    now, last, mean = by_precision(variances)
    return np.array([(now + last) / 2, (now + last) / 2, mean])


_A_STEP_AWAY = "You want this year's truth: which of the two years is a step away from it?"

TASK = Task(
    id="02.5",
    title="Last year's patients",
    points=2,
    variable="shares",
    asks="the shares of this year's rate, last year's rate and the mean in the estimate",
    answer=Function(takes="n_now, n_last, drift, spread, p", calls=calls),
    tolerance=6e-4,  # three decimals are enough
    truth=called(shares, calls),
    parts=(
        Part(0.75, "the shares where doctors never change", STEADY),
        Part(1.25, "the shares where they may have changed", CHANGING),
    ),
    mistakes=(
        in_percent("shares"),
        Mistake(
            name="left the drift out and pooled the two years as if they were one",
            hint="Last year's rate misses this year's truth by luck and by the change. The two "
            "have nothing to do with each other.",
            instead={"last": lambda n, drift, p: luck(n, p)},
        ),
        Mistake(
            name="added the drift without squaring it",
            hint="A drift is a standard deviation. What adds up?",
            instead={"last": lambda n, drift, p: luck(n, p) + drift},
            credit=0.25,
        ),
        Mistake(
            name="let the drift weaken this year's rate",
            hint=_A_STEP_AWAY,
            instead={
                "now": lambda n, drift, p: luck(n, p) + drift**2,
                "last": lambda n, drift, p: luck(n, p),
            },
        ),
        Mistake(
            name="let the drift weaken both years",
            hint=_A_STEP_AWAY,
            instead={"now": lambda n, drift, p: luck(n, p) + drift**2},
        ),
        Mistake(
            name="let the drift weaken the mean",
            hint="The spread is how much doctors differ in one year; the step of a doctor adds "
            "nothing to it.",
            instead={
                "last": lambda n, drift, p: luck(n, p),
                "mean": lambda spread, drift: spread**2 + drift**2,
            },
        ),
        Mistake(  # and last year's rate too
            name="let the drift weaken the mean",
            hint="The spread is how much doctors differ in one year; the step of a doctor adds "
            "nothing to it.",
            instead={"mean": lambda spread, drift: spread**2 + drift**2},
        ),
        Mistake(
            name="forgot to square the spread",
            hint="The spread is a standard deviation. What compares with a variance by luck?",
            instead={"mean": lambda spread, drift: spread},
            credit=0.25,
        ),
        Mistake(
            name="gave the largest share to the source that misses by most",
            hint="A source that is off by more deserves less.",
            instead={"mix": in_proportion},
        ),
        Mistake(
            name="took standard deviations where variances belong",
            hint="Write the chapter's weight with one over each variance, and compare.",
            instead={"mix": lambda variances: by_precision(np.sqrt(variances))},
            credit=0.25,
        ),
        Mistake(
            name="did not scale the shares",
            hint="An estimate is a mixture: its shares sum to one.",
            instead={"mix": lambda variances: 1 / variances},
            credit=0.5,
        ),
        Mistake(
            name="left the other doctors out",
            hint="Two years of one doctor may still be few patients. The mean is the third source.",
            instead={"mean": lambda spread, drift: np.inf},
            credit=0.25,
        ),
        Mistake(
            name="gave both years the same share",
            hint="A year with more patients says more, and a year ago is a step away.",
            instead={"mix": _same_for_both},
        ),
        Mistake(
            name="mixed twice, last year with the mean, then this year with the result",
            hint="It is a good plan, but the result of the first mixture misses the truth by less "
            "than the mean does. By how much?",
            gives=called(year_by_year, calls),
            credit=0.25,
        ),
        swapped(0, 1, name="exchanged the two years", hint="The first share is that of this year."),
    ),
    hint="Ask of each of the three by how much it misses the doctor's true rate of this year, as "
    "a variance. Then see what the chapter's weight does with two such variances.",
    lesson="The chapter's weight is the case of two sources. Any number of them mix in the same "
    "way, as long as they miss the truth for unrelated reasons.",
)
