"""The pooling dial: Python's reference and the browser's engine agree."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import traitlets
from node import run
from on_screen import percent
from scipy import stats
from scipy.special import expit

from shrinkage.demos import PoolingDial
from shrinkage.demos.clinic import presets
from shrinkage.demos.pooling_dial import distances, true_range

JS = Path(__file__).parents[1] / "shrinkage" / "demos" / "js"

DIALS = (None, 0, 0.01, 0.3, 1, 3, 10, 20, 100)
ODD_TABLES = [
    [["Dr. A", 0, 5]],
    [["Dr. A", 5, 5]],
    [["Dr. A", 0, 0]],
    [["Dr. A", 0, 0], ["Dr. B", 0, 0]],
    [["Dr. A", 0, 5], ["Dr. B", 5, 5]],
    [["Dr. A", 3, 4], ["Dr. B", 3, 4], ["Dr. C", 3, 4]],
    [["Dr. A", 0, 0], ["Dr. B", 800, 1000]],
]


def states() -> list[dict]:
    """Every dial on the presets and the odd tables, and forty random states."""
    chance = random.Random(2)
    tables = [*presets().values(), *ODD_TABLES]
    found = [{"counts": table, "sigma_pop": dial} for table in tables for dial in DIALS]
    for _ in range(40):
        typical = chance.uniform(0.2, 0.95)
        trials = [round(10 ** chance.uniform(0, 2.5)) for _ in range(chance.randint(1, 25))]
        counts = [
            [f"Dr. {i}", sum(chance.random() < typical for _ in range(n)), n]
            for i, n in enumerate(trials)
        ]
        dial = chance.choice([None, 0, round(10 ** chance.uniform(-2, 2), 2)])
        found.append({"counts": counts, "sigma_pop": dial})
    return found


NODE = """
import { readFileSync } from "node:fs";
const url = (path) => process.argv[1] + path;
const { answer } = await import(url("/posterior/solver.js"));
const { columns } = await import(url("/shared/clinic.js"));
const { place } = await import(url("/shared/density.js"));
const engine = await import(url("/pooling_dial/engine.js"));
const words = await import(url("/pooling_dial/describe.js"));
const { read, write } = await import(url("/shared/permalink.js"));
const { states, refused } = JSON.parse(readFileSync(0));
const answers = states.map((state) => {
  const { counts, sigma_pop } = state;
  const table = columns(counts);
  const learned = answer({ ...table }).plain;
  const found = answer({ ...table, options: { sigma_pop } }).plain;
  const sigma = sigma_pop ?? learned.sigma.mean;
  const range = engine.trueRange(found.mu.mean, sigma);
  const far = engine.distances(found.mean, table);
  return {
    mean: [...found.mean], low: [...found.low], high: [...found.high],
    mu: found.mu.mean, sigma: learned.sigma.mean, range, far,
    place: place(learned.sigma, sigma),
    order: engine.sorted(table.trials),
    pair: engine.extremes(table),
    sentences: words.describe(sigma_pop, table, found, learned, far),
    explain: words.explain(sigma, range),
    problem: engine.problem(state),
    back: read("pooling-dial", write("pooling-dial", state, states[0]), states[0]),
  };
});
const { RANGES, STOPS } = engine;
const problems = refused.map(engine.problem);
console.log(JSON.stringify({ answers, problems, ranges: RANGES, stops: STOPS }));
"""

REFUSED = [
    ({"sigma_pop": "wide"}, "sigma_pop"),
    ({"sigma_pop": -0.1}, "from 0 to 100, or none"),
    ({"sigma_pop": 101}, "from 0 to 100"),
    ({"counts": []}, "no doctor"),
    ({"counts": [["Dr. A", 5, 4]]}, "there cannot be more"),
]


@pytest.fixture(scope="module")
def in_node():
    """What the browser's engine answers to every state of `states`."""
    asked = [PoolingDial(**state).state() for state in states()]
    refused = [PoolingDial().state() | change for change, _ in REFUSED]
    return run(NODE, JS, {"states": asked, "refused": refused}) | {"states": asked}


