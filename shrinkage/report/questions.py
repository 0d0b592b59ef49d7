"""What is questioned before anything is computed: which end of the rate is good, and the standard.

A rate that counts failures, read as successes, names the best for a review. So a rate whose words
or size suggest it is refused or doubted while that costs nothing. Imports nothing heavy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pandas as pd

from shrinkage.data import Note, Outcomes
from shrinkage.data.reading.options import option
from shrinkage.data.reading.qualifiers import OUTCOMES, directions
from shrinkage.data.reading.rules import RULES, words
from shrinkage.report.formula import RESERVED, caseload_apart, joined, term
from shrinkage.report.refusal import ReportError, wilson
from shrinkage.report.request import Request
from shrinkage.report.scale import Scale
from shrinkage.report.totals import Totals
from shrinkage.report.wording import CASES, Words, percent, singular

LEAST = 1 / 3  # of the expected, below which a standard was meant as a rate
FAR = 3.0  # log-odds between the standard and all rates together, beyond which it is doubted


#: The role of the same column, if it counts the other outcome.
OTHER = {"successes": "failures", "success": "failure", "rate": "failure_rate"}


def names(kind: str, text: str) -> bool:
    """Whether a rate's name is that of an outcome of this kind, 'failures' or 'successes'.

    'complication-free survival' and 'no readmission' are no failures.
    """
    known = [w if w in OUTCOMES or f"{w}s" not in OUTCOMES else f"{w}s" for w in words(text)]
    told = directions("", ["without" if word == "no" else word for word in known])
    return told is not None and told[kind == "successes"]


def turned(columns: Mapping[str, str], counted: str) -> str:
    """The option that reads what was taken for successes as failures."""
    roles = {OTHER.get(role, role): heading for role, heading in columns.items()}
    if roles == dict(columns):
        roles["failures"] = counted
    return option({role: roles[role] for role in RULES["roles"] if role in roles})


def words_of(outcomes: Outcomes, request: Request) -> Words:
    """The reader's words for what was read, and the scale on which it is shown.

    Raises
    ------
    ReportError
        If the rate is named as one of failures, and the file was read as one of successes.
    """
    unit = singular(request.unit) if request.unit else outcomes.unit or _by_names(outcomes)
    named = request.rate.strip() if request.rate and request.rate.strip() else None
    if named and names("failures", named) and not outcomes.failures:
        raise ReportError(_upside_down(outcomes, named, unit))
    well = named is not None and names("successes", named)
    failures = outcomes.failures and not well
    own = outcomes.rate if outcomes.failures == failures else None
    counted = _counted(outcomes, failures)
    default = f"{singular(counted)} rate"
    scale = Scale(
        rate=named or own or default,
        failures=failures,
        reference=_reference(outcomes),
        counted=counted,
        rates=not outcomes.rare,
    )
    cases = str(outcomes.columns.get("trials", "")).casefold()
    if cases not in CASES:
        cases = next((word for word in CASES if re.search(rf"\b{word}\b", cases)), "patients")
    return Words(unit, cases, counted, scale)


def unit_known(outcomes: Outcomes, request: Request, w: Words) -> bool:
    """Whether somebody said what a row is: 'doctor' may be no more than the default."""
    own = str(outcomes.columns.get("unit", "")).casefold() == "doctor"
    return bool(request.unit or outcomes.unit or own or w.unit != "doctor")


def enough(outcomes: Outcomes, w: Words) -> None:
    """Refuse what there is nothing to pool of; for one unit alone say what its data say."""
    counts = outcomes.counts[outcomes.counts.trials > 0]
    if len(counts) > 1:
        return
    if counts.empty:
        raise ReportError(
            f"No {w.unit} in the file has {w.cases} whose outcome is known, so there is nothing to "
            "compare. Check the columns and run it again."
        )
    name, trials, successes = counts.iloc[0][["doctor", "trials", "successes"]]
    message = (
        f"There is one {w.unit} with {w.cases} in the file, '{name}', and nobody to pool with, so "
        "a report could only repeat its priors. "
    )
    if not pd.isna(successes) and w.scale.rates:
        n = int(trials)
        low, high = wilson(int(successes), n)
        number = int(trials - successes) if w.scale.failures else int(successes)
        message += (
            f"For {w.events(number)} in {w.patients(n)} Wilson's 95 % interval is "
            f"{w.scale.as_rate.span(low, high)}. "
        )
    raise ReportError(f"{message}Add the {w.unit}'s colleagues to the file and run it again.")


def doubts(outcomes: Outcomes, request: Request, w: Words) -> list[Note]:
    """What a reader should confirm, because it may turn the report upside down.

    Raises
    ------
    ReportError
        If the standard is no rate or ratio at all.
    """
    low, high = Totals.of(outcomes).ends
    pooled = (low + high) / 2
    found = []
    if not request.rate and not outcomes.rate and not outcomes.failures and high < 0.5:
        found.append(Note("direction", _mostly_failures(outcomes, high, w), doubtful=True))
    if request.standard is not None:
        theta = standard_of(request.standard, w.scale)
        if (side := _far(theta, pooled)) is not None:
            found.append(Note("standard", _nobody(theta, side, pooled, w), doubtful=True))
    return found


def formula(request: Request, outcomes: Outcomes) -> str | None:
    """What to adjust for: what was asked for, or severity where it differs between patients."""
    if request.adjust is not None:
        return joined(request.adjust, covariates(outcomes)) if request.adjust else None
    return default_formula(outcomes)


def default_formula(outcomes: Outcomes) -> str | None:
    """What is adjusted for unasked: ``severity``, or what tells a unit's rows apart; or None."""
    rows = outcomes.cells if outcomes.patients is None else outcomes.patients
    if rows is None:
        return None
    known = covariates(outcomes)
    name = "severity" if outcomes.patients is not None else next(iter(known), "")
    return term(name) if name in known and rows[name].nunique() > 1 else None


