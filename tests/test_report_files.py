"""What goes with the page: the table as CSV with its dictionary, masked numbers, a notebook."""

import re
from dataclasses import replace

import nbformat
import numpy as np
import pandas as pd
import pytest
from report_kit import SURGEONS, Page, held, report, rows, surgeons, table

from shrinkage.cli import main
from shrinkage.data import load_doctors
from shrinkage.report import publish

# --- CSV ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hospitals", "deaths", "surgeons", "suppressed", "many", "huge"])
def test_the_csv_has_every_unit_and_the_digits_that_it_needs(name):
    written = report(name)
    table = written.found.table
    saved = pd.read_csv(written.csv)
    assert len(saved) == len(table)
    assert (saved.low < saved.estimate).all()
    assert (saved.estimate < saved.high).all()
    width = saved.high - saved.low
    shown = table.estimate if name in ("hospitals", "huge") else 1 - table.estimate
    if name == "surgeons":
        shown /= 1 - written.found.reference
    assert (np.abs(saved.estimate - shown) < 0.01 * width).all()


@pytest.mark.parametrize("name", ["hospitals", "deaths", "surgeons", "suppressed", "public"])
def test_every_column_is_in_the_dictionary_and_nothing_else(name):
    written = report(name)
    said = pd.read_csv(written.dictionary)
    assert list(said.column) == list(pd.read_csv(written.csv).columns)
    assert said.meaning.str.len().min() > 5
    page = Page(written.text).text
    assert all(meaning in page for meaning in said.meaning)


def test_no_name_is_computed_by_a_spreadsheet():
    written = report("hostile")
    for text in (written.csv.read_text("utf-8-sig"), held(written.text)):
        cells = [line.split(",")[0].strip('"') for line in text.splitlines()]
        assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    assert "has an apostrophe before it" in written.dictionary.read_text()


# --- masked numbers -------------------------------------------------------------------------------


def masked(successes, trials):
    found = report("hospitals").found
    rows = found.table.iloc[: len(trials)].assign(trials=trials, successes=successes)
    rows = rows.assign(fewest=successes, most=successes, raw=np.array(successes) / trials)
    return publish.masked(replace(found, table=rows)).table


def test_successes_failures_and_patients_under_five_are_masked():
    found = masked([2, 40, 60, 58, 3, 30], [50, 44, 65, 64, 4, 60])
    assert found.successes.isna().tolist() == [True, True, False, False, True, False]
    assert found.trials.isna().tolist() == [False, True, False, False, True, False]
    assert found.raw.isna().tolist() == [True, True, False, False, True, False]


def test_one_masked_number_alone_takes_another_with_it():
    """Whoever has the total would find it by subtraction."""
    found = masked([2, 30, 60, 52], [50, 44, 90, 64])
    assert found.successes.isna().tolist() == [True, False, False, True]
    assert masked([10, 30], [50, 44]).successes.notna().all()


def test_a_page_for_publication_shows_no_small_number():
    written = report("public")
    found = {row[0]: row for row in rows(written.text)}
    assert found["A"][2:4] == ["under 5", ""]  # no deaths in 47 operations
    assert found["E"][2:4] == ["masked", ""]  # eight: the next smallest
    assert found["D"][2] == "46"
    text = Page(written.text).text
    for said in ("about 2,810 operations", "about 210 deaths", "under five are masked"):
        assert said in text
    for content in (written.csv.read_text("utf-8-sig"), held(written.text)):
        lines = {line.split(",")[0]: line.split(",") for line in content.splitlines()}
        head = lines["name"]
        assert lines["A"][head.index("failures")] == lines["A"][head.index("raw")] == ""
        assert lines["E"][head.index("failures")] == ""
        assert lines["D"][head.index("failures")] == "46"
    assert not re.search(r"\b[0-4] deaths", text)


def test_a_page_for_publication_names_nobody_without_patients(tmp_path):
    """Nor does it fail for want of a name."""
    source, made = tmp_path / "wards.csv", tmp_path / "wards.html"
    source.write_text(
        table(["North", "South", "Centre", "West"], [90, 70, 0, 80], [120, 99, 0, 99])
    )
    assert main(["report", str(source), "--publish", "--output", str(made)]) == 0
    text = Page(made.read_text()).text
    assert "1 doctor without patients Of these the file has no patients" in text


# --- the notebook ---------------------------------------------------------------------------------


def notebook(tmp_path, content, *options):
    source, made = tmp_path / "my table.csv", tmp_path / "deeper" / "steps.ipynb"
    made.parent.mkdir()
    source.write_text(content)
    assert main(["report", str(source), "--notebook", str(made), *options]) == 0
    return made


@pytest.mark.sampler
@pytest.mark.parametrize(
    ("content", "options"),
    [
        (surgeons(), ["--columns", SURGEONS, "--standard", "1.5", "--mu-prior", "0,1"]),
        (
            "ward,stays,falls\nNorth,90,14\nSouth,80,<5\nEast,60,*\nWest,150,12\n",
            ["--columns", "unit=ward,trials=stays,failures=falls", "--suppressed", "1-4"],
        ),
    ],
    ids=["expected", "suppressed"],
)
def test_the_notebook_runs_and_agrees_with_itself(tmp_path, content, options):
    from nbclient import NotebookClient

    path = notebook(tmp_path, content, *options)
    made = nbformat.read(path, as_version=4)
    nbformat.validate(made)
    NotebookClient(made, resources={"metadata": {"path": str(path.parent)}}).execute()
    worst = next(cell for cell in made.cells if ").max())" in cell.source)
    assert float(worst.outputs[0]["data"]["text/plain"]) < 5
    shown = [out for cell in made.cells for out in cell.get("outputs", ()) if "data" in out]
    assert any("image/png" in out["data"] for out in shown)
    assert any("review" in out["data"].get("text/plain", "") for out in shown)


@pytest.mark.sampler
def test_the_notebook_with_covariates_runs_and_decides_as_the_report(tmp_path):
    from nbclient import NotebookClient

    path = notebook(tmp_path, load_doctors().to_csv(index=False), "--adjust", "severity")
    made = nbformat.read(path, as_version=4)
    NotebookClient(made, resources={"metadata": {"path": str(path.parent)}}).execute()
    decided = made.cells[-2].outputs[0]["data"]["text/plain"]
    reviewed = {line.split()[0] for line in decided.splitlines() if line.endswith("True")}
    assert reviewed == {"D", "H"} == set(report("ten").found.verdict.review)


def test_a_notebook_is_the_same_at_every_run_and_may_be_replaced(tmp_path):
    path = notebook(tmp_path, table("ABC", [3, 14, 5], [6, 16, 6]))
    first = path.read_text()
    source = tmp_path / "my table.csv"
    assert main(["report", str(source), "--notebook", str(path)]) == 0
    assert path.read_text() == first
    path.write_text(first.replace("0.95", "0.99"))  # somebody has worked in it
    assert main(["report", str(source), "--notebook", str(path)]) == 2
    assert "0.99" in path.read_text()
