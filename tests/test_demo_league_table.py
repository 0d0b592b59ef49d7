"""The league table demo: Python's reference and the browser's engine agree."""

import json
import random
import subprocess
from pathlib import Path

import numpy as np
import pytest
import traitlets
from node import run
from scipy import stats

from shrinkage.demos import LeagueTable
from shrinkage.demos.league_table import (
    caseloads,
    funnel_limits,
    league,
    successes,
    true_rates,
)
from shrinkage.demos.uniforms import UINT32, pcg4d

JS = Path(__file__).parents[1] / "shrinkage" / "demos" / "js"

EXTREMES = [
    {"doctors": 2},
    {"doctors": 200, "smallest": 1, "largest": 1},
    {"smallest": 1, "largest": 1000},
    {"smallest": 1000, "largest": 1000},
    {"rate": 0.01},
    {"rate": 0.99},
    {"rate": 0.99, "spread": 2.0},
    {"rate": 0.01, "spread": 2.0, "seed": 2**32 - 1},
    {"seed": 0},
    {"seed": 2**32 - 1, "year": 10_000},
    {"smallest": 3, "largest": 6},
    {"low_n": 2},
    {"low_n": 1001},
    {"year": 100},
]


def settings() -> list[dict]:
    """The extremes, and two hundred random states."""
    chance = random.Random(1)
    states = list(EXTREMES)
    for _ in range(200):
        smallest, largest = sorted(round(10 ** chance.uniform(0, 3)) for _ in range(2))
        states.append(
            {
                "doctors": chance.randint(2, 200),
                "rate": round(chance.uniform(0.01, 0.99), 3),
                "spread": chance.choice([0.0, round(chance.uniform(0, 2), 2)]),
                "smallest": smallest,
                "largest": largest,
                "low_n": chance.randint(2, 60),
                "seed": chance.randrange(2**32),
                "year": chance.randint(1, 12),
            }
        )
    return states


NODE = """
import { readFileSync } from "node:fs";
const engine = await import(process.argv[1] + "/league_table/engine.js");
const words = await import(process.argv[1] + "/league_table/describe.js");
const answers = JSON.parse(readFileSync(0)).map((state) => {
  const doctors = engine.makeDoctors(state);
  const year = engine.drawYear(doctors, state.year);
  const before = state.year > 1 ? engine.drawYear(doctors, state.year - 1) : null;
  const tally = engine.emptyTally();
  for (let y = 0; y < Math.min(state.year, 100); y++) engine.countYear(tally, doctors);
  const ends = [state.smallest, state.largest];
  const limits = ends.flatMap((n) => [0.95, 0.998].map((c) => engine.funnelLimits(n, state.rate, c)));
  const sentences = [...words.describeYear(year, before, doctors), words.describeTally(tally, state, doctors)];
  return { ...doctors, ...year, tally, limits, sentences, problem: engine.problem(state) };
});
console.log(JSON.stringify({ answers, ranges: engine.RANGES }));
"""  # noqa: E501


@pytest.fixture(scope="module")
def in_node():
    """What the browser's engine answers to every state of `settings`."""
    states = [LeagueTable(**state).state() for state in settings()]
    return run(NODE, JS, states) | {"states": states}


