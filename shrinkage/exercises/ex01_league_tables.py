"""Exercise 1, league tables: raw rates, their standard errors, intervals that hold, and chance.

The formulas, for a doctor with s successes in n patients and raw rate p = s/n:

- Wald: standard error sqrt(p (1 - p) / n).
- Wilson (1927): the rates that a score test at the 5 % level does not refuse.
- Agresti and Coull (1998): Wald's interval around Wilson's centre.
- How they compare: Brown, Cai and DasGupta (2001), Statistical Science 16(2), 101-133.

The expected sample variance of raw rates whose true rates are all equal is the mean of their
sampling variances; what the observed variance has beyond that estimates the variance between
doctors by the method of moments.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from scipy import stats

from shrinkage import data
from shrinkage.exercises.answers import Labelled, Table
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Exercise, Part, Task

NEWCOMER = "K"  # on the roster, no patients yet
Z = stats.norm.ppf(0.975)
NAMES = ["lower", "upper"]


@dataclass(frozen=True)
class Clinic:
    """Successes `s`, patients `n` and raw rate `p` of each doctor on the roster, by doctor."""

    s: pd.Series
    n: pd.Series

    @property
    def p(self) -> pd.Series:
        """Raw rates; NaN for a doctor without patients."""
        return self.s / self.n

    @property
    def seen(self) -> "Clinic":
        """The doctors who have patients."""
        return Clinic(self.s[self.n > 0], self.n[self.n > 0])

    @property
    def pooled(self) -> float:
        """The success rate of all patients together."""
        return self.s.sum() / self.n.sum()


def clinic_from(patients: pd.DataFrame) -> Clinic:
    """The clinic of a table with one row a patient and the columns doctor and success."""
    by_doctor = patients.groupby("doctor")["success"]
    roster = [*sorted(patients["doctor"].unique()), NEWCOMER]
    return Clinic(
        by_doctor.sum().reindex(roster, fill_value=0).astype(float),
        cast("pd.Series", by_doctor.size()).reindex(roster, fill_value=0).astype(float),
    )


def load() -> Clinic:
    """The clinic that the notebook sees."""
    return clinic_from(data.load_doctors())


def has_patients(clinic: Clinic) -> pd.Series:
    """Where there is a rate to speak of."""
    return clinic.n > 0


def has_none(clinic: Clinic) -> pd.Series:
    """Where there is none."""
    return clinic.n == 0


# --- 01.1 -----------------------------------------------------------------------------------------

raw_rates = Task(
    id="01.1",
    title="Raw rates",
    points=2,
    variable="raw_rate",
    asks="the share of successes of every doctor on the roster, NaN for a doctor with no patients",
    answer=Labelled(),
    tolerance=6e-4,  # three decimals are enough
    truth=lambda c: c.p,
    parts=(
        Part(1.5, "the rates of the doctors who have patients", has_patients),
        Part(0.5, "no rate for the doctor who has none", has_none, alone=False),
    ),
    mistakes=(
        Mistake(
            name="counted failures instead of successes",
            hint="A `success` of 1 is a good outcome; its mean is the share of them.",
            gives=lambda c: 1 - c.p,
        ),
        Mistake(
            name="gave percent instead of a proportion",
            hint="A rate lies between 0 and 1 here; leave out the factor.",
            gives=lambda c: 100 * c.p,
            credit=0.5,
        ),
        Mistake(
            name="counted the successes and did not divide",
            hint="A count grows with the caseload; divide each doctor's by the doctor's own.",
            gives=lambda c: c.s.where(c.n > 0),
            credit=0.25,
        ),
        Mistake(
            name="divided by the wrong n, the patients of the whole clinic",
            hint="Each doctor's successes are out of that doctor's own patients.",
            gives=lambda c: (c.s / c.n.sum()).where(c.n > 0),
        ),
        Mistake(
            name="divided by the wrong n, the mean caseload",
            hint="Each doctor's successes are out of that doctor's own patients, not out of an "
            "average number of them.",
            gives=lambda c: (c.s / c.seen.n.mean()).where(c.n > 0),
        ),
        Mistake(
            name="divided by the wrong n, the mean caseload with the empty doctor in it",
            hint="Each doctor's successes are out of that doctor's own patients, not out of an "
            "average number of them.",
            gives=lambda c: (c.s / c.n.mean()).where(c.n > 0),
        ),
        Mistake(
            name="divided by the wrong n, the number of doctors",
            hint="A rate is per patient: what is each doctor's number of patients?",
            gives=lambda c: (c.s / len(c.n)).where(c.n > 0),
        ),
        Mistake(
            name="divided by the wrong n, the number of doctors with patients",
            hint="A rate is per patient: what is each doctor's number of patients?",
            gives=lambda c: (c.s / len(c.seen.n)).where(c.n > 0),
        ),
        Mistake(
            name="added a success and a failure to every doctor before dividing",
            hint="That is an estimate with a prior in it, and a good thought for later. The raw "
            "rate takes the counts as they are.",
            gives=lambda c: ((c.s + 1) / (c.n + 2)).where(c.n > 0),
            credit=0.25,
        ),
        Mistake(
            name="gave every doctor the rate of the whole clinic",
            hint="Group the patients by doctor before you take the mean.",
            gives=lambda c: (0 * c.n + c.pooled).where(c.n > 0),
        ),
        Mistake(
            name="forgot the empty doctor",
            hint="A grouped table only has doctors with patients. `reindex(roster)` gives every "
            "doctor on the roster a row.",
            leaves_out=has_none,
        ),
        Mistake(
            name="gave the empty doctor a rate of 0",
            hint="A rate of 0 claims that patients came and none did well. Without patients there "
            "is no rate, and NaN says so.",
            gives=lambda c: c.p.fillna(0.0),
        ),
        Mistake(
            name="gave the empty doctor the rate of the whole clinic",
            hint="That is a sensible guess, and chapter 2 says why. It is no raw rate: the doctor "
            "has no patients to take it from.",
            gives=lambda c: c.p.fillna(c.pooled),
        ),
        Mistake(
            name="gave the empty doctor a rate of one half",
            hint="One half is a guess and no raw rate: the doctor has no patients to take it from.",
            gives=lambda c: c.p.fillna(0.5),
        ),
    ),
    hint="A raw rate is the doctor's own successes divided by the doctor's own patients.",
    lesson="The raw rate is the maximum-likelihood estimate. It says nothing about how many "
    "patients stand behind it, and nothing at all about a doctor who has none.",
)


# --- 01.2 -----------------------------------------------------------------------------------------


def _se(p: pd.Series, n: pd.Series) -> pd.Series:
    return cast("pd.Series", np.sqrt(p * (1 - p) / n))


def wald_se(c: Clinic) -> pd.Series:
    """Wald's standard error of each raw rate."""
    return _se(c.p, c.n)


