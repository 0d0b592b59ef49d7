"""Exercise 9, deciding: places, two acts and their losses, what a funnel sees, rules, waiting.

The posterior is chapter 9's: a logit with severity, so that a doctor's rate is that of the average
patient, under the priors mu_pop ~ Normal(0, 1.5), sigma_pop ~ HalfNormal(1), beta ~ Normal(0, 1).
Probabilities about one doctor come from that doctor's exact marginal; places need all doctors at
once, and given (mu_pop, sigma_pop, beta) the doctors are independent (`place_chances`).

- Expected loss and the act that makes it smallest: Berger, Statistical Decision Theory and Bayesian
  Analysis, 2nd ed. (1985), section 4.4.
- Control limits: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, normal limits.
- The tail of a prediction that has not seen the doctor: chapter 8, and Ohlssen, Sharples and
  Spiegelhalter (2007), Journal of the Royal Statistical Society A 170, 865-890.
- What a batch of patients is worth before a decision is the expected value of sample information:
  Raiffa and Schlaifer, Applied Statistical Decision Theory (1961), chapter 4.

Numbers that a student takes from draws are right within 4.5 standard errors of what `EFFECTIVE`
independent draws would give: the notebook takes 8000, and an effective sample size below a quarter
of that has not been seen in any clinic. Numbers from simulated clinics are right within 4.5
standard errors of `CLINICS` of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.special import expit, logit

from shrinkage.exact import Posterior, posterior, posterior_with_covariate
from shrinkage.exercises import clinic
from shrinkage.exercises.answers import Function, Table
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import ERRORS, Exercise, Part, Task

STANDARD = 0.72
CHAPTERS_STANDARD = 0.7
MISS, ACCUSE, WORK = 5.0, 2.0, 1.0
POOR = 0.5  # the true rate that a funnel is asked to catch
SPREAD = 0.8  # sd of the true log-odds in the simulated clinics
BATCH = 10  # patients to wait for
Z = 3.09  # of 99.8 % control limits, as in the chapter

EFFECTIVE = 2000
CLINICS = 20_000
FLOOR = 0.004


class Clinic(clinic.Clinic):
    """The clinic, with its exact posterior."""

    @property
    def mean(self) -> pd.Series:
        """Posterior means of the rates."""
        return self.by_doctor(exact(self).mean)

    def below(self, log_odds: float = float(logit(STANDARD))) -> pd.Series:
        """Probability that each doctor's log-odds lie below a value, the standard's unless told."""
        return self.by_doctor([a.cdf(log_odds) for a in exact(self).alpha])


load = Clinic.load


@lru_cache(maxsize=16)
def exact(c: Clinic) -> Posterior:
    """The exact posterior with severity."""
    return posterior_with_covariate(np.array(c.doctor_idx), c.severity, c.success)


def chance_error(p: pd.Series) -> pd.Series:
    """How far a probability that is taken from draws may be off."""
    return ERRORS * np.sqrt(p * (1 - p) / EFFECTIVE) + FLOOR


# --- 09.1 -----------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def place_chances(c: Clinic) -> pd.DataFrame:
    """Probability of each place, 1 for the highest rate: a row a doctor, a column a place."""
    places = range(1, len(c.doctors) + 1)
    return pd.DataFrame(exact(c).rank_probabilities(), list(c.doctors), places)


def order(c: Clinic) -> np.ndarray:
    """The places, 1, 2, ..."""
    return np.arange(1, len(c.doctors) + 1)


def chances(
    c: Clinic,
    best: ArrayLike = np.nan,
    place: ArrayLike = np.nan,
    below: ArrayLike = np.nan,
) -> pd.DataFrame:
    """The three numbers of the task for each doctor, NaN for those not given."""
    return pd.DataFrame({"best": best, "place": place, "below": below}, list(c.doctors))


def right_chances(c: Clinic) -> pd.DataFrame:
    """The exact answer."""
    return chances(c, place_chances(c)[1], place_chances(c) @ order(c), c.below())


def chances_error(c: Clinic) -> pd.DataFrame:
    """How far each may be off when it is taken from draws."""
    right = right_chances(c)
    sd = np.sqrt(place_chances(c) @ order(c) ** 2 - right["place"] ** 2)
    place = ERRORS * sd / np.sqrt(EFFECTIVE) + FLOOR
    return chances(c, chance_error(right["best"]), place, chance_error(right["below"]))


def last_place_error(c: Clinic) -> pd.DataFrame:
    """The same for an answer that takes the last place for the first."""
    return chances_error(c).assign(best=chance_error(place_chances(c)[len(c.doctors)]))


def sorted_once(c: Clinic, *, descending: bool) -> np.ndarray:
    """One plus the mean of a single `argsort`: which doctor has a place, not the reverse."""
    who = place_chances(c).to_numpy().T @ np.arange(len(c.doctors))
    return 1 + (who if descending else who[::-1])


_PLACES = "A place belongs to one doctor in one draw: rank the doctors against each other there. "

places_and_chances = Task(
    id="09.1",
    title="Places",
    points=2,
    variable="chance",
    asks="for every doctor the probability of being best, the expected place, and the probability "
    "of a rate below the standard, columns best, place and below",
    answer=Table(),
    tolerance=chances_error,
    truth=right_chances,
    parts=(
        Part(0.5, "the probability of being best", "best"),
        Part(1, "the expected place", "place"),
        Part(0.5, "the probability of being below the standard", "below"),
    ),
    mistakes=(
        Mistake(
            name="ranked in the wrong direction",
            hint="A success is a good outcome: the first place goes to the highest rate. Look up "
            "`ascending` where you rank.",
            gives=lambda c: chances(
                c, place_chances(c)[len(c.doctors)], len(c.doctors) + 1 - right_chances(c)["place"]
            ),
            tolerance=last_place_error,
            credit=0.5,
        ),
        Mistake(
            name="gave the probability of being last in place of the first",
            hint="A success is a good outcome: the best doctor of a draw has its highest rate.",
            gives=lambda c: chances(c, best=place_chances(c)[len(c.doctors)]),
            tolerance=last_place_error,
            credit=0.5,
        ),
        Mistake(
            name="gave places that count from the other end",
            hint="Place 1 is the best: the highest rate of a draw. Look up `ascending`.",
            gives=lambda c: chances(c, place=len(c.doctors) + 1 - right_chances(c)["place"]),
            credit=0.5,
        ),
        Mistake(
            name="counted the places from 0",
            hint="A league table begins with place 1; a sort in Python begins with 0.",
            gives=lambda c: chances(c, place=right_chances(c)["place"] - 1),
            credit=0.5,
        ),
        Mistake(
            name="ranked the posterior means",
            hint=_PLACES + "Averaging comes after ranking; before it, all that is uncertain is "
            "gone.",
            gives=lambda c: chances(c, place=c.mean.rank(ascending=False)),
        ),
        Mistake(
            name="ranked the raw rates",
            hint=_PLACES + "The raw table has no place in it that is uncertain.",
            gives=lambda c: chances(c, place=c.raw.rank(ascending=False)),
        ),
        Mistake(
            name="sorted once, which says who has each place and not which place each one has",
            hint="`argsort` gives the doctor at each place. Sort its result again, as the chapter "
            "does, or let `rank` do both.",
            gives=lambda c: chances(c, place=sorted_once(c, descending=True)),
        ),
        Mistake(
            name="sorted once and from the lowest rate",
            hint="`argsort` gives the doctor at each place, and the lowest first. `rank` gives the "
            "places themselves; look up its `ascending`.",
            gives=lambda c: chances(c, place=sorted_once(c, descending=False)),
        ),
        Mistake(
            name="ranked each doctor's draws among themselves",
            hint="Places are about doctors: rank along the row of a draw, not down the column of a "
            "doctor.",
            gives=lambda c: chances(c, place=4000.5),
        ),
        Mistake(
            name="gave the median of the places",
            hint="The expected place is the mean over the draws; it need not be a whole number.",
            gives=lambda c: chances(
                c, place=(place_chances(c).cumsum(axis=1) >= 0.5).idxmax(axis=1)
            ),
            credit=0.5,
        ),
        Mistake(
            name="made the doctor with the highest mean best for sure",
            hint="Ask in each draw who is best, and count in how many draws each doctor is.",
            gives=lambda c: chances(c, best=(c.mean == c.mean.max()).astype(float)),
        ),
        Mistake(
            name="gave the probability of meeting the standard",
            hint="`below` is about the other side of the standard.",
            gives=lambda c: chances(c, below=1 - c.below()),
            credit=0.5,
        ),
        Mistake(
            name="compared log-odds with a rate",
            hint="The standard is a success rate: compare `theta` with it, not `alpha`.",
            gives=lambda c: chances(c, below=c.below(STANDARD)),
        ),
        Mistake(
            name="used the chapter's standard",
            hint="This board has set a standard of its own: `standard` in the setup cell.",
            gives=lambda c: chances(c, below=c.below(float(logit(CHAPTERS_STANDARD)))),
            credit=0.5,
        ),
        Mistake(
            name="compared the posterior means with the standard",
            hint="Whether a mean is below says yes or no. The draws say how probable it is: "
            "compare each of them.",
            gives=lambda c: chances(c, below=(c.mean < STANDARD).astype(float)),
        ),
        Mistake(
            name="gave the probability that a patient's treatment fails",
            hint="`below` is about the doctor's rate: the share of draws in which it is below the "
            "standard.",
            gives=lambda c: chances(c, below=1 - c.mean),
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="A probability lies between 0 and 1; leave out the factor.",
            gives=lambda c: chances(c, best=100 * place_chances(c)[1], below=100 * c.below()),
            tolerance=lambda c: 100 * chances_error(c),
            credit=0.5,
        ),
    ),
    hint="Each of the three is computed in every draw first and averaged over the draws last.",
    lesson="Lay `best` beside `below`: a doctor of few patients may have a good chance of being "
    "best and a fair chance of being poor at the same time. Sorting by either hides the other.",
)


# --- 09.2 -----------------------------------------------------------------------------------------

THRESHOLD = ACCUSE / (ACCUSE + MISS - WORK)
WRONG_WAY_UP = MISS / (ACCUSE + MISS)


def losses(
    c: Clinic,
    leave: ArrayLike = np.nan,
    review: ArrayLike = np.nan,
    act: ArrayLike = np.nan,
) -> pd.DataFrame:
    """The three numbers of the task for each doctor, NaN for those not given."""
    return pd.DataFrame({"leave": leave, "review": review, "act": act}, list(c.doctors))


def review_loss(p: pd.Series | np.ndarray) -> Any:
    """Expected loss of a review of a doctor who is below the standard with probability p."""
    return ACCUSE * (1 - p) + WORK * p


def right_losses(c: Clinic) -> pd.DataFrame:
    """The exact answer."""
    return with_probability(c, c.below())


def with_probability(c: Clinic, p: pd.Series) -> pd.DataFrame:
    """The answer if `p` were the probabilities of being below the standard."""
    return losses(c, MISS * p, review_loss(p), p > THRESHOLD).astype(float)


def losses_error(c: Clinic) -> pd.DataFrame:
    """How far each may be off when the probability is taken from draws."""
    error = chance_error(c.below())
    return losses(c, MISS * error, (ACCUSE - WORK) * error, 0.25)


def clear(c: Clinic, threshold: float = THRESHOLD) -> pd.Series:
    """Doctors whose probability is farther from a threshold than draws may be off."""
    return (c.below() - threshold).abs() > chance_error(c.below())


def act_above(threshold: float) -> Formula:
    """A formula: the acts of someone who reviews above another threshold, where that is clear."""
    return lambda c: losses(c, act=(c.below() > threshold).astype(float).where(clear(c, threshold)))


def loss_column(name: str) -> Formula:
    """A formula for parts: one column; of the acts, only those that draws can decide."""

    def where(c: Clinic) -> pd.DataFrame:
        here = pd.DataFrame({key: key == name for key in losses(c)}, list(c.doctors))
        here["act"] &= clear(c)
        return here

    return where


_FROM_LOSSES = "The acts follow from your two columns: take the one that loses less. "

two_acts = Task(
    id="09.2",
    title="What it costs to be wrong",
    points=2,
    variable="decision",
    asks="for every doctor the expected loss of both acts and the act itself, columns leave, "
    "review and act (1 for a review, 0 for none)",
    answer=Table(),
    tolerance=losses_error,
    truth=right_losses,
    parts=(
        Part(0.5, "the expected loss of leaving alone", "leave"),
        Part(0.5, "the expected loss of a review", "review"),
        Part(1, "whom to review", loss_column("act")),
    ),
    mistakes=(
        Mistake(
            name="swapped the two losses",
            hint="Leaving a doctor alone loses something if the doctor is poor, a review if the "
            "doctor is good.",
            gives=lambda c: losses(c, right_losses(c)["review"], right_losses(c)["leave"]),
            credit=0.5,
        ),
        Mistake(
            name="took good doctors for poor ones",
            hint="`below` is the probability of a poor doctor. Which cell of the table of costs "
            "does it belong to?",
            gives=lambda c: with_probability(c, 1 - c.below())[["leave", "review"]].assign(
                act=np.nan
            ),
        ),
        Mistake(
            name="forgot the work that the review of a poor doctor takes",
            hint="A review has two cells in the table of costs, and both belong to its expected "
            "loss. The chapter's table has a zero in one of them; this one has not.",
            gives=lambda c: losses(c, review=ACCUSE * (1 - c.below())),
            credit=0.5,
        ),
        Mistake(
            name="charged the review of a poor doctor as that of a good one",
            hint="The two cells of a review differ: weigh each by the probability of its column.",
            gives=lambda c: losses(c, review=ACCUSE),
        ),
        Mistake(
            name="added the work of a review to all reviews, those of good doctors as well",
            hint="The cell for a good doctor is the whole loss: its work is in it already.",
            gives=lambda c: losses(c, review=ACCUSE * (1 - c.below()) + WORK),
            credit=0.5,
        ),
        Mistake(
            name="took the two costs of a review for each other's",
            hint="Which of its two columns in the table of costs is weighed by `below`?",
            gives=lambda c: losses(c, review=ACCUSE * c.below() + WORK * (1 - c.below())),
        ),
        Mistake(
            name="charged missing at the cost of a review",
            hint="Leaving a poor doctor alone has its own cell in the table of costs.",
            gives=lambda c: losses(c, leave=ACCUSE * c.below()),
        ),
        Mistake(
            name="used the posterior means as if they decided good or poor",
            hint="An expected loss weighs by how probable it is that the doctor is poor; whether "
            "the mean is below the standard says only yes or no.",
            gives=lambda c: with_probability(c, (c.mean < STANDARD).astype(float)),
        ),
        Mistake(
            name="used the share of failures as the probability of a poor doctor",
            hint="A doctor is poor if the rate is below the standard. How probable that is stands "
            "in task 09.1.",
            gives=lambda c: losses(c, MISS * (1 - c.mean), review_loss(1 - c.mean)),
        ),
        Mistake(
            name="used the chapter's standard",
            hint="This board has set a standard of its own: `standard` in the setup cell.",
            gives=lambda c: with_probability(c, c.below(float(logit(CHAPTERS_STANDARD)))).assign(
                act=np.nan
            ),
        ),
        Mistake(
            name="gave the act that loses more",
            hint="1 stands for a review, which is right where its loss is the smaller one.",
            gives=lambda c: losses(c, act=1 - right_losses(c)["act"].where(clear(c))),
        ),
        Mistake(
            name="reviewed only doctors who are very probably poor",
            hint=_FROM_LOSSES + "A habit such as 'almost sure' knows nothing of these costs, and "
            "neither does their ratio the wrong way up.",
            gives=act_above(WRONG_WAY_UP),
        ),
        Mistake(
            name="asked to be 95 % sure",
            hint=_FROM_LOSSES + "That level is a habit; which costs would it belong to?",
            gives=act_above(0.95),
        ),
        Mistake(
            name="reviewed whoever is more probably poor than good",
            hint=_FROM_LOSSES + "One half belongs to two mistakes that cost the same, and "
            "a posterior mean on one side of the standard says hardly more.",
            gives=act_above(0.5),
        ),
        Mistake(
            name="reviewed whoever has a raw rate below the standard",
            hint=_FROM_LOSSES + "The raw rate knows neither costs nor caseloads.",
            gives=lambda c: losses(c, act=(c.raw < STANDARD).astype(float)),
        ),
        Mistake(
            name="reviewed everybody",
            hint=_FROM_LOSSES + "For a doctor who is very probably good a review loses more.",
            gives=lambda c: losses(c, act=1.0),
        ),
        Mistake(
            name="reviewed nobody",
            hint=_FROM_LOSSES + "For a doctor who is very probably poor leaving alone loses more.",
            gives=lambda c: losses(c, act=0.0),
        ),
    ),
    hint="Write down both rows of the table of costs for one doctor, weigh the two cells of each "
    "row by the probabilities of good and poor, and add them up.",
    lesson="The threshold came out of the costs, and it is not the chapter's formula: a review "
    "that costs something even where it is right makes the board a little slower to review.",
)


# --- 09.3 -----------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def left_out(c: Clinic) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """The rates, and their weights, of a new doctor whom all others predict; one for each doctor.

    By counts alone, as the chapter does it.
    """
    found = []
    for doctor in c.doctors:
        s, n = c.s.drop(doctor), c.n.drop(doctor)
        found.append(weighted(posterior([*s, 0], [*n, 0]), -1))
    return tuple(found)


@lru_cache(maxsize=16)
def by_counts(c: Clinic) -> Posterior:
    """The posterior of all doctors by counts alone, and a new one last."""
    return posterior([*c.s, 0], [*c.n, 0])


def weighted(post: Posterior, j: int) -> tuple[np.ndarray, np.ndarray]:
    """A doctor's rates on a grid and how probable each is."""
    alpha = post.alpha[j]
    weight = alpha.density * np.gradient(alpha.x)
    return expit(alpha.x), weight / weight.sum()


