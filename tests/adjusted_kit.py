"""What the tests of models with covariates share: made-up patients, and distances of draws."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from shrinkage.data import Outcomes, count_by_doctor, load_doctors
from shrinkage.exact import posterior_with_covariate
from shrinkage.report import Hyperprior, adjusted, model
from shrinkage.report.units import Units

COURSE = Hyperprior()
BETA = {"age": -0.5, "urgent": -0.6, "salvage": -1.2, "f": 0.2}


def patients(n: int, n_doctors: int, seed: int = 1, sigma: float = 0.5) -> pd.DataFrame:
    """Patients of doctors who are sent others: ``age``, ``urgency``, ``sex``."""
    rng = np.random.default_rng(seed)
    doctor = np.sort(rng.choice(n_doctors, n, p=rng.dirichlet(np.ones(n_doctors))))
    age = 60 + 10 * (rng.normal(size=n) + rng.normal(0, 0.5, n_doctors)[doctor])
    urgency = rng.choice(["elective", "urgent", "salvage"], n, p=[0.7, 0.25, 0.05])
    sex = rng.choice(["m", "f"], n, p=[0.6, 0.4])
    log_odds = rng.normal(1, sigma, n_doctors)[doctor] + BETA["age"] * (age - 60) / 10
    log_odds += BETA["urgent"] * (urgency == "urgent") + BETA["salvage"] * (urgency == "salvage")
    log_odds += BETA["f"] * (sex == "f")
    columns = {"age": age, "urgency": urgency, "sex": sex}
    success = rng.binomial(1, expit(log_odds))
    return pd.DataFrame({"doctor": [f"D{j:02}" for j in doctor], "success": success} | columns)


def outcomes(frame: pd.DataFrame) -> Outcomes:
    """As `load_outcomes` hands patients over."""
    return Outcomes(counts=count_by_doctor(frame), patients=frame)


def fit(table, formula, **more):
    """The fit of the report, and the draws that it came from."""
    options = {"within": None, "hyperprior": COURSE, "standard": None, "seed": 4}
    options |= {"progress": lambda stage, share: None} | more
    with draws_kept() as kept:
        found = adjusted.fit(table, Units.of(table), adjust=formula, **options)
    return SimpleNamespace(found=found, draws=kept["draws"])


@contextmanager
def draws_kept() -> Iterator[dict]:
    """Keep under ``draws`` what the report samples meanwhile."""
    kept, original = {}, model.sample

    def keep(*arguments):
        kept["draws"], *rest = original(*arguments)
        return kept["draws"], *rest

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "sample", keep)
        yield kept


@cache
def severity() -> SimpleNamespace:
    """The fit of the ten doctors' patients with their severity, sampled once."""
    return fit(outcomes(load_doctors()), "severity")


def exact_severity(**hyperprior):
    """Its exact posterior, and each doctor's mean of theta over the severities of all."""
    frame = load_doctors()
    doctor_idx = np.unique(frame.doctor, return_inverse=True)[1]
    x = ((frame.severity - frame.severity.mean()) / frame.severity.std(ddof=0)).to_numpy()
    exact = posterior_with_covariate(doctor_idx, x, frame.success, **hyperprior)
    at = np.quantile(x, (np.arange(40) + 0.5) / 40)
    return exact, np.mean([exact.at(one).mean for one in at], axis=0)


def distance(ours, theirs) -> np.ndarray:
    """Of the means of two samples, (C, D, K) or (C, D) each, in their standard errors together."""
    import arviz as az

    def mean_and_error(draws):
        dataset = az.from_dict({"posterior": {"x": np.asarray(draws)}})
        return np.mean(draws, axis=(0, 1)), az.mcse(dataset)["x"].to_numpy()

    (mean, error), (other, other_error) = mean_and_error(ours), mean_and_error(theirs)
    return np.abs(mean - other) / np.hypot(error, other_error)


def of_bambi(fit, name: str) -> np.ndarray:
    """Draws of one of Bambi's variables, (C, D, ...)."""
    found = fit.posterior[name]
    return found.transpose("chain", "draw", ...).to_numpy()


def bambi(formula: str, frame: pd.DataFrame, family: str):
    """Bambi's fit with the course's priors."""
    import bambi as bmb

    half_normal = bmb.Prior("HalfNormal", sigma=1)
    course = {
        "Intercept": bmb.Prior("Normal", mu=0, sigma=1.5),
        "common": bmb.Prior("Normal", mu=0, sigma=1),
        "group_specific": bmb.Prior("Normal", mu=0, sigma=half_normal),
    }
    model = bmb.Model(formula, frame, family=family, priors=course)
    return model.fit(
        draws=1500,
        chains=4,
        inference_method="nutpie",
        nuts={"target_accept": 0.95},
        random_seed=2,
        progressbar=False,
    )
