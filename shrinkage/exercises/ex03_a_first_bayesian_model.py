"""Exercise 3, a first Bayesian model: a prior in rates, a grid, a regression, and separation.

The models:

- a doctor by itself: s successes in n patients, logit(theta) = alpha ~ Normal(mean, sd); the
  posterior is a one-dimensional integral.
- the patients of all doctors but the busiest: logit(theta_i) = alpha + beta x_i, with x_i the
  severity less the mean severity of these patients, and normal priors on both. The posterior of
  any u = alpha + beta x is a two-dimensional integral. Both integrands are smooth and fall off
  fast, so the trapezoid rule, laid along u and across it, has all the digits that a check needs
  (Davis and Rabinowitz, Methods of Numerical Integration, 2nd ed., section 2.9). Bambi puts the
  prior of `Intercept` on the patient whose predictor is average, and returns the intercept where
  the predictor is zero; with x centred both are alpha, and so is PyMC's.
- Monte Carlo error of a mean: sd/sqrt(ESS); of a quantile at probability p:
  sqrt(p (1 - p)/ESS) / density (Vehtari and others 2021, Bayesian Analysis 16(2), 667-718).
- separation: with an intercept and one predictor, the maximum likelihood estimate is finite if and
  only if both outcomes occur and the predictor's values of the two overlap (Albert and Anderson
  1984, Biometrika 71(1), 1-10).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import cast

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, log_expit, logit

from shrinkage import data
from shrinkage.exact import Marginal
from shrinkage.exercises.answers import (
    CONVERGED,
    Chosen,
    Draws,
    Function,
    Table,
    calls_table,
    exact_table,
)
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import ERRORS, Exercise, Part, Task


@dataclass(frozen=True)
class Normal:
    """A normal prior on a log-odds or a slope."""

    mean: float
    sd: float

    def log(self, x: np.ndarray) -> np.ndarray:
        """Its log density, up to a constant."""
        return -0.5 * ((x - self.mean) / self.sd) ** 2


@dataclass(frozen=True)
class OnRates:
    """A prior that was put on the rate itself, as the log-odds see it; flat without `normal`."""

    normal: Normal | None = None

    def log(self, x: np.ndarray) -> np.ndarray:
        """Its log density, up to a constant."""
        stretch = log_expit(x) + log_expit(-x)  # d rate / d log-odds
        return stretch if self.normal is None else stretch + self.normal.log(expit(x))


ALPHA = Normal(1.0, 0.8)
"""The prior on a doctor's log-odds, as tasks 2 and 3 state it."""
BETA = Normal(0.0, 0.5)
"""The prior on the slope."""
CHAPTER = Normal(0.0, 1.5), Normal(0.0, 1.0)
"""The chapter's priors on both, which Bambi's own hardly differ from."""
ESS = 4_000
"""Effective sample size behind task 4's tolerance; the draws that task 3 asks for give more."""


@dataclass(frozen=True)
class Clinic:
    """The patients, and what the tasks look at in them."""

    patients: pd.DataFrame

    @cached_property
    def s(self) -> pd.Series:
        """Successes of each doctor."""
        return self.patients.groupby("doctor")["success"].sum()

    @cached_property
    def n(self) -> pd.Series:
        """Caseload of each doctor."""
        return cast("pd.Series", self.patients.groupby("doctor").size())

    @property
    def pooled(self) -> float:
        """The success rate of all patients together."""
        return float(self.patients["success"].mean())

    @cached_property
    def others(self) -> "Clinic":
        """The clinic without the doctor who has most patients."""
        return Clinic(self.patients[self.patients["doctor"] != self.n.idxmax()])

    @cached_property
    def busiest(self) -> "Clinic":
        """The doctor who has most patients, alone."""
        return Clinic(self.patients[self.patients["doctor"] == self.n.idxmax()])

    @property
    def shift(self) -> float:
        """Mean severity."""
        return float(self.patients["severity"].mean())

    @property
    def relative(self) -> pd.Series:
        """Severity less its mean."""
        return self.patients["severity"] - self.shift

    @property
    def success(self) -> pd.Series:
        """Outcomes."""
        return self.patients["success"]


def load() -> Clinic:
    """The clinic that the notebook sees."""
    return Clinic(data.load_doctors())


# --- 03.1 -----------------------------------------------------------------------------------------

PRIORS = {
    "N(0, 1.5)": (0.0, 1.5),
    "N(0, 10)": (0.0, 10.0),
    "N(1, 0.8)": (1.0, 0.8),
    "N(-1, 3)": (-1.0, 3.0),
    "N(2, 5)": (2.0, 5.0),
}


def share(mean: float, sd: float) -> tuple[float, float]:
    """The prior's share of rates below 1 %, and of rates above 99 %."""
    return (
        float(stats.norm.cdf(logit(0.01), mean, sd)),
        float(stats.norm.sf(logit(0.99), mean, sd)),
    )


def ends(mean: float, sd: float, prob: float = 0.9) -> np.ndarray:
    """The prior's central interval, on the log-odds."""
    return stats.norm.ppf([(1 - prob) / 2, (1 + prob) / 2], mean, sd)


def in_rates(mean: float, sd: float) -> np.ndarray:
    """Both ends of the central 90 % of the rate, and the probability of an extreme rate."""
    return np.array([*expit(ends(mean, sd)), sum(share(mean, sd))])


