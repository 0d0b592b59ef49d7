"""Typical mistakes: those of one task, and those that students make wherever numbers are asked for.

A truth is a function of the data with named steps (arguments with defaults); most mistakes replace
one of them, and `instead` says which. So two mistakes in different steps can be told apart, and
both at once from either.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from shrinkage.exercises.comparison import Formula, Tolerance, Values


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A typical wrong answer, recognised by its values or by what it leaves out.

    Exactly one of `instead`, `gives`, `turns` and `leaves_out` says what is wrong.

    Attributes:
        name: what was done, a phrase that follows 'It looks as if you '.
        hint: where to look, without the number asked for.
        instead: the steps of the truth that it replaces, by the name of the argument.
        gives: the values it leads to where it is no change of a step; NaN where it has no say.
        turns: what it does to the right values at the end, such as times 100.
        leaves_out: the labels without any value, True in a Series, where all others have one.
        credit: the share of the points at stake that it earns although wrong, at most a half.
        tolerance: how far its values may be off; the task's tolerance unless they are on another
            scale. That of `turns` follows from the task's.
        plain: whether it is looked for before all others, because it has nothing to do with what
            the task is about.
        costly: whether its values take long; it is looked for after all others.
        throughout: whether it was made only if all the parts that it touches show it, such as both
            of two columns that were exchanged.
    """

    name: str
    hint: str
    instead: Mapping[str, Any] = field(default_factory=dict)
    gives: Formula | None = None
    turns: Callable[[Any], Any] | None = None
    leaves_out: Formula | None = None
    credit: float = 0.0
    tolerance: Tolerance | None = None
    plain: bool = False
    costly: bool = False
    throughout: bool = False

    def __post_init__(self) -> None:
        ways = [self.instead, self.gives, self.turns, self.leaves_out]
        if sum(bool(way) for way in ways) != 1:
            raise ValueError(f"the mistake '{self.name}' needs one of its four ways")
        if self.credit > 0.5:
            raise ValueError(f"the mistake '{self.name}' earns more than half")


def _plain(name: str, hint: str, turn: Callable[[Values], Values], **rest: Any) -> Mistake:
    """A plain mistake that does something to the right values at the end."""
    return Mistake(name=name, hint=hint, turns=turn, plain=True, **rest)


def at(columns: Sequence[Hashable] | None, turn: Callable[[Any], Any]) -> Callable:
    """A turn of these columns of a table, or labels of a Series; of all values if None."""

    def turned(values: Values) -> Values:
        if columns is None:
            return turn(values)
        changed = values.copy()
        changed[list(columns)] = turn(values[list(columns)])
        return changed

    return turned


def in_percent(
    what: str = "proportions",
    *,
    columns: Sequence[Hashable] | None = None,
    credit: float = 0.5,
    name: str = "",
) -> Mistake:
    """Gave percent where a number between 0 and 1 is asked for."""
    return _plain(
        name or f"gave percent instead of {what}",
        "It lies between 0 and 1 here; leave out the factor of 100.",
        at(columns, lambda values: 100 * values),
        credit=credit,
    )


def swapped(
    one: Hashable = "lower",
    other: Hashable = "upper",
    *,
    name: str = "swapped the two ends",
    hint: str = "The lower end is the smaller number.",
    credit: float = 0.5,
) -> Mistake:
    """Exchanged two columns of a table or two labels of a list of numbers."""

    def turn(values: Values) -> Values:
        changed = values.copy()
        changed[one], changed[other] = values[other], values[one]
        return changed

    return _plain(name, hint, turn, credit=credit, throughout=True)


def wrong_sign(
    hint: str,
    *,
    columns: Sequence[Hashable] | None = None,
    credit: float = 0.25,
    name: str = "turned the sign round",
) -> Mistake:
    """Gave the right numbers with the opposite sign."""
    return _plain(name, hint, at(columns, lambda values: -values), credit=credit)


def without_sign(
    hint: str,
    *,
    columns: Sequence[Hashable] | None = None,
    credit: float = 0.25,
    name: str = "left the sign out",
) -> Mistake:
    """Gave the right numbers without their sign."""
    return _plain(name, hint, at(columns, abs), credit=credit)


def in_log_odds(
    *,
    columns: Sequence[Hashable] | None = None,
    credit: float = 0.25,
    name: str = "gave log-odds instead of rates",
) -> Mistake:
    """Gave log-odds where rates are asked for."""
    return _plain(
        name,
        "A rate lies between 0 and 1. `scipy.special.expit` turns log-odds into it.",
        at(columns, _log_odds),
        credit=credit,
    )


def in_odds(
    *, columns: Sequence[Hashable] | None = None, credit: float = 0.25, name: str = "gave odds"
) -> Mistake:
    """Gave odds where rates are asked for."""
    return _plain(
        name,
        "Odds of 3 are three successes for a failure, a rate of three in four: divide the odds by "
        "one plus the odds.",
        at(columns, lambda values: values / (1 - values)),
        credit=credit,
    )


def _log_odds(values: Values) -> Values:
    with np.errstate(all="ignore"):
        turned = logit(values.to_numpy(float))
    return (
        pd.Series(turned, values.index)
        if isinstance(values, pd.Series)
        else pd.DataFrame(turned, values.index, values.columns)
    )
