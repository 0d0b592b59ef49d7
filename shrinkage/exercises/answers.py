"""From what a student hands in to numbers that can be compared.

Two steps, because they may run in two processes.
`to_plain` turns any object into bounded plain data and runs where the student's objects live.
An answer type, `Labelled` or `Table`, reads plain data against the labels of the truth;
it runs where the truth lives and trusts nothing it is given.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

Plain = None | bool | float | str | list | dict
"""Numbers, text, lists and dicts with text keys; a missing value is None, unfinished is '...'."""

MAX_VALUES = 10_000  # no answer of the course has more; a bigger one is a mistake or an attack
MAX_DEPTH = 4
MAX_TEXT = 80
UNFINISHED = "..."


class Unreadable(ValueError):
    """An answer that is not of the kind asked for: what was found, and what to try next."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found}. {remedy}")
        self.found = found
        self.remedy = remedy


@dataclass(frozen=True)
class Reading:
    """An answer in the order of the truth: `values`, and which of them were `given` at all."""

    values: np.ndarray
    given: np.ndarray


def to_plain(value: object) -> Plain:
    """Plain data that says the same as `value`.

    A Series, a DataFrame or a DataArray keeps its labels, unless they only count from zero.
    Raises `Unreadable`, and nothing else, whatever the object does.
    """
    try:
        return _plain(value, 0, iter(range(MAX_VALUES)))
    except Unreadable:
        raise
    except Exception:  # the object is the student's: its own methods may raise anything
        raise Unreadable(
            f"{_a(type(value).__name__)} that cannot be read",
            "Hand in numbers: a Series, a dict, a list or an array.",
        ) from None


def _plain(value: Any, depth: int, budget: Iterator[int]) -> Plain:
    size = getattr(value, "size", 0)
    if next(budget, None) is None or (isinstance(size, int) and size > MAX_VALUES):
        raise Unreadable(
            f"more than {MAX_VALUES:,} values",
            "Summarise first: the answer is much shorter.",
        )
    if depth > MAX_DEPTH:
        raise Unreadable("lists inside lists inside lists", "Flatten the answer.")
    if value is ...:
        return UNFINISHED
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, Real | Decimal):
        number = float(value)
        return None if math.isnan(number) else number
    if isinstance(value, BaseException):
        raise Unreadable(
            f"an exception, {type(value).__name__}",
            "Run the cell above by itself and repair what it complains about.",
        )

    def each(items: Iterable) -> list:
        return [_plain(item, depth + 1, budget) for item in items]

    if isinstance(value, Mapping):
        return _labelled(value.keys(), each(value.values()))
    if isinstance(value, pd.Series):
        return _with_index(value.index, each(value.tolist()))
    if isinstance(value, pd.DataFrame):
        rows = value.itertuples(index=False, name=None)
        rows = [_labelled(value.columns, each(row)) for row in rows]
        return _with_index(value.index, rows)
    if hasattr(value, "to_series") and getattr(value, "ndim", 0) == 1:  # a DataArray, an Index
        return _plain(value.to_series(), depth + 1, budget)
    if isinstance(value, np.ndarray):
        return _plain(value.tolist(), depth, budget)
    if isinstance(value, list | tuple | range | ValuesView | pd.api.extensions.ExtensionArray):
        return each(value)
    if callable(value):
        name = getattr(value, "__name__", type(value).__name__)[:MAX_TEXT]
        raise Unreadable(
            f"the function `{name}` itself",
            "Call it, with parentheses, and hand in what it returns.",
        )
    if hasattr(value, "groups"):
        raise Unreadable(
            "groups that have not been summarised",
            "Say what to compute in each group: a mean, a sum, a size.",
        )
    if isinstance(value, set | frozenset):
        raise Unreadable("a set, which has no order", "Use a list, or label the values.")
    if hasattr(value, "__next__"):
        raise Unreadable(
            f"{_a(type(value).__name__)}, which has not been run",
            "Put `list(...)` around it.",
        )
    raise Unreadable(
        f"{_a(type(value).__name__)}",
        "Hand in numbers: a Series, a dict, a list or an array.",
    )


def _with_index(index: pd.Index, items: list) -> Plain:
    """Items under their labels; labels that only count from zero are no labels."""
    if index.equals(pd.RangeIndex(len(index))):
        return items
    return _labelled(index, items)


def _labelled(labels: Iterable, items: Iterable) -> dict:
    labelled = {}
    for label, item in zip(labels, items, strict=True):
        label = _label(label)
        if label in labelled:
            raise Unreadable(
                f"the label '{label}' more than once",
                "Give each label one value, for instance by grouping first.",
            )
        labelled[label] = item
    return labelled


def _label(label: object) -> str:
    """'Dr. K' and 'K' are the same label."""
    return re.sub(r"^dr\.?\s+", "", str(label).strip(), flags=re.IGNORECASE)[:MAX_TEXT]


def _a(noun: str) -> str:
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"


@dataclass(frozen=True)
class Labelled:
    """One number a label: a Series or dict in any order, or a list in the order of the truth.

    `noun` is what a label is called, `name` how one of them is spelt in a sentence.
    """

    noun: str = "doctor"
    name: str = "Dr. {}"

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return f"one number for each {self.noun} (Series or dict with labels, or list in order)"

    def say(self, labels: Iterable) -> str:
        """At most three labels, as a phrase."""
        names = [self.name.format(label) for label in labels]
        rest = [f"{len(names) - 2} more"] if len(names) > 3 else []
        names = names[:2] + rest if rest else names
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    def read(self, plain: Plain, truth: pd.Series) -> Reading:
        """The answer in the order of `truth`; raises `Unreadable` where it is of another kind."""
        answer = _by_label(plain, truth.index, truth.notna(), self)
        values = np.full(len(truth), np.nan)
        given = np.zeros(len(truth), dtype=bool)
        for i, label in enumerate(truth.index):
            if answer.get(label, UNFINISHED) != UNFINISHED:
                values[i] = _number(answer[label], self.name.format(label), self)
                given[i] = True
        return Reading(values, given)


