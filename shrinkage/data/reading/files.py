"""From a file to its table: text, workbook, Parquet or HTML, and which sheet of several it is."""

from __future__ import annotations

import datetime
import io
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from shrinkage.data.reading import grid, text
from shrinkage.data.reading.encodings import decode
from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.numbers import looks_like_number
from shrinkage.data.reading.options import quoted
from shrinkage.data.reading.problems import ColumnsError, Note, OutcomesError, listed
from shrinkage.data.reading.roles import find_roles


def find_table(path: Path, sheet: str | None = None) -> tuple[Table, str]:
    """The table of a file, and what to call its source.

    Raises
    ------
    OutcomesError
        If there is no file, no table in it, or several and no `sheet` says which.
    """
    if path.is_dir():
        raise OutcomesError(f"{path} is a folder. Give the path of one file in it.", "no file")
    if not path.exists():
        raise OutcomesError(
            f"There is no file {path}. Check the name and the folder; "
            f"Python looks from {Path.cwd()}.",
            "no file",
        )
    raw, name = path.read_bytes(), path.name
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _chosen(_workbook(raw, name), sheet, name)
    if raw.startswith(b"PAR1"):
        _refuse_sheet(sheet, name)
        return _parquet(raw, name), name
    content, notes = decode(raw, name)
    if not content.strip():
        raise OutcomesError(
            f"{name} is empty. It needs a first row with the names of the columns, 'doctor' and "
            "'success' (a row a patient) or 'doctor', 'successes' and 'trials', and rows below.",
            "empty",
        )
    if content.lstrip().startswith("<") and "<table" in content.casefold():
        return _chosen(_html(content), sheet, name)
    _refuse_sheet(sheet, name)
    records, separator = text.records(content, name)
    found = grid.table(records, name, separator)
    found.notes[:0] = notes
    return found, name


def _refuse_sheet(sheet: str | None, name: str) -> None:
    if sheet is not None:
        raise OutcomesError(f"{name} is no workbook and has no sheets. Leave --sheet out.", "sheet")


# -- several sheets -------------------------------------------------------------------------------


def _chosen(sheets: dict[str, list[list[str]]], sheet: str | None, name: str) -> tuple[Table, str]:
    """The table of the sheet that was named, or of the only one that can be read."""
    full = {
        title: rows
        for title, rows in sheets.items()
        if any(map(any, rows)) and not isinstance(rows, Hidden)
    }
    if sheet is not None:
        if sheet not in sheets:
            raise OutcomesError(
                f"{name} has no sheet '{sheet}'. It has {listed(list(sheets), 12)}.", "sheet"
            )
        return grid.table(sheets[sheet], name), f"{name}, sheet {sheet}"
    if not full:
        hidden = [title for title, rows in sheets.items() if any(map(any, rows))]
        if hidden:
            what = f"{name} hides the sheets that have values: {listed(hidden, 12)}. Name one: "
            raise OutcomesError(f"{what}--sheet {quoted(hidden[0])}", "sheet")
        raise OutcomesError(f"{name} is empty: no sheet of it has a value.", "empty")
    if len(full) == 1:
        return grid.table(next(iter(full.values())), name), name
    readable = {title: t for title, rows in full.items() if (t := _readable(rows, name))}
    if len(readable) != 1:
        which = list(readable or full)
        raise OutcomesError(
            f"{name} has {len(which)} sheets or tables that could be meant: {listed(which, 12)}. "
            f"Name one: --sheet {quoted(which[0])}",
            "sheet",
        )
    title, found = next(iter(readable.items()))
    others = [other for other in full if other != title]
    tables = [other for other in others if _is_table(full[other], name)]
    text = f"Read: '{title}'. Not read: {listed(others)}."
    if tables:
        text += f" If {listed(tables)} is meant, name it: --sheet {quoted(tables[0])}"
    found.notes.append(Note("sheet", text, doubtful=bool(tables)))
    return found, f"{name}, sheet {title}"


class Hidden(list):
    """The rows of a sheet that its workbook hides: read only where somebody names it."""


