"""The funnel demo: its sampler against the exact posterior, and the browser against Python."""

import json
import random
import shutil
import subprocess
from decimal import Context, Decimal
from pathlib import Path

import arviz as az
import numpy as np
import pytest
import traitlets
from needs import lacking
from scipy import stats

from shrinkage.demos import Funnel, portable
from shrinkage.demos.clinic import presets
from shrinkage.demos.funnel import (
    KINDS,
    LENGTH,
    hamiltonian_monte_carlo,
    log_density,
    longest_step,
    stable_above,
    start,
)
from shrinkage.demos.uniforms import UINT32

JS = Path(__file__).parents[1] / "shrinkage" / "demos" / "js"
FEW, MANY = ([3, 0, 9, 12], [4, 0, 12, 30]), ([40, 101, 700, 0], [45, 124, 1000, 20])


def node(program, given):
    """Run a program of the browser's modules in Node: JSON in, JSON out."""
    if not shutil.which("node"):
        lacking("no Node on PATH: the browser's engine is tested in Chromium only")
    program = f"""
        import {{ readFileSync }} from "node:fs";
        const load = (name) => import("{JS.as_uri()}/" + name + ".js");
        const given = JSON.parse(readFileSync(0));
        {program}
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# The model


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("counts", [FEW, MANY])
def test_gradient_is_the_slope(kind, counts):
    rng = np.random.default_rng(1)
    for _ in range(20):
        q = rng.normal(size=6)
        _, gradient = log_density(kind, q, *counts)
        for i, step in enumerate(1e-5 * np.eye(6)):
            up, down = (log_density(kind, q + sign * step, *counts)[0] for sign in (1, -1))
            assert (up - down) / 2e-5 == pytest.approx(gradient[i], rel=1e-6, abs=1e-5)


def test_both_kinds_are_one_posterior():
    """The densities differ by the Jacobian of z to alpha, sigma_pop for each doctor."""
    rng = np.random.default_rng(2)
    for _ in range(20):
        q = rng.normal(size=6)
        alpha = np.concatenate([q[:2], q[0] + np.exp(q[1]) * q[2:]])
        apart = log_density("centred", alpha, *FEW)[0] - log_density("non-centred", q, *FEW)[0]
        assert apart == pytest.approx(-4 * q[1], abs=1e-11)
    assert start("centred", *FEW)[2:] == pytest.approx(
        start("non-centred", *FEW)[2:] + start("centred", *FEW)[0]
    )


def test_density_is_that_of_the_model():
    (s, n), q = FEW, np.array([0.3, -0.4, 1.0, 0.2, 0.9, -0.5])
    sigma = np.exp(q[1])
    expected = (
        stats.binom.logpmf(s, n, 1 / (1 + np.exp(-q[2:]))).sum()
        + stats.norm.logpdf(q[2:], q[0], sigma).sum()
        + stats.norm.logpdf(q[0], 0, 1.5)
        + stats.halfnorm.logpdf(sigma)
        + q[1]
    )
    other = np.array([-0.1, 0.2, 0.0, 0.0, 2.0, 1.0])
    sigma = np.exp(other[1])
    expected -= (
        stats.binom.logpmf(s, n, 1 / (1 + np.exp(-other[2:]))).sum()
        + stats.norm.logpdf(other[2:], other[0], sigma).sum()
        + stats.norm.logpdf(other[0], 0, 1.5)
        + stats.halfnorm.logpdf(sigma)
        + other[1]
    )
    found = log_density("centred", q, *FEW)[0] - log_density("centred", other, *FEW)[0]
    assert found == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("doctors", [1, 5, 40])
def test_step_is_too_long_where_the_curvature_says_so(doctors):
    """Without patients the largest curvature of the centred density is known: measure it."""
    sigma, none = 0.05, np.zeros(doctors)
    at = np.zeros(doctors + 2)
    at[1] = np.log(sigma)
    rows = [
        (
            log_density("centred", at + h, none, none)[1]
            - log_density("centred", at - h, none, none)[1]
        )
        / 2e-6
        for h in 1e-6 * np.eye(doctors + 2)
    ]
    curvature = np.linalg.eigvalsh(-np.array(rows)).max()
    assert stable_above(2 / np.sqrt(curvature), doctors) == pytest.approx(sigma, rel=1e-3)


@pytest.mark.parametrize("counts", [FEW, MANY])
def test_patients_fix_mu_pop(counts):
    """The curvature in mu_pop of the non-centred density, measured where a chain begins."""
    at, h = start("non-centred", *counts), 1e-5 * np.eye(6)[0]
    up, down = (log_density("non-centred", at + sign * h, *counts)[1][0] for sign in (1, -1))
    assert longest_step(*counts) == pytest.approx(2 / np.sqrt((down - up) / 2e-5), rel=1e-6)


# The sampler


@pytest.mark.parametrize("kind", KINDS)
def test_energy_error_falls_with_the_square_of_the_step(kind):
    begin = start(kind, *FEW)
    errors = []
    for step in (0.02, 0.01, 0.005):
        walk = hamiltonian_monte_carlo(lambda q: log_density(kind, q, *FEW), begin, 1, step, (4, 0))
        errors.append(walk.error[0])
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.15)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.15)


def test_momenta_are_normal_and_lengths_are_as_said():
    from shrinkage.demos.funnel import _normals

    momenta = _normals((7, 1), 4000, 7)
    assert momenta.shape == (4000, 7)
    assert stats.kstest(momenta.ravel(), "norm").pvalue > 1e-3
    correlation = np.corrcoef(momenta.T) - np.eye(7)
    assert np.abs(correlation).max() < 4.5 / np.sqrt(4000)
    # A standard normal of one dimension turns by an angle of pi / 4 to 3 pi / 4, and no step errs.
    walk = hamiltonian_monte_carlo(lambda q: (-0.5 * q @ q, -q), [0.0], 3000, 0.01, (3, 0))
    assert walk.accepted.mean() > 0.999
    assert stats.kstest(walk.points[::2, 0], "norm").pvalue > 1e-3
    before = np.concatenate([[0.0], walk.points[:-1, 0]])
    turned = np.mean(walk.points[:, 0] * before)  # the average cosine of these angles is zero
    assert abs(turned) < 4.5 * np.sqrt(0.5 / 3000)
    assert pytest.approx(np.pi / 2) == LENGTH


@pytest.mark.parametrize("kind", KINDS)
def test_prior_is_left_as_it_is(kind):
    """Data drawn from the prior, then transitions given the data: sigma_pop stays half-normal.

    J. Geweke (2004), Getting it right: joint distribution tests of posterior simulators, JASA 99.
    """
    rng = np.random.default_rng(3)
    trials = np.array([2, 5, 9])
    after = []
    for seed in range(1200):
        mu, sigma, z = rng.normal(0, 1.5), abs(rng.normal()), rng.normal(size=3)
        alpha = mu + sigma * z
        successes = rng.binomial(trials, 1 / (1 + np.exp(-alpha)))
        begin = np.concatenate([[mu, np.log(sigma)], alpha if kind == "centred" else z])
        walk = hamiltonian_monte_carlo(
            lambda q, s=successes: log_density(kind, q, s, trials), begin, 2, 0.25, (seed, 5)
        )
        after.append(walk.points[-1, :2])
    mu, sigma = np.array(after).T
    assert stats.kstest(np.exp(sigma), "halfnorm").pvalue > 1e-3
    assert stats.kstest(mu / 1.5, "norm").pvalue > 1e-3


def test_divergence_is_rejected_and_marked_where_the_energy_was_last_right():
    chain = Funnel(draws=300).chain("centred")
    assert chain.divergent.sum() > 30
    assert not (chain.divergent & chain.accepted).any()
    stays = np.flatnonzero(~chain.accepted[1:]) + 1
    assert (chain.sigma_pop[stays] == chain.sigma_pop[stays - 1]).all()
    assert (np.isfinite(chain.source_sigma) == chain.divergent).all()
    below = stable_above(0.1, 10)
    at = chain.source_sigma[chain.divergent]
    assert np.quantile(at, 0.95) < 1.5 * below  # in the neck, not where the trajectory was thrown


# The finding


def test_the_non_centred_chain_is_right_and_the_centred_one_is_not():
    demo = Funnel()
    exact = demo.posterior().sigma_pop
    centred, non_centred = (demo.estimate(kind) for kind in KINDS)
    assert centred.mean > 1.4 * exact.mean
    assert centred.divergences > 50
    assert non_centred.mean == pytest.approx(exact.mean, rel=0.1)
    assert non_centred.divergences == 0
    assert centred.below < 0.5 * exact.cdf(demo.stable_above())
    assert non_centred.below == pytest.approx(exact.cdf(demo.stable_above()), abs=0.08)


CHAINS = """
    const { makeChain, taken } = await load("funnel/engine");
    console.log(JSON.stringify(given.map(({ state, kind, draws }) => {
      const chain = makeChain(kind, taken(state), state);
      while (chain.count < draws) chain.advance();
      return {
        logSigma: [...chain.logSigma.slice(0, draws)],
        mean: chain.sum[draws] / draws,
        divergences: chain.divergences[draws],
      };
    })));
