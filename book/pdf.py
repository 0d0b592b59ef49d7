"""Print the built site as one PDF, `_build/small_n.pdf`: `make pdf` runs it.

The pages' articles are put one after another, in the order of ``_toc.yml``, into one page that
Chromium prints: demos as their still pictures, answers opened, links leading within the PDF. The
site gets a copy of it, and its link on the page *How to use this course* is shown.
"""

from __future__ import annotations

import mimetypes
import posixpath
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import browser
import yaml
from bs4 import BeautifulSoup, Tag
from dependencies import ROOT

sys.path.append(str(ROOT / "book" / "_ext"))
import offline

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HTML = ROOT / "_build" / "html"
HOST = "http://book.invalid/"  # answered from the folder; nothing is asked for elsewhere
SHEET = {"width": 643, "height": 756}  # CSS pixels of the text on a sheet, see pdf.css
UNPRINTED = "script, style, button, progress, form, .headerlink, .sn-offline, .sn-pdf"
Part = tuple[str, list[tuple[str, int]]]  # a caption, and its pages, each with its depth

# What is wider than the page is made smaller, as far as it must be; pictures fit by themselves.
FIT = """() => {
  for (const one of document.querySelectorAll("table, .math > math, math[display=block]")) {
    const frame = one.parentElement;
    const room = frame.closest(".sn-page").clientWidth;
    const wide = one.getBoundingClientRect().width;
    if (wide > room) one.style.zoom = room / wide;
  }
}"""


def parts(toc: dict) -> list[Part]:
    """The parts of a table of contents, the front page first, in a part without a name."""

    def pages(entries: Sequence[dict], depth: int) -> Iterator[tuple[str, int]]:
        for entry in entries:
            yield entry["file"], depth
            yield from pages(entry.get("sections", []), depth + 1)

    named = [(part["caption"], list(pages(part["chapters"], 0))) for part in toc["parts"]]
    return [("", [(toc["root"], 0)]), *named]


def anchor(page: str, fragment: str = "") -> str:
    """The name within the PDF of a page, or of a place on it."""
    return page.replace("/", "-") + (f"--{fragment}" if fragment else "")


def article(site: Path, page: str, known: set[str], address: str) -> Tag:
    """A page's article, as it is printed.

    Parameters
    ----------
    site : Path
        Folder of the built site.
    page : str
        The page, without suffix.
    known : set of str
        The pages that are printed.
    address : str
        Where the site is published, with a slash at its end; '' if nobody knows.
    """
    soup = BeautifulSoup((site / f"{page}.html").read_text(), "html.parser")
    found = soup.select_one("article.bd-article")
    for one in found.select(UNPRINTED):
        one.decompose()
    for details in found.select("details"):
        details["open"] = ""
    for demo in found.select(".live-demo"):
        if demo.img is None:
            demo.decompose()  # a control that needs a kernel
        else:
            demo.attrs = {"class": "sn-still"}
            replace_note(soup, demo, page, address, "The demo itself moves")
    for frame in found.select("iframe"):
        frame.insert_after(note := soup.new_tag("div"))
        replace_note(soup, note, page, address, "The whole of it can be read")
    for late in found.select("img, iframe"):
        del late["loading"]
    for one in found.find_all(id=True):
        one["id"] = anchor(page, one["id"])
    for one in found.find_all(src=True):
        one["src"] = _from_root(page, one["src"])
    for link in found.find_all("a", href=True):
        lead(link, page, known, address)
    found.name, found.attrs = "article", {"class": "bd-article sn-page", "id": anchor(page)}
    return found


def replace_note(soup: BeautifulSoup, one: Tag, page: str, address: str, says: str) -> None:
    """Say where a reader of the PDF finds what does not move in it."""
    for note in one.find_all("p"):
        note.decompose()
    note = soup.new_tag("p", attrs={"class": "sn-where"})
    note.append(f"{says} on the site" + (": " if address else ", on the page of this name."))
    if address:
        link = soup.new_tag("a", href=f"{address}{page}.html")
        link.string = f"{address}{page}.html"
        note.append(link)
    one.append(note)


