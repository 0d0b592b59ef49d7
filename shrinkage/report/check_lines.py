"""The report's tables of checks: on the file, on the numbers, on the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shrinkage.report.findings import Analysis, Check
from shrinkage.report.totals import Totals
from shrinkage.report.wording import Words, capital, paired, signed


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


def folded(tables: list[list[Line]]) -> tuple[str, bool]:
    """One line for all tables, and whether they are to be shown because something fails."""
    judged = [line for table in tables for line in table if line.good is not None]
    wrong = [line for line in judged if not line.good]
    if not wrong:
        return f"All {len(judged)} checks hold", False
    named = "; ".join(line.what[:1].lower() + line.what[1:] for line in wrong)
    verb = "does" if len(wrong) == 1 else "do"
    return f"{len(judged) - len(wrong)} checks hold, {len(wrong)} {verb} not: {named}", True


def file_lines(a: Analysis, w: Words) -> list[Line]:
    """The checks on the file."""
    totals = Totals.of(a.outcomes)
    lines = [Line(capital(w.units), f"{totals.units:,}")]
    if w.scale.rates:
        lines.append(Line(capital(w.cases), w.total(totals.patients)))
        lines.append(_counted(totals, w))
    doubtful = [note for note in a.outcomes.notes if note.doubtful]
    lines.append(
        Line(
            "What was doubtful in the file",
            f"{len(doubtful)}: see the top of the page" if doubtful else "nothing",
            not doubtful,
        )
    )
    lines.append(
        Line(
            f"Names that may be one {w.unit}",
            paired(a.alike) or "none",
            not a.alike,
            f"If each pair is one {w.unit}, write the name in one way and run it again."
            if a.alike
            else "",
        )
    )
    notes = [note for note in a.outcomes.notes if not (note.doubtful or w.rounded)]  # with counts
    lines += [Line(capital(note.kind), note.text) for note in notes]
    if unused := a.outcomes.unused if a.adjustment else totals.unused:
        lines.append(Line("Columns not used", ", ".join(unused)))
    return lines


def _counted(totals: Totals, w: Words) -> Line:
    said = [totals.counted(w), totals.rate(w)]
    return Line(capital(w.counted), ", ".join(text for text in said if text))


def number_lines(a: Analysis, w: Words) -> list[Line]:
    """Whether the numbers are the model's."""
    made = {
        "quadrature": _quadrature,
        "sampler": _sampler,
        "agreement": _agreement,
        "compressed": _compressed,
    }
    lines = [made[check.name](check, w) for check in a.checks if check.name in made]
    if a.monte_carlo:
        lines.append(
            Line(
                "Monte Carlo error of a probability",
                f"at most {max(100 * a.monte_carlo, 0.1):.1f} percentage points",
                None,
                "Another seed moves the probabilities in the table by about that much.",
            )
        )
    return lines


def _quadrature(check: Check, w: Words) -> Line:
    n = check.numbers
    return Line(
        "Exact posterior beside a plain sum",
        f"{n['units']} {w.units}; the largest difference of an estimate is "
        f"{_small(100 * float(n['share']))} % of its interval's width ({w.name(str(n['who']))})",
        check.good,
        f"In probabilities at most {_small(100 * float(n['below']))} percentage points. The exact "
        "posterior is an integral, not a sample: another run gives the same numbers."
        if check.good
        else "Do not use the numbers of this page.",
    )


def _small(number: float) -> str:
    return "0.001" if number < 0.001 else f"{number:.2g}"


def _compressed(check: Check, w: Words) -> Line:
    n = {name: int(float(value)) for name, value in check.numbers.items()}
    return Line(
        "Patients with nearly equal risk taken together",
        f"{n['patients']:,} {w.cases} in {n['cells']:,} cells",
        check.good,
        "Several covariates are summed into one risk first; the difference is far below the "
        "Monte Carlo error.",
    )


def _sampler(check: Check, w: Words) -> Line:
    n = check.numbers
    return Line(
        f"Sampler, {n['parameterisation']}, target acceptance {n['target_accept']}",
        str(n["found"]),
        check.good,
        "The same model was then sampled in another parameterisation."
        if check.good is None
        else ""
        if check.good
        else "Do not use the numbers of this page.",
    )


