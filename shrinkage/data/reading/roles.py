"""Which column has which role: as stated, by the course's own names, or else as proposed.

Only the course's own names need no confirmation.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping

from shrinkage.data.reading.grid import Table
from shrinkage.data.reading.headings import own_name, plain
from shrinkage.data.reading.layouts import is_frequency
from shrinkage.data.reading.problems import OutcomesError, listed
from shrinkage.data.reading.proposal import COUNTED, OUTCOME, complete, proposed
from shrinkage.data.reading.rules import RULES

OWN = {"doctor", "successes", "trials", "success", "expected"}


def find_roles(table: Table, stated: Mapping[str, str] | None) -> dict[str, str]:
    """The heading of each role.

    Raises
    ------
    ColumnsError
        If the headings are not the course's own and nobody stated what they mean.
    OutcomesError
        If what is stated is no role, or no column of the file.
    """
    roles = _stated(table, stated or {})
    own = _own(table)
    if any(role in roles for role in COUNTED + OUTCOME):
        per_patient = any(role in roles for role in OUTCOME)
        dropped = (*COUNTED, *OUTCOME, *(("trials", "expected") if per_patient else ()))
        own = {r: h for r, h in own.items() if r not in dropped}
    taken = set(roles.values())
    roles |= {r: h for r, h in own.items() if r not in roles and h not in taken}
    if "ratio" in (stated or {}):
        roles.pop("expected", None)
    _refuse_both_layouts(table, roles)
    if stated is None and _asks(table, roles):
        roles.pop("success", None)
    if complete(roles):
        if "success" in roles or "failure" in roles:
            roles.pop("expected", None)  # a covariate of the patients
        _refuse_twins(table, list(roles.values()))
        return roles
    _refuse_twins(table, [c.heading for c in table.columns if own_name(c.heading) in OWN])
    raise proposed(table, roles)


def _stated(table: Table, stated: Mapping[str, str]) -> dict[str, str]:
    roles = {}
    for role, heading in stated.items():
        if role not in RULES["roles"]:
            raise OutcomesError(
                f"'{role}' is no role of a column. The roles are {', '.join(RULES['roles'])}.",
                "option",
            )
        if (column := table.find(heading)) is None:
            headings = [c.heading for c in table.columns]
            near = difflib.get_close_matches(heading, headings, n=1)
            raise OutcomesError(
                f"{table.name}, row {table.header_row}: there is no column '{heading}'"
                f"{f' (do you mean {near[0]!r}?)' if near else ''}. "
                f"Found {listed(headings, 12)}.",
                "option",
            )
        roles[role] = column.heading
    twice = [h for h, times in Counter(roles.values()).items() if times > 1]
    if twice:
        raise OutcomesError(
            f"Column '{twice[0]}' is stated for two roles. Give each its own.", "option"
        )
    return roles


def _own(table: Table) -> dict[str, str]:
    by_name: dict[str, str] = {}
    for column in table.columns:
        by_name.setdefault(own_name(column.heading), column.heading)
    wanted = {**RULES["own"]["counts"], **RULES["own"]["patients"], **RULES["own"]["further"]}
    return {role: by_name[name] for role, name in wanted.items() if name in by_name}


def _refuse_both_layouts(table: Table, roles: dict[str, str]) -> None:
    if "success" in roles and "successes" in roles:
        raise OutcomesError(
            f"{table.name}, row {table.header_row}: found '{roles['success']}' and also "
            f"'{roles['successes']}'. Keep the first for a row a patient, or the second with "
            "'trials' for a row a doctor.",
            "layouts",
        )


def _asks(table: Table, roles: Mapping[str, str]) -> bool:
    """Whether own names leave a doubt on the layout: 'success' beside a column of n."""
    if "success" not in roles:
        return "trials" not in roles
    others = [c for c in table.columns if c.heading not in roles.values()]
    return "trials" in roles or any(map(is_frequency, others))


def _refuse_twins(found: Table, needed: list[str]) -> None:
    """Refuse two columns of one name where that name is needed."""
    times = Counter(plain(column.heading) for column in found.columns)
    for heading in needed:
        if times[plain(heading)] > 1:
            raise OutcomesError(
                f"{found.name}, row {found.header_row}: two columns are called "
                f"'{own_name(heading)}'. Rename one of them; if each is for another year or "
                "group, write a row for each unit and year instead, with a column 'year', and "
                "add --sum or --by year.",
                "twins",
            )
