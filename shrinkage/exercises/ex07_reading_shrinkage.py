"""Exercise 7, reading shrinkage: how far estimates move, and what they say about the next patient.

Every truth is an integral over the exact posterior (`shrinkage.exact`). With theta a doctor's rate,
m and v its posterior mean and variance:

- The probability that the next patient is a success is m. Of the next twenty, at most k are with
  probability E[F(k; 20, theta)], F the binomial distribution function; for a new doctor theta is
  the rate of a doctor without patients. Gelman and others, Bayesian Data Analysis, 3rd ed. (2013),
  sections 1.3 and 5.3.
- Law of total variance: Var(alpha_new) = Var(mu_pop) + E(sigma_pop²). The first is doubt about the
  population; the second stays when the population is known.
- After one more success the posterior is weighted with theta, after a failure with 1 - theta; so
  the estimate moves by E[theta²]/m - m = v/m, or by -v/(1 - m).
- Given the coefficient beta of severity, alpha has the density that the exact posterior holds for
  each beta; the rate for patients of severity x is the inverse logit of alpha + beta x.

How far a number from draws may be off: for a mean of f, ERRORS sd(f)/sqrt(effective draws); for a
quantile, ERRORS sqrt(p (1 - p)/effective draws)/density. For a function of several means, f is its
influence function.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.interpolate import CubicSpline
from scipy.special import expit, logit

from shrinkage.exact import Marginal, Posterior, posterior, posterior_with_covariate
from shrinkage.exercises import clinic
from shrinkage.exercises.answers import CONVERGED, Draws, Labelled, Picture, Table, exact_table
from shrinkage.exercises.answers.picture import AXIS
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import ERRORS, Exercise, Part, Task

NEXT, FEW = 20, 12  # of the next twenty patients, twelve successes or fewer
SICK = 2.0  # severity of the patients of task 4, in standard deviations

# Effective draws that the notebook's own fit surely has: the smallest of theta, of mu_pop and
# sigma_pop, and of a new doctor drawn anew in each draw, is more than one and a half times as large
# in every clinic that the tests try.
OF_THETA, OF_POPULATION, OF_NEW = 2000, 1000, 4000
DRAWS = 8000  # of the notebook's own fit, which the task tells to use in full


class Clinic(clinic.Clinic):
    """The clinic, with its exact posterior."""

    @property
    def successes(self) -> tuple[int, ...]:
        """Successes in the order of the doctors."""
        return tuple(map(int, self.s))

    @property
    def trials(self) -> tuple[int, ...]:
        """Patients in the order of the doctors."""
        return tuple(map(int, self.n))

    @property
    def perfect(self) -> int:
        """The position of the doctor with the fewest patients among those without a failure."""
        return self.doctors.index(self.n[self.s == self.n].idxmin())

    @property
    def posterior(self) -> Posterior:
        """The exact posterior without severity; the last doctor is one without patients."""
        return _posterior((*self.successes, 0), (*self.trials, 0))

    @property
    def thetas(self) -> Sequence[Marginal]:
        """The posterior of each doctor's log-odds, without severity."""
        return self.posterior.alpha[:-1]

    @property
    def new(self) -> Marginal:
        """The posterior of a new doctor's log-odds."""
        return self.posterior.alpha[-1]


load = Clinic.load


_posterior = cache(posterior)


def fine(m: Marginal) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds on a fine grid, and weights that add up to one."""
    x = np.linspace(m.x[0], m.x[-1], 2001)
    density = np.maximum(CubicSpline(m.x, m.density)(x), 0.0)
    return x, density / density.sum()  # it has fallen to nothing at both ends


def expect(m: Marginal, f: Callable[[np.ndarray], np.ndarray]) -> float:
    """The posterior mean of a function of the log-odds."""
    x, weight = fine(m)
    return float(weight @ f(x))


def rate_density(m: Marginal, rate: float) -> float:
    """The density of the success rate at `rate`."""
    x = logit(rate)
    return float(np.interp(x, m.x, m.density) / (rate * (1 - rate)))


def quantile_error(m: Marginal, prob: float, draws: int) -> float:
    """How far a quantile of so many draws of the success rate may be off."""
    rate = float(expit(m.quantile(prob)))
    return ERRORS * np.sqrt(prob * (1 - prob) / draws) / rate_density(m, rate)


# --- 07.1 -----------------------------------------------------------------------------------------

MOVED = ["raw", "estimate", "moved"]


def estimates(c: Clinic) -> pd.Series:
    """Posterior mean of each doctor's rate."""
    return c.by_doctor(c.posterior.mean[:-1])


def sds(c: Clinic) -> pd.Series:
    """Posterior sd of each doctor's rate."""
    return c.by_doctor(c.posterior.sd[:-1])


def estimate_error(c: Clinic) -> pd.Series:
    """How far an estimate from draws may be off, and a third decimal rounded."""
    return ERRORS * sds(c) / np.sqrt(OF_THETA) + 6e-4


def table(columns: list[str], *values: pd.Series) -> pd.DataFrame:
    """A table by doctor."""
    return pd.concat(values, axis=1, keys=columns)


def move_error(c: Clinic) -> pd.DataFrame:
    """How far each number of the table may be off."""
    return table(MOVED, 0 * c.raw + 6e-4, estimate_error(c), estimate_error(c))


def log_odds_error(c: Clinic) -> pd.Series:
    """How far a mean of log-odds may be off."""
    return c.by_doctor([ERRORS * m.sd / np.sqrt(OF_THETA) for m in c.thetas])


def times(scale: float, error: Formula) -> Formula:
    """An error on another scale."""
    return lambda c: scale * error(c)


def moves(c: Clinic) -> pd.DataFrame:
    """Raw rate, estimate, and the way from one to the other."""
    return moved_to(c, estimates(c))


