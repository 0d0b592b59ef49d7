"""What `shrinkage report` asks on a terminal: how to read the file, and what it is about.

Elsewhere nothing is asked: columns that are not the course's own are refused with the option that
states them, and what is doubtful is said.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shrinkage.data.reading.problems import Proposal
    from shrinkage.report import Outcomes, Words
    from shrinkage.report.request import Request


def settled(request: Request) -> tuple[Request, Outcomes, Words]:
    """The request with what a terminal's answers add to it, what was read, and the words.

    Raises OutcomesError or ReportError.
    """
    from shrinkage.report import ColumnsError, OutcomesError, ReportError
    from shrinkage.report.write import prepare

    if not on_terminal():
        return prepare(request)
    while True:
        try:
            request, outcomes, words = prepare(request)
            break
        except ColumnsError as error:
            if error.proposal is None:
                raise
            request = _read_so(request, error.proposal)
        except OutcomesError as error:
            if error.kind != "rows" or request.sum_rows:
                raise
            print(error)
            if not agreed("Add the rows of each up?"):
                raise ReportError("Stopped; nothing was written.") from None
            request = replace(request, sum_rows=True)
    doubtful = [note for note in outcomes.notes if note.doubtful]
    for note in doubtful:
        print(note.text)
    if doubtful and not agreed("Go on so?"):
        raise ReportError("Stopped; nothing was written.")
    return _asked(request, outcomes, words)


def _read_so(request: Request, proposal: Proposal) -> Request:
    """The request with the proposed columns, if somebody agrees."""
    from shrinkage.report import ReportError

    print("The columns seem to be", proposal.preview, *proposal.said, sep="\n")
    if not agreed("Is this right?"):
        raise ReportError(
            f"Then say which column is what, such as {proposal.option}, and run it again."
        )
    return replace(request, columns=proposal.columns)


def _asked(request: Request, outcomes: Outcomes, words: Words) -> tuple[Request, Outcomes, Words]:
    """Ask for the period, the definition and the unit, where they are missing; Enter skips."""
    from shrinkage.report.questions import unit_known, words_of

    of = words.counted if words.scale.failures else "success"
    wanted = {
        "period": "Period of the data, such as 2001-2003",
        "definition": f"Definition of {of}, such as 'within 30 days'",
        "unit": f"What a row is, such as hospital (now: {words.unit})",
    }
    if unit_known(outcomes, request, words):
        del wanted["unit"]
    for name, question in wanted.items():
        if getattr(request, name) is None and (answer := _answer(f"{question} (Enter skips): ")):
            request = replace(request, **{name: answer})
    return request, outcomes, words_of(outcomes, request)


def on_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def agreed(question: str) -> bool:
    """Whether the answer is yes, which Enter is too; the end of all input is no.

    Asks again until it is one of them.
    """
    while (answer := _answer(f"{question} [Y/n] ")) is not None:
        if answer.casefold() in ("", "y", "yes"):
            return True
        if answer.casefold() in ("n", "no"):
            return False
        print(f"'{answer}' is neither: y or Enter for yes, n for no.")
    return False


def _answer(question: str) -> str | None:
    try:
        return input(question).strip()
    except EOFError:
        print()
        return None
