"""A fit as an answer: draws of any sampler are read, and judged by their own Monte Carlo error."""

import arviz as az
import numpy as np
import pandas as pd
import pymc as pm
import pytest
import xarray as xr

from shrinkage.exercises.answers import CONVERGED, Draws, Unreadable, exact_table

DOCTORS = ["A", "B", "C"]
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


def unsampled() -> pm.Model:
    with pm.Model() as model:
        pm.Normal("mu_pop")
    return model


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
        (unsampled, "not been sampled"),
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


def test_a_missing_quantity_can_have_a_hint_of_its_own():
    kind = Draws(quantities=QUANTITIES, absent={"alpha": "Where is the bar?"})
    with pytest.raises(Unreadable, match=r"Where is the bar\?"):
        kind.plain(tree({"mu_pop": arrays()["mu_pop"]}, coords=False), None)


def test_a_mistake_on_another_scale_is_recognised_within_its_own_error():
    """Percent scatter a hundred times as much as the rates that the truth is about."""
    values = {k: 100 * v for k, v in arrays().items()}
    reading = DRAWS.read(DRAWS.plain(tree(values), None), TRUTH)
    assert (reading.noise[1:, 0] > 20 * reading.margin[1:, 0]).all()
