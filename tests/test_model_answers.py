"""A PyMC model as an answer: read however it is written, and a wrong term named."""

import arviz as az
import numpy as np
import pandas as pd
import pymc as pm
import pytest
from scipy import stats
from scipy.special import log_expit

from shrinkage.exercises.answers import Density, Unreadable, density_table

DOCTORS = ["A", "B", "C"]
DOCTOR_IDX = np.repeat([0, 1, 2], [5, 8, 30])
SEVERITY = np.linspace(-1, 1, len(DOCTOR_IDX))
SUCCESS = (np.arange(len(DOCTOR_IDX)) % 3 > 0).astype(int)


def probes(_=None):
    rng = np.random.default_rng(3)
    return [
        {
            "mu_pop": rng.normal(),
            "sigma_pop": rng.gamma(2, 0.5),
            "beta": rng.normal(),
            "alpha": rng.normal(size=3),
        }
        for _ in range(4)
    ]


TERMS = {
    "mu_pop": lambda p: stats.norm.logpdf(p["mu_pop"], 0, 1.5),
    "sigma_pop": lambda p: stats.halfnorm.logpdf(p["sigma_pop"], 0, 1),
    "beta": lambda p: stats.norm.logpdf(p["beta"], 0, 1),
    "alpha": lambda p: stats.norm.logpdf(p["alpha"], p["mu_pop"], p["sigma_pop"]).sum(),
    "data": lambda p: log_expit(
        np.where(SUCCESS == 1, 1, -1) * (p["alpha"][DOCTOR_IDX] + p["beta"] * SEVERITY)
    ).sum(),
}
DENSITY = Density(parameters=("mu_pop", "sigma_pop", "beta", "alpha"), probes=probes)


def centred():
    with pm.Model(coords={"doctor": DOCTORS}) as model:
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        beta = pm.Normal("beta", 0, 1)
        alpha = pm.Normal("alpha", mu_pop, sigma_pop, dims="doctor")
        pm.Bernoulli("success", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    return model


def non_centred():
    with pm.Model(coords={"doctor": DOCTORS}) as model:
        beta = pm.Normal("beta")
        offset = pm.Normal("anything", 0, 1, dims="doctor")
        sigma_pop = pm.HalfNormal("sigma_pop")
        mu_pop = pm.Normal("mu_pop", sigma=1.5)
        alpha = pm.Deterministic("alpha", mu_pop - offset * sigma_pop, dims="doctor")
        theta = pm.math.sigmoid(alpha[DOCTOR_IDX] + beta * SEVERITY)
        pm.Binomial("y", n=1, p=theta, observed=SUCCESS)
    return model


def all_offsets():
    with pm.Model() as model:
        sigma_pop = pm.TruncatedNormal("sigma_pop", 0, 1, lower=0)
        beta = pm.Normal("beta")
        z = pm.Normal("z", shape=3)
        mu_pop = pm.Deterministic("mu_pop", 1.5 * pm.Normal("mu_z"))
        alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z)
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    return model


def potential():
    with pm.Model() as model:
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        beta = pm.Flat("beta")
        alpha = pm.Normal("alpha", mu_pop, sigma_pop, shape=3)
        pm.Potential("slope", -(beta**2) / 2)
        eta = alpha[DOCTOR_IDX] + beta * SEVERITY
        pm.Potential("y", (SUCCESS * eta - pm.math.log1pexp(eta)).sum())
    return model


def stacked():
    with pm.Model() as model:
        mu_pop, sigma_pop, beta = (
            pm.Normal("mu_pop", 0, 1.5),
            pm.HalfNormal("sigma_pop", 1),
            pm.Normal("beta", 0, 1),
        )
        each = [pm.Normal(f"alpha_{j}", mu_pop, sigma_pop) for j in range(3)]
        alpha = pm.Deterministic("alpha", pm.math.stack(each))
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    return model


def mixed():
    """Offsets of which each intercept takes several."""
    mix = np.array([[1.0, 0, 0], [0.6, 0.8, 0], [0, 0.6, 0.8]])
    with pm.Model() as model:
        mu_pop, sigma_pop, beta = (
            pm.Normal("mu_pop", 0, 1.5),
            pm.HalfNormal("sigma_pop", 1),
            pm.Normal("beta", 0, 1),
        )
        z = pm.MvNormal("z", np.zeros(3), np.linalg.inv(mix) @ np.linalg.inv(mix).T)
        alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * pm.math.dot(mix, z))
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    return model


@pytest.mark.parametrize("build", [centred, non_centred, all_offsets, stacked, mixed, potential])
def test_a_model_is_read_however_it_is_written(build):
    truth = density_table(TERMS, probes())
    reading = DENSITY.read(DENSITY.plain(build(), DENSITY.request(None)), truth)
    np.testing.assert_allclose(reading.values, truth, atol=1e-6)


