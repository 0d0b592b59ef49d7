"""Task 8.1: four test quantities of every clinic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Table
from shrinkage.exercises.ex08_could_the_model_be_wrong.clinics import Clinics, Counts
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.task import Part, Task

Quantity = Callable[[np.ndarray, np.ndarray], Any]
"""From successes (..., doctor, quarter) and trials (doctor, quarter)."""


def larger_half(trials: np.ndarray) -> np.ndarray:
    """The half of the doctors with the larger caseloads."""
    caseload = trials.sum(1)
    return caseload.argsort().argsort() >= len(caseload) // 2


def rates(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """The doctors' raw rates."""
    return successes.sum(-1) / trials.sum(-1)


def by_quarter(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Success rate of all patients in each quarter."""
    return successes.sum(-2) / trials.sum(-2)


def gap_between(large: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Mean where `large` less mean elsewhere."""
    return of[..., large].mean(-1) - of[..., ~large].mean(-1)


def apart(successes: np.ndarray, trials: np.ndarray, centre: np.ndarray | float) -> np.ndarray:
    """Squared distance of each cell's rate from a centre, weighted by its patients."""
    return trials * (successes / trials - centre) ** 2


def spread(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Standard deviation of the raw rates."""
    return rates(successes, trials).std(-1)


def caseload(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Mean raw rate of the half with the larger caseloads, less that of the other."""
    return gap_between(larger_half(trials), rates(successes, trials))


def trend(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Success rate of the last quarter less that of the first."""
    quarter = by_quarter(successes, trials)
    return quarter[..., 3] - quarter[..., 0]


def quarters(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Mean over doctors and quarters of the squared distance from the doctor's raw rate."""
    return apart(successes, trials, rates(successes, trials)[..., None]).mean((-1, -2))


QUANTITIES: Mapping[str, Quantity] = {
    "spread": spread,
    "caseload": caseload,
    "trend": trend,
    "quarters": quarters,
}
NAMES = tuple(QUANTITIES)


def quantities(successes: np.ndarray, trials: np.ndarray) -> dict[str, np.ndarray]:
    """The four test quantities from successes (..., doctor, quarter) and trials."""
    return {name: quantity(successes, trials) for name, quantity in QUANTITIES.items()}


def observed(clinics: Clinics, **otherwise: Quantity) -> pd.DataFrame:
    """The four quantities of each clinic, a row a clinic."""
    chosen = {**QUANTITIES, **otherwise}

    def row(counts: Counts) -> dict[str, Any]:
        arrays = [np.array(part) for part in counts]
        return {name: quantity(*arrays) for name, quantity in chosen.items()}

    return clinics.table(row)


def gap_of_patients(successes: np.ndarray, trials: np.ndarray) -> float:
    """Success rate of all patients in the larger half less that in the smaller."""
    large = larger_half(trials)
    parts = [successes[half].sum() / trials[half].sum() for half in (large, ~large)]
    return parts[0] - parts[1]


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
            instead={"spread": lambda s, n: rates(s, n).std(ddof=1)},
            credit=0.5,
        ),
        Mistake(
            name="gave a variance as 'spread'",
            hint="The square root is missing: a standard deviation is in the unit of the rates.",
            instead={"spread": lambda s, n: rates(s, n).var()},
            credit=0.5,
        ),
        Mistake(
            name="took the spread of the single quarters' rates",
            hint="'spread' asks about doctors: add up each doctor's quarters first.",
            instead={"spread": lambda s, n: (s / n).std()},
        ),
        Mistake(
            name="averaged each doctor's quarterly rates, where patients should be added up",
            hint="A quarter with three patients weighs as much as one with sixty in such a mean. "
            "A raw rate is a doctor's successes over a doctor's patients, all quarters together.",
            instead={"spread": lambda s, n: (s / n).mean(1).std()},
            credit=0.25,
        ),
        Mistake(
            name="subtracted the wrong way round in 'caseload'",
            hint="The half with the larger caseloads comes first, so that a positive number means "
            "that they do better.",
            instead={"caseload": lambda s, n: gap_between(~larger_half(n), rates(s, n))},
            credit=0.5,
        ),
        Mistake(
            name="added up the patients of each half of the doctors in 'caseload'",
            hint="That lets the largest caseloads speak for their half. The mean of the doctors' "
            "raw rates counts every doctor once.",
            instead={"caseload": gap_of_patients},
            credit=0.25,
        ),
        Mistake(
            name="split the doctors at the mean caseload",
            hint="Fewer than half of the doctors lie above the mean. Order them by caseload and "
            "cut in the middle.",
            instead={"caseload": lambda s, n: gap_between(n.sum(1) > n.sum(1).mean(), rates(s, n))},
            credit=0.25,
        ),
        Mistake(
            name="took the order of a sort for the doctors' places in it",
            hint="`argsort` says which doctor stands at each place, and not at which place a "
            "doctor stands. Take the rates in its order, or sort its result again.",
            instead={
                "caseload": lambda s, n: gap_between(n.sum(1).argsort() >= len(n) // 2, rates(s, n))
            },
            credit=0.25,
        ),
        Mistake(
            name="split the doctors by their numbers",
            hint="A doctor's number says nothing. Order the doctors by caseload first.",
            instead={
                "caseload": lambda s, n: gap_between(np.arange(len(n)) >= len(n) // 2, rates(s, n))
            },
        ),
        Mistake(
            name="computed a correlation as 'caseload'",
            hint="A fine test quantity too, and not the one asked for: the difference between two "
            "mean rates.",
            instead={"caseload": lambda s, n: np.corrcoef(n.sum(1), rates(s, n))[0, 1]},
        ),
        Mistake(
            name="subtracted the wrong way round in 'trend'",
            hint="The last quarter comes first, so that a positive number means that the rate "
            "rose.",
            instead={"trend": lambda s, n: by_quarter(s, n)[0] - by_quarter(s, n)[3]},
            credit=0.5,
        ),
        Mistake(
            name="averaged the doctors' rates in a quarter",
            hint=_TREND + "a doctor who saw three patients in it should not weigh as much as one "
            "who saw sixty.",
            instead={"trend": lambda s, n: np.diff((s / n)[:, [0, 3]]).mean()},
            credit=0.25,
        ),
        Mistake(
            name="compared the halves of the year",
            hint="'trend' takes the last quarter and the first, and leaves the two between out.",
            instead={
                "trend": lambda s, n: (
                    s[:, 2:].sum() / n[:, 2:].sum() - s[:, :2].sum() / n[:, :2].sum()
                )
            },
            credit=0.25,
        ),
        Mistake(
            name="measured 'quarters' from the success rate of the whole clinic",
            hint="Then it also holds how far the doctors lie apart, which the model allows for. "
            "Measure each quarter from its own doctor's rate.",
            instead={"quarters": lambda s, n: apart(s, n, s.sum() / n.sum()).mean()},
        ),
        Mistake(
            name="measured 'quarters' from the mean of the doctor's four rates",
            hint="The doctor's raw rate adds up the patients of all quarters, and then divides.",
            instead={"quarters": lambda s, n: apart(s, n, (s / n).mean(1, keepdims=True)).mean()},
            credit=0.5,
        ),
        Mistake(
            name="left the patients out of 'quarters'",
            hint="The rate of a quarter with three patients strays far by chance alone. Multiply "
            "each squared distance by the quarter's patients.",
            instead={"quarters": lambda s, n: (apart(s, n, rates(s, n)[:, None]) / n).mean()},
        ),
        Mistake(
            name="added up in 'quarters', and took no mean",
            hint="Divide by the number of doctors times quarters.",
            instead={"quarters": lambda s, n: apart(s, n, rates(s, n)[:, None]).sum()},
            credit=0.5,
        ),
        Mistake(
            name="divided 'quarters' by all patients",
            hint="The mean is over doctors and quarters, so the divisor is their number.",
            instead={"quarters": lambda s, n: apart(s, n, rates(s, n)[:, None]).sum() / n.sum()},
            credit=0.25,
        ),
    ),
    hint="Read the four definitions once more: whose rates, and what is added up before dividing?",
    lesson="Side by side the numbers say little: is a difference of so many points much? That "
    "depends on what the model would have made, which is the next task.",
)
