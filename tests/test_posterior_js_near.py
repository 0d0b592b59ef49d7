"""An answer computed near an earlier one equals the one from scratch, wherever a drag leads."""

import numpy as np
import pymc_reference
import pytest
from engine import END, MEAN, MODULE, ask
from hypothesis import strategies as st
from node import Node
from properties import for_any
from tables import many_doctors, one_doctor, priors

TEN = pymc_reference.TABLES["ten doctors"]


@pytest.fixture(scope="module")
def node():
    with Node(MODULE) as running:
        yield running


@st.composite
def walks(draw):
    """A table and the steps of a drag: one doctor moved along, then another one, then a jump."""
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
