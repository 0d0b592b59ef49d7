"""Units inside groups: whose group is whose; and chapter 11's model, beside Bambi's."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from adjusted_kit import COURSE, bambi, distance, draws_kept, of_bambi
from scipy.special import expit

from shrinkage.data import Outcomes, count_by_doctor, load_network, load_outcomes
from shrinkage.report import ReportError, analyse, model, nested
from shrinkage.report.rates import Rates
from shrinkage.report.units import Units

CLOSE = 4.5  # Monte Carlo standard errors, for some eighty numbers


def network() -> Outcomes:
    patients = load_network()
    return Outcomes(counts=count_by_doctor(patients), patients=patients)


def names_of(outcomes):
    return Units.of(outcomes).names


def changed(**columns):
    patients = load_network().assign(**columns)
    return Outcomes(counts=count_by_doctor(patients), patients=patients)


def test_each_units_group_is_found():
    table = network()
    (level,) = nested.levels(table, "Hospital", names_of(table))
    assert level.name == "Hospital"
    assert level.groups.tolist() == list("ABCDEFGHIJ")
    assert (level.groups[level.idx] == [name[0] for name in names_of(table)]).all()


def test_groups_may_lie_in_larger_ones():
    hospital = load_network().hospital
    table = changed(region=np.where(hospital < "E", "north", "south"))
    small, large = nested.levels(table, "hospital, region", names_of(table))
    assert (small.name, large.name) == ("hospital", "region")
    assert large.groups.tolist() == ["north", "south"]
    assert (large.groups[large.idx] == np.where(small.idx < 4, "north", "south")).all()


def test_a_table_of_counts_keeps_the_column(tmp_path):
    path = tmp_path / "surgeons.csv"
    path.write_text(
        "doctor,Hospital,successes,trials\nA,Mary,9,10\nB,Mary,8,10\nC,West,7,10\nD,West,6,9\n"
    )
    table = load_outcomes(path)
    (level,) = nested.levels(table, "hospital", names_of(table))
    assert level.groups[level.idx].tolist() == ["Mary", "Mary", "West", "West"]


@pytest.mark.parametrize(
    ("table", "within", "said"),
    [
        (network, "hospitals", ["'hospitals'", "Did you mean 'hospital'"]),
        (network, "ward", ["'ward'", "'hospital', 'severity', 'years'"]),
        (
            lambda: changed(doctor=load_network().doctor.str[1]),
            "hospital",
            ["6 of 6 stand in several", "'1' in A, B", "different people", "'1 (A)'"],
        ),
        (lambda: changed(region="x"), "region", ["every unit is in 'x'"]),
        (lambda: changed(own=load_network().doctor), "own", ["each has one alone"]),
        (
            lambda: changed(hospital=load_network().hospital.where(load_network().doctor != "A1")),
            "hospital",
            ["there is none for A1"],
        ),
        (
            lambda: changed(region=np.where(load_network().doctor < "C3", "north", "south")),
            "hospital,region",
            ["each hospital in one region", "'C' in north, south"],
        ),
    ],
    ids=["typo", "unknown", "names anew", "one group", "one each", "missing", "crossed"],
)
def test_what_are_no_groups_is_refused_in_words(table, within, said):
    outcomes = table()
    with pytest.raises(ReportError) as refused:
        nested.levels(outcomes, within, names_of(outcomes))
    assert all(part in str(refused.value) for part in said), refused.value
    assert "--within" in str(refused.value)


# --- the model ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sampled():
    """The report's analysis of the network's counts, and the draws that it came from."""
    with draws_kept() as kept:
        found = analyse(network(), within="hospital")
    return SimpleNamespace(found=found, draws=kept["draws"])


@pytest.mark.sampler
def test_the_draws_are_bambis(sampled):
    rows = count_by_doctor(load_network())
    rows["hospital"] = rows.doctor.str[0]
    formula = "p(successes, trials) ~ 1 + (1|hospital) + (1|doctor)"
    fit = bambi(formula, rows, "binomial")
    draws = sampled.draws
    centre, hospital = of_bambi(fit, "Intercept")[..., None], of_bambi(fit, "1|hospital")
    alpha = (
        centre + of_bambi(fit, "1|doctor") + hospital[..., [ord(d[0]) - 65 for d in rows.doctor]]
    )
    assert list(draws.doctor.to_numpy()) == list(rows.doctor)
    for ours, theirs in (
        (draws.alpha, alpha),
        (draws.mu_pop, of_bambi(fit, "Intercept")),
        (draws.sigma_pop, of_bambi(fit, "1|doctor_sigma")),
        (draws.sigma_of_hospital, of_bambi(fit, "1|hospital_sigma")),
        (draws.delta_of_hospital, hospital),
    ):
        assert distance(ours.to_numpy(), theirs).max() < CLOSE


@pytest.mark.sampler
def test_the_groups_are_in_the_report(sampled):
    found = sampled.found
    assert found.sound
    assert found.engine == "sampled"
    groups = found.groups
    table = groups.table
    assert groups.name == "hospital"
    assert sorted(table.group) == list("ABCDEFGHIJ")
    assert table.estimate.is_monotonic_decreasing
    assert (table.units == 6).all()
    assert table.trials.sum() == found.table.trials.sum()
    assert table.successes.sum() == found.table.successes.sum()
    assert (table.low < table.estimate).all()
    assert (table.estimate < table.high).all()
    assert (table.rank_low <= table.rank_high).all()
    assert table.group[0] == "E"  # the best, as chapter 11 finds
    assert 0 < groups.between.low < groups.between.mean < groups.between.high < 1.2
    assert 0.3 < groups.inside.mean < 0.9
    of_unit = found.table.set_index("doctor").group
    assert (of_unit == of_unit.index.str[0]).all()
    # Units are drawn to their hospital: E's are higher than in a model without hospitals.
    alone = analyse(network()).table.set_index("doctor").estimate
    here = found.table.set_index("doctor").estimate
    own = [name for name in here.index if name[0] == "E"]
    assert (here - alone)[own].mean() > 0
    assert pd.Series((here - alone)[own]).max() < 0.2
    assert found.hyperprior == COURSE


def test_the_typical_unit_is_in_the_middle_of_those_that_there_are():
    """With two hospitals hardly anything is known of one that is not there, and so of mu_pop."""
    rng, shape = np.random.default_rng(4), (2, 100)
    level = model.Level("hospital", np.array(["M", "W"], object), np.array([0, 0, 0, 1]))
    mu = rng.normal(1, 2, shape)
    here = np.stack([np.full(shape, 2.0), np.full(shape, 3.0)], axis=-1)  # of the hospitals
    draws = xr.Dataset(
        {
            "mu_pop": (("chain", "draw"), mu),
            "sigma_pop": (("chain", "draw"), np.full(shape, 0.1)),
            "sigma_of_hospital": (("chain", "draw"), np.full(shape, 2.0)),
            "delta_of_hospital": (("chain", "draw", "of_hospital"), here - mu[..., None]),
            "alpha": (("chain", "draw", "doctor"), here[..., level.idx]),
        }
    )
    rates = Rates(draws, None, 0.0, levels=(level,))
    n = np.full(4, 50)
    units = Units(np.array(list("ABCD"), object), n, n - 5, n - 5, np.full(4, np.nan), False)
    found = rates.estimates(units, np.full(shape, 2.0), 1)
    assert found.typical.mean == pytest.approx(expit(2.25))
    assert found.typical.high - found.typical.low < 1e-9
    assert found.new_unit.high - found.new_unit.low > 0.5
