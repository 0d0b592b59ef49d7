"""Exercise 2, three ways to pool: the weight of a doctor's own data, and whether it predicts.

With raw rate p_j from n_j patients, the rate p of all patients together and the doctors' true rates
scattered around a mean with standard deviation `spread`, the mixture of raw rate and mean with the
smallest expected squared error gives the raw rate the weight

    w_j = spread^2 / (spread^2 + SE_j^2),   SE_j^2 = p (1 - p) / n_j.

The spread is estimated by solving sum (p_j - mean)^2 / (spread^2 + SE_j^2) = J - 1 (Paule and
Mandel 1982, Journal of Research of the National Bureau of Standards 87, 377-385). James and Stein's
estimator with a fitted mean has, for equal caseloads, w = 1 - (J - 3) SE^2 / sum (p_j - mean)^2
(Efron and Morris 1975, Journal of the American Statistical Association 70, 311-319). With more than
two sources that miss the truth independently, the mixture with the smallest expected squared error
gives each a share in proportion to one over the variance of its error.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from shrinkage import data
from shrinkage.exercises import clinic
from shrinkage.exercises.answers import Function, Table, calls_table
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Exercise, Part, Task

Array = NDArray[np.float64]
Tally = tuple[tuple[int, int], ...]


class Clinic(clinic.Clinic):
    """The clinic, with its counts as something to seed and to cache by."""

    @property
    def tally(self) -> Tally:
        """Successes and patients of each doctor."""
        return tuple(zip(map(int, self.s), map(int, self.n), strict=True))


load = Clinic.load


# --- 02.1 -----------------------------------------------------------------------------------------


def two_ways(none: pd.Series, complete: pd.Series | float) -> pd.DataFrame:
    """Both estimates, by doctor."""
    return pd.DataFrame({"none": none, "complete": complete}, index=none.index)


poolings = Task(
    id="02.1",
    title="Two poolings",
    points=1,
    variable="poolings",
    asks="each doctor's estimate without pooling and with complete pooling",
    answer=Table(),
    tolerance=6e-4,  # three decimals are enough
    truth=lambda c: two_ways(c.raw, c.pooled),
    parts=(
        Part(0.5, "no pooling", "none"),
        Part(0.5, "complete pooling", "complete"),
    ),
    mistakes=(
        Mistake(
            name="averaged the doctors' rates for complete pooling",
            hint="With complete pooling the doctors are one: a patient counts as much as any "
            "other, whoever the doctor.",
            gives=lambda c: two_ways(c.raw, float(c.raw.mean())),
        ),
        Mistake(
            name="took the doctor in the middle for complete pooling",
            hint="Put all patients together: which share of them had a success?",
            gives=lambda c: two_ways(c.raw, float(c.raw.median())),
        ),
        Mistake(
            name="left each doctor out of the pooled rate",
            hint="That predicts a doctor from the others. Complete pooling takes all patients, the "
            "doctor's own among them.",
            gives=lambda c: two_ways(c.raw, (c.s.sum() - c.s) / (c.n.sum() - c.n)),
        ),
        Mistake(
            name="swapped the two columns",
            hint="Without pooling every doctor has a rate of their own.",
            gives=lambda c: two_ways(c.raw, c.pooled)[["complete", "none"]].set_axis(
                ["none", "complete"], axis=1
            ),
            credit=0.5,
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="A rate lies between 0 and 1 here; leave out the factor.",
            gives=lambda c: 100 * two_ways(c.raw, c.pooled),
            credit=0.5,
        ),
        Mistake(
            name="counted failures instead of successes",
            hint="A `success` of 1 is a good outcome.",
            gives=lambda c: 1 - two_ways(c.raw, c.pooled),
        ),
        Mistake(
            name="gave the doctors' successes and did not divide",
            hint="A count grows with the caseload; divide each doctor's by the doctor's own.",
            gives=lambda c: two_ways(c.s, c.pooled),
        ),
        Mistake(
            name="divided each doctor's successes by all patients of the clinic",
            hint="Each doctor's successes are out of that doctor's own patients.",
            gives=lambda c: two_ways(c.s / c.n.sum(), c.pooled),
        ),
        Mistake(
            name="added a success and a failure to every doctor first",
            hint="That already borrows. Without pooling the counts are taken as they are.",
            gives=lambda c: two_ways((c.s + 1) / (c.n + 2), c.pooled),
        ),
    ),
    hint="Without pooling: each doctor's own successes out of their own patients. With complete "
    "pooling: all successes out of all patients, the same for everyone.",
    lesson="No pooling believes a few patients as it would a hundred. Complete pooling believes "
    "that doctors do not differ. The next tasks look between the two.",
)


# --- 02.2 -----------------------------------------------------------------------------------------


def luck(n: Array | float, p: Array | float) -> Array:
    """Variance of a raw rate from n patients, each a success with probability p."""
    with np.errstate(divide="ignore"):
        return p * (1 - p) / np.asarray(n, float)


def weight(n: Array | float, spread: float, p: float) -> Array:
    """The share that a doctor's own raw rate deserves."""
    return spread**2 / (spread**2 + luck(n, p))


