"""`shrinkage report`: a page about a reader's own table."""

from __future__ import annotations

import argparse
import sys
import textwrap
from fractions import Fraction
from pathlib import Path


def add_report(commands: argparse._SubParsersAction) -> None:
    """Add `report` to the commands."""
    parser = commands.add_parser(
        "report",
        help="write a report on your own CSV file",
        description=(
            "Fit the course's model to a CSV file and write the plots, the table, the checks and "
            "the caveats as one HTML page. The file has the columns doctor, successes and trials "
            "(a row a doctor), or doctor and success (a row a patient: 1 or 0), and then perhaps "
            "severity, a number. It takes seconds; minutes for many thousands of patients with a "
            "severity."
        ),
    )
    parser.add_argument("source", type=Path, metavar="my.csv", help="the file to read")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="PAGE",
        help="the page to write (default: my_report.html beside the file)",
    )
    parser.add_argument(
        "--standard",
        type=_share,
        metavar="RATE",
        help="success rate below which a doctor deserves a review, such as 0.75 "
        "(default: where the odds of failure are 1.5 times the typical doctor's)",
    )
    parser.add_argument(
        "--cost-ratio",
        type=_ratio,
        default=0.25,
        metavar="R",
        help="missing a doctor below the standard is R times as bad as accusing one who meets it; "
        "a number or a fraction such as 1/4 (default: 1/4)",
    )
    parser.add_argument(
        "--severity",
        action=argparse.BooleanOptionalAction,
        help="adjust for the column severity (default: where there is one)",
    )
    parser.add_argument("--title", help="the page's heading")
    parser.add_argument(
        "--unit", default="doctor", help="what a row is, such as hospital (default: doctor)"
    )
    parser.add_argument("--rate", default="success rate", help="what is measured, such as survival")
    parser.add_argument("--seed", type=int, default=20, help="of the sampler (default: 20)")
    parser.add_argument(
        "--force", action="store_true", help="overwrite PAGE even if it is no report"
    )
    parser.set_defaults(run=_report)


def _share(text: str) -> float:
    """A share of one, written as 0.75 or 75%."""
    value = float(text.rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(
            f"expected a rate between 0 and 1, found '{text}'; write 0.75 or 75%"
        )
    return value


def _ratio(text: str) -> float:
    """A ratio, written as 3, 0.25 or 1/4."""
    try:
        return float(Fraction(text.strip()))
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(
            f"expected a positive number, found '{text}'; write 3, 0.25 or 1/4"
        ) from None


def _report(options: argparse.Namespace) -> int:
    from shrinkage.report import OutcomesError, ReportError, Words, in_short, write_report

    try:
        path, analysis = write_report(
            options.source,
            options.output,
            standard=options.standard,
            cost_ratio=options.cost_ratio,
            severity=options.severity,
            seed=options.seed,
            title=options.title,
            unit=options.unit,
            rate=options.rate,
            force=options.force,
        )
    except (OutcomesError, ReportError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Written: {path}")
    for sentence in in_short(analysis, Words(options.unit, options.rate)):
        print(textwrap.fill(sentence, 88, initial_indent="- ", subsequent_indent="  "))
    if not analysis.sound:
        print("Do not use these numbers: the checks on the page say why.", file=sys.stderr)
    return 0 if analysis.sound else 1
