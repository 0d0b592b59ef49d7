"""Task 07.5: how far one more patient would move each estimate.

With m and v the posterior mean and variance of a doctor's rate theta: after a success the posterior
is weighted with theta, after a failure with 1 - theta. So the estimate moves by E[theta²]/m - m =
v/m, or by -v/(1 - m). Gelman and others, Bayesian Data Analysis, 3rd ed. (2013), section 1.3.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import expit

from shrinkage import exact
from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex07_reading_shrinkage.estimates import (
    EFFECTIVE,
    Steps,
    estimate_error,
    estimates,
    expect,
    log_odds,
    raw_rates,
    sds,
    table,
)
from shrinkage.exercises.mistakes import Mistake, swapped
from shrinkage.exercises.task import ERRORS, Part, Task

COLUMNS = ["success", "failure"]
After = Callable[[Clinic], tuple[pd.Series, pd.Series]]
"""A step: each doctor's number after a success, and after a failure."""


def weighted(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """The estimates when the draws are weighted by the probability of the outcome."""
    m, v = estimates(c), sds(c) ** 2
    return m + v / m, m - v / (1 - m)


def steps(c: Clinic, *, after: After = weighted, now: Steps = estimates) -> pd.DataFrame:
    """How far the next patient's outcome would move each number."""
    return table(COLUMNS, *(then - now(c) for then in after(c)))


@lru_cache(maxsize=8)
def step_error(c: Clinic) -> pd.DataFrame:
    """How far each of them may be off, computed from draws, with its fourth decimal rounded."""
    rows = [
        [ERRORS * np.sqrt(expect(x, _influence(m, v, sign)) / EFFECTIVE) + 6e-5 for sign in (1, -1)]
        for x, m, v in zip(log_odds(c), estimates(c), sds(c) ** 2, strict=True)
    ]
    return pd.DataFrame(rows, list(c.doctors), COLUMNS)


def _influence(m: float, v: float, sign: int) -> Callable[[np.ndarray], np.ndarray]:
    """The squared influence of a draw on v/m, or on -v/(1 - m)."""
    q = m if sign > 0 else 1 - m

    def squared(a: np.ndarray) -> np.ndarray:
        off = sign * (expit(a) - m)
        return ((off**2 - v) / q - v * off / q**2) ** 2

    return squared


def with_estimate_error(c: Clinic) -> pd.DataFrame:
    """How far a number may be off that has the error of the estimate in it."""
    return step_error(c).add(estimate_error(c), axis=0)


def raw_after(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """Raw rates with one patient more."""
    return (c.s + 1) / (c.n + 1), c.s / (c.n + 1)


def nothing(c: Clinic) -> pd.Series:
    """Nothing to take away."""
    return 0 * c.raw


def not_divided(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """The weighted sums, by the number of draws and not by the sum of the weights."""
    m, v = estimates(c), sds(c) ** 2
    return v + m**2, m - m**2 - v


def by_variance(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """The estimates moved by the variance itself."""
    return estimates(c) + sds(c) ** 2, estimates(c) - sds(c) ** 2


def the_outcome(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """One after a success, nothing after a failure."""
    return nothing(c) + 1, nothing(c)


def as_if_counted(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """The estimates as if they were rates of the doctor's own patients."""
    m = estimates(c)
    return (c.n * m + 1) / (c.n + 1), c.n * m / (c.n + 1)


@lru_cache(maxsize=8)
def all_at_once(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """The estimates when every doctor has one more patient, all with the same outcome."""
    success, failure = (c.by_doctor(exact.posterior(c.s + k, c.n + 1).mean) for k in (1, 0))
    return success, failure


def opposite(column: str, of: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A turn: one column is the other with its sign turned."""
    return lambda moved: moved.assign(**{column: -moved[of]})


TASK = Task(
    id="07.5",
    title="What one more patient would say",
    points=2,
    variable="step",
    asks="how far the estimate of every doctor would move, columns success and failure",
    answer=Table(),
    tolerance=step_error,
    truth=steps,
    parts=(
        Part(1, "after a success", "success"),
        Part(1, "after a failure", "failure"),
    ),
    mistakes=(
        Mistake(
            name="took the way from the new estimate back to the present one",
            hint="A success takes the estimate up: new less present.",
            turns=lambda moved: -moved,
            credit=0.5,
        ),
        Mistake(
            name="gave a fall as a positive number",
            hint="A failure takes the estimate down: keep the sign.",
            turns=abs,
            credit=0.5,
        ),
        swapped(*COLUMNS, name="swapped the two columns", hint="A success takes the estimate up."),
        Mistake(
            name="gave percentage points instead of proportions",
            hint="Rates and their steps are on the scale from 0 to 1 here.",
            turns=lambda moved: 100 * moved,
            plain=True,
            credit=0.5,
        ),
        Mistake(
            name="moved the raw rates",
            hint="A raw rate jumps with every patient when there are few. How would the *estimate* "
            "move, which knows the other doctors too?",
            instead={"after": raw_after, "now": raw_rates},
        ),
        Mistake(
            name="gave the new estimates, not the way to them",
            hint="Take the present estimate away.",
            instead={"now": nothing},
            tolerance=with_estimate_error,
            credit=0.5,
        ),
        Mistake(
            name="weighted the draws and did not divide by the sum of the weights",
            hint="A weighted mean is the sum of weight times value, divided by the sum of the "
            "weights.",
            instead={"after": not_divided},
            tolerance=with_estimate_error,
            credit=0.25,
        ),
        Mistake(
            name="gave the variance of the draws",
            hint="The variance is in it. A weighted mean is divided by the mean of the weights: "
            "how probable was the outcome?",
            instead={"after": by_variance},
            credit=0.25,
        ),
        Mistake(
            name="let a failure move the estimate as far as a success",
            hint="What is expected moves little, what is a surprise moves far. How probable is a "
            "failure?",
            turns=opposite("failure", of="success"),
        ),
        Mistake(
            name="let a success move the estimate as far as a failure",
            hint="What is expected moves little, what is a surprise moves far. How probable is a "
            "success?",
            turns=opposite("success", of="failure"),
        ),
        Mistake(
            name="took the outcome itself for the new estimate",
            hint="One patient does not settle a rate: the draws that made the outcome probable "
            "gain weight, the others lose some.",
            instead={"after": the_outcome},
            tolerance=with_estimate_error,
        ),
        Mistake(
            name="weighted the estimate as if it were a rate from the doctor's own patients",
            hint="The estimate stands on more than the doctor's own patients. The draws hold all "
            "of it: weight them.",
            instead={"after": as_if_counted},
        ),
        Mistake(
            name="gave all doctors one more patient at the same time",
            hint="The next patient comes to one doctor. Change one doctor's counts at a time; or "
            "weight each doctor's own draws.",
            instead={"after": all_at_once},
            credit=0.25,
            costly=True,
        ),
    ),
    hint="After a success a draw counts in proportion to its `theta`, after a failure in "
    "proportion to 1 − `theta`. What is the weighted mean of `theta`?",
    lesson="Each step is the posterior variance divided by the probability of the outcome. So a "
    "doctor who is known well moves little, and the outcome that nobody expected moves the "
    "estimate farther.",
)
