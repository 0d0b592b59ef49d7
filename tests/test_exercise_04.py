"""Exercise 4: what only this exercise promises; its right and wrong answers are in
`exercise_04_mutants.py`, which `test_exercises.py` runs.
"""

import numpy as np
import pytest
from exercise_04_mutants import (
    SUCCESS,
    drawn,
    dropped,
    implied,
    theta,
    theta_new,
)
from exercise_kit import IN_TURN, SEEDS, result_of, served, solved

from shrinkage.exercises.answers import Draws, Unreadable
from shrinkage.exercises.card import result_card
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex04_varying_intercepts.model import (
    DEFAULT_SIGMA_SCALE,
    MU_SCALE,
    posterior,
)
from shrinkage.exercises.ex04_varying_intercepts.one_failure import drops
from shrinkage.exercises.ex04_varying_intercepts.rates_from_draws import rate_of_typical, rates
from shrinkage.exercises.ex04_varying_intercepts.stated_population import implied as true_implied

pytestmark = pytest.mark.sampler


def test_rates_by_the_joint_posterior_are_the_exact_ones():
    for seed in SEEDS:
        with served(seed):
            clinic = Clinic.load()
        exact = posterior(clinic.s, clinic.n)
        found = rates(clinic)
        assert np.allclose(found["mean"], [*exact.mean, exact.new_doctor.mean], atol=1e-6)
        assert np.allclose(found["sd"], [*exact.sd, exact.new_doctor.sd], atol=1e-6)


@pytest.mark.parametrize("seed", IN_TURN)
def test_what_the_lessons_say_holds_in_any_clinic(seed):
    with served(seed):
        clinic = Clinic.load()
    typical = rates(clinic, new=rate_of_typical)
    assert rates(clinic)["sd"]["theta_new"] > 1.5 * typical["sd"]["theta_new"]
    drop = drops(clinic)
    assert (drop > 0).all(axis=None)
    assert drop["new"]["complete"] < 0.5
    assert (drop["busiest"] < 1).all()
    assert 5 < drop["new"]["course"] < drop["new"]["default"]
    says = true_implied(clinic)
    width = says["upper"] - says["lower"]
    assert abs(width["harder"] - width["unequal"]) > 0.02
    assert says["lower"]["extreme"] < 0.05
    assert says["upper"]["extreme"] > 0.95


def test_the_sample_agrees_with_the_exact_posterior():
    fit = solved("04").names["fit"].posterior
    # shrinkage.exact, the published clinic without severity
    assert float(fit["Intercept"].mean()) == pytest.approx(0.962, abs=0.06)
    assert float(fit["1|doctor_sigma"].mean()) == pytest.approx(1.225, abs=0.05)


def points(task: str, code: str) -> float:
    return result_of(task, code).points


def test_part_of_an_answer_earns_part_of_the_points():
    assert points("04.1", "implied['lower'] = 0.5") == 1
    assert points("04.1", "implied['below_half'] = 0.5") == 1
    assert points("04.3", "del rates['theta_new']") == 1.5
    assert points("04.3", "rates['theta'] = ...") == 1.5
    assert points("04.4", "drop.loc['none'] = 0.0") == 1.5
    assert points("04.4", "drop.loc[['none', 'default']] = np.nan") == 1


def test_a_fit_that_cannot_be_trusted_loses_the_point_for_that_and_is_told_why():
    one = result_of("04.2", "fit = fit.posterior.to_dataset().isel(chain=[0])")
    assert one.points == 2
    assert "one chain" in one.hint
    few = result_of("04.2", "fit = fit.posterior.to_dataset().isel(draw=slice(60))")
    assert few.points == 2
    assert "more draws" in few.hint
    diverging = result_of("04.2", "fit = fit.copy(); fit.sample_stats['diverging'][0, 0] = True")
    assert diverging.points == 2
    assert "target_accept" in diverging.hint


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (["Intercept"], "how much doctors differ"),  # success ~ 1
        (["Intercept", "C(doctor)"], "how much doctors differ"),
        (["doctor"], "common intercept"),  # success ~ 0 + doctor
        (["1|doctor", "1|doctor_sigma"], "common intercept"),  # success ~ 0 + (1|doctor)
    ],
)
def test_a_formula_without_a_population_is_told_what_is_missing(kept, said):
    code = f"""
draws = fit.posterior.to_dataset()
draws = draws.assign({{"C(doctor)": draws["1|doctor"], "doctor": draws["1|doctor"]}})
fit = draws[{kept}]
"""
    result = result_of("04.2", code)
    assert result.points == 0
    assert said in result.hint


