"""The paste box reads a text as the command reads a file: one list of cases holds both."""

import json
import re
import shlex
from pathlib import Path

import pytest
from checkout import ROOT
from node import Node

from shrinkage.data import parse_option
from shrinkage.data.reading.headings import meaning

CASES = json.loads((Path(__file__).parent / "reading_cases.json").read_text("utf-8"))
# What the box has no place for: a column kept as a covariate, a bound stated for all, options.
COMMANDS = {"by", "suppressed", "strict", "columns"}
# Further columns of patients are read by the command, and named as not read by the box.
OF_PATIENTS = {"mixed", "thousands", "unused"}
OWN = [["Ada", 3, 4], ["Bo Li", 10, 12]]


@pytest.fixture(scope="module")
def node():
    with Node(Path(__file__).with_name("reading_answer.js")) as running:
        yield running


def stated(option):
    """The columns that an option of the command states."""
    return parse_option(shlex.split(option)[1])


def kinds(notes):
    return sorted(note["kind"] for note in notes)


def bounds(row):
    return row[4] if row[1] is None else row[1]


@pytest.mark.parametrize(
    "case", [c for c in CASES if not COMMANDS & c.keys()], ids=lambda case: case["name"]
)
def test_the_box_and_the_command_read_alike(node, case):
    asked = {"text": case["text"], "sumRows": case.get("sum_rows", False)}
    found = node.ask(asked)
    if "option" in case:
        assert not found["isOwn"]
        assert found["roles"] == stated(case["option"])
        found = node.ask(asked | {"columns": found["roles"]})
    if case.get("refused") == "no headings":  # the box has always taken them in the usual order
        assert kinds(found["notes"]) == ["headings"]
        return
    if "refused" in case:
        assert not found["counts"]
        if case["refused"] == "columns":
            assert found["asks"]
        elif not (case["refused"] == "empty" and not case["text"].strip()):
            assert found["refusal"]["kind"] == case["refused"], found["refusal"]
        return
    assert found["refusal"] is None
    assert found["asks"] == []
    assert [[row[0], bounds(row), row[2]] for row in found["counts"]] == case["counts"]
    skipped = OF_PATIENTS if {"success", "failure"} & found["roles"].keys() else set()
    assert set(kinds(found["notes"])) - skipped - {"proposal"} == set(case["notes"]) - skipped
    doubtful = [note for note in found["notes"] if note["doubtful"]]
    assert set(kinds(doubtful)) - skipped == set(case["doubtful"]) - skipped
    assert found["leftOut"] == case.get("left_out", [])
    assert found["failures"] == case["failures"]
    expected = [row[3] for row in found["counts"] if len(row) > 3 and row[3] is not None]
    wanted = [e for e, row in zip(case.get("expected", []), case["counts"], strict=False) if row[2]]
    assert expected == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "Ada\t3\t4\nBo Li\t10\t12",
        "Ada,3,4\r\nBo Li,10,12\r\n",
        "Ada;3;4\n\n  \nBo Li;10;12\n",
        '"Ada",3,4\n"Bo Li",10,12',
        "Ada 3 4\nBo Li 10 12",
    ],
)
def test_a_text_without_headings_is_doctor_successes_patients(node, text):
    found = node.ask({"text": text})
    assert found["counts"] == OWN
    assert kinds(found["notes"]) == ["headings"]
    assert "doctor, successes, patients" in found["notes"][0]["text"]


def test_unknown_headings_are_asked_for_and_nothing_is_read(node):
    text = "who,yes,all\nAda,3,4\nBo Li,10,12"
    found = node.ask({"text": text})
    assert found["counts"] == []
    assert found["headings"] == ["who", "yes", "all"]
    assert "No heading seems to name" in found["asks"][0]
    chosen = {"unit": "who", "successes": "yes", "trials": "all"}
    assert node.ask({"text": text, "columns": chosen})["counts"] == OWN
    turned = {"unit": "who", "failures": "yes", "trials": "all"}
    found = node.ask({"text": text, "columns": turned})
    assert found["counts"] == [["Ada", 1, 4], ["Bo Li", 2, 12]]
    assert kinds(found["notes"]) == ["turned"]


def test_only_own_headings_need_no_word_on_how_they_were_read(node):
    for text, is_own in [
        ("doctor,successes,trials\nAda,3,4\nBo Li,10,12", True),
        ("Doctor,Survivors,Patients\nAda,3,4\nBo Li,10,12", False),
        ("Ada,3,4\nBo Li,10,12", False),
    ]:
        found = node.ask({"text": text})
        assert found["counts"] == OWN
        assert found["isOwn"] == is_own


def test_a_guess_among_several_columns_is_doubtful(node):
    text = "Hospital,Ward,Cases,Survivors\nA,x,4,3\nB,y,12,10"
    [note] = node.ask({"text": text})["notes"][:1]
    assert note["kind"] == "proposal"
    assert note["doubtful"]
    assert "The unit could also be" in note["text"]


def test_columns_that_were_chosen_for_another_table_are_passed_over(node):
    chosen = {"unit": "who", "successes": "yes", "trials": "all"}
    text = "doctor,successes,trials\nAda,3,4\nBo Li,10,12"
    assert node.ask({"text": text, "columns": chosen})["counts"] == OWN


def test_what_may_be_good_or_bad_is_asked_before_it_is_drawn(node):
    found = node.ask({"text": "hospital,events,patients\nA,34,1719\nB,3,402"})
    assert found["counts"] == []
    assert found["roles"] == {"unit": "hospital", "trials": "patients", "failures": "events"}
    assert "does not say whether" in found["asks"][0]


def test_lines_that_cannot_be_read_are_named_and_left_out_on_request(node):
    text = "doctor,successes,trials\nAda,3,4\nCy,many,7\nDi,9,7\nBo Li,10,12"
    found = node.ask({"text": text})
    assert found["counts"] == []
    assert found["lines"] == 4
    assert [(row["row"], row["kind"]) for row in found["refusal"]["rows"]] == [
        (3, "value"),
        (4, "swapped"),
    ]
    assert "“many”" in found["refusal"]["rows"][0]["text"]
    assert node.ask({"text": text, "without": [3, 4]})["counts"] == OWN


def test_more_than_the_page_holds_is_refused(node):
    rows = [f"D{j},1,2" for j in range(1000)]
    for text, words in [
        ("\n".join(rows), ["up to 500 doctors", "1,000"]),
        ("\n".join(rows * 21), ["20,000 lines", "21,000"]),
        ("A,1,99999999", ["1,000,000", "99,999,999"]),
        (f"{'x' * 61},1,2", ["60 characters"]),
    ]:
        refusal = node.ask({"text": text})["refusal"]
        assert all(word in refusal["text"] for word in words), refusal


def test_the_headings_that_the_box_says_it_knows_are_known():
    source = (ROOT / "shrinkage/demos/js/shrinkage_plot/paste.js").read_text()
    said = re.search(r'"Headings that are known: (.*?)\.";', re.sub(r'"\s*\+\s*"', "", source))[1]
    groups = [group.split(", ") for group in said.split("; ")]
    roles = [{meaning(word).role for word in group} for group in groups]
    assert roles == [{"unit"}, {"trials"}, {"successes"}, {"failures"}, {"expected"}]
