"""What is made to be published has no number of people under five, nor what would give one away."""

import base64
import html
import io
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from adjusted_kit import patients
from report_kit import Page, held, reported, table, written
from report_numbers_kit import outcomes

from shrinkage.cli import main
from shrinkage.report import analyse, next_steps
from shrinkage.report.publish import masked, without_numbers
from shrinkage.report.wording import Words

PEOPLE = r"patients?|operations?|stays?|falls?|deaths?|success(?:es)?|failures?|survivors?|rows?"
#: A number under five and what it counts, with at most two words between: '3 deaths', 'two of the
#: stays'; and one that something is missing for.
SMALL = re.compile(
    r"(?<![\d.,:/])\b(?:[0-4]|two|three|four)\s+(?!times)(?:(?!without)[\w']+\s+){0,2}"
    rf"(?:{PEOPLE})\b(?! rate)"
    r"|(?:missing for|observed|recorded|counts?) (?:[0-4]|two|three|four)\b(?![.,]\d)",
    re.I,
)


def few_deaths():
    """A row that may be a total, a name in two spellings, footnotes with counts, a unit without."""
    rows = [
        ("North 1", 113, 3), ("North 2", 97, 11), ("Dr. South", 57, 2), ("dr south", 45, 2),
        ("West", 83, 4), ("Centre", 3, 1), ("East", 131, 17), ("Annex", 0, 0),
    ]  # fmt: skip
    total = ("Wards", sum(n for _, n, _ in rows), sum(d for *_, d in rows) + 1)
    lines = [f"{name},{n},{deaths}" for name, n, deaths in [*rows, total]]
    above = "Ward mortality 2021-2023; 3 deaths after transfer are not counted"
    below = "* of 4 patients the outcome is not known"
    return "\n".join([above, "ward,operations,deaths", *lines, below, ""])


def few_missing():
    """Patients of whom three lack a value and one stands twice; a group of one small unit."""
    frame = patients(400, 8, seed=6)
    frame["ward"] = frame.doctor.map(lambda name: f"W{int(name[1:]) // 3}")
    frame["patient_id"] = [f"p{k}" for k in range(len(frame))]
    frame.loc[frame.index[1], "patient_id"] = "p0"
    frame.loc[frame.index[[5, 50, 150]], "age"] = np.nan
    extra = frame.head(3).assign(doctor="D99", ward="W9", age=50.0, patient_id=["x", "y", "z"])
    return pd.concat([frame, extra]).to_csv(index=False)


def with_expected():
    rng = np.random.default_rng(5)
    trials = rng.integers(30, 300, 14)
    expected = trials * rng.uniform(0.01, 0.09, 14)
    died = rng.poisson(expected)
    names = [f"Hospital {k}" for k in range(14)]
    counts = {"hospital": names, "operations": trials, "deaths": died}
    return written(counts | {"expected deaths": expected.round(2)})


SUPPRESSED = "ward,stays,falls\nNorth,120,14\nSouth,80,<5\nEast,60,*\nWest,150,3\nAnnex,200,31\n"
TABLES = {
    "deaths": (few_deaths(), ["--columns", "unit=ward,trials=operations,failures=deaths", "--sum"]),
    "expected": (
        with_expected(),
        ["--columns", "unit=hospital,trials=operations,failures=deaths,expected=expected deaths"],
    ),
    "suppressed": (SUPPRESSED, ["--columns", "unit=ward,trials=stays,failures=falls"]),
    "percents": (
        table("ABCDEF", [3, 14, 8, 21, 17, 4], [22, 31, 25, 40, 33, 26]),
        ["--standard", "1%"],
    ),
}


@cache
def published(name):
    """The page and the CSV files of a table."""
    content, options = TABLES[name]
    made = reported(f"published_{name}", content, ["--publish", *options])
    return [made.text, *(path.read_text("utf-8-sig") for path in (made.csv, made.dictionary))]


