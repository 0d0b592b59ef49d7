"""What six colleagues report of their fits to the clinic's patients."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex05_the_hierarchical_logit.posteriors import POPULATION, population
from shrinkage.exercises.ex05_the_hierarchical_logit.priors import COURSE, Scales


@dataclass(frozen=True)
class Report:
    """A colleague's fit: its effective sample size, its Monte Carlo noise, its priors.

    The noise is in Monte Carlo standard errors, one number each for mu_pop, sigma_pop and beta.
    """

    ess: int
    noise: tuple[float, float, float]
    scales: Scales = COURSE


# Ben's mean lies below the exact one and Dev's and Eli's lie above, so the sign has to go.
REPORTS = {
    "Ada": Report(400, (-2.4, 1.3, 1.1)),
    "Ben": Report(40_000, (-0.6, -0.9, 0.4), COURSE._replace(mu_pop=1.3)),
    "Chloe": Report(10_000, (0.3, -0.6, 0.8)),
    "Dev": Report(4_000, (0.8, 0.5, 0.6), COURSE._replace(beta=0.5)),
    "Eli": Report(2_500, (-0.4, 0.7, -0.5), COURSE._replace(sigma_pop=2.5)),
    "Fay": Report(40_000, (1.6, -0.8, -1.4)),
}


@lru_cache(maxsize=16)
def reports_of(c: Clinic) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The colleagues' posterior means and their Monte Carlo standard errors, a row each."""
    exact = {name: population(c, report.scales) for name, report in REPORTS.items()}
    errors = {name: table["sd"] / np.sqrt(REPORTS[name].ess) for name, table in exact.items()}
    means = {
        name: table["mean"] + errors[name] * np.array(REPORTS[name].noise)
        for name, table in exact.items()
    }
    tables = (pd.DataFrame(rows).T[[*POPULATION]].round(6) for rows in (means, errors))
    means, errors = (table.rename_axis("colleague") for table in tables)
    return means, errors


def load_reports() -> tuple[pd.DataFrame, pd.DataFrame]:
    """What six colleagues report of the clinic's patients: posterior means, and their errors.

    Two tables with a row for each colleague and a column each for `mu_pop`, `sigma_pop` and
    `beta`. The errors are Monte Carlo standard errors, as `az.summary` gives them.
    """
    means, errors = reports_of(Clinic.load())
    return means.copy(), errors.copy()
