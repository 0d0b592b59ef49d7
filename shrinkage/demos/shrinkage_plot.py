"""Demo: from raw rates to estimates, the shrinkage plot of counts that the reader drags.

The functions are the reference for what the demo computes in the browser
(`js/shrinkage_plot/engine.js`).
"""

import numpy as np
import traitlets
from numpy.typing import NDArray

from shrinkage.demos import still
from shrinkage.demos.clinic import Clinic, presets
from shrinkage.demos.counts import Counts
from shrinkage.demos.demo import HERE
from shrinkage.exact import Posterior, posterior

ORDERS = ("caseload", "estimate", "table")


class ShrinkagePlot(Clinic):
    """Demo: the course's picture, whose counts the reader drags and edits.

    The reader drags a doctor's successes or caseload, adds and removes doctors, chooses one of
    the presets or pastes a league table, and the exact posterior follows: crosses, circles,
    intervals, the population line, and how much of each estimate is the doctor's own data.

    Parameters
    ----------
    **state
        Any of the traits below, each readable and settable afterwards, from Python and by the
        reader's hand. A value that cannot be raises `traitlets.TraitError` with the remedy.

    Examples
    --------
    >>> demo = ShrinkagePlot(counts=[["Dr. A", 4, 4], ["Dr. B", 30, 60]])
    >>> bool(demo.posterior().mean[0] < 1)
    True
    """

    _esm = HERE / "bundle" / "shrinkage_plot.js"
    _css = HERE / "bundle" / "shrinkage_plot.css"

    counts = Counts(presets()["Ten doctors"], more=True)
    order = traitlets.Enum(
        ORDERS, "caseload", help=f"How the rows are sorted: one of {', '.join(ORDERS)}."
    ).tag(sync=True)
    hand = traitlets.Unicode(
        "Dr. B", help="Name of the doctor in the reader's hand; the first one if there is none."
    ).tag(sync=True)

    @property
    def expected(self) -> NDArray[np.float64] | None:
        """Successes expected of each doctor's own patients, shape (doctors,); None without any."""
        if not any(len(row) > 3 and row[3] is not None for row in self.counts):
            return None
        return np.array([row[3] if len(row) > 3 and row[3] else 0.0 for row in self.counts])

    @property
    def bounds(self) -> NDArray[np.int64]:
        """Fewest and most successes of each doctor, shape (doctors, 2)."""
        return np.array([row[4] if row[1] is None else [row[1]] * 2 for row in self.counts])

    @property
    def raw(self) -> NDArray[np.float64]:
        """Raw rate of each doctor, shape (doctors,), NaN without patients or a known count.

        With expectations it is standardised, as the estimates are: observed over expected, of
        successes or failures, whichever are expected less often, times their average expectation.
        """
        known = np.array([row[1] is not None and row[2] > 0 for row in self.counts])
        s, n, expected = self.successes, self.trials, self.expected
        with np.errstate(divide="ignore", invalid="ignore"):
            if expected is None:
                rate = s / n
            elif (average := expected.sum() / n.sum()) < 0.5:
                rate = average * s / expected
            else:
                rate = 1 - (1 - average) * (n - s) / (n - expected)
        return np.where(known, np.clip(rate, 0, 1), np.nan)

    def posterior(self) -> Posterior:
        """The exact posterior of the present state, under the course's priors."""
        return posterior(self.successes, self.trials, expected=self.expected, bounds=self.bounds)

    def weights(self) -> NDArray[np.float64]:
        """The weight of each doctor's own data, shape (doctors,)."""
        return self.posterior().own_weight

    def sorted(self) -> list[int]:
        """Indices of the doctors from the top row to the bottom row."""
        if self.order == "table":
            return list(range(len(self.counts)))
        value = self.trials if self.order == "caseload" else -self.posterior().mean
        return [int(j) for j in np.argsort(value, kind="stable")]

    def still(self) -> tuple[str, str]:
        """The picture as SVG, and the sentence that says what it shows."""
        found, order = self.posterior(), self.sorted()
        typical = float(1 / (1 + np.exp(-found.reference - found.mu_pop.mean)))
        picture = still.forest(
            [f"{self.names[j]} ({self.trials[j]})" for j in order],
            self.raw[order],
            found.mean[order],
            found.interval(0.95)[order],
            typical,
        )
        moved = np.nan_to_num(np.abs(found.mean - self.raw), nan=-1)
        j = int(np.argmax(moved))
        if moved[j] < 0:
            has = "a known count" if self.trials.any() else "a patient yet"
            return picture, f"No doctor has {has}; the typical rate is {typical:.0%}."
        return picture, (
            f"Each doctor's raw success rate (red cross) and estimate (blue circle) with its 95 % "
            f"credible interval. {self.names[j]}, with {self.trials[j]} patients, moves farthest: "
            f"from {self.raw[j]:.0%} to {found.mean[j]:.0%}; the typical rate is {typical:.0%}."
        )
