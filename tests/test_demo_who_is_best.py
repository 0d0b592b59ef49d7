"""The demo 'who is best': Python's reference and the browser's decisions and words agree."""

import json
import random
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import traitlets
from node import run

from shrinkage.demos import WhoIsBest
from shrinkage.demos.clinic import presets
from shrinkage.demos.who_is_best import decide, places, rank_summary

JS = Path(__file__).parents[1] / "shrinkage" / "demos" / "js"


def tables() -> list[list]:
    """The presets, extremes, and random tables of up to 25 doctors."""
    chance = random.Random(9)
    extremes = [
        [["Dr. A", 0, 0]],
        [["Dr. A", 0, 0], ["Dr. B", 0, 0], ["Dr. C", 0, 0]],
        [["Dr. A", 4, 4], ["Dr. B", 4, 4], ["Dr. C", 0, 3], ["Dr. D", 0, 0]],
        [["Dr. A", 1_000_000, 1_000_000], ["Dr. B", 0, 1_000_000]],
        [["Dr. A", 999, 1000], ["Dr. B", 700, 1000], ["Dr. C", 1, 1]],
    ]
    drawn = []
    for doctors in (2, 5, 9, 17, 25):
        rows = []
        for j in range(doctors):
            trials = round(10 ** chance.uniform(0, 2.5))
            rate = 1 / (1 + np.exp(-chance.gauss(1, 0.9)))
            rows.append([f"Dr. {j}", sum(chance.random() < rate for _ in range(trials)), trials])
        drawn.append(rows)
    return [*presets().values(), *extremes, *drawn]


def settings() -> list[dict]:
    """Every table under the default, the extremes of each number and random ones."""
    chance = random.Random(4)
    ends = list(product((0.01, 0.99), (1, 100), (1, 100)))
    states = []
    for number, counts in enumerate(tables()):
        states.append({"counts": counts})
        standard, missing, accusing = ends[number % len(ends)]
        states.append(
            {"counts": counts, "standard": standard, "missing": missing, "accusing": accusing}
        )
        states += [
            {
                "counts": counts,
                "standard": chance.choice(
                    [chance.randint(1, 99) / 100, chance.uniform(0.01, 0.99)]
                ),
                "missing": chance.randint(1, 100),
                "accusing": chance.randint(1, 100),
                "hand": chance.choice(["", counts[-1][0], "nobody's"]),
            }
            for _ in range(4)
        ]
    return states


NODE = """
import { readFileSync } from "node:fs";
const from = (name) => import(process.argv[1] + name);
const engine = await from("/who_is_best/engine.js");
const words = await from("/who_is_best/describe.js");
const { answer } = await from("/posterior/solver.js");
const { columns } = await from("/shared/clinic.js");
const { rankSummary } = await from("/shared/ranks.js");
const { atOnce } = await from("/shared/slices.js");
const known = new Map();
const answers = JSON.parse(readFileSync(0)).map((state) => {
  const table = columns(state.counts);
  table.place = engine.places(table.raw);
  const name = JSON.stringify(state.counts);
  if (!known.has(name)) known.set(name, answer({ ...table, ranks: true }).plain.ranks.map((row) => Array.from(row)));
  const ranks = known.get(name);
  const found = answer({ ...table, above: [state.standard] }).plain;
  const decision = engine.decide(found.above[0], table.raw, state);
  const sentences = [words.describeBest(table, ranks), words.describeBest(table, null), ...words.describeDecision(table, decision, state)];
  for (const [j] of state.counts.entries())
    sentences.push(
      words.describeDoctor(j, table, found, decision, state),
      ...[null, 0, state.counts.length >> 1].map((at) => words.describeRank(j, table, ranks, at)),
    );
  return {
    problem: engine.problem(state),
    ...Object.fromEntries(Object.entries(decision).map(([key, value]) => [key, value.length ? Array.from(value) : value])),
    place: table.place,
    order: engine.byEstimate(found.mean),
    ranks,
    summary: ranks.map(rankSummary),
    runs: [...engine.runs(ranks, engine.byEstimate(found.mean), engine.darkest(atOnce(engine.highest(ranks)), ranks.length))],
    sentences,
  };
});
const start = { counts: [["Dr. A", 1, 2]], standard: 0.7, missing: 3, accusing: 1, hand: "" };
const refused = [{ standard: 0.999 }, { standard: "high" }, { missing: 0 }, { accusing: 2.5 }, { hand: 3 }, { counts: [] }]
  .map((bad) => engine.problem({ ...start, ...bad }));
console.log(JSON.stringify({ answers, refused, ranges: engine.RANGES }));
"""  # noqa: E501


