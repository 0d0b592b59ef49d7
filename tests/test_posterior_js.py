"""The browser's exact posterior is Python's, for any table of doctors, in Node and in Chromium."""

import numpy as np
import pymc_reference
import pytest
from checkout import ROOT
from engine import END, MEAN, MODULE, PROBS, RATES, TAILS, ask, distances, looked_at, question
from found_tables import FOUND
from hypothesis import strategies as st
from node import Node, NodeError
from properties import for_any
from scipy.interpolate import CubicSpline
from scipy.special import expit
from static_host import served
from tables import adjusted, few_doctors, many_doctors, priors

from shrinkage.exact import posterior

TEN = pymc_reference.TABLES["ten doctors"]
HOSPITALS = pymc_reference.TABLES["twelve hospitals"]


@pytest.fixture(scope="module")
def node():
    with Node(MODULE) as running:
        yield running


# -- the same numbers as Python -------------------------------------------------------------------


def whole(marginal, what):
    """Whether a density is one, and the quantiles and the distribution function agree."""
    x, density = np.array(marginal["x"], float), np.array(marginal["density"], float)
    assert np.all(np.diff(x) > 0), what
    assert np.all(density >= 0), what
    assert CubicSpline(x, density).integrate(x[0], x[-1]) == pytest.approx(1, abs=1e-3), what
    np.testing.assert_allclose(np.ravel(marginal["below"]).astype(float), TAILS, atol=1e-6)


NOBODY = {"expected": 0.0, "bounds": [0, 0]}


def agrees(node, table, options, start=()):
    """The engine's whole answer is Python's, where a doctor without patients is the new doctor."""
    table, *start = ([[*column, 0] for column in one] for one in (table, *start))
    options = {name: [*options[name], last] for name, last in NOBODY.items() if name in options} | {
        name: value for name, value in options.items() if name not in NOBODY
    }
    exact, doctors = posterior(*table, **options), looked_at(table)
    answer = ask(node, table, options, start=start, **question(exact, doctors))
    found = distances(answer, exact, table, doctors)
    assert max(found.values()) < 1, found
    for j, alpha in zip(doctors, answer["alpha"], strict=True):
        whole(alpha, f"alpha of doctor {j}")
    whole(answer["mu"], "mu_pop")
    if exact.sigma_pop is not None:
        whole(answer["sigma"], "sigma_pop")
    new = answer["newDoctor"]
    assert new["mean"] == pytest.approx(answer["mean"][-1], abs=1e-9)
    assert new["sd"] == pytest.approx(answer["sd"][-1], abs=1e-9)
    no_patients = [ends[-1] for ends in answer["intervals"]]
    np.testing.assert_allclose(new["intervals"], no_patients, atol=1e-9)


@for_any(few_doctors, priors, kept=60, search=120)
def test_any_few_doctors(node, table, options):
    agrees(node, table, options)


@for_any(many_doctors(), priors, kept=40, search=120)
def test_any_many_doctors(node, table, options):
    agrees(node, table, options)


@for_any(adjusted(few_doctors), priors, kept=80, search=160)
def test_any_expectations_and_bounds(node, table, options):
    counts, more = table
    agrees(node, counts, options | more)


@for_any(adjusted(many_doctors(80)), priors, kept=40, search=80)
def test_any_expectations_and_bounds_of_many(node, table, options):
    counts, more = table
    agrees(node, counts, options | more)


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


@pytest.mark.parametrize(("table", "options", "start"), FOUND.values(), ids=FOUND)
def test_tables_that_once_broke_a_promise(node, table, options, start):
    agrees(node, table, options, start)


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
def test_invalid_input_is_refused_by_name(node, table, options, said):
    with pytest.raises(NodeError, match=f"^RangeError: .*{said}"):
        ask(node, table, options)
    assert ask(node, TEN)["mean"]  # and the next question is answered


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
