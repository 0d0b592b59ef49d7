"""What a reader of counts should doubt: percents taken as counts, columns that were passed over."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shrinkage.data.reading import rates
from shrinkage.data.reading.brackets import in_brackets
from shrinkage.data.reading.counts import counted_role
from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.headings import meaning
from shrinkage.data.reading.numbers import number
from shrinkage.data.reading.problems import Note, in_rows, listed
from shrinkage.data.reading.qualifiers import compatible
from shrinkage.data.reading.rules import RULES
from shrinkage.data.reading.values import may_be_rates

FEW = 10  # a smaller smallest count says nothing
VARIES = 1.5  # how many times as many patients the largest unit has as the smallest
STEADY = 0.25  # how much less than the patients the counts vary, on the log scale


def percents(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> list[Note]:
    """Counts up to 100 that stay the same while the patients vary widely may be percents."""
    seen = rows[(rows.trials > 0) & (rows.low == rows.high)]
    role = counted_role(roles)
    if len(seen) < 2 or "trials" not in roles or role not in ("successes", "failures"):
        return []
    counts, trials = seen.low.to_numpy(float), seen.trials.to_numpy(float)
    unsure = may_be_rates(table.column(roles[role]))
    if not unsure and not _steady(counts, trials):
        return []
    rate = "rate" if role == "successes" else "failure_rate"
    sort = "shares of 1" if counts.max() <= 1 else "percents"
    text = (
        f"Column '{roles[role]}' has {counts.min():.0f} to {counts.max():.0f} while the patients "
        f"are {trials.min():.0f} to {trials.max():.0f}: it may be {sort}. They were read as "
        f"counts; if they are {sort}, state --columns '{rate}={roles[role]}'."
    )
    return [Note("percents", text, tuple(int(r) for r in seen.row), doubtful=True)]


def _steady(counts: NDArray, trials: NDArray) -> bool:
    """Whether counts up to 100 vary so much less than the patients that they may be percents."""
    if counts.max() > 100 or counts.min() < FEW or trials.max() < VARIES * trials.min():
        return False
    return trials.max() > 100 and np.std(np.log(counts)) <= STEADY * np.std(np.log(trials))


def turned(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> list[Note]:
    """Columns of failures that have the numbers of the successes, or the reverse."""
    if {"successes", "failures"} <= set(roles) or "trials" not in roles:
        return []
    role = counted_role(roles)
    bad = role in ("failures", "failure_rate")
    opposite = ("successes", "rate") if bad else ("failures", "failure_rate")
    known = rows[(rows.low == rows.high) & rows.trials.notna()]
    others = known.assign(low=known.trials - known.low)
    for column in table.columns:
        means = meaning(column.heading)
        if column.heading in roles.values() or means.role not in opposite:
            continue
        filled = [number(column[place]) is not None for place in known.index]
        same = [_agrees(column, means.role, row) for row in known.itertuples()]
        apart = [not _agrees(column, means.role, row) for row in others.itertuples()]
        if sum(filled) > 1 and all(same) and any(apart):
            text = (
                f"Column '{column.heading}' has the same numbers as '{roles[role]}', which was "
                f"read as {'failures' if bad else 'successes'}. Are they the same patients? If "
                f"so, state --columns '{'successes' if bad else 'failures'}={roles[role]}'."
            )
            return [Note("contradicts", text, doubtful=True)]
    return []


def contradicted(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> list[Note]:
    """Columns beside those that were read that seem to hold the same, and do not.

    'trials 2002' beside 'trials', or a mortality that is not the deaths among the patients: some
    other patients are meant, or some other column.
    """
    notes = []
    counted = roles[counted_role(roles)]
    noun = meaning(counted).noun
    opposite = RULES["complements"].get(noun)  # the dead, of survivors
    for column in table.columns:
        means = meaning(column.heading)
        same = means.role == "trials" or (means.noun and means.noun == noun)
        others = opposite is not None and means.noun == opposite
        if column.heading in roles.values() or not (same or others) or "trials" not in roles:
            continue
        known = rows[rows.low == rows.high]
        known = known.assign(low=known.trials - known.low) if others else known
        differing = [
            int(row.row) for row in known.itertuples() if not _agrees(column, means.role, row)
        ]
        if differing:
            other = roles["trials"] if means.role == "trials" else counted
            text = (
                f"Column '{column.heading}' was not read, and does not agree with '{other}' in "
                f"{in_rows(differing)}. Are other patients meant, or is it the right column?"
            )
            notes.append(Note("contradicts", text, tuple(differing), doubtful=True))
    return notes


def _agrees(column: Column, role: str | None, row: Any) -> bool:
    """Whether a cell can be what was read from its row: the patients, the count, or its rate."""
    text = column[row.Index]
    value = number(text)
    if value is None:
        return True
    if role in ("rate", "failure_rate"):
        ranges = [rates.counts_of(text, row.trials, scale) for scale in (1, 100)]
        return any(low <= row.low <= high for low, high in ranges)
    if role in ("trials", "successes", "failures") and value == round(value):
        return value == (row.trials if role == "trials" else row.low)
    return True


def brackets(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> list[Note]:
    """Counts whose percent in brackets, '8 (36 %)', is not theirs among the patients."""
    column = table.column(roles[counted_role(roles)])
    if not any("(" in text for text in column.values):
        return []
    wrong = []
    for row in rows[(rows.low == rows.high) & rows.trials.notna()].itertuples():
        percent = in_brackets(column[row.Index], column.heading)[1]
        if percent and "." not in percent:
            percent = percent.replace(",", ".")
        low, high = rates.counts_of(percent, row.trials, 100) if percent else (row.low, row.low)
        if not low <= row.low <= high:
            wrong.append(int(row.row))
    if not wrong:
        return []
    text = (
        f"Column '{column.heading}', {in_rows(wrong)}: the percent in brackets is not that of the "
        f"count among '{roles.get('trials', 'the patients')}'. Are other patients meant?"
    )
    return [Note("contradicts", text, tuple(wrong), doubtful=True)]


def spilled(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> list[Note]:
    """Three digits beside a short number: '1,719' without quotation marks is two cells."""
    for before, column in itertools.pairwise(table.columns):
        if before.heading not in roles.values() or column.heading in roles.values():
            continue
        if not any(re.fullmatch(r"\d{3}", text) for text in column.values):
            continue
        places = rows.index[[bool(column[place]) for place in rows.index]]
        digits = [re.fullmatch(r"\d{3}", column[place]) for place in places]
        short = [re.fullmatch(r"[1-9]\d{0,2}", before[place]) for place in places]
        if 0 < len(places) < len(rows) and all(digits) and all(short):
            numbers = [int(rows.row[place]) for place in places]
            text = (
                f"{in_rows(numbers).capitalize()}: '{before[places[0]]}' and '{column[places[0]]}' "
                f"stand in '{before.heading}' and '{column.heading}'. Are they one number with a "
                "comma between thousands? Then write it without."
            )
            return [Note("thousands", text, tuple(numbers), doubtful=True)]
    return []


def periods(roles: Mapping[str, str]) -> list[Note]:
    """Years in the heading of the patients that are not those of what is counted."""
    role = counted_role(roles)
    years = [set(re.findall(r"(?:19|20)\d\d", roles[r])) for r in ("trials", role) if r in roles]
    if len(years) < 2 or not all(years) or years[0] == years[1]:
        return []
    text = (
        f"'{roles['trials']}' and '{roles[role]}' name different years. Are they the same "
        "patients? If not, the rates mean nothing."
    )
    return [Note("period", text, doubtful=True)]


def no_patients(rows: pd.DataFrame) -> list[Note]:
    """Units without patients are kept, and are predicted as new ones."""
    none = rows[rows.trials == 0]
    if not len(none):
        return []
    numbers = [int(row) for row in none.row] if "row" in none else []
    where = f" ({in_rows(numbers)})" if numbers else ""
    text = (
        f"{listed(list(none.doctor))}{where}: no patients, so nothing but what is known of a new "
        "one is known."
    )
    return [Note("no patients", text, tuple(numbers))]


def unused(table: Table, roles: Mapping[str, str], by: str | None) -> tuple[list[str], list[Note]]:
    """The columns of a table of counts that were not read, and what that means."""
    taken = {*roles.values(), *([column.heading] if by and (column := table.find(by)) else [])}
    left = [column for column in table.columns if column.heading not in taken]
    headings = [column.heading for column in left]
    notes = []
    covariates = [h for h in headings if meaning(h).role == "covariate"]
    if covariates:
        text = (
            f"Not used: column {listed(covariates)}. A table of counts has no patient whose risk "
            "it could be. To adjust for it, give a row a patient, or a row for each unit and "
            "risk group with --by, or an expected number."
        )
        notes.append(Note("covariate", text, doubtful=True))
    noun = meaning(roles[counted_role(roles)]).noun
    models = [
        h
        for h in headings
        if (means := meaning(h)).role in ("expected", "ratio") and compatible(means.noun, noun)
    ]
    if models and "expected" not in roles and "ratio" not in roles:
        role = meaning(models[0]).role
        text = (
            f"Not used: column {listed(models)}, which seems to hold what was expected of each "
            f"unit's own patients. To adjust for it, add --columns '{role}={models[0]}'."
        )
        notes.append(Note("unadjusted", text, doubtful=True))
    rest = [h for h in headings if h not in covariates and h not in models]
    if rest:
        notes.append(Note("unused", f"Not read: column {listed(rest, 12)}."))
    return headings, notes