def weight_calls(c: Clinic) -> dict[str, tuple]:
    """Arguments that the check calls the weight with."""
    n, p = c.n.to_numpy(), c.pooled
    return {
        "a single caseload": (float(n.min()), 0.12, p),
        "an array of caseloads": (n, 0.12, p),
        "a rate nearer to one": (n, 0.12, 1 - (1 - p) / 3),
        "doctors who differ little": (n, 0.03, p),
        "doctors who differ much": (n, 0.35, p),
        "doctors who are all alike": (n, 0.0, p),
        "a caseload of none and one of a thousand": (np.array([0.0, 1e3]), 0.12, p),
    }


def weights(function: Callable) -> Formula:
    """A formula: what a function returns for the check's arguments."""

    def table(c: Clinic) -> pd.DataFrame:
        with np.errstate(all="ignore"):
            return calls_table(function, weight_calls(c))

    return table


LIMITS = ("doctors who are all alike", "a caseload of none and one of a thousand")
USUAL = (
    "a single caseload",
    "an array of caseloads",
    "a rate nearer to one",
    "doctors who differ little",
    "doctors who differ much",
)


def but_the_limits(function: Callable) -> Formula:
    """A formula: what a mistaken function returns, without a say where it depends on the form."""
    return lambda c: weights(function)(c).drop(list(LIMITS)).reindex([*weight_calls(c)])


own_weight = Task(
    id="02.2",
    title="The weight",
    points=2,
    variable="weight",
    asks="the share that a doctor's own raw rate deserves in the estimate",
    answer=Function(takes="n, spread, p", calls=weight_calls),
    tolerance=6e-4,  # three decimals are enough
    truth=weights(weight),
    parts=(
        Part(1.5, "the weight for every caseload, spread and rate", USUAL),
        Part(
            0.5,
            "the weight at its limits: equal doctors, no patients, very many",
            LIMITS,
            alone=False,
        ),
    ),
    mistakes=(
        Mistake(
            name="gave the share of the others",
            hint="That is what is left for the mean; the weight is the doctor's own share. More "
            "patients should raise it.",
            gives=but_the_limits(lambda n, s, p: 1 - weight(n, s, p)),
            credit=0.5,
        ),
        Mistake(
            name="took standard deviations where variances belong",
            hint="In the error of a mixture the squares of luck and of true difference add up, so "
            "the weight compares squares.",
            gives=but_the_limits(lambda n, s, p: s / (s + np.sqrt(luck(n, p)))),
            credit=0.25,
        ),
        Mistake(
            name="forgot to square the spread",
            hint="The spread is a standard deviation, and the weight compares variances.",
            gives=but_the_limits(lambda n, s, p: s / (s + luck(n, p))),
            credit=0.25,
        ),
        Mistake(
            name="compared the spread's square with a standard error that is not squared",
            hint="Both are squares in the weight; with which power does n stand in the square of a "
            "standard error?",
            gives=but_the_limits(lambda n, s, p: s**2 / (s**2 + np.sqrt(luck(n, p)))),
            credit=0.25,
        ),
        Mistake(
            name="did not divide by the caseload",
            hint="That is the variance of one patient's outcome; a rate from many varies less.",
            gives=but_the_limits(lambda n, s, p: s**2 / (s**2 + luck(1 + 0 * n, p))),
        ),
        Mistake(
            name="took the variance of a count for that of a rate",
            hint="A number of successes varies more with more patients, a rate varies less.",
            gives=but_the_limits(lambda n, s, p: s**2 / (s**2 + n * p * (1 - p))),
        ),
        Mistake(
            name="took luck on the scale of log-odds and the spread on that of rates",
            hint="The chapter has the weight on two scales, and each compares like with like. The "
            "spread here is one of rates.",
            gives=but_the_limits(lambda n, s, p: s**2 / (s**2 + 1 / (n * p * (1 - p)))),
            credit=0.25,
        ),
        Mistake(
            name="forgot the factor 1 − p",
            hint="Where every patient is a success there is no luck: the variance of an outcome is "
            "nothing at either end.",
            gives=but_the_limits(lambda n, s, p: s**2 / (s**2 + p / n)),
            credit=0.25,
        ),
        Mistake(
            name="divided the variance of the true rates by that of luck alone",
            hint="Such a ratio grows beyond 1. A share has the whole below the line.",
            gives=but_the_limits(lambda n, s, p: s**2 / luck(n, p)),
        ),
        Mistake(
            name="took the square root of the weight",
            hint="The weight itself is the ratio of two variances.",
            gives=but_the_limits(lambda n, s, p: np.sqrt(weight(n, s, p))),
            credit=0.25,
        ),
        Mistake(
            name="gave the weight in percent",
            hint="It is a share between 0 and 1.",
            gives=but_the_limits(lambda n, s, p: 100 * weight(n, s, p)),
            credit=0.5,
        ),
    ),
    hint="The weight is the variance of the true rates, over itself plus the variance of this "
    "doctor's raw rate.",
    lesson="Few patients or doctors who are alike: little weight. Many patients or doctors who "
    "differ: nearly all of it. Nothing in it punishes a doctor for having few.",
)


