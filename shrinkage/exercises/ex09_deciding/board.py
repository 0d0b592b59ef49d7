"""What the board has fixed, and the posterior that it decides by."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from shrinkage.exact import Posterior, posterior_with_covariate
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.task import ERRORS

STANDARD = 0.72  # a doctor whose true rate is below it is poor
CHAPTERS_STANDARD = 0.7
MISS, ACCUSE, WORK = 5.0, 2.0, 1.0  # weeks: a poor doctor left alone; a good, a poor one reviewed

EFFECTIVE = 2000
"""Independent draws that a student's 8000 are worth at least, in every clinic that was tried."""
FLOOR = 0.004  # how far a probability may be off that no draw tells from 0 or 1


@lru_cache(maxsize=16)
def exact(c: Clinic) -> Posterior:
    """The exact posterior with severity."""
    return posterior_with_covariate(np.array(c.doctor_idx), c.severity, c.success)


def mean_rate(c: Clinic) -> pd.Series:
    """Posterior mean of each doctor's rate."""
    return c.by_doctor(exact(c).mean)


@lru_cache(maxsize=64)
def below(c: Clinic, log_odds: float = float(logit(STANDARD))) -> pd.Series:
    """Probability that each doctor's log-odds lie below a value, the standard's unless told."""
    return c.by_doctor([alpha.cdf(log_odds) for alpha in exact(c).alpha])


def chance_error(p: pd.Series) -> pd.Series:
    """How far a probability that is taken from draws may be off."""
    return ERRORS * np.sqrt(p * (1 - p) / EFFECTIVE) + FLOOR


def leave_loss(p: Any) -> Any:
    """Expected loss of leaving a doctor alone who is poor with probability p, weeks."""
    return MISS * p


def review_loss(p: Any) -> Any:
    """Expected loss of a review of a doctor who is poor with probability p, weeks."""
    return ACCUSE * (1 - p) + WORK * p
