"""The report's numbers on the reader's scale, its words, its periods: no file, nothing computed."""

import numpy as np
import pandas as pd
import pytest

from shrinkage.data import Outcomes, load_outcomes
from shrinkage.report import Words
from shrinkage.report.period import how_long, months
from shrinkage.report.questions import names, words_of
from shrinkage.report.request import Request
from shrinkage.report.scale import Scale
from shrinkage.report.wording import about, article, paired, plural, probability, singular

MORTALITY = Scale("mortality", failures=True, digits=1)
RATIO = Scale("mortality", failures=True, reference=0.975, counted="deaths")


# --- the scale ------------------------------------------------------------------------------------


def test_failures_exchange_the_ends():
    assert MORTALITY.text(0.97) == "3.0 %"
    assert MORTALITY.span(0.96, 0.98) == "2.0 to 4.0 %"
    assert MORTALITY.full(0.97, 0.96, 0.98) == "3.0 % (2.0 to 4.0 %)"
    assert (MORTALITY.worse, MORTALITY.better, MORTALITY.first) == ("above", "below", "lowest")
    assert MORTALITY.theta(0.03) == pytest.approx(0.97)


def test_ratios_are_of_what_is_counted():
    assert RATIO.text(0.95) == "2.00"  # 5 % of deaths where 2.5 % are expected
    assert RATIO.theta(2.0) == pytest.approx(0.95)
    assert RATIO.as_rate.text(0.95, 1) == "5.0 %"
    of_successes = Scale(reference=0.8)
    assert of_successes.text(0.6) == "0.75"
    assert (of_successes.worse, RATIO.worse) == ("below", "above")
    assert RATIO.noun == "ratio of observed to expected deaths"


@pytest.mark.parametrize("scale", [Scale(), MORTALITY, RATIO, Scale(reference=0.8)])
def test_what_is_shown_leads_back(scale):
    for theta in (0.01, 0.5, 0.93, 0.9999):
        assert scale.theta(float(scale.shown(theta))) == pytest.approx(theta)


@pytest.mark.parametrize(
    ("low", "high"), [(0.97999, 0.98001), (0.9799999, 0.9800001), (1e-7, 3e-7), (0.2, 0.9)]
)
def test_two_ends_are_never_one_number(low, high):
    for scale in (Scale(), MORTALITY):
        said = scale.span(low, high)
        one, other = said.removesuffix(" %").split(" to ")
        assert float(one) < float(other), said
        assert scale.full((low + high) / 2, low, high).count(" %") == 2


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ([0.2, 0.6], "20 %"),
        ([0.0042, 0.0061], "4.2 per 1,000"),
        ([0.00042, 0.00061], "42 per 100,000"),
        ([0.02, 0.03], "2.0 %"),
    ],
)
def test_small_rates_are_counted_in_thousands(rates, said):
    theta = 1 - np.array(rates)
    width = 0.4 * (1 - theta)
    made = pd.DataFrame({"estimate": theta, "low": theta - width, "high": theta + width})
    assert Scale("mortality", failures=True).suited(made).text(theta[0]) == said


def test_a_standard_keeps_the_digits_that_it_was_given_with():
    assert Scale().as_given(0.75) == "75 %"
    assert Scale().as_given(0.725) == "72.5 %"
    assert MORTALITY.as_given(MORTALITY.theta(0.03)) == "3 %"
    assert RATIO.line(RATIO.theta(1.5)) == "1.5 times the expected"


# --- words ----------------------------------------------------------------------------------------


def test_names_and_plurals_of_the_readers_unit():
    assert Words().name("B") == "Dr. B"
    assert Words().name("Dr. Who") == "Dr. Who"
    assert Words().name("Drake") == "Dr. Drake"
    assert Words().name("Surgeon 1") == "Surgeon 1"
    assert Words("hospital").name("C") == "Hospital C"
    assert Words("provider").name("10234") == "Provider 10234"
    assert Words("GP").name("3") == "GP 3"
    assert Words("hospital").name("St. Mary") == "St. Mary"
    assert Words().names(tuple("ABCDEFG")) == "Dr. A, Dr. B, Dr. C, Dr. D, Dr. E and 2 more"
    assert Words().names(tuple("ABCDEF")).endswith("Dr. E and Dr. F")


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("trust", "trusts"),
        ("facility", "facilities"),
        ("midwife", "midwives"),
        ("practice", "practices"),
        ("day clinic", "day clinics"),
        ("head of service", "heads of service"),
        ("GP", "GPs"),
        ("branch", "branches"),
    ],
)
def test_plurals(one, several):
    assert plural(one) == several
    assert singular(several) == one
    assert singular(one) == one


