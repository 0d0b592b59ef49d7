"""The funnel demo on the published page, in a real Chromium, against Python's numbers."""

import json
from urllib.parse import quote

import pytest
from funnel_on_screen import STEPS, expected, number, shown
from on_screen import press, settled, slider

from shrinkage.demos import Funnel
from shrinkage.demos.clinic import presets
from shrinkage.demos.funnel import KINDS


def test_page_shows_pythons_numbers_as_draws_come(open_demo):
    _, demo = open_demo("funnel")
    assert shown(demo) == expected()
    press(demo, "Draw one")
    assert shown(demo) == expected(draws=501)
    press(demo, "Draw 100")
    assert shown(demo) == expected(draws=601)
    press(demo, "Restart")
    assert shown(demo) == expected(draws=0)
    assert "warm-up" in demo.locator(".sn-readout").inner_text()
    press(demo, "Draw one")
    press(demo, "Draw one")
    assert shown(demo) == expected(draws=2)
    press(demo, "Draw 1,000")
    assert shown(demo) == expected(draws=1002)
    press(demo, "Other random numbers")
    assert shown(demo) == expected(draws=1002, seed=2)
    summary = demo.locator(".sn-summary").inner_text()
    exact = Funnel().posterior().sigma_pop.mean
    assert "After 1,002 draws the centred sampler" in summary
    assert f"The exact mean is {number(exact)}" in summary


def test_every_draw_and_every_divergence_has_its_mark(open_demo):
    _, demo = open_demo("funnel")
    marks = """(svg, kind) => [...svg.querySelectorAll(kind)]
        .map(path => path.getAttribute("d").split("M").length - 1).reduce((a, b) => a + b, 0)"""
    for panel, kind in zip(demo.locator(".sn-panel").all(), KINDS, strict=True):
        picture = panel.locator("svg").first
        assert picture.evaluate(f"svg => ({marks})(svg, '.sn-draws')") == 500
        found = picture.evaluate(f"svg => ({marks})(svg, '.sn-divergence')")
        assert found == Funnel().estimate(kind).divergences
        assert panel.locator(".sn-region").count() == 2
        assert f"500 draws of the {kind} sampler" in picture.get_attribute("aria-label")


def test_step_size_by_mouse_answers_while_it_is_dragged(open_demo):
    page, demo = open_demo("funnel")
    step = slider(demo, "Step size")
    step.scroll_into_view_if_needed()
    box = step.bounding_box()
    at = box["x"] + 8 + (box["width"] - 16) * 7 / 14  # the thumb at 0.1
    page.mouse.move(at, box["y"] + box["height"] / 2)
    page.mouse.down()
    seen = []
    for k in range(1, 6):
        page.mouse.move(at + k * box["width"] / 20, box["y"] + box["height"] / 2)
        settled(demo)  # with the button still down
        seen.append((step.input_value(), shown(demo)[0]))
    page.mouse.up()
    settled(demo)
    assert len({value for value, _ in seen}) > 2
    assert len({tuple(row) for _, row in seen}) > 2, "the table did not follow the hand"
    assert shown(demo) == expected(step_size=STEPS[int(step.input_value())])


def test_doctors_by_mouse(open_demo):
    page, demo = open_demo("funnel")
    doctors = slider(demo, "Number of doctors")
    doctors.scroll_into_view_if_needed()
    box = doctors.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] / 2)
    settled(demo)
    value = int(doctors.input_value())
    assert 3 < value < 8
    assert shown(demo) == expected(doctors=value)


