"""Task 01.1: the raw rate of every doctor on the roster."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Labelled
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex01_league_tables.clinic import has_none, has_patients, seen
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.task import Part, Task


def raw_rates(
    c: Clinic,
    *,
    good: Callable[[Clinic], pd.Series] = lambda c: c.s,
    patients: Callable[[Clinic], pd.Series | float] = lambda c: c.n,
    without_patients: Callable[[Clinic], float] = lambda c: np.nan,
) -> pd.Series:
    """The share of good outcomes among each doctor's patients, and what to say of the others."""
    return (good(c) / patients(c)).where(has_patients(c), without_patients(c))


TASK = Task(
    id="01.1",
    title="Raw rates",
    points=2,
    variable="raw_rate",
    asks="the share of successes of every doctor on the roster, NaN for a doctor with no patients",
    answer=Labelled(),
    tolerance=6e-4,  # three decimals are enough
    truth=raw_rates,
    parts=(
        Part(1.5, "the rates of the doctors who have patients", has_patients),
        Part(0.5, "no rate for the doctor who has none", has_none, alone=False),
    ),
    mistakes=(
        in_percent(),
        Mistake(
            name="counted failures instead of successes",
            hint="A `success` of 1 is a good outcome; its mean is the share of them.",
            instead={"good": lambda c: c.n - c.s},
        ),
        Mistake(
            name="counted the successes and did not divide",
            hint="A count grows with the caseload; divide each doctor's by the doctor's own.",
            instead={"patients": lambda c: 1},
            credit=0.25,
        ),
        Mistake(
            name="counted the patients",
            hint="A caseload is no rate: how many of each doctor's patients had a success?",
            instead={"good": lambda c: c.n, "patients": lambda c: 1},
        ),
        Mistake(
            name="divided by the wrong n, the patients of the whole clinic",
            hint="Each doctor's successes are out of that doctor's own patients.",
            instead={"patients": lambda c: c.n.sum()},
        ),
        Mistake(
            name="divided by the wrong n, the mean caseload",
            hint="Each doctor's successes are out of that doctor's own patients, not out of an "
            "average number of them.",
            instead={"patients": lambda c: seen(c, c.n).mean()},
        ),
        Mistake(
            name="divided by the wrong n, the mean caseload with the empty doctor in it",
            hint="Each doctor's successes are out of that doctor's own patients, not out of an "
            "average number of them.",
            instead={"patients": lambda c: c.n.mean()},
        ),
        Mistake(
            name="divided by the wrong n, the number of doctors",
            hint="A rate is per patient: what is each doctor's number of patients?",
            instead={"patients": lambda c: len(c.doctors)},
        ),
        Mistake(
            name="divided by the wrong n, the number of doctors with patients",
            hint="A rate is per patient: what is each doctor's number of patients?",
            instead={"patients": lambda c: has_patients(c).sum()},
        ),
        Mistake(
            name="added a success and a failure to every doctor before dividing",
            hint="That is an estimate with a prior in it, and a good thought for later. The raw "
            "rate takes the counts as they are.",
            instead={"good": lambda c: c.s + 1, "patients": lambda c: c.n + 2},
            credit=0.25,
        ),
        Mistake(
            name="gave every doctor the rate of the whole clinic",
            hint="Group the patients by doctor before you take the mean.",
            instead={"good": lambda c: c.pooled * c.n},
        ),
        Mistake(
            name="forgot the empty doctor",
            hint="A grouped table only has doctors with patients. `reindex(roster)` gives every "
            "doctor on the roster a row.",
            leaves_out=has_none,
        ),
        Mistake(
            name="gave the empty doctor a rate of 0",
            hint="A rate of 0 claims that patients came and none did well. Without patients there "
            "is no rate, and NaN says so.",
            instead={"without_patients": lambda c: 0.0},
        ),
        Mistake(
            name="gave the empty doctor the rate of the whole clinic",
            hint="That is a sensible guess, and chapter 2 says why. It is no raw rate: the doctor "
            "has no patients to take it from.",
            instead={"without_patients": lambda c: c.pooled},
        ),
        Mistake(
            name="gave the empty doctor the mean of the doctors' rates",
            hint="That is a guess and no raw rate: the doctor has no patients to take it from.",
            instead={"without_patients": lambda c: c.raw.mean()},
        ),
        Mistake(
            name="gave the empty doctor a rate of one half",
            hint="One half is a guess and no raw rate: the doctor has no patients to take it from.",
            instead={"without_patients": lambda c: 0.5},
        ),
    ),
    hint="A raw rate is the doctor's own successes divided by the doctor's own patients; without "
    "patients there is none.",
    lesson="The raw rate is the maximum-likelihood estimate. It says nothing about how many "
    "patients stand behind it, and nothing at all about a doctor who has none.",
)
