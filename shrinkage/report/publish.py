"""What a page for publication may not show: numbers of people under five, and what gives them away.

A row has three such numbers: its patients, its successes and its failures. Where one of them is
under five, the number that is shown is masked, and with it the raw rate. Where one row alone is
masked, a reader with the total finds it by subtraction: so the next smallest is masked too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from shrinkage.report.findings import Analysis
from shrinkage.report.wording import Words

FEW = 5
#: Columns that follow from a row's numbers so closely that they go with them.
TELLING = ("raw", "weight", "avoidable", "settle")


def as_shown(a: Analysis, words: Words, publish: bool) -> tuple[Analysis, Words]:
    """What a reader sees: the digits that the estimates need and, to be published, masked."""
    suited = replace(words, scale=words.scale.suited(a.table), rounded=publish)
    return masked(a) if publish else a, suited


def masked(a: Analysis) -> Analysis:
    """The analysis without small numbers: missing in the table where they are masked."""
    table = a.table.copy()
    small, patients = smallest(table), table.trials.to_numpy(float)
    known = table.successes.astype("Float64").to_numpy(float, na_value=np.nan)
    hidden = _with_another(small, small < FEW)
    nameless = _with_another(patients, patients < FEW)
    for column, where in (("trials", nameless), ("successes", hidden | nameless)):
        table[column] = table[column].astype("Int64").mask(where)
    for column in ("fewest", "most"):
        table[column] = table[column].astype("Int64").mask(hidden | nameless)
    for column in TELLING:
        table.loc[hidden | nameless, column] = np.nan
    for column, numbers in (
        ("trials", patients),
        ("successes", known),
        ("failures", patients - known),
    ):
        table[f"few_{column}"] = numbers < FEW  # where a masked number may be called under five
    return replace(a, table=table)


def smallest(table: pd.DataFrame) -> np.ndarray:
    """The smallest number of people in each row; infinite where the file has suppressed it."""
    successes = table.successes.astype("Float64").to_numpy(float, na_value=np.nan)
    trials = table.trials.to_numpy(float)
    cells = np.fmin(trials, np.fmin(successes, trials - successes))
    return np.where(np.isnan(successes), np.inf, cells)


def _with_another(numbers: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """What is masked, and the smallest of the others where it is one alone."""
    if hidden.sum() != 1 or hidden.all():
        return hidden
    others = np.where(hidden, np.inf, numbers)
    return hidden | (np.arange(len(numbers)) == int(np.argmin(others)))
