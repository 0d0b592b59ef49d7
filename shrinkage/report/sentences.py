"""What the report says in words, each sentence from the numbers of this file."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from shrinkage.report import load_checks
from shrinkage.report.analysis import ODDS, Analysis, Verdict
from shrinkage.report.wording import Words, percent, probability

FEW_DOCTORS = 8  # below it the spread between them leans visibly on its hyperprior
LEANS = 0.02  # a move of an estimate, as a share of one, that is worth a word


@dataclass(frozen=True)
class Line:
    """A line of a table of checks.

    Attributes
    ----------
    what, found : str
    good : bool or None
        None where there is nothing to judge.
    advice : str
        What to do, or how to read it.
    """

    what: str
    found: str
    good: bool | None = None
    advice: str = ""


@dataclass(frozen=True)
class Caveat:
    """One thing that the report cannot know."""

    title: str
    text: str


def in_short(a: Analysis, w: Words) -> list[str]:
    """The first sentences, for a reader who reads no others."""
    loaded, table = a.loaded, a.table
    said = [
        f"{w.count(loaded.doctors).capitalize()}, {loaded.patients:,} patients, "
        f"{loaded.successes:,} successes. "
        f"The typical {w.unit} has a {w.rate} of about {w.percent(a.typical.mean)} "
        f"(95 % credible interval {w.span(a.typical.low, a.typical.high)})."
    ]
    moved = (table.raw - table.estimate).abs()
    far = table.loc[moved.idxmax()]
    if moved.max() >= 0.005:
        said.append(
            f"The raw rate that moves most is that of {w.name(far.doctor)}: "
            f"{w.percent(far.raw)} after {_patients(far.trials)} becomes an estimate of "
            f"{w.percent(far.estimate)} ({w.span(far.low, far.high)})."
        )
    verdict = a.verdict
    if verdict.review:
        said.append(
            f"Below the standard of {w.percent(a.standard)} "
            f"with a probability above {probability(verdict.threshold)}: {w.names(verdict.review)}."
        )
    else:
        worst = table.loc[table.below.idxmax()]
        said.append(
            f"No {w.unit} lies below the standard of {w.percent(a.standard)} with a probability "
            f"above {probability(verdict.threshold)}; the nearest to it is "
            f"{w.name(worst.doctor)}, with {probability(worst.below)}."
        )
    widest = table.loc[(table.rank_high - table.rank_low).idxmax()]
    if len(table) > 2:
        said.append(
            f"The places in a league table are uncertain: that of {w.name(widest.doctor)} lies "
            f"anywhere from {widest.rank_low} to {widest.rank_high} of {len(table)}."
        )
    if a.severity == "used":
        said.append("All rates are for a patient of this file's average severity.")
    else:
        said.append("The rates are not adjusted for how sick the patients were.")
    return said


def pooling(a: Analysis, w: Words) -> list[str]:
    """How strongly the doctors' rates were pulled together."""
    table = a.table
    small, large = table.loc[table.trials.idxmin()], table.loc[table.trials.idxmax()]
    half = a.half_weight
    said = [
        f"The log-odds of the {w.units} scatter around the typical one with a standard deviation "
        f"of about {a.sigma.mean:.2f} (95 % credible interval {a.sigma.low:.2f} to "
        f"{a.sigma.high:.2f}). In rates: a new {w.unit} of the same kind would lie somewhere in "
        f"{w.span(a.new_doctor.low, a.new_doctor.high)}.",
        f"At about {max(1, round(half)):,} patients "
        f"a {w.unit}'s own data weigh as much as the rest of the file."
        if half < 1e6
        else f"So little spread is seen that no caseload in this file outweighs "
        f"the other {w.units}.",
    ]
    if large.trials > small.trials:
        said.append(
            f"The estimate of {w.name(small.doctor)}, with {_patients(small.trials)}, is about "
            f"{probability(small.weight)} its own data; that of {w.name(large.doctor)}, with "
            f"{_patients(large.trials)}, about {probability(large.weight)}."
        )
    if a.adjustment:
        adj = a.adjustment
        odds = adj.odds_ratio
        said.append(
            "One standard deviation more of severity multiplies the odds of success by "
            f"{odds.mean:.2f} ({odds.low:.2f} to {odds.high:.2f}). "
            f"{w.name(adj.sickest[0])} has the patients with the highest severity "
            f"({signed(f'{adj.sickest[1]:+.2f}')} standard deviations on average), "
            f"{w.name(adj.mildest[0])} those with the lowest "
            f"({signed(f'{adj.mildest[1]:+.2f}')}). Adjusting moves "
            f"{w.name(adj.who)} most, from {w.percent(adj.before, 1)} to "
            f"{w.percent(adj.after, 1)}."
        )
    return said


