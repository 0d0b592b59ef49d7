"""Tables of observed and expected numbers without patients: their size is what was expected."""

import numpy as np
import pytest
from report_kit import Page, written

from shrinkage.cli import main
from shrinkage.data import load_outcomes, parse_option
from shrinkage.report import Words, analyse
from shrinkage.report.model_lines import model_lines
from shrinkage.report.scale import Scale
from shrinkage.report.units import Units

COLUMNS = "unit=hospital,failures=deaths,expected=expected"
ADVICE = "With a column of patients in the file, --adjust caseload would put the caseload into"


def content(power: float) -> str:
    """Hospitals whose ratio of observed to expected is the expected number to a power."""
    rng = np.random.default_rng(3)
    expected = np.geomspace(4, 130, 24)
    deaths = rng.poisson(expected * (expected / 20) ** power)
    names = [f"Hospital {k}" for k in range(24)]
    return written({"hospital": names, "deaths": deaths, "expected": expected.round(2)})


@pytest.fixture(scope="module", params=[0.5, -0.5], ids=["large do worse", "small do worse"])
def made(request, tmp_path_factory):
    source = tmp_path_factory.mktemp("rare") / "my.csv"
    source.write_text(content(request.param))
    assert main(["report", str(source), "--columns", COLUMNS]) == 0
    return request.param, source, source.with_name("my_report.html").read_text()


def test_the_size_is_what_was_expected_and_not_what_was_observed(tmp_path):
    source = tmp_path / "my.csv"
    source.write_text(content(0.5))
    table = load_outcomes(source, columns=parse_option(COLUMNS))
    units = Units.of(table)
    assert units.rare
    np.testing.assert_allclose(units.size, np.geomspace(4, 130, 24).round(2), atol=1e-6)
    assert units.pick(units.size > 50).rare


def test_what_goes_with_the_size_is_told_of_the_ratio(made):
    power, source, text = made
    shown = Page(text).text
    table = load_outcomes(source, columns=parse_option(COLUMNS))
    found = analyse(table)
    counts = table.counts
    words = Words("hospital", counted="deaths", scale=Scale("mortality", True, 0.5, rates=False))
    lines = {line.what: line for line in model_lines(found, words)}
    ratio = lines["Ratio with twice the expected number of deaths"]
    rank = lines["Rank correlation of expected number of deaths and raw ratio"]
    assert ratio.good is False
    assert rank.good is False
    # Twice the expected number multiplies the ratio by two to the power, as it was drawn.
    times = float(ratio.found.split()[0])
    assert times == pytest.approx(2**power, rel=0.12)
    expected = counts.trials - counts.expected
    true = ((counts.trials - counts.successes) / expected).corr(expected, method="spearman")
    assert float(rank.found.split(";")[0].replace("\u2212", "-")) == pytest.approx(true, abs=0.006)
    said = "better" if power > 0 else "worse"
    assert f"with a small expected number of deaths do {said} than" in ratio.advice
    for line in (ratio.what, rank.what, ADVICE):
        assert line in shown


def test_no_advice_is_one_that_the_command_refuses(made, capsys):
    _, source, text = made
    shown = Page(text).text
    assert ADVICE in shown
    assert "--adjust caseload puts" not in shown
    assert main(["report", str(source), "--columns", COLUMNS, "--adjust", "caseload"]) == 2
    assert "needs the number of patients" in capsys.readouterr().err
