"""Task 09.2: the expected losses of two acts, and the act, as a rule for any probability.

The board counts in weeks (`board`): MISS = 5 for a poor doctor who is left alone, ACCUSE = 2 for
the review of a good one, WORK = 1 for that of a poor one. So both acts lose the same at a
probability of ACCUSE / (ACCUSE + MISS - WORK), a third.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shrinkage.exercises.answers import Function, called
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex09_deciding.board import ACCUSE, MISS, WORK, leave_loss, review_loss
from shrinkage.exercises.mistakes import Mistake, swapped
from shrinkage.exercises.task import Part, Task

Loss = Callable[[float], float]
"""A step: what an act is expected to lose, from the probability of a poor doctor."""
Act = Callable[[float, float, float], bool]
"""A step: whether to review, from that probability and the two losses."""

PROBABILITIES = np.array([0, 2, 10, 20, 27, 30, 32.5, 34, 38, 45, 55, 68, 76, 90, 97, 100]) / 100
"""They lie on both sides of the threshold and of each that is taken for it, and close to them."""
APART = 0.004  # how far one may lie from that in another clinic, on the same side of all these


# --- The truth ------------------------------------------------------------------------------------


def loses_less(p: float, leave: float, review: float) -> bool:
    """Whether a review loses less than leaving the doctor alone, whatever the probability."""
    return leave > review


def decide(
    p: float,
    *,
    leave: Loss = leave_loss,
    review: Loss = review_loss,
    act: Act = loses_less,
) -> dict[str, float]:
    """Both expected losses, and whether to review."""
    losses = leave(p), review(p)
    return dict(zip(["leave", "review", "act"], [*losses, act(p, *losses)], strict=True))


def calls(c: Clinic) -> dict[str, tuple[float]]:
    """What the check calls a student's function with."""
    near = PROBABILITIES + c.rng(9).uniform(-APART, APART, len(PROBABILITIES))
    near = np.where(np.isin(PROBABILITIES, (0, 1)), PROBABILITIES, near.round(4))
    return {f"a probability of {p:g}": (p,) for p in near}


decisions = called(decide, calls)

# --- What goes wrong ------------------------------------------------------------------------------


def above(threshold: float) -> Act:
    """The act of someone who reviews above a threshold."""
    return lambda p, leave, review: p > threshold


_FROM_LOSSES = "The act follows from your two losses: take the one that loses less. "

TASK = Task(
    id="09.2",
    title="What it costs to be wrong",
    points=2,
    variable="decide",
    asks="the expected loss of both acts and the act itself, 1 for a review and 0 for none, from "
    "the probability that a doctor is poor",
    answer=Function(takes="p", calls=calls),
    tolerance=6e-4,  # three decimals are enough
    truth=decisions,
    parts=(
        Part(0.5, "the expected loss of leaving alone", "leave"),
        Part(0.5, "the expected loss of a review", "review"),
        Part(1, "when to review", "act"),
    ),
    mistakes=(
        swapped(
            "leave",
            "review",
            name="swapped the two losses",
            hint="Leaving a doctor alone loses something if the doctor is poor, a review if the "
            "doctor is good.",
        ),
        Mistake(
            name="took good doctors for poor ones",
            hint="`p` is the probability of a poor doctor. Which cell of the table of costs does "
            "it belong to?",
            instead={"leave": lambda p: leave_loss(1 - p), "review": lambda p: review_loss(1 - p)},
        ),
        Mistake(
            name="forgot the work that the review of a poor doctor takes",
            hint="A review has two cells in the table of costs, and both belong to its expected "
            "loss. The chapter's table has a zero in one of them; this one has not.",
            instead={"review": lambda p: ACCUSE * (1 - p)},
            credit=0.5,
        ),
        Mistake(
            name="charged the review of a poor doctor as that of a good one",
            hint="The two cells of a review differ: weigh each by the probability of its column.",
            instead={"review": lambda p: ACCUSE},
        ),
        Mistake(
            name="added the work of a review to all reviews, those of good doctors as well",
            hint="The cell for a good doctor is the whole loss: its work is in it already.",
            instead={"review": lambda p: ACCUSE * (1 - p) + WORK},
            credit=0.5,
        ),
        Mistake(
            name="took the two costs of a review for each other's",
            hint="Which of its two columns in the table of costs is weighed by `p`?",
            instead={"review": lambda p: ACCUSE * p + WORK * (1 - p)},
        ),
        Mistake(
            name="charged missing at the cost of a review",
            hint="Leaving a poor doctor alone has its own cell in the table of costs.",
            instead={"leave": lambda p: ACCUSE * p},
        ),
        Mistake(
            name="gave the act that loses more",
            hint="1 stands for a review, which is right where its loss is the smaller one.",
            instead={"act": lambda p, leave, review: leave < review},
        ),
        Mistake(
            name="used the chapter's formula for the threshold",
            hint=_FROM_LOSSES + "In the chapter a review that is right costs nothing; here it "
            "does, so the two losses cross elsewhere.",
            instead={"act": above(ACCUSE / (ACCUSE + MISS))},
            credit=0.5,
        ),
        Mistake(
            name="divided what an accusation costs by what a miss costs",
            hint=_FROM_LOSSES + "At the threshold the two losses are equal: write both down and "
            "solve for `p`.",
            instead={"act": above(ACCUSE / MISS)},
        ),
        Mistake(
            name="reviewed only doctors who are very probably poor",
            hint=_FROM_LOSSES + "A habit such as 'almost sure' knows nothing of these costs, and "
            "neither does their ratio the wrong way up.",
            instead={"act": above(MISS / (ACCUSE + MISS))},
        ),
        Mistake(
            name="asked to be 95 % sure",
            hint=_FROM_LOSSES + "That level is a habit; which costs would it belong to?",
            instead={"act": above(0.95)},
        ),
        Mistake(
            name="reviewed whoever is more probably poor than good",
            hint=_FROM_LOSSES + "One half belongs to two mistakes that cost the same.",
            instead={"act": above(0.5)},
        ),
        Mistake(
            name="reviewed everybody",
            hint=_FROM_LOSSES + "For a doctor who is very probably good a review loses more.",
            instead={"act": lambda p, leave, review: True},
        ),
        Mistake(
            name="reviewed nobody",
            hint=_FROM_LOSSES + "For a doctor who is very probably poor leaving alone loses more.",
            instead={"act": lambda p, leave, review: False},
        ),
    ),
    hint="Write down both rows of the table of costs for one doctor, weigh the two cells of each "
    "row by the probabilities of good and poor, and add them up. The act is the one of the two "
    "that loses less.",
    lesson="The threshold came out of the costs, and it is not the chapter's formula: a review "
    "that costs something even where it is right makes the board a little slower to review.",
)
