"""Exercise 2, three ways to pool: the weight of a doctor's own data, and whether it predicts.

With raw rate p_j from n_j patients, the rate p of all patients together and the doctors' true rates
scattered around a mean with standard deviation `spread`, the mixture of raw rate and mean with the
smallest expected squared error gives the raw rate the weight

    w_j = spread^2 / (spread^2 + SE_j^2),   SE_j^2 = p (1 - p) / n_j.

The spread is estimated by solving sum (p_j - mean)^2 / (spread^2 + SE_j^2) = J - 1 (Paule and
Mandel 1982, Journal of Research of the National Bureau of Standards 87, 377-385). With more than
two sources that miss the truth independently, each deserves a weight in proportion to one over
the variance of its error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from shrinkage import data
from shrinkage.data import count_by_doctor
from shrinkage.exercises.answers import Function, Table, calls_table
from shrinkage.exercises.task import Exercise, Mistake, Part, Task

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Clinic:
    """Successes `s`, patients `n` and raw rate `p` of each doctor, by doctor."""

    s: pd.Series
    n: pd.Series

    @property
    def p(self) -> pd.Series:
        """Raw rates."""
        return self.s / self.n

    @property
    def pooled(self) -> float:
        """The success rate of all patients together."""
        return float(self.s.sum() / self.n.sum())

    @property
    def tally(self) -> tuple[tuple[int, int], ...]:
        """Successes and patients of each doctor."""
        return tuple(zip(map(int, self.s), map(int, self.n), strict=True))


def load() -> Clinic:
    """The clinic that the notebook sees."""
    counts = count_by_doctor(data.load_doctors()).set_index("doctor")
    return Clinic(counts["successes"].astype(float), counts["trials"].astype(float))


# --- 02.1 -----------------------------------------------------------------------------------------


def two_ways(none: pd.Series, complete: pd.Series | float) -> pd.DataFrame:
    """Both estimates, by doctor."""
    return pd.DataFrame({"none": none, "complete": complete}, index=none.index)


def _column(clinic: Clinic, name: str) -> pd.DataFrame:
    """Where one of the columns is."""
    return two_ways(clinic.p, 0.0).assign(none=name == "none", complete=name == "complete")


poolings = Task(
    id="02.1",
    title="Two poolings",
    points=2,
    variable="poolings",
    asks="each doctor's estimate without pooling and with complete pooling",
    answer=Table(),
    tolerance=6e-4,  # three decimals are enough
    truth=lambda c: two_ways(c.p, c.pooled),
    parts=(
        Part(1, "no pooling", lambda c: _column(c, "none")),
        Part(1, "complete pooling", lambda c: _column(c, "complete")),
    ),
    mistakes=(
        Mistake(
            name="averaged the doctors' rates for complete pooling",
            hint="With complete pooling the doctors are one: a patient counts as much as any "
            "other, whoever the doctor.",
            gives=lambda c: two_ways(c.p, float(c.p.mean())),
            credit=0.25,
        ),
        Mistake(
            name="took the doctor in the middle for complete pooling",
            hint="Put all patients together: which share of them had a success?",
            gives=lambda c: two_ways(c.p, float(c.p.median())),
        ),
        Mistake(
            name="left each doctor out of the pooled rate",
            hint="That predicts a doctor from the others. Complete pooling takes all patients, the "
            "doctor's own among them.",
            gives=lambda c: two_ways(c.p, (c.s.sum() - c.s) / (c.n.sum() - c.n)),
            credit=0.25,
        ),
        Mistake(
            name="swapped the two columns",
            hint="Without pooling every doctor has a rate of their own.",
            gives=lambda c: two_ways(c.p, c.pooled)[["complete", "none"]].set_axis(
                ["none", "complete"], axis=1
            ),
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="A rate lies between 0 and 1 here; leave out the factor.",
            gives=lambda c: 100 * two_ways(c.p, c.pooled),
            credit=0.5,
        ),
        Mistake(
            name="counted failures instead of successes",
            hint="A `success` of 1 is a good outcome.",
            gives=lambda c: 1 - two_ways(c.p, c.pooled),
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
            credit=0.25,
        ),
    ),
    hint="Without pooling: each doctor's own successes out of their own patients. With complete "
    "pooling: all successes out of all patients, the same for everyone.",
    lesson="One believes every patient of a small doctor as if there were a hundred of them, the "
    "other believes that doctors do not differ. The next tasks look between the two.",
)


# --- 02.2 -----------------------------------------------------------------------------------------


def weight(n: Array | float, spread: float, p: float) -> Array:
    """The share that a doctor's own raw rate deserves."""
    return spread**2 / (spread**2 + p * (1 - p) / np.asarray(n, float))


