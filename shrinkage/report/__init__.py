"""The report on a reader's own table: from a file to one self-contained HTML page.

`report` does all of it, and the command `shrinkage report` the same: it reads and refuses before
anything slow is imported. `analyse` computes and checks, `page` words and draws.
"""

from typing import Any

from shrinkage.data import ColumnsError, Outcomes, OutcomesError, parse_option
from shrinkage.report.findings import Analysis, Hyperprior
from shrinkage.report.refusal import ReportError
from shrinkage.report.sentences import in_short
from shrinkage.report.wording import Words
from shrinkage.report.write import report

__all__ = [
    "Analysis",
    "ColumnsError",
    "Hyperprior",
    "Outcomes",
    "OutcomesError",
    "ReportError",
    "Words",
    "analyse",
    "in_short",
    "parse_option",
    "report",
]


def __getattr__(name: str) -> Any:
    """`analyse` is imported when it is asked for: a refusal need not wait for it."""
    if name != "analyse":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from shrinkage.report.analysis import analyse

    return analyse
