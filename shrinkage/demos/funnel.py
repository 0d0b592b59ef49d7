"""Demo: when the sampler fails. Hamiltonian Monte Carlo on one posterior, centred and non-centred.

The demo in the browser (`js/funnel/`) draws the same chains by the same steps: the model is in
`funnel_model.py`, the sampler in `hmc.py`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import traitlets
from numpy.typing import NDArray

from shrinkage.demos import portable, still
from shrinkage.demos.clinic import Clinic, Rows, presets
from shrinkage.demos.demo import HERE, Checked, Whole
from shrinkage.demos.funnel_model import KINDS, log_density, longest_step, stable_above, start
from shrinkage.demos.hmc import LENGTH, Walk, hamiltonian_monte_carlo
from shrinkage.exact import Posterior, posterior

WARM_UP = 100  # draws on the way from the start into the posterior, neither shown nor counted
MOST_DRAWS = 5000
STILL_DRAWS = 1000  # that a still picture may hold, of each chain
STILL_STEPS = 10_000  # leapfrog steps that it may take, of each chain

Array = NDArray[np.float64]
Counts = tuple[int, ...]


@dataclass(frozen=True)
class Chain:
    """What one sampler drew; warm-up is not in it.

    Attributes
    ----------
    mu_pop, sigma_pop : ndarray, shape (draws,)
        The population's mean and standard deviation, log-odds.
    alpha : ndarray, shape (draws, doctors)
        Each doctor's log-odds, by rising caseload.
    accepted, divergent : ndarray of bool, shape (draws,)
        Whether the proposal was accepted, and whether its trajectory diverged.
    error : ndarray, shape (draws,)
        Energy error of the trajectory.
    source_away, source_sigma : ndarray, shape (draws,)
        Where a trajectory that diverged went wrong (`Walk.source`): the first doctor's log-odds
        minus `mu_pop`, and `sigma_pop`; NaN where none diverged.
    """

    mu_pop: Array
    sigma_pop: Array
    alpha: Array
    accepted: NDArray[np.bool_]
    divergent: NDArray[np.bool_]
    error: Array
    source_away: Array
    source_sigma: Array


@dataclass(frozen=True)
class Estimate:
    """What one sampler says of `sigma_pop`.

    Attributes
    ----------
    draws, divergences : int
        Draws counted, and how many of their trajectories diverged.
    mean : float
        Average of `sigma_pop`, log-odds; NaN without a draw.
    accepted : float
        Share of accepted proposals; NaN without a draw.
    below : float
        Share of draws with `sigma_pop` below `stable_above`; NaN without a draw.
    """

    draws: int
    divergences: int
    mean: float
    accepted: float
    below: float


class Funnel(Clinic):
    """Demo: one posterior, two samplers, and which of them can be believed.

    Hamiltonian Monte Carlo draws from the hierarchical posterior twice: centred, in the doctors'
    log-odds `alpha_j`, and non-centred, in `z_j` with `alpha_j = mu_pop + sigma_pop * z_j`. Where
    `sigma_pop` is small the centred posterior is a narrow neck in which leapfrog steps diverge.
    The reader changes step size and number of doctors, watches trajectories, and compares both
    running averages of `sigma_pop` with the exact mean.

    The doctors taken are those with the fewest patients. Each chain begins with 100 transitions
    of warm-up that are neither shown nor counted; the step size is the one given, and nothing is
    adapted.

    Parameters
    ----------
    **state
        Any of the traits below, each readable and settable afterwards, from Python and by the
        reader's hand. A value that cannot be raises `traitlets.TraitError` with the remedy.

    Examples
    --------
    >>> demo = Funnel(doctors=10, step_size=0.1, draws=500)
    >>> exact = demo.posterior().sigma_pop.mean
    >>> demo.estimate("centred").mean > 1.1 * exact
    True
    """

    _esm = HERE / "bundle" / "funnel.js"
    _css = HERE / "bundle" / "funnel.css"

    doctors = Whole(10, 2, 50, "doctors taken from the table, fewest patients first")
    step_size = Checked(0.1, 0.01, 1.0, "time of a leapfrog step")
    draws = Whole(500, 0, MOST_DRAWS, "draws shown of each sampler")
    seed = Whole(1, 0, 2**32 - 1, "which random numbers the samplers get")

    @traitlets.default("counts")
    def _counts(self) -> Rows:
        return presets()["Everyone equal"]

    def taken(self) -> list[int]:
        """Indices of the doctors taken, by rising caseload: all where the table has fewer."""
        return [int(j) for j in np.argsort(self.trials, kind="stable")[: self.doctors]]

    def posterior(self) -> Posterior:
        """The exact posterior of the doctors taken, by rising caseload."""
        return posterior(self.successes[self.taken()], self.trials[self.taken()])

    def stable_above(self) -> float:
        """The `sigma_pop` below which the step is too long for the centred model."""
        return float(stable_above(self.step_size, len(self.taken())))

    def longest_step(self) -> float:
        """The step that is too long for the non-centred model, whatever `sigma_pop`."""
        return longest_step(self.successes[self.taken()], self.trials[self.taken()])

    def chain(self, kind: str) -> Chain:
        """What a sampler draws in the present state.

        Parameters
        ----------
        kind : {"centred", "non-centred"}

        Returns
        -------
        Chain
            With `draws` draws.

        Raises
        ------
        ValueError
            If `kind` is neither.
        """
        return self._chain(kind, self.draws)

    def _chain(self, kind: str, draws: int) -> Chain:
        if kind not in KINDS:
            raise ValueError(f"kind is 'centred' or 'non-centred', found {kind!r}.")
        walk = _walk(
            kind,
            tuple(self.successes[self.taken()]),
            tuple(self.trials[self.taken()]),
            WARM_UP + draws,
            self.step_size,
            self.seed,
        )
        mu, sigma, alpha = _model_units(kind, walk.points[WARM_UP:])
        source_mu, source_sigma, source_alpha = _model_units(kind, walk.source[WARM_UP:])
        return Chain(
            mu,
            sigma,
            alpha,
            walk.accepted[WARM_UP:],
            walk.divergent[WARM_UP:],
            walk.error[WARM_UP:],
            source_alpha[:, 0] - source_mu,
            source_sigma,
        )

    def estimate(self, kind: str) -> Estimate:
        """What a sampler says of `sigma_pop` after `draws` draws; arguments as for `chain`."""
        return self._estimate(self.chain(kind))

    def _estimate(self, chain: Chain) -> Estimate:
        draws = len(chain.sigma_pop)

        def mean(values: NDArray) -> float:
            return float(values.mean()) if draws else float("nan")

        return Estimate(
            draws,
            int(chain.divergent.sum()),
            mean(chain.sigma_pop),
            mean(chain.accepted),
            mean(chain.sigma_pop < self.stable_above()),
        )

    def still(self) -> tuple[str, str]:
        """Both samplers' draws as SVG, and the sentence that says what they show.

        Where the step is very short the picture holds fewer draws than the state asks for.
        """
        draws = min(self.draws, STILL_DRAWS, int(STILL_STEPS * self.step_size / LENGTH))
        chains = {kind: self._chain(kind, draws) for kind in KINDS}
        names = [self.names[j] for j in self.taken()]
        sigma_pop = self.posterior().sigma_pop
        assert sigma_pop is not None
        exact = sigma_pop.mean
        picture = still.funnel(
            {
                kind: (
                    chain.alpha[:, 0] - chain.mu_pop,
                    chain.sigma_pop,
                    chain.source_away[chain.divergent],
                    chain.source_sigma[chain.divergent],
                )
                for kind, chain in chains.items()
            },
            f"{names[0]} minus the typical doctor, log-odds",
        )
        if not draws:
            return picture, f"No draws yet; the exact mean of sigma_pop is {exact:.2f}."
        first, second = (self._estimate(chain) for chain in chains.values())
        return picture, (
            f"{draws:,} draws of each sampler, doctors: {len(names)}. The centred one puts "
            f"sigma_pop at {first.mean:.2f}, with {first.divergences} divergences (triangles); the "
            f"non-centred one at {second.mean:.2f}, with {second.divergences}. "
            f"The exact mean is {exact:.2f}."
        )


@lru_cache(maxsize=8)  # the still picture's chains are asked for again by `estimate`
def _walk(
    kind: str, successes: Counts, trials: Counts, draws: int, step_size: float, seed: int
) -> Walk:
    walk = hamiltonian_monte_carlo(
        lambda q: log_density(kind, q, successes, trials),
        start(kind, successes, trials),
        draws,
        step_size,
        (seed, KINDS.index(kind)),
    )
    for values in vars(walk).values():
        values.flags.writeable = False
    return walk


def _model_units(kind: str, points: Array) -> tuple[Array, Array, Array]:
    """mu_pop, sigma_pop and alpha of points of shape (draws, J + 2)."""
    with np.errstate(over="ignore", invalid="ignore"):
        mu, sigma, doctor = points[:, 0], portable.exp(points[:, 1]), points[:, 2:]
        return mu, sigma, doctor if kind == "centred" else mu[:, None] + sigma[:, None] * doctor
