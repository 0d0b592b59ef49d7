"""Exercise 5: what only this exercise promises; its answers are in `exercise_05_mutants.py`."""

import numpy as np
import pandas as pd
import pytest
from exercise_05_mutants import FORMS, MUTANTS, imagine, judged, written
from exercise_kit import IN_TURN, result_of, served
from scipy.special import expit

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex05_the_hierarchical_logit import posteriors, the_posterior, whose_model
from shrinkage.exercises.ex05_the_hierarchical_logit import prior_probabilities as probabilities
from shrinkage.exercises.ex05_the_hierarchical_logit.priors import COURSE
from shrinkage.exercises.ex05_the_hierarchical_logit.reports import REPORTS
from shrinkage.exercises.ex05_the_hierarchical_logit.what_priors_say import (
    APART,
    CANDIDATES,
    ENDS,
    prior_says,
)
from shrinkage.exercises.ex05_the_hierarchical_logit.what_the_graph_says import CASES

pytestmark = pytest.mark.sampler


def points(task: str, code: str) -> float:
    return result_of(task, code).points


def test_each_line_of_the_model_earns_its_own_points():
    assert points("05.2", written(mu_pop='pm.Normal("mu_pop", 0, 3)')) == 2.5
    assert points("05.2", written(beta='pm.Normal("beta", 0, 3)')) == 2.75
    assert points("05.2", written(alpha='pm.Normal("alpha", mu_pop, 2, dims="doctor")')) == 2.25
    assert points("05.2", written(log_odds="alpha[doctor_idx] + x")) == 2.25
    assert points("05.2", written(success='pm.Bernoulli("y", 0.5, observed=y)')) == 2.25
    extra = 'pm.Bernoulli("y", logit_p=log_odds, observed=y); pm.Potential("extra", -(beta**2))'
    assert points("05.2", written(success=extra)) == 2.75


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"beta": 'pm.Normal("beta", 0, 1, dims="doctor")[doctor_idx]'}, "10 values of `beta`"),
        (
            {
                "alpha": 'pm.Normal("alpha", mu_pop, sigma_pop)',
                "log_odds": "alpha + beta * x",
            },
            "one value of `alpha`",
        ),
        ({"sigma_pop": "1.0"}, "`sigma_pop`"),
        ({"success": "None"}, "no data"),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence(changed, words):
    result = result_of("05.2", written(**changed))
    assert result.points == 0
    assert words in f"{result.found} {result.hint}"


@pytest.mark.parametrize(
    "alpha", [None, 'pm.Deterministic("alpha", mu_pop + sigma_pop * pm.Normal("z", dims="doctor"))']
)
@pytest.mark.parametrize("prior", ['pm.Normal("sigma_pop", 0, 1)', 'pm.Flat("sigma_pop")'])
def test_a_spread_that_may_be_negative_is_seen(prior, alpha):
    result = result_of("05.2", written(sigma_pop=prior, **({"alpha": alpha} if alpha else {})))
    assert result.points == 2.5
    assert "negative" in result.hint


def test_log_odds_handed_over_as_a_probability_are_named():
    result = result_of("05.2", written(success='pm.Bernoulli("y", p=log_odds, observed=y)'))
    assert result.points == 2.25
    assert "`logit_p=`" in result.hint


def test_a_scalar_prior_a_doctor_and_their_stack_are_read_in_any_order_of_doctors():
    for form in FORMS["05.2"][-3:]:
        assert result_of("05.2", form).complete, form


def test_a_model_whose_labels_are_in_another_order_than_its_doctors_is_wrong():
    code = written().replace("doctors}", "doctors[::-1]}")
    assert points("05.2", code) == 2.25


def test_two_wrong_columns_get_two_hints_and_no_third():
    result = result_of(
        "05.1",
        imagine(
            ends="(theta > 0.95).mean()",
            apart="(abs(theta[0] - np.roll(theta[1], 1)) > 0.5).mean()",
        ),
    )
    assert result.mistakes == (
        "counted one end of the scale only",
        "drew the two doctors of a pair from different clinics",
    )


@pytest.mark.parametrize("name", MUTANTS["05.1"])
def test_a_mistake_that_explains_all_is_the_only_hint(name):
    assert result_of("05.1", MUTANTS["05.1"][name]).mistakes == (name,)


def test_two_wrong_lines_of_the_model_get_two_hints():
    result = result_of(
        "05.2",
        written(mu_pop='pm.Normal("mu_pop", 0, 10)', log_odds="alpha[doctor_idx] - beta * x"),
    )
    assert result.mistakes == (
        "gave `mu_pop` a wide prior",
        "subtracted the effect of severity",
    )
    assert not any("besides" in hint.text for hint in result.hints)


def test_a_line_too_many_is_named_without_words_of_the_check():
    extra = 'pm.Bernoulli("y", logit_p=log_odds, observed=y); pm.Potential("extra", -(beta**2))'
    result = result_of("05.2", written(success=extra))
    assert "what is not in the formula" in result.hint