def tails(
    c: Clinic, who: Callable[[int], tuple[np.ndarray, np.ndarray]], shift: int = 0
) -> np.ndarray:
    """P(as few successes or fewer) for rates and weights by doctor; `shift` moves the bound."""
    found = []
    for j, (s, n) in enumerate(zip(c.s, c.n, strict=True)):
        rate, weight = who(j)
        found.append(float(weight @ stats.binom.cdf(s + shift, n, rate)))
    return np.array(found)


def funnel(
    c: Clinic,
    lower: ArrayLike = np.nan,
    upper: ArrayLike = np.nan,
    caught: ArrayLike = np.nan,
    outlier: ArrayLike = np.nan,
) -> pd.DataFrame:
    """The four numbers of the task for each doctor, NaN for those not given."""
    columns = {"lower": lower, "upper": upper, "caught": caught, "outlier": outlier}
    return pd.DataFrame(columns, list(c.doctors))


def limits(
    c: Clinic, half: pd.Series | float, centre: pd.Series | float | None = None
) -> pd.DataFrame:
    """A mistake's or the truth's limits, around the rate of all patients unless told."""
    centre = c.pooled if centre is None else centre
    return funnel(c, centre - half, centre + half)


def binomial_se(p: pd.Series | float, n: pd.Series | np.ndarray | float) -> Any:
    """Standard error of a share of n patients at the rate p."""
    return np.sqrt(p * (1 - p) / n)


