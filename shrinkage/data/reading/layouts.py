"""Whether a row is a unit or a patient, or a unit in several groups that stand side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.headings import meaning
from shrinkage.data.reading.numbers import number
from shrinkage.data.reading.patients import is_outcome
from shrinkage.data.reading.problems import OutcomesError
from shrinkage.data.reading.rules import RULES, words

GROUPS = set(RULES["groups"])
OUTCOME_OF = {"successes": "success", "failures": "failure"}


def one_row_each(unit: Column) -> bool:
    """Whether no unit has a second row: then a row is hardly a patient."""
    return len(unit.codes) > 1 and len(set(unit.codes.tolist())) == len(unit.codes)


def counts_more(column: Column) -> bool:
    """Whether a column has whole numbers above 1."""
    values = [number(text) for text in column.values[:1000]]
    return any(v is not None and v > 1 and v == round(v) for v in values)


def is_frequency(column: Column) -> bool:
    """Whether a column may say how many patients a row stands for: 'n', 'count', 'cases'."""
    means = meaning(column.heading)
    found = set(words(column.heading))
    named = means.role == "trials" and means.strength == 2
    return (named or (bool(found) and found <= set(RULES["frequencies"]))) and counts_more(column)


def refuse_frequencies(table: Table, roles: Mapping[str, str], said: str = "") -> None:
    """Refuse 0 and 1 beside larger numbers, with several rows a unit: three things it can be.

    Raises
    ------
    OutcomesError
        With what states each of them.
    """
    counted = next((role for role in ("successes", "failures") if role in roles), None)
    outcome = next((role for role in ("success", "failure") if role in roles), None)
    heading = roles.get(counted or outcome or "")
    if heading is None or "unit" not in roles or {"successes", "failures"} <= set(roles):
        return
    unit, texts = table.column(roles["unit"]), table.column(heading).values
    free = [c for c in table.columns if c.heading not in (roles["unit"], heading)]
    many = [
        c.heading
        for c in free
        if is_frequency(c) or (meaning(c.heading).role == "trials" and counts_more(c))
    ]
    if not many or one_row_each(unit) or not is_outcome(texts):
        return
    number_of = roles.get("trials", many[0])
    role = outcome or OUTCOME_OF[str(counted)]
    per_patient = f"unit={unit.heading},{role}={heading}"
    counts = {good: bad for bad, good in OUTCOME_OF.items()}[role]
    raise OutcomesError(
        f"{table.name}, row {table.header_row}: '{heading}' has one of two values in every row, "
        f"units have several rows, and '{number_of}' has larger numbers. If every row is a "
        f"patient, add --columns '{per_patient}'. If every row stands for '{number_of}' patients "
        "with one outcome, add them up: a row for each unit, with its successes and trials. If "
        f"'{heading}' is a count among '{number_of}', add --columns "
        f"'unit={unit.heading},trials={number_of},{counts}={heading}'.",
        "frequencies",
    )


def side_by_side(table: Table, wanted: tuple[str, ...]) -> list[str]:
    """Headings of one of the wanted roles that differ in a number or a group alone.

    'trials 2001' and 'trials 2002', or 'Male deaths' and 'Female deaths' where no 'Deaths' are.
    """
    alike = defaultdict(list)
    for column in table.columns:
        found = words(column.heading)
        base = " ".join(re.sub(r"\d+", "", word) for word in found if word not in GROUPS)
        numbered = bool(re.search(r"\d", column.heading))
        if numbered or GROUPS & set(found):
            alike[" ".join(base.split()), numbered].append(column.heading)
    whole = {" ".join(words(column.heading)) for column in table.columns}
    for (base, numbered), headings in alike.items():
        role = meaning(headings[0] if numbered else base).role
        if len(headings) > 1 and role in wanted and (numbered or base not in whole):
            return headings
    return []
