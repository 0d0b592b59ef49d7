"""`shrinkage report`: a page about a reader's own table; what it asks and what it says."""

from __future__ import annotations

import argparse
import sys
import textwrap
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from shrinkage.cli import values
from shrinkage.cli.progress import Bar

if TYPE_CHECKING:
    from shrinkage.report.request import Request

DESCRIPTION = """\
Compute the course's model for a table of outcomes, and write the decision, the plots, the table,
the checks and the caveats as one HTML page. The table has a row a doctor (doctor, successes,
trials) or a row a patient (doctor, success: 1 or 0, and perhaps what else is known of the patient).
Other headings, counts of failures, expected numbers, suppressed counts, spreadsheets: see below.
"""


def add_report(commands: argparse._SubParsersAction) -> None:
    """Add `report` to the commands."""
    parser = commands.add_parser(
        "report", help="write a report on your own table", description=DESCRIPTION
    )
    parser.add_argument(
        "source", type=Path, metavar="FILE", help="CSV, Excel, OpenDocument, Parquet or HTML"
    )
    _add_reading(parser.add_argument_group("reading the file"))
    _add_meaning(parser.add_argument_group("what it means, in the page's words"))
    _add_decision(parser.add_argument_group("the decision"))
    _add_model(parser.add_argument_group("the model"))
    _add_writing(parser.add_argument_group("what is written"))
    parser.set_defaults(run=run)


def _add_reading(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--columns",
        metavar="ROLE=HEADING,…",
        help="which column is what: unit=Hospital,trials='Total procedures',failures=Deaths; roles "
        "are unit, trials, successes, failures, rate, failure_rate, expected, ratio, success, "
        "failure, stratum",
    )
    group.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook (default: first)")
    group.add_argument(
        "--sum",
        dest="sum_rows",
        action="store_true",
        help="add up the rows of a unit, such as one a year",
    )
    group.add_argument(
        "--by",
        metavar="COLUMN",
        help="keep what tells the rows of a unit apart, such as the year, and adjust for it",
    )
    group.add_argument(
        "--suppressed",
        type=values.bounds,
        metavar="LOW,HIGH",
        help="what a suppressed count may be, such as 1,4",
    )
    group.add_argument(
        "--strict", action="store_true", help="refuse whatever is doubtful, instead of saying so"
    )