def test_percent_and_another_mistake_get_two_hints():
    code = imagine(ends="(theta > 0.95).mean()") + "prior_says.iloc[:, :3] *= 100"
    assert set(result_of("05.1", code).mistakes) == {
        "gave percent instead of proportions",
        "counted one end of the scale only",
    }


def test_the_typical_doctor_is_seen_beside_pairs_of_real_doctors():
    result = result_of("05.1", imagine(ends="((expit(mu) < 0.05) | (expit(mu) > 0.95)).mean()"))
    assert result.mistakes == (
        "looked at the typical doctor, `expit(mu_pop)`, instead of a doctor",
    )


def test_too_few_clinics_are_told_how_many_they_should_be():
    result = result_of("05.1", imagine().replace("100_000", "1_000"))
    assert result.mistake == "simulated with too few draws"
    assert "10,000" in result.hint


@pytest.mark.parametrize("limit", [0.03, 0.04, 0.05])
@pytest.mark.parametrize("of", ["(off > {}).any(axis=1)", "off['mu_pop'] > {}"])
def test_a_limit_on_the_differences_themselves_is_named(limit, of):
    result = result_of("05.4", judged(of.format(limit)))
    assert result.mistake == "judged by the differences as they are, without their errors"


@pytest.mark.parametrize("seed", IN_TURN)
def test_distances_with_their_sign_are_no_right_answer_in_any_clinic(seed):
    code = judged("((means - exact_means) / errors).max(axis=1) > 4")
    result = result_of("05.4", code, seed)
    assert result.mistake == "looked for means that are too high only"


def test_two_wrong_cases_get_two_hints():
    result = result_of("05.5", "belief['2'] = belief['8'] = 'changes'")
    assert len(result.mistakes) == 2
    assert result.points == 1


def test_what_the_priors_say_is_what_a_simulation_says():
    rng = np.random.default_rng(1)
    size = 400_000
    for m, s in [*CANDIDATES.values(), (1.5, 10)]:
        mu, sigma = rng.normal(0, m, size), abs(rng.normal(0, s, size))
        alpha = rng.normal(mu, sigma, (2, size))
        theta = expit(alpha)
        strangers = expit(rng.normal(rng.permutation(mu), rng.permutation(sigma)))
        raw = rng.binomial(12, theta[0]) / 12
        spread = probabilities.half_normal(s)
        for column, drawn_, n in [
            (probabilities.at_the_ends, (theta < 0.05) | (theta > 0.95), 12),
            (probabilities.raw_rate_at_the_ends, (raw < 0.05) | (raw > 0.95), 12),
            (probabilities.far_apart, abs(theta[0] - theta[1]) > 0.5, 12),
            (probabilities.strangers_far_apart, abs(theta[0] - strangers) > 0.5, 12),
            (probabilities.range_of(2), abs(theta[0] - theta[1]) > 0.5, 12),
            (probabilities.log_odds_apart, abs(alpha[0] - alpha[1]) > 0.5, 12),
            (probabilities.all_or_none, theta**12 + (1 - theta) ** 12, 12),
            (probabilities.all_or_none, theta**124 + (1 - theta) ** 124, 124),
        ]:
            room = 4.5 * 0.5 / np.sqrt(size)
            assert column(m, spread, n) == pytest.approx(drawn_.mean(), abs=room), column


def test_no_share_is_close_to_the_limit_of_the_verdicts():
    table = prior_says(Clinic.load())
    assert (abs(table["ends"] - ENDS) > 0.1).all()
    assert (abs(table["apart"] - APART) > 0.04).all()
    assert table["reject"].tolist() == [0, 1, 1, 0]
    # The chapter shows the same number for the course's priors
    assert table.loc["course", "ends"] == pytest.approx(0.098, abs=0.002)


SCALES = {
    scales for mistake in the_posterior.TASK.mistakes if (scales := mistake.instead.get("priors"))
}


@pytest.mark.parametrize("seed", IN_TURN)
@pytest.mark.parametrize("scales", sorted(SCALES | {COURSE}))
def test_a_posterior_by_other_weights_is_one_by_a_quadrature_of_its_own(scales, seed):
    with served(seed):
        clinic = Clinic.load()
    exact = posteriors.posterior_under(clinic, scales)
    shared = posteriors.marginals({n: getattr(exact, n) for n in posteriors.POPULATION})
    alpha = posteriors.marginals(dict(zip(posteriors.labels(clinic), exact.alpha, strict=True)))
    wanted = pd.concat([shared, alpha])
    # Scales that are as good as the course's, and go by other weights
    close = scales._replace(beta=scales.beta * (1 + 1e-9))
    found = pd.concat([posteriors.population(clinic, close), posteriors.doctors(clinic, close)])
    assert (abs(found["mean"] - wanted["mean"]) < 0.01 * wanted["sd"]).all()
    assert (abs(found["sd"] - wanted["sd"]) < 0.01 * wanted["sd"]).all()


