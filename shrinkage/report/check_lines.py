"""The report's tables of checks on the file and on the numbers; `model_lines` has the third."""

from __future__ import annotations

from dataclasses import dataclass

from shrinkage.report.findings import Analysis, Check
from shrinkage.report.totals import Totals
from shrinkage.report.wording import Words, capital, paired


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
        f"{w.total(n['patients'], w.cases)} in {n['cells']:,} cells",
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
