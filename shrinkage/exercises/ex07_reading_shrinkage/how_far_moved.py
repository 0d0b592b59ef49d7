"""Task 07.1: raw rate, estimate, and the way from one to the other."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import expit

from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex07_reading_shrinkage.estimates import (
    EFFECTIVE,
    Steps,
    estimate_error,
    estimates,
    fitted,
    log_odds,
    mean_log_odds,
    quantile,
    sds,
    table,
)
from shrinkage.exercises.mistakes import Mistake, without_sign, wrong_sign
from shrinkage.exercises.task import ERRORS, Part, Task

COLUMNS = ["raw", "estimate", "moved"]
Way = Callable[[Clinic, pd.Series], pd.Series]
"""A step: how far each doctor moved, from the estimates."""


def from_raw(c: Clinic, estimate: pd.Series) -> pd.Series:
    """The signed way from the raw rate to the estimate."""
    return estimate - c.raw


def moves(c: Clinic, *, estimate: Steps = estimates, moved: Way = from_raw) -> pd.DataFrame:
    """Raw rate, estimate, and the way from one to the other."""
    ends = estimate(c)
    return table(COLUMNS, c.raw, ends, moved(c, ends))


def move_error(c: Clinic) -> pd.DataFrame:
    """How far each number of the table may be off."""
    return table(COLUMNS, 0 * c.raw + 6e-4, estimate_error(c), estimate_error(c))


def error_of_one_draw(c: Clinic) -> pd.DataFrame:
    """The standard deviation of one draw; raw rates are counted."""
    return table(COLUMNS, 0 * c.raw, sds(c), sds(c))


def typical_rate(c: Clinic) -> float:
    """The typical doctor's rate, as the chapter draws it."""
    return float(expit(fitted(c).mu_pop.mean))


def from_typical(c: Clinic, estimate: pd.Series) -> pd.Series:
    """The way from the typical doctor to the estimate."""
    return estimate - typical_rate(c)


def raw_to_typical(c: Clinic, estimate: pd.Series) -> pd.Series:
    """The way that complete pooling would take."""
    return typical_rate(c) - c.raw


def share_of_raw(c: Clinic, estimate: pd.Series) -> pd.Series:
    """The movement as a share of the raw rate; infinite where that is zero."""
    return estimate / c.raw - 1


def rate_of_mean_log_odds(c: Clinic) -> pd.Series:
    """The inverse logit of the mean intercept."""
    return expit(mean_log_odds(c))


def medians(c: Clinic) -> pd.Series:
    """Posterior median of each doctor's rate."""
    return quantile(c, 0.5)


def rate_of_all(c: Clinic) -> pd.Series:
    """The rate of all patients together, for every doctor."""
    return 0 * c.raw + c.pooled


def mean_of_doctors(c: Clinic) -> pd.Series:
    """The mean of all doctors' estimates, for every doctor."""
    return 0 * c.raw + estimates(c).mean()


def log_odds_error(c: Clinic) -> pd.DataFrame:
    """How far a mean of log-odds may be off, in every column."""
    off = c.by_doctor([ERRORS * m.sd / np.sqrt(EFFECTIVE) for m in log_odds(c)])
    return table(COLUMNS, off, off, off)


TASK = Task(
    id="07.1",
    title="How far each estimate moved",
    points=2,
    variable="moved",
    asks="raw rate, estimate and signed movement of every doctor, columns raw, estimate and moved",
    answer=Table(),
    tolerance=move_error,
    truth=moves,
    one_draw=error_of_one_draw,
    parts=(
        Part(0.5, "the raw rates", "raw"),
        Part(0.75, "the estimates", "estimate"),
        Part(0.75, "how far each one moved", "moved"),
    ),
    mistakes=(
        Mistake(
            name="gave percent instead of proportions",
            hint="All three columns are on the scale from 0 to 1. The chapter's table gives the "
            "movement in percentage points, and this one does not.",
            turns=lambda moved: 100 * moved,
            plain=True,
            credit=0.5,
        ),
        wrong_sign(
            "Shrinkage starts at the raw rate. A doctor whose estimate is lower than the raw "
            "rate has moved down, and that is negative.",
            name="took the way from the estimate back to the raw rate",
            columns=["moved"],
            credit=0.5,
        ),
        without_sign(
            "Up and down are different news for a doctor: keep the sign.",
            name="left the sign of the movement out",
            columns=["moved"],
            credit=0.5,
        ),
        Mistake(
            name="measured the way from the typical doctor, not from the raw rate",
            hint="The movement is an arrow of the shrinkage plot. It begins at the doctor's cross.",
            instead={"moved": from_typical},
        ),
        Mistake(
            name="measured the whole way from the raw rate to the typical doctor",
            hint="No estimate goes all of that way while the doctor has patients. Where does the "
            "arrow end?",
            instead={"moved": raw_to_typical},
        ),
        Mistake(
            name="divided the movement by the raw rate",
            hint="The movement is a difference of two rates. As a share of the raw rate it has no "
            "value for a doctor who never succeeded.",
            instead={"moved": share_of_raw},
            credit=0.25,
        ),
        Mistake(
            name="put the mean intercept through the inverse logit",
            hint="The estimate is the mean of the rates. The rate of a mean log-odds is another "
            "number where the posterior is wide: transform each draw, then take the mean.",
            instead={"estimate": rate_of_mean_log_odds},
            credit=0.5,
        ),
        Mistake(
            name="took the median of the draws",
            hint="The course's estimate is the posterior mean, because that is the probability of "
            "a success in the next patient. The two differ where the posterior is lopsided.",
            instead={"estimate": medians},
            credit=0.5,
        ),
        Mistake(
            name="gave log-odds instead of rates",
            hint="`alpha` is on the log-odds scale. Which variable of the fit holds the rates?",
            instead={"estimate": mean_log_odds},
            tolerance=log_odds_error,
        ),
        Mistake(
            name="gave every doctor the rate of all patients together",
            hint="That is complete pooling. The fit has a rate for each doctor: average over the "
            "draws and keep the dimension `doctor`.",
            instead={"estimate": rate_of_all},
        ),
        Mistake(
            name="gave every doctor the mean of all doctors' rates",
            hint="Average over the chains and the draws, and not over the doctors as well.",
            instead={"estimate": mean_of_doctors},
        ),
        Mistake(
            name="gave the spread of the draws as the estimate",
            hint="The standard deviation says how sure the estimate is; the estimate is the mean.",
            instead={"estimate": sds},
        ),
    ),
    hint="The raw rate comes from the counts, the estimate is the mean of a doctor's draws of "
    "`theta`, and the movement is the second less the first.",
    lesson="The long arrows belong to doctors with few patients who stand far from the rest. A "
    "short arrow may mean many patients, or a raw rate that was near the others from the start.",
)
