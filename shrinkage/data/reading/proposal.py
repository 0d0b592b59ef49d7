"""What the headings seem to mean where they are not the course's own: a proposal, and its doubts.

Nothing is read by a proposal: it is shown with the first rows, and somebody has to state it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from shrinkage.data.reading.dates import is_date
from shrinkage.data.reading.grid import Column, Table
from shrinkage.data.reading.headings import meaning, plain
from shrinkage.data.reading.layouts import (
    counts_more,
    one_row_each,
    refuse_frequencies,
    side_by_side,
)
from shrinkage.data.reading.numbers import looks_like_number
from shrinkage.data.reading.options import option
from shrinkage.data.reading.patients import is_outcome, nearly_outcome
from shrinkage.data.reading.problems import ColumnsError, OutcomesError, Proposal, listed
from shrinkage.data.reading.qualifiers import compatible
from shrinkage.data.reading.rules import RULES
from shrinkage.data.reading.values import COUNTS_OF_RATES, by_values, may_be_rates

COUNTED = ("successes", "failures", "rate", "failure_rate")
OUTCOME = ("success", "failure")
SPOKEN = {"trials": "patients", "failure_rate": "failure rate"}
PREVIEWED = 3  # rows of the preview
WIDEST = 24  # letters of a cell in it
MOSTLY = 0.9  # of the rows: a column with more different values names them, and no units


def complete(roles: Mapping[str, str]) -> bool:
    """Whether roles suffice to read a table, with a row a unit or a row a patient."""
    if "unit" not in roles:
        return False
    if "success" in roles or "failure" in roles:
        return "trials" not in roles
    if not any(role in roles for role in COUNTED):
        return False
    both = "successes" in roles and "failures" in roles
    rare = "expected" in roles and ("successes" in roles or "failures" in roles)
    return "trials" in roles or both or rare


def proposed(table: Table, known: dict[str, str]) -> ColumnsError | OutcomesError:
    """The error that proposes what the headings mean, given the roles that are known."""
    if wide := side_by_side(table, ("trials", *COUNTED)):
        return OutcomesError(
            f"{table.name}, row {table.header_row}: {listed(wide)} seem to be the same for several "
            "years or groups. Write a row for each unit and year instead (doctor, year, successes, "
            "trials) and add --sum, or --by year; or state the columns that are meant, with "
            "--columns 'unit=…,trials=…,successes=…'",
            "wide",
        )
    roles, said = _guess(table, known)
    refuse_frequencies(table, roles)
    where = f"{table.name}, row {table.header_row}"
    if not complete(roles):
        return ColumnsError(f"{where}: {_partly(table, roles)}", None)
    return asking(table, Proposal(roles, option(roles), _preview(table, roles), tuple(said)))


def asking(table: Table, proposal: Proposal) -> ColumnsError:
    """The error that asks whether a proposal is right."""
    where = f"{table.name}, row {table.header_row}"
    text = "\n".join([f"{where}: the columns seem to be", proposal.preview, *proposal.said])
    return ColumnsError(f"{text}\nIf that is right, add {proposal.option}", proposal)


def _partly(table: Table, roles: Mapping[str, str]) -> str:
    """What some columns seem to be, what is lacking, and the option to complete."""
    known = [(heading, f"the {SPOKEN.get(role, role)}") for role, heading in roles.items()]
    seem = ", ".join(
        f"'{heading}' {'' if k else 'seems to be '}{what}"
        for k, (heading, what) in enumerate(known)
    )
    found = listed([column.heading for column in table.columns], 12)
    lacking = ("unit",) if {*OUTCOME} & {*roles} else ("unit", "trials")
    stated = {**dict.fromkeys(lacking, "…"), **roles}
    which = "State which column is which"
    if not {*COUNTED, *OUTCOME} & {*roles}:
        stated["successes"] = "…"
        which += ", with failures= for successes= where deaths or complications are counted"
    stated = {role: stated[role] for role in RULES["roles"] if role in stated}
    if not {"trials", *COUNTED, *OUTCOME} & {*roles}:
        patients = option({"unit": stated["unit"], "success": "…"})
        which += f"; where a row is a patient, add {patients}, and where it is a unit"
    return (
        f"{seem}{'; ' if seem else ''}no heading seems to name {_lacking(roles)}. Found {found}. "
        f"{which}: add {option(stated)}"
    )


def _lacking(roles: Mapping[str, str]) -> str:
    lacking = []
    if "unit" not in roles:
        lacking.append("the doctor, hospital or other unit")
    if not any(role in roles for role in COUNTED + OUTCOME):
        lacking.append("the successes or failures")
    elif "trials" not in roles and not any(role in roles for role in OUTCOME):
        lacking.append("the number of patients")
    return " and ".join(lacking)


def _guess(table: Table, known: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Roles as the headings and the first values have them, and what is uncertain, in sentences."""
    said: list[str] = []
    free = [c for c in table.columns if c.heading not in known.values()]
    means = {column.heading: meaning(column.heading) for column in free}
    by_role: dict[str, list[Column]] = defaultdict(list)
    for column in sorted(free, key=lambda c: -means[c.heading].strength):
        if role := by_values(column, means[column.heading]):
            by_role[role].append(column)
    roles = dict(known)

    def take(role: str, sort: str | None = None) -> bool:
        candidates = by_role[sort or role]
        if role in roles or not candidates:
            return role in roles
        roles[role] = candidates[0].heading
        if len(candidates) > 1:
            others = listed([c.heading for c in candidates[1:]])
            said.append(f"{others} could be it as well as '{candidates[0].heading}' ({role}).")
        return True

    if "unit" not in roles and (unit := _unit(table, by_role, said, _of_patients(known, by_role))):
        roles["unit"] = unit
    if not any(role in roles for role in OUTCOME):
        take("trials")
    if "successes" in roles and "trials" not in roles:
        take("failures")
    if not any(role in roles for role in COUNTED + OUTCOME):
        _take_counted(roles, by_role, said, take)
    sorts = [role for role in ("failures", "successes") if role in roles]
    counted = sorts[0] if len(sorts) == 1 else None
    single = "unit" in roles and one_row_each(table.column(roles["unit"]))
    others = [c for c in free if c.heading not in roles.values() and counts_more(c)]
    of_each = [nearly_outcome(table.column(roles[sort]).values) for sort in sorts]
    if of_each == [True, True] and not single:  # 'Died' and 'Survived' of each patient
        counted = "successes"
        del roles["failures"]
    outcomes = counted and all(of_each)
    if (
        counted
        and outcomes
        and "trials" not in roles
        and not (single and (others or by_role["expected"]))
    ):
        roles[{"failures": "failure", "successes": "success"}[counted]] = roles.pop(counted)
        said = [text.replace("successes= for failures=", "success= for failure=") for text in said]
    elif not any(role in roles for role in OUTCOME):
        if heading := next((roles[r] for r in COUNTED if r in roles), None):
            noun = meaning(heading).noun
            for sort in ("expected", "ratio"):  # expected complications are no expected deaths
                by_role[sort] = [
                    c for c in by_role[sort] if compatible(means[c.heading].noun, noun)
                ]
        take("expected") or take("ratio")
    if "failures" in roles or "failure_rate" in roles or "failure" in roles:
        bad = next(roles[r] for r in ("failures", "failure_rate", "failure") if r in roles)
        if "successes" not in roles and not any("does not say" in text for text in said):
            said.append(f"'{bad}' counts failures: the successes are the other patients.")
    if single and any(role in roles for role in OUTCOME):
        said.append("Every unit has one row: if a row has counts, it lacks its number of patients.")
    if counted in roles and "trials" in roles and may_be_rates(table.column(roles[counted])):
        rate = {good: bad for bad, good in COUNTS_OF_RATES.items()}[counted]
        said.append(
            f"'{roles[counted]}' could be as well percents or shares: if so, write {rate}= for "
            f"{counted}=."
        )
    order = [role for role in RULES["roles"] if role in roles]
    return {role: roles[role] for role in order}, said


