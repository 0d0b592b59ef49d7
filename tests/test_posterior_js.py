"""The browser's exact posterior is Python's, for any table of doctors, in Node and in Chromium."""

import numpy as np
import pymc_reference
import pytest
from conftest import ROOT, served
from hypothesis import strategies as st
from node import Node, NodeError
from properties import for_any
from scipy.interpolate import CubicSpline
from scipy.special import expit, logit

from shrinkage.exact import posterior

MEAN = 1e-3  # how far a mean may lie from Python's, in a share of one
END = 3e-3  # the same for an interval's end
PROBS = [0.5, 0.8, 0.95, 0.99]
TAILS = [tail for prob in PROBS for tail in ((1 - prob) / 2, (1 + prob) / 2)]
RATES = [0.05, 0.5, 0.9]

TEN = pymc_reference.TABLES["ten doctors"]
HOSPITALS = pymc_reference.TABLES["twelve hospitals"]


@pytest.fixture(scope="module")
def node():
    with Node(ROOT / "tests" / "posterior_answer.js") as running:
        yield running


def ask(node, table, options=None, **what):
    """The engine's answer; `table` is a pair of lists, `walk` a list of such pairs."""
    named = [dict(zip(("successes", "trials"), pair, strict=True)) for pair in what.pop("walk", [])]
    successes, trials = table
    question = {"successes": successes, "trials": trials, "options": options or {}}
    return node.ask(question | what | {"walk": named})


# -- random tables --------------------------------------------------------------------------------


def one_doctor(smallest=1):
    """Any counts of one doctor, small ones often."""
    trials = st.one_of(st.integers(smallest, 12), st.integers(smallest, 10_000))
    return trials.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


few_doctors = st.lists(one_doctor(), min_size=1, max_size=12).map(lambda rows: list(zip(*rows)))  # noqa: B905

KINDS = {
    "a spread": lambda rng, n: rng.binomial(n, expit(rng.normal(rng.normal(0, 1.5), 1, n.size))),
    "a wide spread": lambda rng, n: rng.binomial(n, expit(rng.normal(0, 4, n.size))),
    "one rate": lambda rng, n: rng.binomial(n, rng.uniform()),
    "all successes": lambda rng, n: n,
    "no success": lambda rng, n: 0 * n,
    "all or nothing": lambda rng, n: n * rng.integers(0, 2, n.size),
    "near ties": lambda rng, n: np.clip(
        (n * rng.uniform()).round() + rng.integers(-1, 2, n.size), 0, n
    ),
    "identical doctors": lambda rng, n: np.full(n.size, rng.integers(0, n[0] + 1)),
}


@st.composite
def many_doctors(draw, most=200):
    """Tables drawn by NumPy from a seed, all caseloads of one scale or of many."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    doctors = draw(st.one_of(st.integers(1, min(most, 30)), st.integers(1, most)))
    kind = draw(st.sampled_from(list(KINDS)))
    low, high = sorted(draw(st.tuples(st.floats(0, 4), st.floats(0, 4))))
    trials = (10 ** rng.uniform(low, high, doctors)).round().astype(int)
    if kind == "identical doctors":
        trials[:] = trials[0]
    successes = KINDS[kind](rng, trials).astype(int)
    if draw(st.integers(0, 3)) == 0 and kind != "identical doctors":
        unseen = rng.uniform(size=doctors) < 0.3
        trials[unseen] = successes[unseen] = 0
    return successes.tolist(), trials.tolist()


def scales(low, high):
    return st.floats(np.log(low), np.log(high)).map(lambda x: round(float(np.exp(x)), 3))


# Everything that a demo lets its reader choose.
priors = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "mu_loc": st.integers(-300, 300).map(lambda x: x / 100),
            "mu_scale": scales(0.1, 20),
            "sigma_scale": scales(0.05, 20),
            "sigma_pop": st.one_of(st.just(0.0), scales(0.01, 100)),
        },
    ),
)


# -- the same numbers as Python -------------------------------------------------------------------


def close(found, expected, within, what, unit=1.0):
    """Every number within `within` units of Python's; a NaN is in nobody's reach."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    assert found.shape == expected.shape, what
    off = np.abs(found - expected) / unit
    worst = np.unravel_index(np.argmax(np.where(np.isnan(off), np.inf, off)), off.shape)
    assert np.all(off <= within), (
        f"{what} {list(map(int, worst))}: {found[worst]:.6f}, Python says {expected[worst]:.6f}"
    )


