"""A table with a row a unit: the patients of each, and how many of them are counted.

The rows are a DataFrame, one row a row of the file, indexed by their place in the table: `row` (as
a spreadsheet counts), `doctor`, `trials` (NaN where unknown), `low` and `high` (bounds of what the
file counts, equal where it is known, NaN where nothing is), `expected` where it is given, and the
states of the cells (see `numbers`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from shrinkage.data.reading import numbers, rates
from shrinkage.data.reading.brackets import count_of
from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.headings import meaning
from shrinkage.data.reading.numbers import BAD, MISSING, NUMBER, SUPPRESSED, find_marks
from shrinkage.data.reading.problems import Note, Problems, in_rows, listed
from shrinkage.data.reading.withheld import is_missing

WHOLE = ("trials", "successes", "failures")
REAL = ("rate", "failure_rate", "expected", "ratio")
MADE_A_DATE = re.compile(
    r"^\d{1,2}[-. ]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez)|^\d{4}-\d\d-\d\d"
)
DATE = " It may be a range, 1-4, of which a spreadsheet made a date: write it as text."
FILL_IN = "Fill it in, or leave the row out and say so where you report."
WITHHELD = (
    "If it was withheld because it is small, write it as the file's owner does ('<5', '*') and "
    "state its bounds, --suppressed 1,4."
)


def counted_role(roles: Mapping[str, str]) -> str:
    """The role of what the file counts: successes before failures, counts before rates."""
    order = ("successes", "failures", "rate", "failure_rate")
    return next(role for role in order if role in roles)


def read_rows(
    table: Table, roles: Mapping[str, str], suppressed: tuple[int, int] | None
) -> tuple[pd.DataFrame, list[Note]]:
    """Every row of the table as it stands, with what is unknown as NaN; nothing is judged yet."""
    numeric = {role: roles[role] for role in (*WHOLE, *REAL) if role in roles}
    texts = [
        (heading, _texts(table, table.column(heading), role in WHOLE), role in WHOLE)
        for role, heading in numeric.items()
    ]
    decimal, notes = find_marks(table.name, texts, table.separator)
    cells = {}
    for role, heading in numeric.items():
        column = table.column(heading)
        bounds = suppressed if role in WHOLE[1:] else None
        cells[role] = numbers.read(
            column.codes,
            [count_of(text, heading) for text in column.values] if role in WHOLE else column.values,
            decimal,
            whole=role in WHOLE,
            withheld=True,
            stated=bounds,
        )
    role = counted_role(roles)
    unit = table.column(roles["unit"])
    rows = pd.DataFrame({"row": table.numbers, "doctor": unit.texts})
    counted = cells[role]
    rows["low"], rows["high"], rows["state"] = counted.low, counted.high, counted.state
    if "trials" in roles:
        rows["trials"], rows["trials_state"] = cells["trials"].value, cells["trials"].state
    elif "failures" in roles and role == "successes":
        other = cells["failures"]
        rows["trials"] = counted.value + other.value
        rows["trials_state"] = np.maximum(counted.state, other.state)
        rows["other_state"] = other.state
    else:  # rare events, of patients whose number nobody gives
        rows["trials"], rows["trials_state"] = np.nan, np.uint8(NUMBER)
    for wanted in ("expected", "ratio"):
        if wanted in cells:
            rows[wanted] = cells[wanted].value
    if role in ("rate", "failure_rate"):
        notes += rates.recover(table, table.column(roles[role]), rows, decimal)
    return rows, notes


def _texts(table: Table, column: Column, whole: bool) -> list[tuple[str, int]]:
    used = [(text, int(table.numbers[place])) for text, place in column.used()]
    return [(count_of(text, column.heading), row) for text, row in used] if whole else used


def leave_out(rows: pd.DataFrame, roles: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of which something can be said, and those that say nothing, with `why`."""
    counted, trials = f"'{roles[counted_role(roles)]}'", f"'{roles.get('trials', 'trials')}'"
    named = ~rows.doctor.map(is_missing).astype(bool)
    why = pd.Series("", index=rows.index)
    no_count = (rows.state == SUPPRESSED) & rows.low.isna()
    why[no_count] = f"{counted} is withheld, and no bounds of it are stated"
    no_trials = (rows.trials_state == SUPPRESSED) | (
        (rows.trials_state == MISSING) & (rows.state == SUPPRESSED)
    )
    why[no_trials] = f"{trials} is withheld"
    empty = (rows.trials_state == MISSING) & (rows.state == MISSING)
    why[empty] = f"neither {counted} nor {trials} is given"
    if rows.trials.isna().all() and "expected" in rows:
        empty = (rows.state == MISSING) & rows.expected.isna()
        why[empty] = f"neither {counted} nor what was expected is given"
    if "trials" not in roles and "failures" in roles and "successes" in roles:
        why[no_trials] = "a count is withheld, so the number of patients is unknown"
    out = (why != "") & named
    return rows[~out], rows[out].assign(why=why[out])


