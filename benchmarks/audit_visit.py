"""What one page of the site costs and how it does: its first visit, axe-core, and Lighthouse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "book")]
from browser import FLAGS, find  # noqa: E402
from node import DEMOS, packages  # noqa: E402
from on_screen import PATIENCE, PHONE, complete  # noqa: E402
from static_host import Site  # noqa: E402

AUDIT = ROOT / "benchmarks" / "audit"
CATEGORIES = {"performance": "performance", "accessibility": "accessibility"}
CATEGORIES |= {"best_practices": "best-practices", "seo": "seo"}
TIMES = ("first-contentful-paint", "largest-contentful-paint")
TIMES += ("total-blocking-time", "cumulative-layout-shift")
# Lighthouse slows the processor down four times, which takes the machines that it has in mind, of
# an index of 1,500 to 2,000, to a phone in the middle. A slower or busier machine has to be slowed
# down less to be the same phone, a faster one more:
# https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md#calibrating-the-cpu-slowdown
PHONE_INDEX = 1750 / 4
LOOKS = {"phone, light": PHONE | {"color_scheme": "light"}}
LOOKS |= {"desk, dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}}
# A page that shows nothing until it is asked is asked.
ASKED = {"search": "?q=shrinkage"}
# No host but this machine has an address, so that nothing else answers.
NO_OTHERS = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# Half a second without a request, at the end of which nothing is drawn any more.
QUIET = """() => new Promise((rest) => {
    let [count, since] = [-1, performance.now()];
    const look = () => {
        const now = performance.getEntriesByType("resource").length;
        const drawing = document.querySelector("[aria-busy=true]");
        const under_way = drawing || document.readyState !== "complete";
        if (under_way || now !== count) [count, since] = [now, performance.now()];
        if (performance.now() - since > 500) rest();
        else setTimeout(look, 50);
    };
    look();
})"""
# As a reader does, a screen at a time: pictures and demos that wait for the screen are fetched.
SCROLL = """async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
        scrollTo({ top: y, behavior: "instant" });
        for (let k = 0; k < 3; k++) await new Promise(requestAnimationFrame);
    }
}"""


@dataclass(frozen=True)
class Visit:
    """A first visit of one page.

    Attributes
    ----------
    size, requests : int
        Bytes that the host has sent, heads and compressed text, and its answers, before the reader
        scrolls.
    size_read, requests_read : int
        The same when the page has been read to its end.
    foreign : list of str
        Addresses on other hosts that the page asked for.
    axe : list of str
        What axe-core finds on the whole page, 'look: rule: help: where' each.
    """

    size: int
    requests: int
    size_read: int
    requests_read: int
    foreign: list[str]
    axe: list[str]


@dataclass(frozen=True)
class Scores:
    """What one run of Lighthouse says.

    Attributes
    ----------
    points : dict
        Points of a hundred by category; None where one does not apply.
    fcp, lcp, tbt : float
        First and largest contentful paint and total blocking time, ms, on the phone that it plays.
    cls : float
        Layout shift.
    index, slowdown : float
        Lighthouse's benchmark index just before the run, and the slowdown of the processor.
    causes : list of str
        The audits that cost points, and what they found.
    """

    points: dict[str, int | None]
    fcp: float = 0.0
    lcp: float = 0.0
    tbt: float = 0.0
    cls: float = 0.0
    index: float = 0.0
    slowdown: float = 0.0
    causes: list[str] = field(default_factory=list)


@dataclass
class Visitor:
    """Visits pages of a served site in a Chromium."""

    site: Site
    browser: Any
    chromium: str

    @cached_property
    def _axe(self) -> str:
        return (packages(DEMOS) / "axe-core" / "axe.min.js").read_text()

    @cached_property
    def _index(self) -> str:
        """Lighthouse's own measure of the processor, as a function of JavaScript."""
        module = (packages(AUDIT) / "lighthouse/core/lib/page-functions.js").as_uri()
        script = f"const {{ pageFunctions: f }} = await import('{module}');"
        script += "console.log(String(f.computeBenchmarkIndex))"
        command = ["node", "--input-type=module", "-e", script]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    @contextmanager
    def _page(self, **options: Any) -> Iterator[Any]:
        context = self.browser.new_context(service_workers="block", **options)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        yield page
        context.close()

    def visit(self, path: str) -> Visit:
        """Visit a page by its path without `.html`, on a phone and then on a desk."""
        cost, foreign, found = [], set(), []
        for look, options in LOOKS.items():
            with self._page(**options) as page:
                page.on("request", lambda request: foreign.add(request.url))
                self.site.sent.clear()
                page.goto(self._address(path))
                page.evaluate(QUIET)
                if not cost:
                    cost = self._cost()
                page.evaluate(SCROLL)
                page.evaluate(QUIET)
                if len(cost) == 2:
                    cost += self._cost()
                page.evaluate("() => scrollTo({ top: 0, behavior: 'instant' })")
                complete(page)
                found += [f"{look}: {told}" for told in self._violations(page)]
        ours = (self.site.address, "data:", "blob:", "about:")
        return Visit(*cost, sorted(url for url in foreign if not url.startswith(ours)), found)

    def _address(self, path: str) -> str:
        return f"{self.site.address}{path}.html{ASKED.get(path, '')}"

    def _cost(self) -> list[int]:
        return [sum(answer.size for answer in self.site.sent), len(self.site.sent)]

    def _violations(self, page: Any) -> list[str]:
        page.evaluate(self._axe)  # not by a tag, which a page's own policy may forbid
        found = page.evaluate("axe.run(document, { preload: false, resultTypes: ['violations'] })")
        told = []
        for rule in found["violations"]:
            where = " ".join(rule["nodes"][0]["html"].split())[:120]
            told.append(f"{rule['id']}: {rule['help']}: {len(rule['nodes'])}, {where}")
        return told

    def lighthouse(self, path: str) -> Scores:
        """Run Lighthouse once on a page, on the same phone whatever this machine is."""
        with self._page() as page:
            index = page.evaluate(f"({self._index})()")
        slowdown = round(min(max(index / PHONE_INDEX, 1), 10), 1)
        flags = ("--headless=new", *FLAGS, f"'{NO_OTHERS}'")
        command = [
            *(packages(AUDIT) / ".bin" / "lighthouse", self._address(path)),
            *("--quiet", "--output=json", "--output-path=stdout", "--no-enable-error-reporting"),
            f"--only-categories={','.join(CATEGORIES.values())}",
            f"--throttling.cpuSlowdownMultiplier={slowdown}",
            f"--chrome-flags={' '.join(flags)}",
        ]
        environment = os.environ | {"CHROME_PATH": self.chromium}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"Lighthouse could not run on {path}: {done.stderr[-1500:]}")
        return scores(json.loads(done.stdout), index, slowdown)


