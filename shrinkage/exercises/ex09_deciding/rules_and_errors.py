"""Task 09.4: how many good doctors each rule accuses in a clinic, and how many poor ones it misses.

Numbers from simulated clinics are right within 4.5 standard errors of `CLINICS` of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from shrinkage.exercises.answers import Table
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex09_deciding.board import CHAPTERS_STANDARD
from shrinkage.exercises.ex09_deciding.limits_and_tails import INNER
from shrinkage.exercises.ex09_deciding.simulated_clinics import (
    GOOD,
    POOR,
    RULES,
    Verdicts,
    World,
    by_rule,
    verdicts,
)
from shrinkage.exercises.mistakes import Mistake, swapped
from shrinkage.exercises.task import ERRORS, Part, Task

SPREAD = 0.8  # sd of the true log-odds in the simulated clinics
CLINICS = 20_000

Count = Callable[[Verdicts], float]

# --- The truth ------------------------------------------------------------------------------------


def the_tasks_world(c: Clinic, **other: Any) -> World:
    """The task's world for a clinic; a mistake's differs in `other`."""
    task: dict[str, Any] = {
        "n": tuple(c.n.astype(int)),
        "pooled": c.pooled,
        "centre": float(logit(c.pooled)),
        "spread": SPREAD,
    }
    return World(**task | other)


def good_reviewed(of: Verdicts) -> float:
    """Good doctors whom a rule reviews, in a clinic."""
    return of.reviewed[:, GOOD].sum()


def poor_spared(of: Verdicts) -> float:
    """Poor doctors whom a rule does not review, in a clinic."""
    return of.spared[:, POOR].sum()


def rule_errors(
    c: Clinic,
    *,
    world: Callable[[Clinic], World] = the_tasks_world,
    accused: Count = good_reviewed,
    missed: Count = poor_spared,
) -> pd.DataFrame:
    """Both numbers of each rule."""
    rules = verdicts(world(c))
    return by_rule(
        {
            "accused": [accused(rules[rule]) for rule in RULES],
            "missed": [missed(rules[rule]) for rule in RULES],
        }
    )


def sd_of_sum(p: np.ndarray) -> float:
    """The standard deviation of a number of doctors, each counted with a probability of its own."""
    return float(np.sqrt((p * (1 - p)).sum()))


def sd_of_good_reviewed(of: Verdicts) -> float:
    """Of how many good doctors a rule reviews in one clinic."""
    return sd_of_sum(of.reviewed[:, GOOD])


def error_of_one_clinic(c: Clinic, reviewed: Count = sd_of_good_reviewed) -> pd.DataFrame:
    """The standard deviation of both numbers in one clinic: doctors count nearly independently."""
    return rule_errors(
        c,
        accused=reviewed,
        missed=lambda of: sd_of_sum(of.spared[:, POOR]),
    )


def sd_of_all_reviews(of: Verdicts) -> float:
    """Of how many doctors a rule reviews, good or poor, in one clinic."""
    return sd_of_sum(of.reviewed.sum(axis=1))


def error_of_simulation(c: Clinic, reviewed: Count = sd_of_good_reviewed) -> pd.DataFrame:
    """How far the means of simulated clinics may be off."""
    return ERRORS * error_of_one_clinic(c, reviewed) / np.sqrt(CLINICS) + 1e-3


# --- What goes wrong ------------------------------------------------------------------------------


def among(state: int, of: Verdicts) -> float:
    """Good or poor doctors of a clinic, whatever a rule does with them."""
    return (of.reviewed + of.spared)[:, state].sum()


def good_for_poor(c: Clinic) -> pd.DataFrame:
    """Poor doctors reviewed and good ones not."""
    return rule_errors(
        c,
        accused=lambda of: of.reviewed[:, POOR].sum(),
        missed=lambda of: of.spared[:, GOOD].sum(),
    )


def in_the_row(rule: str, **other: Any) -> Callable[[Clinic], pd.DataFrame]:
    """A formula: one rule's numbers in another world, no word on the others'."""

    def errors(c: Clinic) -> pd.DataFrame:
        whole = rule_errors(c, world=lambda c: the_tasks_world(c, **other))
        return whole.loc[[rule]].reindex(whole.index)

    return errors


def otherwise(**other: Any) -> dict[str, Callable[[Clinic], World]]:
    """The step of the truth for a world that differs."""
    return {"world": lambda c: the_tasks_world(c, **other)}


_TRUE = "In a simulation the true rates are known: who is good or poor follows from them. "

TASK = Task(
    id="09.4",
    title="Whom a rule accuses",
    points=2,
    variable="rule_errors",
    asks="for each of the three rules the mean numbers a clinic of good doctors reviewed and of "
    "poor doctors missed, columns accused and missed",
    answer=Table("rule", "the rule '{label}'"),
    tolerance=error_of_simulation,
    truth=rule_errors,
    one_draw=error_of_one_clinic,
    parts=(
        Part(1, "the good doctors whom each rule accuses", "accused"),
        Part(1, "the poor doctors whom each rule misses", "missed"),
    ),
    mistakes=(
        swapped(
            "accused",
            "missed",
            name="swapped the two columns",
            hint="Accused are good doctors who are reviewed; missed are poor ones who are not.",
        ),
        Mistake(
            name="gave the share of the good doctors, and of the poor ones",
            hint="The task asks for numbers a clinic: add up the doctors of each clinic, then "
            "average over the clinics.",
            instead={
                "accused": lambda of: good_reviewed(of) / among(GOOD, of),
                "missed": lambda of: poor_spared(of) / among(POOR, of),
            },
            credit=0.5,
        ),
        Mistake(
            name="averaged over the doctors as well",
            hint="The task asks for numbers a clinic: sum over the doctors before you average over "
            "the clinics.",
            instead={
                "accused": lambda of: of.reviewed[:, GOOD].mean(),
                "missed": lambda of: of.spared[:, POOR].mean(),
            },
            credit=0.5,
        ),
        Mistake(
            name="added up all simulated clinics",
            hint="The task asks for numbers a clinic: divide by how many there are.",
            gives=lambda c: rule_errors(c) * CLINICS,
            tolerance=lambda c: error_of_simulation(c) * CLINICS,
            credit=0.5,
        ),
        Mistake(
            name="counted all reviews, those of poor doctors too",
            hint="`accused` counts reviews that should not have been: the doctor is good.",
            instead={"accused": lambda of: of.reviewed.sum()},
            tolerance=lambda c: error_of_simulation(c, reviewed=sd_of_all_reviews),
        ),
        Mistake(
            name="gave the share of the reviews that go to good doctors",
            hint="That share is worth knowing. `accused` is a number a clinic: how many good "
            "doctors are reviewed?",
            instead={"accused": lambda of: good_reviewed(of) / of.reviewed.sum()},
            credit=0.5,
        ),
        Mistake(
            name="gave the poor doctors who are found",
            hint="`missed` counts the poor doctors whom the rule does not review.",
            instead={"missed": lambda of: of.reviewed[:, POOR].sum()},
            credit=0.5,
        ),
        Mistake(
            name="took good doctors for poor ones",
            hint="A poor doctor has a true rate below the standard.",
            gives=good_for_poor,
            tolerance=lambda c: ERRORS * np.sqrt(good_for_poor(c) / CLINICS) + 1e-3,
        ),
        Mistake(
            name="judged the doctors by their raw rates",
            hint=_TRUE + "The raw rates are all that a rule gets to see.",
            instead={
                "accused": lambda of: of.seen[:, 0].sum(),
                "missed": lambda of: of.seen[:, 1].sum(),
            },
        ),
        Mistake(
            name="gave every doctor the same true rate",
            hint="The doctors of this world differ: draw each one's log-odds from the population.",
            instead=otherwise(spread=0.0),
        ),
        Mistake(
            name="took the population's variance for its standard deviation",
            hint="`rng.normal` takes a standard deviation, and so does the task.",
            instead=otherwise(spread=SPREAD**2),
            credit=0.25,
        ),
        Mistake(
            name="centred the log-odds at a rate",
            hint="The population is on the log-odds scale: its centre is the log-odds of the rate "
            "of all patients.",
            instead={"world": lambda c: the_tasks_world(c, centre=c.pooled)},
            credit=0.25,
        ),
        Mistake(
            name="gave every doctor the mean caseload",
            hint="Small caseloads make most of the mistakes: keep each doctor's own.",
            instead={
                "world": lambda c: the_tasks_world(c, n=(round(c.n.mean()),) * len(c.doctors))
            },
        ),
        Mistake(
            name="used the inner limits for the funnel",
            hint="The rule 'funnel' has the limits of task 09.3.",
            gives=in_the_row("funnel", tail=INNER),
            credit=0.5,
            tolerance=lambda c: 2 * error_of_simulation(c),  # more are reviewed, so more varies
        ),
        Mistake(
            name="reviewed the first of the table in place of the last",
            hint="The rule 'last' reviews the lowest raw rate.",
            gives=in_the_row("last", last="highest"),
            credit=0.5,
        ),
        Mistake(
            name="reviewed one doctor where several share the lowest rate",
            hint="`argmin` finds the first of them only. Compare every rate with the smallest of "
            "its clinic.",
            gives=in_the_row("last", last="first"),
            credit=0.5,
        ),
        Mistake(
            name="used the chapter's standard",
            hint="This board has set a standard of its own: `standard` in the setup cell.",
            instead=otherwise(standard=CHAPTERS_STANDARD),
            credit=0.5,
        ),
    ),
    hint="For each rule make a table of True and False, a row a clinic and a column a doctor; "
    "another one says who is poor. Count where they contradict each other.",
    lesson="No rule is free. The funnel spares the good and misses most of the poor, the raw "
    "rate does the opposite, and a rule that reviews the last of every table must accuse somebody "
    "even where all are good, and finds almost nobody but the last.",
)