def weight_calls(c: Clinic) -> dict[str, tuple]:
    """Arguments that the check calls the weight with."""
    n, p = c.n.to_numpy(), c.pooled
    return {
        "the smallest caseload": (float(n.min()), 0.12, p),
        "an array of caseloads": (n, 0.12, p),
        "doctors who differ little": (n, 0.03, p),
        "doctors who differ much": (n, 0.35, p),
        "doctors who are all alike": (n, 0.0, p),
        "an easier operation": (n, 0.12, 1 - (1 - p) / 3),
    }


def _weights(c: Clinic, function: Callable) -> pd.DataFrame:
    """What a function returns for the check's arguments."""
    return calls_table(function, weight_calls(c))


def _is_call(c: Clinic, *names: str) -> pd.DataFrame:
    """Where these calls are."""
    table = _weights(c, weight)
    return table.notna() & table.index.isin(names)[:, None]


LIMITS = ("doctors who differ little", "doctors who differ much", "doctors who are all alike")


def _se2(n: Array | float, p: float) -> Array:
    return p * (1 - p) / np.asarray(n, float)


own_weight = Task(
    id="02.2",
    title="The weight",
    points=2,
    variable="weight",
    asks="the share that a doctor's own raw rate deserves in the estimate",
    answer=Function(takes="n, spread, p", calls=weight_calls),
    tolerance=6e-4,
    truth=lambda c: _weights(c, weight),
    parts=(
        Part(
            1.5,
            "the weight for every caseload and rate",
            lambda c: _is_call(
                c, "the smallest caseload", "an array of caseloads", "an easier operation"
            ),
        ),
        Part(
            0.5,
            "the weight where doctors differ little, much or not at all",
            lambda c: _is_call(c, *LIMITS),
        ),
    ),
    mistakes=(
        Mistake(
            name="gave the share of the others",
            hint="That is what is left for the common rate; the weight is the doctor's own share.",
            gives=lambda c: _weights(c, lambda n, s, p: 1 - weight(n, s, p)),
            credit=0.5,
        ),
        Mistake(
            name="took standard deviations where variances belong",
            hint="The squares of luck and of true difference add up, so the weight compares the "
            "squares.",
            gives=lambda c: _weights(c, lambda n, s, p: s / (s + np.sqrt(_se2(n, p)))),
            credit=0.25,
        ),
        Mistake(
            name="forgot to square the spread",
            hint="The variance of a raw rate is compared with the variance of the true rates.",
            gives=lambda c: _weights(c, lambda n, s, p: s / (s + _se2(n, p))),
            credit=0.25,
        ),
        Mistake(
            name="took the standard error, not its square",
            hint="The variance of the true rates is compared with the variance of a raw rate.",
            gives=lambda c: _weights(c, lambda n, s, p: s**2 / (s**2 + np.sqrt(_se2(n, p)))),
            credit=0.25,
        ),
        Mistake(
            name="did not divide by the caseload",
            hint="That is the variance of one patient's outcome; a rate from many varies less.",
            gives=lambda c: _weights(
                c, lambda n, s, p: s**2 / (s**2 + p * (1 - p) + 0 * np.asarray(n, float))
            ),
        ),
        Mistake(
            name="took the variance of a count for that of a rate",
            hint="A number of successes varies more with more patients, a rate less.",
            gives=lambda c: _weights(
                c, lambda n, s, p: s**2 / (s**2 + np.asarray(n, float) * p * (1 - p))
            ),
        ),
        Mistake(
            name="mixed the log-odds' variance with a spread of rates",
            hint="On the scale of log-odds the chapter divides by p (1 − p); the spread here is "
            "one of rates.",
            gives=lambda c: _weights(
                c, lambda n, s, p: s**2 / (s**2 + 1 / (np.asarray(n, float) * p * (1 - p)))
            ),
            credit=0.25,
        ),
        Mistake(
            name="forgot the factor 1 − p",
            hint="The variance of an outcome is largest in the middle and nothing at either end.",
            gives=lambda c: _weights(c, lambda n, s, p: s**2 / (s**2 + p / np.asarray(n, float))),
            credit=0.25,
        ),
        Mistake(
            name="took the square root of the weight",
            hint="The weight itself is the ratio of two variances.",
            gives=lambda c: _weights(c, lambda n, s, p: np.sqrt(weight(n, s, p))),
            credit=0.25,
        ),
    ),
    hint="The weight is the variance of the true rates, over itself plus the variance of this "
    "doctor's raw rate.",
    lesson="Few patients or doctors who are alike: little weight. Many patients or doctors who "
    "differ: nearly all of it. Nothing in it punishes a doctor for being small.",
)


