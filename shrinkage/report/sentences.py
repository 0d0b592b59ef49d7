"""What the report says of its results in words, each sentence from the numbers of this file."""

from __future__ import annotations

from shrinkage.report.findings import Analysis, Verdict
from shrinkage.report.formula import CASELOAD
from shrinkage.report.totals import Totals
from shrinkage.report.wording import (
    Words,
    capital,
    expected,
    listed,
    percent,
    probability,
    ratio,
)

CHANCE = 0.15  # of the scatter, by which two things that are alike may differ
MOVED = 4  # units up to whom a move by one place is no small one


def read(a: Analysis, w: Words) -> str:
    """What was read, in one line."""
    totals = Totals.of(a.outcomes)
    said = [capital(w.count(totals.units))]
    if w.scale.rates:
        said.append(w.total(totals.patients, w.cases))
        said.append(totals.counted(w, w.counted))
    more = f"; of {w.count(totals.suppressed)} only bounds are known"
    return f"{listed(said)}{more if totals.suppressed else ''}."


def in_short(a: Analysis, w: Words) -> list[str]:
    """The first sentences, for a reader who reads no others."""
    first = [f"{read(a, w)} {typical(a, w)}", decided(a, w), leaning(a)]
    return [*filter(None, first), *stands_out(a, w)]


def typical(a: Analysis, w: Words) -> str:
    """The typical unit."""
    scale, t = w.scale, a.typical
    digits = scale.needed(t.low, t.high)
    said = (
        f"The typical {w.unit}'s {scale.noun} is {scale.text(t.mean, digits)} "
        f"(95 % credible interval {scale.span(t.low, t.high, digits)})"
    )
    if scale.is_ratio and scale.rates:
        said += f"; its {scale.rate} at the average expectation is {scale.as_rate.text(t.mean)}"
    return f"{said}."


def decided(a: Analysis, w: Words) -> str:
    """Whom the decision names."""
    scale, verdict = w.scale, a.verdict
    line = f"the standard of {scale.line(a.standard)}"
    chance = f"with a probability above {probability(verdict.threshold)}"
    if verdict.review:
        return f"{capital(scale.worse)} {line} {chance}: {w.names(verdict.review)}."
    worst = a.judged.loc[a.judged.below.idxmax()]
    return (
        f"No {w.unit} lies {scale.worse} {line} {chance}; the nearest to it is "
        f"{w.name(worst.doctor)}, with {probability(worst.below, verdict.threshold)}."
    )


def leaning(a: Analysis) -> str:
    """A warning where another hyperprior would decide otherwise; '' where none does."""
    if not a.leans_on_hyperprior:
        return ""
    return (
        "With a hyperprior half or twice as wide the decision is another one, as the checks "
        "show: do not decide on this file alone."
    )


def stands_out(a: Analysis, w: Words) -> list[str]:
    """What else a reader of the table would notice, and could misread."""
    table, scale, said = a.table, w.scale, scattered(a, w)
    moved = (table.raw - table.estimate).abs()
    if moved.notna().any():
        far = table.loc[moved.idxmax()]
        if scale.text(far.raw) != scale.text(far.estimate):
            after = f" after {w.patients(far.trials)}" if scale.rates else ""
            said.append(
                f"The raw {scale.kind} that moves most is that of "
                f"{w.name(far.doctor)}: {scale.text(far.raw)}{after} becomes an estimate of "
                f"{scale.full(far.estimate, far.low, far.high)}."
            )
    if table.rank_low.notna().sum() > 2:
        said.append(places(a, w))
    if a.adjustment and a.adjustment.formula == CASELOAD:
        said.append(
            f"Each rate is that at the {w.unit}'s own caseload, and is not adjusted for how sick "
            "the patients were."
        )
    elif a.adjustment:
        said.append(
            f"All rates are adjusted for {a.adjustment.formula}, and standardised to the "
            f"{w.cases} of the whole file."
        )
    elif not scale.is_ratio:
        said.append("The rates are not adjusted for how sick the patients were.")
    return said


def scattered(a: Analysis, w: Words) -> list[str]:
    """How far the raw rates scatter beside chance alone, one sentence, where it was computed."""
    spread = next((check for check in a.checks if check.name == "spread"), None)
    if spread is None:
        return []
    times = float(spread.numbers["observed"])
    far = "about as far as" if abs(times - 1) < CHANCE else f"{times:.1f} times as far as"
    alone = ", so that their order says little" if times < 1 + CHANCE else ""
    return [
        f"The raw {w.scale.kind}s of the {w.units} scatter {far} they would by chance alone{alone}."
    ]