def moved_to(c: Clinic, estimate: pd.Series) -> pd.DataFrame:
    """The table of the task for other estimates."""
    return table(MOVED, c.raw, estimate, estimate - c.raw)


def typical(c: Clinic) -> float:
    """The typical doctor's rate, as the chapter draws it."""
    return float(expit(c.posterior.mu_pop.mean))


def moves_are(way: Callable[[Clinic], pd.Series]) -> Formula:
    """A formula: only the column moved, computed in this way."""
    return lambda c: table(MOVED, c.raw * np.nan, c.raw * np.nan, way(c))


moved = Task(
    id="07.1",
    title="How far each estimate moved",
    points=2,
    variable="moved",
    asks="raw rate, estimate and signed movement of every doctor, columns raw, estimate and moved",
    answer=Table(),
    tolerance=move_error,
    truth=moves,
    parts=(
        Part(0.5, "the raw rates", "raw"),
        Part(0.75, "the estimates", "estimate"),
        Part(0.75, "how far each one moved", "moved"),
    ),
    mistakes=(
        Mistake(
            name="gave percent instead of proportions",
            hint="All three columns are on the scale from 0 to 1.",
            gives=lambda c: 100 * moves(c),
            tolerance=times(100, move_error),
            credit=0.5,
        ),
        Mistake(
            name="gave the movement in percentage points",
            hint="The chapter's table does; here all three columns are on the scale from 0 to 1.",
            gives=moves_are(lambda c: 100 * (estimates(c) - c.raw)),
            tolerance=times(100, move_error),
            credit=0.5,
        ),
        Mistake(
            name="took the way from the estimate back to the raw rate",
            hint="Shrinkage starts at the raw rate. A doctor whose estimate is lower than the raw "
            "rate has moved down, and that is negative.",
            gives=moves_are(lambda c: c.raw - estimates(c)),
            credit=0.5,
        ),
        Mistake(
            name="left the sign of the movement out",
            hint="Up and down are different news for a doctor: keep the sign.",
            gives=moves_are(lambda c: (estimates(c) - c.raw).abs()),
            credit=0.5,
        ),
        Mistake(
            name="measured the way from the typical doctor, not from the raw rate",
            hint="The movement is an arrow of the shrinkage plot. It begins at the doctor's cross.",
            gives=moves_are(lambda c: estimates(c) - typical(c)),
        ),
        Mistake(
            name="measured the whole way from the raw rate to the typical doctor",
            hint="No estimate goes all of that way while the doctor has patients. Where does the "
            "arrow end?",
            gives=moves_are(lambda c: typical(c) - c.raw),
        ),
        Mistake(
            name="divided the movement by the raw rate",
            hint="The movement is a difference of two rates. As a share of the raw rate it has no "
            "value for a doctor who never succeeded.",
            gives=moves_are(lambda c: (estimates(c) / c.raw - 1).where(c.raw > 0)),
            credit=0.25,
        ),
        Mistake(
            name="put the mean intercept through the inverse logit",
            hint="The estimate is the mean of the rates. The rate of a mean log-odds is another "
            "number where the posterior is wide: transform each draw, then take the mean.",
            gives=lambda c: moved_to(c, c.by_doctor([expit(m.mean) for m in c.thetas])),
            credit=0.5,
        ),
        Mistake(
            name="took the median of the draws",
            hint="The course's estimate is the posterior mean, because that is the probability of "
            "a success in the next patient. The two differ where the posterior is lopsided.",
            gives=lambda c: moved_to(c, c.by_doctor([expit(m.quantile(0.5)) for m in c.thetas])),
            credit=0.5,
        ),
        Mistake(
            name="gave log-odds instead of rates",
            hint="`alpha` is on the log-odds scale. Which variable of the fit holds the rates?",
            gives=lambda c: table(
                MOVED, c.raw * np.nan, c.by_doctor([m.mean for m in c.thetas]), c.raw * np.nan
            ),
            tolerance=lambda c: table(MOVED, *[log_odds_error(c)] * 3),
        ),
        Mistake(
            name="gave every doctor the rate of all patients together",
            hint="That is complete pooling. The fit has a rate for each doctor: average over the "
            "draws and keep the dimension `doctor`.",
            gives=lambda c: moved_to(c, 0 * c.raw + c.s.sum() / c.n.sum()),
        ),
        Mistake(
            name="gave every doctor the mean of all doctors' rates",
            hint="Average over the chains and the draws, and not over the doctors as well.",
            gives=lambda c: moved_to(c, 0 * c.raw + estimates(c).mean()),
        ),
        Mistake(
            name="gave the spread of the draws as the estimate",
            hint="The standard deviation says how sure the estimate is; the estimate is the mean.",
            gives=lambda c: moved_to(c, sds(c)),
        ),
    ),
    hint="The raw rate comes from the counts, the estimate is the mean of a doctor's draws of "
    "`theta`, and the movement is the second less the first.",
    lesson="The long arrows belong to doctors with few patients who stand far from the rest. A "
    "short arrow may mean many patients, or a raw rate that was near the others from the start.",
)


# --- 07.2 -----------------------------------------------------------------------------------------

MARKS = ["raw", "estimate", "lower", "upper"]
TAILS = (0.025, 0.975)


def interval(c: Clinic, tails: tuple[float, float] = TAILS) -> tuple[pd.Series, pd.Series]:
    """Equal-tailed credible intervals of the doctors' rates."""
    lower, upper = (c.by_doctor([expit(m.quantile(p)) for m in c.thetas]) for p in tails)
    return lower, upper


def drawn(marks: pd.DataFrame, axis: float = 1.0) -> pd.DataFrame:
    """Marks by doctor, and the row that says whether the axis has a name."""
    row = pd.DataFrame({k: axis if k == MARKS[0] else np.nan for k in MARKS}, index=[AXIS])
    return pd.concat([marks, row])


