"""The exercises: what each asks, its points, its checks and its hints.

A notebook needs two names::

    from shrinkage.exercises import check, total

    check("01.2", standard_error)   # a card with points and a hint or two
    total("01")                     # the exercise's points and what is left

One package an exercise, `exNN_name`, each with an `EXERCISE`; a new one is found by itself.
"""

from shrinkage.exercises.checking import check, total

__all__ = ["check", "total"]