def places(a: Analysis, w: Words) -> str:
    """How uncertain the places are."""
    table = a.table.dropna(subset="rank_low")
    width = table.rank_high - table.rank_low
    if width.max() == 0:
        return (
            "The places in a league table are certain here: no interval of a place has a second "
            f"{w.unit} in it."
        )
    if width.max() < 2 and len(table) > MOVED:
        return (
            f"The places in a league table are nearly certain here: no {w.unit}'s moves by more "
            "than one."
        )
    widest = table.loc[width.idxmax()]
    return (
        f"The places in a league table are uncertain: that of {w.name(widest.doctor)} lies "
        f"anywhere from {widest.rank_low:,} to {widest.rank_high:,} of {len(table):,}."
    )


def standard(a: Analysis, w: Words) -> str:
    """Where the standard comes from."""
    from shrinkage.report.decision import ODDS  # slow to import

    scale = w.scale
    where = (
        f"whose odds are {ODDS:g} times those of the typical {w.unit}"
        if scale.failures and not scale.is_ratio
        else f"at which the odds of failure are {ODDS:g} times those of the typical {w.unit}"
    )
    if a.standard_given:
        return f"The standard of {scale.line(a.standard)} is the one that was asked for."
    return (
        f"No standard was given, so one was made from the file: the {scale.short} {where}, "
        f"rounded: {scale.line(a.standard)}. "
        f"It is a comparison with these {w.others} and not a standard of care, and the typical "
        "one is itself uncertain. Better set your own, before you look at the names below: "
        "--standard does that."
    )


def verdicts(a: Analysis, w: Words) -> list[str]:
    """The decision at the ratio of costs that was asked for."""
    verdict, scale = a.verdict, w.scale
    said = [
        f"Suppose that {_costs(a.cost_ratio, w)}. "
        "Then the expected loss is least if you review those whose probability of lying "
        f"{scale.worse} the standard exceeds 1/(1 + {ratio(a.cost_ratio)}) = "
        f"{percent(verdict.threshold, 0)}."
    ]
    if len(verdict.review) == 1:
        said.append(
            f"{w.names(verdict.review)} meets the standard after all with a probability of "
            f"{probability(verdict.wrong)}; expect {expected(verdict.missed)} of the others to lie "
            f"{scale.worse} it."
        )
    elif verdict.review:
        said.append(
            f"Of the {w.count(len(verdict.review))} named expect {expected(verdict.wrong)} to meet "
            f"the standard after all, and {expected(verdict.missed)} of the others to lie "
            f"{scale.worse} it."
        )
    else:
        said.append(
            f"That is nobody. Expect {expected(verdict.missed)} of all {w.units} to lie "
            f"{scale.worse} the standard all the same: the data cannot say who."
            if verdict.missed >= 0.05
            else f"That is nobody, and hardly any {w.unit} is expected to lie {scale.worse} it."
        )
    close = close_calls(a, verdict)
    if close:
        said.append(
            f"Too close to call with this many draws: {w.names(close)}. "
            "Another seed could decide otherwise."
        )
    if (a.table.avoidable >= 0.05).any() and w.scale.rates and not w.rounded:
        most = a.table.loc[a.table.avoidable.idxmax()]
        number = expected(most.avoidable)
        failures = "failures" if w.counted == "successes" else w.counted
        failures = failures[:-1] if number == "1" and failures.endswith("s") else failures
        beyond = "excess over" if w.scale.failures else "shortfall against"
        said.append(
            f"Counted in {w.cases}, the largest expected {beyond} the standard is that of "
            f"{w.name(most.doctor)}: about {number} {failures} in {w.patients(most.trials)}."
        )
    return said


def _costs(cost_ratio: float, w: Words) -> str:
    """What a ratio of costs means."""
    missing = f"missing {w.a_unit} {w.scale.worse} the standard"
    accusing = f"{w.accusing} one {w.who} meets it"
    if cost_ratio >= 1:
        times = "as bad" if cost_ratio == 1 else f"{cost_ratio:.3g} times as bad"
        return f"{missing} is {times} as {accusing}"
    return (
        f"{w.accusing} {w.a_unit} {w.who} meets the standard is {1 / cost_ratio:.3g} times as bad "
        f"as missing one {w.scale.worse} it"
    )


def close_calls(a: Analysis, verdict: Verdict) -> tuple[str, ...]:
    """Units whose probability lies within two Monte Carlo errors of the threshold."""
    near = (a.table.below - verdict.threshold).abs() < 2 * a.monte_carlo
    return tuple(a.table.doctor[near])


def ranks(a: Analysis, w: Words) -> str:
    """What may be said of first and last place."""
    table = a.table.dropna(subset="best")
    first, last = table.loc[table.best.idxmax()], table.loc[table.worst.idxmax()]
    return (
        f"{w.name(first.doctor)} has the {w.scale.first} {w.scale.short} of all with a probability "
        f"of {probability(first.best)}, {w.name(last.doctor)} the {w.scale.last} with "
        f"{probability(last.worst)}; no other {w.unit} is more likely to be either."
    )
