"""What nearly every page does first: imports, a first picture, a first model compiled.

`kernels` has it done once, in the process that its kernels are forked from. Nothing is sampled
here: a sampler's threads do not survive a fork.
"""

import gc
import io
import logging
import sys

import anywidget  # noqa: F401
import arviz  # noqa: F401
import bambi  # noqa: F401
import build  # noqa: F401  multiprocessing has each kernel import it, as what was run
import ipykernel.debugger
import ipykernel.kernelapp  # noqa: F401
import matplotlib.pyplot  # noqa: F401
import myst_nb  # noqa: F401
import nbformat  # noqa: F401
import numpy as np
import nutpie
import pandas as pd
import pymc as pm
import scipy.stats  # noqa: F401
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw_a_picture() -> None:
    """Have matplotlib find its fonts; without pyplot, whose backend is each kernel's own."""
    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    figure.subplots().set(title="$x$", xlabel="x", ylabel="y")
    figure.savefig(io.BytesIO())


def compile_a_model() -> None:
    """Have Numba compile what each model's compilation asks of it, whatever the model."""
    logging.disable(logging.WARNING)
    doctor_idx = np.repeat(np.arange(3), 4)
    with pm.Model(coords={"doctor": list("ABC")}) as model:
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        z = pm.Normal("z", 0, 1, dims="doctor")
        alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z, dims="doctor")
        beta = pm.Normal("beta", 0, 1)
        log_odds = alpha[doctor_idx] + beta * np.linspace(-1, 1, 12)
        pm.Bernoulli("success", logit_p=log_odds, observed=pd.Series([0, 1] * 6))
    nutpie.compile_pymc_model(model)
    logging.disable(logging.NOTSET)


def import_what_was_put_off() -> None:
    """Have lazy modules import themselves, by asking each for its file, as a kernel does."""
    for module in list(sys.modules.values()):
        hasattr(module, "__file__")


draw_a_picture()
compile_a_model()
import_what_was_put_off()
gc.collect()
gc.freeze()  # what stands here stays, so no kernel's collector need walk it again
