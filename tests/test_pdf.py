"""The PDF of the whole book: nothing of it lacks, hides, is cut, or leads nowhere."""

import re
from collections import Counter

import build
import offline
import pdf
import pytest
import yaml
from bs4 import BeautifulSoup
from checkout import ROOT

SHOWN = ["book/index", "chapters/02_three_ways_to_pool", "book/notation"]


@pytest.fixture(scope="module")
def book(site):
    """The whole book as the one page that is printed."""
    chosen = pdf.parts(yaml.safe_load((ROOT / "_toc.yml").read_text()))
    return BeautifulSoup(pdf.assemble(site.folder, chosen), "html.parser")


def test_it_has_every_page_in_order_and_its_contents_lead_there(book):
    wanted = [pdf.anchor(page) for page in build.toc()]
    assert [article["id"] for article in book.select("article")] == wanted
    assert [link["href"] for link in book.select(".sn-contents a")] == [f"#{p}" for p in wanted]
    assert all(link.get_text() for link in book.select(".sn-contents a"))


def test_every_name_is_there_once_and_every_link_leads_somewhere(book):
    ids = Counter(one["id"] for one in book.find_all(id=True))
    assert not [name for name, count in ids.items() if count > 1]
    links = [link["href"] for link in book.find_all("a", href=True)]
    within = [href for href in links if href.startswith("#")]
    assert len(within) > 500
    assert not [href for href in within if href[1:] not in ids]
    assert not [href for href in links if not re.match(r"#|https?:|mailto:", href)]


def test_every_demo_is_a_still_picture_and_nothing_is_hidden(book, site, pages):
    count = 0
    for page in build.toc():
        count += pages[f"{page}.html"].count('class="live-demo"')
    stills = book.select(".sn-still")
    assert count == len(stills) > 10
    for still in stills:
        assert still.img["alt"]
        assert "on the site" in still.select_one(".sn-where").get_text()
    assert all(details.has_attr("open") for details in book.find_all("details"))
    assert not book.select(pdf.UNPRINTED.replace("style", "article style"))
    pictures = [image["src"] for image in book.find_all("img")]
    assert len(pictures) > 80
    assert all((site.folder / name).is_file() for name in pictures if ":" not in name)
    assert not book.select("img[loading]")


def test_where_the_site_is_known_links_out_of_the_pdf_lead_there(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "01.html").write_text(
        """<article class="bd-article"><h1 id="a">One<a class="headerlink" href="#a">#</a></h1>
        <a href="02.html#b">two</a><a href="../index.html">home</a><a href="#a">here</a>
        <a href="../_sources/chapters/01.ipynb">notebook</a><a href="https://doi.org/x">paper</a>
        <div class="live-demo"><img src="../_images/a.svg" alt="A demo."><p>Old</p></div>
        <div class="live-demo"><p>A control</p></div></article>"""
    )
    known = {"chapters/01", "chapters/02", "book/index"}
    found = pdf.article(tmp_path, "chapters/01", known, "https://a.test/b/")
    assert [link["href"] for link in found.find_all("a")] == [
        "#chapters-02--b",
        "#book-index",
        "#chapters-01--a",
        "https://a.test/b/_sources/chapters/01.ipynb",
        "https://doi.org/x",
        "https://a.test/b/chapters/01.html",
    ]
    assert found.img["src"] == "_images/a.svg"
    assert len(found.select(".sn-still")) == 1
    elsewhere = pdf.article(tmp_path, "chapters/01", known, "")
    assert "notebook" in elsewhere.get_text()
    assert not [a for a in elsewhere.find_all("a") if "_sources" in a["href"]]


def test_printed_nothing_is_cut_and_headings_are_the_outline(site, browser, tmp_path):
    html = pdf.assemble(site.folder, [("Pages", [(page, 0) for page in SHOWN])])
    path = tmp_path / "book.pdf"
    pdf.print_pdf(html, site.folder, path, browser)
    written = path.read_bytes()
    assert len(re.findall(rb"/Type /Page\b", written)) > len(SHOWN) + 1
    assert b"/StructTreeRoot" in written
    assert b"/Outlines" in written
    titles = written.count(b"/Title")
    headings = len(BeautifulSoup(html, "html.parser").find_all(re.compile("^h[1-6]$")))
    assert titles >= headings > 20
    with pdf.laid_out(html, site.folder, browser) as page:
        assert page.evaluate("[...document.images].every((picture) => picture.naturalWidth)")
        wide = page.evaluate(
            """[...document.querySelectorAll(".sn-page *")].filter((one) => {
                const edge = one.closest(".sn-page").getBoundingClientRect().right + 1;
                return one.getClientRects().length && one.getBoundingClientRect().right > edge;
            }).map((one) => one.outerHTML.slice(0, 100))"""
        )
        assert wide == []


def test_a_page_that_is_dark_on_screen_is_printed_dark_on_white(site, new_page):
    page = new_page(color_scheme="dark")
    page.goto(f"{site.address}book/tools.html")
    theme = "document.documentElement.dataset.theme"
    page.evaluate(f"addEventListener('beforeprint', () => (window.printed = {theme}))")
    page.pdf()
    assert page.evaluate("printed") == "light"
    assert page.evaluate(theme) == "dark"


def test_the_site_leads_to_the_pdf_only_where_there_is_one(tmp_path):
    using = tmp_path / "book" / "using.html"
    for folder in (using.parent, tmp_path / offline.FOLDER):
        folder.mkdir()
    using.write_text('<span class="sn-megabytes"></span><p class="sn-pdf"></p>')
    offline.write(tmp_path)
    assert '<p class="sn-pdf"></p>' in using.read_text()
    (tmp_path / offline.PDF).write_bytes(b"%PDF" * 1_000_000)
    offline.write(tmp_path)
    assert 'href="../small_n.pdf"' in using.read_text()
    assert "4&nbsp;MB" in using.read_text()
    assert offline.PDF not in (tmp_path / offline.LIST).read_text()
    (tmp_path / offline.PDF).unlink()
    offline.write(tmp_path)
    assert '<p class="sn-pdf"></p>' in using.read_text()


def test_without_a_browser_it_says_how_to_have_one(monkeypatch, capsys):
    monkeypatch.setattr(pdf.browser, "find", lambda: None)
    assert pdf.main() == 1
    assert "book/browser.py" in capsys.readouterr().out