def possible(request: Request, outcomes: Outcomes, adjust: str | None) -> None:
    """Refuse a caseload that the file does not have, and a notebook that cannot repeat a model."""
    if not adjust:
        return
    by_caseload = caseload_apart(adjust, covariates(outcomes))[1]
    if by_caseload and outcomes.rare:
        raise ReportError(
            "--adjust caseload needs the number of patients of each unit, and the file has only "
            "what was observed and expected. Add a column of patients, or leave it out."
        )
    if request.notebook and (outcomes.patients is None or by_caseload):
        raise ReportError(
            "A notebook can repeat an adjustment only where the file has a row a patient, and this "
            f"one is for '{adjust}' from counts. Leave out --notebook, or add --no-adjust."
        )


def covariates(outcomes: Outcomes) -> list[str]:
    """The columns that a formula may name."""
    rows = outcomes.cells if outcomes.patients is None else outcomes.patients
    return [] if rows is None else [str(c) for c in rows.columns if c not in RESERVED]


def standard_of(given: float, scale: Scale) -> float:
    """The success probability that a standard means on the scale that is shown.

    Raises ReportError if it is none.
    """
    if not (math.isfinite(given) and given > 0):
        raise ReportError(
            f"The standard must be a rate between 0 and 1, found {given:g}; write 0.75 for 75 %."
        )
    theta = scale.theta(given)
    if scale.is_ratio and not 0 < theta < 1:
        most = float(scale.shown(0.0 if scale.failures else 1.0))
        raise ReportError(
            f"The file has expected numbers, so the standard is a {scale.noun}: 1 is as expected, "
            f"and more than {most:.3g} is more than all patients. Found {given:g}; "
            "write 1.5 for half as many again as expected."
        )
    if scale.is_ratio and given < LEAST:
        rate = (
            f" If a {scale.rate} of {percent(given, 1)} was meant, divide by the average "
            f"expectation, {percent(scale.expectation, 1)}: --standard "
            f"{given / scale.expectation:.2f}."
        )
        raise ReportError(
            f"The file has expected numbers, so the standard is a {scale.noun}: 1 is as expected, "
            f"and {given:g} a small part of it.{rate if scale.rates else ''}"
        )
    if not 0 < theta < 1:
        example = f"{given / 100:g} for {given:g} %" if given < 100 else "0.75 for 75 %"
        raise ReportError(
            f"The standard must be a {scale.rate} between 0 and 1, found {given:g}; "
            f"write {example}."
        )
    return theta