def right_marks(c: Clinic) -> pd.DataFrame:
    """What a picture should show in each doctor's row."""
    return table(MARKS, c.raw, estimates(c), *interval(c))


def mark_error(c: Clinic) -> pd.DataFrame:
    """How far the marks may be off; nothing for the axis, which is named or not."""
    ends = [c.by_doctor([quantile_error(m, p, OF_THETA) for m in c.thetas]) + 6e-4 for p in TAILS]
    return drawn(table(MARKS, 0 * c.raw + 6e-4, estimate_error(c), *ends), 0.01).fillna(0.01)


def loosely(c: Clinic) -> pd.DataFrame:
    """How far any mark may be off: a wrong one may stand where an exact one is asked for."""
    return 0 * mark_error(c) + mark_error(c).to_numpy().max()


def loosely_in_row(c: Clinic) -> pd.DataFrame:
    """The same where each mark is in its own doctor's row."""
    return pd.DataFrame({name: mark_error(c).max(axis=1) for name in MARKS})


def log_odds_loosely(c: Clinic) -> pd.DataFrame:
    """The same on the log-odds scale."""
    rate = expit(np.array([[m.quantile(p) for p in TAILS] for m in c.thetas]))
    error = (mark_error(c).iloc[:-1, 2:] / (rate * (1 - rate))).max(axis=1)
    return drawn(pd.DataFrame(dict.fromkeys(MARKS, error)), 0.01).fillna(0.01)


def seen(marks: Callable[[Clinic], pd.DataFrame]) -> Formula:
    """What a check sees of wrong marks: in each row, for each quantity, the mark nearest to it.

    NaN where two marks are about as near, so that Monte Carlo error decides which is the nearest.
    """

    def nearest(c: Clinic) -> pd.DataFrame:
        truth, there = right_marks(c), marks(c).to_numpy(float)
        error = loosely(c).to_numpy().max()
        far = np.abs(there[:, None, :] - truth.to_numpy()[:, :, None])
        best = far.argmin(axis=2)
        values = np.take_along_axis(there, best, axis=1)
        close = far < np.take_along_axis(far, best[:, :, None], axis=2) + error
        other = np.abs(there[:, None, :] - values[:, :, None]) > error
        values[(close & other).any(axis=2)] = np.nan
        return drawn(pd.DataFrame(values, truth.index, MARKS), np.nan)

    return nearest


def reordered(order: Callable[[Clinic], Sequence[int] | np.ndarray]) -> Formula:
    """Marks in this order beside names in the clinic's."""
    return seen(lambda c: right_marks(c).iloc[order(c)].set_axis(c.raw.index))


def wilson(c: Clinic) -> tuple[pd.Series, pd.Series]:
    """Wilson's intervals of the raw rates."""
    pairs = zip(c.successes, c.trials, strict=True)
    ends = [stats.binomtest(s, n).proportion_ci(method="wilson") for s, n in pairs]
    return c.by_doctor([e.low for e in ends]), c.by_doctor([e.high for e in ends])


def shown(*names: str) -> Formula:
    """A formula: where a picture shows these marks."""
    return lambda c: drawn(pd.DataFrame({k: c.n.gt(0) & (k in names) for k in MARKS}), 0.0).eq(1)


_ROWS = "The names at the rows are in another order than the marks. "