def load_lines(a: Analysis, w: Words) -> list[Line]:
    """The checks on the file."""
    loaded = a.loaded
    lines = [
        Line("Rows read", f"{loaded.rows:,}, {loaded.layout}"),
        Line(w.units.capitalize(), f"{loaded.doctors:,}"),
        Line("Patients", f"{loaded.patients:,}"),
        Line(
            "Missing values",
            "none",
            True,
            "A file with an empty outcome is refused, so rows without one "
            "were taken out before, or were never in it.",
        ),
        Line(
            "Successes",
            f"{loaded.successes:,}, {percent(loaded.rate, 1)}",
            None if loaded.rate >= 0.5 else False,
            "What 1 or 'successes' counts is read as the good outcome."
            if loaded.rate >= 0.5
            else "Fewer successes than failures. If your column counts deaths or complications, "
            "the whole report is upside down: count the others and run it again.",
        ),
        Line(
            f"Names that may be one {w.unit}",
            load_checks.describe(loaded.alike) if loaded.alike else "none",
            not loaded.alike,
            f"If each pair is one {w.unit}, write the name in one way and run it again."
            if loaded.alike
            else "",
        ),
    ]
    if loaded.repeated:
        column, times = loaded.repeated
        lines.append(
            Line(
                f"Entries of '{column}' in more than one row",
                f"{times:,}" if times else "none",
                None if times else True,
                "Rows of one patient are not independent; every interval is then too narrow."
                if times
                else "",
            )
        )
    if loaded.severity_spread:
        mean, sd = loaded.severity_spread
        digits = 2 if sd >= 0.05 else 4
        found = f"mean {mean:.{digits}f}, standard deviation {sd:.{digits}f}"
        lines.append(Line("Severity", signed(found.replace("-0.00,", "0.00,"))))
    if loaded.unused:
        lines.append(Line("Columns not used", ", ".join(loaded.unused)))
    return lines


def sampler_lines(a: Analysis, w: Words) -> list[Line]:
    """The checks on the fit."""
    lines = [
        Line(
            f"Sampler, {attempt.parameterisation}, target acceptance {attempt.target_accept}",
            attempt.found,
            attempt.converged or (None if a.convergence else False),
            ""
            if attempt.converged
            else "The same model was then sampled in another parameterisation."
            if attempt is not a.attempts[-1]
            else "Do not use the numbers of this page.",
        )
        for attempt in a.attempts
    ]
    if a.agreement:
        found = a.agreement
        lines.append(
            Line(
                "Sample against the exact posterior",
                f"{found.compared} posterior means; the largest difference is {found.worst:.1f} "
                f"Monte Carlo standard errors ({found.where})",
                found.good,
                f"In rates at most {100 * found.points:.2g} percentage points, in probabilities "
                f"of lying below the standard at most {100 * found.below_points:.2g}.",
            )
        )
    else:
        lines.append(
            Line(
                "Sample against the exact posterior",
                "not computed",
                None,
                "With a severity for so many patients or "
                f"{w.units} the exact posterior would take minutes.",
            )
        )
    lines.append(
        Line(
            "Monte Carlo error of a probability",
            f"at most {max(100 * a.monte_carlo, 0.1):.1f} percentage points",
            None,
            "Another seed moves the probabilities in the table by about that much.",
        )
    )
    return lines


def predictive_lines(a: Analysis, w: Words) -> list[Line]:
    """The posterior predictive checks."""
    said = {
        "spread": (
            f"Spread of the {w.units}' raw rates (1 would be chance alone)",
            f"The {w.units} differ {{less or more}} than the model's own; a normal population may "
            "not suit them.",
        ),
        "farthest": (
            f"The {w.unit} farthest from the pooled rate, in units of that spread",
            f"One {w.unit} stands apart {{less or more}} than in the model's clinics. A normal "
            "population pulls a true outlier too far in.",
        ),
        "caseload": (
            "Rank correlation of caseload and raw rate",
            f"{w.units.capitalize()} with more patients have {{lower or higher}} rates than the "
            "model allows for. It treats them as exchangeable; here caseload tells them apart.",
        ),
    }
    lines = []
    for check in a.checks:
        what, strange = said[check.name]
        high = check.above < 0.5
        advice = strange.replace("{less or more}", "more" if high else "less").replace(
            "{lower or higher}", "higher" if high else "lower"
        )
        lines.append(
            Line(
                what,
                signed(
                    f"{check.observed:.2f}; in 95 % of the model's clinics {check.low:.2f} to "
                    f"{check.high:.2f}"
                ),
                not check.strange,
                advice if check.strange else "Such clinics the model draws often.",
            )
        )
    return lines