"""


def test_default_seed_is_typical():
    """The demo opens on what most seeds show, not on a seed that was looked for."""
    demo = Funnel()
    exact = demo.posterior().sigma_pop.mean
    seeds = range(1, 101)
    wanted = [
        {"state": demo.state() | {"seed": seed}, "kind": kind, "draws": demo.draws}
        for kind in KINDS
        for seed in seeds
    ]
    chains = node(CHAINS, wanted)
    centred, non_centred = (
        np.array([[chain["mean"], chain["divergences"]] for chain in part])
        for part in (chains[:100], chains[100:])
    )
    own = centred[demo.seed - 1]
    low, high = np.quantile(centred, (0.25, 0.75), axis=0)
    assert (low <= own).all()
    assert (own <= high).all()
    assert np.mean(centred[:, 0] > 1.1 * exact) > 0.9
    assert np.all(np.abs(non_centred[:, 0] / exact - 1) < 0.2)
    assert np.all(non_centred[:, 1] == 0)


@pytest.mark.parametrize(
    ("name", "doctors", "kind", "step"),
    [
        ("Everyone equal", 10, "non-centred", 0.05),
        ("Ten doctors", 3, "non-centred", 0.05),
        ("Ten doctors", 10, "centred", 0.05),
        ("Twelve hospitals", 12, "centred", 0.05),
        ("Twelve hospitals", 12, "non-centred", 0.05),
    ],
)
def test_a_short_enough_step_finds_the_exact_mean(name, doctors, kind, step):
    demo = Funnel(counts=presets()[name], doctors=doctors, step_size=step)
    wanted = [
        {"state": demo.state() | {"seed": seed}, "kind": kind, "draws": 5000} for seed in range(4)
    ]
    sigma = np.exp([chain["logSigma"] for chain in node(CHAINS, wanted)])
    exact = demo.posterior().sigma_pop
    assert az.ess(sigma) > 1000
    assert abs(sigma.mean() - exact.mean) < 4 * az.mcse(sigma)
    thin = sigma[:, ::10].ravel()
    assert stats.kstest(thin, exact.cdf).pvalue > 1e-3


# The browser against Python

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
def test_shaded_regions_hold_what_they_say(name, doctors, step):
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


# The class


def test_state_round_trip_and_start():
    demo = Funnel(doctors=np.int64(6), step_size=0.2)
    demo.draws = 20
    assert demo.start["draws"] == 500
    assert demo.state() == Funnel(**demo.state()).state()
    assert set(demo.state()) == {"counts", "doctors", "step_size", "draws", "seed"}
    json.dumps(demo.state())
    chain = demo.chain("centred")
    assert chain.alpha.shape == (20, 6)
    longer = Funnel(**demo.state() | {"draws": 30}).chain("centred")
    assert (longer.sigma_pop[:20] == chain.sigma_pop).all()


def test_doctors_with_the_fewest_patients_are_taken_first():
    demo = Funnel(counts=[["A", 9, 20], ["B", 1, 3], ["C", 2, 20], ["D", 0, 0]], doctors=3)
    assert demo.taken() == [3, 1, 0]
    assert len(demo.posterior().mean) == 3
    demo.doctors = 50
    assert demo.taken() == [3, 1, 0, 2]


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        ({"step_size": 0.0}, "0.01 to 1"),
        ({"step_size": "small"}, "Funnel.step_size"),
        ({"doctors": 51}, "2 to 50"),
        ({"draws": 5001}, "0 to 5,000"),
        ({"draws": 1.5}, "whole number"),
        ({"counts": [["A", 3, 2]]}, "successes cannot exceed trials"),
    ],
)
def test_bad_values_are_refused_with_the_remedy(state, remedy):
    with pytest.raises(traitlets.TraitError, match=remedy):
        Funnel(**state)


def test_other_kinds_of_samplers_are_refused():
    with pytest.raises(ValueError, match="'centred' or 'non-centred', found 'partial'"):
        Funnel(draws=1).chain("partial")
    with pytest.raises(TypeError, match="no setting 'steps'"):
        Funnel(steps=3)


def test_still_picture_stands_where_nothing_moves():
    data, metadata = Funnel()._repr_mimebundle_()
    assert data["image/svg+xml"].startswith("<svg")
    assert "puts sigma_pop at 0.24, with 147 divergences" in data["text/plain"]
    assert "non-centred one at 0.14, with 0" in data["text/plain"]
    assert metadata["image/svg+xml"]["alt"] == data["text/plain"]


@pytest.mark.parametrize(
    "state",
    [
        {"draws": 0},
        {"draws": 5000, "step_size": 0.4, "doctors": 2},
        {"counts": [["<Dr. & Co>", 0, 0]], "draws": 50},
        {"counts": [["Dr. A", 10**6, 10**6], ["Dr. B", 0, 10**6]], "draws": 50, "step_size": 1.0},
    ],
)
def test_still_picture_is_small_and_whole(state):
    from xml.etree import ElementTree

    svg, sentence = Funnel(**state).still()
    ElementTree.fromstring(svg)
    assert len(svg) < 40_000
    assert "nan" not in svg + sentence
    assert "exact mean" in sentence
