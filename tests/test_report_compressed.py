"""Many patients as few cells: the likelihood and the coefficients stay what they are."""

import numpy as np
import pytest
from adjusted_kit import COURSE, outcomes, patients
from scipy.special import expit

from shrinkage.exact import posterior_with_covariate
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


# --- Gauss rules -----------------------------------------------------------------------------------


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


# --- compression -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three_thousand():
    return patients(3000, 20, seed=5)


def test_the_cells_have_the_patients_likelihood(three_thousand):
    """Differences between parameters all over the posterior, to a twentieth of a log."""
    rows, names, doctors = rows_of(three_thousand, FORMULA)
    cells = compressed.compress(rows, names, doctors, COURSE)
    assert len(cells.trials) <= NODES * len(doctors) < len(rows.trials) / 10
    np.testing.assert_allclose(cells.trials.sum(), 3000)
    covariates = cells.covariates
    precision = np.linalg.inv(covariates.root @ covariates.root.T)
    rng = np.random.default_rng(3)
    ours, theirs = [], []
    for _ in range(200):
        beta = covariates.mean + covariates.root @ rng.normal(size=len(names))
        alpha = rng.normal(1, 0.5, len(doctors)) - covariates.of_unit @ (beta - covariates.mean)
        own = (alpha + covariates.of_unit @ beta)[cells.doctor_idx] + cells.offset
        away = beta - covariates.mean
        normal = -0.5 * away @ precision @ away
        ours.append((cells.successes * own - cells.trials * np.logaddexp(0, own)).sum() + normal)
        theirs.append(log_likelihood(rows, alpha, beta) - 0.5 * beta @ beta)
    off = np.array(ours) - theirs
    assert np.std(theirs) > 50
    near = np.array(theirs) > np.quantile(theirs, 0.75)
    assert off[near].std() < 0.02 * np.std(np.array(theirs)[near])


@pytest.mark.parametrize(("n", "n_doctors"), [(1500, 10), (1500, 80)])
def test_the_mode_is_the_exact_posteriors(n, n_doctors):
    """The intercepts integrated out: also where each doctor has few patients."""
    frame = patients(n, n_doctors, seed=7)
    rows, _, _ = rows_of(frame, "age")
    start = np.zeros(1)
    beta, _, _ = compressed._mode(rows, start, COURSE)
    exact = posterior_with_covariate(
        rows.unit, rows.x[:, 0], rows.successes.astype(int), n_doctors=rows.units
    ).beta
    assert abs(beta[0] - exact.mean) < 0.06 * exact.sd
    fixed = np.clip(exact.mean, None, 0)
    assert abs(fixed) > 5 * exact.sd  # there is something to be found


def test_what_the_patients_say_of_a_coefficient_is_normal(three_thousand):
    """Nearly all of it is within doctors here; the exact sd is that of both."""
    rows, names, doctors = rows_of(three_thousand, "age")
    covariates = compressed.compress(rows, names, doctors, COURSE).covariates
    exact = posterior_with_covariate(
        rows.unit, rows.x[:, 0], rows.successes.astype(int), n_doctors=rows.units
    ).beta
    assert covariates.root[0, 0] == pytest.approx(exact.sd, rel=0.05)
    assert abs(covariates.mean[0] - exact.mean) < 0.3 * exact.sd


def test_separation_is_held_by_the_prior(three_thousand):
    """A level whose patients all lived: a proper prior keeps its coefficient finite."""
    frame = three_thousand.copy()
    frame.loc[::300, "urgency"] = "rare"
    frame.loc[::300, "success"] = 1
    rows, names, doctors = rows_of(frame, FORMULA)
    covariates = compressed.compress(rows, names, doctors, COURSE).covariates
    rare = names.index("urgency[rare]")
    assert 0.3 < covariates.mean[rare] < 2.5
    assert 0.5 < covariates.root[rare] @ covariates.root[rare] ** 1 < 1.0


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


# --- the case mix ----------------------------------------------------------------------------------


def test_standardised_rates_are_means_over_all_patients():
    rng = np.random.default_rng(4)
    x, trials = rng.normal(size=(300, 2)), rng.integers(1, 5, 300)
    alpha, beta = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    ours = CaseMix.of(x, trials, beta[0]).average(alpha, beta)
    eta = alpha[:, :, None] + (beta @ x.T)[:, None, :]
    true = (expit(eta) * trials).sum(axis=2) / trials.sum()
    np.testing.assert_allclose(ours, true, atol=2e-6)
    at_the_mean = expit(alpha + (beta @ (trials @ x) / trials.sum())[:, None])
    assert np.abs(at_the_mean - true).max() > 0.01


def test_of_many_patients_some_stand_for_all():
    rng = np.random.default_rng(6)
    x = np.column_stack([rng.gamma(2, size=60_000), rng.random(60_000) < 0.1])
    beta = np.array([-0.6, 1.0])
    mix = CaseMix.of(x, np.ones(60_000), beta)
    assert len(mix.x) == MOST
    draws = beta + rng.normal(0, 0.02, (20, 2))
    alpha = rng.normal(1, 1, (20, 4))
    true = np.array(
        [expit(a[:, None] + x @ b).mean(axis=1) for a, b in zip(alpha, draws, strict=True)]
    )
    np.testing.assert_allclose(mix.average(alpha, draws), true, atol=2e-4)
