"""Every threshold of the browser's quadrature: a finer one changes little, a coarser one too much.

So whoever makes a threshold coarser learns what it costs, and whoever makes it finer that it does
not pay. Distances are in shares of what `engine.py` promises.
"""

import re
import shutil
from contextlib import contextmanager

import exact_tables
import numpy as np
import pytest
from checkout import ROOT
from engine import END, EVIDENCE, MEAN, MODULE, PROBS, SD, TAIL, ask, off
from node import Node, run
from scipy.special import expit

FOLDER = ROOT / "shrinkage" / "demos" / "js" / "posterior"
SHARED = (
    "one who never fails among 70",
    "one",
    "mixed",
    "wide",
    "one large",
    "two peaks",
    "far from 190",
    "pulled",
    "many without a success",
    "three in four without a success",
    "a peak that Laplace misses",
    "a small peak far from a large one",
    "one who never fails among 126",
    "two dozen without a success",
    "one who never fails beside ten",
    "at most ten each, a vague prior",
)
TABLES = {name: exact_tables.TABLES[name] for name in SHARED} | {
    "ten": ([4, 1, 5, 8, 12, 20, 30, 44, 60, 101], [4, 3, 7, 12, 15, 25, 42, 50, 80, 124], {}),
    "four": ([4, 0, 7, 30], [4, 5, 9, 40], {}),
    "tight": ([4, 0, 7, 30, 3, 9], [4, 5, 9, 40, 8, 9], {"sigma_scale": 0.01}),
    "fixed": ([4, 0, 7, 5, 1], [4, 5, 9, 8, 3], {"sigma_pop": 50.0}),
    "hardly pooled": (
        [0, 133, 0, 728, 1],
        [3_828, 133, 3, 728, 1],
        {"mu_scale": 8.3, "sigma_pop": 60.0},
    ),
    "pooled": ([4, 0, 7, 5, 1], [4, 5, 9, 8, 3], {"sigma_pop": 0.1}),
    "at odds": ([5_503, 1_073, 0, 668, 0], [5_503, 4_309, 0, 2_705, 0], {"sigma_pop": 0.037}),
    "all or nothing": ([0, 0, 900, 5_000, 0, 70], [400, 9_000, 900, 5_000, 20, 70], {}),
    "no success": ([0] * 35, [200 * 2 ** (j % 6) for j in range(35)], {"sigma_pop": 14.0}),
    "forty": ([j % 5 for j in range(40)], [4 + j % 7 for j in range(40)], {}),
    "one large of twelve": (
        [5_827, 2, 2, 0, 8, 6, 3, 1, 9, 2, 5, 0],
        [14_759, 5, 2, 3, 8, 7, 6, 1, 9, 4, 11, 2],
        {},
    ),
    "one small": ([8_000, 8_000, 1], [10_000, 10_000, 4], {}),
    "alike": ([30 + j % 3 for j in range(40)], [60] * 40, {}),
    "vague": ([10, 3], [11, 3], {"mu_loc": 1.263, "mu_scale": 16.109, "sigma_scale": 0.079}),
    "nobody beside two huge": (
        [0, 631_303, 709_774],
        [0, 686_035, 771_662],
        {"mu_loc": 2.452, "sigma_scale": 7.126},
    ),
    "few patients, a wide population": (
        [1 + j % 12 - (j % 5 == 0 < j % 12) - (j % 31 == 0 and j % 12 > 1) for j in range(114)],
        [1 + j % 12 for j in range(114)],
        {"sigma_pop": 9.7},
    ),
    "one known of three": ([0, 0, 4_555], [0, 0, 7_255], {"sigma_pop": 2.588}),
    "two hundred of one patient": ([0] * 200, [1] * 200, {"mu_scale": 5, "sigma_scale": 3}),
    "half withheld": (
        [j % 5 if j % 2 else 0 for j in range(24)],
        [30 + 10 * (j % 9) for j in range(24)],
        {"bounds": [[j % 5] * 2 if j % 2 else [0, 10] for j in range(24)]},
    ),
    "spike": ([1] * 11 + [0], [1] * 12, {"mu_scale": 0.65, "sigma_scale": 4.3}),
}

