"""The course's data sets and the loader for a reader's own. Imports no other part of the package.

(`make_doctors` is the script that drew ``doctors.csv``; it is run by hand, not imported.)
"""

from shrinkage.data.course import (
    load_batting,
    load_doctors,
    load_doctors_truth,
    load_hospitals,
)
from shrinkage.data.outcomes import Outcomes, OutcomesError, count_by_doctor, load_outcomes

__all__ = [
    "Outcomes",
    "OutcomesError",
    "count_by_doctor",
    "load_batting",
    "load_doctors",
    "load_doctors_truth",
    "load_hospitals",
    "load_outcomes",
]
