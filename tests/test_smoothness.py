"""On a slow device a demo leaves the work to a worker, and draws in parts."""

import itertools
import json

import pytest
from conftest import kebab
from on_screen import frames, rows, settled, signs, slider
from one_demo import page_of
from tracing import throttle

import shrinkage.demos
from shrinkage.demos import LeagueTable, PriorLens, ShrinkagePlot

# How many questions the page has sent to its workers.
ASKED = """
    window.asked = 0;
    const send = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (...message) {
        window.asked++;
        return send.apply(this, message);
    };
"""
# A device on which whatever a demo does takes it longer than a slice.
SLOWEST = """
    let now = 0;
    performance.now = () => (now += 5);
"""
# In which frame a page first does something, by its name; `frame` counts the frames.
FRAMES = """
    window.frame = 0;
    window.first = {};
    const note = (name) => (first[name] ??= frame);
    const ask = requestAnimationFrame;
    requestAnimationFrame = (draw) => ask((time) => (frame++, draw(time)));
    addEventListener("hashchange", () => note("asked"));
    const Parts = URLSearchParams;
    window.URLSearchParams = class extends Parts {
        constructor(text) {
            super(text);
            note("read");
        }
    };
    const scroll = Element.prototype.scrollIntoView;
    Element.prototype.scrollIntoView = function (...how) {
        note("shown");
        return scroll.apply(this, how);
    };
"""
# What the page has sent to its workers last.
SENT = """
    const send = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (questions) {
        window.sent = questions;
        return send.call(this, questions);
    };
"""
# The elements of each kind that change together, in one step on the slowest device.
TOGETHER = """kinds => {
    window.together = [];
    new MutationObserver((changes) => {
        const changed = new Set(changes.map(({ target }) => target));
        const ofKind = (kind) => [...changed].filter((node) => node.matches?.(kind)).length;
        window.together.push(kinds.map(ofKind));
    }).observe(document.querySelector(".sn-pictures"), { subtree: true, attributes: true });
}"""
# How many estimates the picture has, after every change of it.
WATCH = """pictures => {
    const there = () => [...pictures.querySelectorAll(".sn-estimate")]
        .reduce((sum, path) => sum + path.getAttribute("d").split("M").length - 1, 0);
    window.seen = [there()];
    new MutationObserver(() => window.seen.push(there()))
        .observe(pictures, { subtree: true, childList: true, attributeFilter: ["d"] });
}"""


@pytest.fixture
def alone(new_page):
    """Open a demo on a page of its own, with a script before all others; returns page and demo."""

    def opened(demo, script):
        page = new_page()
        page.add_init_script(script)
        html = page_of([demo])
        page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto("http://127.0.0.1:1/")
        return page, settled(page.locator(".sn-demo"))

    return opened


@pytest.mark.parametrize("name", ["ShrinkagePlot", "PoolingDial", "PriorLens", "WhoIsBest"])
def test_a_slow_page_has_even_ten_doctors_computed_beside_it(alone, name):
    page, demo = alone(getattr(shrinkage.demos, name)(), ASKED)
    throttle(page, 6)
    before = page.evaluate("asked")
    words = demo.locator(".sn-summary").inner_text()
    slider(demo, "Table").select_option("One outlier")
    settled(demo)
    assert page.evaluate("asked") > before
    assert demo.locator(".sn-summary").inner_text() != words


def test_a_slow_page_shows_pythons_numbers(alone):
    page, demo = alone(ShrinkagePlot(), ASKED)
    throttle(page, 6)
    slider(demo, "Successes").focus()
    page.keyboard.press("ArrowLeft")  # Dr. B, 3 of 4
    settled(demo)
    counts = [[n, 3, 4] if n == "Dr. B" else [n, s, t] for n, s, t in ShrinkagePlot().counts]
    python = ShrinkagePlot(counts=counts)
    shown = {row[0]: float(row[4].split("\u00a0")[0]) for row in rows(demo)}
    means = dict(zip(python.names, python.posterior().mean, strict=True))
    assert shown == pytest.approx({name: 100 * mean for name, mean in means.items()}, abs=0.6)


@pytest.mark.parametrize("doctors", [200, 500])
def test_a_pasted_table_is_drawn_in_parts(alone, doctors):
    page, demo = alone(ShrinkagePlot(), SLOWEST)
    box = demo.locator("details", has_text="Paste your own league table")
    box.locator("summary").click()
    demo.locator(".sn-pictures").evaluate(WATCH)
    text = "\n".join(f"Dr. {j},{j % 7},{7 + j % 50}" for j in range(doctors))
    box.locator("textarea").fill(text)
    page.wait_for_function(f"seen.at(-1) === {doctors}")
    settled(demo)
    seen = page.evaluate("seen")
    assert seen[0] == 10
    # A part has 32 rows at most, and the page draws itself after each.
    parts = [after - before for before, after in itertools.pairwise(seen)]
    assert max(parts) <= 32, seen
    assert len([rows for rows in parts if rows > 0]) >= doctors / 32
    assert len(signs(demo, ".sn-estimate")) == doctors


