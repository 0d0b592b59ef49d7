"""Task 03.4: from draws of intercept and slope, an odds ratio and a new patient's chance.

The answer is a function, and the check hands draws of its own to it. On the draws of one fit an
answer could be held against the exact posterior only within their Monte Carlo error, which is
larger than what many a wrong translation changes.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import expit

from shrinkage.exercises.answers import Function, called
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex03_a_first_bayesian_model.made_up_fits import calls
from shrinkage.exercises.ex03_a_first_bayesian_model.plane import others, plane, relative
from shrinkage.exercises.ex03_a_first_bayesian_model.priors import ALPHA, BETA
from shrinkage.exercises.intervals import shortest, shortest_given
from shrinkage.exercises.mistakes import Mistake, in_percent
from shrinkage.exercises.task import Part, Task

RATIO = ["ratio", "ratio_lower", "ratio_upper"]
CHANCE = ["chance", "chance_lower", "chance_upper"]
Draws = np.ndarray
Translation = Callable[[Draws], Draws]
Estimate = Callable[[Draws, Translation], float]
"""One number from draws and what translates them."""


def translated_first(draws: Draws, translate: Translation) -> float:
    """The mean of the translated draws."""
    return float(translate(draws).mean())


def median(draws: Draws, translate: Translation) -> float:
    """The median of the translated draws."""
    return float(np.median(translate(draws)))


def averaged_first(draws: Draws, translate: Translation) -> float:
    """The translated mean of the draws."""
    return float(translate(draws.mean()))


def central(prob: float) -> Callable[[Draws], Draws]:
    """The ends between which the draws lie with this probability, as much left out at each side."""
    return lambda draws: np.quantile(draws, [(1 - prob) / 2, (1 + prob) / 2])


def deviations(many: float) -> Callable[[Draws], Draws]:
    """The ends so many standard deviations away from the mean."""
    return lambda draws: draws.mean() + many * np.array([-1, 1]) * draws.std()


def reading(
    alpha: Draws,
    beta: Draws,
    relative: float,
    *,
    log_odds: Callable[[Draws, Draws, float], Draws] = lambda alpha, beta, at: alpha + beta * at,
    more: Callable[[float], float] = lambda at: 1.0,
    ratio: Translation = np.exp,
    chance: Translation = expit,
    mean_ratio: Estimate = translated_first,
    mean_chance: Estimate = translated_first,
    ends: Callable[[Draws], Draws] = central(0.95),  # noqa: B008 (a constant)
) -> dict[str, float]:
    """Posterior mean and 95 % interval of the odds ratio and of the chance of a new patient."""
    step, patient = beta * more(relative), log_odds(alpha, beta, relative)
    found = [mean_ratio(step, ratio), *ends(ratio(step))]
    found += [mean_chance(patient, chance), *ends(chance(patient))]
    return dict(zip(RATIO + CHANCE, found, strict=True))


truth = called(reading, calls)


def unchanged(draws: Draws) -> Draws:
    """The draws themselves, where they are not translated."""
    return draws


def swapped_ends(table: pd.DataFrame) -> pd.DataFrame:
    """Both intervals with their upper ends first."""
    upper_first = [*RATIO[:1], *RATIO[:0:-1], *CHANCE[:1], *CHANCE[:0:-1]]
    return table[upper_first].set_axis(table.columns, axis=1)


def multiplied(c: Clinic) -> pd.DataFrame:
    """The average patient's chance times the odds ratio, once for each unit of `relative`."""

    def found(alpha: Draws, beta: Draws, relative: float) -> dict[str, float]:
        average = expit(alpha).mean()
        nothing = dict.fromkeys(RATIO + CHANCE, np.nan)
        return nothing | {"chance": average * np.exp(beta).mean() ** relative}

    return called(found, calls)(c)


def single_outcomes(c: Clinic) -> pd.DataFrame:
    """Intervals of a yes or a no: nothing or all. Their mean is the chance, if a noisy one."""
    table = pd.DataFrame(np.nan, list(calls(c)), RATIO + CHANCE)
    return table.assign(chance_lower=0.0, chance_upper=1.0)


def of_the_students_fit(c: Clinic) -> pd.DataFrame:
    """What the fit of task 3 says, whatever the draws that are handed in."""
    patients = others(c)
    on = plane(tuple(relative(patients).tolist()), patients.success, ALPHA, BETA)

    def summary(values: np.ndarray) -> list[float]:
        order = np.argsort(values)
        below = np.cumsum(on.weight[order]) - on.weight[order] / 2
        return [float(on.weight @ values), *np.interp([0.025, 0.975], below, values[order])]

    rows = {
        label: [*summary(np.exp(on.beta)), *summary(expit(on.alpha + on.beta * at))]
        for label, (_, _, at) in calls(c).items()
    }
    return pd.DataFrame(rows, index=RATIO + CHANCE).T


_WRONG_ENDS = "The draws are right, the quantiles are not: how much is left out at either side of "

