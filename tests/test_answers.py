"""The kinds of answer that are more than values: right forms are read, wrong ones named."""

import arviz as az
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pymc as pm
import pytest
import xarray as xr
from scipy import stats
from scipy.special import expit, log_expit

from shrinkage.exercises.answers import (
    CONVERGED,
    Chosen,
    Density,
    Draws,
    Function,
    Matched,
    Number,
    Picture,
    Table,
    Unreadable,
    calls_table,
    density_table,
    exact_table,
)

DOCTORS = ["A", "B", "C"]
DOCTOR_IDX = np.repeat([0, 1, 2], [5, 8, 30])
SEVERITY = np.linspace(-1, 1, len(DOCTOR_IDX))
SUCCESS = (np.arange(len(DOCTOR_IDX)) % 3 > 0).astype(int)
TRIALS = np.bincount(DOCTOR_IDX)


# --- A model ------------------------------------------------------------------------------------


def probes(_=None):
    rng = np.random.default_rng(3)
    return [
        {
            "mu_pop": rng.normal(),
            "sigma_pop": rng.gamma(2, 0.5),
            "beta": rng.normal(),
            "alpha": rng.normal(size=3),
        }
        for _ in range(4)
    ]


TERMS = {
    "mu_pop": lambda p: stats.norm.logpdf(p["mu_pop"], 0, 1.5),
    "sigma_pop": lambda p: stats.halfnorm.logpdf(p["sigma_pop"], 0, 1),
    "beta": lambda p: stats.norm.logpdf(p["beta"], 0, 1),
    "alpha": lambda p: stats.norm.logpdf(p["alpha"], p["mu_pop"], p["sigma_pop"]).sum(),
    "data": lambda p: log_expit(
        np.where(SUCCESS == 1, 1, -1) * (p["alpha"][DOCTOR_IDX] + p["beta"] * SEVERITY)
    ).sum(),
}
DENSITY = Density(parameters=("mu_pop", "sigma_pop", "beta", "alpha"), probes=probes)


def centred():
    with pm.Model(coords={"doctor": DOCTORS}) as model:
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        beta = pm.Normal("beta", 0, 1)
        alpha = pm.Normal("alpha", mu_pop, sigma_pop, dims="doctor")
        pm.Bernoulli("success", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    return model


def non_centred():
    with pm.Model(coords={"doctor": DOCTORS}) as model:
        beta = pm.Normal("beta")
        offset = pm.Normal("anything", 0, 1, dims="doctor")
        sigma_pop = pm.HalfNormal("sigma_pop")
        mu_pop = pm.Normal("mu_pop", sigma=1.5)
        alpha = pm.Deterministic("alpha", mu_pop - offset * sigma_pop, dims="doctor")
        theta = pm.math.sigmoid(alpha[DOCTOR_IDX] + beta * SEVERITY)
        pm.Binomial("y", n=1, p=theta, observed=SUCCESS)
    return model


def all_offsets():
    with pm.Model() as model:
        sigma_pop = pm.TruncatedNormal("sigma_pop", 0, 1, lower=0)
        beta = pm.Normal("beta")
        z = pm.Normal("z", shape=3)
        mu_pop = pm.Deterministic("mu_pop", 1.5 * pm.Normal("mu_z"))
        alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z)
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    return model


def potential():
    with pm.Model() as model:
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        beta = pm.Flat("beta")
        alpha = pm.Normal("alpha", mu_pop, sigma_pop, shape=3)
        pm.Potential("slope", -(beta**2) / 2)
        eta = alpha[DOCTOR_IDX] + beta * SEVERITY
        pm.Potential("y", (SUCCESS * eta - pm.math.log1pexp(eta)).sum())
    return model


