"""Exercise 2: its truths against other methods, and what only its checks promise."""

import numpy as np
import pytest
from exercise_02_mutants import FORMS, MUTANTS, estimate, gains, shares, weight
from exercise_kit import IN_TURN, Session, patients_of, result_of, solved
from scipy.optimize import minimize

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex02_three_ways_to_pool import (
    eighteen_batters,
    known_futures,
    last_years_patients,
)
from shrinkage.exercises.ex02_three_ways_to_pool.the_weight import weight as weight_of

# --- The truths -----------------------------------------------------------------------------------


def clinic(seed: int | None = None) -> Clinic:
    return solved("02", seed).data


@pytest.mark.parametrize("n", [4.0, 30.0, 124.0])
@pytest.mark.parametrize("spread", [0.03, 0.12, 0.35])
def test_no_other_weight_makes_a_smaller_error(n, spread):
    def error(w):
        return w**2 * 0.75 * 0.25 / n + (1 - w) ** 2 * spread**2

    weights = np.linspace(0, 1, 100_001)
    assert weights[error(weights).argmin()] == pytest.approx(weight_of(n, spread, 0.75), abs=1e-5)


def test_no_other_shares_make_a_smaller_error_in_doctors_who_change():
    """Against the covariances of rates that are built up step by step, not source by source."""
    for arguments in last_years_patients.calls(clinic()).values():
        n_now, n_last, drift, spread, p = arguments
        # This year's true rate, the step, and the luck of either year are unrelated.
        scales = np.diag([spread, drift, *np.sqrt(p * (1 - p) / np.array([n_now, n_last]))])
        sources = np.array([[1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 0, 0]]) @ scales
        truth = np.array([1, 0, 0, 0]) @ scales

        def error(two, sources=sources, truth=truth):
            return 1e4 * ((np.array([*two, 1 - sum(two)]) @ sources - truth) ** 2).sum()

        best = minimize(error, [0.3, 0.3], tol=1e-12).x
        assert last_years_patients.shares(*arguments)[:2] == pytest.approx(best, abs=1e-4)


def test_the_season_of_1970_is_the_published_one():
    complete, james_stein, share = eighteen_batters.gains(
        *eighteen_batters.calls(clinic())["the season of 1970"]
    )
    assert round(james_stein, 1) == 3.5  # Efron and Morris 1977
    assert 3.0 < complete < 3.2
    assert 0.94 < share < 0.95


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_sums_are_those_of_their_equation(seed):
    for s, n in [*known_futures.calls(clinic(seed)).values()][::20]:
        spread, mean = known_futures.spread_of(s, n)
        p = s.sum() / n.sum()
        distances = (s / n - mean) ** 2 / (spread**2 + p * (1 - p) / n)
        assert spread < 1e-6 or distances.sum() == pytest.approx(len(n) - 1, abs=1e-6)


# --- What only this exercise promises -------------------------------------------------------------


@pytest.mark.parametrize("seed", IN_TURN)
def test_no_task_hangs_on_luck_in_the_clinics_of_the_check(seed):
    """The chapter's sums beat both poolings by a third; every sound estimator passes everywhere."""
    session, seen = solved("02", seed), clinic(seed)
    error = known_futures.error_of(known_futures.sums, seen).mean()
    for pooling in (known_futures.no_pooling, known_futures.complete_pooling):
        assert error < 0.67 * known_futures.error_of(pooling, seen).mean()
    for form in FORMS["02.4"][:-1]:
        fork = session.fork()
        fork.run(form)
        assert fork.grade("02.4").complete, form


@pytest.mark.parametrize("seed", IN_TURN)
def test_nothing_that_ignores_the_spread_or_the_caseloads_earns_full_points(seed):
    session = solved("02", seed)
    for name in MUTANTS["02.4"]:
        fork = session.fork()
        fork.run(MUTANTS["02.4"][name])
        assert fork.grade("02.4").points <= 2.5, name
    for k in (1, 2, 4, 6, 8, 10, 15, 25):  # as many patients of the common rate for everyone
        fork = session.fork()
        fork.run(estimate(f"(successes + {k} * p) / (trials + {k})"))
        assert fork.grade("02.4").points <= 2.5, k
    for spread in (0.03, 0.06, 0.09, 0.15, 0.2, 0.3):
        fork = session.fork()
        fork.run(estimate(f"p + weight(trials, {spread}, p) * (rate - p)"))
        assert fork.grade("02.4").points <= 2.5, spread


