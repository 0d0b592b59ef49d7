"""What somebody's model expected of each unit: a number, a rate or percent, or the ratio's part.

Which of them a column has is decided by the total: that which lies nearest to the observed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shrinkage.data.reading.counts import counted_role
from shrinkage.data.reading.grid import Table
from shrinkage.data.reading.headings import words
from shrinkage.data.reading.problems import Note, OutcomesError, Problems
from shrinkage.data.reading.qualifiers import OUTCOMES, directions, unit_of_rate
from shrinkage.data.reading.rules import RULES

DOUBTFUL = 1.5  # from which that is doubtful, if it is far too
FACTOR = 3  # by which the expected total may differ from the observed
CHANCE = 3  # standard errors within which a sum agrees with the observed
FAR = 4  # and beyond which it is no chance that it does not
RARE = 1000  # patients for each event, where nobody says how many there were
COUNTS = {word for word in OUTCOMES if re.search(r"[^is]s$", word)}  # 'deaths'
COUNTS |= {"number", "count", "counts", "events"}
FORMS = {
    "number": "numbers",
    "share": "rates, shares of 1",
    "percent": "rates in percent",
    "per": "rates",
}


def read_expected(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame
) -> tuple[pd.DataFrame, list[Note]]:
    """The rows with `expected`, the expected number of what the file counts, and notes.

    Raises
    ------
    OutcomesError
        If no reading of the column comes near the observed total, or a row's value cannot be.
    """
    rows = rows.copy()
    notes: list[Note] = []
    if "expected" in roles:
        rows["expected"], notes = _from_expected(table, roles, rows)
        column = roles["expected"]
    elif "ratio" in roles:
        rows["expected"], notes = _from_ratio(table, roles, rows)
        column = roles["ratio"]
    else:
        return rows, notes
    if "trials" not in roles and rows.trials.isna().all():
        most = np.maximum(rows.high, rows.expected).clip(lower=1)
        rows["trials"] = RARE * np.ceil(most)
        text = (
            "The file has no number of patients: the events are taken as rare, which is right "
            "where each unit has many more patients than events. Nothing can be said of rates, "
            "only of the ratio of observed to expected."
        )
        notes.append(Note("rare", text))
    rows.loc[(rows.trials == 0) & rows.expected.isna(), "expected"] = 0.0
    _refuse_impossible(table, rows, column)
    return rows, notes


def _from_expected(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame
) -> tuple[pd.Series, list[Note]]:
    heading, values = roles["expected"], rows.expected
    observed = float((rows.low + rows.high).sum() / 2)
    forms = _forms(heading, values, rows.trials)
    fits = [] if _of_the_others(heading, roles) else _fitting(forms, observed)
    if "number" in fits and _counts(heading) and _near(float(np.nansum(values)), observed, CHANCE):
        fits = ["number"]
    if fits:
        form, text = fits[0], f"Column '{heading}' was read as expected {FORMS[fits[0]]}"
        others = [other for other in fits[1:] if not np.allclose(forms[other], forms[form])]
        doubt = f"; it could be {FORMS[others[0]]} too" if others else ""
        total = float(np.nansum(forms[form]))
        far = abs(math.log(total / observed)) > math.log(DOUBTFUL) if observed and total else False
        far = far and not _near(total, observed, FAR)
        if far:
            doubt += ", which is far from it. Is it expected of other years, or of something else?"
        text += f": {total:.4g} expected in all, {observed:.4g} observed{doubt}."
        text = text.replace("?.", "?")
        return forms[form], [Note("expected", text, doubtful=bool(others) or far)]
    others = float(rows.trials.sum()) - observed
    turned = _fitting(forms, others) if others > 0 and observed > 0 else []
    if turned:
        counted = roles[counted_role(roles)]
        text = (
            f"Column '{heading}' fits those that '{counted}' does not count, and was read so: "
            f"expected {FORMS[turned[0]]} of the other patients. If that is wrong, take the "
            "column out."
        )
        return rows.trials - forms[turned[0]], [Note("expected", text, doubtful=True)]
    tried = ", ".join(f"{FORMS[form]} give {np.nansum(total):.4g}" for form, total in forms.items())
    raise OutcomesError(
        f"{table.name}, column '{heading}': expected a total near the {observed:.4g} observed, "
        f"but {tried}. Is it an exposure or a number of patients (state trials={heading}), or "
        "expected of something else? Otherwise leave the column out.",
        "expected",
    )


def _of_the_others(heading: str, roles: Mapping[str, str]) -> bool:
    """Whether a heading says that those are expected whom the file does not count."""
    told = directions(heading, words(heading))
    if told is None or not set(words(heading)) & set(OUTCOMES) or told[0] == told[1]:
        return False
    return told[0] != (counted_role(roles) in ("failures", "failure_rate"))


def _counts(heading: str) -> bool:
    """Whether a heading says that a number of outcomes is expected: deaths, and not mortality."""
    found = set(words(heading))
    return bool(found & COUNTS) and not found & {*RULES["rates"], *RULES["rate_nouns"]}


def _near(total: float, observed: float, errors: float) -> bool:
    """Whether two numbers of events differ by no more than some standard errors."""
    return abs(total - observed) <= errors * math.sqrt(max(total, observed))


def _forms(heading: str, values: pd.Series, trials: pd.Series) -> dict[str, pd.Series]:
    """The expected numbers, by what the column may hold."""
    is_rate = bool({*RULES["rates"], "emr"} & set(words(heading)))
    if scale := unit_of_rate(heading)[1]:
        return {"per": values / scale * trials}
    forms = {} if is_rate else {"number": values}
    if trials.notna().any():
        if (values.dropna() <= 1).all():
            forms["share"] = values * trials
        if (values.dropna() <= 100).all():
            forms["percent"] = values / 100 * trials
    return forms or {"number": values}


def _fitting(forms: Mapping[str, pd.Series], observed: float) -> list[str]:
    """The forms whose total lies within the factor of the observed, the nearest first."""
    away = {}
    for form, numbers in forms.items():
        total = float(np.nansum(numbers))
        if observed <= 0:
            away[form] = 0.0 if form == next(iter(forms)) else math.inf
        else:
            away[form] = abs(math.log(total / observed)) if total > 0 else math.inf
    return sorted((f for f in away if away[f] <= math.log(FACTOR)), key=lambda f: away[f])


def _from_ratio(
    table: Table, roles: Mapping[str, str], rows: pd.DataFrame
) -> tuple[pd.Series, list[Note]]:
    """Expected numbers from observed over expected: a ratio, one times 100, or an adjusted rate."""
    heading, ratio = roles["ratio"], rows.ratio
    observed = (rows.low + rows.high) / 2
    _refuse_zero(table, heading, rows, observed)
    patients = rows.trials.sum()  # 0 where no row has any, or none says how many
    overall = float(observed.sum() / patients) if patients else math.nan
    found = set(words(heading))
    of_rate = found & set(RULES["ratios_of_rate"]) or (
        found & (set(RULES["adjusted"]) - {"risk"}) and not found & set(RULES["ratios"])
    )
    units = {"an adjusted rate in percent": 100 * overall, "an adjusted share": overall}
    if not of_rate:
        units = {"observed / expected": 1.0, "100 × observed / expected": 100.0}
    forms = {unit: observed * scale / ratio for unit, scale in units.items() if scale > 0}
    fits = _fitting(forms, float(observed.sum()))
    if not fits:
        raise OutcomesError(
            f"{table.name}, column '{heading}': expected a ratio of observed to expected, or an "
            "adjusted rate, whose expected total comes near the observed; it does not. Give the "
            "expected numbers.",
            "expected",
        )
    text = (
        f"The expected numbers were recovered from column '{heading}', read as {fits[0]}; they "
        "are as exact as its decimals allow."
    )
    return forms[fits[0]], [Note("recovered", text)]


def _refuse_zero(
    table: Table, heading: str, rows: pd.DataFrame, observed: NDArray | pd.Series
) -> None:
    """A unit with none observed has a ratio of 0 whatever was expected of it."""
    problems = Problems(table.name)
    for place in rows.index[((observed == 0) | ~(rows.ratio > 0)) & (rows.trials != 0)]:
        text = (
            f"what was expected of '{rows.doctor[place]}' cannot be found from a ratio where none "
            "was observed. Give the expected numbers, or leave the column out."
        )
        problems.add(int(rows.row[place]), heading, text, "expected")
    problems.refuse()


def _refuse_impossible(table: Table, rows: pd.DataFrame, heading: str) -> None:
    problems = Problems(table.name)
    seen = rows[rows.trials != 0]
    for place in seen.index[~((seen.expected > 0) & (seen.expected < seen.trials))]:
        value, trials = seen.expected[place], seen.trials[place]
        most = "" if math.isnan(trials) else f" and below the {trials:.0f} patients"
        found = "no number" if math.isnan(value) else f"{value:.4g}"
        text = (
            f"expected a number above 0{most}, found {found}. Correct it, or leave the column out."
        )
        problems.add(int(seen.row[place]), heading, text, "expected")
    problems.refuse()