TASK = Task(
    id="03.4",
    title="What the fit says",
    points=2,
    variable="reading",
    asks="posterior mean and 95 % credible interval of the odds ratio and of a new patient's "
    "chance, from draws of intercept and slope",
    answer=Function(takes="alpha, beta, relative", calls=calls),
    tolerance=1e-3,  # three decimals, by any common definition of a quantile
    truth=truth,
    parts=(
        Part(0.75, "the odds ratio", tuple(RATIO)),
        Part(1.25, "the chance of the new patient", tuple(CHANCE)),
    ),
    mistakes=(
        in_percent(columns=CHANCE),
        Mistake(
            name="swapped the two ends",
            hint="The lower end is the smaller number.",
            turns=swapped_ends,
            plain=True,
            credit=0.5,
        ),
        Mistake(
            name="gave the slope and the log-odds as they are",
            hint="A slope becomes an odds ratio with `np.exp`, a log-odds becomes a chance with "
            "`expit`: draw by draw, before you take means and quantiles.",
            instead={"ratio": unchanged, "chance": unchanged},
            credit=0.25,
        ),
        Mistake(
            name="gave the slope instead of the odds ratio",
            hint="Adding the slope to the log-odds multiplies the odds: by what?",
            instead={"ratio": unchanged},
            credit=0.5,
        ),
        Mistake(
            name="took the exponential of the mean slope as the estimate of the odds ratio",
            hint="The mean of the odds ratio is not the odds ratio of the mean. Take the "
            "exponential of each draw, then the mean.",
            instead={"mean_ratio": averaged_first},
            credit=0.5,
        ),
        Mistake(
            name="took the chance at the mean log-odds as the estimate of the chance",
            hint="The mean of the chances is not the chance at the mean. Turn each draw's log-odds "
            "into a chance, then take the mean.",
            instead={"mean_chance": averaged_first},
            credit=0.5,
        ),
        Mistake(
            name="gave the odds ratio of a patient who is milder, not sicker",
            hint="One standard deviation more of severity adds the slope; with the sign turned it "
            "is the odds ratio of one less.",
            instead={"ratio": lambda beta: np.exp(-beta)},
            credit=0.5,
        ),
        Mistake(
            name="gave the odds ratio of the new patient and the average one",
            hint="The odds ratio is the same for all patients: that of one standard deviation more "
            "of severity.",
            instead={"more": lambda at: at},
            credit=0.5,
        ),
        Mistake(
            name="turned the slope into a chance",
            hint="A slope is a change of log-odds, and belongs to no patient. What does it "
            "multiply the odds by?",
            instead={"ratio": expit},
            credit=0.25,
        ),
        Mistake(
            name="gave medians as the estimates",
            hint="The estimate asked for is the posterior mean.",
            instead={"mean_ratio": median, "mean_chance": median},
            credit=0.5,
        ),
        Mistake(
            name="gave the log-odds of the new patients",
            hint="What a patient wants to hear is a chance. Translate draw by draw, then take "
            "means and quantiles.",
            instead={"chance": unchanged},
            credit=0.5,
        ),
        Mistake(
            name="gave the odds of the new patients",
            hint="Odds have no upper limit, a chance lies between 0 and 1: `expit` of the "
            "log-odds, not `exp`.",
            instead={"chance": np.exp},
            credit=0.5,
        ),
        Mistake(
            name="took the intervals of single outcomes",
            hint="Whether one patient succeeds is a yes or a no, and an interval for it says "
            "nothing. The interval asked for is about the chance: draw no outcomes.",
            gives=single_outcomes,
            credit=0.5,
        ),
        Mistake(
            name="multiplied the chance by the odds ratio",
            hint="The odds ratio multiplies odds. Go back to the draws: each gives an intercept "
            "and a slope, hence a log-odds for each patient, hence a chance.",
            gives=multiplied,
        ),
        Mistake(
            name="turned the severity round",
            hint="A larger `relative` is a sicker patient: minus one is milder than average.",
            instead={"log_odds": lambda alpha, beta, at: alpha - beta * at},
            credit=0.25,
        ),
        Mistake(
            name="left `relative` out",
            hint="The intercept belongs to the average patient. What does the slope add for this "
            "one?",
            instead={"log_odds": lambda alpha, beta, at: alpha},
            credit=0.25,
        ),
        Mistake(
            name="gave the chances of failure",
            hint="The model explains `success`, and so do the chances that are asked for.",
            instead={"chance": lambda log_odds: expit(-log_odds)},
            credit=0.5,
        ),
        Mistake(
            name="gave the ends of 90 % intervals",
            hint=_WRONG_ENDS + "a 95 % interval?",
            instead={"ends": central(0.9)},
            credit=0.5,
        ),
        Mistake(
            name="gave the ends of the intervals that ArviZ takes unless told otherwise",
            hint=_WRONG_ENDS + "a 95 % interval? `ci_prob` of ArviZ has another default.",
            instead={"ends": central(0.89)},
            credit=0.5,
        ),
        Mistake(
            name="gave the ends one standard deviation away",
            hint="One standard deviation to each side holds about two thirds. Take quantiles of "
            "the draws instead.",
            instead={"ends": deviations(1)},
            credit=0.5,
        ),
        Mistake(
            name="gave the ends 1.96 standard deviations away",
            hint="That is right for draws that are normal. Odds ratios and chances are skewed; "
            "take quantiles of the draws instead.",
            instead={"ends": deviations(1.96)},
            credit=0.5,
        ),
        # ArviZ takes the same interval from the same draws, but for one draw
        shortest_given({"ends": lambda draws: shortest(draws, 0.95)}, 0.005),
        Mistake(
            name="gave the numbers of your own fit, whatever the draws",
            hint="Compute with the arguments `alpha`, `beta` and `relative`, and with nothing that "
            "was computed outside of the function.",
            gives=of_the_students_fit,
            tolerance=0.03,  # the Monte Carlo error of an end, and of a ratio more than of a chance
            costly=True,
        ),
    ),
    hint="Each draw has an intercept and a slope. From each draw compute what is asked, then take "
    "the mean and the 2.5 % and 97.5 % quantiles of the results.",
    lesson="The odds ratio is one number for all patients, the change in chances is not. Towards "
    "the sickest the interval widens, because few such patients were seen.",
)