def lead(link: Tag, page: str, known: set[str], address: str) -> None:
    """Have a link lead within the PDF, else to the published site, else nowhere."""
    href = link["href"]
    if urlsplit(href).scheme:
        return
    path, _, fragment = _from_root(page, href).partition("#")
    target = path.removesuffix(".html")
    if target == "index":
        target = "book/index"
    if target in known and not path.endswith((".ipynb", ".md")):
        link["href"] = "#" + anchor(target, fragment)
    elif address:
        link["href"] = address + path + (f"#{fragment}" if fragment else "")
    else:
        link.unwrap()


def _from_root(page: str, href: str) -> str:
    """An address on a page as one from the site's root."""
    if urlsplit(href).scheme:
        return href
    path, mark, fragment = href.partition("#")
    path = unquote(path.partition("?")[0])
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    return path + mark + fragment


def assemble(site: Path, chosen: Sequence[Part]) -> str:
    """The pages of these parts as one page, with a title page and the contents before them."""
    known = {page for _, pages in chosen for page, _ in pages}
    front = BeautifulSoup((site / "index.html").read_text(), "html.parser")
    canonical = front.select_one('link[rel="canonical"]')
    address = canonical["href"] if canonical else ""
    name = yaml.safe_load((ROOT / "_config.yml").read_text())["title"]
    title, _, subtitle = name.partition(": ")
    rows, articles = [], []
    for caption, pages in chosen:
        if caption:
            rows.append(f'<p class="sn-part">{escape(caption)}</p>')
        for page, depth in pages:
            articles.append(str(one := article(site, page, known, address)))
            heading = escape(" ".join(one.h1.get_text().split()))
            rows.append(f'<p class="sn-depth-{depth}"><a href="#{anchor(page)}">{heading}</a></p>')
    live = f'<p>The course itself, where its demos move: <a href="{address}">{address}</a></p>'
    licences, version = front.select(".extra_footer > p")[:2]
    version = str(version.contents[0]).strip()  # and not the report of a mistake on this page
    return f"""<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<title>{escape(name)}</title><link rel="stylesheet" href="_static/site.css">
<style>{(ROOT / "book" / "pdf.css").read_text()}</style></head><body>
<header class="sn-title"><h1>{escape(title)}</h1><p class="sn-subtitle">{escape(subtitle)}</p>
<p>{version}</p>{live if address else ""}{licences}
</header><nav class="sn-contents"><h1>Contents</h1>{"".join(rows)}</nav>
{"".join(articles)}</body></html>"""


@contextmanager
def laid_out(html: str, site: Path, running: Browser) -> Iterator[Page]:
    """A page as Chromium lays it out for paper; its pictures and its style lie in `site`."""

    def answer(route: Route) -> None:
        asked = unquote(urlsplit(route.request.url).path).lstrip("/")
        if not asked:
            route.fulfill(body=html, content_type="text/html")
        elif route.request.url.startswith(HOST) and (site / asked).is_file():
            kind = mimetypes.guess_type(asked)[0] or "application/octet-stream"
            route.fulfill(body=(site / asked).read_bytes(), content_type=kind)
        else:
            route.abort()

    page = running.new_page(color_scheme="light", viewport=SHEET)
    page.set_default_timeout(0)  # a slow machine is no fault
    page.route("**/*", answer)
    page.emulate_media(media="print")
    page.goto(HOST)
    page.evaluate("document.fonts.ready.then(() => {})")
    page.evaluate(FIT)
    yield page
    page.close()


def print_pdf(html: str, site: Path, path: Path, running: Browser) -> None:
    """Print a page, with the headings as the PDF's outline."""
    with laid_out(html, site, running) as page:
        page.pdf(
            path=path, prefer_css_page_size=True, print_background=True, outline=True, tagged=True
        )


def main() -> int:
    """Print the built site."""
    executable = browser.find()
    if executable is None:
        print("No Chromium found to print with: `.venv/bin/python book/browser.py` brings one.")
        return 1
    from playwright.sync_api import sync_playwright

    start = time.monotonic()
    pdf = HTML.parent / offline.PDF
    chosen = parts(yaml.safe_load((ROOT / "_toc.yml").read_text()))
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=list(browser.FLAGS))
        print_pdf(assemble(HTML, chosen), HTML, pdf, running)
        running.close()
    shutil.copyfile(pdf, HTML / offline.PDF)
    offline.write(HTML)  # with the link
    megabytes, seconds = pdf.stat().st_size / 1e6, time.monotonic() - start
    print(f"Printed {pdf.relative_to(ROOT)}: {megabytes:.1f} MB, in {seconds:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