def test_averages_and_stacked_draws_are_told_to_keep_the_draws():
    for code in (
        "rates = {name: value.mean(('chain', 'draw')) for name, value in rates.items()}",
        "rates = {name: np.ravel(value) for name, value in rates.items()}",
        "rates = rates['theta']",
        "rates = fit",
    ):
        result = result_of("04.3", code)
        assert result.points == 0
        assert "`theta`" in result.expected, result_card(result)
        assert "average" in result.hint or "the name" in result.hint, result_card(result)


def test_entries_of_a_dict_keep_their_labels_whatever_their_dimensions_are_called():
    kind = Draws(quantities={"a": ("a",), "b": ("b",)}, sampled=False)
    fit = solved("04").names["fit"].posterior
    u = fit["1|doctor"]
    backwards = u[..., ::-1].transpose("doctor__factor_dim", "draw", "chain")
    plain = kind.plain({"a": backwards, "b": u.to_numpy()}, None)["quantities"]
    assert list(plain["a"]) == list("JIHGFEDCBA")
    assert np.allclose([plain["a"][d] for d in "ABCDEFGHIJ"], plain["b"])
    assert list(kind.plain({"a": u, "b": ...}, None)["quantities"]) == ["a"]
    with pytest.raises(Unreadable, match="no chains"):
        kind.plain({"a": u.mean("chain")[..., 0], "b": u}, None)


def test_the_two_defaults_in_the_text_are_what_bambi_prints():
    session = solved("04").fork()
    session.run(
        "printed = str(bmb.Model('success ~ 1 + (1|doctor)', patients, family='bernoulli'))"
    )
    printed = session.names["printed"]
    assert f"Normal(mu: 0.0, sigma: {MU_SCALE})" in printed
    assert f"HalfNormal(sigma: {DEFAULT_SIGMA_SCALE})" in printed


def mistakes(task: str, code: str) -> set[str]:
    return set(result_of(task, code).mistakes)


ONE_SD = "went one standard deviation to each side"
CHAPTERS_TAIL = "implied['below_half'] = 2 * stats.norm.sf(sigma)"


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (implied("mu - sigma, mu + sigma"), {"gave log-odds instead of rates", ONE_SD}),
        (implied("expit(mu + sigma), expit(mu - sigma)"), {"swapped the two ends", ONE_SD}),
        (
            implied("expit(-sigma), expit(sigma)"),
            {"left the centre at zero", ONE_SD},
        ),
        (
            implied("expit(logit(0.8) - 1.96 * sigma), expit(logit(0.8) + 1.96 * sigma)")
            + CHAPTERS_TAIL,
            {
                "kept the centre of the chapter's example",
                "gave the prior probability of a larger `sigma`",
            },
        ),
        (
            implied("mu - z * sigma, mu + z * sigma")
            + "implied['below_half'] = stats.norm.cdf(0.5, mu, sigma)",
            {"gave log-odds instead of rates", "compared log-odds with one half"},
        ),
        (
            implied("100 * expit(mu - 2 * sigma), 100 * expit(mu + 2 * sigma)"),
            {"gave percent instead of proportions", "rounded the normal quantile to 2"},
        ),
    ],
)
def test_two_mistakes_about_a_stated_population_are_both_named(code, named):
    assert mistakes("04.1", code) == named


