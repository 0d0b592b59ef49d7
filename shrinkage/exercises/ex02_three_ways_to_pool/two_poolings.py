"""Task 02.1: each doctor's estimate without pooling and with complete pooling."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.mistakes import Mistake, in_percent, swapped
from shrinkage.exercises.task import Part, Task

Step = Callable[[Clinic], pd.Series | float]


def raw_rates(c: Clinic) -> pd.Series:
    """Each doctor's own rate."""
    return c.raw


def rate_of_all(c: Clinic) -> float:
    """The rate of all patients together."""
    return c.pooled


def poolings(c: Clinic, *, none: Step = raw_rates, complete: Step = rate_of_all) -> pd.DataFrame:
    """Both estimates, by doctor."""
    return pd.DataFrame({"none": none(c), "complete": complete(c)}, index=list(c.doctors))


TASK = Task(
    id="02.1",
    title="Two poolings",
    points=1,
    variable="poolings",
    asks="each doctor's estimate without pooling and with complete pooling",
    answer=Table(),
    tolerance=6e-4,  # three decimals are enough
    truth=poolings,
    parts=(
        Part(0.5, "no pooling", "none"),
        Part(0.5, "complete pooling", "complete"),
    ),
    mistakes=(
        Mistake(
            name="averaged the doctors' rates for complete pooling",
            hint="With complete pooling the doctors are one: a patient counts as much as any "
            "other, whoever the doctor.",
            instead={"complete": lambda c: c.raw.mean()},
        ),
        Mistake(
            name="took the doctor in the middle for complete pooling",
            hint="Put all patients together: which share of them had a success?",
            instead={"complete": lambda c: c.raw.median()},
        ),
        Mistake(
            name="left each doctor out of the pooled rate",
            hint="That predicts a doctor from the others. Complete pooling takes all patients, the "
            "doctor's own among them.",
            instead={"complete": lambda c: (c.s.sum() - c.s) / (c.n.sum() - c.n)},
        ),
        Mistake(
            name="gave each doctor's own rate for complete pooling",
            hint="With complete pooling all doctors have one rate.",
            instead={"complete": raw_rates},
        ),
        Mistake(
            name="gave everybody the clinic's rate where nothing is pooled",
            hint="Without pooling every doctor has a rate of their own.",
            instead={"none": rate_of_all},
        ),
        swapped(
            "none",
            "complete",
            name="swapped the two columns",
            hint="Without pooling every doctor has a rate of their own.",
        ),
        in_percent(),
        Mistake(
            name="counted failures instead of successes",
            hint="A `success` of 1 is a good outcome.",
            instead={"none": lambda c: 1 - c.raw, "complete": lambda c: 1 - c.pooled},
        ),
        Mistake(
            name="gave the doctors' successes and did not divide",
            hint="A count grows with the caseload; divide each doctor's by the doctor's own.",
            instead={"none": lambda c: c.s},
        ),
        Mistake(
            name="divided each doctor's successes by all patients of the clinic",
            hint="Each doctor's successes are out of that doctor's own patients.",
            instead={"none": lambda c: c.s / c.n.sum()},
        ),
        Mistake(
            name="added a success and a failure to every doctor first",
            hint="That already borrows. Without pooling the counts are taken as they are.",
            instead={"none": lambda c: (c.s + 1) / (c.n + 2)},
        ),
    ),
    hint="Without pooling: each doctor's own successes out of their own patients. With complete "
    "pooling: all successes out of all patients, the same for everyone.",
    lesson="No pooling believes a few patients as it would a hundred. Complete pooling believes "
    "that doctors do not differ. The next tasks look between the two.",
)
