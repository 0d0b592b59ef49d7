"""Units inside groups: whose group is whose, and what the model says of the groups.

The model is chapter 11's: a unit's log-odds are ``mu_pop``, the shift of its group, and its own
distance from the two; both spreads have the half-normal hyperprior. Groups may lie inside larger
ones, ``hospital,region``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from shrinkage.data import Outcomes
from shrinkage.report.by_draws import places, summary
from shrinkage.report.estimates import TAILS
from shrinkage.report.findings import Groups
from shrinkage.report.formula import RESERVED
from shrinkage.report.model import Level
from shrinkage.report.refusal import ReportError
from shrinkage.report.units import Array, Units

TOGETHER = 0.5  # of the members share their group with another, or there is nothing to learn
NAMED = 5  # units of a complaint


def levels(outcomes: Outcomes, within: str, doctors: NDArray[np.object_]) -> tuple[Level, ...]:
    """The groups that a column, or columns with commas between, puts the units in.

    Parameters
    ----------
    outcomes : Outcomes
    within : str
        'hospital'; or 'hospital,region', the smaller groups first.
    doctors : array of str, shape (J,)
        The units.

    Raises
    ------
    ReportError
        If there is no such column, a unit stands in several groups or in none, or the groups
        cannot be told from the units or from each other.
    """
    found: list[Level] = []
    members, noun = doctors, "unit"
    rows = _rows(outcomes, within)
    of = rows.doctor.astype(str).to_numpy(object)
    for name in (part.strip() for part in within.split(",")):
        group = _texts(rows, name)
        own = _one_group(of, group, members, noun, name)
        names, idx = np.unique(own, return_inverse=True)
        _refuse_useless(names, own, members, noun, name)
        below = found[-1].idx if found else np.arange(len(doctors))
        found.append(Level(name, names.astype(object), idx[below].astype(np.int64)))
        members, noun, of = names.astype(object), name, group
    return tuple(found)


def sigmas(levels: tuple[Level, ...], draws: xr.Dataset) -> list[Array]:
    """Draws, (C, D), of every standard deviation with the half-normal hyperprior: units' first."""
    names = ["sigma_pop", *(f"sigma_of_{level.name}" for level in levels)]
    return [draws[name].to_numpy() for name in names]


def middles(levels: tuple[Level, ...], draws: xr.Dataset) -> Array:
    """Log-odds of the typical unit of each of the smallest groups, (C, D, H)."""
    first = levels[0]
    shift = draws.mu_pop.to_numpy()[..., None]
    for level in levels:
        dims = ("chain", "draw", f"of_{level.name}")
        delta = draws[f"delta_of_{level.name}"].transpose(*dims).to_numpy()
        member = np.zeros(len(first.groups), int)
        member[first.idx] = level.idx
        shift = shift + delta[..., member]
    return shift


def groups(
    levels: tuple[Level, ...],
    units: Units,
    draws: xr.Dataset,
    rate: Callable[[Array], Array],
    standard: float,
) -> Groups:
    """What the draws say of the smallest groups: of the typical unit of each.

    Parameters
    ----------
    levels : tuple of Level
    units : Units
    draws : Dataset
        Of `model.sample`.
    rate : callable
        From log-odds to success rates, both (C, D, H).
    standard : float
    """
    first = levels[0]
    count = len(first.groups)
    inside, *between = sigmas(levels, draws)
    theta = rate(middles(levels, draws))
    flat = theta.reshape(-1, count)
    low, high = np.quantile(flat, TAILS, axis=0)
    place = places(flat)
    trials = np.bincount(first.idx, units.trials, count)
    known = np.where(units.known, units.fewest, np.nan)
    successes = np.bincount(first.idx, known, count)
    table = pd.DataFrame(
        {
            "group": first.groups,
            "units": np.bincount(first.idx, minlength=count),
            "trials": trials.astype(np.int64),
            "successes": pd.array(successes, "Int64"),
            "raw": successes / np.where(trials > 0, trials, np.nan),
            "estimate": flat.mean(axis=0),
            "low": low,
            "high": high,
            "below": (flat < standard).mean(axis=0),
            "rank_low": place.low.astype(np.int64),
            "rank_high": place.high.astype(np.int64),
        }
    )
    return Groups(
        name=first.name,
        table=table.sort_values("estimate", ascending=False, kind="stable", ignore_index=True),
        between=summary(np.sqrt(sum(sigma**2 for sigma in between))),
        inside=summary(inside),
    )


