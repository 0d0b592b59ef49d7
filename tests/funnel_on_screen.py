"""The funnel demo on a screen: what it shows, and what Python says that it should show."""

import json
from functools import cache

from on_screen import percent

from shrinkage.demos import Funnel
from shrinkage.demos.funnel import KINDS

STEPS = [0.01, 0.014, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3, 0.4, 0.5, 0.7, 1]


def number(value):
    """A sigma_pop as the demo writes it."""
    return f"{value:.{3 if value < 0.095 else 2}f}"


def expected(**state):
    """The demo's table as Python computes it, each state once."""
    return _expected(json.dumps(state, sort_keys=True))


@cache
def _expected(state):
    demo = Funnel(**json.loads(state))
    exact = demo.posterior().sigma_pop
    rows = []
    for kind in KINDS:
        found = demo.estimate(kind)
        if not found.draws:
            rows.append([kind, "–", "0", "–", "–"])
            continue
        accepted, below = percent(found.accepted), percent(found.below)
        rows.append([kind, number(found.mean), f"{found.divergences:,}", accepted, below])
    below = percent(float(exact.cdf(demo.stable_above())))
    return [*rows, ["exact posterior", number(exact.mean), "–", "–", below]]


def shown(demo):
    """The demo's table."""
    return demo.locator(".sn-compare tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


def draws(demo):
    """The number of the latest draw."""
    words = demo.locator(".sn-readout").inner_text()
    return int(words.split()[1].strip(".").replace(",", "")) if words.startswith("Draw") else 0


def trajectory(demo):
    """The centred trajectory as it is drawn now."""
    return demo.locator(".sn-trajectory").first.get_attribute("d")


def stop_clock(page):
    """From here on the page's time passes only by `run_for(page, ms)`, frames and timers too.

    What moves is then the same on every machine. No `settled` and no `frames` until the clock
    goes on (`page.clock.resume()`): both wait for frames.
    """
    page.evaluate("() => { window.realFrame = requestAnimationFrame.bind(window); }")
    page.clock.install(time=0)
    page.clock.pause_at(3600)  # an hour later: certainly not over yet


def run_for(page, ms):
    """Let the stopped clock of the page run for `ms`.

    The browser tells what is on the screen by its own clock, at the end of a frame: on a busy
    machine the page's time would otherwise have passed before the demo knew that it is seen.
    """
    page.evaluate(
        """async () => {
            for (let i = 0; i < 2; i++) await new Promise(window.realFrame);
        }"""
    )
    page.clock.run_for(ms)


def watched(demo, ms, times):
    """The draws and the centred trajectory after each of so many spans of the stopped clock."""
    seen = []
    for _ in range(times):
        run_for(demo.page, ms)
        seen.append((draws(demo), trajectory(demo)))
    return seen
