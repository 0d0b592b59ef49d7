"""What the instruments read in each night's run, a row a night; each reading is taken once."""

from collections.abc import Callable, Sequence
from functools import reduce, wraps
from typing import Any

import numpy as np
import pandas as pd

from shrinkage.exercises.ex06_when_the_sampler_fails.week import Week

VARIABLES = ("mu_pop", "sigma_pop", "alpha")
BULK_AND_TAIL = ("bulk", "tail")


def _once[T](function: Callable[..., T]) -> Callable[..., T]:
    """The same function of a week, which computes each answer once."""
    known: dict[tuple, T] = {}

    @wraps(function)
    def remembered(week: Week, *arguments: str) -> T:
        key = (week.fingerprint, *arguments)
        if key not in known:
            known[key] = function(week, *arguments)
        return known[key]

    remembered.cache_clear = known.clear  # ty: ignore[missing-attribute]  # as `lru_cache` has it
    return remembered


@_once
def rhat(week: Week, method: str) -> pd.DataFrame:
    """R-hat of every variable, a column each of their entries."""
    import arviz as az  # slow to import

    return _by_entry(week, az.rhat, method)


@_once
def _effective(week: Week, part: str) -> pd.DataFrame:
    import arviz as az

    return _by_entry(week, az.ess, part)


def effective(week: Week, parts: Sequence[str]) -> pd.DataFrame:
    """The effective sample size of every entry, the smallest of these parts of the draws."""
    found = [_effective(week, part) for part in parts]
    return reduce(lambda one, other: one.where(one < other, other), found)


@_once
def draws(week: Week) -> pd.Series:
    """How many draws a night's run has, all chains together."""
    return pd.Series({night: run["posterior"]["mu_pop"].size for night, run in week.runs.items()})


@_once
def diverging(week: Week) -> pd.DataFrame:
    """How many transitions diverged, a column a chain."""
    marks = {night: run["sample_stats"]["diverging"] for night, run in week.runs.items()}
    return pd.DataFrame({night: np.asarray(m.sum("draw")) for night, m in marks.items()}).T


def _by_entry(week: Week, instrument: Callable[..., Any], method: str) -> pd.DataFrame:
    """A column for each variable, or each of its entries under the variable's name."""
    rows = {}
    for night, run in week.runs.items():
        found = instrument(run["posterior"].dataset, method=method)
        rows[night] = np.concatenate([np.ravel(values) for values in found.values()])
    columns = [name for name, values in found.items() for _ in range(values.size)]
    return pd.DataFrame(rows, columns).T
