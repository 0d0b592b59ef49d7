"""Task 08.4: what to change in the model of a clinic, as a rule for its four p-values."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from shrinkage.exercises.answers import Rule
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.ex08_could_the_model_be_wrong.clinics import Clinics
from shrinkage.exercises.ex08_could_the_model_be_wrong.four_questions import NAMES
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

REPAIRS = {
    "nothing": "keep the model",
    "the year": "a slope over the year",
    "the caseload": "a mean that follows the caseload",
    "the quarters": "an intercept for each doctor and quarter",
}
OTHERS = ("heavier tails", "two populations", "no pooling")


@dataclass(frozen=True)
class Case:
    """The p-values of a clinic, in the order of `NAMES`, and what is wrong with it."""

    fault: str
    p: tuple[float, float, float, float]


CASES = {
    "p-values in the middle": Case("nothing", (0.47, 0.62, 0.31, 0.55)),
    "p-values near the limits": Case("nothing", (0.14, 0.035, 0.96, 0.03)),
    "'caseload' near 0": Case("the caseload", (0.52, 0.001, 0.42, 0.6)),
    "'caseload' near 1": Case("the caseload", (0.61, 0.999, 0.27, 0.35)),
    "'trend' and 'quarters' near 0": Case("the year", (0.55, 0.36, 0.0, 0.002)),
    "'trend' near 1 and 'quarters' near 0": Case("the year", (0.44, 0.71, 1.0, 0.0)),
    "'quarters' near 0": Case("the quarters", (0.4, 0.55, 0.35, 0.003)),
    "'quarters' at 0": Case("the quarters", (0.58, 0.24, 0.7, 0.0)),
}
"""The faults of the four clinics, at both ends of the p-values."""
MIDDLE = (0.2, 0.8)
APART = 0.05  # how far a p-value in the middle may lie from that of the case


def calls(c: Clinics) -> dict[str, tuple[pd.Series]]:
    """What the check calls a student's function with: a row of `p_values` like each case."""
    rng, found = c.rng(4), {}
    for label, case in CASES.items():
        p = pd.Series(case.p, list(NAMES))
        near = (p + rng.uniform(-APART, APART, len(p))).round(3)
        found[label] = (p.where(~p.between(*MIDDLE), near),)
    return found


ANSWER = Rule(takes="p", calls=calls, options=(*REPAIRS.values(), *OTHERS))


def right_words(c: Clinics) -> pd.DataFrame:
    """The smallest change that mends all failed quantities of each case."""
    return ANSWER.codes({label: REPAIRS[case.fault] for label, case in CASES.items()})


def with_fault(*chosen: str) -> Formula:
    """A formula: the cases that have one of these faults."""
    return lambda c: pd.DataFrame({0: [case.fault in chosen for case in CASES.values()]}, [*CASES])


def said(word: str, *of: str) -> Formula:
    """A formula: this word for the cases with these faults."""
    return lambda c: ANSWER.codes(dict.fromkeys(CASES, word)).where(with_fault(*of)(c))


def said_in(chosen: dict[str, str]) -> Formula:
    """A formula: these words for these cases."""
    return lambda c: ANSWER.codes(chosen).reindex([*CASES])


_KEEP, _YEAR, _CASELOAD, _QUARTERS = REPAIRS.values()
_BROKEN = ("the year", "the caseload", "the quarters")