NODES_SIGMA = "{ few: 36, many: 24 }", "{ few: 12, many: 11 }"
# module: name: (in which table, finer, coarser, the error)
THRESHOLDS = {
    "inner": {
        "DROP": ("forty", "20", "8", 0.45),
        "NEAR": ("fixed", "0.5", "8", 0.01),
        "NODES": ("forty", "28", "8", 0.02),
        "STEP_WIDE": ("two hundred of one patient", "0.1", "0.3", 0.05),
        "WIDE": ("spike", "1", "20", 0.03),
        "NARROW": ("all or nothing", "0.2", "1.5", 0.01),
        "NODES_NARROW": ("ten", "11", "3", 0.003),
    },
    "modes": {"CLOSE": ("forty", "0.001", "1", 0.005)},
    "grid": {
        "NODES_MU": ("tight", "10", "4", 0.03),
        "NODES_MU_STEPS": ("one", "20", "6", 0.001),
        "NODES_MU_CLIFF": ("at most ten each, a vague prior", "28", "16", 0.1),
        "DROP_STEPS": ("spike", "24", "8", 0.005),
        "VAGUE": ("vague", "1", "1e9", 0.1),
        "STEEP": ("few patients, a wide population", "2", "1e9", 0.1),
        "NODES_SIGMA": ("ten", *NODES_SIGMA, 0.04),
        "MISPLACED": ("no success", "0.8", "0.05", 0.1),
        "STEPS": ("a peak that Laplace misses", "0.5", "2", 0.1),
        "NOTICED": ("no success", "1e-9", "2", 0.1),
        "NEAR_BOUNDED": ("half withheld", "0.01", "3.14", 0.001),
        "INTERPOLATION": ("one", "1e-8", "0.1", 0.04),
    },
    "bounded": {"NOTHING": ("half withheld", "1e-20", "1e-2", 1e-9)},
    "on_grid": {
        "LIVE": ("ten", "1e-12", "1e-2", 1e-5),
        "SLACK": ("three in four without a success", "1", "8", 0.1),
        "WIDER": ("mixed", "[1, 1.5, 2.5, 4]", "[0.3]", 0.1),
        "RESOLVED": ("one who never fails among 70", "0.005", "1", 0.05),
        "FINER": ("one large of twelve", "[1, 2, 4, 8]", "[1]", 0.05),
        "CLASH": ("a small peak far from a large one", "2", "1e9", 0.1),
    },
    "population": {
        "FINE": ("forty", "20", "2", 0.001),
        "THROUGH": ("wide", "14", "4", 0.002),
        "STEP_MU": ("one", "0.02", "0.8", 0.001),
    },
    "left_out": {
        "STEP": ("tight", "0.1", "1", 0.005),
        "QUINTIC": ("at odds", "1e-9", "100", 0.002),
        "LARGE": ("one who never fails beside ten", "5", "1e9", 0.3),
        "STEP_MIXED": ("one who never fails among 126", "0.1", "0.2", 0.3),
        "MIXED": ("one who never fails among 126", "3", "10", 0.1),
        "NARROW": ("four", "1", "0.05", 0.03),
        "PULLED": ("pulled", "0.1", "1e9", 0.001),
        "HERMITE": ("pooled", "11", "2", 0.001),
    },
    "alphas": {
        "WIDE": ("few patients, a wide population", "1", "1e9", 0.1),
        "SPIKE": ("one small", "4", "1e9", 0.02),
        "FINER": ("pooled", "16", "1", 0.0003),
        "POINTS": ("four", "241", "31", 0.02),
        "FAR": ("ten", "60", "4", 0.003),
        "FAR_WIDE": ("fixed", "40", "2", 0.05),
    },
    "ranks": {
        "LEAST": ("ten", "1e-8", "1e-1", 0.005),
        "NODES_MU": ("spike", "9", "1", 0.01),
        "NODES_MU_FIXED": ("one known of three", "20", "5", 0.001),
        "MOST_MU": ("mixed", "60", "3", 0.001),
        "DENSE": ("mixed", "48", "6", 1e-5),
        "APART": ("one large", "0.9", "10", 0.01),
        "PANEL": ("fixed", "0.08", "3", 1e-4),
        "GROWS": ("mixed", "0.1", "3", 1e-4),
        "STEEP": ("two dozen without a success", "2", "1e9", 1e-4),
        "NOTHING": ("mixed", "1e-16", "1e-2", 1e-9),
    },
}
ALL = [(module, name) for module, names in THRESHOLDS.items() for name in names]
ELSEWHERE = {
    "likelihood": {"PER_UNIT", "REACH", "TABLE"},  # see test_a_table_of_the_likelihood
    # Of others; places in a buffer.
    "inner": {"REACH", "EVEN", "LOG_Z", "THETA", "ALPHA", "NUMBERS"},
    "modes": {"STEPS", "FULL", "HEIGHT", "SLOPE", "BEND", "MODE"},  # of the speed; places
    "inputs": {"LOG_SQRT_2PI"},
    "quadrature": {"END_CORRECTED"},
    "grid": {"FILLED"},  # of what is near: see test_posterior_js_near
    "on_grid": {"MOVES", "THROUGH", "EDGE_DROP", "HEAVY", "INSIDE", "FILLED_AGAIN", "ALTERNATE"},
    "population": {"TAIL"},  # see the other peak in the tail of found_tables
    "left_out": {"KEPT_STEP", "MARGIN", "UNDERFLOW", "BLOCK"},  # as above; of the machine
    "alphas": {"END", "STEP", "SINH", "COSH"},  # of `POINTS` and `FAR`
    "ranks": {"MARKS", "MARKS_IN_ALL"},  # of the speed
    "solver": {"KINDS"},
}


