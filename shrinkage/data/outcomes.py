"""The loader of a reader's own table of outcomes; an error names row, column and remedy."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

PATIENT_COLUMNS = ("doctor", "success")
DOCTOR_COLUMNS = ("doctor", "successes", "trials")
#: What people call these columns; used to suggest, never to guess.
OTHER_NAMES = {
    "doctor": ("name", "physician", "surgeon", "provider", "clinician", "hospital", "id"),
    "success": ("outcome", "result", "survived", "alive", "cured", "y"),
    "successes": ("wins", "survivors", "good", "events", "numerator", "s"),
    "trials": ("n", "patients", "cases", "caseload", "operations", "total", "denominator"),
}
#: Columns that count the opposite of a success.
FAILURES = ("deaths", "died", "dead", "death", "mortality", "failures", "failure", "failed")
FAILURES += ("complications", "complication", "readmissions", "readmitted", "infections")
SHOWN = 5  # how many bad rows one message names


class OutcomesError(ValueError):
    """A table of outcomes cannot be read; the message names the row, the column and the remedy."""


@dataclass(frozen=True)
class Outcomes:
    """A checked table of outcomes.

    Attributes
    ----------
    counts : DataFrame, one row a doctor, in the file's order
        ``doctor`` (text), ``successes`` and ``trials`` (whole numbers, 0 <= successes <= trials,
        trials >= 1).
    patients : DataFrame or None
        One row a patient: ``doctor``, ``success`` (0 or 1) and the file's other columns; None
        where the file had a row a doctor.
    unused : tuple of str
        Columns of a file with a row a doctor that were not read.
    """

    counts: pd.DataFrame
    patients: pd.DataFrame | None
    unused: tuple[str, ...] = ()


def load_outcomes(path: str | Path) -> Outcomes:
    """Read a CSV file with a row a patient, or with a row a doctor.

    Parameters
    ----------
    path : str or Path
        A text file in UTF-8, its first row the names of the columns, separated by commas,
        semicolons or tabs. Either ``doctor`` and ``success`` (0 or 1), a row a patient, further
        columns allowed, ``severity`` among them a number; or ``doctor``, ``successes`` and
        ``trials``, a row a doctor. Capitals, spaces around a name, a byte order mark and Windows
        line ends do not matter.

    Returns
    -------
    Outcomes

    Raises
    ------
    OutcomesError
        If anything in the file is not as described. The message names the row (counted as a
        spreadsheet counts, the names of the columns being row 1), the column, what was expected,
        what was found and what to do. Nothing is dropped, rounded or guessed.
    """
    path = Path(path)
    header, rows = _records(_text(path), path.name)
    per_patient = _layout(header, path.name)
    table = _Table(path.name, header, rows)
    return _patients(table) if per_patient else _doctors(table)


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


# -- from bytes to rows --------------------------------------------------------------------------


def _text(path: Path) -> str:
    if path.is_dir():
        raise OutcomesError(f"{path} is a folder. Give the path of one CSV file in it.")
    if not path.exists():
        raise OutcomesError(
            f"There is no file {path}. Check the name and the folder; "
            f"Python looks from {Path.cwd()}."
        )
    raw = path.read_bytes()
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise OutcomesError(
            f"{path.name} is a spreadsheet workbook, not a CSV file. "
            "Open it in your spreadsheet and save it as 'CSV UTF-8'."
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise OutcomesError(f"{path.name} is written in UTF-16. Save it as 'CSV UTF-8' instead.")
    if b"\x00" in raw or raw.startswith(b"%PDF"):
        raise OutcomesError(
            f"{path.name} is not a text file, so it is not a CSV file. Export your table as CSV."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise OutcomesError(
            f"{path.name}, row {row}: a letter is not written in UTF-8. "
            "Save the file as 'CSV UTF-8'."
        ) from None
    if not text.strip():
        raise OutcomesError(
            f"{path.name} is empty. It needs a first row with the names of the columns, "
            f"{_wanted()}, and a row a patient or a doctor."
        )
    return text


def _records(text: str, name: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names of the columns, and each row with its number in the file."""
    first = text.lstrip().splitlines()[0]
    separator = max(",;\t", key=first.count)
    if separator not in first:
        raise OutcomesError(
            f"{name}, row 1: found one column, '{first[:60]}', where at least two are needed: "
            f"{_wanted()}. Is it a CSV file? Columns are separated by commas."
        )
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise OutcomesError(
            f"{name} cannot be read as CSV: {error}. "
            "Look for a quotation mark that is opened and never closed."
        ) from None
    numbered = [
        (row, [field.strip() for field in fields])
        for row, fields in enumerate(records, start=1)
        if any(field.strip() for field in fields)
    ]
    (header_row, header), rows = numbered[0], numbered[1:]
    header = [column.casefold() for column in header]
    while header and not header[-1]:  # a trailing separator
        header.pop()
    for column in header:
        if header.count(column) > 1:
            raise OutcomesError(
                f"{name}, row {header_row}: two columns are called '{column}'. Rename one of them."
            )
    width = len(header)
    for row, fields in rows:
        if len(fields) > width and any(fields[width:]):
            raise OutcomesError(
                f"{name}, row {row}: expected {width} columns, found {len(fields)}. "
                "A value that contains the separator must stand in quotation marks; "
                "write decimals with a point."
            )
    if not rows:
        raise OutcomesError(
            f"{name} has the names of its columns but no row below them. "
            "Add a row a patient or a row a doctor."
        )
    return header, [(row, (fields + [""] * width)[:width]) for row, fields in rows]


