"""Task 07.3: a new doctor's rate, the next patients, and what more data would remove.

Of the next twenty patients at most k are successes with probability E[F(k; 20, theta)], F the
binomial distribution function; for a new doctor theta is drawn from the population of each draw.
Law of total variance: Var(alpha_new) = Var(mu_pop) + E(sigma_pop²). The first is doubt about the
population; the second stays when the population is known.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Function
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex07_reading_shrinkage import draws
from shrinkage.exercises.ex07_reading_shrinkage.draws import FEW, Draws, Ends, Rates, Tails
from shrinkage.exercises.ex07_reading_shrinkage.estimates import TAILS
from shrinkage.exercises.intervals import about_as_short, shortest_given
from shrinkage.exercises.mistakes import Mistake, in_percent, swapped
from shrinkage.exercises.task import ERRORS, Part, Task

AHEAD = ["lower", "upper", "few_known", "few_new", "removable"]
NINETY = (0.05, 0.95)


def unchanged(value: float) -> float:
    """A step that does nothing in the right answer."""
    return value


def rest(share: float) -> float:
    """The other share, or the other tail."""
    return 1 - share


def prediction(
    c: Clinic,
    *,
    whose: Rates = draws.new_doctor,
    tails: Tails = NINETY,
    ends: Ends = np.quantile,
    few: Callable[[Draws, Rates, int], float] = draws.at_most,
    most: int = FEW,
    tail: Callable[[float], float] = unchanged,
    known: Rates = draws.known_doctor,
    new: Rates = draws.new_doctor,
    share: Callable[[Draws], float] = draws.share_of_mu,
    part: Callable[[float], float] = unchanged,
    seen: Callable[[Draws, Clinic], Draws] = lambda d, c: d,
) -> pd.DataFrame:
    """What is ahead, from the draws of each call."""
    rows = {label: seen(d, c) for label, d in draws.draws(c).items()}

    def probability(d: Draws, of: Rates) -> float:
        return tail(few(d, of, most))

    values = [
        [
            *draws.interval(d, whose, tails, ends),
            probability(d, known),
            probability(d, new),
            part(share(d)),
        ]
        for d in rows.values()
    ]
    return pd.DataFrame(values, list(rows), AHEAD)


def error_of_one_draw(c: Clinic) -> pd.DataFrame:
    """The standard deviation of what one draw says."""
    return pd.DataFrame({label: _one_draw(d) for label, d in draws.draws(c).items()}, AHEAD).T


def prediction_error(c: Clinic) -> pd.DataFrame:
    """How far each may be off if new doctors and patients are drawn once for each draw."""
    return 6e-4 + ERRORS / np.sqrt(draws.SIZE) * error_of_one_draw(c)


def _one_draw(d: Draws) -> list[float]:
    ends = []
    for prob in NINETY:
        below, above = draws.interval(d, draws.new_doctor, (prob - 0.01, prob + 0.01))
        ends.append(np.sqrt(prob * (1 - prob)) * (above - below) / 0.02)  # one over the density
    p = np.array([draws.at_most(d, of) for of in (draws.known_doctor, draws.new_doctor)])
    x = d.new_log_odds - d.new_log_odds.mean()
    variance = draws.share_of_mu(d) * np.sqrt(np.mean(x**4) / np.mean(x**2) ** 2 - 1)
    return [*ends, *np.sqrt(p * (1 - p)), float(variance)]


def as_short(c: Clinic) -> pd.DataFrame:
    """How far the ends of a shortest interval may be off."""
    error = prediction_error(c)
    for label, d in draws.draws(c).items():
        error.loc[label, AHEAD[:2]] += about_as_short(draws.new_doctor(d), NINETY[1] - NINETY[0])
    return error


def rough_error(c: Clinic) -> pd.DataFrame:
    """How far numbers of the notebook's fit may be off, whose draws are not independent."""
    own = prediction_error(c)
    return own * 0 + 3 * own.iloc[0]


def log_odds_error(c: Clinic) -> pd.DataFrame:
    """How far the ends may be off on the log-odds scale."""
    rate = prediction(c)[AHEAD[:2]]
    return (prediction_error(c) / (rate * (1 - rate)))[AHEAD].fillna(0.0)


_DRAW = "First draw the doctor, from the population of the draw; then the doctor's patients."
_POPULATION = (
    "Each draw has a population of its own, its `mu_pop` and its `sigma_pop`: draw one new doctor "
    "from each."
)


def of_this_clinic(d: Draws, c: Clinic) -> Draws:
    """The clinic's own draws, whatever was handed over."""
    return next(iter(draws.draws(c).values()))


