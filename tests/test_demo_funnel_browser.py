"""The funnel demo in the browser against Python: the same chains, regions and words."""

import random
from decimal import Context, Decimal

import numpy as np
import pytest
from funnel_in_node import node

from shrinkage.demos import Funnel, portable
from shrinkage.demos.clinic import presets
from shrinkage.demos.funnel_model import KINDS
from shrinkage.demos.uniforms import UINT32

EXTREMES = [
    {},
    {"draws": 0},
    {"draws": 1},
    {"doctors": 2, "draws": 60},
    {"step_size": 0.01, "draws": 5},
    {"step_size": 1.0, "draws": 200},
    {"seed": 0, "draws": 50},
    {"seed": 2**32 - 1, "draws": 50},
    {"counts": [["Dr. A", 0, 0]], "draws": 100},
    {"counts": [["Dr. A", 0, 0], ["Dr. B", 10**6, 10**6], ["Dr. C", 1, 2]], "draws": 100},
    {"counts": [[f"Dr. {j}", j % 3, 2] for j in range(60)], "doctors": 50, "draws": 30},
]


def states():
    """The extremes, and two dozen random states."""
    chance = random.Random(1)
    found = list(EXTREMES)
    for _ in range(24):
        counts = chance.choice(list(presets().values()))
        found.append(
            {
                "counts": counts,
                "doctors": chance.randint(2, len(counts)),
                "step_size": round(10 ** chance.uniform(-1.1, -0.2), 3),
                "draws": chance.randint(1, 80),
                "seed": chance.randrange(2**32),
            }
        )
    return [Funnel(**state).state() for state in found]


ALL = """
    const engine = await load("funnel/engine");
    const words = await load("funnel/describe");
    const { answer } = await load("posterior/solver");
    const { place } = await load("shared/density");
    const answers = given.map((state) => {
      const rows = engine.taken(state);
      const { sigma } = answer(rows).plain;
      const limit = engine.stableAbove(state.step_size, rows.names.length);
      const chains = ["centred", "non-centred"].map((kind) => engine.makeChain(kind, rows, state));
      for (const chain of chains) while (chain.count < state.draws) chain.advance();
      const estimates = chains.map((chain) => engine.estimate(chain, state.draws));
      const sentences = words.describe({
        estimates, exact: sigma.mean, limit, below: 1 - place(sigma, limit).larger,
        doctors: rows.names.length, stepSize: state.step_size,
        patients: rows.trials.reduce((sum, n) => sum + n, 0), longest: engine.longestStep(rows),
      });
      if (state.draws) sentences.push(words.describeDraw(state.draws, chains));
      return {
        names: rows.names, longest: engine.longestStep(rows), limit,
        exact: sigma.mean, below: 1 - place(sigma, limit).larger, estimates, sentences,
        problem: engine.problem(state),
        runs: chains.map((chain) => engine.runningMean(chain, state.draws)),
        chains: chains.map((chain) => ({
          away: [...chain.away.slice(0, state.draws)],
          logSigma: [...chain.logSigma.slice(0, state.draws)],
          divergent: [...chain.divergent.slice(0, state.draws)],
          atAway: chain.atAway, atLogSigma: chain.atLogSigma,
        })),
      };
    });
    console.log(JSON.stringify({ answers, ranges: engine.RANGES }));
"""


@pytest.fixture(scope="module")
def in_node():
    """Every state with the browser's answer."""
    asked = states()
    return node(ALL, asked) | {"states": asked}


