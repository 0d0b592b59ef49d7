"""The report's page: self-contained, safe with any names, and readable on any screen."""

import base64
import io
import re

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, served
from on_screen import PHONE
from report_kit import HOSTILE, Page, every_file, folder, rows
from turns import in_turn

from shrinkage.data import Outcomes
from shrinkage.exact import posterior
from shrinkage.report import (
    analysis,
    findings,
    load_checks,
    render,
)
from shrinkage.report.decision import verdict
from shrinkage.report.severity import Severity

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
    assert "script" not in {tag for tag, _ in page.tags}
    assert len(text) < 400_000


@every_file
def test_pictures_have_their_finding_in_words_and_ids_are_unique(report, name):
    page = Page(report(name).text)
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(pictures) == 2
    for picture in pictures:
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 80
        assert "%" in picture["aria-label"]
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    # Every picture's colours come from the page, so that the dark theme changes them.
    svg = report(name).text.split("<svg", 1)[1].rsplit("</svg>", 1)[0]
    assert not re.findall(r"(?:fill|stroke): #[0-9a-f]{6}", svg)


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
    written_report = report("hostile")
    address = next(a["href"] for _, a in Page(written_report.text).tags if "download" in a)
    content = base64.b64decode(address.partition("base64,")[2]).decode("utf-8-sig")
    saved = pd.read_csv(io.StringIO(content))
    assert set(saved.doctor) == set(HOSTILE)
    np.testing.assert_allclose(saved.estimate, written_report.found.table.estimate, atol=1e-4)


def test_many_doctors_have_pictures_that_say_what_they_leave_out():
    """Without sampling: the words and pictures of a table of 200."""
    n, rng = 200, np.random.default_rng(1)
    trials = rng.integers(3, 40, n)
    counts = pd.DataFrame({"doctor": [f"D{k}" for k in range(n)], "trials": trials})
    counts["successes"] = rng.binomial(trials, 0.8)
    exact = posterior(counts.successes, counts.trials)
    draws = np.array([a.quantile((np.arange(400) + 0.5) / 400) for a in exact.alpha])
    theta = 1 / (1 + np.exp(-np.array([rng.permutation(row) for row in draws])))
    found = analysis._table(counts, theta, 0.7, 0.4).sort_values("estimate", ascending=False)
    loaded = load_checks.inspect(Outcomes(counts, None))
    half = findings.Summary(0.8, 0.78, 0.82)
    made = findings.Analysis(
        loaded=loaded, table=found.reset_index(drop=True), typical=half, new_doctor=half,
        sigma=findings.Summary(0.4, 0.3, 0.5), half_weight=40.0, standard=0.7,
        standard_given=True, cost_ratio=0.25, verdicts=[verdict(found, 0.25)],
        severity=Severity.ABSENT, adjustment=None, convergence=None, attempts=[], agreement=None,
        checks=[], sensitivity=[], monte_carlo=0.001, seed=1, versions={},
    )  # fmt: skip
    text = render(made, source="many.csv")
    assert "Shown are 60 of 200 doctors" in Page(text).text
    assert len(rows(text)) == 200
    assert len(text) < 400_000
    assert "Do not use these numbers" in text  # nothing converged here


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
        for shift, name in enumerate(["ten", "hospitals", "hostile"])
        for look in in_turn(LOOKS, shift=shift)
    ],
)
def test_axe_finds_nothing(open_report, npm_modules, name, look):
    width, scheme = look
    page = open_report(name, color_scheme=scheme, viewport={"width": width, "height": 800})
    page.add_script_tag(content=(npm_modules / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run()")
    assert found["passes"], "axe looked at nothing"
    problems = [
        f"{v['id']}: {v['help']}: {[n['html'] for n in v['nodes']]}" for v in found["violations"]
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", ["ten", "hostile", "huge"])
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


def test_readme_and_help_name_the_same_command():
    assert "shrinkage report" in (ROOT / "book" / "using.md").read_text()