standard_errors = Task(
    id="01.2",
    title="Standard errors",
    points=2,
    variable="standard_error",
    asks="the Wald standard error of every doctor's raw rate, NaN for a doctor with no patients",
    answer=Labelled(),
    tolerance=6e-4,
    truth=wald_se,
    parts=(
        Part(1.5, "the standard errors of the doctors who have patients", has_patients),
        Part(0.5, "no standard error for the doctor who has none", has_none, alone=False),
    ),
    mistakes=(
        Mistake(
            name="forgot the square root",
            hint="What you have is the variance of the rate. The standard error is on the scale of "
            "the rate itself.",
            gives=lambda c: c.p * (1 - c.p) / c.n,
            credit=0.5,
        ),
        Mistake(
            name="divided by n − 1, as `sem` and `std` do",
            hint="The maximum-likelihood standard error puts the raw rate into the formula and "
            "divides by the caseload n itself.",
            gives=lambda c: np.sqrt(c.p * (1 - c.p) / (c.n - 1)),
            credit=0.5,
        ),
        Mistake(
            name="gave the standard deviation of single patients",
            hint="How much does a mean of n patients vary, compared with one patient?",
            gives=lambda c: np.sqrt(c.p * (1 - c.p)),
            credit=0.25,
        ),
        Mistake(
            name="gave the sample standard deviation of single patients",
            hint="How much does a mean of n patients vary, compared with one patient?",
            gives=lambda c: np.sqrt(c.p * (1 - c.p) * c.n / (c.n - 1)),
            credit=0.25,
        ),
        Mistake(
            name="took the square root of n only",
            hint="The root goes over the whole fraction, above and below the line.",
            gives=lambda c: c.p * (1 - c.p) / np.sqrt(c.n),
            credit=0.25,
        ),
        Mistake(
            name="took the square root above the line only",
            hint="The root goes over the whole fraction, above and below the line.",
            gives=lambda c: np.sqrt(c.p * (1 - c.p)) / c.n,
            credit=0.25,
        ),
        Mistake(
            name="divided by the wrong n, the patients of the whole clinic",
            hint="A doctor's rate rests on that doctor's own patients.",
            gives=lambda c: np.sqrt(c.p * (1 - c.p) / c.n.sum()),
        ),
        Mistake(
            name="divided by the wrong n, the mean caseload",
            hint="A doctor's rate rests on that doctor's own patients.",
            gives=lambda c: np.sqrt(c.p * (1 - c.p) / c.seen.n.mean()),
        ),
        Mistake(
            name="used the rate of the whole clinic for every doctor",
            hint="That answers another question, how far chance moves an average doctor. Wald's "
            "formula takes each doctor's own raw rate.",
            gives=lambda c: np.sqrt(c.pooled * (1 - c.pooled) / c.n).where(c.n > 0),
            credit=0.25,
        ),
        Mistake(
            name="forgot the factor 1 − p",
            hint="The variance of a 0/1 outcome is p(1 − p): a rate of 1 leaves nothing to vary.",
            gives=lambda c: np.sqrt(c.p / c.n),
        ),
        Mistake(
            name="gave the half-width of an interval",
            hint="The standard error comes before it is multiplied by the normal quantile.",
            gives=lambda c: Z * wald_se(c),
            credit=0.5,
        ),
        Mistake(
            name="gave percent instead of a proportion",
            hint="The rates lie between 0 and 1, and so do their standard errors.",
            gives=lambda c: 100 * wald_se(c),
            credit=0.5,
        ),
        Mistake(
            name="added two successes and two failures first",
            hint="That is the Agresti–Coull remedy for what goes wrong here. This task asks for "
            "Wald's formula with the raw rate, so that you see it go wrong.",
            gives=lambda c: _se((c.s + 2) / (c.n + 4), c.n + 4).where(c.n > 0),
            credit=0.25,
        ),
        Mistake(
            name="forgot the empty doctor",
            hint="`reindex(roster)` gives every doctor on the roster a row.",
            leaves_out=has_none,
        ),
        Mistake(
            name="gave the empty doctor a standard error of 0",
            hint="A standard error of 0 claims to be certain. Without patients nothing is known, "
            "and NaN says so.",
            gives=lambda c: wald_se(c).fillna(0.0),
        ),
    ),
    hint="Wald's formula needs the doctor's own raw rate p and the doctor's own caseload n.",
    lesson="A doctor whose patients all did well, or all did badly, has a standard error of "
    "zero: the formula is most certain where it has the least to go on.",
)


