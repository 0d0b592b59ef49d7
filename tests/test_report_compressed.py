"""Many patients as few cells: the likelihood and the coefficients stay what they are."""

import numpy as np
import pytest
from adjusted_kit import COURSE, outcomes, patients
from scipy.special import expit

from shrinkage.exact import on_grid, posterior_with_covariate
from shrinkage.exact.doctors import from_patients
from shrinkage.exact.inputs import Prior
from shrinkage.exact.patients import Patients
from shrinkage.report import compressed
from shrinkage.report.case_mix import MOST, CaseMix
from shrinkage.report.gauss_rule import NODES, gauss_rule
from shrinkage.report.patients import Rows, read

FORMULA = "age + urgency + sex"


def rows_of(frame, formula):
    doctors = np.unique(frame.doctor).astype(object)
    rows, coded = read(outcomes(frame), formula, doctors)
    return rows, coded.names, doctors


def log_likelihood(rows, alpha, beta):
    eta = alpha[rows.unit] + rows.offset + rows.x @ beta
    return (rows.successes * eta - rows.trials * np.logaddexp(0, eta)).sum()


# --- Gauss rules ----------------------------------------------------------------------------------


def test_a_rule_averages_smooth_functions():
    rng = np.random.default_rng(1)
    lengths = [1, 2, 30, 4000]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    values, weights = rng.normal(0, 1.2, sum(lengths)), rng.integers(1, 9, sum(lengths)) * 1.0
    nodes, shares = gauss_rule(values, weights, starts)
    assert nodes.shape == shares.shape == (4, NODES)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), np.add.reduceat(weights, starts))
    for shift in (-3, 0, 2):
        ours = (shares * np.logaddexp(0, shift + nodes)).sum(axis=1)
        true = np.add.reduceat(weights * np.logaddexp(0, shift + values), starts)
        assert np.abs(ours - true).max() < 1e-6 * weights.sum()


def test_a_rule_has_the_values_themselves_where_they_are_few():
    values = np.array([0.5, -1.0, 0.5, 2.0, 2.0, 2.0, 7.0])
    nodes, shares = gauss_rule(values, np.ones(7), np.array([0, 6]))
    used = shares > 1e-9
    np.testing.assert_allclose(nodes[0, used[0]], [-1.0, 0.5, 2.0], atol=1e-9)
    np.testing.assert_allclose(shares[0, used[0]], [1, 2, 3])
    np.testing.assert_allclose(nodes[1, used[1]], [7.0])


def test_fewer_nodes_are_worse():
    values = np.random.default_rng(2).normal(0, 2, 1000)
    true = np.logaddexp(0, values).sum()

    def off(k):
        nodes, shares = gauss_rule(values, np.ones(1000), np.array([0]), k)
        return abs((shares * np.logaddexp(0, nodes)).sum() - true)

    assert off(12) < off(3) / 50


# --- compression ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three_thousand():
    return patients(3000, 20, seed=5)


def moments(cells):
    """Means and sds by quadrature of the model that PyMC samples, where there is one covariate."""
    covariates, doctors = cells.covariates, len(cells.doctors)
    z = np.linspace(-5, 5, 17)
    beta = covariates.mean[0] + covariates.root[0, 0] * z
    found, height = [], []
    for b in beta:
        offset = cells.offset + b * covariates.of_unit[cells.doctor_idx, 0]
        counts = cells.successes, cells.trials
        tabulated = Patients(cells.doctor_idx, offset, *counts, doctors + 1, 0.0)
        given = on_grid.integrate(from_patients(tabulated), Prior(0.0, 1.5, 1.0, None))
        mean, variance = given.alpha_mean[:-1], given.alpha_variance[:-1]
        mu, sigma = given.weight * given.grid.mu, given.mass * given.grid.sigma
        found.append([*mean, mu.sum(), sigma.sum(), b, *(variance + mean**2), b**2])
        height.append(given.log_evidence)
    height = np.array(height) - z**2 / 2
    weight = np.exp(height - height.max())
    *first, b2 = weight @ np.array(found) / weight.sum()
    mean, square = np.array(first[: doctors + 3]), np.array([*first[doctors + 3 :], b2])
    return mean, np.sqrt(square - np.delete(mean, [doctors, doctors + 1]) ** 2)


