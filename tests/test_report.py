"""`shrinkage report`: the page prints the posterior, begins with the decision, and says its limits.

The numbers themselves are held to the truth in `test_report_numbers…`.
"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_kit import Page, every_file, rows, table

from shrinkage.cli import main
from shrinkage.data import count_by_doctor, load_doctors
from shrinkage.exact import posterior
from shrinkage.report import Words, analysis, next_steps, sentences
from shrinkage.report.decision import default_standard, verdict
from shrinkage.report.findings import Adjustment, Check, Coefficient, Groups, Summary
from shrinkage.report.page import render
from shrinkage.report.request import Request
from shrinkage.report.scale import Scale

# --- the numbers ----------------------------------------------------------------------------------


def test_the_page_prints_the_exact_posterior(report):
    counts = count_by_doctor(load_doctors()).sort_values("doctor")
    exact = posterior(counts.successes, counts.trials)
    found = rows(report("plain").text)
    assert [row[0] for row in found] == list(counts.doctor)  # by name: it is no ranking
    low, high = exact.interval().T
    for row, s, n, *theta in zip(
        found, counts.successes, counts.trials, exact.mean, low, high, strict=True
    ):
        assert row[1:4] == [str(n), str(s), f"{100 * s / n:.0f} %"]
        assert row[4] == f"{100 * theta[0]:.0f} %"
        assert row[5] == f"{100 * theta[1]:.0f} to {100 * theta[2]:.0f} %"


def test_deaths_are_shown_as_a_mortality(report):
    """The same hospitals, counted by their deaths: every rate is one minus the other's."""
    deaths, survivors = (report(name) for name in ("deaths", "hospitals"))
    mirrored = survivors.found.table.set_index("doctor").estimate
    found = deaths.found.table.set_index("doctor").estimate
    np.testing.assert_allclose(found, mirrored.loc[found.index], atol=1e-9)
    saved = pd.read_csv(deaths.csv).set_index("name")
    np.testing.assert_allclose(saved.estimate, 1 - found.loc[saved.index], atol=1e-4)
    text = Page(deaths.text).text
    for said in (
        "12 hospitals, 2,814 operations and 208 deaths",
        "The typical hospital's mortality is 7.4 %",
        "above the standard of 12 %",
        "1 the lowest mortality",
        "31 deaths in 215 operations",
    ):
        assert said in text
    row = next(row for row in rows(deaths.text) if row[0] == "H")
    assert row[:4] == ["H", "215", "31", "14.4 %"]
    assert "below the standard" not in text


@every_file
def test_every_report_is_checked_and_says_so(report, name):
    written = report(name)
    assert written.found.sound
    text = Page(written.text).text
    engine = {"exact": "Exact posterior beside a plain sum", "sampled": "Sampler, "}
    assert engine[written.found.engine] in text
    assert "in 95 % of the model's own tables" in text
    good = all(check.good is not False for check in written.found.checks)
    doubtful = any(note.doubtful for note in written.found.outcomes.notes)
    folded = "<details>" in written.text.split('id="checks"')[1].split("<summary>")[0]
    assert folded == (good and not doubtful and not written.found.alike)
    assert folded == ("checks hold <" in written.text.replace("</", "<").replace("hold<", "hold <"))


def test_a_failed_check_is_said_first_and_gives_exit_code_1(tmp_path, monkeypatch, capsys):
    source, analyse = tmp_path / "my.csv", analysis.analyse

    def failing(*given, **options):
        numbers = {"units": 2, "share": 0.3, "below": 0.1, "who": "A"}
        found = analyse(*given, **options)
        return replace(found, checks=[*found.checks, Check("quadrature", False, numbers)])

    monkeypatch.setattr(analysis, "analyse", failing)
    source.write_text(table("ABC", [3, 4, 5], [6, 6, 6]))
    assert main(["report", str(source)]) == 1
    assert "Do not use these numbers" in capsys.readouterr().err
    text = Page((tmp_path / "my_report.html").read_text()).text
    assert text.index("Do not use these numbers") < text.index("The decision")


# --- the decision ---------------------------------------------------------------------------------


def test_the_decision_follows_the_costs_and_the_standard(report):
    plain = report("plain").found
    assert (plain.standard, plain.standard_given, plain.cost_ratio) == (0.75, True, 0.5)
    assert plain.verdict.threshold == pytest.approx(2 / 3)
    below = plain.table.set_index("doctor").below
    assert set(plain.verdict.review) == set(below.index[below > 2 / 3])
    said = Page(report("plain").text).text
    assert "accusing a doctor who meets the standard is 2 times as bad as missing one" in said
    assert "exceeds 1/(1 + 1/2) = 67 %" in said
    hospitals = report("hospitals").found
    assert hospitals.standard == default_standard(hospitals.typical.mean)
    assert "made from the file" in Page(report("hospitals").text).text


