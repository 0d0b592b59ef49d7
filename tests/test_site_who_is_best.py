"""The WhoIsBest demo on the page, by mouse and by keyboard, against Python's decisions."""

import json
import math
import re
from itertools import pairwise

import numpy as np
import pytest
from on_screen import HOLD, PHONE, drag, held, percent, rows, settled, signs, slider

from shrinkage.demos import WhoIsBest
from shrinkage.demos.clinic import presets
from shrinkage.demos.who_is_best import places


def chance(p):
    """A probability as the demo writes it."""
    return "<1\u00a0%" if p < 0.005 else ">99\u00a0%" if p >= 0.995 else percent(p)


def ranked(demo):
    """Wait until the ranks are there."""
    demo.locator(".sn-rank-readout", has_text="median place").wait_for()
    return settled(demo)


def near(shown, value, step, slack):
    """Whether what is shown is `value` rounded to `step`, give or take `slack`."""
    return abs(shown - value) <= step / 2 + slack


def number(words):
    """The number in '14 %', '1,234.5' or '<1 %'."""
    return float(re.sub(r"[^\d.]", "", words))


def check(demo, **state):
    """Compare the table's numbers, the signs and the totals with Python's for this state."""
    here = WhoIsBest(**state)
    expected, best = here.decision(), here.best()
    order = np.argsort(-expected.estimate.to_numpy(), kind="stable")
    shown = rows(demo)
    foot = demo.locator("tfoot tr").evaluate("row => [...row.cells].map(cell => cell.textContent)")
    assert [row[0] for row in shown] == [here.names[j] for j in order]
    for j, row in zip(order, shown, strict=True):
        line = expected.iloc[j]
        assert number(row[1]) == line.patients
        assert row[2] == ("none" if math.isnan(line.raw) else percent(line.raw))
        assert near(number(row[3]), 100 * line.estimate, 1, 0.1), (row, line)
        assert near(number(row[4]), 100 * best[j], 1, 0.6), (row, best[j])
        assert near(number(row[5]), 100 * line.below, 1, 0.6), (row, line)
        assert (row[7] == "review") == line.review, (row, line)
        assert (row[8] == "review") == line.raw_review, (row, line)
        slack = 5e-4 * (here.missing + here.accusing)
        assert near(number(row[9]), line.cost, 0.01, slack), (row, line)
        assert near(number(row[10]), line.raw_cost, 0.01, slack), (row, line)
    slack = 5e-4 * (here.missing + here.accusing) * len(order)
    assert near(number(foot[10]), expected.raw_cost.sum(), 0.01, slack)
    assert near(number(foot[9]), expected.cost.sum(), 0.01, slack)
    # the picture's signs
    reviews = len(signs(demo, ".sn-by-model.sn-review"))
    assert reviews == int(expected.review.sum())
    raw_reviews = len(signs(demo, ".sn-by-raw.sn-review"))
    assert raw_reviews == int(expected.raw_review.sum())
    differ = len(signs(demo, ".sn-differ"))
    assert differ == int((expected.review != expected.raw_review).sum())
    costs = demo.locator(".sn-costs strong").all_inner_texts()
    assert costs == [foot[9], foot[10]]
    assert costs[0] in demo.locator(".sn-summary").inner_text()
    return expected


def test_page_shows_pythons_numbers(open_demo):
    _, demo = open_demo("who-is-best")
    ranked(demo)
    check(demo)
    words = demo.locator(".sn-summary").inner_text()
    assert f"the probability that Dr. B is best is {chance(WhoIsBest().best()[1])}" in words
    assert "review whoever is below with a probability of more than 25\u00a0%" in words


def test_standard_dragged_in_the_picture_answers_at_once(open_demo):
    page, demo = open_demo("who-is-best")
    ranked(demo)
    grip = demo.locator(".sn-decide .sn-grip")

    def look():
        return (
            number(slider(demo, "Standard").input_value()),
            demo.locator(".sn-share").first.get_attribute("d"),
            demo.locator(".sn-costs strong").all_inner_texts(),
            demo.locator(".sn-standard-words").text_content(),
            float(demo.locator(".sn-standard").first.get_attribute("d")[1:].split()[0]),
        )

    seen = drag(page, grip, dx=90, each=look)
    assert all(a[0] < b[0] and a[4] < b[4] for a, b in pairwise(seen)), seen
    assert all(a[1] != b[1] and a[2] != b[2] for a, b in pairwise(seen)), seen
    assert all(words == f"standard {at:.0f}\u00a0%" for at, *_, words, _ in seen)
    settled(demo)
    standard = number(slider(demo, "Standard").input_value()) / 100
    assert standard > 0.8
    in_hand = slider(demo, "Doctor in hand").locator("option:checked")
    assert in_hand.inner_text() == "Dr. B", "the drag has taken a row in hand"
    check(demo, standard=standard)
    drag(page, grip, dx=-900)
    settled(demo)
    assert slider(demo, "Standard").input_value() == "1"
    check(demo, standard=0.01)


def test_every_control_by_keyboard(open_demo):
    page, demo = open_demo("who-is-best")
    slider(demo, "Standard").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    slider(demo, "Cost of missing a doctor").focus()
    for key in ("Home", "ArrowRight"):
        page.keyboard.press(key)
    slider(demo, "Cost of a false accusation").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    slider(demo, "Doctor in hand").focus()
    page.keyboard.press("Home")
    ranked(demo)
    expected = check(demo, standard=0.76, missing=2, accusing=5)
    assert demo.locator(".sn-readout").first.inner_text().startswith("Dr. A: 8 of 12 patients")
    words = demo.locator(".sn-summary").inner_text()
    assert "At a standard of 76\u00a0%" in words
    assert "a missed doctor at 2 and a false accusation at 5 units of cost" in words
    assert "more than 71.4\u00a0%" in words
    assert expected.review.tolist() != expected.raw_review.tolist()


