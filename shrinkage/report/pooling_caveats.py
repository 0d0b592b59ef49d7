"""What pooling takes for granted, and how far the file bears it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shrinkage.data.reading.headings import meaning
from shrinkage.report.findings import Analysis, Check
from shrinkage.report.formula import CASELOAD
from shrinkage.report.totals import Totals
from shrinkage.report.wording import Words, capital, listed, signed

FEW_UNITS = 8  # below it the spread between them leans visibly on its hyperprior


@dataclass(frozen=True)
class Caveat:
    """One thing that the report cannot know."""

    title: str
    text: str


def few_units(a: Analysis, w: Words, totals: Totals) -> Caveat:
    """How much the spread, and the decision, lean on the hyperprior."""
    n = totals.units
    title = f"{capital(w.count(n))} to learn a spread from"
    others = [line for line in a.sensitivity if line.which]
    if not others:
        return Caveat(
            title,
            "The spread between them is estimated together with everything else; how much its "
            "hyperprior matters was not computed.",
        )
    most = max(others, key=lambda line: line.moved)
    lean = (
        f"Only {n}, so the spread leans on its hyperprior. "
        if n < FEW_UNITS
        else "The spread between them decides how strongly all are pooled, and has a hyperprior. "
    )
    return Caveat(
        title,
        f"{lean}With a hyperprior half or twice as wide the estimates move by at most "
        f"{w.scale.difference(most.moved)} ({w.name(most.who)})"
        + (
            ", and the decision changes with it: do not decide on this file alone."
            if a.leans_on_hyperprior
            else ", and the decision stays the same."
        ),
    )


def few_patients(a: Analysis, w: Words) -> list[Caveat]:
    """Whose estimates are mostly what the others' data say."""
    table = a.table[(a.table.trials > 0).fillna(False)]
    if not w.scale.rates or table.empty or table.weight.isna().any():  # masked, to be published
        return []
    leaning = table[table.weight < 0.5].sort_values("trials")
    if leaning.empty:
        small = table.loc[table.trials.idxmin()]
        text = (
            f"Every estimate here is mostly the {w.unit}'s own data, even that of "
            f"{w.name(small.doctor)}, with {w.patients(small.trials)}."
        )
    else:
        one, every = len(leaning) == 1, len(leaning) == len(table)
        whose = f"All {w.units}' estimates" if every else f"The estimate{'' if one else 's'} of "
        text = (
            f"{whose}{'' if every else w.names(list(leaning.doctor))} "
            f"{'is' if one else 'are'} mostly what the others' data say. "
            "That an estimate is near the average is then no sign of average care; it means that "
            "little is known."
        )
    return [Caveat("Small caseloads", text)]


def exchangeable(a: Analysis, w: Words, totals: Totals) -> Caveat:
    """Whether anything in the file tells the units apart."""
    seen = _caseload(a, w, totals)
    may_group = [name for name in totals.unused if meaning(name).role in (None, "unit")]
    groups = (
        f" {unused(may_group)} not used; if one groups the {w.units}, they should be pooled within "
        "the groups, which --within does."
        if may_group and not a.groups and not a.adjustment
        else ""
    )
    return Caveat(
        "Exchangeability",
        f"Pooling takes the {w.units} as members of one population: before seeing the data, "
        f"nothing would have told them apart. {seen}{groups}",
    )


def caseload_option(a: Analysis, w: Words) -> str:
    """What puts the caseload into the model, beside all that is there: a sentence."""
    if not w.scale.rates:
        return (
            "With a column of patients in the file, --adjust caseload would put the caseload into "
            "the model."
        )
    formula = f"'{a.adjustment.formula} + {CASELOAD}'" if a.adjustment else CASELOAD
    return f"--adjust {formula} puts the caseload into the model."


def by_caseload(a: Analysis) -> bool:
    """Whether the caseload is in the model already."""
    return bool(a.adjustment and CASELOAD in a.adjustment.formula.split(" + "))


def _caseload(a: Analysis, w: Words, totals: Totals) -> str:
    """What both checks of the caseload say together, with one voice."""
    if by_caseload(a):
        return f"Caseload is in the model: {w.units} of like caseloads are taken as alike."
    both = {check.name: check for check in a.checks if check.name in ("caseload", "volume")}
    slope, rank = both.get("volume"), both.get("caseload")
    if slope is not None and slope.good is False:
        return (
            f"In this file it does not: the {w.scale.kind}s go with the {size(w)}, as the checks "
            f"show. {caseload_option(a, w)}"
        )
    if rank is None:
        return f"Whether this holds cannot be checked with {w.count(totals.units)}."
    number = signed(f"{rank_numbers(rank, w)['observed']:.2f}")
    kind = "ratio" if w.scale.is_ratio else "success rate"
    if rank.good:
        return (
            f"{capital(size(w))}, at least, gives no sign against it (rank correlation with the "
            f"raw {kind} {number})."
        )
    return (
        f"In this file it does not: {size(w)} and raw {kind} go together more than the model "
        f"allows for (rank correlation {number}). {caseload_option(a, w)}"
    )


def rank_numbers(rank: Check, w: Words) -> dict[str, float]:
    """The numbers of the check 'caseload': of the ratio where it is one of failures."""
    n = {name: float(value) for name, value in rank.numbers.items()}
    if not (w.scale.is_ratio and w.scale.failures):
        return n
    return {
        "observed": -n["observed"],
        "low": -n["high"],
        "high": -n["low"],
        "above": 1 - n["above"],
    }


def size(w: Words) -> str:
    """How large a unit is: 'caseload', or 'expected number of deaths' where there is none."""
    return "caseload" if w.scale.rates else f"expected number of {w.counted}"


def unused(columns: Sequence[str]) -> str:
    """Columns that were not read, as the start of a sentence."""
    said = listed([f"'{column}'" for column in columns])
    return f"The column {said} was" if len(columns) == 1 else f"The columns {said} were"