def stacked():
    with pm.Model() as model:
        mu_pop, sigma_pop, beta = (
            pm.Normal("mu_pop", 0, 1.5),
            pm.HalfNormal("sigma_pop", 1),
            pm.Normal("beta", 0, 1),
        )
        each = [pm.Normal(f"alpha_{j}", mu_pop, sigma_pop) for j in range(3)]
        alpha = pm.Deterministic("alpha", pm.math.stack(each))
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    return model


def mixed():
    """Offsets of which each intercept takes several."""
    mix = np.array([[1.0, 0, 0], [0.6, 0.8, 0], [0, 0.6, 0.8]])
    with pm.Model() as model:
        mu_pop, sigma_pop, beta = (
            pm.Normal("mu_pop", 0, 1.5),
            pm.HalfNormal("sigma_pop", 1),
            pm.Normal("beta", 0, 1),
        )
        z = pm.MvNormal("z", np.zeros(3), np.linalg.inv(mix) @ np.linalg.inv(mix).T)
        alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * pm.math.dot(mix, z))
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    return model


@pytest.mark.parametrize("build", [centred, non_centred, all_offsets, stacked, mixed, potential])
def test_a_model_is_read_however_it_is_written(build):
    truth = density_table(TERMS, probes())
    reading = DENSITY.read(DENSITY.plain(build(), None), truth)
    np.testing.assert_allclose(reading.values, truth, atol=1e-6)


def wrong(change: str):
    parts = {
        "mu_pop": lambda: pm.Normal("mu_pop", 0, 10 if change == "mu_pop" else 1.5),
        "sigma_pop": lambda: pm.HalfNormal("sigma_pop", 2.5 if change == "sigma_pop" else 1),
        "beta": lambda: pm.Normal("beta", 0, 2.5 if change == "beta" else 1),
    }
    with pm.Model() as model:
        mu_pop, sigma_pop, beta = (part() for part in parts.values())
        alpha = pm.Normal(
            "alpha", mu_pop, sigma_pop**2 if change == "alpha" else sigma_pop, shape=3
        )
        sign = -1 if change == "data" else 1
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + sign * beta * SEVERITY, observed=SUCCESS)
    return model


def test_doctors_in_another_order_are_found_by_their_labels():
    labels = ["C", "A", "B"]

    def labelled(*_):
        return [point | {"alpha": pd.Series(point["alpha"], list("ABC"))} for point in probes()]

    kind = Density(parameters=DENSITY.parameters, probes=labelled)
    with pm.Model(coords={"doctor": labels}) as model:
        mu_pop, sigma_pop = pm.Normal("mu_pop", 0, 1.5), pm.HalfNormal("sigma_pop", 1)
        beta = pm.Normal("beta", 0, 1)
        alpha = pm.Normal("alpha", mu_pop, sigma_pop, dims="doctor")
        place = np.array([labels.index("ABC"[j]) for j in DOCTOR_IDX])
        pm.Bernoulli("y", logit_p=alpha[place] + beta * SEVERITY, observed=SUCCESS)
    truth = density_table(TERMS, probes())
    np.testing.assert_allclose(kind.read(kind.plain(model, None), truth).values, truth, atol=1e-6)


def test_what_is_not_in_the_formula_is_told_from_its_terms():
    model = centred()
    with model:
        pm.Potential("extra", -(model["beta"] ** 2))
    truth = density_table(TERMS, probes())
    values = DENSITY.read(DENSITY.plain(model, None), truth).values
    assert np.isclose(values, truth, atol=1e-6).all(axis=1).tolist() == [True] * 5 + [False]


@pytest.mark.parametrize("change", [*TERMS])
def test_the_term_that_is_wrong_is_the_one_that_differs(change):
    truth = density_table(TERMS, probes())
    values = DENSITY.read(DENSITY.plain(wrong(change), None), truth).values
    same = np.isclose(values, truth, atol=1e-6).all(axis=1)
    assert dict(zip(truth.index, same, strict=True)) == {
        label: label != change for label in truth.index
    }


def no_data():
    with pm.Model() as model:
        for name in ("mu_pop", "sigma_pop", "beta", "alpha"):
            pm.Normal(name)
    return model


