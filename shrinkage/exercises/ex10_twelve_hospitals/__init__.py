"""Exercise 10, twelve hospitals: reproduce a published analysis, then change its prior.

10.1  what three priors say of sigma_pop before there are data
10.2  a fit of the published model, with its priors
10.3  what the course's priors move, in posterior standard deviations
10.4  the scale of a half-normal prior at which a conclusion tips

The published model is 'Surgical: institutional ranking' of the BUGS Examples, volume 1
(Spiegelhalter, Thomas, Best and Gilks, 1996)::

    d_j       ~ Binomial(n_j, theta_j),  logit(theta_j) = alpha_j ~ Normal(mu_pop, sigma_pop)
    mu_pop    ~ Normal(0, 1000)
    1 / sigma_pop ** 2 ~ Gamma(0.001, 0.001)

See Gelman (2006), Bayesian Analysis 1(3), 515-534, on what such priors claim.
"""

from shrinkage.exercises.ex10_twelve_hospitals import (
    how_sceptical,
    published_analysis,
    what_moved,
    what_priors_say,
)
from shrinkage.exercises.ex10_twelve_hospitals.hospitals import load
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="10",
    title="Twelve hospitals",
    minutes=70,
    load=load,
    tasks=(what_priors_say.TASK, published_analysis.TASK, what_moved.TASK, how_sceptical.TASK),
)