# --- 02.3 -----------------------------------------------------------------------------------------

Season = tuple[Array, float, Array]  # averages so far, at-bats behind each, averages of the rest
INVENTED = {  # batters, at-bats so far; and the scatter of the true averages, log-odds
    "a season of thirty batters": (30, 80, 0.18),
    "a season of twelve batters": (12, 30, 0.35),
}


@cache
def _seasons(tally: Tally) -> dict[str, Season]:
    """The season of 1970, and others in which shrinkage gains and a share is kept."""
    real = data.load_batting()
    first, rest = real["hits"] / real["at_bats"], real["rest_average"]
    seasons = {"the season of 1970": (first.to_numpy(), 45.0, rest.to_numpy())}
    rng = np.random.default_rng([3, *np.ravel(tally)])
    for name, (batters, at_bats, scatter) in INVENTED.items():
        while name not in seasons:
            true = expit(rng.normal(logit(0.26), scatter, size=batters))
            season = rng.binomial(at_bats, true) / at_bats, at_bats, rng.binomial(400, true) / 400
            if 0.15 < kept(*season[:2]) < 0.85 and gains(*season)[1] > 1.3:
                seasons[name] = season
    return seasons


def season_calls(c: Clinic) -> dict[str, tuple]:
    """The seasons that the check calls the function with."""
    return dict(_seasons(c.tally))


def kept(first: Array, at_bats: Array | float, less: int = 3) -> float:
    """James and Stein's weight, with the number of batters less `less`."""
    mean = first.mean()
    noise = mean * (1 - mean) / at_bats
    return float(1 - (len(first) - less) * noise / ((first - mean) ** 2).sum())


def compared(first: Array, rest: Array, complete: Array | float, shrunk: Array) -> Array:
    """Squared error of the raw averages over that of both others, and complete's share."""
    raw, together, mixed = (((guess - rest) ** 2).sum() for guess in (first, complete, shrunk))
    return np.array([raw / together, raw / mixed, (raw - together) / (raw - mixed)])


def gains(
    first: Array, at_bats: Array | float, rest: Array, w: Array | float | None = None
) -> Array:
    """The three numbers asked for; with another weight than James and Stein's if one is given."""
    mean = first.mean()
    w = kept(first, at_bats) if w is None else w
    return compared(first, rest, mean, mean + w * (first - mean))


def seasons(function: Callable[..., Array]) -> Formula:
    """A formula: what a function returns for the check's seasons."""
    return lambda c: calls_table(function, season_calls(c))


def _inverted(*season: Array) -> Array:
    complete, shrunk, share = gains(*season)
    return np.array([1 / complete, 1 / shrunk, share])


def _absolute(first: Array, at_bats: float, rest: Array) -> Array:
    mean = first.mean()
    guesses = first, mean, mean + kept(first, at_bats) * (first - mean)
    raw, together, mixed = (abs(guess - rest).sum() for guess in guesses)
    return np.array([raw / together, raw / mixed, (raw - together) / (raw - mixed)])


def _own_luck(first: Array, at_bats: float, rest: Array) -> Array:
    noise = (first * (1 - first)).mean() / at_bats
    scatter = ((first - first.mean()) ** 2).sum()
    return gains(first, at_bats, rest, 1 - (len(first) - 3) * noise / scatter)


def _no_luck(first: Array, at_bats: float, rest: Array) -> Array:
    return gains(first, at_bats, rest, kept(first, 1.0))