def other_names():
    with pm.Model() as model:
        pm.Normal("mu")
        pm.Normal("y", observed=1)
    return model


def one_alpha():
    with pm.Model() as model:
        for name in ("mu_pop", "sigma_pop", "beta", "alpha"):
            pm.Normal(name)
        pm.Normal("y", observed=1)
    return model


def curved():
    with pm.Model() as model:
        mu_pop, sigma_pop, beta = pm.Normal("mu_pop"), pm.HalfNormal("sigma_pop"), pm.Normal("beta")
        z = pm.Normal("z", shape=3)
        alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z**3)
        pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta, observed=SUCCESS)
    return model


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (no_data, "no data"),
        (other_names, "called `mu_pop`"),
        (one_alpha, "one value of `alpha`"),
        (curved, "cannot be followed"),
        (lambda: 3.0, "a single number"),
        (lambda: az.from_dict({"posterior": {"a": np.zeros((2, 5))}}), "a fit"),
    ],
)
def test_what_is_not_such_a_model_is_refused_by_a_sentence(value, words):
    with pytest.raises(Unreadable, match=words):
        DENSITY.plain(value(), None)


def test_a_spread_that_may_be_negative_is_named():
    def model(prior):
        with pm.Model() as made:
            mu_pop, beta = pm.Normal("mu_pop", 0, 1.5), pm.Normal("beta", 0, 1)
            alpha = pm.Normal("alpha", mu_pop, abs(prior("sigma_pop", 0, 1)), shape=3)
            pm.Bernoulli("y", logit_p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
        return made

    kind = Density(parameters=DENSITY.parameters, probes=probes, positive=("sigma_pop",))
    truth = density_table(TERMS, probes())
    reading = kind.read(kind.plain(model(pm.Normal), None), truth)
    assert "negative" in reading.notes["sigma_pop"]
    half = kind.plain(model(lambda name, _, scale: pm.HalfNormal(name, scale)), None)
    assert not kind.read(half, truth).notes


def test_log_odds_in_place_of_probabilities_are_named():
    with pm.Model() as model:
        mu_pop, sigma_pop = pm.Normal("mu_pop", 0, 1.5), pm.HalfNormal("sigma_pop", 1)
        beta, alpha = pm.Normal("beta", 0, 1), pm.Normal("alpha", mu_pop, sigma_pop, shape=3)
        pm.Bernoulli("y", p=alpha[DOCTOR_IDX] + beta * SEVERITY, observed=SUCCESS)
    reading = DENSITY.read(DENSITY.plain(model, None), density_table(TERMS, probes()))
    assert "`logit_p=`" in reading.notes["data"]


def test_an_object_that_raises_is_not_a_model():
    class Hostile:
        def __getattr__(self, name):
            raise RuntimeError(name)

    for kind in (DENSITY, PICTURE, DRAWS, HALF, Table(), Chosen(), Number()):
        with pytest.raises(Unreadable):
            kind.plain(Hostile(), None)


# --- A fit --------------------------------------------------------------------------------------

QUANTITIES = {"mu_pop": ("mu_pop", "Intercept"), "alpha": ("alpha", "Intercept + 1|doctor")}
DRAWS = Draws(quantities=QUANTITIES)
MEANS = {"mu_pop": 1.0} | {f"alpha[{d}]": float(k) for k, d in enumerate(DOCTORS)}
TRUTH = exact_table(MEANS, dict.fromkeys(MEANS, 0.5))


def arrays(shift: float = 0.0, chains: int = 4, draws: int = 1000) -> dict:
    rng = np.random.default_rng(11)
    size = (chains, draws)
    return {
        "mu_pop": 1.0 + shift + 0.5 * rng.normal(size=size),
        "alpha": np.arange(3) + shift + 0.5 * rng.normal(size=(*size, 3)),
    }


def tree(values: dict, coords: bool = True, diverging: int = 0) -> xr.DataTree:
    flags = np.zeros(values["mu_pop"].shape, bool)
    flags.flat[:diverging] = True
    where = {"dims": {"alpha": ["doctor"]}, "coords": {"doctor": DOCTORS}} if coords else {}
    return az.from_dict({"posterior": values, "sample_stats": {"diverging": flags}}, **where)


def bambi(values: dict) -> xr.DataTree:
    offsets = values["alpha"] - values["mu_pop"][..., None]
    named = {"Intercept": values["mu_pop"], "1|doctor": offsets}
    return az.from_dict(
        {"posterior": named},
        dims={"1|doctor": ["doctor__factor_dim"]},
        coords={"doctor__factor_dim": DOCTORS},
    )


def right(reading) -> np.ndarray:
    off = np.abs(reading.values - TRUTH.to_numpy())
    return ((off <= 1e-9 + reading.margin) | TRUTH.isna().to_numpy()).all(axis=1)


@pytest.mark.parametrize(
    "form",
    [
        lambda v: tree(v),
        lambda v: tree(v, coords=False),
        lambda v: tree(v)["posterior"],
        lambda v: tree(v)["posterior"].to_dataset(),
        lambda v: v,
        bambi,
    ],
)
def test_draws_are_read_from_any_sampler(form):
    reading = DRAWS.read(DRAWS.plain(form(arrays()), None), TRUTH)
    assert right(reading).all()
    assert not reading.notes


def test_labels_decide_and_not_their_order():
    fit = tree(arrays())["posterior"].to_dataset().sel(doctor=["C", "A", "B"])
    assert right(DRAWS.read(DRAWS.plain(fit, None), TRUTH)).all()


def test_a_shift_beyond_the_monte_carlo_error_is_seen():
    error = 0.5 / np.sqrt(4000)
    assert right(DRAWS.read(DRAWS.plain(tree(arrays(2 * error)), None), TRUTH)).all()
    assert not right(DRAWS.read(DRAWS.plain(tree(arrays(9 * error)), None), TRUTH))[1:].any()


def test_few_draws_do_not_widen_the_margin():
    """A fit of 40 draws has a large error of its own, and is held to that of 400."""
    reading = DRAWS.read(DRAWS.plain(tree(arrays(draws=10)), None), TRUTH)
    assert reading.margin.max() <= 5 * 0.5 / 20
    assert reading.notes[CONVERGED]


@pytest.mark.parametrize(
    ("fit", "words"),
    [
        (lambda: tree(arrays(), diverging=3), "divergences: 3"),
        (lambda: tree(arrays(chains=1)), "one chain"),
        (
            lambda: tree(
                {k: v + np.arange(4).reshape(4, *[1] * (v.ndim - 1)) for k, v in arrays().items()}
            ),
            "disagree",
        ),
    ],
)
def test_chains_that_did_not_converge_are_named(fit, words):
    reading = DRAWS.read(DRAWS.plain(fit(), None), TRUTH)
    assert words in reading.notes[CONVERGED]
    assert reading.values[TRUTH.index.get_loc(CONVERGED), 0] == 0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (centred, "not been sampled"),
        (lambda: {"mu_pop": 1.0}, "no chains"),
        (lambda: tree({"mu_pop": arrays()["mu_pop"]}, coords=False), "none of `alpha`"),
        (lambda: pd.DataFrame({"mean": [1.0]}), "values labelled mean|table"),
        (lambda: xr.Dataset({"mu_pop": 1.0}), "without the dimensions"),
        (lambda: None, "no value"),
    ],
)
def test_what_is_not_a_fit_is_refused_by_a_sentence(value, words):
    with pytest.raises(Unreadable, match=words):
        DRAWS.plain(value(), None)