def close_moments(found, expected, what, within=MEAN):
    """Mean and sd in log-odds. Returns the unit: the sd where that is larger than one."""
    unit = max(expected.sd, 1.0)
    close(found["mean"], expected.mean, within, f"mean of {what}", unit)
    close(found["sd"], expected.sd, within, f"sd of {what}", unit)
    return unit


def whole(marginal, what):
    """Whether a density is one, and the quantiles and the distribution function agree."""
    x, density = np.array(marginal["x"], float), np.array(marginal["density"], float)
    assert np.all(np.diff(x) > 0), what
    assert np.all(density >= 0), what
    assert CubicSpline(x, density).integrate(x[0], x[-1]) == pytest.approx(1, abs=1e-3), what
    np.testing.assert_allclose(np.ravel(marginal["below"]).astype(float), TAILS, atol=1e-6)


def agrees(node, table, options):
    """The engine's whole answer is Python's, where a doctor without patients is the new doctor."""
    table = [[*column, 0] for column in table]
    exact = posterior(*table, **options)
    last = len(table[0]) - 1
    doctors = sorted({0, last // 2, last})
    quantiles = [exact.alpha[j].quantile(TAILS) for j in doctors]
    at = [of.tolist() for of in quantiles]
    answer = ask(node, table, options, probs=PROBS, rates=RATES, doctors=doctors, at=at)

    close(answer["mean"], exact.mean, MEAN, "mean of doctor")
    close(answer["sd"], exact.sd, MEAN, "sd of doctor")
    ends = [exact.interval(prob) for prob in PROBS]
    close(answer["intervals"], ends, END, "interval (prob, doctor, end)")
    above = [[1 - alpha.cdf(logit(rate)) for alpha in exact.alpha] for rate in RATES]
    close(answer["above"], above, END, "above (rate, doctor)")
    # In log-odds the last per cent of a doctor who never fails is endless, and no demo draws it:
    # moments to the ends' precision, quantiles as shares.
    for j, alpha in zip(doctors, answer["alpha"], strict=True):
        close_moments(alpha, exact.alpha[j], f"alpha of doctor {j}", END)
        whole(alpha, f"alpha of doctor {j}")
    close(answer["alphaBelow"], [TAILS] * len(doctors), END, "share below a quantile (doctor, p)")
    # The population's mean is shown as the typical doctor's success rate, and compared as one; its
    # spread has no such scale.
    mu, sigma = answer["mu"], answer["sigma"]
    close(expit(mu["mean"]), expit(exact.mu_pop.mean), MEAN, "typical rate")
    close(mu["sd"], exact.mu_pop.sd, END, "sd of mu_pop", max(exact.mu_pop.sd, 1.0))
    ends = expit([exact.mu_pop.interval(prob) for prob in PROBS])
    close(expit(mu["intervals"]), ends, END, "interval of the typical rate (prob, end)")
    whole(mu, "mu_pop")
    if exact.sigma_pop is None:
        assert sigma is None
    else:
        unit = close_moments(sigma, exact.sigma_pop, "sigma_pop", END)
        ends = [exact.sigma_pop.interval(prob) for prob in PROBS]
        close(sigma["intervals"], ends, END, "interval of sigma_pop (prob, end)", unit)
        whole(sigma, "sigma_pop")
    new = answer["newDoctor"]
    assert new["mean"] == pytest.approx(answer["mean"][-1], abs=1e-9)
    assert new["sd"] == pytest.approx(answer["sd"][-1], abs=1e-9)
    nobody = [ends[-1] for ends in answer["intervals"]]
    np.testing.assert_allclose(new["intervals"], nobody, atol=1e-9)
    # The evidence is a sum over the whole grid, of which every doctor is a factor.
    close(answer["logEvidence"], exact.log_evidence, 2e-3, "log evidence")


@for_any(few_doctors, priors, kept=60, search=120)
def test_any_few_doctors(node, table, options):
    agrees(node, table, options)


@for_any(many_doctors(), priors, kept=40, search=120)
def test_any_many_doctors(node, table, options):
    agrees(node, table, options)


ENDS = {
    "one patient": ([1], [1]),
    "nobody": ([0], [0]),
    "nobody has a patient": ([0] * 5, [0] * 5),
    "ten thousand successes": ([10_000], [10_000]),
    "all and nothing": ([0, 10_000], [10_000, 10_000]),
    "200 with four of four": ([4] * 200, [4] * 200),
    "200 with none of one": ([0] * 200, [1] * 200),
    "200 with all of 10,000": ([10_000] * 200, [10_000] * 200),
    "200 with all or nothing": ([0, 7] * 100, [7] * 200),
    "200 nearly alike": ([7_990 + j % 20 for j in range(200)], [10_000] * 200),
    "199 small and one large": ([1] * 199 + [9_000], [2] * 199 + [10_000]),
    "one small and 199 large": ([4] + [8_000 + j for j in range(199)], [4] + [10_000] * 199),
}


@pytest.mark.parametrize("options", [{}, {"sigma_scale": 0.05}, {"mu_scale": 5, "sigma_scale": 3}])
@pytest.mark.parametrize("table", ENDS.values(), ids=ENDS)
def test_the_extremes(node, table, options):
    agrees(node, table, options)


def test_the_hospitals_published_numbers(node):
    """Four digits that a quadrature of another make gave for the same model."""
    answer = ask(node, HOSPITALS)
    published = [
        *(0.0515, 0.1058, 0.0710, 0.0590, 0.0506, 0.0693),
        *(0.0666, 0.1264, 0.0701, 0.0796, 0.1040, 0.0685),
    ]
    np.testing.assert_allclose(answer["mean"], published, atol=6e-5)
    assert answer["mu"]["mean"] == pytest.approx(-2.5316, abs=1e-4)
    assert answer["sigma"]["mean"] == pytest.approx(0.4436, abs=1e-4)


# -- what must be so without Python ---------------------------------------------------------------


@for_any(many_doctors(most=60), priors, st.integers(0, 999), kept=20, search=40)
def test_order_does_not_matter_and_equals_are_equal(node, table, options, seed):
    successes, trials = ([*column, column[0]] for column in table)  # the first once more
    order = np.random.default_rng(seed).permutation(len(trials)).tolist()
    shuffled = [successes[j] for j in order], [trials[j] for j in order]
    here = ask(node, (successes, trials), options, probs=[0.95])
    there = ask(node, shuffled, options, probs=[0.95])
    for name in ("mean", "sd"):
        values = np.array(here[name])
        np.testing.assert_allclose(values[order], there[name], rtol=1e-5, atol=1e-8)
        assert values[0] == values[-1]
    ends = np.array(here["intervals"][0])
    np.testing.assert_allclose(ends[order], there["intervals"][0], rtol=1e-5, atol=1e-7)
    assert (ends[0] == ends[-1]).all()
    assert (ends[:, 0] < ends[:, 1]).all()


@for_any(many_doctors(most=60), kept=20, search=40)
def test_failures_mirror_successes(node, table):
    successes, trials = table
    here = ask(node, table)
    there = ask(node, ([n - s for s, n in zip(successes, trials, strict=True)], trials))
    np.testing.assert_allclose(here["mean"], 1 - np.array(there["mean"]), atol=MEAN)
    mirrored = 1 - np.array(there["intervals"][0])[:, ::-1]
    np.testing.assert_allclose(here["intervals"][0], mirrored, atol=END)


@for_any(
    st.one_of(few_doctors, many_doctors(most=60)),
    st.sampled_from([0.0, 1e-5]),
    kept=20,
    search=40,
)
def test_without_spread_every_doctor_is_the_population(node, table, sigma_pop):
    """However far a doctor's own rate is from the others': complete pooling gives all one rate."""
    answer = ask(node, table, {"sigma_pop": sigma_pop})
    together = expit(answer["mu"]["intervals"][0])
    ends = np.array(answer["intervals"][0], float)
    np.testing.assert_allclose(ends, np.broadcast_to(together, ends.shape), atol=1e-4)


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        (([5], [4]), {}, "doctor 0 has 5 successes in 4 trials"),
        (([1, -1], [4, 4]), {}, "doctor 1 has -1 successes"),
        (([1.5], [4]), {}, "doctor 0 has 1.5 successes"),
        (([1, 2], [4, "many"]), {}, "doctor 1 has 2 successes in many trials"),
        (([None], [4]), {}, "doctor 0 has null successes"),
        (([1, 2], [4]), {}, "found 2 and 1"),
        (([], []), {}, "one entry a doctor; found 0 and 0"),
        (([1], [4]), {"mu_scale": 0}, "mu_scale must be a positive number, found 0"),
        (([1], [4]), {"sigma_scale": -1}, "sigma_scale must be a positive number, found -1"),
        (([1], [4]), {"sigma_pop": -0.1}, "sigma_pop must be zero or a positive number"),
        (([1], [4]), {"mu_loc": "low"}, "mu_loc must be a finite number, found low"),
    ],
)
def test_what_cannot_be_is_refused_by_name(node, table, options, said):
    with pytest.raises(NodeError, match=f"^RangeError: .*{said}"):
        ask(node, table, options)
    assert ask(node, TEN)["mean"]  # and the next question is answered


