"""Exercise 9: its truths against other methods, and what only its checks promise."""

from dataclasses import replace

import arviz as az
import numpy as np
import pytest
from exercise_09_mutants import BATCHES, CLINICS, decide
from exercise_kit import IN_TURN, result_of, served, solved
from scipy.special import logit

from shrinkage.exact import posterior
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex09_deciding import board
from shrinkage.exercises.ex09_deciding.limits_and_tails import control_limits
from shrinkage.exercises.ex09_deciding.places_and_chances import place_chances
from shrinkage.exercises.ex09_deciding.rules_and_errors import (
    SPREAD,
    in_the_row,
    rule_errors,
)
from shrinkage.exercises.ex09_deciding.two_acts import APART, PROBABILITIES
from shrinkage.exercises.ex09_deciding.worth_waiting_for import calls

pytestmark = pytest.mark.sampler

# --- The truths -----------------------------------------------------------------------------------


def test_the_places_without_severity_are_those_of_the_counts():
    with served(2):
        clinic = Clinic.load()
    flat = replace(clinic, severity=(0.0,) * len(clinic.success))
    exact = posterior(clinic.s, clinic.n).rank_probabilities()
    assert place_chances(flat).to_numpy() == pytest.approx(exact, abs=1e-5)


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_fit_has_the_effective_sample_size_that_the_checks_count_on(seed):
    theta = solved("09", seed).names["fit"].posterior["theta"]
    place = (-theta).argsort(axis=-1).argsort(axis=-1)
    for values in (theta < board.STANDARD, place == 0, place):
        for doctor in range(values.shape[-1]):
            one = np.asarray(values[..., doctor], float)
            if np.ptp(one):
                assert az.ess(one) > 1.2 * board.EFFECTIVE


def test_the_rules_are_what_a_long_simulation_gives():
    clinic = solved("09").data
    rng = np.random.default_rng(3)
    n = clinic.n.to_numpy(int)
    truth = 1 / (1 + np.exp(-rng.normal(logit(clinic.pooled), SPREAD, size=(400_000, len(n)))))
    raw, poor = rng.binomial(n, truth) / n, truth < board.STANDARD
    low = control_limits(clinic)[0].to_numpy()
    first = raw.argmin(axis=1)[:, None] == np.arange(len(n))
    rules = [raw < board.STANDARD, raw < low, raw == raw.min(axis=1, keepdims=True), first]
    found = [[(r & ~poor).sum(1).mean(), (~r & poor).sum(1).mean()] for r in rules]
    expected = [*rule_errors(clinic).to_numpy(), in_the_row("last", last="first")(clinic).iloc[-1]]
    assert np.array(expected) == pytest.approx(np.array(found), abs=0.008)


def test_knowledge_never_costs_and_the_most_open_decision_gains_most():
    session = solved("09")
    clinic, saving = session.data, session.names["saving"]
    saved = {name[-1]: saving(*draws) for name, draws in calls(clinic).items()}
    assert min(saved.values()) > -1e-12
    # The doctors whose probability of being below the standard is nearest to the threshold
    threshold = board.ACCUSE / (board.ACCUSE + board.MISS - board.WORK)
    distance = (board.below(clinic) - threshold).abs()
    assert max(saved, key=saved.get) == distance.idxmin() == "J"


# --- What only this exercise promises -------------------------------------------------------------


@pytest.mark.parametrize("threshold", ["0.4", "2 / 7", "0.3", "0.35", "0.25", "0.5", "5 / 7"])
def test_a_threshold_that_was_not_derived_from_the_costs_is_refused(threshold):
    result = result_of("09.2", decide(act=f"p > {threshold}"))
    assert result.points == 1 + 0.5 * (threshold == "2 / 7")
    assert "when to review" in (*result.in_part, *result.not_yet)
    assert not result.lesson


def test_a_probability_at_which_rounding_decides_is_not_asked_for():
    threshold = board.ACCUSE / (board.ACCUSE + board.MISS - board.WORK)
    assert min(abs(p - threshold) for p in PROBABILITIES) > 0.002 + APART
    assert result_of("09.2", decide(act="p > 0.333")).complete


def test_a_rule_for_all_doctors_at_once_is_told_what_it_is_called_with():
    frame = decide(result="pd.DataFrame({'leave': leave, 'review': review})")
    result = result_of("09.2", frame)
    assert result.points == 0
    assert "probability of 0" in result.found
    assert "`p = 0" in result.hint


def test_part_of_an_answer_earns_part_of_the_points():
    def points(task, code):
        return result_of(task, code).points

    assert points("09.1", "chance['place'] = np.nan") == 1
    assert points("09.1", "chance['place'] -= 1") == 1.5
    assert points("09.2", decide(act="0.5")) == 1
    assert points("09.2", decide(result="leave, review + 5, int(leave > review)")) == 1.5
    assert points("09.3", "funnel['outlier'] = np.nan") == 1
    assert points("09.4", "rule_errors['missed'] = 0") == 1
    assert points("09.5", "saving = lambda rate: 0.1") == 0


# --- What a check says ----------------------------------------------------------------------------

NEVER_BEST = """
best = theta.drop(columns="H").idxmax(axis=1).value_counts(normalize=True)
chance = {form}
"""


