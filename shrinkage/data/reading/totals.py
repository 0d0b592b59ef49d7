"""Rows that are the sum of others: 'Total', 'Statewide', a region above its hospitals.

A row is left out where its counts are the sums of other rows, and is named. That is certain where
it is called a total and no count is unknown, and doubtful where only the numbers say so, or only
the name. One that is called a total and is no sum is refused: nobody can know what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shrinkage.data.reading.aggregates import is_average, is_nation, is_part, is_total, is_whole
from shrinkage.data.reading.counts import counted_role
from shrinkage.data.reading.grid import Table
from shrinkage.data.reading.numbers import NUMBER
from shrinkage.data.reading.problems import Note, OutcomesError, in_rows, listed
from shrinkage.data.reading.rules import RULES, words
from shrinkage.data.reading.subtraction import differing, tightened
from shrinkage.data.reading.sums import are_sums, bounded, compared, heads, of_patients, unnamed
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
    named = np.array([is_total(name, roles["unit"]) for name in rows.doctor], bool)
    nation = np.array([is_nation(name) for name in rows.doctor], bool)
    if 2 * nation.sum() > len(rows):
        nation[:] = False  # nations are the units
    whole = np.array([is_whole(name) for name in rows.doctor], bool) & ~(named | nation)
    if 2 * whole.sum() > len(rows):
        whole[:] = False
    nameless = np.array([is_missing(name) for name in rows.doctor], bool)
    nameless &= rows.low.notna().to_numpy()
    said = named | nation | nameless | whole
    sums = np.zeros(len(rows), bool)
    sums[~(named | nameless)] = unnamed(rows[~(named | nameless)])
    plain = ~((said & ~whole) | sums)
    confirmed, certain = sums.copy(), sums & said
    proved = _of_all(rows, sums, ~(named | nameless | sums))
    for k in [*np.flatnonzero(whole & ~sums), *np.flatnonzero(said & ~(sums | whole))]:
        row = rows.iloc[k]
        unknown = bool(np.isnan(row.low) and named[k])
        other = plain & (np.arange(len(rows)) != k)
        groups = list(_groups(table, roles, rows, other, int(k)))
        of = _of_known(rows, groups, int(k))
        certain[k] = of is not None
        confirmed[k] = certain[k] or unknown or any(_is_sum(row, rows[group]) for group in groups)
        plain[k] &= not confirmed[k]
        if of is not None:
            proved.append((rows.index[[k]], of))
        if named[k] and not confirmed[k]:
            raise _not_the_sum(table, row, rows[plain])
    named_by = {"trials": "trials", "counted": counted_role(roles), "expected": "expected"}
    headings = {name: roles[role] for name, role in named_by.items() if role in roles}
    odd = np.zeros(len(rows), bool)
    for total, of in proved:
        found = differing(rows.loc[total], rows.loc[of], headings)
        odd |= rows.index.isin(total) & bool(found)
        notes += found
    notes += _notes(rows[certain & ~(nameless | odd)], TOTALS, doubtful=False)
    notes += _notes(rows[certain & nameless & ~odd], SUMS, doubtful=False)
    notes += _notes(rows[confirmed & said & ~(certain | odd)], UNPROVED)
    notes += _notes(rows[confirmed & ~(said | odd)], SUMS)
    sure = rows.index[certain & ~odd]
    rows, of_withheld = tightened(
        rows, [one for one in proved if one[0].isin(sure).all()], headings["counted"]
    )
    kept = rows[~confirmed]
    notes += of_withheld + _suspected(rows[nation & ~confirmed], "nation")
    alone = of_patients(kept) & ~nation[~confirmed]
    notes += _suspected(kept[alone], "patients") + _suspected(kept[heads(kept) & ~alone], "head")
    return kept, notes


def _of_all(rows: pd.DataFrame, sums: NDArray, others: NDArray) -> list[tuple[pd.Index, pd.Index]]:
    """The rows of a unit that is the sum of all others, and those, unless something is unknown."""
    of_one = rows.doctor[sums].nunique() == 1
    known = rows.loc[others, ["low", "trials"]].notna().all(axis=None)
    return [(rows.index[sums], rows.index[others])] if of_one and known else []


def _suspected(rows: pd.DataFrame, why: str) -> list[Note]:
    """A note on rows that were kept and may be totals."""
    if not len(rows):
        return []
    numbers = tuple(int(row) for row in rows.row)
    reason = {
        "nation": "may be a total by its name, but has not the sum of the other rows",
        "patients": "has exactly the sum of the other rows' patients, but not of what is counted",
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


def _of_known(rows: pd.DataFrame, groups: list[NDArray], k: int) -> pd.Index | None:
    """The rows whose sum row k is, all of them known: by its counts, or else by two numbers."""
    row = rows.iloc[k]
    for by_two in (False, True):
        for group in groups:
            others = rows[group]
            others = others[others.low.notna() | others.trials.notna()]
            is_sum = _by_two(rows.iloc[[k]], others) if by_two else _is_sum(row, others)
            if is_sum and _is_known(row, others):
                return others.index
    return None


def _is_sum(row: pd.Series, others: pd.DataFrame) -> bool:
    """Whether a row's patients and counts are the sums of others', as far as they are known."""
    if not len(others):
        return False
    counts_trials = not np.isnan(row.trials)
    hidden = others.low.isna() | (others.trials.isna() if counts_trials else False)
    trials = others.trials.sum()
    if hidden.any():
        return (not counts_trials or row.trials >= trials) and row.high >= others.low.sum()
    if (counts_trials and row.trials != trials) or not others.low.sum() <= row.high:
        return False
    return bool(row.low <= bounded(others)["high"].sum())


def _by_two(row: pd.DataFrame, others: pd.DataFrame) -> bool:
    """Whether two numbers of a row are the sums of others', whatever the third is."""
    if not len(others) or row.trials.isna().any():
        return False
    own, _, agree = compared(row, others)
    return bool(are_sums(agree, own, 1))


def _is_known(row: pd.Series, others: pd.DataFrame) -> bool:
    """Whether all that is added up is known, the counts at least between bounds."""
    if np.isnan(row.trials):
        return bool(row.low == row.high and (others.low == others.high).all())
    needed = others[["low", "high", "trials"]].notna()
    return bool(row.state == NUMBER and needed.all(axis=None))


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
        out, certain, proved = np.zeros(len(rows), bool), True, []
        for places in rows.groupby("doctor", sort=False).indices.values():
            totals, parts = places[named[places]], places[~named[places]]
            if len(totals) != 1 or not len(parts):
                continue
            row, own = rows.iloc[totals[0]], rows.iloc[parts]
            known = _is_known(row, own)
            certain = certain and known
            if known:
                proved.append((rows.index[totals], own.index))
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
            rows, said = tightened(rows, proved, roles[counted_role(roles)])
            return rows[~out], [Note("total", text, numbers, doubtful=not certain), *said]
    return rows, []