TASK = Task(
    id="07.3",
    title="The next doctor, the next patients",
    points=2,
    variable="ahead",
    asks="five numbers under the names lower, upper, few_known, few_new and removable, from draws",
    answer=Function(takes="mu, sigma, theta", calls=draws.calls),
    tolerance=prediction_error,
    truth=prediction,
    one_draw=error_of_one_draw,
    parts=(
        Part(0.5, "the interval of a new doctor's rate", ("lower", "upper")),
        Part(0.5, "'few_known', about a doctor with patients", "few_known"),
        Part(0.5, "'few_new', about a doctor without any", "few_new"),
        Part(0.5, "'removable', what more data would remove", "removable"),
    ),
    mistakes=(
        Mistake(
            name="gave the numbers of this clinic, whatever the draws",
            hint="Compute with the arguments `mu`, `sigma` and `theta`, and with nothing that was "
            "computed outside of the function.",
            instead={"seen": of_this_clinic},
            tolerance=rough_error,
        ),
        in_percent(),
        swapped(name="swapped the ends of the interval"),
        swapped(
            "few_known",
            "few_new",
            name="swapped the known doctor and the new one",
            hint="'few_known' is about the doctor who has patients.",
        ),
        Mistake(
            name="gave the typical doctor's interval",
            hint="The typical doctor is the middle of the population. A new doctor is one draw "
            "from it: add the doctor's own distance, a normal draw times `sigma_pop`.",
            instead={"whose": draws.typical_doctor},
        ),
        Mistake(
            name="gave the known doctor's interval",
            hint="The doctor who starts in January has no patients yet. " + _DRAW,
            instead={"whose": draws.known_doctor},
        ),
        Mistake(
            name="took the population's means for the population in the interval",
            hint=_POPULATION,
            instead={"whose": draws.doctor_of_mean_population},
        ),
        Mistake(
            name="gave the 95 % interval",
            hint="The task asks for another level than the chapter's: how much is left out at "
            "either end?",
            instead={"tails": TAILS},
            credit=0.5,
        ),
        Mistake(
            name="cut off a tenth at either end",
            hint="What an equal-tailed interval leaves out is shared between the two ends.",
            instead={"tails": (0.1, 0.9)},
            credit=0.5,
        ),
        shortest_given(
            {"ends": draws.shortest_ends}, as_short, name="gave the ends of the shortest interval"
        ),
        Mistake(
            name="gave the interval on the log-odds scale",
            hint="A rate lies between 0 and 1: the inverse logit takes log-odds there.",
            instead={"whose": draws.new_log_odds},
            tolerance=log_odds_error,
            credit=0.5,
        ),
        Mistake(
            name="plugged in the estimates and forgot their doubt",
            hint="The binomial probability is averaged over the draws of the rate; it is not "
            "computed at their mean. Doubt about a rate makes bad months likelier.",
            instead={"few": draws.at_the_mean},
        ),
        Mistake(
            name="gave the probability of exactly that many successes",
            hint="'At most' is a sum over all smaller numbers too: `stats.binom.cdf`.",
            instead={"few": draws.exactly},
            credit=0.25,
        ),
        Mistake(
            name="forgot the chance in the patients",
            hint="That is the probability that the *rate* is low. Twenty patients of a doctor with "
            "a fair rate may still go badly: each draw of the rate has its own binomial.",
            instead={"few": draws.rate_is_low},
        ),
        Mistake(
            name="counted fewer successes than the task says, and not that number itself",
            hint="'At most' includes the number itself.",
            instead={"most": FEW - 1},
            credit=0.5,
        ),
        Mistake(
            name="gave the probability of more successes",
            hint="`cdf` is the probability of at most a number, `sf` that of more.",
            instead={"tail": rest},
            credit=0.5,
        ),
        Mistake(
            name="counted failures instead of successes",
            hint="At most a number of *successes*: which of the two does the rate belong to?",
            instead={"few": draws.at_most_failures},
            credit=0.25,
        ),
        Mistake(
            name="plugged in the known doctor's estimate and forgot its doubt",
            hint="The binomial probability is averaged over the draws of the rate; it is not "
            "computed at their mean. Doubt about a rate makes bad months likelier.",
            instead={"known": draws.estimate},
        ),
        Mistake(
            name="took the typical doctor for the new one",
            hint="A new doctor may be far from typical. " + _DRAW,
            instead={"new": draws.typical_doctor},
        ),
        Mistake(
            name="took the population's means for the population in 'few_new'",
            hint=_POPULATION,
            instead={"new": draws.doctor_of_mean_population},
        ),
        Mistake(
            name="gave the share that more data cannot remove",
            hint="Endless data would settle `mu_pop`. Doctors would still differ from it.",
            instead={"part": rest},
            credit=0.5,
        ),
        Mistake(
            name="divided standard deviations instead of variances",
            hint="The two parts add up as variances; so the share is one of variances.",
            instead={"share": draws.share_of_sds},
            credit=0.5,
        ),
        Mistake(
            name="gave the variance of `mu_pop` itself",
            hint="That is the first part. What share of the whole is it?",
            instead={"share": draws.variance_of_mu},
            credit=0.5,
        ),
        Mistake(
            name="took the doubt about `sigma_pop` for the doctors' own spread",
            hint="The second part is the mean of the squared `sigma_pop`, how much doctors differ, "
            "and not how unsure you are of it.",
            instead={"share": draws.variance_of_sigma_for_spread},
        ),
        Mistake(
            name="squared the mean of `sigma_pop`",
            hint="The second part is the mean of the squares, which is larger than the square of "
            "the mean: square each draw first.",
            instead={"share": draws.square_of_mean_sigma},
        ),
    ),
    hint="Average over the draws, each with its own `mu_pop`, `sigma_pop` and `theta`. A new "
    "doctor's log-odds is a normal draw from each draw's population.",
    lesson="The known doctor's months will mostly be better than a new one's, and both can go "
    "badly by chance. Most of the doubt about a new doctor is that doctors differ, and no number "
    "of other doctors' patients takes it away.",
)