@contextmanager
def engine(folder=None, module="", name="", value=""):
    """The engine, or a copy in `folder` with another value for a threshold."""
    path = MODULE
    if folder is not None:
        copied = folder / FOLDER.relative_to(ROOT)
        shutil.copytree(FOLDER, copied)
        path = folder / MODULE.relative_to(ROOT)
        path.parent.mkdir()
        shutil.copy(MODULE, path)
        file = copied / f"{module}.js"
        changed, count = re.subn(rf"(const {name} = )[^;]+;", rf"\g<1>{value};", file.read_text())
        assert count == 1
        file.write_text(changed)
    with Node(path) as node:
        what = {"probs": PROBS, "ranks": True, "doctors": [0]}
        yield lambda table: numbers(ask(node, table[:2], table[2], **what))


def numbers(answer):
    """What is promised, and in which unit each: (values, unit) by name."""
    sd, sigma, alpha = np.array(answer["sd"], float), answer["sigma"], answer["alpha"][0]
    found = {
        "mean": (answer["mean"], MEAN),
        "sd": (sd, MEAN),
        "digits of sd": (sd, SD * sd + TAIL),
        "interval": (answer["intervals"], END),
        "log evidence": (answer["logEvidence"], EVIDENCE),
        "typical rate": (expit(np.array(answer["mu"]["intervals"], float)), END),
        "places": (answer["ranks"], MEAN),
        "new doctor": (answer["newDoctor"]["intervals"], END),
        "log-odds of the first": (alpha["intervals"], END * max(alpha["sd"], 1.0)),
    }
    if sigma is not None:
        found["sigma_pop"] = sigma["intervals"], END * max(sigma["sd"], 1.0)
    return found


def apart(here, there):
    """The largest distance between two answers, in shares of what is promised."""
    return max(off(there[name][0], values, unit) for name, (values, unit) in here.items())


@pytest.fixture(scope="module")
def now():
    with engine() as answer:
        yield {name: answer(table) for name, table in TABLES.items()}


@pytest.mark.parametrize(("module", "name"), ALL, ids=lambda value: value)
def test_a_threshold_is_as_fine_as_its_error_asks(module, name, now, tmp_path):
    table, finer, coarser, error = THRESHOLDS[module][name]
    distance = []
    for value in (finer, coarser):
        with engine(tmp_path / str(len(distance)), module, name, value) as answer:
            distance.append(apart(now[table], answer(TABLES[table])))
    print(distance)
    assert distance[0] < error < distance[1]


def test_no_threshold_is_without_a_test():
    """Every constant in capitals of the engine is in the table, or listed as no threshold."""
    for file in FOLDER.glob("*.js"):
        own = set(re.findall(r"^(?:export )?const ([A-Z][A-Z_0-9]+) =", file.read_text(), re.M))
        known = set(THRESHOLDS.get(file.stem, {})) | ELSEWHERE.get(file.stem, set())
        assert own == known, (file.name, own ^ known)


def test_a_table_of_the_likelihood():
    """Its error is that of one patient: at the edges of its cells, in their middle and beyond."""
    a = np.concatenate([np.linspace(-40, 40, 9_973), np.arange(-36, 36) + 1 / 128])
    script = f"""
      const {{ softplus }} = await import("{(FOLDER / "likelihood.js").as_uri()}");
      const theta = new Float64Array(1);
      const {{ readFileSync }} = await import("node:fs");
      const found = JSON.parse(readFileSync(0)).map((at) => [softplus(at, theta), theta[0]]);
      console.log(JSON.stringify(found));
    """
    value, theta = np.array(run(script, ROOT, a.tolist())).T
    np.testing.assert_allclose(value, np.logaddexp(0, a), atol=3e-11)
    np.testing.assert_allclose(theta, expit(a), atol=5e-9)
