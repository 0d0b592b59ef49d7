"""The demos on the published page, in a real Chromium that reaches nothing but localhost."""

import gzip
import json
import re
from itertools import pairwise

import ipywidgets
import pytest
from conftest import ROOT, served
from league_table_on_screen import expected, shown
from on_screen import PHONE, press, settled, slider

from shrinkage.demos import LeagueTable

pytestmark = pytest.mark.slow

NAME = '"_anywidget_id": "shrinkage.demos.league_table.LeagueTable"'
BUDGET = 60_000  # bytes, compressed
HOST = ROOT / "book" / "_ext" / "live_demos.js"


@pytest.fixture(scope="module")
def path(pages):
    """The page with the league table."""
    return next((path for path, text in pages.items() if NAME in text), None) or pytest.fail(
        "no page of the site holds the LeagueTable demo"
    )


@pytest.fixture
def open_demo(site, path, new_page):
    """Open the page in a new window and return the page and its demo, drawn."""

    def opened(fragment="", **options):
        page = new_page(**options)
        page.goto(site.address + path + fragment)
        demo = page.locator(".sn-demo").first
        settled(demo)
        return page, demo

    return opened


@pytest.fixture(scope="module")
def start(pages, path):
    """The state that the page's demo was made with."""
    script = re.search(r'widget-state\+json">(.*?)</script>', pages[path], re.DOTALL)
    widgets = json.loads(script[1])["state"].values()
    return next(w["state"]["start"] for w in widgets if "start" in w["state"])


def test_page_shows_pythons_numbers_as_years_are_drawn(open_demo, start):
    _, demo = open_demo()
    assert shown(demo) == expected(**start)
    press(demo, "Draw a year")
    press(demo, "Draw a year")
    assert shown(demo) == expected(**start | {"year": start["year"] + 2})
    press(demo, "Draw 100 years")
    assert shown(demo) == expected(**start | {"year": start["year"] + 102})


def test_spread_by_mouse_answers_while_it_is_dragged(open_demo, start):
    page, demo = open_demo()
    press(demo, "Draw 100 years")
    spread = slider(demo, "True spread between doctors")
    spread.scroll_into_view_if_needed()
    box = spread.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 9, y)
    page.mouse.down()
    seen = []
    for step in range(1, 8):
        page.mouse.move(box["x"] + 9 + step * box["width"] / 12, y)
        page.wait_for_timeout(40)
        seen.append((spread.input_value(), demo.locator(".sn-raw").first.get_attribute("style")))
    page.mouse.up()
    assert all(int(a) < int(b) for (a, _), (b, _) in pairwise(seen)), seen
    assert len({style for _, style in seen}) > 1, "the crosses did not follow the hand"
    settled(demo)
    value = int(spread.input_value()) / 20
    assert demo.locator("output").first.inner_text() == f"{value:.2f}"
    assert shown(demo) == expected(**start | {"year": start["year"] + 100, "spread": value})


def test_every_slider_by_keyboard(open_demo, start):
    page, demo = open_demo()
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
    page, demo = open_demo(**PHONE)
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
        page.wait_for_timeout(30)
    finger("touchEnd", 0)
    settled(demo)
    value = int(spread.input_value()) / 20
    assert value > 0.4
    assert shown(demo) == expected(**start | {"year": start["year"] + 1, "spread": value})


def test_reset_and_link(open_demo, start):
    page, demo = open_demo()
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

    _, elsewhere = open_demo("#" + link.partition("#")[2])
    assert shown(elsewhere) == expected(**state)
    assert elsewhere.get_by_label("Show the true rates").is_checked()


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("spread=wide", "spread"), ("year=0", "year"), ("smallest=300", "smallest caseload")],
)
def test_a_bad_link_gets_a_sentence_and_the_usual_start(open_demo, start, asked, answer):
    _, demo = open_demo(f"#demo=league-table&{asked}")
    notice = demo.locator(".sn-notice")
    notice.wait_for()
    assert "The link asks for something else" in notice.inner_text()
    assert answer in notice.inner_text()
    assert shown(demo) == expected(**start)
    press(demo, "Draw a year")
    assert notice.is_hidden()


def test_caseloads_all_large_or_all_small_get_a_sentence(open_demo):
    _, demo = open_demo("#demo=league-table&smallest=50&largest=50")
    assert "No doctor sees fewer than 20 patients" in demo.locator(".sn-summary").inner_text()
    slider(demo, "Largest caseload").fill("4")
    settled(demo)
    assert "Every doctor sees fewer than 20" in demo.locator(".sn-summary").inner_text()


