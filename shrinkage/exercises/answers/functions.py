"""A function as an answer: called at arguments of the check's own, graded by what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd

from shrinkage.exercises.answers.plain import (
    UNFINISHED,
    Plain,
    Unreadable,
    describe,
    to_plain,
    what_is,
)
from shrinkage.exercises.answers.values import Labelled, Reading, number
from shrinkage.exercises.language import words


@dataclass(frozen=True, kw_only=True)
class Function(Labelled):
    """A function of the arguments `takes`; `calls` gives, for the exercise's data, what to call.

    The truth has a row for each call, and its columns are the values that the call returns; a
    shorter row ends in NaN. See `calls_table`.
    """

    takes: str
    calls: Callable[[Any], Mapping[str, tuple]]
    noun: str = "call"
    name: str = "the call with {}"

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words("a function of ({takes})", takes=self.takes)

    def plain(self, value: object, data: Any) -> Plain:
        """What the function returns for each call; raises `Unreadable` where it raises."""
        if value is ...:
            return UNFINISHED
        if not callable(value) or isinstance(value, type):
            raise Unreadable(
                words("{what}, which is no function", what=what_is(value)),
                words(
                    "Hand in the function itself, without parentheses: `def name({takes}):`.",
                    takes=self.takes,
                ),
            )
        found = {}
        for label, arguments in self.calls(data).items():
            try:
                with redirect_stdout(StringIO()):  # what it prints, it would print for each call
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
                        "Call it by itself with {label}, and repair what it complains about.",
                        label=label,
                    ),
                ) from None
            if result is ...:
                return UNFINISHED
            found[label] = to_plain(result)
        return found

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """The values returned, a row a call; raises `Unreadable` where their shape is another."""
        assert isinstance(truth, pd.DataFrame)
        if not isinstance(plain, dict):
            raise Unreadable(describe(plain), "Hand in the function itself.")
        values = np.full(truth.shape, np.nan)
        for i, label in enumerate(truth.index):
            result = plain.get(label)
            expected = int(truth.iloc[i].notna().sum())
            if result is None:
                raise Unreadable(
                    words("a function that returns None for {label}", label=label),
                    "Does it end in `return`?",
                )
            if isinstance(result, dict):
                result = [*result.values()]
            if not isinstance(result, list):
                result = [result]
            if len(result) != expected:
                raise Unreadable(
                    words("{what} for {whose}", what=describe(result), whose=label),
                    words("There is one value to return.")
                    if expected == 1
                    else words(
                        "There are {n} values to return: work element by element, without a loop "
                        "or an `if`.",
                        n=expected,
                    ),
                )
            for j, item in enumerate(result):
                values[i, j] = number(item, self.name.format(label), self)
        return Reading(values, np.full(truth.shape, True))


def calls_table(function: Callable, calls: Mapping[str, tuple]) -> pd.DataFrame:
    """A truth for `Function`: what a right function returns for each call, padded with NaN."""
    rows = {label: pd.Series(np.ravel(function(*a)), dtype=float) for label, a in calls.items()}
    return pd.DataFrame(rows).T
