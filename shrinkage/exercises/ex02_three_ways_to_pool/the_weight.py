"""Task 02.2: the share that a doctor's own raw rate deserves in the estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shrinkage.exercises.answers import Function, called
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.task import Part, Task

Array = NDArray[np.float64]


def luck(n: Array | float, p: Array | float) -> Array:
    """Variance of a raw rate from n patients, each a success with probability p."""
    with np.errstate(divide="ignore"):
        return p * (1 - p) / np.asarray(n, float)


def own_share(between: Any, chance: Any) -> Any:
    """The share of the variance that is true difference between doctors."""
    return between / (between + chance)


def weight(
    n: Array | float,
    spread: float,
    p: float,
    *,
    between: Callable = np.square,
    chance: Callable = luck,
    share: Callable = own_share,
) -> Array:
    """The share that a doctor's own raw rate deserves."""
    return share(between(spread), chance(n, p))


def calls(c: Clinic) -> dict[str, tuple]:
    """Arguments that the check calls the weight with."""
    n, p = c.n.to_numpy(), c.pooled
    return {
        "a single caseload": (float(n.min()), 0.12, p),
        "an array of caseloads": (n, 0.12, p),
        "a rate nearer to one": (n, 0.12, 1 - (1 - p) / 3),
        "doctors who differ little": (n, 0.03, p),
        "doctors who differ much": (n, 0.35, p),
        "doctors who are all alike": (n, 0.0, p),
        "a caseload of none and one of a thousand": (np.array([0.0, 1e3]), 0.12, p),
    }


LIMITS = ("doctors who are all alike", "a caseload of none and one of a thousand")
USUAL = (
    "a single caseload",
    "an array of caseloads",
    "a rate nearer to one",
    "doctors who differ little",
    "doctors who differ much",
)

TASK = Task(
    id="02.2",
    title="The weight",
    points=2,
    variable="weight",
    asks="the share that a doctor's own raw rate deserves in the estimate",
    answer=Function(takes="n, spread, p", calls=calls),
    tolerance=6e-4,  # three decimals are enough
    truth=called(weight, calls),
    parts=(
        Part(1.5, "the weight for every caseload, spread and rate", USUAL),
        Part(
            0.5,
            "the weight at its limits: equal doctors, no patients, very many",
            LIMITS,
            alone=False,
        ),
    ),
    mistakes=(
        Mistake(
            name="gave the share of the others",
            hint="That is what is left for the mean; the weight is the doctor's own share. More "
            "patients should raise it.",
            instead={"share": lambda between, chance: 1 - own_share(between, chance)},
            credit=0.5,
        ),
        Mistake(
            name="took standard deviations where variances belong",
            hint="In the error of a mixture the squares of luck and of true difference add up, so "
            "the weight compares squares.",
            instead={"share": lambda between, chance: own_share(np.sqrt(between), np.sqrt(chance))},
            credit=0.25,
        ),
        Mistake(
            name="forgot to square the spread",
            hint="The spread is a standard deviation, and the weight compares variances.",
            instead={"between": float},
            credit=0.25,
        ),
        Mistake(
            name="compared the spread's square with a standard error that is not squared",
            hint="Both are squares in the weight; with which power does n stand in the square of a "
            "standard error?",
            instead={"chance": lambda n, p: np.sqrt(luck(n, p))},
            credit=0.25,
        ),
        Mistake(
            name="did not divide by the caseload",
            hint="That is the variance of one patient's outcome; a rate from many varies less.",
            instead={"chance": lambda n, p: luck(1 + 0 * n, p)},
        ),
        Mistake(
            name="took the variance of a count for that of a rate",
            hint="A number of successes varies more with more patients, a rate varies less.",
            instead={"chance": lambda n, p: n * p * (1 - p)},
        ),
        Mistake(
            name="took luck on the scale of log-odds and the spread on that of rates",
            hint="The chapter has the weight on two scales, and each compares like with like. The "
            "spread here is one of rates.",
            instead={"chance": lambda n, p: 1 / (n * p * (1 - p))},
            credit=0.25,
        ),
        Mistake(
            name="forgot the factor 1 − p",
            hint="Where every patient is a success there is no luck: the variance of an outcome is "
            "nothing at either end.",
            instead={"chance": lambda n, p: p / n},
            credit=0.25,
        ),
        Mistake(
            name="divided the variance of the true rates by that of luck alone",
            hint="Such a ratio grows beyond 1. A share has the whole below the line.",
            instead={"share": lambda between, chance: between / chance},
        ),
        Mistake(
            name="took the square root of the weight",
            hint="The weight itself is the ratio of two variances.",
            instead={"share": lambda between, chance: np.sqrt(own_share(between, chance))},
            credit=0.25,
        ),
        in_percent("a share"),
    ),
    hint="The weight is the variance of the true rates, over itself plus the variance of luck in "
    "this doctor's raw rate.",
    lesson="Few patients or doctors who are alike: little weight. Many patients or doctors who "
    "differ: nearly all of it. Nothing in it punishes a doctor for having few.",
)
