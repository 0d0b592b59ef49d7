"""The report on a reader's own clinic: from a CSV file to one self-contained HTML page.

`write_report` does all of it; the command `shrinkage report` calls it. `analyse` fits and checks,
`page` words and draws. Imports `data`, `exact`, `convergence` and `figures`.
"""

from shrinkage.data import OutcomesError
from shrinkage.report.analysis import analyse
from shrinkage.report.findings import Analysis
from shrinkage.report.page import render
from shrinkage.report.refusal import ReportError
from shrinkage.report.sentences import in_short
from shrinkage.report.wording import Words
from shrinkage.report.write import write_report

__all__ = [
    "Analysis",
    "OutcomesError",
    "ReportError",
    "Words",
    "analyse",
    "in_short",
    "render",
    "write_report",
]
