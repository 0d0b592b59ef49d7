"""What the tests of all exercises share: clinics, and a student's session without a kernel."""

import json
from unittest.mock import patch

import nbformat
import numpy as np
import pandas as pd
from conftest import ROOT

from shrinkage import data
from shrinkage.exercises.answers import Unreadable, to_plain
from shrinkage.exercises.checking import load_exercise
from shrinkage.exercises.task import Result

CASELOADS = [12, 4, 20, 5, 45, 8, 124, 30, 15, 6]


def notebook_of(exercise: str, folder: str = "solutions") -> nbformat.NotebookNode:
    [path] = (ROOT / folder).glob(f"{exercise}_*.ipynb")
    return nbformat.read(path, as_version=4)


def published() -> pd.DataFrame:
    return data.load_doctors()


def clinic(seed: int) -> pd.DataFrame:
    """Patients of another clinic of the same kind: other doctors, other caseloads."""
    rng = np.random.default_rng(seed)
    caseloads = rng.permutation(CASELOADS)
    rates = 1 / (1 + np.exp(-rng.normal(1.2, 1, len(caseloads))))
    return patients_of(
        {d: (rng.binomial(n, p), n) for d, n, p in zip("ABCDEFGHIJ", caseloads, rates, strict=True)}
    )


def patients_of(tally: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """One row a patient, from successes and caseload by doctor."""
    rows = [(d, 0.0, int(i < s)) for d, (s, n) in tally.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["doctor", "severity", "success"])


class Session:
    """A student's session: the notebook's cells and their own code, run in one namespace."""

    def __init__(self, exercise: str, patients: pd.DataFrame, folder: str = "solutions"):
        self.exercise = load_exercise(exercise)
        self.patients = patients
        self.cells = {cell.id: cell for cell in notebook_of(exercise, folder).cells}
        self.names: dict = {}
        self.run(self.cells["setup"].source)

    def run(self, code: str) -> None:
        with patch.object(data, "load_doctors", self.patients.copy), np.errstate(all="ignore"):
            exec(code, self.names)

    def answer(self, number: int) -> None:
        self.run(self.cells[f"answer-{number}"].source)

    def grade(self, task_id: str) -> Result:
        """The result of a task, with the answer sent through JSON as it will leave a sandbox."""
        task = self.exercise.task(task_id)
        try:
            plain = json.loads(json.dumps(to_plain(self.names[task.variable])))
        except Unreadable as odd:
            return task.refuse(odd.found, odd.remedy)
        with patch.object(data, "load_doctors", self.patients.copy):
            return task.grade(plain, self.exercise.load())


def result_of(task_id: str, code: str, patients: pd.DataFrame) -> Result:
    """The result of a student's code for one task, after right answers to those before it."""
    exercise, number = task_id.split(".")
    session = Session(exercise, patients)
    for earlier in range(1, int(number)):
        session.answer(earlier)
    session.run(code)
    return session.grade(task_id)