# --- 02.3 -----------------------------------------------------------------------------------------

Estimator = Callable[[Array, Array], Array]
CLOSE = 1.06  # times the error of the chapter's sums
PER_KIND = 60
KINDS = {  # how much the doctors of a clinic differ, log-odds; and their caseloads
    "alike": (0.3, (3, 4, 6, 8, 10, 12, 15, 40)),
    "as ever": (0.8, (4, 5, 6, 8, 12, 15, 20, 30, 45, 124)),
    "far apart": (1.4, (5, 5, 8, 8, 12, 12, 30, 60, 100)),
}


def sums(s: Array, n: Array) -> Array:
    """The chapter's estimates from sums alone."""
    return _mixed(s, n)


def spread_of(s: Array, n: Array, *, degrees: int = 1, own: bool = False) -> tuple[float, float]:
    """The spread by which the weighted squares come to J less `degrees`, and the mean.

    `own` takes each standard error at the doctor's own rate.
    """
    rate = s / n
    p = rate if own else s.sum() / n.sum()
    se2 = np.maximum(p * (1 - p) / n, 1e-9)
    low, high = 0.0, 0.5
    for _ in range(40):
        spread = (low + high) / 2
        precision = 1 / (spread**2 + se2)
        mean = (precision * rate).sum() / precision.sum()
        if (precision * (rate - mean) ** 2).sum() > len(n) - degrees:
            low = spread
        else:
            high = spread
    return spread, float(mean)


def _mixed(s: Array, n: Array, **options: bool) -> Array:
    spread, mean = spread_of(s, n, **options)
    p = s.sum() / n.sum()
    return mean + weight(n, spread, p) * (s / n - mean)


@cache
def _future(tally: tuple[tuple[int, int], ...]) -> dict[str, tuple[Array, Array, Array]]:
    """Clinics whose future is known: successes, patients and true rates, by their name."""
    rng = np.random.default_rng([2, *np.ravel(tally)])
    clinics = {}
    for kind, (sigma, caseloads) in KINDS.items():
        for number in range(PER_KIND):
            n = rng.permutation(np.array(caseloads, float))
            theta = expit(rng.normal(rng.uniform(0.5, 1.8), sigma, size=len(n)))
            s = rng.binomial(n.astype(int), theta).astype(float)
            clinics[f"clinic {number + 1} of those whose doctors are {kind}"] = s, n, theta
    return clinics


def clinic_calls(c: Clinic) -> dict[str, tuple]:
    """The clinics that the check asks about."""
    return {name: (s.astype(int), n.astype(int)) for name, (s, n, _) in _future(c.tally).items()}


def _estimates(c: Clinic, estimator: Estimator) -> pd.DataFrame:
    """An estimator's answers for all of these clinics."""
    return calls_table(estimator, clinic_calls(c))


