"""Exercise 4: what students write, right and wrong.

`test_exercises.py` runs `MUTANTS` and `FORMS`; what only this exercise promises is below them.
"""

import numpy as np
import pytest
from exercise_04_mutants import (
    CLINIC_OF,
    FORMS,
    MUTANTS,
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

__all__ = ["CLINIC_OF", "FORMS", "MUTANTS"]  # read by test_exercises.py

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
