"""The report's models in PyMC, sampled, and tried again where the sampler does not hold.

One hierarchical logit serves all: counts, counts with an expected number, suppressed counts,
patients with covariates, and units inside groups. PyMC is imported where it is needed alone.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from shrinkage.convergence import Convergence, NotConvergedError, check_convergence
from shrinkage.report.findings import Hyperprior
from shrinkage.report.units import Units

if TYPE_CHECKING:
    import pymc as pm

Array = NDArray[np.float64]
Index = NDArray[np.int64]

CHAINS, TUNE = 4, 1000
CAREFUL = 0.99  # target acceptance of groups: with few, their spread may be nearly zero
#: Doctors above which so many draws do: each takes longer, and thousands fill the memory.
DRAWS_OF_MANY = {200: 1500, 2000: 1000}
LARGE = 60.0  # n p (1 - p) of the median doctor from which centred goes first
COURSE = Hyperprior()


@dataclass(frozen=True)
class Covariates:
    """P covariates, each split into the mean of its unit and the patient's distance from it.

    The sampler moves the log-odds of a unit's own average patient, which the unit's data tell, and
    not ``alpha_j``, of which they tell less the more a covariate differs between units.

    Attributes
    ----------
    names : tuple of str, length P
    own : array, shape (K, P), or None
        Distance of each cell's covariates from its unit's mean; None where the distances are no
        longer there and what they say of the coefficients is in ``mean`` and ``root``.
    of_unit : array, shape (J, P)
    mean, root : array, shape (P,) and (P, P)
        The coefficients are ``mean + root @ z`` with standard normal z.
    """

    names: tuple[str, ...]
    own: Array | None
    of_unit: Array
    mean: Array
    root: Array


@dataclass(frozen=True)
class Level:
    """Groups of units: what one is ('hospital'), their names, and the group of each unit, (J,)."""

    name: str
    groups: NDArray[np.object_]
    idx: Index


@dataclass(frozen=True)
class Cells:
    """The data as the model reads them: patients of one doctor who are alike are one cell.

    Attributes
    ----------
    doctors : array of str, shape (J,)
    doctor_idx : array of int, shape (K,)
        The doctor of each cell, 0 to J - 1.
    successes, trials : array, shape (K,)
        Whole numbers; or real ones, where a few cells stand for many patients.
    bounds : array of int, shape (K, 2), or None
        Fewest and most successes; where they differ, ``successes`` is ignored.
    offset : array, shape (K,), or None
        Of the cell's log-odds.
    covariates : Covariates or None
    levels : tuple of Level
        Groups of units, the smallest groups first.
    """

    doctors: NDArray[np.object_]
    doctor_idx: Index
    successes: NDArray
    trials: NDArray
    bounds: Index | None = None
    offset: Array | None = None
    covariates: Covariates | None = None
    levels: tuple[Level, ...] = ()

    @classmethod
    def of(cls, units: Units) -> Cells:
        """Counts: a cell a unit."""
        return cls(
            units.names,
            np.arange(len(units)),
            units.fewest,
            units.trials,
            bounds=np.column_stack([units.fewest, units.most]),
            offset=units.offset,
        )


@dataclass(frozen=True)
class Attempt:
    """One run of the sampler: how it was set and what the check found."""

    parameterisation: str
    target_accept: float
    draws: int
    found: str
    converged: bool


#: Tried in this order until one converges. Non-centred first, which small caseloads need; where
#: most caseloads are so large that each doctor's own data say nearly all, centred first.
PLAN = (("non-centred", 0.95, 2000), ("centred", 0.95, 2000), ("non-centred", 0.99, 6000))


def build(
    cells: Cells, parameterisation: str = "non-centred", hyperprior: Hyperprior = COURSE
) -> pm.Model:
    """The hierarchical logit of the course, with what the data have beyond counts.

    Parameters
    ----------
    cells : Cells
    parameterisation : str
        'non-centred' or 'centred': the same model, another geometry for the sampler.
    hyperprior : Hyperprior
        ``sigma_scale`` is that of every standard deviation: of the units and of each level.

    Returns
    -------
    pm.Model
        ``alpha`` has the dimension ``doctor``, ``beta`` the dimension ``covariate``; a level has
        ``sigma_of_<name>``, and ``delta_of_<name>`` with one entry a group.
    """
    import pymc as pm
    import pytensor.tensor as pt

    covariates, levels = cells.covariates, cells.levels
    coords: dict[str, Any] = {"doctor": cells.doctors}
    coords |= {f"of_{level.name}": level.groups for level in levels}
    if covariates is not None:
        coords["covariate"] = list(covariates.names)
    with pm.Model(coords=coords) as model:
        mu_pop = pm.Normal("mu_pop", hyperprior.mu_loc, hyperprior.mu_scale)
        sigma_pop = pm.HalfNormal("sigma_pop", hyperprior.sigma_scale)
        shift: Any = 0.0
        if covariates is not None:
            z_beta = pm.Normal("z_beta", 0, 1, dims="covariate")
            beta = pm.Deterministic(
                "beta", covariates.mean + pt.dot(covariates.root, z_beta), dims="covariate"
            )
            shift = pt.dot(covariates.of_unit, beta)
        centre: Any = mu_pop
        for level in levels:
            sigma = pm.HalfNormal(f"sigma_of_{level.name}", hyperprior.sigma_scale)
            z_level = pm.Normal(f"z_of_{level.name}", 0, 1, dims=f"of_{level.name}")
            delta = pm.Deterministic(
                f"delta_of_{level.name}", sigma * z_level, dims=f"of_{level.name}"
            )
            centre = centre + delta[level.idx]
        if parameterisation == "centred":
            own = pm.Normal("own", centre + shift, sigma_pop, dims="doctor")
        else:
            z = pm.Normal("z", 0, 1, dims="doctor")
            own = centre + shift + sigma_pop * z
        pm.Deterministic("alpha", own - shift, dims="doctor")
        eta = own[cells.doctor_idx]
        if cells.offset is not None:
            eta = eta + cells.offset
        if covariates is not None and covariates.own is not None:
            eta = eta + pt.dot(covariates.own, beta)
        _likelihood(cells, eta)
    return model


def _likelihood(cells: Cells, eta: Any) -> None:
    import pymc as pm
    import pytensor.tensor as pt

    known = np.ones(len(cells.trials), bool)
    if cells.bounds is not None:
        known = cells.bounds[:, 0] == cells.bounds[:, 1]
        some = np.flatnonzero(~known)
        if len(some):
            term = bounded_binomial(eta[some], cells.trials[some], cells.bounds[some])
            pm.Potential("suppressed", term.sum())
    here = np.flatnonzero(known)
    successes, trials = cells.successes[here], cells.trials[here]
    if len(here) < len(known):
        eta = eta[here]
    if np.issubdtype(trials.dtype, np.integer):
        pm.Binomial("successes", n=trials, logit_p=eta, observed=successes.astype(np.int64))
    else:
        pm.Potential("successes", (successes * eta - trials * pt.softplus(eta)).sum())


def bounded_binomial(eta: Any, trials: NDArray, bounds: Index) -> Any:
    """Log probability that a binomial count lies between two bounds, for each of K cells.

    Parameters
    ----------
    eta : tensor, shape (K,)
        Log-odds of success.
    trials : array of int, shape (K,)
    bounds : array of int, shape (K, 2)
        Fewest and most successes, both possible.
    """
    import pytensor.tensor as pt
    from scipy.special import gammaln

    n = np.asarray(trials, float)[:, None]
    count = bounds[:, :1] + np.arange(int((bounds[:, 1] - bounds[:, 0]).max()) + 1.0)
    allowed = count <= bounds[:, 1:]
    count = np.minimum(count, n)
    choose = gammaln(n + 1) - gammaln(count + 1) - gammaln(n - count + 1)
    choose = np.where(allowed, choose, -1e30)
    return pt.logsumexp(choose + count * eta[:, None], axis=1) - n[:, 0] * pt.softplus(eta)


def sample(
    cells: Cells,
    seed: int,
    hyperprior: Hyperprior = COURSE,
    progress: Callable[[float], None] | None = None,
) -> tuple[xr.Dataset, Convergence | None, list[Attempt]]:
    """Sample the posterior, in another way where the first does not converge.

    Parameters
    ----------
    cells : Cells
    seed : int
    hyperprior : Hyperprior
    progress : callable, optional
        Told the share of an attempt's draws that is done, which begins anew with each.

    Returns
    -------
    posterior : Dataset
        Of the last attempt: ``alpha`` and the population's parameters.
    convergence : Convergence or None
        Its check; None if no attempt converged.
    attempts : list of Attempt
        All that were made, in order.
    """
    import nutpie

    attempts = []
    for parameterisation, target_accept, draws in _plan(cells):
        for many, enough in DRAWS_OF_MANY.items():
            draws = min(draws, enough) if len(cells.doctors) > many else draws
        if cells.levels:
            target_accept = max(target_accept, CAREFUL)
        with _quiet():
            made = nutpie.compile_pymc_model(build(cells, parameterisation, hyperprior))
            fit = _drawn(made, draws, target_accept, seed, progress)
        convergence, found = None, ""
        try:
            convergence = check_convergence(fit)
            found = str(convergence)
        except NotConvergedError as error:
            found = str(error).splitlines()[0]
        attempts.append(
            Attempt(parameterisation, target_accept, draws, found, convergence is not None)
        )
        if convergence is not None:
            break
    posterior = fit["posterior"].to_dataset()
    unused = [name for name in posterior if str(name) in ("own", "z") or str(name)[:2] == "z_"]
    return posterior.drop_vars(unused), convergence, attempts


def _drawn(
    compiled: Any,
    draws: int,
    target_accept: float,
    seed: int,
    progress: Callable[[float], None] | None,
) -> xr.DataTree:
    """A fit by nutpie, which PyMC too takes for its own: here for the progress that it tells."""
    import nutpie

    def tell(chains: Any) -> None:
        if progress:
            progress(sum(c.finished_draws for c in chains) / (CHAINS * (TUNE + draws)))

    running = nutpie.sample(
        compiled,
        draws=draws,
        tune=TUNE,
        chains=CHAINS,
        seed=seed,
        target_accept=target_accept,
        save_warmup=False,
        progress_bar=False,
        progress_callback=tell,
        blocking=False,  # or else it takes Ctrl-C for the wish to go on with what there is
    )
    try:
        return running.wait()
    except BaseException:
        running.cancel()
        raise


def _plan(cells: Cells) -> tuple[tuple[str, float, int], ...]:
    n_doctors = len(cells.doctors)
    trials = np.bincount(cells.doctor_idx, cells.trials, n_doctors)
    successes = cells.successes if cells.bounds is None else cells.bounds.mean(axis=1)
    pooled = successes.sum() / cells.trials.sum()
    if len(PLAN) > 1 and np.median(trials) * pooled * (1 - pooled) > LARGE:
        return (PLAN[1], PLAN[0], *PLAN[2:])
    return PLAN


@contextmanager
def _quiet() -> Generator[None]:
    """Keep the samplers' progress notes and advice out of a terminal: the page has the checks."""
    loggers = [logging.getLogger(name) for name in ("pymc", "nutpie", "pytensor")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
