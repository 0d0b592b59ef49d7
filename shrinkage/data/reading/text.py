"""From a text to its records: the separator of its columns, and each row's cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from shrinkage.data.reading.headings import meaning
from shrinkage.data.reading.problems import OutcomesError

SEPARATORS = ",;\t|"
SAMPLE = 60  # rows that decide which separator it is


def records(text: str, name: str) -> tuple[Iterator[list[str]], str]:
    """A text's records, blank ones included, and the separator of its columns ('' is blanks).

    A first line ``sep=;`` states the separator, as spreadsheets have it, and is no row.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stated = re.match(r'"?sep=(.)"?[,;\t|]*\n', text)
    if stated:
        text = text[stated.end() :]
    separator = stated[1] if stated else find_separator(text)
    if separator is None:
        if (blanks := _blanks(text)) is not None:
            return iter(blanks), ""
        first = text.strip().splitlines()[0]
        raise OutcomesError(
            f"{name}, row {_first_row(text)}: found one column, '{first[:60]}', where at least "
            "two are needed. Is it a table? Columns are separated by commas, semicolons, tabs or "
            "bars.",
            "one column",
        )
    return _checked(text, separator, name), separator


def find_separator(text: str) -> str | None:
    """The mark that makes the best table of a text's first rows; None if none makes any.

    The best has most headings that are known; of these, most rows of equal width; then the width.
    """
    sample = "\n".join(text.lstrip("\n").split("\n", SAMPLE)[:SAMPLE])
    best = max(SEPARATORS, key=lambda mark: _quality(sample, mark))
    return best if _quality(sample, best)[1] else None


def _quality(sample: str, separator: str) -> tuple[int, int, int]:
    try:
        rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=separator))
    except csv.Error:
        return 0, 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0, 0, 0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    known = max(map(_known, rows))
    return (known if known > 1 else 0), times, width


def _known(cells: list[str]) -> int:
    """How many meanings the cells of a row have, taken as headings."""
    return len({meaning(cell).role for cell in cells} - {None})


def _blanks(text: str) -> list[list[str]] | None:
    """Rows separated by blanks, if all have as many cells and the first has known headings."""
    lines = text.split("\n")
    for pattern in (r"\s{2,}", r"\s+"):
        rows = [re.split(pattern, line.strip()) if line.strip() else [] for line in lines]
        widths = {len(row) for row in rows if row}
        if len(widths) == 1 and widths.pop() > 1 and _known(next(filter(None, rows))) > 1:
            return rows
    return None


def _checked(text: str, separator: str, name: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error as error:
        raise OutcomesError(
            f"{name} cannot be read as CSV: {error}. "
            "Look for a quotation mark that is opened and never closed.",
            "quotation",
        ) from None


def _first_row(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n") + 1
