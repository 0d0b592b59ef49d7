"""The table as CSV, for whoever goes on in a spreadsheet, and what its columns mean."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shrinkage.report.findings import Analysis
from shrinkage.report.publish import FEW
from shrinkage.report.scale import Scale
from shrinkage.report.wording import Words, capital

#: A spreadsheet computes a cell that begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column of the CSV file."""

    name: str
    meaning: str


def csv_text(frame: pd.DataFrame) -> str:
    """A table as CSV, with the byte order mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    frame.to_csv(out, index=False, lineterminator="\n")
    return "\ufeff" + out.getvalue()


def escaped(name: str) -> str:
    """A name that no spreadsheet computes: with an apostrophe before it where one would."""
    return f"'{name}" if name.startswith(FORMULA) else name


def frame(a: Analysis, w: Words, *, brief: bool = False) -> pd.DataFrame:
    """The table on the scale that the page shows.

    Parameters
    ----------
    brief : bool
        Fewer digits and no columns that the page does not show, for a page with many thousand rows.
    """
    table, scale = a.table, w.scale
    rate = scale.as_rate
    ends, rate_ends = scale.ends(table), rate.ends(table)
    digits, rate_digits = _digits(ends, brief), _digits(rate_ends, brief)
    trials = table.trials.astype("Int64")
    made: dict[str, object] = {"name": [escaped(name) for name in table.doctor]}
    if scale.rates:
        made["trials"] = trials
    counted = "failures" if scale.failures else "successes"
    known = table.successes.astype("Int64")
    made[counted] = scale.tally(known, trials)
    if _suppressed(table).any():
        bounds = ("most", "fewest") if scale.failures else ("fewest", "most")
        low, high = (scale.tally(table[end].astype("Int64"), trials) for end in bounds)
        made |= {f"{counted}_fewest": low, f"{counted}_most": high}
    if scale.is_ratio:
        expected = scale.tally(table.expected.astype(float), trials.astype(float))
        made["expected"] = np.round(expected, 2 if brief else 4)
    made["raw"] = np.round(scale.shown(table.raw.to_numpy(float)), digits)
    made["estimate"] = np.round(scale.shown(table.estimate.to_numpy(float)), digits)
    made |= {"low": np.round(ends[:, 0], digits), "high": np.round(ends[:, 1], digits)}
    if scale.is_ratio and scale.rates:
        made["rate"] = np.round(rate.shown(table.estimate.to_numpy(float)), rate_digits)
        if not brief:
            made |= {"rate_low": np.round(rate_ends[:, 0], rate_digits)}
            made |= {"rate_high": np.round(rate_ends[:, 1], rate_digits)}
    made[scale.worse] = np.round(table.below, 2 if brief else 4)
    made[_usual(scale)] = np.round(table.worse, 2 if brief else 4)
    made |= {"place_low": table.rank_low.astype("Int64")}
    made |= {"place_high": table.rank_high.astype("Int64")}
    if not brief:
        made |= {"first": table.best.round(4), "last": table.worst.round(4)}
        made |= {"own_data": table.weight.round(4), "settle": table.settle}
        if "group" in table:
            made["group"] = [escaped(str(group)) for group in table.group]
        made["note"] = _notes(table, w)
    return pd.DataFrame(made)


def dictionary_text(table: pd.DataFrame, a: Analysis, w: Words) -> str:
    """The data dictionary of a CSV file, itself as CSV."""
    known = dictionary(table, a, w)
    return csv_text(pd.DataFrame({"column": c.name, "meaning": c.meaning} for c in known))


def dictionary(table: pd.DataFrame, a: Analysis, w: Words) -> list[Column]:
    """What each column of a table made by `frame` means, in its order."""
    scale = w.scale
    share = "" if scale.is_ratio else ", a share of one"
    counted = "failures" if scale.failures else "successes"
    what = w.counted
    standard = scale.as_given(a.standard)
    meanings = {
        "name": f"The {w.unit}, as in the file. A name that a spreadsheet would compute, as it "
        "begins with =, +, - or @, has an apostrophe before it.",
        "trials": f"{capital(w.cases)}.",
        counted: f"The {what} among them; empty where the file suppresses the number"
        + (
            f", or where it is masked because a number of people is under {FEW}."
            if w.rounded
            else "."
        ),
        f"{counted}_fewest": f"The smallest number of {what} that the file allows.",
        f"{counted}_most": "The largest.",
        "expected": f"{capital(what)} expected of these {w.cases}, from the file.",
        "raw": f"The raw {scale.short}{share}; empty where there is none.",
        "estimate": f"Posterior mean of the {scale.noun}{share}.",
        "low": "Lower end of its 95 % credible interval.",
        "high": "Upper end.",
        "rate": f"Posterior mean of the {scale.rate} at the average expectation, a share of one.",
        "rate_low": "Lower end of its 95 % credible interval.",
        "rate_high": "Upper end.",
        scale.worse: f"Probability that the {scale.short} lies {scale.worse} the standard of "
        f"{standard}.",
        _usual(scale): f"Probability that it lies {scale.worse} {scale.usual(a.usual)}.",
        "place_low": "Lower end of the 95 % credible interval of the place; 1 has the "
        f"{scale.first} {scale.short}.",
        "place_high": "Upper end.",
        "first": f"Probability of the {scale.first} {scale.short} of all.",
        "last": f"Probability of the {scale.last}.",
        "own_data": f"The share of the estimate that is the {w.unit}'s own data.",
        "settle": f"How many more {w.cases}, doing as the estimate says, would make it 95 % "
        "certain on which side of the standard it lies: 0 where it is, inf where a million do not.",
        "group": "What it belongs to.",
        "note": f"'masked', 'suppressed' or 'no {w.cases}' where that is so.",
    }
    return [Column(name, meanings[name]) for name in table.columns]


def _digits(ends: np.ndarray, brief: bool) -> int:
    """Decimals that tell narrow intervals' ends apart, and lose nothing of the others."""
    widths = np.ptp(ends, axis=1)
    width = float(np.quantile(widths[widths > 0], 0.5 if brief else 0.0)) if widths.any() else 1.0
    return int(np.clip((1 if brief else 3) - np.floor(np.log10(width)), 3 if brief else 4, 12))


def _usual(scale: Scale) -> str:
    return f"{scale.worse}_{'expected' if scale.is_ratio else 'typical'}"


def _suppressed(table: pd.DataFrame) -> pd.Series:
    return (table.fewest != table.most).fillna(False)


def _notes(table: pd.DataFrame, w: Words) -> list[str]:
    known = table.successes.notna()
    said = []
    for trials, bounded, seen in zip(table.trials, _suppressed(table), known, strict=True):
        if not pd.isna(trials) and trials == 0:
            said.append(f"no {w.cases}")
        else:
            said.append("" if seen else "suppressed" if bounded else "masked")
    return said