def prediction_error(estimates: pd.DataFrame, c: Clinic) -> float:
    """Mean squared distance from the true rates, which is that of endless new patients.

    The floor that no prediction gets under is left out of it.
    """
    truth = [pd.Series(theta, name=name) for name, (_, _, theta) in _future(c.tally).items()]
    return float(np.nanmean((estimates - pd.DataFrame(truth)).to_numpy() ** 2))


def no_pooling(s: Array, n: Array) -> Array:
    """Raw rates."""
    return s / n


def complete_pooling(s: Array, n: Array) -> Array:
    """The rate of all patients together, for everyone."""
    return np.full(len(n), s.sum() / n.sum())


@cache
def _reference(tally: tuple[tuple[int, int], ...], which: str) -> float:
    s, n = np.array(tally, float).T
    clinic = Clinic(pd.Series(s), pd.Series(n))
    estimator = {"none": no_pooling, "complete": complete_pooling, "sums": sums}[which]
    return prediction_error(_estimates(clinic, estimator), clinic)


def beats(which: str, by: float = 1.0) -> Callable[[pd.DataFrame, Clinic], bool]:
    """Whether an answer's error is below a reference's, times `by`; missing values never are."""

    def holds(answer: pd.DataFrame, c: Clinic) -> bool:
        asked = _estimates(c, no_pooling).notna()
        if not np.isfinite(answer.where(asked, 0.0).to_numpy()).all():
            return False
        return prediction_error(answer, c) < by * _reference(c.tally, which)

    return holds


def _moments(s: Array, n: Array) -> Array:
    """What one weight for all makes of it, from the variance beyond chance."""
    rate, p = s / n, s.sum() / n.sum()
    chance = (p * (1 - p) / n).mean()
    between = max(0.0, rate.var(ddof=1) - chance)
    return rate.mean() + between / (between + chance) * (rate - rate.mean())


def _observed_spread(s: Array, n: Array) -> Array:
    """The spread of the raw rates taken for that of the true ones."""
    rate, p = s / n, s.sum() / n.sum()
    return p + weight(n, rate.std(ddof=1), p) * (rate - p)


def _plain_variance(s: Array, n: Array) -> Array:
    """The right weights, with a spread from the plain variance of the raw rates beyond chance."""
    rate, p = s / n, s.sum() / n.sum()
    between = max(0.0, rate.var(ddof=1) - (p * (1 - p) / n).mean())
    return p + weight(n, np.sqrt(between), p) * (rate - p)


def _upside_down(s: Array, n: Array) -> Array:
    spread, mean = spread_of(s, n)
    w = weight(n, spread, s.sum() / n.sum())
    return mean + (1 - w) * (s / n - mean)


def _towards_nothing(s: Array, n: Array) -> Array:
    spread, _ = spread_of(s, n)
    return weight(n, spread, s.sum() / n.sum()) * s / n