def _take_counted(roles: dict, by_role: dict, said: list[str], take: Callable[..., bool]) -> None:
    """The first of successes, failures, their rates, or what has no direction."""
    has = [bool(by_role[role]) for role in ("successes", "failures")]
    if all(has) and "trials" not in roles:
        nouns = [meaning(by_role[role][0].heading).noun for role in ("successes", "failures")]
        if compatible(*nouns):  # the dead are the others of the survivors, the readmitted are not
            take("successes")
            take("failures")
        return
    if all(has):
        said.append(
            f"'{by_role['failures'][0].heading}' counts failures and "
            f"'{by_role['successes'][0].heading}' successes: the second is proposed."
        )
    if take("successes") or take("failures") or take("failure_rate") or take("rate"):
        return
    for sort, role in (("undirected", "failures"), ("undirected rate", "failure_rate")):
        if by_role[sort]:
            take(role, sort)
            good = "successes" if role == "failures" else "rate"
            said.append(
                f"'{roles[role]}' does not say whether it counts something good: if it does, "
                f"write {good}= for {role}=."
            )
            return


def _of_patients(known: Mapping[str, str], by_role: Mapping[str, list[Column]]) -> bool:
    """Whether a row seems to be a patient: outcomes of single ones, and no number of them."""
    counted = [c for role in ("successes", "failures", "undirected") for c in by_role[role]]
    outcomes = any(is_outcome(column.values) for column in counted)
    single = any(role in known for role in OUTCOME)
    return single or (outcomes and not (by_role["trials"] or by_role["expected"]))