def test_everything_by_keyboard(open_demo):
    page, demo = open_demo("funnel")
    slider(demo, "Step size").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    settled(demo)
    assert shown(demo) == expected(step_size=0.14, doctors=8)
    page.keyboard.press("Tab")
    page.keyboard.press("T")  # one letter: several count as a word only if they come fast
    settled(demo)
    ten = presets()["Ten doctors"]
    assert shown(demo) == expected(step_size=0.14, doctors=8, counts=ten)
    assert "Dr. B minus the typical doctor" in demo.locator(".sn-panel").first.text_content()
    demo.get_by_role("button", name="Run", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(demo)
    assert shown(demo) == expected(step_size=0.14, doctors=8, counts=ten, draws=501)


def test_with_many_patients_the_words_name_the_longest_non_centred_step(open_demo):
    _, demo = open_demo("funnel", "#demo=funnel&doctors=12&step_size=0.2")
    slider(demo, "Table").select_option("Twelve hospitals")
    settled(demo)
    state = {"counts": presets()["Twelve hospitals"], "doctors": 12, "step_size": 0.2}
    assert shown(demo) == expected(**state)
    longest = number(Funnel(**state).longest_step())
    words = demo.locator(".sn-summary").inner_text()
    assert (
        f"2,814 patients fix mu_pop so firmly that its step has to be well below {longest}" in words
    )
    assert "it has not moved" in words


def test_link_restores_the_same_chains(open_demo):
    page, demo = open_demo("funnel")
    slider(demo, "Number of doctors").fill("5")
    slider(demo, "Step size").fill("9")
    press(demo, "Draw 100")
    press(demo, "Other random numbers")
    demo.get_by_role("button", name="Copy link to this state").click()
    link = page.evaluate("location.hash")
    _, elsewhere = open_demo("funnel", link)
    assert shown(elsewhere) == expected(doctors=5, step_size=0.2, draws=600, seed=2)
    paths = ".sn-panel svg:first-child path"
    assert elsewhere.locator(paths).evaluate_all("p => p.map(e => e.getAttribute('d'))") == (
        demo.locator(paths).evaluate_all("p => p.map(e => e.getAttribute('d'))")
    )


def test_a_bad_link_gets_a_sentence_and_the_usual_start(astray):
    links = {
        "step_size=long": "step size",
        "step_size=0": "step size",
        "draws=6000": "number of draws",
        "doctors=1.5": "number of doctors",
        "seed=-1": "seed",
        "counts=[]": "no doctor",
        f"counts={quote('[["A",3,2]]')}": "cannot be more",
        "counts=many": "rows",
    }
    for demo in astray("funnel", links):
        assert shown(demo) == expected()
        press(demo, "Draw one")


@pytest.mark.parametrize(
    "state",
    [
        {"counts": [["Dr. A", 0, 0]]},
        {"counts": [["Dr. A", 0, 0], ["Dr. B", 0, 1], ["Dr. C", 1000000, 1000000]]},
        {"step_size": 1, "draws": 300},
        {"counts": [[f"Dr. {j}", j % 3, 3] for j in range(60)], "doctors": 50, "draws": 50},
    ],
)
def test_extremes_have_pictures_and_words(open_demo, state):
    parts = [
        f"{name}={quote(json.dumps(value) if isinstance(value, list) else str(value))}"
        for name, value in state.items()
    ]
    _, demo = open_demo("funnel", "#demo=funnel&" + "&".join(parts))
    assert demo.locator(".sn-notice").is_hidden()
    assert shown(demo) == expected(**state)
    assert "NaN" not in demo.inner_html()
    assert demo.locator(".sn-panel .sn-region").count() == 4


def test_drag_over_doctors_repaints_the_regions(open_demo):
    page, demo = open_demo("funnel")
    region = demo.locator(".sn-region-0").first
    before = region.get_attribute("d")
    handle = slider(demo, "Number of doctors")
    handle.focus()
    page.keyboard.press("Home")
    settled(demo)
    assert handle.input_value() == "2"
    assert region.get_attribute("d") != before
    assert shown(demo) == expected(doctors=2)


def test_paper_gets_the_picture_in_ink(open_demo):
    page, demo = open_demo("funnel")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    # Asked of the page, not of an element: paper has another width, for which all is drawn again.
    stroke = "getComputedStyle(document.querySelector('[data-demo=funnel] .sn-draws')).stroke"
    page.wait_for_function(f"![ '', 'rgb(0, 0, 0)' ].includes({stroke})")
    page.emulate_media(media="print")
    page.wait_for_function(f"{stroke} === 'rgb(0, 0, 0)'")
    assert demo.locator(".sn-panel").first.is_visible()
    assert demo.locator(".sn-compare").is_visible()