# -- near an earlier answer -----------------------------------------------------------------------


@st.composite
def walks(draw):
    """A table and what a hand makes of it: a doctor dragged along, another taken, a jump."""
    successes, trials = map(list, draw(many_doctors(most=40)))
    j = draw(st.integers(0, len(trials) - 1))
    tables = [(successes, trials)]
    for _ in range(draw(st.integers(2, 8))):
        successes, trials = successes[:], trials[:]
        move = draw(st.sampled_from(["success", "success", "caseload", "caseload", "other", "any"]))
        if move == "other":
            j = draw(st.integers(0, len(trials) - 1))
        if move == "any":
            successes[j], trials[j] = draw(one_doctor(0))
        elif move == "caseload":
            trials[j] = min(max(round(trials[j] * draw(st.floats(0.7, 1.4))), 1), 10_000)
            successes[j] = min(successes[j], trials[j])
        else:
            step = max(round(0.05 * trials[j]), 1) * draw(st.sampled_from([-1, 1]))
            successes[j] = min(max(successes[j] + step, 0), trials[j])
        tables.append((successes, trials))
    return tables


@for_any(walks(), priors, kept=20, search=60)
def test_a_dragged_doctor_ends_where_one_typed_in_does(node, tables, options):
    first, *walk = tables
    answer = ask(node, first, options, walk=walk, probs=[0.8, 0.95], ranks=False)
    for step in answer["walk"]:
        near, scratch = step["near"], step["scratch"]
        np.testing.assert_allclose(near["mean"], scratch["mean"], atol=MEAN / 5)
        np.testing.assert_allclose(near["sd"], scratch["sd"], atol=MEAN / 5)
        np.testing.assert_allclose(near["intervals"], scratch["intervals"], atol=END / 5)
        assert near["logEvidence"] == pytest.approx(scratch["logEvidence"], abs=1e-3)
        assert near["newDoctor"]["mean"] == pytest.approx(
            scratch["newDoctor"]["mean"], abs=MEAN / 5
        )
        for name in ("mu", "sigma"):
            if scratch[name] is None:
                assert near[name] is None
                continue
            unit = max(scratch[name]["sd"], 1.0)
            assert near[name]["mean"] == pytest.approx(scratch[name]["mean"], abs=MEAN * unit)
            np.testing.assert_allclose(
                near[name]["intervals"], scratch[name]["intervals"], atol=END / 3 * unit
            )