def _names_rows(column: Column) -> bool:
    """Whether a column has another value in almost every row."""
    return len(column.used()) > MOSTLY * len(column.codes)


def _unit(
    table: Table, by_role: dict[str, list[Column]], said: list[str], patients: bool
) -> str | None:
    """The heading of the units: a name before a code, a finer one before a coarser."""
    codes = [c for c in by_role["identifier"] if not (patients and _names_rows(c))]

    def rank(column: Column) -> tuple[int, int, int, int]:
        means = meaning(column.heading)
        named = bool({*RULES["names"]} & {*plain(column.heading).split()})
        wide = means.noun in RULES["wider_units"]
        person = means.noun in RULES["people"]  # a surgeon of two hospitals is one surgeon
        return (means.strength - wide, person, named, len(column.values))

    units = sorted(by_role["unit"], key=rank, reverse=True)
    chosen = (units or codes or [None])[0]
    if chosen is None:
        chosen = _nameless(table, by_role)
        if chosen is None or (patients and _names_rows(chosen)):
            return None
        said.append(f"No heading says what the units are: '{chosen.heading}' has names.")
        return chosen.heading
    single = _names_rows(chosen)
    others = [c.heading for c in units[1:] + codes if c is not chosen and single >= _names_rows(c)]
    if others:
        said.append(f"The unit could also be {listed(others)}.")
    return chosen.heading


def _nameless(table: Table, by_role: dict[str, list[Column]]) -> Column | None:
    """A column of texts without a heading of a known meaning, different in most rows."""
    taken = {column.heading for columns in by_role.values() for column in columns}
    texts = [
        column
        for column in table.columns
        if column.heading not in taken
        and 2 * len(used := column.used()) > len(table.numbers)
        and not any(looks_like_number(text) or is_date(text) for text, _ in used[:100])
    ]
    digits = {c.heading: sum(ch.isdigit() for t in c.values[:100] for ch in t) for c in texts}
    return min(texts, key=lambda c: digits[c.heading], default=None)


def _preview(table: Table, roles: Mapping[str, str]) -> str:
    """The first rows as text, the role above each heading."""
    columns = [
        [role, heading, *table.column(heading).texts[:PREVIEWED]] for role, heading in roles.items()
    ]
    columns = [[cell[:WIDEST] for cell in cells] for cells in columns]
    widths = [max(map(len, cells)) for cells in columns]
    rows = zip(*columns, strict=True)
    return "\n".join(
        "  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
