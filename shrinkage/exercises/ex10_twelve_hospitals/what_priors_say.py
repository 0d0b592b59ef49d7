"""Task 10.1: what three priors say of sigma_pop, at spreads of the size that is seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from shrinkage.exercises.answers import Table
from shrinkage.exercises.ex10_twelve_hospitals.any_prior import C
from shrinkage.exercises.ex10_twelve_hospitals.hospitals import Hospitals
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.simulated import of_a_share
from shrinkage.exercises.task import Part, Task

SHAPES = {"published": C, "Gamma(1, 1)": 1.0}  # and rates, of the Gammas on the precision
Tails = tuple[float, float]
"""The shares below the lower cut and above the upper one."""


def half_normal(cuts: np.ndarray) -> Tails:
    """The course's prior at the cuts."""
    return stats.halfnorm.cdf(cuts[0]), stats.halfnorm.sf(cuts[1])


def whole_normal(cuts: np.ndarray) -> Tails:
    """A normal, half of which lies below zero."""
    return stats.norm.cdf(cuts[0]), stats.norm.sf(cuts[1])


def half_normal_of_precision(cuts: np.ndarray) -> Tails:
    """The half-normal asked at the precisions, as the Gammas are."""
    return stats.halfnorm.sf(cuts[0] ** -2.0), stats.halfnorm.cdf(cuts[1] ** -2.0)


def as_it_is(tails: Tails) -> Tails:
    """The two tails in their order."""
    return tails


def one_over(rate: float) -> float:
    """The scale of a Gamma, as SciPy takes it."""
    return 1 / rate


def said(
    h: Hospitals,
    *,
    ddof: int = 1,
    cuts: tuple[float, float] = (0.5, 2.0),
    scale: Callable[[float], float] = one_over,
    power: float = -2.0,
    large_is_small: bool = True,
    tails: Callable[[Tails], Tails] = as_it_is,
    course: Callable[[np.ndarray], Tails] = half_normal,
) -> pd.DataFrame:
    """What each prior says of sigma_pop below, around and above the spread that is seen.

    A Gamma is asked at a power of the cuts; there a large value is a small spread, or not.
    """
    at = np.array(cuts) * h.seen_spread(ddof)
    low, high = at**power
    found = {}
    for name, c in SHAPES.items():
        gamma = stats.gamma(c, scale=scale(c))
        small, large = (gamma.sf, gamma.cdf) if large_is_small else (gamma.cdf, gamma.sf)
        found[name] = tails((small(low), large(high)))
    found["course"] = course(at)
    rows = {name: (below, 1 - below - above, above) for name, (below, above) in found.items()}
    return pd.DataFrame(rows, index=["below", "around", "above"]).T


TASK = Task(
    id="10.1",
    title="What a prior says",
    points=2,
    variable="said",
    asks="the shares of each prior on sigma_pop below, around and above the spread that is seen",
    answer=Table("prior", "the prior '{label}'", by_row=True),
    tolerance=6e-4,  # three decimals are enough
    truth=said,
    one_draw=lambda h: of_a_share(said(h)),
    parts=(
        Part(1, "the published prior", "published"),
        Part(0.5, "the other Gamma", "Gamma(1, 1)"),
        Part(0.5, "the course's prior", "course"),
    ),
    mistakes=(
        in_percent("shares"),
        Mistake(
            name="gave cumulative shares",
            hint="The three shares of a prior add up to one.",
            turns=lambda shares: shares.cumsum(axis=1),
            credit=0.25,
        ),
        Mistake(
            name="read the Gammas as priors on sigma_pop itself",
            hint="They are priors on the precision. Which precision belongs to a given sigma_pop?",
            instead={"power": 1.0, "large_is_small": False},
        ),
        Mistake(
            name="handed the Gamma's rate to SciPy as its scale",
            hint="SciPy's `gamma` takes a scale, and that is one over the rate. The two are the "
            "same only where the rate is one.",
            instead={"scale": lambda rate: rate},
        ),
        Mistake(
            name="took the precision for one over sigma_pop",
            hint="A precision is one over a variance.",
            instead={"power": -1.0},
        ),
        Mistake(
            name="took the Gammas for priors on the variance",
            hint="A precision is one over the variance: where it is large, the spread is small.",
            instead={"power": 2.0, "large_is_small": False},
        ),
        Mistake(
            name="turned 'below' and 'above' round for the Gammas",
            hint="A large precision is a small spread: which tail of the precision lies below half "
            "of the spread that is seen?",
            instead={"tails": lambda tails: tails[::-1]},
            credit=0.25,
        ),
        Mistake(
            name="took a lower tail of the precision for a lower tail of sigma_pop",
            hint="A large precision is a small spread, so the upper tail of the one is the lower "
            "tail of the other.",
            instead={"large_is_small": False},
            credit=0.25,
        ),
        Mistake(
            name="took a normal for the half-normal, with half of it below zero",
            hint="A half-normal has no negative part: its density is twice as high above zero.",
            instead={"course": whole_normal},
        ),
        Mistake(
            name="asked the half-normal at precisions",
            hint="The course's prior is on sigma_pop itself, so the two cuts need no translation.",
            instead={"course": half_normal_of_precision},
        ),
        Mistake(
            name="cut at the spread itself, and not at half and at twice of it",
            hint="There are two cuts, one on either side of the spread that is seen.",
            instead={"cuts": (1.0, 1.0)},
        ),
        Mistake(
            name="divided by the number of hospitals in the spread that is seen",
            hint="The cell has `seen_spread` already: it divides by one less than the number of "
            "hospitals, as pandas' `std` does. NumPy's does so with `ddof=1`.",
            instead={"ddof": 0},
            credit=0.5,
        ),
    ),
    hint="There are two cuts, half of the spread that is seen and twice of it. A prior on "
    "sigma_pop is asked at the cuts, a prior on the precision at the precisions that belong to "
    "them.",
    lesson="The published prior leaves almost nothing to the spreads that hospitals show: what is "
    "vague on one scale is a strong claim on another.",
)
