"""Task 06.2: the word for what is wrong with each night's run."""

import pandas as pd

from shrinkage.data.runs import FAULTS
from shrinkage.exercises.answers import Matched
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.ex06_when_the_sampler_fails.week import Week
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

WORDS = Matched("night", "{label}", options=FAULTS)
DIVERGING = ("a funnel", "steps too long")
DISAGREEING = ("a stuck chain", "a chain elsewhere", "warm-up too short")
AGREEING = ("nothing", "too few draws")


def codes(w: Week) -> pd.Series:
    """The word for each night's run."""
    return WORDS.codes(w.faults)


def with_fault(*chosen: str) -> Formula:
    """A formula: the nights that have one of these faults."""
    return lambda w: w.faults.isin(chosen)


def said(word: str, *of: str) -> Formula:
    """A formula: this word for the nights with these faults; the others may hold any word."""
    return lambda w: WORDS.codes(pd.Series(word, w.faults.index)).where(with_fault(*of)(w))


_ZERO = "The number of divergences to accept is zero: each marks a place that the ball missed. "
_RANKS = (
    "Their place tells more than their number. Give the draws of `sigma_pop` their ranks: "
    "where among them are those that diverged, in each of the runs?"
)
_REPEAT = (
    "A stuck chain gives one and the same value, draw after draw. "
    "Look at the differences from one draw to the next."
)
_FEW = "More draws help chains that agree. "
_HALF = "Compute R-hat once more for the second half of each chain, or look at the traces there."

TASK = Task(
    id="06.2",
    title="What is wrong with each run",
    points=3,
    variable="diagnosis",
    asks="what is wrong with each night's run",
    answer=WORDS,
    tolerance=0.25,
    truth=codes,
    parts=(
        Part(1, "the nights with divergences", with_fault(*DIVERGING)),
        Part(1.25, "the nights whose chains disagree", with_fault(*DISAGREEING)),
        Part(0.75, "the nights whose chains agree, without a divergence", with_fault(*AGREEING)),
    ),
    mistakes=(
        Mistake(
            name="found nothing wrong with any run",
            hint="Start with your readings from task 1: which nights break a limit?",
            gives=lambda w: WORDS.codes(pd.Series("nothing", w.faults.index)),
        ),
        Mistake(
            name="went by the divergences alone",
            hint="Each instrument is blind to something. Runs without a divergence may still break "
            "the limits of R-hat or of the effective sample size.",
            gives=said("nothing", *DISAGREEING, "too few draws"),
        ),
        Mistake(
            name="looked at `sigma_pop` alone",
            hint="A fault may sit in a variable that you do not look at. Which R-hat of each run "
            "is its largest, and whose is it?",
            gives=said("nothing", "a chain elsewhere"),
        ),
        Mistake(
            name="let a handful of divergences pass",
            hint=_ZERO + "Good R-hats and many effective draws say nothing about that place.",
            gives=said("nothing", "steps too long"),
        ),
        Mistake(
            name="let a low effective sample size pass because the chains agree",
            hint="Agreement is one limit, how much the draws are worth is another.",
            gives=said("nothing", "too few draws"),
        ),
        Mistake(
            name="let the divergences of a funnel pass",
            hint=_ZERO + "How many there are says nothing about how large that place is.",
            gives=said("nothing", "a funnel"),
        ),
        Mistake(
            name="exchanged 'a funnel' and 'steps too long'",
            hint=_RANKS + " Which of the two faults is about small spreads only?",
            gives=lambda w: said("steps too long", "a funnel")(w).fillna(
                said("a funnel", "steps too long")(w)
            ),
        ),
        Mistake(
            name="called every divergence 'a funnel'",
            hint=_RANKS,
            gives=said("a funnel", "steps too long"),
        ),
        Mistake(
            name="called every divergence 'steps too long'",
            hint=_RANKS,
            gives=said("steps too long", "a funnel"),
        ),
        Mistake(
            name="said 'too few draws' wherever R-hat is too high",
            hint=_FEW + "A high R-hat says that these do not: look at their traces.",
            gives=said("too few draws", *DISAGREEING),
        ),
        Mistake(
            name="said 'too few draws' of a run that has divergences",
            hint="More draws of chains that cannot enter a place are more draws from outside it.",
            gives=said("too few draws", "a funnel"),
        ),
        Mistake(
            name="said 'a chain elsewhere' wherever R-hat is too high",
            hint="Chains may disagree in more than one way. Look at the traces: does each chain "
            "move, and does the disagreement last to the end?",
            gives=said("a chain elsewhere", "a stuck chain", "warm-up too short"),
        ),
        Mistake(
            name="said 'warm-up too short' wherever R-hat is too high",
            hint="A longer warm-up helps chains that were on their way. " + _HALF,
            gives=said("warm-up too short", "a stuck chain", "a chain elsewhere"),
        ),
        Mistake(
            name="said 'a stuck chain' wherever R-hat is too high",
            hint=_REPEAT + " Do they vanish in each of these runs?",
            gives=said("a stuck chain", "a chain elsewhere", "warm-up too short"),
        ),
        Mistake(
            name="said 'a chain elsewhere' of chains that end up in one place",
            hint="A chain that lives elsewhere is there to the end. " + _HALF,
            gives=said("a chain elsewhere", "warm-up too short"),
        ),
        Mistake(
            name="said 'warm-up too short' of chains that never meet",
            hint="A longer warm-up helps chains that were on their way. " + _HALF,
            gives=said("warm-up too short", "a chain elsewhere"),
        ),
        Mistake(
            name="said 'a chain elsewhere' of a chain that does not move",
            hint="A chain that lives elsewhere moves about there as its sisters do here.",
            gives=said("a chain elsewhere", "a stuck chain"),
        ),
        Mistake(
            name="said 'a stuck chain' of a chain that moves all the time",
            hint=_REPEAT,
            gives=said("a stuck chain", "a chain elsewhere"),
        ),
        Mistake(
            name="said 'warm-up too short' of a chain that stops in the middle",
            hint="Chains that had not arrived show it at their beginning. Where in its run does "
            "this one go wrong?",
            gives=said("warm-up too short", "a stuck chain"),
        ),
        Mistake(
            name="said 'a stuck chain' of chains that creep",
            hint=_REPEAT,
            gives=said("a stuck chain", "too few draws"),
        ),
        Mistake(
            name="said 'warm-up too short' of chains that creep from beginning to end",
            hint="Chains that had not arrived show it at their beginning. Do the first draws look "
            "any different from the last?",
            gives=said("warm-up too short", "too few draws"),
        ),
        Mistake(
            name="said 'a chain elsewhere' of chains that agree",
            hint="Slow waves take every chain up and down. Is there one that stays apart? R-hat "
            "would tell.",
            gives=said("a chain elsewhere", "too few draws"),
        ),
        Mistake(
            name="said 'too few draws' of a run that has enough",
            hint="All its readings keep the limits. More draws would make its error smaller, but "
            "there is nothing wrong with it.",
            gives=said("too few draws", "nothing"),
        ),
    ),
    hint="Take the instruments in the chapter's order: are there divergences, and where do they "
    "lie? If there are none, is R-hat high, and is it still for the second half of the chains? "
    "If not, what are the draws worth?",
    lesson="Each fault has a remedy of its own: another parameterisation, smaller steps, a longer "
    "warm-up, more draws, and for a chain that is stuck or elsewhere a search for the reason. "
    "Repeating a run until it happens to pass is none.",
)
