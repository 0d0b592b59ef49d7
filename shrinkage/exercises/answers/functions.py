"""A function as an answer: called at arguments of the check's own, graded by what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from pandas.api.types import is_string_dtype

from shrinkage.exercises.answers.plain import (
    MAX_VALUES,
    UNFINISHED,
    Plain,
    Unreadable,
    describe,
    to_plain,
    what_is,
)
from shrinkage.exercises.answers.values import Labelled, Reading, left_behind, number
from shrinkage.exercises.language import words


@dataclass(frozen=True, kw_only=True)
class Function(Labelled):
    """A function of the arguments `takes`; `calls` gives, for the exercise's data, what to call.

    The truth has a row for each call, and its columns are the values that the call returns; a
    shorter row ends in NaN. See `calls_table`. A dict with the columns' names may be in any order.
    """

    takes: str
    calls: Callable[[Any], Mapping[str, tuple]]
    noun: str = "call"
    name: str = "the call with {label}"
    named_columns: ClassVar[bool] = True

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words("a function of ({takes})", takes=self.takes)

    def request(self, data: Any) -> dict[str, tuple]:
        """The arguments of each call, by what the call is called."""
        return dict(self.calls(data))

    def without_secrets(self) -> Self:
        """The same answer without its calls."""
        return replace(self, calls=left_behind)

    def plain(self, value: object, request: Mapping[str, tuple]) -> Plain:
        """What the function returns for each call; raises `Unreadable` where it raises."""
        if value is ...:
            return UNFINISHED
        if not callable(value) or isinstance(value, type):
            raise Unreadable(
                words("{what}, which is no function", what=what_is(value)),
                words(
                    "Define a function of `{takes}` with `def`, and hand in the function itself, "
                    "by its name alone.",
                    takes=self.takes,
                ),
            )
        found, budget = {}, iter(range(MAX_VALUES))
        for label, arguments in request.items():
            try:
                with redirect_stdout(StringIO()):  # it would print once for each call
                    result = value(*deepcopy(arguments))
            except BaseException as error:  # the function is the student's: it may even exit
                if isinstance(error, KeyboardInterrupt):
                    raise
                what = f"{type(error).__name__}: {error}".replace("`", "'").splitlines()[0][:140]
                raise Unreadable(
                    words(
                        "a function that raised `{error}` for {label}",
                        error=what.removesuffix(": "),
                        label=label,
                    ),
                    words(
                        "Call it by itself with such arguments, {arguments}, and repair what it "
                        "complains about.",
                        arguments=self._shown(arguments),
                    ),
                ) from None
            if result is ...:
                return UNFINISHED
            found[label] = to_plain(result, budget)
        return found

    def _shown(self, arguments: tuple) -> str:
        """The arguments of a call as a student can type them."""
        names = [name.strip() for name in self.takes.split(",")]
        shown = [f"`{n} = {_typed(x)}`" for n, x in zip(names, arguments, strict=False)]
        return ", ".join(shown)

    def units(self, truth: pd.Series | pd.DataFrame) -> np.ndarray:
        """The values that each call returns, by their place."""
        return np.broadcast_to(np.arange(truth.shape[-1]), truth.shape)

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """The values returned, a row a call; raises `Unreadable` where their shape is another."""
        assert isinstance(truth, pd.DataFrame)
        if not isinstance(plain, dict):
            raise Unreadable(describe(plain), "Hand in the function itself.")
        values = np.full(truth.shape, np.nan)
        for i, label in enumerate(truth.index):
            result = plain.get(label)
            expected = int(truth.iloc[i].notna().sum())
            found = describe(result)
            if result is None:
                raise Unreadable(
                    words("a function that returns None for {label}", label=label),
                    "Does it end in `return`, whatever it is called with?",
                )
            if isinstance(result, dict):
                names = truth.columns if {*truth.columns} == {*result} else [*result]
                result = [result[name] for name in names]
            if not isinstance(result, list):
                result = [result]
            if len(result) != expected:
                raise Unreadable(
                    words("{what} for {whose}", what=found, whose=label),
                    self._how_many(expected, len(result), truth),
                )
            for j, item in enumerate(result):
                values[i, j] = self._value(item, label)
        return Reading(values, np.full(truth.shape, True))

    def _value(self, item: Plain, label: object) -> float:
        """One value that a call returned."""
        return number(item, self.spelt(label), self)

    @staticmethod
    def _how_many(expected: int, found: int, truth: pd.DataFrame) -> str:
        columns = truth.columns
        if expected == 1:
            return words("There is one value to return.")
        if is_string_dtype(columns):
            return words(
                "There are {n} values to return: {columns}.",
                n=expected,
                columns=", ".join(columns),
            )
        if found == 1 and truth.notna().sum(axis=1).nunique() > 1:  # as many as it is called with
            return words(
                "There are {n} values to return, one for each entry of the arrays that it is "
                "called with: work element by element.",
                n=expected,
            )
        return words("There are {n} values to return.", n=expected)


def calls_table(function: Callable, calls: Mapping[str, tuple]) -> pd.DataFrame:
    """A truth for `Function`: what a right function returns for each call, padded with NaN.

    Where it returns a dict, that names the columns.
    """

    names, rows = None, []
    for arguments in calls.values():
        returned = function(*arguments)
        if isinstance(returned, dict):
            names, returned = [*returned], [*returned.values()]
        rows.append(np.ravel(np.asarray(returned, float)))
    values = np.full((len(rows), max(map(len, rows))), np.nan)
    for i, row in enumerate(rows):
        values[i, : len(row)] = row
    return pd.DataFrame(values, [*calls], names)


def called(
    function: Callable, calls: Callable[[Any], Mapping[str, tuple]]
) -> Callable[..., pd.DataFrame]:
    """A truth for `Function` whose steps are the keyword arguments of the right function."""

    def table(data: Any, **steps: Any) -> pd.DataFrame:
        with np.errstate(all="ignore"):
            return calls_table(partial(function, **steps), calls(data))

    return table


def _typed(argument: Any) -> str:
    """An argument in code, in short."""
    if isinstance(argument, pd.Series) and is_string_dtype(argument.index):
        items = (f"{label!r}: {_typed(item)}" for label, item in argument.items())
        return f"pd.Series({{{', '.join(items)}}})"
    if isinstance(argument, np.ndarray | pd.Series | list | tuple):
        numbers = [_typed(item) for item in list(argument)[:12]]
        more = ", ..." if len(argument) > 12 else ""
        return f"np.array([{', '.join(numbers)}{more}])"
    if isinstance(argument, float | np.floating):
        return f"{argument:.3g}"
    return repr(argument)[:80]
