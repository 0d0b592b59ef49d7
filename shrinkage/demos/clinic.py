"""The base class of the demos about one league table, and the presets."""

import numpy as np
import traitlets
from numpy.typing import NDArray

from shrinkage.data import count_by_doctor, load_doctors, load_hospitals
from shrinkage.demos.counts import MOST_DOCTORS, Counts, Rows
from shrinkage.demos.demo import Demo
from shrinkage.exact import Posterior, posterior

__all__ = ["MOST_DOCTORS", "Clinic", "presets"]


def presets() -> dict[str, Rows]:
    """The league tables that the reader can choose from, by name.

    The ten doctors are the course's, the hospitals those of `shrinkage.data.load_hospitals` with
    an infant who lived as a success. 'Everyone equal' has twelve doctors of very different
    caseloads, each with a raw rate of exactly 80 %. In 'One outlier' eleven doctors are within a
    few points of 85 % and the last has half of 120 patients.
    """
    doctors = count_by_doctor(load_doctors())
    hospitals = load_hospitals()
    lived = hospitals.operations - hospitals.deaths
    equal = [5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200]
    near = [(7, 8), (13, 15), (18, 21), (26, 30), (30, 36), (41, 48), (52, 60), (67, 80), (85, 100)]
    near += [(128, 150), (170, 200), (60, 120)]
    letters = "ABCDEFGHIJKL"
    return {
        "Ten doctors": [
            [f"Dr. {name}", int(s), int(n)]
            for name, s, n in zip(doctors.doctor, doctors.successes, doctors.trials, strict=True)
        ],
        "Twelve hospitals": [
            [f"Hospital {name}", int(s), int(n)]
            for name, s, n in zip(hospitals.hospital, lived, hospitals.operations, strict=True)
        ],
        "Everyone equal": [
            [f"Dr. {name}", n * 4 // 5, n] for name, n in zip(letters, equal, strict=True)
        ],
        "One outlier": [[f"Dr. {name}", s, n] for name, (s, n) in zip(letters, near, strict=True)],
    }


class Clinic(Demo):
    """Base of the demos about one league table."""

    counts = Counts(presets()["Ten doctors"])
    presets = traitlets.Dict(
        presets(), read_only=True, help="League tables to choose from, by name."
    ).tag(sync=True)

    @property
    def names(self) -> list[str]:
        """The doctors' names, in the order of the table."""
        return [name for name, *_ in self.counts]

    @property
    def successes(self) -> NDArray[np.int64]:
        """Successes of each doctor, shape (doctors,); the fewest where only bounds are known."""
        return np.array([row[4][0] if row[1] is None else row[1] for row in self.counts])

    @property
    def trials(self) -> NDArray[np.int64]:
        """Patients of each doctor, shape (doctors,)."""
        return np.array([row[2] for row in self.counts])

    @property
    def raw(self) -> NDArray[np.float64]:
        """Raw rate of each doctor, shape (doctors,); NaN where there are no patients."""
        return np.divide(
            self.successes,
            self.trials,
            out=np.full(len(self.counts), np.nan),
            where=self.trials > 0,
        )

    def posterior(self) -> Posterior:
        """The exact posterior of the present state, under the course's priors."""
        return posterior(self.successes, self.trials)