def lower_limit(c: Clinic, z: float = Z) -> pd.Series:
    """Lower control limits."""
    return c.pooled - z * binomial_se(c.pooled, c.n)


def power(c: Clinic, rate: float = POOR, z: float = Z) -> np.ndarray:
    """Probability that a doctor with this true rate falls below the lower limit, exactly."""
    return stats.binom.cdf(np.ceil(c.n * lower_limit(c, z)) - 1, c.n, rate)


@lru_cache(maxsize=16)
def outlier_tails(c: Clinic) -> tuple[float, ...]:
    """Tail of the prediction that has not seen the doctor."""
    return tuple(tails(c, lambda j: left_out(c)[j]))


def right_funnel(c: Clinic) -> pd.DataFrame:
    """The exact answer."""
    return limits(c, Z * binomial_se(c.pooled, c.n)).assign(
        caught=power(c), outlier=outlier_tails(c)
    )


def funnel_error(c: Clinic) -> pd.DataFrame:
    """Three decimals of the limits; the tail carries the error of a sum over a grid."""
    return funnel(c, 6e-4, 6e-4, 6e-4, 2e-3)


@lru_cache(maxsize=16)
def other_tails(c: Clinic) -> dict[str, np.ndarray]:
    """Tails that answer another question, by name."""
    post, size = by_counts(c), len(c.doctors)
    new = weighted(post, size)
    point = [(np.array([rate @ weight]), np.ones(1)) for rate, weight in left_out(c)]
    flat = [(rate, np.full(len(rate), 1 / len(rate))) for rate, _ in left_out(c)]
    return {
        "seen": tails(c, lambda j: new),
        "own": tails(c, lambda j: weighted(post, j)),
        "mean": tails(c, lambda j: point[j]),
        "flat": tails(c, lambda j: flat[j]),
        "fewer": tails(c, lambda j: left_out(c)[j], shift=-1),
        "average": tails(c, lambda j: (np.array([c.pooled]), np.ones(1))),
    }


