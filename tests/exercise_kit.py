"""What the tests of all exercises share: clinics, and a student's session without a kernel."""

import json
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import copy, deepcopy
from functools import lru_cache, wraps
from typing import Any, Self
from unittest.mock import patch

import arviz as az
import nbformat
import numpy as np
import pandas as pd
import xarray as xr
from checkout import ROOT
from turns import in_turn

from shrinkage import data, exact
from shrinkage.data.another import VARIABLE
from shrinkage.exact import Posterior
from shrinkage.exercises.answers import Unreadable, as_plain
from shrinkage.exercises.checking import load_exercise
from shrinkage.exercises.task import Result

SEEDS = (None, 1, 2, 3, 4, 5)  # the published clinic, and five others
IN_TURN = in_turn(SEEDS, always=[None])
Clinic = int | None | pd.DataFrame
"""The seed of a clinic, None for the published one, or its patients."""


def notebook_of(exercise: str, folder: str = "solutions") -> nbformat.NotebookNode:
    [path] = (ROOT / folder).glob(f"{exercise}_*.ipynb")
    return nbformat.read(path, as_version=4)


def published() -> pd.DataFrame:
    return data.load_doctors()


@contextmanager
def served(clinic: Clinic) -> Iterator[None]:
    """The loaders serve this clinic."""
    with ExitStack() as stack:
        seed = {} if clinic is None or isinstance(clinic, pd.DataFrame) else {VARIABLE: str(clinic)}
        stack.enter_context(patch.dict(os.environ, seed))
        if isinstance(clinic, pd.DataFrame):
            stack.enter_context(patch.object(data, "load_doctors", clinic.copy))
        yield


def patients_of(tally: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """One row a patient, from successes and caseload by doctor."""
    rows = [(d, 0.0, int(i < s)) for d, (s, n) in tally.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["doctor", "severity", "success"])


def _once(function: Callable) -> Callable:
    """The same function, which computes each answer once."""
    known = {}

    @wraps(function)
    def remembered(*args: Any, **options: Any) -> Any:
        question = pickle.dumps((args, options))
        if question not in known:
            known[question] = function(*args, **options)
        return known[question]

    return remembered


# A solution and its mistakes ask for the same posteriors, some for hundreds of them.
ONCE = {f.__name__: _once(f) for f in (exact.posterior, exact.posterior_with_covariate)}


class Session:
    """A student's session: the notebook's cells and their own code, run in one namespace."""

    def __init__(self, exercise: str, clinic: Clinic = None, folder: str = "solutions"):
        self.exercise = load_exercise(exercise)
        self.clinic = clinic
        self.cells = {cell.id: cell for cell in notebook_of(exercise, folder).cells}
        self.names: dict = {}
        self.run(self.cells["setup"].source)
        self.names |= {name: once for name, once in ONCE.items() if name in self.names}

    def run(self, code: str) -> None:
        with served(self.clinic), np.errstate(all="ignore"):
            exec(code, self.names)

    def answer(self, number: int) -> None:
        self.run(self.cells[f"answer-{number}"].source)

    @property
    def data(self) -> Any:
        """What the exercise's tasks are about."""
        with served(self.clinic):
            return self.exercise.load()

    def grade(self, task_id: str) -> Result:
        """The result of a task, with the answer sent through JSON as it will leave a sandbox."""
        task, data = self.exercise.task(task_id), self.data
        request, answer = task.answer.request(data), task.answer.without_secrets()
        try:
            plain = as_plain(
                json.loads(json.dumps(answer.plain(self.names[task.variable], request)))
            )
        except Unreadable as odd:
            return task.refuse(odd.found, odd.remedy)
        return task.grade(plain, data)

    def fork(self) -> Self:
        """A session that goes on from here and leaves this one as it is."""
        forked = copy(self)
        forked.names = {name: _copied(value) for name, value in self.names.items()}
        return forked


def _copied(value: Any) -> Any:
    """A copy of data and of random numbers to come; modules, models and the like are shared."""
    if isinstance(value, xr.DataTree | xr.Dataset | xr.DataArray):
        return value.copy(deep=True)
    plain = pd.DataFrame | pd.Series | np.ndarray | dict | list | set | np.random.Generator
    return deepcopy(value) if isinstance(value, plain) else value


@lru_cache(maxsize=2 * len(SEEDS))  # sessions hold fits: keep those of the exercise at hand
def solved(exercise: str, seed: int | None = None) -> Session:
    """A session that ran the whole solution; fork it before running more."""
    return _solved(exercise, seed)


def _solved(exercise: str, clinic: Clinic) -> Session:
    session = Session(exercise, clinic)
    for number in range(1, len(session.exercise.tasks) + 1):
        session.answer(number)
    return session


def result_of(task_id: str, code: str, clinic: Clinic = None) -> Result:
    """The result of a student's code for one task, after right answers to all."""
    whole = _solved if isinstance(clinic, pd.DataFrame) else solved
    session = whole(task_id[:2], clinic).fork()
    session.run(code)
    return session.grade(task_id)


def draws_of(posterior: Posterior, doctors: Sequence[str], seed: int = 1) -> xr.DataTree:
    """A fit as a good sampler would return it: independent draws from an exact posterior.

    Each quantity is drawn from its own marginal, which is all that a check looks at. It stands for
    a fit under any prior that the exact posterior knows, and takes no sampling.
    """
    rng = np.random.default_rng(seed)
    known = {"mu_pop": posterior.mu_pop, "sigma_pop": posterior.sigma_pop, "beta": posterior.beta}
    drawn = {name: m.quantile(rng.random((4, 1000))) for name, m in known.items() if m is not None}
    drawn["alpha"] = np.stack([m.quantile(rng.random((4, 1000))) for m in posterior.alpha], -1)
    return az.from_dict(
        {"posterior": drawn}, dims={"alpha": ["doctor"]}, coords={"doctor": list(doctors)}
    )
