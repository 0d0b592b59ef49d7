"""Several rows a unit, for years or risk groups: added up, or kept apart, if somebody asked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from shrinkage.data.reading import numbers, overlaps
from shrinkage.data.reading.grid import Table
from shrinkage.data.reading.headings import meaning, plain
from shrinkage.data.reading.numbers import looks_like_number
from shrinkage.data.reading.options import quoted
from shrinkage.data.reading.overlaps import names_a_unit
from shrinkage.data.reading.problems import Note, OutcomesError, Problems, in_rows, listed
from shrinkage.data.reading.rules import RULES, words
from shrinkage.data.reading.withheld import is_missing

ADDED = ["trials", "low", "high", "expected"]


def settle(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame, sum_rows: bool, by: str | None
) -> tuple[pd.DataFrame, pd.DataFrame | None, list[Note]]:
    """One row a unit; with `by`, also one a unit and stratum; and what was added up.

    Raises
    ------
    OutcomesError
        If a unit has several rows and nobody asked for their sum or a column that tells them
        apart.
    """
    if by is not None:
        rows = rows.assign(stratum=_strata(table, rows, by))
        if rows.duplicated(["doctor", "stratum"]).any() and not sum_rows:
            raise _repeated(table, roles, rows, ["doctor", "stratum"])
        cells = _added(rows, ["doctor", "stratum"])
        notes = _noted(table, rows, f" over '{by}'") + overlaps.found(table, roles, rows)
        return _added(cells, ["doctor"]), cells, notes
    if not rows.doctor.duplicated().any():
        return rows, None, []
    if not sum_rows:
        raise _repeated(table, roles, rows, ["doctor"])
    notes = _noted(table, rows, "") + overlaps.found(table, roles, rows)
    return _added(rows, ["doctor"]), None, notes


def _strata(table: Table, rows: pd.DataFrame, by: str) -> np.ndarray:
    """The stratum of each row: numbers where all are, otherwise text."""
    column = table.find(by)
    if column is None:
        found = listed([c.heading for c in table.columns], 12)
        raise OutcomesError(
            f"{table.name}, row {table.header_row}: --by names no column '{by}'. Found {found}.",
            "option",
        )
    column = column.rows(rows.index.to_numpy())
    problems = Problems(table.name)
    for place, text in enumerate(column.texts):
        if is_missing(text):
            what = "expected the year or group of the row, found nothing. Fill it in."
            problems.add(int(rows.row.iloc[place]), column.heading, what, "missing")
    problems.refuse()
    cells = numbers.read(column.codes, column.values, ".")
    if np.isnan(cells.value).any():
        return np.array(column.texts, dtype=object)
    whole = (cells.value == np.round(cells.value)).all()
    return cells.value.astype(np.int64) if whole else cells.value


def _added(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    columns = [column for column in ADDED if column in rows]
    return rows.groupby(keys, sort=False)[columns].sum(min_count=1).reset_index()


def _noted(table: Table, rows: pd.DataFrame, over: str) -> list[Note]:
    times = rows.doctor.value_counts(sort=False)
    several = int((times > 1).sum())
    if not several:
        return []
    text = (
        f"{len(rows)} rows were added up to {len(times)} units{over}; {several} of them have more "
        "than one row."
    )
    return [Note("summed", text)]


def _repeated(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame, keys: list[str]
) -> OutcomesError:
    """What to do about units with several rows, with the exact options."""
    twice = rows[rows.duplicated(keys, keep=False)]
    name = twice.doctor.iloc[0]
    own = twice[twice.doctor == name]
    text = (
        f"{table.name}: '{name}' stands in {in_rows([int(r) for r in own.row])}; "
        f"{twice.doctor.nunique()} of {rows.doctor.nunique()} units have more than one row. "
    )
    if len(keys) > 1:
        return OutcomesError(f"{text}Add --sum too, to add up what is left.", "rows")
    doubts = [note.text for note in overlaps.found(table, roles, rows)]
    apart = _telling_apart(table, roles, rows)
    strata = [h for h in apart if not names_a_unit(h) and meaning(h).role != "identifier"]
    others = [h for h in apart if names_a_unit(h)]
    codes = [h for h in apart if meaning(h).role == "identifier"]
    offers = []
    if others:
        offers.append(
            f"if '{others[0]}' tells different units of one name apart, write both into the column "
            f"'{roles['unit']}'"
        )
    if codes:
        stated = quoted(f"unit={codes[0]}")
        offers.append(f"if they are different units of one name, add --columns {stated}")
    if strata and not doubts:
        offers.append(f"add --by {_argument(strata[0])} to keep them apart as a covariate")
        if len(strata) > 1:
            offers[-1] += f" (or by {listed(strata[1:4])})"
    if not apart and not doubts:
        offers.append("if they are two units, tell them apart by name")
    offers.append("if they are other patients of the same unit, add --sum to add them up")
    advice = f"either {', or '.join(offers)}" if len(offers) > 1 else offers[0]
    said = "".join(f"{doubt} " for doubt in doubts)
    return OutcomesError(f"{text}{said}{advice[0].upper()}{advice[1:]}.", "rows")


def _argument(heading: str) -> str:
    return heading if heading.isalnum() else quoted(heading)


def _telling_apart(table: Table, roles: Mapping[str, str], rows: pd.DataFrame) -> list[str]:
    """The headings of columns that differ between all rows of each unit, strata first."""
    found = []
    for column in table.columns:
        if column.heading in roles.values():
            continue
        codes = column.codes[rows.index]
        pairs = pd.DataFrame({"doctor": rows.doctor.to_numpy(), "code": codes})
        found_words = set(words(column.heading))
        if found_words & (set(RULES["passed_over"]) - set(RULES["stratum"])):
            continue  # '95% CI', 'Phone'
        counts_something = meaning(column.heading).role in ("trials", "ratio", "rate", "expected")
        if not counts_something and not pairs.duplicated().any():
            found.append(column.heading)
    order = {"stratum": 0, "covariate": 1, None: 2}
    texts = {h: looks_like_number(table.column(h)[0]) for h in found}
    return sorted(found, key=lambda h: (order.get(meaning(h).role, 3), texts[h]))


def two_places(table: Table, heading: str) -> list[Note]:
    """A unit that stands in two hospitals where most stand in one: two people of one name?"""
    unit = table.column(heading)
    for column in table.columns:
        if column.heading == heading or meaning(column.heading).role != "unit":
            continue
        pairs = pd.DataFrame({"unit": unit.codes, "place": column.codes}).drop_duplicates()
        places = pairs.unit.value_counts()
        several = sorted(places.index[places > 1])
        if several and 2 * len(several) <= len(places) and pairs.place.nunique() > 1:
            text = (
                f"{listed([unit.values[code] for code in several])} in column '{heading}' "
                f"stand beside more than one '{column.heading}', the others beside one. Each was "
                "taken as one; if two have one name, tell them apart."
            )
            return [Note("similar", text, doubtful=True)]
    return []


def named(cells: pd.DataFrame, by: str) -> pd.DataFrame:
    """Cells with the stratum under its heading."""
    return cells.rename(columns={"stratum": plain(by)})