_LEFT_OUT = "An outlier is judged by a prediction that has not seen the doctor. "

what_a_funnel_sees = Task(
    id="09.3",
    title="What a funnel sees",
    points=2,
    variable="funnel",
    asks="for every doctor the two control limits, the probability that a poor doctor would be "
    "caught below them, and the tail of the prediction without the doctor, columns lower, upper, "
    "caught and outlier",
    answer=Table(),
    tolerance=funnel_error,
    truth=right_funnel,
    # No rate lies beyond 0 or 1, so limits may be cut there.
    also=lambda c: right_funnel(c).assign(
        lower=right_funnel(c)["lower"].clip(0, 1), upper=right_funnel(c)["upper"].clip(0, 1)
    ),
    parts=(
        Part(0.5, "the control limits", ("lower", "upper")),
        Part(0.5, "the probability that a poor doctor is caught", "caught"),
        Part(1, "the outlier's tail", "outlier"),
    ),
    mistakes=(
        Mistake(
            name="swapped the two limits",
            hint="The lower limit is the smaller number.",
            gives=lambda c: limits(c, -Z * binomial_se(c.pooled, c.n)),
            credit=0.5,
        ),
        Mistake(
            name="drew the inner pair of limits",
            hint="The chapter draws two pairs of limits; the task asks for the outer one.",
            gives=lambda c: limits(c, 1.96 * binomial_se(c.pooled, c.n)),
            credit=0.5,
        ),
        Mistake(
            name="left the whole remainder on one side",
            hint="Limits leave out a share at both ends: which normal quantile leaves half of it "
            "above?",
            gives=lambda c: limits(c, float(stats.norm.ppf(0.998)) * binomial_se(c.pooled, c.n)),
            credit=0.5,
        ),
        Mistake(
            name="drew an interval around each doctor's own rate",
            hint="Control limits belong to a doctor of average success: they stand around the rate "
            "of all patients and know a doctor's caseload only.",
            gives=lambda c: limits(c, Z * binomial_se(c.raw, c.n), c.raw),
        ),
        Mistake(
            name="took the width from each doctor's own rate",
            hint="How far chance moves an average doctor does not depend on what this doctor did.",
            gives=lambda c: limits(c, Z * binomial_se(c.raw, c.n)),
        ),
        Mistake(
            name="centred the limits at the mean of the doctors' rates",
            hint="The average rate is that of all patients together, each counting once.",
            gives=lambda c: limits(c, Z * binomial_se(c.raw.mean(), c.n), c.raw.mean()),
            credit=0.5,
        ),
        Mistake(
            name="centred the limits at the standard",
            hint="A funnel compares with the average and does not know the standard: that is what "
            "it cannot do.",
            gives=lambda c: limits(c, Z * binomial_se(STANDARD, c.n), STANDARD),
        ),
        Mistake(
            name="forgot the square root",
            hint="What stands under the root is a variance; the limits are so many standard errors "
            "away.",
            gives=lambda c: limits(c, Z * binomial_se(c.pooled, c.n) ** 2),
            credit=0.5,
        ),
        Mistake(
            name="drew the same limits for every caseload",
            hint="A funnel is wide where patients are few: divide by each doctor's own caseload.",
            gives=lambda c: limits(c, Z * binomial_se(c.pooled, c.n.mean())),
        ),
        Mistake(
            name="gave the probability that an average doctor is accused",
            hint="`caught` is about a doctor who is poor: put the poor rate into the binomial, and "
            "keep the limits where they are.",
            gives=lambda c: funnel(c, caught=power(c, c.pooled)),
        ),
        Mistake(
            name="gave the probability that a poor doctor is missed",
            hint="`caught` is the probability of lying below the lower limit, not above it.",
            gives=lambda c: funnel(c, caught=1 - power(c)),
            credit=0.5,
        ),
        Mistake(
            name="replaced the binomial distribution by a normal one",
            hint="With few patients only a few rates can occur, and none of them may lie below "
            "the limit: use `stats.binom`.",
            gives=lambda c: funnel(
                c,
                caught=stats.norm.cdf((lower_limit(c) - POOR) / binomial_se(POOR, c.n)),
            ),
            credit=0.25,
        ),
        Mistake(
            name="took the inner limits for `caught`",
            hint="The outer limits accuse less, and catch less.",
            gives=lambda c: funnel(c, caught=power(c, z=1.96)),
            credit=0.5,
        ),
        Mistake(
            name="counted the first rate above the limit as caught too",
            hint="Caught is a raw rate below the limit. Of a bound that is no whole number, which "
            "whole numbers lie below?",
            gives=lambda c: funnel(
                c, caught=stats.binom.cdf(np.ceil(c.n * lower_limit(c)), c.n, POOR)
            ),
            credit=0.25,
        ),
        Mistake(
            name="said for each doctor whether the raw rate lies below the limit",
            hint="`caught` supposes that the doctor is poor, and asks how often the limits would "
            "notice.",
            gives=lambda c: funnel(c, caught=(c.raw < lower_limit(c)).astype(float)),
        ),
        Mistake(
            name="left no doctor out of the prediction",
            hint=_LEFT_OUT + "Otherwise it has adapted to what it is to judge.",
            gives=lambda c: funnel(c, outlier=other_tails(c)["seen"]),
            credit=0.25,
        ),
        Mistake(
            name="predicted from the doctor's own posterior",
            hint=_LEFT_OUT + "Nobody is far from a prediction made of their own patients.",
            gives=lambda c: funnel(c, outlier=other_tails(c)["own"]),
        ),
        Mistake(
            name="predicted with a single rate, the mean of a new doctor's",
            hint=_LEFT_OUT + "And a new doctor's rate is not known: average the tail over the "
            "whole density, not the rate.",
            gives=lambda c: funnel(c, outlier=other_tails(c)["mean"]),
            credit=0.25,
        ),
        Mistake(
            name="weighed all points of the grid alike",
            hint="The grid of a density is not a set of draws: each point counts by its density "
            "and by how far it is from the next.",
            gives=lambda c: funnel(c, outlier=other_tails(c)["flat"]),
            credit=0.25,
        ),
        Mistake(
            name="left out what was seen itself",
            hint="The tail holds as many successes as were seen, and fewer.",
            gives=lambda c: funnel(c, outlier=other_tails(c)["fewer"]),
            credit=0.5,
        ),
        Mistake(
            name="gave the upper tail",
            hint="The question is how rare so few successes are, not so many.",
            gives=lambda c: funnel(c, outlier=1 - np.array(outlier_tails(c))),
            credit=0.5,
        ),
        Mistake(
            name="gave the funnel's tail, that of an average doctor",
            hint="That tells who differs from the average. An outlier does not belong to the "
            "population of the others, and a population has a spread.",
            gives=lambda c: funnel(c, outlier=other_tails(c)["average"]),
        ),
        Mistake(
            name="gave the probability of being below the standard",
            hint="That is the first of the chapter's three questions. `outlier` is the third: "
            "does the doctor belong to the population of the others?",
            gives=lambda c: funnel(c, outlier=c.below()),
            tolerance=lambda c: funnel(c, outlier=chance_error(c.below())),
        ),
    ),
    hint="The limits need the rate of all patients and each caseload, `caught` a binomial "
    "distribution at the poor rate, and `outlier` the other doctors' prediction.",
    lesson="The funnel is blind where patients are few and sharp where they are many, and a "
    "doctor far below its limit may still belong to the population of the others. To be poor and "
    "to be an outlier are two things.",
)