COMPUTED = Draws(quantities={"theta": ("theta",), "new": ("new",)}, sampled=False)
MEAN_RATES = {"theta[A]": 0.5, "theta[B]": 0.6, "new": 0.7}
RATES = exact_table(MEAN_RATES, dict.fromkeys(MEAN_RATES, 0.1))


def test_draws_that_are_computed_may_be_left_for_later():
    rng = np.random.default_rng(2)
    theta = xr.DataArray(
        rng.normal([0.5, 0.6], 0.1, size=(4, 1000, 2)),
        dims=("chain", "draw", "doctor"),
        coords={"doctor": ["A", "B"]},
    )
    new = rng.normal(0.7, 0.1, size=(4, 1000))
    for value in ({"theta": theta, "new": new}, xr.Dataset({"theta": theta, "new": theta[..., 0]})):
        reading = COMPUTED.read(COMPUTED.plain(value, None), RATES)
        assert reading.given.all()
    part = COMPUTED.read(COMPUTED.plain({"theta": theta, "new": ...}, None), RATES)
    assert part.given.all(axis=1).tolist() == [True, True, True, False]
    with pytest.raises(Unreadable, match="no averages yet"):
        COMPUTED.plain({"theta": theta.mean(("chain", "draw"))}, None)


def test_what_is_absent_can_have_a_sentence_of_its_own():
    kind = Draws(quantities=QUANTITIES, absent={"alpha": "Where is the bar?"})
    with pytest.raises(Unreadable, match=r"Where is the bar\?"):
        kind.plain(tree({"mu_pop": arrays()["mu_pop"]}, coords=False), None)


