"""Faults that have nothing to do with the question: no number, a label missing, rounding, order.

They are looked for first, in every task whose answer is numbers: a student who rounded has
understood, and should not be told about a concept.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
from pandas.api.types import is_string_dtype

from shrinkage.exercises.answers import Function, Labelled, Reading, Table
from shrinkage.exercises.comparison import Values, near
from shrinkage.exercises.language import words
from shrinkage.exercises.result import Hint

MOST_DECIMALS = 4  # of a rounded answer; finer rounding is within every tolerance
COARSEST = 0.2  # largest error, as a share of at least half of the values, that counts as rounding


def not_a_number(
    answer: Labelled, reading: Reading, truth: Values, within: np.ndarray | float
) -> tuple[Hint, np.ndarray] | None:
    """Values that are NaN where the truth has a number."""
    places = reading.given & np.isnan(reading.values) & truth.notna().to_numpy()
    if not places.any():
        return None
    where = answer.where(places, truth)
    # What a function returns has no labels that a count could leave out
    if not isinstance(answer, Function) and _never_happened(truth, places, within):
        text = words(
            "NaN stands in the place of a number for {where}. What never happened is counted as "
            "0; `value_counts` and `groupby` leave it out, and beside other columns it becomes "
            "NaN. `fillna(0)` puts it back.",
            where=where,
        )
    else:
        text = words(
            "NaN stands in the place of a number for {where}. It comes from a division of zero by "
            "zero, the root of a negative number, the log of one, or labels that do not match.",
            where=where,
        )
    return Hint(text), places


def missing(
    answer: Labelled, reading: Reading, truth: Values, within: np.ndarray | float
) -> tuple[Hint, np.ndarray] | None:
    """Labels of the truth that the answer does not have."""
    if reading.absent is None or not reading.absent.any():
        return None
    rows = truth.index[reading.absent]
    places = np.zeros(truth.shape, bool)
    places[reading.absent] = True
    if _never_happened(truth, places, within):
        text = words(
            "There is nothing for {labels}. What never happened is counted as 0 and belongs in the "
            "answer; `value_counts` and `groupby` leave it out, `reindex(..., fill_value=0)` puts "
            "it back.",
            labels=answer.say(rows),
        )
    else:
        text = words("There is nothing for {labels}.", labels=answer.say(rows))
    return Hint(text), places


def rounded(
    reading: Reading,
    values: Values,
    right: np.ndarray,
    within: np.ndarray | float,
    units: np.ndarray,
) -> tuple[Hint, np.ndarray] | None:
    """These values with too few decimals, in one part of the answer or in several.

    within: the task's tolerance, which says how many decimals are enough.
    """
    given, wanted = reading.values, values.to_numpy(float)
    wrong = reading.given & ~right & np.isfinite(given)
    if not wrong.any():
        return None
    parts = {unit: wrong & (units == unit) for unit in np.unique(units[wrong])}
    together = [wrong, *parts.values()]
    found = (_decimals(given[here], wanted[here]) for here in together)
    seen = {decimals for decimals in found if decimals is not None}
    room = np.broadcast_to(np.asarray(within, float), values.shape)
    kept, places = [], np.zeros(values.shape, bool)
    for unit, here in parts.items():
        # A part of few or small values does not show its decimals; those of another part may fit
        fits = [d for d in seen if _has_decimals(d, given[here], wanted[here])]
        if fits:
            finest = float(np.min(room[units == unit]))
            enough = int(np.ceil(-np.log10(2 * finest))) if finest else 6
            kept.append((max(fits), max(max(fits) + 1, enough)))
            places |= here
    if not kept:
        return None
    decimals, needed = min(kept)
    text = words(
        "Keep more decimals: {needed} of them, where there are {decimals} now. Rounding "
        "belongs in a table for readers.",
        needed=needed,
        decimals=decimals,
    )
    return Hint(text, words("rounded")), places


def _decimals(given: np.ndarray, wanted: np.ndarray) -> int | None:
    """To how many decimals these values are rounded; None if they are not."""
    for decimals in range(MOST_DECIMALS + 1):
        half = 0.5 * 10.0**-decimals
        with np.errstate(invalid="ignore"):
            fine = bool(np.mean(half <= COARSEST * np.abs(wanted)) >= 0.5)
        # Where rounding leaves few digits, a single value may agree by chance, and several do not
        several = len(given) > 2 and not np.allclose(given, np.round(given))
        if (fine or several) and _has_decimals(decimals, given, wanted, cut=fine):
            return decimals
    return None


def _has_decimals(
    decimals: int, given: np.ndarray, wanted: np.ndarray, *, cut: bool = True
) -> bool:
    """Whether each value has no more decimals, and is as near to the wanted one as these allow.

    That is within half a unit of the last decimal; with `cut`, also within a whole unit if all
    values are too low (cut off) or all too high (rounded up).
    """
    unit, off = 10.0**-decimals, given - wanted
    with np.errstate(invalid="ignore"):
        short = np.isclose(np.round(given, decimals), given, rtol=1e-7).all()
        close = (np.abs(off) <= 0.5005 * unit).all()
        if cut and len(off) > 2 and ((off <= 0).all() or (off >= 0).all()):
            close = (np.abs(off) < 0.9995 * unit).all()
    return bool(short and close)


def in_another_order(
    answer: Labelled, reading: Reading, truth: Values, right: np.ndarray, within: np.ndarray | float
) -> tuple[Hint, np.ndarray] | None:
    """All values of a column of the truth, under one another's labels."""
    wanted, given = _by_row(truth.to_numpy(float)), _by_row(reading.values)
    wrong = _by_row(~right)
    there = _by_row(reading.given).all(axis=1)  # a label that is missing has a hint of its own
    if there.sum() < 3 or isinstance(answer, Function):
        return None
    wanted, given, wrong = wanted[there], given[there], wrong[there]
    error = np.broadcast_to(np.asarray(within), truth.shape).reshape(len(truth), -1)[there]
    columns = range(wanted.shape[1])
    same = [
        near(np.sort(given[:, j]), np.sort(wanted[:, j]), error[:, j].max()).all() for j in columns
    ]
    if not any(same[j] and _exchanged(given[:, j], wanted[:, j], wrong[:, j]) for j in columns):
        return None
    places = np.zeros((len(truth), len(columns)), bool)
    places[there] = wrong & same  # also in columns with ties, which do not show their order
    text = words(
        "Keep the {nouns} beside the values: hand in a Series or dict with labels, or a list in "
        "the order {labels}.",
        nouns=answer.nouns,
        labels=", ".join(map(str, truth.index[:3])) + (", …" if len(truth) > 3 else ""),
    )
    return Hint(text, words("gave the right values in another order")), places.reshape(truth.shape)


