"""Exercise 7: what only this exercise promises.

What students write is in `exercise_07_mutants.py` and `exercise_07_forms.py`.
"""

import numpy as np
import pytest
from exercise_07_forms import DRAW, ahead
from exercise_kit import IN_TURN, solved
from scipy import stats

from shrinkage.data import count_by_doctor
from shrinkage.exact import posterior
from shrinkage.exercises.ex07_reading_shrinkage import draws, which_patients
from shrinkage.exercises.result import Result

pytestmark = pytest.mark.sampler


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_truths_agree_with_the_evidence_of_the_data_that_they_predict(seed):
    """The probability of coming data is a ratio of evidences; the truths use other integrals."""
    session = solved("07", seed)
    clinic, position = session.data, {name: j for j, name in enumerate(session.data.doctors)}
    s, n = np.array([*clinic.s, 0]), np.array([*clinic.n, 0])
    now = posterior(s, n)

    def probability(j: int, successes: int, trials: int) -> float:
        coming = np.arange(len(s)) == j
        more = posterior(s + successes * coming, n + trials * coming)
        return np.exp(more.log_evidence - now.log_evidence)

    ways = [stats.binom.pmf(k, 20, 0.5) * 2**20 for k in range(13)]
    ahead = session.exercise.task("07.3").truth(clinic).loc["the draws of this clinic"]
    perfect = position[session.names["perfect"]]
    for name, j in (("few_known", perfect), ("few_new", len(s) - 1)):
        few = sum(way * probability(j, k, 20) for k, way in enumerate(ways))
        assert ahead[name] == pytest.approx(
            few, abs=1e-3
        )  # the error of 8,000 draws, evenly spread
    assert ahead["removable"] == pytest.approx(now.mu_pop.sd**2 / now.alpha[-1].sd ** 2, abs=2e-3)
    assert ahead[["lower", "upper"]].to_numpy() == pytest.approx(now.interval(0.9)[-1], abs=2e-3)

    step = session.exercise.task("07.5").truth(clinic)
    for j, doctor in enumerate(clinic.doctors):
        coming = np.arange(len(s)) == j
        after = posterior(s + coming, n + coming).mean[j], posterior(s, n + coming).mean[j]
        np.testing.assert_allclose(step.loc[doctor], np.array(after) - now.mean[j], atol=2e-6)


def test_the_rate_of_sick_patients_is_the_probability_of_the_next_one():
    from shrinkage.exact import posterior_with_covariate

    session = solved("07")
    clinic = session.data
    truth = session.exercise.task("07.4").truth(clinic)["mean"]
    now = posterior_with_covariate(clinic.doctor_idx, clinic.severity, clinic.success)
    for doctor in "BH":
        j = clinic.doctors.index(doctor)
        more = posterior_with_covariate(
            [*clinic.doctor_idx, j], [*clinic.severity, 2.0], [*clinic.success, 1]
        )
        chance = np.exp(more.log_evidence - now.log_evidence)
        assert truth[f"sick[{doctor}]"] == pytest.approx(chance, abs=2e-4)
        assert truth[f"average[{doctor}]"] == pytest.approx(now.mean[j], abs=1e-5)


def test_the_perfect_doctor_falls_to_the_published_estimate():
    session = solved("07")
    assert session.names["perfect"] == "B"
    assert session.exercise.task("07.1").truth(session.data).loc["B", "estimate"] == pytest.approx(
        0.834, abs=5e-4
    )


def test_part_of_an_answer_earns_part_of_the_points():
    def points(task, code):
        session = solved("07").fork()
        session.run(code)
        return session.grade(task).points

    assert points("07.1", "moved['moved'] = ...") == 1.25
    assert points("07.1", "moved['estimate'] = moved['moved'] = 0.5") == 0.5
    assert points("07.2", DRAW + "picture = draw(t, bars=False)") == 1.5
    assert points("07.2", DRAW + "picture = draw(t, xlabel='')") == 1.5
    assert points("07.2", DRAW + "picture = draw(t * 0.5, names=counts.index)") == 0
    assert points("07.3", ahead("upper = 1.0")) == 1.5
    assert points("07.3", "def ahead(mu, sigma, theta): return {}") == 0
    assert points("07.4", "rates = rates.assign(sick=rates['sick'] / 2)") == 1
    assert points("07.4", "rates = 0.5 + 0 * rates") == 0
    assert points("07.4", "rates = rates.isel(chain=slice(1))") < 2
    assert points("07.5", "step['failure'] = ...") == 1


