"""From texts to numbers: what a point and a comma mean in a file, what is missing or suppressed.

`find_marks` is where thousands are told from decimals: once for all columns of a file, from what
can be only one of the two.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shrinkage.data.reading.dates import is_date
from shrinkage.data.reading.problems import Note, OutcomesError
from shrinkage.data.reading.withheld import UNAVAILABLE_WORDS, is_missing, suppressed

NUMBER, MISSING, SUPPRESSED, BAD = 0, 1, 2, 3
PATTERN = re.compile(r"([+-]?)(\d[\d.,]*|[.,]\d+)(e[+-]?\d{1,3})?( ?%)?", re.IGNORECASE)
GROUPED = re.compile(r"[+-]?\d{1,3}([ '’]\d{3})+([.,]\d+)?( ?%)?")
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.IGNORECASE)
THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # what could be thousands or three decimals
LARGEST = 1e12  # of a count
OTHER = {".": ",", ",": "."}
SAMPLE = 2000  # texts of a column that may decide what a mark means


@dataclass(frozen=True)
class Cells:
    """A column as numbers, an entry a row.

    `value` is NaN where `state` is not NUMBER; `low` and `high` bound it, NaN where nothing does.
    """

    value: NDArray[np.float64]
    state: NDArray[np.uint8]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def known(self) -> NDArray[np.bool_]:
        """Where something is known: a number, or bounds."""
        return ~np.isnan(self.low)


def looks_like_number(text: str) -> bool:
    """Whether a text is a number, in whatever way it is written, and no date."""
    return PATTERN.fullmatch(_tidy(text)) is not None and not is_date(text)


def number(text: str, decimal: str = ".") -> float | None:
    """The number that a text is, with a decimal point or comma; None if it is none.

    The other mark may group thousands, in threes only. A percent sign is passed over.
    """
    text = _tidy(text)
    if decimal == "." and PLAIN.fullmatch(text):
        return _finite(text)
    found = PATTERN.fullmatch(text)
    if not found or is_date(text):
        return None
    body, group = found[2], OTHER[decimal]
    whole, *fraction = body.split(decimal)
    if len(fraction) > 1 or (fraction and group in fraction[0]):
        return None
    if group in whole:
        if not re.fullmatch(rf"\d{{1,3}}(\{group}\d{{3}})+", whole):
            return None
        whole = whole.replace(group, "")
    if not whole and not (fraction and fraction[0]):
        return None
    return _finite(f"{found[1]}{whole or '0'}.{''.join(fraction) or '0'}{found[3] or ''}")


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _tidy(text: str) -> str:
    """A number's text with a plain minus and without blanks or apostrophes between thousands."""
    text = " ".join(text.replace("−", "-").split())
    return re.sub(r"(?<=\d)[ '’](?=\d{3})", "", text) if GROUPED.fullmatch(text) else text


def decimal_mark(text: str, whole: bool) -> tuple[str, bool] | None:
    """What a number's text says of a file's marks: (decimal mark, sure), or None for nothing.

    '1,234.5' and '0.5' are sure; '1.234' is sure in a column of whole numbers, where it can be no
    decimal. '1.000' could be 1 or 1000, and '1.234' either where fractions are allowed: (mark,
    False), the mark that it has.
    """
    found = PATTERN.fullmatch(_tidy(text))
    if not found:
        return None
    body = found[2]
    marks = re.findall("[.,]", body)
    if not marks:
        return None
    last = marks[-1]
    other = OTHER[last]
    if other in marks:
        return last, True
    if len(marks) > 1:
        return other, True
    if THOUSANDS.fullmatch(body) and not found[3] and not found[4]:
        if whole and not body.endswith("000"):
            return other, True
        return last, False
    return last, True


