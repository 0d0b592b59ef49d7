"""The data sets say what the course says of them, and a reader's own file is read or refused."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from shrinkage.data import (
    OutcomesError,
    load_arizona,
    load_doctors,
    load_doctors_truth,
    load_hospitals,
    load_new_york,
    load_outcomes,
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


# -- a reader's own file ---------------------------------------------------------------------------


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "my.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    "content",
    [
        "doctor,success\nA,1\nA,0\nB,1\n",
        "\ufeffdoctor,success\r\nA,1\r\nA,0\r\nB,1\r\n",
        "Doctor ; SUCCESS\nA; 1\n A ;0\nB;1.0\n",
        "doctor\tsuccess\nA\t1\n\nA\t0\nB\t1",
        '"doctor","success",\n"A","1",\n"A","0",\n"B","1",\n',
        "success,doctor,note\n1,A,x\n0,A,\n1,B,y\n",
    ],
    ids=["plain", "bom-crlf", "semicolons", "tabs-blank-row", "quotes-trailing", "more-columns"],
)
def test_reads_a_row_a_patient(write, content):
    outcomes = load_outcomes(write(content))
    assert outcomes.counts.to_dict("list") == {
        "doctor": ["A", "B"],
        "successes": [1, 1],
        "trials": [2, 1],
    }
    assert outcomes.patients.success.tolist() == [1, 0, 1]


def test_reads_severity(write):
    outcomes = load_outcomes(write("doctor,severity,success\nA,-0.5,1\nB,1e-1,0\n"))
    np.testing.assert_array_equal(outcomes.patients.severity, [-0.5, 0.1])


def test_reads_a_row_a_doctor(write):
    outcomes = load_outcomes(write("doctor,successes,trials\nZoë,4,4\nA,0,5\n"))
    assert outcomes.patients is None
    assert outcomes.counts.doctor.tolist() == ["Zoë", "A"]
    assert outcomes.counts.trials.tolist() == [4, 5]


def test_course_files_can_be_read_back(tmp_path):
    path = tmp_path / "doctors.csv"
    load_doctors().to_csv(path, index=False)
    outcomes = load_outcomes(path)
    table = outcomes.counts.set_index("doctor")
    pd.testing.assert_frame_equal(table, counts(), check_dtype=False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ["empty", "'doctor' and 'success'"]),
        ("\ufeff \r\n", ["empty"]),
        ("doctor,success\n", ["no row below"]),
        ("a table of doctors", ["row 1", "found one column", "commas"]),
        ("name,success\nA,1\n", ["missing column 'doctor'", "rename your column 'name'"]),
        ("doctor,outcome\nA,1\n", ["missing column 'success'", "rename your column 'outcome'"]),
        ("doctor,sucess\nA,1\n", ["missing column 'success'", "'sucess'"]),
        ("doctor,successes,n\nA,1,2\n", ["missing column 'trials'", "rename your column 'n'"]),
        ("doctor,success,success\nA,1,1\n", ["two columns", "'success'", "Rename"]),
        (
            "doctor,success,successes,trials\nA,1,1,1\n",
            ["found 'success' and also 'successes' and 'trials'"],
        ),
        ("doctor,success\nA,1\nB,2\n", ["row 3", "'success'", "0 or 1", "'2'", "Write 1"]),
        ("doctor,success\nA,yes\n", ["row 2", "'yes'", "Write 1 for a success"]),
        ("doctor,success\nA,0.5\n", ["row 2", "'0.5'"]),
        ("doctor,success\nA,\n", ["row 2", "'success'", "found nothing", "Fill it in"]),
        ("doctor,success\nA,NaN\n", ["row 2", "'NaN'", "stands for nothing"]),
        ("doctor,success\n,1\n", ["row 2", "'doctor'", "the doctor's name"]),
        ("doctor,success,severity\nA,1,inf\n", ["row 2", "'severity'", "'inf'"]),
        ("doctor;success;severity\nA;1;0,5\n", ["row 2", "'0,5'", "decimal point"]),
        ("doctor,success\nA,1,3\n", ["row 2", "expected 2 columns, found 3"]),
        ('doctor,success\n"A,1\n', ["quotation mark"]),
        (
            "doctor,successes,trials\nA,5,4\n",
            ["row 2", "'successes'", "at most 4", "found 5", "swapped"],
        ),
        ("doctor,successes,trials\nA,-1,4\n", ["row 2", "'successes'", "'-1'", "no sign"]),
        ("doctor,successes,trials\nA,1.5,4\n", ["row 2", "'successes'", "'1.5'"]),
        ("doctor,successes,trials\nA,1,four\n", ["row 2", "'trials'", "'four'"]),
        ("doctor,successes,trials\nA,0,0\n", ["row 2", "'trials'", "no patients"]),
        ("doctor,successes,trials\nA,nan,4\n", ["row 2", "'successes'", "'nan'"]),
        (
            "doctor,successes,trials\nA,1,2\nB,1,2\nA,2,2\n",
            ["row 4", "'doctor'", "'A' stands in row 2 already"],
        ),
        (b"PK\x03\x04 workbook", ["spreadsheet workbook", "CSV UTF-8"]),
        ("doctor,success\nA,1\n".encode("utf-16"), ["UTF-16"]),
        ("doctor,success\nZoë,1\n".encode("latin-1"), ["row 2", "UTF-8"]),
        (b"%PDF-1.7 \x00", ["not a text file"]),
    ],
    ids=lambda value: None if isinstance(value, list) else repr(value)[:40],
)
def test_refuses_with_row_column_and_remedy(write, content, said):
    path = write(content)
    before = path.read_bytes()
    with pytest.raises(OutcomesError) as caught:
        load_outcomes(path)
    message = str(caught.value)
    assert message.startswith("my.csv")
    for part in said:
        assert part in message
    assert path.read_bytes() == before


def test_names_every_bad_row_but_not_a_thousand(write):
    rows = "".join(f"D{k},7\n" for k in range(1000))
    with pytest.raises(OutcomesError) as caught:
        load_outcomes(write("doctor,success\n" + rows))
    message = str(caught.value)
    assert "1000 values" in message
    assert "995 more" in message
    assert len(message) < 1000


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(OutcomesError, match="no file"):
        load_outcomes(tmp_path / "none.csv")
    with pytest.raises(OutcomesError, match="is a folder"):
        load_outcomes(tmp_path)
