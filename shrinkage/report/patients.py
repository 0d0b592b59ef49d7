"""The rows of patients that a model with covariates reads, put together where they are alike."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from shrinkage.data import Outcomes
from shrinkage.report.design import Design, design
from shrinkage.report.formula import CASELOAD, caseload_apart, joined
from shrinkage.report.questions import covariates
from shrinkage.report.refusal import ReportError
from shrinkage.report.units import Array, Index

FIRST_ROWS = 20_000  # of which most are different: then rows are not put together
OF_UNITS = ("units", "caseload")  # all other fields have a value for each row
NAMES = ("doctor", "successes", "trials", "expected", "fewest", "most")


#: The design of a formula that names no column of the patients.
NOTHING = Design("", (), np.empty((0, 0)), np.empty(0), np.empty(0, bool), ())


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
    caseload : array, shape (units,), or None
        The last column of ``x`` where that is the unit's caseload: of each unit.
    """

    unit: Index
    x: Array
    successes: Array
    most: Array
    trials: Array
    offset: Array
    units: int
    caseload: Array | None = None

    def some(self, here: slice | NDArray) -> Rows:
        """Some of the rows, which stay in their order."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{n: v[here] for n, v in values.items() if n not in OF_UNITS})

    def by_unit(self, values: Array) -> Array:
        """Sums of (N,) numbers over each unit's rows, (J,)."""
        return np.bincount(self.unit, values, self.units)


def read(outcomes: Outcomes, formula: str, doctors: NDArray[np.object_]) -> tuple[Rows, Design]:
    """The rows whose covariates are known, alike ones as one, and the covariates' design.

    Parameters
    ----------
    outcomes : Outcomes
        With a row a patient, or a row a unit and stratum; with ``caseload`` alone, counts will do.
    formula : str
        ``caseload`` is the logarithm of each unit's patients; see `formula.caseload_apart`.
    doctors : array of str, shape (J,)
        The units, which number the rows.

    Raises
    ------
    ReportError
        If the file has no covariates, or the formula cannot be used.
    """
    known = covariates(outcomes)
    formula = joined(formula, known)
    others, by_caseload = caseload_apart(formula, known)
    table = _table(outcomes, counts=others is None)
    coded = NOTHING
    if others is not None:
        coded = design(others, table, table.fewest.to_numpy(), table.trials.to_numpy())
        table = table[coded.kept]
    names, found = pd.factorize(table.doctor.astype(str))
    unit = pd.Index(doctors).get_indexer(found)[names]
    offset = np.zeros(len(table))
    if "expected" in table:
        offset = logit((table.expected / table.trials).to_numpy(float))
    rows = Rows(
        unit=unit.astype(np.int64),
        x=coded.x if others is not None else np.empty((len(table), 0)),
        successes=table.fewest.to_numpy(float),
        most=table.most.to_numpy(float),
        trials=table.trials.to_numpy(float),
        offset=offset,
        units=len(doctors),
    )
    rows = alike(rows.some(np.argsort(unit, kind="stable")))
    return _with_caseload(rows, replace(coded, formula=formula)) if by_caseload else (rows, coded)


def _with_caseload(rows: Rows, coded: Design) -> tuple[Rows, Design]:
    """With a last column: the logarithm of the unit's patients, in standard deviations of units."""
    patients = rows.by_unit(rows.trials)
    seen = patients > 0
    doublings = np.log2(patients[seen])
    spread = float(doublings.std())
    if spread < 1e-9:
        raise ReportError(
            "--adjust cannot use the caseload: it is the same for every unit. Leave it out."
        )
    own = np.zeros(rows.units)
    own[seen] = (doublings - doublings.mean()) / spread
    return replace(rows, x=np.column_stack([rows.x, own[rows.unit]]), caseload=own), replace(
        coded, names=(*coded.names, CASELOAD), scale=np.append(coded.scale, spread)
    )


def _table(outcomes: Outcomes, *, counts: bool) -> pd.DataFrame:
    """A row a patient, or a row a unit and stratum, or, where counts will do, one a unit."""
    cells = outcomes.counts if outcomes.cells is None and counts else outcomes.cells
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
    """The different patients of all units: covariates, (M, P), offset and how many, (M,).

    The caseload is not theirs: that column is left out.
    """
    x = rows.x if rows.caseload is None else rows.x[:, :-1]
    if len(rows.unit) > FIRST_ROWS:
        return x, rows.offset, rows.trials
    frame = pd.DataFrame(np.column_stack([rows.offset, x]))
    number = frame.groupby(list(frame.columns)).ngroup().to_numpy()
    _, place = np.unique(number, return_index=True)
    return x[place], rows.offset[place], np.bincount(number, rows.trials)