beating_both = Task(
    id="02.3",
    title="Beat both poolings",
    points=4,
    variable="estimate",
    asks="an estimate of every doctor's true rate from the counts of one clinic",
    answer=Function(takes="successes, trials", calls=clinic_calls, noun="clinic"),
    tolerance=1e-3,
    truth=lambda c: _estimates(c, sums),
    parts=(
        Part(1, "a smaller error than without pooling", holds=beats("none")),
        Part(1, "a smaller error than with complete pooling", holds=beats("complete")),
        Part(2, "an error close to that of the chapter's sums", holds=beats("sums", CLOSE)),
    ),
    mistakes=(
        Mistake(
            name="did not pool",
            hint="Let each raw rate have the weight that it deserves, and the common rate the "
            "rest.",
            gives=lambda c: _estimates(c, no_pooling),
        ),
        Mistake(
            name="pooled completely",
            hint="Doctors differ in most of these clinics. How much, the raw rates tell.",
            gives=lambda c: _estimates(c, complete_pooling),
        ),
        Mistake(
            name="gave every doctor and every clinic the same weight, one half",
            hint="A doctor with many patients can speak alone, one with few cannot; and in a "
            "clinic whose doctors are alike nobody should.",
            gives=lambda c: _estimates(c, lambda s, n: (s / n + s.sum() / n.sum()) / 2),
        ),
        Mistake(
            name="turned the weight upside down",
            hint="The weight belongs to the doctor's own rate: it grows with the caseload.",
            gives=lambda c: _estimates(c, _upside_down),
        ),
        Mistake(
            name="took the spread of the raw rates for that of the true rates",
            hint="Raw rates scatter by luck as well, so their spread is too large: find the spread "
            "that explains what luck does not.",
            gives=lambda c: _estimates(c, _observed_spread),
        ),
        Mistake(
            name="gave all doctors of a clinic one weight, whatever their caseloads",
            hint="The clinic's spread is one number, but luck depends on each doctor's patients.",
            gives=lambda c: _estimates(c, _moments),
        ),
        Mistake(
            name="shrank the raw rates towards nothing",
            hint="What the doctor's own rate does not get goes to the mean, not to zero.",
            gives=lambda c: _estimates(c, _towards_nothing),
        ),
        Mistake(
            name="added a success and a failure to every doctor",
            hint="That pulls everybody towards an even chance, and always as hard. Pull towards "
            "what this clinic's doctors have in common, as hard as they are alike.",
            gives=lambda c: _estimates(c, lambda s, n: (s + 1) / (n + 2)),
        ),
        Mistake(
            name="took the standard errors at each doctor's own rate",
            hint="A perfect record then has no error at all and is believed without limit. Take "
            "the common rate for all.",
            gives=lambda c: _estimates(c, _own_errors),
        ),
        Mistake(
            name="took for the squared spread what the plain variance has beyond chance",
            hint="In a plain variance a doctor with few patients counts as much as one with many, "
            "so luck has too much of a say. Weigh the squares, as the chapter's sum does.",
            gives=lambda c: _estimates(c, _plain_variance),
            credit=0.25,
        ),
        Mistake(
            name="gave the weights and not the estimates",
            hint="The weight is how much of the way; the estimate is where it ends.",
            gives=lambda c: _estimates(
                c, lambda s, n: weight(n, spread_of(s, n)[0], s.sum() / n.sum())
            ),
        ),
    ),
    hint="Estimate how much the doctors of this clinic differ, give each raw rate the weight that "
    "follows for its caseload, and the mean of the doctors the rest.",
    lesson="You did not know how much the doctors of a clinic differ, and neither pooling asks. "
    "The mixture asks the data, and is never far behind the better of the two.",
)


def _own_errors(s: Array, n: Array) -> Array:
    rate = s / n
    se2 = np.maximum(rate * (1 - rate) / n, 1e-9)
    spread, mean = spread_of(s, n, own=True)
    return mean + spread**2 / (spread**2 + se2) * (rate - mean)


# --- 02.4 -----------------------------------------------------------------------------------------


def shares(
    n_now: float, n_last: float, drift: float, spread: float, p: float, how: str = "right"
) -> Array:
    """What this year's rate, last year's and the common rate deserve; or a mistaken version."""
    now, last, common = p * (1 - p) / n_now, p * (1 - p) / n_last + drift**2, spread**2
    if how == "no drift":
        last -= drift**2
    elif how == "drift not squared":
        last += drift - drift**2
    elif how == "drift this year":
        now, last = now + drift**2, last - drift**2
    elif how == "drift in the spread":
        last, common = last - drift**2, common + drift**2
    variances = np.array([now, last, common])
    if how == "variances":
        return variances / variances.sum()
    precision = 1 / (np.sqrt(variances) if how == "standard deviations" else variances)
    if how == "not scaled":
        return precision
    if how == "years alone":
        precision[2] = 0.0
    if how == "one year each":
        both = (precision[0] + precision[1]) / 2
        precision[:2] = both
    return precision / precision.sum()


