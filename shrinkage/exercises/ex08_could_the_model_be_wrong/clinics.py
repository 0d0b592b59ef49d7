"""The four clinics that exercise 8 is about, and the exact posterior of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from shrinkage import data
from shrinkage.data.four_clinics import faults
from shrinkage.exact import Posterior, posterior

Counts = tuple[tuple[tuple[int, ...], ...], ...]
"""Successes and trials of a clinic's doctors by quarter, as something that can be a key."""


@dataclass(frozen=True)
class Clinics:
    """The clinics' counts, successes and trials by doctor and quarter, and what is wrong."""

    counts: dict[str, Counts]
    faults: pd.Series

    def table(self, row: Callable[[Counts], Mapping[str, Any]]) -> pd.DataFrame:
        """A row of numbers for each clinic."""
        return pd.DataFrame({name: row(counts) for name, counts in self.counts.items()}).T

    def rng(self, use: int) -> np.random.Generator:
        """Random numbers of these clinics' own, as those of a `Clinic`."""
        return np.random.default_rng([use, *(np.sum(s) for s, _ in self.counts.values())])

    def first(self) -> Clinics:
        """The first clinic alone."""
        return replace(self, counts=dict([*self.counts.items()][:1]))


def load() -> Clinics:
    """The clinics that the notebook sees."""
    long = data.load_four_clinics()
    counts: dict[str, Counts] = {}
    for name, rows in long.groupby("clinic", sort=False):
        wide = rows.pivot(index="doctor", columns="quarter", values=["successes", "trials"])
        parts = (wide[part].to_numpy().tolist() for part in ("successes", "trials"))
        counts[str(name)] = tuple(tuple(map(tuple, part)) for part in parts)
    return Clinics(counts, faults())


@lru_cache(maxsize=32)
def exact(counts: Counts, sigma_scale: float = 1.0, mu_scale: float = 1.5) -> Posterior:
    """The exact posterior of a clinic, all quarters together."""
    successes, trials = (np.array(part).sum(1) for part in counts)
    return posterior(successes, trials, sigma_scale=sigma_scale, mu_scale=mu_scale)
