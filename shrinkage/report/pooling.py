"""What the report says of how strongly it pooled, and of what adjusting did."""

from __future__ import annotations

from shrinkage.report.findings import Adjustment, Analysis, Coefficient, Groups
from shrinkage.report.formula import CASELOAD
from shrinkage.report.totals import Totals
from shrinkage.report.wording import Words, capital, listed, probability


def pooling(a: Analysis, w: Words) -> list[str]:
    """How strongly the units' rates were pulled together."""
    scale = w.scale
    said = [
        f"The log-odds of the {w.units} scatter around the typical one with a standard deviation "
        f"of about {a.sigma.mean:.2f} (95 % credible interval {a.sigma.low:.2f} to "
        f"{a.sigma.high:.2f}). Elsewhere this is called over-dispersion.",
        _three(a, w),
        _half_weight(a, w),
    ]
    table = a.table[(a.table.trials > 0).fillna(False) & a.table.weight.notna()]
    if table.trials.nunique() > 1 and scale.rates:
        small, large = table.loc[table.trials.idxmin()], table.loc[table.trials.idxmax()]
        said.append(
            f"The estimate of {w.name(small.doctor)}, with {w.patients(small.trials)}, is about "
            f"{probability(small.weight)} its own data; that of {w.name(large.doctor)}, with "
            f"{w.patients(large.trials)}, about {probability(large.weight)}."
        )
    if a.adjustment:
        said += _adjusted(a.adjustment, w)
    if a.groups:
        said.append(_groups(a.groups, w))
    return said


def _three(a: Analysis, w: Words) -> str:
    """How the rate of all, the typical unit's and a new unit's differ."""
    scale, t, new = w.scale, a.typical, a.new_unit
    overall = "" if scale.is_ratio else Totals.of(a.outcomes).rate(w)
    all_together = f" ({overall})" if overall else ""
    return (
        f"The {scale.short} of all {w.cases if scale.rates else w.units} together{all_together} "
        f"leans on the {w.units} with the largest caseloads. That of the typical {w.unit}, "
        f"{scale.full(t.mean, t.low, t.high)}, is in the middle of the {w.units}, whatever their "
        f"caseloads. That of a new {w.unit}, of {w.whom} nothing else is known, would lie "
        f"somewhere in {scale.span(new.low, new.high)}: the spread comes on top."
    )


def _half_weight(a: Analysis, w: Words) -> str:
    """Where a unit's own data weigh as much as the others': patients, or expected events."""
    half, size = a.half_weight, w.patients(max(1, round(a.half_weight)))
    many = half >= 1e6
    if w.scale.is_ratio:
        events = half * w.scale.expectation
        size, many = f"{max(events, 0.1):.2g} expected {w.counted}", events >= 1e5
    if many:
        return f"So little spread is seen that no {w.unit} in this file outweighs the others."
    return f"At about {size} {w.a_unit}'s own data weigh as much as the rest of the file."


def _adjusted(adj: Adjustment, w: Words) -> list[str]:
    scale = w.scale
    too = "the expected numbers and " if scale.is_ratio else ""
    deviations = any(c.step is None and "[" not in c.name for c in adj.coefficients)
    said = [
        f"Adjusted for {adj.formula}. The odds of {w.outcome} are multiplied by "
        f"{listed([_odds(c, w) for c in adj.coefficients])}"
        f"{'; of a number without a step, for a standard deviation' if deviations else ''}.",
        f"By {too}what was adjusted for alone, {w.name(adj.sickest[0])} would be expected to have "
        f"the worst {scale.rate}, {scale.as_rate.text(adj.sickest[1])}, and "
        f"{w.name(adj.mildest[0])} the best, {scale.as_rate.text(adj.mildest[1])}. "
        f"Adjusting moves {w.name(adj.who)} most, {scale.move(adj.before, adj.after)}.",
    ]
    if adj.rare:
        said.append(
            f"Rare or one-sided: {listed(list(adj.rare))}. Fewer than ten {w.cases} have this "
            "value, or all of them had the same outcome, so its coefficient leans on its prior."
        )
    return said


def _odds(c: Coefficient, w: Words) -> str:
    """An odds ratio of the outcome that the page is about: '1.45 (1.20 to 1.76) for age'."""
    ends = [c.odds_ratio.mean, c.odds_ratio.low, c.odds_ratio.high]
    if w.scale.failures:
        ends = [1 / ends[0], 1 / ends[2], 1 / ends[1]]
    what = c.name
    if c.step is not None:
        what = "twice the caseload" if c.name == CASELOAD else f"each {c.step:g} more of {c.name}"
    return f"{ends[0]:.2f} ({ends[1]:.2f} to {ends[2]:.2f}) for {what}"


def _groups(groups: Groups, w: Words) -> str:
    between, inside = groups.between, groups.inside
    return (
        f"Between one {groups.name} and another the log-odds scatter with a standard deviation of "
        f"{between.mean:.2f} ({between.low:.2f} to {between.high:.2f}), between the {w.units} of "
        f"one {groups.name} with {inside.mean:.2f} ({inside.low:.2f} to {inside.high:.2f}). "
        f"{capital(w.a_unit)}'s estimate is pulled towards its own {groups.name}."
    )