# --- 01.3 -----------------------------------------------------------------------------------------


def score_interval(method: str, level: float = 0.95) -> Formula:
    """A formula: SciPy's interval by `method` for every doctor, NaN without patients."""

    def intervals(c: Clinic) -> pd.DataFrame:
        ends = [
            stats.binomtest(int(s), int(n)).proportion_ci(level, method) if n else (np.nan, np.nan)
            for s, n in zip(c.s, c.n, strict=True)
        ]
        return pd.DataFrame(ends, index=c.n.index, columns=NAMES)

    return intervals


wilson = score_interval("wilson")


def around(centre: pd.Series, half: pd.Series) -> pd.DataFrame:
    """Intervals from their centres and half-widths."""
    return pd.concat([centre - half, centre + half], axis=1, keys=NAMES)


def wald(c: Clinic) -> pd.DataFrame:
    """Wald's 95 % intervals."""
    return around(c.p, Z * wald_se(c))


def agresti_coull(c: Clinic, added: float = Z**2) -> pd.DataFrame:
    """Wald's interval after `added` patients, half of them successes."""
    n = (c.n + added).where(c.n > 0)
    p = (c.s + added / 2) / n
    return around(p, Z * _se(p, n))


def wilson_half(c: Clinic) -> pd.Series:
    """Half the width of Wilson's interval, before it is divided by 1 + z²/n."""
    return Z * np.sqrt(c.p * (1 - c.p) / c.n + Z**2 / (4 * c.n**2))


def only(column: str) -> Formula:
    """A formula: the `column` of every doctor who has patients."""
    return lambda c: pd.DataFrame({name: (c.n > 0) & (name == column) for name in NAMES})