def linear_ends(mean: float, sd: float) -> np.ndarray:
    """The interval that the slope of the curve at the mean would give."""
    rate = expit(mean)
    return rate + ends(0.0, sd) * rate * (1 - rate)


def says(
    interval: Callable[[float, float], np.ndarray] | None = None,
    extreme: Callable[[float, float], float] | None = None,
) -> Formula:
    """A formula: what a function returns for each call; NaN for what is not given."""

    def table(c: Clinic) -> pd.DataFrame:
        def call(mean: float, sd: float) -> list[float]:
            low, high = interval(mean, sd) if interval else (np.nan, np.nan)
            return [low, high, extreme(mean, sd) if extreme else np.nan]

        rows = {label: call(*prior) for label, prior in PRIORS.items()}
        return pd.DataFrame(rows, index=range(3)).T

    return table


prior_in_rates = Task(
    id="03.1",
    title="A prior in success rates",
    points=2,
    variable="in_rates",
    asks="both ends of the central 90 % of the success rate, and the probability of a rate below "
    "1 % or above 99 %, under a normal prior on the log-odds",
    answer=Function(takes="mean, sd", calls=lambda c: PRIORS),
    tolerance=0.005,  # also holds for 200,000 random draws
    truth=lambda c: calls_table(in_rates, PRIORS),
    parts=(
        Part(1, "the ends of the interval", (0, 1)),
        Part(1, "the probability of an extreme rate", 2),
    ),
    mistakes=(
        Mistake(
            name="gave the ends as log-odds",
            hint="`expit` takes a log-odds to a rate. The ends of a central interval may go "
            "through it one by one, because it never turns back.",
            gives=says(ends),
            credit=0.5,
            tolerance=0.1,
        ),
        Mistake(
            name="gave the ends as odds",
            hint="`np.exp` takes a log-odds to odds, which have no upper limit. The rate is odds "
            "divided by one plus odds.",
            gives=says(lambda mean, sd: np.exp(ends(mean, sd))),
            credit=0.25,
        ),
        Mistake(
            name="left five per cent out instead of ten",
            hint="Ninety per cent lie inside: how much is left out at either side? The 1.96 of the "
            "chapter belongs to another interval.",
            gives=says(lambda mean, sd: expit(ends(mean, sd, 0.95))),
            credit=0.5,
        ),
        Mistake(
            name="left ten per cent out at either side",
            hint="Ten per cent are left out in all, half of them below and half above.",
            gives=says(lambda mean, sd: expit(ends(mean, sd, 0.8))),
            credit=0.5,
        ),
        Mistake(
            name="went one standard deviation to each side",
            hint="One standard deviation to each side holds about two thirds of a normal prior. "
            "Which quantiles hold what is asked?",
            gives=says(lambda mean, sd: expit([mean - sd, mean + sd])),
            credit=0.5,
        ),
        Mistake(
            name="swapped the two ends",
            hint="The lower end is the smaller number.",
            gives=says(lambda mean, sd: expit(ends(mean, sd))[::-1]),
            credit=0.5,
        ),
        Mistake(
            name="turned the standard deviation into rates with the slope of the curve",
            hint="The curve from log-odds to rates is bent, so a width cannot be translated; a "
            "place can. Find the two ends on the log-odds first, then translate each.",
            gives=says(linear_ends),
        ),
        Mistake(
            name="left out the mean, as if every prior sat at an even chance",
            hint="The function takes two arguments: a prior may be centred anywhere.",
            gives=says(lambda mean, sd: expit(ends(0.0, sd)), lambda mean, sd: sum(share(0.0, sd))),
            credit=0.25,
        ),
        Mistake(
            name="took the second number for a variance",
            hint="`sd` is the standard deviation already, and it is what SciPy calls `scale`.",
            gives=says(
                lambda mean, sd: expit(ends(mean, np.sqrt(sd))),
                lambda mean, sd: sum(share(mean, np.sqrt(sd))),
            ),
            credit=0.25,
        ),
        Mistake(
            name="squared the standard deviation",
            hint="SciPy's `scale` is the standard deviation, not the variance.",
            gives=says(
                lambda mean, sd: expit(ends(mean, sd**2)),
                lambda mean, sd: sum(share(mean, sd**2)),
            ),
            credit=0.25,
        ),
        Mistake(
            name="doubled the lower tail",
            hint="Both tails are alike where the prior is centred at an even chance, as in the "
            "chapter's table. For another mean each needs its own sum.",
            gives=says(extreme=lambda mean, sd: 2 * share(mean, sd)[0]),
            credit=0.5,
        ),
        Mistake(
            name="doubled the upper tail",
            hint="Both tails are alike where the prior is centred at an even chance, as in the "
            "chapter's table. For another mean each needs its own sum.",
            gives=says(extreme=lambda mean, sd: 2 * share(mean, sd)[1]),
            credit=0.5,
        ),
        Mistake(
            name="counted only the rates near the upper end",
            hint="A doctor who always fails is as extreme as one who never does.",
            gives=says(extreme=lambda mean, sd: share(mean, sd)[1]),
            credit=0.25,
        ),
        Mistake(
            name="counted only the rates near the lower end",
            hint="A doctor who never fails is as extreme as one who always does.",
            gives=says(extreme=lambda mean, sd: share(mean, sd)[0]),
            credit=0.25,
        ),
        Mistake(
            name="gave the probability of a rate that is not extreme",
            hint="The share asked for is what lies outside.",
            gives=says(extreme=lambda mean, sd: 1 - sum(share(mean, sd))),
            credit=0.5,
        ),
        Mistake(
            name="looked for the two limits among the log-odds without translating them",
            hint="The prior lives on the log-odds. A limit that is a rate has to go there first: "
            "`logit`.",
            gives=says(
                extreme=lambda mean, sd: (
                    stats.norm.cdf(0.01, mean, sd) + stats.norm.sf(0.99, mean, sd)
                )
            ),
            credit=0.25,
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="All three are numbers between zero and one here.",
            gives=says(
                lambda mean, sd: 100 * expit(ends(mean, sd)),
                lambda mean, sd: 100 * sum(share(mean, sd)),
            ),
            credit=0.5,
            tolerance=0.5,
        ),
    ),
    hint="The prior is normal on the log-odds: find the places there, and translate places, not "
    "widths.",
    lesson="The wider a prior on the log-odds, the more of it sits where a doctor always fails or "
    "never does. Saying little about log-odds is saying a lot about rates.",
)


