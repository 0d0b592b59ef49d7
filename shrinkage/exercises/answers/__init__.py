"""The kinds of answer: how each leaves the student's process, and how it is read against the truth.

Two steps, because they may run in two processes. `plain` runs where the student's objects live and
makes bounded plain data of them; `read` runs where the truth lives and trusts nothing it is given.
"""

from shrinkage.exercises.answers.choices import Chosen, Matched, Rule
from shrinkage.exercises.answers.density import Density, density_table
from shrinkage.exercises.answers.draws import CONVERGED, Draws, exact_table
from shrinkage.exercises.answers.functions import Function, called, calls_table
from shrinkage.exercises.answers.picture import Picture
from shrinkage.exercises.answers.plain import UNFINISHED, Plain, Unreadable, to_plain
from shrinkage.exercises.answers.values import Labelled, Number, Reading, Table

__all__ = [
    "CONVERGED",
    "UNFINISHED",
    "Chosen",
    "Density",
    "Draws",
    "Function",
    "Labelled",
    "Matched",
    "Number",
    "Picture",
    "Plain",
    "Reading",
    "Rule",
    "Table",
    "Unreadable",
    "called",
    "calls_table",
    "density_table",
    "exact_table",
    "to_plain",
]
