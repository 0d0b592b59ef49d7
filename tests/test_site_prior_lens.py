"""The demo 'what the priors say' on the published page, in a real Chromium."""

from itertools import pairwise

import pytest
from on_screen import (
    PHONE,
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

from shrinkage.demos import PriorLens
from shrinkage.demos.prior_lens import MU_SCALE, SIGMA_SCALE, prior_shares

MU, SIGMA, SEEN = "Prior of mu_pop", "Prior of sigma_pop", "Doctors seen"
MINUS = "\u2212"


def points(words):
    """Percentage points as the demo writes them, with their sign, as a number."""
    assert words == "0.0" or words[0] in ("+", MINUS), words
    return float(words.replace(MINUS, "-"))


def agree(demo, **state):
    """Assert that the table of estimates says what Python says."""
    python = PriorLens(**state)
    found, usual = python.posterior(), python.standard()
    ends = found.interval(0.95)
    shown = rows(demo, "Estimates in numbers")
    same(
        [row[:-1] for row in shown],
        [
            [
                python.names[j],
                f"{python.successes[j]:,}",
                f"{python.trials[j]:,}",
                float(found.mean[j]),
                (ends[j][0], ends[j][1]),
                float(usual.mean[j]),
            ]
            for j in range(python.seen)
        ],
    )
    # As in `same`, a value near the middle between two may be rounded to either.
    moved = 100 * (found.mean - usual.mean)[: python.seen]
    assert [points(row[-1]) for row in shown] == pytest.approx(moved, abs=0.06)


def heights(demo):
    """Heights of the twenty bars, in pixels."""
    bars = demo.locator("svg rect.sn-binned:not([x='-8'])")
    return bars.evaluate_all("all => all.map(bar => bar.height.baseVal.value)")


def test_it_starts_with_the_courses_priors(open_demo):
    _, demo = open_demo("prior-lens")
    agree(demo)
    words = demo.locator(".sn-summary").inner_text()
    assert "the course’s priors put 10\u00a0% of doctors below 5\u00a0% or above 95\u00a0%" in words
    shares = rows(demo, "Shares of doctors before any data")
    wanted = [f"{100 * share:.1f}\u00a0%" for share in prior_shares(MU_SCALE, SIGMA_SCALE)]
    assert [row[1] for row in shares] == [row[2] for row in shares] == wanted
    assert shares[0][0] == "0 to 5\u00a0%"
    assert shares[-1][0] == "95 to 100\u00a0%"


def test_prior_by_mouse_answers_while_it_is_dragged(open_demo):
    page, demo = open_demo("prior-lens")
    prior = slider(demo, MU)
    prior.press("Home")
    settled(demo)
    prior.scroll_into_view_if_needed()
    box = prior.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 9, y)
    page.mouse.down()
    outer, values = [], []
    bars = heights(demo)
    for step in range(1, 9):
        page.mouse.move(box["x"] + 9 + step * (box["width"] - 18) / 8, y)
        bars = followed(page, lambda: heights(demo), bars)
        values.append(int(prior.input_value()))
        assert len(bars) == 20
        outer.append(bars[0] / sum(bars))
    page.mouse.up()
    assert all(a < b for a, b in pairwise(values)), values
    assert all(a < b for a, b in pairwise(outer)), "the bars did not follow the hand"
    settled(demo)
    state = {"mu_scale": 20}
    assert outer[-1] == pytest.approx(PriorLens(**state).prior_shares()[0], abs=2e-3)
    agree(demo, **state)
    assert percent(PriorLens(**state).extreme()) in demo.locator(".sn-summary").inner_text()


def test_every_slider_by_keyboard(open_demo):
    page, demo = open_demo("prior-lens")
    reached = []
    slider(demo, "Table").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.labels?.[0]?.textContent")
        if label in (MU, SIGMA, SEEN) and label not in reached:
            reached.append(label)
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", "the focus is not visible"
            for key in {
                MU: ["ArrowRight"] * 7,
                SIGMA: ["ArrowLeft", "ArrowRight", "ArrowRight"],
                SEEN: ["Home", "ArrowRight"],
            }[label]:
                page.keyboard.press(key)
    assert reached == [MU, SIGMA, SEEN]
    settled(demo)
    said = demo.locator("output").all_inner_texts()
    assert said == ["Normal(0, 10)", "HalfNormal(1.25)", "3 of 10"]
    state = {"mu_scale": 10, "sigma_scale": 1.25, "doctors": 3}
    agree(demo, **state)
    words = demo.locator(".sn-summary").inner_text()
    sigma = PriorLens(**state).posterior().sigma_pop
    assert f"sigma_pop is {sigma.mean:.2f} on average" in words
    assert "these 3 doctors with 36 patients" in words
    slider(demo, SEEN).press("End")
    settled(demo)
    agree(demo, **state | {"doctors": None})


def test_buttons_set_the_priors(open_demo):
    _, demo = open_demo("prior-lens")
    press(demo, "mu_pop ~ Normal(0, 10)")
    agree(demo, mu_scale=10)
    words = demo.locator(".sn-summary").inner_text()
    assert "these priors put 77\u00a0% of doctors" in words
    assert "no estimate by more than 0.6 percentage points" in words
    slider(demo, SIGMA).press("End")
    settled(demo)
    agree(demo, mu_scale=10, sigma_scale=20)
    press(demo, "The course’s priors")
    agree(demo)
    button = demo.get_by_role("button", name="The course’s priors")
    assert button.get_attribute("aria-disabled") == "true"


def test_a_preset_is_seen_in_full(open_demo):
    _, demo = open_demo("prior-lens", "#demo=prior-lens&doctors=3&sigma_scale=3")
    slider(demo, "Table").select_option("One outlier")
    settled(demo)
    table = PriorLens().presets["One outlier"]
    agree(demo, counts=table, sigma_scale=3)
    assert len(signs(demo, ".sn-faint")) == 12


def test_phone_by_touch(open_demo):
    page, demo = open_demo("prior-lens", **PHONE)
    demo.get_by_role("button", name="mu_pop ~ Normal(0, 10)").tap()
    settled(demo)
    agree(demo, mu_scale=10)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # the slider and the bars that follow it are seen at once
    prior = slider(demo, MU)
    prior.scroll_into_view_if_needed()
    top = prior.bounding_box()["y"]
    bottom = demo.locator("svg[aria-label^='Before any data']").bounding_box()
    assert bottom["y"] + bottom["height"] - top < 740


@pytest.mark.parametrize("width", [1280, 760, 360])
def test_the_page_below_stays_where_it_is(open_demo, width):
    page, demo = open_demo("prior-lens", viewport={"width": width, "height": 900})
    height = demo.bounding_box()["height"]
    for change in ("mu_scale=10", "mu_scale=0.1&sigma_scale=20", "doctors=2&sigma_scale=0.05"):
        follow(page, f"#demo=prior-lens&{change}")
        settled(demo)
        assert demo.bounding_box()["height"] == pytest.approx(height, abs=1), change


def test_a_bad_link_gets_a_sentence_and_the_usual_start(astray):
    links = {
        "mu_scale=wide": "(mu_scale)",
        "mu_scale=0": "(mu_scale)",
        "sigma_scale=none": "(sigma_scale)",
        "doctors=2.5": "whole number",
        "counts=[[1]]": "three entries",
    }
    for demo in astray("prior-lens", links):
        agree(demo)
        press(demo, "mu_pop ~ Normal(0, 10)")
