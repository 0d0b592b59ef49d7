"""Which row of a file has the names of its columns, and what they are."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, zip_longest

from shrinkage.data.reading.dates import is_date
from shrinkage.data.reading.headings import meaning
from shrinkage.data.reading.names import YEAR
from shrinkage.data.reading.numbers import looks_like_number
from shrinkage.data.reading.problems import OutcomesError
from shrinkage.data.reading.rules import RULES, words

UNITS = set(RULES["column_units"])  # below a heading: 'n', '%'
COUNTING = UNITS - {*RULES["yes"], *RULES["no"]}  # that are no answers of patients


def find_header(top: list[list[str]], name: str) -> int:
    """The row with the headings: that with most of a known meaning, else the first wide one."""
    widths = Counter(sum(bool(cell.strip()) for cell in cells) for cells in top)
    wide = [k for k, cells in enumerate(top) if sum(bool(c.strip()) for c in cells) > 1]
    if not wide:
        raise OutcomesError(
            f"{name} has no row with two columns or more, and a table needs at least two: "
            "the units and what is counted of each.",
            "one column",
        )

    def known(k: int) -> int:
        cells = [cell for cell in top[k] if cell.strip()]
        if 3 * sum(map(_is_value, cells)) >= len(cells):
            return 0  # a row of the table
        return len({meaning(cell).role for cell in cells} - {None})

    best = max(wide, key=lambda k: (known(k), -k))
    if known(best) < 2:
        usual = max((w for w in widths if w > 1), key=lambda w: (widths[w], w))
        best = next(k for k in wide if sum(bool(c.strip()) for c in top[k]) >= usual)
    cells = [cell for cell in top[best] if cell.strip()]
    if 2 * sum(map(_is_value, cells)) >= len(cells):
        raise OutcomesError(
            f"{name}, row {best + 1}: expected the names of the columns, found "
            f"'{', '.join(cells)[:60]}'. Add a first row that names them: doctor, successes, "
            "trials.",
            "no headings",
        )
    _refuse_rows_above(top, best, name)
    return best


def _is_value(cell: str) -> bool:
    """Whether a cell is no heading."""
    return looks_like_number(cell) or is_date(cell.strip())


def _refuse_rows_above(top: list[list[str]], at: int, name: str) -> None:
    """Refuse headings below rows of numbers: titles have none, so these would be lost."""
    width = sum(bool(cell.strip()) for cell in top[at])
    for k, cells in enumerate(top[:at]):
        filled = [cell for cell in cells if cell.strip()]
        found = sum(looks_like_number(cell) and not YEAR.fullmatch(cell.strip()) for cell in filled)
        if len(filled) > 2 and found > 1 and 2 * len(filled) > width:
            raise OutcomesError(
                f"{name}, row {at + 1}: expected titles alone above the names of the columns, "
                f"found numbers in row {k + 1}. Is it a second table? Keep one table in the file, "
                "with the names of its columns in its first row.",
                "two tables",
            )


def over_two_rows(top: list[list[str]], at: int) -> tuple[list[str], int]:
    """The headings, and the last row that they stand in, where some stand above or below others.

    A blank one is that of the row above; two of one name have the group above them, 'Male' over
    'Cases', before it; and 'n' and '%' below one stand behind it.
    """
    cells = [" ".join(cell.split()) for cell in top[at]]
    below = [" ".join(cell.split()) for cell in top[at + 1]] if at + 1 < len(top) else []
    said = [words(cell) for cell in below if cell]
    units = bool(said) and not below[0] and all(set(found) <= UNITS for found in said)
    if units and any(set(found) & COUNTING for found in said):
        pairs = zip_longest(cells, _to_the_right(cells), below, fillvalue="")
        cells = [f"{group} {unit}".strip() if unit else cell for cell, group, unit in pairs]
        at += 1
    elif at and sum(bool(cell.strip()) for cell in top[at - 1]) > 1:
        above = [" ".join(cell.split()) for cell in top[at - 1]]
        times = Counter(cell.casefold() for cell in cells)
        pairs = zip_longest(cells, above, _to_the_right(above), fillvalue="")
        cells = [
            f"{group} {cell}".strip() if times[cell.casefold()] > 1 and cell else cell or own
            for cell, own, group in pairs
        ]
    return cells, at


def _to_the_right(cells: list[str]) -> list[str]:
    """Cells of which a blank one is that to its left, as one over several columns is written."""
    return list(accumulate(cells, lambda before, cell: cell or before))


def named(header: list[str], below: list[list[str]]) -> list[str]:
    """The headings; one that is blank over a filled column is named as a spreadsheet would."""
    width = len(header)
    while width and not header[width - 1]:
        if any(len(cells) >= width and cells[width - 1].strip() for cells in below):
            break
        width -= 1
    return [text or f"column {_letters(k)}" for k, text in enumerate(header[:width])]


def _letters(k: int) -> str:
    return (_letters(k // 26 - 1) if k >= 26 else "") + chr(ord("A") + k % 26)