def test_a_doctor_dragged_away_from_all_others_takes_the_grid_along(node):
    """Of 33 doctors one fails ever more often: then sigma_pop is suddenly large, or not."""
    trials = [970 + j for j in range(32)]
    successes = [round(0.81 * n) for n in trials]
    tables = [([*successes, 0], [*trials, n]) for n in (33, 34, 43, 46, 50, 60)]
    for step in ask(node, tables[0], walk=tables[1:])["walk"]:
        near, scratch = step["near"], step["scratch"]
        np.testing.assert_allclose(near["mean"], scratch["mean"], atol=MEAN / 5)
        np.testing.assert_allclose(near["sd"], scratch["sd"], atol=MEAN / 5)


def test_another_prior_is_never_answered_from_the_old_one(node):
    """`near` with other hyperpriors changes nothing."""
    # answered inside one process: the question's own options are those of every table in the walk
    plain = ask(node, TEN)["mean"]
    tight = ask(node, TEN, {"sigma_scale": 0.1}, walk=[TEN])["walk"][0]["near"]["mean"]
    assert np.abs(np.subtract(plain, tight)).max() > 0.05


# -- ranks ----------------------------------------------------------------------------------------


def doubly_stochastic(ranks):
    ranks = np.array(ranks, float)
    assert np.all(ranks >= -1e-9)
    np.testing.assert_allclose(ranks.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(ranks.sum(axis=0), 1, atol=MEAN)
    return ranks


RANKED = {
    "ten doctors": (*TEN, {}),
    "twelve hospitals": (*HOSPITALS, {}),
    "fifteen alike": ([8] * 15, [10] * 15, {}),
    "one doctor": ([3], [4], {}),
    "two": ([3, 4], [4, 4], {}),
    "complete pooling": ([1, 2, 3], [4, 4, 4], {"sigma_pop": 0}),
    "nearly complete pooling": ([1, 2, 3, 3], [4, 4, 4, 4], {"sigma_pop": 0.01}),
    "nearly no pooling": ([1, 2, 3, 3], [4, 4, 4, 4], {"sigma_pop": 5}),
    "far apart": ([10, 5_000, 9_990], [10_000, 10_000, 10_000], {}),
    "all or nothing": ([0, 4, 0, 5, 0], [4, 4, 5, 5, 0], {}),
    "very unequal caseloads": ([4, 8_000, 1, 790, 0], [4, 10_000, 1, 1_000, 0], {}),
}


@pytest.mark.parametrize("name", RANKED)
def test_ranks_are_pythons(node, name):
    successes, trials, options = RANKED[name]
    found = doubly_stochastic(ask(node, (successes, trials), options, ranks=True)["ranks"])
    exact = posterior(successes, trials, **options).rank_probabilities()
    np.testing.assert_allclose(found, exact, atol=MEAN)


@for_any(many_doctors(most=60), priors, kept=10, search=20)
def test_ranks_of_any_doctors_are_probabilities(node, table, options):
    answer = ask(node, table, options, ranks=True)
    ranks = doubly_stochastic(answer["ranks"])
    # The expected place orders doctors as the probability of beating another does; of two with
    # equal counts neither can be ahead.
    successes, trials = table
    first = {}
    for j, counts in enumerate(zip(successes, trials, strict=True)):
        np.testing.assert_array_equal(ranks[j], ranks[first.setdefault(counts, j)])


def draws_of_ranks(successes, trials, size, rng):
    """Ranks in draws from the posterior on a grid of another kind: (size, J), 0 for the first.

    sigma_pop and mu_pop on an even grid, alpha of each doctor on an even grid given both.
    """
    mu, sigma = np.linspace(-1, 3, 81), np.linspace(0.025, 3.025, 61)
    a = np.linspace(-6, 9, 601)
    like = np.exp(
        [
            s * a - n * np.logaddexp(0, a) - np.max(s * a - n * np.logaddexp(0, a))
            for s, n in zip(successes, trials, strict=True)
        ]
    )
    kernel = np.exp(-0.5 * ((a - mu[:, None, None]) / sigma[:, None]) ** 2) / sigma[:, None]
    log_joint = np.log(kernel @ like.T).sum(axis=2)
    log_joint += -0.5 * (mu[:, None] / 1.5) ** 2 - 0.5 * sigma**2
    joint = np.exp(log_joint - log_joint.max())
    nodes = rng.choice(joint.size, size, p=(joint / joint.sum()).ravel())
    alpha = np.empty((size, len(trials)))
    for node in np.unique(nodes):
        here = np.flatnonzero(nodes == node)
        cdf = np.cumsum(like * kernel.reshape(-1, a.size)[node], axis=1)
        uniform = rng.uniform(size=(len(trials), here.size))
        for j, row in enumerate(cdf):
            alpha[here, j] = np.interp(uniform[j], row / row[-1], a)
    return (-alpha).argsort(axis=1).argsort(axis=1)


def test_ranks_of_forty_doctors_are_those_of_draws(node):
    rng = np.random.default_rng(3)
    trials = (10 ** rng.uniform(0.5, 2.2, 40)).round().astype(int)
    successes = rng.binomial(trials, expit(rng.normal(1.0, 0.8, 40)))
    ranks = doubly_stochastic(ask(node, (successes.tolist(), trials.tolist()), ranks=True)["ranks"])
    size = 20_000
    drawn = draws_of_ranks(successes, trials, size, rng)
    share = np.array([np.bincount(row, minlength=40) for row in drawn.T]) / size
    # A rare place is known to a draw or two.
    error = np.sqrt(np.abs(ranks * (1 - ranks)) / size) + 2 / size
    assert np.abs((share - ranks) / error).max() < 4


# -- PyMC -----------------------------------------------------------------------------------------


@pytest.mark.sampler
@pytest.mark.parametrize("name", pymc_reference.TABLES)
def test_agrees_with_pymc(node, name):
    """Means, sds, interval ends and places within four Monte Carlo standard errors of PyMC's."""
    answer = ask(node, pymc_reference.TABLES[name], probs=[pymc_reference.PROB], ranks=True)
    population = [answer["mu"], answer["sigma"]]
    drawn = pymc_reference.draws(name)
    distance = drawn.distance(
        mean=[*answer["mean"], *(m["mean"] for m in population)],
        sd=[*answer["sd"], *(m["sd"] for m in population)],
        ends=[*answer["intervals"][0], *(m["intervals"][0] for m in population)],
    )
    distance["rank"] = drawn.distance_of_ranks(answer["ranks"])
    print(", ".join(f"{what} {value:.1f}" for what, value in distance.items()), "MCSE at most")
    assert max(distance.values()) < 4, distance


# -- Chromium -------------------------------------------------------------------------------------

# Engines differ in the last digits of an exponential, and so do versions of one. What comes of it
# has to stay far below what the engine promises against Python: the sd of a doctor with 10,000
# successes of 10,000 is 2e-6, the root of a difference in which ten digits are lost.
ANYWHERE = MEAN / 1000


def told(answer):
    """The numbers of an answer that a reader sees, in lists by name.

    Not the nodes of a density: where they lie is each engine's own affair.
    """
    for name, value in answer.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", numbers) for inner, numbers in told(value))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for i, one in enumerate(value):
                yield from ((f"{name}[{i}].{inner}", numbers) for inner, numbers in told(one))
        elif name not in ("x", "density"):
            yield name, value


def test_chromium_and_node_tell_a_reader_the_same(node, new_page):
    cases = [(TEN, {}), (HOSPITALS, {"mu_loc": -1, "sigma_scale": 0.5}), (TEN, {"sigma_pop": 0.3})]
    cases += [(table, {}) for table in ENDS.values()]
    what = {"probs": PROBS, "rates": RATES, "doctors": [0], "at": [[-1, 0, 2]]}
    with served(ROOT) as running:
        page = new_page()
        page.goto(running.address + "tests/posterior_answer.js")
        for (successes, trials), options in cases:
            question = {"successes": successes, "trials": trials, "options": options} | what
            question["walk"] = [{"successes": successes, "trials": [n + 1 for n in trials]}]
            question["ranks"] = len(trials) < 15
            # through JSON, as Node's answers come
            there = page.evaluate(
                """async (question) => {
                  const { answer } = await import("/tests/posterior_answer.js");
                  const plain = (key, v) => (ArrayBuffer.isView(v) ? Array.from(v) : v);
                  return JSON.parse(JSON.stringify(answer(question), plain));
                }""",
                question,
            )
            here = dict(told(node.ask(question)))
            assert len(here) > 30
            for name, numbers in told(there):
                if here[name] is None:
                    assert numbers is None, name
                else:
                    np.testing.assert_allclose(
                        numbers, here.pop(name), rtol=ANYWHERE, atol=ANYWHERE, err_msg=name
                    )
