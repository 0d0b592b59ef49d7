"""Answers that choose: `Chosen` some of the labels, `Matched` one of a few words for each label.

`Rule` is a function that chooses a word for each case. All become numbers, so that a task compares
them as it compares any other answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from shrinkage.exercises.answers.functions import Function
from shrinkage.exercises.answers.plain import (
    UNFINISHED,
    Plain,
    Unreadable,
    describe,
    label_of,
    to_plain,
)
from shrinkage.exercises.answers.values import Labelled, Reading, by_label, one_column
from shrinkage.exercises.language import words


@dataclass(frozen=True)
class Chosen(Labelled):
    """Some of the labels: a list of them, or one by itself. In the truth 1 is chosen and 0 is not.

    A Series or dict that gives every label True or False will do.
    """

    numbers: ClassVar[bool] = False
    whole: ClassVar[bool] = True

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words(
            "the names of the {nouns} chosen (a list of texts, or one text)",
            nouns=self.nouns,
        )

    def plain(self, value: object, request: None) -> Plain:
        """The answer as plain data; a set is fine, because the order does not matter."""
        is_set = isinstance(value, set | frozenset)
        return to_plain(sorted(map(str, value)) if is_set else value)

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """1 for each label that is chosen; raises `Unreadable` where it is of another kind."""
        assert isinstance(truth, pd.Series)
        if isinstance(plain, dict) and plain and all(isinstance(v, bool) for v in plain.values()):
            plain = [label for label, chosen in plain.items() if chosen]
        if isinstance(plain, dict) and all(isinstance(v, str) for v in plain.values()):
            plain = [*plain.values()]
        if isinstance(plain, str):
            plain = [plain]
        if not isinstance(plain, list) or not all(isinstance(item, str) for item in plain):
            raise Unreadable(
                describe(plain),
                words(
                    "Write the {nouns} as texts in a list: {options}.",
                    nouns=self.nouns,
                    options=_quoted(truth.index),
                ),
            )
        chosen = [label_of(item) for item in plain]
        strangers = [item for item in chosen if item not in truth.index]
        if strangers:
            raise Unreadable(
                words("'{label}' among the choices", label=strangers[0][:20]),
                words(
                    "The {nouns} to choose from are {options}.",
                    nouns=self.nouns,
                    options=_quoted(truth.index),
                ),
            )
        return Reading(truth.index.isin(chosen).astype(float), np.full(len(truth), True))


@dataclass(frozen=True, kw_only=True)
class Matched(Labelled):
    """One of a few words for each label; `options` are the words, the truth holds their codes."""

    options: tuple[str, ...]

    numbers: ClassVar[bool] = False
    whole: ClassVar[bool] = True

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words(
            "one of {options} for each {noun} (Series or dict with labels, or list in order)",
            options=_quoted(self.options),
            noun=self.noun,
        )

    def codes(self, chosen: Mapping[str, str] | pd.Series) -> pd.Series:
        """The words of a truth or a mistake as numbers, by label."""
        return _codes(chosen, self.options)

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """The codes in the order of `truth`; raises `Unreadable` where it is of another kind."""
        assert isinstance(truth, pd.Series)
        answer = by_label(one_column(plain), truth.index, truth.notna(), self)
        given = np.array([answer.get(x, UNFINISHED) != UNFINISHED for x in truth.index])
        values = [
            _code(answer[label], self.options, self.spelt(label)) if there else np.nan
            for label, there in zip(truth.index, given, strict=True)
        ]
        return Reading(np.array(values, float), given, absent=~truth.index.isin([*answer]))


@dataclass(frozen=True, kw_only=True)
class Rule(Function):
    """A function that returns one of a few words; the truth holds their codes, a row a call.

    It is called with cases of the check's own, so that words that were typed in do not pass.
    """

    options: tuple[str, ...]

    numbers: ClassVar[bool] = False
    whole: ClassVar[bool] = True

    @property
    def form(self) -> str:
        """The kind of object asked for, as a phrase."""
        return words(
            "a function of ({takes}) that returns one of {options}",
            takes=self.takes,
            options=_quoted(self.options),
        )

    def codes(self, chosen: Mapping[str, str] | pd.Series) -> pd.DataFrame:
        """The words of a truth or a mistake as numbers, by call."""
        return _codes(chosen, self.options).to_frame(0)

    def _value(self, item: Plain, label: object) -> float:
        return _code(item, self.options, self.spelt(label))


def _codes(chosen: Mapping[str, str] | pd.Series, options: tuple[str, ...]) -> pd.Series:
    return pd.Series({label: _code(word, options, str(label)) for label, word in chosen.items()})


def _code(word: Plain, options: tuple[str, ...], whose: str) -> float:
    if isinstance(word, str):
        for code, option in enumerate(options):
            if word.strip().casefold() == option.casefold():
                return float(code)
    raise Unreadable(
        words("{what} for {whose}", what=describe(word), whose=whose),
        words("Use one of the words {options}.", options=_quoted(options)),
    )


def _quoted(options: Iterable[str]) -> str:
    return ", ".join(f"'{option}'" for option in options)
