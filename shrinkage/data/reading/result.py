"""What a reader's table becomes: `Outcomes`, with successes whatever the file counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from shrinkage.data.reading.problems import Note

NOBODY = pd.DataFrame(
    {
        "doctor": pd.Series(dtype=str),
        "trials": pd.Series(dtype="Int64"),
        "why": pd.Series(dtype=str),
    }
)


@dataclass(frozen=True)
class Outcomes:
    """A checked table of outcomes.

    Attributes
    ----------
    counts : DataFrame, one row a unit, in the file's order
        ``doctor`` (text), ``successes`` and ``trials`` (whole numbers, 0 <= successes <= trials).
        ``trials`` may be 0. Where the file has them: ``expected``, the expected number of
        successes of the unit's own patients; ``fewest`` and ``most``, the bounds of successes,
        where some are withheld; ``successes`` is then missing (``<NA>``) for those.
    patients : DataFrame or None
        One row a patient: ``doctor``, ``success`` (0 or 1) and the file's other columns under
        their headings, casefolded; None where the file had a row a unit.
    cells : DataFrame or None
        With ``by``, one row a unit and stratum: as `counts`, which are its sums, with the stratum
        under its heading.
    extra : DataFrame or None
        Of a table of counts, a row for each of its rows that is counted: ``doctor``, and the
        columns that were not read under their headings, casefolded, as text.
    unused : tuple of str
        Headings of a table of counts that were not read.
    notes : tuple of Note
        What was decided, and what a reader should doubt.
    left_out : DataFrame
        The units of the file of which nothing can be said: ``doctor``, ``trials``, ``why``.
    counted : str
        The heading of what was counted.
    failures : bool
        Whether that counts failures, which were turned around.
    unit : str or None
        The unit in the singular, from its heading; None if it is a doctor, or unknown.
    rate : str or None
        The noun of the counted rate, from its heading: 'mortality', 'readmission rate'.
    columns : mapping of str to str
        The heading of each role, as read.
    source : str
        The file's name, and the sheet's.
    """

    counts: pd.DataFrame
    patients: pd.DataFrame | None
    cells: pd.DataFrame | None = None
    unused: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    left_out: pd.DataFrame = field(default_factory=NOBODY.copy)
    counted: str = "successes"
    failures: bool = False
    unit: str | None = None
    rate: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    extra: pd.DataFrame | None = None

    @property
    def rare(self) -> bool:
        """Whether nobody gave the number of patients: ``trials`` are a stand-in for many."""
        return any(note.kind == "rare" for note in self.notes)


def successes(rows: pd.DataFrame, failures: bool, further: list[str]) -> pd.DataFrame:
    """The rows as successes, whatever the file counts, with whole numbers where they are whole."""
    low, high = rows.low.to_numpy(), rows.high.to_numpy()
    trials = rows.trials.to_numpy()
    if failures:
        low, high = trials - high, trials - low
    out = rows[["doctor", *further]].reset_index(drop=True)
    bounded = low != high
    out["successes"] = low.astype(np.int64)
    if bounded.any():
        out["successes"] = out.successes.astype("Int64").mask(bounded)
    out["trials"] = trials.astype(np.int64)
    if "expected" in rows:
        expected = rows.expected.to_numpy()
        out["expected"] = trials - expected if failures else expected
    if bounded.any():
        out["fewest"], out["most"] = low.astype(np.int64), high.astype(np.int64)
    return out


def count_by_doctor(patients: pd.DataFrame) -> pd.DataFrame:
    """Count each doctor's successes and patients.

    Parameters
    ----------
    patients : DataFrame, one row a patient
        ``doctor`` and ``success`` (0 or 1), and any other columns.

    Returns
    -------
    DataFrame, one row a doctor, in the order of their first patients
        ``doctor``, ``successes`` and ``trials``.
    """
    by_doctor = patients.groupby("doctor", sort=False).success
    return by_doctor.agg(successes="sum", trials="size").reset_index()
