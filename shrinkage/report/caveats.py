"""The report's caveats: what it cannot know, as far as the file shows it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from shrinkage.data.reading.headings import meaning
from shrinkage.report.findings import Analysis
from shrinkage.report.formula import CASELOAD, term
from shrinkage.report.pooling_caveats import (
    Caveat,
    exchangeable,
    few_patients,
    few_units,
    unused,
)
from shrinkage.report.questions import covariates
from shrinkage.report.totals import Totals
from shrinkage.report.wording import Words, capital, listed, paired

MOST_LEFT_OUT = 20


def caveats(a: Analysis, w: Words) -> list[Caveat]:
    """What the report cannot know, as far as this file shows it."""
    totals = Totals.of(a.outcomes)
    return [
        _case_mix(a, w, totals),
        *_left_out(a, w),
        *_unknown(a, w, totals),
        *_missing(w, totals),
        *_selection(w, totals),
        _coding(w, totals),
        few_units(a, w, totals),
        *few_patients(a, w),
        exchangeable(a, w, totals),
        *_one_sided(w, totals),
        *_looked_alike(a, w),
        *_published(w),
        Caveat(
            "A rate is not a cause",
            f"The model describes how often {w.cases} of each {w.unit} went well. Whether they "
            "would have gone better elsewhere depends on who sends which patient to whom, "
            "which the file does not hold.",
        ),
    ]


def _case_mix(a: Analysis, w: Words, totals: Totals) -> Caveat:
    title = "Case mix"
    if w.scale.is_ratio:
        return Caveat(
            title,
            f"The expected numbers come from somebody else's model. What that model measured is "
            "adjusted for as well as it was measured; what it did not know, or was told wrongly, "
            f"stays in the ratio. A ratio compares each {w.unit} with what was expected of the "
            f"{w.unit}'s own {w.cases}, so two {w.units} with very different {w.cases} can still "
            "not be compared "
            "with each other.",
        )
    if a.adjustment and a.adjustment.formula != CASELOAD:
        return Caveat(
            title,
            f"The rates are adjusted for {a.adjustment.formula}, each in the same way for all "
            f"{w.units}. What these do not measure is not adjusted.",
        )
    low = a.table.loc[a.table.estimate.idxmin()]
    more = " The file has nothing about how sick they were."
    if totals.unused:
        option = adjusting(a)
        more = f" {unused(totals.unused)} not used" + (
            f"; {option} adjusts for {'them' if '+' in option else 'it'}."
            if option
            else "."
            if a.outcomes.patients is not None
            else "; adjusting needs a row a patient."
        )
    return Caveat(
        title,
        f"The rates are not adjusted, so {w.units} with sicker patients look worse than they are. "
        f"{w.name(low.doctor)}, with the {w.scale.last} estimate, may be one of them, "
        f"and this page could not tell.{more}",
    )


def adjusting(a: Analysis) -> str:
    """The option that adjusts for every column that may describe a patient; '' for none."""
    rows = a.outcomes.patients
    if rows is None:
        return ""
    names = []
    for name in covariates(a.outcomes):
        column, different = rows[name], rows[name].nunique()
        names_rows = not pd.api.types.is_numeric_dtype(column) and 2 * different > len(column)
        if meaning(name).role not in ("patient", "identifier") and different > 1 and not names_rows:
            names.append(term(name))
    return f"--adjust '{' + '.join(names)}'" if names else ""


def _left_out(a: Analysis, w: Words) -> list[Caveat]:
    left = a.outcomes.left_out
    if left is None or left.empty:
        return []
    some = left.head(MOST_LEFT_OUT)
    said = [f"{w.name(str(d))} ({why})" for d, why in zip(some.doctor, some.why, strict=True)]
    if len(left) > len(said):
        said.append(f"{len(left) - len(said):,} more")
    return [
        Caveat(
            f"{capital(w.count(len(left)))} of {w.whom} nothing can be said",
            f"In the file, and on no other part of this page: {listed(said)}. "
            f"If they differ from the others, the typical {w.unit} and the places do too.",
        )
    ]


def _unknown(a: Analysis, w: Words, totals: Totals) -> list[Caveat]:
    found = []
    if totals.suppressed:
        found.append(
            Caveat(
                "Suppressed counts",
                f"Of {w.count(totals.suppressed)} only bounds are known. The model sums over "
                "every count that these allow, so the estimates are right as far as the bounds "
                f"are; there is no raw rate, and who lies within a bound cannot be seen.",
            )
        )
    if totals.empty:
        names = list(a.table.doctor[(a.table.trials == 0).fillna(False)])  # none that is masked
        found.append(
            Caveat(
                f"{capital(w.count(totals.empty))} without {w.cases}",
                f"Of {w.names(names) if names else 'these'} the file has no {w.cases}; what the "
                f"table says of them is the prediction for any new {w.unit}.",
            )
        )
    return found


def _missing(w: Words, totals: Totals) -> list[Caveat]:
    if not w.scale.rates:
        return []
    lost = max(round(0.1 * totals.patients / 0.9), 1)
    with_lost = replace(totals, patients=totals.patients + lost)
    rates = totals.rate(w), with_lost.rate(w)
    worse = f"is not {rates[0]} but {rates[1]}"
    if not rates[0]:  # of few patients, rounded
        worse = f"is up to 10 percentage points {'higher' if w.scale.failures else 'lower'}"
    return [
        Caveat(
            "Missing outcomes",
            f"Only {w.cases} whose outcome is known are in the file. If one in ten was lost "
            f"({w.total(lost, w.cases)}) and none of the lost did well, the {w.rate} of all "
            f"{worse}; if one "
            f"{w.unit} lost more than another, the comparison between them is off as well.",
        )
    ]


def _selection(w: Words, totals: Totals) -> list[Caveat]:
    if not w.scale.rates:
        return []
    smallest = totals.smallest
    if smallest >= 10:
        text = (
            f"No {w.unit} in the file has fewer than {w.patients(smallest)}. If small caseloads "
            f"were left out, or {w.units} {w.who} left, the estimates describe those that remain."
        )
    else:
        size = "under ten" if w.rounded else f"{smallest:,}"
        text = (
            f"The smallest caseload is {size}, so small ones were not all left out. "
            f"Whether other {w.units} or {w.cases} were (those who left, those sent on elsewhere, "
            "those who died before they were counted) the file cannot show."
        )
    return [Caveat("Selection", text)]


def _coding(w: Words, totals: Totals) -> Caveat:
    share = totals.rate(w)
    if not w.scale.failures and totals.ends[1] < 0.5:
        return Caveat(
            "Coding",
            f"Only {share or 'a minority'} of outcomes are successes. If 1 stands for a death or "
            "a complication in your file, best and worst are exchanged on this whole page.",
        )
    what = f"what counts among the {w.counted}" if w.scale.failures else "what counts as a success"
    strictly = "counts more" if w.scale.failures else "codes strictly"
    read = "" if w.scale.failures or not share else f"{share} of outcomes are successes. "
    return Caveat(
        "Coding",
        f"{read}Somebody decided {what}, and perhaps not everywhere alike: {w.a_unit} {w.who} "
        f"{strictly} looks worse here than one {w.who} does not.",
    )


def _one_sided(w: Words, totals: Totals) -> list[Caveat]:
    if not totals.one_sided:
        return []
    none = w.counted if w.scale.failures else "failures"
    which = none if totals.most else "successes"
    return [
        Caveat(
            f"No {which} in the whole file",
            f"All {w.total(totals.patients, w.cases)} had the same outcome. How rare {which} are "
            "the data bound only from one side; the estimates lean on the hyperprior of the "
            f"typical {w.unit}, and differences between the {w.units} cannot be seen at all.",
        )
    ]


def _looked_alike(a: Analysis, w: Words) -> list[Caveat]:
    if not a.alike:
        return []
    return [
        Caveat(
            f"Names that may be one {w.unit}",
            f"{paired(a.alike)} were taken as different. If they are one, "
            "two small caseloads stand where there is one larger, and both are pulled in too far.",
        )
    ]


def _published(w: Words) -> list[Caveat]:
    if not w.rounded:
        return []
    return [
        Caveat(
            "What a masked number still shows",
            "Numbers under five are masked and totals rounded to tens. An estimate follows from "
            "the number behind it, so somebody who repeats the computation can narrow a masked "
            "number down. Where even that must not be, leave the row out of the file.",
        )
    ]
