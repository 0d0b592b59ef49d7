"""From records to a table: which row has the headings, what stands above it and below the table."""

from __future__ import annotations

import itertools
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from shrinkage.data.reading.footnotes import is_drawn, is_footnote
from shrinkage.data.reading.header import find_header, named, over_two_rows
from shrinkage.data.reading.headings import plain
from shrinkage.data.reading.numbers import looks_like_number
from shrinkage.data.reading.problems import Note, OutcomesError, in_rows

SEARCHED = 40  # rows among which the headings are looked for
UNTIDY = re.compile(r"(?m)^[^\S\n]|\s[^\S\n]|[^\S\n]$|[^\S \n]")  # blanks to take out of texts
UNNAMED = re.compile("column [A-Z]+")
BLOCK = 8192  # rows that are taken up at once


@dataclass(frozen=True)
class Column:
    """A column of a file: each different text once, and which of them each row has."""

    heading: str
    codes: NDArray[np.int32]
    values: list[str]

    def __getitem__(self, row: int) -> str:
        return self.values[self.codes[row]]

    @property
    def texts(self) -> list[str]:
        """The text of each row."""
        return [self.values[code] for code in self.codes]

    def used(self, most: int | None = None) -> list[tuple[str, int]]:
        """The texts that some row has (or the first of them), each with its first row's place."""
        present, first = np.unique(self.codes, return_index=True)
        present, first = present[:most], first[:most]
        return [(self.values[code], int(row)) for code, row in zip(present, first, strict=True)]

    def rows(self, keep: NDArray) -> Column:
        """The column with some of its rows, and the texts that these have."""
        codes = self.codes[keep]
        present = np.bincount(codes, minlength=len(self.values)) > 0
        if present.all():
            return Column(self.heading, codes, self.values)
        codes = (np.cumsum(present) - 1).astype(np.int32)[codes]
        values = list(itertools.compress(self.values, present))
        return Column(self.heading, codes, values)


@dataclass(frozen=True)
class Table:
    """The rows below the headings: `numbers` are theirs in the file, as a spreadsheet counts."""

    name: str
    columns: list[Column]
    numbers: NDArray[np.int64]
    header_row: int = 1
    separator: str = ","
    notes: list[Note] = field(default_factory=list)

    def find(self, heading: str) -> Column | None:
        """The column of a heading, whatever its capitals and blanks."""
        wanted = plain(heading)
        return next((c for c in self.columns if plain(c.heading) == wanted), None)

    def column(self, heading: str) -> Column:
        """The column of a heading that is known to be there."""
        found = self.find(heading)
        assert found is not None
        return found

    def rows(self, keep: NDArray) -> Table:
        """The table with some of its rows."""
        columns = [column.rows(keep) for column in self.columns]
        return replace(self, columns=columns, numbers=self.numbers[keep])


def table(records: Iterable[list[str]], name: str, separator: str = ",") -> Table:
    """The table in some records, blank ones included: the first of them is row 1."""
    stream = iter(records)
    top = list(itertools.islice(stream, SEARCHED))
    first = find_header(top, name)
    cells, at = over_two_rows(top, first)
    header = named(cells, top[at + 1 :])
    above = [cells for cells in top[:first] if not all(map(is_drawn, cells))]
    codes, values, long = _columns(itertools.chain(top[at + 1 :], stream), len(header))
    columns = [Column(h, *_stripped(c, v)) for h, c, v in zip(header, codes, values, strict=True)]
    numbers = np.arange(len(codes[0]), dtype=np.int64) + at + 2
    notes = []
    if above:
        said = " ".join(" ".join(filter(None, map(str.strip, cells))) for cells in above)
        notes.append(
            Note("title", f"Above the headings in row {first + 1} stands: '{said[:200]}'.")
        )
    found = Table(name, columns, numbers, at + 1, separator, notes)
    found = found.rows(~_ruled(found))
    found = _without_footnotes(found, long)
    _refuse_long(found, long)
    found = _without_index(_without_blank(found))
    if not len(found.numbers):
        raise OutcomesError(
            f"{name} has the names of its columns but no row below them. "
            "Add a row a patient or a row a doctor.",
            "no rows",
        )
    return found


