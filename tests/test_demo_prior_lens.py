"""The demo 'what the priors say': Python's reference and the browser's engine agree."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import traitlets
from node import run
from on_screen import percent
from scipy import integrate, stats
from scipy.special import expit, logit

from shrinkage import exact
from shrinkage.demos import PriorLens
from shrinkage.demos.clinic import presets
from shrinkage.demos.prior_lens import prior_cdf, prior_shares

JS = Path(__file__).parents[1] / "shrinkage" / "demos" / "js"

SCALES = [
    (1.5, 1),
    (10, 1),
    (10, 10),
    (20, 20),
    (0.1, 0.05),
    (0.1, 20),
    (20, 0.05),
    (1.5, 5),
    (0.5, 0.2),
]


def states() -> list[dict]:
    """Every pair of scales on the presets and on a few doctors, and forty random states."""
    chance = random.Random(3)
    tables = presets()
    found = [
        {"counts": table, "mu_scale": mu, "sigma_scale": sigma}
        for table in tables.values()
        for mu, sigma in SCALES
    ]
    found += [
        {"mu_scale": mu, "sigma_scale": sigma, "doctors": k}
        for mu, sigma in SCALES
        for k in (2, 4, 500)
    ]
    found += [
        {"counts": [["Dr. A", 0, 0], ["Dr. B", 0, 0]], "mu_scale": 3},
        {"counts": [["Dr. A", 0, 5], ["Dr. B", 5, 5]], "sigma_scale": 2},
        {"counts": [["Dr. A", 3, 4]], "mu_scale": 0.7},
    ]
    for _ in range(40):
        table = chance.choice(list(tables.values()))
        found.append(
            {
                "counts": table,
                "mu_scale": round(10 ** chance.uniform(-1, 1.3), 2),
                "sigma_scale": round(10 ** chance.uniform(-1.3, 1.3), 2),
                "doctors": chance.choice([None, chance.randint(2, len(table))]),
            }
        )
    return found


NODE = """
import { readFileSync } from "node:fs";
const url = (path) => process.argv[1] + path;
const { answer } = await import(url("/posterior/solver.js"));
const { columns } = await import(url("/shared/clinic.js"));
const engine = await import(url("/prior_lens/engine.js"));
const words = await import(url("/prior_lens/describe.js"));
const { read, write } = await import(url("/shared/permalink.js"));
const { states, refused } = JSON.parse(readFileSync(0));
const { atOnce } = await import(url("/shared/slices.js"));
const usualShares = atOnce(engine.priorShares(engine.USUAL));
const answers = states.map((state) => {
  const { mu_scale, sigma_scale } = state;
  const table = columns(state.counts.slice(0, engine.seen(state)));
  const found = answer({ ...table, options: { mu_scale, sigma_scale } }).plain;
  const usual = answer({ ...table }).plain;
  const shares = atOnce(engine.priorShares(state));
  const { mean, low, high } = found.sigma;
  return {
    mean: [...found.mean], low: [...found.low], high: [...found.high],
    sigma: [mean, low, high],
    shares: [...shares],
    extreme: engine.extreme(shares),
    range: engine.typicalRange(state),
    farthest: engine.farthest(found.mean, usual.mean),
    sentences: words.describe(state, table, shares, usualShares, found, usual),
    explained: [words.explainMu(state), words.explainSigma(state)],
    problem: engine.problem(state),
    back: read("prior-lens", write("prior-lens", state, states[0]), states[0]),
  };
});
const { RANGES, MU_STOPS, SIGMA_STOPS, USUAL, normalCdf } = engine;
const z = Array.from({ length: 161 }, (_, i) => i / 10 - 8);
console.log(JSON.stringify({
  answers, ranges: RANGES, stops: { mu_scale: MU_STOPS, sigma_scale: SIGMA_STOPS }, usual: USUAL,
  problems: refused.map(engine.problem), normal: z.map((at) => [at, normalCdf(at)]),
}));
"""

REFUSED = [
    ({"mu_scale": "wide"}, "mu_scale"),
    ({"mu_scale": 0}, "from 0.1 to 20"),
    ({"sigma_scale": 21}, "from 0.05 to 20"),
    ({"sigma_scale": None}, "sigma_scale"),
    ({"doctors": 2.5}, "whole number from 1 to 500, or none"),
    ({"doctors": 0}, "doctors"),
    ({"counts": []}, "no doctor"),
]


@pytest.fixture(scope="module")
def in_node():
    """What the browser's engine answers to every state of `states`."""
    asked = [PriorLens(**state).state() for state in states()]
    refused = [PriorLens().state() | change for change, _ in REFUSED]
    return run(NODE, JS, {"states": asked, "refused": refused}) | {"states": asked}


