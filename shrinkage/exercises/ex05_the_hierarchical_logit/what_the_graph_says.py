"""Task 05.5: which news changes the belief about Dr. B, by the graph of the model."""

import pandas as pd

from shrinkage.exercises.answers import Matched
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

BELIEF = Matched("case", "case {label}", options=("changes", "stays"))
CASES = {
    "1": "changes",  # told nothing; a patient of Dr. G fails
    "2": "stays",  # told mu_pop, sigma_pop, beta; a patient of Dr. G fails
    "3": "changes",  # told mu_pop, sigma_pop; a patient of Dr. G fails
    "4": "stays",  # told alpha of Dr. G, and beta; a patient of Dr. G fails
    "5": "stays",  # told nothing; a severity of Dr. B's, outcome unknown
    "6": "changes",  # told mu_pop, sigma_pop, beta; a patient of Dr. B succeeds
    "7": "changes",  # told nothing; alpha of Dr. G
    "8": "stays",  # told nothing; Dr. G gets more patients, outcomes unknown
}
PAIRS = {
    ("1", "2"): "cases 1 and 2, with the population unknown and known",
    ("3", "4"): "cases 3 and 4, what is left once some of it is known",
    ("5", "6"): "cases 5 and 6, the next patient of Dr. B",
    ("7", "8"): "cases 7 and 8, news of Dr. G that is no outcome",
}
WHY = {
    "1": "The failure says something about Dr. G, hence about the population, hence about Dr. B: "
    "follow the arrows up and down again.",
    "2": "What Dr. G's patients could tell about Dr. B runs through `mu_pop`, `sigma_pop` or "
    "`beta`. What is left to tell once you know all three?",
    "3": "One of the three that the doctors share is still unknown, and the outcome of a patient "
    "depends on it. Which one?",
    "4": "Which arrows lead into the outcome of Dr. G's patient? If you know all that stands at "
    "their other ends, the outcome is the toss of a coin whose bias you know.",
    "5": "In this model no arrow leads from severity to `alpha`, and the outcome, where the two "
    "meet, has not been seen.",
    "6": "Knowing the population does not tell where in it Dr. B stands. Dr. B's own patients do.",
    "7": "An intercept that is known is like very many patients of that doctor: it says where the "
    "population is, and that is news of everyone in it.",
    "8": "In this model a caseload is given, and no arrow leads from it to anything unknown. Only "
    "outcomes speak.",
}


def belief(c: Clinic) -> pd.Series:
    """The right answers, in any clinic."""
    return BELIEF.codes(CASES)


def wrong_in(case: str) -> Formula:
    """A formula: one case taken for the contrary; the others may hold anything."""
    return lambda c: (1 - belief(c)).where(belief(c).index == case)


TASK = Task(
    id="05.5",
    title="What the graph says",
    points=2,
    variable="belief",
    asks="'changes' or 'stays' for each of the eight cases",
    answer=BELIEF,
    tolerance=0.25,
    truth=belief,
    parts=tuple(Part(0.5, what, pair) for pair, what in PAIRS.items()),
    mistakes=(
        Mistake(
            name="wrote 'changes' for 'stays' and 'stays' for 'changes'",
            hint="'changes' says that the news tells you something about Dr. B.",
            turns=lambda codes: 1 - codes,
        ),
        Mistake(
            name="let everything tell you something about Dr. B",
            hint="A graph is read for its missing arrows. In which cases is every path from the "
            "news to `alpha` of Dr. B either missing or barred by what you know?",
            gives=lambda c: BELIEF.codes(dict.fromkeys(CASES, "changes")),
        ),
        Mistake(
            name="let nothing tell you anything about Dr. B",
            hint="Then there would be no partial pooling. In which cases can you follow the arrows "
            "from the news to `alpha` of Dr. B past unknown quantities?",
            gives=lambda c: BELIEF.codes(dict.fromkeys(CASES, "stays")),
        ),
        *(
            Mistake(name=name, hint=WHY[case], gives=wrong_in(case))
            for case, name in {
                "1": "held what Dr. G's patients say to be no news of Dr. B, in case 1",
                "2": "let Dr. G's patient speak of Dr. B past a known population, in case 2",
                "3": "overlooked what the doctors still share, in case 3",
                "4": "let an outcome speak of what is known already, in case 4",
                "5": "let severity speak of a doctor before the outcome is known, in case 5",
                "6": "held Dr. B to be known once the population is, in case 6",
                "7": "held another doctor's intercept to be no news of Dr. B, in case 7",
                "8": "let a caseload speak of a doctor, in case 8",
            }.items()
        ),
    ),
    hint="Draw the graph with the news at one end and `alpha` of Dr. B at the other, and cross out "
    "what you have been told.",
    lesson="Doctors speak of each other only through what they share, and only while it is "
    "unknown. The quadrature of this chapter stands on that.",
)