def find_marks(
    name: str,
    columns: list[tuple[str, list[tuple[str, int]], bool]],
    separator: str,
) -> tuple[str, list[Note]]:
    """The decimal mark of a file, with a note where thousands are separated.

    Parameters
    ----------
    name : str
        The file's name, for the message.
    columns : list of (heading, texts with their row numbers, whether all must be whole)
    separator : str
        What separates the columns: where it is a semicolon, a comma may be a decimal comma.

    Raises
    ------
    OutcomesError
        If a point or a comma would have to be both, or could be either: '1.000' beside '50'.
    """
    sure: dict[str, str] = {}
    unsure: dict[tuple[str, bool], str] = {}
    thousands = ""
    for heading, texts, whole in columns:
        for text, row in texts[:SAMPLE] if not whole else texts:
            if not ("." in text or "," in text) or (said := decimal_mark(text, whole)) is None:
                continue
            mark, certain = said
            where = f"'{text}' (row {row}, column '{heading}')"
            if certain:
                sure.setdefault(mark, where)
                if OTHER[mark] in text:
                    thousands = thousands or where
            else:
                unsure.setdefault((mark, whole), where)
    if len(sure) == 2:
        raise OutcomesError(
            f"{name}: {sure['.']} has a decimal point or a comma between thousands, but "
            f"{sure[',']} the reverse. Write all numbers in one way: whole numbers without any "
            "mark (1174), decimals with a point (0.5).",
            "thousands",
        )
    decimal = next(iter(sure), None) or _undecided(name, unsure, separator)
    group = OTHER[decimal]
    where = thousands or next((w for (m, _), w in unsure.items() if m == group), "")
    if not where:
        return decimal, []
    word = "comma" if group == "," else "point"
    text = f"In {where}, the {word} was read as separating thousands."
    guess = not sure and any(not whole for _, whole in unsure)
    if guess:
        text += " Nothing else in the file says so: if it begins the decimals, write a point."
    return decimal, [Note("thousands", text, doubtful=guess)]


def _undecided(name: str, unsure: dict[tuple[str, bool], str], separator: str) -> str:
    """The decimal mark where no number is sure: English in a file that no semicolon separates."""
    has_comma = (",", True) in unsure or (",", False) in unsure
    if has_comma and separator != ";" and (".", True) not in unsure:
        return "."
    doubtful = [where for (_, whole), where in unsure.items() if whole]
    if doubtful or len(unsure) > 1:
        where = (doubtful or list(unsure.values()))[0]
        digits = re.split("[.,]", where[1:])[0]
        raise OutcomesError(
            f"{name}: {where} can be {digits}, with decimals, or {digits} thousand, and nothing "
            f"else in the file says which. Write whole numbers without any mark: {digits} or "
            f"{digits}000.",
            "thousands",
        )
    return "," if has_comma else "."


def read(
    codes: NDArray[np.int32],
    values: list[str],
    decimal: str,
    *,
    whole: bool = False,
    withheld: bool = False,
    stated: tuple[int, int] | None = None,
) -> Cells:
    """A column as numbers, each different text read once.

    Parameters
    ----------
    codes, values
        Of a `grid.Column`.
    decimal : '.' or ','
        The file's decimal mark.
    whole : bool
        Whether only whole numbers of 0 or more are numbers.
    withheld : bool
        Whether '<5', '*' and their like are understood as suppressed.
    stated : (int, int), optional
        The least and the most that a suppressed count may be.
    """
    plain = _plain(values) if decimal == "." and not whole else np.full(len(values), np.nan)
    table = np.column_stack([plain, np.where(np.isnan(plain), BAD, NUMBER), plain, plain])
    for k in np.flatnonzero(np.isnan(plain)).tolist():
        text = values[k]
        if is_missing(text):
            table[k, 1] = MISSING
        elif (value := number(text, decimal)) is not None:
            if not whole or (
                "%" not in text and value >= 0 and value == round(value) and value < LARGEST
            ):
                table[k] = value, NUMBER, value, value
        elif withheld and (bounds := suppressed(text)) is not None:
            low, high = bounds
            if np.isnan(low) and stated and text.casefold() not in UNAVAILABLE_WORDS:
                low, high = stated
            elif low == 0 and stated and stated[0] <= high:
                low, high = stated[0], max(stated[0], min(high, stated[1]))
            table[k] = np.nan, SUPPRESSED, low, high
    if withheld and len(values):
        _in_context(table, values, codes, stated)
    rows = table[codes] if len(values) else np.zeros((0, 4))
    return Cells(rows[:, 0], rows[:, 1].astype(np.uint8), rows[:, 2], rows[:, 3])


def _plain(values: list[str]) -> NDArray[np.float64]:
    """Texts that are numbers with a decimal point and no other mark; NaN for all others."""
    found = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(float)
    return np.where(np.isfinite(found), found, np.nan)


def _in_context(
    table: NDArray, values: list[str], codes: NDArray[np.int32], stated: tuple[int, int] | None
) -> None:
    """What the rest of a column says of a cell: zeros are shown, or 'N/A' withholds."""
    present = np.zeros(len(table), bool)
    present[np.unique(codes)] = True
    hidden = present & (table[:, 1] == SUPPRESSED)
    if stated is None and (present & (table[:, 0] == 0)).any():
        unstated = np.array([not text[:1].isdecimal() for text in values])  # '<3', and not '0-2'
        table[hidden & unstated & (table[:, 2] == 0) & (table[:, 3] > 0), 2] = 1
    if hidden.any():
        filled = np.array([text != "" for text in values])
        table[(table[:, 1] == MISSING) & filled, 1] = SUPPRESSED
