"""The data of exercise 10: deaths and operations of the hospitals that the notebook loads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shrinkage import data

STRICT = 1.25  # the standard, in overall death rates


@dataclass(frozen=True)
class Hospitals:
    """Deaths and operations by hospital; hashable, so that what takes long can be cached by it."""

    names: tuple[str, ...]
    deaths: tuple[int, ...]
    operations: tuple[int, ...]

    @classmethod
    def of(cls, deaths: pd.Series, operations: pd.Series) -> Hospitals:
        """From two Series by hospital."""
        return cls(tuple(deaths.index), tuple(map(int, deaths)), tuple(map(int, operations)))

    @property
    def raw(self) -> np.ndarray:
        """Raw death rates."""
        return np.divide(self.deaths, self.operations)

    def seen_spread(self, ddof: int = 1) -> float:
        """The standard deviation of the hospitals' log-odds, half a death added on either side."""
        deaths, survivors = np.array(self.deaths), np.subtract(self.operations, self.deaths)
        return float(np.log((deaths + 0.5) / (survivors + 0.5)).std(ddof=ddof))

    @property
    def highest(self) -> int:
        """Place in the table of the hospital with the highest raw death rate."""
        return int(self.raw.argmax())

    @property
    def spotless(self) -> int:
        """Place of the hospital without a death that has the fewest operations."""
        return int(np.where(np.array(self.deaths) == 0, self.operations, np.inf).argmin())

    @property
    def standard(self) -> float:
        """The highest acceptable death rate."""
        return STRICT * sum(self.deaths) / sum(self.operations)


def load() -> Hospitals:
    """The hospitals that the notebook sees."""
    table = data.load_hospitals().set_index("hospital")
    return Hospitals.of(table["deaths"], table["operations"])
