"""Demo: from no pooling to complete pooling, with sigma_pop set by the reader or learned.

The functions are the reference for what the demo computes in the browser
(`js/pooling_dial/engine.js`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from shrinkage.demos import still
from shrinkage.demos.clinic import Clinic
from shrinkage.demos.demo import HERE, Checked
from shrinkage.exact import Marginal, Posterior, posterior

LARGEST = 100.0  # log-odds; estimates are the raw rates from about 20 on
TWO_SIDED = 1.96  # standard deviations on either side of the mean that hold 95 % of a normal


@dataclass(frozen=True)
class Place:
    """Where a value of sigma_pop lies in its posterior.

    Attributes
    ----------
    larger : float
        Posterior probability that sigma_pop is larger than the value.
    ratio : float
        Posterior density at the value, as a share of its highest.
    """

    larger: float
    ratio: float


def place(sigma_pop: Marginal, value: float) -> Place:
    """Where `value` (log-odds, 0 or above) lies in the posterior `sigma_pop`."""
    density = np.interp(value, sigma_pop.x, sigma_pop.density, right=0.0)
    larger = float(1 - sigma_pop.cdf(value))
    return Place(larger, float(density / sigma_pop.density.max()))


def true_range(typical: float, sigma_pop: float) -> tuple[float, float]:
    """Between which success rates 19 in 20 doctors truly lie.

    Parameters
    ----------
    typical : float
        The typical doctor's log-odds.
    sigma_pop : float
        Standard deviation of the doctors' true log-odds around it.

    Returns
    -------
    (float, float)
        Success rates, shares of one.
    """
    low, high = expit(typical + TWO_SIDED * sigma_pop * np.array([-1.0, 1.0]))
    return float(low), float(high)


def distances(
    estimate: ArrayLike, successes: ArrayLike, trials: ArrayLike
) -> tuple[float, float] | None:
    """How far the estimates are from no pooling and from complete pooling, over all doctors.

    Parameters
    ----------
    estimate : array_like, shape (J,)
        Posterior mean of each doctor's success probability.
    successes, trials : array_like, shape (J,)
        Counts of each doctor; doctors without patients are left out.

    Returns
    -------
    (float, float) or None
        Mean distance from the doctor's raw rate, and from the rate of all patients together,
        shares of one; None where no doctor has a patient.
    """
    estimate, successes, trials = map(np.asarray, (estimate, successes, trials))
    seen = trials > 0
    if not seen.any():
        return None
    raw, together = successes[seen] / trials[seen], successes.sum() / trials.sum()
    found = estimate[seen]
    return float(np.abs(found - raw).mean()), float(np.abs(found - together).mean())


class PoolingDial(Clinic):
    """Demo: one dial, sigma_pop, from complete pooling through partial pooling to none.

    The reader turns the dial, or lets the data decide, and every doctor's estimate follows.
    Beside it stands what the data say of sigma_pop, with the dial's place on it.

    Parameters
    ----------
    **state
        Any of the traits below, each readable and settable afterwards, from Python and by the
        reader's hand. A value that cannot be raises `traitlets.TraitError` with the remedy.

    Examples
    --------
    >>> demo = PoolingDial(sigma_pop=0)
    >>> bool(np.ptp(demo.posterior().mean) < 1e-6)  # complete pooling: all doctors are one
    True
    >>> demo.sigma_pop = None  # the data decide
    >>> bool(demo.posterior().sigma_pop.mean > 1)
    True
    """

    _esm = HERE / "bundle" / "pooling_dial.js"
    _css = HERE / "bundle" / "pooling_dial.css"

    sigma_pop = Checked(
        None,
        0,
        LARGEST,
        "standard deviation of the true log-odds between doctors, or None where the data decide",
        allow_none=True,
    )

    def posterior(self) -> Posterior:
        """The exact posterior at the dial's place, or with sigma_pop learned where it is None."""
        return posterior(self.successes, self.trials, sigma_pop=self.sigma_pop)

    def learned(self) -> Posterior:
        """The exact posterior with sigma_pop learned, wherever the dial stands."""
        return posterior(self.successes, self.trials)

    def place(self) -> Place | None:
        """Where the dial stands in the posterior of sigma_pop; None where the data decide."""
        if self.sigma_pop is None:
            return None
        learned = self.learned().sigma_pop
        assert learned is not None
        return place(learned, self.sigma_pop)

    def true_range(self) -> tuple[float, float]:
        """Between which success rates 19 in 20 doctors truly lie; see `true_range`.

        Where the data decide, with the posterior mean of sigma_pop.
        """
        found = self.posterior()
        learned = found.sigma_pop  # None where the dial stands at a value
        return true_range(found.mu_pop.mean, learned.mean if learned else self.sigma_pop)

    def distances(self) -> tuple[float, float] | None:
        """Mean distance of the estimates from no and from complete pooling; see `distances`."""
        return distances(self.posterior().mean, self.successes, self.trials)

    def sorted(self) -> NDArray[np.intp]:
        """Indices of the doctors from the top row to the bottom row: by caseload."""
        return np.argsort(self.trials, kind="stable")

    def still(self) -> tuple[str, str]:
        """The picture as SVG, and the sentence that says what it shows."""
        found, order = self.posterior(), self.sorted()
        picture = still.forest(
            [f"{self.names[j]} ({self.trials[j]})" for j in order],
            self.raw[order],
            found.mean[order],
            found.interval(0.95)[order],
            float(expit(found.mu_pop.mean)),
            faint=None if self.sigma_pop is None else self.learned().mean[order],
        )
        seen = (
            "Each doctor's raw success rate (red cross) and estimate (blue circle) with its 95 % "
            "credible interval, "
        )
        if self.sigma_pop is None:
            sigma = found.sigma_pop
            assert sigma is not None
            low, high = sigma.interval(0.95)
            how = (
                f"where the data decide: sigma_pop is about {sigma.mean:.2f} "
                f"({low:.2f} to {high:.2f})"
            )
        elif self.sigma_pop == 0:
            how = "under complete pooling, sigma_pop = 0: all doctors are one"
        else:
            how = (
                f"with sigma_pop fixed at {self.sigma_pop:g} "
                "(hollow circles: where the data decide)"
            )
        moved = self.distances()
        if moved is None:
            return picture, f"{seen}{how}. No doctor has a patient yet."
        return picture, (
            f"{seen}{how}. On average the estimates are {100 * moved[0]:.1f} percentage points "
            f"from the raw rates and {100 * moved[1]:.1f} from the rate of all patients together."
        )
