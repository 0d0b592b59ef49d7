"""Exercise 7, reading shrinkage: how far estimates move, and what they say about the next patient.

07.1  raw rate, estimate, and the way from one to the other
07.2  the shrinkage plot, read mark by mark
07.3  a function: from draws to a new doctor's rate and to the next twenty patients
07.4  draws of the rate for patients of average severity, and for sicker ones
07.5  v/m and -v/(1 - m): how far one more patient would move an estimate

With theta a doctor's rate, m and v are its posterior mean and variance. Truths are integrals over
the exact posterior (`shrinkage.exact`); on prediction see Gelman and others, Bayesian Data
Analysis, 3rd ed. (2013), sections 1.3 and 5.3.
"""

from shrinkage.exercises.ex07_reading_shrinkage import (
    how_far_moved,
    next_patients,
    one_more_patient,
    shrinkage_plot,
    which_patients,
)
from shrinkage.exercises.ex07_reading_shrinkage.clinic import load
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="07",
    title="Reading shrinkage",
    minutes=80,
    load=load,
    tasks=(
        how_far_moved.TASK,
        shrinkage_plot.TASK,
        next_patients.TASK,
        which_patients.TASK,
        one_more_patient.TASK,
    ),
)
