"""Rows of a unit that should not be added up: the same patients twice, or different things."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

import pandas as pd

from shrinkage.data.reading.grid import Table
from shrinkage.data.reading.headings import meaning
from shrinkage.data.reading.problems import Note, in_rows, listed
from shrinkage.data.reading.rules import RULES, words

YEARS = re.compile(r"((?:19|20)\d\d)(?:\s*[/–-]\s*((?:19|20)?\d\d))?")


def names_a_unit(heading: str) -> bool:
    """Whether a heading names units, or a part of the names of people: 'Region', 'Forename'."""
    return meaning(heading).role == "unit" or bool(set(words(heading)) & set(RULES["person_names"]))


def found(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> list[Note]:
    """A doubtful note on what speaks against the sums of the rows of each unit; none is usual."""
    twice = rows[rows.doctor.duplicated(keep=False)]
    for check in (_identical, _other_units, _measures, _periods, _same_patients):
        if text := check(table, roles, twice):
            return [Note("overlap", text, tuple(int(row) for row in twice.row), doubtful=True)]
    return []


def _identical(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> str:
    texts = pd.DataFrame({k: c.codes[rows.index] for k, c in enumerate(table.columns)})
    same = texts.duplicated(keep=False).to_numpy()
    if not same.any():
        return ""
    where = in_rows([int(row) for row in rows.row[same]])
    return f"{where.capitalize()} are the same in every column as another row: delete copies."


def _other_units(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> str:
    for column in table.columns:
        if column.heading in roles.values() or not names_a_unit(column.heading):
            continue
        pairs = pd.DataFrame({"unit": rows.doctor.to_numpy(), "other": column.codes[rows.index]})
        if not pairs.duplicated().any():
            return (
                f"The rows of one '{roles['unit']}' have different '{column.heading}': they may be "
                "different units of one name."
            )
    return ""


def _measures(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> str:
    for column in table.columns:
        if column.heading in roles.values() or not set(words(column.heading)) & set(
            RULES["measures"]
        ):
            continue
        values = list(dict.fromkeys(column.rows(rows.index.to_numpy()).texts))
        if len(values) > 1:
            return (
                f"Column '{column.heading}' has {listed(values)}: different things, perhaps of the "
                "same patients. Keep the rows of one of them."
            )
    return ""


def _periods(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> str:
    for column in table.columns:
        if column.heading in roles.values():
            continue
        values = list(dict.fromkeys(column.rows(rows.index.to_numpy()).texts))
        spans = {text: years(text) for text in values[:200]}
        known = sorted((span, text) for text, span in spans.items() if span)
        for (first, one), (second, other) in itertools.pairwise(known):
            inside = second[1] <= first[1] or first[0] == second[0]
            if first != second and (inside or second[0] < first[1]):
                return (
                    f"Column '{column.heading}' has '{one}' and '{other}', which overlap: the same "
                    "patients would be counted twice."
                )
    return ""


def years(text: str) -> tuple[int, int] | None:
    """The first and the last year of a period: '2018-2020', '2020/21', '2020'."""
    match = YEARS.fullmatch(text.strip())
    if not match:
        return None
    first, last = int(match[1]), match[2] or match[1]
    return first, int(last) if len(last) == 4 else first // 100 * 100 + int(last)


def _same_patients(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> str:
    """The same number of patients in all rows of each unit: perhaps they are the same patients."""
    by_unit = rows.groupby("doctor").trials
    if by_unit.ngroups < 2 or (by_unit.nunique() != 1).any() or rows.trials.nunique() < 2:
        return ""
    return (
        f"Each unit has the same '{roles['trials']}' in all of its rows: they may be the same "
        "patients, for different things."
    )
