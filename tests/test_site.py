"""The built site has every page, every number and picture, and asks no other host for anything."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import build
import pytest

ROOT = Path(__file__).parent.parent

HTML = build.HTML


@pytest.fixture(scope="module", autouse=True)
def _needs_the_site():
    if not (HTML / "index.html").is_file():
        pytest.fail("the site is not built; run make book first")


class _Resources(HTMLParser):
    """Addresses that a browser fetches by itself, and pictures' alternative texts."""

    def __init__(self):
        super().__init__()
        self.fetched, self.images = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("script", "img", "iframe", "source", "video", "audio"):
            self.fetched.append(attrs.get("src") or "")
        if tag == "link" and attrs.get("rel") != "canonical":
            self.fetched.append(attrs.get("href") or "")
        if tag == "img":
            self.images.append((attrs.get("src"), attrs.get("alt")))


def parsed(page):
    parser = _Resources()
    parser.feed(page.read_text())
    return parser


def pages():
    return [p for p in HTML.rglob("*.html") if "_static" not in p.parts]


def test_every_page_of_the_toc_is_there():
    assert build.missing_pages() == []


def test_a_missing_page_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setattr(build, "HTML", tmp_path)
    assert "chapters/01_the_perfect_doctor" in build.missing_pages()


def test_no_page_fetches_from_another_host():
    checked = 0
    for page in pages():
        for address in parsed(page).fetched:
            checked += 1
            assert not re.match(r"(https?:)?//", address), f"{page.name} fetches {address}"
    assert checked > 50
    for style in (HTML / "_static").rglob("*.css"):
        for address in re.findall(r"url\(['\"]?([^'\")]+)", style.read_text()):
            assert not re.match(r"(https?:)?//", address), f"{style.name} fetches {address}"


def test_mathjax_comes_from_the_site():
    page = HTML / "chapters/01_the_perfect_doctor.html"
    (address,) = [a for a in parsed(page).fetched if "tex-chtml" in a]
    assert (page.parent / address.split("?")[0]).resolve().is_file()


def test_pictures_say_what_they_show():
    chapter = HTML / "chapters/01_the_perfect_doctor.html"
    images = [(s, alt) for s, alt in parsed(chapter).images if "_images" in (s or "")]
    assert len(images) >= 5
    for source, alt in images:
        assert alt, f"{source} has no alternative text"
        assert len(alt) > 40, f"{source}: '{alt}' does not state a finding"


def test_numbers_in_the_prose_come_from_cells():
    text = (HTML / "chapters/01_the_perfect_doctor.html").read_text()
    pasted = re.findall(r'class="pasted-text">([^<]*)<', text)
    assert len(pasted) > 30
    source = (ROOT / "chapters/01_the_perfect_doctor.md").read_text()
    # Each one in the source arrived on the page, none as an unresolved name.
    assert text.count("pasted-text") == source.count("{glue:text}")


def test_no_warning_in_an_output():
    for page in pages():
        assert "Warning:" not in page.read_text(), page.name


def test_the_chapter_can_be_downloaded_as_an_executed_notebook():
    page = HTML / "chapters/01_the_perfect_doctor.html"
    (address,) = re.findall(r'href="([^"]+\.ipynb)"[^>]*download-notebook', page.read_text()) or [
        ""
    ]
    notebook = json.loads((page.parent / address).read_text())
    ran = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and cell["outputs"]]
    assert len(ran) > 8
