"""`load_outcomes`, which reads a reader's own table in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from shrinkage.data.reading.options import in_python
from shrinkage.data.reading.outcomes import read_outcomes
from shrinkage.data.reading.problems import OutcomesError
from shrinkage.data.reading.result import Outcomes


def load_outcomes(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    sum_rows: bool = False,
    by: str | None = None,
    suppressed: tuple[int, int] | None = None,
    strict: bool = False,
) -> Outcomes:
    """Read a file with a row a patient, or with a row a unit, as offices keep them.

    Parameters
    ----------
    path : str or Path
        CSV in its dialects, a workbook (.xlsx, .ods, .xls), Parquet, or an HTML page with a
        table. Columns called ``doctor`` and ``success`` (a row a patient), or ``doctor``,
        ``successes`` and ``trials`` (a row a unit), are read at once; ``expected`` beside them is
        the expected number, or rate, of what is counted.
    columns : mapping of role to heading, optional
        What other headings mean. Roles: unit, trials, successes, failures, rate, failure_rate,
        expected, ratio; for a row a patient success, failure; stratum.
    sheet : str, optional
        The sheet of a workbook.
    sum_rows : bool
        Add up the rows of each unit, and take spellings of one name as one.
    by : str, optional
        The heading of what tells a unit's rows apart (year, risk group), kept as a covariate.
    suppressed : (int, int), optional
        The fewest and the most that a withheld count ('*') may be, in what the file counts.
    strict : bool
        Refuse whatever is doubtful, and rows that are totals, which are left out otherwise.

    Raises
    ------
    ColumnsError
        If the headings are not the course's own and `columns` does not say what they mean; its
        `proposal` is what they seem to mean.
    OutcomesError
        If anything else cannot be read, or could mean two things. The message names the row
        (counted as a spreadsheet counts), the column, what was expected, what was found and what
        to do.
    """
    try:
        found = read_outcomes(
            path,
            columns=columns,
            sheet=sheet,
            sum_rows=sum_rows,
            by=by,
            suppressed=suppressed,
            strict=strict,
        )
    except OutcomesError as error:
        error.args = (in_python(str(error)), *error.args[1:])
        raise
    notes = tuple(replace(note, text=in_python(note.text)) for note in found.notes)
    return replace(found, notes=notes)