@pytest.fixture(scope="module")
def in_node():
    """What the browser's engine answers to every state of `settings`."""
    states = [WhoIsBest(**state).state() for state in settings()]
    return run(NODE, JS, states) | {"states": states}


def test_browser_and_python_decide_the_same(in_node):
    compared = 0
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        demo = WhoIsBest(**state)
        table = demo.decision()
        below, review = np.array(answer["below"]), np.array(answer["review"])
        np.testing.assert_allclose(below, table.below, atol=5e-4, err_msg=str(state))
        cut = state["accusing"] / (state["missing"] + state["accusing"])
        clear = np.abs(table.below - cut) > 5e-4
        assert (review == table.review)[clear].all(), state
        assert answer["rawReview"] == table.raw_review.tolist(), state
        # a doctor on the threshold costs the same either way
        atol = 5e-4 * (state["missing"] + state["accusing"])
        np.testing.assert_allclose(answer["cost"], table.cost, atol=atol)
        np.testing.assert_allclose(answer["rawCost"], table.raw_cost, atol=atol)
        assert answer["total"] == pytest.approx(sum(answer["cost"]))
        assert answer["rawTotal"] == pytest.approx(sum(answer["rawCost"]))
        assert answer["total"] <= answer["rawTotal"] + 1e-12
        assert answer["expectedBelow"] == pytest.approx(sum(answer["below"]))
        assert [np.nan if p is None else p for p in answer["place"]] == pytest.approx(
            places(demo.raw), nan_ok=True
        )
        assert (np.diff(table.estimate.iloc[answer["order"]]) <= 5e-4).all()
        compared += int(clear.sum())
    assert compared > 500


def test_browser_and_python_rank_the_same(in_node):
    seen = []
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        if state["counts"] in seen:
            continue
        seen.append(state["counts"])
        demo = WhoIsBest(**state)
        expected, found = demo.ranks(), np.array(answer["ranks"])
        doctors = len(state["counts"])
        assert expected.shape == found.shape == (doctors, doctors)
        np.testing.assert_allclose(found, expected, atol=1e-3, err_msg=str(state["counts"]))
        np.testing.assert_allclose(demo.best(), expected[:, 0], rtol=0)
        # places agree but for those whose probability passes a tail's on the way by a hair
        for row, summary, here in zip(
            expected, rank_summary(expected), answer["summary"], strict=True
        ):
            for share, name, place in zip(
                (0.5, 0.025, 0.975), ("median", "low", "high"), summary, strict=True
            ):
                if np.abs(np.cumsum(row) - share).min() > 2e-3 * doctors:
                    assert here[name] == place, state["counts"]
                else:
                    assert abs(here[name] - place) <= 1, state["counts"]
    assert len(seen) == len(tables())


