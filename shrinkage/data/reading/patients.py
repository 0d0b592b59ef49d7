"""A table with a row a patient: who treated them, whether it went well, and what else is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from shrinkage.data.reading import numbers
from shrinkage.data.reading.dates import is_date
from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.headings import meaning, own_name, plain
from shrinkage.data.reading.numbers import BAD, MISSING, find_marks, looks_like_number
from shrinkage.data.reading.problems import Note, Problems, in_rows, listed
from shrinkage.data.reading.qualifiers import compatible
from shrinkage.data.reading.rules import RULES
from shrinkage.data.reading.withheld import is_missing

MOSTLY = 0.9  # share of numbers from which a text in a column is a slip
ONE_OR_NOT = {*RULES["good"], *RULES["bad"], *RULES["yes"], *RULES["no"]}


def is_outcome(texts: Iterable[str]) -> bool:
    """Whether texts say of single patients how it went: 1 and 0, yes and no, alive and dead."""
    found = {_tidy(text) for text in texts if not is_missing(text)}
    return bool(found) and found <= ONE_OR_NOT


def nearly_outcome(texts: Iterable[str]) -> bool:
    """Whether texts are outcomes, and perhaps a few others in words: 'Y', 'N' and 'unsure'."""
    found = {_tidy(text) for text in texts if not is_missing(text)}
    others = found - ONE_OR_NOT
    return len(others) < len(found - others) and not any(map(looks_like_number, others))


def outcome(text: str, failure: bool) -> int | None:
    """1 for a success, 0 for a failure, None for anything else.

    'alive' and 'dead' say it by themselves; 1 and 'yes' mean what the heading counts.
    """
    text = _tidy(text)
    if text in YES:
        return int(not failure)
    if text in NO:
        return int(failure)
    return 1 if text in RULES["good"] else 0 if text in RULES["bad"] else None


YES, NO = set(RULES["yes"]), set(RULES["no"])


def _tidy(text: str) -> str:
    text = text.casefold()
    return text.split(".")[0] if text in ("1.0", "0.0", "1.", "0.", "1.00", "0.00") else text


def read_patients(table: Table, roles: Mapping[str, str]) -> tuple[pd.DataFrame, list[Note]]:
    """The patients, a row each: doctor, success (0 or 1), and the other columns of the file.

    Other columns are numbers where all of their values are, and have NaN where one is missing;
    they stand under their headings, casefolded.

    Raises
    ------
    OutcomesError
        If a doctor or an outcome is missing or cannot be read, or a severity is no number.
    """
    failure = "failure" in roles
    unit = table.column(roles["unit"])
    counted = table.column(roles["failure" if failure else "success"])
    problems = Problems(table.name)
    _missing_names(table, unit, problems)
    success = _outcomes(table, counted, failure, problems)
    further = [c for c in table.columns if c not in (unit, counted)]
    decimal, notes = _marks(table, further)
    columns: dict[str, object] = {}
    for column in further:
        name = plain(column.heading)
        columns[name] = _further(table, column, decimal, problems, notes)
    problems.refuse()
    names = np.array(unit.values, dtype=object)[unit.codes]
    patients = pd.DataFrame({"doctor": names, "success": success, **columns})
    notes += _turned(counted, failure) + _repeated(table, further)
    notes += _contradicted(table, counted, success, further)
    return patients, notes


def _missing_names(table: Table, unit: Column, problems: Problems) -> None:
    missing = np.array([is_missing(text) for text in unit.values])[unit.codes]
    for place in np.flatnonzero(missing).tolist():
        problems.add(
            int(table.numbers[place]),
            unit.heading,
            f"expected the {_unit_noun(unit)}'s name, found {_found(unit[place])}. "
            "Fill it in, or leave the row out and say so where you report.",
            "missing",
        )


def _unit_noun(unit: Column) -> str:
    return meaning(unit.heading).noun or "doctor"


def _found(text: str) -> str:
    if not text:
        return "nothing"
    return f"'{text}', which stands for nothing" if is_missing(text) else f"'{text}'"


def _outcomes(table: Table, counted: Column, failure: bool, problems: Problems) -> np.ndarray:
    read = [outcome(text, failure) for text in counted.values]
    values = np.array([-1 if value is None else value for value in read], np.int64)
    success = values[counted.codes]
    what = "failure" if failure else "success"
    for place in np.flatnonzero(success < 0).tolist():
        text = counted[place]
        if is_missing(text):
            remedy = "Fill it in, or leave the row out and say so where you report."
        else:
            remedy = f"Write 1 for a {what} and 0 for the others, or yes and no."
            if (number := numbers.number(text)) is not None and number > 1:
                remedy += " If it counts patients, add a column 'trials' with all patients."
        problems.add(
            int(table.numbers[place]),
            counted.heading,
            f"expected 0 or 1, found {_found(text)}. {remedy}",
            "missing" if is_missing(text) else "value",
        )
    return success


def _marks(table: Table, further: list[Column]) -> tuple[str, list[Note]]:
    """The decimal mark of the columns that are all numbers."""
    texts = []
    for column in further:
        used = column.used(numbers.SAMPLE)
        used = [(t, int(table.numbers[row])) for t, row in used if not is_missing(t)]
        if used and all(looks_like_number(t) for t, _ in used):
            texts.append((column.heading, used, False))
    return find_marks(table.name, texts, table.separator)


def _further(
    table: Table, column: Column, decimal: str, problems: Problems, notes: list[Note]
) -> np.ndarray:
    """A further column: numbers where all of it is, otherwise the texts as they stand."""
    if not _has_numbers(column, decimal):
        texts = np.array([None if is_missing(t) else t for t in column.values], dtype=object)
        return texts[column.codes]
    cells = numbers.read(column.codes, column.values, decimal)
    bad = np.flatnonzero(cells.state == BAD).tolist()
    if not bad:
        return cells.value
    known = np.sum(cells.state != MISSING)
    texts = np.array([None if is_missing(t) else t for t in column.values], dtype=object)
    if 1 - len(bad) / known >= MOSTLY and own_name(column.heading) == "severity":
        for place in bad:
            problems.add(
                int(table.numbers[place]),
                column.heading,
                f"expected a number, found '{column[place]}'. "
                "Write a number with a decimal point, such as 0.5.",
            )
    elif 1 - len(bad) / known >= MOSTLY:
        rows = [int(table.numbers[place]) for place in bad]
        found = listed([column[place] for place in bad], 3)
        text = (
            f"Column '{column.heading}' has numbers, but {found} in {in_rows(rows)}: it was read "
            "as text, and in a model each value is a group of its own. Correct the value if it "
            "should be a number."
        )
        notes.append(Note("mixed", text, tuple(rows), doubtful=True))
    return texts[column.codes]


def _has_numbers(column: Column, decimal: str) -> bool:
    """Whether any of a column's first texts is a number."""
    return any(
        numbers.number(text, decimal) is not None for text in column.values[: numbers.SAMPLE]
    )


