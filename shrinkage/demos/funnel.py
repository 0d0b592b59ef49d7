"""When the sampler fails: Hamiltonian Monte Carlo on one posterior, centred and non-centred.

The functions are the reference for what the demo computes in the browser (`js/funnel/model.js`,
`js/funnel/hmc.js` and `js/funnel/engine.js`): the same random numbers make the same draws.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from shrinkage.demos import portable, still
from shrinkage.demos.clinic import Clinic, Rows, presets
from shrinkage.demos.demo import HERE, Checked, Whole
from shrinkage.demos.uniforms import UINT32, pcg4d
from shrinkage.exact import Posterior, posterior

KINDS = ("centred", "non-centred")
MU_VARIANCE = 1.5**2
LENGTH = np.pi / 2  # time that a trajectory takes on average: a quarter of a round
DIVERGED = 1000.0  # energy error from which a trajectory has diverged, as in Stan and PyMC
WARM_UP = 100  # draws on the way from the start into the posterior, neither shown nor counted
MOST_DRAWS = 5000
STILL_DRAWS = 1000  # that a still picture may hold, of each chain
STILL_STEPS = 10_000  # leapfrog steps that it may take, of each chain

Array = NDArray[np.float64]
Counts = tuple[int, ...]


# ---------------------------------------------------------------------------------------------
# The model as a sampler sees it
# ---------------------------------------------------------------------------------------------


def log_density(
    kind: str, q: ArrayLike, successes: ArrayLike, trials: ArrayLike
) -> tuple[float, Array]:
    """The log posterior of the hierarchical logit at a point, up to a constant, and its gradient.

    Parameters
    ----------
    kind : {"centred", "non-centred"}
        What the last J numbers of a point are.
    q : array_like, shape (J + 2,)
        `mu_pop`, log of `sigma_pop`, and for each doctor `alpha_j` (centred), or `z_j` with
        `alpha_j = mu_pop + sigma_pop * z_j` (non-centred); log-odds.
    successes, trials : array_like of int, shape (J,)
        Successes and patients of each doctor.

    Returns
    -------
    value : float
        The log density of `q` itself: the Jacobian of log `sigma_pop` is in it.
    gradient : ndarray, shape (J + 2,)

    Notes
    -----
    M. Betancourt and M. Girolami (2015), Hamiltonian Monte Carlo for hierarchical models, in
    Current Trends in Bayesian Methodology with Applications, section 4.
    """
    q, successes, trials = (np.asarray(x, float) for x in (q, successes, trials))
    mu, log_sigma, doctor = q[0], q[1], q[2:]
    gradient = np.empty_like(q)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # where it diverges
        sigma = portable.exp(log_sigma)
        alpha = doctor if kind == "centred" else mu + sigma * doctor
        e = portable.exp(-np.abs(alpha))
        theta = np.where(alpha < 0, e, 1) / (1 + e)
        log_likelihood = successes * alpha - trials * (
            np.where(alpha > 0, alpha, 0) + portable.log(1 + e)
        )
        rest = successes - trials * theta
        if kind == "centred":
            away = alpha - mu
            force = away * (1 / (sigma * sigma))
            height, pull, spread = _sums(log_likelihood - 0.5 * away * force, force, away * force)
            height -= len(alpha) * log_sigma  # 1 / sigma_pop a doctor
            gradient[1] = spread - len(alpha) + (1 - sigma * sigma)
            gradient[2:] = rest - force
        else:
            z = doctor
            height, pull, stretch = _sums(log_likelihood - 0.5 * z * z, rest, z * rest)
            gradient[1] = sigma * stretch + (1 - sigma * sigma)
            gradient[2:] = sigma * rest - z
        gradient[0] = pull - mu / MU_VARIANCE
        height += (-0.5 * mu * mu) / MU_VARIANCE - 0.5 * sigma * sigma + log_sigma
    return float(height), gradient


def _sums(*terms: Array) -> Array:
    """The sum of each array from its first entry to its last, in the order of the browser."""
    return np.array(terms).cumsum(axis=1)[:, -1]


def start(kind: str, successes: ArrayLike, trials: ArrayLike) -> Array:
    """Where a chain begins, shape (J + 2,): the same point for both kinds.

    `sigma_pop` is one, each doctor's log-odds those of half a success and half a failure more
    than the doctor had, and `mu_pop` their average.
    """
    successes, trials = np.asarray(successes), np.asarray(trials)
    alpha = portable.log((successes + 0.5) / (trials - successes + 0.5))
    mu = _sums(alpha)[0] / len(alpha)
    return np.concatenate([[mu, 0.0], alpha if kind == "centred" else alpha - mu])


# ---------------------------------------------------------------------------------------------
# The sampler
# ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Walk:
    """Draws of a Hamiltonian Monte Carlo chain.

    Attributes
    ----------
    points : ndarray, shape (draws, D)
        Where the chain stood after each transition.
    accepted, divergent : ndarray of bool, shape (draws,)
        Whether the proposal was accepted, and whether its trajectory diverged.
    error : ndarray, shape (draws,)
        Energy at the trajectory's end minus energy at its start; not finite where it overflowed.
    source : ndarray, shape (draws, D)
        Where a trajectory that diverged went wrong: its last point whose energy was still right
        to within 1. NaN where none diverged.
    """

    points: Array
    accepted: NDArray[np.bool_]
    divergent: NDArray[np.bool_]
    error: Array
    source: Array


def hamiltonian_monte_carlo(
    log_density: Callable[[Array], tuple[float, Array]],
    start: ArrayLike,
    draws: int,
    step_size: float,
    stream: tuple[int, int],
) -> Walk:
    """Sample by Hamiltonian Monte Carlo with unit masses.

    Parameters
    ----------
    log_density : callable
        Takes a point of shape (D,), returns its log density and gradient.
    start : array_like, shape (D,)
        Where the chain begins.
    draws : int
        Transitions.
    step_size : float
        Time of a leapfrog step.
    stream : (int, int)
        A seed and a number of the chain, each from 0 to 2**32 - 1: the same two make the same
        draws.

    Returns
    -------
    Walk

    Notes
    -----
    R. M. Neal (2011), MCMC using Hamiltonian dynamics, Handbook of Markov Chain Monte Carlo,
    chapter 5. A trajectory takes the time pi / 2 on average, a quarter of the round that a
    standard normal makes; that it is half shorter to half longer at random keeps it from
    returning to where it began. A trajectory whose energy error reaches 1000 has diverged and is
    rejected, which is the limit of Stan and of PyMC.
    """
    q = np.array(start, float)
    draw = np.arange(draws)
    uniform = (pcg4d(*stream, draw, 0) + 0.5) / UINT32
    log_uniform = portable.log(uniform[:, 0])
    momenta = _normals(stream, draws, len(q))
    steps = np.maximum(1, np.floor((0.5 + uniform[:, 1]) * LENGTH / step_size + 0.5)).astype(int)
    walk = Walk(
        np.empty((draws, len(q))),
        np.zeros(draws, bool),
        np.zeros(draws, bool),
        np.empty(draws),
        np.full((draws, len(q)), np.nan),
    )
    for i in draw:
        position, momentum = q, momenta[i]
        height, slope = log_density(position)
        before = 0.5 * _sums(momentum * momentum)[0] - height
        source = position
        for _ in range(steps[i]):
            with np.errstate(over="ignore", invalid="ignore"):
                momentum = momentum + 0.5 * step_size * slope  # half a kick
                position = position + step_size * momentum  # a drift
                height, slope = log_density(position)
                momentum = momentum + 0.5 * step_size * slope  # half a kick
                error = 0.5 * _sums(momentum * momentum)[0] - height - before
            if not error < DIVERGED:  # an error that is no number has diverged too
                walk.divergent[i], walk.source[i] = True, source
                break
            if abs(error) < 1:
                source = position
        walk.error[i] = error
        walk.accepted[i] = not walk.divergent[i] and log_uniform[i] < -error
        if walk.accepted[i]:
            q = position
        walk.points[i] = q
    return walk


def _normals(stream: tuple[int, int], draws: int, size: int) -> Array:
    """Standard normals, shape (draws, size), by Box and Muller (1958)."""
    calls = -(-size // 4)
    u = (pcg4d(*stream, np.arange(draws)[:, None], 1 + np.arange(calls)) + 0.5) / UINT32
    radius, (cos, sin) = np.sqrt(-2 * portable.log(u[..., 0::2])), portable.turn(u[..., 1::2])
    pairs = np.stack([radius * cos, radius * sin], axis=-1)
    return pairs.reshape(draws, -1)[:, :size]


def stable_above(step_size: float, doctors: int) -> float:
    """The `sigma_pop` below which a leapfrog step is too long for the centred model.

    Parameters
    ----------
    step_size : float
        Time of a leapfrog step.
    doctors : int
        J, the number of doctors.

    Returns
    -------
    float
        `step_size * sqrt(J + 1) / 2`.

    Notes
    -----
    Leapfrog steps stay bounded where they are shorter than 2 over the square root of the largest
    curvature (Neal 2011, section 5.2.3.4). The term `sum((alpha_j - mu_pop)**2) / (2 *
    sigma_pop**2)` has the largest curvature `(J + 1) / sigma_pop**2`, all doctors against the
    population. The patients add a little, so the true limit lies a little higher.
    """
    return step_size * np.sqrt(doctors + 1) / 2


def longest_step(successes: ArrayLike, trials: ArrayLike) -> float:
    """The step that is too long for the non-centred model, whatever `sigma_pop`.

    Parameters
    ----------
    successes, trials : array_like of int, shape (J,)
        Successes and patients of each doctor.

    Returns
    -------
    float
        2 over the square root of the curvature in `mu_pop`: all patients together fix it. Other
        directions bend as well, so a step has to be well below this.
    """
    successes, trials = np.asarray(successes), np.asarray(trials)
    rate = (successes + 0.5) / (trials + 1)
    return float(2 / np.sqrt(1 / MU_VARIANCE + np.sum(trials * rate * (1 - rate))))


# ---------------------------------------------------------------------------------------------
# The demo
# ---------------------------------------------------------------------------------------------


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
