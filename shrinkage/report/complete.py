"""The patients whose covariates are all known: the model and the whole page are about them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from shrinkage.data import Note, Outcomes
from shrinkage.report.formula import variables


def complete(outcomes: Outcomes, formula: str | None) -> Outcomes:
    """Only the patients that have a value in every column of a formula, and a note about the rest.

    Where nobody is left, or the file has no row a patient, it stays as it is.
    """
    patients = outcomes.patients
    if patients is None or not formula:
        return outcomes
    columns = [str(column) for column in patients.columns]
    blank = {name: missing(patients[name]) for name in variables(formula, columns)}
    lost = np.logical_or.reduce(list(blank.values()) or [np.zeros(len(patients), bool)])
    if not lost.any() or lost.all():
        return outcomes
    kept = patients[~lost].reset_index(drop=True)
    sums = kept.groupby(kept.doctor.astype(str)).success.agg(["sum", "count"])
    sums = sums.reindex(outcomes.counts.doctor.astype(str), fill_value=0).to_numpy(np.int64)
    counts = outcomes.counts.assign(successes=sums[:, 0], trials=sums[:, 1])
    note = _note(blank, int(lost.sum()), len(patients))
    return replace(outcomes, counts=counts, patients=kept, notes=(note, *outcomes.notes))


def missing(column: pd.Series) -> np.ndarray:
    """Where a column has no value: blanks and infinities have none."""
    if pd.api.types.is_numeric_dtype(column):
        return ~np.isfinite(column.astype(float).to_numpy())
    text = column.astype("string").str.strip()
    return (text.isna() | (text == "")).to_numpy(bool)


def _note(blank: dict[str, np.ndarray], lost: int, of: int) -> Note:
    each = [f"'{name}' is missing for {where.sum():,}" for name, where in blank.items()]
    said = [text for text, where in zip(each, blank.values(), strict=True) if where.any()]
    names = " and ".join(name for name, where in blank.items() if where.any())
    return Note(
        "left out",
        f"{lost:,} of {of:,} patients are left out of the whole report, because adjusting needs "
        f"every covariate of each: {', '.join(said)}. What follows is about the other "
        f"{of - lost:,}. If those left out fared differently, it is wrong: fill the values in, or "
        f"leave {names} out of --adjust.",
        doubtful=True,
    )