def not_used(table: Table, roles: Mapping[str, str]) -> tuple[list[str], list[Note]]:
    """The columns that name single patients, or have dates: no model uses them."""
    found = [
        column.heading
        for column in table.columns
        if column.heading not in roles.values() and (_names_patients(column) or _has_dates(column))
    ]
    if not found:
        return [], []
    which = (
        "which names patients or gives dates"
        if len(found) == 1
        else "which name patients or give dates"
    )
    text = f"Not read: column {listed(found, 12)}, {which}."
    return found, [Note("unused", text)]


def _names_patients(column: Column) -> bool:
    role = meaning(column.heading).role
    return role == "patient" or (role == "identifier" and _is_of_patients(column))


def _is_of_patients(column: Column) -> bool:
    """Whether most rows have a value of their own."""
    return 2 * len(set(column.codes.tolist())) > len(column.codes)


def _has_dates(column: Column) -> bool:
    texts = [text for text, _ in column.used() if not is_missing(text)]
    return bool(texts) and all(map(is_date, texts))


def _turned(counted: Column, failure: bool) -> list[Note]:
    if not failure:
        return []
    text = f"Column '{counted.heading}' marks failures: the successes are the other patients."
    return [Note("turned", text)]


def _contradicted(
    table: Table, counted: Column, success: np.ndarray, further: list[Column]
) -> list[Note]:
    """Patients who did well by one column and died by another."""
    for column in further:
        means = meaning(column.heading)
        if means.role not in ("failures", "successes") or not is_outcome(column.values):
            continue
        if not compatible(means.noun, meaning(counted.heading).noun):
            continue
        other = np.array([outcome(t, means.role == "failures") for t in column.values], object)
        apart = other[column.codes] == (1 - success)
        if means.role == "failures":  # who did badly may be alive
            apart &= success == 1
        else:
            apart &= success == 0
        rows = [int(row) for row in table.numbers[apart]]
        if rows:
            text = (
                f"Column '{column.heading}' says the reverse of '{counted.heading}' in "
                f"{in_rows(rows[:100])}. Is 1 a success in '{counted.heading}'?"
            )
            return [Note("contradicts", text, tuple(rows[:100]), doubtful=True)]
    return []


def _repeated(table: Table, further: list[Column]) -> list[Note]:
    """A patient's number that stands in two rows: one patient may be counted twice."""
    for column in further:
        own = plain(column.heading) == "id" and _is_of_patients(column)  # and not the doctor's
        if meaning(column.heading).role != "patient" and not own:
            continue
        times = np.bincount(column.codes, minlength=len(column.values))
        twice = [k for k in np.flatnonzero(times > 1) if not is_missing(column.values[k])]
        if twice:
            places = np.flatnonzero(np.isin(column.codes, twice))
            rows = [int(table.numbers[place]) for place in places[:100]]
            text = (
                f"{listed([column.values[k] for k in twice], 3)} in column '{column.heading}' "
                f"{'stands' if len(twice) == 1 else 'stand'} in more than one row "
                f"({in_rows(rows)}). If that is one patient, entered twice, delete "
                "one of the rows; all were counted."
            )
            return [Note("repeated", text, tuple(rows), doubtful=True)]
    return []
