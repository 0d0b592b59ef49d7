"""The clinic of a seed: of the published one's kind, the same each time, with other numbers."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from shrinkage import data
from shrinkage.data import another

LOADERS = ("load_doctors", "load_doctors_truth", "load_follow_up", "load_hospitals")
FEW = 8


def load(monkeypatch, name: str, seed: int | str | None) -> pd.DataFrame:
    if seed is None:
        monkeypatch.delenv("SMALLN_CLINIC", raising=False)
    else:
        monkeypatch.setenv("SMALLN_CLINIC", str(seed))
    return getattr(data, name)()


@pytest.mark.parametrize("name", LOADERS)
def test_a_seed_serves_one_clinic_and_another_seed_another(monkeypatch, name):
    published, one, two = (load(monkeypatch, name, seed) for seed in (None, 1, 2))
    pd.testing.assert_frame_equal(load(monkeypatch, name, 1), one)
    for other in (one, two):
        assert list(other.columns) == list(published.columns)
        assert (other.dtypes == published.dtypes).all()
    assert not one.equals(two)
    assert not one.equals(published)


@pytest.mark.parametrize("name", LOADERS)
def test_without_a_seed_the_published_data_are_served(monkeypatch, name):
    published = load(monkeypatch, name, None)
    pd.testing.assert_frame_equal(load(monkeypatch, name, "  "), published)


@pytest.mark.parametrize("seed", range(30))
def test_every_clinic_tells_the_courses_story(monkeypatch, seed):
    published = data.count_by_doctor(load(monkeypatch, "load_doctors", None))
    patients = load(monkeypatch, "load_doctors", seed)
    counts = data.count_by_doctor(patients)
    assert list(counts.doctor) == list(published.doctor)
    assert sorted(counts.trials) == sorted(published.trials)
    rate = counts.successes / counts.trials
    assert (rate[counts.trials <= FEW] == 1).any(), "a perfect doctor of few patients"
    assert rate[counts.trials > FEW].between(0, 1, inclusive="neither").all()
    assert abs(patients.severity.mean()) < 0.01
    assert patients.severity.std() == pytest.approx(1, abs=0.01)


def test_the_clinics_doctors_come_from_the_published_population():
    alpha = np.concatenate([another.doctors(seed)[1]["alpha"] for seed in range(200)])
    error = another.SIGMA_POP / np.sqrt(len(alpha))
    # Slightly above: a clinic is drawn until a small doctor is perfect
    assert -4 * error < alpha.mean() - another.MU_POP < 0.15
    assert alpha.std() == pytest.approx(another.SIGMA_POP, rel=0.1)


@pytest.mark.parametrize("seed", range(30))
def test_every_network_of_hospitals_has_the_real_sizes_and_one_without_deaths(monkeypatch, seed):
    real = load(monkeypatch, "load_hospitals", None)
    hospitals = load(monkeypatch, "load_hospitals", seed)
    assert sorted(hospitals.operations) == sorted(real.operations)
    assert (hospitals.deaths <= hospitals.operations).all()
    small = hospitals.operations <= sorted(real.operations)[1]
    assert (hospitals.deaths[small] == 0).any()


@pytest.mark.parametrize("seed", [None, 3])
def test_follow_up_is_drawn_from_the_same_doctors(monkeypatch, seed):
    truth = load(monkeypatch, "load_doctors_truth", seed)
    later = load(monkeypatch, "load_follow_up", seed)
    assert list(later.doctor) == list(truth.doctor)
    assert (later.trials == 200).all()
    chance = 1 / (1 + np.exp(-truth.alpha))
    z = (later.successes - 200 * chance) / np.sqrt(200 * chance * (1 - chance))
    assert (abs(z) < 4).all()


@pytest.mark.parametrize("odd", ["-1", "1.5", "seven", "²", "1e3"])
@pytest.mark.parametrize("name", LOADERS)
def test_a_seed_that_is_not_a_whole_number_is_refused_by_a_sentence(monkeypatch, name, odd):
    with pytest.raises(ValueError, match=r"SMALLN_CLINIC is the seed .* found"):
        load(monkeypatch, name, odd)


# -- a clinic that a notebook asks for by a code ---------------------------------------------------

ALL = (*LOADERS, "load_first_month", "load_four_clinics")


@pytest.fixture
def use_clinic(monkeypatch):
    """The function, and no clinic chosen before or after the test."""
    monkeypatch.delenv("SMALLN_CLINIC", raising=False)
    monkeypatch.setattr(another, "_chosen", None)
    return data.use_clinic


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("seed", [7, another.LARGEST])
def test_every_loader_serves_the_clinic_of_a_code(monkeypatch, use_clinic, name, seed):
    expected = load(monkeypatch, name, seed)
    monkeypatch.delenv("SMALLN_CLINIC")
    use_clinic(another.sealed(seed))
    pd.testing.assert_frame_equal(getattr(data, name)(), expected)


def test_the_environment_goes_before_a_code(monkeypatch, use_clinic):
    use_clinic(another.sealed(7))
    assert another.seed() == 7
    monkeypatch.setenv("SMALLN_CLINIC", "8")
    assert another.seed() == 8
    use_clinic(another.sealed(9))
    assert another.seed() == 8


SEALED = [0, 1, 2, 255, 2**32, another.LARGEST - 1, another.LARGEST]


@pytest.mark.parametrize("seed", SEALED)
def test_a_code_opens_to_its_seed_however_it_is_typed(seed):
    code = another.sealed(seed)
    assert len(code.split("-")) == 4
    assert not set(code) & set("ILOU"), "letters that look like digits or make words"
    typed = (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')}\n")
    typed += (code.replace("0", "o").replace("1", "l"),)
    assert {another.unsealed(one) for one in typed} == {seed}


def test_a_code_is_the_same_on_every_machine():
    assert another.sealed(1) == "3PAA-T505-6MHP-1MT2"


def test_codes_of_neighbouring_seeds_have_nothing_in_common_to_the_eye():
    codes = [another.sealed(seed) for seed in range(2000)]
    same = [sum(a == b for a, b in zip(*two, strict=True)) - 3 for two in pairwise(codes)]
    assert 0.4 < np.mean(same) < 0.6, "16 places, one letter in 32 the same by chance"


@pytest.mark.parametrize("place", range(16))
def test_a_code_with_one_letter_mistyped_or_two_swapped_is_refused(place):
    letters = another.sealed(5).replace("-", "")
    others = [letters[:place] + a + letters[place + 1 :] for a in another.CROCKFORD]
    turned = letters[:place] + letters[place : place + 2][::-1] + letters[place + 2 :]
    for code in {*others, turned} - {letters}:
        with pytest.raises(ValueError, match=r"is not the code .* expected 16 .* again"):
            another.unsealed(code)


@pytest.mark.parametrize(
    ("code", "found"), [("", "0 of them"), ("7QK4-ZN2P", "8 of them"), ("é" * 16, "a letter")]
)
def test_what_is_no_code_is_refused_and_changes_nothing(use_clinic, code, found):
    use_clinic(another.sealed(7))
    with pytest.raises(ValueError, match=f"found {found}"):
        use_clinic(code)
    assert another.seed() == 7


@pytest.mark.parametrize("seed", [-1, another.LARGEST + 1])
def test_a_seed_that_no_code_can_hold_is_refused(seed):
    with pytest.raises(ValueError, match=f"from 0 to .* found {seed}"):
        another.sealed(seed)