def test_distances_from_the_population_are_those_of_joint_draws():
    clinic = Clinic.load()
    drawn_ = posteriors.course_posterior(clinic).joint.draw(np.random.default_rng(1), 40_000)
    away = drawn_.alpha - drawn_.mu_pop[:, None]
    table = posteriors.distances(clinic, COURSE)
    room = 4.5 * table["sd"] / np.sqrt(len(away))
    assert (abs(table["mean"] - away.mean(axis=0)) < room).all()
    assert (abs(table["sd"] - away.std(axis=0)) < room).all()


@pytest.mark.parametrize("seed", IN_TURN)
def test_nobody_who_reports_is_in_between(seed):
    with served(seed):
        clinic = Clinic.load()
    gaps, errors = whose_model.gaps(clinic), whose_model.reports_of(clinic)[1]
    largest = (abs(gaps) / errors).max(axis=1)
    other = pd.Series({n: r.scales != COURSE for n, r in REPORTS.items()})
    assert (largest[~other] < 3).all()
    assert (largest[other] > 6).all()
    away = abs(gaps["mu_pop"])
    assert away["Ada"] > away["Ben"]  # the short run strays further
    assert gaps.loc["Eli", "sigma_pop"] < 0  # who forgets the sign misses this one


def test_what_the_graph_says_is_what_the_joint_distribution_says():
    """A clinic of two doctors on a coarse grid: every case, by conditioning."""
    mu, sigma, beta = np.meshgrid([0, 1.0, 2], [0.5, 1, 2], [-1, 0, 1.0], indexing="ij")
    alpha = np.linspace(-4, 6, 41)
    # axes: mu_pop, sigma_pop, beta, alpha of B, alpha of G
    weight = np.exp(-((mu / 1.5) ** 2) / 2 - sigma**2 / 2 - beta**2 / 2)[..., None]
    kernel = np.exp(-(((alpha - mu[..., None]) / sigma[..., None]) ** 2) / 2) / sigma[..., None]

    def outcome(x, y):
        return expit((2 * y - 1) * (alpha + beta[..., None] * x))

    own = kernel * outcome(0.5, 1) * outcome(-1, 1) * outcome(1.5, 0)
    others = kernel * outcome(0.2, 1) * outcome(1, 0) * outcome(-1, 1)
    joint = (weight * own)[..., :, None] * others[..., None, :]
    of_b, of_g = (slice(None), None), (None, slice(None))
    new_of_g = outcome(1, 0)[(..., *of_g)]
    new_of_b = outcome(1, 1)[(..., *of_b)]
    marginal = 0 * new_of_b + 1  # an outcome that has not been seen sums to one

    def at(where):
        told = np.zeros(joint.shape)
        told[where] = 1
        return told

    anything, one = slice(None), 1
    population = (one, one, one, anything, anything)
    cases = {
        "1": (1, new_of_g),
        "2": (at(population), new_of_g),
        "3": (at((one, one, anything, anything, anything)), new_of_g),
        "4": (at((anything, anything, one, anything, 20)), new_of_g),
        "5": (1, marginal),
        "6": (at(population), new_of_b),
        "7": (1, at((anything, anything, anything, anything, 20))),
        "8": (1, marginal),
    }
    for case, (told, news) in cases.items():
        before, after = ((joint * f).sum(axis=(0, 1, 2, 4)) for f in (told, told * news))
        same = np.allclose(before / before.sum(), after / after.sum(), rtol=1e-9)
        assert CASES[case] == ("stays" if same else "changes"), case


def test_all_changes_and_all_stays_earn_nothing():
    for word in ("changes", "stays"):
        assert points("05.5", f"belief = dict.fromkeys(belief, '{word}')") == 0


def test_one_chain_is_named():
    result = result_of("05.3", "fit = fit['posterior'].to_dataset().isel(chain=[0])")
    assert "one chain" in result.hint


@pytest.mark.parametrize(
    "ends",
    ["((alpha < 0.05) | (alpha > 0.95)).mean()", "((theta < 0.05) & (theta > 0.95)).mean()"],
)
def test_a_verdict_that_follows_from_a_wrong_share_is_no_mistake_of_its_own(ends):
    result = result_of("05.1", imagine(ends=ends))
    assert not result.mistakes
    assert len(result.hints) == 1


def test_two_hundred_clinics_are_too_few_and_nothing_else():
    result = result_of("05.1", imagine().replace("100_000", "200"))
    assert result.mistakes == ("simulated with too few draws",)


def test_two_wrong_verdicts_are_not_explained_by_two_mistakes_that_happen_to_give_them():
    result = result_of("05.4", "verdict['Fay'] = verdict['Chloe'] = 'other'")
    assert not result.mistakes
    assert "Fay" not in result.hint