@pytest.mark.parametrize(
    ("cost_ratio", "threshold", "said"),
    [
        (3.0, 0.25, "missing a doctor below the standard is 3 times as bad as accusing one"),
        (1.0, 0.5, "missing a doctor below the standard is as bad as accusing one"),
        (0.25, 0.8, "accusing a doctor who meets the standard is 4 times as bad as missing one"),
    ],
)
def test_the_costs_have_one_direction(report, cost_ratio, threshold, said):
    """Cost of missing over cost of accusing, as in chapter 9."""
    found = report("plain").found
    verdicts = [verdict(found.table, cost_ratio)]
    made = replace(found, cost_ratio=cost_ratio, verdicts=verdicts)
    assert made.verdict.threshold == pytest.approx(threshold)
    assert said in " ".join(sentences.verdicts(made, Words()))


def test_the_decision_comes_first_with_a_step_for_each_unit_near_the_line(report):
    for name in ("plain", "deaths", "many"):
        written = report(name)
        titles = re.findall(r'<h2 id="(\w+)">', written.text)
        assert titles == [
            *("decision", "pictures", "table", "pooling", "checks"),
            *("caveats", "model", "dictionary"),
        ]
        found = written.found
        near = next_steps.rows_near(found)
        assert not set(near.doctor) & set(found.verdict.review)
        assert (near.below > found.verdict.threshold / 2).all()
        steps = written.text.split('id="decision"')[1].split("</section>")[0]
        assert steps.count("<li><strong>") == sum(
            min(len(names), next_steps.MOST) for names in (near, found.verdict.review)
        )


def test_what_would_settle_it_is_said_in_patients_and_in_time(report):
    plain = report("plain").found
    row = next(plain.table.itertuples())._replace(trials=90, settle=60.0)
    step = next_steps.settling(row, Words(cases="operations"), 12)
    assert (
        step
        == "About 60 more operations like these, some 8 months at this caseload, would settle it."
    )
    assert "months" not in next_steps.settling(row, Words(), None)
    assert "hardly" in next_steps.settling(row._replace(settle=0.0), Words(), 12)
    assert "a million" in next_steps.settling(row._replace(settle=np.inf), Words(), 12)
    never = next_steps.settling(row._replace(settle=9000.0), Words(), 12)
    assert never == "Waiting will not help: it would take decades at this caseload."
    assert "more than three times the patients" in next_steps.settling(
        row._replace(settle=9000.0), Words(), None
    )


def test_certain_places_are_not_called_uncertain(report):
    found = report("two").found
    sure = found.table.assign(rank_low=[1, 2], rank_high=[1, 2])
    said = sentences.places(replace(found, table=sure), Words())
    assert "certain here" in said
    assert "anywhere from" not in said
    assert "anywhere from" in sentences.places(report("plain").found, Words())


# --- expectations and suppressed counts -----------------------------------------------------------


def test_expected_numbers_are_shown_as_ratios(report):
    written = report("surgeons")
    found, text = written.found, Page(written.text).text
    for said in (
        "ratio of observed to expected deaths",
        "beside it the mortality at the average expectation",
        "above the standard of 1.5 times the expected",
        "somebody else's model",
    ):
        assert said in text
    scale = Scale("mortality", failures=True, reference=found.reference)
    row = next(row for row in rows(written.text) if row[0] == "Surgeon 4")
    unit = found.table.set_index("doctor").loc["Surgeon 4"]
    observed, expected = unit.trials - unit.successes, unit.trials - unit.expected
    assert row[1:5] == ["90", "12", f"{expected:.1f}", f"{observed / expected:.2f}"]
    assert row[5] == f"{float(scale.shown(unit.estimate)):.2f}"
    assert row[7].startswith(f"{100 * (1 - unit.estimate):.0f}"[:1])
    saved = pd.read_csv(written.csv).set_index("name")
    np.testing.assert_allclose(
        saved.rate, saved.estimate * (1 - found.reference), atol=1e-3
    )  # the rate at the average expectation is the ratio times it


