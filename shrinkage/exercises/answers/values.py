"""Answers that are numbers under labels: `Labelled`, `Table` and `Number`.

A kind of answer reads plain data against the labels of the truth. It runs where the truth lives,
and trusts nothing it is given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn, Self, cast

import numpy as np
import pandas as pd
from pandas.api.types import is_string_dtype

from shrinkage.exercises.answers.plain import (
    UNFINISHED,
    Plain,
    Unreadable,
    describe,
    labelled,
    to_plain,
)
from shrinkage.exercises.language import words


@dataclass(frozen=True)
class Reading:
    """An answer in the order of the truth.

    Attributes:
        values: numbers in the shape of the truth.
        given: which of them were handed in at all.
        margin: how far each may be off by chance, beyond the task's tolerance: Monte Carlo error.
        noise: the same for a mistake, which may be on another scale; None if it is the margin.
        notes: by label of the truth, a sentence on what to do about it, where that is known.
        absent: which labels the answer does not have at all, not even as unfinished; None if it is
            of a kind that has no labels of its own.
    """

    values: np.ndarray
    given: np.ndarray
    margin: np.ndarray | float = 0.0
    notes: Mapping[str, str] = field(default_factory=dict)
    noise: np.ndarray | None = None
    absent: np.ndarray | None = None


@dataclass(frozen=True)
class Labelled:
    """One number a label: a Series or dict in any order, or a list in the order of the truth.

    `noun` is what a label is called, `name` how one of them is spelt in a sentence.
    """

    noun: str = "doctor"
    name: str = "Dr. {label}"

    numbers: ClassVar[bool] = True
    """Whether the answer is numbers that a student computes, which may be rounded or NaN."""
    whole: ClassVar[bool] = False
    """Whether it is judged as a whole, because a part of a choice tells nothing by itself."""

    named_columns: ClassVar[bool] = False
    """Whether a student knows the columns of the truth by their names."""

    @property
    def nouns(self) -> str:
        """What several labels are called."""
        return f"{self.noun[:-1]}ies" if self.noun.endswith("ty") else f"{self.noun}s"

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words(
            "one number for each {noun} (Series or dict with labels, or list in order)",
            noun=self.noun,
        )

    def spelt(self, label: object) -> str:
        """One label as it is spelt in a sentence."""
        return words(self.name, label=label if isinstance(label, str) else str(label))

    def say(self, labels: Iterable, among: Iterable = ()) -> str:
        """At most three labels, as a phrase; how many they are if they are all of `among`."""
        names = [self.spelt(label) for label in labels]
        if len(names) > 2 and len(names) == len([*among]):
            return words("all {n} {nouns}", n=len(names), nouns=self.nouns)
        return _listed(names)

    def where(self, places: np.ndarray, truth: pd.Series | pd.DataFrame) -> str:
        """Some values of the truth as a phrase: whose they are, and in which columns by name."""
        by_row = places.reshape(len(truth), -1)
        labels = truth.index[by_row.any(axis=1)]
        rows = self.say(labels, among=truth.index)
        if not self.named_columns or truth.ndim == 1 or not is_string_dtype(truth.columns):
            return rows
        there = by_row.any(axis=0)
        if there.all():
            return rows
        columns = _listed([f"'{column}'" for column in truth.columns[there]])
        if len(labels) == len(truth):
            return columns
        return words("{columns} of {rows}", columns=columns, rows=rows)

    def units(self, truth: pd.Series | pd.DataFrame) -> np.ndarray:
        """Which values of the truth are one part of the answer, by a number each, in its shape."""
        return np.zeros(truth.shape, int)

    def request(self, data: Any) -> Any:
        """What `plain` needs to know of the exercise's data, picklable; None for mere values."""
        return None

    def without_secrets(self) -> Self:
        """The same answer without its functions of the exercise's data, picklable.

        It and a `request` may go where the student's code runs: it can do `plain` and nothing else.
        """
        return self

    def plain(self, value: object, request: Any) -> Plain:
        """The answer as plain data, where the student's code ran; raises `Unreadable` only."""
        return to_plain(value)

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """The answer in the order of `truth`; raises `Unreadable` where it is of another kind."""
        assert isinstance(truth, pd.Series)
        answer = by_label(one_column(plain), truth.index, truth.notna(), self)
        values = np.full(len(truth), np.nan)
        given = np.zeros(len(truth), dtype=bool)
        for i, label in enumerate(truth.index):
            if answer.get(label, UNFINISHED) != UNFINISHED:
                values[i] = number(answer[label], self.spelt(label), self)
                given[i] = True
        return Reading(values, given, absent=~truth.index.isin([*answer]))