def _layout(header: list[str], name: str) -> bool:
    """True for a row a patient, False for a row a doctor."""
    per_patient = set(PATIENT_COLUMNS) <= set(header)
    per_doctor = set(DOCTOR_COLUMNS) <= set(header)
    if per_patient and per_doctor:
        raise OutcomesError(
            f"{name}, row 1: found 'success' and also 'successes' and 'trials'. "
            "Keep 'success' for a row a patient, or the other two for a row a doctor."
        )
    if per_patient or per_doctor:
        return per_patient
    # Speak of the layout that the file is closer to.
    looks_counted = {"successes", "trials"} & set(header) or not _similar("success", header)
    if set(FAILURES) & set(header) and "trials" not in header and not _similar("trials", header):
        looks_counted = False  # a column of deaths and none of patients: a row a patient
    wanted = DOCTOR_COLUMNS if looks_counted else PATIENT_COLUMNS
    missing = [column for column in wanted if column not in header]
    said = []
    for column in missing:
        found = _similar(column, header)
        said.append(f"'{column}'" + (f" (rename your column '{found}'?)" if found else ""))
    raise OutcomesError(
        f"{name}, row 1: missing column {' and '.join(said)}. "
        f"Found {', '.join(repr(column) for column in header)}; expected {_wanted()}."
        f"{_turned(header, missing)}"
    )


def _turned(header: list[str], missing: list[str]) -> str:
    """What to do with a column of failures where successes are missing."""
    counted = next((column for column in FAILURES if column in header), None)
    if counted is None or not {"success", "successes"} & set(missing):
        return ""
    if "success" in missing:
        return f" Your column '{counted}' marks failures: write 1 - {counted} as 'success'."
    return (
        f" Your column '{counted}' counts failures: "
        f"write the patients less the {counted} as 'successes'."
    )


def _wanted() -> str:
    return "'doctor' and 'success' (a row a patient) or 'doctor', 'successes' and 'trials'"


def _similar(column: str, header: list[str]) -> str | None:
    free = [h for h in header if h not in PATIENT_COLUMNS + DOCTOR_COLUMNS]
    for known in OTHER_NAMES[column]:
        if known in free:
            return known
    close = difflib.get_close_matches(column, free, n=1, cutoff=0.7)
    return close[0] if close else None


# -- from rows to numbers ------------------------------------------------------------------------