@pytest.mark.parametrize("draws", [1000, 20_000, 200_000])
def test_a_simulated_population_is_told_how_many_draws_it_takes(draws):
    result = result_of(
        "04.1",
        f"""
theta = expit(rng.normal(populations["mu"], populations["sigma"], ({draws}, 4)))
ends = np.quantile(theta, [0.025, 0.975], axis=0)
implied = pd.DataFrame([*ends, (theta < 0.5).mean(0)], columns=populations.index).T
""",
    )
    assert result.mistakes == ("simulated with too few draws",)
    assert "about 10,000,000 draws" in result.hint


LARGE = "fixed `sigma_pop` at a large value for no pooling"
CHAPTERS_NO_POOLING = """
def without(table, doctor):
    found = posterior(table["successes"], table["trials"], sigma_pop=100)
    return found.mean[table.index.get_loc(doctor)]

for column, doctor in who.items():
    failed = counts.copy()
    failed.loc[doctor, "trials"] += 1
    drop.loc["none", column] = 100 * (without(counts, doctor) - without(failed, doctor))
"""


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (
            dropped("hyperpriors['default'] = {'mu_scale': 2.5, 'sigma_scale': 2.5}")
            + CHAPTERS_NO_POOLING,
            {"gave Bambi's defaults a wider prior on the intercept too", LARGE},
        ),
        (
            dropped(found="was - now") + CHAPTERS_NO_POOLING + "drop.loc['none'] /= 100",
            {"gave proportions instead of percentage points", LARGE},
        ),
        (
            dropped(found="now - was", change=SUCCESS),
            {"gave the rise after a success", "gave proportions instead of percentage points"},
        ),
        (
            dropped(found="was - now", change="after.loc[[*who.values()], 'trials'] += 1"),
            {
                "let both doctors fail at once",
                "gave proportions instead of percentage points",
            },
        ),
        (
            dropped("hyperpriors['course'] = {'sigma_pop': 1}") + CHAPTERS_NO_POOLING,
            {"fixed `sigma_pop` at the scale of its prior", LARGE},
        ),
    ],
)
def test_two_mistakes_about_one_failure_are_both_named(code, named):
    assert mistakes("04.4", code) == named


@pytest.mark.parametrize("size", [5, 10, 50, 1000])
def test_no_hint_about_no_pooling_leads_back_to_a_large_spread(size):
    code = CHAPTERS_NO_POOLING.replace("sigma_pop=100", f"sigma_pop={size}")
    assert mistakes("04.4", code) == {LARGE}
    unknown = result_of("04.4", "drop.loc['none'] = 3.21")
    assert not unknown.mistakes
    assert "how much is pooled" not in unknown.hint


def test_two_mistakes_in_rates_from_draws_are_both_named():
    code = theta("expit(u)") + theta_new("expit(mu)")
    assert mistakes("04.3", code) == {
        "forgot the intercept",
        "took the typical doctor for the new one",
    }


def test_two_priors_that_are_wrong_are_both_named():
    code = drawn(mu_loc="centre", sigma_scale=2.5)
    assert mistakes("04.2", code) == {
        "left the prior of `1|doctor_sigma` to Bambi",
        "centred the prior of `Intercept` on the clinic's own rate",
    }


def test_a_mistake_earns_nothing_for_chains_that_have_converged():
    result = result_of("04.2", drawn(sigma_scale=2.5))
    assert result.points == 0.5  # a quarter of the two points for the numbers
    assert not any("converged" in what for what in result.right)


def test_rounded_answers_are_told_so():
    for task, code in {
        "04.1": "implied = implied.round(2)",
        "04.4": "drop = drop.round(1)",
    }.items():
        result = result_of(task, code)
        assert result.mistakes == ("rounded",)
        assert "decimals" in result.hint


def test_percent_in_one_column_is_not_called_rounded():
    result = result_of("04.1", "implied['below_half'] = 100 * implied['below_half']")
    assert result.mistakes == ("gave percent instead of proportions",)


def test_draws_that_are_nan_are_told_so():
    result = result_of(
        "04.3",
        "rates['theta'] = rates['theta'].where(rates['theta']['doctor__factor_dim'] != 'D')",
    )
    assert "NaN stands in the place of a number for `theta[D]`" in result.hint
