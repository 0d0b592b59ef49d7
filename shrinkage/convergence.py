"""The convergence check that follows every fit, and stops the build where it fails.

`check_convergence` reads a fit from any sampler; the line that it leaves in the notebook carries
the numbers that the status page collects. Imports nothing of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import arviz as az
import numpy as np
import xarray as xr

MAX_RHAT = 1.01  # Vehtari, Gelman, Simpson, Carpenter and Bürkner, Bayesian Analysis 2021
MIN_ESS = 400  # the same: 100 for each of four chains
METADATA = "shrinkage_convergence"  # of the output that shows the line, in the notebook


class NotConvergedError(RuntimeError):
    """A fit failed the check, or passed it where the chapter says it fails."""


@dataclass(frozen=True)
class Convergence:
    """What `check_convergence` found; shown as one line.

    Attributes
    ----------
    chains, draws : int
        Chains, and draws kept of each.
    divergences : int
        Transitions after warm-up that diverged, all chains together.
    rhat : float
        The largest rank-normalised split R-hat of any variable.
    ess : float
        The smallest effective sample size of any variable, bulk or tail.
    fails : bool
        True where the chapter shows a run that is meant to fail.
    """

    chains: int
    draws: int
    divergences: int
    rhat: float
    ess: float
    fails: bool = False

    @property
    def problems(self) -> list[str]:
        """What is wrong with the fit, a sentence each; empty if nothing is."""
        found = []
        if self.divergences:
            found.append(
                f"{_divergences(self.divergences)} where none is expected: raise target_accept, "
                "or write the varying intercepts non-centred"
            )
        if not self.rhat <= MAX_RHAT:
            found.append(
                f"R-hat is {self.rhat:.3f} where at most {MAX_RHAT} is expected: "
                "the chains disagree; look at their traces, then run them for longer"
            )
        if not self.ess >= MIN_ESS:
            found.append(
                f"the effective sample size is {self.ess:.0f} where at least {MIN_ESS} is "
                "expected: take more draws, or a parameterisation that moves faster"
            )
        return found

    def __str__(self) -> str:
        return (
            f"{'Not converged' if self.problems else 'Converged'}"
            f"{', as this run is meant to show' if self.fails else ''}: "
            f"{self.chains} chains of {self.draws:,} draws, {_divergences(self.divergences)}, "
            f"largest R-hat {self.rhat:.3f}, smallest effective sample size {self.ess:,.0f}."
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        return {"text/plain": str(self)}, {METADATA: asdict(self)}


def _divergences(count: int) -> str:
    return {0: "no divergence", 1: "1 divergence"}.get(count, f"{count:,} divergences")


def check_convergence(
    fit: Any, *, var_names: Sequence[str] | None = None, fails: bool = False
) -> Convergence:
    """Check that a fit converged, and show the numbers in one line.

    Parameters
    ----------
    fit : DataTree
        What ``pm.sample``, ``model.fit`` or ``az.from_numpyro`` returned: a ``posterior`` with
        chains and draws, and ``sample_stats`` with ``diverging`` if the sampler has it.
    var_names : sequence of str, optional
        Look at these variables alone.
    fails : bool
        Say that this run is meant to fail: it is then an error if it does not.

    Returns
    -------
    Convergence

    Raises
    ------
    NotConvergedError
        If there are divergences, an R-hat above 1.01 or an effective sample size below 400; with
        ``fails=True``, if there are none of them.
    ValueError
        If there is no posterior, or only one chain, which has nothing to agree with.
    """
    if "posterior" not in getattr(fit, "children", {}):
        raise ValueError(
            f"check_convergence expects the DataTree that a sampler returns; found a "
            f"{type(fit).__name__} without a posterior. Pass what pm.sample or model.fit returned."
        )
    posterior = fit["posterior"].to_dataset()
    if var_names is not None:
        posterior = posterior[list(var_names)]
    if posterior.sizes["chain"] < 2:
        raise ValueError(
            "check_convergence expects at least two chains and found one: R-hat compares chains. "
            "Sample with chains=4."
        )
    moving = {
        name: entries
        for name, values in posterior.items()
        if (entries := _moving(values)) is not None
    }
    if not moving:
        raise ValueError("check_convergence expects sampled variables and found none that moves.")
    moving = xr.Dataset(moving)
    stats = fit["sample_stats"].to_dataset() if "sample_stats" in fit.children else {}
    found = Convergence(
        chains=posterior.sizes["chain"],
        draws=posterior.sizes["draw"],
        divergences=int(stats["diverging"].sum()) if "diverging" in stats else 0,
        rhat=np.max([values.max() for values in az.rhat(moving).values()]).item(),
        ess=np.min(
            [
                values.min()
                for method in ("bulk", "tail")
                for values in az.ess(moving, method=method).values()
            ]
        ).item(),
        fails=fails,
    )
    if fails and not found.problems:
        raise NotConvergedError(f"This run is meant to fail and does not. {found}")
    if not fails and found.problems:
        raise NotConvergedError("\n".join([str(found), *found.problems]))
    return found


def _moving(values: xr.DataArray) -> xr.DataArray | None:
    """The entries of a variable that are sampled, (chain, draw, entry).

    A correlation matrix has ones on its diagonal: they have no R-hat and need none.
    """
    if not np.issubdtype(values.dtype, np.number):
        return None
    inner = [dim for dim in values.dims if dim not in ("chain", "draw")]
    name = f"{values.name}_entry"
    flat = values.transpose("chain", "draw", *inner).to_numpy()
    flat = flat.reshape(*flat.shape[:2], -1)
    flat = flat[:, :, np.ptp(flat, axis=(0, 1)) != 0]  # NaN stays, and fails
    return xr.DataArray(flat, dims=("chain", "draw", name)) if flat.size else None