TASK = Task(
    id="08.4",
    title="What to change",
    points=3,
    variable="repair",
    asks="what to change in the model of a clinic, from its four p-values",
    answer=ANSWER,
    tolerance=0.25,
    truth=right_words,
    parts=(
        Part(0.75, "a clinic where nothing failed", with_fault("nothing"), alone=False),
        Part(0.75, "a clinic where 'trend' failed", with_fault("the year")),
        Part(0.75, "a clinic where 'caseload' failed", with_fault("the caseload")),
        Part(0.75, "a clinic where 'quarters' alone failed", with_fault("the quarters")),
    ),
    mistakes=(
        Mistake(
            name="kept the model everywhere",
            hint="A p-value is as bad near 1 as near 0. Which rows have one that the model "
            "hardly ever makes?",
            gives=said(_KEEP, *_BROKEN),
        ),
        Mistake(
            name="looked at one end of the p-values only",
            hint="A quantity fails near 1 as well: there the clinic lies below all that the model "
            "makes.",
            gives=said_in(
                {
                    "'caseload' near 1": _KEEP,
                    "'trend' near 1 and 'quarters' near 0": _QUARTERS,
                }
            ),
        ),
        Mistake(
            name="called quantities failed that were not",
            hint="Failed is below 0.01 or above 0.99 here. With sixteen p-values one below 0.05 "
            "is to be expected where nothing is wrong.",
            gives=said_in({"p-values near the limits": _CASELOAD}),
        ),
        Mistake(
            name="kept the model where 'caseload' failed",
            hint="No parameter of the model can copy this quantity. Both ends of the range of a "
            "p-value count, near 0 and near 1.",
            gives=said(_KEEP, "the caseload"),
        ),
        Mistake(
            name="kept the model where 'trend' failed",
            hint="Both ends of the range of a p-value count, near 0 and near 1.",
            gives=said(_KEEP, "the year"),
        ),
        Mistake(
            name="kept the model where 'quarters' alone failed",
            hint="The first and the last quarter agree on average there. That says nothing "
            "about the quarters of each doctor.",
            gives=said(_KEEP, "the quarters"),
        ),
        Mistake(
            name="gave a slope over the year to a clinic whose 'trend' passed",
            hint="A slope moves all doctors the same way. Where the last quarter is as good as the "
            "first on average, it has nothing to explain.",
            gives=said(_YEAR, "the quarters"),
        ),
        Mistake(
            name="gave every quarter of a doctor its own intercept where 'trend' failed too",
            hint="It would pull the quarters apart and so mend their p-value. But deviations of "
            "thirty doctors that know nothing of each other nearly cancel in the mean, and the "
            "trend would still be foreign to the model.",
            gives=said(_QUARTERS, "the year"),
            credit=0.5,
        ),
        Mistake(
            name="answered a failed 'caseload' with heavier tails",
            hint="Heavier tails let go of a few doctors who stand far out. Here it is not the "
            "extremes that are odd, but who stands where: something that you knew of each doctor "
            "before the results goes with them.",
            gives=said("heavier tails", "the caseload"),
        ),
        Mistake(
            name="answered a failed 'caseload' with two populations",
            hint="Large and small caseloads are not two kinds: there are all sizes in between. And "
            "a mixture does not know which doctor has how many patients.",
            gives=said("two populations", "the caseload"),
        ),
        Mistake(
            name="gave up pooling where 'caseload' failed",
            hint="Then the doctors with few patients are left to chance, although you know "
            "something about each of them before you see a result.",
            gives=said("no pooling", "the caseload"),
        ),
        Mistake(
            name="gave up pooling where 'quarters' alone failed",
            hint="Without pooling a doctor still has one rate for the whole year. What is wrong "
            "lies within the doctors, not between them.",
            gives=said("no pooling", "the quarters"),
        ),
        Mistake(
            name="gave up pooling where 'trend' failed",
            hint="Without pooling a doctor still has one rate for the whole year. What is wrong "
            "lies within the doctors, not between them.",
            gives=said("no pooling", "the year"),
        ),
        Mistake(
            name="put two populations where 'quarters' alone failed",
            hint="A doctor of either kind still has one rate for the whole year. What is wrong "
            "lies within the doctors, not between them.",
            gives=said("two populations", "the quarters"),
        ),
        Mistake(
            name="put heavier tails where 'quarters' alone failed",
            hint="The tails are about how far doctors lie apart. What is wrong here lies within "
            "the doctors, between one quarter and the next.",
            gives=said("heavier tails", "the quarters"),
        ),
        Mistake(
            name="gave heavier tails to the clinic that passed every check",
            hint="Nothing you looked at speaks against its model. A change needs a reason: a "
            "quantity that failed, or something you know of the clinic.",
            gives=said("heavier tails", "nothing"),
        ),
    ),
    hint="Take the quantities that failed in this clinic, if any did. What do the doctors or "
    "quarters behind them have in common, and which change would let the model make that?",
    lesson="Two clinics failed in the same quantity and need different repairs: it was the other "
    "quantities that told them apart. Where a check fails, ask what else would have failed.",
)