# --- 09.4 -----------------------------------------------------------------------------------------

RULES = ("raw", "funnel", "last")


def errors(accused: ArrayLike = np.nan, missed: ArrayLike = np.nan) -> pd.DataFrame:
    """The two numbers of each rule, NaN for those not given."""
    return pd.DataFrame({"accused": accused, "missed": missed}, list(RULES))


@dataclass(frozen=True)
class World:
    """Clinics with these caseloads whose doctors are drawn from a normal population.

    Attributes:
        n: caseloads.
        pooled: the rate around which the funnel's limits stand.
        centre: mean of the true log-odds.
        spread: their standard deviation.
        standard: of the rule 'raw', and of being poor.
        z: of the funnel.
        highest: review the highest raw rate in place of the lowest.
    """

    n: tuple[int, ...]
    pooled: float
    centre: float
    spread: float = SPREAD
    standard: float = STANDARD
    z: float = Z
    highest: bool = False


def world_of(c: Clinic, **other: Any) -> World:
    """The task's world for a clinic; a mistake's differs in `other`."""
    task: dict[str, Any] = {
        "n": tuple(c.n.astype(int)),
        "pooled": c.pooled,
        "centre": float(logit(c.pooled)),
    }
    return World(**task | other)


@dataclass(frozen=True)
class Verdicts:
    """What a rule does with each doctor (rows): how probable it is, together with good or poor.

    Attributes:
        reviewed: columns (reviewed and good), (reviewed and poor), by the true rate.
        spared: the same for not reviewed.
        seen: columns (reviewed and good), (not reviewed and poor), by the raw rate.
    """

    reviewed: np.ndarray
    spared: np.ndarray
    seen: np.ndarray


