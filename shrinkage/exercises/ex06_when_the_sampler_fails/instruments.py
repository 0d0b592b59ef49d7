"""What the instruments read in each night's run: a row a night; each reading is taken once."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd

from shrinkage.exercises.ex06_when_the_sampler_fails.week import Week

VARIABLES = ("mu_pop", "sigma_pop", "alpha")
BULK_AND_TAIL = ("bulk", "tail")

_known: dict[tuple, pd.DataFrame] = {}  # by the runs, which cannot be hashed, and the instrument


def rhat(week: Week, method: str) -> pd.DataFrame:
    """R-hat of every variable, a column each of their entries."""
    return _reading(week, "rhat", method)


def effective(week: Week, parts: Sequence[str]) -> pd.DataFrame:
    """The effective sample size of every entry, the smallest of these parts of the draws."""
    return reduce(np.minimum, [_reading(week, "ess", part) for part in parts])


def draws(week: Week) -> pd.Series:
    """How many draws a night's run has, all chains together."""
    return pd.Series({night: run["posterior"]["mu_pop"].size for night, run in week.runs.items()})


def diverging(week: Week) -> pd.DataFrame:
    """How many transitions diverged, a column a chain."""
    marks = {night: run["sample_stats"]["diverging"] for night, run in week.runs.items()}
    return pd.DataFrame({night: np.asarray(m.sum("draw")) for night, m in marks.items()}).T


def _reading(week: Week, instrument: str, method: str) -> pd.DataFrame:
    import arviz as az  # slow to import

    sums = (float(run["posterior"]["mu_pop"].sum()) for run in week.runs.values())
    key = (*sums, instrument, method)
    if key not in _known:
        take = getattr(az, instrument)
        _known[key] = pd.DataFrame(
            {
                night: {
                    (name, i): value
                    for name, values in take(run["posterior"].dataset, method=method).items()
                    for i, value in enumerate(np.ravel(values))
                }
                for night, run in week.runs.items()
            }
        ).T
    return _known[key]
