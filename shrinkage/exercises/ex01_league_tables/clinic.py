"""The clinic of exercise 1: ten doctors, and one who has no patients yet."""

from dataclasses import replace

import pandas as pd

from shrinkage.exercises.clinic import Clinic

NEWCOMER = "K"  # last on the roster


def load() -> Clinic:
    """The clinic that the notebook sees, with everybody on the roster."""
    clinic = Clinic.load()
    return replace(clinic, doctors=(*clinic.doctors, NEWCOMER))


def has_patients(c: Clinic) -> pd.Series:
    """Where there is a rate to speak of."""
    return c.n > 0


def has_none(c: Clinic) -> pd.Series:
    """Where there is none."""
    return c.n == 0


def seen(c: Clinic, values: pd.Series) -> pd.Series:
    """The values of the doctors who have patients."""
    return values[has_patients(c)]
