"""What a zygote does once so that no submission pays for it: imports, and a first compilation.

The model compiled here is no exercise's: a few Poisson counts. What it warms are the functions
of Numba and PyTensor that any model needs.
"""

from __future__ import annotations

import gc
import importlib
import logging
import warnings
from collections.abc import Iterable

ALWAYS = ("numpy", "pandas", "scipy.stats", "shrinkage.exercises", "shrinkage.exercises.answers")


def warm(modules: Iterable[str]) -> None:
    """Import the modules that an exercise's notebook imports, and use the slow ones once."""
    modules = set(modules)
    for name in (*ALWAYS, *sorted(modules)):
        importlib.import_module(name)
    import pandas as pd

    pd.DataFrame({"name": ["a", "b"], "count": [1, 2]}).groupby("name").agg(["sum", "mean"])
    tops = {name.partition(".")[0] for name in modules}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.INFO)
        if "matplotlib" in tops:
            _draw()
        if tops & {"pymc", "bambi"}:
            _sample()
        if "bambi" in tops:
            _fit()
        logging.disable(logging.NOTSET)
    gc.collect()
    gc.freeze()  # pages that a collection does not touch stay shared with the children


def _draw() -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1])
    figure.canvas.draw()
    plt.close(figure)


def _sample() -> None:
    import arviz as az
    import numpy as np
    import pymc as pm

    group = np.arange(12) % 3
    with pm.Model(coords={"group": range(3)}):
        level = pm.Normal("level", 0, 1, dims="group")
        scale = pm.HalfNormal("scale", 1)
        shift = pm.Deterministic("shift", level * scale, dims="group")
        pm.Poisson("count", pm.math.exp(shift[group] + 0.1 * group), observed=group)
        fit = pm.sample(50, tune=50, chains=2, random_seed=1, progressbar=False, quiet=True)
        pm.sample_posterior_predictive(fit, random_seed=1, progressbar=False)
    with pm.Model():
        chance = pm.Beta("chance", 1, 1)
        pm.Binomial("heads", 3, logit_p=pm.math.logit(chance), observed=[1, 2])
        pm.Bernoulli("tail", chance, observed=[0, 1])
        pm.sample_prior_predictive(5, random_seed=1)
        pm.sample(50, tune=50, chains=2, random_seed=1, progressbar=False, quiet=True)
    az.summary(fit)


def _fit() -> None:
    import bambi as bmb
    import pandas as pd

    counts = pd.DataFrame({"count": [1, 2, 3, 4, 2, 1], "size": [0.1, 0.5, 0.3, 0.8, 0.2, 0.4]})
    model = bmb.Model("count ~ size", counts, family="poisson")
    model.fit(
        inference_method="nutpie", draws=50, tune=50, chains=2, random_seed=1, progressbar=False
    )
