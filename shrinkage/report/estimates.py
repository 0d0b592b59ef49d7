"""What an engine says of the units: by the exact posterior, or by draws of a sampler.

`analysis` is handed an `Estimates` and does not ask where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy.special import expit, logit

from shrinkage.exact import Marginal
from shrinkage.report.stopgap import Places, Posterior, posterior
from shrinkage.report.findings import Hyperprior, Summary
from shrinkage.report.settle import further_patients
from shrinkage.report.units import Array, Units

INTERVAL = 0.95
TAILS = np.array([(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
CERTAIN = (0.05, 0.95)  # a probability of lying below the standard outside these is settled


class Estimates(Protocol):
    """The posterior of J units, in their order; theta is a share of one.

    mean, weight: shape (J,); interval: (J, 2), of theta. typical, new_unit: theta of the typical
    unit and of a new one, whose density is on a grid of theta. sigma: of ``sigma_pop``, log-odds.
    """

    engine: str

    @property
    def mean(self) -> Array: ...
    @property
    def interval(self) -> Array: ...
    @property
    def places(self) -> Places: ...
    @property
    def weight(self) -> Array: ...
    @property
    def typical(self) -> Summary: ...
    @property
    def new_unit(self) -> Summary: ...
    @property
    def sigma(self) -> Summary: ...
    @property
    def density(self) -> tuple[Array, Array]: ...

    def below(self, standard: float) -> Array:
        """Probability that theta lies below the standard, shape (J,)."""
        ...

    def new_below(self, standard: float) -> float:
        """The same for a new unit."""
        ...

    def shortfall(self, standard: float) -> Array:
        """Posterior mean of how far theta lies below the standard, or 0; shape (J,)."""
        ...

    def settle(self, standard: float) -> Array:
        """How many more patients would settle which side of the standard it is; shape (J,)."""
        ...

    def error(self, standard: float) -> float:
        """The largest Monte Carlo standard error of `below`."""
        ...

    def population(self, size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Draws of ``mu_pop`` and ``sigma_pop``, shape (size,) each."""
        ...


def by_quadrature(units: Units, hyperprior: Hyperprior) -> ByQuadrature:
    """The exact posterior of units that all have patients."""
    bounds = np.column_stack([units.fewest, units.most])
    found = posterior(
        units.fewest,
        units.trials,
        expected=units.expected if units.standardised else None,
        bounds=None if units.known.all() else bounds,
        mu_loc=hyperprior.mu_loc,
        mu_scale=hyperprior.mu_scale,
        sigma_scale=hyperprior.sigma_scale,
    )
    return ByQuadrature(found)