@pytest.mark.parametrize(
    ("n", "n_doctors", "mu"),
    [(1500, 10, 0.0), (1500, 60, 0.0), (2000, 20, 3.5)],
    ids=["many", "small doctors", "few failures"],
)
def test_the_posterior_is_the_exact_one(n, n_doctors, mu):
    """Without any sampler: means to a fiftieth of an sd, sds to two hundredths."""
    frame = patients(n, n_doctors, seed=5)
    rng = np.random.default_rng(3)
    own = rng.normal(mu, 0.5, n_doctors)[np.unique(frame.doctor, return_inverse=True)[1]]
    frame["success"] = rng.binomial(1, expit(own - 0.05 * (frame.age - 60)))
    rows, names, doctors = rows_of(frame, "age")
    cells = compressed.compress(rows, names, doctors, COURSE)
    assert len(cells.trials) <= NODES * len(doctors)
    np.testing.assert_allclose(cells.trials.sum(), n)
    assert cells.successes.sum() == pytest.approx(frame.success.sum())
    exact = posterior_with_covariate(
        rows.unit, rows.x[:, 0], rows.successes.astype(int), n_doctors=rows.units
    )
    mean, sd = moments(cells)
    true = [*exact.alpha, exact.mu_pop, exact.sigma_pop, exact.beta]
    means, sds = (np.array([getattr(m, of) for m in true]) for of in ("mean", "sd"))
    assert np.abs((mean - means) / sds).max() < 0.02
    np.testing.assert_allclose(sd, np.delete(sds, [-3, -2]), rtol=0.02)
    assert abs(exact.beta.mean) > 2 * exact.beta.sd  # there is something to be found


def test_what_is_averaged_matters(monkeypatch):
    """Where failures are few, the likelihood at the coefficients' mean alone would be biased."""
    frame = patients(2000, 20, seed=5)
    rng = np.random.default_rng(3)
    frame["success"] = rng.binomial(1, expit(3.5 - 0.05 * (frame.age - 60)))
    rows, names, doctors = rows_of(frame, "age")
    spread = moments(compressed.compress(rows, names, doctors, COURSE))
    monkeypatch.setattr(compressed, "SPREAD", np.inf)
    plain = moments(compressed.compress(rows, names, doctors, COURSE))
    assert np.abs((spread[0] - plain[0])[:-3] / spread[1][:-1]).mean() > 0.01


def test_separation_is_held_by_the_prior(three_thousand):
    """A level whose patients all lived: a proper prior keeps its coefficient finite."""
    frame = three_thousand.copy()
    frame.loc[::300, "urgency"] = "rare"
    frame.loc[::300, "success"] = 1
    rows, names, doctors = rows_of(frame, FORMULA)
    covariates = compressed.compress(rows, names, doctors, COURSE).covariates
    rare = names.index("urgency[rare]")
    assert 0.3 < covariates.mean[rare] < 2.5
    assert 0.5 < covariates.root[rare] @ covariates.root[rare] < 1.0


def test_a_search_that_begins_with_some_of_the_patients_ends_in_the_same_place(
    three_thousand, monkeypatch
):
    rows, names, doctors = rows_of(three_thousand, FORMULA)
    whole = compressed.compress(rows, names, doctors, COURSE).covariates
    monkeypatch.setattr(compressed, "FIRST_LOOK", 300)
    monkeypatch.setattr(compressed, "AT_ONCE", 700)
    some = compressed.compress(rows, names, doctors, COURSE).covariates
    sds = np.sqrt(np.diag(whole.root @ whole.root.T))
    np.testing.assert_allclose(some.mean, whole.mean, atol=2e-2 * sds.min())


def test_doctors_without_patients_and_unused_columns_do_no_harm(three_thousand):
    rows, names, _ = rows_of(three_thousand, FORMULA)
    more = Rows(**vars(rows) | {"units": rows.units + 2})
    doctors = np.array([str(j) for j in range(more.units)], object)
    cells = compressed.compress(more, names, doctors, COURSE)
    assert set(cells.doctor_idx) == set(rows.unit)
    assert np.isfinite(cells.covariates.mean).all()
    assert (cells.covariates.of_unit[-2:] == 0).all()


# --- the case mix ---------------------------------------------------------------------------------


def test_standardised_rates_are_means_over_all_patients():
    rng = np.random.default_rng(4)
    x, trials = rng.normal(size=(300, 2)), rng.integers(1, 5, 300)
    alpha, beta = rng.normal(size=(5, 3)), rng.normal(0, 0.6, (5, 2))
    offset = rng.normal(0, 0.5, 300)
    ours = CaseMix.of(x, offset, trials, beta[0]).average(alpha, beta)
    eta = alpha[:, :, None] + (offset + beta @ x.T)[:, None, :]
    true = (expit(eta) * trials).sum(axis=2) / trials.sum()
    np.testing.assert_allclose(ours, true, atol=1e-4)
    at_the_mean = expit(alpha + (beta @ (trials @ x) / trials.sum())[:, None])
    assert np.abs(at_the_mean - true).max() > 0.01


def test_of_many_patients_some_stand_for_all():
    rng = np.random.default_rng(6)
    x = np.column_stack([rng.gamma(2, size=60_000), rng.random(60_000) < 0.1])
    beta = np.array([-0.6, 1.0])
    mix = CaseMix.of(x, np.zeros(60_000), np.ones(60_000), beta)
    assert len(mix.x) == MOST
    draws = beta + rng.normal(0, 0.02, (20, 2))
    alpha = rng.normal(1, 1, (20, 4))
    true = np.array(
        [expit(a[:, None] + x @ b).mean(axis=1) for a, b in zip(alpha, draws, strict=True)]
    )
    np.testing.assert_allclose(mix.average(alpha, draws), true, atol=2e-4)
