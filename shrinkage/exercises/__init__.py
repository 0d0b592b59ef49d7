"""The exercises: what each asks, its points, its checks and its hints.

A notebook needs two names::

    from shrinkage.exercises import check, total

    check("01.2", standard_error)   # a card with points and a hint or two
    total("01")                     # the exercise's points and what is left

An exercise is a package `exNN_name`, found by that name here or in a folder that `SMALLN_EXERCISES`
names: a file for each task (its truth, the task and its mistakes), and the `EXERCISE` in
`__init__.py`.
"""

from shrinkage.exercises.checking import check, total
from shrinkage.exercises.installed import include_private

include_private()

__all__ = ["check", "total"]
