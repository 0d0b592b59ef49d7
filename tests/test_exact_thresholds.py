"""Every threshold of the quadrature: a finer one changes less than its error, a coarser one more.

So whoever makes a threshold coarser learns what it costs, and whoever makes it finer that it does
not pay. Distances are in posterior standard deviations, of probabilities in shares of one, and of
logarithms in natural units.
"""

import importlib
import inspect
import pkgutil
import re

import numpy as np
import pytest
from exact_tables import PATIENTS, TABLES

from shrinkage import exact
from shrinkage.exact import more, posterior, posterior_given_offsets

MODULES = [
    importlib.import_module(f"{exact.__name__}.{module.name}")
    for module in pkgutil.iter_modules(exact.__path__)
]
PROBS = [0.005, 0.025, 0.5, 0.975, 0.995]


def means(found):
    return found.mean, found.sd


def sds(found):
    return np.log(found.sd), 1.0


def ends(marginals):
    values = [[m.mean, *m.quantile(PROBS)] for m in marginals]
    return np.array(values), np.array([[m.sd] for m in marginals])


def population(found):
    return ends([m for m in (found.mu_pop, found.sigma_pop) if m])


def doctors(found):
    return ends(found.alpha)


def spreads(found):
    return np.log([m.sd for m in found.alpha]), 1.0


def evidence(found):
    return np.array([found.log_evidence]), 1.0


def places(found):
    return found.rank_probabilities(), 1.0


def first_and_last(found):
    """Of many doctors: see `places`."""
    stood = found.places()
    return np.stack([stood.best, stood.worst]), 1.0


def ends_of_places(found):
    stood = found.places()
    return np.stack([stood.low, stood.high]).astype(float), float(len(stood.low))


def more_patients(found):
    return np.log1p(np.minimum(found.more_patients(0.616), 2.0 * more.FARTHEST)), 1.0


def mean_sigma(found):
    mean = found.joint.expectation(lambda at: at.sigma_pop)
    return np.array([mean]), found.sigma_pop.sd


def draws(found):
    prob = np.random.default_rng(0).random((50, 12))
    drawn = found.joint.quantiles(prob[:, 0], prob[:, 1], prob[:, 2 : 2 + len(found.mean)])
    return drawn.alpha, np.array([m.sd for m in found.alpha])


def left_out(found):
    return found.log_left_out, 1.0


# module: name: (what is looked at, in which table, finer, coarser, the error)
THRESHOLDS = {
    "grid": {
        "NODES_MU": (means, "ten", 20, 6, 1e-6),
        "NODES_MU_STEPS": (population, "at most three each", 40, 10, 1e-5),
        "NODES_MU_CLIFF": (population, "at most ten each, a vague prior", 64, 24, 2e-5),
        "NODES_SIGMA": (population, "eleven at odds", 44, 9, 2e-6),
        "INTERPOLATION": (sds, "equal", 1e-13, 1e-4, 1e-5),
        "SLACK": (population, "three in four without a success", 1.0, 6.0, 5e-6),
        "END": (mean_sigma, "ten", 6, 1, 3e-5),
        "MISPLACED": (population, "few successes", 0.9, 0.0, 1e-5),
        "NOTICED": (population, "few successes", 1e-12, 2.0, 1e-5),
        "ALTERNATE": (population, "rare successes", 0.01, 10.0, 1e-4),
        "VAGUE": (evidence, "hundreds, one of them known", 1.0, 100.0, 1e-4),
        "STEPS": (evidence, "a peak that Laplace misses", 0.5, 2.0, 1e-4),
        "RESOLVED": (population, "one large of twelve", 1e-4, 1.0, 1e-5),
    },
    "inner": {
        "WIDE": (sds, "no failure", 1.0, 20.0, 1e-5),
        "DROP": (population, "seventy", 24.0, 12.0, 2e-5),
        "NODES": (population, "seventy", 44, 11, 1e-6),
        "STEP_WIDE": (spreads, "no pooling", 0.1, 1.0, 1e-4),
        "STEP_WIDE_MANY": (evidence, "hundreds without a success", 0.1, 0.25, 1e-4),
        "MANY": (evidence, "hundreds without a success", 5, 500, 1e-4),
        "NARROW": (means, "ten", 0.05, 1.2, 1e-7),
        "NODES_NARROW": (sds, "big", 25, 5, 1e-7),
        "NODES_PEAK": (population, "at most three each", 40, 8, 1e-6),
        "NODES_EDGE": (population, "at most three each", 12, 2, 1e-6),
    },
    "bounded": {"FAR": (evidence, "a wide plateau", 40.0, 8.0, 1e-10)},
    "patients": {
        "REACH": (doctors, "patients of very different risk", 40.0, 10.0, 1e-6),
        "PER_UNIT": (evidence, "hundreds of patients", 40, 4, 1e-9),
        "SPREAD": (evidence, "thousands of patients", 12, 6, 1e-8),
    },
    "modes": {"CLOSE": (population, "two peaks", 1e-5, 0.5, 1e-6)},
    "on_grid": {
        "LIVE": (doctors, "wide", 1e-11, 1e-4, 1e-4),
        "AT_THE_EDGE": (left_out, "fixed, one huge", 1e-12, 1.0, 1e-6),
    },
    "population": {
        "FINE": (population, "at odds", 24, 3, 1e-6),
        "THROUGH": (population, "wide", 14, 6, 2e-5),
        "STEP_MU": (population, "big", 0.01, 0.15, 1e-5),
    },
    "left_out": {
        "STEP": (doctors, "one", 0.04, 0.4, 1e-5),
        "QUINTIC": (doctors, "far from 190", 1e-7, 1e-1, 1e-3),
        "QUINTIC_FIXED": (doctors, "hundreds of sds", 1e-10, 1e-6, 1e-4),
        "LARGE": (doctors, "one who never fails beside ten", 3.0, 1e9, 1e-4),
        "DENSER": (doctors, "equal", (1, 2, 4, 8, 16), (1,), 1e-5),
        "CLOSE": (doctors, "tight", 1e-3, 5.0, 1e-9),
    },
    "alphas": {
        "POINTS": (doctors, "at odds", 801, 101, 1e-5),
        "KNOTS": (doctors, "at odds", 201, 21, 1e-5),
        "FAR": (doctors, "wide", 60.0, 10.0, 1e-4),
    },
    "ranks": {
        "LEAST": (places, "big", 1e-9, 1e-2, 1e-5),
        "NODES_MU": (places, "at odds", 12, 2, 1e-6),
        "MOST_MU": (places, "one large", 64, 5, 1e-4),
        "APART": (places, "one large", 0.9, 10.0, 1e-4),
        "DENSE": (places, "one large", 64, 8, 1e-6),
        "MORE": (places, "seventy", 2.0, 0.0, 1e-6),
        "PANEL": (places, "seventy", 0.05, 1.0, 1e-6),
        "GROWS": (places, "seventy", 0.05, 2.0, 1e-6),
        "NODES": (places, "equal", 10, 0, 1e-6),
    },
    "places": {
        "NODES_MU": (first_and_last, "two peaks", 10, 1, 1e-3),
        "LEAST": (first_and_last, "eighty", 1e-6, 0.1, 1e-3),
        "POINTS": (first_and_last, "eighty", 257, 17, 2e-3),
        "POINTS_MANY": (first_and_last, "eleven hundred of twenty patients", 129, 9, 3e-3),
        "MANY": (first_and_last, "eighty", 10**6, 5, 3e-3),
        "LATTICE": (first_and_last, "three hundred", 10**6, 500, 5e-5),
        "COUNTS": (ends_of_places, "eleven hundred of twenty patients", 4_000, 50, 2e-3),
    },
    "more": {
        "SIDE": (more_patients, "near a standard", 1_000, 10, 3e-3),
        "WIDTH": (more_patients, "near a standard", 1e-5, 3e-2, 3e-3),
        "SDS": (more_patients, "near a standard", 12.0, 3.0, 3e-3),
    },
    "joint": {
        "POINTS": (draws, "ten", 201, 17, 2e-4),
        "POINTS_WIDE": (draws, "fixed", 1001, 33, 1e-3),
    },
}
ALL = [(module, name) for module, names in THRESHOLDS.items() for name in names]