@dataclass(frozen=True)
class ByQuadrature:
    """The exact posterior's."""

    found: Posterior
    engine = "exact"

    @cached_property
    def mean(self) -> Array:
        return self.found.mean

    @cached_property
    def interval(self) -> Array:
        return self.found.interval(INTERVAL)

    @cached_property
    def places(self) -> Places:
        return self.found.places(INTERVAL)

    @cached_property
    def weight(self) -> Array:
        return self.found.own_weight

    @cached_property
    def typical(self) -> Summary:
        return self._rate(self.found.mu_pop)

    @cached_property
    def new_unit(self) -> Summary:
        new = self.found.new_doctor
        return Summary(new.mean, *new.interval(INTERVAL))

    @cached_property
    def sigma(self) -> Summary:
        sigma_pop = self.sigma_pop
        return Summary(sigma_pop.mean, *sigma_pop.interval(INTERVAL))

    @cached_property
    def density(self) -> tuple[Array, Array]:
        new = self.found.new_doctor.alpha
        theta = expit(self.found.reference + new.x)
        inside = (theta > 1e-12) & (theta < 1 - 1e-12)
        theta = theta[inside]
        return theta, new.density[inside] / (theta * (1 - theta))

    @property
    def sigma_pop(self) -> Marginal:
        sigma_pop = self.found.sigma_pop
        assert sigma_pop is not None  # only where it is fixed
        return sigma_pop

    def below(self, standard: float) -> Array:
        return self.found.below(standard)

    def new_below(self, standard: float) -> float:
        return float(self.found.new_doctor.alpha.cdf(logit(standard) - self.found.reference))

    def shortfall(self, standard: float) -> Array:
        return np.array([self._shortfall(alpha, standard) for alpha in self.found.alpha])

    def settle(self, standard: float) -> Array:
        return self.found.more_patients(standard, *CERTAIN)

    def error(self, standard: float) -> float:
        return 0.0

    def population(self, size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        drawn = self.found.joint.draw(rng, size, doctors=False)
        return drawn.mu_pop, drawn.sigma_pop

    def _shortfall(self, alpha: Marginal, standard: float) -> float:
        short = np.maximum(standard - expit(self.found.reference + alpha.x), 0.0)
        return float(np.trapezoid(short * alpha.density, alpha.x))

    def _rate(self, at: Marginal) -> Summary:
        """Of expit(reference + a number with this posterior)."""
        rate = expit(self.found.reference + at.x)
        mean = np.trapezoid(rate * at.density, at.x) / np.trapezoid(at.density, at.x)
        low, high = expit(self.found.reference + at.quantile(TAILS))
        return Summary(float(mean), float(low), float(high))


@dataclass(frozen=True)
class ByDraws:
    """A sampler's.

    Attributes
    ----------
    theta : array, shape (C, D, J)
        Of C chains with D draws each.
    trials : array of int, shape (J,)
    mu_pop, sigma_pop, typical_theta, new_theta : array, shape (C, D)
        The population's, log-odds; theta of its typical unit and of a new one.
    """

    theta: Array
    trials: Array
    mu_pop: Array
    sigma_pop: Array
    typical_theta: Array
    new_theta: Array
    engine = "sampled"

    @property
    def _flat(self) -> Array:
        return self.theta.reshape(-1, self.theta.shape[-1])

    @cached_property
    def mean(self) -> Array:
        return self._flat.mean(axis=0)

    @cached_property
    def interval(self) -> Array:
        return np.quantile(self._flat, TAILS, axis=0).T

    @cached_property
    def places(self) -> Places:
        # The place of each unit in each draw, 1 the highest rate.
        places = np.argsort(np.argsort(-self._flat, axis=1), axis=1) + 1
        low, high = np.quantile(places, TAILS, axis=0, method="inverted_cdf")
        last = self.theta.shape[-1]
        return Places(low, high, (places == 1).mean(axis=0), (places == last).mean(axis=0))

    @cached_property
    def weight(self) -> Array:
        precision = self.trials * self.mean * (1 - self.mean)
        square = self.sigma_pop.ravel() ** 2
        return np.array([np.mean(square * p / (square * p + 1)) for p in precision])

    @cached_property
    def typical(self) -> Summary:
        return _summary(self.typical_theta)

    @cached_property
    def new_unit(self) -> Summary:
        return _summary(self.new_theta)

    @cached_property
    def sigma(self) -> Summary:
        return _summary(self.sigma_pop)

    @cached_property
    def density(self) -> tuple[Array, Array]:
        from scipy.stats import gaussian_kde

        odds = logit(np.clip(self.new_theta.ravel(), 1e-12, 1 - 1e-12))
        grid = np.linspace(odds.min(), odds.max(), 201)
        theta = expit(grid)
        return theta, gaussian_kde(odds)(grid) / (theta * (1 - theta))

    def below(self, standard: float) -> Array:
        return (self._flat < standard).mean(axis=0)

    def new_below(self, standard: float) -> float:
        return float((self.new_theta < standard).mean())

    def shortfall(self, standard: float) -> Array:
        return np.maximum(standard - self._flat, 0).mean(axis=0)

    def settle(self, standard: float) -> Array:
        odds = logit(np.clip(self._flat, 1e-12, 1 - 1e-12))
        return further_patients(odds.mean(axis=0), odds.std(axis=0), self.mean, standard, *CERTAIN)

    def error(self, standard: float) -> float:
        import arviz as az

        below = {"below": (self.theta < standard).astype(float)}
        error = az.mcse(az.from_dict({"posterior": below})).below.to_numpy()
        return float(np.nan_to_num(error).max())

    def population(self, size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        some = rng.choice(self.mu_pop.size, size=min(size, self.mu_pop.size), replace=False)
        return self.mu_pop.ravel()[some], self.sigma_pop.ravel()[some]


def _summary(draws: Array) -> Summary:
    low, high = np.quantile(draws, TAILS)
    return Summary(float(draws.mean()), float(low), float(high))
