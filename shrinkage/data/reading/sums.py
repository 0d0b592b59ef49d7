"""Rows that are the sums of others by their numbers alone: a total, or regions above hospitals."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MANY = 100  # patients from which equal sums are hardly chance
CHANCE = 0.02  # how often a table without sums may have such rows
CERTAIN = 1000  # patients from which three rows suffice
SOME = 20  # events from which equal sums are hardly chance, where something else agrees too
MOST = 1e15  # of a count that nothing bounds
MOST_DECIMALS = 6  # of an expected number


def unnamed(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows of a unit that is the sum of all others, or heads of blocks that make up the table."""
    low, trials, known = _counts(rows)
    none = np.zeros(len(rows), bool)
    if known.sum() < 3:
        return none
    codes, own, agree = _by_unit(rows)
    told = np.bincount(codes, ~known) == 0
    whole = told & (own["trials"] >= MANY) & are_sums(agree, own)
    if whole.any():
        enough = known.sum() > 3 or own["trials"][whole].max() >= CERTAIN
        return whole[codes] if enough and whole.sum() == 1 else none
    return _of_blocks(low, trials, known)


def of_patients(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows of a unit that has the sum of all others' patients, whatever else it has."""
    if len(rows) < 4:
        return np.zeros(len(rows), bool)
    codes, own, agree = _by_unit(rows)
    return (agree["trials"] & (own["trials"] >= MANY))[codes]


def _by_unit(rows: pd.DataFrame) -> tuple[NDArray, dict[str, NDArray], dict[str, NDArray]]:
    """Each row's unit (or row, where there are two units), their numbers, and what is a sum."""
    codes = pd.factorize(rows.doctor)[0]
    if codes.max() < 2:
        codes = np.arange(len(rows))
    own = {name: np.bincount(codes, values) for name, values in bounded(rows).items()}
    others = {name: values.sum() - values for name, values in own.items()}
    return codes, own, matching(own, others, len(rows))


def bounded(rows: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """The numbers of rows that add up, bounds for a count that is not known."""
    trials = rows.trials.fillna(0).to_numpy(float)
    most = np.where(rows.trials.notna(), trials, MOST)
    low, high = rows.low.fillna(0).to_numpy(float), rows.high.to_numpy(float)
    high = np.where(low == high, high, np.fmax(np.fmin(high, most), low))
    wanted = rows.expected.to_numpy(float) if "expected" in rows else np.full(len(rows), np.nan)
    return {"trials": trials, "low": low, "high": high, "expected": wanted}


def compared(rows: pd.DataFrame, others: pd.DataFrame) -> tuple[dict, dict, dict]:
    """The sums of some rows' numbers, those of others, and which of them `matching` finds equal."""
    own, rest = (
        {name: values.sum() for name, values in bounded(one).items()} for one in (rows, others)
    )
    return own, rest, matching(own, rest, len(others))


def matching(own: Mapping, others: Mapping, count: int) -> dict[str, NDArray[np.bool_]]:
    """Which numbers of a row are the sums of `count` others: patients, what is counted, expected.

    Each of them may be an array, with an entry a row. What is counted agrees where the bounds
    allow it, and what is expected as far as its decimals say.
    """
    tenths = 10.0 ** -np.stack([_decimals(own["expected"]), _decimals(others["expected"])])
    slack = (tenths[0] + count * tenths[1]) / 2 + 1e-9
    return {
        "trials": np.asarray(own["trials"] == others["trials"]),
        "counted": (others["low"] <= own["high"]) & (own["low"] <= others["high"]),
        "expected": np.abs(own["expected"] - others["expected"]) <= slack,
    }


def are_sums(agree: Mapping[str, NDArray], own: Mapping, fewest: int = SOME) -> NDArray[np.bool_]:
    """Whether two numbers of a row that say it independently are the sums of others.

    `fewest`: how many must be counted, where the patients are not the sum.
    """
    counted = agree["counted"] & (own["low"] >= fewest)
    return agree["trials"] & agree["counted"] | agree["expected"] & (agree["trials"] | counted)


def _decimals(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many decimals numbers have."""
    found = np.full(np.shape(values), float(MOST_DECIMALS))
    for k in reversed(range(MOST_DECIMALS)):
        scaled = np.asarray(values) * 10.0**k
        found = np.where(np.abs(scaled - np.round(scaled)) < 1e-6, k, found)
    return found


def heads(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows that are the sum of two or more rows next below, or next above, as a trust's sites.

    None where as many would be by chance in as large a table.
    """
    low, trials, known = _counts(rows)
    found = np.zeros(len(rows), bool)
    if known.sum() < 3:
        return found
    for step in (1, -1):
        places = np.flatnonzero(known)[::step]
        ends, sizes = _children(low[places], trials[places], fewest=2)
        several = (ends > 0) & (sizes > 1) & (trials[places] >= MANY) & (low[places] > 0)
        found[places[several]] = True
    by_chance = float(np.sum(2 / (1 + 2 * np.sqrt(low[known])) / max(trials[known].mean(), 1)))
    fewer = sum(by_chance**k / math.factorial(k) for k in range(min(int(found.sum()), 100)))
    return found if 1 - math.exp(-by_chance) * fewer < CHANCE else found & False


def same_again(rows: pd.DataFrame, left: pd.DataFrame) -> int | None:
    """The row of a label below which the rows add up to what those above it do.

    The patients by hospital, and below them the same by sex, are two tables.
    """
    if (rows.low != rows.high).any():
        return None
    low = np.concatenate([[0], rows.low.cumsum()])
    trials = np.concatenate([[0], rows.trials.fillna(0).cumsum()])
    above = np.searchsorted(rows.row, left.row)  # how many rows stand above each label
    same = (2 * low[above] == low[-1]) & (2 * trials[above] == trials[-1])
    same &= (above > 1) & (len(rows) - above > 1) & (trials[above] >= MANY)
    return int(left.row.iloc[np.argmax(same)]) if same.any() else None


def _counts(rows: pd.DataFrame) -> tuple[NDArray, NDArray, NDArray[np.bool_]]:
    """What is counted, the patients, and where both are known exactly."""
    known = (rows.low == rows.high).to_numpy() & rows.trials.notna().to_numpy()
    return rows.low.fillna(0).to_numpy(), rows.trials.fillna(0).to_numpy(), known


def _of_blocks(low: NDArray, trials: NDArray, known: NDArray) -> NDArray[np.bool_]:
    """Heads of blocks, and of blocks of blocks, that together are the whole table."""
    out = np.zeros(len(low), bool)
    for step in (1, -1):
        places = np.flatnonzero(known)[::step]
        ends, sizes = _children(low[places], trials[places], fewest=1)
        found, at = [], 0
        while at < len(places) and ends[at]:
            found += [k for k in range(at, int(ends[at])) if ends[k]]
            at = int(ends[at])
        several = [trials[places[k]] for k in found if sizes[k] > 1]
        certain = len(several) > 1 and sum(several) >= MANY
        certain = certain or max(several, default=0) >= CERTAIN
        if at == len(places) and certain:
            out[places[found]] = True
            return out
    return out


def _children(low: NDArray, trials: NDArray, fewest: int) -> tuple[NDArray, NDArray]:
    """Where the rows end whose sum each row is (0 if it is none), and how many they are.

    A row below that is such a sum itself stands for its own rows.
    """
    count = len(low)
    ends, sizes = np.zeros(count, np.int64), np.zeros(count, np.int64)
    s, n = low.tolist(), trials.tolist()
    for head in range(count - 2, -1, -1):
        events = patients = 0.0
        at, size = head + 1, 0
        while at < count and patients < n[head] and events <= s[head]:
            events, patients, size = events + s[at], patients + n[at], size + 1
            at = int(ends[at]) or at + 1
        if size >= fewest and patients == n[head] > 0 and events == s[head]:
            ends[head], sizes[head] = at, size
    return ends, sizes