def both_of_newcomer(c: Clinic) -> pd.DataFrame:
    """Both ends for the doctor who has no patients."""
    return pd.DataFrame(dict.fromkeys(NAMES, c.n == 0))


_OTHER = "That is another interval than Wilson's. "

wilson_intervals = Task(
    id="01.3",
    title="Intervals that hold",
    points=3,
    variable="interval",
    asks="Wilson's 95 % interval for every doctor on the roster, columns lower and upper",
    answer=Table(),
    tolerance=6e-4,
    truth=wilson,
    # Anything is possible for a doctor without patients: from 0 to 1 says so as well as NaN does.
    also=lambda c: pd.DataFrame({"lower": 0.0, "upper": 1.0}, c.n.index).where(both_of_newcomer(c)),
    parts=(
        Part(1.25, "the lower ends", only("lower")),
        Part(1.25, "the upper ends", only("upper")),
        Part(0.5, "the doctor who has no patients", both_of_newcomer, alone=False),
    ),
    mistakes=(
        Mistake(
            name="swapped the two columns",
            hint="The lower end is the smaller number.",
            gives=lambda c: wilson(c)[["upper", "lower"]].set_axis(NAMES, axis=1),
            credit=0.5,
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="The ends of an interval for a rate lie between 0 and 1.",
            gives=lambda c: 100 * wilson(c),
            credit=0.5,
        ),
        Mistake(
            name="computed Wald's interval",
            hint=_OTHER + "It has no width for a doctor without a failure; Wilson's always has.",
            gives=wald,
        ),
        Mistake(
            name="computed Wald's interval and cut it at 0 and 1",
            hint=_OTHER + "Cutting hides where Wald's leaves the scale, and mends no width.",
            gives=lambda c: wald(c).clip(0, 1),
        ),
        Mistake(
            name="computed the Agresti–Coull interval",
            hint=_OTHER + "The centre is the same; the width under Wilson's root is not.",
            gives=agresti_coull,
            credit=0.25,
        ),
        Mistake(
            name="computed the Agresti–Coull interval and cut it at 0 and 1",
            hint=_OTHER + "The centre is the same; the width under Wilson's root is not. "
            "Wilson's never needs cutting.",
            gives=lambda c: agresti_coull(c).clip(0, 1),
            credit=0.25,
        ),
        Mistake(
            name="added two successes and two failures and used Wald's formula",
            hint=_OTHER + "It is the Agresti–Coull rule of thumb, close by but wider.",
            gives=lambda c: agresti_coull(c, added=4),
            credit=0.25,
        ),
        Mistake(
            name="added two successes and two failures, used Wald's formula and cut at 0 and 1",
            hint=_OTHER + "It is the Agresti–Coull rule of thumb. Wilson's never needs cutting.",
            gives=lambda c: agresti_coull(c, added=4).clip(0, 1),
            credit=0.25,
        ),
        Mistake(
            name="used a continuity correction",
            hint="The task asks for Wilson's interval as it is, without correction.",
            gives=score_interval("wilsoncc"),
            credit=0.5,
        ),
        Mistake(
            name="computed the exact interval of Clopper and Pearson",
            hint=_OTHER + "It is SciPy's default: `proportion_ci` takes a `method`.",
            gives=score_interval("exact"),
            credit=0.25,
        ),
        Mistake(
            name="used the normal quantile of a 90 % interval",
            hint="An interval leaves out a share at both ends: which quantile leaves half of it "
            "above?",
            gives=score_interval("wilson", 0.90),
            credit=0.5,
        ),
        Mistake(
            name="computed a 99 % interval",
            hint="The task asks for another level.",
            gives=score_interval("wilson", 0.99),
            credit=0.5,
        ),
        Mistake(
            name="used a z of 1, one standard error to each side",
            hint="One standard error to each side covers about two thirds. Which normal quantile "
            "belongs to the level asked for?",
            gives=score_interval("wilson", float(stats.norm.cdf(1) - stats.norm.cdf(-1))),
            credit=0.5,
        ),
        Mistake(
            name="rounded z to 2",
            hint="For a small caseload the difference shows: use `stats.norm.ppf`.",
            gives=score_interval("wilson", float(stats.norm.cdf(2) - stats.norm.cdf(-2))),
            credit=0.5,
        ),
        Mistake(
            name="put Wilson's width around the raw rate",
            hint="Wilson's centre is not the raw rate: it is pulled towards one half.",
            gives=lambda c: around(c.p, wilson_half(c) / (1 + Z**2 / c.n)),
            credit=0.5,
        ),
        Mistake(
            name="left the divisor 1 + z²/n out",
            hint="Both the centre and the half-width are divided by it.",
            gives=lambda c: around(c.p + Z**2 / (2 * c.n), wilson_half(c)),
            credit=0.5,
        ),
        Mistake(
            name="divided the centre by 1 + z²/n, not the half-width",
            hint="Both the centre and the half-width are divided by it.",
            gives=lambda c: around((c.p + Z**2 / (2 * c.n)) / (1 + Z**2 / c.n), wilson_half(c)),
            credit=0.5,
        ),
        Mistake(
            name="forgot the empty doctor",
            hint="Every doctor on the roster has a row, even one with nothing in it.",
            leaves_out=both_of_newcomer,
        ),
        Mistake(
            name="gave the empty doctor an interval without width",
            hint="An interval without width claims to be certain. What do you know about a "
            "doctor's rate before the first patient?",
            gives=lambda c: wilson(c).fillna(0.0),
        ),
    ),
    hint="Wilson's interval has a centre, a half-width, and a divisor that belongs to both.",
    lesson="No interval here has zero width, and none leaves the scale from 0 to 1. The few "
    "patients of a perfect doctor show: the interval is wide.",
)