# --- 03.2 -----------------------------------------------------------------------------------------

FROM_GRID = ["estimate", "lower", "upper", "above"]
_NODES = np.linspace(-20.0, 20.0, 4_001)  # log-odds


@cache
def alone(s: float, n: float, prior: Normal | OnRates) -> Marginal:
    """The posterior of the log-odds of a doctor with s successes in n patients."""
    log_density = prior.log(_NODES) + s * log_expit(_NODES) + (n - s) * log_expit(-_NODES)
    density = np.exp(log_density - log_density.max())
    density /= density.sum() * (_NODES[1] - _NODES[0])
    return _with_moments(_NODES, density)


def _with_moments(x: np.ndarray, density: np.ndarray) -> Marginal:
    """A marginal on an even grid, on which its density sums to one."""
    weight = density * (x[1] - x[0])
    mean = weight @ x
    return Marginal(x, density, float(mean), float(np.sqrt(weight @ (x - mean) ** 2)))


def average(m: Marginal, of: Callable[[np.ndarray], np.ndarray], power: int = 1) -> float:
    """The posterior mean of a function of the number, or of a power of it."""
    return float((m.density * (m.x[1] - m.x[0])) @ of(m.x) ** power)


def from_grid(
    c: Clinic,
    prior: Normal | OnRates = ALPHA,
    prob: float = 0.95,
    limit: float | None = None,
    failures: bool = False,
) -> pd.DataFrame:
    """Each doctor's estimate, interval, and probability of a rate above the clinic's."""
    limit = c.pooled if limit is None else limit
    rows = {}
    for doctor in c.n.index:
        s, n = float(c.s[doctor]), float(c.n[doctor])
        rows[doctor] = _row(n - s if failures else s, n, prior, prob, limit)
    return pd.DataFrame(rows, index=FROM_GRID).T


@cache
def _row(
    s: float, n: float, prior: Normal | OnRates, prob: float, limit: float
) -> tuple[float, ...]:
    m = alone(s, n, prior)
    low, high = expit(m.interval(prob))
    return average(m, expit), float(low), float(high), 1 - float(m.cdf(logit(limit)))