@dataclass(frozen=True)
class Table(Labelled):
    """A few named numbers a label: a DataFrame or a dict, rows in any order; a list of rows.

    Columns are found by name where the names are the truth's, else by position. Values are judged
    together with those in their column, or `by_row` with those of their label. With `flags`, True
    is 1 and False is 0.
    """

    by_row: bool = False
    flags: bool = False
    named_columns: ClassVar[bool] = True

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words(
            "one row for each {noun} "
            "(DataFrame with these columns, dict with labels, or list of rows in order)",
            noun=self.noun,
        )

    def units(self, truth: pd.Series | pd.DataFrame) -> np.ndarray:
        """The columns, or the rows."""
        rows, columns = np.indices(truth.shape)
        return rows if self.by_row else columns

    def plain(self, value: object, request: None) -> Plain:
        """The answer as plain data."""
        return _numbers(to_plain(value)) if self.flags else to_plain(value)

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """The answer in the order of `truth`; raises `Unreadable` where it is of another kind."""
        assert isinstance(truth, pd.DataFrame)
        columns = list(truth.columns)
        by_column = isinstance(plain, dict) and set(plain) == set(columns)
        if by_column:
            plain = [plain[column] for column in columns]
        if by_column or (isinstance(plain, list) and len(plain) == len(columns) != len(truth)):
            # Column by column, as in (lower, upper)
            one = Labelled(self.noun, self.name)
            readings = [
                one.read(_for_all(p, len(truth)), truth[c])
                for p, c in zip(cast("list", plain), columns, strict=True)
            ]
            return Reading(
                np.column_stack([reading.values for reading in readings]),
                np.column_stack([reading.given for reading in readings]),
                absent=np.all([reading.absent for reading in readings], axis=0),
            )
        if isinstance(plain, list) and all(isinstance(r, dict) and self.noun in r for r in plain):
            plain = labelled((row[self.noun] for row in plain), plain)
        answer = by_label(plain, truth.index, truth.notna().all(axis=1), self)

        values = np.full(truth.shape, np.nan)
        given = np.zeros(truth.shape, dtype=bool)
        for i, label in enumerate(truth.index):
            row = answer.get(label, UNFINISHED)
            if row == UNFINISHED:
                continue
            if row is None:  # no interval at all
                row = [None] * len(columns)
            found = describe(row)
            if isinstance(row, dict):
                row = [row[c] for c in columns] if set(columns) <= set(row) else [*row.values()]
            if not isinstance(row, list) or len(row) != len(columns):
                raise Unreadable(
                    words("{what} for {whose}", what=found, whose=self.spelt(label)),
                    words(
                        "Give each {noun} {n} numbers: {columns}.",
                        noun=self.noun,
                        n=len(columns),
                        columns=", ".join(columns),
                    ),
                )
            for j, item in enumerate(row):
                if item != UNFINISHED:
                    values[i, j] = number(item, self.spelt(label), self)
                    given[i, j] = True
        return Reading(values, given, absent=~truth.index.isin([*answer]))


@dataclass(frozen=True)
class Number(Labelled):
    """A single number; the truth has one label, what the number is called."""

    noun: str = "value"
    name: str = "{label}"

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words("one number")

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """The answer under the truth's one label; raises `Unreadable` if it is not a number."""
        assert isinstance(truth, pd.Series)
        while isinstance(plain, list | dict) and len(plain) == 1:  # an array or Series of one value
            [plain] = plain.values() if isinstance(plain, dict) else plain
        if isinstance(plain, list | dict | bool) or (
            isinstance(plain, str) and plain != UNFINISHED
        ):
            raise Unreadable(describe(plain), "Hand in one number.")
        return super().read([plain], truth)