def test_browser_and_python_draw_the_same_patients(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        table = LeagueTable(**state).table()
        assert answer["caseload"] == table.caseload.tolist(), state
        assert answer["successes"] == table.successes.tolist(), state
        assert answer["rawRate"] == table.raw_rate.tolist(), state
        assert answer["place"] == table.place.tolist(), state
        assert sorted(answer["first"]) == np.flatnonzero(table.first).tolist(), state
        assert sorted(answer["last"]) == np.flatnonzero(table.last).tolist(), state
        rates = true_rates(state["doctors"], state["rate"], state["spread"], state["seed"])
        np.testing.assert_allclose(answer["trueRate"], rates, rtol=1e-12)


def test_browser_and_python_count_the_same_places(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        tally = LeagueTable(**state | {"year": min(state["year"], 100)}).tally()
        assert answer["tally"]["years"] == tally.years
        assert answer["tally"]["first"] == pytest.approx(tally.first, abs=1e-9), state
        assert answer["tally"]["last"] == pytest.approx(tally.last, abs=1e-9), state
        assert sum(answer["isLowN"]) == tally.low_n_doctors


def test_browser_and_python_draw_the_same_funnel(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        for i, n in enumerate((state["smallest"], state["largest"])):
            for j, coverage in enumerate((0.95, 0.998)):
                expected = funnel_limits(n, state["rate"], coverage)
                np.testing.assert_allclose(answer["limits"][2 * i + j], expected, atol=1e-7)


def test_browser_finds_words_for_every_state(in_node):
    for answer in in_node["answers"]:
        assert answer["problem"] is None
        assert len(answer["sentences"]) == 4
        for sentence in answer["sentences"]:
            assert sentence.endswith(".")
            assert not {"NaN", "undefined", "Infinity"} & set(sentence.replace(".", " ").split())


def test_browser_and_python_allow_the_same_values(in_node):
    traits = LeagueTable.class_traits()
    for name, (_, low, high, *whole) in in_node["ranges"].items():
        assert (traits[name].low, traits[name].high) == (low, high), name
        assert (traits[name].kind == "whole number") == bool(whole), name


def test_uniforms_are_uniform_and_independent():
    numbers = pcg4d(12, np.arange(1, 201)[:, None], np.arange(40), 0) / UINT32
    assert numbers.shape == (200, 40, 4)
    assert stats.kstest(numbers.ravel(), "uniform").pvalue > 1e-3
    for axis in range(3):
        a, b = np.moveaxis(numbers, axis, 0)[:-1], np.moveaxis(numbers, axis, 0)[1:]
        # correlation with the next year, doctor and lane: within 4.5 standard errors of none
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 4.5 / np.sqrt(a.size), axis


def test_equal_doctors_differ_by_binomial_chance_alone():
    caseload = caseloads(40, 4, 200)
    rates = np.full(40, 0.8)
    counts = np.array([successes(caseload, rates, seed=3, year=y) for y in range(1, 1001)])
    standardised = (counts - 0.8 * caseload) / np.sqrt(caseload * 0.16)
    assert abs(standardised.mean()) < 4 / np.sqrt(counts.size)
    assert standardised.var() == pytest.approx(1, abs=5 * np.sqrt(2 / counts.size))


def test_spread_is_the_sd_of_the_log_odds():
    rates = np.concatenate([true_rates(200, 0.8, 0.7, seed) for seed in range(100)])
    log_odds = np.log(rates / (1 - rates))
    assert log_odds.std() == pytest.approx(0.7, rel=0.02)
    assert log_odds.mean() == pytest.approx(np.log(4), abs=0.02)
    assert (true_rates(10, 0.83, 0.0, 1) == 0.83).all()


def test_a_doctors_patients_do_not_depend_on_the_others():
    few, many = [10, 10], [10, 300]
    rates = [0.7, 0.7]
    assert successes(few, rates, 5, 1)[0] == successes(many, rates, 5, 1)[0]


def test_equal_raw_rates_share_a_place():
    table = league([2, 4, 5, 10], [2, 4, 1, 2])
    assert table.place.tolist() == [1, 1, 3, 3]
    assert table.first.tolist() == [True, True, False, False]
    assert table.last.tolist() == [False, False, True, True]


def test_low_n_doctors_fill_both_ends_though_all_are_equal():
    tally = LeagueTable(year=300).tally()
    assert tally.low_n_doctors / 40 == 0.4
    assert tally.first / tally.years > 0.9
    assert tally.last / tally.years > 0.85


def test_funnel_limits_have_their_coverage():
    n = np.array([10, 100, 1000, 10_000])
    lower, upper = funnel_limits(n, 0.8, 0.95)
    # a tail of 2.5 % ends within the success on which the limit lies
    for limit, tail in ((lower, 0.025), (upper, 0.975)):
        r = np.ceil(n * limit - 1e-9)
        assert (stats.binom.cdf(r - 1, n, 0.8) <= tail + 1e-9).all()
        assert (stats.binom.cdf(r, n, 0.8) >= tail - 1e-9).all()
    # with many patients they are the textbook's 1.96 standard errors
    error = 1.96 * np.sqrt(0.16 / n)
    assert (abs(lower - (0.8 - error)) < 1 / n)[2:].all()  # within one patient
    assert (abs(upper - (0.8 + error)) < 1 / n)[2:].all()
    assert (np.diff(upper - lower) < 0).all()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"spread": -0.1}, ["LeagueTable.spread", "from 0 to 2", "-0.1"]),
        ({"rate": "high"}, ["LeagueTable.rate", "from 0.01 to 0.99", "'high'"]),
        ({"rate": float("nan")}, ["LeagueTable.rate", "nan"]),
        ({"doctors": 1}, ["LeagueTable.doctors", "from 2 to 200", "found 1"]),
        ({"doctors": 40.5}, ["LeagueTable.doctors", "whole number", "40.5"]),
        ({"year": True}, ["LeagueTable.year", "whole number", "True"]),
        ({"smallest": 300}, ["smallest (300)", "largest (200)", "hold_trait_notifications"]),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(state, words):
    with pytest.raises(traitlets.TraitError) as refusal:
        LeagueTable(**state)
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


def test_a_misspelt_setting_is_refused():
    with pytest.raises(TypeError, match=r"no setting 'spred'; it has doctors, rate, spread"):
        LeagueTable(spred=1)


def test_state_round_trip_and_start():
    demo = LeagueTable(spread=0.4, doctors=np.int64(30))
    demo.year = 7
    assert demo.start["year"] == 1
    assert demo.state() == LeagueTable(**demo.state()).state()
    assert demo.state() == demo.start | {"year": 7}
    json.dumps(demo.state())
    with pytest.raises(traitlets.TraitError):
        demo.smallest = 500
    assert demo.smallest == 4
    with demo.hold_trait_notifications():
        demo.smallest, demo.largest = 500, 600
    assert (demo.smallest, demo.largest) == (500, 600)


def test_still_picture_stands_where_nothing_moves():
    data, metadata = LeagueTable()._repr_mimebundle_()
    assert data["image/svg+xml"].startswith("<svg")
    assert data["image/svg+xml"].count('stroke="#c4161c"') == 40
    assert "fewer than 20 patients" in data["text/plain"]
    assert metadata["image/svg+xml"]["alt"] == data["text/plain"]


def test_bundle_is_current(npm_modules):
    done = subprocess.run(["npm", "run", "-s", "check"], cwd=JS, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_lock_file_names_no_host():
    assert "resolved" not in (JS / "package-lock.json").read_text()