def scores(report: dict, index: float, slowdown: float) -> Scores:
    """What matters in Lighthouse's report.

    A page that asks search engines to leave it out has no points for being found.
    """
    audits, points, causes = report["audits"], {}, []
    hidden = audits.get("is-crawlable", {}).get("score") == 0
    for name, category in CATEGORIES.items():
        found = report["categories"][category]
        score = found["score"]
        points[name] = None if score is None else round(100 * score)
        if name == "seo" and hidden:
            points[name] = None
            continue
        for reference in found["auditRefs"]:
            audit = audits[reference["id"]]
            if audit["score"] is None or not reference["weight"]:
                continue
            lost = reference["weight"] * (1 - audit["score"])
            if (score or 0) < 1 and lost > 0.5:
                causes.append(f"{name}: {_told(reference['id'], audit)}")
    times = [audits[name]["numericValue"] for name in TIMES]
    return Scores(points, *times, index, slowdown, causes)


def _told(name: str, audit: dict) -> str:
    items = audit.get("details", {}).get("items", [])
    where = next((i["node"]["snippet"][:100] for i in items if i.get("node")), "")
    return " ".join(filter(None, [name, audit.get("displayValue", "").replace("\xa0", " "), where]))


@contextmanager
def visitor(site: Site) -> Iterator[Visitor]:
    """A Chromium that visits pages of this site, and reaches no other host."""
    from playwright.sync_api import sync_playwright

    chromium = find()
    if chromium is None:
        sys.exit("No Chromium found: python book/browser.py brings one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[*FLAGS, NO_OTHERS], timeout=PATIENCE
        )
        yield Visitor(site, browser, chromium)
        browser.close()
