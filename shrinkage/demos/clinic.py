"""The base class of the demos about one league table: its rows, checked, and the presets."""

import numbers
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import traitlets
from numpy.typing import NDArray

from shrinkage.data import count_by_doctor, load_doctors, load_hospitals
from shrinkage.demos.demo import Demo
from shrinkage.exact import Posterior, posterior

MOST_DOCTORS, MOST_PATIENTS, LONGEST_NAME = 500, 1_000_000, 60

Rows = list[list]


class Counts(traitlets.TraitType):
    """Rows `[doctor, successes, trials]`: a list of lists, or a DataFrame with these columns.

    Names are different, numbers whole with 0 <= successes <= trials; a doctor may have no
    patients. Anything else is refused with a sentence that names the row.
    """

    def __init__(self, default: Rows) -> None:
        super().__init__(default, help="The league table: rows [doctor, successes, trials].")
        self.tag(sync=True)

    def validate(self, obj: traitlets.HasTraits, value: Any) -> Rows:
        """Return the rows as plain lists, or refuse them."""
        try:
            return checked(value)
        except ValueError as error:
            raise traitlets.TraitError(f"{type(obj).__name__}.{self.name}: {error}") from None


def checked(value: Any) -> Rows:
    """A league table as the browser is sent it.

    Parameters
    ----------
    value : DataFrame or iterable of rows
        Columns, or entries of each row: doctor, successes, trials.

    Returns
    -------
    list of [str, int, int]

    Raises
    ------
    ValueError
        If it is not such a table; the message names the row and says what to write instead.
    """
    if isinstance(value, pd.DataFrame):
        missing = [name for name in ("doctor", "successes", "trials") if name not in value]
        if missing:
            raise ValueError(
                f"the table needs the columns doctor, successes and trials; {missing[0]} is "
                f"missing, found {', '.join(map(str, value.columns))}. Rename the columns."
            )
        value = value[["doctor", "successes", "trials"]].itertuples(index=False)
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(f"expected rows [doctor, successes, trials], found {value!r}.")
    rows = [_row(number, row) for number, row in enumerate(value, start=1)]
    if not 1 <= len(rows) <= MOST_DOCTORS:
        raise ValueError(
            f"expected 1 to {MOST_DOCTORS} doctors, found {len(rows):,}. "
            + ("Add one." if not rows else "shrinkage.exact.posterior takes any number of them.")
        )
    names: dict[str, int] = {}
    for number, (name, _, _) in enumerate(rows, start=1):
        if name in names:
            raise ValueError(
                f"rows {names[name]} and {number} are both called {name!r}; "
                "give every doctor a name of their own."
            )
        names[name] = number
    return rows


def _row(number: int, row: Any) -> list:
    if isinstance(row, str) or not isinstance(row, Sequence | np.ndarray) or len(row) != 3:
        raise ValueError(
            f"row {number} is {row!r}; expected three entries: doctor, successes, trials."
        )
    name, successes, trials = row
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise ValueError(
            f"row {number} has the name {name!r}; "
            f"expected a text of 1 to {LONGEST_NAME} characters."
        )
    for what, count in (("successes", successes), ("trials", trials)):
        whole = isinstance(count, numbers.Real) and not isinstance(count, bool) and count % 1 == 0
        if not whole or not 0 <= count <= MOST_PATIENTS:
            raise ValueError(
                f"row {number} ({name}) has {count!r} {what}; "
                f"expected a whole number from 0 to {MOST_PATIENTS:,}."
            )
    if successes > trials:
        raise ValueError(
            f"row {number} ({name}) has {successes} successes in {trials} trials; "
            "successes cannot exceed trials. "
            "Are the columns in the order doctor, successes, trials?"
        )
    return [name.strip(), int(successes), int(trials)]


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
        return [name for name, _, _ in self.counts]

    @property
    def successes(self) -> NDArray[np.int64]:
        """Successes of each doctor, shape (doctors,)."""
        return np.array([s for _, s, _ in self.counts])

    @property
    def trials(self) -> NDArray[np.int64]:
        """Patients of each doctor, shape (doctors,)."""
        return np.array([n for _, _, n in self.counts])

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
