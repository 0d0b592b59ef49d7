"""Exercise 8: its clinics and truths against other methods, and what only its checks promise."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from exercise_08_mutants import CASELOAD, KEEP, NEW, QUARTERS, YEAR, for_those, otherwise, p_from
from exercise_kit import SEEDS, result_of, served
from turns import in_turn

from shrinkage import data
from shrinkage.data.four_clinics import CASELOADS, CLINICS, FAULTS, faults
from shrinkage.exact import posterior
from shrinkage.exercises.card import result_card
from shrinkage.exercises.ex08_could_the_model_be_wrong import (
    left_out_doctors,
    made_up,
    made_up_clinics,
)
from shrinkage.exercises.ex08_could_the_model_be_wrong.clinics import load
from shrinkage.exercises.ex08_could_the_model_be_wrong.four_questions import NAMES, quantities
from shrinkage.exercises.ex08_could_the_model_be_wrong.made_up_clinics import p_values
from shrinkage.exercises.ex08_could_the_model_be_wrong.what_to_change import CASES, calls

pytestmark = pytest.mark.sampler

FAIL = 0.01  # below it, or above one less it, the notebook calls a quantity failed
SHOWS = {
    "nothing": set(),
    "the year": {"trend", "quarters"},
    "the caseload": {"caseload"},
    "the quarters": {"quarters"},
}


# --- The four clinics -----------------------------------------------------------------------------


@pytest.fixture(params=in_turn([None, *range(1, 16)], [None]))
def clinics(request):
    with served(request.param):
        return load()


def test_a_fault_shows_in_its_quantities_and_in_no_other(clinics):
    assert sorted(clinics.faults) == sorted(FAULTS)
    for name, p in p_values(clinics).iterrows():
        shown = SHOWS[clinics.faults[name]]
        assert set(p.index[(p < FAIL / 4) | (p > 1 - FAIL / 4)]) == shown, (name, p)
        assert p.drop(list(shown)).between(0.08, 0.92).all(), (name, p)


def test_with_the_same_doctors_a_dependence_on_the_caseload_hides(clinics):
    name = clinics.faults.index[clinics.faults == "the caseload"][0]
    p = made_up.made_up(clinics.counts[name], made_up.same_doctors).p["caseload"]
    assert FAIL < p < 1 - FAIL


def test_partial_pooling_wins_everywhere_under_either_prior(clinics):
    table = left_out_doctors.comparison(clinics)
    assert (table["gap"] > 1.5 * table["se"]).all()
    assert table["moved"].abs().between(0.006, 0.1).all()


@pytest.mark.parametrize("seed", [None, 3])
def test_the_clinics_are_as_the_docstring_says(seed):
    with served(seed):
        counts = data.load_four_clinics()
        pd.testing.assert_frame_equal(counts, data.load_four_clinics())
    assert list(counts) == ["clinic", "doctor", "quarter", "successes", "trials"]
    assert list(counts["clinic"].unique()) == list(CLINICS)
    assert counts["trials"].min() >= 2
    assert counts["successes"].between(0, counts["trials"]).all()
    for _, year in counts.groupby(["clinic", "doctor"])["trials"].sum().groupby("clinic"):
        assert sorted(year) == sorted(CASELOADS)
        assert year.is_unique


def test_the_faults_come_in_other_clinics_with_another_seed():
    found = []
    for seed in SEEDS:
        with served(seed):
            found.append((tuple(faults()), tuple(data.load_four_clinics()["successes"])))
    orders, outcomes = zip(*found, strict=True)
    assert len(set(orders)) >= 4
    assert len(set(outcomes)) == len(SEEDS)


def test_changing_the_counts_does_not_change_the_next_students():
    counts = data.load_four_clinics()
    before = counts["successes"].sum()
    counts["successes"] = 0
    assert data.load_four_clinics()["successes"].sum() == before


@pytest.mark.parametrize("odd", ["-1", "seven"])
def test_a_seed_that_is_no_whole_number_is_a_sentence(monkeypatch, odd):
    monkeypatch.setenv("SMALLN_CLINIC", odd)
    with pytest.raises(ValueError, match="SMALLN_CLINIC is the seed"):
        data.load_four_clinics()


# --- The truth ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pooling", ["partial", "wide", "wide for mu_pop", "complete"])
def test_the_scores_of_left_out_doctors_are_the_exact_posteriors(pooling):
    counts = load().counts["South"]
    s, n = (np.array(part).sum(1) for part in counts)
    priors = {
        "partial": {},
        "wide": {"sigma_scale": 5.0},
        "wide for mu_pop": {"mu_scale": 5.0},
        "complete": {"sigma_pop": 0.0},
    }
    everyone = posterior(s, n, **priors[pooling]).log_evidence
    for j in (0, 11, 29):
        rest = posterior(np.delete(s, j), np.delete(n, j), **priors[pooling]).log_evidence
        assert left_out_doctors.scores(counts, pooling)[j] == pytest.approx(
            everyone - rest, abs=1e-5
        )


def test_the_draws_behind_the_p_values_are_the_exact_posteriors():
    counts = load().counts["North"]
    s, n = (np.array(part).sum(1) for part in counts)
    exact, rng, size = posterior(s, n), np.random.default_rng(1), 20_000
    mu, sigma = made_up.population(counts, rng, size)
    alpha = made_up.same_doctors(counts, rng, size)[0, ..., 0]
    for drawn, known in [
        (mu, exact.mu_pop),
        (sigma, exact.sigma_pop),
        *zip(alpha.T, exact.alpha, strict=True),
    ]:
        assert drawn.mean() == pytest.approx(known.mean, abs=4.5 * known.sd / np.sqrt(size))
        assert drawn.std() == pytest.approx(known.sd, rel=0.03)


def test_the_error_allowed_is_that_of_400_draws_and_4000_data_sets():
    counts = load().counts["West"]
    exact, rng, p = made_up.made_up(counts, size=made_up.DRAWS), np.random.default_rng(2), []
    successes, trials = map(np.array, counts)
    observed = quantities(successes, trials)
    for _ in range(60):  # a student whose 4,000 draws are worth 400
        mu, sigma = (np.repeat(x[:, 0], 10, axis=0) for x in made_up.population(counts, rng, 400))
        alpha = mu + sigma * rng.normal(size=(4000, 30))
        made = rng.binomial(trials, (1 / (1 + np.exp(-alpha)))[..., None])
        made = quantities(made, trials)
        p.append({name: np.mean(made[name] >= value) for name, value in observed.items()})
    p = pd.DataFrame(p)
    for name in NAMES:
        assert 0.7 * exact.error[name] < p[name].std() < 1.2 * exact.error[name]
        assert abs(p[name].mean() - exact.p[name]) < exact.error[name]


# --- What earns what ------------------------------------------------------------------------------


def test_the_quantities_about_patients_are_worth_their_part():
    result = result_of("08.2", "p_values[['spread', 'caseload']] = 0.5")
    assert result.points == 1.5
    assert result.right == ("'trend' and 'quarters', which ask about the patients",)


def test_one_repair_is_worth_its_part_and_keeping_the_model_everywhere_is_worth_nothing():
    assert result_of("08.4", f"repair = lambda p: '{KEEP}'").points == 0
    slope = f"repair = lambda p: '{YEAR}' if p['trend'] in (0, 1) else '{KEEP}'"
    result = result_of("08.4", slope)
    assert result.points == 1.5, result_card(result)  # and the clinics that may keep their model


def test_a_wrong_word_is_told_which_words_there_are():
    result = result_of("08.4", "repair = lambda p: 'time'")
    assert result.points == 0
    assert "'a slope over the year'" in result.hint


def test_words_that_were_typed_in_are_told_that_a_rule_is_asked_for():
    typed = "repair = {name: repair(row) for name, row in p_values.iterrows()}"
    result = result_of("08.4", typed)
    assert result.points == 0
    assert "which is no function" in result.found
    looked_up = f"{typed}\nwords = repair\nrepair = lambda p: words[p.name]"
    result = result_of("08.4", looked_up)
    assert result.points == 0
    assert "KeyError" in result.found
    assert "pd.Series({'spread': 0.424, 'caseload': 0.612, " in result.hint


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cases_of_the_rule_are_those_of_the_clinics(seed):
    with served(seed):
        clinics = load()
    for label, (p,) in calls(clinics).items():
        case = CASES[label]
        assert set(p.index[(p < FAIL) | (p > 1 - FAIL)]) == SHOWS[case.fault]
    assert {case.fault for case in CASES.values()} == set(clinics.faults)


# --- What a check says ----------------------------------------------------------------------------


def test_what_is_plain_comes_first():
    assert "decimals" in result_of("08.1", "observed = observed.round(2)").hint
    assert "decimals" in result_of("08.3", "comparison = comparison.round(1)").hint


def test_mistakes_in_two_quantities_get_two_hints():
    code = otherwise("spread", "np.var(r)") + "observed['trend'] *= -1"
    assert set(result_of("08.1", code).mistakes) == {
        "gave a variance as 'spread'",
        "subtracted the wrong way round in 'trend'",
    }


PAIRS = {
    "quarters": (
        "np.mean((s / n - s.sum() / n.sum()) ** 2)",
        "measured 'quarters' from the success rate of the whole clinic",
        "left the patients out of 'quarters'",
    ),
    "caseload": (
        "r[caseload <= caseload.mean()].mean() - r[caseload > caseload.mean()].mean()",
        "split the doctors at the mean caseload",
        "subtracted the wrong way round in 'caseload'",
    ),
    "trend": (
        "100 * ((s / n)[:, 3] - (s / n)[:, 0]).mean()",
        "averaged the doctors' rates in a quarter",
        "gave percent instead of proportions",
    ),
}


@pytest.mark.parametrize("column", PAIRS)
def test_two_mistakes_in_one_quantity_get_two_hints(column):
    value, *names = PAIRS[column]
    assert set(result_of("08.1", otherwise(column, value)).mistakes) == set(names)


def test_too_few_made_up_clinics_are_told_how_many_it_takes():
    code = p_from(NEW, "np.mean(T[:250] >= observed.loc[name, k])")
    result = result_of("08.2", code)
    assert result.mistake == "simulated with too few draws"
    assert "10,000" in result.hint


def test_doctors_whom_one_clinic_rules_out_are_not_made_up_for_the_others(monkeypatch):
    asked = defaultdict(set)

    def noted(counts, doctors, size):
        asked[doctors].add(counts)
        return made_up.made_up(counts, doctors, size)

    monkeypatch.setattr(made_up_clinics, "made_up", noted)
    result_of("08.2", "p_values = 0 * p_values + 0.5")
    assert len(asked[made_up.new_doctors]) == len(CLINICS)
    assert [len(asked[d]) for d in (made_up.mean_doctors, made_up.no_difference)] == [1, 1]


def test_a_rule_with_two_mistakes_gets_two_hints():
    code = for_those(CASELOAD, "two populations") + "\n" + for_those(QUARTERS, YEAR)
    code = code.replace("right", "first", 3)  # the second rule calls the first one
    assert set(result_of("08.4", code).mistakes) == {
        "answered a failed 'caseload' with two populations",
        "gave a slope over the year to a clinic whose 'trend' passed",
    }
