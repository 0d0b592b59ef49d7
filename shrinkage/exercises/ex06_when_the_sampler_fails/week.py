"""A week of runs, and the counts that the tasks are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from shrinkage import data
from shrinkage.data.runs import faults


@dataclass(frozen=True)
class Week:
    """Seven nights' runs, what is wrong with each, and counts.

    `month`, `today` and `hospitals` have the columns successes and trials.
    """

    runs: Mapping[str, Any]
    faults: pd.Series
    month: pd.DataFrame
    today: pd.DataFrame
    hospitals: pd.DataFrame

    @cached_property
    def fingerprint(self) -> tuple[float, ...]:
        """What tells one week's runs from another's, for what is to be computed once."""
        return tuple(float(run["posterior"]["mu_pop"].sum()) for run in self.runs.values())


def load() -> Week:
    """The week that the notebook sees."""
    hospitals = data.load_hospitals().set_index("hospital")
    survived = hospitals["operations"] - hospitals["deaths"]
    return Week(
        data.load_runs(),
        faults(),
        data.load_first_month().set_index("doctor"),
        data.count_by_doctor(data.load_doctors()).set_index("doctor"),
        pd.DataFrame({"successes": survived, "trials": hospitals["operations"]}),
    )
