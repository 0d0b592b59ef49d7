"""What the report says of its results in words, each sentence from the numbers of this file."""

from __future__ import annotations

from shrinkage.report.decision import ODDS
from shrinkage.report.findings import Analysis, Verdict
from shrinkage.report.wording import (
    Words,
    expected,
    patients,
    percent,
    probability,
    ratio,
    signed,
)


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
            f"{w.percent(far.raw)} after {patients(far.trials)} becomes an estimate of "
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
    if a.severity.used:
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
            f"The estimate of {w.name(small.doctor)}, with {patients(small.trials)}, is about "
            f"{probability(small.weight)} its own data; that of {w.name(large.doctor)}, with "
            f"{patients(large.trials)}, about {probability(large.weight)}."
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
        f"Suppose that {_costs(a.cost_ratio, w)}. "
        "Then the expected loss is least if you review those whose probability of lying below "
        f"the standard exceeds 1/(1 + {ratio(a.cost_ratio)}) = {percent(verdict.threshold, 0)}."
    ]
    if verdict.review:
        said.append(
            f"That is {w.names(verdict.review)}. "
            f"Expect {expected(verdict.wrong)} of them to meet the standard after all, and "
            f"{expected(verdict.missed)} of the others to lie below it."
        )
    else:
        said.append(
            f"That is nobody. Expect {expected(verdict.missed)} of all {w.units} to lie below "
            "the standard all the same: the data cannot say who."
        )
    if a.leans_on_hyperprior:
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
            f"{w.name(most.doctor)}: about {expected(most.avoidable)} failures in "
            f"{patients(most.trials)}."
        )
    said.append(
        "To review means to ask: read the records, check the coding, count the patients who are "
        "missing. It is no finding about a person."
    )
    return said


def _costs(cost_ratio: float, w: Words) -> str:
    """What a ratio of costs means."""
    missing = f"missing a {w.unit} below the standard"
    accusing = "accusing one who meets it"
    if cost_ratio >= 1:
        times = "as bad" if cost_ratio == 1 else f"{cost_ratio:.3g} times as bad"
        return f"{missing} is {times} as {accusing}"
    return (
        f"accusing a {w.unit} who meets the standard is {1 / cost_ratio:.3g} times as bad as "
        "missing one below it"
    )


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
