"""From a file to checked outcomes: the steps, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from pandas import DataFrame

from shrinkage.data.reading import counts, doubts, names, strata, sums, totals
from shrinkage.data.reading.aggregates import is_total
from shrinkage.data.reading.brackets import count_of
from shrinkage.data.reading.expected import read_expected
from shrinkage.data.reading.files import find_table
from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.headings import meaning, plain
from shrinkage.data.reading.layouts import one_row_each
from shrinkage.data.reading.numbers import number
from shrinkage.data.reading.patients import not_used, read_patients
from shrinkage.data.reading.problems import ColumnsError, Note, OutcomesError
from shrinkage.data.reading.proposal import asking
from shrinkage.data.reading.result import Outcomes, count_by_doctor, successes
from shrinkage.data.reading.roles import find_roles
from shrinkage.data.reading.withheld import basis


def read_outcomes(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    sum_rows: bool = False,
    by: str | None = None,
    suppressed: tuple[int, int] | None = None,
    strict: bool = False,
) -> Outcomes:
    """Read a file as `load_outcomes` does, with messages and notes for the command."""
    if suppressed is not None and not 0 <= suppressed[0] <= suppressed[1]:
        raise OutcomesError(
            f"--suppressed {suppressed[0]},{suppressed[1]}: expected the fewest and the most that "
            "a withheld count may be, such as 1,4.",
            "option",
        )
    table, source = find_table(Path(path), sheet)
    try:
        roles = find_roles(table, columns)
    except ColumnsError as error:
        raise _with_repeated(table, error, sum_rows, by, suppressed) from None
    by = by or roles.pop("stratum", None)
    if "success" in roles or "failure" in roles:
        outcomes = _of_patients(table, roles, sum_rows, by)
    else:
        outcomes = _of_counts(table, roles, sum_rows, by, suppressed)
    return _finished(table, outcomes, source, strict)


def _with_repeated(
    table: Table,
    error: ColumnsError,
    sum_rows: bool,
    by: str | None,
    suppressed: tuple[int, int] | None,
) -> ColumnsError:
    """A proposal that also says what to do about units with several rows, if these are next."""
    proposal = error.proposal
    if proposal is None or {"success", "failure"} & set(proposal.columns):
        return error
    try:
        _of_counts(table, dict(proposal.columns), sum_rows, by, suppressed)
    except OutcomesError as refused:
        if refused.kind == "rows":
            advice = str(refused).removeprefix(f"{table.name}: ")
            said = f"{advice} Add it at once, beside the columns."
            return asking(table, replace(proposal, said=(*proposal.said, said)))
    return error


def _finished(table: Table, outcomes: Outcomes, source: str, strict: bool) -> Outcomes:
    """The outcomes with what their headings say, or refused where `strict` does not allow them."""
    refused = [note for note in outcomes.notes if note.doubtful or note.kind == "total"]
    if strict and refused:
        said = "\n".join(f"  {note.text}" for note in refused)
        raise OutcomesError(
            f"{table.name} is refused, because --strict takes nothing that is doubtful, and no "
            f"row that is a total:\n{said}",
            "strict",
        )
    roles = outcomes.columns
    role = next(
        r
        for r in ("success", "failure", "successes", "failures", "rate", "failure_rate")
        if r in roles
    )
    unit = meaning(roles["unit"]).noun
    counted = meaning(roles[role])
    directed = counted.role in ("successes", "failures", "rate", "failure_rate")
    return replace(
        outcomes,
        counted=roles[role],
        failures=role in ("failure", "failures", "failure_rate"),
        unit=None if unit == "doctor" else unit,
        rate=counted.noun if directed and counted.noun != "success rate" else None,
        source=source,
    )


def _of_patients(table: Table, roles: dict[str, str], sum_rows: bool, by: str | None) -> Outcomes:
    patients, notes = read_patients(table, roles)
    unit = table.column(roles["unit"])
    different, first = zip(*unit.used(), strict=True)
    rows = [int(table.numbers[place]) for place in first]
    order = np.argsort(rows, kind="stable")
    different, rows = [different[k] for k in order], [rows[k] for k in order]
    for name, row in zip(different, rows, strict=True):
        if is_total(name, unit.heading):
            raise OutcomesError(
                f"{table.name}, row {row}: '{name}' is called a total, and every row is read as a "
                "patient. Delete the row, or give the unit another name.",
                "total",
            )
    if one_row_each(unit):
        text = (
            f"Every {meaning(unit.heading).noun or 'doctor'} has one row, and a row was read as a "
            "patient. If a row has counts, add a column 'trials' with all patients of it."
        )
        notes.append(Note("single", text, doubtful=True))
    merged, alike = names.settle(different, rows, table.name, sum_rows)
    if merged:
        patients["doctor"] = patients.doctor.replace(merged)
    cells = None
    if by is not None:
        stratum = plain(by)
        if stratum not in patients:
            raise OutcomesError(f"{table.name}: --by names no column '{by}'.", "option")
        grouped = patients.groupby(["doctor", stratum], sort=False).success
        cells = grouped.agg(successes="sum", trials="size").reset_index()
    notes += strata.two_places(table, roles["unit"])
    taken = {**roles, "stratum": column.heading} if by and (column := table.find(by)) else roles
    unused, said = not_used(table, taken)
    everything = (*table.notes, *notes, *alike, *said)
    summed = count_by_doctor(patients)
    return Outcomes(summed, patients, cells, tuple(unused), everything, columns=roles)


def _of_counts(
    table: Table,
    roles: dict[str, str],
    sum_rows: bool,
    by: str | None,
    suppressed: tuple[int, int] | None,
) -> Outcomes:
    notes = list(table.notes)
    rows, said = counts.read_rows(table, roles, suppressed)
    notes += said
    rows, said = totals.of_strata(table, roles, rows)
    notes += said
    rows, said = totals.leave_out(table, roles, rows)
    notes += said
    rows, left = counts.leave_out(rows, roles)
    notes += counts.left_out_notes(left, suppressed)
    counts.refuse_bad(table, roles, rows)
    if not len(rows):
        raise OutcomesError(
            f"{table.name} has no row of which anything can be said: {notes[-1].text}", "no rows"
        )
    if (label := sums.same_again(rows, left)) is not None:
        raise OutcomesError(
            f"{table.name}, row {label}: the rows below it add up to exactly what those above it "
            "do. Is it a second table of the same patients? Keep one in the file.",
            "two tables",
        )
    rows["high"] = np.where(rows.trials.notna(), np.minimum(rows.high, rows.trials), rows.high)
    notes += doubts.percents(table, roles, rows) + doubts.no_patients(rows)
    notes += doubts.contradicted(table, roles, rows) + doubts.turned(table, roles, rows)
    notes += doubts.brackets(table, roles, rows) + doubts.periods(roles)
    notes += doubts.spilled(table, roles, rows)
    rows, said = read_expected(table, roles, rows)
    notes += said
    once = rows.drop_duplicates("doctor")
    merged, said = names.settle(list(once.doctor), list(once.row), table.name, sum_rows)
    notes += said
    rows["doctor"] = rows.doctor.replace(merged) if merged else rows.doctor
    notes += strata.two_places(table, roles["unit"]) if sum_rows else []
    units, cells, said = strata.settle(table, roles, rows, sum_rows, by)
    notes += said
    failures = counts.counted_role(roles) in ("failures", "failure_rate")
    unused, said = doubts.unused(table, roles, by)
    notes += said + _turned(roles, failures) + _suppressed(rows, roles)
    notes = _with_basis(notes, table.column(roles[counts.counted_role(roles)]), suppressed)
    left = left[["doctor", "trials", "why"]].reset_index(drop=True).astype({"trials": "Int64"})
    return Outcomes(
        successes(units, failures, []),
        None,
        None if cells is None else strata.named(successes(cells, failures, ["stratum"]), by or ""),
        tuple(unused),
        tuple(notes),
        left,
        columns=roles,
        extra=_extra(table, roles, rows),
    )


def _extra(table: Table, roles: Mapping[str, str], rows: DataFrame) -> DataFrame:
    """The columns without a role, which may say what group a unit is in."""
    places = rows.index.to_numpy()
    texts = {
        plain(column.heading): column.rows(places).texts
        for column in table.columns
        if column.heading and column.heading not in roles.values()
    }
    return DataFrame({**texts, "doctor": rows.doctor.to_numpy()})


def _turned(roles: Mapping[str, str], failures: bool) -> list[Note]:
    if not failures:
        return []
    heading = roles[counts.counted_role(roles)]
    text = f"Column '{heading}' counts failures: the successes are the other patients."
    return [Note("turned", text)]


def _suppressed(rows: DataFrame, roles: Mapping[str, str]) -> list[Note]:
    hidden = rows[rows.low != rows.high]
    if not len(hidden):
        return []
    heading = roles[counts.counted_role(roles)]
    numbers = tuple(int(row) for row in hidden.row)
    said = [f"{r.doctor} {r.low:.0f} to {r.high:.0f}" for r in hidden.head(5).itertuples()]
    text = (
        f"Column '{heading}' withholds {len(hidden)} small counts; they were taken as bounded: "
        f"{'; '.join(said)}{' and so on' if len(hidden) > 5 else ''}."
    )
    if len(hidden) == 1:
        text = f"Column '{heading}' withholds a small count, which was taken as bounded: {said[0]}."
    return [Note("suppressed", text, numbers)]


def _with_basis(notes: list[Note], column: Column, stated: tuple[int, int] | None) -> list[Note]:
    """The notes, of which the last on withheld counts says on what their bounds rest."""
    told = [k for k, note in enumerate(notes) if note.kind in ("subtracted", "suppressed")]
    if not told:
        return notes
    texts = [count_of(text, column.heading) for text, _ in column.used()]
    why = basis(texts, any(number(text) == 0 for text in texts), stated)
    last = notes[told[-1]]
    notes[told[-1]] = replace(last, text=f"{last.text} {why}".rstrip())
    return notes