@lru_cache(maxsize=64)
def verdicts(world: World) -> dict[str, Verdicts]:
    """What each rule does in a world, by sums over true rates and over numbers of successes."""
    at = logit(world.standard) + (np.arange(-1600, 1600) + 0.5) / 200  # one cell ends there
    if world.spread:
        weight = stats.norm.pdf(at, world.centre, world.spread)
    else:
        weight = np.zeros(len(at))
        weight[np.abs(at - world.centre).argmin()] = 1.0
    weight, rate = weight / weight.sum(), expit(at)
    states = np.array([(rate >= world.standard) * weight, (rate < world.standard) * weight])

    joint, raw = [], []  # of each doctor: (successes, good or poor), and the raw rates
    for n in world.n:
        s = np.arange(n + 1)
        joint.append(stats.binom.pmf(s[:, None], n, rate) @ states.T)
        raw.append(s / n)
    limit = world.pooled - world.z * binomial_se(world.pooled, np.array(world.n, float))
    sign = -1.0 if world.highest else 1.0

    def last(j: int) -> np.ndarray:
        """Probability that nobody else has a lower raw rate, for each of j's."""
        nobody = np.ones(len(raw[j]))
        for k in range(len(raw)):
            if k != j:
                not_lower = sign * raw[k] >= sign * raw[j][:, None]
                nobody *= not_lower @ joint[k].sum(axis=1)
        return nobody

    rules = {
        "raw": [(r < world.standard).astype(float) for r in raw],
        "funnel": [(r < low).astype(float) for r, low in zip(raw, limit, strict=True)],
        "last": [last(j) for j in range(len(raw))],
    }

    def verdict(rule: list[np.ndarray]) -> Verdicts:
        parts = [(v, p, r < world.standard) for v, p, r in zip(rule, joint, raw, strict=True)]
        return Verdicts(
            reviewed=np.array([v @ p for v, p, _ in parts]),
            spared=np.array([(1 - v) @ p for v, p, _ in parts]),
            seen=np.array(
                [
                    [(v * ~poor) @ p.sum(axis=1), ((1 - v) * poor) @ p.sum(axis=1)]
                    for v, p, poor in parts
                ]
            ),
        )

    return {name: verdict(rule) for name, rule in rules.items()}


def good_accused_poor_missed(world: World) -> pd.DataFrame:
    """Expected numbers a clinic."""
    table = verdicts(world)
    return errors(
        [table[rule].reviewed[:, 0].sum() for rule in RULES],
        [table[rule].spared[:, 1].sum() for rule in RULES],
    )


def right_errors(c: Clinic) -> pd.DataFrame:
    """The exact answer."""
    return good_accused_poor_missed(world_of(c))


def simulation_error(c: Clinic) -> pd.DataFrame:
    """How far the means of simulated clinics may be off: doctors count nearly independently."""
    table = verdicts(world_of(c))

    def sd(p: np.ndarray) -> float:
        return float(np.sqrt((p * (1 - p)).sum()))

    right = errors(
        [sd(table[rule].reviewed[:, 0]) for rule in RULES],
        [sd(table[rule].spared[:, 1]) for rule in RULES],
    )
    return ERRORS * right / np.sqrt(CLINICS) + 1e-3


def shares(c: Clinic) -> pd.DataFrame:
    """Of the good doctors, and of the poor ones, the share that is treated wrongly."""
    raw = verdicts(world_of(c))["raw"]
    good, poor = (raw.reviewed + raw.spared).sum(axis=0)
    right = right_errors(c)
    return errors(right["accused"] / good, right["missed"] / poor)


def all_reviewed(c: Clinic) -> np.ndarray:
    """Expected number of reviews a clinic, by rule."""
    return np.array([verdicts(world_of(c))[rule].reviewed.sum() for rule in RULES])


def good_for_poor(c: Clinic) -> pd.DataFrame:
    """Poor doctors reviewed and good ones not, expected numbers a clinic."""
    table = verdicts(world_of(c))
    return errors(
        [table[rule].reviewed[:, 1].sum() for rule in RULES],
        [table[rule].spared[:, 0].sum() for rule in RULES],
    )


def only(table: pd.DataFrame, rule: str) -> pd.DataFrame:
    """One rule's numbers, NaN for the others."""
    return table.loc[[rule]].reindex(list(RULES))


_TRUE = "In a simulation the true rates are known: who is good or poor follows from them. "

