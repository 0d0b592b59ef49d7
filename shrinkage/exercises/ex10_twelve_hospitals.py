"""Exercise 10, twelve hospitals: reproduce a published analysis, then change its prior.

The published model is 'Surgical: institutional ranking' of the BUGS Examples, volume 1
(Spiegelhalter, Thomas, Best and Gilks, 1996)::

    d_j       ~ Binomial(n_j, theta_j),  logit(theta_j) = alpha_j ~ Normal(mu_pop, sigma_pop)
    mu_pop    ~ Normal(0, 1000)
    1 / sigma_pop ** 2 ~ Gamma(0.001, 0.001)

With sigma_pop fixed the posterior is exact (`shrinkage.exact`), and so is the probability of the
data, the evidence. A grid of such fits, weighted by evidence times prior, is the exact posterior
under any prior on sigma_pop. A Gamma(c, c) prior on the precision is, as a density of sigma_pop,
proportional to sigma ** (-2 c - 1) exp(-c / sigma ** 2); see Gelman (2006), Bayesian Analysis 1(3),
515-534, on what such priors claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.special import logit, logsumexp

from shrinkage import data
from shrinkage.exact import Posterior, posterior
from shrinkage.exercises.answers import Draws, Number, Table, exact_table
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Exercise, Part, Task

C = 0.001  # shape and rate of the published prior on the precision
WIDE = 1000.0  # standard deviation of the published prior on mu_pop
STRICT = 1.25  # the standard, in overall death rates
Counts = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Hospitals:
    """Deaths and operations, by hospital."""

    deaths: pd.Series
    operations: pd.Series

    @property
    def counts(self) -> Counts:
        """Both as tuples, in order."""
        return tuple(map(int, self.deaths)), tuple(map(int, self.operations))

    @property
    def names(self) -> list[str]:
        """The hospitals, in order."""
        return list(self.deaths.index)

    @property
    def raw(self) -> pd.Series:
        """Raw death rates."""
        return self.deaths / self.operations

    @property
    def seen_spread(self) -> float:
        """The standard deviation of the hospitals' log-odds, half a death added on either side."""
        return float(
            np.log((self.deaths + 0.5) / (self.operations - self.deaths + 0.5)).std(ddof=1)
        )

    @property
    def highest(self) -> int:
        """Place in the table of the hospital with the highest raw death rate."""
        return self.names.index(str(self.raw.idxmax()))

    @property
    def spotless(self) -> int:
        """Place of the hospital without a death that has the fewest operations."""
        return self.names.index(self.operations[self.deaths == 0].idxmin())

    @property
    def standard(self) -> float:
        """The highest acceptable death rate."""
        return STRICT * float(self.deaths.sum() / self.operations.sum())

    @property
    def surviving(self) -> Hospitals:
        """The same hospitals with survivors counted in place of deaths."""
        return Hospitals(self.operations - self.deaths, self.operations)


def load() -> Hospitals:
    """The hospitals that the notebook sees."""
    table = data.load_hospitals().set_index("hospital")
    return Hospitals(table["deaths"], table["operations"])


# --- 10.1 -----------------------------------------------------------------------------------------


PRIORS = ["published", "Gamma(1, 1)", "course"]
SHAPES = {"published": C, "Gamma(1, 1)": 1.0}  # and rates, of the Gammas on the precision


def _shares(below: list[float], above: list[float]) -> pd.DataFrame:
    """Three shares a prior, from what lies below and above."""
    low, high = np.array(below), np.array(above)
    return pd.DataFrame({"below": low, "around": 1 - low - high, "above": high}, index=PRIORS)


def said(h: Hospitals, low: float = 0.5, high: float = 2.0) -> pd.DataFrame:
    """What each prior says of sigma_pop below, around and above the spread that is seen."""
    ends = np.array([low, high]) * h.seen_spread
    gammas = [stats.gamma(c, scale=1 / c) for c in SHAPES.values()]
    return _shares(
        [*(g.sf(ends[0] ** -2.0) for g in gammas), stats.halfnorm.cdf(ends[0])],
        [*(g.cdf(ends[1] ** -2.0) for g in gammas), stats.halfnorm.sf(ends[1])],
    )


