"""The demo 'from raw rates to estimates': Python's reference and the browser's engine agree."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import traitlets
from node import Node
from scipy.special import expit

from shrinkage.demos import PoolingDial, ShrinkagePlot
from shrinkage.demos.clinic import MOST_DOCTORS, presets
from shrinkage.exact import posterior
from shrinkage.exact.more import own_weight


@pytest.fixture(scope="module")
def node():
    with Node(Path(__file__).with_name("shrinkage_plot_answer.js")) as running:
        yield running


def tables():
    """The presets, hard tables and random ones."""
    rng = np.random.default_rng(7)
    found = list(presets().values())
    found += [
        [["A", 0, 0]],
        [["A", 1, 1]],
        [["A", 0, 0], ["B", 0, 10_000]],
        [["A", 3, 4], ["B", 3, 4], ["C", 0, 0]],
        [[f"D{j}", 5 * (j % 2), 5] for j in range(8)],
    ]
    for _ in range(12):
        n = np.round(10 ** rng.uniform(0, 3, rng.integers(2, 14))).astype(int)
        s = rng.binomial(n, expit(rng.normal(0.5, 1.2, len(n))))
        found.append([[f"D{j}", int(s[j]), int(n[j])] for j in range(len(n))])
    return found


@pytest.mark.parametrize("order", ["caseload", "estimate", "table"])
def test_browser_and_python_show_the_same(node, order):
    for counts in tables():
        python = ShrinkagePlot(counts=counts, order=order)
        shown = node.ask({"state": python.state()})
        assert shown["problem"] is None
        exact = python.posterior()
        np.testing.assert_allclose(shown["mean"], exact.mean, atol=2e-4)
        ends = np.column_stack([shown["low"], shown["high"]])
        np.testing.assert_allclose(ends, exact.interval(0.95), atol=1e-3)
        assert shown["typical"] == pytest.approx(expit(exact.mu_pop.mean), abs=2e-4)
        np.testing.assert_allclose(shown["weight"], python.weights(), atol=1e-3)
        ours = np.array(python.sorted())
        # Two estimates may differ by less than the two computations do.
        np.testing.assert_allclose(exact.mean[shown["sorted"]], exact.mean[ours], atol=2e-4)
        if order != "estimate":
            assert shown["sorted"] == ours.tolist()
        for sentence in shown["sentences"]:
            assert sentence.endswith(".")
            assert not {"NaN", "undefined", "Infinity", "null"} & set(sentence.split())


def test_ranks_of_the_hospitals(node):
    counts = presets()["Twelve hospitals"]
    shown = node.ask({"state": ShrinkagePlot(counts=counts).state()})
    s, n = np.array([row[1:] for row in counts]).T
    np.testing.assert_allclose(shown["ranks"], posterior(s, n).rank_probabilities(), atol=5e-4)
    rows = list(csv.DictReader(io.StringIO(shown["csv"])))
    assert [row["doctor"] for row in rows] == [row[0] for row in counts]
    assert float(rows[0]["raw_rate"]) == 1.0
    exact = posterior(s, n)
    for j, row in enumerate(rows):
        assert float(row["estimate"]) == pytest.approx(exact.mean[j], abs=2e-4)
        low, _, high = (int(row[f"rank_{end}"]) for end in ("low_95", "median", "high_95"))
        assert 1 <= low <= int(row["rank_median"]) <= high <= 12
    assert rows[7]["rank_median"] == "12"  # hospital H


ADJUSTED = [["A", 1685, 1719, 1688.6], ["B", None, 402, 395.1, [398, 402]], ["C", 0, 0]]


def test_the_file_says_what_was_expected_and_withheld_and_holds_no_formula(node):
    counts = [["=1+1", *ADJUSTED[0][1:]], *ADJUSTED[1:]]
    shown = node.ask({"state": ShrinkagePlot(counts=counts).state()})
    rows = list(csv.DictReader(io.StringIO(shown["csv"])))
    assert rows[0]["doctor"] == "'=1+1"
    assert [row["expected_successes"] for row in rows] == ["1688.6", "395.1", ""]
    assert [row["fewest_successes"] for row in rows] == ["1685", "398", "0"]
    assert [row["successes"] for row in rows] == ["1685", "", "0"]
    assert [row["raw_rate"] for row in rows] == [str(float(f"{1685 / 1719:.6g}")), "", ""]
    assert float(rows[0]["standardised_rate"]) == pytest.approx(ShrinkagePlot(counts=counts).raw[0])
    assert "98.0\u00a0%" in shown["sentences"][-3], "percents have the digits that they need"


def test_small_rates_keep_their_digits(node):
    counts = [["A", 1, 90_000], ["B", 40, 100_000]]
    shown = node.ask({"state": ShrinkagePlot(counts=counts).state()})
    rows = list(csv.DictReader(io.StringIO(shown["csv"])))
    for row, mean in zip(rows, shown["mean"], strict=True):
        assert float(row["estimate"]) == pytest.approx(mean, rel=1e-5)
    assert "0.00\u00a0%" not in shown["sentences"][-1]


def test_rank_summary_reads_probabilities(node):
    assert node.ask({"probabilities": [0.02, 0.48, 0.3, 0.18, 0.02]}) == {
        "median": 2,
        "low": 2,
        "high": 4,
    }
    assert node.ask({"probabilities": [1, 0]}) == {"median": 1, "low": 1, "high": 1}


def test_weights_are_the_normal_approximations():
    """Near certainty about sigma_pop the weight is sigma**2 / (sigma**2 + v)."""
    p, n = np.array([0.5, 0.8]), np.array([40, 400])
    x = np.linspace(0.699, 0.701, 5)
    sigma = posterior([1], [2]).sigma_pop
    sharp = type(sigma)(x, np.full(5, 1 / 0.002), 0.7, 0.0006)
    v = 1 / (n * p * (1 - p))
    np.testing.assert_allclose(own_weight(1 / v, sharp), 0.49 / (0.49 + v), atol=1e-5)
    python = ShrinkagePlot()
    weight, trials = python.weights(), python.trials
    assert weight[trials.argmin()] < 0.5 < 0.95 < weight[trials.argmax()]


def test_what_is_written_is_read_again():
    with Node(Path(__file__).with_name("shrinkage_plot_answer.js")) as plot:
        texts = [
            plot.ask({"state": ShrinkagePlot(counts=counts).state()})["tsv"]
            for counts in [*tables(), ADJUSTED]
        ]
    with Node(Path(__file__).with_name("reading_answer.js")) as reader:
        for text, counts in zip(texts, [*tables(), ADJUSTED], strict=True):
            assert reader.ask({"text": text, "sumRows": False})["counts"] == counts


@pytest.mark.parametrize(
    ("low", "high", "part"),
    [
        (0.7, 0.95, [0, 1]),
        (0.951, 0.992, [0.94, 1]),
        (0.0001, 0.0023, [0, 0.0025]),
        (0.5, 0.5001, [0.49998, 0.50012]),
    ],
)
def test_the_axis_shows_the_part_that_is_needed(node, low, high, part):
    assert node.ask({"part": [low, high]}) == pytest.approx(part)


@pytest.mark.parametrize(
    ("width", "digits"), [(0.4, 0), (0.06, 0), (0.03, 1), (0.004, 1), (0.0039, 2), (1e-9, 4)]
)
def test_percents_have_the_digits_that_an_interval_needs(node, width, digits):
    assert node.ask({"width": width}) == digits


def test_a_new_doctor_has_a_name_of_their_own(node):
    assert node.ask({"names": ["Dr. A", "Dr. C"]}) == "Dr. B"
    letters = [f"Dr. {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert node.ask({"names": letters}) == "Dr. A2"


def test_another_caseload_keeps_the_rate(node):
    assert node.ask({"caseload": [0.8, 50]}) == [40, 50]
    assert node.ask({"caseload": [1, 3]}) == [3, 3]
    assert node.ask({"caseload": [0.5, 0]}) == [0, 0]


# -- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"counts": []}, ["no doctor"]),
        ({"counts": [[f"D{j}", 1, 2] for j in range(1000)]}, ["up to 500", "1,000"]),
        ({"counts": [["A", 1, "two"]]}, ["Row 1 (A)", "“two”"]),
        ({"counts": [["A", 3, 2]]}, ["Row 1 (A)", "3 successes", "2 patients"]),
        ({"counts": [["A", 1, 2], ["A", 1, 2]]}, ["Rows 1 and 2", "both called A"]),
        ({"counts": [["A", 1]]}, ["Row 1", "three entries"]),
        ({"counts": "A"}, ["list of rows"]),
        ({"counts": [["A", 1, 2, 2]]}, ["Row 1 (A)", "expected number", "between 0"]),
        ({"counts": [["A", 1, 2, 1], ["B", 1, 2]]}, ["Row 2 (B)", "no expected", "all doctors"]),
        ({"counts": [["A", None, 2, None, [1, 1]]]}, ["Row 1 (A)", "fewest and the most"]),
        ({"counts": [["A", 1, 2, None, [1, 2]]]}, ["Row 1 (A)", "fewest and the most"]),
        ({"counts": [["A", None, 2]]}, ["Row 1 (A)", "whole number"]),
        ({"counts": [["A", 1, 2, 1, [1, 2], 3]]}, ["Row 1", "three entries"]),
        ({"order": "rank"}, ["order is one of"]),
        ({"hand": 3}, ["hand"]),
    ],
)
def test_a_bad_state_gets_a_sentence(node, state, words):
    found = node.ask({"state": ShrinkagePlot().state() | state})
    assert all(word in found["problem"] for word in words), found["problem"]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([], ["1 to 500 doctors", "Add one"]),
        ([["A", 1, 2]] * (MOST_DOCTORS + 1), ["found 501"]),
        ([["A", 3, 2]], ["row 1 (A)", "3 successes in 2 trials", "order"]),
        ([["A", 0.5, 2]], ["row 1 (A)", "0.5 successes", "whole number"]),
        ([["A", True, 2]], ["True"]),
        ([["", 1, 2]], ["row 1", "name"]),
        ([["A", 1]], ["row 1", "three entries"]),
        ([["A", 1, 2], ["A ", 1, 2]], ["rows 1 and 2", "'A'"]),
        ("A,1,2", ["expected rows"]),
        ([["A", 1, 2, 2]], ["row 1 (A)", "2 expected", "between 0"]),
        ([["A", 1, 2, True]], ["row 1 (A)", "True expected"]),
        ([["A", 1, 2, 1.0], ["B", 1, 2]], ["row 2 (B)", "no expected", "fourth entry"]),
        ([["A", None, 2, None, [1, 1]]], ["row 1 (A)", "[1, 1]", "second is larger"]),
        ([["A", None, 2, None, [0, 3]]], ["row 1 (A)", "[0, 3]"]),
        ([["A", None, 2]], ["row 1 (A)", "None successes"]),
        (pd.DataFrame({"doctor": ["A"], "success": [1]}), ["successes is missing", "Rename"]),
    ],
)
def test_a_bad_table_is_refused_with_its_remedy(counts, words):
    with pytest.raises(traitlets.TraitError) as refusal:
        ShrinkagePlot(counts=counts)
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


def test_traits_from_a_table_and_back():
    table = pd.DataFrame({"trials": [4, 60], "doctor": ["A", "B"], "successes": [4, 30]})
    demo = ShrinkagePlot(counts=table)
    assert demo.counts == [["A", 4, 4], ["B", 30, 60]]
    json.dumps(demo.state())
    assert ShrinkagePlot(**demo.state()).state() == demo.state()
    demo.counts = [["A", np.int64(1), 2.0]]
    assert demo.counts == [["A", 1, 2]]
    assert demo.start["counts"] == [["A", 4, 4], ["B", 30, 60]]
    with pytest.raises(traitlets.TraitError):
        demo.order = "rank"
    withheld = pd.DataFrame(
        {"doctor": ["A", "B"], "successes": pd.array([4, None], "Int64"), "trials": [5, 9]}
        | {"expected": [3.5, 8.0], "fewest": [4, 5], "most": [4, 8]}
    )
    demo.counts = withheld
    assert demo.counts == [["A", 4, 5, 3.5], ["B", None, 9, 8.0, [5, 8]]]
    json.dumps(demo.state())
    with pytest.raises(traitlets.TraitError, match="three entries"):
        PoolingDial(counts=withheld)


def test_still_picture_states_the_finding():
    data, metadata = ShrinkagePlot()._repr_mimebundle_()
    svg, words = data["image/svg+xml"], data["text/plain"]
    assert svg.count("<circle") == 10
    assert svg.count('stroke="#c4161c"') == 10
    assert "Dr. D, with 5 patients, moves farthest: from 0% to 30%" in words
    assert metadata["image/svg+xml"]["alt"] == words
    svg, words = ShrinkagePlot(counts=[["<b>", 0, 0]]).still()
    assert "<b>" not in svg
    assert "No doctor has a patient yet" in words


def test_the_presets_are_what_they_say():
    found = presets()
    assert len(found["Ten doctors"]) == 10
    assert ["Hospital A", 47, 47] in found["Twelve hospitals"]
    s, n = np.array([row[1:] for row in found["Everyone equal"]]).T
    assert (s / n == 0.8).all()
    s, n = np.array([row[1:] for row in found["One outlier"]]).T
    exact = posterior(s, n)
    assert exact.interval(0.95)[-1, 1] < exact.interval(0.95)[:-1, 0].min()