def test_readouts_follow_the_pointer(open_demo):
    page, demo = open_demo("who-is-best")
    ranked(demo)
    here = WhoIsBest()
    order = here.posterior().mean.argsort()[::-1]
    grid = demo.locator(".sn-ranks")
    grid.scroll_into_view_if_needed()
    box, frame = grid.bounding_box(), grid.locator(".sn-whole").first.bounding_box()
    row, place = 3, 4
    page.mouse.move(
        frame["x"] + frame["width"] * (place + 0.5) / 10,
        frame["y"] + frame["height"] * (row + 0.5) / 10,
    )
    words = demo.locator(".sn-rank-readout")
    name = here.names[order[row]]
    words.get_by_text(f"{name}: {int(places(here.raw)[order[row]])}th by raw rate").wait_for()
    p = here.ranks()[order[row], place]
    told = re.search(r"5th with (\d+)", words.inner_text())
    assert near(float(told[1]), 100 * p, 1, 0.1)
    assert grid.locator(".sn-spot").is_visible()
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 400)
    settled(demo)
    assert demo.locator("option:checked").nth(1).inner_text() == name
    assert demo.locator(".sn-readout").first.inner_text().startswith(f"{name}: ")


def test_another_table_and_ties_at_the_top(open_demo):
    _, demo = open_demo("who-is-best")
    slider(demo, "Table").select_option("Everyone equal")
    ranked(demo)
    check(demo, counts=presets()["Everyone equal"])
    words = demo.locator(".sn-summary").inner_text()
    assert "12 doctors share the top of the raw table with 80\u00a0%" in words
    assert "Raw rates would decide the same" in words
    slider(demo, "Table").select_option("Twelve hospitals")
    slider(demo, "Standard").fill("91")
    ranked(demo)
    expected = check(demo, counts=presets()["Twelve hospitals"], standard=0.91)
    assert expected.review.sum() > expected.raw_review.sum()


def test_a_standard_between_whole_percents_by_link(open_demo):
    _, demo = open_demo("who-is-best", "#demo=who-is-best&standard=0.725&missing=7&hand=Dr.+J")
    ranked(demo)
    check(demo, standard=0.725, missing=7)
    assert "standard of 72.5\u00a0%" in demo.locator(".sn-summary").inner_text()
    assert demo.locator(".sn-readout").first.inner_text().startswith("Dr. J: 5 of 6 patients")


def test_a_bad_link_gets_a_sentence_and_the_usual_start(astray):
    links = {
        "standard=high": "the standard",
        "standard=1.5": "from 0.01 to 0.99",
        "missing=0": "cost of missing",
        "accusing=2.5": "whole number",
        "counts=[]": "no doctor",
        'counts=[["Dr. A",5,4]]': "there cannot be more",
        "counts=" + json.dumps([[f"Dr. {j}", 1, 2] for j in range(1000)]): "1,000",
    }
    for demo in astray("who-is-best", links):
        ranked(demo)
        check(demo)
        slider(demo, "Standard").fill("71")
        ranked(demo)


def test_no_doctor_with_a_patient(open_demo):
    counts = [["Dr. A", 0, 0], ["Dr. B", 0, 0]]
    _, demo = open_demo("who-is-best", f"#demo=who-is-best&counts={json.dumps(counts)}")
    ranked(demo)
    check(demo, counts=counts)
    assert "No doctor has a patient yet" in demo.locator(".sn-summary").inner_text()
    assert not signs(demo, ".sn-raw")


def many(doctors):
    """A table of so many doctors with caseloads of 5 to 104."""
    return [
        [f"Dr. {j}", round((0.5 + 0.5 * (j * 37 % 101) / 101) * n), n]
        for j, n in ((j, 5 + j * 13 % 100) for j in range(doctors))
    ]


@pytest.mark.alone
@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_hundreds_of_doctors_never_hold_the_page(open_demo, options):
    page, demo = open_demo("who-is-best", **options)

    def asked(doctors, more=""):
        fragment = f"#demo=who-is-best{more}&counts={json.dumps(many(doctors))}"
        page.evaluate("hash => (location.hash = hash)", fragment)
        demo.get_by_text(f"of {doctors} doctors to be below").wait_for()

    def act():
        asked(500)
        # decisions do not wait for the ranks
        for value in (60, 75, 90):
            slider(demo, "Standard").fill(str(value))
            demo.locator(".sn-summary", has_text=f"standard of {value}\u00a0%").wait_for()
        slider(demo, "Table").select_option("Ten doctors")
        ranked(demo)  # and another table does not wait for them
        asked(200, "&missing=4")
        ranked(demo)

    longest = held(page, act)
    print(f"held for {longest:.1f} pictures of sixty rows")
    assert longest < HOLD
    assert len(signs(demo, ".sn-ranks .sn-estimate")) == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_hundreds_of_doctors_are_decided_as_in_python(open_demo):
    counts = many(200)
    _, demo = open_demo("who-is-best", f"#demo=who-is-best&counts={json.dumps(counts)}")
    demo.get_by_text("of 200 doctors to be below").wait_for()
    expected = WhoIsBest(counts=counts).decision()
    costs = [number(words) for words in demo.locator(".sn-costs strong").all_inner_texts()]
    assert near(costs[0], expected.cost.sum(), 0.01, 0.02)
    assert near(costs[1], expected.raw_cost.sum(), 0.01, 0.02)
    reviews = len(signs(demo, ".sn-by-model.sn-review"))
    cut = (expected.below - 0.25).abs() < 5e-4
    assert abs(reviews - expected.review.sum()) <= cut.sum()