def test_part_of_an_answer_earns_part_of_the_points():
    def points(task, code):
        return result_of(task, code).points

    assert points("02.1", 'poolings["complete"] = 0.5') == 0.5
    assert points("02.2", weight("spread**2 / (spread**2 + p * (1 - p) / np.maximum(n, 1))")) == 1.5
    assert points("02.2", weight("0 * n + (n > 100)")) == 0
    assert points("02.3", gains(result="raw / complete, 1, 1")) == 0.5
    assert points("02.3", gains(result="1, raw / mixed, 1")) == 1
    assert points("02.4", estimate("rate")) == 0
    assert points("02.4", estimate("p + 0 * rate")) == 0
    assert points("02.4", estimate("(rate + p) / 2")) == 1.5
    assert points("02.5", shares(last="luck / n_last")) == 0.75


def test_an_estimate_that_is_missing_for_one_doctor_beats_nothing():
    code = estimate("np.where(trials < 4, np.nan, rate + 0.3 * (p - rate))")
    assert result_of("02.4", code).points == 0


def test_a_function_that_fails_for_a_perfect_record_is_told_so():
    result = result_of("02.4", estimate("1 / 0 if (rate == 1).any() else rate"))
    assert result.points == 0
    assert "ZeroDivisionError" in result.found
    assert "clinic" in result.found


def test_a_function_of_one_doctor_is_told_to_work_on_all():
    result = result_of("02.2", weight("float(spread**2 / (spread**2 + p * (1 - p) / np.max(n)))"))
    assert result.points == 0
    assert "element by element" in result.hint


def test_a_clinic_whose_doctors_all_have_the_same_rate_is_graded():
    equal = patients_of({d: (n // 2, n) for d, n in zip("ABCD", (4, 10, 30, 60), strict=True)})
    session = Session("02", equal)
    for number in range(1, 6):
        session.answer(number)
    assert all(session.grade(f"02.{number}").complete for number in range(1, 6))


# --- What a check says ----------------------------------------------------------------------------


def test_two_mistakes_in_two_columns_get_two_hints():
    result = result_of(
        "02.1",
        "poolings['none'] *= 100; poolings['complete'] = (successes / trials).mean()",
    )
    assert "averaged the doctors' rates for complete pooling" in result.mistakes
    assert len(result.hints) == 2


def test_two_mistakes_in_two_steps_of_a_formula_get_two_hints():
    result = result_of("02.2", weight("spread / (spread + p / n)"))
    assert set(result.mistakes) == {"forgot to square the spread", "forgot the factor 1 − p"}
    both = shares(last="luck / n_last + drift", result="1 / v")
    assert set(result_of("02.5", both).mistakes) == {
        "added the drift without squaring it",
        "did not scale the shares",
    }


def test_what_is_plain_comes_first():
    assert "decimals" in result_of("02.1", "poolings = poolings.round(1)").hint
    unlabelled = result_of("02.1", "poolings = poolings.iloc[::-1].to_numpy().tolist()")
    assert unlabelled.mistake == "gave the right values in another order"
    root = estimate(
        "rate + w * (p - rate)", "w = np.sqrt(rate.var() - (p * (1 - p) / trials).mean())"
    )
    assert "NaN" in result_of("02.4", root).hint


def test_a_function_without_a_number_for_nobody_is_told_nothing_about_counts():
    hint = result_of("02.2", weight("spread**2 / (spread**2 + p * (1 - p) / n) * n / n")).hint
    assert "zero by zero" in hint
    assert "value_counts" not in hint


def test_a_mistake_earns_nothing_for_the_limits_of_the_weight():
    result = result_of("02.2", weight("spread / (spread + p * (1 - p) / n)"))
    assert result.points == 0.25  # a quarter of the part about all other weights, in quarters


def test_one_column_twice_is_not_called_an_exchange():
    for kept, other, mistake in [
        ("none", "complete", "gave each doctor's own rate for complete pooling"),
        ("complete", "none", "gave everybody the clinic's rate where nothing is pooled"),
    ]:
        result = result_of("02.1", f"poolings['{other}'] = poolings['{kept}']")
        assert result.mistakes == (mistake,)


def test_one_estimate_for_all_doctors_is_told_how_many_there_are_and_not_to_avoid_loops():
    result = result_of("02.4", estimate("p"))
    assert "8 values to return" in result.hint
    assert "loop" not in result.hint


def test_a_variance_in_place_of_the_scatter_and_a_drift_in_the_mean_are_known_in_both_forms():
    variance = result_of("02.3", gains(w="1 - (J - 3) * luck / np.var(first, ddof=1)"))
    assert variance.mistakes == ("put the mean of the squared distances where their sum belongs",)
    drifting = result_of("02.5", shares(common="spread**2 + drift**2"))
    assert drifting.mistakes == ("let the drift weaken the mean",)