def test_pairs_that_are_too_many_are_counted():
    pairs = [(f"{k}", f"{k}a") for k in range(7)]
    assert paired(pairs[:1]) == "'0' and '0a'"
    assert paired(pairs).endswith("'4' and '4a'; 2 more pairs")
    assert paired([]) == ""


def test_one_of_what_was_counted():
    assert Words(counted="deaths").events(1) == "1 death"
    assert Words(counted="deaths").events(1200) == "1,200 deaths"
    assert Words().events(1) == "1 success"


def test_a_noun_of_the_readers_own_is_used(tmp_path):
    (tmp_path / "my.csv").write_text("Practice,Patients,Admissions\nA,100,5\nB,200,9\n")
    columns = {"unit": "Practice", "trials": "Patients", "failures": "Admissions"}
    request = Request(tmp_path / "my.csv", tmp_path / "my.html", columns=columns)
    w = words_of(load_outcomes(request.source, columns=columns), request)
    assert (w.counted, w.rate) == ("admissions", "admission rate")


def test_a_probability_never_reads_like_the_one_that_it_misses():
    assert probability(0.797, 0.8) == "79.7 %"
    assert probability(0.41, 0.8) == "41 %"
    assert probability(0.001, 0.8) == "under 1 %"


def test_articles_and_sizes():
    assert [article(noun) for noun in ("hospital", "area", "unit", "ICU", "GP")] == [
        *("a", "an", "a", "an", "a")
    ]
    assert [about(n) for n in (3.2, 58, 344, 12_345)] == ["4", "58", "340", "12,000"]


@pytest.mark.parametrize(
    ("rate", "kind"),
    [
        ("complication", "failures"),
        ("30-day mortality", "failures"),
        ("Death rate", "failures"),
        ("survival", "successes"),
        ("complication-free survival", "successes"),
        ("no readmission", "successes"),
        ("absence of infection", "successes"),
        ("freedom from reoperation", "successes"),
        ("avoided deaths", "successes"),
        ("avoidable deaths", "failures"),
        ("fall", "failures"),
        ("survival without complications", "successes"),
        ("complications of the survivors", None),
        ("walking at 90 days", None),
    ],
)
def test_a_rate_says_by_its_words_which_end_is_good(rate, kind):
    assert names("failures", rate) == (kind == "failures")
    assert names("successes", rate) == (kind == "successes")


@pytest.mark.parametrize(
    ("rate", "failures", "shown"),
    [
        (None, True, ("mortality", True)),
        ("survival", True, ("survival", False)),
        ("30-day mortality", True, ("30-day mortality", True)),
        (None, False, ("success rate", False)),
        ("cure rate", False, ("cure rate", False)),
    ],
)
def test_what_is_shown_follows_the_file_and_the_rate(tmp_path, rate, failures, shown):
    counts = pd.DataFrame({"doctor": ["A", "B"], "successes": [8, 9], "trials": [9, 10]})
    outcomes = Outcomes(
        counts,
        None,
        failures=failures,
        rate="mortality" if failures else None,
        counted="Observed deaths" if failures else "successes",
        columns={"trials": "Total procedures"},
    )
    w = words_of(outcomes, Request(tmp_path / "a.csv", tmp_path / "a.html", rate=rate))
    assert (w.rate, w.scale.failures) == shown
    assert w.counted == ("deaths" if shown[1] else "successes")
    assert w.cases == "procedures"


def test_names_say_what_a_row_is_where_the_heading_does_not(tmp_path):
    request = Request(tmp_path / "a.csv", tmp_path / "a.html")

    def unit(*names):
        counts = pd.DataFrame({"doctor": names, "successes": [8, 9], "trials": [9, 10]})
        return words_of(Outcomes(counts, None), request).unit

    assert unit("Hospital 1", "Hospital_2") == "hospital"
    assert unit("Hospital 1", "St. Mary") == "doctor"
    assert unit("A", "B") == "doctor"


# --- periods --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2003", 12),
        ("2001-2003", 36),
        ("2001 to 2003", 36),
        ("2015-18", 48),
        ("2023/24", 12),
        ("2021-07 to 2022-06", 12),
        ("18 months", 18),
        ("2 years", 24),
        ("2021-07", None),
        ("2003-2001", None),
        ("since the move", None),
        (None, None),
    ],
)
def test_periods(text, length):
    assert months(text) == length


def test_how_long():
    assert [how_long(n) for n in (0.2, 1.2, 8.3, 21, 24, 60)] == [
        *("a month", "a month", "8 months", "21 months", "2 years", "5 years")
    ]
