"""Exercise 3: what only this exercise promises.

`test_exercises.py` runs `MUTANTS` and `FORMS`.
"""

import re

import bambi as bmb
import numpy as np
import pytest
from exercise_03_forms import FORMS
from exercise_03_mutants import (
    CLINIC_OF,
    DRAWN,
    ENDS,
    MUTANTS,
    TAILS,
    function,
    grid,
    plane,
    read,
)
from exercise_kit import IN_TURN, SEEDS, result_of, served, solved
from scipy import integrate, optimize, stats
from scipy.special import expit, log_expit
from turns import in_turn

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex03_a_first_bayesian_model import on_a_grid, separation
from shrinkage.exercises.ex03_a_first_bayesian_model.plane import others, patients_of, relative
from shrinkage.exercises.ex03_a_first_bayesian_model.regression import regression

__all__ = ["CLINIC_OF", "FORMS", "MUTANTS"]

pytestmark = pytest.mark.sampler


def clinic(seed: int | None = None) -> Clinic:
    with served(seed):
        return Clinic.load()


# --- The truths against other ways to find them ---------------------------------------------------


def test_a_doctors_posterior_is_the_integral_that_it_says():
    c = clinic()
    for doctor, row in on_a_grid.by_doctor(c).iterrows():
        s, n = c.s[doctor], c.n[doctor]

        def weight(a, s=s, n=n):
            log_weight = s * log_expit(a) + (n - s) * log_expit(-a) + stats.norm.logpdf(a, 1, 0.8)
            return np.exp(log_weight + 0.5 * n)

        def share(f, low=-8.0, high=10.0, weight=weight):
            return integrate.quad(lambda a: f(a) * weight(a), low, high, limit=200)[0]

        whole = share(lambda a: 1.0)
        limit = np.log(c.pooled / (1 - c.pooled))
        assert row["estimate"] == pytest.approx(share(expit) / whole, abs=1e-6)
        assert row["above"] == pytest.approx(share(lambda a: 1.0, low=limit) / whole, abs=1e-6)
        below = share(lambda a: 1.0, high=np.log(row["lower"] / (1 - row["lower"])))
        assert below / whole == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize("seed", [None, 4])
def test_the_regressions_posterior_is_the_grids(seed):
    patients = others(clinic(seed))
    weight = plane(relative(patients), patients.success, (1, 0.8), (0, 0.5))
    a, b = np.array([*weight.index]).T
    table = regression(clinic(seed))
    for name, values in {"alpha": a, "beta": b}.items():
        mean = weight @ values
        sd = np.sqrt(weight @ (values - mean) ** 2)
        assert table.loc[name].tolist() == pytest.approx([mean, sd], abs=1e-6)


@pytest.mark.parametrize("seed", in_turn([*SEEDS, 6, 7, 8, 9, 10], [None]))
def test_separated_doctors_are_those_whom_a_line_can_split(seed):
    """Separated: some nonzero line has no patient on its wrong side, and one on its right side."""
    c = clinic(seed)
    found = []
    for j, doctor in enumerate(c.doctors):
        own = patients_of(c, [j])
        side = np.where(np.array(own.success) == 1, 1.0, -1.0)[:, None]
        room = side * np.column_stack([np.ones(len(side)), own.severity])
        best = optimize.linprog(-room.sum(0), -room, np.zeros(len(room)), bounds=[(-1, 1)] * 2)
        found += [doctor] if -best.fun > 1e-9 else []
    truth = separation.separated(c)
    assert [*truth.index[truth == 1]] == found


def test_bambi_left_to_itself_is_named_as_such():
    """Its own priors are for the slope what the check takes them for, up to the draws' error."""
    table = solved("03").names["others"]
    model = bmb.Model("success ~ relative", table, family="bernoulli")
    model.build()
    terms = model.parameters["p"].common_terms | {"Intercept": model.parameters["p"].intercept_term}
    prior = {
        name: tuple(float(terms[name].prior.args[key]) for key in ("mu", "sigma"))
        for name in ("Intercept", "relative")
    }
    assert prior["Intercept"] == (0, 1.5)
    code = DRAWN + (
        f"fit = drawn(others.relative, others.success, {prior['Intercept']}, {prior['relative']})"
    )
    assert "Bambi's own" in result_of("03.3", code).mistake
    code += "\nfit = drawn(others.relative, others.success, (0, 1.5), (0, 1))"
    assert "the chapter's" in result_of("03.3", code).mistake


# --- What only this exercise promises -------------------------------------------------------------


def test_in_the_published_clinic_a_doctor_with_a_failure_is_separated_too():
    session = solved("03")
    assert session.names["separated"] == ["B", "D", "I"]
    raw = session.names["patients"].groupby("doctor")["success"].mean()
    assert 0.9 < raw["I"] < 1


def test_the_widest_prior_is_surest_of_extremes():
    in_rates = solved("03").names["in_rates"]
    extreme = [in_rates(0, sd)[2] for sd in (0.8, 1.5, 3, 10)]
    assert extreme == sorted(extreme)
    assert extreme[-1] > 0.6


