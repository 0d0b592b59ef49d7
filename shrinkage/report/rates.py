"""From a sampler's log-odds to rates, standardised to the case mix of all patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.special import expit

from shrinkage.report.by_draws import by_draws
from shrinkage.report.case_mix import CaseMix
from shrinkage.report.estimates import Estimates
from shrinkage.report.model import Level
from shrinkage.report.nested import middles
from shrinkage.report.units import Array, Units


@dataclass(frozen=True)
class Rates:
    """From log-odds to success rates: of the case mix of all, or at the average expectation.

    With ``caseload``, (J,), a unit's rate is that at its own caseload, and any other at the mean of
    the caseloads' logarithms. With ``levels`` the typical unit is in the middle of those that there
    are, in their groups: where groups are few, hardly anything is known of a group that is not
    there, and so of ``mu_pop``.
    """

    draws: xr.Dataset
    mix: CaseMix | None
    shift: float
    caseload: Array | None = None
    levels: tuple[Level, ...] = ()

    def of(self, alpha: Array) -> Array:
        """Success rates at draws of intercepts, both (C, D, ...)."""
        if self.mix is None:
            return expit(self.shift + alpha)
        beta = self.draws.beta.transpose("chain", "draw", "covariate").to_numpy()
        beta = beta[..., : self.mix.x.shape[1]]
        flat = alpha.reshape(beta.shape[0] * beta.shape[1], -1)
        return self.mix.average(flat, beta.reshape(len(flat), -1)).reshape(alpha.shape)

    def estimates(self, units: Units, spread: Array, seed: int) -> Estimates:
        """Of all units.

        spread: standard deviation of a new unit's log-odds in each draw, (C, D).
        """
        mu, sigma = self.draws.mu_pop.to_numpy(), self.draws.sigma_pop.to_numpy()
        new = np.random.default_rng(seed).normal(mu, spread)
        middle = mu
        if self.levels:
            middle = middles(self.levels, self.draws)[..., self.levels[0].idx].mean(axis=-1)
        alpha = self.draws.alpha.transpose("chain", "draw", "doctor").to_numpy()
        if self.caseload is not None:
            beta = self.draws.beta.isel(covariate=-1).transpose("chain", "draw").to_numpy()
            alpha = alpha + beta[..., None] * self.caseload
        theta = self.of(np.concatenate([alpha, middle[..., None], new[..., None]], axis=-1))
        return by_draws(theta[..., :-2], units.trials, mu, sigma, theta[..., -2], theta[..., -1])
