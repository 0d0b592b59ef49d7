"""Task 01.3: Wilson's 95 % interval for every doctor on the roster."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import stats

from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.ex01_league_tables.clinic import has_none, has_patients
from shrinkage.exercises.mistakes import Mistake, in_percent, swapped
from shrinkage.exercises.task import Part, Task

Z = stats.norm.ppf(0.975)
NAMES = ["lower", "upper"]
Step = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
"""A step of an interval, from raw rates, caseloads and the normal quantile."""


def pulled_to_half(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
    """Wilson's centre, before it is divided."""
    return p + z**2 / (2 * n)


def under_the_root(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
    """Wilson's half-width, before it is divided."""
    return z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5


def standard_errors(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
    """Wald's half-width."""
    return z * (p * (1 - p) / n) ** 0.5


def without_second_term(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
    """The half-width with Wald's root in place of Wilson's."""
    return standard_errors(p, n, z) / (1 + z**2 / n)


def without_the_square(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
    """The half-width with n under the root where its square belongs."""
    return z * (p * (1 - p) / n + z**2 / (4 * n)) ** 0.5 / (1 + z**2 / n)


def wilson_centre(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
    """Wilson's centre."""
    return pulled_to_half(p, n, z) / (1 + z**2 / n)


def wilson_half(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
    """Wilson's half-width."""
    return under_the_root(p, n, z) / (1 + z**2 / n)


def intervals(
    c: Clinic,
    *,
    z: float = Z,
    centre: Step = wilson_centre,
    half: Step = wilson_half,
    at_the_ends: Callable[[pd.DataFrame], pd.DataFrame] = lambda ends: ends,
    without_patients: float = np.nan,
) -> pd.DataFrame:
    """Intervals from their centres and half-widths; Wilson's unless a step is replaced."""
    p, n = c.raw.to_numpy(), c.n.to_numpy()
    middle, width = centre(p, n, z), half(p, n, z)
    ends = at_the_ends(pd.DataFrame({"lower": middle - width, "upper": middle + width}, c.n.index))
    return ends.where(has_patients(c), without_patients, axis=0)


def of_scipy(method: str) -> Formula:
    """A formula: SciPy's 95 % intervals by another method."""

    def found(c: Clinic) -> pd.DataFrame:
        ends = [
            stats.binomtest(int(s), int(n)).proportion_ci(0.95, method) if n else (np.nan, np.nan)
            for s, n in zip(c.s, c.n, strict=True)
        ]
        return pd.DataFrame(ends, index=c.n.index, columns=NAMES)

    return found


def raw_rate(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
    """Wald's centre."""
    return p


def after_adding(patients: Callable[[float], float]) -> dict[str, Step]:
    """Wald's steps after so many patients, by z, were added, half of them successes."""

    def centre(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
        return (p * n + patients(z) / 2) / (n + patients(z))

    def half(p: np.ndarray, n: np.ndarray, z: float) -> np.ndarray:
        return standard_errors(centre(p, n, z), n + patients(z), z)

    return {"centre": centre, "half": half}


WALD = {"centre": raw_rate, "half": standard_errors}
AGRESTI_COULL = after_adding(lambda z: z**2)
RULE_OF_THUMB = after_adding(lambda z: 4)
CUT = {"at_the_ends": lambda ends: ends.clip(0, 1)}


def only(column: str) -> Formula:
    """A formula: the `column` of every doctor who has patients."""
    return lambda c: pd.DataFrame({name: has_patients(c) & (name == column) for name in NAMES})


def both_of_newcomer(c: Clinic) -> pd.DataFrame:
    """Both ends for the doctor who has no patients."""
    return pd.DataFrame(dict.fromkeys(NAMES, has_none(c)))


def from_0_to_1(c: Clinic) -> pd.DataFrame:
    """The whole scale for a doctor without patients: nothing is known, as NaN says too."""
    return pd.DataFrame({"lower": 0.0, "upper": 1.0}, c.n.index).where(both_of_newcomer(c))


_OTHER = "That is another interval than Wilson's. "

TASK = Task(
    id="01.3",
    title="Intervals that hold",
    points=3,
    variable="interval",
    asks="Wilson's 95 % interval for every doctor on the roster, columns lower and upper",
    answer=Table(),
    tolerance=6e-4,  # three decimals are enough
    truth=intervals,
    also=from_0_to_1,
    parts=(
        Part(1.25, "the lower ends", only("lower")),
        Part(1.25, "the upper ends", only("upper")),
        Part(0.5, "the doctor who has no patients", both_of_newcomer, alone=False),
    ),
    mistakes=(
        in_percent(),
        swapped(),
        Mistake(
            name="computed Wald's interval",
            hint=_OTHER + "It has no width for a doctor without a failure; Wilson's always has.",
            instead=WALD,
        ),
        Mistake(
            name="computed Wald's interval and cut it at 0 and 1",
            hint=_OTHER + "Cutting hides where Wald's leaves the scale, and mends no width.",
            instead=WALD | CUT,
        ),
        Mistake(
            name="computed the Agresti–Coull interval",
            hint=_OTHER + "The centre is the same; the width under Wilson's root is not.",
            instead=AGRESTI_COULL,
            credit=0.25,
        ),
        Mistake(
            name="computed the Agresti–Coull interval and cut it at 0 and 1",
            hint=_OTHER + "The centre is the same; the width under Wilson's root is not. "
            "Wilson's never needs cutting.",
            instead=AGRESTI_COULL | CUT,
            credit=0.25,
        ),
        Mistake(
            name="added two successes and two failures and used Wald's formula",
            hint=_OTHER + "It is the Agresti–Coull rule of thumb, close by but wider.",
            instead=RULE_OF_THUMB,
            credit=0.25,
        ),
        Mistake(
            name="added two successes and two failures, used Wald's formula and cut at 0 and 1",
            hint=_OTHER + "It is the Agresti–Coull rule of thumb. Wilson's never needs cutting.",
            instead=RULE_OF_THUMB | CUT,
            credit=0.25,
        ),
        Mistake(
            name="used a continuity correction",
            hint="The task asks for Wilson's interval as it is, without correction.",
            gives=of_scipy("wilsoncc"),
            credit=0.5,
        ),
        Mistake(
            name="computed the exact interval of Clopper and Pearson",
            hint=_OTHER + "It is SciPy's default: `proportion_ci` takes a `method`.",
            gives=of_scipy("exact"),
            credit=0.25,
        ),
        Mistake(
            name="used the normal quantile of a 90 % interval",
            hint="An interval leaves out a share at both ends: which quantile leaves half of it "
            "above?",
            instead={"z": stats.norm.ppf(0.95)},
            credit=0.5,
        ),
        Mistake(
            name="computed a 99 % interval",
            hint="The task asks for another level.",
            instead={"z": stats.norm.ppf(0.995)},
            credit=0.5,
        ),
        Mistake(
            name="used a z of 1, one standard error to each side",
            hint="One standard error to each side covers about two thirds. Which normal quantile "
            "belongs to the level asked for?",
            instead={"z": 1.0},
            credit=0.5,
        ),
        Mistake(
            name="rounded z to 2",
            hint="For a small caseload the difference shows: use `stats.norm.ppf`.",
            instead={"z": 2.0},
            credit=0.5,
        ),
        Mistake(
            name="put Wilson's width around the raw rate",
            hint="Wilson's centre is not the raw rate: it is pulled towards one half.",
            instead={"centre": raw_rate},
            credit=0.5,
        ),
        Mistake(
            name="left the divisor 1 + z²/n out",
            hint="Both the centre and the half-width are divided by it.",
            instead={"centre": pulled_to_half, "half": under_the_root},
            credit=0.5,
        ),
        Mistake(
            name="divided the centre by 1 + z²/n, not the half-width",
            hint="Both the centre and the half-width are divided by it.",
            instead={"half": under_the_root},
            credit=0.5,
        ),
        Mistake(
            name="left z²/(4n²) out under the root",
            hint="Without that term a doctor who never failed has an interval without width again. "
            "The chapter's formula has two terms under the root.",
            instead={"half": without_second_term},
            credit=0.5,
        ),
        Mistake(
            name="did not square n in z²/(4n²), under the root",
            hint="Hold your root against the chapter's formula, term by term.",
            instead={"half": without_the_square},
            credit=0.5,
        ),
        Mistake(
            name="forgot the empty doctor",
            hint="Every doctor on the roster has a row, even one with nothing in it.",
            leaves_out=both_of_newcomer,
        ),
        Mistake(
            name="gave the empty doctor an interval without width",
            hint="An interval without width claims to be certain. What do you know about a "
            "doctor's rate before the first patient?",
            instead={"without_patients": 0.0},
        ),
    ),
    hint="Wilson's interval has a centre, a half-width, and a divisor that belongs to both.",
    lesson="No interval here has zero width, and none leaves the scale from 0 to 1. The few "
    "patients of a perfect doctor show: the interval is wide.",
)
