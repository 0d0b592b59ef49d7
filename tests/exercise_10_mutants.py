"""Exercise 10: what students write, by task: wrong answers by mistake, and right ones."""

import arviz as az
import numpy as np
import xarray as xr
from scipy.special import expit

from shrinkage.exercises.ex10_twelve_hospitals import any_prior
from shrinkage.exercises.ex10_twelve_hospitals.any_prior import gamma_on_precision, half_normal
from shrinkage.exercises.ex10_twelve_hospitals.hospitals import Hospitals

__all__ = ["FORMS", "MUTANTS", "drawn", "gamma_on_precision", "half_normal"]


def drawn(deaths, operations, prior, mu_scale, seed=1) -> xr.DataTree:
    """A fit as a good sampler would return it: independent draws under any prior on sigma_pop."""
    h = Hospitals.of(deaths, operations)
    fits = any_prior.at_each_sigma(h, mu_scale)
    weight = any_prior.weights(h, prior, mu_scale)
    rng = np.random.default_rng(seed)
    at = rng.choice(len(fits), size=(4, 1500), p=weight)
    mu, alpha = np.empty(at.shape), np.empty((*at.shape, len(deaths)))
    for i in np.unique(at):
        here, count = at == i, (at == i).sum()
        mu[here] = fits[i].mu_pop.quantile(rng.random(count))
        for j, marginal in enumerate(fits[i].alpha):
            alpha[here, j] = marginal.quantile(rng.random(count))
    draws = {"mu_pop": mu, "sigma_pop": np.exp(any_prior.LOG_SIGMA)[at], "theta": expit(alpha)}
    return az.from_dict(
        {"posterior": draws},
        dims={"theta": ["hospital"]},
        coords={"hospital": list(deaths.index)},
    )


DRAWN = """
from exercise_10_mutants import drawn, gamma_on_precision, half_normal
"""
# The solution's grid, as a student would change it
GRID = """
def under(log_prior, mu_scale, evidence=1, widths=1):
    fits = [posterior(deaths, operations, mu_scale=mu_scale, sigma_pop=s) for s in sigma]
    log_weight = evidence * np.array([fit.log_evidence for fit in fits]) + log_prior
    log_weight = log_weight + widths * log_sigma
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = np.array([[f.mu_pop.mean, s, *f.mean[here]] for f, s in zip(fits, sigma)])
    sd = np.array([[f.mu_pop.sd, 0, *f.sd[here]] for f in fits])
    centre = weight @ mean
    return centre, np.sqrt(weight @ (sd**2 + mean**2) - centre**2), weight @ sd

gamma, half = -(2 * c + 1) * log_sigma - c / sigma**2, stats.halfnorm.logpdf(sigma)

def table(before, after, unit):
    return pd.DataFrame(
        {"published": before, "course": after, "moved": (after - before) / unit},
        index=["mu_pop", "sigma_pop", "spotless", "highest"],
    )
"""

# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "10.1": {
        "read the Gammas as priors on sigma_pop itself": """
for name, c in {"published": 0.001, "Gamma(1, 1)": 1.0}.items():
    prior = stats.gamma(c, scale=1 / c)
    said.loc[name] = np.diff([0, prior.cdf(small), prior.cdf(large), 1])
""",
        "handed the Gamma's rate to SciPy as its scale": """
for name, c in {"published": 0.001, "Gamma(1, 1)": 1.0}.items():
    tau = stats.gamma(c, scale=c)
    said.loc[name] = -np.diff([1, tau.cdf(1 / small**2), tau.cdf(1 / large**2), 0])
""",
        "took the precision for one over sigma_pop": """
for name, c in {"published": 0.001, "Gamma(1, 1)": 1.0}.items():
    tau = stats.gamma(c, scale=1 / c)
    said.loc[name] = -np.diff([1, tau.cdf(1 / small), tau.cdf(1 / large), 0])
""",
        "took the Gammas for priors on the variance": """
for name, c in {"published": 0.001, "Gamma(1, 1)": 1.0}.items():
    variance = stats.gamma(c, scale=1 / c)
    said.loc[name] = np.diff([0, variance.cdf(small**2), variance.cdf(large**2), 1])
""",
        "turned 'below' and 'above' round for the Gammas": """
said.loc[["published", "Gamma(1, 1)"]] = said.loc[
    ["published", "Gamma(1, 1)"], ["above", "around", "below"]
].to_numpy()
""",
        "took a lower tail of the precision for a lower tail of sigma_pop": """
for name, c in {"published": 0.001, "Gamma(1, 1)": 1.0}.items():
    tau = stats.gamma(c, scale=1 / c)
    below, above = tau.cdf(1 / small**2), tau.sf(1 / large**2)
    said.loc[name] = [below, 1 - below - above, above]
""",
        "gave percent instead of shares": """
said = 100 * said
""",
        "took a normal for the half-normal, with half of it below zero": """
said.loc["course"] = [stats.norm.cdf(small), stats.norm.cdf(large) - stats.norm.cdf(small),
                      stats.norm.sf(large)]
""",
        "asked the half-normal at precisions": """
below, above = stats.halfnorm.sf(1 / small**2), stats.halfnorm.cdf(1 / large**2)
said.loc["course"] = [below, 1 - below - above, above]
""",
        "cut at the spread itself, and not at half and at twice of it": """
taus = [stats.gamma(c, scale=1 / c) for c in (0.001, 1.0)]
below = [*(tau.sf(1 / seen_spread**2) for tau in taus), stats.halfnorm.cdf(seen_spread)]
said = pd.DataFrame({"below": below, "around": 0.0, "above": 1 - np.array(below)}, said.index)
""",
        "divided by the number of hospitals in the spread that is seen": """
log_odds = np.log((deaths + 0.5) / (operations - deaths + 0.5)).to_numpy()
small, large = np.std(log_odds) / 2, 2 * np.std(log_odds)
taus = [stats.gamma(c, scale=1 / c) for c in (0.001, 1.0)]
said["below"] = [*(tau.sf(1 / small**2) for tau in taus), stats.halfnorm.cdf(small)]
said["above"] = [*(tau.cdf(1 / large**2) for tau in taus), stats.halfnorm.sf(large)]
said["around"] = 1 - said["below"] - said["above"]
""",
        "gave cumulative shares": """
said = said.cumsum(axis=1)
""",
    },
    "10.2": {
        "kept the course's priors": """
published_fit = drawn(deaths, operations, half_normal(1), 1.5)
""",
        "kept the course's prior on sigma_pop": """
published_fit = drawn(deaths, operations, half_normal(1), 1000)
""",
        "kept the course's prior on mu_pop": """
published_fit = drawn(deaths, operations, gamma_on_precision(0.001), 1.5)
""",
        "gave the precision a Gamma with another shape and rate, of one each": """
published_fit = drawn(deaths, operations, gamma_on_precision(1), 1000)
""",
        "counted the infants who lived": """
published_fit = drawn(deaths, operations, gamma_on_precision(0.001), 1000)
fit = published_fit["posterior"]
published_fit = {"mu_pop": -fit["mu_pop"], "sigma_pop": fit["sigma_pop"], "theta": 1 - fit["theta"]}
""",
        "handed in log-odds under the name `theta`": """
fit = drawn(deaths, operations, gamma_on_precision(0.001), 1000)["posterior"]
published_fit = fit.to_dataset().assign(theta=logit(fit["theta"]))
""",
        "handed in per cent under the name `theta`": """
fit = published_fit["posterior"]
published_fit = fit.to_dataset().assign(theta=100 * fit["theta"])
""",
        "gave every hospital the same rate": """
pooled = posterior(deaths, operations, mu_scale=1000, sigma_pop=0).alpha[0]
draws = expit(pooled.quantile(np.random.default_rng(1).random((4, 4000))))
fit = published_fit["posterior"]
published_fit = {"mu_pop": fit["mu_pop"], "sigma_pop": fit["sigma_pop"],
                 "theta": np.repeat(draws[..., None], len(deaths), axis=2)}
""",
        "handed in the variance under the name `sigma_pop`": """
fit = drawn(deaths, operations, gamma_on_precision(0.001), 1000)["posterior"]
published_fit = fit.to_dataset().assign(sigma_pop=fit["sigma_pop"] ** 2)
""",
    },
    "10.3": {
        "left out the width of the grid's cells": """
before, sd, _ = under(gamma, 1000, widths=0)
after, _, _ = under(half, 1.5, widths=0)
moved = table(before, after, sd)
""",
        "left out the evidence": """
before, sd, _ = under(gamma, 1000, evidence=0)
after, _, _ = under(half, 1.5, evidence=0)
moved = table(before, after, sd)
""",
        "used the Gamma's density of the precision as if it were one of sigma_pop": """
before, sd, _ = under(stats.gamma(c, scale=1 / c).logpdf(1 / sigma**2), 1000)
moved = table(before, course, sd)
""",
        "kept the course's prior on mu_pop for both": """
before, sd, _ = under(gamma, 1.5)
moved = table(before, course, sd)
""",
        "kept the course's prior on sigma_pop for both": """
before, sd, _ = under(half, 1000)
moved = table(before, course, sd)
""",
        "gave the death rates in per cent": """
moved.loc[["spotless", "highest"], ["published", "course"]] *= 100
""",
        "divided by the mean of both analyses' standard deviations": """
_, after_sd, _ = under(half, 1.5)
moved["moved"] = (course - published) / ((published_sd + after_sd) / 2)
""",
        "divided by the variances": """
moved["moved"] = (course - published) / published_sd**2
""",
        "gave what moved in the quantity's own unit": """
moved["moved"] = moved["course"] - moved["published"]
""",
        "subtracted the wrong way round": """
moved["moved"] = (published - course) / published_sd
""",
        "averaged the standard deviations at each sigma_pop": """
before, _, mean_sd = under(gamma, 1000)
moved = table(before, course, mean_sd)
""",
        "divided by the standard deviations under the course's priors": """
after, sd, _ = under(half, 1.5)
moved = table(published, after, sd)
""",
        "counted the infants who lived": """
deaths = operations - deaths
before, sd, _ = under(gamma, 1000)
after, _, _ = under(half, 1.5)
moved = table(before, after, sd)
""",
        "swapped the two analyses": """
before, sd, _ = under(half, 1.5)
moved = table(before, published, sd)
""",
    },
    "10.4": {
        "fixed sigma_pop instead of giving it a narrower prior": """
def at(s):
    return 1 - float(posterior(deaths, operations, sigma_pop=s).alpha[j].cdf(logit(standard)))
tipping_scale = optimize.brentq(lambda s: at(s) - target, 0.001, 1)
""",
        "kept the published prior on mu_pop": """
def wide(s):
    fit = posterior(deaths, operations, mu_scale=1000, sigma_scale=s)
    return 1 - float(fit.alpha[j].cdf(logit(standard)))
tipping_scale = optimize.brentq(lambda s: wide(s) - wide(1.0) / 2, 0.001, 1)
""",
        "looked for a probability of one half": """
tipping_scale = optimize.brentq(lambda s: above(s) - 0.5, 0.001, 1)
""",
        "looked for where the estimate falls to the standard": """
tipping_scale = optimize.brentq(
    lambda s: posterior(deaths, operations, sigma_scale=s).mean[j] - standard, 0.001, 1
)
""",
        "looked for where the estimate has gone half of the way to the pooled rate": """
pooled = posterior(deaths, operations, sigma_pop=0).mean[j]
half_way = (pooled + posterior(deaths, operations).mean[j]) / 2
tipping_scale = optimize.brentq(
    lambda s: posterior(deaths, operations, sigma_scale=s).mean[j] - half_way, 0.001, 1
)
""",
        "halved the scale": """
tipping_scale = 0.5
""",
        "gave the probability and not the scale": """
tipping_scale = target
""",
        "gave the square of the scale": """
tipping_scale = tipping_scale**2
""",
        "gave a precision": """
tipping_scale = 1 / tipping_scale**2
""",
        "gave the logarithm of the scale": """
tipping_scale = np.log(tipping_scale)
""",
    },
}
MUTANTS["10.2"] = {name: DRAWN + code for name, code in MUTANTS["10.2"].items()}
MUTANTS["10.3"] = {name: GRID + code for name, code in MUTANTS["10.3"].items()}

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "10.1": [
        "said = said.round(3)",
        "said = said.iloc[::-1]",
        "said = said.to_numpy()",
        "said = said[['above', 'around', 'below']]",
        "said = said.T.to_dict('list')",
        "said = said.to_dict()",
    ],
    "10.2": [
        "published_fit = published_fit['posterior']",
        "published_fit = published_fit['posterior'].to_dataset()",
        "published_fit = {v: published_fit['posterior'][v].to_numpy()"
        " for v in ('mu_pop', 'sigma_pop', 'theta')}",
        DRAWN
        + "published_fit = drawn(deaths, operations, gamma_on_precision(0.001), 1000, seed=2)",
    ],
    "10.3": [
        "moved = moved.iloc[::-1]",
        "moved = moved[['moved', 'course', 'published']]",
        "moved = moved.to_dict()",
        "moved = moved.T.to_dict('list')",
        "moved = moved.to_numpy()",
        # another grid
        """
log_sigma = np.linspace(np.log(0.001), np.log(5), 400)
sigma = np.exp(log_sigma)
"""
        + GRID
        + """
published, published_sd, _ = under(gamma, mu_scale=1000)
moved["published"] = published
moved["moved"] = (moved["course"] - published) / published_sd
""",
        # the course's column as the exact posterior gives it
        """
exact = posterior(deaths, operations)
moved["course"] = [exact.mu_pop.mean, exact.sigma_pop.mean, *exact.mean[here]]
""",
    ],
    "10.4": [
        "tipping_scale = float(f'{tipping_scale:.4f}')",
        "tipping_scale = np.array([tipping_scale])",
        "tipping_scale = pd.Series([tipping_scale])",
        """
low, high = 0.001, 1.0
while high - low > 1e-5:
    middle = (low + high) / 2
    low, high = (middle, high) if above(middle) < target else (low, middle)
tipping_scale = low
""",
    ],
}
