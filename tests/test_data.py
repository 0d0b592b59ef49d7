"""The data sets say what the course says of them."""

import numpy as np
import pandas as pd
import pytest
from checkout import ROOT

from shrinkage.data import (
    load_arizona,
    load_doctors,
    load_doctors_truth,
    load_hospitals,
    load_new_york,
    load_rats,
    make_doctors,
)
from shrinkage.exact import posterior, posterior_with_covariate

# -- the ten doctors -------------------------------------------------------------------------------


def counts():
    return load_doctors().groupby("doctor").success.agg(successes="sum", trials="size")


def test_the_ten_doctors_tell_the_courses_story():
    table = counts()
    assert list(table.index) == list("ABCDEFGHIJ")
    assert tuple(table.loc["B"]) == (4, 4)
    assert tuple(table.loc["D"]) == (0, 5)
    assert table.trials["G"] >= 120
    others = table.drop(["B", "D", "G"]).trials
    assert others.between(5, 120).all()
    patients = load_doctors()
    assert set(patients.success) == {0, 1}
    assert patients.severity.mean() == pytest.approx(0, abs=1e-3)
    assert patients.severity.std(ddof=0) == pytest.approx(1, abs=1e-3)


def test_b_falls_and_g_stays_with_and_without_severity():
    table, patients = counts(), load_doctors()
    doctor_idx, names = pd.factorize(patients.doctor, sort=True)
    plain = posterior(table.successes, table.trials)
    adjusted = posterior_with_covariate(doctor_idx, patients.severity, patients.success)
    b, g = list(names).index("B"), list(names).index("G")
    raw_g = table.successes["G"] / table.trials["G"]
    for exact in (plain, adjusted):
        assert 0.82 <= exact.mean[b] <= 0.84
        assert abs(exact.mean[g] - raw_g) < 0.01


def test_what_the_pictures_words_say():
    """README and landing page: B falls to about 83 %, D rises to about 30 %, G stays."""
    table = counts()
    mean = dict(zip(table.index, posterior(table.successes, table.trials).mean, strict=True))
    for page in ("README.md", "book/index.md"):
        text = (ROOT / page).read_text()
        assert f"falls to about {100 * mean['B']:.0f} %" in text
        assert f"rises to about {100 * mean['D']:.0f} %" in text


def test_the_files_come_from_the_script():
    patients, truth = make_doctors.simulate(make_doctors.SEED)
    pd.testing.assert_frame_equal(patients, load_doctors())
    pd.testing.assert_frame_equal(truth, load_doctors_truth())
    assert make_doctors.tells_the_story(patients)


def test_twelve_hospitals():
    hospitals = load_hospitals()
    assert "".join(hospitals.hospital) == "ABCDEFGHIJKL"
    assert hospitals.operations.sum() == 2814
    assert hospitals.deaths.sum() == 208
    assert tuple(hospitals.loc[0, ["operations", "deaths"]]) == (47, 0)


def test_new_york():
    table = load_new_york()
    assert table.hospital.tolist() == list(range(1, 38))
    assert (table.operations.sum(), table.deaths.sum()) == (47795, 973)
    assert tuple(table.iloc[32]) == (33, 466, 18, 1.84, 4.27)
    # The state's adjusted rate: observed over expected, times the rate of all.
    overall = 100 * table.deaths.sum() / table.operations.sum()
    observed = 100 * table.deaths / table.operations
    again = observed / table.expected_percent * overall
    assert abs(again - table.adjusted_percent).max() < 0.03


def test_arizona():
    table = load_arizona()
    assert (len(table), table.hospital.nunique()) == (1495, 54)
    assert (table.survived.sum(), table.age80.sum()) == (982, 330)
    assert table.type.value_counts().to_dict() == {1: 1134, 2: 265, 3: 96}
    x = (table.age80 - table.age80.mean()) / table.age80.std(ddof=0)
    exact = posterior_with_covariate(table.hospital - 1, x, table.survived)
    assert exact.beta.mean == pytest.approx(-0.2643, abs=1e-4)
    assert exact.beta.sd == pytest.approx(0.0535, abs=1e-4)


def test_rats():
    table = load_rats()
    assert table.group.tolist() == list(range(1, 72))
    assert (table.animals.sum(), table.tumours.sum()) == (1739, 267)
    assert tuple(table.iloc[70]) == (71, 14, 4)
    assert (table.tumours[:14] == 0).all()
    assert (table.tumours[14:] > 0).all()
    exact = posterior(table.tumours, table.animals)
    assert exact.mean[70] == pytest.approx(0.2065, abs=1e-4)
    np.testing.assert_allclose(exact.interval()[70], [0.084, 0.384], atol=5e-4)