def _columns(
    records: Iterator[list[str]], width: int
) -> tuple[list[array], list[list[str]], dict[int, list[str]]]:
    """Codes and texts of each column, and by place the rows that have more cells than headings."""
    seen: list[dict[str, int]] = [{} for _ in range(width)]
    codes = [array("i") for _ in range(width)]
    long: dict[int, list[str]] = {}
    place = 0
    for block in itertools.batched(records, BLOCK):
        if max(map(len, block)) > width:
            for k, cells in enumerate(block):
                if any(cell.strip() for cell in cells[width:]):
                    long[place + k] = cells
            block = [cells[:width] for cells in block]
        by_column = list(itertools.zip_longest(*block, fillvalue=""))
        by_column += [("",) * len(block)] * (width - len(by_column))
        for texts, known, out in zip(by_column, seen, codes, strict=True):
            out.extend([known.setdefault(text, len(known)) for text in texts])
        place += len(block)
    return codes, [list(known) for known in seen], long


def merged(codes: NDArray[np.int32], texts: list[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Codes and texts in which each text stands once."""
    known: dict[str, int] = {}
    again = [known.setdefault(text, len(known)) for text in texts]
    return (np.array(again, np.int32)[codes] if again else codes), list(known)


def _stripped(codes: array, values: list[str]) -> tuple[NDArray[np.int32], list[str]]:
    """Texts without blanks around them and with single ones inside."""
    together = "\n".join(values)
    if together.count("\n") == len(values) - 1 and not UNTIDY.search(together):
        return np.array(codes, np.int32), values
    return merged(np.array(codes, np.int32), [" ".join(text.split()) for text in values])


def _ruled(found: Table) -> NDArray[np.bool_]:
    """Whether a row is blank, or a line drawn below the headings: '---', '|:--|', '+---+---+'."""
    ruled = np.ones(len(found.numbers), bool)
    for column in found.columns:
        if not ruled.any():
            break
        ruled &= np.array([is_drawn(text) for text in column.values], bool)[column.codes]
    return ruled


def _without_blank(found: Table) -> Table:
    """The table without columns that have neither a heading nor a value, as at a bar's left."""
    kept = [
        column
        for column in found.columns
        if not UNNAMED.fullmatch(column.heading) or any(text for text, _ in column.used())
    ]
    return replace(found, columns=kept)


def _without_footnotes(found: Table, long: dict[int, list[str]]) -> Table:
    """The table without the remarks below it, which a note repeats."""
    place, said, end = len(found.numbers), [], len(found.numbers)
    lines: list[str] = []
    while place > 0:
        place -= 1
        cells = [column[place] for column in found.columns if column[place]]
        lines.insert(0, " ".join(cells))
        after_blank = place > 0 and found.numbers[place] - found.numbers[place - 1] > 1
        if is_footnote(cells, len(found.columns), bool(after_blank)):
            end, said = place, lines[:]  # and whatever stands below it
        elif len(cells) > 1 or looks_like_number(cells[0]):
            break
    if not said:
        return found
    rows = tuple(int(number) for number in found.numbers[end:])
    for number in rows:
        long.pop(number - found.header_row - 1, None)
    text = f"Below the table, in {in_rows(list(rows))}, stands: '{' '.join(said)[:200]}'."
    found.notes.append(Note("footnote", f"{text} It was not read as a row.", rows))
    return found.rows(np.arange(len(found.numbers)) < end)


def _refuse_long(found: Table, long: dict[int, list[str]]) -> None:
    if not long:
        return
    place, cells = next(iter(long.items()))
    width = len(found.columns)
    raise OutcomesError(
        f"{found.name}, row {place + found.header_row + 1}: expected {width} columns, found "
        f"{len(cells)}. A value that contains the separator must stand in quotation marks, "
        "'1,174' as a number too.",
        "width",
    )


def _without_index(found: Table) -> Table:
    """The table without a first column that has no heading and counts the rows."""
    first = found.columns[0]
    if first.heading != "column A" or len(found.columns) < 3:
        return found
    texts = first.texts
    for start in (0, 1):
        if texts == [str(k + start) for k in range(len(texts))]:
            note = Note("index", "The first column has no heading and counts the rows: not read.")
            found.notes.append(note)
            return replace(found, columns=found.columns[1:])
    return found
