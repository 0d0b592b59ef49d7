"""Posterior predictive checks: would the model's own clinics look like this one?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit
from scipy.stats import rankdata

from shrinkage.report.estimates import Estimates
from shrinkage.report.findings import Check
from shrinkage.report.units import Array, Units

REPLICATES = (200, 1000)  # clinics drawn, at least and at most
MOST_NUMBERS = 20_000_000  # drawn in all, unless the least number of clinics needs more
AT_ONCE = 2_000_000
TAIL = 0.025
Quantity = Callable[[Array], Array]


def check(units: Units, found: Estimates, seed: int) -> list[Check]:
    """Compare the table with clinics of as many new units with the same patients.

    New units, drawn from the population that the model has learned: with the old ones the model
    would be asked to repeat what it was told. Suppressed units are left out: their raw rate is not
    known.

    Returns
    -------
    list of Check
        'spread', 'farthest' and 'caseload': False where the table lies in the outer 5 % of what the
        model draws. Numbers: ``observed``; ``low`` and ``high``, the middle 95 % of the replicated
        clinics; ``above``, the share of them with a larger value, half of the ties counted.
    """
    units = units.pick(units.known)
    if len(units) < 2:
        return []
    rng = np.random.default_rng(seed)
    size = int(np.clip(MOST_NUMBERS // len(units), *REPLICATES))
    mu, sigma = found.population(size, rng)
    quantities = _quantities(units)
    batch = max(1, AT_ONCE // len(units))
    drawn: dict[str, list[Array]] = {name: [] for name in quantities}
    for start in range(0, len(mu), batch):
        here = slice(start, start + batch)
        z = rng.standard_normal((len(mu[here]), len(units)))
        theta = expit(units.offset + mu[here, None] + sigma[here, None] * z)
        successes = rng.binomial(units.trials, theta).astype(float)
        for name, quantity in quantities.items():
            drawn[name].append(quantity(successes))
    seen = units.successes[None]
    return [
        _compared(name, float(quantity(seen)[0]), np.concatenate(drawn[name]))
        for name, quantity in quantities.items()
    ]


def _compared(name: str, observed: float, theirs: Array) -> Check:
    low, high = np.quantile(theirs, [TAIL, 1 - TAIL])
    above = float(np.mean(theirs > observed) + 0.5 * np.mean(theirs == observed))
    numbers = {"observed": observed, "low": float(low), "high": float(high), "above": above}
    return Check(name, TAIL <= above <= 1 - TAIL, numbers)


def _quantities(units: Units) -> dict[str, Quantity]:
    """Functions of the units' successes in R clinics, (R, J) to (R,)."""
    trials = units.trials.astype(float)
    expected = units.expected if units.standardised else trials / 2

    def distance(successes: Array) -> Array:
        """How far each unit is from what all together imply, in standard errors of chance alone.

        That is the pooled rate or, with expectations, the expected number of the rarer outcome
        times all that were observed over all that were expected.
        """
        rare, rare_expected = successes, expected
        if 2 * expected.sum() > trials.sum():
            rare, rare_expected = trials - successes, trials - expected
        share = rare.sum(axis=1, keepdims=True) / rare_expected.sum()
        mean = np.minimum(rare_expected * share, trials)
        scale = np.sqrt(mean * (1 - mean / trials))
        return np.divide(rare - mean, scale, out=np.zeros(successes.shape), where=scale > 0)

    def spread(successes: Array) -> Array:
        return np.sqrt((distance(successes) ** 2).mean(axis=1))

    def farthest(successes: Array) -> Array:
        away = np.abs(distance(successes))
        whole = np.sqrt((away**2).mean(axis=1))
        return np.divide(away.max(axis=1), whole, out=np.ones_like(whole), where=whole > 0)

    def caseload(successes: Array) -> Array:
        rates = successes / (expected if units.standardised else trials)
        if units.standardised and units.of_failures:
            rates = -(trials - successes) / (trials - expected)
        rates, sizes = rankdata(rates, axis=1), rankdata(units.size)
        rates -= rates.mean(axis=1, keepdims=True)
        sizes = sizes - sizes.mean()
        scale = np.sqrt((rates**2).sum(axis=1) * (sizes**2).sum())
        return np.divide(rates @ sizes, scale, out=np.zeros(len(rates)), where=scale > 0)

    wanted = {"spread": spread}
    if len(trials) >= 5:
        wanted["farthest"] = farthest
        if np.ptp(units.size) > 0:
            wanted["caseload"] = caseload
    return wanted
