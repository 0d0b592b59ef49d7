"""All that the report says, as numbers: no words, no pictures, nothing that computes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
from numpy.typing import NDArray

from shrinkage.data import Outcomes

#: Checks that make the numbers wrong where they fail.
DECISIVE = ("sampler", "agreement", "quadrature")


@dataclass(frozen=True)
class Summary:
    """Posterior mean and ends of the 95 % credible interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Hyperprior:
    """``mu_pop ~ Normal(mu_loc, mu_scale)``, ``sigma_pop ~ HalfNormal(sigma_scale)``; log-odds."""

    mu_loc: float = 0.0
    mu_scale: float = 1.5
    sigma_scale: float = 1.0


@dataclass(frozen=True)
class Sensitivity:
    """The posterior under another hyperprior, of the spread or of the typical unit.

    Attributes
    ----------
    which : str
        'sigma_pop' or 'mu_pop': whose scale is another one; '' for the hyperprior of the report.
    scale : float
        That scale, log-odds.
    typical, sigma : float
        Posterior means of the typical unit's success rate and of ``sigma_pop``.
    moved : float
        The largest move of any estimate, a share of one.
    who : str
        Whose.
    review : tuple of str
        Whom the decision rule would have looked at.
    """

    which: str
    scale: float
    typical: float
    sigma: float
    moved: float
    who: str
    review: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What one ratio of costs would decide.

    Attributes
    ----------
    ratio : float
        How many times as bad missing a unit below the standard is as accusing one that meets it.
    threshold : float
        Review a unit whose probability of lying below the standard exceeds this.
    review : tuple of str
        Which units that is, the most probable first.
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
class Check:
    """A check and the numbers that its sentence needs.

    Attributes
    ----------
    name : str
        What was checked: see `shrinkage.report.checks`.
    good : bool or None
        None where there is nothing to judge, or it was not computed.
    numbers : dict
    """

    name: str
    good: bool | None
    numbers: dict[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Coefficient:
    """A covariate's odds ratio of success.

    Attributes
    ----------
    name : str
        As the formula has it.
    odds_ratio : Summary
        exp of the posterior mean and of the ends of the interval of its logarithm: so that of
        failure is one divided by it.
    step : float or None
        For so much more of a number, for twice the caseload; None for a level, or where a number
        is in standard deviations.
    """

    name: str
    odds_ratio: Summary
    step: float | None = None


@dataclass(frozen=True)
class Adjustment:
    """What adjusting for the patients' covariates did.

    Attributes
    ----------
    formula : str
    coefficients : tuple of Coefficient
    rare : tuple of str
        Levels with fewer than ten patients, or with one outcome only.
    who : str
        The unit whose estimate moves most by adjusting.
    before, after : float
        That estimate without and with the covariates, shares of one.
    sickest, mildest : tuple of (str, float)
        The units with the lowest and the highest success rate expected of their own patients, and
        that rate.
    """

    formula: str
    coefficients: tuple[Coefficient, ...]
    rare: tuple[str, ...]
    who: str
    before: float
    after: float
    sickest: tuple[str, float]
    mildest: tuple[str, float]


@dataclass(frozen=True)
class Groups:
    """Units inside groups: the groups, and both spreads.

    Attributes
    ----------
    name : str
        What a group is: 'hospital'.
    table : DataFrame, one row a group
        ``group``, ``units``, ``trials``, ``successes``, ``raw``, ``estimate``, ``low``, ``high``,
        ``below``, ``rank_low``, ``rank_high``, as in `Analysis.table`.
    between, inside : Summary
        Standard deviations of the groups, and of the units within a group; log-odds.
    """

    name: str
    table: pd.DataFrame
    between: Summary
    inside: Summary


@dataclass(frozen=True)
class Analysis:
    """Everything that the report says, about the success probability theta of J units.

    Theta is a share of one, and the rate at the average expectation or case mix where there is one.

    Attributes
    ----------
    outcomes : Outcomes
        What was read, with its notes.
    table : DataFrame, one row a unit, highest estimate first
        ``doctor``; ``trials``; ``successes`` (<NA> where suppressed), ``fewest``, ``most``;
        ``expected`` (number of successes; NaN without one); ``raw`` (NaN without patients or where
        suppressed; with ``expected`` the raw rate indirectly standardised, see `units`);
        ``estimate``, ``low``, ``high``; ``below`` (probability of lying below ``standard``);
        ``worse`` (and below ``usual``);
        ``rank_low``, ``rank_high`` (95 % interval of the place among the units that have patients,
        1 the highest theta; <NA> for a unit without patients); ``best``, ``worst`` (probability of
        the first and the last place; NaN without patients); ``weight`` (the share of the estimate
        that is the unit's own data); ``avoidable`` (patients times the expected shortfall below
        the standard); ``settle`` (further patients, doing as the estimate says, with whom it would
        be 95 % certain on which side of the standard the unit lies: 0 where it is, inf where a
        million do not tell, NaN without patients); ``group`` (units inside groups).
    density : tuple of two arrays
        Theta and the posterior predictive density of a new unit's.
    typical, new_unit : Summary
        Theta of the typical unit, and of one of which nothing is known but its colleagues.
    sigma : Summary
        ``sigma_pop``, log-odds.
    half_weight : float
        The caseload with which the data of a unit of the typical rate have a weight of a half.
    reference : float or None
        The average expectation, a share of one; None without ``expected``.
    engine : str
        'exact' or 'sampled'.
    usual : float
        The average expectation, or without expectations the typical unit's theta.
    sensitivity : list of Sensitivity
        Under the hyperprior of the report, first, and under others; empty if not computed.
    monte_carlo : float
        The largest Monte Carlo standard error of ``below``; 0 for the exact engine.
    """

    outcomes: Outcomes
    table: pd.DataFrame
    density: tuple[NDArray, NDArray]
    typical: Summary
    new_unit: Summary
    sigma: Summary
    half_weight: float
    reference: float | None
    standard: float
    standard_given: bool
    usual: float
    cost_ratio: float
    verdicts: list[Verdict]
    hyperprior: Hyperprior
    engine: str
    adjustment: Adjustment | None
    groups: Groups | None
    checks: list[Check]
    sensitivity: list[Sensitivity]
    alike: list[tuple[str, str]]
    monte_carlo: float
    seed: int
    versions: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether no check failed that makes the numbers wrong."""
        return all(check.good is not False for check in self.checks if check.name in DECISIVE)

    @property
    def judged(self) -> pd.DataFrame:
        """The rows of the table that have patients, a masked number of them or not."""
        return self.table[(self.table.trials != 0).fillna(True)]

    @property
    def verdict(self) -> Verdict:
        """The verdict at the ratio of costs that was asked for."""
        return next(v for v in self.verdicts if v.ratio == self.cost_ratio)

    @property
    def leans_on_hyperprior(self) -> bool:
        """Whether another hyperprior would decide otherwise."""
        return len({frozenset(line.review) for line in self.sensitivity}) > 1