# --- 01.4 -----------------------------------------------------------------------------------------


def spread(observed: float = np.nan, chance: float = np.nan, between: float = np.nan) -> pd.Series:
    """The three numbers of the task, NaN for those not given."""
    return pd.Series({"observed": observed, "chance": chance, "between": between})


def observed_variance(c: Clinic) -> float:
    """Sample variance of the raw rates."""
    return c.seen.p.var(ddof=1)


def chance_variance(c: Clinic) -> float:
    """Expected sample variance of the raw rates if all doctors had the pooled rate."""
    return chance_if(c.pooled, c.seen.n)


def chance_if(p: float | pd.Series, n: float | pd.Series) -> float:
    """The mean of p(1 - p)/n, whichever rate and caseload are put in."""
    return float(np.mean(p * (1 - p) / n))


def excess(c: Clinic) -> float:
    """Method-of-moments variance between doctors."""
    return max(0.0, observed_variance(c) - chance_variance(c))


more_than_chance = Task(
    id="01.4",
    title="Beyond chance",
    points=3,
    variable="spread",
    asks="three variances under the names observed, chance and between",
    answer=Labelled("variance", "'{label}'"),
    tolerance=6e-5,  # four decimals are enough
    truth=lambda c: spread(observed_variance(c), chance_variance(c), excess(c)),
    parts=(
        Part(1, "'observed', the variance of the raw rates", "observed"),
        Part(1, "'chance', the variance that chance alone would give", "chance"),
        Part(1, "'between', what is left for the doctors", "between", alone=False),
    ),
    mistakes=(
        Mistake(
            name="used the population variance, which divides by the number of doctors",
            hint="These doctors stand for others like them, so 'observed' is a sample variance. "
            "NumPy's `var` and pandas' `var` differ in just this: look up `ddof`.",
            gives=lambda c: spread(observed=c.seen.p.var(ddof=0)),
            credit=0.5,
        ),
        Mistake(
            name="gave a standard deviation as 'observed'",
            hint="All three are variances, so that they can be subtracted.",
            gives=lambda c: spread(observed=c.seen.p.std()),
            credit=0.5,
        ),
        Mistake(
            name="counted the empty doctor as a rate of 0",
            hint="A doctor without patients has no rate, and takes no part in the spread.",
            gives=lambda c: spread(observed=c.p.fillna(0).var()),
        ),
        Mistake(
            name="took the variance of the patients, not of the doctors' rates",
            hint="'observed' is about the raw rates of task 01.1: one number a doctor.",
            gives=lambda c: spread(
                observed=c.pooled * (1 - c.pooled) * c.n.sum() / (c.n.sum() - 1)
            ),
        ),
        Mistake(
            name="took the variance of all outcomes, not of the doctors' rates",
            hint="'observed' is about the raw rates of task 01.1: one number a doctor.",
            gives=lambda c: spread(observed=c.pooled * (1 - c.pooled)),
        ),
        Mistake(
            name="used the mean of the doctors' rates where the pooled rate belongs",
            hint="If all doctors were equal, their common rate would be best known from all "
            "patients together, each counting once.",
            gives=lambda c: spread(chance=chance_if(c.seen.p.mean(), c.seen.n)),
            credit=0.5,
        ),
        Mistake(
            name="put each doctor's own rate into 'chance'",
            hint="'chance' asks what would happen if every doctor had the same rate. With their "
            "own rates, perfect doctors would add nothing.",
            gives=lambda c: spread(chance=chance_if(c.seen.p, c.seen.n)),
            credit=0.5,
        ),
        Mistake(
            name="divided by the wrong n, the mean caseload",
            hint="A mean of fractions is not the fraction of a mean: compute p(1 − p)/n for each "
            "doctor first. The small doctors make most of the noise.",
            gives=lambda c: spread(chance=chance_if(c.pooled, c.seen.n.mean())),
            credit=0.5,
        ),
        Mistake(
            name="divided by the wrong n, the patients of the whole clinic",
            hint="Each doctor's rate is as noisy as that doctor's own caseload makes it.",
            gives=lambda c: spread(chance=chance_if(c.pooled, c.n.sum())),
            credit=0.5,
        ),
        Mistake(
            name="did not divide by the caseloads",
            hint="p(1 − p) is the variance of one patient. A rate is a mean of n of them.",
            gives=lambda c: spread(chance=chance_if(c.pooled, 1)),
            credit=0.5,
        ),
        Mistake(
            name="added up the doctors' sampling variances instead of averaging them",
            hint="Chance gives each doctor's rate its own variance; 'chance' is their mean.",
            gives=lambda c: spread(chance=len(c.seen.n) * chance_variance(c)),
            credit=0.5,
        ),
        Mistake(
            name="counted the empty doctor when you averaged the sampling variances",
            hint="Average over the doctors who have patients; the others have no rate to vary.",
            gives=lambda c: spread(chance=chance_variance(c) * len(c.seen.n) / len(c.n)),
            credit=0.5,
        ),
        Mistake(
            name="gave a standard deviation as 'chance'",
            hint="All three are variances, so that they can be subtracted.",
            gives=lambda c: spread(chance=float(np.sqrt(chance_variance(c)))),
            credit=0.5,
        ),
        Mistake(
            name="gave a standard deviation as 'between'",
            hint="All three are variances. Its root is what you would tell a colleague.",
            gives=lambda c: spread(between=float(np.sqrt(excess(c)))),
        ),
        Mistake(
            name="gave the share of the variance as 'between'",
            hint="A share is worth knowing; 'between' is the variance itself, the difference of "
            "the other two.",
            gives=lambda c: spread(between=excess(c) / observed_variance(c)),
        ),
        Mistake(
            name="subtracted the wrong way round",
            hint="What is observed contains what chance adds; take that away.",
            gives=lambda c: spread(between=chance_variance(c) - observed_variance(c)),
        ),
        Mistake(
            name="subtracted standard deviations",
            hint="Variances add up, standard deviations do not: subtract before you take roots.",
            gives=lambda c: spread(
                between=float(np.sqrt(observed_variance(c)) - np.sqrt(chance_variance(c)))
            ),
        ),
        Mistake(
            name="let 'between' fall below zero",
            hint="No variance is negative. If chance explains all of the spread, nothing is left.",
            gives=lambda c: spread(
                between=min(0.0, observed_variance(c) - chance_variance(c)) or np.nan
            ),
        ),
        Mistake(
            name="left 'between' as large as 'observed'",
            hint="Part of what is observed is chance; take it away.",
            gives=lambda c: spread(between=observed_variance(c)),
        ),
    ),
    hint="'observed' is about the raw rates, 'chance' about rates that would be equal, and "
    "'between' is what one has beyond the other.",
    lesson="What is left beyond chance is an estimate of how much doctors differ, and a noisy one "
    "with so few of them. Chapter 2 uses it to decide how far to believe each raw rate.",
)


EXERCISE = Exercise(
    id="01",
    title="League tables",
    minutes=40,
    load=load,
    tasks=(raw_rates, standard_errors, wilson_intervals, more_than_chance),
)