def left_behind(data: Any) -> NoReturn:
    """In place of a function of the exercise's data, where these are not there."""
    raise TypeError("an answer without its secrets cannot say what to ask for: use its request")


def _numbers(plain: Plain) -> Plain:
    """The same without truth values, but for one that stands by itself."""
    match plain:
        case dict():
            return {k: float(v) if isinstance(v, bool) else _numbers(v) for k, v in plain.items()}
        case list():
            return [float(v) if isinstance(v, bool) else _numbers(v) for v in plain]
    return plain


def _listed(names: list[str]) -> str:
    """At most three names as a phrase; of more the first two, and how many are left."""
    if len(names) > 3:
        return words(
            "{first}, {second} and {n} more", first=names[0], second=names[1], n=len(names) - 2
        )
    if len(names) == 3:
        return words(
            "{first}, {second} and {third}", first=names[0], second=names[1], third=names[2]
        )
    if len(names) == 2:
        return words("{first} and {second}", first=names[0], second=names[1])
    return names[0]


def one_column(plain: Plain) -> Plain:
    """The values of a table of one column, which is as good as a Series; all else as it is."""
    if isinstance(plain, dict) and plain and all(map(_single, plain.values())):
        return {label: _item(row) for label, row in plain.items()}
    if isinstance(plain, list) and plain and all(map(_single, plain)):
        return [_item(row) for row in plain]
    return plain


def _single(row: Plain) -> bool:
    return isinstance(row, dict | list) and len(row) == 1


def _item(row: Any) -> Plain:
    return next(iter(row.values() if isinstance(row, dict) else row))


def _for_all(plain: Plain, size: int) -> Plain:
    """A number that is meant for every label, as a list; all else as it is."""
    one = isinstance(plain, int | float) and not isinstance(plain, bool)
    return [plain] * size if one else plain


def by_label(plain: Plain, labels: pd.Index, has_value: pd.Series, answer: Labelled) -> dict:
    """The answer as a dict from label to item; items without labels are in the truth's order.

    Raises `Unreadable` where there are too many or too few, or labels that the truth lacks.
    """
    if isinstance(plain, list):
        if len(plain) == len(labels):
            plain = dict(zip(labels, plain, strict=True))
        elif len(plain) == has_value.sum():  # those that have no value were left out
            plain = dict(zip(labels[has_value], plain, strict=True))
        else:
            raise Unreadable(
                describe(plain),
                words(
                    "There are {n} {nouns}: hand in something for each of them, in order, or label "
                    "what you have.",
                    n=len(labels),
                    nouns=answer.nouns,
                ),
            )
    if plain is None:
        raise Unreadable(
            describe(plain),
            "Does the code end with a value? A function without `return` gives None.",
        )
    if not isinstance(plain, dict):
        raise Unreadable(
            describe(plain),
            words(
                "There are {n} {nouns}: hand in something for each of them.",
                n=len(labels),
                nouns=answer.nouns,
            ),
        )
    unknown = [label for label in plain if label not in labels]
    if unknown:
        raise Unreadable(
            words(
                "{what}; '{label}' is not among the {nouns}",
                what=describe(plain),
                label=str(unknown[0])[:20],
                nouns=answer.nouns,
            ),
            words("Use the labels {labels}, and no others.", labels=", ".join(map(str, labels))),
        )
    return plain


def number(item: Plain, whose: str, answer: Labelled) -> float:
    """A float, NaN where the item is missing; raises `Unreadable` if it is not a number."""
    if item is None:
        return math.nan
    if isinstance(item, int | float) and not isinstance(item, bool):
        try:
            return float(item)
        except OverflowError:
            return math.inf
    if isinstance(item, list) and len(item) == 1:  # an array of one value
        return number(item[0], whose, answer)
    if isinstance(item, dict | list):
        raise Unreadable(
            words("{what} for {whose}", what=describe(item), whose=whose),
            "Hand in one number: of a table, take the column that holds the answer."
            if type(answer) is Labelled
            else "Hand in one number there: of several, take the one that is asked for.",
        )
    raise Unreadable(
        words("{what} for {whose}", what=describe(item), whose=whose),
        "Hand in numbers, not text and not True or False.",
    )
