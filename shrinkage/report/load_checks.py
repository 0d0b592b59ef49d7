"""Checks of a table before it is fitted: similar names, repeated patients, unused columns."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from shrinkage.data import Outcomes

PATIENT_IDS = ("patient", "patient_id", "patientid", "id", "case", "case_id", "mrn", "record")
TITLES = {"dr", "prof", "mr", "mrs", "ms", "md", "phd", "doctor"}
USED = ("doctor", "success", "successes", "trials", "severity")
FUZZY_LETTERS = 6  # shorter words are too often really two names


@dataclass(frozen=True)
class Loaded:
    """What was found in the file before fitting.

    Attributes
    ----------
    layout : str
        'a row a patient' or 'a row a doctor'.
    rows, doctors, patients, successes : int
    alike : list of (str, str)
        Pairs of names that may be one doctor.
    repeated : tuple of (str, int) or None
        A column that names patients, and how many of its entries stand in more than one row.
    unused : list of str
        Columns that the model does not see.
    smallest : int
        The smallest caseload.
    few : list of str
        Doctors with fewer than five patients.
    severity_spread : tuple of (float, float) or None
        Mean and standard deviation of the severity column, in the file's units.
    """

    layout: str
    rows: int
    doctors: int
    patients: int
    successes: int
    alike: list[tuple[str, str]]
    repeated: tuple[str, int] | None
    unused: list[str]
    smallest: int
    few: list[str]
    severity_spread: tuple[float, float] | None

    @property
    def rate(self) -> float:
        """The success rate of all patients together, a share of one."""
        return self.successes / self.patients


def inspect(outcomes: Outcomes) -> Loaded:
    """What there is to note about a loaded table, which is not changed."""
    counts, patients = outcomes.counts, outcomes.patients
    columns = list(outcomes.unused) if patients is None else list(patients.columns)
    repeated, spread = None, None
    if patients is not None:
        for column in PATIENT_IDS:
            if column in patients:
                times = patients[column].value_counts()
                repeated = (column, int((times > 1).sum()))
                break
        if "severity" in patients:
            spread = (float(patients.severity.mean()), float(patients.severity.std(ddof=0)))
    return Loaded(
        layout="a row a doctor" if patients is None else "a row a patient",
        rows=len(counts if patients is None else patients),
        doctors=len(counts),
        patients=int(counts.trials.sum()),
        successes=int(counts.successes.sum()),
        alike=alike(list(counts.doctor)),
        repeated=repeated,
        unused=[
            c
            for c in columns
            if c and not (c in USED and patients is not None) and c not in PATIENT_IDS
        ],
        smallest=int(counts.trials.min()),
        few=[str(d) for d in counts.doctor[counts.trials < 5]],
        severity_spread=spread,
    )


def alike(names: list[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be two spellings of one, in the order of the list.

    The same words but for capitals, accents, full stops, titles and order; or one letter more,
    less or different in a long word. Names that end in different single letters or numbers
    ('Hospital A' and 'Hospital B') are different.
    """
    found: dict[tuple[int, int], None] = {}
    same = defaultdict(list)
    near = defaultdict(list)
    for place, name in enumerate(names):
        words = _words(name)
        key = " ".join(sorted(words))
        for other in same[key]:
            found[other, place] = None
        same[key].append(place)
        for k, word in enumerate(words):
            if len(word) >= FUZZY_LETTERS and word.isalpha():
                rest = " ".join(sorted(words[:k] + words[k + 1 :]))
                shorter = {word[:i] + word[i + 1 :] for i in range(len(word))}
                for variant in shorter | {word}:
                    for other in near[rest, variant]:
                        if other != place:
                            found[other, place] = None
                    near[rest, variant].append(place)
    return [(names[a], names[b]) for a, b in sorted(found)]


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = [word for word in re.split(r"[\W_]+", plain) if word]
    return [word for word in words if word not in TITLES] or words


def describe(pairs: list[tuple[str, str]], most: int = 4) -> str:
    """The pairs in words."""
    said = [f"'{a}' and '{b}'" for a, b in pairs[:most]]
    more = len(pairs) - most
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")


def standardised(severity: pd.Series) -> pd.Series:
    """Severity in standard deviations from the mean of all patients in the file."""
    return (severity - severity.mean()) / severity.std(ddof=0)
