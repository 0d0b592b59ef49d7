"""Exercise 9, deciding: places, two acts and their losses, what a funnel sees, rules, waiting.

The posterior is chapter 9's: a logit with severity, so that a doctor's rate is that of the average
patient, under the priors mu_pop ~ Normal(0, 1.5), sigma_pop ~ HalfNormal(1), beta ~ Normal(0, 1).

- Expected loss and the act that makes it smallest: Berger, Statistical Decision Theory and Bayesian
  Analysis, 2nd ed. (1985), section 4.4.
- Control limits: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, exact binomial limits
  without his interpolation between two numbers of successes.
- The tail of a prediction that has not seen the doctor: chapter 8, and Ohlssen, Sharples and
  Spiegelhalter (2007), Journal of the Royal Statistical Society A 170, 865-890.
- What a batch of patients is worth before a decision is the expected value of sample information:
  Raiffa and Schlaifer, Applied Statistical Decision Theory (1961), chapter 4.
"""

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex09_deciding import (
    places_and_chances,
    rules_and_errors,
    two_acts,
    what_a_funnel_sees,
    worth_waiting_for,
)
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="09",
    title="Deciding",
    minutes=65,
    load=Clinic.load,
    tasks=(
        places_and_chances.TASK,
        two_acts.TASK,
        what_a_funnel_sees.TASK,
        rules_and_errors.TASK,
        worth_waiting_for.TASK,
    ),
)