def test_portable_functions_are_right_and_the_same_bit_for_bit():
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0, 8, 20_000), [0.0, -0.0, 700, -700, 1e9, -1e9, np.log(2) / 2]])
    y = np.concatenate([np.exp(rng.uniform(-40, 40, 20_000)), [1.0, 0.5, 2.0, np.sqrt(0.5)]])
    u = (rng.integers(0, 2**32, 20_000) + 0.5) / UINT32
    program = """
        const { exp, log, turn, turned } = await load("funnel/portable");
        const both = (share) => (turn(share), [turned.cos, turned.sin]);
        const bits = (values) => Buffer.from(Float64Array.from(values).buffer).toString("hex");
        console.log(JSON.stringify([
          bits(given.x.map(exp)), bits(given.y.map(log)), bits(given.u.flatMap(both)),
        ]));
    """
    found = node(program, {"x": x.tolist(), "y": y.tolist(), "u": u.tolist()})
    exp, log, turn = (np.frombuffer(bytes.fromhex(bits)) for bits in found)
    assert (exp == portable.exp(x)).all()
    assert (log == portable.log(y)).all()
    assert (portable.turn(u) == turn.reshape(-1, 2).T).all()
    # Against 25 digits: how exact NumPy's own functions are depends on the processor.
    digits = Context(prec=25)
    exact = [float(digits.exp(Decimal(v))) for v in np.clip(x, -700, 700).tolist()]
    np.testing.assert_allclose(portable.exp(x), exact, rtol=5e-16)
    exact = [float(digits.ln(Decimal(v))) for v in y.tolist()]
    np.testing.assert_allclose(portable.log(y), exact, rtol=5e-16, atol=0)
    # NumPy's argument is rounded by up to 7e-16, its result by up to 4 units of the last place.
    np.testing.assert_allclose(portable.turn(u)[0], np.cos(2 * np.pi * u), atol=1.5e-15)
    np.testing.assert_allclose(portable.turn(u)[1], np.sin(2 * np.pi * u), atol=1.5e-15)
    assert np.isnan(portable.exp(np.nan))


def test_browser_and_python_draw_the_same_chains_bit_for_bit(in_node):
    divergences = 0
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        demo = Funnel(**state)
        assert answer["names"] == [demo.names[j] for j in demo.taken()], state
        for kind, found, estimate in zip(KINDS, answer["chains"], answer["estimates"], strict=True):
            chain = demo.chain(kind)
            assert (portable.exp(np.array(found["logSigma"])) == chain.sigma_pop).all(), state
            assert (np.array(found["divergent"], bool) == chain.divergent).all(), state
            # z times sigma_pop here, alpha minus mu_pop there
            away = chain.alpha[:, 0] - chain.mu_pop
            np.testing.assert_allclose(found["away"], away, rtol=1e-9, atol=1e-12)
            at = chain.divergent
            np.testing.assert_allclose(
                found["atAway"], chain.source_away[at], rtol=1e-9, atol=1e-12
            )
            np.testing.assert_allclose(np.exp(found["atLogSigma"]), chain.source_sigma[at])
            own = demo.estimate(kind)
            assert estimate["divergences"] == own.divergences, state
            divergences += own.divergences
            if state["draws"]:
                assert estimate["mean"] == pytest.approx(own.mean, rel=1e-12)
                assert estimate["accepted"] == pytest.approx(own.accepted, rel=1e-12)
                assert estimate["below"] == pytest.approx(own.below, rel=1e-12, abs=1e-12)
            else:
                assert estimate["mean"] is None
                assert np.isnan(own.mean)
    assert divergences > 200  # overflow and all


