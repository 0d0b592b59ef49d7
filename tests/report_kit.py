"""What the tests of the report share: files to report on, each reported once, and their pages."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace

import pandas as pd
import pytest

from shrinkage.cli import main
from shrinkage.data import load_doctors, load_hospitals
from shrinkage.report import (
    render,
)

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
}


def written(counts, **columns):
    return pd.DataFrame(counts | columns).to_csv(index=False)


def table(names, successes, trials, **more):
    return written({"doctor": list(names), "successes": successes, "trials": trials}, **more)


def survivors():
    hospitals = load_hospitals()
    return table(hospitals.hospital, hospitals.operations - hospitals.deaths, hospitals.operations)


FILES = {
    "ten": (load_doctors().to_csv(index=False), []),
    "plain": (
        load_doctors().to_csv(index=False),
        ["--no-severity", "--standard", "75%", "--cost-ratio", "1/2"],
    ),
    "hospitals": (
        survivors(),
        ["--unit", "hospital", "--rate", "survival", "--title", "Infant heart surgery"],
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
    """The report on one of the files, written once: its path, text and analysis."""
    content, options = FILES[name]
    source = folder() / f"{name}.csv"
    source.write_text(content)
    seen = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "shrinkage.report.write.render",
            lambda found, **words: seen.update(found=found) or render(found, **words),
        )
        assert main(["report", str(source), *options]) == 0
    path = folder() / f"{name}_report.html"
    assert source.read_text() == content
    return SimpleNamespace(path=path, text=path.read_text(), found=seen["found"])


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self._skip = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._skip += tag == "style"

    def handle_endtag(self, tag):
        self._skip -= tag == "style"

    def handle_data(self, data):
        if not self._skip:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words).replace("\u00a0", " "))


def rows(text):
    """The league table's rows as texts."""
    body = re.search(r'class="league".*?<tbody>(.*?)</tbody>', text, re.S)[1]
    return [
        [
            re.sub(r"<[^>]+>|\s+", " ", c).strip()
            for c in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]
