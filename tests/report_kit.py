"""What the tests of the report share: files to report on, each reported once, and their pages."""

import base64
import gzip
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from shrinkage.cli import main
from shrinkage.data import load_doctors, load_hospitals
from shrinkage.report import analysis

HOSTILE = {
    "<b>Bo</b>": (4, 6),
    '"><script>alert(1)</script>': (5, 9),
    "O'Brien & Söhne": (7, 10),
    "A$B$C $x^2$": (9, 10),
    "{{ 7*7 }}": (3, 9),
    "A name of a clinic that goes on and on and on and never comes to an end": (8, 12),
    "李医生": (7, 8),
    "Anna Meyer": (4, 5),
    "Meyer, Anna": (3, 6),
    "=SUM(A1)": (6, 9),
    "+1": (4, 7),
}


def written(counts, **columns):
    return pd.DataFrame(counts | columns).to_csv(index=False)


def table(names, successes, trials, **more):
    return written({"doctor": list(names), "successes": successes, "trials": trials}, **more)


def survivors():
    hospitals = load_hospitals()
    return table(hospitals.hospital, hospitals.operations - hospitals.deaths, hospitals.operations)


def deaths():
    hospitals = load_hospitals()
    return hospitals[["hospital", "operations", "deaths"]].to_csv(index=False)


def many(units=400):
    """A table that is too long for a page; its first name is a formula, in two lines and quoted."""
    rng = np.random.default_rng(4)
    trials = rng.integers(20, 400, units)
    names = [f"Provider {k:05d}" for k in range(units)]
    names[:2] = ['=1+"1"', "Übersee, <i>Haus</i>"]
    chance = 1 / (1 + np.exp(-rng.normal(3, 0.4, units)))
    failures = trials - rng.binomial(trials, chance)
    return written({"provider": names, "discharges": trials, "deaths": failures})


def surgeons():
    """Surgeons with expected deaths, and one without operations."""
    rng = np.random.default_rng(7)
    trials = rng.integers(30, 240, 16)
    expected = trials * rng.uniform(0.01, 0.06, 16)
    died = rng.binomial(trials, np.minimum(1.3 * expected / trials, 1))
    died[3], trials[3] = 12, 90
    return written(
        {
            "surgeon": [f"Surgeon {k}" for k in range(1, 17)],
            "operations": trials,
            "deaths": died,
            "expected deaths": expected.round(2),
        }
    )


SURGEONS = "unit=surgeon,trials=operations,failures=deaths,expected=expected deaths"
SUPPRESSED = """ward,stays,falls
North,120,14
South,80,<5
East,60,*
West,150,12
Centre,0,0
Annex,200,31
"""
FILES = {
    "ten": (load_doctors().to_csv(index=False), []),
    "plain": (
        load_doctors().to_csv(index=False),
        ["--no-adjust", "--standard", "75%", "--cost-ratio", "1/2", "--period", "18 months"],
    ),
    "hospitals": (
        survivors(),
        ["--unit", "hospital", "--rate", "survival", "--title", "Infant heart surgery"],
    ),
    "deaths": (
        deaths(),
        [
            *("--columns", "unit=hospital,trials=operations,failures=deaths"),
            *("--period", "1996-1998", "--definition", "died within 30 days", "--standard", "0.12"),
        ],
    ),
    "surgeons": (surgeons(), ["--columns", SURGEONS, "--period", "2021-2023", "--standard", "1.5"]),
    "suppressed": (
        SUPPRESSED,
        ["--columns", "unit=ward,trials=stays,failures=falls", "--suppressed", "1-4"],
    ),
    "many": (
        many(),
        ["--columns", "unit=provider,trials=discharges,failures=deaths", "--rate", "mortality"],
    ),
    "public": (
        deaths(),
        ["--columns", "unit=hospital,trials=operations,failures=deaths", "--publish"],
    ),
    "hostile": (
        table(HOSTILE, [s for s, _ in HOSTILE.values()], [n for _, n in HOSTILE.values()]),
        ["--title", "<i>Clinic</i> & sons"],
    ),
    "two": (table(["Ada", "Bo"], [9, 3], [10, 10], severity=[1, 2]), []),
    "perfect": (table("ABCD", [4, 8, 20, 31], [4, 8, 20, 31], ward=list("xxyy")), []),
    "huge": (table("ABCDEF", [812_345, 790_000, 850_000, 900_000, 7, 700_000], [10**6] * 6), []),
}
every_file = pytest.mark.parametrize("name", FILES)


@cache
def folder() -> Path:
    """Where this process keeps the reports that tests look at."""
    return Path(mkdtemp(prefix="reports-"))


@cache
def report(name: str) -> SimpleNamespace:
    """The report on one of the files, written once: its path, text, analysis and table."""
    return reported(name, *FILES[name])


def reported(name: str, content: str, options: list[str]) -> SimpleNamespace:
    """The report on a table, in files of this name."""
    source = folder() / f"{name}.csv"
    source.write_text(content)
    seen, analyse = {}, analysis.analyse
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "shrinkage.report.analysis.analyse",
            lambda *given, **options: seen.setdefault("found", analyse(*given, **options)),
        )
        files = ["--csv", str(folder() / f"{name}_estimates.csv")]
        assert main(["report", str(source), *files, *options]) == 0
    path = folder() / f"{name}_report.html"
    assert source.read_text() == content
    return SimpleNamespace(
        path=path,
        text=path.read_text(),
        found=seen["found"],
        csv=folder() / f"{name}_estimates.csv",
        dictionary=folder() / f"{name}_estimates_columns.csv",
    )


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self._skip = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._skip += tag in ("style", "script")

    def handle_endtag(self, tag):
        self._skip -= tag in ("style", "script")

    def handle_data(self, data):
        if not self._skip:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words).replace("\u00a0", " "))


def held(text):
    """The table that a page holds as a file to save, or packed for its search."""
    address = re.search(r'href="data:text/csv;base64,([^"]*)"', text)
    if address:
        return base64.b64decode(address[1]).decode("utf-8-sig")
    packed = re.search(r'id="whole">(.*?)</script>', text, re.S)[1]
    return gzip.decompress(base64.b64decode(packed)).decode("utf-8-sig")


def rows(text):
    """The league table's rows as texts."""
    body = re.search(r'class="league cards">\s*<caption.*?<tbody>(.*?)</tbody>', text, re.S)[1]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", c).replace("\u00a0", " ").split())
            for c in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]
