"""Demo: what the hyperpriors say of success rates before any data, and how they move estimates.

The functions are the reference for what the demo computes in the browser
(`js/prior_lens/engine.js`).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr

from shrinkage.demos import still
from shrinkage.demos.clinic import MOST_DOCTORS, Clinic
from shrinkage.demos.demo import HERE, Checked, Whole
from shrinkage.exact import Posterior, posterior

MU_SCALE, SIGMA_SCALE = 1.5, 1.0  # the course's hyperpriors
BINS = 20  # of 5 % each
TWO_SIDED = 1.96  # standard deviations on either side of the mean that hold 95 % of a normal

_NODES = 400
_REACH = 9.0  # standard deviations beyond which a normal density is negligible: 3e-18 of its top


def prior_cdf(log_odds: ArrayLike, mu_scale: float, sigma_scale: float) -> NDArray[np.float64]:
    """Prior probability that a doctor's log-odds of success are at or below `log_odds`.

    Given sigma_pop = sigma_scale * t they are normal around 0 with variance mu_scale**2 +
    sigma_pop**2, and t is half-normal. With t = mu_scale / sigma_scale * sinh(v) that standard
    deviation is mu_scale * cosh(v), and the integrand is even in v, so the trapezoid rule
    converges fast whichever scale is the larger.

    Parameters
    ----------
    log_odds : array_like, any shape
    mu_scale : float
        Standard deviation of the normal hyperprior on mu_pop, whose mean is 0.
    sigma_scale : float
        Scale of the half-normal hyperprior on sigma_pop.

    Returns
    -------
    ndarray, shape of `log_odds`
    """
    ratio = sigma_scale / mu_scale
    v = np.linspace(0, np.arcsinh(_REACH * ratio), _NODES)
    weight = np.exp(-0.5 * (np.sinh(v) / ratio) ** 2) * np.cosh(v)
    weight[[0, -1]] /= 2
    below = ndtr(np.asarray(log_odds, float)[..., None] / (mu_scale * np.cosh(v)))
    return below @ (weight / weight.sum())


def prior_shares(mu_scale: float, sigma_scale: float) -> NDArray[np.float64]:
    """Share of doctors in each 5 % of success rate before any data, shape (20,).

    See `prior_cdf`.
    """
    edges = np.arange(1, BINS) / BINS
    cumulative = prior_cdf(logit(edges), mu_scale, sigma_scale)
    return np.diff(cumulative, prepend=0.0, append=1.0)


class PriorLens(Clinic):
    """Demo: what the hyperpriors claim before any data, and what they do to the posterior.

    The reader sets the scales of the hyperpriors on mu_pop and sigma_pop and, if so wished, how
    many doctors of the table have been seen. The demo shows the success rates that these priors
    expect before any data, and the estimates beside those under the course's priors.

    Parameters
    ----------
    **state
        Any of the traits below, each readable and settable afterwards, from Python and by the
        reader's hand. A value that cannot be raises `traitlets.TraitError` with the remedy.

    Examples
    --------
    >>> demo = PriorLens(mu_scale=10)
    >>> bool(demo.extreme() > 0.7)  # nearly everyone succeeds or nearly everyone fails
    True
    >>> bool(abs(demo.moved()).max() < 0.01)  # and yet ten doctors' estimates hardly move
    True
    """

    _esm = HERE / "bundle" / "prior_lens.js"
    _css = HERE / "bundle" / "prior_lens.css"

    mu_scale = Checked(MU_SCALE, 0.1, 20, "scale of the normal prior on mu_pop, log-odds")
    sigma_scale = Checked(
        SIGMA_SCALE, 0.05, 20, "scale of the half-normal prior on sigma_pop, log-odds"
    )
    doctors = Whole(
        None,
        1,
        MOST_DOCTORS,
        "how many doctors have been seen, from the table's first row, or None for all",
        allow_none=True,
    )

    @property
    def seen(self) -> int:
        """How many doctors of the table have been seen."""
        return len(self.counts) if self.doctors is None else min(self.doctors, len(self.counts))

    def posterior(self) -> Posterior:
        """The exact posterior of the doctors seen, under the priors of the present state."""
        k = self.seen
        return posterior(
            self.successes[:k],
            self.trials[:k],
            mu_scale=self.mu_scale,
            sigma_scale=self.sigma_scale,
        )

    def standard(self) -> Posterior:
        """The exact posterior of the doctors seen, under the course's priors."""
        k = self.seen
        return posterior(
            self.successes[:k], self.trials[:k], mu_scale=MU_SCALE, sigma_scale=SIGMA_SCALE
        )

    def prior_shares(self) -> NDArray[np.float64]:
        """Share of doctors in each 5 % of success rate before any data, shape (20,)."""
        return prior_shares(self.mu_scale, self.sigma_scale)

    def extreme(self) -> float:
        """Share of doctors below 5 % or above 95 % before any data."""
        shares = self.prior_shares()
        return float(shares[0] + shares[-1])

    def moved(self) -> NDArray[np.float64]:
        """By how much these priors move each estimate from the course's, shape (seen,)."""
        return self.posterior().mean - self.standard().mean

    def typical_range(self) -> tuple[float, float]:
        """Between which rates the typical doctor lies before any data, with 95 % probability."""
        low, high = expit(TWO_SIDED * self.mu_scale * np.array([-1.0, 1.0]))
        return float(low), float(high)

    def still(self) -> tuple[str, str]:
        """The picture as SVG, and the sentence that says what it shows."""
        usual = prior_shares(MU_SCALE, SIGMA_SCALE)
        picture = still.bars(self.prior_shares(), usual, "success rate", "share of doctors")
        claim = (
            f"put {self.extreme():.0%} of doctors below 5 % or above 95 % before any data (bars)"
        )
        if (self.mu_scale, self.sigma_scale) == (MU_SCALE, SIGMA_SCALE):
            return picture, f"The course's priors {claim}."
        moved = 100 * np.abs(self.moved()).max()
        return picture, (
            f"The priors mu_pop ~ Normal(0, {self.mu_scale:g}) and sigma_pop ~ "
            f"HalfNormal({self.sigma_scale:g}) {claim}; the course's put "
            f"{usual[0] + usual[-1]:.0%} there (dashed line). With {self.seen} doctors seen they "
            f"move no estimate by more than {moved:.1f} percentage points from the course's."
        )
