"""Exercise 8, could the model be wrong: quantities, their p-values, doctors left out, repairs.

The model of each clinic, with the course's priors, knows neither the quarter nor the caseload::

    s_jq ~ Binomial(n_jq, theta_j),  logit(theta_j) = alpha_j ~ Normal(mu_pop, sigma_pop)

- Posterior predictive p-value, Pr(T(y_rep) >= T(y) | y): Gelman, Meng and Stern (1996), Statistica
  Sinica 6, 733-760. The truth is the share of 20,000 data sets made up from the exact posterior.
- The error of a share p from N data sets made up with posterior draws of an effective size n is
  sqrt(b / n + (p (1 - p) - b) / N), b the variance between draws of the share given the draw; b is
  the covariance of two data sets made up with the same draw.
- Leave-one-doctor-out, log p(y_j | y_-j), the gap's standard error sqrt(J) times the sample sd of
  the doctors' gaps: chapter 8, after Vehtari, Gelman and Gabry (2017), Statistics and Computing 27,
  1413-1432. At a node of (mu_pop, sigma_pop) the doctors are independent, so the sum without one
  of them costs no more than the sum with all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logsumexp

from shrinkage import data
from shrinkage.data.four_clinics import faults
from shrinkage.exact import Posterior, posterior
from shrinkage.exercises.answers import Matched, Table
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import ERRORS, Exercise, Part, Task

NAMES = ("spread", "caseload", "trend", "quarters")
Counts = tuple[tuple[tuple[int, ...], ...], ...]
"""Successes and trials of a clinic's doctors by quarter, as something that can be a key."""


@dataclass(frozen=True)
class Clinics:
    """The clinics' counts, successes and trials by doctor and quarter, and what is wrong."""

    counts: dict[str, Counts]
    faults: pd.Series

    def table(self, row: Callable[[Counts], Mapping[str, Any]]) -> pd.DataFrame:
        """A row of numbers for each clinic."""
        return pd.DataFrame({name: row(counts) for name, counts in self.counts.items()}).T


def load() -> Clinics:
    """The clinics that the notebook sees."""
    long = data.load_four_clinics()
    counts: dict[str, Counts] = {}
    for name, rows in long.groupby("clinic", sort=False):
        wide = rows.pivot(index="doctor", columns="quarter", values=["successes", "trials"])
        parts = (wide[part].to_numpy().tolist() for part in ("successes", "trials"))
        counts[str(name)] = tuple(tuple(map(tuple, part)) for part in parts)
    return Clinics(counts, faults())


# --- 08.1 -----------------------------------------------------------------------------------------


def larger_half(trials: np.ndarray) -> np.ndarray:
    """The half of the doctors with the larger caseloads."""
    caseload = trials.sum(1)
    return caseload.argsort().argsort() >= len(caseload) // 2


def quantities(successes: np.ndarray, trials: np.ndarray) -> dict[str, np.ndarray]:
    """The four test quantities from successes (..., doctor, quarter) and trials."""
    rate = successes.sum(-1) / trials.sum(1)
    large = larger_half(trials)
    quarter = successes.sum(-2) / trials.sum(0)
    off = successes / trials - rate[..., None]
    return {
        "spread": rate.std(-1),
        "caseload": rate[..., large].mean(-1) - rate[..., ~large].mean(-1),
        "trend": quarter[..., 3] - quarter[..., 0],
        "quarters": (trials * off**2).mean((-1, -2)),
    }


def seen(clinics: Clinics) -> pd.DataFrame:
    """The four quantities of each clinic."""
    return clinics.table(lambda counts: quantities(*map(np.array, counts)))


def instead(**quantity: Callable[[np.ndarray, np.ndarray], float]) -> Formula:
    """A formula: these quantities computed otherwise, from successes and trials."""

    def row(counts: Counts) -> dict[str, float]:
        arrays = [np.array(part) for part in counts]
        return dict.fromkeys(NAMES, np.nan) | {k: f(*arrays) for k, f in quantity.items()}

    return lambda c: c.table(row)


