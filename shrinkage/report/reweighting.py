"""A sampler's draws under another hyperprior: each by the ratio of the two hyperpriors there.

The largest ratios are smoothed (Vehtari et al. 2024, Journal of Machine Learning Research 25, 72),
and the shape of their tail says whether means by such weights can be trusted.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from shrinkage.report.findings import Hyperprior
from shrinkage.report.model import Level
from shrinkage.report.nested import sigmas
from shrinkage.report.sensitivity import log_prior
from shrinkage.report.units import Array

RELIABLE = 0.7  # shape of the tail: above it the means of some thousand draws are not right


def weights(
    draws: xr.Dataset, levels: tuple[Level, ...], hyperprior: Hyperprior, other: Hyperprior
) -> Array | None:
    """Weights of the draws, (C * D,), that sum to one; None where they cannot be trusted.

    Parameters
    ----------
    draws : Dataset
        Of `model.sample`, under ``hyperprior``.
    levels : tuple of Level
        Whose standard deviations are among the draws.
    hyperprior, other : Hyperprior
    """
    from arviz_stats.base import array_stats

    at = draws.mu_pop.to_numpy(), *sigmas(levels, draws)
    ratio = log_prior(other, *at) - log_prior(hyperprior, *at)
    log, shape = array_stats.psislw(-ratio.ravel())  # of the ratio's inverse, as it is defined
    if not shape <= RELIABLE:
        return None
    weight = np.exp(log - log.max())
    return weight / weight.sum()