shrinkage_plot = Task(
    id="07.2",
    title="The shrinkage plot",
    points=2,
    variable="picture",
    asks="the shrinkage plot, with the doctors' names at its rows",
    answer=Picture(),
    tolerance=mark_error,
    truth=lambda c: drawn(right_marks(c)),
    parts=(
        Part(0.5, "every doctor's raw rate in the doctor's row", shown("raw")),
        Part(0.5, "every doctor's estimate in the doctor's row", shown("estimate")),
        Part(0.5, "the ends of the intervals", shown("lower", "upper")),
        Part(
            0.5,
            "a name for the axis of rates",
            lambda c: (
                drawn(right_marks(c)).eq(1)
                & np.asarray(drawn(right_marks(c)).index == AXIS)[:, None]
            ),
            alone=False,
        ),
    ),
    mistakes=(
        Mistake(
            name="left the axis of rates without a name",
            hint="A reader who meets the picture alone cannot know what is measured: "
            "`ax.set_xlabel`, in words that a clinician uses.",
            gives=lambda c: drawn(right_marks(c) * np.nan, 0.0),
        ),
        Mistake(
            name="drew percent instead of proportions",
            hint="Draw on the scale from 0 to 1. If the axis should read in percent, matplotlib's "
            "`PercentFormatter(1)` writes it so.",
            gives=seen(lambda c: 100 * right_marks(c)),
            tolerance=times(100, loosely),
            credit=0.5,
        ),
        Mistake(
            name="left the raw rates out, or drew them on another scale",
            hint="Without the crosses it is a forest plot: nobody sees where an estimate came "
            "from. Crosses and circles are both on the scale from 0 to 1.",
            gives=seen(lambda c: right_marks(c).drop(columns="raw")),
            tolerance=loosely_in_row,
        ),
        Mistake(
            name="drew the raw rates twice and no estimates",
            hint="The circles belong at the posterior means: the column estimate of task 07.1.",
            gives=seen(lambda c: right_marks(c).drop(columns="estimate")),
            tolerance=loosely_in_row,
        ),
        Mistake(
            name="left the intervals out",
            hint="An arrow does not say how sure its end is. Add the credible interval of each "
            "doctor's rate: `ax.hlines` takes its ends, `errorbar` distances from the circle.",
            gives=seen(lambda c: right_marks(c)[["raw", "estimate"]]),
            tolerance=loosely_in_row,
        ),
        Mistake(
            name="handed the ends of the intervals to `errorbar`, which takes distances",
            hint="`xerr` is how far the bar goes to either side of the circle. `ax.hlines` takes "
            "the ends themselves.",
            gives=seen(
                lambda c: right_marks(c).assign(
                    lower=estimates(c) - interval(c)[0], upper=estimates(c) + interval(c)[1]
                )
            ),
            credit=0.5,
        ),
        Mistake(
            name="drew intervals at another level, ArviZ's usual one",
            hint="The task asks for another level: `ci_prob`, or the quantiles themselves.",
            gives=seen(lambda c: table(MARKS, c.raw, estimates(c), *interval(c, (0.055, 0.945)))),
            credit=0.5,
        ),
        Mistake(
            name="drew the middle half of the posterior",
            hint="That is the thick line of a forest plot. The task asks for the wide interval.",
            gives=seen(lambda c: table(MARKS, c.raw, estimates(c), *interval(c, (0.25, 0.75)))),
            credit=0.5,
        ),
        Mistake(
            name="drew one standard deviation to each side of the estimate",
            hint="Take quantiles of the draws: a posterior near the end of the scale is lopsided, "
            "and one standard deviation leaves a third of it out.",
            gives=seen(
                lambda c: table(
                    MARKS, c.raw, estimates(c), estimates(c) - sds(c), estimates(c) + sds(c)
                )
            ),
            credit=0.25,
        ),
        Mistake(
            name="drew Wilson's intervals of the raw rates",
            hint="Those belong to the crosses and know one doctor at a time. The interval of the "
            "estimate comes from the draws.",
            gives=seen(lambda c: table(MARKS, c.raw, estimates(c), *wilson(c))),
        ),
        Mistake(
            name="sorted the marks by estimate and not the names",
            hint=_ROWS + "Sort one table, then take both from it.",
            gives=reordered(lambda c: np.argsort(estimates(c), kind="stable")),
            tolerance=loosely,
            credit=0.25,
        ),
        Mistake(
            name="sorted the marks by caseload and not the names",
            hint=_ROWS + "Sort one table, then take both from it.",
            gives=reordered(lambda c: np.argsort(c.n, kind="stable")),
            tolerance=loosely,
            credit=0.25,
        ),
        Mistake(
            name="turned the order of the names round",
            hint=_ROWS + "Row 0 is at the bottom. To have the first doctor on top, keep the rows "
            "and use `ax.invert_yaxis()`.",
            gives=reordered(lambda c: range(len(c.doctors))[::-1]),
            tolerance=loosely,
            credit=0.25,
        ),
        Mistake(
            name="drew log-odds beside raw rates",
            hint="The raw rates lie between 0 and 1; draw the estimates and intervals of `theta`, "
            "not of `alpha`.",
            gives=seen(
                lambda c: table(
                    MARKS,
                    c.raw,
                    c.by_doctor([m.mean for m in c.thetas]),
                    *(c.by_doctor([m.quantile(p) for m in c.thetas]) for p in TAILS),
                )
            ),
            tolerance=log_odds_loosely,
        ),
    ),
    hint="In the row that has the doctor's name there should be the raw rate, the estimate and "
    "the two ends of the interval.",
    lesson="Read the widths first. A circle inside a wide interval says little about its doctor, "
    "wherever it stands.",
)


# --- 07.3 -----------------------------------------------------------------------------------------

AHEAD = ["lower", "upper", "few_known", "few_new", "removable"]
NINETY = (0.05, 0.95)


def ahead_of(**values: float) -> pd.Series:
    """The numbers of the task, NaN for those not given."""
    return pd.Series({name: values.get(name, np.nan) for name in AHEAD}, dtype=float)


def few(m: Marginal, most: int = FEW) -> float:
    """The probability of at most so many successes among the next patients."""
    return expect(m, lambda x: stats.binom.cdf(most, NEXT, expit(x)))


def few_if(rate: float) -> float:
    """The same for a doctor whose rate is known."""
    return float(stats.binom.cdf(FEW, NEXT, rate))


def rates_of(m: Marginal, tails: tuple[float, float] = NINETY) -> dict[str, float]:
    """Both ends of an interval for a rate."""
    lower, upper = expit(m.quantile(np.array(tails)))
    return {"lower": float(lower), "upper": float(upper)}


def known_doctor(c: Clinic) -> Marginal:
    """The log-odds of the perfect doctor of few patients."""
    return c.thetas[c.perfect]


def both_few(c: Clinic, of: Callable[[Marginal], float]) -> pd.Series:
    """Both probabilities, computed from each doctor's log-odds in this way."""
    return ahead_of(few_known=of(known_doctor(c)), few_new=of(c.new))


def variances(c: Clinic) -> tuple[float, float]:
    """The two parts of the variance of a new doctor's log-odds: mu_pop's, and sigma_pop² itself."""
    mu, sigma = c.posterior.mu_pop, c.posterior.sigma_pop
    assert sigma is not None
    return mu.sd**2, sigma.mean**2 + sigma.sd**2


def removable(c: Clinic) -> float:
    """The share of a new doctor's variance that is doubt about mu_pop."""
    doubt, spread = variances(c)
    return doubt / (doubt + spread)


def prediction(c: Clinic) -> pd.Series:
    """What is ahead, of a new doctor and of a known one."""
    return ahead_of(
        **rates_of(c.new),
        few_known=few(known_doctor(c)),
        few_new=few(c.new),
        removable=removable(c),
    )


def few_error(m: Marginal, draws: int) -> float:
    """How far `few` may be off: doubt about the rate, and patients drawn anew in each draw."""
    p = few(m)
    doubt = expect(m, lambda x: (stats.binom.cdf(FEW, NEXT, expit(x)) - p) ** 2)
    return ERRORS * np.sqrt(doubt / draws + (p * (1 - p) - doubt) / DRAWS)


