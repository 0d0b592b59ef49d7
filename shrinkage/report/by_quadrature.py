"""Estimates by the exact posterior of counts."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from shrinkage.exact import Marginal, Posterior, posterior
from shrinkage.report.estimates import CERTAIN, INTERVAL, TAILS, Estimates
from shrinkage.report.findings import Hyperprior, Summary
from shrinkage.report.units import Array, Units


def by_quadrature(units: Units, hyperprior: Hyperprior) -> Estimates:
    """The exact posterior of units that all have patients."""
    found = exact_posterior(units, hyperprior)
    sigma_pop, new = found.sigma_pop, found.new_doctor
    assert sigma_pop is not None  # only where it is fixed

    def population(size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        drawn = found.joint.draw(rng, size, doctors=False)
        return drawn.mu_pop, drawn.sigma_pop

    return Estimates(
        engine="exact",
        mean=found.mean,
        interval=found.interval(INTERVAL),
        weight=found.own_weight,
        typical=typical(found),
        new_unit=Summary(new.mean, *new.interval(INTERVAL)),
        sigma=Summary(sigma_pop.mean, *sigma_pop.interval(INTERVAL)),
        density=_of_theta(new.alpha, found.reference),
        places=lambda: found.places(INTERVAL),
        below=found.below,
        new_below=lambda standard: float(new.alpha.cdf(logit(standard) - found.reference)),
        shortfall=lambda standard: np.array(
            [_shortfall(alpha, found.reference, standard) for alpha in found.alpha]
        ),
        settle=lambda standard: found.more_patients(standard, *CERTAIN),
        error=lambda standard: 0.0,
        population=population,
        exact=found,
    )


def exact_posterior(units: Units, hyperprior: Hyperprior) -> Posterior:
    """The exact posterior of counts, with expectations and bounds where there are some."""
    return posterior(
        units.fewest,
        units.trials,
        expected=units.expected if units.standardised else None,
        bounds=None if units.known.all() else np.column_stack([units.fewest, units.most]),
        mu_loc=hyperprior.mu_loc,
        mu_scale=hyperprior.mu_scale,
        sigma_scale=hyperprior.sigma_scale,
    )


def typical(found: Posterior) -> Summary:
    """Theta of the typical unit, whose log-odds are ``mu_pop``."""
    at = found.mu_pop
    mean = np.trapezoid(expit(found.reference + at.x) * at.density, at.x)
    mean /= np.trapezoid(at.density, at.x)
    return Summary(float(mean), *map(float, expit(found.reference + at.quantile(TAILS))))


def _of_theta(alpha: Marginal, reference: float) -> tuple[Array, Array]:
    """Theta and its density, from the density of its log-odds less the reference."""
    theta = expit(reference + alpha.x)
    inside = (theta > 0) & (theta < 1)
    theta = theta[inside]
    return theta, alpha.density[inside] / (theta * (1 - theta))


def _shortfall(alpha: Marginal, reference: float, standard: float) -> float:
    short = np.maximum(standard - expit(reference + alpha.x), 0.0)
    return float(np.trapezoid(short * alpha.density, alpha.x))
