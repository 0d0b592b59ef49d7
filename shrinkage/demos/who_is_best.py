"""Demo: who is best, and who deserves a review, by expected cost.

The functions are the reference for what the demo computes in the browser
(`js/who_is_best/engine.js`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import traitlets
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from shrinkage.demos import still
from shrinkage.demos.clinic import Clinic
from shrinkage.demos.demo import HERE, Checked, Whole
from shrinkage.exact import Posterior

MOST_NAMED = 6  # doctors that a sentence names before it counts the rest


@dataclass(frozen=True)
class Decision:
    """Whom to review, by the model and by raw rates, and what either costs in expectation.

    Attributes
    ----------
    review, raw_review : ndarray of bool, shape (J,)
        Whether the model and the raw rate would have doctor j reviewed.
    cost, raw_cost : ndarray, shape (J,)
        Expected cost of either decision about doctor j, both under the posterior, in the unit of
        the two costs.
    """

    review: NDArray[np.bool_]
    raw_review: NDArray[np.bool_]
    cost: NDArray[np.float64]
    raw_cost: NDArray[np.float64]


def decide(
    below: ArrayLike, raw: ArrayLike, standard: float, missing: float, accusing: float
) -> Decision:
    """The reviews of least expected cost, and those of a rule that compares raw rates alone.

    Not reviewing doctor j costs ``missing * below[j]`` in expectation, reviewing the doctor costs
    ``accusing * (1 - below[j])``; the model reviews where that is less, that is where `below`
    exceeds ``accusing / (missing + accusing)``. The other rule reviews where the raw rate lies
    below the standard, and nobody without patients.

    Parameters
    ----------
    below : array_like, shape (J,)
        Posterior probability that a doctor's true success rate is below the standard.
    raw : array_like, shape (J,)
        Raw rates; NaN without patients.
    standard : float
        Success rate below which a doctor deserves a review.
    missing, accusing : float
        Cost of not reviewing a doctor who deserves it, and of reviewing one who does not.

    Returns
    -------
    Decision

    Notes
    -----
    Gelman et al., *Bayesian Data Analysis*, 3rd ed. (2013), chapter 9.
    """
    below, raw = np.asarray(below, float), np.asarray(raw, float)
    leave, review = missing * below, accusing * (1 - below)
    by_model = leave > review
    by_raw = np.nan_to_num(raw, nan=np.inf) < standard
    return Decision(
        by_model, by_raw, np.where(by_model, review, leave), np.where(by_raw, review, leave)
    )


def places(raw: ArrayLike) -> NDArray[np.float64]:
    """Each doctor's place in the league table of raw rates, shape (J,), 1 for the highest.

    Equal rates share the better place; without patients (NaN) there is no place (NaN).
    """
    raw = np.asarray(raw, float)
    above = (raw[None, :] > raw[:, None]).sum(axis=1) + 1.0
    return np.where(np.isnan(raw), np.nan, above)


def rank_summary(ranks: ArrayLike, prob: float = 0.95) -> NDArray[np.int64]:
    """Median place and equal-tailed credible interval of each doctor's place.

    Parameters
    ----------
    ranks : array_like, shape (J, places)
        Probability of each place, the first column for the highest success rate.
    prob : float
        Share of the posterior inside the interval.

    Returns
    -------
    ndarray of int, shape (J, 3)
        Median, lower and upper end: places from 1. Each is the first place at which the
        probability of being there or better reaches one half and either tail.
    """
    cumulative = np.cumsum(np.asarray(ranks, float), axis=1)
    shares = (0.5, (1 - prob) / 2, (1 + prob) / 2)
    last = cumulative.shape[1]
    return np.stack(
        [np.minimum((cumulative < share - 1e-9).sum(axis=1) + 1, last) for share in shares], axis=1
    )


class WhoIsBest(Clinic):
    """Demo: the probability of being best and of being below a standard, and whom to review.

    The reader drags a standard, sets what a missed doctor and a false accusation cost, and sees
    whom the model reviews, whom raw rates would have reviewed and what either costs in
    expectation; below, the posterior of every doctor's place.

    Parameters
    ----------
    **state
        Any of the traits below, each readable and settable afterwards, from Python and by the
        reader's hand. A value that cannot be raises `traitlets.TraitError` with the remedy.

    Examples
    --------
    >>> demo = WhoIsBest(standard=0.7, missing=3, accusing=1)
    >>> demo.decision().query("review != raw_review").index.tolist()
    ['Dr. C', 'Dr. F']
    """

    _esm = HERE / "bundle" / "who_is_best.js"
    _css = HERE / "bundle" / "who_is_best.css"

    standard = Checked(0.7, 0.01, 0.99, "success rate below which a doctor deserves a review")
    missing = Whole(3, 1, 100, "cost of not reviewing a doctor who is below the standard")
    accusing = Whole(1, 1, 100, "cost of reviewing a doctor who meets the standard")
    hand = traitlets.Unicode(
        "", help="Name of the doctor that the sentences below the pictures speak of, or ''."
    ).tag(sync=True)

    def ranks(self) -> NDArray[np.float64]:
        """Probability of each doctor (row) having each place (column), shape (doctors, doctors).

        The first place is that of the highest true success rate.
        """
        return self.posterior().rank_probabilities()

    def best(self) -> NDArray[np.float64]:
        """Probability that each doctor is the best of all, shape (doctors,)."""
        return self.ranks()[:, 0]

    def below(self) -> NDArray[np.float64]:
        """Probability that each doctor's true rate is below the standard, shape (doctors,)."""
        return _below(self.posterior(), self.standard)

    def decision(self) -> pd.DataFrame:
        """Whom to review and what it costs in expectation, by the model and by raw rates.

        Returns
        -------
        DataFrame, a row a doctor, indexed by name
            Columns `patients`, `raw` and `estimate` (shares of one), `below` (probability),
            `review` and `raw_review` (whether to), `cost` and `raw_cost` (in the unit of `missing`
            and `accusing`, under the posterior; their sums are the totals).
        """
        return self._decision(self.posterior())

    def still(self) -> tuple[str, str]:
        """The picture as SVG, and the sentence that says what it shows."""
        found = self.posterior()
        table = self._decision(found)
        order = [int(j) for j in np.argsort(-found.mean, kind="stable")]
        picture = still.forest(
            [f"{self.names[j]} ({self.trials[j]})" for j in order],
            self.raw[order],
            found.mean[order],
            found.interval(0.95)[order],
            float(expit(found.mu_pop.mean)),
            standard=self.standard,
            notes=[_note(*table.iloc[j][["review", "raw_review"]]) for j in order],
        )
        names = {by: table.index[table[by]].tolist() for by in ("review", "raw_review")}
        missed = "one false accusation"
        if self.missing != self.accusing:
            missed = f"{self.missing / self.accusing:.3g} false accusations"
        return picture, (
            f"At a standard of {self.standard * 100:.4g} %, with a missed doctor as costly as "
            f"{missed}, the model reviews {_listed(names['review'])} and raw rates "
            f"{_listed(names['raw_review'])}; the expected costs are {table.cost.sum():.2f} and "
            f"{table.raw_cost.sum():.2f}."
        )

    def _decision(self, found: Posterior) -> pd.DataFrame:
        below = _below(found, self.standard)
        made = decide(below, self.raw, self.standard, self.missing, self.accusing)
        return pd.DataFrame(
            {
                "patients": self.trials,
                "raw": self.raw,
                "estimate": found.mean,
                "below": below,
                "review": made.review,
                "raw_review": made.raw_review,
                "cost": made.cost,
                "raw_cost": made.raw_cost,
            },
            index=pd.Index(self.names, name="doctor"),
        )


def _below(found: Posterior, standard: float) -> NDArray[np.float64]:
    return np.array([float(alpha.cdf(logit(standard))) for alpha in found.alpha])


def _note(by_model: bool, by_raw: bool) -> str:
    """What stands beside a doctor's row in the still picture."""
    if by_model and by_raw:
        return "review"
    return "model: review" if by_model else "raw: review" if by_raw else ""


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "nobody"
    if len(names) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