def standard(a: Analysis, w: Words) -> str:
    """Where the standard comes from."""
    if a.standard_given:
        return f"The standard of {w.percent(a.standard)} is the one that was asked for."
    return (
        f"No standard was given, so one was made from the file: the {w.rate} at which the odds of "
        f"failure are {ODDS:g} times those of the typical {w.unit}, rounded: "
        f"{w.percent(a.standard)}. It is a comparison with these colleagues and not a standard of "
        "care, and the typical rate is itself uncertain. Better set your own before you look at "
        "the names."
    )


def verdicts(a: Analysis, w: Words) -> list[str]:
    """The decision at the ratio of costs that was asked for."""
    verdict = a.verdict
    said = [
        f"Suppose a false accusation costs as much as missing {a.cost_ratio:g} "
        f"{w.unit if a.cost_ratio == 1 else w.units} below the standard. "
        "Then the expected loss is least if you review those whose probability of lying below "
        f"the standard exceeds {a.cost_ratio:g}/({a.cost_ratio:g} + 1) = "
        f"{percent(verdict.threshold, 0)}."
    ]
    if verdict.review:
        said.append(
            f"That is {w.names(verdict.review)}. "
            f"Expect {_expected(verdict.wrong)} of them to meet the standard after all, and "
            f"{_expected(verdict.missed)} of the others to lie below it."
        )
    else:
        said.append(
            f"That is nobody. Expect {_expected(verdict.missed)} of all {w.units} to lie below "
            "the standard all the same: the data cannot say who."
        )
    if changed_by_hyperprior(a):
        said.append(
            "With a hyperprior half or twice as wide the decision is another one, as the checks "
            "show: do not decide on this file alone."
        )
    close = close_calls(a, verdict)
    if close:
        said.append(
            f"Too close to call with this many draws: {w.names(close)}. "
            "Another seed could decide otherwise."
        )
    most = a.table.loc[a.table.avoidable.idxmax()]
    if most.avoidable >= 0.05:
        said.append(
            f"Counted in patients, the largest expected shortfall below the standard is that of "
            f"{w.name(most.doctor)}: about {_expected(most.avoidable)} failures in "
            f"{_patients(most.trials)}."
        )
    said.append(
        "To review means to ask: read the records, check the coding, count the patients who are "
        "missing. It is no finding about a person."
    )
    return said


def changed_by_hyperprior(a: Analysis) -> bool:
    """Whether another hyperprior on the spread would decide otherwise."""
    return len({frozenset(line.review) for line in a.sensitivity}) > 1


def close_calls(a: Analysis, verdict: Verdict) -> tuple[str, ...]:
    """Doctors whose probability lies within two Monte Carlo errors of the threshold."""
    near = (a.table.below - verdict.threshold).abs() < 2 * a.monte_carlo
    return tuple(a.table.doctor[near])


def ranks(a: Analysis, w: Words) -> list[str]:
    """What may be said of first and last place."""
    first, last = a.table.loc[a.table.best.idxmax()], a.table.loc[a.table.worst.idxmax()]
    return [
        f"{w.name(first.doctor)} has the highest rate of all with a probability of "
        f"{probability(first.best)}, {w.name(last.doctor)} the lowest with "
        f"{probability(last.worst)}; nobody else is likelier to be first, or last."
    ]


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
    if a.severity == "used":
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
        "absent": "The file has no severity column, so",
        "left out": "The severity column was left out on request, so",
        "the same for all": "Severity is the same for every patient in the file, so",
        "needs patients": "The severity column cannot be used in a file with a row "
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
            if a.loaded.unused and a.severity != "needs patients"
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
    changed = changed_by_hyperprior(a)
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
            f"{w.name(small.doctor)}, with {_patients(small.trials)}.",
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
        if unused and a.severity != "needs patients"
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


def _patients(number: int) -> str:
    return f"{number:,} patient{'' if number == 1 else 's'}"


def _expected(number: float) -> str:
    if number < 0.05:
        return "almost none"
    return f"{number:.1f}" if number < 9.95 else f"{np.round(number):,.0f}"


def signed(text: str) -> str:
    """Hyphens before digits as minus signs."""
    return re.sub(r"-(?=\d)", "−", text)
