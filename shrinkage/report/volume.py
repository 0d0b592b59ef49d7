"""Whether rates rise or fall with the caseload, which pooling takes for chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shrinkage.exact import posterior_with_covariate
from shrinkage.report.against_exact import MOST_EXACT, MOST_EXACT_DOCTORS
from shrinkage.report.findings import Summary

FEWEST_DOCTORS = 5
SMALLEST_SPREAD = 0.1  # of the caseloads' logarithms to base 2: below it they are nearly alike


def slope(counts: pd.DataFrame) -> Summary | None:
    """By what twice the caseload multiplies the odds of success, by the counts alone.

    The course's model with the logarithm of the caseload, in standard deviations, as a predictor of
    a doctor's log-odds; its coefficient has the prior of severity's, N(0, 1). The posterior is
    exact.

    Parameters
    ----------
    counts : DataFrame, one row a doctor
        ``successes``, ``trials``.

    Returns
    -------
    Summary or None
        None with fewer than five doctors, with caseloads that are nearly alike, or with so many
        patients that it would take minutes.
    """
    trials, successes = counts.trials.to_numpy(), counts.successes.to_numpy()
    doublings = np.log2(trials)
    spread = doublings.std()
    small = trials.sum() <= MOST_EXACT and len(trials) <= MOST_EXACT_DOCTORS
    if len(trials) < FEWEST_DOCTORS or spread < SMALLEST_SPREAD or not small:
        return None
    doctor_idx = np.repeat(np.arange(len(trials)), trials)
    first = np.cumsum(trials) - trials
    success = np.arange(trials.sum()) - first[doctor_idx] < successes[doctor_idx]
    x = (doublings - doublings.mean()) / spread
    beta = posterior_with_covariate(doctor_idx, x[doctor_idx], success.astype(int)).beta
    assert beta is not None
    return Summary(*(float(np.exp(b / spread)) for b in (beta.mean, *beta.interval())))