rules_and_errors = Task(
    id="09.4",
    title="Whom a rule accuses",
    points=2,
    variable="rule_errors",
    asks="for each of the three rules the mean numbers a clinic of good doctors reviewed and of "
    "poor doctors missed, columns accused and missed",
    answer=Table("rule", "the rule '{label}'"),
    tolerance=simulation_error,
    truth=right_errors,
    parts=(
        Part(1, "the good doctors whom each rule accuses", "accused"),
        Part(1, "the poor doctors whom each rule misses", "missed"),
    ),
    mistakes=(
        Mistake(
            name="swapped the two columns",
            hint="Accused are good doctors who are reviewed; missed are poor ones who are not.",
            gives=lambda c: errors(right_errors(c)["missed"], right_errors(c)["accused"]),
            tolerance=lambda c: errors(
                simulation_error(c)["missed"], simulation_error(c)["accused"]
            ),
            credit=0.5,
        ),
        Mistake(
            name="gave the share of the good doctors, and of the poor ones",
            hint="The task asks for numbers a clinic: add up the doctors of each clinic, then "
            "average over the clinics.",
            gives=shares,
            credit=0.5,
        ),
        Mistake(
            name="averaged over the doctors as well",
            hint="The task asks for numbers a clinic: sum over the doctors before you average over "
            "the clinics.",
            gives=lambda c: right_errors(c) / len(c.doctors),
            credit=0.5,
        ),
        Mistake(
            name="added up all simulated clinics",
            hint="The task asks for numbers a clinic: divide by how many there are.",
            gives=lambda c: right_errors(c) * CLINICS,
            tolerance=lambda c: simulation_error(c) * CLINICS,
            credit=0.5,
        ),
        Mistake(
            name="counted all reviews, those of poor doctors too",
            hint="`accused` counts reviews that should not have been: the doctor is good.",
            gives=lambda c: errors(accused=all_reviewed(c)),
        ),
        Mistake(
            name="gave the share of the reviews that go to good doctors",
            hint="That share is worth knowing. `accused` is a number a clinic: how many good "
            "doctors are reviewed?",
            gives=lambda c: errors(accused=right_errors(c)["accused"] / all_reviewed(c)),
            credit=0.5,
        ),
        Mistake(
            name="gave the poor doctors who are found",
            hint="`missed` counts the poor doctors whom the rule does not review.",
            gives=lambda c: errors(
                missed=[verdicts(world_of(c))[rule].reviewed[:, 1].sum() for rule in RULES]
            ),
            credit=0.5,
        ),
        Mistake(
            name="took good doctors for poor ones",
            hint="A poor doctor has a true rate below the standard.",
            gives=good_for_poor,
            tolerance=lambda c: ERRORS * np.sqrt(good_for_poor(c) / CLINICS) + 1e-3,
        ),
        Mistake(
            name="judged the doctors by their raw rates",
            hint=_TRUE + "The raw rates are all that a rule gets to see.",
            gives=lambda c: errors(
                *np.array([verdicts(world_of(c))[rule].seen.sum(axis=0) for rule in RULES]).T
            ),
        ),
        Mistake(
            name="gave every doctor the same true rate",
            hint="The doctors of this world differ: draw each one's log-odds from the population.",
            gives=lambda c: good_accused_poor_missed(world_of(c, spread=0.0)),
        ),
        Mistake(
            name="took the population's variance for its standard deviation",
            hint="`rng.normal` takes a standard deviation, and so does the task.",
            gives=lambda c: good_accused_poor_missed(world_of(c, spread=SPREAD**2)),
            credit=0.25,
        ),
        Mistake(
            name="centred the log-odds at a rate",
            hint="The population is on the log-odds scale: its centre is the log-odds of the rate "
            "of all patients.",
            gives=lambda c: good_accused_poor_missed(world_of(c, centre=c.pooled)),
            credit=0.25,
        ),
        Mistake(
            name="gave every doctor the mean caseload",
            hint="Small caseloads make most of the mistakes: keep each doctor's own.",
            gives=lambda c: good_accused_poor_missed(
                world_of(c, n=(round(c.n.mean()),) * len(c.doctors))
            ),
        ),
        Mistake(
            name="used the inner limits for the funnel",
            hint="The rule 'funnel' has the limits of task 09.3.",
            gives=lambda c: only(good_accused_poor_missed(world_of(c, z=1.96)), "funnel"),
            credit=0.5,
            tolerance=lambda c: 2 * simulation_error(c),  # more are reviewed, so more varies
        ),
        Mistake(
            name="reviewed the first of the table in place of the last",
            hint="The rule 'last' reviews the lowest raw rate.",
            gives=lambda c: only(good_accused_poor_missed(world_of(c, highest=True)), "last"),
            credit=0.5,
        ),
        Mistake(
            name="used the chapter's standard",
            hint="This board has set a standard of its own: `standard` in the setup cell.",
            gives=lambda c: good_accused_poor_missed(world_of(c, standard=CHAPTERS_STANDARD)),
            credit=0.5,
        ),
    ),
    hint="For each rule make a table of True and False, a row a clinic and a column a doctor; "
    "another one says who is poor. Count where they contradict each other.",
    lesson="No rule is free. The funnel spares the good and misses most of the poor, the raw "
    "rate does the opposite, and a rule that reviews the last of every table must accuse somebody "
    "even where all are good, and can find next to nobody but the last.",
)


# --- 09.5 -----------------------------------------------------------------------------------------

DRAWS = 2000


@lru_cache(maxsize=16)
def doctors_draws(c: Clinic) -> dict[str, tuple[np.ndarray]]:
    """What the check calls a student's function with: for each doctor, quantiles of the rate."""
    prob = (np.arange(DRAWS) + 0.5) / DRAWS
    return {
        f"the draws of Dr. {doctor}": (expit(alpha.quantile(prob)),)
        for doctor, alpha in zip(c.doctors, exact(c).alpha, strict=True)
    }


@dataclass(frozen=True)
class Results:
    """The results a batch may have, for each doctor (rows): joint with good and with poor.

    Attributes:
        chance: probability of each result.
        poor: probability of the result and a rate below the standard.
        p: probability of a rate below the standard, before the batch.
        mean: mean rate, before the batch.
    """

    chance: np.ndarray
    poor: np.ndarray
    p: np.ndarray
    mean: np.ndarray

    @property
    def now(self) -> np.ndarray:
        """Expected loss of the better act, before the batch."""
        return np.minimum(MISS * self.p, review_loss(self.p))

    def by_act(self, work: float = WORK) -> tuple[np.ndarray, np.ndarray]:
        """Loss of leaving alone and of a review, times the result's probability."""
        return MISS * self.poor, ACCUSE * (self.chance - self.poor) + work * self.poor

    @property
    def later(self) -> np.ndarray:
        """Expected loss of the better act after each result."""
        return np.minimum(*self.by_act()).sum(axis=1)

    def later_if(self, review: np.ndarray) -> np.ndarray:
        """Expected loss of a plan that reviews after some results."""
        leave, act = self.by_act()
        return np.where(review, act, leave).sum(axis=1)


@lru_cache(maxsize=64)
def results(c: Clinic, batch: int = BATCH) -> Results:
    """What a batch of patients may bring."""
    k = np.arange(batch + 1)[:, None]
    rows = []
    for (rate,) in doctors_draws(c).values():
        pmf = stats.binom.pmf(k, batch, rate)
        poor = rate < STANDARD
        rows.append((pmf.mean(axis=1), (pmf * poor).mean(axis=1), poor.mean(), rate.mean()))
    return Results(*(np.array(column) for column in zip(*rows, strict=True)))


def savings(saved: Callable[[Results], np.ndarray], batch: int = BATCH) -> Formula:
    """A formula: what a student's function would return for each doctor."""
    return lambda c: pd.DataFrame(
        {0: saved(results(c, batch))}, list(doctors_draws(c)), dtype=float
    )


