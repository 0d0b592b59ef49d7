"""The sampler as a check of the exact posterior: it agrees, and where it does not it says so."""

from dataclasses import replace

import numpy as np
import pytest
from report_numbers_kit import drawn, ten, units

from shrinkage.convergence import NotConvergedError
from shrinkage.report import Hyperprior, analyse, model, nuts
from shrinkage.report.by_quadrature import by_quadrature

pytestmark = pytest.mark.sampler
COURSE = Hyperprior()


def by_name(checks, name):
    return [check for check in checks if check.name == name]


def test_nuts_agrees_with_the_exact_posterior():
    found = analyse(ten(), sampler=True)
    (sampler,) = by_name(found.checks, "sampler")
    (agreement,) = by_name(found.checks, "agreement")
    assert sampler.good
    assert "largest R-hat" in sampler.numbers["found"]
    assert agreement.good
    assert agreement.numbers["compared"] == 12
    assert agreement.numbers["units"] == agreement.numbers["of"] == 10
    assert agreement.numbers["points"] < 0.01
    assert agreement.numbers["below"] < 0.03
    assert found.sound
    assert "pymc" in found.versions


def test_a_posterior_that_is_not_this_tables_does_not_agree():
    these = units(ten())
    another = by_quadrature(these, Hyperprior(sigma_scale=0.3))
    agreement = nuts.check(these, another, COURSE, 0.75, 1)[-1]
    assert agreement.good is False
    assert agreement.numbers["worst"] > nuts.AGREES


def test_of_a_large_table_a_part_is_sampled(monkeypatch):
    monkeypatch.setattr(nuts, "MOST", 15)
    these = units(drawn(60))
    agreement = nuts.check(these, by_quadrature(these, COURSE), COURSE, 0.75, 3)[-1]
    assert agreement.good
    assert (agreement.numbers["units"], agreement.numbers["of"]) == (15, 60)


def test_a_sampler_that_does_not_converge_makes_the_report_unsound(monkeypatch):
    def fails(fit):
        raise NotConvergedError("Not converged: 9 divergences.\nadvice")

    monkeypatch.setattr(model, "check_convergence", fails)
    monkeypatch.setattr(model, "PLAN", (("non-centred", 0.9, 100), ("centred", 0.9, 100)))
    found = analyse(ten(), sampler=True)
    first, second = by_name(found.checks, "sampler")
    assert (first.good, second.good) == (None, False)
    assert second.numbers["parameterisation"] == "centred"
    assert "9 divergences" in second.numbers["found"]
    assert not found.sound


def test_expectations_and_suppressed_counts_are_sampled_too():
    these = units(drawn(8, seed=4))
    fewest, most = these.fewest.copy(), these.most.copy()
    fewest[1], most[1] = these.trials[1] - 4, these.trials[1]
    expected = these.trials * np.linspace(0.6, 0.95, 8)
    these = replace(these, fewest=fewest, most=most, expected=expected)
    found = by_quadrature(these, COURSE)
    *_, agreement = nuts.check(these, found, COURSE, 0.75, 2)
    assert agreement.good
    known = replace(these, fewest=most)
    assert abs(by_quadrature(known, COURSE).mean[1] - found.mean[1]) > 0.005