def _by_names(outcomes: Outcomes) -> str:
    """What a row is by what all names begin with: 'hospital' for 'Hospital 1', 'Hospital 2'."""
    first = {re.split(r"[\W\d_]", str(name).casefold())[0] for name in outcomes.counts.doctor}
    return RULES["unit"].get(first.pop(), "doctor") if len(first) == 1 else "doctor"


def _reference(outcomes: Outcomes) -> float | None:
    counts = outcomes.counts
    if "expected" not in counts or not counts.trials.sum():
        return None
    return float(counts.expected.sum() / counts.trials.sum())


def _counted(outcomes: Outcomes, failures: bool) -> str:
    """What was counted, as a sentence says it: 'deaths' for the heading 'Observed deaths'."""
    if not failures:
        return "successes"
    found = words(str(outcomes.counted))
    for word in found:
        if names("failures", word) and word.endswith("s"):
            return word
    own = [word for word in found if word.isalpha() and word not in RULES["fillers"]]
    if (
        len(own) == 1 and re.search(r"[^s]s$", own[0]) and not names("successes", own[0])
    ):  # a noun of the reader's own
        return own[0]
    spoken = {"died": "deaths", "dead": "deaths", "death": "deaths", "mortality": "deaths"}
    return next((spoken[word] for word in found if word in spoken), "failures")


def _upside_down(outcomes: Outcomes, rate: str, unit: str) -> str:
    heading = outcomes.counted
    return (
        f"The rate is called '{rate}', which is a share of failures, and the column '{heading}' "
        f"was read as successes: every {unit} that does well would be named for a review. "
        f"If '{heading}' counts failures, add {turned(outcomes.columns, heading)}; "
        "if it counts successes, give --rate their name, such as survival."
    )


def _mostly_failures(outcomes: Outcomes, pooled: float, w: Words) -> str:
    return (
        f"Only {percent(pooled, 1)} of the {w.cases} count as successes. If '{outcomes.counted}' "
        "counts deaths, complications or other failures, best and worst are exchanged on the "
        f"whole page: run it again with {turned(outcomes.columns, outcomes.counted)}. If they are "
        "successes, say so by their name, with --rate."
    )


def _far(theta: float, pooled: float) -> str | None:
    """Whether a standard lies so far from all rates that it cannot tell them apart."""
    if not 0 < pooled < 1:
        return None
    apart = math.log(theta / (1 - theta)) - math.log(pooled / (1 - pooled))
    return None if abs(apart) < FAR else "nobody" if apart < 0 else "everybody"


def _nobody(theta: float, side: str, pooled: float, w: Words) -> str:
    scale = w.scale
    example = scale.text(pooled, 3 if scale.is_ratio else 1)
    return (
        f"The standard is {scale.as_given(theta)} and the {scale.short} of all {w.cases} together "
        f"{example}: {'nobody' if side == 'nobody' else f'almost every {w.unit}'} can be "
        f"{scale.worse} it, so it tells nothing about the {w.units}. If it was meant of the "
        f"opposite outcome, write {1 - float(scale.shown(theta)):g}."
        if not scale.is_ratio
        else f"The standard is a ratio of {scale.as_given(theta)}, and that of all {w.units} "
        f"together {example}: it tells nothing about the {w.units}."
    )
