"""Task 04.3: draws of the doctors' rates, and of a new doctor's, from those of a fit."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit

from shrinkage import exact
from shrinkage.exact import Posterior
from shrinkage.exercises.answers import Draws
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.comparison import Values
from shrinkage.exercises.ex04_varying_intercepts.model import posterior
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.task import Part, Task

Drawn = Callable[[exact.At, Posterior], ArrayLike]
"""What a student computed in each draw, of one doctor, with the posterior that draws come from.

`at.alpha = at.mu_pop + at.sigma_pop * at.z`; for a new doctor `at.z` is a standard normal draw.
"""


def rate(at: exact.At, p: Posterior) -> ArrayLike:
    """The success rate of a doctor in a draw."""
    return expit(at.alpha)


def log_odds(at: exact.At, p: Posterior) -> ArrayLike:
    """The log-odds of a doctor in a draw."""
    return at.alpha


def rate_of_typical(at: exact.At, p: Posterior) -> ArrayLike:
    """The rate of the centre of the population."""
    return expit(at.mu_pop)


def rate_around_zero(at: exact.At, p: Posterior) -> ArrayLike:
    """The rate of a doctor's difference from the centre alone."""
    return expit(at.sigma_pop * at.z)


def rates_table(c: Clinic, mean_and_sd: ArrayLike) -> pd.DataFrame:
    """The task's table: a row a doctor, and the new one's below."""
    labels = [*(f"theta[{doctor}]" for doctor in c.doctors), "theta_new"]
    return pd.DataFrame(np.transpose(mean_and_sd), labels, ["mean", "sd"])


@lru_cache(maxsize=64)
def moments(c: Clinic, drawn: Drawn, doctors: Sequence[int]) -> np.ndarray:
    """Means and sds of these doctors; their number stands for a new one."""
    p = posterior(c.s, c.n)
    return np.array(p.joint.mean_and_sd_by_doctor(lambda at: drawn(at, p), doctors))


def rates(c: Clinic, *, known: Drawn = rate, new: Drawn = rate) -> pd.DataFrame:
    """Posterior mean and sd of each doctor's rate, and of a new doctor's."""
    count = len(c.doctors)
    return rates_table(c, np.hstack([moments(c, known, range(count)), moments(c, new, (count,))]))


def new_alone(c: Clinic, mean: float, sd: float) -> pd.DataFrame:
    """The table with a new doctor's rate, and no say on the others."""
    nothing = [np.nan] * len(c.doctors)
    return rates_table(c, ([*nothing, mean], [*nothing, sd]))


def one_of_the_ten(c: Clinic) -> pd.DataFrame:
    """For the new doctor, in each draw the rate of one of the known at random."""
    p = posterior(c.s, c.n)
    mean = float(p.mean.mean())
    return new_alone(c, mean, float(np.sqrt((p.sd**2 + p.mean**2).mean() - mean**2)))


def average_of_the_ten(c: Clinic) -> pd.DataFrame:
    """For the new doctor, in each draw the mean of the ten rates."""
    joint = posterior(c.s, c.n).joint
    first, second = (joint.given_nodes(lambda at, k=k: expit(at.alpha) ** k) for k in (1, 2))
    # Given a node the doctors are independent, so the variances of their rates add up.
    means, within = first.mean(axis=1), (second - first**2).sum(axis=1) / first.shape[1] ** 2
    mean = float(joint.weight @ means)
    return new_alone(c, mean, float(np.sqrt(joint.weight @ (within + (means - mean) ** 2))))


def from_priors(c: Clinic) -> pd.DataFrame:
    """For the new doctor, a population that has seen no patients."""
    p = posterior([0.0], [0.0])
    return new_alone(c, p.mean[0], p.sd[0])


def odds_of_the_busiest(c: Clinic) -> pd.DataFrame:
    """Odds in place of rates; with few patients their tails are too long to be recognised."""
    odds = rates(c, known=lambda at, p: np.exp(at.alpha))
    return odds.loc[[f"theta[{c.n.idxmax()}]"]].reindex(odds.index)


def of_failure(values: Values) -> Values:
    """Rates of failure: their means, the sds stay."""
    return values * [-1.0, 1.0] + [1.0, 0.0]


_TO_RATES = "The sums are right. A rate lies between 0 and 1: turn each draw into one."
_DRAW_BY_DRAW = "Add the `Intercept` of the same draw, turn the sum into a rate, and stop there. "

