"""How long the demos hold a page, on machines as fast as this one and several times slower.

`make bench-smoothness` prints, for tables of 10 to 500 doctors and a page throttled by Chromium,
the longest task of the page's main thread (CPU time: as long as it runs, no input is handled), the
longest slice of the demo's own script among it (the rest of a task is the browser's style, layout
and paint), the longest gap between two frames, and the time until the demo is at rest, which it
reports 300 ms after its last change. Beside them is the least that such a page can take: frames in
which one word changes. Workers are not throttled, so a really slow machine is at rest later than
the table says.

The last line says where a slice of the script on a slower page does not end within a frame; then
the benchmark ends in an error. Such an act is measured twice, and its shorter slice counts.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from shrinkage import demos
from shrinkage.demos.clinic import MOST_DOCTORS

sys.path += [str(Path(__file__).parents[1] / name) for name in ("tests", "book")]
from browser import FLAGS, find
from conftest import kebab
from on_screen import PATIENCE, settled, slider
from one_demo import page_of
from tracing import throttle, traced

SEED = 20_240_502
RATES = (1, 4, 6)
SIZES = (10, 50, 200, 500)
FRAME = 1000 / 60  # ms

# Follow the frames from here on.
BEGIN = """() => {
    window.watch = { begun: performance.now(), last: performance.now(), longest: 0, frames: 0 };
    const look = (time) => {
        watch.longest = Math.max(watch.longest, time - watch.last);
        watch.last = time;
        watch.frames++;
        watch.next = requestAnimationFrame(look);
    };
    watch.next = requestAnimationFrame(look);
    performance.mark("begin");
}"""
# Wait until the demo has nothing more to draw; returns [longest gap, time], ms.
REST = """() => new Promise((rest) => {
    const summary = document.querySelector(".sn-summary");
    const first = watch.frames;
    const look = () => {
        // What the last event asked for is under way after two frames.
        if (watch.frames < first + 3 || summary.getAttribute("aria-busy") !== "false")
            return requestAnimationFrame(look);
        cancelAnimationFrame(watch.next);
        rest([watch.longest, performance.now() - watch.begun]);
    };
    look();
})"""
# Follow what is said of a pasted text, once it is read.
VERDICT = """() => {
    window.verdict = new Promise((read) => {
        const words = document.querySelector(".sn-verdict");
        new MutationObserver(read).observe(words, { childList: true });
    }).then(() => {});
}"""
# A word changes in each of `count` frames.
LEAST = """async (count) => {
    const word = document.querySelector(".sn-demo p");
    const words = word.textContent;
    performance.mark("least");
    for (let k = 0; k < count; k++) {
        word.textContent = `word ${k}`;
        await new Promise(requestAnimationFrame);
    }
    word.textContent = words;
    performance.mark("most");
}"""
FRAMES = 20


def table(doctors: int) -> list[list]:
    """A league table of so many doctors with 1 to 300 patients each."""
    rng = np.random.default_rng(SEED)
    trials = rng.integers(1, 301, doctors)
    return [[f"Dr. {j:03}", int(rng.binomial(n, 0.8)), int(n)] for j, n in enumerate(trials)]


@dataclass(frozen=True)
class Act:
    """What a reader does to a demo.

    Attributes
    ----------
    name : str
        In words.
    demo : str
        The demo's class.
    prepare : callable
        `prepare(page, demo)` brings the page to where the act begins; returns the act.
    state : dict
        What the demo starts with.
    """

    name: str
    demo: str
    prepare: Callable[[Any, Any], Callable[[], object]]
    state: dict


def pasted(doctors: int) -> Act:
    """A table of so many rows pasted over the ten doctors'."""

    def prepare(page: Any, demo: Any) -> Callable[[], object]:
        box = demo.locator("details", has_text="Paste your own league table")
        box.locator("summary").click()
        text = "\n".join("\t".join(map(str, row)) for row in table(doctors))
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        box.locator("textarea").select_text()

        def paste() -> None:
            page.evaluate(VERDICT)
            page.keyboard.press("Control+V")
            page.evaluate("() => verdict")

        return paste

    refused = " (refused)" if doctors > MOST_DOCTORS else ""
    return Act(f"{doctors:,} rows pasted{refused}", "ShrinkagePlot", prepare, {})


