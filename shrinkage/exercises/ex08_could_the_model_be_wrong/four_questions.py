"""Task 08.1: four test quantities of every clinic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Table
from shrinkage.exercises.ex08_could_the_model_be_wrong.clinics import Clinics, Counts
from shrinkage.exercises.mistakes import Mistake, at, in_percent
from shrinkage.exercises.task import Part, Task

Quarters = tuple[slice, slice]
"""Which quarters of the year are compared: the later ones and the earlier ones."""
LAST_AND_FIRST = slice(3, 4), slice(0, 1)


def rates(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """The doctors' raw rates, from successes (..., doctor, quarter) and trials."""
    return successes.sum(-1) / trials.sum(-1)


def deviation(of: np.ndarray) -> np.ndarray:
    """The standard deviation of the doctors' rates."""
    return of.std(-1)


def larger_half(caseload: np.ndarray) -> np.ndarray:
    """The half of the doctors with the larger caseloads."""
    return caseload.argsort().argsort() >= len(caseload) // 2


def gap_of_rates(large: np.ndarray, successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Mean raw rate of these doctors less that of the others."""
    of = rates(successes, trials)
    return of[..., large].mean(-1) - of[..., ~large].mean(-1)


def of_all_patients(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """The success rate of all patients together."""
    return successes.sum((-2, -1)) / trials.sum((-2, -1))


def own_rate(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Each doctor's raw rate, beside the quarters."""
    return rates(successes, trials)[..., None]


def patients(trials: np.ndarray) -> np.ndarray:
    """The weight of each doctor's quarter."""
    return trials


def mean_of_cells(apart: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """The mean over doctors and quarters."""
    return apart.mean((-2, -1))


def quantities(
    successes: np.ndarray,
    trials: np.ndarray,
    *,
    rate: Callable[..., np.ndarray] = rates,
    spread: Callable[..., Any] = deviation,
    large: Callable[..., np.ndarray] = larger_half,
    gap: Callable[..., Any] = gap_of_rates,
    compared: Quarters = LAST_AND_FIRST,
    in_quarters: Callable[..., Any] = of_all_patients,
    centre: Callable[..., Any] = own_rate,
    weight: Callable[..., Any] = patients,
    average: Callable[..., Any] = mean_of_cells,
) -> dict[str, np.ndarray]:
    """The four test quantities from successes (..., doctor, quarter) and trials."""
    late, early = (in_quarters(successes[..., q], trials[..., q]) for q in compared)
    apart = (successes / trials - centre(successes, trials)) ** 2
    return {
        "spread": spread(rate(successes, trials)),
        "caseload": gap(large(trials.sum(1)), successes, trials),
        "trend": late - early,
        "quarters": average(weight(trials) * apart, trials),
    }


NAMES = ("spread", "caseload", "trend", "quarters")


def observed(clinics: Clinics, **steps: Any) -> pd.DataFrame:
    """The four quantities of each clinic, a row a clinic."""

    def row(counts: Counts) -> dict[str, Any]:
        successes, trials = map(np.array, counts)
        return quantities(successes, trials, **steps)

    return clinics.table(row)


def gap_of_patients(large: np.ndarray, successes: np.ndarray, trials: np.ndarray) -> float:
    """Success rate of all patients of these doctors less that of the others'."""
    one, other = (of_all_patients(successes[half], trials[half]) for half in (large, ~large))
    return float(one - other)


def correlation(large: np.ndarray, successes: np.ndarray, trials: np.ndarray) -> float:
    """The correlation of caseload and raw rate."""
    return float(np.corrcoef(trials.sum(1), rates(successes, trials))[0, 1])


def wrong_way_round(column: str, hint: str) -> Mistake:
    """Took a difference the other way round."""
    return Mistake(
        name=f"subtracted the wrong way round in '{column}'",
        hint=hint,
        turns=at([column], lambda values: -values),
        credit=0.5,
    )


_TREND = "Add up the patients of all doctors in a quarter, then divide: "

TASK = Task(
    id="08.1",
    title="Four questions",
    points=2,
    variable="observed",
    asks="the four test quantities of every clinic, columns spread, caseload, trend and quarters",
    answer=Table("clinic", "{label}"),
    tolerance=6e-4,  # three decimals are enough
    truth=observed,
    parts=tuple(Part(0.5, f"'{name}'", name) for name in NAMES),
    mistakes=(
        in_percent(columns=["spread", "caseload", "trend"]),
        Mistake(
            name="divided by the number of doctors less one",
            hint="'spread' is the standard deviation of these thirty rates themselves. NumPy's "
            "`std` divides by their number, pandas' by one less unless told `ddof=0`.",
            instead={"spread": lambda of: of.std(ddof=1)},
            credit=0.5,
        ),
        Mistake(
            name="gave a variance as 'spread'",
            hint="The square root is missing: a standard deviation is in the unit of the rates.",
            instead={"spread": np.var},
            credit=0.5,
        ),
        Mistake(
            name="took the spread of the single quarters' rates",
            hint="'spread' asks about doctors: add up each doctor's quarters first.",
            instead={"rate": lambda s, n: (s / n).ravel()},
        ),
        Mistake(
            name="averaged each doctor's quarterly rates, where patients should be added up",
            hint="A quarter with three patients weighs as much as one with sixty in such a mean. "
            "A raw rate is a doctor's successes over a doctor's patients, all quarters together.",
            instead={"rate": lambda s, n: (s / n).mean(1)},
            credit=0.25,
        ),
        wrong_way_round(
            "caseload",
            "The half with the larger caseloads comes first, so that a positive number means "
            "that they do better.",
        ),
        Mistake(
            name="added up the patients of each half of the doctors in 'caseload'",
            hint="That lets the largest caseloads speak for their half. The mean of the doctors' "
            "raw rates counts every doctor once.",
            instead={"gap": gap_of_patients},
            credit=0.25,
        ),
        Mistake(
            name="split the doctors at the mean caseload",
            hint="Fewer than half of the doctors lie above the mean. Order them by caseload and "
            "cut in the middle.",
            instead={"large": lambda caseload: caseload > caseload.mean()},
            credit=0.25,
        ),
        Mistake(
            name="took the order of a sort for the doctors' places in it",
            hint="`argsort` says which doctor stands at each place, and not at which place a "
            "doctor stands. Take the rates in its order, or sort its result again.",
            instead={"large": lambda caseload: caseload.argsort() >= len(caseload) // 2},
            credit=0.25,
        ),
        Mistake(
            name="split the doctors by their numbers",
            hint="A doctor's number says nothing. Order the doctors by caseload first.",
            instead={"large": lambda caseload: np.arange(len(caseload)) >= len(caseload) // 2},
        ),
        Mistake(
            name="computed a correlation as 'caseload'",
            hint="A fine test quantity too, and not the one asked for: the difference between two "
            "mean rates.",
            instead={"gap": correlation},
        ),
        wrong_way_round(
            "trend",
            "The last quarter comes first, so that a positive number means that the rate rose.",
        ),
        Mistake(
            name="averaged the doctors' rates in a quarter",
            hint=_TREND + "a doctor who saw three patients in it should not weigh as much as one "
            "who saw sixty.",
            instead={"in_quarters": lambda s, n: (s / n).mean()},
            credit=0.25,
        ),
        Mistake(
            name="compared the halves of the year",
            hint="'trend' takes the last quarter and the first, and leaves the two between out.",
            instead={"compared": (slice(2, 4), slice(0, 2))},
            credit=0.25,
        ),
        Mistake(
            name="measured 'quarters' from the success rate of the whole clinic",
            hint="Then it also holds how far the doctors lie apart, which the model allows for. "
            "Measure each quarter from its own doctor's rate.",
            instead={"centre": of_all_patients},
        ),
        Mistake(
            name="measured 'quarters' from the mean of the doctor's four rates",
            hint="The doctor's raw rate adds up the patients of all quarters, and then divides.",
            instead={"centre": lambda s, n: (s / n).mean(1, keepdims=True)},
            credit=0.5,
        ),
        Mistake(
            name="left the patients out of 'quarters'",
            hint="The rate of a quarter with three patients strays far by chance alone. Multiply "
            "each squared distance by the quarter's patients.",
            instead={"weight": np.ones_like},
        ),
        Mistake(
            name="added up in 'quarters', and took no mean",
            hint="Divide by the number of doctors times quarters.",
            instead={"average": lambda apart, n: apart.sum()},
            credit=0.5,
        ),
        Mistake(
            name="divided 'quarters' by all patients",
            hint="The mean is over doctors and quarters, so the divisor is their number.",
            instead={"average": lambda apart, n: apart.sum() / n.sum()},
            credit=0.25,
        ),
    ),
    hint="Read the four definitions once more: whose rates, and what is added up before dividing?",
    lesson="Side by side the numbers say little: is a difference of so many points much? That "
    "depends on what the model would have made, which is the next task.",
)