TASK = Task(
    id="04.3",
    title="From log-odds to rates",
    points=3,
    variable="rates",
    asks="draws of the doctors' success rates and of a new doctor's",
    answer=Draws(
        quantities={"theta": ("theta",), "theta_new": ("theta_new",)},
        sampled=False,
    ),
    tolerance=2e-4,
    truth=rates,
    parts=(
        Part(1.5, "the success rates of the ten doctors", "theta"),
        Part(1.5, "the success rate of a doctor nobody has seen", "theta_new"),
    ),
    mistakes=(
        in_percent(),
        Mistake(
            name="forgot the intercept",
            hint="`1|doctor` is a difference from the typical doctor: zero means typical, not an "
            "even chance.",
            instead={"known": rate_around_zero},
        ),
        Mistake(
            name="stayed on the log-odds",
            hint=_TO_RATES,
            instead={"known": log_odds, "new": log_odds},
            credit=0.5,
        ),
        Mistake(
            name="stayed on the log-odds, for the ten doctors",
            hint=_TO_RATES,
            instead={"known": log_odds},
            credit=0.5,
        ),
        Mistake(
            name="stayed on the log-odds, for the new doctor",
            hint=_TO_RATES,
            instead={"new": log_odds},
            credit=0.5,
        ),
        Mistake(
            name="turned log-odds into odds and stopped there",
            hint="Odds may be larger than one, a rate may not: divide by one plus the odds.",
            gives=odds_of_the_busiest,
            credit=0.25,
        ),
        Mistake(
            name="added the mean of `Intercept` to every draw",
            hint="In the draws a high `Intercept` goes with low differences. "
            + _DRAW_BY_DRAW
            + "With its mean the errors no longer cancel.",
            instead={"known": lambda at, p: expit(p.mu_pop.mean + at.sigma_pop * at.z)},
            credit=0.25,
        ),
        Mistake(
            name="turned `Intercept` and `1|doctor` into rates before adding them",
            hint="Rates do not add up, log-odds do: add first.",
            instead={"known": lambda at, p: expit(at.mu_pop) + expit(at.sigma_pop * at.z)},
        ),
        Mistake(
            name="counted `Intercept` twice",
            hint="Does what you start from contain the intercept already? The output of `predict` "
            "does, `1|doctor` does not.",
            instead={"known": lambda at, p: expit(at.mu_pop + at.alpha)},
        ),
        Mistake(
            name="gave every doctor the rate of the typical one",
            hint="That is the centre of the population. What sets each doctor apart from it?",
            instead={"known": rate_of_typical},
        ),
        Mistake(
            name="gave rates of failure",
            hint="The rates are about success: which outcome is 1?",
            turns=of_failure,
        ),
        Mistake(
            name="took the typical doctor for the new one",
            hint="A new doctor differs from the centre as much as doctors differ. Where does "
            "`1|doctor_sigma` come in?",
            instead={"new": rate_of_typical},
        ),
        Mistake(
            name="gave the new doctor the average rate of the ten",
            hint="An average of ten doctors is steadier than any one of them. A new doctor is one "
            "draw from the population.",
            gives=average_of_the_ten,
        ),
        Mistake(
            name="drew the new doctor at the posterior means of the population",
            hint="Ten doctors say only roughly where the population lies and how wide it is. Take "
            "`Intercept` and `1|doctor_sigma` from each draw.",
            instead={"new": lambda at, p: expit(p.mu_pop.mean + p.sigma_pop.mean * at.z)},
            credit=0.25,
        ),
        Mistake(
            name="took for the new doctor one of the ten at random",
            hint="That answers who of the ten comes next. A new doctor may be better than the "
            "best of them and worse than the worst: draw from the population.",
            gives=one_of_the_ten,
            credit=0.25,
        ),
        Mistake(
            name="drew the new doctor around zero",
            hint="The population lies around `Intercept`, not around an even chance.",
            instead={"new": rate_around_zero},
        ),
        Mistake(
            name="left `1|doctor_sigma` out when you drew the new doctor",
            hint="A standard normal draw has to be stretched by how much doctors differ.",
            instead={"new": lambda at, p: expit(at.mu_pop + at.z)},
            credit=0.25,
        ),
        Mistake(
            name="took the square of `1|doctor_sigma` for the doctors' standard deviation",
            hint="`1|doctor_sigma` is a standard deviation: no square.",
            instead={"new": lambda at, p: expit(at.mu_pop + at.sigma_pop**2 * at.z)},
            credit=0.25,
        ),
        Mistake(
            name="added `1|doctor_sigma` to the intercept as if it were a difference",
            hint="It says how far doctors lie from the centre, to both sides. The new doctor's "
            "own place has to be drawn.",
            instead={"new": lambda at, p: expit(at.mu_pop + at.sigma_pop)},
        ),
        Mistake(
            name="drew the new doctor from the priors, which have seen no patients",
            hint="The draws of `fit` know what this clinic's doctors are like.",
            gives=from_priors,
        ),
    ),
    hint=_DRAW_BY_DRAW + "A new doctor has a difference of their own in each draw, from a normal "
    "distribution that the same draw describes.",
    lesson="A doctor's rate is a sum in log-odds, made a rate draw by draw, and averaged last. The "
    "new doctor's is drawn around the typical one, as far away as doctors lie apart.",
)
