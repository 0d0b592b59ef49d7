"""Task 03.5: the doctors whose own regression has no finite maximum likelihood estimate."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Chosen
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task


@lru_cache(maxsize=8)
def records(c: Clinic) -> pd.DataFrame:
    """For each doctor the counts, and how the severities of both outcomes lie to each other."""
    patients = pd.DataFrame({"severity": c.severity, "success": c.success, "doctor": c.doctor_idx})
    found = {}
    for j, name in enumerate(c.doctors):
        own = patients[patients["doctor"] == j]
        good = own.loc[own["success"] == 1, "severity"]
        bad = own.loc[own["success"] == 0, "severity"]
        both = len(good) > 0 and len(bad) > 0
        found[name] = {
            "s": len(good),
            "n": len(own),
            "one_outcome": not both,
            "failures_sicker": both and good.max() <= bad.min(),
            "failures_milder": both and bad.max() <= good.min(),
            "tilted": both and bad.mean() > good.mean(),
        }
    return pd.DataFrame(found).T


def no_finite_estimate(r: pd.DataFrame) -> pd.Series:
    """Where a line can explain the outcomes better and better without end."""
    return r["one_outcome"] | r["failures_sicker"] | r["failures_milder"]


def separated(
    c: Clinic, *, whom: Callable[[pd.DataFrame], pd.Series] = no_finite_estimate
) -> pd.Series:
    """1 for the doctors that are chosen, 0 for the others."""
    return whom(records(c)).astype(float)


TASK = Task(
    id="03.5",
    title="Where maximum likelihood has no answer",
    points=2,
    variable="separated",
    asks="the doctors for whom a regression of their own has no finite maximum likelihood estimate",
    answer=Chosen(),
    tolerance=0.5,
    truth=separated,
    parts=(Part(2, "every such doctor, and no other"),),
    mistakes=(
        Mistake(
            name="named nobody",
            hint="An optimiser returns numbers for every doctor, because it stops somewhere. Is "
            "there a top where it stopped? Dr. B of the chapter had none.",
            instead={"whom": lambda r: r["n"] < 0},
        ),
        Mistake(
            name="named only doctors with a single outcome",
            hint="They belong in the list. But the chapter's regression had one slope for all, and "
            "this one has a slope for each doctor: what could that slope do for a doctor who has "
            "both outcomes?",
            instead={"whom": lambda r: r["one_outcome"]},
            credit=0.5,
        ),
        Mistake(
            name="named only doctors with a perfect record",
            hint="A record without a success is as one-sided as one without a failure. And is a "
            "single outcome the only way in which the likelihood can lose its top?",
            instead={"whom": lambda r: r["s"] == r["n"]},
            credit=0.25,
        ),
        Mistake(
            name="named only doctors whose severities split the outcomes",
            hint="They belong in the list. What became of the intercept of Dr. B in the chapter?",
            instead={"whom": lambda r: r["failures_sicker"] | r["failures_milder"]},
            credit=0.5,
        ),
        Mistake(
            name="left out doctors without a success",
            hint="The likelihood treats the two outcomes alike: what holds for a record without a "
            "failure?",
            instead={"whom": lambda r: no_finite_estimate(r) & (r["s"] > 0)},
            credit=0.5,
        ),
        Mistake(
            name="left out doctors without a failure",
            hint="What is the likeliest rate of a doctor who never failed, and which log-odds is "
            "that?",
            instead={"whom": lambda r: no_finite_estimate(r) & (r["s"] < r["n"])},
            credit=0.5,
        ),
        Mistake(
            name="looked for splits in one direction only",
            hint="The likelihood does not know which outcomes to expect of the sicker patients.",
            instead={"whom": lambda r: r["one_outcome"] | r["failures_sicker"]},
            credit=0.5,
        ),
        Mistake(
            name="named the doctors with few patients",
            hint="Few patients make it likelier, and neither suffice nor are needed. Look at who "
            "failed and how sick they were, doctor by doctor.",
            instead={"whom": lambda r: r["n"] < 10},
        ),
        Mistake(
            name="named every doctor with at most one failure, or at most one success",
            hint="One is few, and neither suffices nor is needed. Draw these doctors' outcomes "
            "against severity: does a steeper line always do better?",
            instead={"whom": lambda r: np.minimum(r["s"], r["n"] - r["s"]) <= 1},
            credit=0.25,
        ),
        Mistake(
            name="went by the mean severity of successes and failures",
            hint="A difference of means gives the slope a direction. Which patients keep a steeper "
            "and steeper line from doing better, and does this doctor have them?",
            instead={"whom": lambda r: r["one_outcome"] | r["tilted"]},
        ),
        Mistake(
            name="named every doctor",
            hint="For a doctor of many patients whose outcomes are mixed at every severity, the "
            "likelihood has a top. What does it take to lose it?",
            instead={"whom": lambda r: r["n"] > 0},
        ),
        Mistake(
            name="named the doctors for whom there is a finite estimate",
            hint="The question is the reverse: whose likelihood climbs for ever?",
            instead={"whom": lambda r: ~no_finite_estimate(r).astype(bool)},
            credit=0.25,
        ),
    ),
    hint="Take one doctor at a time and draw the outcomes against severity. Which line explains "
    "them best, and is there always a better one?",
    lesson="Separation does not need a perfect record. The more coefficients a small group gets, "
    "the easier it is to split, and a print-out with numbers in it does not say so.",
)
