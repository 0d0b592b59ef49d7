"""How many more patients would settle on which side of the standard a unit lies, from draws.

The exact posterior has its own, `Posterior.more_patients`; here the unit's log-odds are taken as
normal, and so is what the patients to come say of them.
"""

from __future__ import annotations

import numpy as np
from scipy.special import logit, ndtr

from shrinkage.report.units import Array

MOST = 2**20  # patients: about a million; for more nobody waits


def further_patients(
    mean: Array, sd: Array, rate: Array, standard: float, low: float, high: float
) -> Array:
    """The fewest further patients with whom ``P(theta < standard)`` leaves ``(low, high)``.

    Parameters
    ----------
    mean, sd : array, shape (J,)
        Of each unit's log-odds.
    rate : array, shape (J,)
        The success rate of the patients to come: the estimate.
    standard, low, high : float

    Returns
    -------
    array, shape (J,)
        Whole numbers; 0 where it lies outside already, inf where a million do not suffice.
    """
    own, line = logit(rate), logit(standard)

    def settled(patients: Array) -> Array:
        new = patients * rate * (1 - rate)  # precision of what they say
        precision = 1 / sd**2 + new
        centre = (mean / sd**2 + new * own) / precision
        below = ndtr((line - centre) * np.sqrt(precision))
        return (below <= low) | (below >= high)

    few, many = np.full(len(mean), -1.0), np.full(len(mean), float(MOST))
    possible = settled(many)
    while (many - few).max() > 1:
        middle = np.maximum(np.floor((few + many) / 2), 0)
        enough = settled(middle)
        few, many = np.where(enough, few, middle), np.where(enough, middle, many)
    return np.where(possible, many, np.inf)
