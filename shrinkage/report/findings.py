"""All that the report says, as numbers: no words, no pictures, nothing that computes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from shrinkage.convergence import Convergence
from shrinkage.report.load_checks import Loaded
from shrinkage.report.model import Attempt
from shrinkage.report.predictive import Check
from shrinkage.report.severity import Severity

AGREES = 5.0  # Monte Carlo standard errors


@dataclass(frozen=True)
class Summary:
    """Posterior mean and ends of the 95 % credible interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """How the sample compares with the exact posterior.

    Attributes
    ----------
    compared : int
        How many posterior means.
    worst : float
        The largest difference, in Monte Carlo standard errors.
    where : str
        What differs most: a doctor's name, 'mu_pop' or 'sigma_pop'.
    points : float
        The largest difference of a doctor's estimate, a share of one.
    below_points : float
        The largest difference of a probability of lying below the standard, a share of one.
    """

    compared: int
    worst: float
    where: str
    points: float
    below_points: float

    @property
    def good(self) -> bool:
        """Whether the sample and the exact posterior agree."""
        return self.worst <= AGREES


@dataclass(frozen=True)
class Sensitivity:
    """The exact posterior under another hyperprior on ``sigma_pop``.

    Attributes
    ----------
    sigma_scale, sigma : float
        The half-normal hyperprior's scale, and the posterior mean of ``sigma_pop``.
    moved : float
        The largest move of any estimate against the course's hyperprior, a share of one.
    who : str
        Whose.
    review : tuple of str
        Whom the decision rule would have looked at.
    """

    sigma_scale: float
    sigma: float
    moved: float
    who: str
    review: tuple[str, ...]


@dataclass(frozen=True)
class Adjustment:
    """What severity did.

    Attributes
    ----------
    odds_ratio : Summary
        Odds of success per standard deviation of severity.
    sickest, mildest : tuple of (str, float)
        Doctors with the highest and the lowest mean severity, in standard deviations.
    who : str
        The doctor whose estimate moves most by adjusting.
    before, after : float
        That estimate without and with severity, shares of one.
    """

    odds_ratio: Summary
    sickest: tuple[str, float]
    mildest: tuple[str, float]
    who: str
    before: float
    after: float


@dataclass(frozen=True)
class Verdict:
    """What one ratio of costs would decide.

    Attributes
    ----------
    ratio : float
        How many times as bad missing a doctor below the standard is as accusing one who meets it.
    threshold : float
        Review a doctor whose probability of lying below the standard exceeds this.
    review : tuple of str
        Who that is.
    wrong, missed : float
        How many of them are expected to meet the standard after all, and how many of the others
        to lie below it.
    """

    ratio: float
    threshold: float
    review: tuple[str, ...]
    wrong: float
    missed: float


@dataclass(frozen=True)
class Analysis:
    """Everything that the report says.

    Attributes
    ----------
    table : DataFrame, one row a doctor, highest estimate first
        ``doctor``, ``trials``, ``successes``, ``raw``, ``estimate``, ``low``, ``high`` (of the
        success probability), ``below`` (probability of lying below the standard), ``rank_low``,
        ``rank_high`` (95 % interval of the place, 1 the highest rate), ``best``, ``worst``
        (probability of the first and the last place), ``weight`` (about the share of the estimate
        that is the doctor's own data), ``avoidable`` (patients times the expected shortfall below
        the standard).
    typical : Summary
        The success rate of the typical doctor.
    new_doctor : Summary
        The success rate of a doctor of whom nothing is known but that these are colleagues.
    sigma : Summary
        ``sigma_pop``, log-odds.
    half_weight : float
        The caseload at which a doctor's own data weigh as much as the population.
    volume : Summary or None
        By what twice the caseload multiplies the odds of success; None if it was not computed.
    """

    loaded: Loaded
    table: pd.DataFrame
    typical: Summary
    new_doctor: Summary
    sigma: Summary
    half_weight: float
    standard: float
    standard_given: bool
    cost_ratio: float
    verdicts: list[Verdict]
    severity: Severity
    adjustment: Adjustment | None
    convergence: Convergence | None
    attempts: list[Attempt]
    agreement: Agreement | None
    checks: list[Check]
    sensitivity: list[Sensitivity]
    monte_carlo: float
    seed: int
    versions: dict[str, str]
    volume: Summary | None = None

    @property
    def sound(self) -> bool:
        """Whether the sampler converged and agrees with the exact posterior where there is one."""
        return self.convergence is not None and (self.agreement is None or self.agreement.good)

    @property
    def verdict(self) -> Verdict:
        """The verdict at the ratio of costs that was asked for."""
        return next(v for v in self.verdicts if v.ratio == self.cost_ratio)

    @property
    def leans_on_hyperprior(self) -> bool:
        """Whether another hyperprior on the spread would decide otherwise."""
        return len({frozenset(line.review) for line in self.sensitivity}) > 1
