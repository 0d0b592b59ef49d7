"""The report's caveats: what it cannot know, as far as the file shows it."""

from __future__ import annotations

from dataclasses import dataclass

from shrinkage.report import load_checks
from shrinkage.report.findings import Analysis
from shrinkage.report.severity import Severity
from shrinkage.report.wording import Words, patients, percent, signed

FEW_DOCTORS = 8  # below it the spread between them leans visibly on its hyperprior


@dataclass(frozen=True)
class Caveat:
    """One thing that the report cannot know."""

    title: str
    text: str


def caveats(a: Analysis, w: Words) -> list[Caveat]:
    """What the report cannot know, as far as this file shows it."""
    return [
        _case_mix(a, w),
        _missing(a, w),
        _selection(a, w),
        _coding(a, w),
        _few_doctors(a, w),
        _few_patients(a, w),
        _exchangeable(a, w),
        *_one_sided(a, w),
        *_looked_alike(a, w),
        Caveat(
            "A rate is not a cause",
            f"The model describes how often patients of each {w.unit} did well. Whether they would "
            f"have done better elsewhere depends on who sends which patient to whom, "
            "which the file does not hold.",
        ),
    ]


def _case_mix(a: Analysis, w: Words) -> Caveat:
    title = "Case mix"
    if a.severity.used:
        unused = [c for c in a.loaded.unused if c != "severity"]
        more = (
            f" The columns {', '.join(unused)} were not used; if they say more about "
            "how sick the patients were, the adjustment is incomplete."
            if unused
            else " Nothing else about the patients is in the file."
        )
        return Caveat(
            title,
            "The rates are adjusted for the column 'severity', as one straight line on the "
            f"log-odds, the same for all {w.units}. What severity does not measure is not "
            f"adjusted.{more}",
        )
    how = {
        Severity.ABSENT: "The file has no severity column, so",
        Severity.LEFT_OUT: "The severity column was left out on request, so",
        Severity.THE_SAME_FOR_ALL: "Severity is the same for every patient in the file, so",
        Severity.NEEDS_PATIENTS: "The severity column cannot be used in a file with a row "
        f"a {w.unit} (adjusting needs a row a patient), so",
    }[a.severity]
    low = a.table.loc[a.table.estimate.idxmin()]
    return Caveat(
        title,
        f"{how} {w.units} with sicker patients look worse than they are. "
        f"{w.name(low.doctor)}, with the lowest estimate, may be one of them, "
        "and this page could not tell."
        + (
            f" The columns {', '.join(a.loaded.unused)} were not used."
            if a.loaded.unused and a.severity is not Severity.NEEDS_PATIENTS
            else ""
        ),
    )


def _missing(a: Analysis, w: Words) -> Caveat:
    lost = round(0.1 * a.loaded.patients / 0.9)
    rate = a.loaded.successes / (a.loaded.patients + max(lost, 1))
    return Caveat(
        "Missing outcomes",
        f"Only patients whose outcome is known are in the file. If one in ten was lost "
        f"(about {max(lost, 1):,}) and none of the lost did well, the success rate of all is not "
        f"{percent(a.loaded.rate, 1)} but {percent(rate, 1)}; if one {w.unit} lost more than "
        "another, the comparison between them is off as well.",
    )


def _selection(a: Analysis, w: Words) -> Caveat:
    smallest = a.loaded.smallest
    if smallest >= 10:
        text = (
            f"No {w.unit} in the file has fewer than {smallest:,} patients. If small caseloads "
            f"were left out, or {w.units} who left, the estimates describe those who remain."
        )
    else:
        text = (
            f"The smallest caseload is {smallest:,}, so small ones were not all left out. "
            f"Whether other {w.units} or patients were (those who left, those sent on elsewhere, "
            "those who died before they were counted) the file cannot show."
        )
    return Caveat("Selection", text)


