"""Estimates by the draws of a sampler."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from shrinkage.exact import Places
from shrinkage.report.estimates import CERTAIN, TAILS, Estimates, Under
from shrinkage.report.findings import Summary
from shrinkage.report.settle import further_patients
from shrinkage.report.units import Array, Whole

LEAST = 1e-12  # shares of one are kept so far from 0 and 1 where their log-odds are needed


def by_draws(
    theta: Array,
    trials: Whole,
    mu_pop: Array,
    sigma_pop: Array,
    typical_theta: Array,
    new_theta: Array,
) -> Estimates:
    """What C chains of D draws each say.

    Parameters
    ----------
    theta : array, shape (C, D, J)
    trials : array of int, shape (J,)
    mu_pop, sigma_pop : array, shape (C, D)
        Log-odds.
    typical_theta, new_theta : array, shape (C, D)
        Theta of the typical unit and of a new one.
    """
    flat = theta.reshape(-1, theta.shape[-1])
    mean = flat.mean(axis=0)

    def population(size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        some = rng.choice(mu_pop.size, size=min(size, mu_pop.size), replace=False)
        return mu_pop.ravel()[some], sigma_pop.ravel()[some]

    def settle(standard: float) -> Array:
        odds = logit(np.clip(flat, LEAST, 1 - LEAST))
        return further_patients(odds.mean(axis=0), odds.std(axis=0), mean, standard, *CERTAIN)

    def weighted(weight: Array, standard: float) -> Under:
        return Under(
            typical=float(weight @ typical_theta.ravel()),
            sigma=float(weight @ sigma_pop.ravel()),
            which=np.arange(flat.shape[1]),
            mean=weight @ flat,
            below=weight @ (flat < standard),
        )

    return Estimates(
        engine="sampled",
        mean=mean,
        interval=np.quantile(flat, TAILS, axis=0).T,
        weight=_weight(mean, trials, sigma_pop),
        typical=summary(typical_theta),
        new_unit=summary(new_theta),
        sigma=summary(sigma_pop),
        density=_density(new_theta),
        places=lambda: places(flat),
        below=lambda standard: (flat < standard).mean(axis=0),
        new_below=lambda standard: float((new_theta < standard).mean()),
        shortfall=lambda standard: np.maximum(standard - flat, 0).mean(axis=0),
        settle=settle,
        error=lambda standard: _largest_error(theta < standard),
        population=population,
        weighted=weighted,
    )


def summary(draws: Array) -> Summary:
    """Of draws of one number, of any shape."""
    return Summary(float(draws.mean()), *map(float, np.quantile(draws, TAILS)))


def _weight(mean: Array, trials: Whole, sigma_pop: Array) -> Array:
    """As `shrinkage.exact.Posterior.own_weight`, averaged over the draws of ``sigma_pop``."""
    square = sigma_pop.ravel() ** 2
    return np.array([np.mean(square * p / (square * p + 1)) for p in trials * mean * (1 - mean)])


def _density(new_theta: Array) -> tuple[Array, Array]:
    """A kernel estimate on the log-odds."""
    from scipy.stats import gaussian_kde

    odds = logit(np.clip(new_theta.ravel(), LEAST, 1 - LEAST))
    grid = np.linspace(odds.min(), odds.max(), 201)
    theta = expit(grid)
    return theta, gaussian_kde(odds)(grid) / (theta * (1 - theta))


def places(theta: Array) -> Places:
    """From the place of each unit in each draw, 1 the highest theta."""
    places = np.argsort(np.argsort(-theta, axis=1), axis=1) + 1
    low, high = np.quantile(places, TAILS, axis=0, method="inverted_cdf")
    last = theta.shape[1]
    return Places(low, high, (places == 1).mean(axis=0), (places == last).mean(axis=0))


def _largest_error(below: NDArray[np.bool_]) -> float:
    """The largest Monte Carlo standard error of the means of yes and no, (C, D, J)."""
    import arviz as az

    error = az.mcse(az.from_dict({"posterior": {"below": below.astype(float)}})).below.to_numpy()
    return float(np.nan_to_num(error).max())
