"""The report's page: self-contained, safe with any names, and readable on any screen."""

import io
import re

import numpy as np
import pandas as pd
import pytest
from checkout import ROOT
from on_screen import PHONE
from report_kit import HOSTILE, Page, every_file, folder, held, rows
from static_host import served
from turns import in_turn

# --- the page -------------------------------------------------------------------------------------


@every_file
def test_it_needs_nothing_from_outside(report, name):
    text = report(name).text
    page = Page(text)
    addresses = [
        value
        for tag, attrs in page.tags
        for key, value in attrs.items()
        if key in ("src", "href", "xlink:href", "action", "srcset", "data", "poster")
    ]
    assert addresses
    assert all(address.startswith(("#", "data:")) for address in addresses)
    assert not re.search(r"https?:|@import", text)
    assert all(url.startswith("#") for url in re.findall(r"url\(([^)]*)", text))
    scripts = [attrs.get("type") for tag, attrs in page.tags if tag == "script"]
    assert scripts == (["text/plain", None] if name == "many" else [])
    assert len(text) < 400_000


@every_file
def test_pictures_have_their_finding_in_words_and_ids_are_unique(report, name):
    page = Page(report(name).text)
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(pictures) == (3 if name == "many" else 2)
    for picture in pictures:
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 80
        assert re.search(r"\d", picture["aria-label"])
        assert "nan" not in picture["aria-label"]
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    # Every picture's colours come from the page, so that the dark theme changes them.
    svg = report(name).text.split("<svg", 1)[1].rsplit("</svg>", 1)[0]
    assert not re.findall(r"(?:fill|stroke): #[0-9a-f]{6}", svg)


@every_file
def test_no_sentence_has_a_hole(report, name):
    text = Page(report(name).text).text
    assert not re.search(
        r"\bnan\b|<NA>|\bNone\b|\binf\b(?! where)|\{|\}", text.replace("{{ 7*7 }}", "")
    )
    assert not re.search(r"\b1 (?:doctors|hospitals|patients|operations|wards)\b", text)
    assert not re.search(r"\ba [aeio]", text)


def test_a_name_is_text_wherever_it_stands(report):
    text = report("hostile").text
    page = Page(text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"b", "i", "script"}
    shown = page.text
    for name in HOSTILE:
        assert name in shown
    assert "49" not in [row[0] for row in rows(text)]
    assert "<i>Clinic</i> & sons" in shown
    assert "A$B$C" in text.split("<svg")[1]  # a dollar sign is no formula in a picture either


def test_the_table_can_be_saved_as_csv(report):
    written = report("hostile")
    saved = pd.read_csv(io.StringIO(held(written.text)))
    escaped = {f"'{name}" if name[0] in "=+" else name for name in HOSTILE}
    assert set(saved.name) == escaped
    np.testing.assert_allclose(saved.estimate, written.found.table.estimate, atol=1e-4)
    for column in saved:
        assert f"<dt><code>{column}</code></dt>" in written.text


def test_a_long_table_has_its_ends_and_those_near_the_line(report):
    written = report("many")
    found, text = written.found, Page(written.text).text
    shown = {row[0] for row in rows(written.text)}
    assert set(found.table.doctor[:15]) <= shown
    assert set(found.table.doctor[-15:]) <= shown
    assert set(found.verdict.review[:40]) <= shown
    assert len(shown) < 150
    assert "Shown are 30 of 400 providers" in text
    whole = pd.read_csv(io.StringIO(held(written.text)))
    assert len(whole) == 400
    np.testing.assert_allclose(whole.estimate, 1 - found.table.estimate, atol=1e-3)
    assert "look into many_estimates.csv" in re.sub(r"\s+", " ", text)


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture
def open_report(report, new_page):
    with served(folder()) as running:

        def opened(name, **options):
            report(name)
            page = new_page(**options)
            page.goto(f"{running.address}{name}_report.html")
            return page

        yield opened


LOOKS = [(1280, "light"), (1280, "dark"), (360, "dark")]