def rates(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """The doctors' raw rates."""
    return successes.sum(1) / trials.sum(1)


def gap_between(large: np.ndarray, of: np.ndarray) -> float:
    """Mean where `large` less mean elsewhere."""
    return of[large].mean() - of[~large].mean()


def gap_of_patients(successes: np.ndarray, trials: np.ndarray) -> float:
    """Success rate of all patients in the larger half less that in the smaller."""
    large = larger_half(trials)
    parts = [successes[half].sum() / trials[half].sum() for half in (large, ~large)]
    return parts[0] - parts[1]


def by_quarter(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Success rate of all patients in each quarter."""
    return successes.sum(0) / trials.sum(0)


def apart(successes: np.ndarray, trials: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Squared distance of each cell's rate from a centre, weighted by its patients."""
    return trials * (successes / trials - centre) ** 2


_TREND = "Add up the patients of all doctors in a quarter, then divide: "

test_quantities = Task(
    id="08.1",
    title="Four questions",
    points=2,
    variable="observed",
    asks="the four test quantities of every clinic, columns spread, caseload, trend and quarters",
    answer=Table("clinic", "{label}"),
    tolerance=6e-4,  # three decimals are enough
    truth=seen,
    parts=tuple(Part(0.5, f"'{name}'", name) for name in NAMES),
    mistakes=(
        Mistake(
            name="divided by the number of doctors less one",
            hint="'spread' is the standard deviation of these thirty rates themselves. NumPy's "
            "`std` divides by their number, pandas' by one less unless told `ddof=0`.",
            gives=instead(spread=lambda s, n: rates(s, n).std(ddof=1)),
            credit=0.5,
        ),
        Mistake(
            name="gave a variance as 'spread'",
            hint="The square root is missing: a standard deviation is in the unit of the rates.",
            gives=instead(spread=lambda s, n: rates(s, n).var()),
            credit=0.5,
        ),
        Mistake(
            name="took the spread of the single quarters' rates",
            hint="'spread' asks about doctors: add up each doctor's quarters first.",
            gives=instead(spread=lambda s, n: (s / n).std()),
        ),
        Mistake(
            name="averaged each doctor's quarterly rates, where patients should be added up",
            hint="A quarter with three patients weighs as much as one with sixty in such a mean. "
            "A raw rate is a doctor's successes over a doctor's patients, all quarters together.",
            gives=instead(spread=lambda s, n: (s / n).mean(1).std()),
            credit=0.25,
        ),
        Mistake(
            name="subtracted the wrong way round in 'caseload'",
            hint="The half with the larger caseloads comes first, so that a positive number means "
            "that they do better.",
            gives=instead(caseload=lambda s, n: gap_between(~larger_half(n), rates(s, n))),
            credit=0.5,
        ),
        Mistake(
            name="added up the patients of each half of the doctors in 'caseload'",
            hint="That lets the largest caseloads speak for their half. The mean of the doctors' "
            "raw rates counts every doctor once.",
            gives=instead(caseload=gap_of_patients),
            credit=0.25,
        ),
        Mistake(
            name="split the doctors at the mean caseload",
            hint="Fewer than half of the doctors lie above the mean. Order them by caseload and "
            "cut in the middle.",
            gives=instead(
                caseload=lambda s, n: gap_between(n.sum(1) > n.sum(1).mean(), rates(s, n))
            ),
            credit=0.25,
        ),
        Mistake(
            name="split the doctors by their numbers",
            hint="A doctor's number says nothing. Order the doctors by caseload first.",
            gives=instead(
                caseload=lambda s, n: gap_between(np.arange(len(n)) >= len(n) // 2, rates(s, n))
            ),
        ),
        Mistake(
            name="computed a correlation as 'caseload'",
            hint="A fine test quantity too, and not the one asked for: the difference between two "
            "mean rates.",
            gives=instead(caseload=lambda s, n: np.corrcoef(n.sum(1), rates(s, n))[0, 1]),
        ),
        Mistake(
            name="subtracted the wrong way round in 'trend'",
            hint="The last quarter comes first, so that a positive number means that the rate "
            "rose.",
            gives=instead(trend=lambda s, n: by_quarter(s, n)[0] - by_quarter(s, n)[3]),
            credit=0.5,
        ),
        Mistake(
            name="averaged the doctors' rates in a quarter",
            hint=_TREND + "a doctor who saw three patients in it should not weigh as much as one "
            "who saw sixty.",
            gives=instead(trend=lambda s, n: np.diff((s / n)[:, [0, 3]]).mean()),
            credit=0.25,
        ),
        Mistake(
            name="compared the halves of the year",
            hint="'trend' takes the last quarter and the first, and leaves the two between out.",
            gives=instead(
                trend=lambda s, n: s[:, 2:].sum() / n[:, 2:].sum() - s[:, :2].sum() / n[:, :2].sum()
            ),
            credit=0.25,
        ),
        Mistake(
            name="measured 'quarters' from the success rate of the whole clinic",
            hint="Then it also holds how far the doctors lie apart, which the model allows for. "
            "Measure each quarter from its own doctor's rate.",
            gives=instead(quarters=lambda s, n: apart(s, n, s.sum() / n.sum()).mean()),
        ),
        Mistake(
            name="measured 'quarters' from the mean of the doctor's four rates",
            hint="The doctor's raw rate adds up the patients of all quarters, and then divides.",
            gives=instead(quarters=lambda s, n: apart(s, n, (s / n).mean(1, keepdims=True)).mean()),
            credit=0.5,
        ),
        Mistake(
            name="left the patients out of 'quarters'",
            hint="The rate of a quarter with three patients strays far by chance alone. Multiply "
            "each squared distance by the quarter's patients.",
            gives=instead(quarters=lambda s, n: (apart(s, n, rates(s, n)[:, None]) / n).mean()),
        ),
        Mistake(
            name="added up in 'quarters', and took no mean",
            hint="Divide by the number of doctors times quarters.",
            gives=instead(quarters=lambda s, n: apart(s, n, rates(s, n)[:, None]).sum()),
            credit=0.5,
        ),
        Mistake(
            name="divided 'quarters' by all patients",
            hint="The mean is over doctors and quarters, so the divisor is their number.",
            gives=instead(quarters=lambda s, n: apart(s, n, rates(s, n)[:, None]).sum() / n.sum()),
            credit=0.25,
        ),
    ),
    hint="Read the four definitions once more: whose rates, and what is added up before dividing?",
    lesson="Side by side the numbers say little: is a difference of so many points much? That "
    "depends on what the model would have made, which is the next task.",
)


# --- Draws from the exact posterior, and data sets made up with them ------------------------------

DRAWS = 10_000  # of the exact posterior for the truth, and two data sets made up with each
FEWER = 2_000  # the same for a mistake's values
WANTED = 4_000  # data sets that a student makes up
ESS = 400  # the course's least effective sample size
FLOOR = 0.004  # a share of so little is nothing, to the course


@lru_cache(maxsize=32)
def exact(counts: Counts, sigma_scale: float = 1.0, mu_scale: float = 1.5) -> Posterior:
    """The exact posterior of a clinic, all quarters together."""
    successes, trials = (np.array(part).sum(1) for part in counts)
    return posterior(successes, trials, sigma_scale=sigma_scale, mu_scale=mu_scale)


def population(
    counts: Counts, rng: np.random.Generator, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draws of `mu_pop` and `sigma_pop`, each (draw, 1, 1)."""
    draws = exact(counts).joint.draw(rng, size, doctors=False)
    return draws.mu_pop[:, None, None], draws.sigma_pop[:, None, None]


# What a model makes up, in log-odds (2, draw, doctor, quarter or 1): twice from each draw, so that
# the two have in common what a draw of the posterior fixes, and nothing else.


def new_doctors(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """New doctors from the population."""
    mu, sigma = population(counts, rng, size)
    return mu + sigma * rng.normal(size=(2, size, len(counts[0]), 1))


def same_doctors(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """The doctors who were fitted."""
    alpha = exact(counts).joint.draw(rng, size).alpha
    return np.stack(2 * [alpha])[..., None]


def mean_doctors(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """The doctors who were fitted, their posterior means in place of draws."""
    drawn = same_doctors(counts, rng, size)
    return np.broadcast_to(drawn[0].mean(0), drawn.shape)


def new_every_quarter(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """New doctors, others in each quarter."""
    mu, sigma = population(counts, rng, size)
    return mu + sigma * rng.normal(size=(2, size, len(counts[0]), 4))


def one_doctor(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """One new doctor, who stands for all."""
    mu, sigma = population(counts, rng, size)
    return mu + sigma * rng.normal(size=(2, size, 1, 1))


def no_difference(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """Doctors who all stand at the population's mean."""
    mu, _ = population(counts, rng, size)
    return np.stack(2 * [mu])


def from_the_prior(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """New doctors from populations drawn from the priors."""
    mu, sigma = 1.5 * rng.normal(size=(size, 1, 1)), np.abs(rng.normal(size=(size, 1, 1)))
    return mu + sigma * rng.normal(size=(2, size, len(counts[0]), 1))


def variance_as_sd(counts: Counts, rng: np.random.Generator, size: int) -> np.ndarray:
    """New doctors with `sigma_pop` squared for their standard deviation."""
    mu, sigma = population(counts, rng, size)
    return mu + sigma**2 * rng.normal(size=(2, size, len(counts[0]), 1))


Doctors = Callable[[Counts, np.random.Generator, int], np.ndarray]


@dataclass(frozen=True)
class MadeUp:
    """Of each quantity: p-value, the error of a student's p-value, mean and sd of what was made."""

    p: dict[str, float]
    error: dict[str, float]
    mean: dict[str, float]
    sd: dict[str, float]


@cache
def made_up(counts: Counts, doctors: Doctors = new_doctors, size: int = FEWER) -> MadeUp:
    """What a model makes up in place of a clinic: two data sets for each of `size` draws."""
    rng = np.random.default_rng(8)
    successes, trials = map(np.array, counts)
    chance = expit(doctors(counts, rng, size))
    observed = quantities(successes, trials)
    made = quantities(
        rng.binomial(trials, np.broadcast_to(chance, (2, size, *trials.shape))), trials
    )
    found = MadeUp({}, {}, {}, {})
    for name, value in observed.items():
        first, second = made[name] >= value
        p = (first.mean() + second.mean()) / 2
        between = max(0.0, np.mean(first & second) - first.mean() * second.mean())
        within = max(0.0, p * (1 - p) - between)
        student = between / ESS + within / WANTED
        found.p[name] = p
        found.error[name] = np.sqrt(student + between / size + within / (2 * size))
        found.mean[name], found.sd[name] = made[name].mean(), made[name].std()
    return found


# --- 08.2 -----------------------------------------------------------------------------------------


def p_values(clinics: Clinics) -> pd.DataFrame:
    """The posterior predictive p-value of each quantity in each clinic, with new doctors."""
    return clinics.table(lambda counts: made_up(counts, size=DRAWS).p)


def error(doctors: Doctors = new_doctors, size: int = DRAWS) -> Formula:
    """A formula: how far a right p-value may be off."""
    return lambda c: (ERRORS * c.table(lambda counts: made_up(counts, doctors, size).error)).clip(
        FLOOR
    )


def with_doctors(name: str, doctors: Doctors, hint: str, credit: float = 0.0) -> Mistake:
    """The mistake of making up other doctors than new ones from the population."""
    return Mistake(
        name=name,
        hint=hint,
        gives=lambda c: c.table(lambda counts: made_up(counts, doctors).p),
        tolerance=error(doctors, FEWER),
        credit=credit,
    )


_NEW = "For each draw take its `mu_pop` and `sigma_pop`, and draw thirty new `alpha` from them."

p_value_task = Task(
    id="08.2",
    title="What the model would have made",
    points=3,
    variable="p_values",
    asks="the posterior predictive p-value of every quantity in every clinic, columns spread, "
    "caseload, trend and quarters",
    answer=Table("clinic", "{label}"),
    tolerance=error(),
    truth=p_values,
    parts=(
        Part(1.5, "'spread' and 'caseload', which ask about the doctors", NAMES[:2]),
        Part(1.5, "'trend' and 'quarters', which ask about the patients", NAMES[2:]),
    ),
    mistakes=(
        Mistake(
            name="counted the other tail",
            hint="The p-value is the share of made-up data sets that go *at least as far up* as "
            "the clinic: T of the made-up data at or above T of the clinic.",
            gives=lambda c: 1 - p_values(c),
            credit=0.5,
        ),
        Mistake(
            name="doubled the smaller tail",
            hint="Then a number near 1 means 'in the middle', and which side the clinic is on is "
            "lost. The p-value of the chapter is one tail, the upper.",
            gives=lambda c: cast("pd.DataFrame", 2 * np.minimum(p_values(c), 1 - p_values(c))),
            tolerance=lambda c: 2 * error()(c),
            credit=0.5,
        ),
        Mistake(
            name="took the smaller of the two tails",
            hint="Which side the clinic is on is lost then. Count the upper tail, also where it "
            "comes out near 1.",
            gives=lambda c: cast("pd.DataFrame", np.minimum(p_values(c), 1 - p_values(c))),
            credit=0.5,
        ),
        Mistake(
            name="gave percent instead of a share",
            hint="A p-value lies between 0 and 1.",
            gives=lambda c: 100 * p_values(c),
            tolerance=lambda c: 100 * error()(c),
            credit=0.5,
        ),
        with_doctors(
            "made up new patients for the same doctors",
            same_doctors,
            "The fitted `alpha` have gone where each doctor's own data are, and a population that "
            "is wrong hides behind them. " + _NEW,
            credit=0.25,
        ),
        with_doctors(
            "put each doctor's posterior mean in the place of draws",
            mean_doctors,
            "That takes the estimates for certain, and keeps the old doctors besides. " + _NEW,
        ),
        with_doctors(
            "made up doctors who do not differ",
            no_difference,
            "All stand at the mean then, as under complete pooling. " + _NEW,
        ),
        with_doctors(
            "let one new doctor stand for all thirty",
            one_doctor,
            "Each of the thirty needs a number of their own: the normal numbers have a row for "
            "each draw *and* a column for each doctor.",
        ),
        with_doctors(
            "drew another doctor for each quarter",
            new_every_quarter,
            "A doctor keeps `alpha` all year, so says the model. Draw it once for each doctor, and "
            "let it hold in all four quarters.",
        ),
        with_doctors(
            "made up data from the priors",
            from_the_prior,
            "That checks what was believed before any data. The question is what the *fitted* "
            "model makes: take the draws of each clinic's fit.",
        ),
        with_doctors(
            "squared `sigma_pop`",
            variance_as_sd,
            "`sigma_pop` is a standard deviation, which is what NumPy's and SciPy's normal take.",
        ),
        Mistake(
            name="gave the mean of the made-up quantities",
            hint="Compare each made-up value with the clinic's own, and give the share that "
            "reaches it.",
            gives=lambda c: c.table(lambda counts: made_up(counts, size=DRAWS).mean),
            tolerance=lambda c: (
                c.table(lambda counts: made_up(counts, size=DRAWS).sd) * ERRORS / np.sqrt(ESS)
            ),
        ),
        Mistake(
            name="gave the distance in standard deviations",
            hint="How far the clinic lies out is worth knowing, and is not a share. Count the "
            "made-up values that reach the clinic's.",
            gives=lambda c: (
                (seen(c) - c.table(lambda counts: made_up(counts, size=DRAWS).mean))
                / c.table(lambda counts: made_up(counts, size=DRAWS).sd)
            ),
            tolerance=0.3,
        ),
    ),
    hint="For each clinic: its own fit, new doctors for each draw, successes for each doctor and "
    "quarter, then the four quantities of the made-up counts against the clinic's own. With fewer "
    "than 4,000 data sets chance alone moves a share too far.",
    lesson="'spread' finds nothing anywhere: `sigma_pop` was free to copy it. The faults show in "
    "quantities that no parameter of the model can copy, near 0 and near 1 alike.",
)


# --- 08.3 -----------------------------------------------------------------------------------------

SCORES = ("gap", "se", "moved")


@cache
def scores(counts: Counts, pooling: str = "partial") -> np.ndarray:
    """log p(y_j | y_-j) of each doctor, from the doctor's counts of the whole year."""
    if pooling in PRIORS:
        return exact(counts, *PRIORS[pooling]).log_left_out
    log_prior, log = complete(counts)
    if pooling == "no":
        return logsumexp(log_prior + log, axis=1)
    everyone = log_prior + log.sum(0)
    return logsumexp(everyone) - logsumexp(everyone - log, axis=1)


PRIORS = {"partial": (1.0, 1.5), "wide": (5.0, 1.5), "wide for mu_pop": (1.0, 5.0)}
"""Scales of the priors on `sigma_pop` and `mu_pop`."""


def complete(counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """One rate for all: its log prior mass on a grid, and log p(y_j) there, (doctor, mu)."""
    successes, trials = (np.array(part).sum(1)[:, None] for part in counts)
    mu = np.linspace(-8.0, 8.0, 6401)
    log = -successes * np.logaddexp(0, -mu) - (trials - successes) * np.logaddexp(0, mu)
    return stats.norm.logpdf(mu, 0, 1.5) + np.log(mu[1] - mu[0]), log


def comparison(
    worse: str = "complete",
    wide: str = "wide",
    gap: Callable[[np.ndarray], float] = np.sum,
    se: Callable[[np.ndarray], float] = lambda gaps: np.sqrt(gaps.size) * gaps.std(ddof=1),
) -> Formula:
    """A formula: how much better partial pooling is, the standard error, and what a prior changes.

    `gap` and `se` say how the doctors' gaps are put together.
    """

    def row(counts: Counts) -> dict[str, float]:
        gaps, wider = (scores(counts, k) - scores(counts, worse) for k in ("partial", wide))
        return {"gap": gap(gaps), "se": se(gaps), "moved": gap(wider) - gap(gaps)}

    return lambda c: c.table(row)


def just(formula: Formula, *columns: str) -> Formula:
    """A formula: these columns of another, NaN in the rest."""
    return lambda c: formula(c)[list(columns)].reindex(columns=SCORES)


def moved(value: Callable[[pd.DataFrame], pd.Series | float]) -> Formula:
    """A formula: 'moved' computed otherwise, from the right comparison."""
    return lambda c: just(lambda d: comparison()(d).assign(moved=value), "moved")(c)


def evidence(counts: Counts) -> dict[str, float]:
    """The comparison by log p(y), with nobody left out."""
    log_prior, log = complete(counts)
    whole = logsumexp(log_prior + log.sum(0))
    gaps = [exact(counts, *PRIORS[k]).log_evidence - whole for k in ("partial", "wide")]
    return {"gap": gaps[0], "se": np.nan, "moved": gaps[1] - gaps[0]}


def unpaired(counts: Counts) -> dict[str, float]:
    """The standard error of a difference between sums over different doctors."""
    variances = [scores(counts, k).var(ddof=1) for k in ("partial", "complete")]
    return {"gap": np.nan, "se": np.sqrt(len(counts[0]) * sum(variances)), "moved": np.nan}


_SE = "The gap is a sum over the doctors, so its standard error grows with their number: "

left_out = Task(
    id="08.3",
    title="Doctors the model has not seen",
    points=2,
    variable="comparison",
    asks="by how much partial pooling predicts left-out doctors better than complete pooling in "
    "every clinic, columns gap, se and moved",
    answer=Table("clinic", "{label}"),
    # Two decimals, and three of the small change
    tolerance=lambda c: pd.DataFrame({"gap": 0.02, "se": 0.02, "moved": 2e-3}, list(c.counts)),
    truth=comparison(),
    parts=(
        Part(1, "'gap', over the doctors who were left out", "gap"),
        Part(0.5, "'se', its standard error", "se"),
        Part(0.5, "'moved', what the wide prior changes", "moved"),
    ),
    mistakes=(
        Mistake(
            name="subtracted the wrong way round",
            hint="Partial pooling less complete pooling: positive where partial pooling predicts "
            "better.",
            gives=just(lambda c: -comparison()(c), "gap"),
            credit=0.5,
        ),
        Mistake(
            name="left nobody out",
            hint="A difference of `log_evidence` with everybody in says how probable each model "
            "made all data before seeing any, and follows the prior. Leave one doctor out at a "
            "time: the evidence with all doctors less the evidence without that one.",
            gives=lambda c: c.table(evidence),
        ),
        Mistake(
            name="compared with no pooling",
            hint="Complete pooling lets the doctors not differ at all: `sigma_pop` fixed at 0.",
            gives=just(comparison("no"), "gap", "se"),
            credit=0.25,
        ),
        Mistake(
            name="gave the mean over the doctors, not the sum",
            hint="The expected log predictive density of the chapter adds up over all who were "
            "left out, and so does a gap.",
            gives=just(comparison(gap=np.mean), "gap"),
            credit=0.5,
        ),
        Mistake(
            name="gave the standard deviation of the doctors' gaps as 'se'",
            hint=_SE + "the square root of it is missing.",
            gives=just(comparison(se=lambda gaps: gaps.std(ddof=1)), "se"),
            credit=0.5,
        ),
        Mistake(
            name="gave the standard error of a mean as 'se'",
            hint=_SE + "multiply by its square root where a mean would divide.",
            gives=just(comparison(se=lambda gaps: gaps.std(ddof=1) / np.sqrt(gaps.size)), "se"),
            credit=0.5,
        ),
        Mistake(
            name="divided by the number of doctors in 'se', not by one less",
            hint="The doctors are a sample, and their mean gap was taken from them: `ddof=1`.",
            gives=just(comparison(se=lambda gaps: np.sqrt(gaps.size) * gaps.std()), "se"),
            credit=0.5,
        ),
        Mistake(
            name="multiplied by the number of doctors in 'se', not by its square root",
            hint="Variances add up, standard deviations do not.",
            gives=just(comparison(se=lambda gaps: gaps.size * gaps.std(ddof=1)), "se"),
            credit=0.5,
        ),
        Mistake(
            name="added up the two poolings' variances in 'se'",
            hint="Both poolings predict the same doctors, and a doctor who is hard to predict is "
            "so for both. Take the gap doctor by doctor first, then its standard deviation.",
            gives=lambda c: c.table(unpaired),
            credit=0.25,
        ),
        Mistake(
            name="left the prior on `sigma_pop` as it was in 'moved'",
            hint="Its scale goes from 1 to 5: `sigma_scale` of `posterior`.",
            gives=moved(lambda table: 0.0),
        ),
        Mistake(
            name="widened the prior on `mu_pop` in 'moved'",
            hint="The prior in question is the one on `sigma_pop`: `sigma_scale` of `posterior`.",
            gives=just(comparison(wide="wide for mu_pop"), "moved"),
            credit=0.25,
        ),
        Mistake(
            name="gave the whole gap under the wide prior as 'moved'",
            hint="'moved' is what the prior changes: the gap under the wide prior less the gap "
            "under the course's.",
            gives=moved(lambda table: table["gap"] + table["moved"]),
            tolerance=0.02,
            credit=0.5,
        ),
        Mistake(
            name="subtracted the wrong way round in 'moved'",
            hint="The gap under the wide prior comes first: negative where the wide prior makes "
            "it smaller.",
            gives=moved(lambda table: -table["moved"]),
            credit=0.5,
        ),
    ),
    hint="For each doctor: `log_evidence` with all doctors less `log_evidence` without that one, "
    "under each pooling, from the counts of the whole year.",
    lesson="Partial pooling predicts better in every clinic, and the wide prior moves that by next "
    "to nothing. Yet the checks of task 2 fail in some of them: a comparison names the better of "
    "two models and does not say that the better one is good.",
)


# --- 08.4 -----------------------------------------------------------------------------------------

REPAIRS = {
    "nothing": "keep the model",
    "the year": "a slope over the year",
    "the caseload": "a mean that follows the caseload",
    "the quarters": "an intercept for each doctor and quarter",
}
OTHERS = ("heavier tails", "two populations", "no pooling")
WORDS = Matched("clinic", "{label}", options=(*REPAIRS.values(), *OTHERS))


def with_fault(*chosen: str) -> Formula:
    """A formula: the clinic that has one of these faults."""
    return lambda c: c.faults.isin(chosen)


def said(word: str, *of: str) -> Formula:
    """A formula: this word for the clinics with these faults."""
    return lambda c: WORDS.codes(pd.Series(word, c.faults.index)).where(with_fault(*of)(c))


_KEEP, _YEAR, _CASELOAD, _QUARTERS = REPAIRS.values()
_BROKEN = ("the year", "the caseload", "the quarters")

repairs = Task(
    id="08.4",
    title="What to change",
    points=3,
    variable="repair",
    asks="what to change in the model of every clinic",
    answer=WORDS,
    tolerance=0.25,
    truth=lambda c: WORDS.codes(c.faults.map(REPAIRS)),
    parts=(
        Part(0.75, "the clinic where nothing failed", with_fault("nothing"), alone=False),
        Part(0.75, "the clinic where 'trend' failed", with_fault("the year")),
        Part(0.75, "the clinic where 'caseload' failed", with_fault("the caseload")),
        Part(0.75, "the clinic where 'quarters' alone failed", with_fault("the quarters")),
    ),
    mistakes=(
        Mistake(
            name="kept the model everywhere",
            hint="A p-value is as bad near 1 as near 0. Which clinics have one that the model "
            "hardly ever makes?",
            gives=said(_KEEP, *_BROKEN),
        ),
        Mistake(
            name="kept the model where 'caseload' failed",
            hint="Did you make up new doctors? With the old ones this fault hides. And both ends "
            "count, near 0 and near 1.",
            gives=said(_KEEP, "the caseload"),
        ),
        Mistake(
            name="kept the model where 'trend' failed",
            hint="Both ends of the range of a p-value count, near 0 and near 1.",
            gives=said(_KEEP, "the year"),
        ),
        Mistake(
            name="kept the model where 'quarters' alone failed",
            hint="The first and the last quarter agree on the average there. That does not speak "
            "for the quarters of each doctor.",
            gives=said(_KEEP, "the quarters"),
        ),
        Mistake(
            name="gave a slope over the year to a clinic whose 'trend' passed",
            hint="A slope moves all doctors the same way. Where the last quarter is as good as the "
            "first on the average, it has nothing to explain.",
            gives=said(_YEAR, "the quarters"),
        ),
        Mistake(
            name="gave every quarter of a doctor its own intercept where 'trend' failed too",
            hint="It would pull the quarters apart and so mend their p-value. But deviations of "
            "thirty doctors that know nothing of each other nearly cancel in the mean, and the "
            "trend would still be foreign to the model.",
            gives=said(_QUARTERS, "the year"),
            credit=0.5,
        ),
        Mistake(
            name="answered a failed 'caseload' with heavier tails",
            hint="Heavier tails let go of a few doctors who stand far out. Here it is not the "
            "extremes that are odd, but who is where: something that you knew of each doctor "
            "before the results goes with them.",
            gives=said("heavier tails", "the caseload"),
        ),
        Mistake(
            name="answered a failed 'caseload' with two populations",
            hint="Large and small caseloads are no two kinds: between them lie all sizes. And a "
            "mixture does not know which doctor has how many patients.",
            gives=said("two populations", "the caseload"),
        ),
        Mistake(
            name="gave up pooling where 'caseload' failed",
            hint="Then the doctors with few patients are left to chance, although you know "
            "something about each of them before you see a result.",
            gives=said("no pooling", "the caseload"),
        ),
        Mistake(
            name="gave up pooling where 'quarters' alone failed",
            hint="Without pooling a doctor still has one rate for the whole year. What is wrong "
            "lies within the doctors, not between them.",
            gives=said("no pooling", "the quarters"),
        ),
        Mistake(
            name="gave up pooling where 'trend' failed",
            hint="Without pooling a doctor still has one rate for the whole year. What is wrong "
            "lies within the doctors, not between them.",
            gives=said("no pooling", "the year"),
        ),
        Mistake(
            name="put two populations where 'quarters' alone failed",
            hint="A doctor of either kind still has one rate for the whole year. What is wrong "
            "lies within the doctors, not between them.",
            gives=said("two populations", "the quarters"),
        ),
        Mistake(
            name="put heavier tails where 'quarters' alone failed",
            hint="The tails are about how far doctors lie apart. What is wrong here lies within "
            "the doctors, between one quarter and the next.",
            gives=said("heavier tails", "the quarters"),
        ),
        Mistake(
            name="gave heavier tails to the clinic that passed every check",
            hint="Nothing you looked at speaks against its model. A change needs a reason: a "
            "quantity that failed, or something you know of the clinic.",
            gives=said("heavier tails", "nothing"),
        ),
    ),
    hint="Take the quantities that failed in this clinic, if any did. What do the doctors or "
    "quarters behind them have in common, and which change would let the model make that?",
    lesson="Two clinics failed in the same quantity and need different repairs: it was the other "
    "quantities that told them apart. Where a check fails, ask what else would have failed.",
)


EXERCISE = Exercise(
    id="08",
    title="Could the model be wrong?",
    minutes=40,
    load=load,
    tasks=(test_quantities, p_value_task, left_out, repairs),
)