def test_browser_and_python_say_the_same_before_any_data(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        demo = PriorLens(**state)
        np.testing.assert_allclose(answer["shares"], demo.prior_shares(), atol=3e-7)
        assert answer["extreme"] == pytest.approx(demo.extreme(), abs=6e-7)
        assert answer["range"] == pytest.approx(demo.typical_range(), abs=1e-12)


def test_browser_and_python_find_the_same_estimates(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        demo = PriorLens(**state)
        found = demo.posterior()
        assert len(answer["mean"]) == demo.seen
        np.testing.assert_allclose(answer["mean"], found.mean, atol=2e-4, err_msg=str(state))
        if demo.seen >= 6:
            # With fewer doctors vague priors leave a tail of a hundred log-odds, in which the
            # reference's own grid is too coarse for the ends of intervals.
            ends = found.interval(0.95).T
            np.testing.assert_allclose(answer["low"], ends[0], atol=1.5e-3, err_msg=str(state))
            np.testing.assert_allclose(answer["high"], ends[1], atol=1.5e-3, err_msg=str(state))
        sigma = found.sigma_pop
        wanted = [sigma.mean, *sigma.interval(0.95)]
        np.testing.assert_allclose(answer["sigma"], wanted, rtol=1e-3, atol=1e-3)
        moved = demo.moved()
        assert answer["farthest"]["by"] == pytest.approx(np.abs(moved).max(), abs=2e-4)


def test_browser_finds_words_for_every_state(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        assert answer["problem"] is None
        assert len(answer["sentences"]) == 3
        for sentence in answer["sentences"]:
            assert sentence.endswith("."), sentence
            assert sentence[0].isupper(), sentence
        for words in (*answer["sentences"], *answer["explained"]):
            assert words
            assert not any(bad in words for bad in ("NaN", "undefined", "Infinity", "null")), words
        before, moved, _ = answer["sentences"]
        assert percent(PriorLens(**state).extreme()) in before
        usual = (state["mu_scale"], state["sigma_scale"]) == (1.5, 1)
        assert before.startswith(f"Before any data, {'the course’s' if usual else 'these'} priors")
        assert moved.startswith("These are the course’s priors" if usual else "For th")
        if PriorLens(**state).seen == 1:
            assert "this 1 doctor with" in moved


def test_words_say_how_far_the_estimates_move(in_node):
    said = {
        (state["mu_scale"], state["sigma_scale"], state["doctors"]): answer["sentences"]
        for state, answer in zip(in_node["states"], in_node["answers"], strict=True)
        if state["counts"] == presets()["Ten doctors"]
    }
    before, moved, spread = said[10, 10, None]
    assert "put 82\u00a0% of doctors below 5\u00a0% or above 95\u00a0%" in before
    assert "the course’s priors put 10\u00a0% there" in before
    demo = PriorLens(mu_scale=10, sigma_scale=10)
    far = np.abs(demo.moved()).argmax()
    assert "these 10 doctors with 269 patients" in moved
    assert f"by more than {100 * abs(demo.moved()[far]):.1f} percentage points" in moved
    assert f"Dr. {'ABCDEFGHIJ'[far]} (0 of 5) moves farthest, from 30\u00a0% to 23\u00a0%" in moved
    found, usual = demo.posterior().sigma_pop, demo.standard().sigma_pop
    assert f"sigma_pop is {found.mean:.2f} on average" in spread
    assert f"it is {usual.mean:.2f}," in spread
    # a vague prior on mu_pop moves ten doctors by less than a point
    assert "by more than 0.6 percentage points" in said[10, 1, None][1]
    assert "these 2 doctors with 16 patients" in said[10, 1, 2][1]


def test_browser_and_python_allow_the_same_values(in_node):
    traits = PriorLens.class_traits()
    assert list(in_node["ranges"]) == [n for n in PriorLens.settings() if n != "counts"]
    for name, (_, low, high, *kind) in in_node["ranges"].items():
        trait = traits[name]
        assert (trait.low, trait.high) == (low, high), name
        assert (trait.kind == "whole number") == ("whole or none" in kind), name
        assert trait.allow_none == ("whole or none" in kind), name
    for problem, (_, words) in zip(in_node["problems"], REFUSED, strict=True):
        assert words in problem
    assert in_node["usual"] == {n: traits[n].default_value for n in ("mu_scale", "sigma_scale")}


def test_sliders_stop_where_the_course_does(in_node):
    traits = PriorLens.class_traits()
    for name, stops in in_node["stops"].items():
        assert (stops[0], stops[-1]) == (traits[name].low, traits[name].high)
        assert (np.diff(stops) > 0).all()
        assert {1, 1.5, 10} <= set(stops)


def test_a_link_brings_every_state_back(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        assert answer["back"] == state


def test_normal_probabilities_are_right_to_a_ten_millionth(in_node):
    z, below = np.array(in_node["normal"]).T
    np.testing.assert_allclose(below, stats.norm.cdf(z), atol=1e-7)


@pytest.mark.parametrize(("mu", "sigma"), SCALES)
def test_prior_shares_are_those_of_adaptive_quadrature(mu, sigma):
    def exactly(a):
        def integrand(t):
            return 2 * stats.norm.pdf(t) * stats.norm.cdf(a / np.hypot(mu, sigma * t))

        bends = [0.3 * mu / sigma, 3 * mu / sigma]
        points = [p for p in bends if p < 9]
        return integrate.quad(integrand, 0, 9, points=points, epsabs=1e-11, limit=500)[0]

    log_odds = logit([0.05, 0.3, 0.5, 0.95])
    expected = [exactly(a) for a in log_odds]
    np.testing.assert_allclose(prior_cdf(log_odds, mu, sigma), expected, atol=1e-9)


@pytest.mark.parametrize(("mu", "sigma"), [s for s in SCALES if s[0] >= s[1] / 3])
def test_prior_shares_are_the_exact_posteriors_without_data(mu, sigma):
    # where the two scales are not too far apart, the engine's prediction for a doctor without
    # patients is precise, and has to say the same
    alpha = exact.posterior([0], [0], mu_scale=mu, sigma_scale=sigma).alpha[0]
    edges = logit(np.arange(1, 20) / 20)
    cumulative = np.concatenate([[0], alpha.cdf(edges), [1]])
    np.testing.assert_allclose(np.diff(cumulative), prior_shares(mu, sigma), atol=1e-5)


@pytest.mark.parametrize(("mu", "sigma"), SCALES)
def test_prior_shares_are_those_of_simulated_doctors(mu, sigma):
    draws, rng = 200_000, np.random.default_rng(5)
    mu_pop = rng.normal(0, mu, draws)
    sigma_pop = np.abs(rng.normal(0, sigma, draws))
    theta = expit(rng.normal(mu_pop, sigma_pop))
    shares = np.histogram(theta, np.arange(21) / 20)[0] / draws
    wanted = prior_shares(mu, sigma)
    error = np.sqrt(wanted * (1 - wanted) / draws)  # of the simulation
    assert (np.abs(shares - wanted) <= 4.5 * error + 1e-9).all()


def test_wide_priors_claim_that_nearly_everyone_succeeds_or_fails():
    assert PriorLens().extreme() == pytest.approx(0.10, abs=0.005)
    assert PriorLens(mu_scale=10).extreme() > 0.75
    # and yet they move ten doctors by less than a point, while two doctors they move by more
    assert np.abs(PriorLens(mu_scale=10).moved()).max() < 0.01
    assert np.abs(PriorLens(mu_scale=10, doctors=2).moved()).max() > 0.02


def test_shares_are_symmetric_and_whole():
    for mu, sigma in SCALES:
        shares = prior_shares(mu, sigma)
        assert shares.sum() == pytest.approx(1)
        np.testing.assert_allclose(shares, shares[::-1], atol=1e-12)
        assert (shares >= 0).all()


def test_seen_doctors_are_the_tables_first():
    demo = PriorLens(doctors=3)
    assert demo.seen == 3
    alone = exact.posterior(demo.successes[:3], demo.trials[:3])
    np.testing.assert_array_equal(demo.posterior().mean, alone.mean)
    demo.doctors = 400
    assert demo.seen == 10
    demo.doctors = None
    assert demo.seen == 10


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"mu_scale": 0}, ["PriorLens.mu_scale", "from 0.1 to 20", "found 0"]),
        ({"mu_scale": "wide"}, ["PriorLens.mu_scale", "'wide'"]),
        ({"sigma_scale": float("nan")}, ["PriorLens.sigma_scale", "nan", "1.0"]),
        ({"doctors": 2.5}, ["PriorLens.doctors", "whole number from 1 to 500", "2.5"]),
        ({"doctors": 0}, ["PriorLens.doctors", "found 0"]),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(state, words):
    with pytest.raises(traitlets.TraitError) as refusal:
        PriorLens(**state)
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


def test_state_round_trip_and_start():
    demo = PriorLens(mu_scale=np.float64(3), doctors=np.int64(4))
    demo.doctors = None
    assert demo.start["doctors"] == 4
    assert demo.state() == PriorLens(**demo.state()).state()
    json.dumps(demo.state())
    with pytest.raises(traitlets.TraitError):
        demo.sigma_scale = 100
    assert demo.sigma_scale == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "The course's priors put 10% of doctors below 5 % or above 95 %"),
        ({"mu_scale": 10}, "no estimate by more than 0.6 percentage points"),
        ({"mu_scale": 0.1, "sigma_scale": 0.05, "doctors": 2}, "With 2 doctors seen"),
    ],
)
def test_still_picture_stands_where_nothing_moves(state, words):
    data, metadata = PriorLens(**state)._repr_mimebundle_()
    picture = data["image/svg+xml"]
    assert picture.startswith("<svg")
    assert picture.count("<rect") == 21  # the paper and twenty bars
    assert words in data["text/plain"]
    assert metadata["image/svg+xml"]["alt"] == data["text/plain"]