def test_ten_thousand_years_never_block_the_page(open_demo, start):
    page, demo = open_demo()
    page.evaluate(
        """() => {
            window.longest = 0;
            let before = performance.now();
            const beat = () => {
                const now = performance.now();
                window.longest = Math.max(window.longest, now - before);
                before = now;
                setTimeout(beat, 0);
            };
            beat();
        }"""
    )
    page.evaluate("location.hash = '#demo=league-table&year=10000'")
    demo.get_by_text("10,000 years").first.wait_for(timeout=20_000)
    assert page.evaluate("window.longest") < 200
    settled(demo)
    assert demo.get_by_role("button", name="Draw a year").get_attribute("aria-disabled") == "true"
    shares = demo.locator(".sn-shares strong").all_inner_texts()
    assert shares == expected(**start | {"year": 10_000})["shares"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
def test_axe_finds_nothing(open_demo, npm_modules, scheme, width):
    viewport = {"width": width, "height": 800}
    page, demo = open_demo(color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
    press(demo, "Draw a year")
    shown(demo)  # opens the table
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run('.sn-demo')")
    assert found["passes"], "axe looked at nothing"
    problems = [
        f"{v['id']}: {v['help']}: {[n['html'] for n in v['nodes']]}" for v in found["violations"]
    ]
    assert not problems, "\n".join(problems)
    paper = demo.evaluate("demo => getComputedStyle(demo).backgroundColor")
    assert (int(re.findall(r"\d+", paper)[0]) < 128) == (scheme == "dark")


def test_reduced_motion_is_respected(open_demo):
    for motion, moves in (("reduce", False), ("no-preference", True)):
        _, demo = open_demo(reduced_motion=motion)
        press(demo, "Draw a year")
        duration = demo.locator(".sn-raw").first.evaluate(
            "mark => getComputedStyle(mark).transitionDuration"
        )
        assert (duration != "0s") == moves


def test_print_shows_the_picture_without_its_controls(open_demo):
    page, demo = open_demo(color_scheme="dark")
    page.emulate_media(media="print")
    assert demo.locator(".sn-pictures").is_visible()
    assert demo.locator(".sn-summary").is_visible()
    for hidden in (".sn-buttons", ".sn-settings"):
        assert demo.locator(hidden).first.is_hidden()
    paper = demo.evaluate("demo => getComputedStyle(demo).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_without_javascript_a_still_picture_and_a_sentence(site, path, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(site.address + path)
    frame = page.locator(".live-demo").first
    assert frame.locator("img").evaluate("image => image.naturalWidth") > 0
    assert "patients" in frame.locator("img").get_attribute("alt")
    assert "needs JavaScript" in frame.inner_text()


def test_transfer_is_within_budget(site, pages, path):
    state = re.search(
        r'<script type="application/vnd.jupyter.widget-state.*?</script>', pages[path]
    )
    host = site.folder / "_demos" / "live_demos.js"
    size = len(gzip.compress(state[0].encode())) + len(gzip.compress(host.read_bytes()))
    print(f"\nthe demo adds {size:,} bytes to its page, compressed")
    assert size < BUDGET


def test_host_loads_only_where_a_demo_is(pages):
    for name, text in pages.items():
        has_widget = "application/vnd.jupyter.widget-state+json" in text
        assert ("live_demos.js" in text) == has_widget, name
        assert "requirejs" not in text.lower(), name
        assert "html-manager" not in text, name


# A page of our own, for what no page of the course has: several demos, a view twice, strangers.


@pytest.fixture
def crowd(tmp_path, new_page):
    """A page with two league tables, the first one twice, and two widgets that cannot run here."""
    first, second = LeagueTable(), LeagueTable(seed=7, spread=0.5, year=3)
    stranger, broken = ipywidgets.IntSlider(), LeagueTable()
    widgets = {w.model_id: {"state": w.get_state()} for w in (first, second, stranger, broken)}
    widgets[broken.model_id]["state"]["_esm"] = "this is no module"
    views = "".join(
        '<div class="live-demo"><p>still</p>'
        '<script type="application/vnd.jupyter.widget-view+json">'
        f'{{"model_id": "{widget.model_id}"}}</script></div>'
        for widget in (first, second, first, stranger, broken)
    )
    state = json.dumps({"state": widgets}, default=str).replace("</script>", r"<\/script>")
    (tmp_path / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Crowd</title>{views}'
        f'<script type="application/vnd.jupyter.widget-state+json">{state}</script>'
        f'<script type="module">{HOST.read_text()}</script></html>'
    )
    with served(tmp_path) as running:
        page = new_page(color_scheme="dark")
        page.goto(running.address)
        page.wait_for_function(
            "document.querySelectorAll('.sn-demo .sn-summary[aria-busy=false]').length === 3"
            " && document.querySelectorAll('.live-demo')[4].innerText.includes('could not start')"
        )
        yield page


def test_demos_of_one_page_keep_apart_and_views_of_one_model_together(crowd):
    one, two, again = crowd.locator(".sn-demo").all()
    for demo in (one, two, again):
        settled(demo)
    press(one, "Draw a year")
    settled(again)
    assert shown(one) == shown(again) == expected(year=2)
    assert shown(two) == expected(seed=7, spread=0.5, year=3)
    press(two, "Draw a year")
    assert shown(one) == expected(year=2)
    press(two, "Reset")
    assert shown(two) == expected(seed=7, spread=0.5, year=3)
    press(two, "Draw a year")
    two.get_by_role("button", name="Copy link to this state").click()
    assert crowd.evaluate("location.hash") == "#demo=league-table-2&year=4"
    ids = crowd.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids)), "an id twice on one page"


def test_what_cannot_run_here_gets_a_sentence(crowd):
    frames = crowd.locator(".live-demo").all()
    assert "needs a running Python" in frames[3].inner_text()
    assert "could not start here" in frames[4].inner_text()


def test_a_page_of_no_known_theme_follows_the_system(crowd):
    paper = crowd.locator(".sn-demo").first.evaluate("d => getComputedStyle(d).backgroundColor")
    assert paper == "rgb(20, 24, 30)"
