"""How an answer that has been read is compared with values: label by label, within a tolerance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Reading

Values = pd.Series | pd.DataFrame
"""Numbers under the labels of a truth."""

Formula = Callable[..., Values]
"""From the exercise's data to values; further arguments, by name, replace steps of its own."""

Tolerance = float | Formula
"""How far a value may be off, in the answer's own unit; a formula where values differ in that."""


def room(tolerance: Tolerance, data: Any) -> np.ndarray | float:
    """A tolerance as a number, or as numbers in the shape of the truth."""
    if callable(tolerance):
        return cast("Formula", tolerance)(data).to_numpy(float)
    return float(tolerance)


def near(one: np.ndarray, other: np.ndarray | float, within: np.ndarray | float) -> np.ndarray:
    """Where two arrays of one shape agree; infinities and missing values agree with themselves."""
    missing = np.isnan(one) & np.isnan(other)
    return (np.abs(one - other) <= within) | (one == other) | missing


def agrees(
    reading: Reading, values: Values, within: np.ndarray | float, *, noise: bool = False
) -> np.ndarray:
    """Where an answer has these values, within a tolerance and its own Monte Carlo error.

    With `noise`, the Monte Carlo error is that on the answer's scale, where it is not the truth's.
    """
    margin = reading.noise if noise and reading.noise is not None else reading.margin
    return reading.given & near(reading.values, values.to_numpy(float), within + margin)
