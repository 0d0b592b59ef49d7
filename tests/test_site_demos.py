"""What every demo promises on the published page, in a Chromium that reaches only localhost."""

import gzip
import json
import re

import pytest
from conftest import GALLERY, kebab
from on_screen import PHONE, complete, follow, press, settled

import shrinkage.demos

BUDGET = 60_000  # bytes that a demo may add to its page, compressed
# Further ones for what reads a pasted table: its words and doubts are nearly half of the demo. In a
# notebook it is one text, and from a page nothing could be fetched once the box is open.
READER = {"shrinkage-plot": 10_000}
CODE = ("_esm", "_css")
HOST = 4_000  # what a page loads before any demo is near


DEMOS = {kebab(name): getattr(shrinkage.demos, name) for name in shrinkage.demos.__all__}
# Another state of each, as the end of an address; every part differs from the start.
ELSEWHERE = {
    "funnel": "step_size=0.2&draws=40",
    "league-table": "spread=0.5&year=12&truth=true",
    "pooling-dial": "sigma_pop=0.5",
    "prior-lens": "mu_scale=10&sigma_scale=3",
    "shrinkage-plot": "counts=[[%22Ada%22,3,4],[%22Bo%22,30,60]]&order=estimate",
    "who-is-best": "standard=0.8&missing=7",
}
every_demo = pytest.mark.parametrize("name", DEMOS)


def inside(demo, selector):
    """Elements of the demo that are to be seen."""
    return [element for element in demo.locator(selector).all() if element.is_visible()]


@pytest.fixture(scope="module")
def states(widgets):
    """What the gallery page holds of each demo: its widget's state, by the demo's name."""
    return dict(widgets.values())


def test_the_gallery_holds_every_demo(states):
    assert set(states) == set(DEMOS) == set(ELSEWHERE)


# What is promised of a demo, one function each; the tests below open the windows for them.


def starts_and_says_what_it_shows(demo):
    assert demo.locator(".sn-notice").is_hidden()
    assert demo.locator(".sn-pictures").first.bounding_box()["height"] > 100
    summary = demo.locator(".sn-summary")
    assert summary.get_attribute("aria-live") == "polite"
    assert len(summary.inner_text()) > 60
    assert demo.get_attribute("aria-label").startswith("Demo: ")


def gives_every_control_a_visible_focus(page, demo):
    controls = inside(demo, "button, input, select, textarea, summary, [tabindex='0']")
    assert len(controls) >= 4
    controls[0].focus()
    page.keyboard.press("Shift+Tab")
    for _ in controls:
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const it = document.activeElement;
                const style = getComputedStyle(it);
                return { inside: Boolean(it.closest(".sn-demo")), html: it.outerHTML.slice(0, 120),
                         outline: style.outlineStyle, width: parseFloat(style.outlineWidth) };
            }"""
        )
        if found["inside"]:
            assert found["outline"] != "none", found["html"]
            assert found["width"] >= 2, found["html"]


def fills_a_projectors_screen(page, demo):
    press(demo, "Full screen")
    demo.get_by_role("button", name="Leave full screen").wait_for()
    assert page.evaluate("document.fullscreenElement.className") == "sn-demo"
    press(demo, "Leave full screen")
    demo.get_by_role("button", name="Full screen", exact=True).wait_for()


def answers_nonsense_in_a_link_with_a_sentence(page, demo, name, start):
    notice = demo.locator(".sn-notice")
    asked = 0
    for trait, value in start.items():
        # Any text may be a doctor's name, and a word that is not 'true' is false.
        if trait == "hand" or isinstance(value, bool):
            continue
        follow(page, f"#demo={name}&{trait}=nonsense")
        notice.wait_for()
        assert "The link asks for something else" in notice.inner_text(), trait
        press(demo, "Reset")
        follow(page, "")
        asked += 1
    assert asked
    assert demo.locator(".sn-summary").inner_text()


def leaves_axe_nothing_to_find(page, demo, npm_modules, *, dark):
    for details in demo.locator("details").all():
        details.evaluate("details => { details.open = true; }")
    settled(demo)
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    # Without fetching the styles: an open paste box has the browser refuse every connection.
    found = demo.evaluate("demo => axe.run(demo, { preload: false })")
    assert found["passes"], "axe looked at nothing"
    problems = [
        f"{v['id']}: {v['help']}: {[n['html'] for n in v['nodes']]}" for v in found["violations"]
    ]
    assert not problems, "\n".join(problems)
    paper = demo.evaluate("demo => getComputedStyle(demo).backgroundColor")
    assert (int(re.findall(r"\d+", paper)[0]) < 128) == dark


def prints_its_picture_without_its_controls(page, demo):
    page.emulate_media(media="print")
    assert demo.locator(".sn-pictures").first.is_visible()
    assert demo.locator(".sn-summary").is_visible()
    assert not inside(demo, "button, input, select, textarea")
    paper = demo.evaluate("demo => getComputedStyle(demo).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    settled(demo)


def fits_a_phone(page, demo):
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = demo.evaluate(
        """(demo) => [...demo.querySelectorAll("svg, canvas, button, input, select, output, li, p")]
            .filter((element) => !element.closest(".sn-scroll"))
            .map((element) => [element.getBoundingClientRect(), element.outerHTML.slice(0, 100)])
            .filter(([box]) => box.width && (box.left < 0 || box.right > 360))
            .map(([, html]) => html)"""
    )
    assert not wide, wide
    for control in inside(demo, "button, select"):
        assert control.bounding_box()["height"] >= 35, control.inner_text()


def copied_link(page, demo):
    """The link that the demo's button copies."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = demo.get_by_role("button", name="Copy link to this state", exact=True)
    # It says so for a moment only, so what it says is kept.
    button.evaluate(
        """(button) => {
            window.said = [];
            new MutationObserver(() => window.said.push(button.textContent))
                .observe(button, { childList: true, characterData: true, subtree: true });
        }"""
    )
    button.click()
    page.wait_for_function("window.said.includes('Link copied')")
    return page.evaluate("navigator.clipboard.readText()")