def _misread(
    h: Hospitals, power: float, *, turned: bool, scale: Callable[[float], float] = lambda c: 1 / c
) -> pd.DataFrame:
    """The shares if the Gammas are asked at ends taken to another power.

    `turned` where a large value is a small spread; `scale` is what SciPy is given.
    """
    ends = np.array([0.5, 2.0]) * h.seen_spread
    table = said(h)
    for name, c in SHAPES.items():
        at = stats.gamma(c, scale=scale(c)).cdf(ends**power)
        below, above = (1 - at[0], at[1]) if turned else (at[0], 1 - at[1])
        table.loc[name] = [below, 1 - below - above, above]
    return table


def _turned(h: Hospitals) -> pd.DataFrame:
    """The Gammas' rows with their ends exchanged."""
    table = said(h)
    table.loc[list(SHAPES), ["below", "above"]] = table.loc[
        list(SHAPES), ["above", "below"]
    ].to_numpy()
    return table


def _two_sided(h: Hospitals) -> pd.DataFrame:
    """The course's prior as a normal whose half lies below zero; nothing said about the others."""
    low, high = stats.norm.cdf(0.5 * h.seen_spread), stats.norm.sf(2 * h.seen_spread)
    table = _shares([np.nan, np.nan, low], [np.nan, np.nan, high])
    return table


what_priors_say = Task(
    id="10.1",
    title="What a prior says",
    points=2,
    variable="said",
    asks="the shares of each prior on sigma_pop below, around and above the spread that is seen",
    answer=Table("prior", "the prior '{label}'"),
    tolerance=6e-4,  # three decimals are enough
    truth=said,
    parts=(
        Part(1, "the published prior", "published"),
        Part(0.5, "the other Gamma", "Gamma(1, 1)"),
        Part(0.5, "the course's prior", "course"),
    ),
    mistakes=(
        Mistake(
            name="read the Gammas as priors on sigma_pop itself",
            hint="They are priors on the precision. Which precision belongs to a given sigma_pop?",
            gives=lambda h: _misread(h, 1.0, turned=False),
        ),
        Mistake(
            name="handed the Gamma's rate to SciPy as its scale",
            hint="SciPy's `gamma` takes a scale, and that is one over the rate. The two are the "
            "same only where the rate is one.",
            gives=lambda h: _misread(h, -2.0, turned=True, scale=lambda c: c),
        ),
        Mistake(
            name="took the precision for one over sigma_pop",
            hint="A precision is one over a variance.",
            gives=lambda h: _misread(h, -1.0, turned=True),
        ),
        Mistake(
            name="took the Gammas for priors on the variance",
            hint="A precision is one over the variance: where it is large, the spread is small.",
            gives=lambda h: _misread(h, 2.0, turned=False),
        ),
        Mistake(
            name="turned 'below' and 'above' round for the Gammas",
            hint="A large precision is a small spread: which tail of the precision lies below half "
            "of the spread that is seen?",
            gives=_turned,
            credit=0.25,
        ),
        Mistake(
            name="took a lower tail of the precision for a lower tail of sigma_pop",
            hint="A large precision is a small spread, so the upper tail of the one is the lower "
            "tail of the other.",
            gives=lambda h: _misread(h, -2.0, turned=False),
            credit=0.25,
        ),
        Mistake(
            name="gave percent instead of shares",
            hint="A share lies between 0 and 1 here; leave out the factor.",
            gives=lambda h: 100 * said(h),
            credit=0.5,
        ),
        Mistake(
            name="took a normal for the half-normal, with half of it below zero",
            hint="A half-normal has no negative part: its density is twice as high above zero.",
            gives=_two_sided,
        ),
        Mistake(
            name="cut at the spread itself, and not at half and at twice of it",
            hint="There are two cuts, one on either side of the spread that is seen.",
            gives=lambda h: said(h, 1.0, 1.0),
        ),
        Mistake(
            name="gave cumulative shares",
            hint="The three shares of a prior add up to one.",
            gives=lambda h: said(h).cumsum(axis=1),
            credit=0.25,
        ),
    ),
    hint="Translate the two cuts from sigma_pop into precisions, then ask the Gamma how much lies "
    "on either side.",
    lesson="The published prior leaves almost nothing to the spreads that hospitals show: what is "
    "vague on one scale is a strong claim on another.",
)


# --- The exact posterior under any prior on sigma_pop ---------------------------------------------

LOG_SIGMA = np.linspace(np.log(1e-3), np.log(5.0), 240)
Prior = Callable[[np.ndarray], np.ndarray]
"""The logarithm of a density of sigma_pop, up to a constant, at values of it."""