def _mean_scatter(first: Array, at_bats: float, rest: Array) -> Array:
    return gains(first, at_bats, rest, 1 - (1 - kept(first, at_bats)) * len(first))


def _ratio_of_gains(*season: Array) -> Array:
    complete, shrunk, _ = gains(*season)
    return np.array([complete, shrunk, complete / shrunk])


batters = Task(
    id="02.3",
    title="The eighteen batters",
    points=2,
    variable="gains",
    asks="the gain of complete pooling, the gain of James–Stein, and the share of the first in the "
    "fall of the error",
    answer=Function(takes="first, at_bats, rest", calls=season_calls, noun="season"),
    tolerance=6e-4,  # three decimals are enough
    truth=seasons(gains),
    parts=(
        Part(0.5, "the gain of complete pooling", 0),
        Part(1, "the gain of James–Stein", 1),
        Part(0.5, "the share that complete pooling brings alone", 2),
    ),
    mistakes=(
        Mistake(
            name="took J − 1 where James and Stein have J − 3",
            hint="Look at the formula again, and at what its number pays for.",
            gives=seasons(lambda f, a, r: gains(f, a, r, kept(f, a, less=1))),
            credit=0.5,
        ),
        Mistake(
            name="took J − 2 where the mean is known",
            hint="Here the mean is estimated from the same batters; the chapter's formula pays for "
            "that.",
            gives=seasons(lambda f, a, r: gains(f, a, r, kept(f, a, less=2))),
            credit=0.5,
        ),
        Mistake(
            name="took the number of batters as it is",
            hint="Look at the formula again: something is taken away from J.",
            gives=seasons(lambda f, a, r: gains(f, a, r, kept(f, a, less=0))),
            credit=0.5,
        ),
        Mistake(
            name="gave the batter's own average the share of luck",
            hint="The fraction in the formula is luck's share of the scatter. What does a batter "
            "keep?",
            gives=seasons(lambda f, a, r: gains(f, a, r, 1 - kept(f, a))),
        ),
        Mistake(
            name="shrank the averages towards zero",
            hint="What the own average does not get goes to the mean of the batters.",
            gives=seasons(lambda f, a, r: compared(f, r, f.mean(), kept(f, a) * f)),
        ),
        Mistake(
            name="did not divide the variance by the at-bats",
            hint="The standard error is that of an average of this many at-bats, not of one.",
            gives=seasons(_no_luck),
        ),
        Mistake(
            name="put the mean of the squared distances where their sum belongs",
            hint="The scatter in the formula is a sum over all batters.",
            gives=seasons(_mean_scatter),
        ),
        Mistake(
            name="took luck at each batter's own average",
            hint="James and Stein's errors are of one known size. The chapter takes the standard "
            "error at the common average, the same for every batter.",
            gives=seasons(_own_luck),
            credit=0.5,
        ),
        Mistake(
            name="took the mean of the rest of the season for complete pooling",
            hint="The rest of the season is held out: a prediction must not have seen it.",
            gives=seasons(
                lambda f, a, r: compared(f, r, r.mean(), f.mean() + kept(f, a) * (f - f.mean()))
            ),
        ),
        Mistake(
            name="divided the smaller error by the larger",
            hint="A gain says how many times larger the error of the raw averages is.",
            gives=seasons(_inverted),
            credit=0.25,
        ),
        Mistake(
            name="compared absolute errors",
            hint="The chapter squares the distances before it adds them.",
            gives=seasons(_absolute),
            credit=0.25,
        ),
        Mistake(
            name="compared roots of the squared errors",
            hint="The published gain compares the sums of squares themselves.",
            gives=seasons(lambda *season: gains(*season) ** [0.5, 0.5, np.nan]),
            credit=0.25,
        ),
        Mistake(
            name="divided one gain by the other for the share",
            hint="A gain is a ratio. The share is one of differences: by how much does the squared "
            "error fall, and by how much of it with complete pooling already?",
            gives=seasons(_ratio_of_gains),
        ),
    ),
    hint="Predict the rest of the season three times, by the first averages, by their mean and by "
    "James–Stein; add up the squared distances, and compare the three sums.",
    lesson="The most famous gain of shrinkage is nearly all complete pooling's. A weight is worth "
    "its name where doctors truly differ: there one number for all would fail.",
)


# --- 02.4 -----------------------------------------------------------------------------------------

