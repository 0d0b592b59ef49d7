"""Task 09.5: the expected loss that a batch of patients saves before a decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from shrinkage.exercises.answers import Function
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex09_deciding.board import (
    ACCUSE,
    MISS,
    STANDARD,
    WORK,
    exact,
    leave_loss,
    review_loss,
)
from shrinkage.exercises.mistakes import Mistake, wrong_sign
from shrinkage.exercises.task import Part, Task

BATCH = 10  # patients to wait for
DRAWS = 2000
RARE = 0.1  # weeks: below it so few results change the act that chance is not normal

# --- The truth ------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def calls(c: Clinic) -> dict[str, tuple[np.ndarray]]:
    """What the check calls a student's function with: for each doctor, quantiles of the rate."""
    prob = (np.arange(DRAWS) + 0.5) / DRAWS
    return {
        f"the draws of Dr. {doctor}": (expit(alpha.quantile(prob)),)
        for doctor, alpha in zip(c.doctors, exact(c).alpha, strict=True)
    }


@dataclass(frozen=True)
class Results:
    """The results a batch may have, for each doctor (rows): joint with good and with poor.

    Attributes:
        chance: probability of each result.
        poor: probability of the result and a rate below the standard.
        p: probability of a rate below the standard, before the batch.
        mean: mean rate, before the batch.
    """

    chance: np.ndarray
    poor: np.ndarray
    p: np.ndarray
    mean: np.ndarray

    def by_act(self, work: float = WORK) -> tuple[np.ndarray, np.ndarray]:
        """Loss of leaving alone and of a review, times the result's probability."""
        return MISS * self.poor, ACCUSE * (self.chance - self.poor) + work * self.poor

    def under(self, review: np.ndarray) -> np.ndarray:
        """Expected loss of a plan that reviews after some results."""
        leave, act = self.by_act()
        return np.where(review, act, leave).sum(axis=1)


@lru_cache(maxsize=64)
def results(c: Clinic, batch: int) -> Results:
    """What a batch of patients may bring."""
    k = np.arange(batch + 1)[:, None]
    rows = []
    for (rate,) in calls(c).values():
        pmf = stats.binom.pmf(k, batch, rate)
        poor = rate < STANDARD
        rows.append((pmf.mean(axis=1), (pmf * poor).mean(axis=1), poor.mean(), rate.mean()))
    return Results(*(np.array(column) for column in zip(*rows, strict=True)))


Loss = Callable[[Results], np.ndarray | float]


def better_act(p: np.ndarray) -> np.ndarray:
    """Expected loss of the better act for a doctor who is poor with probability p."""
    return np.minimum(leave_loss(p), review_loss(p))


def better_today(r: Results) -> np.ndarray:
    """Expected loss of the better act before the batch."""
    return better_act(r.p)


def better_after_each_result(r: Results) -> np.ndarray:
    """Expected loss of the better act after the batch."""
    return np.minimum(*r.by_act()).sum(axis=1)


def savings(
    c: Clinic,
    *,
    batch: int = BATCH,
    now: Loss = better_today,
    later: Loss = better_after_each_result,
) -> pd.DataFrame:
    """What a student's function returns for each doctor."""
    r = results(c, batch)
    return pd.DataFrame({0: now(r) - later(r)}, list(calls(c)), dtype=float)


def error_of_one_draw(c: Clinic) -> pd.DataFrame:
    """The sd of what one draw, with one result simulated from it, loses today less than later."""
    r = results(c, BATCH)
    leave, review = r.by_act()
    changed = (review < leave) != (review_loss(r.p) < leave_loss(r.p))[:, None]
    square = (MISS - WORK) ** 2 * r.poor + ACCUSE**2 * (r.chance - r.poor)
    variance = (changed * square).sum(axis=1) - savings(c)[0] ** 2
    sd = np.sqrt(variance.clip(lower=0))
    return sd.where(sd == 0, sd.clip(lower=RARE)).to_frame(0)


# --- What goes wrong ------------------------------------------------------------------------------


def given_each(r: Results) -> np.ndarray:
    """Loss of the better act after each result, given the result."""
    return better_act(r.poor / r.chance)


def after_the_most_probable(r: Results) -> np.ndarray:
    """Loss after the most probable result, taken for certain."""
    return given_each(r)[np.arange(len(r.p)), r.chance.argmax(axis=1)]


def at_the_mean_rate(r: Results) -> np.ndarray:
    """Loss after the batch where results are predicted with the mean rate alone."""
    k = np.arange(r.chance.shape[1])
    return (stats.binom.pmf(k, k[-1], r.mean[:, None]) * given_each(r)).sum(axis=1)


def by_the_batch_alone(r: Results) -> np.ndarray:
    """Loss of the plan that compares the batch's own rate with the standard."""
    k = np.arange(r.chance.shape[1])
    return r.under(np.broadcast_to(k / k[-1] < STANDARD, r.chance.shape))


