"""Task 05.1: what four pairs of priors on the population say of success rates."""

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex05_the_hierarchical_logit.prior_probabilities import (
    Column,
    Spread,
    all_or_none,
    at_the_ends,
    far_apart,
    half_normal,
    half_of,
    known,
    log_odds_apart,
    range_of,
    raw_rate_at_the_ends,
    strangers_far_apart,
)
from shrinkage.exercises.ex05_the_hierarchical_logit.priors import COURSE
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.simulated import of_a_share
from shrinkage.exercises.task import ERRORS, Part, Task

CANDIDATES = {
    "course": (COURSE.mu_pop, COURSE.sigma_pop),
    "vague": (5.0, 1.0),
    "moderate": (0.5, 2.0),
    "cautious": (1.0, 0.5),
}
"""Scales of the priors on `mu_pop` and `sigma_pop`, as in the notebook."""

DOCTORS = 10  # of the clinic
IMAGINED = 20_000  # clinics that the notebook asks for at least
ENDS, APART = 0.25, 0.10  # a prior that says more than this is rejected
SHARES = ["ends", "apart", "all_or_none"]


def as_it_stands(scale: float) -> float:
    """The scale of a prior is a standard deviation."""
    return scale


def caseload_of_dr_a(c: Clinic) -> int:
    """How many patients Dr. A has."""
    return int(c.n["A"])


def either(ends: pd.Series, apart: pd.Series) -> pd.Series:
    """Whether a prior goes, from whether each of its shares is above its limit."""
    return ends | apart


def prior_says(
    c: Clinic,
    *,
    sd: Callable[[float], float] = as_it_stands,
    spread: Callable[[float], Spread] = half_normal,
    ends: Column = at_the_ends,
    apart: Column = far_apart,
    alike: Column = all_or_none,
    caseload: Callable[[Clinic], int] = caseload_of_dr_a,
    verdict: Callable[[pd.Series, pd.Series], pd.Series] = either,
) -> pd.DataFrame:
    """What each candidate says, and whether it is rejected."""
    table = pd.DataFrame(index=[*CANDIDATES], columns=SHARES, dtype=float)
    for name, (mu_scale, sigma_scale) in CANDIDATES.items():
        prior = sd(mu_scale), spread, sd(sigma_scale), caseload(c)
        table.loc[name] = [_share(column, *prior) for column in (ends, apart, alike)]
    rejected = verdict(table["ends"] > ENDS, table["apart"] > APART)
    return table.assign(reject=rejected.astype(float))


@lru_cache(maxsize=1024)  # mistakes have most of their shares in common
def _share(
    column: Column,
    mu_scale: float,
    spread: Callable[[float], Spread],
    sigma_scale: float,
    patients: int,
) -> float:
    return column(mu_scale, spread(sigma_scale), patients)


def monte_carlo(c: Clinic) -> pd.DataFrame:
    """How far a share of so many imagined clinics may be off; a verdict may not."""
    return _room(prior_says(c))


def monte_carlo_at_most(c: Clinic) -> pd.DataFrame:
    """The same wherever the share is: at one half it varies most."""
    return _room(prior_says(c) * 0 + 0.5)


def _room(share: pd.DataFrame) -> pd.DataFrame:
    room = np.maximum(ERRORS * np.sqrt(share * (1 - share) / IMAGINED), 1e-3)
    return room.assign(reject=0.25)


_RULE = "A prior goes if either of the two shares is above its limit. "
_Simulated = partial(Mistake, tolerance=monte_carlo_at_most)