def dragged(doctors: int) -> Act:
    """The slider of one doctor's successes, dragged by the mouse."""

    def prepare(page: Any, demo: Any) -> Callable[[], object]:
        handle = slider(demo, "Successes")
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        y = box["y"] + box["height"] / 2

        def drag() -> None:
            page.mouse.move(box["x"] + 0.8 * box["width"], y)
            page.mouse.down()
            for step in range(12):
                page.mouse.move(box["x"] + (0.8 - 0.04 * step) * box["width"], y)
                page.evaluate("() => new Promise(requestAnimationFrame)")
            page.mouse.up()

        return drag

    state = {"counts": table(doctors), "hand": "Dr. 003"}
    return Act(f"{doctors} doctors, one dragged", "ShrinkagePlot", prepare, state)


def linked(demo: str, name: str, doctors: int) -> Act:
    """A link followed to so many doctors."""
    counts = json.dumps(table(doctors), separators=(",", ":"))
    fragment = f"#demo={name}&counts={counts}"

    def prepare(page: Any, _: Any) -> Callable[[], object]:
        return lambda: page.evaluate("fragment => { location.hash = fragment; }", fragment)

    return Act(f"{doctors} doctors by a link", demo, prepare, {})


def another_year(doctors: int) -> Act:
    """Another year of the league table."""

    def prepare(_: Any, demo: Any) -> Callable[[], object]:
        return demo.get_by_role("button", name="Draw a year", exact=True).click

    return Act(f"{doctors} doctors, another year", "LeagueTable", prepare, {"doctors": doctors})


def acts() -> Iterator[Act]:
    """What is measured."""
    yield from map(pasted, (*SIZES, 2 * MOST_DOCTORS))
    yield from map(dragged, SIZES)
    yield from map(another_year, (10, 50, 200))
    for demo in ("Funnel", "PoolingDial", "PriorLens"):
        yield from (linked(demo, kebab(demo), doctors) for doctors in SIZES)
    # Ranks of more doctors take a worker minutes, and the page nothing.
    yield from (linked("WhoIsBest", "who-is-best", doctors) for doctors in SIZES[:3])


@contextmanager
def open_browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = find()
    if chromium is None:
        sys.exit("No Chromium found: python book/browser.py brings one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


def measure(browser: Any, act: Act, rate: float) -> dict[str, float]:
    """Do one act in a page of its own; times in ms."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    html = page_of([getattr(demos, act.demo)(**act.state)])
    page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("http://localhost/")
    demo = settled(page.locator(".sn-demo"))
    throttle(page, rate)
    do = act.prepare(page, demo)
    page.evaluate("() => new Promise((rest) => setTimeout(rest, 1000))")
    rest: list[float] = []

    def watched() -> None:
        page.evaluate(LEAST, FRAMES)
        page.evaluate(BEGIN)
        do()
        rest.extend(page.evaluate(REST))
        page.evaluate("performance.mark('done')")

    trace = traced(page, watched)
    context.close()
    return {
        "least": median(trace.tasks("least", "most")[:FRAMES]),
        "task": trace.tasks("begin", "done")[0],
        "slice": max(trace.calls("begin", "done"), default=0.0),
        "gap": rest[0],
        "rest": rest[1],
    }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--demo", help="of this class alone, ShrinkagePlot for instance")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES, help="times slower")
    options = parser.parse_args()
    with open_browser() as browser:
        print(
            f"Chromium {browser.version} on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
            "ms: the longest task / its script's longest slice / the longest gap between frames / "
            "until rest."
        )
        times = "".join(f"{f'{rate:g} times slower':>31}" for rate in options.rates)
        print(f"{'':<14}{'':<30}{times}")
        least: dict[float, list[float]] = {rate: [] for rate in options.rates}
        late = []
        for act in acts():
            if options.demo not in (None, act.demo):
                continue
            cells = []
            for rate in options.rates:
                found = measure(browser, act, rate)
                if rate > 1 and found["slice"] > FRAME:
                    again = measure(browser, act, rate)
                    found = min(found, again, key=lambda measured: measured["slice"])
                if rate > 1 and found["slice"] > FRAME:
                    late.append(f"{act.demo}, {act.name} at {rate:g}x ({found['slice']:.0f} ms)")
                least[rate].append(found["least"])
                cells.append(
                    f"{found['task']:>8.0f} /{found['slice']:>5.0f} /{found['gap']:>5.0f} /"
                    f"{found['rest']:>7,.0f}"
                )
            print(f"{act.demo:<14}{act.name:<30}{''.join(cells)}", flush=True)
    one = "".join(f"{median(tasks):>8.1f}{'':23}" for tasks in least.values() if tasks)
    print(f"{'':<14}{'a frame with another word':<30}{one}")
    print(
        f"Slices longer than a frame: {'; '.join(late)}."
        if late
        else "Every slice ends within a frame."
    )
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
