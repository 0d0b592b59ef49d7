"""The league table on the published page, in a real Chromium that reaches nothing but localhost."""

from itertools import pairwise

import pytest
from league_table_on_screen import expected, shown
from on_screen import HOLD, PHONE, follow, followed, frames, held, press, settled, signs, slider

from shrinkage.demos import LeagueTable

NAME = "league-table"


@pytest.fixture
def start():
    """The state that the page's demo was made with."""
    return LeagueTable().state()


def test_page_shows_pythons_numbers_as_years_are_drawn(open_demo, start):
    _, demo = open_demo(NAME)
    assert shown(demo) == expected(**start)
    press(demo, "Draw a year")
    press(demo, "Draw a year")
    assert shown(demo) == expected(**start | {"year": start["year"] + 2})
    press(demo, "Draw 100 years")
    assert shown(demo) == expected(**start | {"year": start["year"] + 102})


def test_spread_by_mouse_answers_while_it_is_dragged(open_demo, start):
    page, demo = open_demo(NAME)
    press(demo, "Draw 100 years")
    spread = slider(demo, "True spread between doctors")
    spread.scroll_into_view_if_needed()
    box = spread.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 9, y)
    page.mouse.down()
    seen = []
    crosses = signs(demo, ".sn-raw")
    for step in range(1, 8):
        page.mouse.move(box["x"] + 9 + step * box["width"] / 12, y)
        crosses = followed(page, lambda: signs(demo, ".sn-raw"), crosses)
        seen.append(int(spread.input_value()))
    page.mouse.up()
    assert all(a < b for a, b in pairwise(seen)), seen
    settled(demo)
    value = int(spread.input_value()) / 20
    assert demo.locator("output").first.inner_text() == f"{value:.2f}"
    assert shown(demo) == expected(**start | {"year": start["year"] + 100, "spread": value})


def test_every_slider_by_keyboard(open_demo, start):
    page, demo = open_demo(NAME)
    keys = {
        "True spread between doctors": ["ArrowRight"] * 4 + ["ArrowLeft"],
        "Typical true success rate": ["ArrowLeft"] * 5,
        "Smallest caseload": ["ArrowRight"] * 2,
        "Largest caseload": ["Home"] + ["ArrowRight"] * 12,
    }
    for label, pressed in keys.items():
        slider(demo, label).focus()
        for key in pressed:
            page.keyboard.press(key)
    settled(demo)
    state = start | {
        "spread": 0.15,
        "rate": round(start["rate"] - 0.05, 2),
        "smallest": 1,  # taken along when the largest went home to 1
        "largest": 30,
    }
    assert shown(demo) == expected(**state)
    demo.get_by_role("button", name="Draw a year").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    settled(demo)
    assert shown(demo) == expected(**state | {"year": start["year"] + 2})
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus is not visible"


def test_phone_by_touch(open_demo, start):
    page, demo = open_demo(NAME, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for element in demo.locator("svg, button, input, output, li, p").all():
        box = element.bounding_box()
        if box and box["width"]:
            assert box["x"] >= 0, element.inner_text()
            assert box["x"] + box["width"] <= 360, element.inner_text()
    demo.get_by_role("button", name="Draw a year").tap()
    spread = slider(demo, "True spread between doctors")
    spread.scroll_into_view_if_needed()
    box = spread.bounding_box()
    touch = page.context.new_cdp_session(page)

    def finger(kind, x):
        points = [] if kind == "touchEnd" else [{"x": x, "y": box["y"] + box["height"] / 2}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", box["x"] + 9)
    for step in range(1, 7):
        finger("touchMove", box["x"] + 9 + step * box["width"] / 12)
        frames(page)
    finger("touchEnd", 0)
    settled(demo)
    value = int(spread.input_value()) / 20
    assert value > 0.4
    assert shown(demo) == expected(**start | {"year": start["year"] + 1, "spread": value})


def test_reset_and_link(open_demo, start):
    page, demo = open_demo(NAME)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(demo, "Draw 100 years")
    slider(demo, "True spread between doctors").fill("6")
    demo.get_by_label("Show the true rates").check()
    settled(demo)
    state = start | {"year": start["year"] + 100, "spread": 0.3}
    demo.get_by_role("button", name="Copy link to this state").click()
    demo.get_by_role("button", name="Link copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url

    press(demo, "Reset")
    assert shown(demo) == expected(**start)
    assert not demo.get_by_label("Show the true rates").is_checked()

    _, elsewhere = open_demo(NAME, "#" + link.partition("#")[2])
    assert shown(elsewhere) == expected(**state)
    assert elsewhere.get_by_label("Show the true rates").is_checked()


def test_a_bad_link_gets_a_sentence_and_the_usual_start(astray, start):
    links = {"spread=wide": "spread", "year=0": "year", "smallest=300": "smallest caseload"}
    for demo in astray(NAME, links):
        assert shown(demo) == expected(**start)
        press(demo, "Draw a year")


def test_caseloads_all_large_or_all_small_get_a_sentence(open_demo):
    _, demo = open_demo(NAME, "#demo=league-table&smallest=50&largest=50")
    assert "No doctor sees fewer than 20 patients" in demo.locator(".sn-summary").inner_text()
    slider(demo, "Largest caseload").fill("4")
    settled(demo)
    assert "Every doctor sees fewer than 20" in demo.locator(".sn-summary").inner_text()


@pytest.mark.alone
def test_ten_thousand_years_never_hold_the_page(open_demo, start):
    page, demo = open_demo(NAME)

    def act():
        press(demo, "Reset")
        follow(page, "")
        follow(page, "#demo=league-table&year=10000")
        demo.get_by_text("10,000 years").first.wait_for()

    longest = held(page, act)
    print(f"held for {longest:.1f} pictures of sixty rows")
    assert longest < HOLD
    settled(demo)
    assert demo.get_by_role("button", name="Draw a year").get_attribute("aria-disabled") == "true"
    shares = demo.locator(".sn-shares strong").all_inner_texts()
    assert shares == expected(**start | {"year": 10_000})["shares"]


def test_reduced_motion_is_respected(open_demo):
    for motion, moves in (("reduce", False), ("no-preference", True)):
        page, demo = open_demo(NAME, reduced_motion=motion)
        demo.locator(".sn-raw:not(.sn-key *)").first.evaluate(
            """path => {
                window.drawn = new Set();
                new MutationObserver(() => window.drawn.add(path.getAttribute("d")))
                    .observe(path, { attributes: true });
            }"""
        )
        press(demo, "Draw a year")
        settled(demo)
        assert (page.evaluate("window.drawn.size") > 1) == moves