def without_results(which: slice) -> Loss:
    """Loss after the batch with some results left out."""
    return lambda r: np.minimum(*r.by_act())[:, which].sum(axis=1)


TASK = Task(
    id="09.5",
    title="Is it worth waiting?",
    points=2,
    variable="saving",
    asks="the expected loss that the next patients' results save, from the draws of one "
    "doctor's rate",
    answer=Function(takes="rate", calls=calls),
    tolerance=1e-4,
    truth=savings,
    one_draw=error_of_one_draw,
    parts=(Part(2, "what waiting saves"),),
    mistakes=(
        wrong_sign(
            "To know more can only lower the expected loss, so no saving is negative.",
            name="subtracted the wrong way round",
            credit=0.5,
        ),
        Mistake(
            name="kept the act of today whatever the patients bring",
            hint="Patients who cannot change the decision save nothing. After each result choose "
            "the better act anew.",
            instead={"later": better_today},
        ),
        Mistake(
            name="let the patients reveal the true rate",
            hint="So few patients leave the rate uncertain. In which order do you average over the "
            "draws and take the smaller loss? First gather the draws that belong to one result.",
            instead={"later": lambda r: WORK * r.p},
            credit=0.25,
        ),
        Mistake(
            name="supposed that nothing is lost after waiting",
            hint="After the patients the decision may still be wrong. What is its expected loss "
            "then?",
            instead={"later": lambda r: 0.0},
        ),
        Mistake(
            name="gave the expected loss after waiting",
            hint="A saving is a difference: what does the best act lose today?",
            gives=lambda c: -savings(c, now=lambda r: 0.0),
            credit=0.5,
        ),
        Mistake(
            name="counted every result as equally probable",
            hint="Weigh each result by its probability: its binomial probability, averaged over "
            "the draws.",
            instead={"later": lambda r: given_each(r).mean(axis=1)},
            credit=0.25,
        ),
        Mistake(
            name="predicted the patients with the mean rate",
            hint="The rate is not known. Each draw predicts results of its own; average the "
            "probabilities of the results, not the rate.",
            instead={"later": at_the_mean_rate},
            credit=0.25,
        ),
        Mistake(
            name="decided by the new patients alone",
            hint="What is known today counts after the batch as well: among the draws, each "
            "weighed by how well it explains the result, which share is below the standard?",
            instead={"later": by_the_batch_alone},
        ),
        Mistake(
            name="took the most probable result for certain",
            hint="It is the other results that may change the decision: go through all of them.",
            instead={"later": after_the_most_probable},
        ),
        Mistake(
            name="weighed each result by its probability twice",
            hint="The mean over the draws of 'this result and below the standard' has the "
            "probability of the result in it already.",
            instead={"later": lambda r: (r.chance * np.minimum(*r.by_act())).sum(axis=1)},
            credit=0.25,
        ),
        Mistake(
            name="waited for one patient",
            hint="The batch has as many patients as `batch` says, and any number of them may do "
            "well.",
            instead={"batch": 1},
            credit=0.25,
        ),
        Mistake(
            name="waited for one patient less",
            hint="The batch has as many patients as `batch` says; only the results begin with 0.",
            instead={"batch": BATCH - 1},
            credit=0.5,
        ),
        Mistake(
            name="left a result out, that of no success",
            hint="Results run from no success to a success in every patient.",
            instead={"later": without_results(slice(1, None))},
            credit=0.5,
        ),
        Mistake(
            name="left a result out, that of a success in every patient",
            hint="Results run from no success to a success in every patient: `range` stops before "
            "its end.",
            instead={"later": without_results(slice(-1))},
            credit=0.5,
        ),
        Mistake(
            name="forgot the work that the review of a poor doctor takes",
            hint="The table of costs is that of task 09.2, with both cells of a review.",
            instead={
                "now": lambda r: np.minimum(leave_loss(r.p), ACCUSE * (1 - r.p)),
                "later": lambda r: np.minimum(*r.by_act(work=0.0)).sum(axis=1),
            },
            credit=0.5,
        ),
        Mistake(
            name="supposed that today the doctor is left alone",
            hint="Today too you take the better of two acts, which for some doctors is a review.",
            instead={"now": lambda r: leave_loss(r.p)},
            credit=0.25,
        ),
        Mistake(
            name="reviewed after a result where poor is more probable than good",
            hint="After the batch the two costs are what they were: take the act that loses less.",
            instead={"later": lambda r: r.under(r.poor > r.chance / 2)},
            credit=0.25,
        ),
    ),
    hint="After each possible result, draws count by how probable they make it. Find the better "
    "act for each result, and add up the losses with the results' probabilities.",
    lesson="Waiting saves most where the decision is open and little is known; where no result "
    "could change the act, it saves nothing, however uncertain the rate is. Set it against what "
    "waiting costs the patients in the meantime.",
)