def test_browser_and_python_agree_on_the_exact_posterior(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        demo = Funnel(**state)
        exact = demo.posterior().sigma_pop
        assert answer["exact"] == pytest.approx(exact.mean, abs=1e-3), state
        assert answer["longest"] == pytest.approx(demo.longest_step(), rel=1e-12)
        assert answer["limit"] == pytest.approx(demo.stable_above(), rel=1e-12)
        assert answer["below"] == pytest.approx(float(exact.cdf(demo.stable_above())), abs=3e-3)


def test_running_mean_ends_at_the_mean(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        for run, chain in zip(answer["runs"], answer["chains"], strict=True):
            assert bool(run) == bool(state["draws"])
            for draws, mean in run[:: max(1, len(run) // 4)] + run[-1:]:
                expected = np.exp(chain["logSigma"][:draws]).mean()
                assert mean == pytest.approx(expected, rel=1e-9)
            if run:
                assert run[-1][0] == state["draws"]


def test_browser_finds_words_for_every_state(in_node):
    for state, answer in zip(in_node["states"], in_node["answers"], strict=True):
        assert answer["problem"] is None
        for sentence in answer["sentences"]:
            assert sentence.endswith("."), sentence
            assert not any(bad in sentence for bad in ("NaN", "undefined", "Infinity", "null"))
        assert f"{answer['exact']:.2f}"[:3] in " ".join(answer["sentences"]), state
    sentences = in_node["answers"][0]["sentences"]
    assert sentences[0].startswith("After 500 draws the centred sampler puts sigma_pop at 0.24")
    assert "72\u00a0% too high; 147 of 500 trajectories diverged" in sentences[0]
    assert "no trajectory diverged" in sentences[1]
    told = [" ".join(answer["sentences"]) for answer in in_node["answers"]]
    assert any("it has not moved" in words for words in told)
    assert any("fix mu_pop so firmly" in words for words in told)
    assert any("0 patients" not in words and "No draw is shown yet" in words for words in told)


def test_browser_and_python_allow_the_same_values(in_node):
    traits = Funnel.class_traits()
    for name, (_, low, high, *whole) in in_node["ranges"].items():
        assert (traits[name].low, traits[name].high) == (low, high), name
        assert (traits[name].kind == "whole number") == bool(whole), name


def test_browser_refuses_what_cannot_be():
    state = Funnel().state()
    bad = [
        {"step_size": "wide"},
        {"step_size": 0},
        {"draws": 5001},
        {"draws": 1.5},
        {"doctors": 1},
        {"seed": -1},
        {"counts": []},
        {"counts": [["A", 5, 4]]},
        {"counts": [[f"Dr. {j}", 1, 2] for j in range(1000)]},
        {"counts": "many"},
    ]
    program = """
        const { problem } = await load("funnel/engine");
        console.log(JSON.stringify(given.map(problem)));
    """
    for change, sentence in zip(bad, node(program, [state | b for b in bad]), strict=True):
        assert sentence, change
        assert sentence.endswith("."), change


REGIONS = """
    const { makeChain, taken } = await load("funnel/engine");
    const { makeDensity } = await load("funnel/exact");
    const holds = (polygons, x, y) => {
      let inside = false;
      for (const points of polygons)
        points.forEach(([ax, ay], i) => {
          const [bx, by] = points.at(i - 1);
          if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
        });
      return inside;
    };
    console.log(JSON.stringify(given.map((state) => {
      const rows = taken(state);
      const density = makeDensity(rows);
      while (density.next());
      const regions = density.regions([0.95, 0.5]);
      const chain = makeChain("non-centred", rows, state);
      while (chain.count < 5000) chain.advance();
      let [kept, inside] = [0, [0, 0]];
      for (let i = 0; i < 5000; i++) {
        if (chain.logSigma[i] < Math.log(0.006)) continue;
        kept++;
        regions.forEach((polygons, r) => (inside[r] += holds(polygons, chain.away[i], chain.logSigma[i])));
      }
      const top = Math.max(...density.rows.flatMap(({ log }) => [...log]));
      const mass = density.rows.map(({ log, cell }) => cell * log.reduce((sum, v) => sum + Math.exp(v - top), 0));
      return {
        kept, inside, mass, w: density.rows.map(({ w }) => w),
        finite: regions.flat(2).flat().every(Number.isFinite), polygons: regions.map((r) => r.length),
      };
    })));
"""  # noqa: E501


@pytest.mark.parametrize(
    ("name", "doctors", "step"),
    [("Everyone equal", 10, 0.05), ("Everyone equal", 3, 0.1), ("Ten doctors", 10, 0.05)],
)
def test_shaded_regions_hold_their_shares_of_the_posterior(name, doctors, step):
    state = Funnel(counts=presets()[name], doctors=doctors, step_size=step).state()
    (found,) = node(REGIONS, [state])
    # 5,000 draws of a chain that hardly repeats itself: 1.5 points are more than four standard
    # errors of the wide region. The few draws below the picture's foot are left out.
    wide, narrow = np.array(found["inside"]) / found["kept"]
    assert wide == pytest.approx(0.95, abs=0.015)
    assert narrow == pytest.approx(0.5, abs=0.04)
    # Its rows, added up, are the exact posterior of sigma_pop.
    exact = Funnel(**state).posterior().sigma_pop
    mass, w = np.array(found["mass"]), np.array(found["w"])
    half = (w[1] - w[0]) / 2
    total = np.cumsum(mass) / mass.sum()
    inside = w + half < np.log(4)
    np.testing.assert_allclose(total[inside], exact.cdf(np.exp(w + half))[inside], atol=4e-3)


def test_regions_of_extremes_are_regions():
    counts = [
        [["Dr. A", 0, 0]],
        [["Dr. A", 0, 0], ["Dr. B", 0, 0]],
        [["Dr. A", 10**6, 10**6], ["Dr. B", 1, 2]],
        [[f"Dr. {j}", 0, 1000] for j in range(50)],
        [["Dr. A", 0, 10**6], ["Dr. B", 10**6, 10**6]],
    ]
    for found in node(REGIONS, [Funnel(counts=c, doctors=50).state() for c in counts]):
        assert found["finite"]
        assert found["polygons"][0] >= 1
