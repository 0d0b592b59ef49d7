"""Exercise 1, league tables: raw rates, their standard errors, intervals that hold, and chance.

The formulas, for a doctor with s successes in n patients and raw rate p = s/n:

- Wald: standard error sqrt(p (1 - p) / n).
- Wilson (1927): the rates that a score test at the 5 % level does not refuse.
- Agresti and Coull (1998): Wald's interval around Wilson's centre.
- How they compare: Brown, Cai and DasGupta (2001), Statistical Science 16(2), 101-133.

The expected sample variance of raw rates whose true rates are all equal is the mean of their
sampling variances; what the observed variance has beyond that estimates the variance between
doctors by the method of moments.
"""

from shrinkage.exercises.ex01_league_tables import (
    beyond_chance,
    raw_rates,
    standard_errors,
    wilson_intervals,
)
from shrinkage.exercises.ex01_league_tables.clinic import load
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="01",
    title="League tables",
    minutes=20,
    load=load,
    tasks=(raw_rates.TASK, standard_errors.TASK, wilson_intervals.TASK, beyond_chance.TASK),
)