Estimator = Callable[[Array, Array], Array]
LIMIT = 1.35  # times the error of the chapter's sums, in each kind of clinic
PER_KIND = 100
KINDS = {  # how much the doctors of a clinic differ, log-odds; and their caseloads
    "nearly alike": (0.25, (4, 5, 6, 8, 10, 12, 15, 20)),
    "different": (0.8, (3, 3, 4, 4, 5, 6, 100, 150, 200, 250)),
    "far apart": (2.0, (5, 5, 8, 8, 12, 12, 30, 60, 100)),
}


def spread_of(s: Array, n: Array, *, own: bool = False) -> tuple[float, float]:
    """The spread by which the weighted squares come to J - 1, and the mean of the doctors.

    `own` takes each standard error at the doctor's own rate.
    """
    rate, p = s / n, s.sum() / n.sum()
    se2 = np.maximum(luck(n, rate), 1e-9) if own else luck(n, p)
    low, high = 0.0, 0.5
    for _ in range(40):
        spread = (low + high) / 2
        precision = 1 / (spread**2 + se2)
        mean = float(precision @ rate / precision.sum())
        if precision @ (rate - mean) ** 2 > len(n) - 1:
            low = spread
        else:
            high = spread
    return spread, mean


def sums(s: Array, n: Array) -> Array:
    """The chapter's estimates."""
    spread, mean = spread_of(s, n)
    return mean + weight(n, spread, s.sum() / n.sum()) * (s / n - mean)


def no_pooling(s: Array, n: Array) -> Array:
    """Raw rates."""
    return s / n


def complete_pooling(s: Array, n: Array) -> Array:
    """The rate of all patients together, for everyone."""
    return np.full(len(n), s.sum() / n.sum())


@cache
def _clinics(tally: Tally) -> dict[str, tuple[str, Array, Array, Array]]:
    """Clinics whose future is known: their kind, successes, patients and true rates."""
    rng = np.random.default_rng([2, *np.ravel(tally)])
    clinics = {}
    for kind, (sigma, caseloads) in KINDS.items():
        for number in range(1, PER_KIND + 1):
            n = rng.permutation(caseloads)
            theta = expit(rng.normal(rng.uniform(0.5, 1.8), sigma, size=len(n)))
            label = f"clinic {number} of those whose doctors are {kind}"
            clinics[label] = kind, rng.binomial(n, theta), n, theta
    return clinics


def clinic_calls(c: Clinic) -> dict[str, tuple]:
    """The clinics that the check asks about."""
    return {label: (s, n) for label, (_, s, n, _) in _clinics(c.tally).items()}


def estimates(estimator: Estimator) -> Formula:
    """A formula: an estimator's answers for all of these clinics."""
    return lambda c: _estimates(estimator, c.tally).copy()


@cache
def _estimates(estimator: Estimator, tally: Tally) -> pd.DataFrame:
    calls = {label: (s, n) for label, (_, s, n, _) in _clinics(tally).items()}
    return calls_table(estimator, calls)


@cache
def _true_rates(tally: Tally) -> Array:
    """A row a clinic, padded with NaN as answers are."""
    calls = {label: (theta,) for label, (_, _, _, theta) in _clinics(tally).items()}
    return calls_table(lambda theta: theta, calls).to_numpy()


def error_by_kind(answer: pd.DataFrame, tally: Tally) -> pd.Series:
    """Mean squared distance from the true rates, averaged over the clinics of each kind.

    It is the squared error for endless new patients, less the floor that no prediction gets under.
    NaN where an estimate is missing.
    """
    theta = _true_rates(tally)
    there = ~np.isnan(theta)
    squares = np.where(there, (answer.to_numpy() - theta) ** 2, 0.0)
    kinds = np.array([kind for kind, *_ in _clinics(tally).values()])
    by_clinic = squares.sum(axis=1) / there.sum(axis=1)
    return pd.Series({kind: by_clinic[kinds == kind].mean() for kind in KINDS})


@cache
def _reference(estimator: Estimator, tally: Tally) -> pd.Series:
    return error_by_kind(_estimates(estimator, tally), tally)


def beats_both(answer: pd.DataFrame, c: Clinic) -> bool:
    """Whether the error over all clinics is smaller than with either pooling."""
    error = error_by_kind(answer, c.tally).mean(skipna=False)
    return all(
        error < 0.95 * _reference(way, c.tally).mean() for way in (no_pooling, complete_pooling)
    )


def keeps_up(kind: str) -> Callable[[pd.DataFrame, Clinic], bool]:
    """Whether the error in this kind of clinic is not far above that of the chapter's sums."""
    return lambda answer, c: bool(
        error_by_kind(answer, c.tally)[kind] < LIMIT * _reference(sums, c.tally)[kind]
    )


