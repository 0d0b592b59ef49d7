"""Totals of suppressed counts are bounds, and a page for publication gives no number away."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from report_kit import SUPPRESSED, Page, rows

from shrinkage.cli import main
from shrinkage.data import Outcomes
from shrinkage.report import next_steps
from shrinkage.report.totals import Totals
from shrinkage.report.wording import Words

DEATHS = ("--columns", "unit=surgeon,trials=patients,failures=deaths")


def page(tmp_path: Path, text: str, *options: str) -> str:
    (tmp_path / "my.csv").write_text(text)
    assert main(["report", str(tmp_path / "my.csv"), "--force", *options]) == 0
    return (tmp_path / "my_report.html").read_text()


def test_totals_are_bounds():
    counts = pd.DataFrame(
        {
            "doctor": list("AB"),
            "trials": [400, 356],
            "successes": pd.array([pd.NA, 330], "Int64"),
            "fewest": [319, 330],
            "most": [373, 330],
        }
    )
    found = Totals.of(Outcomes(counts=counts, patients=None, failures=True))
    assert (found.fewest, found.most, found.patients) == (649, 703, 756)
    w = Words(counted="deaths")
    w = replace(w, scale=replace(w.scale, failures=True))
    assert found.counted(w, "deaths") == "53 to 107 deaths"
    assert found.counted(replace(w, rounded=True), "deaths") == "about 50 to 110 deaths"
    assert found.rate(w) == "7.0 to 14.2 %"
    assert not found.one_sided


def test_no_deaths_is_said_only_where_it_is_sure(tmp_path):
    """A withheld count in one year says nothing of 'no deaths'."""
    years = "".join(
        f"{name},{year},40,{'<5' if year == 2021 else 0}\n"
        for name in "ABC"
        for year in (2021, 2022)
    )
    text = page(
        tmp_path,
        "surgeon,year,patients,deaths\n" + years,
        *DEATHS,
        *("--sum", "--suppressed", "1-4"),
    )
    shown = Page(text).text
    assert (
        "3 surgeons, 240 patients and 3 to 12 deaths; of 3 surgeons only bounds are known" in shown
    )
    assert "No deaths" not in shown
    assert "same outcome" not in shown
    none = page(tmp_path, "surgeon,patients,deaths\nA,40,0\nB,50,0\nC,10,0\n", *DEATHS)
    assert "No deaths in the whole file" in Page(none).text
    assert "All 100 patients had the same outcome" in Page(none).text


SMALL = """surgeon,patients,deaths
Ada,3,0
Bo,11,5
Cy,44,9
Di,60,7
Eve,50,9
Flo,80,2
"""


def test_a_masked_unit_near_the_line_stops_nothing(tmp_path):
    """Cy's number is masked beside another one, and it is named for a review."""
    text = page(
        tmp_path,
        "surgeon,patients,deaths\nA,60,4\nB,44,9\nC,80,11\nD,90,12\n",
        *DEATHS,
        *("--publish", "--standard", "0.1"),
    )
    shown = Page(text).text
    steps = shown[shown.index("The decision") : shown.index("To review means")]
    assert "Surgeon B" in steps
    assert "9 deaths" not in steps
    assert "44 patients" in steps


def test_a_masked_ratio_says_nothing_of_its_numbers(tmp_path):
    row = next(
        pd.DataFrame(
            {
                "trials": [pd.NA],
                "successes": [pd.NA],
                "fewest": [pd.NA],
                "most": [pd.NA],
                "expected": [3.0],
            }
        ).itertuples()
    )
    w = Words(counted="deaths")
    for rates in (True, False):
        assert next_steps.counted(row, replace(w, scale=replace(w.scale, rates=rates))) == ""


def test_what_is_masked_beside_a_small_number_is_called_masked(tmp_path):
    text = page(tmp_path, SMALL, *DEATHS, "--publish", "--standard", "0.15")
    found = {row[0]: row for row in rows(text)}
    assert found["Ada"][1:3] == ["under 5", "under 5"]
    assert found["Bo"][1] == "masked"
    assert "(masked)" in text.split("<svg")[1]
    assert "Bo (under 5)" not in text
    few = page(
        tmp_path, "surgeon,patients,deaths\nA,60,58\nB,40,30\nC,90,50\n", *DEATHS, "--publish"
    )
    assert {row[0]: row[2] for row in rows(few)}["A"] == "masked"  # two survivors, 58 deaths


def test_a_rounded_total_has_no_exact_rate_beside_it(tmp_path, capsys):
    shown = Page(page(tmp_path, SMALL, *DEATHS, "--publish", "--standard", "0.15")).text
    assert "about 250 patients and about 30 deaths" in shown
    assert "after 3 patients" not in capsys.readouterr().out
    assert "12.9 %" not in shown  # 32 of 248
    assert "the mortality of all is up to 10 percentage points higher" in shown
    large = "surgeon,patients,deaths\nA,30123,3021\nB,40321,4000\nC,20000,2001\n"
    shown = Page(page(tmp_path, large, *DEATHS, "--publish")).text
    assert "the mortality of all is not 10.0 % but" in shown


@pytest.mark.parametrize("caseload", [2, 3])
def test_everything_masked_is_still_a_page(tmp_path, caseload):
    text = "surgeon,patients,deaths\n" + "".join(f"{n},{caseload},1\n" for n in "ABC")
    assert "under five are masked" in Page(page(tmp_path, text, *DEATHS, "--publish")).text


def test_suppressed_wards_are_counted_by_their_bounds(tmp_path):
    columns = ("--columns", "unit=ward,trials=stays,failures=falls", "--suppressed", "1-4")
    shown = Page(page(tmp_path, SUPPRESSED, *columns)).text
    assert "6 wards, 610 stays and 59 to 65 falls; of 2 wards only bounds are known" in shown
