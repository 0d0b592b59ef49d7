"""The report's tables of checks: on the file, on the fit, on the model."""

from __future__ import annotations

from dataclasses import dataclass

from shrinkage.report import load_checks
from shrinkage.report.against_exact import MOST_EXACT, MOST_EXACT_DOCTORS
from shrinkage.report.findings import Analysis
from shrinkage.report.volume import FEWEST_DOCTORS
from shrinkage.report.wording import Words, percent, signed


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
                advice if check.strange else "The model often draws such clinics.",
            )
        )
    return [*lines, _volume_line(a, w)]


def _volume_line(a: Analysis, w: Words) -> Line:
    """Whether the rate goes with the caseload."""
    what = "Odds of success with twice the caseload"
    if a.volume is None:
        return Line(
            what,
            "not computed",
            None,
            f"It needs {FEWEST_DOCTORS} {w.units} or more, different caseloads, and at most "
            f"{MOST_EXACT_DOCTORS} {w.units} and {MOST_EXACT:,} patients.",
        )
    odds = a.volume
    flat = odds.low < 1 < odds.high
    severity = " Severity is not in this comparison." if a.severity.used else ""
    return Line(
        what,
        f"{odds.mean:.2f} times as high (95 % credible interval {odds.low:.2f} to {odds.high:.2f})",
        flat,
        (
            "The interval contains 1: the file shows no relation between caseload and rate. It "
            "does not rule out one inside the interval."
            if flat
            else f"{w.units.capitalize()} with small caseloads do "
            f"{'worse' if odds.low >= 1 else 'better'} than those with large ones, and pooling "
            f"rates them too {'high' if odds.low >= 1 else 'low'}. Put the caseload into the model."
        )
        + severity,
    )
