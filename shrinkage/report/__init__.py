"""The report on a reader's own table: from a file to one self-contained HTML page.

`report` does all of it, and the command `shrinkage report` the same: it reads and refuses before
anything slow is imported. `analysis` computes and checks, `page` words and draws.
"""

from shrinkage.data import ColumnsError, OutcomesError
from shrinkage.report.findings import Analysis
from shrinkage.report.refusal import ReportError
from shrinkage.report.sentences import in_short
from shrinkage.report.wording import Words
from shrinkage.report.write import report

__all__ = [
    "Analysis",
    "ColumnsError",
    "OutcomesError",
    "ReportError",
    "Words",
    "in_short",
    "report",
]
