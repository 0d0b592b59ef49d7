"""The ten doctors' patients, as most exercises' formulas want them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from shrinkage import data


@dataclass(frozen=True)
class Clinic:
    """Doctors by name, and for each patient the doctor's number, the severity and the outcome.

    It is hashable, so that what takes long can be cached by it.
    """

    doctors: tuple[str, ...]
    doctor_idx: tuple[int, ...]
    severity: tuple[float, ...]
    success: tuple[int, ...]

    @classmethod
    def load(cls) -> Self:
        """The clinic that the notebook sees."""
        return cls.of(data.load_doctors())

    @classmethod
    def of(cls, patients: pd.DataFrame) -> Self:
        """The clinic of a table with one row a patient: doctor, severity, success."""
        doctor_idx, doctors = pd.factorize(patients["doctor"], sort=True)
        return cls(
            tuple(map(str, doctors)),
            tuple(doctor_idx.tolist()),
            tuple(patients["severity"].tolist()),
            tuple(patients["success"].tolist()),
        )

    @cached_property
    def n(self) -> pd.Series:
        """Patients of each doctor, by doctor."""
        return self.by_doctor(np.bincount(self.doctor_idx, minlength=len(self.doctors)))

    @cached_property
    def s(self) -> pd.Series:
        """Successes of each doctor, by doctor."""
        return self.by_doctor(np.bincount(self.doctor_idx, self.success, len(self.doctors)))

    @cached_property
    def raw(self) -> pd.Series:
        """Raw rates, by doctor."""
        return self.s / self.n

    @property
    def pooled(self) -> float:
        """The success rate of all patients together."""
        return float(self.s.sum() / self.n.sum())

    @property
    def tally(self) -> tuple[tuple[int, int], ...]:
        """Successes and patients of each doctor, to cache by."""
        return tuple(zip(map(int, self.s), map(int, self.n), strict=True))

    def rng(self, use: int) -> np.random.Generator:
        """Random numbers of this clinic's own, the same every time for one use.

        What a check calls a function with is drawn with them, where it is not about the clinic: so
        in another clinic other values are right, and those that were typed in are wrong.
        """
        return np.random.default_rng([use, *np.ravel(self.tally)])

    def by_doctor(self, values: ArrayLike) -> pd.Series:
        """Values in the order of the doctors, under their names."""
        return pd.Series(np.asarray(values, float), list(self.doctors))