def _towards(p: float, w: Array | float, r: Array) -> Array:
    return p + w * (r - p)


def _half(s: Array, n: Array) -> Array:
    return _towards(s.sum() / n.sum(), 0.5, s / n)


def _upside_down(s: Array, n: Array) -> Array:
    spread, mean = spread_of(s, n)
    return _towards(mean, 1 - weight(n, spread, s.sum() / n.sum()), s / n)


def _one_weight(s: Array, n: Array) -> Array:
    """James and Stein's weight, with the mean of the doctors' variances for their common one."""
    r, p = s / n, s.sum() / n.sum()
    scatter = ((r - r.mean()) ** 2).sum()
    w = 1 - (len(n) - 3) * luck(n, p).mean() / scatter if scatter else 0.0
    return _towards(r.mean(), max(0.0, w), r)


def _between(s: Array, n: Array) -> float:
    """The variance between doctors of exercise 1."""
    p = s.sum() / n.sum()
    return max(0.0, (s / n).var(ddof=1) - luck(n, p).mean())


def _one_moment_weight(s: Array, n: Array) -> Array:
    between, chance = _between(s, n), luck(n, s.sum() / n.sum()).mean()
    r = s / n
    return _towards(r.mean(), between / (between + chance), r)


def _observed_spread(s: Array, n: Array) -> Array:
    r, p = s / n, s.sum() / n.sum()
    return _towards(p, weight(n, r.std(ddof=1), p), r)


def _observed_spread_and_mean(s: Array, n: Array) -> Array:
    r, p = s / n, s.sum() / n.sum()
    return _towards(r.mean(), weight(n, r.std(ddof=1), p), r)


def _chapters_picture(s: Array, n: Array) -> Array:
    p = s.sum() / n.sum()
    return _towards(p, weight(n, 0.12, p), s / n)


def _towards_zero(s: Array, n: Array) -> Array:
    return weight(n, spread_of(s, n)[0], s.sum() / n.sum()) * s / n


def _own_errors(s: Array, n: Array) -> Array:
    r = s / n
    se2 = np.maximum(luck(n, r), 1e-9)
    spread, mean = spread_of(s, n, own=True)
    return _towards(mean, spread**2 / (spread**2 + se2), r)


def _weights_only(s: Array, n: Array) -> Array:
    return weight(n, spread_of(s, n)[0], s.sum() / n.sum())


def _one_more_each(s: Array, n: Array) -> Array:
    return (s + 1) / (n + 2)


def _two_more_each(s: Array, n: Array) -> Array:
    return (s + 2) / (n + 4)


def _two_successes(s: Array, n: Array) -> Array:
    return (s + 2) / (n + 2)


_FIXED = (
    "It pulls as hard where doctors are alike as where they are far apart. Let each clinic's raw "
    "rates say how much its doctors differ."
)