def _coding(a: Analysis, w: Words) -> Caveat:
    rate = percent(a.loaded.rate, 1)
    if a.loaded.rate < 0.5:
        return Caveat(
            "Coding",
            f"Only {rate} of outcomes are successes. If 1 stands for a death or a "
            "complication in your file, best and worst are exchanged on this whole page.",
        )
    return Caveat(
        "Coding",
        f"{rate} of outcomes were read as successes. Somebody decided what counts as one, and "
        f"perhaps not everywhere alike: a {w.unit} who codes strictly looks worse here than one "
        "who does not.",
    )


def _few_doctors(a: Analysis, w: Words) -> Caveat:
    n = a.loaded.doctors
    title = f"{w.count(n).capitalize()} to learn a spread from"
    if not a.sensitivity:
        return Caveat(
            title,
            "The spread between them is estimated together with everything else; how much its "
            "hyperprior matters was not computed for so large a file.",
        )
    others = [s for s in a.sensitivity if s.sigma_scale != 1.0]
    most = max(others, key=lambda s: s.moved)
    changed = a.leans_on_hyperprior
    lean = (
        f"Only {n}, so the spread leans on its hyperprior. "
        if n < FEW_DOCTORS
        else "The spread between them decides how strongly all are pooled, and has a hyperprior. "
    )
    moves = (
        f"With a hyperprior half or twice as wide the estimates move by at most "
        f"{w.points(most.moved)} ({w.name(most.who)})"
    )
    return Caveat(
        title,
        lean
        + moves
        + (
            ", and the decision below changes with it: do not decide on this file alone."
            if changed
            else ", and the decision stays the same."
        ),
    )


def _few_patients(a: Analysis, w: Words) -> Caveat:
    table = a.table
    leaning = table[table.weight < 0.5].sort_values("trials")
    if leaning.empty:
        small = table.loc[table.trials.idxmin()]
        return Caveat(
            "Small caseloads",
            f"Every estimate here is mostly the {w.unit}'s own data, even that of "
            f"{w.name(small.doctor)}, with {patients(small.trials)}.",
        )
    one = len(leaning) == 1
    return Caveat(
        "Small caseloads",
        f"The estimate{'' if one else 's'} of {w.names(tuple(leaning.doctor))} "
        f"{'is' if one else 'are'} mostly what the others' data say. "
        "That an estimate is near the average is then no sign of average care; it means that "
        "little is known.",
    )


def _exchangeable(a: Analysis, w: Words) -> Caveat:
    caseload = next((check for check in a.checks if check.name == "caseload"), None)
    if caseload is None:
        seen = f"Whether this holds cannot be checked with {w.count(a.loaded.doctors)}."
    elif caseload.strange:
        seen = (
            "In this file it does not: caseload and raw rate go together more than the model "
            f"allows for (rank correlation {signed(f'{caseload.observed:.2f}')})."
        )
    else:
        seen = (
            f"Caseload, at least, gives no sign against it (rank correlation with the raw rate "
            f"{signed(f'{caseload.observed:.2f}')})."
        )
    unused = a.loaded.unused
    groups = (
        f" If one of the unused columns ({', '.join(unused)}) groups the {w.units}, they should be "
        "pooled within the groups."
        if unused and a.severity is not Severity.NEEDS_PATIENTS
        else ""
    )
    return Caveat(
        "Exchangeability",
        f"Pooling takes the {w.units} as members of one population: before seeing the data, "
        f"nothing would have told them apart. {seen}{groups}",
    )


def _one_sided(a: Analysis, w: Words) -> list[Caveat]:
    if 0 < a.loaded.rate < 1:
        return []
    which = "failure" if a.loaded.rate == 1 else "success"
    return [
        Caveat(
            f"No {which} in the whole file",
            f"All {a.loaded.patients:,} patients had the same outcome. How rare a {which} is the "
            "data bound only from one side; the estimates lean on the hyperprior of the typical "
            f"{w.unit}, and differences between the {w.units} cannot be seen at all.",
        )
    ]


def _looked_alike(a: Analysis, w: Words) -> list[Caveat]:
    if not a.loaded.alike:
        return []
    return [
        Caveat(
            f"Names that may be one {w.unit}",
            f"{load_checks.describe(a.loaded.alike)} were taken as different. If they are one, "
            "two small caseloads stand where there is one larger, and both are pulled in too far.",
        )
    ]
