"""`shrinkage report`: the numbers are the exact posterior's, and it says what it cannot know."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_kit import Page, every_file, rows, table

from shrinkage.cli import main
from shrinkage.convergence import NotConvergedError
from shrinkage.data import count_by_doctor, load_doctors
from shrinkage.exact import posterior, posterior_with_covariate
from shrinkage.report import (
    Words,
    model,
    sentences,
)
from shrinkage.report.decision import default_standard, verdict

# --- the numbers ----------------------------------------------------------------------------------


def test_the_table_is_the_exact_posterior(report):
    counts = count_by_doctor(load_doctors())
    exact = posterior(counts.successes, counts.trials)
    below = [float(alpha.cdf(np.log(3))) for alpha in exact.alpha]  # logit of 75 %
    written_report = report("plain")
    found = written_report.found.table.set_index("doctor").loc[counts.doctor]
    np.testing.assert_allclose(found.estimate, exact.mean, atol=0.01)
    np.testing.assert_allclose(found[["low", "high"]], exact.interval(), atol=0.03)
    np.testing.assert_allclose(found.below, below, atol=0.03)
    ranks = exact.rank_probabilities()
    np.testing.assert_allclose(found.best, ranks[:, 0], atol=0.03)
    np.testing.assert_allclose(found.worst, ranks[:, -1], atol=0.03)
    cumulative = ranks.cumsum(axis=1)
    for j, doctor in enumerate(found.itertuples()):
        assert cumulative[j, doctor.rank_low - 1] > 0.01
        assert cumulative[j, doctor.rank_high - 1] > 0.96
    # And the page prints just these, in the order of the names.
    assert [row[0] for row in rows(written_report.text)] == sorted(counts.doctor)
    first = rows(written_report.text)[0]
    top = written_report.found.table.set_index("doctor", drop=False).loc["A"]
    assert first[:3] == [top.doctor, str(top.trials), str(top.successes)]
    assert first[3].replace("\u00a0", " ") == f"{100 * top.raw:.0f} %"
    assert first[4].replace("\u00a0", " ") == f"{100 * top.estimate:.0f} %"


def test_with_severity_it_is_the_exact_posterior_with_severity(report):
    patients = load_doctors()
    doctor_idx, names = pd.factorize(patients.doctor)
    exact = posterior_with_covariate(doctor_idx, patients.severity, patients.success)
    written_report = report("ten")
    found = written_report.found.table.set_index("doctor").loc[names]
    np.testing.assert_allclose(found.estimate, exact.mean, atol=0.01)
    adjustment = written_report.found.adjustment
    assert adjustment.sickest[0] == adjustment.who == "H"
    assert adjustment.after > adjustment.before + 0.05
    assert "Adjusting moves Dr. H most" in Page(written_report.text).text


@every_file
def test_every_report_is_checked_and_says_so(report, name):
    found = report(name).found
    assert found.sound
    assert found.agreement.good
    text = Page(report(name).text).text
    for said in ("largest R-hat", "smallest effective sample size", "no divergence"):
        assert said in text
    assert "Monte Carlo standard errors" in text
    assert "in 95 % of the model's clinics" in text
    assert "Rows read" in text


def test_the_decision_follows_the_costs_and_the_standard(report):
    plain = report("plain").found
    assert (plain.standard, plain.standard_given, plain.cost_ratio) == (0.75, True, 0.5)
    assert plain.verdict.threshold == pytest.approx(2 / 3)
    below = plain.table.set_index("doctor").below
    assert set(plain.verdict.review) == set(below.index[below > 2 / 3])
    called = below > 2 / 3
    assert plain.verdict.wrong == pytest.approx((1 - below[called]).sum())
    assert plain.verdict.missed == pytest.approx(below[~called].sum())
    counts = [len(verdict.review) for verdict in plain.verdicts]
    assert counts == sorted(counts)  # the worse a miss, the more reviews
    thresholds = [verdict.threshold for verdict in plain.verdicts]
    assert max(thresholds) > 0.5 > min(thresholds)
    said = Page(report("plain").text).text
    assert "accusing a doctor who meets the standard is 2 times as bad as missing one" in said
    assert "exceeds 1/(1 + 1/2) = 67 %" in said
    ten = report("ten").found
    assert ten.standard == default_standard(ten.typical.mean)
    assert "made from the file" in Page(report("ten").text).text


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


def test_large_caseloads_are_sampled_centred(report):
    assert [a.parameterisation for a in report("huge").found.attempts] == ["centred"]
    assert [a.parameterisation for a in report("ten").found.attempts] == ["non-centred"]


def test_another_parameterisation_is_tried_where_the_first_fails(monkeypatch):
    """And the page says that it was."""
    left = [False, True]

    def check(fit):
        if not left.pop():
            return "Converged: quite."
        raise NotConvergedError("Not converged: 9 divergences.")

    monkeypatch.setattr(model, "check_convergence", check)
    monkeypatch.setattr(
        model, "PLAN", (("non-centred", 0.9, 50), ("centred", 0.9, 50), ("non-centred", 0.99, 50))
    )
    few = np.array([3, 4, 5])
    cells = model.Cells(np.array(list("ABC"), object), np.arange(3), few, few + 3, None)
    _, convergence, attempts = model.sample(cells, 1)
    assert convergence == "Converged: quite."
    assert [(a.parameterisation, a.converged) for a in attempts] == [
        ("non-centred", False),
        ("centred", True),
    ]


def test_a_sampler_that_fails_gives_a_page_that_says_so_and_exit_code_1(
    tmp_path, monkeypatch, capsys
):
    def fails(fit):
        raise NotConvergedError("Not converged: 9 divergences.\nadvice")

    monkeypatch.setattr(model, "check_convergence", fails)
    monkeypatch.setattr(model, "PLAN", (("non-centred", 0.9, 100),))
    source = tmp_path / "my.csv"
    source.write_text(table("ABC", [3, 4, 5], [6, 6, 6]))
    assert main(["report", str(source)]) == 1
    assert "Do not use these numbers" in capsys.readouterr().err
    text = Page((tmp_path / "my_report.html").read_text()).text
    assert "Do not use these numbers" in text
    assert "9 divergences" in text


# --- what it cannot know --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "ten",
            ["adjusted for the column 'severity'", "average severity", "smallest caseload is 4"],
        ),
        ("plain", ["severity column was left out on request", "75.5 % of outcomes"]),
        (
            "hospitals",
            [
                "The file has no severity column",
                "No hospital in the file has fewer than 47 patients",
                "12 hospitals to learn a spread from",
                "if one hospital lost more",
            ],
        ),
        (
            "two",
            [
                "Only 2, so the spread leans on its hyperprior",
                "cannot be used in a file with a row a doctor",
                "Whether this holds cannot be checked with 2 doctors",
            ],
        ),
        (
            "perfect",
            ["No failure in the whole file", "All 63 patients", "columns ward were not used"],
        ),
        ("hostile", ["'Anna Meyer' and 'Meyer, Anna' were taken as different"]),
    ],
)
def test_caveats_speak_of_this_file(report, name, said):
    text = Page(report(name).text).text
    caveats = text[text.index("What this page cannot know", text.index("Decision")) :]
    for part in said:
        assert part in (text if part in ("average severity",) else caveats)
    for title in ("Case mix", "Missing outcomes", "Selection", "Coding", "Exchangeability"):
        assert title in caveats


def test_the_readers_words(report):
    written_report = report("hospitals")
    page = Page(written_report.text)
    assert "Infant heart surgery" in page.text
    assert "Hospital A" in page.text
    assert "Dr." not in page.text
    assert "hospital (patients seen)" in page.text
    assert ">survival<" in written_report.text.replace("\n", "")
    # The published failure of the raw rate: hospital A's 100 % after 47 operations.
    first = written_report.found.table.set_index("doctor").loc["A"]
    assert first.raw == 1
    assert 0.94 < first.estimate < 0.96


def test_names_and_plurals_of_the_readers_unit():
    assert Words().name("B") == "Dr. B"
    assert Words().name("Dr. Who") == "Dr. Who"
    assert Words().name("Drake") == "Dr. Drake"
    assert Words("facility").units == "facilities"
    assert Words("hospital").name("C") == "Hospital C"
    assert Words("hospital").name("St. Mary") == "St. Mary"
    assert Words().names(tuple("ABCDEFG")) == "Dr. A, Dr. B, Dr. C, Dr. D, Dr. E and 2 more"
