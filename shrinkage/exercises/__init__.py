"""The exercises: what each asks, its points, its checks and its hints.

A notebook needs two names::

    from shrinkage.exercises import check, total

    check("01.2", standard_error)   # a card with points and one hint
    total("01")                     # the exercise's points and what is left

One module an exercise, `exNN_name.py`, each with an `EXERCISE`; a new module is found by itself.
"""

from shrinkage.exercises.checking import check, total

__all__ = ["check", "total"]
