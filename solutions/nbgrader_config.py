"""nbgrader's settings for these solutions: copy this file into your nbgrader course.

It stands on the `shrinkage` package, which has to be installed where nbgrader runs anyway.
"""

from shrinkage.exercises.nbgrading import configure

configure(get_config())  # noqa: F821, nbgrader defines it
