"""Sample a small model as chapters and exercises do, so that what is compiled for it is kept."""

import logging
from contextlib import suppress

import arviz as az
import bambi as bmb
import matplotlib.pyplot as plt
import pymc as pm

from shrinkage import figures
from shrinkage.convergence import NotConvergedError, check_convergence
from shrinkage.data import load_doctors

logging.disable(logging.INFO)
SAMPLING = {"draws": 100, "tune": 100, "chains": 4, "progressbar": False, "random_seed": 1}

figures.set_style()
patients = load_doctors()
doctor_idx, doctors = patients.doctor.factorize()
with pm.Model(coords={"doctor": doctors, "patient": patients.index}):
    mu_pop = pm.Normal("mu_pop", 0, 1.5)
    sigma_pop = pm.HalfNormal("sigma_pop", 1)
    z = pm.Normal("z", 0, 1, dims="doctor")
    alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z, dims="doctor")
    beta = pm.Normal("beta", 0, 1)
    log_odds = alpha[doctor_idx] + beta * patients.severity
    pm.Bernoulli("success", logit_p=log_odds, observed=patients.success, dims="patient")
    imagined = pm.sample_prior_predictive(draws=50, random_seed=1)
    fit = pm.sample(**SAMPLING)
    pm.sample_posterior_predictive(fit, progressbar=False, random_seed=1)

with suppress(NotConvergedError):  # so few draws need not: only what is compiled is kept
    check_convergence(fit)
az.summary(fit, var_names=["mu_pop", "sigma_pop", "alpha"])
az.plot_forest(fit, var_names=["alpha"])
plt.close("all")
bmb.Model("success ~ severity + (1|doctor)", patients, family="bernoulli").fit(
    inference_method="nutpie", **SAMPLING
)
