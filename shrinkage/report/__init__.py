"""The report on a reader's own clinic: from a file to one self-contained HTML page.

`analyse` fits and checks, `page` words and draws. A name is imported where it is first used, so
that a file can be refused before anything heavy is.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Analysis": "shrinkage.report.findings",
    "Hyperprior": "shrinkage.report.findings",
    "OutcomesError": "shrinkage.data",
    "ReportError": "shrinkage.report.refusal",
    "Words": "shrinkage.report.wording",
    "analyse": "shrinkage.report.analysis",
    "in_short": "shrinkage.report.sentences",
    "render": "shrinkage.report.page",
    "write_report": "shrinkage.report.write",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