def test_an_empty_picture_earns_nothing():
    session = solved("07").fork()
    session.run("picture, ax = plt.subplots(); ax.set_xlabel('success rate'); plt.close('all')")
    result = session.grade("07.2")
    assert result.points == 0
    assert "no row has a name" in result.found


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_known_doctor_is_the_perfect_one_with_the_fewest_patients(seed):
    session = solved("07", seed)
    clinic, names = session.data, session.names
    trials = count_by_doctor(names["patients"]).set_index("doctor").trials
    assert trials[names["perfect"]] == clinic.n[clinic.s == clinic.n].min()
    *_, theta = draws.calls(clinic)["the draws of this clinic"]
    assert theta.mean() == pytest.approx(names["theta_known"].mean(), abs=0.02)


def told(task: str, code: str, seed: int | None = None) -> Result:
    session = solved("07", seed).fork()
    session.run(code)
    return session.grade(task)


# --- Answers that passed, and should not ----------------------------------------------------------

PLUGGED_IN = """
def ahead(mu, sigma, theta):
    new = expit(rng.normal(mu.mean(), sigma.mean(), 8000))
    lower, upper = np.quantile(new, [0.05, 0.95])
    few_new = stats.binom.cdf(12, 20, new).mean()
    few_known = stats.binom.cdf(12, 20, theta).mean()
    removable = mu.var() / (mu.var() + sigma.mean() ** 2)
    return lower, upper, few_known, few_new, removable
"""


@pytest.mark.parametrize("seed", IN_TURN)
def test_a_population_plugged_in_is_told_from_one_that_is_drawn(seed):
    result = told("07.3", PLUGGED_IN, seed)
    assert result.points == 0.5  # 'few_known'
    assert result.mistakes == (
        "took the population's means for the population in the interval",
        "took the population's means for the population in 'few_new'",
    )


def test_a_number_typed_into_the_function_is_told_from_a_computed_one():
    assert told("07.3", ahead("removable = 0.09")).points == 1.5
    result = told("07.3", ahead("few_known, removable = 0.09, 0.11"))
    assert result.points == 1
    assert result.mistakes == ("gave the numbers of this clinic, whatever the draws",)


# --- Two mistakes, two hints ----------------------------------------------------------------------

TWO = {
    "07.1": (
        """
moved["estimate"] = fit.posterior["theta"].median(("chain", "draw")).to_series()
moved["moved"] = 100 * (moved["estimate"] - moved["raw"])
""",
        "took the median of the draws",
        "gave percent instead of proportions",
    ),
    "07.2": (
        DRAW
        + """
t["lower"], t["upper"] = (draws.quantile(p, sample).to_series() for p in (0.25, 0.75))
picture = draw(t, xlabel="")
""",
        "left the axis of rates without a name",
        "drew the middle half of the posterior",
    ),
    "07.3": (
        ahead(
            "lower, upper = np.quantile(new, [0.025, 0.975])",
            "few_known = stats.binom.pmf(12, 20, theta).mean()",
            "few_new = stats.binom.pmf(12, 20, new).mean()",
        ),
        "gave the 95 % interval",
        "gave the probability of exactly that many successes",
    ),
    "07.4": (
        """
own = patients.groupby("doctor")["severity"].mean().reindex(counts.index)
rates = rates.assign(average=expit(alpha + beta * own.to_xarray()), sick=expit(alpha + beta))
""",
        "took patients of severity 1",
        "took the doctor's own average patient for the clinic's",
    ),
    "07.5": (
        """
v = theta.var(sample).to_series()
step = 100 * pd.DataFrame({"success": v, "failure": -v})
""",
        "gave the variance of the draws",
        "gave percentage points instead of proportions",
    ),
}


@pytest.mark.parametrize("task", TWO)
def test_two_mistakes_are_both_named(task):
    code, *names = TWO[task]
    assert sorted(told(task, code).mistakes) == sorted(names)


# --- What a student is told -----------------------------------------------------------------------


