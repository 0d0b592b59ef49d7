"""What an engine says of the units; `analysis` does not ask which engine it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shrinkage.exact import Places, Posterior
from shrinkage.report.findings import Adjustment, Check, Groups, Hyperprior, Summary
from shrinkage.report.units import Array, Index, Units

INTERVAL = 0.95
TAILS = np.array([(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
CERTAIN = (0.05, 0.95)  # a probability of lying below the standard outside these is settled


@dataclass(frozen=True)
class Under:
    """The posterior under a hyperprior, of some units.

    Attributes
    ----------
    typical, sigma : float
        Posterior means of the typical unit's theta and of ``sigma_pop``.
    which : array of int, shape (K,)
        Whose the next two are.
    mean, below : array, shape (K,)
        Posterior means of theta, and probabilities of lying below a standard.
    """

    typical: float
    sigma: float
    which: Index
    mean: Array
    below: Array


@dataclass(frozen=True)
class Estimates:
    """The posterior of J units, in their order: theta, a share of one, and the population.

    Attributes
    ----------
    engine : str
        'exact' or 'sampled'.
    mean : array, shape (J,)
        Posterior mean of theta.
    interval : array, shape (J, 2)
        Ends of its 95 % credible interval.
    weight : array, shape (J,)
        The share of the estimate that is the unit's own data.
    typical, new_unit : Summary
        Theta of the typical unit, and of a new one of the population.
    sigma : Summary
        ``sigma_pop``, log-odds.
    density : tuple of two arrays
        A grid of theta, and a new unit's density there.
    places : callable
        Returns the 95 % interval of each unit's place, 1 the highest theta, and the probabilities
        of the first and of the last place.
    below : callable
        Of a standard: the probability that theta lies below it, shape (J,).
    new_below : callable
        The same for a new unit, a number.
    shortfall : callable
        Of a standard: the posterior mean of how far theta lies below it, or 0; shape (J,).
    settle : callable
        Of a standard: how many further patients would settle on which side of it theta is; (J,).
    error : callable
        Of a standard: the largest Monte Carlo standard error of `below`.
    population : callable
        Of a number and a generator: so many draws of ``mu_pop`` and of ``sigma_pop``.
    exact : Posterior or None
        The exact posterior, where it is the engine.
    weighted : callable or None
        Of weights of all draws, which sum to one, and a standard: what the draws say then.
    """

    engine: str
    mean: Array
    interval: Array
    weight: Array
    typical: Summary
    new_unit: Summary
    sigma: Summary
    density: tuple[Array, Array]
    places: Callable[[], Places]
    below: Callable[[float], Array]
    new_below: Callable[[float], float]
    shortfall: Callable[[float], Array]
    settle: Callable[[float], Array]
    error: Callable[[float], float]
    population: Callable[[int, np.random.Generator], tuple[Array, Array]]
    exact: Posterior | None = None
    weighted: Callable[[Array, float], Under] | None = None


@dataclass(frozen=True)
class Fitted:
    """A fit of the units that have patients, and what only some fits have.

    Attributes
    ----------
    units : Units
        Those that were fitted, with the patients that were.
    estimates : Estimates
        Of these, in their order.
    checks : list of Check
        That the fit itself made.
    adjustment, groups
        See `Analysis`.
    group : list of str or None
        The group of each of the units.
    under : callable or None
        Of another hyperprior and a standard: the posterior under it, or None where it could not
        be had. None where the exact posterior gives it.
    """

    units: Units
    estimates: Estimates
    checks: list[Check]
    adjustment: Adjustment | None = None
    groups: Groups | None = None
    group: list[str] | None = None
    under: Callable[[Hyperprior, float], Under | None] | None = None
