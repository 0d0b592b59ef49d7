"""Exercise 5, the hierarchical logit: its priors as rates, its lines, its posterior, its graph.

The model, for patient i of doctor j with severity x:

- mu_pop ~ Normal(0, 1.5), sigma_pop ~ HalfNormal(1), beta ~ Normal(0, 1)
- alpha_j ~ Normal(mu_pop, sigma_pop)
- y_ij ~ Bernoulli(theta_ij), logit theta_ij = alpha_j + beta x_ij

The tasks, a file each:

1. `what_priors_say`: what four pairs of priors say of success rates (`prior_probabilities`).
2. `the_model`: the model in PyMC, by its log density.
3. `the_posterior`: its draws, by the exact posterior (`posteriors`).
4. `whose_model`: who of six colleagues has fitted the same one (`reports`).
5. `what_the_graph_says`: which news changes the belief about one doctor. The answers follow from
   d-separation (Pearl, *Causality*, 2nd ed. 2009, section 1.2.3).
"""

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex05_the_hierarchical_logit import (
    the_model,
    the_posterior,
    what_priors_say,
    what_the_graph_says,
    whose_model,
)
from shrinkage.exercises.ex05_the_hierarchical_logit.reports import load_reports
from shrinkage.exercises.task import Exercise

__all__ = ["EXERCISE", "load_reports"]

EXERCISE = Exercise(
    id="05",
    title="The hierarchical logit",
    minutes=65,
    load=Clinic.load,
    tasks=(
        what_priors_say.TASK,
        the_model.TASK,
        the_posterior.TASK,
        whose_model.TASK,
        what_the_graph_says.TASK,
    ),
)