def columns_in_another_order(
    answer: Labelled, reading: Reading, truth: Values, right: np.ndarray, within: np.ndarray | float
) -> tuple[Hint, np.ndarray] | None:
    """Whole columns of the truth, or what a function returns by name, in one another's place."""
    if not isinstance(truth, pd.DataFrame) or not is_string_dtype(truth.columns):
        return None
    if not isinstance(answer, Table | Function) or not reading.given.all():
        return None
    wanted = truth.to_numpy(float)
    error = np.broadcast_to(np.asarray(within), truth.shape)
    off = np.flatnonzero((~right).any(axis=0))
    if len(off) < 2:
        return None
    for order in map(list, permutations(off)):
        if near(reading.values[:, off], wanted[:, order], error[:, order]).all():
            break
    else:
        return None
    names = ", ".join(truth.columns)
    if isinstance(answer, Function):
        text = words("Return them in the order {names}, or a dict with these names.", names=names)
        return Hint(text, words("gave the right values in another order")), ~right
    text = words("Give the columns in the order {names}, or by these names.", names=names)
    return Hint(text, words("gave the columns in another order")), ~right


def in_order(reading: Reading, truth: Values) -> Reading:
    """The same values of each column in the order of the truth's: smallest to smallest."""
    wanted, given = _by_row(truth.to_numpy(float)), _by_row(reading.values)
    ordered = np.empty_like(given)
    np.put_along_axis(ordered, wanted.argsort(axis=0), np.sort(given, axis=0), axis=0)
    return replace(reading, values=ordered.reshape(truth.shape))


def _exchanged(given: np.ndarray, wanted: np.ndarray, wrong: np.ndarray) -> bool:
    """Whether each wrong value is another label's: its rank is wrong too."""
    several = len(np.unique(wanted)) > 2  # of only 0 and 1, any two errors are an exchange
    other = given.argsort().argsort() != wanted.argsort().argsort()
    return bool(several and wrong.sum() > 1 and other[wrong].all())


def _never_happened(truth: Values, places: np.ndarray, within: np.ndarray | float) -> bool:
    """Whether the truth is 0 there, within the tolerance."""
    room = np.broadcast_to(within, truth.shape)
    return bool(near(truth.to_numpy(float)[places], 0.0, room[places]).all())


def _by_row(values: np.ndarray) -> np.ndarray:
    return values.reshape(len(values), -1)
