"""The exact posterior of the hierarchical logit, by quadrature.

The model, for doctor ``j`` and patient ``i``::

    y_ij      ~ Bernoulli(theta_ij)
    logit(theta_ij) = offset_j + alpha_j + beta * x_ij
    alpha_j   ~ Normal(mu_pop, sigma_pop)
    mu_pop    ~ Normal(mu_loc, mu_scale)
    sigma_pop ~ HalfNormal(sigma_scale)
    beta      ~ Normal(0, beta_scale)

``beta`` only with a covariate; ``offset_j``, the log-odds of what was expected of a doctor's
patients, only with an expectation. ``reference`` is the log-odds of the average expectation, and
theta without an index the success probability there, ``expit(reference + alpha)``.

Given ``(mu_pop, sigma_pop)`` the doctors are independent, so the posterior is a two-dimensional
integral with a one-dimensional integral per doctor inside. No random number is drawn: the same
input gives the same output on every machine.

J doctors have U likelihoods: those with the same counts share one, and the last is that of a new
doctor without patients. ``copies`` says how many doctors have each, ``index`` which each has.
Shapes: S slices of ``sigma_pop``, M nodes of ``mu_pop`` in each, N pairs of both, E integrals at
once, G nodes of the joint posterior.

The method, a file a step, each built on those before it:

* `inputs`: checks of what a caller hands over;
* `quadrature`: rules of integration and interpolation, nothing of the model;
* `likelihood`, `bounded`, `patients`: log-likelihoods, from counts, from bounds on them, and
  patient by patient;
* `doctors`: which doctors share a likelihood;
* `modes`: the integrands' modes, by Newton's method;
* `inner`: the integral over z, for every doctor at pairs of ``mu_pop`` and ``sigma_pop``;
* `grid`: the nodes of ``mu_pop`` and ``sigma_pop``, laid around the posterior;
* `on_grid`: all of them together, and the weight of every node;
* `marginals`: densities of one number, their quantiles and distribution functions;
* `population`: the marginals of ``mu_pop``, ``sigma_pop`` and ``beta``;
* `left_out`: what all others imply of a doctor;
* `alphas`: the marginals of ``alpha_j``;
* `ranks`, `places`: the probability of each place, and between which a doctor stands;
* `more`: the weight of a doctor's own data, and how many more patients would settle a question;
* `covariate`: the integral over ``beta``;
* `joint`: weighted nodes, expectations and draws;
* `posterior`: the functions that a caller calls, and what they return.

Imports numpy alone, and nothing of the project.
"""

from shrinkage.exact.joint import At, Draws, Joint
from shrinkage.exact.marginals import Marginal
from shrinkage.exact.places import Places
from shrinkage.exact.posterior import (
    Posterior,
    Rate,
    Rates,
    posterior,
    posterior_given_offsets,
    posterior_with_covariate,
)

__all__ = [
    "At",
    "Draws",
    "Joint",
    "Marginal",
    "Places",
    "Posterior",
    "Rate",
    "Rates",
    "posterior",
    "posterior_given_offsets",
    "posterior_with_covariate",
]
