"""From any object to bounded plain data: what leaves the process in which a student's code ran.

`to_plain` takes values; a kind of answer that is more than values (a fit, a model, a function, a
picture) has a method `plain` of its own, which ends in the same few types.
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, ValuesView
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from shrinkage.exercises.language import words

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
            words("{what} that cannot be read", what=article(type(value).__name__)),
            "Hand in numbers: a Series, a dict, a list or an array.",
        ) from None


def _plain(value: Any, depth: int, budget: Iterator[int]) -> Plain:
    size = getattr(value, "size", 0)
    if next(budget, None) is None or (isinstance(size, int) and size > MAX_VALUES):
        raise Unreadable(
            words("more than {n} values", n=f"{MAX_VALUES:,}"),
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
            words("an exception, {what}", what=type(value).__name__),
            "Run the cell above by itself and repair what it complains about.",
        )

    def each(items: Iterable) -> list:
        return [_plain(item, depth + 1, budget) for item in items]

    if isinstance(value, Mapping):
        return labelled(value.keys(), each(value.values()))
    if isinstance(value, pd.Series):
        return _with_index(value.index, each(value.tolist()))
    if isinstance(value, pd.DataFrame):
        rows = value.itertuples(index=False, name=None)
        rows = [labelled(value.columns, each(row)) for row in rows]
        return _with_index(value.index, rows)
    if hasattr(value, "to_series"):  # a DataArray, an Index
        return _plain(_by_dimensions(value), depth + 1, budget)
    if isinstance(value, np.ndarray):
        return _plain(value.tolist(), depth, budget)
    if isinstance(value, list | tuple | range | ValuesView | pd.api.extensions.ExtensionArray):
        return each(value)
    if callable(value):
        name = getattr(value, "__name__", type(value).__name__)[:MAX_TEXT]
        raise Unreadable(
            words("the function `{name}` itself", name=name),
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
            words("{what}, which has not been run", what=article(type(value).__name__)),
            "Put `list(...)` around it.",
        )
    raise Unreadable(
        article(type(value).__name__),
        "Hand in numbers: a Series, a dict, a list or an array.",
    )


def _by_dimensions(array: Any) -> Any:
    """A DataArray or an Index as something with as many dimensions: a number, a Series, a table."""
    match array.ndim:
        case 0:
            return array.item()
        case 1:
            return array.to_series()
        case 2:
            return array.to_pandas()
    return array.to_numpy()


def _with_index(index: pd.Index, items: list) -> Plain:
    """Items under their labels; labels that only count from zero are no labels."""
    if index.equals(pd.RangeIndex(len(index))):
        return items
    return labelled(index, items)


def labelled(labels: Iterable, items: Iterable) -> dict:
    """Items under their labels, which must differ."""
    found = {}
    for label, item in zip(labels, items, strict=True):
        label = label_of(label)
        if label in found:
            raise Unreadable(
                words("the label '{label}' more than once", label=label),
                "Give each label one value, for instance by grouping first.",
            )
        found[label] = item
    return found


def label_of(label: object) -> str:
    """A label as text; 'Dr. K' and 'K' are the same."""
    return re.sub(r"^dr\.?\s+", "", str(label).strip(), flags=re.IGNORECASE)[:MAX_TEXT]


def article(noun: str) -> str:
    """The noun with its article."""
    return words("an {noun}" if noun[:1].lower() in "aeiou" else "a {noun}", noun=noun)


def what_is(value: object) -> str:
    """Any object as a phrase."""
    try:
        return describe(to_plain(value))
    except Unreadable as odd:
        return odd.found


def describe(plain: Plain) -> str:
    """What plain data looks like, as a phrase."""
    match plain:
        case None:
            return words("no value (None or NaN)")
        case bool():
            return words("True or False")
        case int() | float():
            return words("a single number")
        case str():
            return words("the text '{text}'", text=plain[:MAX_TEXT])
        case dict():
            if not plain:
                return words("an empty dict or table")
            return words("values labelled {labels}", labels=few(plain))
        case [] | ():
            return words("nothing in it")
        case [dict() as row, *_]:
            return words(
                "a table of {n} rows with columns {columns}"
                if len(plain) > 1
                else "a table of {n} row with columns {columns}",
                n=len(plain),
                columns=few(row),
            )
        case [list() as row, *_]:
            return words(
                "{n} rows of {k} values" if len(plain) > 1 else "{n} row of {k} values",
                n=len(plain),
                k=len(row),
            )
        case [_]:
            return words("a single value in a list")
        case [*_]:
            return words("{n} values", n=len(plain))
    return words("something else")


def few(labels: Collection) -> str:
    """The first labels, as a phrase."""
    shown = [str(label)[:20] for label in labels][:4]
    return ", ".join(shown) + (", …" if len(labels) > 4 else "")
