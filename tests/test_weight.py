"""A first visit is light, nothing holds up its first paint or moves it, no other host is asked."""

import re
import tomllib
from statistics import median

import pytest
from checkout import ROOT
from static_host import body
from weight import asks, fetched, weight

BARS = tomllib.loads((ROOT / "benchmarks" / "audit" / "bars.toml").read_text())


def test_a_first_visit_read_to_its_end_is_light(site, pages):
    weights = {page: sum(weight(site.folder / page, site.folder.resolve())) for page in pages}
    for page, size in weights.items():
        most = BARS["heaviest_kB"]
        assert size <= 1000 * most, f"{page}: at most {most} kB expected, {size / 1000:.0f} found"
    half = median(weights.values()) / 1000
    assert half <= BARS["median_kB"], f"the median page takes {half:.0f} kB"


def test_no_script_holds_up_the_first_paint(pages):
    for page, text in pages.items():
        found = fetched(text).blocking
        assert not found, f"{page}: defer, async or type=module expected for {found[0]}"


def test_every_picture_has_its_size_before_it_is_there(pages):
    for page, text in pages.items():
        found = fetched(text).unsized
        assert not found, f"{page}: width and height expected for {found[0]}"


def test_nothing_comes_from_another_host(site, pages):
    checked = 0
    for page, text in pages.items():
        found = fetched(text)
        checked += len(found.eager) + len(found.lazy)
        assert not found.foreign(), f"{page} fetches {found.foreign()[0]}"
    assert checked > 100
    for style in site.folder.rglob("*.css"):
        abroad = [address for address in asks(style) if re.match(r"(https?:)?//", address)]
        assert not abroad, f"{style.name} fetches {abroad[0]}"


# The counting itself, on small pages whose files are sent as they are.
NOISE = {"small.webp": 100, "large.webp": 900, "dark.webp": 300, "late.png": 400, "a.woff2": 50}


@pytest.fixture
def weigh(tmp_path):
    """Bytes that a page of this text takes beside the text itself, at once and later."""
    for name, size in NOISE.items():
        (tmp_path / name).write_bytes(bytes(size))

    def weighed(html):
        page = tmp_path / "page.html"
        page.write_text(html)
        eager, lazy = weight(page, tmp_path)
        return eager - len(body(page)), lazy

    return weighed


@pytest.mark.parametrize(
    ("html", "eager", "lazy"),
    [
        ("<img src=small.webp>", 100, 0),
        ("<img src='/small.webp?v=2'><img src=small.webp>", 100, 0),  # fetched once
        ("<img src=small.webp srcset='small.webp 1x, large.webp 2x'>", 900, 0),
        ("<picture><source srcset=dark.webp><img src=small.webp></picture>", 300, 0),
        ("<picture><source srcset=dark.webp></picture><img src=small.webp>", 100, 0),
        ("<img loading=lazy src=late.png><img src=small.webp>", 100, 400),
        ("<link rel=icon href=small.webp><link rel=next href=late.png>", 100, 0),
        ("<div style='background: url(small.webp)'></div>", 100, 0),
        ("<style>b { background: url('small.webp') }</style>", 100, 0),
        ("<img src='data:image/gif;base64,R0lGODlhAQABAA'>", 0, 0),
        ("<a href=late.png>not fetched</a>", 0, 0),
    ],
)
def test_pictures_are_counted_once_and_as_the_largest_that_a_screen_may_ask_for(
    weigh, html, eager, lazy
):
    assert weigh(html) == (eager, lazy)


def test_what_style_and_script_ask_for_is_counted_too(weigh, tmp_path):
    style, script, part = (tmp_path / name for name in ("site.css", "site.js", "part.js"))
    style.write_text(
        "@font-face { font-family: A; src: url(a.woff2) format('woff2'), url(a.woff) }"
        "b { background: url('small.webp') } i { background: url(data:image/png;base64,AA) }"
    )
    script.write_text('import{a}from"./part.js";console.log("import ./no.js")')
    part.write_text("export const a = 1")
    html = '<link rel="stylesheet" href="site.css"><script type="module" src="site.js"></script>'
    files = sum(len(body(path)) for path in (style, script, part))
    assert weigh(html) == (files + 50 + 100, 0)


def test_a_file_that_is_not_there_is_named(weigh):
    with pytest.raises(AssertionError, match=r"page.html asks for gone.webp, which is not there"):
        weigh("<img src=gone.webp>")


def test_what_blocks_moves_or_comes_from_elsewhere_is_found():
    found = fetched(
        "<script src=a.js></script><script defer src=b.js></script><script>inline()</script>"
        "<script type=module src=c.js></script><img src=d.png width=3 height=2><img src=e.png>"
        "<link rel=canonical href=https://a.example/><a href=https://b.example/>read</a>"
        "<img loading=lazy width=3 height=2 src=//c.example/f.png>"
        "<style>@import 'https://d.example/g.css';</style>"
    )
    assert found.blocking == ["a.js"]
    assert found.unsized == ["e.png"]
    assert found.foreign() == ["https://d.example/g.css", "//c.example/f.png"]