@pytest.mark.parametrize(
    "form",
    ["pd.DataFrame({**chance, 'best': best})", "chance.assign(best=best)"],
)
def test_a_doctor_who_is_never_best_is_told_to_count_0(form):
    result = result_of("09.1", NEVER_BEST.format(form=form))
    assert result.points == 1.5
    assert len(result.hints) == 1
    assert "Dr. H" in result.hint
    assert "counted as 0" in result.hint


def test_two_mistakes_in_two_columns_get_two_hints():
    code = "chance['place'] -= 1; chance['below'] = 1 - chance['below']"
    assert set(result_of("09.1", code).mistakes) == {
        "counted the places from 0",
        "gave the probability of meeting the standard",
    }
    code = "funnel['caught'] = 1 - funnel['caught']; funnel['outlier'] = 1 - funnel['outlier']"
    assert set(result_of("09.3", code).mistakes) == {
        "gave the probability that a poor doctor is missed",
        "gave the upper tail",
    }


PAIRS = {
    "place": (
        "theta.to_numpy().argsort(axis=1).argsort(axis=1).mean(axis=0)",
        "counted the places from 0",
        "gave places that count from the other end",
    ),
    "below": (
        "100 * (theta >= standard).mean()",
        "gave percent instead of proportions",
        "gave the probability of meeting the standard",
    ),
}


@pytest.mark.parametrize("column", PAIRS)
def test_two_mistakes_in_one_column_get_two_hints(column):
    value, *names = PAIRS[column]
    assert set(result_of("09.1", f"chance['{column}'] = {value}").mistakes) == set(names)


def test_two_mistakes_in_two_rows_or_steps_get_two_hints():
    code = CLINICS + (
        "rule_errors = count(*simulate(), low=stats.binom.ppf(0.025, trials, pooled) / trials)\n"
        "rule_errors.loc['last'] = count(*simulate(sd=spread)).loc['last']\n"
        "review = raw == raw.max(axis=1, keepdims=True)\n"
        "rule_errors.loc['last'] = [(review & ~poor).sum(axis=1).mean(),\n"
        "                           (~review & poor).sum(axis=1).mean()]\n"
    )
    assert set(result_of("09.4", code).mistakes) == {
        "used the inner limits for the funnel",
        "reviewed the first of the table in place of the last",
    }
    code = BATCHES + (
        "def saving(rate):\n"
        "    p, good, poor = parts(rate)\n"
        "    return c_miss * p - better(good, poor)[:-1].sum()\n"
    )
    assert set(result_of("09.5", code).mistakes) == {
        "supposed that today the doctor is left alone",
        "left a result out, that of a success in every patient",
    }


FEW_DRAWS = {
    "09.1": """
few = theta.iloc[:100]
place = few.rank(axis=1, ascending=False)
chance = pd.DataFrame({"best": (place == 1).mean(), "place": place.mean()})
chance["below"] = (few < standard).mean()
""",
    "09.3": """
def simulated_tail(doctor):
    others = counts.drop(doctor)
    new = posterior([*others["successes"], 0], [*others["trials"], 0]).alpha[-1]
    theta = expit(new.quantile(np.random.default_rng(1).random(4000)))
    seen = np.random.default_rng(2).binomial(n[doctor], theta)
    return (seen <= counts["successes"][doctor]).mean()


funnel["outlier"] = [simulated_tail(doctor) for doctor in counts.index]
""",
    "09.4": CLINICS + "rule_errors = count(*simulate(N=500))",
}


@pytest.mark.parametrize("task", FEW_DRAWS)
def test_too_few_draws_are_told_so(task):
    result = result_of(task, FEW_DRAWS[task])
    assert result.mistakes == ("simulated with too few draws",)


def test_limits_that_are_wrong_and_used_for_what_they_catch_are_one_mistake():
    code = """
low, high = stats.binom.ppf([[0.025], [0.975]], n, pooled)
funnel = funnel.assign(lower=low / n, upper=high / n)
funnel["caught"] = stats.binom.cdf(low - 1, n, poor_rate)
"""
    result = result_of("09.3", code)
    assert result.mistakes == ("drew the inner pair of limits",)
    assert len(result.hints) == 1


def test_three_values_in_another_order_are_told_their_order():
    code = decide(result="int(leave > review), leave, review")
    assert "in the order leave, review, act" in result_of("09.2", code).hint


def test_an_act_that_fits_a_wrong_loss_is_not_told_about_that_loss():
    result = result_of("09.2", decide(leave="c_miss * p / 2"))
    assert not result.mistakes
    assert "loses less" in result.hint


SIMULATED = """
def saving(rate, rng=np.random.default_rng({seed})):
    rate = np.repeat(rate, {times})
    poor, k, later = rate < standard, rng.binomial(batch, rate), 0
    for result in range(batch + 1):
        later += better(((k == result) & ~poor).mean(), ((k == result) & poor).mean())
    return better((~poor).mean(), poor.mean()) - later
"""


@pytest.mark.parametrize("times", [1, 20])
def test_simulated_patients_are_told_how_many_it_takes(times):
    results = [result_of("09.5", SIMULATED.format(seed=seed, times=times)) for seed in range(10)]
    told = [result.mistake == "simulated with too few draws" for result in results]
    assert np.mean(told) >= 0.9
    assert all("draws" in result.hint for result in results)
