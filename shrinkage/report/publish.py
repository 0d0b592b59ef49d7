"""What a page for publication may not show: numbers of people under five, and what gives them away.

In a table these are told by their columns. In a text that was written while the file was read,
nobody can tell which number is one, so all go, and with them the exact totals.

A row has three such numbers: its patients, its successes and its failures. Where one of them is
under five, the number that is shown is masked, and with it the raw rate. Where one row alone is
masked, a reader with the total finds it by subtraction: so the next smallest is masked too.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from shrinkage.data import Outcomes
from shrinkage.report.findings import Analysis, Groups
from shrinkage.report.wording import Words

FEW = 5
HIDDEN = "(masked)"
#: Columns that follow from a row's numbers so closely that they go with them.
TELLING = ("raw", "weight", "avoidable", "settle")


def as_shown(a: Analysis, words: Words, publish: bool) -> tuple[Analysis, Words]:
    """What a reader sees: the digits that the estimates need and, to be published, masked."""
    suited = replace(words, scale=words.scale.suited(a.table), rounded=publish)
    return masked(a) if publish else a, suited


def without_numbers(text: str, names: Collection[str], *, years: bool = False) -> str:
    """A text without its numbers, but for those of rows and in the names of units and columns.

    years: keep what may be a year.
    """
    numbers = set(re.findall(r"\d+", text))
    kept = (n for n in names if (own := set(re.findall(r"\d+", n))) and own <= numbers)
    known = [rf"(?<!\w){re.escape(n)}(?!\w)" for n in sorted(kept, key=len, reverse=True)]
    known.append(r"\brows?\s\d+(?:(?:,| and| to)\s\d+)*")
    known += [r"\b(?:19|20)\d\d\b"] if years else []
    number = r"\d+(?:[.,\u202f\u00a0' ]\d+)*(?:\s?%)?"
    return re.sub(
        f"({'|'.join(known)})|{number}",
        lambda found: found[1] or HIDDEN,
        text,
        flags=re.I,
    )


def masked(a: Analysis) -> Analysis:
    """The analysis without small numbers: missing in the tables where they are masked."""
    table = a.table.copy()
    small, patients = smallest(table), table.trials.to_numpy(float)
    fewest, most = (table[end].to_numpy(float) for end in ("fewest", "most"))
    hidden = _with_another(small, small < FEW)
    nameless = _with_another(patients, patients < FEW)
    for column, where in (("trials", nameless), ("successes", hidden | nameless)):
        table[column] = table[column].astype("Int64").mask(where)
    for column in ("fewest", "most"):
        table[column] = table[column].astype("Int64").mask(hidden | nameless)
    for column in TELLING:
        table.loc[hidden | nameless, column] = np.nan
    for column, numbers in (
        ("trials", patients),
        ("successes", most),
        ("failures", patients - fewest),
    ):
        table[f"few_{column}"] = numbers < FEW  # where a masked number may be called under five
    return replace(a, table=table, groups=_masked_groups(a.groups), outcomes=_told_less(a))


def _masked_groups(groups: Groups | None) -> Groups | None:
    """Few patients are missing; the page rounds the others, as each is a total of its units."""
    if groups is None:
        return None
    trials = groups.table.trials.astype("Int64")
    return replace(groups, table=groups.table.assign(trials=trials.mask(trials < FEW)))


def _told_less(a: Analysis) -> Outcomes:
    """What was read, its notes and reasons without numbers."""
    read = a.outcomes
    names = {str(name) for name in (*a.table.doctor, *read.columns.values(), *read.unused)}
    if read.left_out is not None:
        names |= set(map(str, read.left_out.get("doctor", ())))
    left = read.left_out
    if left is not None and "why" in left:
        left = left.assign(why=[without_numbers(str(why), names) for why in left.why])
    notes = tuple(
        replace(n, text=without_numbers(n.text, names, years=n.kind in ("title", "footnote")))
        for n in read.notes
    )
    return replace(read, notes=notes, left_out=left)


def smallest(table: pd.DataFrame) -> np.ndarray:
    """The smallest number of people in each row, as small as it may be where only bounds are known.

    Bounds of the file's own may say more than what is masked here: '<3' is one or two.
    """
    trials, fewest, most = (table[c].to_numpy(float) for c in ("trials", "fewest", "most"))
    return np.fmin(trials, np.fmin(fewest, trials - most))


def _with_another(numbers: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """What is masked, and the smallest of the others where it is one alone."""
    if hidden.sum() != 1 or hidden.all():
        return hidden
    others = np.where(hidden, np.inf, numbers)
    return hidden | (np.arange(len(numbers)) == int(np.argmin(others)))