def test_doctors_with_the_same_data_share_their_probabilities(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        data = [tuple(counts) for _, *counts in state["counts"]]
        for a in range(len(data)):
            b = data.index(data[a])
            assert answer["ranks"][a] == answer["ranks"][b]
            assert answer["below"][a] == answer["below"][b]
            assert answer["review"][a] == answer["review"][b]
            assert answer["place"][a] == answer["place"][b]


def test_cells_cover_each_row_once_in_shades_that_grow_with_the_probability(in_node):
    for answer in in_node["answers"]:
        ranks = np.array(answer["ranks"])
        doctors = len(ranks)
        shade = np.zeros((doctors, doctors))
        for level, runs in answer["runs"]:
            assert 0 < level <= 1
            for row, first, end in runs:
                assert (shade[row, first:end] == 0).all()
                shade[row, first:end] = level
        drawn = ranks[answer["order"]]
        assert shade.max() == 1
        order = np.argsort(drawn, axis=None)
        assert (np.diff(shade.ravel()[order]) >= -1e-12).all()
        # within half a shade of the root of the probability
        top = min(ranks.max(), max(20 / doctors, 0.02))
        assert np.abs(shade - np.sqrt(np.clip(drawn / top, 0, 1))).max() <= 0.5 / 16 + 1e-9


def test_browser_finds_words_for_every_state(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        assert answer["problem"] is None
        assert len(answer["sentences"]) == 4 + 4 * len(state["counts"])
        for sentence in answer["sentences"]:
            assert sentence.endswith("."), sentence
            assert not re.search(r"NaN|undefined|Infinity|null|\[object|\b0\.5 %", sentence)
            assert "%" not in sentence or not re.search(r"\d[^\d\u00a0 ]?%", sentence), sentence


def test_words_of_the_ten_doctors(in_node):
    best, waiting, decision, raw, *_ = in_node["answers"][0]["sentences"]
    assert best == (
        "Dr. B tops the raw table with 100\u00a0% (4 of 4 patients); the probability that Dr. B is "
        "best is 28\u00a0%; that of Dr. I is higher, 33\u00a0%."
    )
    assert waiting.endswith("is best is being computed.")
    assert decision == (
        "At a standard of 70\u00a0%, the model expects 3.7 of 10 doctors to be below. With a "
        "missed doctor as costly as 3 false accusations, it pays to review whoever is below with a "
        "probability of more than 25\u00a0%: Dr. A, Dr. C, Dr. D, Dr. F and Dr. H."
    )
    assert raw == (
        "Raw rates would review Dr. A, Dr. D and Dr. H; the two disagree on Dr. C and Dr. F. "
        "The expected cost, as the model sees it, is 2.88 with the model’s decisions and 4.14 with "
        "those of raw rates."
    )


def test_words_of_a_shared_top(in_node):
    number = next(
        i for i, s in enumerate(in_node["states"]) if s["counts"] == presets()["Everyone equal"]
    )
    sentence = in_node["answers"][number]["sentences"][0]
    assert sentence == (
        "12 doctors share the top of the raw table with 80\u00a0%; the probability that one of "
        "them is best is 100\u00a0%, and for none of them above 9\u00a0%."
    )


def test_browser_and_python_allow_the_same_values(in_node):
    traits = WhoIsBest.class_traits()
    for name, (_, low, high, *whole) in in_node["ranges"].items():
        assert (traits[name].low, traits[name].high) == (low, high), name
        assert (traits[name].kind == "whole number") == bool(whole), name
    assert set(in_node["ranges"]) == set(WhoIsBest.settings()) - {"counts", "hand"}
    named = ("standard", "standard", "missing", "accusing", "hand", "no doctor")
    for sentence, word in zip(in_node["refused"], named, strict=True):
        assert word in sentence
        assert sentence.endswith(".")


def test_a_decision_of_least_cost_beats_every_other():
    rng = np.random.default_rng(2)
    below, raw = rng.uniform(size=6), rng.uniform(size=6)
    for missing, accusing in ((1, 1), (3, 1), (1, 40)):
        made = decide(below, raw, 0.7, missing, accusing)
        every = np.array(list(product((False, True), repeat=6)))
        costs = np.where(every, accusing * (1 - below), missing * below)
        assert made.cost.sum() == pytest.approx(costs.sum(axis=1).min())
        chosen = (every == made.raw_review).all(axis=1)
        assert made.raw_cost.sum() == pytest.approx(costs[chosen].sum())
        assert (made.review == (below > accusing / (missing + accusing))).all()


def test_costs_are_the_average_over_true_rates():
    """Doctors simulated from the model cost on average what the model expects."""
    rng = np.random.default_rng(5)
    spent = {"cost": [], "raw_cost": []}
    for _ in range(400):
        alpha = rng.normal(rng.normal(0, 1.5), abs(rng.normal(0, 1)), 4)
        theta, trials = 1 / (1 + np.exp(-alpha)), rng.integers(0, 30, 4)
        successes = rng.binomial(trials, theta)
        rows = [[f"Dr. {j}", int(successes[j]), int(trials[j])] for j in range(4)]
        table = WhoIsBest(counts=rows, standard=0.6).decision()
        paid = {
            by: np.where(table[by], theta >= 0.6, 3 * (theta < 0.6)).sum()
            for by in ("review", "raw_review")
        }
        spent["cost"].append(paid["review"] - table.cost.sum())
        spent["raw_cost"].append(paid["raw_review"] - table.raw_cost.sum())
    for by in ("cost", "raw_cost"):
        difference = np.array(spent[by])
        error = difference.std() / np.sqrt(len(difference))
        assert abs(difference.mean()) < 4 * error < 0.4


def test_the_raw_rule_reviews_no_one_without_patients_or_at_the_standard():
    made = decide([0.9, 0.9, 0.9], [np.nan, 0.7, 0.69], 0.7, 1, 1)
    assert made.review.tolist() == [True, True, True]
    assert made.raw_review.tolist() == [False, False, True]


def test_decision_follows_the_traits():
    demo = WhoIsBest()
    assert demo.decision().query("review").index.tolist() == [f"Dr. {x}" for x in "ACDFH"]
    demo.missing = 10  # now even a raw rate of 100 % is reviewed
    assert demo.decision().review["Dr. B"]
    demo.missing, demo.accusing = 1, 3  # and here even a raw rate below the standard is not
    table = demo.decision()
    assert table.raw_review["Dr. A"]
    assert not table.review["Dr. A"]
    assert table.below.tolist() == pytest.approx(demo.below())
    demo.standard = 0.01
    assert demo.decision().query("raw_review").index.tolist() == ["Dr. D"]  # 0 of 5
    assert demo.below()[4] < 1e-6


def test_places_and_their_summary():
    assert places([0.5, 1, 1, 0.2]).tolist() == [3, 1, 1, 4]
    np.testing.assert_array_equal(places([np.nan, 0.3]), [np.nan, 1])
    ranks = [[0.02, 0.48, 0.5], [0.98, 0.01, 0.01], [0, 0.51, 0.49]]
    assert rank_summary(ranks).tolist() == [[2, 2, 3], [1, 1, 1], [2, 2, 3]]
    assert rank_summary(ranks, 0.98)[1].tolist() == [1, 1, 2]


def test_who_tops_the_raw_table_is_probably_not_best():
    demo = WhoIsBest()
    best = demo.best()
    assert np.nanargmax(demo.raw) == 1
    assert 0.2 < best[1] < 0.4
    assert best.argmax() == 8
    assert best.sum() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"standard": 1.0}, ["WhoIsBest.standard", "from 0.01 to 0.99", "found 1.0"]),
        ({"standard": "high"}, ["WhoIsBest.standard", "'high'"]),
        ({"missing": 0}, ["WhoIsBest.missing", "whole number", "from 1 to 100", "found 0"]),
        ({"accusing": 1.5}, ["WhoIsBest.accusing", "whole number", "1.5"]),
        ({"counts": []}, ["WhoIsBest.counts", "1 to 500 doctors", "Add one"]),
        ({"counts": [["A", "many", 4]]}, ["WhoIsBest.counts", "row 1 (A)", "'many'"]),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(state, words):
    with pytest.raises(traitlets.TraitError) as refusal:
        WhoIsBest(**state)
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