beating_both = Task(
    id="02.4",
    title="Beat both poolings",
    points=3,
    variable="estimate",
    asks="an estimate of every doctor's true rate from the counts of one clinic",
    answer=Function(takes="successes, trials", calls=clinic_calls, noun="clinic"),
    tolerance=1e-3,
    truth=estimates(sums),
    parts=(
        Part(1, "over all clinics a smaller error than either pooling", holds=beats_both),
        Part(
            0.75,
            "not far behind the chapter's sums where doctors are nearly alike",
            holds=keeps_up("nearly alike"),
            alone=False,
        ),
        Part(
            0.5,
            "not far behind the chapter's sums where caseloads are most uneven",
            holds=keeps_up("different"),
            alone=False,
        ),
        Part(
            0.75,
            "not far behind the chapter's sums where doctors are far apart",
            holds=keeps_up("far apart"),
            alone=False,
        ),
    ),
    mistakes=(
        Mistake(
            name="did not pool",
            hint="A few patients are believed without question. Let each raw rate have the weight "
            "that it deserves, and the mean the rest.",
            gives=estimates(no_pooling),
        ),
        Mistake(
            name="pooled completely",
            hint="Doctors differ in these clinics, and in some of them widely. How much, their raw "
            "rates tell.",
            gives=estimates(complete_pooling),
        ),
        Mistake(
            name="gave every doctor of every clinic a weight of one half",
            hint="A doctor with many patients can speak alone, one with few cannot. " + _FIXED,
            gives=estimates(_half),
        ),
        Mistake(
            name="turned the weight upside down",
            hint="The weight belongs to the doctor's own rate: it grows with the caseload.",
            gives=estimates(_upside_down),
        ),
        Mistake(
            name="took one spread for all clinics",
            hint=_FIXED,
            gives=estimates(_chapters_picture),
        ),
        Mistake(
            name="took the spread of the raw rates for that of the true rates",
            hint="Raw rates scatter by luck as well, so their spread is too large: find the spread "
            "that explains what luck does not.",
            gives=estimates(_observed_spread),
        ),
        Mistake(
            name="took the spread of the raw rates for that of the true rates, around their mean",
            hint="Raw rates scatter by luck as well, so their spread is too large: find the spread "
            "that explains what luck does not.",
            gives=estimates(_observed_spread_and_mean),
        ),
        Mistake(
            name="used James–Stein's one weight for all doctors of a clinic",
            hint="The batters had equal numbers of at-bats. A clinic has one spread, but luck "
            "depends on each doctor's patients.",
            gives=estimates(_one_weight),
        ),
        Mistake(
            name="gave all doctors of a clinic one weight, the share of `between` of exercise 1",
            hint="A clinic has one spread, but luck depends on each doctor's patients.",
            gives=estimates(_one_moment_weight),
        ),
        Mistake(
            name="shrank the raw rates towards zero",
            hint="What the doctor's own rate does not get goes to the mean of the doctors.",
            gives=estimates(_towards_zero),
        ),
        Mistake(
            name="added a success and a failure to every doctor",
            hint="That pulls everybody towards an even chance. " + _FIXED,
            gives=estimates(_one_more_each),
        ),
        Mistake(
            name="added two successes and two failures to every doctor",
            hint="That pulls everybody towards an even chance. " + _FIXED,
            gives=estimates(_two_more_each),
        ),
        Mistake(
            name="added two successes to every doctor",
            hint="That pulls everybody towards a rate of one, where few doctors are. " + _FIXED,
            gives=estimates(_two_successes),
        ),
        Mistake(
            name="took the standard errors at each doctor's own rate",
            hint="A perfect record then has no error at all and is believed without limit. Take "
            "the rate of all patients together, as the chapter does.",
            gives=estimates(_own_errors),
        ),
        Mistake(
            name="gave the weights and not the estimates",
            hint="The weight is how much of the way; the estimate is where it ends.",
            gives=estimates(_weights_only),
        ),
    ),
    hint="Estimate how much the doctors of this one clinic differ, give each raw rate the weight "
    "that follows for its caseload, and the mean of the doctors the rest.",
    lesson="Each pooling is close where it happens to be right and fails elsewhere. The mixture "
    "asks each clinic how much its doctors differ, and in none is it far behind the better one.",
)


# --- 02.5 -----------------------------------------------------------------------------------------


def variances(n_now: float, n_last: float, drift: float, spread: float, p: float) -> Array:
    """By how much this year's rate, last year's and the mean miss this year's true rate."""
    return np.array([luck(n_now, p), luck(n_last, p) + drift**2, spread**2])


def in_proportion(values: Array) -> Array:
    """Scaled to sum to one."""
    return values / values.sum()


def shares(*arguments: float) -> Array:
    """What each of the three deserves."""
    return in_proportion(1 / variances(*arguments))


def share_calls(c: Clinic) -> dict[str, tuple]:
    """Arguments that the check calls the shares with."""
    few, many, p = float(c.n.min()), float(c.n.max()), c.pooled
    return {
        "few patients in both years": (few, few + 3, 0.05, 0.12, p),
        "many patients in both years": (many, many - 20, 0.05, 0.12, p),
        "few patients this year, many last year": (few, many, 0.05, 0.12, p),
        "doctors who never change": (few, many, 0.0, 0.12, p),
        "doctors who change a great deal": (few, many, 0.3, 0.12, p),
        "doctors who are much alike": (few, many, 0.05, 0.03, p),
    }


STEADY = "doctors who never change"
CHANGING = (
    "few patients in both years",
    "many patients in both years",
    "few patients this year, many last year",
    "doctors who change a great deal",
    "doctors who are much alike",
)


def mixtures(function: Callable[..., Array]) -> Formula:
    """A formula: what a function returns for the check's arguments."""
    return lambda c: calls_table(function, share_calls(c))


def with_drift(now: float, last: float, common: float, *, squared: bool = True) -> Callable:
    """Shares if so many times the drift's variance fell on each source."""

    def mistaken(n_now: float, n_last: float, drift: float, spread: float, p: float) -> Array:
        added = np.array([now, last, common]) * (drift**2 if squared else drift)
        return in_proportion(1 / (variances(n_now, n_last, 0.0, spread, p) + added))

    return mistaken


