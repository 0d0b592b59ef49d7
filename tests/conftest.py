"""Hooks and fixtures of all tests: marks for the three lengths, the built site, a real browser.

`make check` leaves out what needs the site, a browser, a sampler or the machine for itself, and
what is weekly; `make test` what is weekly; `make test-all` nothing.
"""

import json
import os
import re
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path

import properties
import pytest
from browser import FLAGS, find
from checkout import ROOT
from hypothesis import settings
from needs import lacking
from node import DEMOS, packages
from on_screen import PATIENCE, complete, follow, press, settled
from static_host import Site, served

GALLERY = "book/demos.html"


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Several processes at a time: what stays in one is a file, or what is about one exercise."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

    return ByGroup(config, log)


def pytest_configure() -> None:
    """Hold properties to the examples that are kept, unless a search for new ones is asked for."""
    for name, profile in properties.PROFILES.items():
        settings.register_profile(name, **profile)
    settings.load_profile("kept")


# What a fixture brings, a test of it needs.
NEEDS = {"browser": "browser", "site": "site", "report": "sampler"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the tests need, by their fixtures."""
    if wrong := properties.unmatched():
        raise pytest.UsageError(wrong)
    # Exercises come last and one after another, because `solved` keeps the sessions of one alone.
    groups = {item: _group(item.nodeid) for item in items}
    items.sort(key=lambda item: groups[item] if groups[item].startswith("exercise-") else "")
    for item in items:
        for fixture in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[fixture])


def _group(nodeid: str) -> str:
    """The exercise that a test is about, 'exercise-02', or its file.

    What is held against PyMC's draws stays together too: each model is compiled and sampled once.
    """
    path, _, test = nodeid.partition("::")
    if test.startswith("test_agrees_with_pymc") or path.endswith("test_agreement.py"):
        return "pymc_reference"
    # Each of the report's files is reported on once; tests of its numbers write no report.
    if "test_report" in path and "_numbers" not in path:
        return "report"
    own = re.search(r"test_exercise_(\d\d)\.py", path)
    if re.search(r"test_(exercises|nbgrader)\.py", path):
        own = re.search(r"[\[-](\d\d)(?:\.\d)?[\]-]", test)
    return f"exercise-{own[1]}" if own else path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport]:
    """Report a fault that a search has found as skipped: the kept examples still pass."""
    report = yield
    if report.when == "call" and report.failed and item.nodeid in properties.found:
        report.outcome, report.wasxfail = "skipped", "found by the search"
        row = f"{item.nodeid}: {json.dumps(properties.found[item.nodeid])}"
        report.user_properties.append(("New faults, kept in tests/faults: commit them", row))
    return report


def pytest_terminal_summary(terminalreporter) -> None:
    """Print the tables whose rows tests show with `record_property(title, row)`."""
    tables = {}
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("xfailed")
    for report in reports:
        for title, row in report.user_properties:
            tables.setdefault(title, []).append(row)
    for title, rows in tables.items():
        terminalreporter.section(title)
        terminalreporter.write_line("\n".join(sorted(rows)))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The built site, or the one that $SITE names."""
    folder = Path(os.environ.get("SITE", ROOT / "_build" / "html"))
    if not (folder / "index.html").exists():
        pytest.fail(f"no site in {folder}: run make book first")
    with served(folder) as running:
        yield running


@pytest.fixture(scope="session")
def pages(site: Site) -> dict[str, str]:
    """The site's pages as text, by their path."""
    found = {str(p.relative_to(site.folder)): p.read_text() for p in site.folder.rglob("*.html")}
    return {path: text for path, text in found.items() if not path.startswith("_static")}


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; `python book/browser.py` brings one."""
    return find() or lacking("no Chromium: run python book/browser.py, which brings one")


@pytest.fixture(scope="session")
def npm_modules() -> Path:
    """The demos' node_modules: the bundle's packages and axe-core."""
    return packages(DEMOS)


@pytest.fixture(scope="session")
def browser(chromium):
    """A running Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=list(FLAGS), timeout=PATIENCE
        )
        yield running
        running.close()


