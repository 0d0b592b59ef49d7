"""Task 8.4: what to change in the model of every clinic."""

from __future__ import annotations

import pandas as pd

from shrinkage.exercises.answers import Matched
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

REPAIRS = {
    "nothing": "keep the model",
    "the year": "a slope over the year",
    "the caseload": "a mean that follows the caseload",
    "the quarters": "an intercept for each doctor and quarter",
}
OTHERS = ("heavier tails", "two populations", "no pooling")
ANSWER = Matched("clinic", "{label}", options=(*REPAIRS.values(), *OTHERS))


def with_fault(*chosen: str) -> Formula:
    """A formula: the clinic that has one of these faults."""
    return lambda c: c.faults.isin(chosen)


def said(word: str, *of: str) -> Formula:
    """A formula: this word for the clinics with these faults."""
    return lambda c: ANSWER.codes(pd.Series(word, c.faults.index)).where(with_fault(*of)(c))


_KEEP, _YEAR, _CASELOAD, _QUARTERS = REPAIRS.values()
_BROKEN = ("the year", "the caseload", "the quarters")

TASK = Task(
    id="08.4",
    title="What to change",
    points=3,
    variable="repair",
    asks="what to change in the model of every clinic",
    answer=ANSWER,
    tolerance=0.25,
    truth=lambda c: ANSWER.codes(c.faults.map(REPAIRS)),
    parts=(
        Part(0.75, "the clinic where nothing failed", with_fault("nothing"), alone=False),
        Part(0.75, "the clinic where 'trend' failed", with_fault("the year")),
        Part(0.75, "the clinic where 'caseload' failed", with_fault("the caseload")),
        Part(0.75, "the clinic where 'quarters' alone failed", with_fault("the quarters")),
    ),
    mistakes=(
        Mistake(
            name="kept the model everywhere",
            hint="A p-value is as bad near 1 as near 0. Which clinics have one that the model "
            "hardly ever makes?",
            gives=said(_KEEP, *_BROKEN),
        ),
        Mistake(
            name="kept the model where 'caseload' failed",
            hint="Did you make up new doctors? With the old ones this fault hides. And both ends "
            "count, near 0 and near 1.",
            gives=said(_KEEP, "the caseload"),
        ),
        Mistake(
            name="kept the model where 'trend' failed",
            hint="Both ends of the range of a p-value count, near 0 and near 1.",
            gives=said(_KEEP, "the year"),
        ),
        Mistake(
            name="kept the model where 'quarters' alone failed",
            hint="The first and the last quarter agree on the average there. That does not speak "
            "for the quarters of each doctor.",
            gives=said(_KEEP, "the quarters"),
        ),
        Mistake(
            name="gave a slope over the year to a clinic whose 'trend' passed",
            hint="A slope moves all doctors the same way. Where the last quarter is as good as the "
            "first on the average, it has nothing to explain.",
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
            "extremes that are odd, but who is where: something that you knew of each doctor "
            "before the results goes with them.",
            gives=said("heavier tails", "the caseload"),
        ),
        Mistake(
            name="answered a failed 'caseload' with two populations",
            hint="Large and small caseloads are no two kinds: between them lie all sizes. And a "
            "mixture does not know which doctor has how many patients.",
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
