"""What is no row of a table: a remark below it, and a line that is drawn."""

from __future__ import annotations

import re

from shrinkage.data.reading.numbers import looks_like_number
from shrinkage.data.reading.rules import RULES, starts_with_any, words
from shrinkage.data.reading.withheld import is_missing, suppressed

DRAWN = re.compile(r"[-–—=+|:_]{3,}")
LONG_SENTENCE = 5  # words from which a lone cell below a table is a footnote


def is_footnote(cells: list[str], width: int, after_blank: bool) -> bool:
    """Whether the filled cells of a row, in a table of some width, are a footnote."""
    first = cells[0].casefold()
    if any(first.startswith(f"{start}:") for start in RULES["footnote_starts"]):
        return True
    if any(looks_like_number(cell) for cell in cells):
        return False
    if any(is_missing(cell) or suppressed(cell) for cell in cells[1:]):
        return False  # a unit of which nothing is shown
    if starts_with_any(first, RULES["footnote_starts"]):
        return True
    alone = len(cells) == 1 and width > 1
    return alone and ((after_blank and width > 2) or len(words(first)) >= LONG_SENTENCE)


def is_drawn(text: str) -> bool:
    """Whether a cell is blank, or part of a line: '---', '|:--|', '+---+---+'."""
    return not text.strip() or DRAWN.fullmatch(text.strip()) is not None