def most_probable(r: Results) -> np.ndarray:
    """Loss after the most probable result, taken for certain."""
    best, row = r.chance.argmax(axis=1), np.arange(len(r.p))
    p = r.poor[row, best] / r.chance[row, best]
    return np.minimum(MISS * p, review_loss(p))


def after_each(r: Results) -> np.ndarray:
    """Loss of the better act after each result, given the result."""
    p = r.poor / r.chance
    return np.minimum(MISS * p, review_loss(p))


def at_the_mean_rate(r: Results) -> np.ndarray:
    """Loss after the batch where results are predicted with the mean rate alone."""
    k = np.arange(r.chance.shape[1])
    return (stats.binom.pmf(k, k[-1], r.mean[:, None]) * after_each(r)).sum(axis=1)


def by_the_batch_alone(r: Results) -> np.ndarray:
    """Loss of the plan that compares the batch's own rate with the standard."""
    k = np.arange(r.chance.shape[1])
    return r.later_if(np.broadcast_to(k / k[-1] < STANDARD, r.chance.shape))


worth_waiting_for = Task(
    id="09.5",
    title="Is it worth waiting?",
    points=2,
    variable="saving",
    asks="the expected loss that the next patients' results save, from the draws of one "
    "doctor's rate",
    answer=Function(takes="rate", calls=lambda c: doctors_draws(c)),
    tolerance=1e-4,
    truth=savings(lambda r: r.now - r.later),
    parts=(Part(2, "what waiting saves"),),
    mistakes=(
        Mistake(
            name="kept the act of today whatever the patients bring",
            hint="Patients who cannot change the decision save nothing. After each result choose "
            "the better act anew.",
            gives=savings(lambda r: 0 * r.p),
        ),
        Mistake(
            name="let the patients reveal the true rate",
            hint="So few patients leave the rate uncertain. In which order do you average over the "
            "draws and take the smaller loss? First gather the draws that belong to one result.",
            gives=savings(lambda r: r.now - WORK * r.p),
            credit=0.25,
        ),
        Mistake(
            name="supposed that nothing is lost after waiting",
            hint="After the patients the decision may still be wrong. What is its expected loss "
            "then?",
            gives=savings(lambda r: r.now),
        ),
        Mistake(
            name="gave the expected loss after waiting",
            hint="A saving is a difference: what does the best act lose today?",
            gives=savings(lambda r: r.later),
            credit=0.5,
        ),
        Mistake(
            name="subtracted the wrong way round",
            hint="To know more can only lower the expected loss, so no saving is negative.",
            gives=savings(lambda r: r.later - r.now),
            credit=0.5,
        ),
        Mistake(
            name="counted every result as equally probable",
            hint="Weigh each result by its probability: its binomial probability, averaged over "
            "the draws.",
            gives=savings(lambda r: r.now - after_each(r).mean(axis=1)),
            credit=0.25,
        ),
        Mistake(
            name="predicted the patients with the mean rate",
            hint="The rate is not known. Each draw predicts results of its own; average the "
            "probabilities of the results, not the rate.",
            gives=savings(lambda r: r.now - at_the_mean_rate(r)),
            credit=0.25,
        ),
        Mistake(
            name="decided by the new patients alone",
            hint="What is known today counts after the batch as well: among the draws, each "
            "weighed by how well it explains the result, which share is below the standard?",
            gives=savings(lambda r: r.now - by_the_batch_alone(r)),
        ),
        Mistake(
            name="took the most probable result for certain",
            hint="It is the other results that may change the decision: go through all of them.",
            gives=savings(lambda r: r.now - most_probable(r)),
        ),
        Mistake(
            name="weighed each result by its probability twice",
            hint="The mean over the draws of 'this result and below the standard' has the "
            "probability of the result in it already.",
            gives=savings(lambda r: r.now - (r.chance * np.minimum(*r.by_act())).sum(axis=1)),
            credit=0.25,
        ),
        Mistake(
            name="waited for one patient",
            hint="The batch has as many patients as `batch` says, and any number of them may do "
            "well.",
            gives=savings(lambda r: r.now - r.later, batch=1),
            credit=0.25,
        ),
        Mistake(
            name="left a result out, that of no success",
            hint="Results run from no success to a success in every patient.",
            gives=savings(lambda r: r.now - np.minimum(*r.by_act())[:, 1:].sum(axis=1)),
            credit=0.5,
        ),
        Mistake(
            name="left a result out, that of a success in every patient",
            hint="Results run from no success to a success in every patient: `range` stops before "
            "its end.",
            gives=savings(lambda r: r.now - np.minimum(*r.by_act())[:, :-1].sum(axis=1)),
            credit=0.5,
        ),
        Mistake(
            name="forgot the work that the review of a poor doctor takes",
            hint="The table of costs is that of task 09.2, with both cells of a review.",
            gives=savings(
                lambda r: (
                    np.minimum(MISS * r.p, ACCUSE * (1 - r.p))
                    - np.minimum(*r.by_act(work=0.0)).sum(axis=1)
                )
            ),
            credit=0.5,
        ),
        Mistake(
            name="supposed that today the doctor is left alone",
            hint="Today too you take the better of two acts, which for some doctors is a review.",
            gives=savings(lambda r: MISS * r.p - r.later),
            credit=0.25,
        ),
        Mistake(
            name="reviewed after a result where poor is more probable than good",
            hint="After the batch the two costs are what they were: take the act that loses less.",
            gives=savings(lambda r: r.now - r.later_if(r.poor > r.chance / 2)),
            credit=0.25,
        ),
    ),
    hint="After each possible result, draws count by how probable they make it. Find the better "
    "act for each result, and add up the losses with the results' probabilities.",
    lesson="Waiting saves most where the decision is open and little is known; where no result "
    "could change the act, it saves nothing, however uncertain the rate is. Set it against what "
    "waiting costs the patients in the meantime.",
)


EXERCISE = Exercise(
    id="09",
    title="Deciding",
    minutes=40,
    load=load,
    tasks=(
        places_and_chances,
        two_acts,
        what_a_funnel_sees,
        rules_and_errors,
        worth_waiting_for,
    ),
)