def left_out_notes(left: pd.DataFrame, suppressed: tuple[int, int] | None) -> list[Note]:
    """A note a reason for the units that were left out, given the bounds that were stated."""
    hint = " If you know its bounds, state them: --suppressed 1,4."
    if suppressed is not None:
        hint = (
            f" --suppressed {suppressed[0]},{suppressed[1]} was not taken for it, because the cell "
            "does not say that the count is small: if it is, write '*' there."
        )
    notes = []
    for why, group in left.groupby("why", sort=False):
        who, where = listed(list(group.doctor)), in_rows([int(r) for r in group.row])
        text = (
            f"{who} ({where}): {why}. Left out of every estimate, and among what the report "
            f"cannot know.{hint if 'no bounds' in str(why) else ''}"
        )
        rows = tuple(int(r) for r in group.row)
        notes.append(Note("left out", text, rows, doubtful=True))
    return notes


def refuse_bad(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> None:
    """Refuse values that are missing, no numbers, or more than the patients, all in one message."""
    problems = Problems(table.name)
    unit = table.column(roles["unit"])
    role = counted_role(roles)
    counted = table.column(roles[role])
    noun = meaning(unit.heading).noun or "doctor"
    for place in rows.index[rows.doctor.map(is_missing).astype(bool)]:
        text = (
            f"expected the {noun}'s name, found {_found(unit[place])}. If it is the one above, as "
            f"in merged cells, repeat it. {FILL_IN}"
        )
        problems.add(int(rows.row[place]), unit.heading, text, "missing")
    whole = {
        "trials": "Write how many patients were seen, a whole number and no sign.",
        "successes": "Write how many patients did well, a whole number and no sign.",
        "failures": "Write how many it happened to, a whole number and no sign.",
    }
    for column_role, state in (
        ("trials", "trials_state"),
        (role, "state"),
        ("failures", "other_state"),
    ):
        if column_role not in roles or state not in rows:
            continue
        column = table.column(roles[column_role])
        for place in rows.index[rows[state].isin([BAD, MISSING])]:
            kind = "missing" if rows.loc[place, state] == MISSING else "value"
            if column_role in whole:
                expected, remedy = "a whole number, 0 or more", whole[column_role]
                remedy += _percents(column[place], column.heading, column_role)
                remedy += DATE if MADE_A_DATE.search(column[place].casefold()) else ""
            else:
                expected, remedy = "a rate", "Write it as a percent or a share of 1."
            if kind == "missing":
                remedy = FILL_IN if column_role == "trials" else f"{FILL_IN} {WITHHELD}"
            text = f"expected {expected}, found {_found(column[place])}. {remedy}"
            problems.add(int(rows.row[place]), column.heading, text, kind)
    if "trials" in roles:
        _refuse_more(rows, roles, counted, problems)
    if {"trials", "successes", "failures"} <= set(roles):
        _refuse_other_sum(table, roles, rows, problems)
    for place, what in rows.get("rate_problem", pd.Series(dtype=object)).dropna().items():
        problems.add(int(rows.row[place]), counted.heading, what, "rate")
    problems.refuse()


def _refuse_more(
    rows: pd.DataFrame, roles: Mapping[str, str], counted: Column, problems: Problems
) -> None:
    for row in rows[rows.low > rows.trials].itertuples():
        text = (
            f"expected at most {row.trials:.0f} (column '{roles['trials']}' of that row), found "
            f"{row.low:.0f}. Are the columns '{counted.heading}' and '{roles['trials']}' "
            "exchanged? Are they percents?"
        )
        problems.add(int(row.row), counted.heading, text, "swapped")


def _refuse_other_sum(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame, problems: Problems
) -> None:
    """Successes and failures beside the patients must be all of them."""
    column = table.column(roles["failures"])
    for row in rows[rows.low == rows.high].itertuples():
        failures = numbers.number(column[row.Index])
        if failures is not None and row.low + failures != row.trials:
            text = (
                f"expected {row.trials - row.low:.0f} (the patients less the successes), found "
                f"'{column[row.Index]}'. Correct it, or name one of the two columns."
            )
            problems.add(int(row.row), column.heading, text)


def _found(text: str) -> str:
    if not text:
        return "nothing"
    return f"'{text}', which stands for nothing" if is_missing(text) else f"'{text}'"


def _percents(text: str, heading: str, role: str) -> str:
    value = numbers.number(text)
    if role == "trials" or value is None or not 0 <= value <= 100:
        return ""
    rate = "rate" if role == "successes" else "failure_rate"
    return f" If '{heading}' is a percent or a rate, state --columns '{rate}={heading}'."
