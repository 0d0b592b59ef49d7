"""What `--adjust` and `--by` are understood as, and whom the page is about then."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from adjusted_kit import patients
from report_kit import Page, rows

from shrinkage.cli import main
from shrinkage.data import load_outcomes
from shrinkage.report import ReportError, adjusted
from shrinkage.report.complete import complete
from shrinkage.report.formula import caseload_apart, joined, variables
from shrinkage.report.questions import formula
from shrinkage.report.request import Request
from shrinkage.report.units import Units
from shrinkage.report.write import prepare

COLUMNS = ["age", "urgency", "sex", "heart failure", "band"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("age, urgency and sex", "age + urgency + sex"),
        ("age,urgency", "age + urgency"),
        ("age and urgency", "age + urgency"),
        ("age urgency", "age + urgency"),
        ("Age & sex; urgency", "Age + sex + urgency"),
        ("age + urgency, sex", "age + urgency + sex"),
        ("heart failure, age", "`heart failure` + age"),
        ("`heart failure` age", "`heart failure` + age"),
        ("bs(age, df=4) and sex", "bs(age, df=4) + sex"),
        ("age:sex + np.log(age)", "age:sex + np.log(age)"),
        ("band and age", "band + age"),
        ("age * urgency", "age * urgency"),
        ("age, age", "age"),
    ],
)
def test_a_list_of_columns_is_a_sum(text, read):
    assert joined(text, COLUMNS) == read


@pytest.mark.parametrize("text", ["bs(age, df=4) sex", "age*urgency sex", "age:sex urgency"])
def test_factors_without_a_sign_between_them_are_refused(text):
    with pytest.raises(ReportError, match="no sign between"):
        joined(text, COLUMNS)


def test_what_a_formula_names():
    assert variables("np.log(Age) + `heart failure`:sex + bs(band, df=4)", [*COLUMNS, "df"]) == [
        *("age", "sex", "heart failure", "band")
    ]


@pytest.fixture(scope="module")
def frame():
    made = patients(500, 8, seed=3)
    made.loc[made.index[::20], "age"] = np.nan
    made.loc[made.index[5], "urgency"] = " "
    return made


@pytest.fixture
def source(tmp_path, frame):
    path = tmp_path / "my.csv"
    frame.to_csv(path, index=False)
    return path


def test_patients_without_a_value_are_left_out_of_everything(source, frame):
    known = frame.dropna(subset="age")
    known = known[known.urgency != " "]
    read = complete(load_outcomes(source), "age + urgency")
    assert len(read.patients) == len(known) == read.counts.trials.sum()
    assert read.counts.successes.sum() == known.success.sum()
    (note,) = [note for note in read.notes if note.kind == "left out"]
    assert note.doubtful
    for said in (f"{500 - len(known)} of 500", "'age' is missing for 25", f"other {len(known)}"):
        assert said in note.text
    assert complete(read, "age + urgency") is read
    assert complete(load_outcomes(source), "sex").counts.trials.sum() == 500


@pytest.mark.sampler
def test_the_page_is_about_the_patients_that_were_used(source, frame, capsys):
    known = frame.dropna(subset="age")
    with pytest.raises(ReportError, match="left out"):
        prepare(Request(source, source.with_name("a.html"), adjust="age sex", strict=True))
    assert main(["report", str(source), "--adjust", "age, sex"]) == 0
    said = capsys.readouterr()
    assert "! 25 of 500 patients are left out" in said.err
    text = (source.parent / "my_report.html").read_text()
    shown = Page(text).text
    assert f"{len(known)} patients and {known.success.sum()} successes" in shown
    assert shown.index("25 of 500 patients are left out") < shown.index("The decision")
    assert "Adjusted for age + sex" in shown
    assert "The posterior under other hyperpriors" in shown
    for other in ("sigma_pop 0.5", "sigma_pop 2", "mu_pop 0.75", "mu_pop 3"):
        assert other in shown
    assert "Odds of success with twice the caseload" in shown
    table = [[int(cell) for cell in row[1:3]] for row in rows(text)]
    assert np.sum(table, axis=0).tolist() == [len(known), known.success.sum()]


def test_the_page_suggests_the_whole_option(tmp_path, frame):
    made = frame.assign(
        patient_id=range(500), remark=[f"r{k}" for k in range(500)], site="x", **{"type of": "a b"}
    )
    made["type of"] = np.where(made.sex == "f", "a", "b")
    source = tmp_path / "my.csv"
    made.to_csv(source, index=False)
    assert main(["report", str(source), "--no-adjust"]) == 0
    text = (tmp_path / "my_report.html").read_text()
    option = "--adjust 'age + urgency + sex + `type of`'"
    assert f"{option} adjusts for them" in Page(text).text
    assert "<code>--adjust &#39;age + urgency + sex + `type of`&#39;</code>" in text


def by_year(tmp_path):
    rng = np.random.default_rng(2)
    index = pd.MultiIndex.from_product([list("ABCDEF"), [2021, 2022, 2023]])
    made = index.to_frame(index=False, name=["Surgeon", "Year"])
    made["Cases"] = rng.integers(40, 90, len(made))
    made["Deaths"] = rng.binomial(made.Cases, 0.08)
    source = tmp_path / "my.csv"
    made.to_csv(source, index=False)
    return source


def test_by_a_column_adjusts_for_it(tmp_path):
    source = by_year(tmp_path)
    columns = {"unit": "Surgeon", "trials": "Cases", "failures": "Deaths"}
    read = load_outcomes(source, columns=columns, by="Year")

    def asked(**more):
        return formula(Request(source, source, **more), read)

    assert asked().casefold() == "year"
    assert asked(adjust=False) is None
    assert asked(adjust="Year") == "Year"


@pytest.mark.sampler
def test_a_page_by_year_says_that_it_is_adjusted(tmp_path):
    source = by_year(tmp_path)
    columns = "unit=Surgeon,trials=Cases,failures=Deaths"
    assert main(["report", str(source), "--columns", columns, "--by", "Year"]) == 0
    shown = Page((tmp_path / "my_report.html").read_text()).text
    assert re.search("Adjusted for Year", shown, re.I)
    assert "not adjusted for how sick" not in shown


# --- the caseload ---------------------------------------------------------------------------------


def test_the_caseload_is_a_term_of_its_own():
    assert caseload_apart("age + caseload", ["age"]) == ("age", True)
    assert caseload_apart("Caseload", []) == (None, True)
    assert caseload_apart("age", ["age"]) == ("age", False)
    assert caseload_apart("caseload", ["caseload"]) == ("caseload", False)  # the file's own
    for wrong in ("age:caseload", "np.log(caseload)", "caseload*age"):
        with pytest.raises(ReportError, match="'caseload' alone"):
            caseload_apart(wrong, ["age"])


def small_do_worse(tmp_path):
    trials = np.array([12, 15, 22, 25, 40, 48, 90, 110, 260, 300, 700, 900])
    died = np.round(trials * 0.28 / np.log2(trials) * 2).astype(int)
    counts = pd.DataFrame({"surgeon": list("ABCDEFGHIJKL"), "operations": trials, "deaths": died})
    source = tmp_path / "my.csv"
    counts.to_csv(source, index=False)
    return source, died / trials


CASELOADS = ("--columns", "unit=surgeon,trials=operations,failures=deaths")


def test_the_checks_and_the_caveat_say_one_thing_of_the_caseload(tmp_path):
    source, _ = small_do_worse(tmp_path)
    assert main(["report", str(source), *CASELOADS]) == 0
    text = (tmp_path / "my_report.html").read_text()
    shown = Page(text).text
    assert "pooling makes them look too good" in shown
    assert "gives no sign against it" not in shown
    assert shown.count("--adjust caseload puts") == 2
    assert "<code>--adjust caseload</code>" in text


@pytest.mark.sampler
def test_counts_are_adjusted_for_the_caseload(tmp_path):
    """An estimate is that of the unit's own caseload, drawn to others of the same size."""
    source, raw = small_do_worse(tmp_path)
    options = [*CASELOADS, "--adjust", "caseload", "--csv", str(tmp_path / "e.csv")]
    assert main(["report", str(source), *options]) == 0
    shown = Page((tmp_path / "my_report.html").read_text()).text
    slope = re.search(r"odds of death are multiplied by ([\d.]+) .* for twice the caseload", shown)
    assert 0.6 < float(slope[1]) < 0.95
    assert "Each rate is that at the surgeon's own caseload" in shown
    assert "Caseload is in the model" in shown
    assert "--adjust caseload puts" not in shown
    saved = pd.read_csv(tmp_path / "e.csv").sort_values("trials")
    assert saved.estimate[:2].mean() > 1.5 * saved.estimate[-2:].mean()
    np.testing.assert_allclose(saved.estimate, raw, atol=0.05)
    assert "Sample beside the exact posterior" in shown


def test_before_adjusting_stands_what_the_file_expects(tmp_path):
    """An expectation of the file's own is no part of what an adjustment did."""
    path = tmp_path / "years.csv"
    path.write_text(
        "doctor,year,successes,trials,expected\n"
        "A,2001,40,50,42.5\nA,2002,45,50,41\nB,2001,80,90,75\nB,2002,30,40,33\n"
    )
    table = load_outcomes(path, by="year")
    units = Units.of(table)
    read, _ = adjusted.patients.read(table, "year", units.names)
    np.testing.assert_allclose(adjusted._given(units, read), [83.5, 108])
    plain = replace(units, expected=np.full(2, np.nan))
    assert np.isnan(adjusted._given(plain, read)).all()