def test_a_suppressed_count_is_shown_by_its_bounds(report):
    written = report("suppressed")
    found = {row[0]: row for row in rows(written.text)}
    assert found["South"][1:4] == ["80", "1 to 4", "1.2 to 5.0 %"]
    assert found["East"][1:4] == ["60", "1 to 4", "1.7 to 6.7 %"]
    assert found["North"][3] == "11.7 %"
    assert found["Centre no stays: prediction for a new ward"][3] == ""
    text = Page(written.text).text
    assert "of 2 wards only bounds are known" in text
    assert "Suppressed counts" in text
    assert "1 ward without stays" in text
    saved = pd.read_csv(written.csv).set_index("name")
    assert saved.loc["South", ["failures_fewest", "failures_most"]].tolist() == [1, 4]
    assert saved.note["South"] == "suppressed"
    assert saved.note["Centre"] == "no stays"


# --- what it cannot know --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ten", ["adjusted for severity", "smallest caseload is 4"]),
        ("plain", ["column 'severity' was not used", "75.5 % of outcomes"]),
        (
            "hospitals",
            [
                "nothing about how sick",
                "No hospital in the file has fewer than 47 patients",
                "12 hospitals to learn a spread from",
                "if one hospital lost more",
            ],
        ),
        (
            "two",
            [
                "Only 2, so the spread leans on its hyperprior",
                "adjusting needs a row a patient",
                "Whether this holds cannot be checked with 2 doctors",
            ],
        ),
        (
            "perfect",
            ["No failures in the whole file", "All 63 patients", "column 'ward' was not used"],
        ),
        ("hostile", ["'Anna Meyer' and 'Meyer, Anna' were taken as different"]),
    ],
)
def test_caveats_speak_of_this_file(report, name, said):
    text = Page(report(name).text).text
    caveats = text[text.index("What this page cannot know", text.index("The decision")) :]
    for part in said:
        assert part in caveats
    for title in ("Case mix", "Missing outcomes", "Selection", "Coding", "Exchangeability"):
        assert title in caveats


def test_the_readers_words(report):
    written = report("hospitals")
    page = Page(written.text)
    assert "Infant heart surgery" in page.text
    assert "Hospital A" in page.text
    assert "Dr." not in page.text
    assert "hospital (patients)" in page.text
    assert ">survival<" in written.text.replace("\n", "")
    assert "a survival" not in page.text
    # The published failure of the raw rate: hospital A's 100 % after 47 operations.
    first = written.found.table.set_index("doctor").loc["A"]
    assert first.raw == 1
    assert 0.94 < first.estimate < 0.96


def test_period_definition_and_unit_are_given_or_said_to_be_missing(report):
    given, missing = (Page(report(name).text).text for name in ("deaths", "hospitals"))
    assert "Period 1996-1998" in given
    assert "Definition of deaths died within 30 days" in given
    assert "not given" not in given[: given.index("The decision")]
    for option in ("--period", "--definition"):
        assert option in missing[: missing.index("The decision")]


# --- covariates and groups ------------------------------------------------------------------------


def test_an_adjustment_and_groups_are_said(report, tmp_path):
    """Made-up ones: how they are computed is tested where it is done."""
    found = report("plain").found
    of = Summary(1.4, 1.1, 1.9)
    adjustment = Adjustment(
        formula="age + urgency",
        coefficients=(Coefficient("age", of), Coefficient("urgency[urgent]", of)),
        rare=("urgency: salvage",),
        who="H",
        before=0.61,
        after=0.72,
        sickest=("H", 0.66),
        mildest=("B", 0.83),
    )
    columns = {"group": ["North", "<i>South</i>"], "units": [4, 6], "trials": [120, 149]}
    rates = {"estimate": [0.8, 0.7], "low": [0.7, 0.6], "high": [0.9, 0.8], "below": [0.2, 0.6]}
    places = {"rank_low": [1, 1], "rank_high": [2, 2]}
    groups = Groups("hospital", pd.DataFrame(columns | rates | places), of, of)
    made = replace(found, adjustment=adjustment, groups=groups)
    text = render(made, Words(), Request(tmp_path / "a.csv", tmp_path / "a.html"))
    shown = Page(text).text
    for said in (
        "Adjusted for age + urgency",
        "1.40 (1.10 to 1.90) for age and 1.40 (1.10 to 1.90) for urgency[urgent]",
        "Dr. H would be expected to have the worst success rate, 66 %",
        "Adjusting moves Dr. H most, from 61 to 72 %",
        "urgency: salvage",
        "standardised to the patients of the whole file",
        "Between one hospital and another",
        "<i>South</i> 6 149 70 % 60 to 80 % 60 % 1 to 2",
    ):
        assert said in shown
    assert "<i>South" not in text
    assert "not adjusted for how sick" not in shown
