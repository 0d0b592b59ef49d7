"""Exercise 3, a first Bayesian model: a prior in rates, a grid, a regression, and separation.

The models:

- a doctor by itself: s successes in n patients, logit(theta) = alpha ~ Normal(mean, sd); the
  posterior is a one-dimensional integral.
- the patients of all doctors but the busiest: logit(theta_i) = alpha + beta x_i, with x_i the
  severity less the mean severity of these patients, and normal priors on both. The posterior is a
  two-dimensional integral. Its integrand is smooth and falls off fast, so the trapezoid rule has
  all the digits that a check needs (Davis and Rabinowitz, Methods of Numerical Integration, 2nd
  ed., section 2.9). Bambi puts the prior of `Intercept` on the patient whose predictor is average,
  and returns the intercept where the predictor is zero; with x centred both are alpha, and so is
  PyMC's.
- separation: with an intercept and one predictor, the maximum likelihood estimate is finite if and
  only if both outcomes occur and the predictor's values of the two overlap (Albert and Anderson
  1984, Biometrika 71(1), 1-10).
"""

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex03_a_first_bayesian_model import (
    on_a_grid,
    prior_in_rates,
    regression,
    separation,
    what_to_tell,
)
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="03",
    title="A first Bayesian model",
    minutes=70,
    load=Clinic.load,
    tasks=(
        prior_in_rates.TASK,
        on_a_grid.TASK,
        regression.TASK,
        what_to_tell.TASK,
        separation.TASK,
    ),
)