def test_part_of_an_answer_earns_part_of_the_points():
    def points(task, code):
        return result_of(task, code).points

    assert points("03.1", function(ENDS, "0.5")) == 1
    assert points("03.1", function("0.2, 0.8", TAILS)) == 1
    assert points("03.2", "by_doctor['above'] = 0.5") == 1.5
    assert points("03.2", "by_doctor = by_doctor[['estimate']].assign(l=0, u=1, a=0)") == 0.75
    assert points("03.2", "by_doctor.loc['B'] = 0.5") == 0
    assert points("03.4", read(("np.exp(beta)", "0 * beta"))) == 1.25
    assert points("03.4", read(("expit(log_odds)", "0 * beta + 0.5"))) == 0.75
    assert points("03.5", "separated = separated[:1]") <= 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("fit = fit.posterior.isel(chain=[0])", "one chain"),
        ("fit = fit.posterior.isel(draw=slice(75))", "more draws"),
    ],
)
def test_a_fit_that_is_no_fit_yet_is_told_why(code, said):
    result = result_of("03.3", code)
    assert result.points == 1.5
    assert said in result.hint


def test_a_model_that_was_not_sampled_is_refused_with_a_sentence():
    result = result_of("03.3", "fit = model")
    assert result.points == 0
    assert "not been sampled" in result.found


@pytest.mark.parametrize("seed", IN_TURN)
def test_four_thousand_draws_are_enough_in_any_clinic(seed):
    session = solved("03", seed).fork()
    session.run(f"{DRAWN}fit = drawn(others.relative, others.success, draws=1000)\n")
    assert session.grade("03.3").complete


# --- What a student is told -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prior", "named"),
    [
        ("alpha, 0, 0.8", "centred the prior at an even chance"),
        ("alpha, 0, 1.5", "took the chapter's prior, centred at an even chance"),
    ],
)
def test_who_copies_prior_and_limit_from_the_chapter_is_told_both(prior, named):
    code = grid(("alpha, 1, 0.8", prior), ('patients["success"].mean()', "0.8"))
    assert set(result_of("03.2", code).mistakes) == {named, "kept the chapter's limit"}


def test_two_mistakes_in_two_columns_get_a_hint_each():
    code = grid(("w @ theta", "expit(w @ alpha)"), ("[0.025, 0.975]", "[0.05, 0.95]"))
    assert set(result_of("03.2", code).mistakes) == {
        "averaged the log-odds and turned the average into a rate",
        "gave the ends of 90 % intervals",
    }
    code = read(("np.exp(beta)", "np.exp(-beta)"), ("chance.mean()", "expit(log_odds.mean())"))
    assert set(result_of("03.4", code).mistakes) == {
        "gave the odds ratio of a patient who is milder, not sicker",
        "took the chance at the mean log-odds as the estimate of the chance",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        # An end of the odds ratio that is off by less than a fit's own Monte Carlo error
        read(("return found", "found[2] += 0.02; return found")),
        # A single patient's chance
        read(("return found", "found[3] += 0.002 * (relative == 2); return found")),
        read(("= expit(log_odds)", "= expit(log_odds if relative != 2 else alpha + beta)")),
    ],
)
def test_a_reading_that_is_wrong_in_one_number_or_for_one_patient_is_refused(wrong):
    assert 0 < result_of("03.4", wrong).points < 2


def test_a_simulated_prior_of_too_few_draws_is_told_how_many_it_takes():
    result = result_of(
        "03.1",
        """
rng = np.random.default_rng(3)
def in_rates(mean, sd):
    rate = expit(rng.normal(mean, sd, size=1000))
    return *np.quantile(rate, [0.05, 0.95]), np.mean((rate < 0.01) | (rate > 0.99))
""",
    )
    assert result.mistakes == ("simulated with too few draws",)
    assert "100,000 draws" in result.hint


@pytest.mark.parametrize(
    ("code", "mistakes"),
    [
        (
            "first = in_rates\nin_rates = lambda m, s: [round(x, 1) for x in first(m, s)]",
            {"rounded"},
        ),
        (
            function("prior.interval(0.95)", TAILS),
            {"gave the ends as log-odds", "left five per cent out instead of ten"},
        ),
        (
            function("expit(prior.interval(0.95))", "2 * prior.cdf(logit(0.01))"),
            {"left five per cent out instead of ten", "doubled the lower tail"},
        ),
    ],
)
def test_a_prior_in_rates_with_two_mistakes_is_told_both(code, mistakes):
    assert set(result_of("03.1", code).mistakes) == mistakes


def test_a_table_with_a_column_missing_is_told_what_it_has():
    result = result_of("03.2", "by_doctor = by_doctor.drop(columns='above')")
    assert "values labelled estimate, lower, upper" in result.found


def test_one_value_of_three_is_called_one_value():
    result = result_of("03.1", "in_rates = lambda mean, sd: 0.5")
    assert "a single number" in result.found
    assert "in a list" not in result.found


def test_no_hint_names_what_a_student_of_separation_has_not_found_yet():
    for mistake in separation.TASK.mistakes:
        if "split" not in mistake.name:
            assert not re.search("sicker|milder|as sick|split|overlap", mistake.hint), mistake.name


@pytest.mark.parametrize("wrong", ["['H', 'B']", "['B', 'C', 'D', 'E', 'I']"])
def test_no_hint_names_the_doctors_that_are_missing_or_too_many(wrong):
    result = result_of("03.5", f"separated = {wrong}")
    assert not result.mistakes
    assert "Dr." not in result.hint


@pytest.mark.parametrize("order", ["[::-1]", "[3:] + [*told(a, b, r).values()][:3]"])
def test_right_numbers_in_another_order_are_told_their_names(order):
    code = f"reading = lambda a, b, r: [*told(a, b, r).values()]{order}"
    result = result_of("03.4", code)
    assert result.mistakes == ("gave the right values in another order",)
    assert "ratio, ratio_lower, ratio_upper, chance," in result.hint