class _Table:
    """The rows of a file, with what is wrong with them collected as they are read."""

    def __init__(self, name: str, header: list[str], rows: list[tuple[int, list[str]]]) -> None:
        self.name, self.header = name, header
        self.numbers = [row for row, _ in rows]
        self.columns = {c: [fields[k] for _, fields in rows] for k, c in enumerate(header)}
        self.problems: list[tuple[int, str]] = []

    def read(self, column: str, convert: Callable[[str], object], expected: str) -> list:
        """Convert a column; a value that ``convert`` refuses becomes a problem."""
        out = []
        for row, text in zip(self.numbers, self.columns[column], strict=True):
            try:
                if _is_missing(text):
                    raise ValueError
                out.append(convert(text))
            except ValueError:
                out.append(None)
                if _is_missing(text):
                    found = "nothing" if not text else f"'{text}', which stands for nothing"
                    remedy = "Fill it in, or leave the row out and say so where you report."
                else:
                    found, remedy = f"'{text}'", _REMEDY.get(column, "Correct it in the file.")
                self.problem(row, column, f"expected {expected}, found {found}. {remedy}")
        return out

    def problem(self, row: int, column: str, what: str) -> None:
        self.problems.append((row, f"row {row}, column '{column}': {what}"))

    def refuse_if_bad(self) -> None:
        if not self.problems:
            return
        said = [what for _, what in sorted(self.problems, key=lambda p: p[0])]
        more = len(said) - SHOWN
        tail = [f"… and {more} more of the kind."] if more > 0 else []
        if len(said) == 1:
            raise OutcomesError(f"{self.name}, {said[0]}")
        lines = "\n".join(f"  {line}" for line in said[:SHOWN] + tail)
        raise OutcomesError(f"{self.name} has {len(said)} values that cannot be used:\n{lines}")


_REMEDY = {
    "success": "Write 1 for a success and 0 for a failure.",
    "successes": "Write how many patients did well, a whole number and no sign.",
    "trials": "Write how many patients were seen, a whole number and no sign.",
    "severity": "Write a number with a decimal point, such as 0.5.",
}


def _is_missing(text: str) -> bool:
    return text.casefold() in {"", "na", "n/a", "nan", "null", "none", "-", "#n/a", "."}


def _whole(text: str) -> int:
    value = float(text)
    if not np.isfinite(value) or value != round(value) or value < 0:
        raise ValueError
    return int(value)


def _zero_or_one(text: str) -> int:
    value = _whole(text)
    if value not in (0, 1):
        raise ValueError
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not np.isfinite(value):
        raise ValueError
    return value


def _patients(table: _Table) -> Outcomes:
    columns: dict[str, list] = {
        "doctor": table.read("doctor", str, "the doctor's name"),
        "success": table.read("success", _zero_or_one, "0 or 1"),
    }
    for column in table.header:
        if column == "severity":
            columns[column] = table.read(column, _finite, "a number")
        elif column and column not in columns:
            columns[column] = _as_found(table.columns[column])
    table.refuse_if_bad()
    patients = pd.DataFrame(columns)
    return Outcomes(count_by_doctor(patients), patients)


def _as_found(texts: list[str]) -> list:
    """A further column: numbers where all of it is, otherwise the text as it stands."""
    try:
        return [np.nan if _is_missing(text) else float(text) for text in texts]
    except ValueError:
        return texts


def _doctors(table: _Table) -> Outcomes:
    names = table.read("doctor", str, "the doctor's name")
    successes = table.read("successes", _whole, "a whole number, 0 or more")
    trials = table.read("trials", _whole, "a whole number, 1 or more")
    first_row: dict[str, int] = {}
    for row, name, s, n in zip(table.numbers, names, successes, trials, strict=True):
        if name is not None and name in first_row:
            table.problem(
                row,
                "doctor",
                f"'{name}' stands in row {first_row[name]} already. "
                "Add the two rows up, or tell the two doctors apart by name.",
            )
        elif name is not None:
            first_row[name] = row
        if n == 0:
            table.problem(
                row,
                "trials",
                "expected at least 1 patient, found 0. "
                "A doctor with no patients has no rate; leave the row out.",
            )
        elif s is not None and n is not None and s > n:
            table.problem(
                row,
                "successes",
                f"expected at most {n} (the trials of that row), found {s}. "
                "Check whether the two columns are swapped.",
            )
    table.refuse_if_bad()
    counts = pd.DataFrame({"doctor": names, "successes": successes, "trials": trials})
    unused = tuple(column for column in table.header if column and column not in DOCTOR_COLUMNS)
    return Outcomes(counts, None, unused)
