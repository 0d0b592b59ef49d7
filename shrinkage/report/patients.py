"""The rows of patients that a model with covariates reads, put together where they are alike."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from shrinkage.data import Outcomes
from shrinkage.report.design import Design, design
from shrinkage.report.refusal import ReportError
from shrinkage.report.units import Array, Index

FIRST_ROWS = 20_000  # of which most are different: then rows are not put together
NAMES = ("doctor", "successes", "trials", "expected", "fewest", "most")


@dataclass(frozen=True)
class Rows:
    """N rows of patients, those of a unit one after another.

    Attributes
    ----------
    unit : array of int, shape (N,)
        Ascending; of J ``units``, some of which may have no rows.
    x : array, shape (N, P)
    successes, most, trials, offset : array, shape (N,)
        ``successes`` are the fewest and ``most`` the most where a count is suppressed, and equal
        where it is known. ``offset``: of the log-odds.
    units : int
    """

    unit: Index
    x: Array
    successes: Array
    most: Array
    trials: Array
    offset: Array
    units: int

    def some(self, here: slice | NDArray) -> Rows:
        """Some of the rows, which stay in their order."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "units"}
        return Rows(**{name: v[here] for name, v in values.items()}, units=self.units)

    def by_unit(self, values: Array) -> Array:
        """Sums of (N,) numbers over each unit's rows, (J,)."""
        return np.bincount(self.unit, values, self.units)


def read(outcomes: Outcomes, formula: str, doctors: NDArray[np.object_]) -> tuple[Rows, Design]:
    """The rows whose covariates are known, alike ones as one, and the covariates' design.

    Parameters
    ----------
    outcomes : Outcomes
        With a row a patient, or a row a unit and stratum.
    formula : str
    doctors : array of str, shape (J,)
        The units, which number the rows.

    Raises
    ------
    ReportError
        If the file has no covariates, or the formula cannot be used.
    """
    table = _table(outcomes)
    coded = design(formula, table, table.fewest.to_numpy(), table.trials.to_numpy())
    table = table[coded.kept]
    names, found = pd.factorize(table.doctor.astype(str))
    unit = pd.Index(doctors).get_indexer(found)[names]
    offset = np.zeros(len(table))
    if "expected" in table:
        offset = logit((table.expected / table.trials).to_numpy(float))
    rows = Rows(
        unit=unit.astype(np.int64),
        x=coded.x,
        successes=table.fewest.to_numpy(float),
        most=table.most.to_numpy(float),
        trials=table.trials.to_numpy(float),
        offset=offset,
        units=len(doctors),
    )
    return alike(rows.some(np.argsort(unit, kind="stable"))), coded


def _table(outcomes: Outcomes) -> pd.DataFrame:
    """A row a patient or a row a unit and stratum, with bounds of the successes."""
    cells = outcomes.cells
    if outcomes.patients is not None:
        patients = outcomes.patients
        success = patients.success.to_numpy(np.int64)
        return patients.assign(fewest=success, most=success, trials=np.int64(1))
    if cells is None:
        raise ReportError(
            "Adjusting needs a row a patient, with columns that describe the patient, or several "
            "rows a unit that --by keeps apart. The file has one row a unit: what is known of "
            "its patients belongs in a column of expected numbers (--columns expected=...)."
        )
    cells = cells[cells.trials > 0]
    if "fewest" not in cells:
        cells = cells.assign(fewest=cells.successes, most=cells.successes)
    whole = {name: cells[name].astype(np.int64) for name in ("fewest", "most", "trials")}
    strata = {name: cells[name].astype(str) for name in cells.columns if name not in NAMES}
    return cells.assign(**whole, **strata).reset_index(drop=True)


def alike(rows: Rows) -> Rows:
    """Rows of a unit with the same covariates as one, where that makes them far fewer.

    A row whose count is suppressed stays as it is.
    """
    known = (rows.successes == rows.most) | (rows.trials == 0)
    own = np.where(known, -1, np.arange(len(known)))
    keys = pd.DataFrame(np.column_stack([rows.unit, own, rows.offset, rows.x]))
    first = keys[:FIRST_ROWS]
    if len(keys) > FIRST_ROWS and 2 * len(first.drop_duplicates()) > FIRST_ROWS:
        return rows
    number = keys.groupby(list(keys.columns)).ngroup().to_numpy()
    _, place = np.unique(number, return_index=True)
    sums = {
        name: np.bincount(number, getattr(rows, name)) for name in ("successes", "most", "trials")
    }
    return replace(rows.some(place), **sums)


def kinds(rows: Rows) -> tuple[Array, Array, Array]:
    """The different patients of all units: covariates, (M, P), offset and how many, (M,)."""
    if len(rows.unit) > FIRST_ROWS:
        return rows.x, rows.offset, rows.trials
    frame = pd.DataFrame(np.column_stack([rows.offset, rows.x]))
    number = frame.groupby(list(frame.columns)).ngroup().to_numpy()
    _, place = np.unique(number, return_index=True)
    return rows.x[place], rows.offset[place], np.bincount(number, rows.trials)
