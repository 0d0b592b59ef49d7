"""The report's numbers of tables with expectations and with suppressed counts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_numbers_kit import drawn, outcomes, ten, units
from scipy.special import logit

from shrinkage.report import Hyperprior, analyse, predictive
from shrinkage.report.by_quadrature import by_quadrature

COURSE = Hyperprior()


def numbers(found, without=()):
    return found.table.drop(columns=["doctor", "expected", *without]).to_numpy(float)


# --- expectations ---------------------------------------------------------------------------------


def test_one_expectation_for_all_moves_the_hyperprior_alone():
    """logit theta_j = logit(0.8) + alpha_j: as without, mu_pop around logit(0.8)."""
    counts = ten().counts
    table = outcomes(counts.successes, counts.trials, counts.doctor, expected=0.8 * counts.trials)
    with_it = analyse(table, standard=0.6)
    without = analyse(ten(), standard=0.6, hyperprior=Hyperprior(mu_loc=logit(0.8)))
    # One is worse than the average expectation, the other than the typical unit.
    these, others = (numbers(found, ["worse"]) for found in (with_it, without))
    np.testing.assert_allclose(these, others, rtol=1e-4, atol=1e-6)
    assert with_it.reference == pytest.approx(0.8)
    assert without.reference is None
    for name in ("typical", "new_unit", "sigma"):
        ours, theirs = (list(vars(getattr(f, name)).values()) for f in (with_it, without))
        np.testing.assert_allclose(ours, theirs, rtol=1e-3)
    ours, theirs = (
        [list(c.numbers.values()) for c in f.checks if c.name == "volume"]
        for f in (with_it, without)
    )
    assert len(ours) == 1
    np.testing.assert_allclose(ours, theirs, rtol=1e-3)


def test_a_unit_does_as_well_as_its_patients_let_it():
    """Of two units with equal raw rates the one that was expected to do worse is better."""
    trials = [200] * 6
    successes = [180, 180, 170, 190, 176, 184]
    expected = [160, 190, 175, 185, 175, 182]
    found = analyse(outcomes(successes, trials, expected=expected))
    row = found.table.set_index("doctor")
    assert row.estimate["U0"] > row.estimate["U1"] + 0.02
    assert row.rank_low["U0"] < row.rank_low["U1"]
    assert found.sound


def test_raw_rates_are_indirectly_standardised():
    """What is counted, observed over expected, times its average expectation; at most one."""
    table = units(outcomes([90, 100, 3, 40], [100, 100, 100, 50], expected=[95, 98, 50, 40]))
    average = 283 / 350
    assert table.reference == pytest.approx(average)
    np.testing.assert_allclose(
        table.raw, [90 / 95 * average, 100 / 98 * average, 3 / 50 * average, average]
    )
    deaths = replace(table, of_failures=True)
    np.testing.assert_allclose(
        deaths.raw,
        1 - (1 - average) * np.array([10 / 5, 0, 97 / 50, 10 / 10]),
    )
    many = replace(deaths, expected=np.array([99.9, 99.9, 99.9, 40.0]))
    assert many.raw[2] == 0  # 970 times as many as expected: no rate beyond one
    assert deaths.raw[1] == 1  # none died; odds would be infinite


def test_expectations_and_suppressed_counts_pass_the_plain_sum():
    table = drawn(30, seed=5).counts
    fewest, most = table.successes.copy(), table.successes.copy()
    fewest[[3, 7]], most[[3, 7]] = table.trials[[3, 7]] - 4, table.trials[[3, 7]]
    successes = table.successes.astype("Int64")
    successes[[3, 7]] = pd.NA
    found = analyse(
        outcomes(
            successes,
            table.trials,
            expected=table.trials * np.linspace(0.6, 0.97, 30),
            fewest=fewest,
            most=most,
        )
    )
    check = next(check for check in found.checks if check.name == "quadrature")
    assert check.good
    assert check.numbers["share"] < 1e-3


# --- suppressed counts ----------------------------------------------------------------------------


def test_a_suppressed_count_lies_between_its_bounds():
    """Its estimate lies between those at the bounds, and its interval is wider than either."""
    counts = ten().counts.assign(fewest=ten().counts.successes, most=ten().counts.successes)
    place = list(counts.doctor).index("C")
    trials = counts.trials[place]
    by_bound = []
    for value in (trials - 4, trials):
        counts.loc[place, "successes"] = value
        table = outcomes(counts.successes, counts.trials, counts.doctor)
        by_bound.append(analyse(table, standard=0.75).table.set_index("doctor").loc["C"])
    counts = counts.astype({"successes": "Int64"})
    counts.loc[place, ["successes", "fewest", "most"]] = [pd.NA, trials - 4, trials]
    table = outcomes(
        counts.successes, counts.trials, counts.doctor, fewest=counts.fewest, most=counts.most
    )
    found = analyse(table, standard=0.75)
    row = found.table.set_index("doctor").loc["C"]
    low, high = by_bound
    assert low.estimate < row.estimate < high.estimate
    assert row.high - row.low > high.high - high.low
    assert pd.isna(row.successes)
    assert pd.isna(row.raw)
    assert (row.fewest, row.most) == (trials - 4, trials)
    assert found.sound


def test_bounds_that_tell_nothing_are_no_patients():
    """Any count: what is said of the unit is what is said of a new one, and of the others as
    without it."""
    these = units(drawn(12))
    anything = replace(
        these,
        fewest=np.where(np.arange(12) == 4, 0, these.fewest),
        most=np.where(np.arange(12) == 4, these.trials, these.most),
    )
    found = by_quadrature(anything, COURSE)
    others = by_quadrature(these.pick(np.arange(12) != 4), COURSE)
    assert found.mean[4] == pytest.approx(others.new_unit.mean, abs=1e-5)
    np.testing.assert_allclose(np.delete(found.mean, 4), others.mean, atol=1e-6)


def test_raw_rates_that_are_not_known_are_left_out_of_the_drawn_clinics():
    counts = drawn(12).counts
    fewest = counts.successes.copy()
    fewest[2] -= 3
    table = outcomes(counts.successes, counts.trials, fewest=fewest, most=counts.successes)
    these = units(table)
    made = predictive.check(these, by_quadrature(these, COURSE), 1)
    assert [check.name for check in made] == ["spread", "farthest", "caseload"]
    assert all(np.isfinite(check.numbers["observed"]) for check in made)
    two = these.pick(np.array([0, 2]))
    assert predictive.check(two, by_quadrature(two, COURSE), 1) == []  # one raw rate is no spread
