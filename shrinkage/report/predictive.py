"""Posterior predictive checks: would the model's own clinics look like this one?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import rankdata

from shrinkage.report.model import Cells

MOST_REPLICATES, MOST_NUMBERS = 1000, 20_000_000
TAIL = 0.025


@dataclass(frozen=True)
class Check:
    """One test quantity: in the file, and in clinics that the model draws.

    Attributes
    ----------
    name : str
        'spread', 'farthest' or 'caseload'.
    observed : float
    low, high : float
        The middle 95 % of the replicated clinics.
    above : float
        The share of replicated clinics with a larger value, half of the ties counted.
    """

    name: str
    observed: float
    low: float
    high: float
    above: float

    @property
    def strange(self) -> bool:
        """Whether the file lies in the outer 5 % of what the model draws."""
        return not TAIL <= self.above <= 1 - TAIL


def check(cells: Cells, posterior: xr.Dataset, seed: int) -> list[Check]:
    """Compare the file with clinics of as many new doctors with the same patients.

    New doctors, drawn from the population that the model has learned: with the old ones the model
    would be asked to repeat what it was told.
    """
    rng = np.random.default_rng(seed)
    n_doctors = len(cells.doctors)
    trials = np.bincount(cells.doctor_idx, cells.trials, n_doctors)
    successes = np.bincount(cells.doctor_idx, cells.successes, n_doctors)
    stacked = posterior.stack(all=("chain", "draw"))
    replicates = int(min(MOST_REPLICATES, max(200, MOST_NUMBERS // len(cells.trials))))
    replicates = min(replicates, stacked.sizes["all"])
    picks = rng.choice(stacked.sizes["all"], size=replicates, replace=False)
    mu, sigma = stacked.mu_pop.values[picks], stacked.sigma_pop.values[picks]
    beta = stacked.beta.values[picks] if cells.severity is not None else None
    drawn = np.empty((replicates, n_doctors))
    for r in range(replicates):
        alpha = rng.normal(mu[r], sigma[r], n_doctors)
        logits = alpha[cells.doctor_idx]
        if beta is not None:
            logits = logits + beta[r] * cells.severity
        new = rng.binomial(cells.trials, expit(logits))
        drawn[r] = np.bincount(cells.doctor_idx, new, n_doctors)
    found = []
    for name, quantity in _quantities(trials).items():
        seen = quantity(successes[None])[0]
        theirs = quantity(drawn)
        low, high = np.quantile(theirs, [TAIL, 1 - TAIL])
        above = float(np.mean(theirs > seen) + 0.5 * np.mean(theirs == seen))
        found.append(Check(name, float(seen), float(low), float(high), above))
    return found


def _quantities(trials: NDArray[np.float64]) -> dict:
    def distance(successes: NDArray) -> NDArray:
        """How far each doctor is from the pooled rate, in standard errors of chance alone."""
        pooled = successes.sum(axis=1, keepdims=True) / trials.sum()
        scale = np.sqrt(trials * pooled * (1 - pooled))
        return np.divide(
            successes - trials * pooled, scale, out=np.zeros(successes.shape), where=scale > 0
        )

    def spread(successes: NDArray) -> NDArray:
        return np.sqrt((distance(successes) ** 2).mean(axis=1))

    def farthest(successes: NDArray) -> NDArray:
        whole = spread(successes)
        far = np.abs(distance(successes)).max(axis=1)
        return np.divide(far, whole, out=np.ones_like(far), where=whole > 0)

    def caseload(successes: NDArray) -> NDArray:
        rates = rankdata(successes / trials, axis=1)
        sizes = rankdata(trials)
        rates = rates - rates.mean(axis=1, keepdims=True)
        sizes = sizes - sizes.mean()
        scale = np.sqrt((rates**2).sum(axis=1) * (sizes**2).sum())
        return np.divide(rates @ sizes, scale, out=np.zeros(len(rates)), where=scale > 0)

    wanted = {"spread": spread}
    if len(trials) >= 5:
        wanted["farthest"] = farthest
        if np.ptp(trials) > 0:
            wanted["caseload"] = caseload
    return wanted
