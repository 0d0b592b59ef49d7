"""The network's data are what their script draws, and what chapter 11 says of them."""

import numpy as np
import pandas as pd
from checkout import ROOT

from shrinkage.data import load_network, load_network_truth, make_network


def test_the_files_come_from_the_script():
    patients, truth = make_network.simulate(make_network.SEED)
    pd.testing.assert_frame_equal(patients, load_network())
    pd.testing.assert_frame_equal(truth, load_network_truth())


def test_the_files_bytes_come_from_the_script(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make_network, "HERE", tmp_path)
    make_network.main()
    assert "2028 patients" in capsys.readouterr().out
    for name in ("network.csv", "network_truth.csv"):
        committed = (ROOT / "shrinkage" / "data" / name).read_bytes()
        assert (tmp_path / name).read_bytes() == committed


def test_the_seed_is_the_chapters_number_and_was_not_searched_for():
    assert make_network.SEED == 11


def test_sixty_doctors_nested_in_ten_hospitals():
    patients = load_network()
    assert set(patients.success) == {0, 1}
    assert set(patients.severity) == {-2, -1, 0, 1, 2}
    doctors = patients.groupby("doctor")
    assert (doctors.hospital.nunique() == 1).all()
    assert (doctors.years.nunique() == 1).all()
    assert (patients.groupby("hospital").doctor.nunique() == 6).all()
    assert patients.hospital.nunique() == 10
    assert (patients.doctor.str[0] == patients.hospital).all()


def test_two_in_each_hospital_are_in_training_and_have_few_patients():
    table = (
        load_network()
        .groupby(["hospital", "doctor"])
        .agg(years=("years", "first"), n=("success", "size"))
    )
    trains = table.years <= 2
    assert (trains.groupby("hospital").sum() == 2).all()
    assert table.n[trains].between(4, 12).all()
    assert table.n[~trains].between(20, 80).all()
    assert table.years[~trains].between(3, 30).all()


def test_the_truth_is_in_the_order_of_the_patients_and_one_shift_a_hospital():
    truth = load_network_truth()
    assert list(truth.doctor) == list(load_network().doctor.unique())
    assert (truth.groupby("hospital").hospital_effect.nunique() == 1).all()


def test_many_networks_have_the_parameters_that_the_script_states():
    """Over three hundred seeds the drawn doctors have the stated spread and correlation."""
    own = []
    for seed in range(300):
        patients, truth = make_network.simulate(seed)
        years = patients.groupby("doctor").years.first().loc[truth.doctor].to_numpy()
        expected = make_network.MU_POP + make_network.GAMMA * (years - 10) / 10
        own.append(
            np.column_stack(
                [truth.alpha - expected - truth.hospital_effect, truth.slope - make_network.BETA]
            )
        )
    own = np.concatenate(own)
    np.testing.assert_allclose(own.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(
        own.std(axis=0), [make_network.SIGMA_DOCTOR, make_network.SIGMA_SLOPE], rtol=0.03
    )
    assert abs(np.corrcoef(own.T)[0, 1] - make_network.RHO) < 0.02
