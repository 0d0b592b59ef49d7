"""Rows that are the sum of others: 'Total', 'Statewide', a region above its hospitals.

A row is left out where its counts are the sums of other rows, and is named. One that is called a
total and is no sum is refused: nobody can know what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shrinkage.data.reading.grid import Table
from shrinkage.data.reading.problems import Note, OutcomesError, in_rows, listed
from shrinkage.data.reading.rules import RULES, words
from shrinkage.data.reading.withheld import is_missing

MANY = 100  # patients from which equal sums are hardly chance
CERTAIN = 1000  # patients from which three rows suffice
SUMS = "has the sum of other rows", "have the sums of other rows"
TOTALS = "is called a total, and has the sum of other rows", "are called totals, and have the sums"
PLURALS = {word for word, one in RULES["unit"].items() if word != one and word.endswith("s")}
PLURALS |= {"patients", "cases", "regions", "states", "operations", "procedures"}


def is_total(name: str) -> bool:
    """Whether a name is that of a total: 'Total', 'All hospitals', 'North total'."""
    found = words(name)
    if not found:
        return False
    if " ".join(found) in RULES["totals"] or found[-1] in ("total", "totals", "subtotal"):
        return True
    if found[0] in ("total", "subtotal"):
        return found[-1] not in RULES["unit"] or found[-1] in PLURALS
    return found[0] in RULES["total_words"] and found[-1] in PLURALS


def leave_out(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame
) -> tuple[pd.DataFrame, list[Note]]:
    """The rows without totals and subtotals, and a doubtful note that names them.

    Raises
    ------
    OutcomesError
        If a row is called a total, and its counts are not the sums of other rows.
    """
    named = np.array([is_total(name) for name in rows.doctor])
    nameless = np.array([is_missing(name) for name in rows.doctor])
    nameless &= rows.low.notna().to_numpy()
    if not (named.any() or nameless.any()):
        sums = _unnamed(rows)
        return rows[~sums], _notes(rows[sums], SUMS)
    plain = ~(named | nameless)
    confirmed = np.zeros(len(rows), bool)
    for k in np.flatnonzero(~plain):
        row = rows.iloc[k]
        unknown = bool(np.isnan(row.low) and named[k])
        confirmed[k] = unknown or any(
            _is_sum(row, rows[group]) for group in _groups(table, roles, rows, plain, int(k))
        )
        if named[k] and not confirmed[k]:
            raise _not_the_sum(table, row, rows[plain])
    return rows[~confirmed], _notes(rows[confirmed], TOTALS)


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


def _not_the_sum(table: Table, row: pd.Series, others: pd.DataFrame) -> OutcomesError:
    have = f"{row.low:.0f} of {row.trials:.0f}" if row.trials == row.trials else f"{row.low:.0f}"
    return OutcomesError(
        f"{table.name}, row {row.row}: '{row.doctor}' is called a total and has {have}, but the "
        f"other rows add up to {others.low.sum():.0f} of {others.trials.sum():.0f}. If it is a "
        "total, delete the row and find out whose patients are missing; if it is a unit, give it "
        "another name.",
        "total",
    )


def _unnamed(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows without such a name that are the sum of all others, or head blocks that make up all."""
    known = rows.low.notna().to_numpy()
    low, high = rows.low.fillna(0).to_numpy(), rows.high.fillna(0).to_numpy()
    trials = rows.trials.fillna(0).to_numpy()
    exact = known & (low == high) & (trials >= MANY)
    none = np.zeros(len(rows), bool)
    if known.sum() < 3:
        return none
    whole = exact & (2 * low == low.sum()) & (2 * trials == trials.sum())
    if whole.any():
        enough = known.sum() > 3 or trials[whole].max() >= CERTAIN
        return whole if enough and whole.sum() == 1 else none
    return _heads_of_blocks(low, trials, known, exact)


def _heads_of_blocks(low: NDArray, trials: NDArray, known: NDArray, exact: NDArray) -> NDArray:
    """Rows that each are the sum of the rows next below (or above), up to the next such row."""
    for step in (1, -1):
        s, n = low[known][::step], trials[known][::step]
        heads, at = [], 0
        while at < len(s):
            size = 2
            while at + size < len(s) and n[at + 1 : at + 1 + size].sum() < n[at]:
                size += 1
            block = slice(at + 1, at + 1 + size)
            fits = n[block].sum() == n[at] and s[block].sum() == s[at] and at + size < len(s)
            if not (fits and exact[known][::step][at]):
                break
            heads.append(at)
            at += size + 1
        if at == len(s) and (len(heads) > 1 or (heads and n[heads[0]] >= CERTAIN)):
            found = np.zeros(len(s), bool)
            found[heads] = True
            out = np.zeros(len(low), bool)
            out[np.flatnonzero(known)] = found[::step]
            return out
    return np.zeros(len(low), bool)


def _notes(totals: pd.DataFrame, why: tuple[str, str]) -> list[Note]:
    if not len(totals):
        return []
    numbers = [int(row) for row in totals.row]
    names = [name or "a row without a name" for name in totals.doctor]
    text = (
        f"{listed(names)} ({in_rows(numbers)}) {why[len(numbers) > 1]}: left out, so that no "
        "patient is counted twice. If that is wrong, correct its counts."
    )
    return [Note("total", text, tuple(numbers), doubtful=True)]


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
        out = np.zeros(len(rows), bool)
        for places in rows.groupby("doctor", sort=False).indices.values():
            totals, parts = places[named[places]], places[~named[places]]
            if len(totals) != 1 or not len(parts):
                continue
            row = rows.iloc[totals[0]]
            if not (np.isnan(row.low) or _is_sum(row, rows.iloc[parts])):
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
                "confirm: left out, so that no patient is counted twice."
            )
            return rows[~out], [Note("total", text, numbers, doubtful=True)]
    return rows, []