@every_demo
def test_on_a_desktop(open_demo, npm_modules, states, name):
    page, demo = open_demo(name)
    starts_and_says_what_it_shows(demo)
    gives_every_control_a_visible_focus(page, demo)
    fills_a_projectors_screen(page, demo)
    answers_nonsense_in_a_link_with_a_sentence(page, demo, name, states[name]["start"])
    page.emulate_media(reduced_motion="reduce")
    leaves_axe_nothing_to_find(page, demo, npm_modules, dark=False)


@every_demo
def test_on_a_phone_in_the_dark_and_on_paper(open_demo, npm_modules, name):
    page, demo = open_demo(name, **PHONE, color_scheme="dark", reduced_motion="reduce")
    fits_a_phone(page, demo)
    leaves_axe_nothing_to_find(page, demo, npm_modules, dark=True)
    prints_its_picture_without_its_controls(page, demo)


@every_demo
def test_a_link_restores_a_state_and_reset_the_start(open_demo, name):
    page, demo = open_demo(name)
    words = demo.locator(".sn-summary")
    start = words.inner_text()
    follow(page, f"#demo={name}&{ELSEWHERE[name]}")
    settled(demo)
    there = words.inner_text()
    assert there != start
    page.evaluate("history.replaceState(null, '', ' ')")
    link = copied_link(page, demo)
    wanted = f"demo={name}&{ELSEWHERE[name]}"
    assert page.evaluate(
        """([link, wanted]) => {
            const [a, b] = [new URL(link).hash.slice(1), wanted].map((part) => {
                const parts = new URLSearchParams(part);
                parts.sort();
                return parts.toString();
            });
            return a === b;
        }""",
        [link, wanted],
    ), link
    press(demo, "Reset")
    assert words.inner_text() == start
    _, again = open_demo(name, "#" + link.partition("#")[2])
    assert again.locator(".sn-summary").inner_text() == there


def test_without_javascript_a_still_picture_and_a_sentence(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(site.address + GALLERY)
    frames = page.locator(".live-demo").all()
    assert len(frames) == len(DEMOS)
    for frame in frames:
        assert frame.locator("img").evaluate("image => image.naturalWidth") > 300
        assert len(frame.locator("img").get_attribute("alt")) > 60
        assert "needs JavaScript" in frame.inner_text()


def test_transfer_is_within_budget(site, states):
    def size(text):
        return len(gzip.compress(text.encode()))

    host = size((site.folder / "_demos" / "live_demos.js").read_text())
    assert host < HOST
    print("\nbytes that each demo adds to a page, compressed:")
    for name, state in sorted(states.items()):
        rest = {trait: value for trait, value in state.items() if trait not in CODE}
        added = sum(size(state[trait]) for trait in CODE) + size(json.dumps(rest))
        print(f"  {name:16} {added:7,}")
        assert added < BUDGET + READER.get(name, 0)


def test_no_id_stands_twice_on_the_gallery_page(open_demo):
    page, _ = open_demo("league-table", others=True)
    complete(page)
    page.wait_for_function(f"document.querySelectorAll('.sn-demo').length === {len(DEMOS)}")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
