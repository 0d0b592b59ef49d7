"""Exercise 4, varying intercepts: stated priors, a fit, rates from its draws, and one more patient.

The model, for patient i of doctor j (Gelman and Hill, Data Analysis Using Regression and
Multilevel/Hierarchical Models, 2007, chapter 14)::

    success_i ~ Bernoulli(inverse_logit(alpha_j)),   alpha_j = mu_pop + u_j
    u_j       ~ Normal(0, sigma_pop)
    mu_pop    ~ Normal(0, 1.5)
    sigma_pop ~ HalfNormal(1)

Truths come from the exact posterior. Bambi's default priors are those of Bambi 0.21; see its
`PriorScaler` and chapter 4.
"""

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex04_varying_intercepts import (
    one_failure,
    rates_from_draws,
    stated_population,
    stated_priors,
)
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="04",
    title="Varying intercepts",
    minutes=75,
    load=Clinic.load,
    tasks=(stated_population.TASK, stated_priors.TASK, rates_from_draws.TASK, one_failure.TASK),
)