def _is_table(rows: list[list[str]], name: str) -> bool:
    """Whether a sheet has rows with numbers below headings, whatever these mean."""
    try:
        found = grid.table(rows, name)
    except OutcomesError:
        return False
    return len(found.columns) > 1 and any(looks_like_number(c[0]) for c in found.columns)


def _readable(rows: list[list[str]], name: str) -> Table | None:
    """A sheet's table, if its columns are known or can be proposed."""
    try:
        found = grid.table(rows, name)
        find_roles(found, None)
    except ColumnsError as error:
        return found if error.proposal else None
    except OutcomesError:
        return None
    return found


# -- formats --------------------------------------------------------------------------------------


def _workbook(raw: bytes, name: str) -> dict[str, list[list[str]]]:
    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(raw))
        shown = python_calamine.SheetVisibleEnum.Visible
        return {
            sheet.name: (list if sheet.visible == shown else Hidden)(
                [_text(cell) for cell in row]
                for row in book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            )
            for sheet in book.sheets_metadata
        }
    except _failures(python_calamine.CalamineError, zipfile.BadZipFile) as error:
        raise OutcomesError(
            f"{name} looks like a workbook, but cannot be read as one ({str(error)[:80]}). Open "
            "it in your spreadsheet and save it as .xlsx or as 'CSV UTF-8'.",
            "format",
        ) from None


def _failures(*known: type[Exception]) -> tuple[type[BaseException], ...]:
    """What a reader of foreign bytes may raise."""
    return (*known, ValueError, OSError, KeyError, IndexError, OverflowError, TypeError)


def _parquet(raw: bytes, name: str) -> Table:
    import pyarrow
    import pyarrow.parquet

    try:
        content = pyarrow.parquet.read_table(io.BytesIO(raw))
        columns = [_arrow(heading, content[k]) for k, heading in enumerate(content.column_names)]
    except _failures(pyarrow.ArrowException) as error:
        raise OutcomesError(
            f"{name} looks like Parquet, but cannot be read ({str(error)[:80]}). Export it as CSV.",
            "format",
        ) from None
    if len(columns) < 2 or not len(columns[0].codes):
        raise OutcomesError(f"{name} has no table: two columns and a row at least.", "no rows")
    return Table(name, columns, np.arange(len(columns[0].codes), dtype=np.int64) + 2)


def _arrow(heading: str, content: Any) -> Column:
    encoded = content.combine_chunks().dictionary_encode(null_encoding="encode")
    if hasattr(encoded, "chunks"):
        encoded = encoded.unify_dictionaries().combine_chunks()
    texts = [" ".join(_text(value).split()) for value in encoded.dictionary.to_pylist()]
    codes = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int32)
    return Column(heading, *grid.merged(codes, texts))


def _text(value: object) -> str:
    """A cell of a workbook as its spreadsheet would write it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _html(content: str) -> dict[str, list[list[str]]]:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(content, "html.parser")
    for mark in soup.find_all("sup"):  # the number of a footnote is no digit of a count
        mark.decompose()
    tables = {}
    for k, found in enumerate(soup.find_all("table"), start=1):
        caption = found.find("caption")
        title = " ".join(caption.get_text(" ").split()) if caption else f"table {k}"
        rows = [row for row in found.find_all("tr") if row.find_parent("table") is found]
        tables[title if title not in tables else f"{title} ({k})"] = _spread(rows)
    return tables


def _spread(rows: list[Any]) -> list[list[str]]:
    """The cells of HTML rows; one over several rows stands in each of them, and one over several
    columns is followed by blanks."""
    filled: list[dict[int, str]] = [{} for _ in rows]  # by column
    for at, row in enumerate(rows):
        column = 0
        for cell in row.find_all(["td", "th"]):
            if cell.find_parent("tr") is not row:
                continue
            while column in filled[at]:
                column += 1
            text = " ".join(cell.get_text(" ").split())
            for k in range(_span(cell, "colspan")):
                for below in filled[at : at + _span(cell, "rowspan")]:
                    below[column] = "" if k else text
                column += 1
    return [[cells.get(k, "") for k in range(max(cells, default=-1) + 1)] for cells in filled]


def _span(cell: Any, name: str) -> int:
    span = str(cell.get(name, "1"))
    return max(min(int(span), 100), 1) if span.isdecimal() else 1