def test_state_round_trip_and_start():
    demo = WhoIsBest(standard=np.float64(0.8), missing=np.int64(7))
    demo.hand = "Dr. C"
    assert demo.settings() == ["counts", "standard", "missing", "accusing", "hand"]
    assert demo.state() == WhoIsBest(**demo.state()).state()
    assert demo.state() == demo.start | {"hand": "Dr. C"}
    json.dumps(demo.state())


def test_still_picture_stands_where_nothing_moves():
    data, metadata = WhoIsBest()._repr_mimebundle_()
    picture, sentence = data["image/svg+xml"], data["text/plain"]
    assert picture.count("<circle") == 10
    assert picture.count(">review<") == 3
    assert picture.count(">model: review<") == 2
    assert "stroke-dasharray" in picture
    assert sentence == (
        "At a standard of 70 %, with a missed doctor as costly as 3 false accusations, the model "
        "reviews Dr. A, Dr. C, Dr. D, Dr. F and Dr. H and raw rates Dr. A, Dr. D and Dr. H; "
        "the expected costs are 2.88 and 4.14."
    )
    assert metadata["image/svg+xml"]["alt"] == sentence


@pytest.mark.parametrize("counts", [[["Dr. A", 0, 0]], tables()[-1], tables()[7]])
def test_still_picture_of_any_table(counts):
    picture, sentence = WhoIsBest(counts=counts, missing=1, accusing=2).still()
    assert picture.startswith("<svg")
    assert "nan" not in picture + sentence
    assert sentence.endswith(".")
