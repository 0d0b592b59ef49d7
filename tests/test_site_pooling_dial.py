"""The pooling dial on the published page, in a real Chromium."""

from itertools import pairwise

import pytest
from on_screen import (
    PHONE,
    drag,
    follow,
    followed,
    percent,
    press,
    rows,
    same,
    settled,
    signs,
    slider,
)

from shrinkage.demos import PoolingDial

LABEL = "Spread between doctors"


def expected(**state):
    """The rows of the table of numbers, as Python has them, for `same`."""
    demo = PoolingDial(**state)
    found, learned = demo.posterior(), demo.learned()
    ends = found.interval(0.95)
    return [
        [
            demo.names[j],
            f"{demo.successes[j]:,}",
            f"{demo.trials[j]:,}",
            percent(demo.raw[j]) if demo.trials[j] else "none",
            float(found.mean[j]),
            (ends[j][0], ends[j][1]),
            float(learned.mean[j]),
        ]
        for j in demo.sorted()
    ]


def circles(demo):
    """Where the blue circles are across the picture, in pixels."""
    return [x for x, _ in signs(demo, ".sn-estimate")]


def test_it_starts_with_pythons_numbers(open_demo):
    _, demo = open_demo("pooling-dial")
    same(rows(demo), expected())
    words = demo.locator(".sn-summary").inner_text()
    assert "Dr. D (0 of 5) and Dr. B (4 of 4) are estimated at 30\u00a0% and 83\u00a0%" in words
    sigma = PoolingDial().posterior().sigma_pop
    low, high = sigma.interval(0.95)
    assert f"sigma_pop between {low:.2f} and {high:.2f}" in words
    told = slider(demo, LABEL).get_attribute("aria-valuetext")
    assert told.startswith(f"the data: {sigma.mean:.2f}: 19 in 20 doctors truly between")


def test_dial_by_mouse_answers_while_it_is_dragged(open_demo):
    page, demo = open_demo("pooling-dial", "#demo=pooling-dial&sigma_pop=0")
    dial = slider(demo, LABEL)
    dial.scroll_into_view_if_needed()
    box = dial.bounding_box()
    assert max(circles(demo)) - min(circles(demo)) < 0.2
    # the thumb is at the left end: put the hand there
    page.mouse.move(box["x"] + 9, box["y"] + box["height"] / 2)
    page.mouse.down()
    spreads, values = [], []
    seen = circles(demo)
    for step in range(1, 9):
        x = box["x"] + 9 + step * (box["width"] - 18) / 8
        page.mouse.move(x, box["y"] + box["height"] / 2)
        seen = followed(page, lambda: circles(demo), seen)
        values.append(int(dial.input_value()))
        spreads.append(max(seen) - min(seen))
    page.mouse.up()
    assert all(a < b for a, b in pairwise(values)), values
    assert all(a < b for a, b in pairwise(spreads)), "the circles did not follow the hand"
    settled(demo)
    assert demo.locator("output").inner_text() == "100"
    same(rows(demo), expected(sigma_pop=100))


def test_three_ways_to_pool_by_their_buttons(open_demo):
    _, demo = open_demo("pooling-dial")
    words = demo.locator(".sn-summary")

    press(demo, "Complete pooling")
    same(rows(demo), expected(sigma_pop=0))
    together = percent(PoolingDial(sigma_pop=0).posterior().mean[0])
    assert f"Complete pooling: every doctor is estimated at {together}" in words.inner_text()
    assert demo.locator(".sn-explain").inner_text() == "complete pooling: all doctors are one"
    assert demo.locator(".sn-at-words").text_content() == "your dial 0"

    press(demo, "No pooling")
    same(rows(demo), expected(sigma_pop=100))
    assert "Dr. B (4 of 4) at 100\u00a0%, 99\u00a0% to 100\u00a0%" in words.inner_text()
    assert demo.locator(".sn-population[x1]").first.get_attribute("visibility") == "hidden"

    press(demo, "Let the data decide")
    same(rows(demo), expected())
    assert not signs(demo, ".sn-faint")
    assert demo.locator(".sn-at-words").text_content() == "mean 1.23"
    button = demo.get_by_role("button", name="Let the data decide")
    assert button.get_attribute("aria-disabled") == "true"


