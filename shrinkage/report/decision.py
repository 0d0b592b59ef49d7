"""Whom to review: the standard, the threshold that follows from the costs, and what it decides."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from shrinkage.report.findings import Verdict
from shrinkage.report.units import Units

ODDS = 1.5  # the default standard: failure's odds half as large again as the typical unit's
RATIOS = (0.25, 0.5, 1.0, 3.0, 9.0)  # thresholds of 80, 67, 50, 25 and 10 %


def default_standard(typical: float, units: Units | None = None) -> float:
    """The rate at which failure's odds are one and a half times the typical unit's, rounded.

    To whole per cent; near 0 and 100 % to two digits of the rarer outcome. With expectations what
    is rounded is the ratio of the observed to the expected, of what the table counts: to tenths, or
    to one digit of its distance from 1 where that is less.
    """
    exact = float(expit(logit(typical) - np.log(ODDS)))
    if units is not None and units.reference is not None:
        average = 1 - units.reference if units.of_failures else units.reference
        ratio = (1 - exact if units.of_failures else exact) / average
        rounded = average * round(ratio, max(1, _digits(abs(1 - ratio)) - 1))
        standard = 1 - rounded if units.of_failures else rounded
        return standard if 0 < standard < 1 else exact
    return round(exact, max(2, _digits(min(exact, 1 - exact))))


def _digits(value: float) -> int:
    """Decimals that give two digits of a value below one."""
    return 1 - int(np.floor(np.log10(max(value, 1e-12))))


def threshold(ratio: float) -> float:
    """The probability of lying below the standard above which a review costs less than none.

    Parameters
    ----------
    ratio : float
        Cost of missing a unit below the standard, divided by that of accusing one who meets it.
    """
    return 1 / (1 + ratio)


def verdict(table: pd.DataFrame, ratio: float) -> Verdict:
    """Whom a ratio of costs would review.

    table has columns ``doctor``, ``trials`` and ``below``. A unit without patients is not judged:
    what is said of it is about the population.
    """
    bound = threshold(ratio)
    table = table[table.trials > 0].sort_values("below", ascending=False, kind="stable")
    called = table.below > bound
    return Verdict(
        ratio=ratio,
        threshold=bound,
        review=tuple(table.doctor[called]),
        wrong=float((1 - table.below[called]).sum()),
        missed=float(table.below[~called].sum()),
    )