def _year_by_year(n_now: float, n_last: float, drift: float, spread: float, p: float) -> Array:
    """The chapter's weight twice: last year with the mean, then this year with the result."""
    last = spread**2 / (spread**2 + variances(n_now, n_last, drift, spread, p)[1])
    now = float(weight(n_now, spread, p))
    return np.array([now, (1 - now) * last, (1 - now) * (1 - last)])


def _years_as_one(n_now: float, n_last: float, drift: float, spread: float, p: float) -> Array:
    """All patients of both years in one raw rate, with the chapter's weight."""
    w = float(weight(n_now + n_last, spread, p))
    return np.array([w * n_now, w * n_last, (1 - w) * (n_now + n_last)]) / (n_now + n_last)


def _years_alone(*arguments: float) -> Array:
    return in_proportion(np.array([1, 1, 0]) / variances(*arguments))


def _same_for_both(*arguments: float) -> Array:
    now, last, common = shares(*arguments)
    return np.array([(now + last) / 2, (now + last) / 2, common])


two_years = Task(
    id="02.5",
    title="Last year's patients",
    points=2,
    variable="shares",
    asks="the shares of this year's rate, last year's rate and the mean in the estimate",
    answer=Function(takes="n_now, n_last, drift, spread, p", calls=share_calls),
    tolerance=6e-4,  # three decimals are enough
    truth=mixtures(shares),
    parts=(
        Part(0.75, "the shares where doctors never change", STEADY),
        Part(1.25, "the shares where they may have changed", CHANGING),
    ),
    mistakes=(
        Mistake(
            name="left the drift out and pooled the two years as if they were one",
            hint="Last year's rate misses this year's truth by luck and by the change. The two "
            "have nothing to do with each other.",
            gives=mixtures(_years_as_one),
        ),
        Mistake(
            name="added the drift without squaring it",
            hint="A drift is a standard deviation. What adds up?",
            gives=mixtures(with_drift(0, 1, 0, squared=False)),
            credit=0.25,
        ),
        Mistake(
            name="let the drift weaken this year's rate",
            hint="You want this year's truth: which of the two years is a step away from it?",
            gives=mixtures(with_drift(1, 0, 0)),
        ),
        Mistake(
            name="let the drift weaken both years",
            hint="You want this year's truth: which of the two years is a step away from it?",
            gives=mixtures(with_drift(1, 1, 0)),
        ),
        Mistake(
            name="let the drift weaken the mean",
            hint="The spread is how much doctors differ in one year; the step of a doctor adds "
            "nothing to it.",
            gives=mixtures(with_drift(0, 0, 1)),
        ),
        Mistake(
            name="gave the largest share to the source that misses by most",
            hint="A source that is off by more deserves less.",
            gives=mixtures(lambda *a: in_proportion(variances(*a))),
        ),
        Mistake(
            name="took standard deviations where variances belong",
            hint="Write the chapter's weight with one over each variance, and compare.",
            gives=mixtures(lambda *a: in_proportion(1 / np.sqrt(variances(*a)))),
            credit=0.25,
        ),
        Mistake(
            name="did not scale the shares",
            hint="An estimate is a mixture: its shares sum to one.",
            gives=mixtures(lambda *a: 1 / variances(*a)),
            credit=0.5,
        ),
        Mistake(
            name="left the other doctors out",
            hint="Two years of one doctor may still be few patients. The mean is the third source.",
            gives=mixtures(_years_alone),
            credit=0.25,
        ),
        Mistake(
            name="gave both years the same share",
            hint="A year with more patients says more, and a year ago is a step away.",
            gives=mixtures(_same_for_both),
        ),
        Mistake(
            name="mixed twice, last year with the mean, then this year with the result",
            hint="It is a good plan, but the result of the first mixture misses the truth by less "
            "than the mean does. By how much?",
            gives=mixtures(_year_by_year),
            credit=0.25,
        ),
        Mistake(
            name="exchanged the two years",
            hint="The first share is that of this year.",
            gives=mixtures(lambda *a: shares(*a)[[1, 0, 2]]),
            credit=0.5,
        ),
    ),
    hint="Ask of each of the three by how much it misses the doctor's true rate of this year, as "
    "a variance. Then see what the chapter's weight does with two such variances.",
    lesson="The chapter's weight is the case of two sources. Any number of them mix in the same "
    "way, as long as they miss the truth for unrelated reasons.",
)


EXERCISE = Exercise(
    id="02",
    title="Three ways to pool",
    minutes=40,
    load=load,
    tasks=(poolings, own_weight, batters, beating_both, two_years),
)
