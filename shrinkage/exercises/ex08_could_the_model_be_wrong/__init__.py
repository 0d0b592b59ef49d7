"""Exercise 8, could the model be wrong: quantities, their p-values, doctors left out, repairs.

The model of each clinic, with the course's priors, knows neither the quarter nor the caseload::

    s_jq ~ Binomial(n_jq, theta_j),  logit(theta_j) = alpha_j ~ Normal(mu_pop, sigma_pop)

- Posterior predictive p-value, Pr(T(y_rep) >= T(y) | y): Gelman, Meng and Stern (1996), Statistica
  Sinica 6, 733-760. The truth is the share of 20,000 data sets made up from the exact posterior.
- The error of a share p from N data sets made up with posterior draws of an effective size n is
  sqrt(b / n + (p (1 - p) - b) / N), b the variance between draws of the share given the draw; b is
  the covariance of two data sets made up with the same draw.
- Leave-one-doctor-out, log p(y_j | y_-j), the gap's standard error sqrt(J) times the sample sd of
  the doctors' gaps: chapter 8, after Vehtari, Gelman and Gabry (2017), Statistics and Computing 27,
  1413-1432. At a node of (mu_pop, sigma_pop) the doctors are independent, so the sum without one
  of them costs no more than the sum with all.
"""

from shrinkage.exercises.ex08_could_the_model_be_wrong import (
    four_questions,
    left_out_doctors,
    made_up_clinics,
    what_to_change,
)
from shrinkage.exercises.ex08_could_the_model_be_wrong.clinics import load
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="08",
    title="Could the model be wrong?",
    minutes=90,
    load=load,
    tasks=(four_questions.TASK, made_up_clinics.TASK, left_out_doctors.TASK, what_to_change.TASK),
)