def test_a_mistake_on_another_scale_is_met_within_its_own_error():
    """Percent scatter a hundred times as much as the rates that the truth is about."""
    values = {k: 100 * v for k, v in arrays().items()}
    reading = DRAWS.read(DRAWS.plain(tree(values), None), TRUTH)
    assert (reading.noise[1:, 0] > 20 * reading.margin[1:, 0]).all()


# --- Functions, choices, numbers, pictures ------------------------------------------------------

CALLS = {"n = 4": (4,), "n = 0": (0,), "an array": (np.array([1.0, 2.0, 3.0]),)}
HALF = Function(takes="n", calls=lambda _: CALLS)


def test_a_function_is_called():
    truth = calls_table(lambda n: np.asarray(n) / 2, CALLS)
    for function in (
        lambda n: n / 2,
        lambda n: list(np.atleast_1d(n / 2)),
        np.vectorize(lambda n: n / 2),
    ):
        np.testing.assert_array_equal(HALF.read(HALF.plain(function, None), truth).values, truth)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda n: 1 / 0, "raised `ZeroDivisionError: division by zero` for n = 4"),
        (lambda: 1, "raised `TypeError"),
        (lambda n: exit(), "raised `SystemExit"),
        (lambda n: None, "returns None for n = 4"),
        (lambda n: 1.0 if np.all(n > 2) else 2.0, "for an array"),
        (0.5, "no function"),
    ],
)
def test_a_function_that_fails_is_named_with_the_call(function, words):
    truth = calls_table(lambda n: np.asarray(n) / 2, CALLS)
    with pytest.raises(Unreadable, match=words):
        HALF.read(HALF.plain(function, None), truth)


def test_a_function_cannot_change_what_the_next_call_gets():
    def spoil(n):
        n *= 0
        return n

    first = HALF.plain(spoil, None)
    assert HALF.plain(lambda n: n, None)["an array"] == [1.0, 2.0, 3.0]
    assert first["an array"] == [0.0, 0.0, 0.0]


def test_choices_in_every_form():
    kind, truth = Chosen(), pd.Series({"A": 1.0, "B": 0.0, "C": 1.0})
    for value in (
        ["A", "C"],
        ("C", "Dr. A"),
        {"A", "C"},
        {"A": True, "B": False, "C": True},
        pd.Index(["A", "C"]),
        np.array(["C", "A"]),
        pd.Series(["A", "C"]),
    ):
        np.testing.assert_array_equal(kind.read(kind.plain(value, None), truth).values, truth)
    with pytest.raises(Unreadable, match="'Z' among"):
        kind.read(kind.plain(["Z"], None), truth)
    with pytest.raises(Unreadable, match="a single number"):
        kind.read(kind.plain(3, None), truth)