def gamma_on_precision(c: float) -> Prior:
    """A Gamma(c, c) prior on the precision."""
    return lambda sigma: -(2 * c + 1) * np.log(sigma) - c / sigma**2


def half_normal(scale: float) -> Prior:
    """A half-normal prior."""
    return lambda sigma: -0.5 * (sigma / scale) ** 2


@cache
def _at_each_sigma(counts: Counts, mu_scale: float) -> tuple[Posterior, ...]:
    deaths, operations = counts
    return tuple(
        posterior(deaths, operations, mu_scale=mu_scale, sigma_pop=s) for s in np.exp(LOG_SIGMA)
    )


@cache
def _moments(counts: Counts, mu_scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log evidence, means and second moments of mu_pop, sigma_pop and each rate, at each sigma."""
    fits = _at_each_sigma(counts, mu_scale)
    sigma = np.exp(LOG_SIGMA)
    mean = np.array([[f.mu_pop.mean, s, *f.mean] for f, s in zip(fits, sigma, strict=True)])
    sd = np.array([[f.mu_pop.sd, 0.0, *f.sd] for f in fits])
    return np.array([f.log_evidence for f in fits]), mean, sd**2 + mean**2


@dataclass(frozen=True)
class Fit:
    """Posterior means and sds of mu_pop, sigma_pop and the hospitals' rates, in this order.

    `mean_sd` is the mean of the sds given sigma_pop, without what the doubt about it adds.
    """

    mean: np.ndarray
    sd: np.ndarray
    mean_sd: np.ndarray


def fit_under(
    h: Hospitals, prior: Prior, mu_scale: float, *, evidence: bool = True, widths: bool = True
) -> Fit:
    """The exact fit under a prior on sigma_pop and a Normal(0, mu_scale) on mu_pop.

    Without `evidence` or without the `widths` of the grid's cells it is a mistake.
    """
    log_evidence, mean, second = _moments(h.counts, mu_scale)
    height = prior(np.exp(LOG_SIGMA)) + evidence * log_evidence + widths * LOG_SIGMA
    weight = np.exp(height - logsumexp(height))
    centre = weight @ mean
    sd = np.sqrt(np.maximum(weight @ second - centre**2, 0.0))
    return Fit(centre, sd, weight @ np.sqrt(np.maximum(second - mean**2, 0.0)))


def published(h: Hospitals) -> Fit:
    """The posterior under the published priors."""
    return fit_under(h, gamma_on_precision(C), WIDE)


def course(h: Hospitals) -> Fit:
    """The posterior under the course's priors."""
    return fit_under(h, half_normal(1.0), 1.5)


# --- 10.2 -----------------------------------------------------------------------------------------


def draws_table(h: Hospitals, fit: Fit) -> pd.DataFrame:
    """The truth of draws."""
    labels = ["mu_pop", "sigma_pop", *(f"theta[{name}]" for name in h.names)]
    means, sds = (dict(zip(labels, values, strict=True)) for values in (fit.mean, fit.sd))
    return exact_table(means, sds)


def _gives(h: Hospitals, fit: Fit) -> pd.DataFrame:
    """What a fit of another model gives: its means, and nothing about the chains."""
    table = draws_table(h, fit)
    table.loc["converged"] = np.nan
    return table.assign(sd=np.nan)


def _rates(h: Hospitals, rates: np.ndarray, sigma: float = np.nan) -> pd.DataFrame:
    """Means of the rates, perhaps of sigma_pop, and nothing about the rest."""
    mean = np.array([np.nan, sigma, *rates])
    return _gives(h, Fit(mean, np.full_like(mean, np.nan), mean))


def _mean_log_odds(h: Hospitals) -> np.ndarray:
    """Posterior means of the hospitals' log-odds under the published priors."""
    log_evidence, *_ = _moments(h.counts, WIDE)
    height = gamma_on_precision(C)(np.exp(LOG_SIGMA)) + log_evidence + LOG_SIGMA
    weight = np.exp(height - logsumexp(height))
    seen = np.flatnonzero(weight > 1e-7)
    fits = _at_each_sigma(h.counts, WIDE)
    means = np.array([[alpha.mean for alpha in fits[i].alpha] for i in seen])
    return weight[seen] @ means / weight[seen].sum()


reproduced = Task(
    id="10.2",
    title="The published analysis",
    points=3,
    variable="published_fit",
    asks="a fit of the published model, with its priors, to these hospitals",
    answer=Draws(
        quantities={"mu_pop": ("mu_pop",), "sigma_pop": ("sigma_pop",), "theta": ("theta",)}
    ),
    tolerance=1e-6,  # beyond the Monte Carlo error of the draws
    truth=lambda h: draws_table(h, published(h)),
    parts=(
        Part(1.25, "the hospitals' death rates", "theta"),
        Part(1.25, "the population", ("mu_pop", "sigma_pop")),
        Part(0.5, "chains that agree", "converged", alone=False),
    ),
    mistakes=(
        Mistake(
            name="kept the course's priors",
            hint="This is somebody else's analysis: both of its priors stand above the cell.",
            gives=lambda h: _gives(h, course(h)),
            credit=0.25,
        ),
        Mistake(
            name="kept the course's prior on sigma_pop",
            hint="In the published model the precision has the prior, and sigma_pop follows from "
            "it.",
            gives=lambda h: _gives(h, fit_under(h, half_normal(1.0), WIDE)),
            credit=0.25,
        ),
        Mistake(
            name="kept the course's prior on mu_pop",
            hint="The published prior on the population's mean is much wider.",
            gives=lambda h: _gives(h, fit_under(h, gamma_on_precision(C), 1.5)),
            credit=0.25,
        ),
        Mistake(
            name="gave the precision a Gamma with another shape and rate, of one each",
            hint="Look at the two constants of the published Gamma.",
            gives=lambda h: _gives(h, fit_under(h, gamma_on_precision(1.0), WIDE)),
        ),
        Mistake(
            name="counted the infants who lived",
            hint="Here a rate is that of dying; the observed counts are deaths.",
            gives=lambda h: _gives(h, _mirrored(published(h))),
            credit=0.25,
        ),
        Mistake(
            name="handed in log-odds under the name `theta`",
            hint="`theta` is a death rate, between 0 and 1: what takes log-odds there?",
            gives=lambda h: _rates(h, _mean_log_odds(h)),
            tolerance=0.05,
        ),
        Mistake(
            name="handed in per cent under the name `theta`",
            hint="`theta` is a death rate between 0 and 1; leave out the factor.",
            gives=lambda h: _rates(h, 100 * published(h).mean[2:]),
            tolerance=0.2,
            credit=0.5,
        ),
        Mistake(
            name="gave every hospital the same rate",
            hint="Each hospital has a rate of its own; the population is where they come from. Did "
            "`theta` get the dimension of the hospitals?",
            gives=lambda h: _rates(h, posterior(*h.counts, mu_scale=WIDE, sigma_pop=0.0).mean),
        ),
        Mistake(
            name="handed in the variance under the name `sigma_pop`",
            hint="`sigma_pop` is the standard deviation, one over the square root of the "
            "precision.",
            gives=lambda h: _rates(
                h,
                published(h).mean[2:],
                sigma=float(published(h).sd[1] ** 2 + published(h).mean[1] ** 2),
            ),
            credit=0.25,
        ),
    ),
    hint="Write the model's lines beside the published formulas: which quantity has which prior, "
    "and on which scale?",
    lesson="Another program, another parameterisation, the same posterior: what differs is Monte "
    "Carlo error, and it can be computed.",
)


def _mirrored(fit: Fit) -> Fit:
    """What the same fit says about surviving."""
    mean = np.array([-fit.mean[0], fit.mean[1], *(1 - fit.mean[2:])])
    return Fit(mean, fit.sd, fit.mean_sd)


# --- 10.3 -----------------------------------------------------------------------------------------

QUANTITIES = ["mu_pop", "sigma_pop", "spotless", "highest"]


def movement(h: Hospitals, before: Fit, after: Fit, unit: np.ndarray | None = None) -> pd.DataFrame:
    """Means before and after, and their difference in sds of before."""
    here = [0, 1, 2 + h.spotless, 2 + h.highest]
    unit = before.sd if unit is None else unit
    return pd.DataFrame(
        {
            "published": before.mean[here],
            "course": after.mean[here],
            "moved": ((after.mean - before.mean) / unit)[here],
        },
        index=QUANTITIES,
    )


def moved(h: Hospitals) -> pd.DataFrame:
    """What a change from the published to the course's priors moves."""
    return movement(h, published(h), course(h))


def near_enough(h: Hospitals) -> pd.DataFrame:
    """A hundredth of a posterior sd for the means, and 0.015 sds for what moved."""
    sd = movement(h, published(h), course(h))
    here = [0, 1, 2 + h.spotless, 2 + h.highest]
    unit = published(h).sd[here]
    return sd.assign(published=0.01 * unit, course=0.01 * unit, moved=0.015)


what_moved = Task(
    id="10.3",
    title="What moved",
    points=3,
    variable="moved",
    asks="means under the published and the course's priors, and the difference in posterior sds",
    answer=Table("quantity", "`{label}`"),
    tolerance=near_enough,
    truth=moved,
    parts=(
        Part(1, "the means under the published priors", "published"),
        Part(1, "the means under the course's priors", "course"),
        Part(1, "how far they moved", "moved"),
    ),
    mistakes=(
        Mistake(
            name="left out the width of the grid's cells",
            hint="The grid is even in the logarithm, so a cell at a large sigma_pop is wider than "
            "one at a small: weight = evidence × prior × sigma.",
            gives=lambda h: movement(
                h, fit_under(h, gamma_on_precision(C), WIDE, widths=False), course(h)
            ),
            credit=0.25,
        ),
        Mistake(
            name="left out the evidence",
            hint="A prior becomes a posterior by what the data say: each sigma_pop explains the "
            "counts well or badly, and `log_evidence` says how well.",
            gives=lambda h: movement(
                h, fit_under(h, gamma_on_precision(C), WIDE, evidence=False), course(h)
            ),
        ),
        Mistake(
            name="used the Gamma's density of the precision as if it were one of sigma_pop",
            hint="A density changes with the scale: the one of sigma_pop stands in the text above.",
            gives=lambda h: movement(h, fit_under(h, _untranslated, WIDE), course(h)),
            credit=0.25,
        ),
        Mistake(
            name="kept the course's prior on mu_pop for both",
            hint="The published analysis has a much wider prior on mu_pop: `mu_scale`.",
            gives=lambda h: movement(h, fit_under(h, gamma_on_precision(C), 1.5), course(h)),
            credit=0.25,
        ),
        Mistake(
            name="gave what moved in the quantity's own unit",
            hint="Divide by the posterior standard deviation, or nobody can tell whether it is "
            "much.",
            gives=lambda h: movement(h, published(h), course(h), np.ones_like(published(h).sd)),
            credit=0.25,
        ),
        Mistake(
            name="subtracted the wrong way round",
            hint="What moved is where it is now less where it was.",
            gives=lambda h: moved(h) * [1, 1, -1],
            credit=0.5,
        ),
        Mistake(
            name="averaged the standard deviations at each sigma_pop",
            hint="That leaves out that the means differ from one sigma_pop to the next: variances "
            "add up, the mean of them and the variance of the means.",
            gives=lambda h: movement(h, published(h), course(h), published(h).mean_sd),
            credit=0.25,
        ),
        Mistake(
            name="counted the infants who lived",
            hint="Here a rate is that of dying.",
            gives=lambda h: movement(h, _mirrored(published(h)), _mirrored(course(h))),
            credit=0.25,
        ),
        Mistake(
            name="swapped the two analyses",
            hint="Which column has which priors?",
            gives=lambda h: movement(h, course(h), published(h)),
            credit=0.25,
        ),
    ),
    hint="Weight the fits at each sigma_pop by evidence × prior × sigma, scaled to sum to one, and "
    "average.",
    lesson="In units of the doubt that there is anyway, a reader sees at once what hangs on the "
    "prior and what does not.",
)


def _untranslated(sigma: np.ndarray) -> np.ndarray:
    """The published Gamma's density at the precision, without the change of variables."""
    return stats.gamma(C, scale=1 / C).logpdf(sigma**-2.0)


# --- 10.4 -----------------------------------------------------------------------------------------


def above_standard(h: Hospitals, **prior: float) -> float:
    """Probability that the hospital with the highest raw rate is above the standard."""
    fit = posterior(*h.counts, **prior)
    return 1.0 - float(fit.alpha[h.highest].cdf(logit(h.standard)))


@cache
def _scale_where(counts: Counts, highest: int, what: str) -> float:
    """The scale at which something about that hospital is what it should be; NaN if nowhere."""
    names = [str(i) for i in range(len(counts[0]))]
    h = Hospitals(pd.Series(counts[0], names), pd.Series(counts[1], names))
    at_one = posterior(*counts)

    def rate(**prior: float) -> float:
        return float(posterior(*counts, **prior).mean[highest])

    half = 0.5 * above_standard(h)
    way = 0.5 * (rate(sigma_pop=0.0) + float(at_one.mean[highest]))
    too_much = {
        "half": lambda s: above_standard(h, sigma_scale=s) - half,
        "fixed": lambda s: above_standard(h, sigma_pop=s) - half,
        "one half": lambda s: above_standard(h, sigma_scale=s) - 0.5,
        "estimate": lambda s: rate(sigma_scale=s) - h.standard,
        "half way": lambda s: rate(sigma_scale=s) - way,
    }[what]
    low, high = np.log(1e-3), np.log(4.0)
    if too_much(np.exp(low)) * too_much(np.exp(high)) > 0:
        return float("nan")
    return float(np.exp(optimize.brentq(lambda t: too_much(np.exp(t)), low, high, xtol=1e-6)))


def scale_where(h: Hospitals, what: str) -> float:
    """The scale at which something about the hospital with the highest rate is as it should be."""
    return _scale_where(h.counts, h.highest, what)


def the_scale(value: float) -> pd.Series:
    """One number under the label that the truth has."""
    return pd.Series({"the scale": value})


how_sceptical = Task(
    id="10.4",
    title="How sceptical to be",
    points=2,
    variable="tipping_scale",
    asks="the scale of the half-normal prior at which the probability has halved",
    answer=Number(),
    tolerance=lambda h: the_scale(0.01 * scale_where(h, "half")),
    truth=lambda h: the_scale(scale_where(h, "half")),
    parts=(Part(2, "the scale at which the conclusion tips"),),
    mistakes=(
        Mistake(
            name="fixed sigma_pop instead of giving it a narrower prior",
            hint="A prior leaves sigma_pop to the data within what it allows; `sigma_scale` is its "
            "scale, `sigma_pop` a value without doubt.",
            gives=lambda h: the_scale(scale_where(h, "fixed")),
            credit=0.25,
        ),
        Mistake(
            name="looked for a probability of one half",
            hint="Halved is half of what it is under the course's prior, and that is not one.",
            gives=lambda h: the_scale(scale_where(h, "one half")),
            credit=0.5,
        ),
        Mistake(
            name="looked for where the estimate falls to the standard",
            hint="The question is about the probability of being above it, not about the posterior "
            "mean.",
            gives=lambda h: the_scale(scale_where(h, "estimate")),
            credit=0.25,
        ),
        Mistake(
            name="looked for where the estimate has gone half of the way to the pooled rate",
            hint="The question is about the probability of being above the standard; the estimate "
            "moves at another pace.",
            gives=lambda h: the_scale(scale_where(h, "half way")),
        ),
        Mistake(
            name="halved the scale",
            hint="A probability does not follow the scale in proportion: compute it at each scale "
            "you try.",
            gives=lambda h: the_scale(0.5),
        ),
        Mistake(
            name="gave the probability and not the scale",
            hint="That is what the scale should lead to; which scale does?",
            gives=lambda h: the_scale(0.5 * above_standard(h)),
        ),
        Mistake(
            name="gave the square of the scale",
            hint="The scale of a half-normal is in the unit of sigma_pop, log-odds, not squared.",
            gives=lambda h: the_scale(scale_where(h, "half") ** 2),
            credit=0.25,
        ),
        Mistake(
            name="gave a precision",
            hint="The half-normal prior is on sigma_pop, and its scale in log-odds.",
            gives=lambda h: the_scale(scale_where(h, "half") ** -2),
            credit=0.25,
        ),
        Mistake(
            name="gave the logarithm of the scale",
            hint="If you searched in the logarithm, go back from it.",
            gives=lambda h: the_scale(float(np.log(scale_where(h, "half")))),
            credit=0.5,
        ),
    ),
    hint="The probability grows with the scale: write it as a function of the scale, then search, "
    "by halving an interval or with `scipy.optimize.brentq`.",
    lesson="A reader who believes that hospitals hardly differ can now say whether that belief is "
    "strong enough to change the conclusion. That is more than 'the results were robust'.",
)


EXERCISE = Exercise(
    id="10",
    title="Twelve hospitals",
    minutes=40,
    load=load,
    tasks=(what_priors_say, reproduced, what_moved, how_sceptical),
)