def test_two_mistakes_in_one_probability_are_two_hints():
    code = ahead(
        "few_known = stats.binom.cdf(11, 20, theta.mean())",
        "few_new = stats.binom.cdf(11, 20, new.mean())",
    )
    assert set(told("07.3", code).mistakes) == {
        "plugged in the estimates and forgot their doubt",
        "counted fewer successes than the task says, and not that number itself",
    }


def test_percent_with_the_sign_of_severity_turned_round_are_two_hints():
    code = "rates = 100 * rates.assign(sick=expit(alpha - 2 * beta))"
    assert told("07.4", code).mistakes == (
        "gave percent instead of proportions",
        "turned the sign of severity round",
    )


def test_a_movement_in_percentage_points_is_told_so():
    result = told("07.1", "moved['moved'] = 100 * (moved['estimate'] - moved['raw'])")
    assert result.points == 1.5
    assert result.mistake == "gave percent instead of proportions"
    assert "percentage points" in result.hint


@pytest.mark.parametrize("prob", [0.89, 0.9])
def test_an_interval_of_nine_tenths_is_named_so_whoever_chose_the_level(prob):
    result = told(
        "07.2",
        DRAW
        + f"""
ends = (1 - {prob}) / 2, (1 + {prob}) / 2
t["lower"], t["upper"] = (draws.quantile(p, sample).to_series() for p in ends)
picture = draw(t)
""",
    )
    assert result.mistake == "drew shorter intervals, which hold about nine tenths of the posterior"


def test_the_rows_of_a_picture_are_its_doctors():
    result = told("07.2", DRAW + "picture = draw(0.31 + 0.1 * t)")
    assert "Look again at all 10 doctors." in result.hint


FEW_DRAWS = {
    "07.1": """
few = fit.posterior["theta"].isel(chain=[0], draw=slice(150)).mean(("chain", "draw")).to_series()
moved = moved.assign(estimate=few, moved=few - moved["raw"])
""",
    "07.3": """
def ahead(mu, sigma, theta):
    new = expit(np.random.default_rng(5).normal(mu[:200], sigma[:200]))
    lower, upper = np.quantile(new, [0.05, 0.95])
    few_known, few_new = (stats.binom.cdf(12, 20, of).mean() for of in (theta[:200], new))
    return lower, upper, few_known, few_new, mu.var() / (mu.var() + np.mean(sigma**2))
""",
}


@pytest.mark.parametrize("task", FEW_DRAWS)
def test_too_few_draws_are_told_so(task):
    assert told(task, FEW_DRAWS[task]).mistakes == ("simulated with too few draws",)


def test_rates_that_are_left_for_later_are_missing_and_not_wrong():
    result = told("07.4", "rates = rates[['average']]")
    assert result.points == 1
    assert result.hint.startswith("There is nothing for `sick[A]`")


def test_a_function_that_raises_is_shown_arguments_that_can_be_typed():
    result = told("07.3", "def ahead(mu, sigma, theta): return mu.sel(doctor=0)")
    assert "a function that raised `AttributeError" in result.found
    assert "for the draws of this clinic" in result.found
    assert "`mu = np.array([" in result.hint


def test_a_random_part_of_the_draws_is_refused_in_a_sentence():
    code = """
some = az.extract(adjusted_fit, num_samples=1000, random_seed=1)
rates = {"average": expit(some["alpha"]), "sick": expit(some["alpha"] + 2 * some["beta"])}
"""
    result = told("07.4", code)
    assert "a random part of the draws" in result.found
    assert "num_samples" in result.hint


def test_whole_fits_in_a_dict_are_refused_in_a_sentence():
    result = told("07.4", "rates = {'average': adjusted_fit, 'sick': adjusted_fit}")
    assert "a dict of whole fits" in result.found
    assert "one variable" in result.hint


def test_draws_that_compute_wrong_rates_are_as_good_as_the_exact_posterior():
    clinic = solved("07").data
    for x in (0.0, 2.0):
        drawn = which_patients.number_of(lambda a, beta, x: 1 / (1 + np.exp(-a - x * beta)))
        mean, sd = drawn(clinic, x)
        exact_mean, exact_sd = which_patients.rates_at(clinic, x)
        assert np.abs(mean - exact_mean).max() < 0.02 * exact_sd.min()
        np.testing.assert_allclose(sd, exact_sd, rtol=0.03)