def _rows(outcomes: Outcomes, within: str) -> pd.DataFrame:
    """The rows of the file with their unit and the columns of the groups."""
    wanted = [part.strip().casefold() for part in within.split(",")]
    tables = [outcomes.patients, outcomes.extra, outcomes.counts]
    there = [table for table in tables if table is not None]
    for table in there:
        if all(name in table for name in wanted):
            return table
    columns = sorted({str(c) for table in there for c in table.columns} - set(RESERVED))
    missing = next(n for n in wanted if not any(n in table for table in there))
    close = difflib.get_close_matches(missing, columns, 1, 0.6)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    has = ", ".join(f"'{column}'" for column in columns) or "no other column"
    raise ReportError(
        f"--within names the column '{missing}', which the file does not have.{hint} It has {has}."
    )


def _texts(rows: pd.DataFrame, name: str) -> NDArray[np.object_]:
    """The group of each row, '' where none is given."""
    column = rows[name.casefold()]
    if pd.api.types.is_numeric_dtype(column):
        return np.array(["" if pd.isna(v) else f"{v:g}" for v in column], object)
    return column.astype("string").fillna("").str.strip().to_numpy(object)


def _one_group(
    of: NDArray[np.object_],
    group: NDArray[np.object_],
    members: NDArray[np.object_],
    noun: str,
    name: str,
) -> NDArray[np.object_]:
    """The group of each member, of rows with both."""
    pairs = pd.DataFrame({"member": of, "group": group}).drop_duplicates()
    pairs = pairs[(pairs.group != "") & pairs.member.isin(members)]
    times = pairs.member.value_counts()
    several = times.index[times > 1]
    if len(several):
        one = several[0]
        its = ", ".join(sorted(pairs.group[pairs.member == one])[:NAMED])
        raise ReportError(
            f"--within {name} expects each {noun} in one {name}; {len(several)} of {len(members)} "
            f"stand in several: '{one}' in {its}. If these are different people of one name or "
            f"number, write the {name} into the name ('{one} ({its.split(', ')[0]})'); if it is "
            f"one who works in several, the model of groups inside groups does not hold: do the "
            "same, or leave out --within."
        )
    found = pairs.set_index("member").group.reindex(members)
    if found.isna().any():
        without = [str(member) for member in found.index[found.isna()]]
        more = f" and {len(without) - NAMED} more" if len(without) > NAMED else ""
        raise ReportError(
            f"--within {name} expects a {name} for each {noun}, and there is none for "
            f"{', '.join(without[:NAMED])}{more}. Fill it in, or leave out --within."
        )
    return found.to_numpy(object)


def _refuse_useless(
    names: NDArray, own: NDArray, members: NDArray[np.object_], noun: str, name: str
) -> None:
    if len(names) < 2:
        raise ReportError(
            f"--within {name} expects at least two, and every {noun} is in '{names[0]}'. "
            "Leave out --within."
        )
    _, idx, size = np.unique(own, return_inverse=True, return_counts=True)
    together = int((size[idx] > 1).sum())
    if together < TOGETHER * len(members):
        found = f"only {together} of {len(members)} share one" if together else "each has one alone"
        raise ReportError(
            f"--within {name} expects several {noun}s in one {name}, and {found}: the {name}'s "
            f"share cannot be told from the {noun}'s. Leave out --within, or name a column of what "
            f"the {noun}s belong to, such as a region."
        )
