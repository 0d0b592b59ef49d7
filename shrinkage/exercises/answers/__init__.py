"""The kinds of answer: how each leaves the student's process, and how it is read against the truth.

Three steps, because they may run in two processes. `request` runs where the truth lives and says
what to ask a function or a model for. `plain` runs where the student's objects live and makes
bounded plain data of them: it needs that request, an answer `without_secrets`, and of the package
only this one and `language`. `read` runs where the truth lives and trusts nothing it is given; what
has left another process goes through `as_plain` first.
"""

from shrinkage.exercises.answers.choices import Chosen, Matched, Rule
from shrinkage.exercises.answers.density import Density, density_table
from shrinkage.exercises.answers.draws import CONVERGED, Draws, exact_table
from shrinkage.exercises.answers.functions import Function, called, calls_table
from shrinkage.exercises.answers.picture import Picture
from shrinkage.exercises.answers.plain import UNFINISHED, Plain, Unreadable, as_plain, to_plain
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
    "as_plain",
    "called",
    "calls_table",
    "density_table",
    "exact_table",
    "to_plain",
]