@pytest.mark.parametrize(
    ("name", "look"),
    [
        pytest.param(name, *look.values, marks=look.marks)
        for shift, name in enumerate(["ten", "surgeons", "hostile", "many"])
        for look in in_turn(LOOKS, shift=shift)
    ],
)
def test_axe_finds_nothing(open_report, npm_modules, name, look):
    width, scheme = look
    page = open_report(name, color_scheme=scheme, viewport={"width": width, "height": 800})
    if name == "many":
        page.get_by_role("searchbox").fill("provider 0")
        page.locator("#search td").first.wait_for()
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run()")
    assert found["passes"], "axe looked at nothing"
    problems = [
        f"{v['id']}: {v['help']}: {[n['html'] for n in v['nodes']]}" for v in found["violations"]
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", ["surgeons", "hostile", "huge", "many"])
def test_it_fits_a_phone(open_report, name):
    page = open_report(name, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = page.evaluate(
        """[...document.querySelectorAll("p, li, dt, dd, h1, h2, svg, figcaption, caption > span")]
            .filter((element) => !element.closest(".model"))
            .map((element) => [element.getBoundingClientRect(), element.outerHTML.slice(0, 80)])
            .filter(([box]) => box.left < 0 || box.right > 361)
            .map(([, html]) => html)"""
    )
    assert not wide, wide


def test_on_a_phone_the_estimate_stands_below_the_name(open_report):
    """Nothing of a unit's card needs a swipe, and what matters comes before the counts."""
    page = open_report("surgeons", **PHONE)
    card = page.locator(".cards tbody tr").first
    tops = card.evaluate(
        """(row) => Object.fromEntries([...row.cells].map(
            (cell) => [cell.dataset.label ?? "name", cell.getBoundingClientRect().top]))"""
    )
    order = sorted((top, label) for label, top in tops.items() if top)
    labels = [label.replace("\u00a0", " ") for _, label in order]
    assert labels[:3] == ["name", "ratio, estimate", "95 % credible interval"]
    assert labels[3].startswith("probability above")
    assert {"operations", "deaths", "expected"} <= set(labels[5:])
    right = card.evaluate(
        "(row) => Math.max(...[...row.cells].map((c) => c.getBoundingClientRect().right))"
    )
    assert right <= 360


def test_a_wide_screen_has_the_pictures_side_by_side(open_report):
    page = open_report("surgeons", viewport={"width": 1280, "height": 800})
    one, other = (page.locator(".pictures figure").nth(k).bounding_box() for k in (0, 1))
    assert one["y"] == other["y"]
    assert other["x"] > one["x"] + one["width"]
    assert other["x"] + other["width"] > 1150


def test_light_dark_and_paper(open_report):
    def colours(page):
        return page.evaluate(
            """() => {
                const text = document.querySelector("figure svg text");
                return [getComputedStyle(document.body).backgroundColor,
                        getComputedStyle(text).fill];
            }"""
        )

    def bright(colour):
        return int(re.findall(r"\d+", colour)[0]) > 128

    light = colours(open_report("ten", color_scheme="light"))
    page = open_report("ten", color_scheme="dark")
    dark = colours(page)
    assert [bright(c) for c in light] == [True, False]
    assert [bright(c) for c in dark] == [False, True]
    page.emulate_media(media="print")
    assert [bright(c) for c in colours(page)] == [True, False]
    assert page.locator("nav").is_hidden()
    # Nothing is cut off on paper 18 cm wide.
    page.set_viewport_size({"width": 680, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") <= 680


def test_the_search_finds_any_unit(open_report, report):
    page = open_report("many")
    box, found = page.get_by_role("searchbox"), page.locator("#search tbody tr")
    status = page.locator("#search").get_by_role("status")
    box.fill("provider 0012")
    found.first.wait_for()
    assert status.inner_text() == "11 found."
    table = report("many").found.table.set_index("doctor")
    for row in found.all():
        cells = row.locator("th, td").all_inner_texts()
        unit = table.loc[cells[0]]
        assert cells[1:3] == [f"{unit.trials:.0f}", f"{unit.trials - unit.successes:.0f}"]
        assert float(cells[4].removesuffix("\u00a0%")) == pytest.approx(
            100 * (1 - unit.estimate), abs=0.06
        )
    box.fill("ubersee")  # accents and capitals do not matter, and a name is text
    status.get_by_text("1 found.").wait_for()
    assert found.locator("th").inner_text() == "Übersee, <i>Haus</i>"
    box.fill("")
    found.first.wait_for(state="detached")
    assert page.get_by_role("region", name="What was found").is_hidden()


def test_a_long_table_is_saved_whole(open_report, report):
    page = open_report("many")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all 400 as CSV").click()
    saved = pd.read_csv(download.value.path())
    assert len(saved) == 400
    assert saved.name[saved.name.str.startswith("'=1+")].tolist() == ['\'=1+"1"']


def test_without_scripts_it_says_where_the_table_is(open_report):
    page = open_report("many", java_script_enabled=False)
    assert page.locator("#search").is_hidden()
    assert "many_estimates.csv" in page.locator("#unsearchable").inner_text()
    assert page.locator(".league tbody tr").count() > 30


def test_readme_and_help_name_the_same_command():
    assert "shrinkage report" in (ROOT / "book" / "using.md").read_text()
