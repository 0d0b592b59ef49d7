"""The course's data sets and the loader for a reader's own.

The scripts that drew the invented data, `make_….py`, are run by hand and hold the truth.
"""

from shrinkage.data.another import use_clinic
from shrinkage.data.batting import load_batting
from shrinkage.data.doctors import load_doctors, load_doctors_truth, load_follow_up
from shrinkage.data.four_clinics import load_four_clinics
from shrinkage.data.hospitals import load_hospitals
from shrinkage.data.network import load_network, load_network_truth
from shrinkage.data.reading import (
    ColumnsError,
    Note,
    Outcomes,
    OutcomesError,
    Proposal,
    count_by_doctor,
    load_outcomes,
    parse_option,
)
from shrinkage.data.runs import load_first_month, load_runs
from shrinkage.data.worked_cases import load_arizona, load_new_york, load_rats

__all__ = [
    "ColumnsError",
    "Note",
    "Outcomes",
    "OutcomesError",
    "Proposal",
    "count_by_doctor",
    "load_arizona",
    "load_batting",
    "load_doctors",
    "load_doctors_truth",
    "load_first_month",
    "load_follow_up",
    "load_four_clinics",
    "load_hospitals",
    "load_network",
    "load_network_truth",
    "load_new_york",
    "load_outcomes",
    "load_rats",
    "load_runs",
    "parse_option",
    "use_clinic",
]