@dataclass(frozen=True)
class Table(Labelled):
    """A few named numbers a label: a DataFrame or a dict, rows in any order; a list of rows.

    Columns are found by name where the names are the truth's, else by position.
    """

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return (
            f"one row for each {self.noun} "
            "(DataFrame with these columns, dict with labels, or list of rows in order)"
        )

    def read(self, plain: Plain, truth: pd.DataFrame) -> Reading:
        """The answer in the order of `truth`; raises `Unreadable` where it is of another kind."""
        columns = list(truth.columns)
        if isinstance(plain, dict) and set(plain) == set(columns):
            plain = [plain[column] for column in columns]
        if isinstance(plain, list) and len(plain) == len(columns) != len(truth):
            # Column by column, as in (lower, upper)
            one = Labelled(self.noun, self.name)
            readings = [one.read(p, truth[c]) for p, c in zip(plain, columns, strict=True)]
            values = np.column_stack([reading.values for reading in readings])
            return Reading(values, np.column_stack([reading.given for reading in readings]))
        if isinstance(plain, list) and all(isinstance(r, dict) and self.noun in r for r in plain):
            plain = _labelled((row[self.noun] for row in plain), plain)
        answer = _by_label(plain, truth.index, truth.notna().all(axis=1), self)

        values = np.full(truth.shape, np.nan)
        given = np.zeros(truth.shape, dtype=bool)
        for i, label in enumerate(truth.index):
            row = answer.get(label, UNFINISHED)
            if row == UNFINISHED:
                continue
            if row is None:  # no interval at all
                row = [None] * len(columns)
            if isinstance(row, dict):
                row = [row[c] for c in columns] if set(columns) <= set(row) else [*row.values()]
            if not isinstance(row, list) or len(row) != len(columns):
                raise Unreadable(
                    f"{_describe(row)} for {self.name.format(label)}",
                    f"Give each {self.noun} {len(columns)} numbers: {', '.join(columns)}.",
                )
            for j, item in enumerate(row):
                if item != UNFINISHED:
                    values[i, j] = _number(item, self.name.format(label), self)
                    given[i, j] = True
        return Reading(values, given)


def _by_label(plain: Plain, labels: pd.Index, has_value: pd.Series, answer: "Labelled") -> dict:
    """The answer as a dict from label to item; items without labels are in the truth's order."""
    if isinstance(plain, list):
        if len(plain) == len(labels):
            plain = dict(zip(labels, plain, strict=True))
        elif len(plain) == has_value.sum():  # those that have no value were left out
            plain = dict(zip(labels[has_value], plain, strict=True))
        else:
            raise Unreadable(
                _describe(plain),
                f"There are {len(labels)} {answer.noun}s: hand in something for each of them, "
                "in order, or label what you have.",
            )
    if plain is None:
        raise Unreadable(
            _describe(plain),
            "Does the cell above end with a value? A function without `return` gives None.",
        )
    if not isinstance(plain, dict):
        raise Unreadable(
            _describe(plain),
            f"There are {len(labels)} {answer.noun}s: hand in something for each of them.",
        )
    unknown = [label for label in plain if label not in labels]
    if unknown:
        raise Unreadable(
            f"{_describe(plain)}; '{str(unknown[0])[:20]}' is not among the {answer.noun}s",
            f"Use the labels {', '.join(map(str, labels))}, and no others.",
        )
    return plain


def _number(item: Plain, whose: str, answer: "Labelled") -> float:
    """A float, NaN where the item is missing."""
    if item is None:
        return math.nan
    if isinstance(item, int | float) and not isinstance(item, bool):
        try:
            return float(item)
        except OverflowError:
            return math.inf
    if isinstance(item, dict | list) and type(answer) is Labelled:
        raise Unreadable(
            f"{_describe(item)} for {whose}",
            "Hand in one number: of a table, take the column that holds the answer.",
        )
    raise Unreadable(
        f"{_describe(item)} for {whose}", "Hand in numbers, not text and not True or False."
    )


def _describe(plain: Plain) -> str:
    """What plain data looks like, as a phrase."""
    match plain:
        case None:
            return "no value (None or NaN)"
        case bool():
            return "True or False"
        case int() | float():
            return "a single number"
        case str():
            return f"the text '{plain[:MAX_TEXT]}'"
        case dict():
            return f"values labelled {_few(plain)}" if plain else "an empty dict or table"
        case [] | ():
            return "nothing in it"
        case [dict() as row, *_]:
            return f"a table of {len(plain)} rows with columns {_few(row)}"
        case [list() as row, *_]:
            return f"{len(plain)} row{'s' * (len(plain) > 1)} of {len(row)} values"
        case [_]:
            return "a single value in a list"
        case [*_]:
            return f"{len(plain)} values"
    return "something else"


def _few(labels: list | dict) -> str:
    shown = [str(label)[:20] for label in labels][:4]
    return ", ".join(shown) + (", …" if len(labels) > 4 else "")