TASK = Task(
    id="05.1",
    title="What the priors say",
    points=2,
    variable="prior_says",
    asks="a row for each pair of priors, columns ends, apart, all_or_none and reject",
    answer=Table("prior", "'{label}'", flags=True),
    tolerance=monte_carlo,
    truth=prior_says,
    one_draw=lambda c: of_a_share(prior_says(c)),
    parts=(
        Part(0.5, "'ends', the doctors at the ends of the scale", "ends"),
        Part(0.5, "'apart', the pairs of doctors far apart", "apart"),
        Part(0.5, "'all_or_none', the outcomes all alike", "all_or_none"),
        Part(0.5, "'reject', your verdicts", "reject", alone=False),
    ),
    mistakes=(
        in_percent(columns=SHARES, credit=0),
        _Simulated(
            name="took the scales of the priors for variances",
            hint="The second number of `N(0, 5)` is a standard deviation in this course, as in "
            "NumPy and PyMC.",
            instead={"sd": np.sqrt},
            credit=0.25,
        ),
        _Simulated(
            name="set `sigma_pop` to its prior's scale instead of drawing it",
            hint="The scale belongs to the half-normal. Each imagined clinic has a `sigma_pop` of "
            "its own, drawn from it.",
            instead={"spread": known},
            credit=0.25,
        ),
        _Simulated(
            name="looked at the typical doctor, `expit(mu_pop)`, instead of a doctor",
            hint="A doctor is drawn around `mu_pop`, `sigma_pop` away on average. One line of the "
            "model is missing.",
            instead={"spread": lambda scale: known(0.0)},
        ),
        _Simulated(
            name="counted one end of the scale only",
            hint="'ends' counts doctors who nearly never succeed and doctors who nearly always do.",
            instead={"ends": half_of(at_the_ends)},
            credit=0.5,
        ),
        _Simulated(
            name="took the imagined raw rates of Dr. A for the success rates",
            hint="'ends' is about the success rate itself, before any patient is treated. A raw "
            "rate of few patients reaches the ends by chance.",
            instead={"ends": raw_rate_at_the_ends},
        ),
        _Simulated(
            name="drew the two doctors of a pair from different clinics",
            hint="Two doctors of one clinic share `mu_pop` and `sigma_pop`: draw these once for "
            "both.",
            instead={"apart": strangers_far_apart},
        ),
        _Simulated(
            name="compared the doctors of a pair on the log-odds",
            hint="Fifty points are a difference of success rates. Which function leads there?",
            instead={"apart": log_odds_apart},
        ),
        _Simulated(
            name="counted the pairs in which the first doctor is the better one",
            hint="Either doctor of a pair may be ahead: take the difference without its sign.",
            instead={"apart": half_of(far_apart)},
            credit=0.5,
        ),
        _Simulated(
            name="took the best and the worst of all doctors for a pair",
            hint="Of ten doctors some two are far apart more often than two of them are. Which two "
            "does the task ask about?",
            instead={"apart": range_of(DOCTORS)},
            costly=True,
        ),
        _Simulated(
            name="counted perfect records, and not those without a success",
            hint="All or none: the other extreme belongs to it.",
            instead={"alike": half_of(all_or_none)},
            credit=0.5,
        ),
        _Simulated(
            name="used the caseload of the doctor who has the most patients",
            hint="'all_or_none' asks about Dr. A: how many patients does Dr. A have?",
            instead={"caseload": lambda c: int(c.n.max())},
            credit=0.5,
        ),
        Mistake(
            name="marked the priors you keep",
            hint="'reject' is 1 where a prior goes, and 0 where it stays.",
            instead={"verdict": lambda ends, apart: ~(ends | apart)},
        ),
        Mistake(
            name="rejected a prior only if both shares are above their limits",
            hint=_RULE + "A clinic is unbelievable for one good reason.",
            instead={"verdict": lambda ends, apart: ends & apart},
            follows=True,
        ),
        Mistake(
            name="judged by 'ends' alone",
            hint=_RULE + "A prior can be fine for each doctor and wrong about two.",
            instead={"verdict": lambda ends, apart: ends},
            follows=True,
        ),
        Mistake(
            name="judged by 'apart' alone",
            hint=_RULE + "Doctors may agree with each other and all stand at one end.",
            instead={"verdict": lambda ends, apart: apart},
            follows=True,
        ),
    ),
    hint="Imagine clinics, each with a `mu_pop`, a `sigma_pop` and doctors; turn these into rates, "
    "and only then count what the column asks for: one doctor, two doctors, Dr. A's patients.",
    lesson="Each hyperprior can fail by itself, and in its own way: a wide one on `mu_pop` sends "
    "whole clinics to the ends, a wide one on `sigma_pop` tears the doctors of a clinic apart.",
)