def texts(page):
    """All that a page says: what is seen, what is read aloud, its pictures, the files inside."""
    attributes = re.findall(r'(?:aria-label|title|alt|content|data-label)="([^"]*)"', page)
    pictures = re.findall(r"<(?:title|desc|text)[^>]*>(.*?)</", page, re.S)
    inside = [base64.b64decode(text) for text in re.findall(r"64,([\w+/=]+)", page)]
    seen = Page(re.sub("</t[dh]>", " |</td>", page)).text
    said = [seen, *map(html.unescape, [*attributes, *pictures])]
    return said + [content.decode("utf-8", "ignore") for content in inside]


@pytest.mark.parametrize("name", TABLES)
def test_no_text_states_a_small_count(name):
    page, csv, dictionary = published(name)
    for text in (*texts(page), csv, dictionary):
        assert SMALL.findall(text) == [], SMALL.search(text)


def test_the_notes_are_told_without_their_numbers():
    text = Page(published("deaths")[0]).text
    assert "First make sure of this" in text
    assert "(masked)" in text
    assert "'Wards' (row 11) has exactly the sum" in text
    assert "2021-2023" in text  # of the title: when it was
    assert not re.search(r"\b1,?058\b|(?<!about )\b81 deaths", text)  # the exact totals
    assert "North 1" in text  # a name keeps its number


@pytest.mark.parametrize("name", TABLES)
def test_no_small_cell_is_left_in_the_tables(name):
    for content in (published(name)[1], held(published(name)[0])):
        frame = pd.read_csv(io.StringIO(content))
        cells = frame[[c for c in ("trials", "successes", "failures") if c in frame]]
        assert (cells.isna() | (cells >= 5)).all(axis=None)
        hidden = cells.isna().any(axis=1)
        if name != "suppressed":
            assert hidden.any()
            assert frame.raw[hidden].isna().all()


def test_who_is_near_the_standard_is_near_it_where_the_caseload_is_masked():
    trials, successes = [120, 95, 80, 140, 60, 110, 3, 40], [113, 88, 75, 133, 55, 104, 1, 30]
    found = analyse(outcomes(successes, trials, list("ABCDEFGH")), cost_ratio=0.2)
    hidden = masked(found)
    assert hidden.table[hidden.table.trials.isna()].doctor.tolist() == ["H", "G"]
    for shown in (found, hidden):
        assert [step.name for step in next_steps.near(shown, Words(), None)] == ["Dr. H", "Dr. G"]


@pytest.mark.sampler
def test_patients_and_groups_are_masked_too(tmp_path):
    source, made = tmp_path / "my.csv", tmp_path / "my.html"
    source.write_text(few_missing())
    options = ["--adjust", "age", "--within", "ward", "--csv", str(tmp_path / "e.csv")]
    assert main(["report", str(source), "--publish", "--output", str(made), *options]) == 0
    page = made.read_text()
    for text in (*texts(page), (tmp_path / "e.csv").read_text("utf-8-sig")):
        assert SMALL.findall(text) == [], SMALL.search(text)
    shown = Page(page).text
    assert "(masked) of (masked) patients are left out" in shown
    groups = re.search(r"By ward:.*?</table>", page, re.S)[0]
    cells = re.findall(r"<bdi>(W\d)</bdi></th><td>\d+</td><td>(.*?)</td>", groups)
    assert dict(cells)["W9"] == "under 5"
    assert all(re.fullmatch(r"about \d+0|under 5", text) for _, text in cells)


def test_a_notebook_is_not_published(tmp_path, capsys):
    """It shows every count."""
    source = tmp_path / "my.csv"
    source.write_text(few_deaths())
    options = [*TABLES["deaths"][1], "--publish", "--notebook", str(tmp_path / "a.ipynb")]
    assert main(["report", str(source), *options]) == 2
    assert "A notebook shows every count" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["my.csv"]


@pytest.mark.parametrize(
    ("text", "years", "told"),
    [
        (
            "Row 3: '<4' and 1,174 of 'Ward 2'",
            False,
            "Row 3: '<(masked)' and (masked) of 'Ward 2'",
        ),
        ("12.5 % in 2021, 3 lost", True, "(masked) in 2021, (masked) lost"),
        ("Ward 20 is not Ward 2", False, "Ward (masked) is not Ward 2"),
    ],
)
def test_a_name_keeps_its_number_and_no_other_is_kept(text, years, told):
    assert without_numbers(text, ["Ward 2", "North"], years=years) == told
