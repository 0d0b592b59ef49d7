"""What was read, or kept, works when the server is gone, and never mixes versions."""

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import GALLERY
from offline import LIST, write
from on_screen import PATIENCE, settled, slider
from static_host import served

USING = "book/using.html"
CHAPTER = "chapters/01_the_perfect_doctor.html"
NOTEBOOK = "_sources/chapters/01_the_perfect_doctor.ipynb"
KEPT = "The whole course is on this device"


@pytest.fixture
def window(browser):
    """Open a page in a browser of its own that has service workers; returns the page."""
    contexts = []

    def opened(address):
        context = browser.new_context(service_workers="allow", accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def kept(page):
    """Wait until the worker has the page and has kept it, and what it shows."""
    page.wait_for_function(
        """async () => {
            const parts = performance.getEntriesByType("resource").map(({ name }) => name);
            const wanted = [location.href.split(/[?#]/)[0], ...parts];
            const here = await Promise.all(wanted.map((address) => caches.match(address)));
            return navigator.serviceWorker.controller && here.every(Boolean);
        }"""
    )


def press(page, name):
    page.get_by_role("button", name=re.compile(name)).click()


def says(page, words):
    page.locator(".sn-offline [role=status]", has_text=words).wait_for()


def heading(page):
    return page.locator("h1").first.inner_text()


def test_what_is_kept_whole_works_without_a_server_until_it_is_removed(site, window):
    with served(site.folder) as gone:
        page = window(gone.address + USING)
        kept(page)
        size = sum(size for _, size in json.loads((site.folder / LIST).read_text()).values())
        press(page, rf"Keep the course on this device\s\({size / 1e6:.0f}\sMB\)")
        says(page, KEPT)
        asked = {sent.path for sent in gone.sent}
        for name in json.loads((site.folder / LIST).read_text()):
            assert "/" + name.split("?")[0] in asked, name
    for path in ("", CHAPTER, "exercises/03_a_first_bayesian_model.html"):
        page.goto(gone.address + path)
        assert page.locator("article.bd-article h1").is_visible()
        assert page.evaluate("getComputedStyle(document.body).display") == "flex", "no style"
        assert page.evaluate(
            """async () => {
                for (const picture of document.images) picture.loading = "eager";
                await Promise.all([...document.images].map((picture) => picture.decode()));
                return [...document.images].every((picture) => picture.naturalWidth);
            }"""
        )
    page.goto(f"{gone.address}search.html?q=divergence")
    page.locator(".sn-found li a").first.wait_for()
    page.goto(f"{gone.address}{GALLERY}#demo=pooling-dial")
    demo = settled(page.locator("[data-demo=pooling-dial] .sn-demo"))
    dial = slider(demo, "Spread between doctors")
    before = demo.locator(".sn-summary").inner_text()
    dial.focus()
    page.keyboard.press("Home")
    settled(demo)
    assert demo.locator(".sn-summary").inner_text() != before
    page.goto(gone.address + CHAPTER)
    link = page.locator("a[href$='.ipynb']").first
    link.evaluate("link => { link.target = ''; }")  # no window of its own, in which it is saved
    with page.expect_download() as download:
        link.evaluate("link => link.click()")
    assert Path(download.value.path()).read_bytes() == (site.folder / NOTEBOOK).read_bytes()
    page.goto(gone.address + USING)
    says(page, KEPT)
    press(page, "Remove it")
    says(page, "no longer on this device")
    page.goto(gone.address + CHAPTER)
    assert heading(page) == "This page is not on this device"


def test_what_was_visited_can_be_read_again_and_what_was_not_says_so(site, window):
    with served(site.folder) as gone:
        page = window(gone.address + CHAPTER)
        kept(page)
        paths = [sent.path for sent in gone.sent]
        assert len(paths) == len(set(paths)), "something was fetched a second time to be kept"
        page.goto(gone.address + "book/glossary.html?from=elsewhere")
        title = page.title().removesuffix(" — Small N")
    for path in ("book/glossary.html", CHAPTER):
        page.goto(gone.address + path)
        page.locator("article.bd-article h1").wait_for()
        assert page.evaluate("getComputedStyle(document.body).display") == "flex", "no style"
    page.goto(gone.address + "book/tools.html")
    assert heading(page) == "This page is not on this device"
    names = page.locator("li a").all_inner_texts()
    assert names == [title, "1. Is a doctor who never failed the best?"]  # in the order of reading
    page.get_by_role("link", name=title, exact=True).click()
    page.locator("article.bd-article h1").wait_for()


def test_another_version_is_read_at_once_and_replaces_what_was_kept(site, window, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(site.folder, folder)
    style = folder / "_static" / "site.css"
    old = re.search(r"site\.css\?v=\w+", (folder / USING).read_text())[0]
    with served(folder) as running:
        page = window(running.address + USING)
        kept(page)
        press(page, "Keep the course")
        says(page, KEPT)
        style.write_text(style.read_text() + "body { outline: 7px solid }")
        for path in folder.rglob("*.html"):
            path.write_text(path.read_text().replace(old, "site.css?v=00000000"))
        write(folder)
        page.goto(running.address + CHAPTER, wait_until="load")
        assert page.evaluate("getComputedStyle(document.body).outlineWidth") == "7px"
        page.goto(running.address + USING)
        says(page, "the site has a newer version")
        press(page, "Bring it up to date")
        says(page, KEPT)
        names = page.evaluate(
            """async () => {
                const found = [];
                for (const name of await caches.keys())
                    for (const { url } of await (await caches.open(name)).keys()) found.push(url);
                return found;
            }"""
        )
        listed = json.loads((folder / LIST).read_text())
        assert sorted(names) == sorted(running.address + name for name in [LIST, *listed])
        assert len(page.evaluate("caches.keys()")) == 1
    page.goto(running.address + "book/tools.html")
    assert page.evaluate("getComputedStyle(document.body).outlineWidth") == "7px"


def test_a_lost_connection_is_waited_for_and_nothing_is_fetched_twice(site, window):
    with served(site.folder) as running:
        page = window(running.address + USING)
        kept(page)
        page.evaluate(
            """() => {
                const real = window.fetch;
                let left = 100; // then the connection is lost
                window.fetch = (...asked) =>
                    left-- > 0 ? real(...asked) : Promise.reject(new TypeError("gone"));
            }"""
        )
        press(page, "Keep the course")
        says(page, "The connection is lost")
        page.goto(running.address + USING)  # which ends what was under way
        before = [sent.path for sent in running.sent]
        press(page, "Keep the course")
        says(page, KEPT)
    after = [sent.path for sent in running.sent[len(before) :]]
    files = {"/" + name.split("?")[0] for name in json.loads((site.folder / LIST).read_text())}
    again = [path for path in after if path in files and path in before and path != f"/{USING}"]
    assert 90 < len(files & set(before)) < len(files)
    assert not again


def test_nothing_is_sent_once_the_box_for_a_table_is_open_the_worker_included(site, window):
    with served(site.folder) as running:
        page = window("about:blank")
        for _ in range(2):  # the first visit, and one that the worker has from the start
            page.goto("about:blank")
            page.goto(f"{running.address}{GALLERY}#demo=shrinkage-plot")
            demo = settled(page.locator("[data-demo=shrinkage-plot] .sn-demo"))
            assert demo.locator("textarea[readonly]").count(), "writable before it is sealed"
            demo.get_by_text("Paste your own league table").click()
            demo.locator("textarea:not([readonly])").wait_for()
            before = [sent.path for sent in running.sent]
            demo.locator("textarea").fill("doctor,successes,trials\nAda,3,4\nDi,55,60")
            settled(demo)
            page.wait_for_timeout(4000)  # in which a browser would look for another worker
            assert [sent.path for sent in running.sent] == before
        assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
