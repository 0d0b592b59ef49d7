"""Exercise 1: what only this exercise promises.

`test_exercises.py` runs `MUTANTS` and `FORMS`.
"""

import pytest
from exercise_01_mutants import CLINIC_OF, EQUAL_DOCTORS, FORMS, MUTANTS
from exercise_kit import IN_TURN, Session, result_of, served
from scipy import stats

from shrinkage.exercises.ex01_league_tables import clinic, wilson_intervals

__all__ = ["CLINIC_OF", "FORMS", "MUTANTS"]


def test_a_perfect_record_has_a_standard_error_of_zero_and_a_wide_interval():
    session = Session("01")
    for number in (1, 2, 3):
        session.answer(number)
    names = session.names
    assert names["raw_rate"]["B"] == 1
    assert names["standard_error"]["B"] == 0
    # Wilson (1927) for 4 of 4: the lower end is 1 / (1 + z²/4)
    assert names["interval"].loc["B"].tolist() == pytest.approx([0.510109, 1.0], abs=1e-6)


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_intervals_are_those_of_scipy(seed):
    with served(seed):
        c = clinic.load()
    found = wilson_intervals.intervals(c)
    for doctor in c.doctors[:-1]:
        one = stats.binomtest(int(c.s[doctor]), int(c.n[doctor])).proportion_ci(method="wilson")
        assert found.loc[doctor].tolist() == pytest.approx([*one], abs=1e-12)
    assert found.loc["K"].isna().all()


def test_part_of_an_answer_earns_part_of_the_points():
    def points(task, code):
        return result_of(task, code).points

    assert points("01.1", "raw_rate = raw_rate.dropna()") == 1.5
    assert points("01.1", "raw_rate = raw_rate * np.nan") == 0
    assert points("01.3", "interval['upper'] += 0.1") == 1.75
    assert points("01.3", "interval['lower'] = 0") == 1.25
    assert points("01.3", "interval.loc['K'] = 0.3") == 2.5
    assert points("01.4", "spread['between'] = ...") == 2
    assert points("01.4", "del spread['chance'], spread['between']") == 1
    assert points("01.4", "spread = {'between': spread['between']}") == 0


def test_doctors_who_do_not_differ_leave_nothing_between():
    solution = Session("01", EQUAL_DOCTORS)
    for number in (1, 2, 3, 4):
        solution.answer(number)
    assert solution.names["spread"]["between"] == 0
    assert solution.grade("01.4").complete


# --- What a student is told -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "code"),
    [
        ("01.1", "raw_rate = raw_rate.round(1)"),
        ("01.1", "raw_rate = raw_rate.round(2)"),
        ("01.2", "standard_error = standard_error.round(1)"),
        ("01.2", "standard_error = standard_error.round(2)"),
        ("01.3", "interval = interval.round(2)"),
        ("01.4", "spread = {k: round(v, 1) for k, v in spread.items()}"),
        ("01.4", "spread = {k: round(v, 2) for k, v in spread.items()}"),
        ("01.4", "spread = {k: round(v, 3) for k, v in spread.items()}"),
    ],
)
def test_a_rounded_answer_is_told_to_keep_decimals_and_nothing_else(task, code):
    result = result_of(task, code)
    assert result.mistakes == ("rounded",)
    assert len(result.hints) == 1


@pytest.mark.parametrize(
    ("task", "code", "mistakes"),
    [
        (
            "01.1",
            "raw_rate = (1 - patients['success']).groupby(patients['doctor']).mean()",
            {"forgot the empty doctor", "counted failures instead of successes"},
        ),
        (
            "01.2",
            "standard_error = raw_rate * (1 - raw_rate) / (n - 1)",
            {
                "forgot the square root",
                "divided by n − 1, as `sem` and `std` do",
            },
        ),
        (
            "01.3",
            """
interval["lower"] = raw_rate - 1.96 * standard_error
ac = (raw_rate * n + 2) / (n + 4)
interval["upper"] = ac + 1.96 * np.sqrt(ac * (1 - ac) / (n + 4))
""",
            {
                "computed Wald's interval",
                "added two successes and two failures and used Wald's formula",
            },
        ),
        (
            "01.4",
            """
observed, chance = np.var(raw_rate.dropna().to_numpy()), (standard_error**2).mean()
spread = {"observed": observed, "chance": chance, "between": max(0.0, observed - chance)}
""",
            {
                "used the population variance, which divides by the number of doctors",
                "put each doctor's own rate into 'chance'",
            },
        ),
    ],
)
def test_two_mistakes_get_a_hint_each(task, code, mistakes):
    result = result_of(task, code)
    assert set(result.mistakes) == mistakes


@pytest.mark.parametrize(
    ("task", "code"),
    [
        ("01.1", "raw_rate = (100 * raw_rate).round()"),
        ("01.2", "standard_error = (100 * standard_error).round()"),
        ("01.3", "interval = (100 * interval).round()"),
    ],
)
def test_percent_without_decimals_is_two_mistakes(task, code):
    result = result_of(task, code)
    assert result.mistakes == ("gave percent instead of proportions", "rounded")


@pytest.mark.parametrize(
    ("task", "code", "mistakes"),
    [
        (
            "01.1",
            "raw_rate = raw_rate.dropna().sort_values().to_list()",
            {"forgot the empty doctor", "gave the right values in another order"},
        ),
        (
            "01.3",
            "interval = 100 * interval[['upper', 'lower']].to_numpy()",
            {"gave percent instead of proportions", "swapped the two ends"},
        ),
    ],
)
def test_two_plain_mistakes_get_a_hint_each(task, code, mistakes):
    assert set(result_of(task, code).mistakes) == mistakes


def test_twice_the_standard_error_is_a_half_width_too():
    result = result_of("01.2", "standard_error = 2 * standard_error")
    assert result.mistakes == ("gave the half-width of an interval",)


def test_a_negative_between_under_a_root_is_told_that_it_is_no_number():
    result = result_of("01.4", "spread['between'] = np.sqrt(-spread['between'])")
    assert "root of a negative number" in result.hint
    assert not result.mistakes


def test_a_mistake_in_one_number_is_named_whether_or_not_it_went_into_the_next():
    carried = "spread = spread | {'observed': raw_rate.std(), 'between': raw_rate.std() - chance}"
    for code in ("spread = spread | {'observed': raw_rate.std()}", carried):
        result = result_of("01.4", code)
        assert result.mistakes == ("gave a standard deviation as 'observed'",)
        assert len(result.hints) == 1
