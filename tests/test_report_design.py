"""A formula's covariates: coded as in Bambi, scaled, missing values and rare levels named."""

import numpy as np
import pandas as pd
import pytest
from adjusted_kit import outcomes, patients

from shrinkage.report import ReportError
from shrinkage.report.design import design
from shrinkage.report.patients import read
from shrinkage.report.questions import default_formula


def designed(formula, frame):
    ones = np.ones(len(frame), np.int64)
    return design(formula, frame, frame.success.to_numpy(), ones)


@pytest.fixture(scope="module")
def frame():
    return patients(600, 8)


def test_numbers_are_in_sds_and_levels_against_the_most_frequent(frame):
    found = designed("age + urgency + sex", frame)
    assert found.names == ("age", "urgency[urgent]", "urgency[salvage]", "sex[f]")
    np.testing.assert_allclose(found.x.mean(axis=0), 0, atol=1e-12)
    assert found.x[:, 0].std() == pytest.approx(1)
    assert np.ptp(found.x[:, 1:], axis=0) == pytest.approx(1)
    urgent = frame.urgency == "urgent"
    np.testing.assert_allclose(found.x[:, 1], urgent - urgent.mean())
    assert found.kept.all()


def test_parts_are_scaled_before_they_are_multiplied(frame):
    found = designed("age * sex", frame)
    assert found.names == ("age", "sex[f]", "age:sex[f]")
    age = (frame.age - frame.age.mean()) / frame.age.std(ddof=0)
    product = age * (frame.sex == "f")
    np.testing.assert_allclose(found.x[:, 2], product - product.mean())


def test_yes_or_no_is_a_level(frame):
    """A difference of one, whatever its sd: its prior is a level's."""
    found = designed("flag", frame.assign(flag=(np.arange(len(frame)) % 10 == 0).astype(float)))
    assert np.ptp(found.x) == pytest.approx(1)


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("bs(age, df=4)", 4),
        ("poly(age, 2)", 2),
        ("np.log(age) + sex", 2),
        ("center(age) + scale(age)", 2),
        ("age:sex", 2),
        ("Age + URGENCY", 3),
        ("`age at operation`", 1),
        ("C(grade)", 2),
        ("bs(age, df=4) * sex", 9),
    ],
)
def test_functions_and_interactions_work(frame, formula, columns):
    more = {"age at operation": frame.age, "grade": np.arange(len(frame)) % 3}
    found = designed(formula, frame.assign(**more))
    assert found.x.shape == (len(frame), columns)
    assert len(found.names) == columns
    assert np.isfinite(found.x).all()


def test_missing_values_are_counted_and_left_out(frame):
    frame = frame.copy()
    frame.loc[[3, 5], "age"] = np.nan
    frame.loc[7, "age"] = np.inf
    frame.loc[[5, 9], "urgency"] = [None, "  "]
    found = designed("age + urgency", frame)
    assert np.flatnonzero(~found.kept).tolist() == [3, 5, 7, 9]
    assert found.x.shape == (len(frame) - 4, 3)
    assert designed("sex", frame).kept.all()


def test_rare_levels_are_named_and_kept(frame):
    frame = frame.copy()
    frame.loc[:8, "urgency"] = "dying"
    frame.loc[20:39, "sex"] = "unknown"
    frame.loc[20:39, "success"] = 1
    found = designed("age + urgency + sex", frame)
    assert found.rare == ("sex[unknown]", "urgency[dying]")
    assert "urgency[dying]" in found.names


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("agee", ["no", "'agee'", "Did you mean 'age'", "'urgency'"]),
        ("blood_pressure", ["'blood_pressure'", "It has 'age'"]),
        ("age *", ["cannot read", "joined by '+'"]),
        ("success ~ age", ["'~'", "covariates alone"]),
        ("age + (1|doctor)", ["--within"]),
        ("0 + age", ["own intercept"]),
        ("1", ["at least one column"]),
        ("", ["at least one column", "cannot read"]),
        ("offset(age)", ["expected"]),
        ("squeeze(age)", ["squeeze"]),
        ("np.log(balance)", ["np.log(balance)", "logarithm of zero"]),
        ("note", ["600 different texts", "names rows"]),
        ("ward", ["the same for every patient", "(7)"]),
        ("doctor", ["does not have"]),
        ("C(visit)", ["at most 100"]),
    ],
)
def test_what_is_no_covariate_is_refused_in_words(frame, formula, said, capsys):
    n = len(frame)
    notes, visits = [f"n{k}" for k in range(n)], np.arange(n) % 150
    more = {"note": notes, "ward": 7, "balance": np.arange(n) % 4, "visit": visits}
    with pytest.raises(ReportError) as refused, np.errstate(divide="ignore"):
        designed(formula, frame.assign(**more))
    if formula:
        assert all(part in str(refused.value) for part in said), refused.value
    assert "--adjust" in str(refused.value)
    assert capsys.readouterr().out == ""


def test_a_column_that_is_empty_is_refused(frame):
    with pytest.raises(ReportError, match="'bmi' in 600"):
        designed("age + bmi", frame.assign(bmi=np.nan))


def test_alike_rows_become_one(frame):
    doctors = np.unique(frame.doctor).astype(object)
    rows, _ = read(outcomes(frame), "urgency + sex", doctors)
    groups = frame.groupby(["doctor", "urgency", "sex"]).success.agg(["sum", "size"])
    assert len(rows.unit) == len(groups)
    assert sorted(rows.trials) == sorted(groups["size"])
    assert rows.successes.sum() == frame.success.sum()
    assert (np.diff(rows.unit) >= 0).all()
    rows, _ = read(outcomes(frame), "age", doctors)
    assert len(rows.unit) == len(frame)


def test_counts_without_patients_are_refused(frame):
    counts = outcomes(frame).counts
    table = type(outcomes(frame))(counts=counts, patients=None)
    with pytest.raises(ReportError, match="row a patient"):
        read(table, "age", counts.doctor.to_numpy(object))
    assert default_formula(table) is None


def test_strata_are_levels(frame):
    """With --by, what tells a unit's rows apart is a covariate; an expectation is an offset."""
    cells = pd.DataFrame(
        {
            "doctor": ["A", "A", "B", "B"],
            "year": [2001, 2002, 2001, 2002],
            "successes": pd.array([5, pd.NA, 7, 0], "Int64"),
            "trials": [10, 20, 10, 0],
            "fewest": [5, 11, 7, 0],
            "most": [5, 20, 7, 0],
            "expected": [6.0, 12.0, 5.0, 0.0],
        }
    )
    counts = cells.groupby("doctor", as_index=False)[["trials", "fewest", "most"]].sum()
    table = type(outcomes(frame))(counts=counts, patients=None, cells=cells)
    assert default_formula(table) == "year"
    rows, coded = read(table, default_formula(table), np.array(["A", "B"], object))
    assert coded.names == ("year[2002]",)
    assert rows.trials.tolist() == [10, 20, 10]  # a stratum without patients says nothing
    assert (rows.successes.tolist(), rows.most.tolist()) == ([5, 11, 7], [5, 20, 7])
    np.testing.assert_allclose(rows.offset, np.log([6 / 4, 12 / 8, 1]))
