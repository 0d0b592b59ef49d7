"""Rows that are the sum of others: 'Total', 'Statewide', a region above its hospitals.

A row is left out where its counts are the sums of other rows, and is named. That is certain where
it is called a total and no count is unknown, and doubtful where only the numbers say so, or only
the name. One that is called a total and is no sum is refused: nobody can know what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shrinkage.data.reading.grid import Table
from shrinkage.data.reading.problems import Note, OutcomesError, in_rows, listed
from shrinkage.data.reading.rules import RULES, words
from shrinkage.data.reading.sums import heads, unnamed
from shrinkage.data.reading.withheld import is_missing

SUMS = "has the sum of other rows", "have the sums of other rows"
AVERAGES = "is no unit, by its name", "are no units, by their names"
PARTS = "is a part of the row above it", "are parts of the rows above them"
TOTALS = (
    "is called a total, and has the sum of other rows",
    "are called totals, and have the sums of other rows",
)
UNPROVED = (
    "is called a total, and counts that are not known leave open whether it is one",
    "are called totals, and counts that are not known leave open whether they are",
)
CONFIRM, MAY_CONFIRM = "confirm", "allow, as far as they are known"
_NAMES = "|".join(RULES["averages"])
AVERAGE = re.compile(
    rf"(.* )?({_NAMES})|({_NAMES}) (of|for) .*|{'|'.join(RULES['averages_alone'])}"
)
PART = re.compile(rf"({'|'.join(RULES['parts'])})( |$)")
PLURALS = {word for word, one in RULES["unit"].items() if word != one and word.endswith("s")}
PLURALS |= {"patients", "cases", "regions", "states", "operations", "procedures"}


def is_total(name: str) -> bool:
    """Whether a name is that of a total: 'Total', 'All hospitals', 'North total'."""
    found = words(name)
    while len(found) > 1 and (found[-1] == "n" or found[-1].isdecimal()):
        found.pop()  # 'Overall (n = 300)'
    if not found:
        return name.strip() == "Σ"
    if " ".join(found) in RULES["totals"] or found[-1] in RULES["total_ends"]:
        return True
    if found[0] in ("total", "subtotal"):
        return found[-1] not in RULES["unit"] or found[-1] in PLURALS
    return found[0] in RULES["total_words"] and found[-1] in PLURALS


def is_average(name: str) -> bool:
    """Whether a name is that of no unit but of their average: 'Median', 'National average'."""
    return AVERAGE.fullmatch(" ".join(words(name))) is not None


def is_part(name: str) -> bool:
    """Whether a name is that of a part of another row: 'of which emergency'."""
    return PART.match(" ".join(words(name))) is not None


def is_nation(name: str) -> bool:
    """Whether a name is that of what the units are in, and so perhaps their total: 'England'."""
    return " ".join(words(name)) in RULES["nations"]


def leave_out(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame
) -> tuple[pd.DataFrame, list[Note]]:
    """The rows without averages, totals and subtotals, and notes that name these.

    Raises
    ------
    OutcomesError
        If a row is called a total, and its counts are not the sums of other rows.
    """
    average = np.array([is_average(name) for name in rows.doctor], bool)
    part = np.array([is_part(name) for name in rows.doctor], bool)
    notes = _notes(rows[average], AVERAGES, "average") + _notes(rows[part], PARTS, "part")
    rows = rows[~(average | part)]
    named = np.array([is_total(name) for name in rows.doctor], bool)
    nation = np.array([is_nation(name) for name in rows.doctor], bool)
    if 2 * nation.sum() > len(rows):
        nation[:] = False  # nations are the units
    nameless = np.array([is_missing(name) for name in rows.doctor], bool)
    nameless &= rows.low.notna().to_numpy()
    said = named | nation | nameless
    sums = np.zeros(len(rows), bool)
    sums[~(named | nameless)] = unnamed(rows[~(named | nameless)])
    plain = ~(said | sums)
    confirmed, certain = sums.copy(), sums & said
    for k in np.flatnonzero(said & ~sums):
        row = rows.iloc[k]
        unknown = bool(np.isnan(row.low) and named[k])
        groups = [rows[group] for group in _groups(table, roles, rows, plain, int(k))]
        filled = [group[group.low.notna() | group.trials.notna()] for group in groups]
        certain[k] = any(_is_sum(row, group) and _is_known(row, group) for group in filled)
        confirmed[k] = certain[k] or unknown or any(_is_sum(row, group) for group in groups)
        if named[k] and not confirmed[k]:
            raise _not_the_sum(table, row, rows[plain])
    notes += _notes(rows[certain & ~nameless], TOTALS, doubtful=False)
    notes += _notes(rows[certain & nameless], SUMS, doubtful=False)
    notes += _notes(rows[confirmed & said & ~certain], UNPROVED)
    notes += _notes(rows[confirmed & ~said], SUMS)
    kept = rows[~confirmed]
    return kept, notes + _suspected(rows[nation & ~confirmed], "nation") + _suspected(
        kept[heads(kept)], "head"
    )


def _suspected(rows: pd.DataFrame, why: str) -> list[Note]:
    """A note on rows that were kept and may be totals."""
    if not len(rows):
        return []
    numbers = tuple(int(row) for row in rows.row)
    reason = {
        "nation": "may be a total by its name, but has not the sum of the other rows",
        "head": "has exactly the sum of the rows next to it",
    }[why]
    text = (
        f"{listed(list(dict.fromkeys(rows.doctor)))} ({in_rows(list(numbers))}) {reason}. It was "
        "counted as a unit; if it is a total, delete the row."
    )
    return [Note("suspected total", text, numbers, doubtful=True)]


def _groups(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame, plain: NDArray, k: int
) -> Iterator[NDArray]:
    """The rows whose sum row k could be: all, the block before or after it, those of its region."""
    yield plain
    place = np.arange(len(rows))
    others = np.flatnonzero(~plain)
    before = others[others < k].max(initial=-1)
    after = others[others > k].min(initial=len(rows))
    yield plain & (place > before) & (place < k)
    yield plain & (place > k) & (place < after)
    for column in table.columns:
        if column.heading not in roles.values():
            codes = column.codes[rows.index]
            yield plain & (codes == codes[k])


def _is_sum(row: pd.Series, others: pd.DataFrame) -> bool:
    """Whether a row's patients and counts are the sums of others', as far as they are known."""
    if not len(others):
        return False
    counts_trials = not np.isnan(row.trials)
    hidden = others.low.isna() | (others.trials.isna() if counts_trials else False)
    trials = others.trials.sum()
    if hidden.any():
        return (not counts_trials or row.trials >= trials) and row.high >= others.low.sum()
    enough = others.low.sum() <= row.high and row.low <= others.high.sum()
    return bool(enough and (not counts_trials or row.trials == trials))


def _is_known(row: pd.Series, others: pd.DataFrame) -> bool:
    """Whether all that is added up is known, the counts at least between bounds."""
    if np.isnan(row.trials):
        return bool(row.low == row.high and (others.low == others.high).all())
    needed = others[["low", "high", "trials"]].notna()
    return bool(row.low == row.high and needed.all(axis=None))


def _not_the_sum(table: Table, row: pd.Series, others: pd.DataFrame) -> OutcomesError:
    have = f"{row.low:.0f} of {row.trials:.0f}" if row.trials == row.trials else f"{row.low:.0f}"
    return OutcomesError(
        f"{table.name}, row {row.row}: '{row.doctor}' is called a total and has {have}, but the "
        f"other rows add up to {others.low.sum():.0f} of {others.trials.sum():.0f}. If it is a "
        "total, delete the row and find out whose patients are missing; if it is a unit, give it "
        "another name.",
        "total",
    )


def _notes(
    totals: pd.DataFrame, why: tuple[str, str], kind: str = "total", doubtful: bool = True
) -> list[Note]:
    if not len(totals):
        return []
    numbers = [int(row) for row in totals.row]
    named = [name for name in dict.fromkeys(totals.doctor) if not is_missing(name)]
    who = listed(named) if named else "A row without a name"
    text = (
        f"{who} ({in_rows(numbers)}) {why[len(numbers) > 1]}: left out, so that no "
        "patient is counted twice."
    )
    if doubtful:
        text += " If that is wrong, correct the counts."
    return [Note(kind, text, tuple(numbers), doubtful)]


def _unit(roles: Mapping[str, str]) -> str:
    found = [RULES["unit"][word] for word in words(roles["unit"]) if word in RULES["unit"]]
    return found[-1] if found else "unit"


def of_strata(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame
) -> tuple[pd.DataFrame, list[Note]]:
    """The rows without those that are a unit's own total: 'Overall' beside its categories.

    Raises
    ------
    OutcomesError
        If such a row is called a total and is not the sum of its unit's other rows.
    """
    if not rows.doctor.duplicated().any():
        return rows, []
    for column in table.columns:
        if column.heading in roles.values():
            continue
        words_of_total = np.array([is_total(text) for text in column.values])
        named = words_of_total[column.codes[rows.index]]
        if not named.any() or named.all():
            continue
        out, certain = np.zeros(len(rows), bool), True
        for places in rows.groupby("doctor", sort=False).indices.values():
            totals, parts = places[named[places]], places[~named[places]]
            if len(totals) != 1 or not len(parts):
                continue
            row, own = rows.iloc[totals[0]], rows.iloc[parts]
            certain = certain and _is_known(row, own)
            if not (np.isnan(row.low) or _is_sum(row, own)):
                raise OutcomesError(
                    f"{table.name}, row {row.row}: '{column[rows.index[totals[0]]]}' in column "
                    f"'{column.heading}' is called a total, but is not the sum of the other rows "
                    f"of '{row.doctor}'. Keep either the totals or the parts.",
                    "total",
                )
            out[totals] = True
        if out.any():
            gone = rows[out]
            numbers = tuple(int(row) for row in gone.row)
            text = (
                f"{in_rows(list(numbers)).capitalize()}: '{column[gone.index[0]]}' in column "
                f"'{column.heading}' is the total of a {_unit(roles)}'s other rows, as their sums "
                f"{CONFIRM if certain else MAY_CONFIRM}: left out, so that no patient is counted "
                "twice."
            )
            return rows[~out], [Note("total", text, numbers, doubtful=not certain)]
    return rows, []