def test_words_are_matched_without_regard_to_case():
    kind = Matched(options=("review", "leave"))
    truth = kind.codes({"A": "review", "B": "leave"})
    np.testing.assert_array_equal(kind.read({"B": "Leave ", "A": "REVIEW"}, truth).values, truth)
    np.testing.assert_array_equal(kind.read(["review", "leave"], truth).values, truth)
    with pytest.raises(Unreadable, match=r"'sack' for Dr. A.*'review', 'leave'"):
        kind.read(["sack", "leave"], truth)


def test_a_table_by_column_with_as_many_rows_as_columns():
    truth = pd.DataFrame({"lower": [0.1, 0.2], "upper": [0.5, 0.6]}, ["A", "B"])
    for value in (truth.to_dict("list"), truth.to_dict(), truth, truth.to_numpy()):
        read = Table().read(Table().plain(value, None), truth)
        np.testing.assert_array_equal(read.values, truth)


@pytest.mark.parametrize("value", [0.5, [0.5], np.array(0.5), np.array([[0.5]]), pd.Series([0.5])])
def test_one_number_in_every_form(value):
    kind, truth = Number(), pd.Series({"rate": 0.5})
    assert kind.read(kind.plain(value, None), truth).values == [0.5]


PICTURE = Picture()
DRAWN = pd.DataFrame({"raw": [1.0, 0.4, 0.7], "estimate": [0.8, 0.5, 0.7]}, DOCTORS)


def drawn(across: bool = True, named: bool = True, dodge: float = 0.0, lines: bool = False):
    fig, ax = plt.subplots()
    rows = np.array([2, 0, 1])
    for column, shift in (("raw", 0), ("estimate", dodge)):
        x, y = DRAWN[column].to_numpy(), rows + shift
        (ax.plot if lines else ax.scatter)(*((x, y) if across else (y, x)))
    if named:
        (ax.set_yticks if across else ax.set_xticks)(rows, [f"Dr. {d} (4)" for d in DOCTORS])
    plt.close(fig)
    return fig


@pytest.mark.parametrize(
    "figure",
    [
        drawn(),
        drawn(across=False),
        drawn(dodge=0.3),
        drawn(lines=True),
        drawn().axes[0],
        drawn().axes,
    ],
)
def test_marks_are_read_off_a_picture(figure):
    reading = PICTURE.read(PICTURE.plain(figure, None), DRAWN)
    np.testing.assert_allclose(reading.values, DRAWN)


def test_categories_and_arrows_are_marks_too():
    fig, ax = plt.subplots()
    names = [f"Dr. {d}" for d in DOCTORS]
    ax.hlines(names, DRAWN["raw"], DRAWN["estimate"])
    plt.close(fig)
    np.testing.assert_allclose(PICTURE.read(PICTURE.plain(fig, None), DRAWN).values, DRAWN)


def test_a_picture_without_names_or_marks_gets_a_sentence():
    with pytest.raises(Unreadable, match="no row has a name"):
        PICTURE.read(PICTURE.plain(drawn(named=False), None), DRAWN)
    with pytest.raises(Unreadable, match="a single number"):
        PICTURE.plain(expit(0.0) * 1.0, None)
    fig, ax = plt.subplots()
    ax.set_yticks([0, 1, 2], DOCTORS)
    plt.close(fig)
    assert np.isnan(PICTURE.read(PICTURE.plain(fig, None), DRAWN).values).all()
    many = drawn()
    many.axes[0].scatter(np.linspace(0, 1, 200), np.zeros(200))
    assert np.isnan(PICTURE.read(PICTURE.plain(many, None), DRAWN).values[1]).all()