def _agreement(check: Check, w: Words) -> Line:
    n = check.numbers
    part = "" if n["units"] == n["of"] else f" of {n['units']} {w.units} drawn at random"
    return Line(
        "Sample beside the exact posterior",
        f"{n['compared']} posterior means{part}; the largest difference is {float(n['worst']):.1f} "
        f"Monte Carlo standard errors ({n['where']})",
        check.good,
        "Do not use the numbers of this page."
        if not check.good
        else f"In rates at most {100 * float(n['points']):.2g} percentage points, in probabilities "
        f"of lying {w.scale.worse} the standard at most {100 * float(n['below']):.2g}."
        if "points" in n
        else "Up to five are chance.",
    )


def model_lines(a: Analysis, w: Words) -> list[Line]:
    """The posterior predictive checks, the caseload, and the hyperprior."""
    made: dict[str, Callable[[Check, Words], Line]] = {
        "spread": _predictive,
        "farthest": _predictive,
        "caseload": _predictive,
        "volume": _volume,
        "hyperprior": _hyperprior,
    }
    return [made[check.name](check, w) for check in a.checks if check.name in made]


def _predictive(check: Check, w: Words) -> Line:
    n = {name: float(value) for name, value in check.numbers.items()}
    high = n["above"] < 0.5
    differ = "more" if high else "less"
    what, strange = {
        "spread": (
            f"Spread of the {w.units}' raw {w.scale.kind}s (1 would be chance alone)",
            f"The {w.units} differ {differ} than the model's own; a normal population may not suit "
            "them.",
        ),
        "farthest": (
            f"The {w.unit} farthest from what all together imply, in units of that spread",
            f"One {w.unit} stands apart {differ} than in the model's tables. A normal population "
            "pulls a true outlier too far in.",
        ),
        "caseload": (
            f"Rank correlation of caseload and raw {'success ' if w.scale.failures else ''}rate",
            f"{capital(w.units)} with more {w.cases} have {'higher' if high else 'lower'} rates "
            f"{'of success ' if w.scale.failures else ''}than the model allows for. It treats "
            "them as exchangeable; here caseload tells them apart.",
        ),
    }[check.name]
    return Line(
        what,
        signed(
            f"{n['observed']:.2f}; in 95 % of the model's own tables {n['low']:.2f} to "
            f"{n['high']:.2f}"
        ),
        check.good,
        "The model often draws such tables." if check.good else strange,
    )


def _volume(check: Check, w: Words) -> Line:
    """Whether the rate goes with the caseload."""
    what = "Odds of success with twice the caseload"
    if not check.numbers:
        return Line(
            what,
            "not computed",
            None,
            f"It needs five {w.units} or more, of different caseloads.",
        )
    mean, low, high = (float(check.numbers[name]) for name in ("mean", "low", "high"))
    return Line(
        what,
        f"{mean:.2f} times as high (95 % credible interval {low:.2f} to {high:.2f})",
        check.good,
        "The interval contains 1: the file shows no relation between caseload and rate. It "
        "does not rule out one inside the interval."
        if check.good
        else f"{capital(w.units)} with small caseloads do "
        f"{'worse' if low >= 1 else 'better'} than those with large ones, and pooling "
        f"makes them look too {'good' if low >= 1 else 'bad'}. --adjust caseload puts the caseload "
        "into the model.",
    )


def _hyperprior(check: Check, w: Words) -> Line:
    n = check.numbers
    which = f"under the one that changes most, {n['which']} at a scale of {float(n['scale']):g}"
    who, by = w.name(str(n["who"])), w.scale.difference(float(n["moved"]))
    moved = f"{who} moves by {by}"
    if not w.scale.is_ratio:
        typical = w.scale.move(float(n["usual"]), float(n["typical"]))
        moved = f"the typical {w.unit} moves {typical} and {who} by {by}"
    decides = " and the decision changes" if float(n["decides"]) else ""
    return Line(
        "Hyperpriors half and twice as wide",
        f"{which}, {moved}{decides}",
        check.good,
        ""
        if check.good
        else "The hyperprior speaks where the data do not. If you know the usual rate or the usual "
        "spread from elsewhere, state it with --mu-prior or --sigma-prior.",
    )