def only(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The table with NaN in all other columns."""
    return table.where(table.columns.isin(columns)[None, :] & table.notna())


def swapped(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its columns lower and upper in each other's place."""
    return table.assign(lower=table["upper"], upper=table["lower"])


def with_estimate(estimate: Callable[[Clinic, str], float]) -> Formula:
    """A formula: these estimates, and nothing about the other columns."""

    def table(c: Clinic) -> pd.DataFrame:
        found = pd.DataFrame(np.nan, c.n.index, FROM_GRID)
        found["estimate"] = [estimate(c, doctor) for doctor in c.n.index]
        return found

    return table


def of_doctor(c: Clinic, doctor: str) -> Marginal:
    """The posterior of one doctor's log-odds under the prior of the task."""
    return alone(float(c.s[doctor]), float(c.n[doctor]), ALPHA)


def on_log_odds(c: Clinic) -> pd.DataFrame:
    """Estimates and intervals that were not translated."""
    rows = {
        doctor: [of_doctor(c, doctor).mean, *of_doctor(c, doctor).interval(), np.nan]
        for doctor in c.n.index
    }
    return pd.DataFrame(rows, index=FROM_GRID).T


on_a_grid = Task(
    id="03.2",
    title="Posteriors on a grid",
    points=2,
    variable="by_doctor",
    asks="estimate, 95 % credible interval and probability of a rate above the clinic's, for "
    "every doctor by itself",
    answer=Table(),
    tolerance=0.005,
    truth=from_grid,
    parts=(
        Part(0.75, "the estimates", "estimate"),
        Part(0.75, "the ends of the intervals", ("lower", "upper")),
        Part(0.5, "the probabilities of a rate above the clinic's", "above"),
    ),
    mistakes=(
        Mistake(
            name="took the chapter's prior, centred at an even chance",
            hint="This task states another prior: look at its mean and at its standard deviation.",
            gives=lambda c: from_grid(c, CHAPTER[0]),
            credit=0.5,
        ),
        Mistake(
            name="centred the prior at an even chance",
            hint="The standard deviation is right; the mean of the prior is not zero here.",
            gives=lambda c: from_grid(c, Normal(0.0, ALPHA.sd)),
            credit=0.5,
        ),
        Mistake(
            name="squared the prior's standard deviation",
            hint="The second number of the prior is its standard deviation, and so is SciPy's "
            "`scale`.",
            gives=lambda c: from_grid(c, Normal(ALPHA.mean, ALPHA.sd**2)),
            credit=0.5,
        ),
        Mistake(
            name="took the prior's second number for a variance",
            hint="The second number of the prior is its standard deviation, and so is SciPy's "
            "`scale`.",
            gives=lambda c: from_grid(c, Normal(ALPHA.mean, np.sqrt(ALPHA.sd))),
            credit=0.5,
        ),
        Mistake(
            name="laid the grid over the rates and forgot what that does to the prior",
            hint="A prior on the log-odds is no longer the same curve on the rates: between two "
            "points of an even grid of rates lie more log-odds near the ends. Lay the grid over "
            "the log-odds, as the chapter does.",
            gives=lambda c: from_grid(
                Clinic(
                    pd.concat(  # a success and a failure more: the factor rate * (1 - rate)
                        [
                            c.patients,
                            *[
                                pd.DataFrame({"doctor": c.n.index, "severity": 0.0, "success": y})
                                for y in (0, 1)
                            ],
                        ]
                    )
                ),
                limit=c.pooled,
            ),
            credit=0.5,
        ),
        Mistake(
            name="put the normal prior on the rate instead of on its log-odds",
            hint="A rate of one is not the middle of what this prior expects. Its mean is a "
            "log-odds: evaluate it at `alpha`, not at `expit(alpha)`.",
            gives=lambda c: from_grid(c, OnRates(ALPHA)),
        ),
        Mistake(
            name="let every rate count alike, without a prior",
            hint="Posterior is prior times likelihood: the prior's factor is missing.",
            gives=lambda c: from_grid(c, OnRates()),
        ),
        Mistake(
            name="counted failures instead of successes",
            hint="A `success` of 1 is a good outcome, and the rate is the rate of those.",
            gives=lambda c: from_grid(c, failures=True),
        ),
        Mistake(
            name="gave the raw rates as estimates",
            hint="The estimate is a sum over the grid: each rate times its weight.",
            gives=with_estimate(lambda c, doctor: c.s[doctor] / c.n[doctor]),
        ),
        Mistake(
            name="gave the top of the posterior as the estimate",
            hint="The top is the most plausible value. The course's estimate is the mean: each "
            "rate on the grid times its weight, added up.",
            gives=with_estimate(
                lambda c, doctor: float(
                    expit(of_doctor(c, doctor).x[of_doctor(c, doctor).density.argmax()])
                )
            ),
            credit=0.25,
        ),
        Mistake(
            name="averaged the log-odds and turned the average into a rate",
            hint="The estimate is the mean of the rate. Translate each point of the grid first, "
            "then average.",
            gives=with_estimate(lambda c, doctor: float(expit(of_doctor(c, doctor).mean))),
            credit=0.5,
        ),
        Mistake(
            name="gave log-odds instead of rates",
            hint="The grid is one of log-odds, the answer is about rates: `expit`.",
            gives=on_log_odds,
            credit=0.25,
        ),
        Mistake(
            name="gave the ends of 90 % intervals",
            hint="How much is left out at either side of the interval that is asked for?",
            gives=lambda c: only(from_grid(c, prob=0.9), "lower", "upper"),
            credit=0.5,
        ),
        Mistake(
            name="swapped the two ends",
            hint="The lower end is the smaller number.",
            gives=lambda c: only(swapped(from_grid(c)), "lower", "upper"),
            credit=0.5,
        ),
        Mistake(
            name="gave the probability of a rate below the clinic's",
            hint="Which points of the grid does the sum go over?",
            gives=lambda c: only(1 - from_grid(c), "above"),
            credit=0.5,
        ),
        Mistake(
            name="kept the chapter's limit",
            hint="This task compares each doctor with the success rate of the whole clinic, not "
            "with a fixed one.",
            gives=lambda c: only(from_grid(c, limit=0.8), "above"),
            credit=0.5,
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="Rates and probabilities lie between 0 and 1 here.",
            gives=lambda c: 100 * from_grid(c),
            credit=0.5,
            tolerance=0.5,
        ),
    ),
    hint="Weights first: prior times likelihood at each point of the grid, divided by their sum. "
    "Then each column is a question about the weights.",
    lesson="One set of weights answers every question about a doctor's rate. Even a perfect record "
    "of a few patients leaves a wide interval.",
)


# --- 03.3 -----------------------------------------------------------------------------------------


ROWS = [CONVERGED, "alpha", "beta"]


@cache
def _along(
    x: tuple[float, ...], y: tuple[int, ...], at: float | None, alpha: Normal, beta: Normal
) -> Marginal:
    """The posterior of alpha + beta * at, or of beta, by integrating over what is across it."""
    design, outcome = np.column_stack([np.ones(len(x)), x]), np.array(y)
    mean, sd = np.array([alpha.mean, beta.mean]), np.array([alpha.sd, beta.sd])
    mode = mean.copy()
    for _ in range(50):
        rate = expit(design @ mode)
        slope = design.T @ (outcome - rate) - (mode - mean) / sd**2
        curvature = design.T @ (design * (rate * (1 - rate))[:, None]) + np.diag(1 / sd**2)
        mode = mode + np.linalg.solve(curvature, slope)
    turn = np.array([[0.0, 1.0], [1.0, 0.0]] if at is None else [[1.0, at], [0.0, 1.0]])
    width = np.linalg.cholesky(turn @ np.linalg.inv(curvature) @ turn.T)

    z = np.linspace(-9.0, 9.0, 145)
    u, v = np.meshgrid(z, z, indexing="ij")
    turned = (turn @ mode)[:, None, None] + np.einsum("ij,jkl->ikl", width, np.stack([u, v]))
    a, b = np.einsum("ij,jkl->ikl", np.linalg.inv(turn), turned)
    log_density = alpha.log(a) + beta.log(b)
    for x_i, y_i in zip(x, y, strict=True):
        log_odds = a + b * x_i
        log_density += log_expit(log_odds if y_i else -log_odds)
    density = np.exp(log_density - log_density.max()).sum(axis=1)
    nodes = turned[0, :, 0]
    return _with_moments(nodes, density / (density.sum() * (nodes[1] - nodes[0])))


def along(
    c: Clinic, at: float | None, alpha: Normal = ALPHA, beta: Normal = BETA, unit: float = 1.0
) -> Marginal:
    """The posterior of alpha + beta * at, or of beta where `at` is None, from these patients.

    `unit` is what one step of the predictor stands for.
    """
    return _along(tuple(c.relative / unit), tuple(c.success), at, alpha, beta)


def fitted(alpha: Marginal, beta: Marginal) -> pd.DataFrame:
    """The answer that a fit with these two marginals gives."""
    return exact_table(
        {"alpha": alpha.mean, "beta": beta.mean}, {"alpha": alpha.sd, "beta": beta.sd}
    )


def regression(
    c: Clinic, alpha: Normal = ALPHA, beta: Normal = BETA, unit: float = 1.0, zero: float = 0.0
) -> pd.DataFrame:
    """The answer from a regression on these patients, with the intercept at relative = zero."""
    return fitted(along(c, zero / unit, alpha, beta, unit), along(c, None, alpha, beta, unit))


def mute(table: pd.DataFrame) -> pd.DataFrame:
    """The table of a mistake, which has no say about the chains."""
    table.loc[CONVERGED] = np.nan
    return table


def under(alpha: Normal = ALPHA, beta: Normal = BETA) -> Formula:
    """A formula: the answer of a mistake that takes these priors."""
    return lambda c: mute(regression(c.others, alpha, beta))


def of_failures(c: Clinic) -> pd.DataFrame:
    """The answer where failures were explained."""
    return mute(regression(Clinic(c.patients.assign(success=1 - c.success))))


def straight_line(c: Clinic) -> pd.DataFrame:
    """The answer of a normal regression, which is what Bambi fits when no family is named."""
    fit = stats.linregress(c.relative, c.success)
    wider = np.sqrt((len(c.success) - 2) / (len(c.success) - 4))  # Student's t: sigma is unknown
    means = {"alpha": fit.intercept, "beta": fit.slope}
    sds = {"alpha": wider * fit.intercept_stderr, "beta": wider * fit.stderr}
    return mute(exact_table(means, sds))


a_regression = Task(
    id="03.3",
    title="A regression in Bambi",
    points=2,
    variable="fit",
    asks="the draws of the regression of success on `relative`, under the priors stated",
    answer=Draws(
        quantities={"alpha": ("alpha", "Intercept"), "beta": ("beta", "relative", "severity")}
    ),
    tolerance=1e-3,
    truth=lambda c: regression(c.others),
    parts=(
        Part(0.75, "the intercept", "alpha"),
        Part(0.75, "the slope", "beta"),
        Part(0.5, "chains that agree, and enough draws", CONVERGED, alone=False),
    ),
    mistakes=(
        Mistake(
            name="did not name the family, so that Bambi fitted a straight line to the outcomes",
            hint="An outcome is a yes or a no. Without `family` Bambi takes it for a measurement "
            "with a normal error; the print-out of the model says so.",
            gives=lambda c: straight_line(c.others),
        ),
        Mistake(
            name="took another prior for the slope, the chapter's or Bambi's own",
            hint="This task states a prior for the intercept and one for the slope. Each needs its "
            "own entry in `priors`, under the term's name in the formula; the print-out of the "
            "model shows which ones it has.",
            gives=lambda c: under(beta=CHAPTER[1])(c).drop(index="alpha").reindex(ROWS),
            credit=0.5,
        ),
        Mistake(
            name="used severity on the clinic's scale",
            hint="The intercept belongs to the patient whose predictor is zero. With `relative` "
            "that is the average patient of these doctors; with `severity` it is the clinic's.",
            gives=lambda c: mute(regression(c.others, zero=-c.others.shift)),
            credit=0.5,
        ),
        Mistake(
            name="centred the intercept's prior at an even chance",
            hint="The mean of the intercept's prior is not zero here.",
            gives=under(alpha=Normal(0.0, ALPHA.sd)),
            credit=0.5,
        ),
        Mistake(
            name="swapped the two priors",
            hint="Which of the two is about the average patient, and which about what severity "
            "adds?",
            gives=under(BETA, ALPHA),
            credit=0.25,
        ),
        Mistake(
            name="squared the priors' standard deviations",
            hint="Bambi's `sigma` is the standard deviation, as in the course's N(mean, sd).",
            gives=under(Normal(ALPHA.mean, ALPHA.sd**2), Normal(BETA.mean, BETA.sd**2)),
            credit=0.25,
        ),
        Mistake(
            name="took the priors' second numbers for variances",
            hint="Bambi's `sigma` is the standard deviation, as in the course's N(mean, sd).",
            gives=under(Normal(ALPHA.mean, np.sqrt(ALPHA.sd)), Normal(BETA.mean, np.sqrt(BETA.sd))),
            credit=0.25,
        ),
        Mistake(
            name="divided `relative` by its standard deviation",
            hint="The slope is asked for one standard deviation of the clinic's patients, which is "
            "the unit that `relative` has.",
            gives=lambda c: mute(regression(c.others, unit=float(c.others.relative.std()))),
            credit=0.5,
        ),
        Mistake(
            name="fitted all patients of the clinic",
            hint="The table `others` leaves one doctor's patients out.",
            gives=lambda c: mute(regression(c)),
        ),
        Mistake(
            name="fitted the patients of the busiest doctor",
            hint="These are the ones to leave out: the question is what all others say.",
            gives=lambda c: mute(regression(c.busiest)),
        ),
        Mistake(
            name="explained failures instead of successes",
            hint="What stands left of the tilde is what a rate is the rate of.",
            gives=lambda c: of_failures(c.others),
            credit=0.25,
        ),
    ),
    hint="Print the model and hold it against the task: formula, family, link, both priors, and "
    "which patients.",
    lesson="The model is four lines, and every assumption is one that you wrote down. The chains "
    "agree with an integral that no sampler had a part in.",
)


# --- 03.4 -----------------------------------------------------------------------------------------

ENDS = ["estimate", "lower", "upper"]
NEW = {"milder": -1.0, "average": 0.0, "sicker": 2.0}
READ = ["odds ratio", *NEW]
Map = Callable[[np.ndarray], np.ndarray] | None


def read_off(
    c: Clinic, alpha: Normal = ALPHA, beta: Normal = BETA, prob: float = 0.95, turned: float = 1.0
) -> pd.DataFrame:
    """The odds ratio and the chances of the new patients, with their intervals."""
    slope = along(c.others, None, alpha, beta)
    rows = {"odds ratio": [average(slope, np.exp), *np.exp(slope.interval(prob))]}
    for name, at in NEW.items():
        m = along(c.others, turned * at, alpha, beta)
        rows[name] = [average(m, expit), *expit(m.interval(prob))]
    return pd.DataFrame(rows, index=ENDS).T


def monte_carlo(c: Clinic) -> pd.DataFrame:
    """How far an answer may be off by chance, with the draws that the task asks for."""
    return errors(c, np.exp, np.exp, expit, lambda u: expit(u) * expit(-u))


def errors(
    c: Clinic, ratio: Map = None, ratio_slope: Map = None, chance: Map = None, slope: Map = None
) -> pd.DataFrame:
    """The same for any translation of the slope and of the log-odds, None for none at all."""

    def row(m: Marginal, of: Map, slope: Map) -> list[float]:
        of, slope = of or (lambda u: u), slope or np.ones_like
        sd = np.sqrt(average(m, of, 2) - average(m, of) ** 2)
        at = np.array(m.interval())
        end = np.sqrt(0.025 * 0.975) / np.interp(at, m.x, m.density) * slope(at)
        return [sd, *end]

    rows = {"odds ratio": row(along(c.others, None), ratio, ratio_slope)}
    for name, at in NEW.items():
        rows[name] = row(along(c.others, at), chance, slope)
    # and half a unit of the third decimal, for those who round
    return ERRORS * pd.DataFrame(rows, index=ENDS).T / np.sqrt(ESS) + 6e-4


def only_rows(table: pd.DataFrame, *rows: str) -> pd.DataFrame:
    """The table with NaN in all other rows."""
    return table.where(np.isin(table.index, rows)[:, None] & table.notna())


def untranslated(c: Clinic) -> pd.DataFrame:
    """The slope and the new patients' log-odds."""
    rows = {"odds ratio": along(c.others, None)} | {
        name: along(c.others, at) for name, at in NEW.items()
    }
    return pd.DataFrame({k: [m.mean, *m.interval()] for k, m in rows.items()}, index=ENDS).T


def as_odds(c: Clinic) -> pd.DataFrame:
    """The new patients' odds in place of their chances."""
    rows = {}
    for name, at in NEW.items():
        m = along(c.others, at)
        rows[name] = [average(m, np.exp), *np.exp(m.interval())]
    return pd.DataFrame(rows, index=ENDS).T.reindex(READ)


def whole_outcomes(c: Clinic) -> pd.DataFrame:
    """Intervals of single outcomes: nothing or all. Their mean is the chance, if a noisy one."""
    return pd.DataFrame({"lower": 0.0, "upper": 1.0}, list(NEW)).reindex(index=READ, columns=ENDS)


def multiplied(c: Clinic) -> pd.DataFrame:
    """Chances that were multiplied by the odds ratio, once for each standard deviation."""
    right = read_off(c)
    ratio, middle = right.loc["odds ratio", "estimate"], right.loc["average", "estimate"]
    found = pd.DataFrame(np.nan, READ, ENDS)
    for name, at in NEW.items():
        found.loc[name, "estimate"] = middle * ratio**at
    return found


def inverse_ratio(c: Clinic) -> pd.DataFrame:
    """The odds ratio of one standard deviation less."""
    slope = along(c.others, None)
    low, high = slope.interval()
    row = [average(slope, lambda b: np.exp(-b)), np.exp(-high), np.exp(-low)]
    return pd.DataFrame({"odds ratio": row}, index=ENDS).T.reindex(READ)


def failing(c: Clinic) -> pd.DataFrame:
    """Chances of failure, lower end first."""
    return swapped(1 - read_off(c))


_WRONG_ENDS = (
    "The draws are right, the quantiles are not: how much is left out at either side of a 95 % "
    "interval? `ci_prob` of ArviZ has another default."
)

to_the_patient = Task(
    id="03.4",
    title="What the fit says",
    points=2,
    variable="reading",
    asks="posterior mean and 95 % credible interval of the odds ratio and of three new patients' "
    "chances",
    answer=Table("quantity", "'{label}'"),
    tolerance=monte_carlo,
    truth=read_off,
    parts=(
        Part(0.75, "the odds ratio", "odds ratio"),
        Part(1.25, "the chances of the new patients", tuple(NEW)),
    ),
    mistakes=(
        Mistake(
            name="gave the slope and the log-odds as they are",
            hint="A slope becomes an odds ratio with `np.exp`, a log-odds becomes a chance with "
            "`expit`: draw by draw, before you take means and quantiles.",
            gives=untranslated,
            credit=0.25,
            tolerance=errors,
        ),
        Mistake(
            name="gave the slope instead of the odds ratio",
            hint="Adding the slope to the log-odds multiplies the odds: by what?",
            gives=lambda c: only_rows(untranslated(c), "odds ratio"),
            credit=0.5,
            tolerance=errors,
        ),
        Mistake(
            name="took the exponential of the mean slope as the estimate of the odds ratio",
            hint="The mean of the odds ratio is not the odds ratio of the mean. Take the "
            "exponential of each draw, then the mean.",
            gives=lambda c: pd.DataFrame(
                {"estimate": float(np.exp(along(c.others, None).mean))}, ["odds ratio"]
            ).reindex(index=READ, columns=ENDS),
            credit=0.5,
        ),
        Mistake(
            name="gave the odds ratio of a patient who is milder, not sicker",
            hint="One standard deviation more of severity adds the slope; with the sign turned it "
            "is the odds ratio of one less.",
            gives=lambda c: only_rows(inverse_ratio(c), "odds ratio"),
            credit=0.5,
            tolerance=lambda c: 10 * monte_carlo(c),
        ),
        Mistake(
            name="gave the log-odds of the new patients",
            hint="What a patient wants to hear is a chance. Translate draw by draw, then take "
            "means and quantiles.",
            gives=lambda c: only_rows(untranslated(c), *NEW),
            credit=0.5,
            tolerance=errors,
        ),
        Mistake(
            name="gave the odds of the new patients",
            hint="Odds have no upper limit, a chance lies between 0 and 1: `expit` of the "
            "log-odds, not `exp`.",
            gives=as_odds,
            credit=0.5,
            tolerance=lambda c: errors(c, chance=np.exp, slope=np.exp),
        ),
        Mistake(
            name="took the intervals of single outcomes",
            hint="Whether one patient succeeds is a yes or a no, and an interval for it says "
            "nothing. The interval asked for is about the chance: `predict` without "
            '`kind="response"` gives it.',
            gives=whole_outcomes,
            credit=0.5,
        ),
        Mistake(
            name="multiplied the chance by the odds ratio",
            hint="The odds ratio multiplies odds. Go back to the draws: each gives an intercept "
            "and a slope, hence a log-odds for each patient, hence a chance.",
            gives=multiplied,
            tolerance=lambda c: 10 * monte_carlo(c),  # a product of two estimates
        ),
        Mistake(
            name="turned the severity round",
            hint="A larger `relative` is a sicker patient: minus one is milder than average.",
            gives=lambda c: only_rows(read_off(c, turned=-1.0), *NEW),
            credit=0.25,
        ),
        Mistake(
            name="gave the chances of failure",
            hint="The model explains `success`, and so do the chances that are asked for.",
            gives=lambda c: only_rows(failing(c), *NEW),
            credit=0.5,
            tolerance=lambda c: swapped(monte_carlo(c)),
        ),
        Mistake(
            name="gave the ends of intervals of about 90 %",
            hint=_WRONG_ENDS,
            gives=lambda c: only(read_off(c, prob=0.895), "lower", "upper"),
            credit=0.5,
        ),
        Mistake(
            name="gave the ends one standard deviation away",
            hint="One standard deviation to each side holds about two thirds. Take quantiles of "
            "the draws instead.",
            gives=lambda c: only(
                read_off(c, prob=float(1 - 2 * stats.norm.sf(1))), "lower", "upper"
            ),
            credit=0.5,
        ),
        Mistake(
            name="swapped the two ends",
            hint="The lower end is the smaller number.",
            gives=lambda c: only(swapped(read_off(c)), "lower", "upper"),
            credit=0.5,
            tolerance=lambda c: swapped(monte_carlo(c)),
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="A chance lies between 0 and 1 here.",
            gives=lambda c: only_rows(100 * read_off(c), *NEW),
            credit=0.5,
            tolerance=lambda c: 100 * monte_carlo(c),
        ),
        Mistake(
            name="read a fit under other priors, the chapter's or Bambi's own",
            hint="The reading is right, the fit is not the one that task 3 asks for. Look at the "
            "card of task 3.",
            gives=lambda c: read_off(c, *CHAPTER),
            credit=0.5,
        ),
    ),
    hint="Each draw has an intercept and a slope. From each draw compute what is asked, then take "
    "the mean and the 2.5 % and 97.5 % quantiles of the results.",
    lesson="The odds ratio is one number for all patients, the change in chances is not. Towards "
    "the sickest the interval widens, because few such patients were seen.",
)


# --- 03.5 -----------------------------------------------------------------------------------------


def overlap(c: Clinic) -> pd.DataFrame:
    """For each doctor: one outcome only, and whether the failures are all sicker, or all milder."""
    found = {}
    for doctor, own in c.patients.groupby("doctor"):
        good = own.loc[own["success"] == 1, "severity"]
        bad = own.loc[own["success"] == 0, "severity"]
        both = len(good) > 0 and len(bad) > 0
        found[doctor] = {
            "one": not both,
            "sick": bool(both and good.max() <= bad.min()),
            "mild": bool(both and bad.max() <= good.min()),
            "tilted": bool(both and bad.mean() > good.mean()),
        }
    return pd.DataFrame(found).T.astype(bool)


def no_finite_estimate(c: Clinic) -> pd.Series:
    """The doctors whose own regression is separated."""
    return overlap(c)[["one", "sick", "mild"]].any(axis=1)


def are(which: Callable[[Clinic], pd.Series]) -> Formula:
    """A formula: 1 for the doctors that are chosen, 0 for the others."""
    return lambda c: which(c).astype(float)


everyone = are(lambda c: c.n > 0)

separation = Task(
    id="03.5",
    title="Where maximum likelihood has no answer",
    points=2,
    variable="separated",
    asks="the doctors for whom a regression of their own has no finite maximum likelihood estimate",
    answer=Chosen(),
    tolerance=0.5,
    truth=are(no_finite_estimate),
    parts=(Part(2, "every such doctor, and no other"),),
    mistakes=(
        Mistake(
            name="named nobody",
            hint="An optimiser returns numbers for every doctor, because it stops somewhere. Is "
            "there a top where it stopped? Dr. B of the chapter had none.",
            gives=are(lambda c: c.n < 0),
        ),
        Mistake(
            name="named only doctors with a single outcome",
            hint="For those nothing is left to explain, and they belong in the list. But this "
            "regression has a slope for each doctor too: what if severity splits a doctor's "
            "successes from the failures without exception?",
            gives=are(lambda c: overlap(c)["one"]),
            credit=0.5,
        ),
        Mistake(
            name="named only doctors with a perfect record",
            hint="A record without a success is as one-sided as one without a failure. And is a "
            "single outcome the only way in which the likelihood can lose its top?",
            gives=are(lambda c: c.s == c.n),
            credit=0.25,
        ),
        Mistake(
            name="named only doctors whose severities split the outcomes",
            hint="Those belong in the list. What does the intercept do for a doctor with one "
            "outcome only, as in the chapter?",
            gives=are(lambda c: overlap(c)[["sick", "mild"]].any(axis=1)),
            credit=0.5,
        ),
        Mistake(
            name="left out doctors without a success",
            hint="To push all chances towards zero takes an intercept without end, as much as to "
            "push them towards one.",
            gives=are(lambda c: no_finite_estimate(c) & (c.s > 0)),
            credit=0.5,
        ),
        Mistake(
            name="left out doctors without a failure",
            hint="What is the likeliest rate of a doctor who never failed, and which log-odds is "
            "that?",
            gives=are(lambda c: no_finite_estimate(c) & (c.s < c.n)),
            credit=0.5,
        ),
        Mistake(
            name="looked for splits in one direction only",
            hint="A slope may run away upwards as well as downwards: look also for a doctor whose "
            "failures were all milder than the successes, however odd that is.",
            gives=are(lambda c: overlap(c)[["one", "sick"]].any(axis=1)),
            credit=0.5,
        ),
        Mistake(
            name="named the doctors with few patients",
            hint="Few patients make it likelier, and neither suffice nor are needed. Look at who "
            "failed and how sick they were, doctor by doctor.",
            gives=are(lambda c: c.n < 10),
        ),
        Mistake(
            name="named every doctor with at most one failure, or at most one success",
            hint="A single failure is enough if nobody who was as sick succeeded, and not "
            "otherwise. Look at that patient's severity among the others.",
            gives=are(lambda c: cast("pd.Series", np.minimum(c.s, c.n - c.s) <= 1)),
            credit=0.25,
        ),
        Mistake(
            name="went by the mean severity of successes and failures",
            hint="A difference of means gives the slope a direction, and a finite one as long as "
            "some success was sicker than some failure. Compare the ends, not the means.",
            gives=are(lambda c: overlap(c)[["one", "tilted"]].any(axis=1)),
        ),
        Mistake(
            name="named every doctor",
            hint="For a doctor of many patients whose outcomes are mixed at every severity, the "
            "likelihood has a top. What does it take to lose it?",
            gives=everyone,
        ),
        Mistake(
            name="named the doctors for whom there is a finite estimate",
            hint="The question is the reverse: whose likelihood climbs for ever?",
            gives=are(lambda c: ~no_finite_estimate(c)),
            credit=0.25,
        ),
    ),
    hint="Take one doctor at a time and lay the outcomes along severity. Is there a line that "
    "explains them, and that a steeper one always explains better?",
    lesson="Separation does not need a perfect record. The more coefficients a small group gets, "
    "the easier it is to split, and a print-out with numbers in it does not say so.",
)


EXERCISE = Exercise(
    id="03",
    title="A first Bayesian model",
    minutes=40,
    load=load,
    tasks=(prior_in_rates, on_a_grid, a_regression, to_the_patient, separation),
)
