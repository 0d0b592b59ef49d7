"""`make audit` passes a good page, names what is wrong with a bad one, and sees a regression."""

import json
import re
import subprocess
import sys

import pytest
from checkout import ROOT
from node import packages

sys.path.append(str(ROOT / "benchmarks"))
import audit
from audit_visit import TIMES, Scores, Visit, scores

HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A small page</title>
<meta name="viewport" content="width=device-width">
<meta name="description" content="A page that is made up.">
<link rel="icon" href="data:,">"""
GOOD = f"""{HEAD}<main><h1>Good</h1><p>Nothing is wrong here.</p><div style="height: 3000px"></div>
<img src="late.webp" alt="Noise" width="20" height="20" loading="lazy"></main></html>"""
BAD = f"""{HEAD}<main><h1>Bad</h1><input><img src="heavy.webp">
<img src="http://elsewhere.example/a.png" alt="Elsewhere"></main></html>"""


@pytest.fixture(scope="module")
def audited(tmp_path_factory, chromium, npm_modules):
    """Audit a site of these pages by the command; returns its code and what it printed."""
    folder = tmp_path_factory.mktemp("audit")
    site = folder / "site"
    site.mkdir()
    (site / "late.webp").write_bytes(bytes(100_000))
    (site / "heavy.webp").write_bytes(bytes(700_000))
    (site / "index.html").write_text('<meta http-equiv="Refresh" content="0; url=good.html">')

    def audited(*options, **pages):
        for name, text in pages.items():
            (site / f"{name}.html").write_text(text)
        done = subprocess.run(
            [
                *(sys.executable, ROOT / "benchmarks" / "audit.py", "--site", site),
                *("--accepted", folder / "audit.json", *options),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr
        return done.returncode, done.stdout

    return audited


@pytest.fixture(scope="module")
def good(audited):
    """What is said of the good page, which is accepted."""
    packages(audit.AUDIT)
    return audited("--accept", good=GOOD)


@pytest.mark.browser
def test_a_good_page_passes_with_full_points(good):
    code, told = good
    assert code == 0, told
    (row,) = [line.split() for line in told.splitlines() if re.match(r"(good|index) .*\d", line)]
    first, asked, read, asked_read, foreign, axe = map(int, row[1:7])
    assert (read - first, asked_read - asked) == (100, 1), "a picture further down is lazy"
    assert (foreign, axe) == (0, 0)
    assert row[8:11] == ["100", "100", "100"]
    assert told.endswith("Every page holds every bar.\n")


@pytest.mark.browser
def test_a_bad_page_and_a_heavier_one_are_named_with_what_is_wrong(good, audited):
    early = GOOD.replace(' loading="lazy"', "")
    code, told = audited("--no-lighthouse", good=early, bad=BAD)
    assert code == 1
    assert "bad: at most 600 kB expected, 70" in told
    assert "bad: no request to another host expected, found http://elsewhere.example/a.png" in told
    assert "image-alt" in told
    assert "label" in told
    assert "good: about 1 kB expected for a first visit, as accepted, 101 found" in told
    assert told.count("good: ") == 1, "read to its end it is as it was"


def visit(**more):
    usual = {"size": 200_000, "requests": 8, "size_read": 300_000, "requests_read": 12}
    return Visit(**usual | {"foreign": [], "axe": []} | more)


def points(*numbers):
    return Scores(dict(zip(audit.CATEGORIES, numbers, strict=True)), causes=["seo: no title"])


LIMITS = audit.bars()["regression"]
FULL = points(100, 100, 100, 100)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ((visit(), FULL), (visit(), FULL), None),
        ((visit(), FULL), (visit(size=209_000), FULL), None),
        ((visit(), FULL), (visit(size=211_000), FULL), "211 found"),  # 10 kB
        ((visit(size=50_000), FULL), (visit(size=56_000), FULL), "56 found"),  # 10 %
        ((visit(), FULL), (visit(size_read=350_000), FULL), "a visit read to its end"),
        ((visit(), FULL), (visit(), points(98, 100, 100, 100)), None),  # as runs differ
        ((visit(), FULL), (visit(), points(95, 100, 100, 100)), "100 points for performance"),
        ((visit(), FULL), (visit(), points(100, 100, 100, 99)), "seo: no title"),
        ((visit(), points(100, 100, 100, None)), (visit(), points(100, 100, 100, 60)), None),
        ((visit(), None), (visit(), FULL), None),  # accepted without Lighthouse
    ],
)
def test_a_page_that_does_worse_than_accepted_is_a_regression(before, now, told):
    accepted = {"a": json.loads(json.dumps(audit.Row("a", *before).kept()))}
    found = list(audit.worse([audit.Row("a", *now), audit.Row("new", *now)], accepted, LIMITS))
    assert (told is None) == (not found), found
    assert not told or told in found[0]


def test_the_run_in_the_middle_counts_and_of_two_the_worse():
    runs = [points(performance, 100, 100, 100) for performance in (97, 60, 95)]
    assert audit.middle(runs) is runs[2]
    assert audit.middle(runs[:2]) is runs[1]


def test_a_page_that_search_engines_are_to_leave_out_needs_no_points_there():
    report = {
        "categories": {
            category: {"score": 0.6, "auditRefs": [{"id": "is-crawlable", "weight": 1}]}
            for category in audit.CATEGORIES.values()
        },
        "audits": {
            "is-crawlable": {"score": 0},
            **{name: {"numericValue": 1.0} for name in TIMES},
        },
    }
    assert scores(report, 1750, 4).points["seo"] is None
    report["audits"]["is-crawlable"]["score"] = 1
    assert scores(report, 1750, 4).points["seo"] == 60