def _add_meaning(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--title", help="the page's heading")
    group.add_argument(
        "--unit", help="what a row is, such as hospital (default: by its heading, or doctor)"
    )
    group.add_argument(
        "--rate", help="what is measured, such as survival (default: by the heading)"
    )
    group.add_argument(
        "--period", help="when, such as 2001-2003, '2021-07 to 2022-06', '18 months'"
    )
    group.add_argument(
        "--definition",
        metavar="TEXT",
        help="who counts, such as 'alive 30 days after the operation', or, where the file has "
        "failures, 'died within 30 days'",
    )


def _add_decision(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--standard",
        type=values.number,
        metavar="RATE",
        help="where a review begins, as the page shows rates: 0.75 or 75%% of successes, 0.03 of "
        "deaths (3%%; never 3), 1.5 times the expected (default: where the odds of failure are "
        "1.5 times the typical unit's)",
    )
    group.add_argument(
        "--cost-ratio",
        type=values.ratio,
        default=0.25,
        metavar="R",
        help="missing one beyond the standard is R times as bad as accusing one that meets it; "
        "a number or a fraction (default: 1/4)",
    )


def _add_model(group: argparse._ArgumentGroup) -> None:
    adjust = group.add_mutually_exclusive_group()
    adjust.add_argument(
        "--adjust",
        metavar="FORMULA",
        help="adjust for the patients' covariates, such as 'age + urgency', or for the unit's "
        "'caseload' "
        "(default: severity, where there is one, or the column of --by)",
    )
    adjust.add_argument(
        "--no-adjust", dest="adjust", action="store_false", default=None, help="adjust for nothing"
    )
    group.add_argument(
        "--within", metavar="COLUMN", help="what the units belong to, such as hospital"
    )
    group.add_argument(
        "--mu-prior",
        type=values.mean_and_sd,
        default=(0.0, 1.5),
        metavar="MEAN,SD",
        help="the typical unit's log-odds (default: 0,1.5); with an equals sign where the mean is "
        "negative: --mu-prior=-3,1",
    )
    group.add_argument(
        "--sigma-prior",
        dest="sigma_scale",
        type=values.number,
        default=1.0,
        metavar="SCALE",
        help="half-normal, the spread between units in log-odds (default: 1)",
    )
    group.add_argument(
        "--sampler", action="store_true", help="sample the posterior too, with PyMC, as a check"
    )
    group.add_argument("--seed", type=int, default=20, help="of what is drawn (default: 20)")


def _add_writing(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--output",
        type=Path,
        metavar="PAGE",
        help="the page to write (default: FILE_report.html beside the file)",
    )
    group.add_argument(
        "--csv", type=Path, metavar="CSV", help="also write the table, and what its columns mean"
    )
    group.add_argument(
        "--notebook",
        type=Path,
        metavar="IPYNB",
        help="also write the analysis as a notebook; not together with --publish",
    )
    group.add_argument(
        "--publish",
        action="store_true",
        help="mask numbers of people under five, and say so; not together with --notebook",
    )
    group.add_argument(
        "--force", action="store_true", help="overwrite what is there, even if it is no report"
    )


def run(options: argparse.Namespace) -> int:
    """Read, ask, compute and write; 0 if all is well, 1 if a check failed, 2 if refused."""
    from shrinkage.report import OutcomesError, ReportError, parse_option
    from shrinkage.report.request import Request

    given = dict(vars(options))
    given["mu_loc"], given["mu_scale"] = options.mu_prior
    if given["output"] is None:
        given["output"] = options.source.with_name(f"{options.source.stem}_report.html")
    try:
        given["columns"] = parse_option(options.columns) if options.columns else None
        request = Request(**{f.name: given[f.name] for f in fields(Request)})
        return _report(request)
    except (OutcomesError, ReportError) as error:
        print(error, file=sys.stderr)
        return 2


def _report(request: Request) -> int:
    from shrinkage.cli import questions
    from shrinkage.report import in_short
    from shrinkage.report.check_lines import folded
    from shrinkage.report.model_lines import check_tables
    from shrinkage.report.publish import as_shown
    from shrinkage.report.write import carry_out

    request, outcomes, words = questions.settled(request)
    asked = questions.on_terminal()  # there a doubt was said when it was asked about
    for note in outcomes.notes:
        if note.kind == "total" or (note.doubtful and not asked):
            print(_wrapped(note.text, "! " if note.doubtful else "- "), file=sys.stderr)
    there = {path for path in request.files if path.exists()}
    with Bar() as bar:
        analysis = carry_out(request, outcomes, words, bar)
    written = (
        f"{path} (in place of an earlier one)" if path in there else f"{path}"
        for path in request.files
    )
    print("Written: " + ", ".join(written))
    shown = as_shown(analysis, words, request.publish)
    for sentence in in_short(*shown):
        print(_wrapped(sentence, "- "))
    checked, fails = folded(check_tables(*shown))
    if fails:
        print(_wrapped(f"{checked}. The page says what to do about it, under Checks.", "- "))
    if not analysis.sound:
        print("Do not use these numbers: the checks on the page say why.", file=sys.stderr)
    return 0 if analysis.sound else 1


def _wrapped(text: str, mark: str) -> str:
    # No line begins with the sign of a number that ended the line above.
    whole = text.replace(" %", "\u00a0%")
    lines = textwrap.fill(whole, 88, initial_indent=mark, subsequent_indent="  ")
    return lines.replace("\u00a0%", " %")