def test_browser_and_python_find_the_same_estimates(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        demo = PoolingDial(**state)
        found = demo.posterior()
        ends = found.interval(0.95).T
        np.testing.assert_allclose(answer["mean"], found.mean, atol=1e-4, err_msg=str(state))
        np.testing.assert_allclose(answer["low"], ends[0], atol=6e-4, err_msg=str(state))
        np.testing.assert_allclose(answer["high"], ends[1], atol=6e-4, err_msg=str(state))
        np.testing.assert_allclose(answer["range"], demo.true_range(), atol=1e-4)
        assert answer["order"] == demo.sorted().tolist()


def test_browser_and_python_place_the_dial_alike(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        demo = PoolingDial(**state)
        if demo.sigma_pop is not None:
            assert answer["place"]["larger"] == pytest.approx(demo.place().larger, abs=1e-3), state
            assert answer["place"]["ratio"] == pytest.approx(demo.place().ratio, abs=3e-3), state
        far = demo.distances()
        if far is None:
            assert answer["far"] is None
        else:
            assert answer["far"]["fromRaw"] == pytest.approx(far[0], abs=1e-4)
            assert answer["far"]["fromTogether"] == pytest.approx(far[1], abs=1e-4)


def test_browser_finds_words_for_every_state(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        assert answer["problem"] is None
        assert len(answer["sentences"]) == 3
        for sentence in answer["sentences"]:
            assert sentence.endswith("."), sentence
            assert sentence[0].isupper(), sentence
        for words in (*answer["sentences"], answer["explain"]):
            assert words
            assert not any(bad in words for bad in ("NaN", "undefined", "Infinity", "null")), words
        first = answer["sentences"][0]
        if not any(n for _, _, n in state["counts"]):
            assert "No doctor has a patient yet" in first
            continue
        regime = {
            None: "The data decide",
            0: "Complete pooling",
            10: "Partial pooling",
            100: "No pooling",
        }
        assert first.startswith(regime.get(state["sigma_pop"], "")), first
        for j in answer["pair"]:
            name, s, n = state["counts"][j]
            assert f"{name} ({s:,} of {n:,})" in first


def test_words_speak_of_the_doctors_farthest_apart(in_node):
    by_table = {
        json.dumps(state["counts"]): [state["counts"][j][0] for j in answer["pair"]]
        for state, answer in zip(in_node["states"], in_node["answers"], strict=True)
    }
    tables = presets()
    assert by_table[json.dumps(tables["Ten doctors"])] == ["Dr. D", "Dr. B"]
    assert by_table[json.dumps(tables["Twelve hospitals"])] == ["Hospital H", "Hospital A"]
    assert by_table[json.dumps(tables["Everyone equal"])] == ["Dr. A", "Dr. L"]
    assert by_table[json.dumps(ODD_TABLES[0])] == ["Dr. A"]
    assert by_table[json.dumps(ODD_TABLES[2])] == []


def test_words_say_where_the_dial_is(in_node):
    ten = presets()["Ten doctors"]
    said = {
        state["sigma_pop"]: answer["sentences"][2]
        for state, answer in zip(in_node["states"], in_node["answers"], strict=True)
        if state["counts"] == ten
    }
    assert all("sigma_pop between 0.60 and 2.13" in sentence for sentence in said.values())
    assert "at 0.30, is below it" in said[0.3]
    at_one = PoolingDial(sigma_pop=1).place()
    assert (
        f"at 1.00, is inside: sigma_pop is larger with a probability of {percent(at_one.larger)}"
        in said[1]
    )
    assert f"its density there is {percent(at_one.ratio)} of its highest" in said[1]
    assert "at 3.00, is above it" in said[3]
    # what the prior alone says, which the words hold as numbers
    low, high = stats.halfnorm.ppf([0.025, 0.975])
    assert f"between {low:.2f} and {high:.2f}" in said[None]


def test_browser_and_python_allow_the_same_values(in_node):
    trait = PoolingDial.class_traits()["sigma_pop"]
    assert in_node["ranges"].keys() == {"sigma_pop"}
    _, low, high, kind = in_node["ranges"]["sigma_pop"]
    assert (trait.low, trait.high, trait.allow_none) == (low, high, kind == "or none")
    for problem, (_, words) in zip(in_node["problems"], REFUSED, strict=True):
        assert words in problem


def test_slider_goes_from_one_end_to_the_other(in_node):
    stops = np.array(in_node["stops"])
    trait = PoolingDial.class_traits()["sigma_pop"]
    assert (stops[0], stops[-1]) == (trait.low, trait.high)
    assert (np.diff(stops) > 0).all()
    # no step moves any of the ten doctors by more than seven points
    means = np.array([PoolingDial(sigma_pop=stop).posterior().mean for stop in stops])
    assert np.abs(np.diff(means, axis=0)).max() < 0.07


def test_a_link_brings_every_state_back(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        assert answer["back"] == state


def test_complete_pooling_is_one_rate_for_all():
    demo = PoolingDial(sigma_pop=0)
    found = demo.posterior()
    assert np.ptp(found.mean) < 1e-9
    # the posterior mean of one rate with a Normal(0, 1.5) prior on its log-odds, summed up
    a = np.linspace(-6, 6, 200_001)
    s, n = demo.successes.sum(), demo.trials.sum()
    weight = np.exp(s * a - n * np.logaddexp(0, a) - 0.5 * (a / 1.5) ** 2 + n * 0.6)
    assert found.mean[0] == pytest.approx(weight @ expit(a) / weight.sum(), abs=1e-6)
    assert demo.true_range()[0] == pytest.approx(demo.true_range()[1])
    assert demo.distances()[1] < 0.003


def test_no_pooling_is_the_raw_rate():
    demo = PoolingDial(sigma_pop=100)
    np.testing.assert_allclose(demo.posterior().mean, demo.raw, atol=0.0025)
    assert demo.distances()[0] < 0.001


def test_turning_the_dial_up_moves_estimates_to_the_raw_rates():
    path = [PoolingDial(sigma_pop=s).distances() for s in (0, 0.1, 0.3, 0.6, 1, 2, 4, 10, 100)]
    from_raw, from_together = np.array(path).T
    assert (np.diff(from_raw) < 0).all()
    assert (np.diff(from_together) > 0).all()


def test_place_is_that_of_a_half_normal_without_data():
    demo = PoolingDial(counts=[["Dr. A", 0, 0]])
    for sigma in (0, 0.5, 1, 3):
        demo.sigma_pop = sigma
        assert demo.place().larger == pytest.approx(stats.halfnorm.sf(sigma), abs=1e-5)
        assert demo.place().ratio == pytest.approx(np.exp(-0.5 * sigma**2), abs=1e-3)
    demo.sigma_pop = 100
    assert demo.place().ratio == 0
    demo.sigma_pop = None
    assert demo.place() is None


def test_true_range_holds_nineteen_in_twenty():
    low, high = true_range(1.0, 0.7)
    rates = expit(np.random.default_rng(1).normal(1.0, 0.7, 40_000))
    inside = ((low < rates) & (rates < high)).mean()
    assert inside == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 40_000))


def test_distances_leave_out_doctors_without_patients():
    assert distances([0.5, 0.9], [0, 0], [0, 0]) is None
    assert distances([0.5, 0.9], [0, 10], [0, 10]) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"sigma_pop": -1}, ["PoolingDial.sigma_pop", "from 0 to 100", "-1", "None"]),
        ({"sigma_pop": "wide"}, ["PoolingDial.sigma_pop", "'wide'"]),
        ({"sigma_pop": float("inf")}, ["PoolingDial.sigma_pop", "inf"]),
        ({"counts": []}, ["PoolingDial.counts", "1 to 500 doctors"]),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(state, words):
    with pytest.raises(traitlets.TraitError) as refusal:
        PoolingDial(**state)
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


def test_state_round_trip_and_start():
    demo = PoolingDial(sigma_pop=np.float64(0.5))
    demo.sigma_pop = None
    assert demo.start["sigma_pop"] == 0.5
    assert demo.state() == PoolingDial(**demo.state()).state()
    json.dumps(demo.state())
    with pytest.raises(traitlets.TraitError):
        demo.sigma_pop = 1000
    assert demo.sigma_pop is None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "sigma_pop is about 1.23 (0.60 to 2.13)"),
        ({"sigma_pop": 0}, "all doctors are one"),
        ({"sigma_pop": 0.3}, "fixed at 0.3"),
        ({"counts": [["Dr. A", 0, 0]]}, "No doctor has a patient"),
    ],
)
def test_still_picture_stands_where_nothing_moves(state, words):
    demo = PoolingDial(**state)
    data, metadata = demo._repr_mimebundle_()
    picture = data["image/svg+xml"]
    assert picture.startswith("<svg")
    hollow = 0 if demo.sigma_pop is None else len(demo.counts)
    assert picture.count('fill="none"') == hollow
    assert words in data["text/plain"]
    assert metadata["image/svg+xml"]["alt"] == data["text/plain"]
