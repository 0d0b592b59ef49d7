"""Whether the report adjusts for severity, and if not, why not."""

from __future__ import annotations

from enum import Enum

from shrinkage.report.load_checks import Loaded
from shrinkage.report.refusal import ReportError


class Severity(Enum):
    """What the report did with the patients' severity."""

    USED = "used"
    ABSENT = "no such column"
    LEFT_OUT = "left out on request"
    THE_SAME_FOR_ALL = "the same for every patient"
    NEEDS_PATIENTS = "a column in a file with a row a doctor"

    @property
    def used(self) -> bool:
        """Whether the rates are adjusted for it."""
        return self is Severity.USED


def severity_of(loaded: Loaded, wanted: bool | None) -> Severity:
    """What to do with the severity of a file, wanted, not wanted or, None, used where it is.

    Raises ReportError where it is wanted and cannot be had.
    """
    if loaded.severity_spread is None:
        in_counts = "severity" in loaded.unused
        if wanted:
            why = (
                "The file has a row a doctor; adjusting needs a row a patient, with columns "
                "'doctor', 'success' and 'severity'."
                if loaded.layout == "a row a doctor"
                else "The file has no column 'severity'. Add one, a number for each patient, "
                "or leave out --severity."
            )
            raise ReportError(f"The report cannot adjust for severity. {why}")
        return Severity.NEEDS_PATIENTS if in_counts else Severity.ABSENT
    if wanted is False:
        return Severity.LEFT_OUT
    if loaded.severity_spread[1] == 0:
        if wanted:
            raise ReportError(
                "The report cannot adjust for severity: it is the same for every patient."
            )
        return Severity.THE_SAME_FOR_ALL
    return Severity.USED
