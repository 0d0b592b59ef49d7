"""The exact posterior of counts beside a sampler's draws, on request.

Hundreds of units are sampled, not thousands: of a larger table a random part is fitted in both
ways. The plain sum of `quick_sum` covers the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from scipy.special import expit

from shrinkage.report.against_exact import AGREES, farthest
from shrinkage.report.by_quadrature import by_quadrature
from shrinkage.report.estimates import Estimates
from shrinkage.report.findings import Check, Hyperprior
from shrinkage.report.units import Units

if TYPE_CHECKING:
    from shrinkage.report.model import Attempt

MOST = 400  # units


def check(
    units: Units,
    found: Estimates,
    hyperprior: Hyperprior,
    standard: float,
    seed: int,
    progress: Callable[[float], None] | None = None,
) -> list[Check]:
    """Sample the posterior with PyMC's NUTS, and compare.

    progress: told the share of the draws that is done.

    Returns
    -------
    list of Check
        A 'sampler' for each attempt, with ``parameterisation``, ``target_accept``, ``draws`` and
        what its convergence check ``found``: None where another one followed, False where none
        converged. And one 'agreement': ``compared`` posterior means; the ``worst`` difference, in
        Monte Carlo standard errors, and ``where``; the largest of an estimate, ``points``, and of a
        probability of lying below the standard, ``below``; ``units`` sampled, ``of`` so many.
    """
    from shrinkage.report.model import Cells, sample

    every = len(units)
    if every > MOST:
        some = np.random.default_rng(seed).choice(every, MOST, replace=False)
        units = units.pick(np.sort(some))
        found = by_quadrature(units, hyperprior)
    draws, _, made = sample(Cells.of(units), seed, hyperprior, progress)
    return [*attempts(made), _agreement(units, found, draws, standard, every)]


def attempts(made: list[Attempt]) -> list[Check]:
    """A 'sampler' for each attempt: whether it converged, None where another one followed."""
    return [
        Check(
            "sampler",
            True if one.converged else False if one is made[-1] else None,
            {k: v for k, v in vars(one).items() if k != "converged"},
        )
        for one in made
    ]


def _agreement(
    units: Units, found: Estimates, draws: xr.Dataset, standard: float, every: int
) -> Check:
    exact = found.exact
    assert exact is not None
    assert exact.sigma_pop is not None
    theta = expit(units.shift + draws.alpha)
    drawn = xr.Dataset({"theta": theta, "mu_pop": draws.mu_pop, "sigma_pop": draws.sigma_pop})
    true = [*found.mean, exact.mu_pop.mean, exact.sigma_pop.mean]
    numbers, apart = farthest(drawn, true, [*units.names, "mu_pop", "sigma_pop"])
    below = (theta < standard).mean(("chain", "draw")).to_numpy()
    numbers |= {
        "points": float(apart[: len(units)].max()),
        "below": float(np.abs(below - found.below(standard)).max()),
        "units": len(units),
        "of": every,
    }
    return Check("agreement", float(numbers["worst"]) <= AGREES, numbers)
