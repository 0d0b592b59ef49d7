"""The funnel demo: its state, its refusals and its still picture."""

import json

import numpy as np
import pytest
import traitlets

from shrinkage.demos import Funnel


def test_state_round_trip_and_start():
    demo = Funnel(doctors=np.int64(6), step_size=0.2)
    demo.draws = 20
    assert demo.start["draws"] == 500
    assert demo.state() == Funnel(**demo.state()).state()
    assert set(demo.state()) == {"counts", "doctors", "step_size", "draws", "seed"}
    json.dumps(demo.state())
    chain = demo.chain("centred")
    assert chain.alpha.shape == (20, 6)
    longer = Funnel(**demo.state() | {"draws": 30}).chain("centred")
    assert (longer.sigma_pop[:20] == chain.sigma_pop).all()


def test_doctors_with_the_fewest_patients_are_taken_first():
    demo = Funnel(counts=[["A", 9, 20], ["B", 1, 3], ["C", 2, 20], ["D", 0, 0]], doctors=3)
    assert demo.taken() == [3, 1, 0]
    assert len(demo.posterior().mean) == 3
    demo.doctors = 50
    assert demo.taken() == [3, 1, 0, 2]


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        ({"step_size": 0.0}, "0.01 to 1"),
        ({"step_size": "small"}, "Funnel.step_size"),
        ({"doctors": 51}, "2 to 50"),
        ({"draws": 5001}, "0 to 5,000"),
        ({"draws": 1.5}, "whole number"),
        ({"counts": [["A", 3, 2]]}, "successes cannot exceed trials"),
    ],
)
def test_bad_values_are_refused_with_the_remedy(state, remedy):
    with pytest.raises(traitlets.TraitError, match=remedy):
        Funnel(**state)


def test_other_kinds_of_samplers_are_refused():
    with pytest.raises(ValueError, match="'centred' or 'non-centred', found 'partial'"):
        Funnel(draws=1).chain("partial")
    with pytest.raises(TypeError, match="no setting 'steps'"):
        Funnel(steps=3)


def test_still_picture_stands_where_nothing_moves():
    data, metadata = Funnel()._repr_mimebundle_()
    assert data["image/svg+xml"].startswith("<svg")
    assert "puts sigma_pop at 0.24, with 147 divergences" in data["text/plain"]
    assert "non-centred one at 0.14, with 0" in data["text/plain"]
    assert metadata["image/svg+xml"]["alt"] == data["text/plain"]


@pytest.mark.parametrize(
    "state",
    [
        {"draws": 0},
        {"draws": 5000, "step_size": 0.4, "doctors": 2},
        {"counts": [["<Dr. & Co>", 0, 0]], "draws": 50},
        {"counts": [["Dr. A", 10**6, 10**6], ["Dr. B", 0, 10**6]], "draws": 50, "step_size": 1.0},
    ],
)
def test_still_picture_is_small_and_whole(state):
    from xml.etree import ElementTree

    svg, sentence = Funnel(**state).still()
    ElementTree.fromstring(svg)
    assert len(svg) < 40_000
    assert "nan" not in svg + sentence
    assert "exact mean" in sentence