def prediction_error(c: Clinic) -> pd.Series:
    """How far each of them may be off, computed from draws, and a third decimal rounded."""
    doubt, spread = variances(c)
    mu, sigma, total = c.posterior.mu_pop, c.posterior.sigma_pop, doubt + spread
    assert sigma is not None
    square = expect(mu, lambda x: ((x - mu.mean) ** 2 - doubt) ** 2)
    other = expect(sigma, lambda x: (x**2 - spread) ** 2)
    influence = np.sqrt(spread**2 * square + doubt**2 * other) / total**2
    chance = {
        "few_known": few_error(known_doctor(c), OF_THETA),
        "few_new": few_error(c.new, OF_NEW),
    }
    ends = {
        name: quantile_error(c.new, p, OF_NEW) for name, p in zip(AHEAD[:2], NINETY, strict=True)
    }
    return ahead_of(**ends, **chance, removable=ERRORS * influence / np.sqrt(OF_POPULATION)) + 6e-4


def closely(c: Clinic) -> pd.Series:
    """How far a mistake's number may be off that is not far from another mistake's."""
    return prediction_error(c) / 3


def new_log_odds_error(c: Clinic) -> pd.Series:
    """How far the ends of a new doctor's interval may be off on the log-odds scale."""
    rate = pd.Series(rates_of(c.new))
    return (prediction_error(c) / (rate * (1 - rate))).reindex(AHEAD).fillna(0.0)


_DRAW = "First draw the doctor, from the population of the draw; then the doctor's patients."

prediction_task = Task(
    id="07.3",
    title="The next doctor, the next patients",
    points=2,
    variable="ahead",
    asks="five numbers under the names lower, upper, few_known, few_new and removable",
    answer=Labelled("value", "'{label}'"),
    tolerance=prediction_error,
    truth=prediction,
    parts=(
        Part(0.5, "the interval of a new doctor's rate", ("lower", "upper")),
        Part(0.5, "'few_known', about a doctor with patients", "few_known"),
        Part(0.5, "'few_new', about a doctor without any", "few_new"),
        Part(0.5, "'removable', what more data would remove", "removable"),
    ),
    mistakes=(
        Mistake(
            name="gave the typical doctor's interval",
            hint="The typical doctor is the middle of the population. A new doctor is one draw "
            "from it: add the doctor's own distance, a normal draw times `sigma_pop`.",
            gives=lambda c: ahead_of(**rates_of(c.posterior.mu_pop)),
        ),
        Mistake(
            name="gave the known doctor's interval",
            hint="The doctor who starts in January has no patients yet. " + _DRAW,
            gives=lambda c: ahead_of(**rates_of(known_doctor(c))),
        ),
        Mistake(
            name="gave the 95 % interval",
            hint="The task asks for another level than the chapter's: how much is left out at "
            "either end?",
            gives=lambda c: ahead_of(**rates_of(c.new, TAILS)),
            credit=0.5,
        ),
        Mistake(
            name="cut off a tenth at either end",
            hint="What an equal-tailed interval leaves out is shared between the two ends.",
            gives=lambda c: ahead_of(**rates_of(c.new, (0.1, 0.9))),
            credit=0.5,
        ),
        Mistake(
            name="gave the interval on the log-odds scale",
            hint="A rate lies between 0 and 1: the inverse logit takes log-odds there.",
            gives=lambda c: ahead_of(
                lower=float(c.new.quantile(0.05)), upper=float(c.new.quantile(0.95))
            ),
            tolerance=new_log_odds_error,
            credit=0.5,
        ),
        Mistake(
            name="swapped the ends of the interval",
            hint="The lower end is the smaller number.",
            gives=lambda c: ahead_of(
                lower=rates_of(c.new)["upper"], upper=rates_of(c.new)["lower"]
            ),
            credit=0.5,
        ),
        Mistake(
            name="took the spread of the present doctors' estimates for that of new ones",
            hint="Estimates are shrunk, so they lie closer together than doctors do. " + _DRAW,
            gives=lambda c: ahead_of(
                **dict(zip(AHEAD[:2], np.quantile(estimates(c), NINETY), strict=True))
            ),
        ),
        Mistake(
            name="plugged in the estimates and forgot their doubt",
            hint="The binomial probability is averaged over the draws of the rate; it is not "
            "computed at their mean. Doubt about a rate makes bad months likelier.",
            tolerance=closely,
            gives=lambda c: both_few(c, lambda m: few_if(expect(m, expit))),
        ),
        Mistake(
            name="gave the probability of exactly that many successes",
            hint="'At most' is a sum over all smaller numbers too: `stats.binom.cdf`.",
            tolerance=closely,
            gives=lambda c: both_few(c, lambda m: few(m) - few(m, FEW - 1)),
            credit=0.25,
        ),
        Mistake(
            name="forgot the chance in the patients",
            hint="That is the probability that the *rate* is low. Twenty patients of a doctor with "
            "a fair rate may still go badly: each draw of the rate has its own binomial.",
            tolerance=closely,
            gives=lambda c: both_few(c, lambda m: float(m.cdf(logit(FEW / NEXT)))),
        ),
        Mistake(
            name="counted fewer successes than the task says, and not that number itself",
            hint="'At most' includes the number itself.",
            tolerance=closely,
            gives=lambda c: both_few(c, lambda m: few(m, FEW - 1)),
            credit=0.5,
        ),
        Mistake(
            name="gave the probability of more successes",
            hint="`cdf` is the probability of at most a number, `sf` that of more.",
            gives=lambda c: both_few(c, lambda m: 1 - few(m)),
            credit=0.5,
        ),
        Mistake(
            name="counted failures instead of successes",
            hint="At most a number of *successes*: which of the two does the rate belong to?",
            gives=lambda c: both_few(
                c, lambda m: expect(m, lambda x: stats.binom.cdf(FEW, NEXT, expit(-x)))
            ),
            credit=0.25,
        ),
        Mistake(
            name="swapped the known doctor and the new one",
            hint="'few_known' is about the doctor who has patients.",
            gives=lambda c: ahead_of(few_known=few(c.new), few_new=few(known_doctor(c))),
            credit=0.5,
        ),
        Mistake(
            name="plugged in the raw rate",
            hint="A doctor who has not failed yet would then never fail. Use the draws of the "
            "doctor's rate.",
            tolerance=1e-9,
            gives=lambda c: ahead_of(few_known=few_if(c.raw.iloc[c.perfect])),
        ),
        Mistake(
            name="plugged in the known doctor's estimate and forgot its doubt",
            hint="The binomial probability is averaged over the draws of the rate; it is not "
            "computed at their mean. Doubt about a rate makes bad months likelier.",
            tolerance=closely,
            gives=lambda c: ahead_of(few_known=few_if(estimates(c).iloc[c.perfect])),
        ),
        Mistake(
            name="took the typical doctor for the new one",
            hint="A new doctor may be far from typical. " + _DRAW,
            gives=lambda c: ahead_of(few_new=few(c.posterior.mu_pop)),
        ),
        Mistake(
            name="gave the share that more data cannot remove",
            hint="Endless data would settle `mu_pop`. Doctors would still differ from it.",
            gives=lambda c: ahead_of(removable=1 - removable(c)),
            credit=0.5,
        ),
        Mistake(
            name="divided standard deviations instead of variances",
            hint="The two parts add up as variances; so the share is one of variances.",
            tolerance=closely,
            gives=lambda c: ahead_of(removable=float(np.sqrt(removable(c)))),
            credit=0.5,
        ),
        Mistake(
            name="gave the variance of `mu_pop` itself",
            hint="That is the first part. What share of the whole is it?",
            gives=lambda c: ahead_of(removable=variances(c)[0]),
            credit=0.5,
        ),
        Mistake(
            name="took the doubt about `sigma_pop` for the doctors' own spread",
            hint="The second part is the mean of the squared `sigma_pop`, how much doctors differ, "
            "and not how unsure you are of it.",
            gives=lambda c: ahead_of(
                removable=variances(c)[0] / (variances(c)[0] + c.posterior.sigma_pop.sd**2)
            ),
        ),
    ),
    hint="Average over the draws, each with its own `mu_pop`, `sigma_pop` and `theta`. A new "
    "doctor's log-odds is a normal draw from each draw's population.",
    lesson="The known doctor's months will mostly be better than a new one's, and both can go "
    "badly by chance. Most of the doubt about a new doctor is that doctors differ, and no number "
    "of other doctors' patients takes it away.",
)


