"""What a total says of the withheld counts that it adds up: bounds, by subtraction."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from shrinkage.data.reading.numbers import SUPPRESSED
from shrinkage.data.reading.problems import Note, in_rows, listed
from shrinkage.data.reading.sums import bounded, compared

NAMED = 5  # of the counts that were found, in the note on them


def tightened(
    rows: pd.DataFrame, totals: list[tuple[pd.Index, pd.Index]], heading: str
) -> tuple[pd.DataFrame, list[Note]]:
    """The rows with the bounds that totals leave, and a note on what they say.

    Parameters
    ----------
    rows : DataFrame, with the totals in it
    totals : list of (the rows of a total, the rows that it adds up), places in the table
    heading : str
        The column of what is counted.
    """
    if not (rows.state == SUPPRESSED).any():
        return rows, []
    rows, used = rows.copy(), []
    found = pd.Series(False, index=rows.index)
    for total, others in totals:
        if (rows.low[total] != rows.high[total]).any():
            continue
        whole, own = rows.low[total].sum(), bounded(rows.loc[others])
        low, high = own["low"], own["high"]
        if not low.sum() <= whole <= high.sum():
            continue
        hidden = (rows.state[others] == SUPPRESSED).to_numpy() & (low < high)
        least = np.where(hidden, np.maximum(low, whole - (high.sum() - high)), low)
        most = np.where(hidden, np.minimum(high, whole - (low.sum() - low)), high)
        changed = (least > low) | (most < high)
        if changed.any():
            rows.loc[others, "low"], rows.loc[others, "high"] = least, most
            found[others[changed]] = True
            used += [int(row) for row in rows.row[total]]
    return rows, _said(rows[found], used, heading)


def _said(found: pd.DataFrame, used: list[int], heading: str) -> list[Note]:
    if not len(found):
        return []
    some = found.head(NAMED)
    ends = zip(some.doctor, some.low, some.high, strict=True)
    said = [f"{who} {a:.0f}" + (f" to {b:.0f}" if a < b else "") for who, a, b in ends]
    one, more = len(found) == 1, len(found) > NAMED
    totals = (
        f"total in {in_rows(used)} says" if len(used) == 1 else f"totals in {in_rows(used)} say"
    )
    text = (
        f"Column '{heading}' withholds {'a count' if one else f'{len(found)} counts'}, and the "
        f"{totals} more of {'it' if one else 'them'}: {'; '.join(said)}"
        f"{' and so on' if more else ''}. {'It was' if one else 'They were'} taken so. Whoever "
        "publishes a total beside withheld counts lets them be found by subtraction."
    )
    return [Note("subtracted", text, tuple(int(row) for row in found.row))]


def differing(total: pd.DataFrame, others: pd.DataFrame, headings: Mapping[str, str]) -> list[Note]:
    """A doubtful note on a total's numbers that are not the sums of others, if any is not.

    `headings`: those of 'trials', 'counted' and 'expected', as far as the table has them.
    """
    own, rest, agree = compared(total, others)
    if not own["expected"] > bounded(others)["expected"].max():  # a rate, or not given
        headings = {name: heading for name, heading in headings.items() if name != "expected"}
    ends = {"trials": ("trials", "trials"), "counted": ("low", "high")}
    said = []
    for name in [name for name in headings if not agree[name]]:
        least, most = ends.get(name, (name, name))
        sums = f"{rest[least]:.6g}" + (f" to {rest[most]:.6g}" if rest[least] < rest[most] else "")
        said.append(f"{own[least]:.6g} in '{headings[name]}', of which the others have {sums}")
    if not said:
        return []
    numbers = [int(row) for row in total.row]
    bounds = ", or which bound of a withheld count," if rest["low"] < rest["high"] else ""
    text = (
        f"{listed(list(dict.fromkeys(total.doctor)))} ({in_rows(numbers)}) was left out as a "
        "total, so that no patient is counted twice, for its other numbers are the sums of other "
        f"rows. It has {' and '.join(said)}. Which number{bounds} is wrong, or whose is missing?"
    )
    return [Note("total", text, tuple(numbers), doubtful=True)]
