"""Task 05.4: who of six colleagues has fitted the model of the course."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Matched
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex05_the_hierarchical_logit.posteriors import POPULATION, population
from shrinkage.exercises.ex05_the_hierarchical_logit.priors import COURSE
from shrinkage.exercises.ex05_the_hierarchical_logit.reports import reports_of
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

JUDGED = Matched("colleague", "{label}", options=("same", "other"))
LIMIT = 4.0  # between the noise of the same model and the distance of another
OTHERS = 5  # at most so many colleagues have another model


def in_standard_errors(errors: pd.DataFrame) -> pd.DataFrame:
    """The unit of a distance: the reported errors."""
    return errors


def as_they_are(errors: pd.DataFrame) -> float:
    """The unit of a difference that is not divided by its error."""
    return 1.0


def beyond_the_limit(largest: pd.Series) -> pd.Series:
    """Whose largest distance is more than noise."""
    return largest > LIMIT


def furthest(count: int) -> Callable[[pd.Series], pd.Series]:
    """The `count` colleagues with the largest distances, as by some limit."""
    return lambda largest: largest.rank(ascending=False) <= count


def gaps(c: Clinic) -> pd.DataFrame:
    """How far each reported mean is from the exact one, with its sign, in log-odds."""
    return reports_of(c)[0] - population(c, COURSE)["mean"]


def verdicts(
    c: Clinic,
    *,
    size: Callable[[pd.DataFrame], pd.DataFrame] = np.abs,
    unit: Callable[[pd.DataFrame], pd.DataFrame | float] = in_standard_errors,
    which: Sequence[str] = POPULATION,
    other: Callable[[pd.Series], pd.Series] = beyond_the_limit,
) -> pd.Series:
    """Whose posterior is another one."""
    distance = size(gaps(c)) / unit(reports_of(c)[1])
    found = other(distance[[*which]].max(axis=1))
    return JUDGED.codes(found.map({True: "other", False: "same"}))


def ben_alone_wrong(c: Clinic) -> pd.Series:
    """Ben taken for one who has the same model; the others may hold anything."""
    truth = verdicts(c)
    return (1 - truth).where(truth.index == "Ben")


_AllThree = partial(
    Mistake,
    hint="Two models can agree on one parameter and differ in another: look at all three.",
)
_WithoutErrors = partial(
    Mistake,
    name="judged by the differences as they are, without their errors",
    hint="The same difference is noise in a short run and a different posterior in a long one. "
    "Divide each by its own error.",
)

TASK = Task(
    id="05.4",
    title="Whose model is it?",
    points=2,
    variable="verdict",
    asks="'same' or 'other' for each colleague",
    answer=JUDGED,
    tolerance=0.25,
    truth=verdicts,
    parts=(
        Part(1, "Ada's short run and Ben's long one", ("Ada", "Ben")),
        Part(0.5, "Chloe's report and Dev's", ("Chloe", "Dev")),
        Part(0.5, "Eli's report and Fay's", ("Eli", "Fay")),
    ),
    mistakes=(
        Mistake(
            name="wrote 'same' for 'other' and 'other' for 'same'",
            hint="A report that lies many standard errors away comes from another model.",
            turns=lambda codes: 1 - codes,
        ),
        Mistake(
            name="found them all the same",
            hint="Beside the width of the posterior all of these differences are small. The "
            "question is how they compare with the noise of the reported means.",
            instead={"other": lambda largest: largest < 0},
        ),
        Mistake(
            name="found none the same",
            hint="No two runs give the same digits. Some difference is to be expected: how much, "
            "the reported errors say.",
            instead={"other": lambda largest: largest >= 0},
        ),
        _AllThree(name="looked at `mu_pop` alone", instead={"which": ["mu_pop"]}),
        _AllThree(name="looked at `sigma_pop` alone", instead={"which": ["sigma_pop"]}),
        _AllThree(name="looked at `beta` alone", instead={"which": ["beta"]}),
        Mistake(
            name="looked for means that are too high only",
            hint="A mean that lies many errors below the exact one comes from another model as "
            "well: a distance has no sign.",
            instead={"size": lambda gap: gap},
            credit=0.25,
        ),
        Mistake(
            name="set the limit at one standard error",
            hint="Noise is beyond one standard error a third of the time, and you look at eighteen "
            "numbers.",
            instead={"other": lambda largest: largest > 1},
        ),
        Mistake(
            name="took Ada's noise for a difference",
            hint="Among eighteen numbers one or two beyond two standard errors are no surprise; "
            "the chapter says where surprise begins.",
            instead={"other": lambda largest: largest > 2},
        ),
        *(
            _WithoutErrors(instead={"unit": as_they_are, "which": which, "other": furthest(count)})
            for which in (["mu_pop"], POPULATION)
            for count in range(1, OTHERS + 1)
        ),
        Mistake(
            name="took Ben's difference for none because it is small",
            hint="It is small, and may not matter to a patient. It is also many times the noise of "
            "Ben's long run, and that was the question.",
            gives=ben_alone_wrong,
        ),
    ),
    hint="Subtract the exact means, divide by the reported errors, and look at each colleague's "
    "largest distance.",
    lesson="The short run of the same model strays further than the long run of another. The "
    "distance in standard errors tells whether two posteriors are one, not whether the "
    "difference matters.",
)
