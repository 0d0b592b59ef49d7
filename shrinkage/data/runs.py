"""Seven nights' runs of one model, made to fail in ways that can be told apart; see `load_runs`.

The draws come from the exact posterior of the clinic's first month, with a fault built in. A run
starts as autocorrelated standard normal numbers `z`, an AR(1) series for each variable. Each is
turned into a probability and put through a conditional quantile of the posterior: the spread, then
the mean given the spread, then each doctor's log-odds given both. So every draw of a sound run is
distributed as the posterior is, whatever its autocorrelation. With `SMALLN_CLINIC=<seed>` the first
month is another clinic's, and the faults come on other nights.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.special import ndtr

from shrinkage.data import another
from shrinkage.data.doctors import load_doctors
from shrinkage.data.reading import count_by_doctor
from shrinkage.exact import Joint, posterior

if TYPE_CHECKING:
    import xarray as xr

NIGHTS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: What is wrong with a run; each with one of the nights.
FAULTS = (
    "nothing",
    "a funnel",
    "steps too long",
    "a stuck chain",
    "a chain elsewhere",
    "warm-up too short",
    "too few draws",
)
CHAINS, DRAWS = 4, 1000
MEMORY, LONG_MEMORY = 0.1, 0.9  # autocorrelation of a sound run, and of one that mixes slowly
SPREAD, MEAN, ENERGY, DOCTORS = 0, 1, 2, slice(3, None)  # the columns of `z`
FIRST_MONTH = 4  # patients of each doctor


def load_first_month() -> pd.DataFrame:
    """The first four patients of each of the ten doctors, counted.

    Returns
    -------
    DataFrame, one row a doctor
        ``doctor``: 'A' to 'J'; ``successes``; ``trials``: 4 for everyone.

    Source
    ------
    The first rows of each doctor in `load_doctors`.
    """
    return count_by_doctor(load_doctors().groupby("doctor").head(FIRST_MONTH))


def load_runs() -> dict[str, xr.DataTree]:
    """Seven nights' runs of the centred model on the ten doctors' first month.

    Returns
    -------
    dict of DataTree, one a night
        'Monday' to 'Sunday'; each as a sampler returns it. ``posterior``: four chains of
        ``mu_pop``, ``sigma_pop`` and ``alpha`` by doctor. ``sample_stats``: ``diverging``, and the
        sampler's ``energy``.

    Source
    ------
    Invented by ``shrinkage/data/runs.py``: draws from the exact posterior of `load_first_month`
    with the course's priors, each night with another fault, and one with none.
    """
    month = load_first_month()
    runs = _runs(another.seed() or 0, *(tuple(month[name]) for name in month))
    return {night: run.copy(deep=True) for night, run in runs.items()}


def faults() -> pd.Series:
    """The fault of each night's run, by night: the truth behind `load_runs`."""
    seed = another.seed() or 0
    return pd.Series(np.random.default_rng([6, seed]).permutation(FAULTS), index=NIGHTS)


@lru_cache(maxsize=8)
def _runs(
    seed: int, doctors: tuple[str, ...], successes: tuple[int, ...], trials: tuple[int, ...]
) -> dict[str, xr.DataTree]:
    month = posterior(successes, trials).joint
    return {
        str(night): _run(
            fault, month, doctors, np.random.default_rng([6, seed, FAULTS.index(fault)])
        )
        for night, fault in faults().items()
    }


def _run(
    fault: str, month: Joint, doctors: tuple[str, ...], rng: np.random.Generator
) -> xr.DataTree:
    """One run with its fault."""
    import xarray as xr  # slow to import

    memory = np.full(3 + len(doctors), MEMORY)
    memory[ENERGY] = 0.5
    if fault in ("a funnel", "too few draws"):
        memory[[SPREAD, ENERGY]] = LONG_MEMORY
    z = _series(rng, memory)
    chain = rng.integers(CHAINS)
    if fault == "a stuck chain":
        z[chain, 350, SPREAD] = -1.6
        z[chain, 350:800] = z[chain, 350]
    if fault == "too few draws":  # half chains of the same mean and sd (R-hat 1), that mix slowly
        halves = z[..., SPREAD].reshape(2 * CHAINS, -1)
        halves -= halves.mean(1, keepdims=True)
        halves /= halves.std(1, keepdims=True)
    spread = ndtr(z[..., SPREAD])
    if fault == "a funnel":  # the lowest fifth of the spreads is never entered
        spread = 0.2 + 0.8 * spread
    drawn = month.quantiles(spread, ndtr(z[..., MEAN]), ndtr(z[..., DOCTORS]))
    mu, sigma, alpha = drawn.mu_pop, drawn.sigma_pop, drawn.alpha

    away = np.zeros((CHAINS, DRAWS))
    if fault == "a chain elsewhere":
        away[chain] = -2.5 * mu.std()
    if fault == "warm-up too short":  # gone after a third of the draws
        fading = np.exp(-np.arange(DRAWS) / 40)
        away += rng.permutation([-3.0, -2.0, 2.0, 3.0])[:, None] * fading
        sigma *= np.exp(rng.permutation([-1.5, -1.0, 1.0, 1.5])[:, None] * fading)
    diverging = np.zeros((CHAINS, DRAWS), bool)
    count = rng.integers(15, 25)
    if fault == "a funnel":  # where the spread is smallest
        lowest = sigma.ravel().argsort()[: sigma.size // 8]
        diverging.flat[rng.choice(lowest, count, replace=False)] = True
    if fault == "steps too long":  # as often at any spread
        ranks = (np.arange(count) + rng.random(count)) / count * sigma.size
        diverging.flat[sigma.ravel().argsort()[ranks.astype(int)]] = True

    dims = ("chain", "draw")
    posterior = {
        "mu_pop": (dims, mu + away),
        "sigma_pop": (dims, sigma),
        "alpha": ((*dims, "doctor"), alpha + away[..., None]),
    }
    stats = {"diverging": (dims, diverging), "energy": (dims, 40 + 4 * z[..., ENERGY])}
    coords = {"chain": np.arange(CHAINS), "draw": np.arange(DRAWS)}
    return xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset(posterior, coords | {"doctor": list(doctors)}),
            "sample_stats": xr.Dataset(stats, coords),
        }
    )


def _series(rng: np.random.Generator, memory: NDArray) -> NDArray:
    """Standard normal series (chain, draw, variable), each with its correlation to the draw before.

    They begin in their stationary distribution, so that they need no warm-up.
    """
    z = rng.normal(size=(CHAINS, DRAWS, len(memory)))
    z[:, 1:] *= np.sqrt(1 - memory**2)
    for k, rho in enumerate(memory):
        z[..., k] = lfilter([1.0], [1.0, -rho], z[..., k], axis=1)
    return z