def set_everywhere(monkeypatch, module, name, value):
    """In the module that has the threshold, and in those that import it by name."""
    here = importlib.import_module(f"{exact.__name__}.{module}")
    before = getattr(here, name)
    for other in MODULES:
        if getattr(other, name, None) is before:
            monkeypatch.setattr(other, name, value)


def answer(look, table):
    *data, options = {**TABLES, **PATIENTS}[table]
    return look((posterior_given_offsets if table in PATIENTS else posterior)(*data, **options))


@pytest.mark.parametrize(("module", "name"), ALL, ids=lambda value: value)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # what is too coarse may divide by zero
def test_a_threshold_is_as_fine_as_its_error_asks(module, name, monkeypatch):
    look, table, finer, coarser, error = THRESHOLDS[module][name]
    now, unit = answer(look, table)
    distance = {}
    for value in (finer, coarser):
        with monkeypatch.context() as patched:
            set_everywhere(patched, module, name, value)
            distance[str(value)] = np.max(np.abs(answer(look, table)[0] - now) / unit)
    print(distance)
    assert distance[str(finer)] < error
    assert distance[str(coarser)] > error or np.isnan(distance[str(coarser)])


def test_no_threshold_is_without_a_test():
    """Every constant in capitals of the package is in the table, or listed as no threshold."""
    elsewhere = {
        "inputs": {"LOG_SQRT_2PI"},
        "blocks": {"SIZE"},  # of the speed
        "likelihood": {"EVERY"},  # all entries
        "patients": {"LARGE", "AT_ONCE"},  # of the speed; the error of a lattice is `SPREAD`'s
        "modes": {"FULL", "AT_ONCE"},  # of the speed
        "inner": {"AT_ONCE", "PEAKS_AT_ONCE"},  # of the speed
        "ranks": {"AT_ONCE", "MARKS", "MARKS_IN_ALL"},  # of the speed
        "places": {"FEW", "LOWEST"},  # of the speed, see test_exact_many.py; of the machine
        "more": {"FARTHEST"},  # beyond it a result is infinite, by definition
        "joint": {"AT_ONCE"},  # of the memory
        "grid": {"THROUGH"},  # of `RESOLVED`
        "on_grid": {"WIDER", "FINER", "MOVES"},  # tries, each of which is looked at
        "population": {"STEEP"},  # see test_sigma_pop_far_from_where_its_grid_starts
        "left_out": {"UNDERFLOW", "FARTHEST", "AT_ONCE", "STEPS"},  # of the machine, of the speed
        "covariate": {"STEP", "ALIKE", "RIDGE"},  # see test_a_finer_grid_over_beta_changes_nothing
        "marginals": {"CLOSE"},
        "alphas": {"CLOSE", "TABLE"},  # where a search begins and ends
    }
    for module in MODULES:
        name = module.__name__.split(".")[-1]
        lines = re.findall(r"^([A-Z][A-Z_0-9, ]+?)(?:: .*)? = ", inspect.getsource(module), re.M)
        own = {constant for line in lines for constant in line.split(", ")}
        assert own == set(THRESHOLDS.get(name, {})) | elsewhere.get(name, set()), name