# --- 07.4 -----------------------------------------------------------------------------------------

KINDS = ("average", "sick")
Rate = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From a doctor's log-odds and the coefficient of severity to the number that a student drew."""


@cache
def _adjusted(c: Clinic) -> Posterior:
    return posterior_with_covariate(c.doctor_idx, c.severity, c.success)


def moments(
    c: Clinic, rate: Rate, doctors: list[int] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Posterior mean and sd, by doctor, of a function of log-odds and coefficient."""
    joint = _adjusted(c).joint
    return joint.mean_and_sd_by_doctor(lambda at: rate(at.alpha, at.beta), doctors)


def at(severity: float) -> Rate:
    """The success rate of patients of this severity."""
    return lambda a, beta: expit(a + beta * severity)


@cache
def rates(c: Clinic, average: Rate | None = None, sick: Rate | None = None) -> pd.DataFrame:
    """Means and sds of both kinds of patient, NaN for a kind that is not given."""
    found = {}
    for kind, rate in zip(KINDS, (average, sick), strict=True):
        nothing = c.raw * np.nan
        mean, sd = moments(c, rate) if rate else (nothing, nothing)
        found[kind] = (c.by_doctor(mean), c.by_doctor(sd))
    return in_rows(found)


def in_rows(found: dict[str, tuple[pd.Series, pd.Series]]) -> pd.DataFrame:
    """The table of a fit from means and sds by doctor, for each kind of patient."""
    means, sds = (
        {f"{kind}[{d}]": value for kind, pair in found.items() for d, value in pair[k].items()}
        for k in (0, 1)
    )
    return exact_table(means, sds)


def scaled(values: Formula) -> Formula:
    """How far draws on another scale may be off, judged by their own spread."""

    def error(c: Clinic) -> pd.DataFrame:
        found = values(c)
        return found.assign(mean=found["sd"]).fillna(0.0) * ERRORS / np.sqrt(400)

    return error


_AVERAGE, _SICK, _MILD, _ONE = at(0.0), at(SICK), at(-SICK), at(1.0)


def without_chains(values: pd.DataFrame) -> pd.DataFrame:
    """A mistake's values, which say nothing about the chains."""
    values = values.copy()
    values.loc[CONVERGED] = np.nan
    return values


def unadjusted(c: Clinic, *kinds: str) -> pd.DataFrame:
    """The fit without severity, for these kinds of patient."""
    nothing = (c.raw * np.nan, c.raw * np.nan)
    return in_rows({k: (estimates(c), sds(c)) if k in kinds else nothing for k in KINDS})


@cache
def own_patients(c: Clinic) -> pd.DataFrame:
    """For 'average', the rate at the mean severity of the doctor's own patients."""
    own = pd.Series(c.severity).groupby(list(c.doctor_idx)).mean()
    of_each = [moments(c, at(own[j]), [j]) for j in range(len(c.doctors))]
    mean, sd = (c.by_doctor(np.concatenate(part)) for part in zip(*of_each, strict=True))
    return in_rows({"average": (mean, sd), "sick": (c.raw * np.nan, c.raw * np.nan)})


@cache
def all_patients(c: Clinic) -> Rate:
    """The mean rate over all patients of the clinic."""
    x = np.array(c.severity)
    return lambda a, beta: np.mean([expit(a + beta * severity) for severity in x], axis=0)


adjusted_rates = Task(
    id="07.4",
    title="Which patients is the rate about?",
    points=2,
    variable="rates",
    asks="draws of every doctor's success rate for two kinds of patient",
    answer=Draws(quantities={"average": ("average",), "sick": ("sick",)}),
    tolerance=1e-9,  # besides the Monte Carlo error of the draws
    truth=lambda c: rates(c, _AVERAGE, _SICK),
    parts=(
        Part(0.25, "chains that can be trusted", CONVERGED, alone=False),
        Part(0.75, "'average', for patients of average severity", "average"),
        Part(1, "'sick', for patients two standard deviations sicker", "sick"),
    ),
    mistakes=(
        Mistake(
            name="used the fit without severity",
            hint="That fit gives a doctor one rate, for whoever came. Fit the model with "
            "`beta * severity` in it first.",
            gives=lambda c: without_chains(unadjusted(c, *KINDS)),
        ),
        Mistake(
            name="used the fit without severity for the average patient",
            hint="That fit's rate is about the patients whom the doctor saw. In the fit with "
            "severity, which value of severity is the average patient's?",
            gives=lambda c: without_chains(unadjusted(c, "average")),
        ),
        Mistake(
            name="turned the sign of severity round",
            hint="A higher severity is a sicker patient, and `beta` already has its sign: add "
            "`beta` times the severity to the log-odds.",
            gives=lambda c: without_chains(rates(c, None, _MILD)),
            credit=0.5,
        ),
        Mistake(
            name="took patients of severity 1",
            hint="Severity is in standard deviations from the average patient. How many does the "
            "task name?",
            gives=lambda c: without_chains(rates(c, None, _ONE)),
            credit=0.5,
        ),
        Mistake(
            name="swapped the two kinds of patient",
            hint="Sicker patients have the lower rate here.",
            gives=lambda c: without_chains(rates(c, _SICK, _AVERAGE)),
            credit=0.5,
        ),
        Mistake(
            name="gave both kinds of patient the same rate",
            hint="The doctor is the same, the patient is not: the log-odds differ by `beta` times "
            "the difference in severity.",
            gives=lambda c: without_chains(rates(c, None, _AVERAGE)),
        ),
        Mistake(
            name="gave log-odds instead of rates",
            hint="Put the log-odds of every draw through the inverse logit.",
            gives=lambda c: without_chains(rates(c, _log_odds, _log_odds_sick)),
            tolerance=scaled(lambda c: rates(c, _log_odds, _log_odds_sick)),
            credit=0.5,
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="Rates lie between 0 and 1 here.",
            gives=lambda c: without_chains(rates(c, _percent, _percent_sick)),
            tolerance=scaled(lambda c: rates(c, _percent, _percent_sick)),
            credit=0.5,
        ),
        Mistake(
            name="took the doctor's own average patient for the clinic's",
            hint="Then every doctor is measured on other patients, and the two rates of a league "
            "table are about different people. Severity 0 is the average of the whole clinic.",
            gives=lambda c: without_chains(own_patients(c)),
            credit=0.25,
        ),
        Mistake(
            name="averaged over all patients of the clinic instead of taking the average patient",
            hint="That is direct standardisation, the chapter's second choice. The task asks for "
            "its first: the rate of patients whose severity is the average.",
            gives=lambda c: without_chains(rates(c, all_patients(c))),
            credit=0.5,
        ),
        Mistake(
            name="multiplied the rate by the odds ratio",
            hint="An odds ratio multiplies odds, not rates. Add on the log-odds scale, then "
            "transform.",
            gives=lambda c: without_chains(rates(c, None, _times_odds_ratio)),
            credit=0.25,
        ),
        Mistake(
            name="added the coefficient to the rate",
            hint="`beta` is on the log-odds scale. Add it to `alpha`, then transform the sum.",
            gives=lambda c: without_chains(rates(c, None, _added_to_rate)),
            credit=0.25,
        ),
    ),
    hint="A doctor's log-odds for a patient of severity x is `alpha` plus `beta` times x, in each "
    "draw.",
    lesson="Nobody has 'a' rate: it is a doctor's for some patients. Compare doctors on the same "
    "patients, and say which. What was not recorded is in neither of the two.",
)


def _log_odds(a: np.ndarray, beta: float) -> np.ndarray:
    return a


def _log_odds_sick(a: np.ndarray, beta: float) -> np.ndarray:
    return a + SICK * beta


def _percent(a: np.ndarray, beta: float) -> np.ndarray:
    return 100 * expit(a)


def _percent_sick(a: np.ndarray, beta: float) -> np.ndarray:
    return 100 * expit(a + SICK * beta)


def _times_odds_ratio(a: np.ndarray, beta: float) -> np.ndarray:
    return expit(a) * np.exp(SICK * beta)


def _added_to_rate(a: np.ndarray, beta: float) -> np.ndarray:
    return expit(a) + SICK * beta


# --- 07.5 -----------------------------------------------------------------------------------------

STEPS = ["success", "failure"]


def steps(c: Clinic) -> pd.DataFrame:
    """How far the next patient's outcome would move each estimate."""
    m, v = estimates(c), sds(c) ** 2
    return table(STEPS, v / m, -v / (1 - m))


def step_error(c: Clinic) -> pd.DataFrame:
    """How far each of them may be off, computed from draws, and a fourth decimal rounded."""

    def error(x: Marginal, m: float, v: float, sign: int) -> float:
        q = m if sign > 0 else 1 - m

        def influence(a: np.ndarray) -> np.ndarray:
            off = sign * (expit(a) - m)
            return (off**2 - v) / q - v * off / q**2

        return ERRORS * np.sqrt(expect(x, lambda a: influence(a) ** 2) / OF_THETA) + 6e-5

    rows = zip(c.thetas, estimates(c), sds(c) ** 2, strict=True)
    values = [[error(x, m, v, sign) for sign in (1, -1)] for x, m, v in rows]
    return pd.DataFrame(values, list(c.doctors), STEPS)


def rough_step_error(c: Clinic) -> pd.DataFrame:
    """How far a number may be off that has the error of the estimate in it."""
    return table(STEPS, estimate_error(c), estimate_error(c)) + step_error(c)


def other_step_error(c: Clinic) -> pd.DataFrame:
    """How far a step may be off that stands in the other column."""
    return step_error(c)[STEPS[::-1]].set_axis(STEPS, axis=1)


def steps_of_raw(c: Clinic) -> pd.DataFrame:
    """How far the next patient would move the raw rates."""
    return table(STEPS, (c.s + 1) / (c.n + 1) - c.raw, c.s / (c.n + 1) - c.raw)


@cache
def all_at_once(c: Clinic) -> pd.DataFrame:
    """What happens to the estimates if every doctor has one more success, or one more failure."""
    n = [n + 1 for n in c.trials]
    after = (c.by_doctor(posterior([s + k for s in c.successes], n).mean) for k in (1, 0))
    return table(STEPS, *(a - estimates(c) for a in after))


next_patient = Task(
    id="07.5",
    title="What one more patient would say",
    points=2,
    variable="step",
    asks="how far the estimate of every doctor would move, columns success and failure",
    answer=Table(),
    tolerance=step_error,
    truth=steps,
    parts=(
        Part(1, "after a success", "success"),
        Part(1, "after a failure", "failure"),
    ),
    mistakes=(
        Mistake(
            name="moved the raw rates",
            hint="A raw rate jumps with every patient when there are few. How would the *estimate* "
            "move, which knows the other doctors too?",
            gives=steps_of_raw,
        ),
        Mistake(
            name="gave the new estimates, not the way to them",
            hint="Take the present estimate away.",
            gives=lambda c: steps(c).add(estimates(c), axis=0),
            tolerance=rough_step_error,
            credit=0.5,
        ),
        Mistake(
            name="gave a fall as a positive number",
            hint="A failure takes the estimate down: keep the sign.",
            gives=lambda c: steps(c).abs(),
            credit=0.5,
        ),
        Mistake(
            name="took the way from the new estimate back to the present one",
            hint="A success takes the estimate up: new less present.",
            gives=lambda c: -steps(c),
            credit=0.5,
        ),
        Mistake(
            name="swapped the two columns",
            hint="A success takes the estimate up.",
            tolerance=other_step_error,
            gives=lambda c: steps(c)[STEPS[::-1]].set_axis(STEPS, axis=1),
            credit=0.5,
        ),
        Mistake(
            name="gave percentage points instead of proportions",
            hint="Rates and their steps are on the scale from 0 to 1 here.",
            gives=lambda c: 100 * steps(c),
            tolerance=times(100, step_error),
            credit=0.5,
        ),
        Mistake(
            name="weighted the draws and did not divide by the sum of the weights",
            hint="A weighted mean is the sum of weight times value, divided by the sum of the "
            "weights.",
            gives=lambda c: table(
                STEPS,
                sds(c) ** 2 + estimates(c) ** 2 - estimates(c),
                -(sds(c) ** 2) - estimates(c) ** 2,
            ),
            tolerance=rough_step_error,
            credit=0.25,
        ),
        Mistake(
            name="gave the variance of the draws",
            hint="The variance is in it. A weighted mean is divided by the mean of the weights: "
            "how probable was the outcome?",
            gives=lambda c: table(STEPS, sds(c) ** 2, -(sds(c) ** 2)),
            credit=0.25,
        ),
        Mistake(
            name="let a failure move the estimate as far as a success",
            hint="What is expected moves little, what is a surprise moves far. How probable is a "
            "failure?",
            tolerance=other_step_error,
            gives=lambda c: table(STEPS, c.raw * np.nan, -steps(c)["success"]),
        ),
        Mistake(
            name="let a success move the estimate as far as a failure",
            hint="What is expected moves little, what is a surprise moves far. How probable is a "
            "success?",
            tolerance=other_step_error,
            gives=lambda c: table(STEPS, -steps(c)["failure"], c.raw * np.nan),
        ),
        Mistake(
            name="took the outcome itself for the new estimate",
            hint="One patient does not settle a rate: the draws that made the outcome probable "
            "gain weight, the others lose some.",
            gives=lambda c: table(STEPS, 1 - estimates(c), -estimates(c)),
            tolerance=rough_step_error,
        ),
        Mistake(
            name="weighted the estimate as if it were a rate from the doctor's own patients",
            hint="The estimate stands on more than the doctor's own patients. The draws hold all "
            "of it: weight them.",
            gives=lambda c: table(STEPS, (1 - estimates(c)) / (c.n + 1), -estimates(c) / (c.n + 1)),
        ),
        Mistake(
            name="gave all doctors one more patient at the same time",
            hint="The next patient comes to one doctor. Change one doctor's counts at a time; or "
            "weight each doctor's own draws.",
            gives=all_at_once,
            credit=0.25,
        ),
    ),
    hint="After a success a draw counts in proportion to its `theta`, after a failure in "
    "proportion to 1 − `theta`. What is the weighted mean of `theta`?",
    lesson="Each step is the posterior variance divided by the probability of the outcome. So a "
    "doctor who is known well moves little, and the outcome that nobody expected moves the "
    "estimate farther.",
)


EXERCISE = Exercise(
    id="07",
    title="Reading shrinkage",
    minutes=40,
    load=load,
    tasks=(moved, shrinkage_plot, prediction_task, adjusted_rates, next_patient),
)