def share_calls(c: Clinic) -> dict[str, tuple]:
    """Arguments that the check calls the shares with."""
    few, many, p = float(c.n.min()), float(c.n.max()), c.pooled
    return {
        "few patients in both years": (few, few + 2, 0.05, 0.12, p),
        "many patients in both years": (many, many - 20, 0.05, 0.12, p),
        "few patients this year, many last year": (few, many, 0.05, 0.12, p),
        "doctors who never change": (few, many, 0.0, 0.12, p),
        "doctors who change a great deal": (few, many, 0.3, 0.12, p),
        "doctors who are much alike": (few, many, 0.05, 0.03, p),
    }


def _shares(c: Clinic, how: str) -> pd.DataFrame:
    return calls_table(lambda *a: shares(*a, how=how), share_calls(c))


def _turned(c: Clinic) -> pd.DataFrame:
    """This year's and last year's shares exchanged."""
    return calls_table(lambda *a: shares(*a)[[1, 0, 2]], share_calls(c))


two_years = Task(
    id="02.4",
    title="Last year's patients",
    points=2,
    variable="shares",
    asks="the shares of this year's rate, last year's and the common rate in the estimate",
    answer=Function(takes="n_now, n_last, drift, spread, p", calls=share_calls),
    tolerance=6e-4,
    truth=lambda c: _shares(c, "right"),
    parts=(
        Part(
            2,
            "three shares that fit what each source can be off by",
            lambda c: _shares(c, "right").notna(),
        ),
    ),
    mistakes=(
        Mistake(
            name="forgot that doctors change",
            hint="Last year's rate misses this year's truth by luck and by the change; the two are "
            "unrelated, so their squares add.",
            gives=lambda c: _shares(c, "no drift"),
            credit=0.5,
        ),
        Mistake(
            name="added the drift without squaring it",
            hint="A drift is a standard deviation; variances add up.",
            gives=lambda c: _shares(c, "drift not squared"),
            credit=0.5,
        ),
        Mistake(
            name="let the drift weaken this year's rate",
            hint="You want this year's truth: which of the two years has moved away from it?",
            gives=lambda c: _shares(c, "drift this year"),
            credit=0.25,
        ),
        Mistake(
            name="let the drift weaken the common rate",
            hint="The spread is how much doctors differ in one year, and a change of one doctor "
            "adds nothing to that.",
            gives=lambda c: _shares(c, "drift in the spread"),
            credit=0.25,
        ),
        Mistake(
            name="gave the most weight to the least certain",
            hint="A source that is off by more deserves less: one over its variance.",
            gives=lambda c: _shares(c, "variances"),
        ),
        Mistake(
            name="weighted by one over the standard deviation",
            hint="Look again at what two sources deserve: the weight of the chapter is one over a "
            "variance, divided by the sum of two such.",
            gives=lambda c: _shares(c, "standard deviations"),
            credit=0.25,
        ),
        Mistake(
            name="did not scale the shares to sum to one",
            hint="An estimate is a mixture: its shares sum to one.",
            gives=lambda c: _shares(c, "not scaled"),
            credit=0.5,
        ),
        Mistake(
            name="left the other doctors out",
            hint="Two years of the same doctor may still be few patients; the common rate is the "
            "third source.",
            gives=lambda c: _shares(c, "years alone"),
        ),
        Mistake(
            name="gave both years the same share",
            hint="A year with more patients says more, and an older one less.",
            gives=lambda c: _shares(c, "one year each"),
        ),
        Mistake(
            name="exchanged the two years",
            hint="The first share is that of this year.",
            gives=_turned,
            credit=0.5,
        ),
    ),
    hint="Ask of each of the three by how much it misses the doctor's true rate of this year, as a "
    "variance; then give each one over that, scaled to sum to one.",
    lesson="The chapter's weight is the case of two sources. Any number of them mix in the same "
    "way, as long as they are wrong for unrelated reasons.",
)


EXERCISE = Exercise(
    id="02",
    title="Three ways to pool",
    minutes=40,
    load=load,
    tasks=(poolings, own_weight, beating_both, two_years),
)
