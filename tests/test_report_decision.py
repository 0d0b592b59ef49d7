"""The words around the decision: the standard first, what settles it, and what it leans on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_kit import Page, deaths

from shrinkage.cli import main
from shrinkage.data import Note, Outcomes
from shrinkage.report import ReportError, Words, check_lines, nested, next_steps, page, sentences
from shrinkage.report.decision import default_standard
from shrinkage.report.findings import Check, Sensitivity
from shrinkage.report.period import months
from shrinkage.report.request import Request
from shrinkage.report.scale import Scale
from shrinkage.report.units import Units

FAILURES = Scale("mortality", failures=True)


def units(successes, trials, expected, of_failures):
    s, n = (np.array(v, np.int64) for v in (successes, trials))
    return Units(np.array(["A", "B"], object), n, s, s, np.array(expected, float), of_failures)


@pytest.mark.parametrize("typical", [0.957, 0.9598, 0.9625])
def test_a_ratio_made_from_the_file_is_round(typical):
    of = units([960, 960], [1000, 1000], [960.0, 960.0], True)
    ratio = (1 - default_standard(typical, of)) / 0.04
    assert ratio == pytest.approx(round(ratio, 1))
    good = units([960, 960], [1000, 1000], [960.0, 960.0], False)
    ratio = default_standard(typical, good) / 0.96
    assert ratio == pytest.approx(round(ratio, 2))
    assert ratio < 1


def test_every_unit_has_its_probability_of_being_worse_than_usual(report):
    for name in ("deaths", "surgeons"):
        written = report(name)
        found = written.found
        at = found.typical.mean if found.reference is None else found.reference
        assert found.usual == pytest.approx(at)
        table = found.table.sort_values("estimate")
        assert (table.worse >= table.below - 1e-9).all()  # the standard lies beyond the usual
        assert table.worse.iloc[0] > 0.9
        heading = "above 1, as expected" if found.reference else "above the typical"
        assert heading in Page(written.text).text
        saved = pd.read_csv(written.csv)
        column = "above_expected" if found.reference else "above_typical"
        assert saved[column].between(0, 1).all()


def test_waiting_is_advised_only_where_it_helps(report):
    row = next(report("plain").found.table.itertuples())._replace(trials=90, below=0.5)
    w = Words(cases="operations")
    for settle, length in ((300.0, 12), (9000.0, None), (np.inf, 12)):
        step = next_steps._step(
            report("plain").found, w, row._replace(settle=settle), length, "Wait and count"
        )
        assert step.what == next_steps.NOW
        assert step.then.startswith("Waiting will not help")
        assert "480" not in step.then
        assert not next_steps.meant([step], w)
    step = next_steps._step(
        report("plain").found, w, row._replace(settle=60.0), 12, "Wait and count"
    )
    assert step.what == "Wait and count"
    assert "95 % sure" in next_steps.meant([step], w)
    assert "Operations like these" in next_steps.meant([step], w)


def test_the_standard_comes_before_the_names(report):
    text = Page(report("hospitals").text).text
    start = text.index("The decision", text.index("What it cannot know"))
    assert (
        start < text.index("before you look at the names") < text.index("lies below the standard")
    )


def test_a_decision_that_leans_on_its_hyperprior_says_so_where_it_stands(report, tmp_path):
    found = report("hospitals").found
    lines = [
        Sensitivity(which, 1.0, 0.9, 0.5, 0.01, "A", review)
        for which, review in (("", ("A",)), ("sigma_pop", ()))
    ]
    made = replace(found, sensitivity=lines)
    warning = "do not decide on this file alone"
    assert warning in " ".join(sentences.in_short(made, Words("hospital")))
    text = page.render(made, Words("hospital"), Request(tmp_path / "a.csv", tmp_path / "a.html"))
    box = text.split('aria-label="The decision"')[1].split("</section>")[0]
    assert warning in box
    assert "leaning" not in report("hospitals").text.split("</style>")[1].split("</section>")[0]


def test_a_unit_without_patients_is_neither_nearest_nor_placed(report):
    found = report("hospitals").found
    empty = found.table.iloc[:1].assign(
        doctor="Nobody yet", trials=0, below=0.99, rank_low=pd.NA, rank_high=pd.NA
    )
    none = [replace(verdict, review=()) for verdict in found.verdicts]
    three = replace(found, verdicts=none, table=pd.concat([found.table.iloc[:2], empty]))
    said = sentences.decided(three, Words("hospital"))
    assert "the nearest to it is" in said
    assert "Nobody yet" not in said
    assert "place" not in " ".join(sentences.stands_out(three, Words("hospital")))


def test_where_nobody_is_near_the_nearest_has_a_next_step(report, tmp_path):
    found = report("hospitals").found
    calm = replace(found, table=found.table.assign(below=np.linspace(0.2, 0.01, len(found.table))))
    calm = replace(calm, verdicts=[replace(v, review=()) for v in found.verdicts])
    text = page.render(calm, Words("hospital"), Request(tmp_path / "a.csv", tmp_path / "a.html"))
    box = text.split('aria-label="The decision"')[1].split("</section>")[0]
    assert "The nearest to it:" in box
    assert "no review" in box
    assert f"{found.table.doctor.iloc[0]}</bdi>" in box
    near = bool(found.verdict.review) or not next_steps.rows_near(found).empty
    assert ("The nearest to it:" in report("hospitals").text) == (not near)


@pytest.mark.parametrize(
    ("observed", "said"),
    [(1.1, "about as far as they would by chance alone, so that"), (2.34, "2.3 times as far as")],
)
def test_how_far_raw_rates_scatter_beside_chance_is_no_folded_check(report, observed, said):
    found = report("hospitals").found
    made = [Check("spread", True, numbers={"observed": observed})]
    assert said in sentences.stands_out(replace(found, checks=made), Words("hospital"))[0]


def test_a_move_by_one_place_is_no_small_one_among_three(report):
    table = report("hospitals").found.table
    for units, said in ((3, "are uncertain"), (9, "are nearly certain")):
        rows = table.iloc[:units].assign(rank_low=range(1, units + 1), rank_high=units)
        rows["rank_high"] = (rows.rank_low + 1).clip(upper=units)
        made = replace(report("hospitals").found, table=rows)
        assert said in sentences.places(made, Words("hospital"))


def test_a_total_that_matches_is_a_plain_line_of_the_checks(report, tmp_path):
    found = report("hospitals").found
    note = Note("total", "'Total' (row 18) has the sum of other rows: left out.")
    made = replace(found, outcomes=replace(found.outcomes, notes=(note,)))
    lines = {line.what: line for line in check_lines.file_lines(made, Words("hospital"))}
    assert lines["Total"].good is None
    text = page.render(made, Words("hospital"), Request(tmp_path / "a.csv", tmp_path / "a.html"))
    assert "First make sure of this" not in text
    assert text.count("has the sum of other rows") == 1


def test_what_the_file_says_outside_its_table_stands_beside_what_is_missing(report, tmp_path):
    found = report("hospitals").found
    notes = (
        Note("title", "Above the headings in row 3 stands: 'Surgery - Complications 2021-23'."),
        Note(
            "footnote", "Below the table, in row 20, stands: 'Grade III within 30 days.'. Not read."
        ),
    )
    made = replace(found, outcomes=replace(found.outcomes, notes=notes))
    asked = Request(tmp_path / "a.csv", tmp_path / "a.html")
    facts = {fact.term: fact for fact in page.facts(made, Words("hospital"), asked)}
    assert "--period 2021-23 says it" in facts["Period"].text
    assert months("2021-23") == 36
    assert "“Surgery - Complications 2021-23”" in facts["Period"].text
    assert "Grade III" not in facts["Period"].text
    mine = (
        Note("title", "Above the headings in row 2 stands: 'Extracted 12/03/2025'."),
        Note("footnote", "Below the table, in row 40, stands: '<3 = suppressed'. Not read."),
    )
    odd = replace(found, outcomes=replace(found.outcomes, notes=mine))
    told = " ".join(fact.text for fact in page.facts(odd, Words("hospital"), asked))
    assert "2025" not in told, "the day of the export is no period"
    assert "suppressed" not in told, "nor does that define what was counted"
    definition = facts["Definition of success"]
    assert "--definition" in definition.text
    assert "“Grade III within 30 days”" in definition.text
    assert "Surgery" not in definition.text
    given = replace(asked, period="2021", definition="alive")
    assert "file says" not in " ".join(f.text for f in page.facts(made, Words("hospital"), given))


def test_the_words_fit_what_a_row_is(tmp_path):
    source = tmp_path / "my.csv"
    source.write_text(deaths())
    columns = "unit=hospital,trials=operations,failures=deaths"
    assert main(["report", str(source), "--columns", columns]) == 0
    text = Page((tmp_path / "my_report.html").read_text()).text
    for wrong in ("accusing", "colleagues", "a person", "name a name", "shortfall", ".0 deaths"):
        assert wrong not in text
    for said in (
        "wrongly suspecting a hospital",
        "with these hospitals",
        "finding about a hospital",
    ):
        assert said in text
    assert "excess over the standard" in text


# --- digits and small things ----------------------------------------------------------------------


def test_a_move_is_never_from_a_number_to_itself():
    assert FAILURES.move(0.931, 0.928) == "from 6.9 to 7.2 %"
    assert FAILURES.move(0.93, 0.80) == "from 7 to 20 %"
    assert Scale(reference=0.9, failures=True).move(0.9, 0.8998) == "from 1.000 to 1.002"
    assert Scale(reference=0.9, failures=True).difference(0.0002) == "less than 0.01"
    assert FAILURES.difference(0.0002) == "less than 0.1 percentage points"


def test_a_rare_outcome_has_a_decimal():
    frame = pd.DataFrame({"estimate": [0.95, 0.93], "low": [0.89, 0.86], "high": [0.98, 0.97]})
    assert FAILURES.suited(frame).text(0.953) == "4.7 %"
    assert Scale().suited(frame).text(0.953) == "95.3 %"
    common = pd.DataFrame({"estimate": [0.7, 0.6], "low": [0.6, 0.5], "high": [0.8, 0.7]})
    assert FAILURES.suited(common).text(0.953) == "5 %"


def test_three_rates_are_told_apart(report):
    text = Page(report("deaths").text).text
    assert "The mortality of all operations together (7.4 %) leans on the hospitals with" in text
    assert text.count("of which nothing else is known") == 1


def test_half_of_the_weight_is_in_expected_events(report):
    text = Page(report("surgeons").text).text
    said = text[text.index("expected deaths a surgeon's own data weigh") - 20 :]
    assert "At about" in text[: text.index(said)][-30:] + said[:30]


@pytest.mark.parametrize("groups", [range(10), [0, 0, *range(1, 9)], [0, 0, 1, 1, *range(2, 8)]])
def test_groups_of_nearly_every_unit_are_refused(groups):
    names = np.array([f"H{k}" for k in range(10)], object)
    counts = pd.DataFrame({"doctor": names, "successes": 5, "trials": 9})
    extra = pd.DataFrame({"doctor": names, "smr": [f"{90 + g}" for g in groups]})
    table = Outcomes(counts=counts, patients=None, extra=extra)
    with pytest.raises(ReportError, match="share cannot be told"):
        nested.levels(table, "smr", names)
    extra["smr"] = list("aabbccddef")
    assert len(nested.levels(table, "smr", names)[0].groups) == 6


def test_a_rate_as_the_standard_of_ratios_is_refused_with_the_ratio_that_it_is(tmp_path, capsys):
    (tmp_path / "my.csv").write_text(
        "doctor,successes,trials,expected\nA,95,100,96\nB,180,200,190\nC,290,300,289\n"
    )
    columns = "unit=doctor,trials=trials,successes=successes,expected=expected"
    assert main(["report", str(tmp_path / "my.csv"), "--columns", columns, "--standard", "5%"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "divide by the average expectation, 95.8 %: --standard 0.05." in said
    assert not (tmp_path / "my_report.html").exists()