def test_dial_by_keyboard_alone(open_demo):
    page, demo = open_demo("pooling-dial")
    reached = False
    slider(demo, "Table").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.getAttribute('type')")
        if focused == "range":
            reached = True
            break
    assert reached, "the dial cannot be reached with the Tab key"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    # it rests on the stop nearest to the data's 1.23; the first key leaves the data's mode
    page.keyboard.press("ArrowRight")
    settled(demo)
    assert demo.locator("output").inner_text() == "1.30"
    same(rows(demo), expected(sigma_pop=1.3))
    slider(demo, LABEL).focus()
    for key in ["Home", *["ArrowRight"] * 4]:
        page.keyboard.press(key)
    settled(demo)
    assert demo.locator("output").inner_text() == "0.15"
    same(rows(demo), expected(sigma_pop=0.15))
    assert len(signs(demo, ".sn-faint")) == 10, (
        "hollow circles show where the data would put the doctors"
    )
    slider(demo, LABEL).focus()
    page.keyboard.press("End")
    settled(demo)
    assert "no pooling" in slider(demo, LABEL).get_attribute("aria-valuetext")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    settled(demo)
    same(rows(demo), expected())


def test_a_preset_keeps_the_dial_where_it_is(open_demo):
    _, demo = open_demo("pooling-dial", "#demo=pooling-dial&sigma_pop=0.5")
    slider(demo, "Table").select_option("Twelve hospitals")
    settled(demo)
    hospitals = PoolingDial().presets["Twelve hospitals"]
    same(rows(demo), expected(counts=hospitals, sigma_pop=0.5))
    at = PoolingDial(counts=hospitals, sigma_pop=0.5).place()
    words = demo.locator(".sn-summary").inner_text()
    assert f"sigma_pop is larger with a probability of {percent(at.larger)}" in words
    assert f"its density there is {percent(at.ratio)} of its highest" in words


def test_the_dials_place_is_on_the_density(open_demo):
    _, demo = open_demo("pooling-dial", "#demo=pooling-dial&sigma_pop=1")
    mark = demo.locator("line.sn-at-place")
    start = float(mark.get_attribute("x1"))
    slider(demo, LABEL).press("ArrowRight")
    settled(demo)
    assert float(mark.get_attribute("x1")) > start
    # beyond the axis it stands at its end, with an arrow
    slider(demo, LABEL).press("End")
    settled(demo)
    words = demo.locator(".sn-at-words")
    assert words.text_content() == "your dial 100 →"
    box, frame = mark.bounding_box(), demo.bounding_box()
    assert box["x"] + box["width"] <= frame["x"] + frame["width"]


def test_doctors_by_the_hundred_are_left_to_a_worker(open_demo):
    page, demo = open_demo("pooling-dial")
    counts = [[f"Dr. {i}", i % 7 + 3, i % 7 + 3 + i % 4] for i in range(300)]
    page.evaluate(
        """counts => {
            const parts = new URLSearchParams({ demo: "pooling-dial", sigma_pop: 0.4 });
            parts.set("counts", JSON.stringify(counts));
            location.hash = `#${parts}`;
        }""",
        counts,
    )
    demo.get_by_text("Partial pooling by your dial").wait_for()
    settled(demo)
    same(rows(demo), expected(counts=counts, sigma_pop=0.4))


def test_phone_by_touch(open_demo):
    page, demo = open_demo("pooling-dial", "#demo=pooling-dial&sigma_pop=0", **PHONE)
    demo.get_by_role("button", name="No pooling").tap()
    settled(demo)
    same(rows(demo), expected(sigma_pop=100))
    dial = slider(demo, LABEL)
    dial.scroll_into_view_if_needed()
    drag(page, dial, 0)
    settled(demo)
    assert demo.locator("output").inner_text() == "1.20", "the middle of the dial"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("width", [1280, 760, 360])
def test_the_page_below_stays_where_it_is(open_demo, width):
    page, demo = open_demo("pooling-dial", viewport={"width": width, "height": 900})
    height = demo.bounding_box()["height"]
    for sigma in (0, 0.3, 1.5, 100):
        follow(page, f"#demo=pooling-dial&sigma_pop={sigma}")
        settled(demo)
        assert demo.bounding_box()["height"] == pytest.approx(height, abs=1), sigma


def test_a_bad_link_gets_a_sentence_and_the_usual_start(astray):
    links = dict.fromkeys(["sigma_pop=wide", "sigma_pop=-1", "sigma_pop="], "sigma_pop")
    for demo in astray("pooling-dial", links | {"counts=[]": "no doctor"}):
        same(rows(demo), expected())
        press(demo, "Complete pooling")