def wrong(change: str):
    parts = {
        "mu_pop": lambda: pm.Normal("mu_pop", 0, 10 if change == "mu_pop" else 1.5),
        "sigma_pop": lambda: pm.HalfNormal("sigma_pop", 2.5 if change == "sigma_pop" else 1),
        "beta": lambda: pm.Normal("beta", 0, 2.5 if change == "beta" else 1),
    }
    with pm.Model() as model:
        mu_pop, sigma_pop, beta = (part() for part in parts.values())
        alpha = pm.Normal(
            "alpha", mu_pop, sigma_pop**2 if change == "alpha" else sigma_pop, shape=3
        )
        sign = -1 if change == "data" else 1
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + sign * beta * SEVERITY, observed=SUCCESS)
    return model


def test_doctors_in_another_order_are_found_by_their_labels():
    labels = ["C", "A", "B"]

    def labelled(*_):
        return [point | {"alpha": pd.Series(point["alpha"], list("ABC"))} for point in probes()]

    kind = Density(parameters=DENSITY.parameters, probes=labelled)
    with pm.Model(coords={"doctor": labels}) as model:
        mu_pop, sigma_pop = pm.Normal("mu_pop", 0, 1.5), pm.HalfNormal("sigma_pop", 1)
        beta = pm.Normal("beta", 0, 1)
        alpha = pm.Normal("alpha", mu_pop, sigma_pop, dims="doctor")
        place = np.array([labels.index("ABC"[j]) for j in DOCTOR_IDX])
        pm.Bernoulli("y", logit_p=alpha[place] + beta * SEVERITY, observed=SUCCESS)
    truth = density_table(TERMS, probes())
    np.testing.assert_allclose(
        kind.read(kind.plain(model, kind.request(None)), truth).values, truth, atol=1e-6
    )


def test_what_is_not_in_the_formula_is_told_from_its_terms():
    model = centred()
    with model:
        pm.Potential("extra", -(model["beta"] ** 2))
    truth = density_table(TERMS, probes())
    values = DENSITY.read(DENSITY.plain(model, DENSITY.request(None)), truth).values
    assert np.isclose(values, truth, atol=1e-6).all(axis=1).tolist() == [True] * 5 + [False]


@pytest.mark.parametrize("change", [*TERMS])
def test_the_term_that_is_wrong_is_the_one_that_differs(change):
    truth = density_table(TERMS, probes())
    values = DENSITY.read(DENSITY.plain(wrong(change), DENSITY.request(None)), truth).values
    same = np.isclose(values, truth, atol=1e-6).all(axis=1)
    assert dict(zip(truth.index, same, strict=True)) == {
        label: label != change for label in truth.index
    }


def no_data():
    with pm.Model() as model:
        for name in ("mu_pop", "sigma_pop", "beta", "alpha"):
            pm.Normal(name)
    return model


def other_names():
    with pm.Model() as model:
        pm.Normal("mu")
        pm.Normal("y", observed=1)
    return model


def one_alpha():
    with pm.Model() as model:
        for name in ("mu_pop", "sigma_pop", "beta", "alpha"):
            pm.Normal(name)
        pm.Normal("y", observed=1)
    return model


def curved():
    with pm.Model() as model:
        mu_pop, sigma_pop, beta = pm.Normal("mu_pop"), pm.HalfNormal("sigma_pop"), pm.Normal("beta")
        z = pm.Normal("z", shape=3)
        alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z**3)
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta, observed=SUCCESS)
    return model


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (no_data, "no data"),
        (other_names, "called `mu_pop`"),
        (one_alpha, "one value of `alpha`"),
        (curved, "cannot be followed"),
        (lambda: 3.0, "a single number"),
        (lambda: az.from_dict({"posterior": {"a": np.zeros((2, 5))}}), "a fit"),
    ],
)
def test_what_is_not_such_a_model_is_refused_by_a_sentence(value, words):
    with pytest.raises(Unreadable, match=words):
        DENSITY.plain(value(), DENSITY.request(None))


def test_a_spread_that_may_be_negative_is_named():
    def model(prior):
        with pm.Model() as made:
            mu_pop, beta = pm.Normal("mu_pop", 0, 1.5), pm.Normal("beta", 0, 1)
            alpha = pm.Normal("alpha", mu_pop, abs(prior("sigma_pop", 0, 1)), shape=3)
            pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
        return made

    kind = Density(parameters=DENSITY.parameters, probes=probes, positive=("sigma_pop",))
    truth = density_table(TERMS, probes())
    reading = kind.read(kind.plain(model(pm.Normal), kind.request(None)), truth)
    assert "negative" in reading.notes["sigma_pop"]
    half = kind.plain(model(lambda name, _, scale: pm.HalfNormal(name, scale)), kind.request(None))
    assert not kind.read(half, truth).notes


def test_log_odds_in_place_of_probabilities_are_named():
    with pm.Model() as model:
        mu_pop, sigma_pop = pm.Normal("mu_pop", 0, 1.5), pm.HalfNormal("sigma_pop", 1)
        beta, alpha = pm.Normal("beta", 0, 1), pm.Normal("alpha", mu_pop, sigma_pop, shape=3)
        pm.Bernoulli("y", p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    reading = DENSITY.read(
        DENSITY.plain(model, DENSITY.request(None)), density_table(TERMS, probes())
    )
    assert "`logit_p=`" in reading.notes["data"]
