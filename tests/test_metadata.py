"""What is said of a page: title, description, address, picture, map, footer; and the 404 page."""

import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import build
import pytest
from metadata import LONGEST, description
from not_found import from_the_host
from page_footer import report_address
from PIL import Image
from small_book import built

DESCRIBED = re.compile(
    r'<meta (?:content="([^"]+)" name="description"|name="description" content="([^"]+)")'
)


def described(html: str) -> list[str]:
    return ["".join(found) for found in DESCRIBED.findall(html)]


def test_each_page_has_a_title_and_a_description_of_its_own(pages):
    titles, descriptions = {}, {}
    for path in map("{}.html".format, build.toc()):
        html = pages[path]
        [title] = re.findall(r"<title>(.*?)</title>", html, re.S)
        [text] = described(html)
        assert title.endswith("Small N"), path
        assert 70 <= len(text) <= LONGEST, f"{path}: {text}"
        assert titles.setdefault(title, path) == path
        assert descriptions.setdefault(text, path) == path
    assert len(titles) > 40


def test_an_exercise_is_described_by_what_it_declares():
    text = description("exercises/05_the_hierarchical_logit", "")
    assert re.match(r"Graded exercise 5, \d+ minutes, with hints: \w", text)
    assert text.endswith(".")


def test_without_an_address_nothing_asks_for_one(site, pages):
    assert (site.folder / "robots.txt").read_text() == "User-agent: *\nDisallow: /_sources/\n"
    assert not (site.folder / "sitemap.xml").exists()
    for path, html in pages.items():
        assert 'rel="canonical"' not in html, path
        assert "og:image" not in html, path
        assert "Report a mistake" not in html, path
        assert re.search(r"<p>Version \d[\w. ()]*</p>", html), path


PAGE = """---
myst:
  html_meta:
    description: "{}"
---

# What is *said* of it?
"""


@pytest.mark.site  # a book is built
def test_with_an_address_a_page_says_where_it_is_and_how_to_report_a_mistake(tmp_path):
    told = "A page whose description is as long as one has to be, and not a word longer than that."
    remote = "https://github.com/Course/small-n.git"
    html = built(tmp_path, {"book/page.md": PAGE.format(told)}, remote=remote)
    page, root = (html / "book" / "page.html").read_text(), "https://course.github.io/small-n/"
    assert f'<link rel="canonical" href="{root}book/page.html"' in page
    assert f'<link rel="canonical" href="{root}"' in (html / "index.html").read_text()
    assert described(page) == [told]
    [picture] = re.findall(r'<meta property="og:image" content="([^"]+)"', page)
    assert picture.startswith(root)
    with Image.open(html / picture.removeprefix(root)) as image:
        assert image.size == (1200, 630)
    assert (html / picture.removeprefix(root)).stat().st_size < 60_000
    places = ElementTree.parse(html / "sitemap.xml").findall(".//{*}loc")
    assert [place.text for place in places] == [root, f"{root}book/page.html"]
    assert f"Sitemap: {root}sitemap.xml" in (html / "robots.txt").read_text()
    [link] = re.findall(r'href="([^"]+)">Report a mistake', page)
    asked = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
    assert asked["template"] == ["1-text.yml"]
    assert re.fullmatch(
        r"What is said of it\? \(book/page, version \S+( \(\w+\))?\)", *asked["where"]
    )
    missing = (html / "404.html").read_text()
    assert 'href="/small-n/_static/site.css?v=' in missing
    assert 'action="/small-n/search.html"' in missing
    assert not re.search(r'(?:href|src)="(?!/|https:|#)', missing)


def test_a_missing_page_is_answered_from_any_depth(pages):
    html = pages["404.html"]
    assert html.partition("<article")[2].count("<h1>") == 1
    assert 'href="/chapters/12b_observed_and_expected.html"' in html
    assert not re.search(r'(?:href|src|action)="(?!/|https:|#)', html)


def test_addresses_begin_at_the_host():
    html = '<a href="a.html#b"><img src="./c.webp"><a href="#d"><a href="https://e/"><a href="/f">'
    assert from_the_host(html, "/x/") == (
        '<a href="/x/a.html#b"><img src="/x/c.webp"><a href="#d"><a href="https://e/"><a href="/f">'
    )


def test_gitlab_is_asked_in_its_own_way_and_nobody_else():
    asked = urlsplit(report_address("https://gitlab.com/a/b", "T", "book/t", "1 (c)"))
    assert asked.path == "/a/b/-/issues/new"
    assert parse_qs(asked.query)["issue[title]"] == ["Text: T"]
    assert report_address("https://example.org/a/b", "T", "book/t", "1") == ""
