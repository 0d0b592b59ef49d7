"""Whether what stands below a table is a remark on it and not a row of it."""

from __future__ import annotations

from shrinkage.data.reading.numbers import looks_like_number
from shrinkage.data.reading.rules import RULES, starts_with_any, words

LONG_SENTENCE = 5  # words from which a lone cell below a table is a footnote


def is_footnote(cells: list[str], width: int, after_blank: bool) -> bool:
    """Whether the filled cells of a row, in a table of some width, are a footnote."""
    first = cells[0].casefold()
    if any(first.startswith(f"{start}:") for start in RULES["footnote_starts"]):
        return True
    if any(looks_like_number(cell) for cell in cells):
        return False
    if starts_with_any(first, RULES["footnote_starts"]):
        return True
    alone = len(cells) == 1 and width > 1
    return alone and ((after_blank and width > 2) or len(words(first)) >= LONG_SENTENCE)
