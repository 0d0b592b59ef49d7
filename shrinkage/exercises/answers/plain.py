"""From any object to bounded plain data: what leaves the process in which a student's code ran.

`to_plain` takes values; a kind of answer that is more than values (a fit, a model, a function, a
picture) has a method `plain` of its own, which ends in the same few types. `as_plain` is for who
receives them: it takes what may have been forged on the way.
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
ANY_VALUES = 100_000  # of any kind: a picture has up to 6 axes, each with 4,000 marks of 3 values
ANY_DEPTH = MAX_DEPTH + 1  # of any kind: what a function returned is under the name of its call
UNFINISHED = "..."


class Unreadable(ValueError):
    """An answer that is not of the kind asked for: what was found, and what to try next."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found}. {remedy}")
        self.found = found
        self.remedy = remedy


def to_plain(value: object, budget: Iterator | None = None) -> Plain:
    """Plain data that says the same as `value`.

    A Series, a DataFrame or a DataArray keeps its labels, unless they only count from zero.
    `budget` is shared by values that belong together, and ends with the last that is allowed.
    Raises `Unreadable`, and nothing else, whatever the object does.
    """
    try:
        return _plain(value, 0, iter(range(MAX_VALUES)) if budget is None else budget)
    except Unreadable:
        raise
    except Exception:  # the object is the student's: its own methods may raise anything
        raise Unreadable(
            words("{what} that cannot be read", what=article(type(value).__name__)),
            _HAND_IN,
        ) from None


def as_plain(raw: object) -> Plain:
    """Plain data from what a JSON decoder made of bytes that a student's code may have written.

    Nothing but the types of `Plain` passes, no subclass either: at most `ANY_VALUES` of them, lists
    and dicts counted too, in at most `ANY_DEPTH` levels, which is room for every kind of answer.
    Numbers become floats, NaN None, and texts and labels are cut to `MAX_TEXT` characters.
    Raises `Unreadable`, and nothing else.
    """
    return _bounded(raw, 0, iter(range(ANY_VALUES)))


def _bounded(raw: object, depth: int, budget: Iterator) -> Plain:
    if next(budget, None) is None:
        raise _too_many(ANY_VALUES)
    if depth > ANY_DEPTH:
        raise _too_deep()
    if raw is None or type(raw) is bool:
        return raw
    if type(raw) is str:
        return _text(raw)
    if type(raw) is int or type(raw) is float:
        return _number(raw)
    if type(raw) is list:
        return [_bounded(item, depth + 1, budget) for item in raw]
    if type(raw) is dict:
        found = {}
        for label, item in raw.items():
            if type(label) is not str or (label := _text(label)) in found:
                raise Unreadable("labels that are not texts which differ", _HAND_IN)
            found[label] = _bounded(item, depth + 1, budget)
        return found
    raise Unreadable(article(type(raw).__name__[:MAX_TEXT]), _HAND_IN)


_HAND_IN = words("Hand in numbers: a Series, a dict, a list or an array.")


def _too_many(values: int) -> Unreadable:
    return Unreadable(
        words("more than {n} values", n=f"{values:,}"),
        words("Summarise first: the answer is much shorter."),
    )


def _too_deep() -> Unreadable:
    return Unreadable(words("lists inside lists inside lists"), words("Flatten the answer."))


def _text(text: str) -> str:
    """A text cut to its bound, without the halves of characters that no file can hold."""
    return text[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")


def _number(number: float | Real | Decimal) -> float | None:
    try:
        found = float(number)
    except OverflowError:
        raise Unreadable(words("a number that is too large to compute with"), _HAND_IN) from None
    return None if math.isnan(found) else found


def _plain(value: Any, depth: int, budget: Iterator) -> Plain:
    size = getattr(value, "size", 0)
    if next(budget, None) is None or (isinstance(size, int) and size > MAX_VALUES):
        raise _too_many(MAX_VALUES)
    if depth > MAX_DEPTH:
        raise _too_deep()
    if value is ...:
        return UNFINISHED
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, Real | Decimal):
        return _number(value)
    if isinstance(value, BaseException):
        raise Unreadable(
            words("an exception, {what}", what=type(value).__name__),
            "Run your cell by itself and repair what it complains about.",
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
        _HAND_IN,
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
    """Items under their labels, or in order where the index only counts from zero."""
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
    return _text(re.sub(r"^dr\.?\s+", "", str(label).strip(), flags=re.IGNORECASE))


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