def test_a_drawing_that_is_interrupted_ends_with_what_is_newest(alone):
    page, demo = alone(ShrinkagePlot(), SLOWEST)
    box = demo.locator("details", has_text="Paste your own league table")
    box.locator("summary").click()
    for doctors in (300, 120, 30):
        text = "\n".join(f"Dr. {j},{j % 7},{7 + j % 50}" for j in range(doctors))
        box.locator("textarea").fill(text)
        box.get_by_text(f"{doctors} rows in the picture").wait_for()
        frames(page, 3)
    settled(demo)
    assert len(signs(demo, ".sn-estimate")) == 30
    names = demo.locator(".sn-pictures .sn-name").all_text_contents()
    assert len(names) == 30
    assert all(words.startswith("Dr. ") for words in names)


def test_a_long_text_is_inserted_after_the_event_that_pastes_it(alone):
    page, demo = alone(ShrinkagePlot(), ASKED)
    box = demo.locator("details", has_text="Paste your own league table")
    box.locator("summary").click()
    at_once = box.locator("textarea").evaluate(
        """area => {
            const data = new DataTransfer();
            const lines = Array.from({ length: 80 }, (_, j) => `Dr. ${j},3,7`);
            data.setData("text/plain", lines.join("\\n"));
            area.select();
            const how = { clipboardData: data, cancelable: true };
            area.dispatchEvent(new ClipboardEvent("paste", how));
            return area.value;
        }"""
    )
    assert "\nDr. A\t" in at_once
    page.wait_for_function("document.querySelector('.sn-verdict').textContent.includes('80 rows')")
    assert box.locator("textarea").input_value().splitlines()[-1] == "Dr. 79,3,7"


@pytest.mark.parametrize("name", ["PriorLens", "PoolingDial"])
def test_a_link_is_read_and_followed_in_frames_of_their_own(alone, name):
    page, demo = alone(getattr(shrinkage.demos, name)(), SLOWEST + FRAMES)
    counts = json.dumps([[f"Dr. {j}", j % 7, 7 + j % 50] for j in range(100)])
    page.evaluate(
        "fragment => { location.hash = fragment; }", f"#demo={kebab(name)}&counts={counts}"
    )
    page.wait_for_function("first.shown !== undefined")
    settled(demo)
    first = page.evaluate("first")
    assert first["asked"] < first["read"] < first["shown"]
    assert len(signs(demo, ".sn-estimate")) == 100


def test_a_link_to_another_demo_is_not_read(alone):
    page, _ = alone(PriorLens(), SLOWEST + FRAMES)
    page.evaluate("() => { location.hash = '#demo=pooling-dial&sigma_pop=0.3'; }")
    page.wait_for_function("first.asked !== undefined")
    frames(page, 5)
    assert "read" not in page.evaluate("first")


def test_an_axis_is_drawn_a_tick_a_step(alone):
    page, demo = alone(PriorLens(), SLOWEST)
    page.evaluate(TOGETHER, [".sn-axis line"])
    page.set_viewport_size({"width": 800, "height": 900})
    settled(demo)
    ticks = [lines for (lines,) in page.evaluate("together") if lines]
    assert sum(ticks) >= 15
    # The three levels beside the bars are one step.
    assert max(ticks) <= 3
    assert ticks.count(1) >= 15


def test_a_step_has_eight_rows(alone):
    page, demo = alone(ShrinkagePlot(), SLOWEST + FRAMES)
    box = demo.locator("details", has_text="Paste your own league table")
    box.locator("summary").click()
    demo.locator(".sn-pictures").evaluate(WATCH)
    drawn = []
    for doctors in (200, 400):
        before = page.evaluate("frame")
        text = "\n".join(f"Dr. {j},{j % 7},{7 + j % 50}" for j in range(doctors))
        box.locator("textarea").fill(text)
        page.wait_for_function(f"seen.at(-1) === {doctors}")
        settled(demo)
        drawn.append(page.evaluate("frame") - before)
    # The rows are split, read, listed in a choice, and drawn in the forest and beside it.
    assert drawn[1] - drawn[0] >= 5 * 200 / 8


def test_a_worker_is_sent_counts_alone(alone):
    page, demo = alone(ShrinkagePlot(), SENT)
    slider(demo, "Table").select_option("One outlier")
    settled(demo)
    sent = page.evaluate(
        "() => Object.entries(sent.found).map(([name, value]) => [name, value?.constructor.name])"
    )
    assert {"successes": "Int32Array", "trials": "Int32Array"}.items() <= dict(sent).items()
    assert not {"names", "raw"} & dict(sent).keys()


def test_another_year_is_drawn_in_steps(alone):
    page, demo = alone(LeagueTable(doctors=200), SLOWEST)
    page.evaluate(TOGETHER, [".sn-bars path", ".sn-raw"])
    demo.get_by_role("button", name="Draw 100 years", exact=True).click()
    settled(demo)
    steps = page.evaluate("together")
    assert any(bars for bars, _ in steps)
    assert any(crosses for _, crosses in steps)
    assert not any(bars and crosses for bars, crosses in steps)