@pytest.fixture
def new_page(browser):
    """Open pages that reach nothing but localhost; any error or request elsewhere fails the test.

    `new_page(**options)` takes what Playwright's `new_context` takes.
    """
    contexts, troubles = [], []

    def local_only(route):
        if route.request.url.startswith("http://127.0.0.1:"):
            return route.continue_()
        troubles.append(f"request to {route.request.url}")
        return route.abort()

    def open_page(**options):
        usual = {"viewport": {"width": 1280, "height": 900}, "service_workers": "block"}
        context = browser.new_context(**usual | options)
        contexts.append(context)
        context.route(lambda url: url.startswith(("http:", "https:", "ws:", "wss:")), local_only)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"exception: {error}"))
        page.on(
            "console",
            lambda message: message.type == "error" and troubles.append(f"console: {message.text}"),
        )
        page.set_default_timeout(PATIENCE)
        return page

    open_page.troubles = troubles
    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def kebab(name: str) -> str:
    """The name of a class as links write it: ShrinkagePlot is shrinkage-plot."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


@pytest.fixture(scope="session")
def widgets(site: Site, pages: dict[str, str]) -> dict[str, tuple[str, dict]]:
    """The demos on the gallery page: by the widget's id its name in links and its state."""

    def whole(state: dict) -> dict:
        code = {trait: state[trait] for trait in ("_esm", "_css")}
        return state | {t: (site.folder / "_demos" / f).read_text() for t, f in code.items()}

    script = re.search(r'widget-state\+json">(.*?)</script>', pages[GALLERY], re.DOTALL)
    states = {id: widget["state"] for id, widget in json.loads(script[1])["state"].items()}
    demos = {id: whole(state) for id, state in states.items() if "_anywidget_id" in state}
    return {id: (kebab(s["_anywidget_id"].split(".")[-1]), s) for id, s in demos.items()}


@pytest.fixture(scope="session")
def only(pages: dict[str, str], widgets: dict) -> Callable[[str], str]:
    """The gallery page with one of its demos, and of the others their still pictures."""

    @cache
    def page(name: str) -> str:
        def still(frame: re.Match) -> str:
            own, _ = widgets[json.loads(frame[2])["model_id"]]
            return frame[0] if own == name else f"<div{frame[1]}"

        view = r'<script type="application/vnd.jupyter.widget-view\+json">(.*?)</script>'
        return re.sub(rf'<div class="live-demo"(.*?){view}', still, pages[GALLERY], flags=re.DOTALL)

    return page


@pytest.fixture
def open_demo(site, new_page, only):
    """Open a page of the site in a new window; returns the page and one of its demos, drawn.

    `open_demo("funnel")` finds it on the gallery page, where it stands alone unless `others` are
    wanted too; `fragment` is what follows the address.
    """

    def opened(name, fragment="", others=False, **options):
        page = new_page(**options)
        if not others:
            html = only(name)
            page.route(f"**/{GALLERY}", lambda route: route.fulfill(body=html))
        page.goto(f"{site.address}{GALLERY}{fragment}")
        complete(page)
        return page, settled(page.locator(f"[data-demo={name}] .sn-demo"))

    return opened


@pytest.fixture
def astray(open_demo) -> Callable:
    """Follow links to states that a demo cannot show; yields it with the sentence about each.

    `links` has for the end of each address a word of its sentence. The page opens with the first,
    the others are followed on it after a Reset.
    """

    def followed(name: str, links: dict[str, str]) -> Iterator:
        page = demo = None
        for asked, answer in links.items():
            fragment = f"#demo={name}&{asked}"
            if page is None:
                page, demo = open_demo(name, fragment)
            else:
                follow(page, fragment)
            notice = demo.locator(".sn-notice")
            notice.wait_for()
            assert "The link asks for something else" in notice.inner_text(), asked
            assert answer in notice.inner_text(), asked
            settled(demo)
            yield demo
            assert notice.is_hidden(), asked
            press(demo, "Reset")

    return followed


@pytest.fixture(scope="session")
def report() -> Callable:
    """Write a report on one of the files of `report_kit`, once; its path, text and analysis."""
    import report_kit

    return report_kit.report
