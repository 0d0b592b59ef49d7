"""Exercise 4, varying intercepts: stated priors, a fit, rates from its draws, and one more patient.

The model, for patient i of doctor j (Gelman and Hill, Data Analysis Using Regression and
Multilevel/Hierarchical Models, 2007, chapter 14)::

    success_i ~ Bernoulli(inverse_logit(alpha_j)),   alpha_j = mu_pop + u_j
    u_j       ~ Normal(0, sigma_pop)
    mu_pop    ~ Normal(0, 1.5)
    sigma_pop ~ HalfNormal(1)

Truths come from the exact posterior. Mistakes that mix `mu_pop`, `sigma_pop` and a doctor's `alpha`
in one expression are expectations over the joint posterior (`shrinkage.exact.Joint`).

Bambi's default priors are those of Bambi 0.21; see its `PriorScaler` and chapter 4.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit

from shrinkage import exact
from shrinkage.exercises import clinic
from shrinkage.exercises.answers import CONVERGED, Draws, Table, exact_table
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Exercise, Part, Task

MU_SCALE, SIGMA_SCALE = 1.5, 1.0  # the course's priors
DEFAULT_SIGMA_SCALE = 2.5  # Bambi's on sigma_pop; its prior on the intercept is the course's
OLD_MU_SCALE = 2.5  # Bambi's on the intercept before 2024


class Clinic(clinic.Clinic):
    """The clinic, with what its tasks ask about."""

    @property
    def centre(self) -> float:
        """The log-odds of the success rate of all patients together."""
        return float(logit(np.mean(self.success)))

    @property
    def busiest(self) -> int:
        """The place of the doctor with most patients."""
        return int(np.argmax(self.n))


load = Clinic.load


@cache
def posterior_of(successes: tuple, trials: tuple, **priors: float) -> exact.Posterior:
    """The exact posterior of counts; the course's priors unless others are given."""
    return exact.posterior(successes, trials, **priors)


def posterior(c: Clinic, **priors: float) -> exact.Posterior:
    """The exact posterior of the clinic's doctors."""
    return posterior_of(tuple(c.s), tuple(c.n), **priors)


# --- 04.1 -----------------------------------------------------------------------------------------

Z = stats.norm.ppf(0.975)
ENDS = ["lower", "upper"]
SAYS = [*ENDS, "below_half"]


def populations(c: Clinic) -> pd.DataFrame:
    """The stated populations, as the notebook sets them up: mu and sigma, log-odds."""
    rows = {
        "alike": (c.centre, 0.25),
        "unequal": (c.centre, 1.0),
        "extreme": (c.centre, 2.5),
        "harder": (c.centre - 1.0, 1.0),
    }
    return pd.DataFrame(rows, index=["mu", "sigma"]).T


def says(
    ends: Callable[[pd.Series, pd.Series], tuple] | None = None,
    below: Callable[[pd.Series, pd.Series], pd.Series] | None = None,
) -> Formula:
    """A formula: the two ends, and the share below one half, of each population."""

    def formula(c: Clinic) -> pd.DataFrame:
        p = populations(c)
        table = pd.DataFrame(np.nan, p.index, SAYS)
        if ends:
            table["lower"], table["upper"] = ends(p.mu, p.sigma)
        if below:
            table["below_half"] = below(p.mu, p.sigma)
        return table

    return formula


def middle(z: float = Z) -> Callable:
    """The rates `z` standard deviations to both sides of the centre."""
    return lambda mu, sigma: (expit(mu - z * sigma), expit(mu + z * sigma))


def below_half(mu: pd.Series, sigma: pd.Series | np.ndarray) -> pd.Series:
    """The share of doctors whose log-odds are below zero."""
    return stats.norm.cdf(-mu / sigma)


stated_population = Task(
    id="04.1",
    title="A stated population",
    points=2,
    variable="implied",
    asks="what each population says about doctors, columns lower, upper and below_half",
    answer=Table("population", "'{label}'"),
    tolerance=6e-4,  # three decimals are enough
    truth=says(middle(), below_half),
    parts=(
        Part(1, "the middle 95 % of doctors", ("lower", "upper")),
        Part(1, "the share of doctors below one half", "below_half"),
    ),
    mistakes=(
        Mistake(
            name="stayed on the log-odds",
            hint="The ends are right where doctors are normally distributed. A clinician reads "
            "rates: turn each end into one.",
            gives=says(lambda mu, sigma: (mu - Z * sigma, mu + Z * sigma)),
            credit=0.5,
        ),
        Mistake(
            name="turned log-odds into odds and stopped there",
            hint="Odds may be larger than one, a rate may not: divide by one plus the odds.",
            gives=says(lambda mu, sigma: (np.exp(mu - Z * sigma), np.exp(mu + Z * sigma))),
            credit=0.5,
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="Ends and share lie between 0 and 1 here; leave out the factor.",
            gives=lambda c: 100 * says(middle(), below_half)(c),
            credit=0.5,
        ),
        Mistake(
            name="swapped the two ends",
            hint="The lower end is the smaller number.",
            gives=says(lambda mu, sigma: middle()(mu, sigma)[::-1]),
            credit=0.5,
        ),
        Mistake(
            name="went one standard deviation to each side",
            hint="One standard deviation to each side holds about two thirds of the doctors. "
            "Which normal quantile belongs to the share asked for?",
            gives=says(middle(1.0)),
            credit=0.5,
        ),
        Mistake(
            name="used the normal quantile of a 90 % interval",
            hint="An interval leaves out a share at both ends: which quantile leaves half of it "
            "above?",
            gives=says(middle(stats.norm.ppf(0.95))),
            credit=0.5,
        ),
        Mistake(
            name="rounded the normal quantile to 2",
            hint="In the third decimal the difference shows: use `stats.norm.ppf`.",
            gives=says(middle(2.0)),
            credit=0.5,
        ),
        Mistake(
            name="took `sigma` for a variance",
            hint="`sigma` is a standard deviation, as in the priors of the course: no root.",
            gives=says(
                lambda mu, sigma: middle()(mu, np.sqrt(sigma)),
                lambda mu, sigma: below_half(mu, np.sqrt(sigma)),
            ),
            credit=0.25,
        ),
        Mistake(
            name="added `sigma` to a rate",
            hint="`sigma` is a distance in log-odds. Add it there, and turn the ends into rates "
            "afterwards.",
            gives=says(lambda mu, sigma: (expit(mu) - Z * sigma, expit(mu) + Z * sigma)),
        ),
        Mistake(
            name="added `sigma` to a rate and cut at 0 and 1",
            hint="`sigma` is a distance in log-odds. Add it there, and turn the ends into rates "
            "afterwards: nothing will need cutting.",
            gives=says(
                lambda mu, sigma: (
                    (expit(mu) - Z * sigma).clip(0, 1),
                    (expit(mu) + Z * sigma).clip(0, 1),
                )
            ),
        ),
        Mistake(
            name="turned the distance into rates by the slope at the centre",
            hint="The slope changes on the way to the ends. Go there in log-odds, then turn each "
            "end into a rate.",
            gives=says(
                lambda mu, sigma: (
                    expit(mu) - Z * sigma * expit(mu) * expit(-mu),
                    expit(mu) + Z * sigma * expit(mu) * expit(-mu),
                )
            ),
            credit=0.25,
        ),
        Mistake(
            name="left the centre at zero",
            hint="That is an even chance. Where does each population say that its doctors lie?",
            gives=says(
                lambda mu, sigma: middle()(0 * mu, sigma),
                lambda mu, sigma: below_half(0 * mu, sigma),
            ),
        ),
        Mistake(
            name="gave the share of doctors above one half",
            hint="Which side of one half does the task ask about?",
            gives=says(below=lambda mu, sigma: 1 - below_half(mu, sigma)),
            credit=0.5,
        ),
        Mistake(
            name="compared log-odds with one half",
            hint="In log-odds a rate of one half has another value.",
            gives=says(below=lambda mu, sigma: below_half(mu - 0.5, sigma)),
            credit=0.5,
        ),
        Mistake(
            name="asked whether the typical doctor is below one half",
            hint="The typical doctor is one point of the population. Which share of it has a rate "
            "below one half?",
            gives=says(below=lambda mu, sigma: (mu < 0).astype(float)),
        ),
    ),
    hint="The doctors' log-odds have a normal distribution with mean `mu` and standard deviation "
    "`sigma`: find the place there, then turn it into a rate.",
    lesson="The same `sigma` is another distance in rates where the centre is another, and a large "
    "one sends doctors to both ends. Say a prior in rates before you state it.",
)


# --- 04.2 -----------------------------------------------------------------------------------------


def fit_table(p: exact.Posterior, doctors: tuple[str, ...]) -> pd.DataFrame:
    """What a fit of the model gives if its posterior is this one."""
    assert p.sigma_pop is not None
    found = {"mu_pop": p.mu_pop, "sigma_pop": p.sigma_pop}
    found |= {f"alpha[{d}]": a for d, a in zip(doctors, p.alpha, strict=True)}
    return exact_table({k: m.mean for k, m in found.items()}, {k: m.sd for k, m in found.items()})


def under(**priors: float) -> Callable[[Clinic], pd.DataFrame]:
    """A formula: the fit under other priors."""

    def formula(c: Clinic) -> pd.DataFrame:
        table = fit_table(posterior(c, **priors), c.doctors)
        table.loc[CONVERGED] = np.nan  # another matter
        return table

    return formula


def of_failures(c: Clinic) -> pd.DataFrame:
    """The fit to 1 - success."""
    table = fit_table(posterior_of(tuple(c.n - c.s), tuple(c.n)), c.doctors)
    table.loc[CONVERGED] = np.nan
    return table


@lru_cache(maxsize=8)
def with_severity(c: Clinic) -> pd.DataFrame:
    """The fit of `success ~ severity + (1|doctor)`."""
    p = exact.posterior_with_covariate(np.array(c.doctor_idx), c.severity, c.success)
    table = fit_table(p, c.doctors)
    table.loc[CONVERGED] = np.nan
    return table


def centred_on_data(c: Clinic) -> pd.DataFrame:
    """The fit with the prior of mu_pop around the clinic's own log-odds."""
    return under(mu_loc=round(c.centre, 6))(c)


varying_intercepts = Task(
    id="04.2",
    title="The course's priors, stated",
    points=3,
    variable="fit",
    asks="the fit of the model with varying intercepts under the course's priors",
    answer=Draws(
        quantities={
            "mu_pop": ("mu_pop", "Intercept"),
            "sigma_pop": ("sigma_pop", "1|doctor_sigma"),
            "alpha": ("alpha", "Intercept + 1|doctor"),
        },
        absent={
            "mu_pop": "Where is the population's centre? A formula keeps its common intercept "
            "unless a 0 takes it out.",
            "sigma_pop": "Nothing in this model says how much doctors differ. Which term of the "
            "formula gives the doctors' intercepts a common prior?",
        },
    ),
    tolerance=2e-4,  # beside the Monte Carlo error: what quadrature itself may be off by
    truth=lambda c: fit_table(posterior(c), c.doctors),
    parts=(
        Part(1, "the population, `Intercept` and `1|doctor_sigma`", ("mu_pop", "sigma_pop")),
        Part(1, "the doctors' intercepts, `Intercept` plus `1|doctor`", "alpha"),
        Part(1, "chains that have converged", CONVERGED, alone=False),
    ),
    mistakes=(
        Mistake(
            name="left the prior of `1|doctor_sigma` to Bambi",
            hint="Print the model: its output shows which priors it really has. A key of `priors` "
            "that Bambi does not know is ignored with a warning; the spread belongs inside the "
            "prior of `1|doctor`.",
            gives=under(sigma_scale=DEFAULT_SIGMA_SCALE),
            credit=0.25,
        ),
        Mistake(
            name="took the default priors of older versions of Bambi",
            hint="Those are wider than the course's, and not even the defaults of today. State "
            "both priors as the task gives them.",
            gives=under(mu_scale=OLD_MU_SCALE, sigma_scale=DEFAULT_SIGMA_SCALE),
        ),
        Mistake(
            name="swapped the scales of the two priors",
            hint="Which of the two belongs to the centre, and which to how much doctors differ?",
            gives=under(mu_scale=SIGMA_SCALE, sigma_scale=MU_SCALE),
            credit=0.25,
        ),
        Mistake(
            name="gave the spread the scale that belongs to the centre",
            hint="The two priors have scales of their own: look at the half-normal one.",
            gives=under(sigma_scale=MU_SCALE),
            credit=0.25,
        ),
        Mistake(
            name="gave the centre the scale that belongs to the spread",
            hint="The two priors have scales of their own: look at that of `Intercept`.",
            gives=under(mu_scale=SIGMA_SCALE),
            credit=0.25,
        ),
        Mistake(
            name="handed the scale of `Intercept` over as a precision",
            hint="Some programs want one over the variance; Bambi's `sigma` is a standard "
            "deviation.",
            gives=under(mu_scale=1 / MU_SCALE**2),
            credit=0.25,
        ),
        Mistake(
            name="gave both very wide priors",
            hint="Wide is not neutral: print what such a prior says in rates, as in task 1, and "
            "state the course's instead.",
            gives=under(mu_scale=10.0, sigma_scale=10.0),
        ),
        Mistake(
            name="gave the spread a very wide prior",
            hint="With few doctors the prior of the spread is part of the result. State the "
            "course's.",
            gives=under(sigma_scale=10.0),
            credit=0.25,
        ),
        Mistake(
            name="gave the spread a narrow prior",
            hint="A prior that is nearly sure of no difference pools whatever the data say. State "
            "the course's.",
            gives=under(sigma_scale=0.1),
            credit=0.25,
        ),
        Mistake(
            name="centred the prior of `Intercept` on the clinic's own rate",
            hint="A prior is what you know before these patients. Here they would count twice, "
            "once in the prior and once in the likelihood.",
            gives=centred_on_data,
            credit=0.25,
        ),
        Mistake(
            name="modelled failures instead of successes",
            hint="Every number is there, on the other side of zero: which outcome is 1?",
            gives=of_failures,
            credit=0.25,
        ),
        Mistake(
            name="kept severity in the formula",
            hint="The task asks for the model without it. These intercepts are about patients of "
            "average severity, not about each doctor's patients as they came.",
            gives=with_severity,
            credit=0.25,
        ),
    ),
    hint="Print the model and compare it with the task line by line: the formula, both priors.",
    lesson="Priors that are written down give anyone the same posterior, up to Monte Carlo error, "
    "whichever the sampler and whatever its defaults.",
)


# --- 04.3 -----------------------------------------------------------------------------------------


def rates_table(c: Clinic, known: list | None, new: tuple | None) -> pd.DataFrame:
    """Means and sds of `theta`, by doctor, and of `theta_new`; NaN for those not given."""
    nothing = (np.nan, np.nan)
    found = {
        f"theta[{d}]": known[j] if known is not None else nothing for j, d in enumerate(c.doctors)
    }
    found["theta_new"] = nothing if new is None else new
    return pd.DataFrame(found, index=["mean", "sd"]).T


def true_rates(c: Clinic) -> pd.DataFrame:
    """The exact posterior means and sds of the rates."""
    p = posterior(c)
    known = list(zip(p.mean.tolist(), p.sd.tolist(), strict=True))
    return rates_table(c, known, (p.new_doctor.mean, p.new_doctor.sd))


Drawn = Callable[..., np.ndarray]
"""What a student computed in each draw: a function of `mu_pop`, `sigma_pop` and z.

`alpha = mu + sigma z`, with z normal before the patients are seen.
"""


def moments(joint: exact.Joint, f: Drawn, doctors: list[int]) -> list[tuple[float, float]]:
    """Mean and sd of f for each of these doctors; the number of doctors stands for a new one."""
    found = joint.mean_and_sd_by_doctor(lambda at: f(at.mu_pop, at.sigma_pop, at.z), doctors)
    return list(zip(*found, strict=True))


def computed(known: Drawn | None = None, new: Drawn | None = None) -> Formula:
    """A formula: f(mu, sigma, z) in place of the rates of the doctors, and of the new one."""

    def formula(c: Clinic) -> pd.DataFrame:
        joint, doctors = posterior(c).joint, len(c.doctors)
        return rates_table(
            c,
            moments(joint, known, list(range(doctors))) if known else None,
            moments(joint, new, [doctors])[0] if new else None,
        )

    return formula


def plugged_in(known: Drawn | None = None, new: Drawn | None = None) -> Formula:
    """The same with two more arguments, the posterior means of mu_pop and sigma_pop."""

    def bound(f: Drawn | None, c: Clinic) -> Drawn | None:
        p = posterior(c)
        centre, spread = p.mu_pop, p.sigma_pop
        assert spread is not None
        return f and (lambda mu, sigma, z: f(mu, sigma, z, centre.mean, spread.mean))

    return lambda c: computed(bound(known, c), bound(new, c))(c)


def scaled(slope: float, shift: float = 0.0) -> Formula:
    """The true rates, changed by a line."""
    return lambda c: true_rates(c) * [slope, abs(slope)] + [shift, 0.0]


def one_of_the_ten(c: Clinic) -> pd.DataFrame:
    """For the new doctor, in each draw the rate of one of the known at random."""
    p = posterior(c)
    mean = p.mean.mean()
    return rates_table(c, None, (mean, np.sqrt((p.sd**2 + p.mean**2).mean() - mean**2)))


def average_of_the_ten(c: Clinic) -> pd.DataFrame:
    """For the new doctor, in each draw the mean of the ten rates."""
    joint = posterior(c).joint
    first, second = (joint.given_nodes(lambda at, k=k: expit(at.alpha) ** k) for k in (1, 2))
    # Given a node the doctors are independent, so the variances of their rates add up.
    means, within = first.mean(axis=1), (second - first**2).sum(axis=1) / first.shape[1] ** 2
    mean = float(joint.weight @ means)
    variance = joint.weight @ (within + (means - mean) ** 2)
    return rates_table(c, None, (mean, float(np.sqrt(variance))))


def from_priors(c: Clinic) -> pd.DataFrame:
    """For the new doctor, a population that has seen no patients."""
    p = posterior_of((0.0,), (0.0,))
    return rates_table(c, None, (p.mean[0], p.sd[0]))


def odds_of_the_busiest(c: Clinic) -> pd.DataFrame:
    """Odds in place of rates; with few patients their tails are too long to be recognised."""
    odds = computed(known=lambda mu, sigma, z: np.exp(mu + sigma * z))(c)
    return odds.loc[[f"theta[{c.doctors[c.busiest]}]"]].reindex(odds.index)


_DRAW_BY_DRAW = "Add the `Intercept` of the same draw, turn the sum into a rate, and stop there. "

rates_from_draws = Task(
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
    truth=true_rates,
    parts=(
        Part(1.5, "the success rates of the ten doctors", "theta"),
        Part(1.5, "the success rate of a doctor nobody has seen", "theta_new"),
    ),
    mistakes=(
        Mistake(
            name="forgot the intercept",
            hint="`1|doctor` is a difference from the typical doctor: zero means typical, not an "
            "even chance.",
            gives=computed(known=lambda mu, sigma, z: expit(sigma * z)),
        ),
        Mistake(
            name="stayed on the log-odds",
            hint="The sums are right. A rate lies between 0 and 1: turn each draw into one.",
            gives=computed(
                lambda mu, sigma, z: mu + sigma * z, lambda mu, sigma, z: mu + sigma * z
            ),
            credit=0.5,
        ),
        Mistake(
            name="stayed on the log-odds, for the ten doctors",
            hint="The sums are right. A rate lies between 0 and 1: turn each draw into one.",
            gives=computed(known=lambda mu, sigma, z: mu + sigma * z),
            credit=0.5,
        ),
        Mistake(
            name="stayed on the log-odds, for the new doctor",
            hint="The sums are right. A rate lies between 0 and 1: turn each draw into one.",
            gives=computed(new=lambda mu, sigma, z: mu + sigma * z),
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
            gives=plugged_in(known=lambda mu, sigma, z, m, s: expit(m + sigma * z)),
            credit=0.25,
        ),
        Mistake(
            name="turned `Intercept` and `1|doctor` into rates before adding them",
            hint="Rates do not add up, log-odds do: add first.",
            gives=computed(known=lambda mu, sigma, z: expit(mu) + expit(sigma * z)),
        ),
        Mistake(
            name="counted `Intercept` twice",
            hint="Does what you start from contain the intercept already? The output of `predict` "
            "does, `1|doctor` does not.",
            gives=computed(known=lambda mu, sigma, z: expit(2 * mu + sigma * z)),
        ),
        Mistake(
            name="gave every doctor the rate of the typical one",
            hint="That is the centre of the population. What sets each doctor apart from it?",
            gives=computed(known=lambda mu, sigma, z: expit(mu + 0 * z)),
        ),
        Mistake(
            name="gave rates of failure",
            hint="The rates are about success: which outcome is 1?",
            gives=scaled(-1.0, 1.0),
        ),
        Mistake(
            name="gave percent instead of proportions",
            hint="A rate lies between 0 and 1 here; leave out the factor.",
            gives=scaled(100.0),
            credit=0.5,
        ),
        Mistake(
            name="took the typical doctor for the new one",
            hint="A new doctor differs from the centre as much as doctors differ. Where does "
            "`1|doctor_sigma` come in?",
            gives=computed(new=lambda mu, sigma, z: expit(mu + 0 * z)),
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
            gives=plugged_in(new=lambda mu, sigma, z, m, s: expit(m + s * z)),
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
            gives=computed(new=lambda mu, sigma, z: expit(sigma * z)),
        ),
        Mistake(
            name="left `1|doctor_sigma` out when you drew the new doctor",
            hint="A standard normal draw has to be stretched by how much doctors differ.",
            gives=computed(new=lambda mu, sigma, z: expit(mu + z)),
            credit=0.25,
        ),
        Mistake(
            name="took the square of `1|doctor_sigma` for the doctors' standard deviation",
            hint="`1|doctor_sigma` is a standard deviation: no square.",
            gives=computed(new=lambda mu, sigma, z: expit(mu + sigma**2 * z)),
            credit=0.25,
        ),
        Mistake(
            name="added `1|doctor_sigma` to the intercept as if it were a difference",
            hint="It says how far doctors lie from the centre, to both sides. The new doctor's "
            "own place has to be drawn.",
            gives=computed(new=lambda mu, sigma, z: expit(mu + sigma + 0 * z)),
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


# --- 04.4 -----------------------------------------------------------------------------------------

WHO = ["busiest", "new"]
MODELS: dict[str, dict | None] = {
    "complete": {"sigma_pop": 0.0},
    "none": None,  # each doctor alone, with the prior of mu_pop
    "course": {},
    "default": {"sigma_scale": DEFAULT_SIGMA_SCALE},
}


def estimates(
    c: Clinic, model: Mapping[str, float] | None, seen: Mapping[str, int] | None = None
) -> np.ndarray:
    """The estimates of the busiest and of the new doctor, after one more outcome each."""
    s, n = np.append(c.s, 0.0), np.append(c.n, 0.0)
    at = [c.busiest, len(c.n)]
    for who, success in (seen or {}).items():
        s[at[WHO.index(who)]] += success
        n[at[WHO.index(who)]] += 1
    if model is None:
        return np.array([posterior_of((s[j],), (n[j],), sigma_pop=0.0).mean[0] for j in at])
    return posterior_of(tuple(s), tuple(n), **model).mean[at]


def drop_table(rows: Mapping[str, list | np.ndarray]) -> pd.DataFrame:
    """The table of the task; NaN for the rows that are not given."""
    return pd.DataFrame(rows, index=WHO).T.reindex([*MODELS]).astype(float)


def after(
    c: Clinic, model: Mapping[str, float] | None, success: int = 0, *, both: bool = False
) -> np.ndarray:
    """The estimate of each after one more outcome of the doctor's own."""
    if both:
        return estimates(c, model, dict.fromkeys(WHO, success))
    return np.array([estimates(c, model, {who: success})[k] for k, who in enumerate(WHO)])


def drops(
    c: Clinic, models: Mapping[str, dict | None] = MODELS, success: int = 0, *, both: bool = False
) -> pd.DataFrame:
    """By how many percentage points an estimate falls."""
    return drop_table(
        {
            name: 100 * (estimates(c, model) - after(c, model, success, both=both))
            for name, model in models.items()
        }
    )


def drops_of_typical(c: Clinic) -> pd.DataFrame:
    """The same in rates of the mean log-odds."""

    def rates(model: Mapping[str, float] | None, who: str | None) -> np.ndarray:
        assert model is not None
        s, n = np.append(c.s, 0.0), np.append(c.n, 0.0)
        at = [c.busiest, len(c.n)]
        if who:
            n[at[WHO.index(who)]] += 1
        p = posterior_of(tuple(s), tuple(n), **model)
        return np.array([expit(p.alpha[j].mean) for j in at])

    return drop_table(
        {
            name: [
                100 * (rates(MODELS[name], None) - rates(MODELS[name], w))[k]
                for k, w in enumerate(WHO)
            ]
            for name in ("course", "default")
        }
    )


def from_typical(c: Clinic) -> pd.DataFrame:
    """The drops of the new doctor, counted from the rate of the typical one."""
    rows = {}
    for name in ("course", "default"):
        model = MODELS[name]
        assert model is not None
        typical = expit(posterior(c, **model).mu_pop.mean)
        rows[name] = [np.nan, 100 * (typical - after(c, model)[1])]
    return drop_table(rows)


def of_raw_rates(c: Clinic) -> pd.DataFrame:
    """The drop of the busiest doctor's raw rate."""
    s, n = c.s.iloc[c.busiest], c.n.iloc[c.busiest]
    return drop_table({"none": [100 * (s / n - s / (n + 1)), np.nan]})


def exchanged(first: str, second: str) -> Formula:
    """The drops with two rows exchanged."""
    other = {first: MODELS[second], second: MODELS[first]}
    return lambda c: drops(c, other)


one_more_patient = Task(
    id="04.4",
    title="One failure",
    points=2,
    variable="drop",
    asks="by how much one failure lowers an estimate, columns busiest and new",
    answer=Table("model", "'{label}'"),
    tolerance=6e-3,  # percentage points; two decimals are enough
    truth=drops,
    parts=(
        Part(0.5, "complete pooling", "complete"),
        Part(0.5, "no pooling", "none"),
        Part(0.5, "partial pooling under the course's priors", "course"),
        Part(0.5, "partial pooling under Bambi's default priors", "default"),
    ),
    mistakes=(
        Mistake(
            name="gave proportions instead of percentage points",
            hint="The differences are right; the unit asked for is a hundred times finer.",
            gives=lambda c: drops(c) / 100,
            credit=0.5,
        ),
        Mistake(
            name="gave the estimates after the failure",
            hint="The task asks by how much they fall: take each from the estimate before.",
            gives=lambda c: drop_table({k: 100 * after(c, m) for k, m in MODELS.items()}),
            credit=0.25,
        ),
        Mistake(
            name="subtracted the wrong way round",
            hint="A drop is a positive number: the estimate before less the one after.",
            gives=lambda c: -drops(c),
            credit=0.5,
        ),
        Mistake(
            name="added a success instead of a failure",
            hint="A failure is one patient more and no success more.",
            gives=lambda c: drops(c, success=1),
            credit=0.25,
        ),
        Mistake(
            name="gave the rise after a success",
            hint="A failure is one patient more and no success more.",
            gives=lambda c: -drops(c, success=1),
            credit=0.25,
        ),
        Mistake(
            name="divided the drop by the estimate before",
            hint="Percentage points are a difference of two rates, not a share of one of them.",
            gives=lambda c: drop_table(
                {k: drops(c).loc[k] / estimates(c, m) for k, m in MODELS.items()}
            ),
            credit=0.25,
        ),
        Mistake(
            name="let both doctors fail at once",
            hint="Each column is a question of its own: only that doctor has one patient more.",
            gives=lambda c: drops(c, both=True),
            credit=0.25,
        ),
        Mistake(
            name="exchanged complete pooling and no pooling",
            hint="In which of the two does a doctor learn nothing from the others?",
            gives=exchanged("complete", "none"),
            credit=0.25,
        ),
        Mistake(
            name="exchanged the course's priors and Bambi's",
            hint="Print a Bambi model that was given no priors: which scale is the wider one?",
            gives=exchanged("course", "default"),
            credit=0.5,
        ),
        Mistake(
            name="gave Bambi's defaults a wider prior on the intercept too",
            hint="That was so in older versions. Print a Bambi model that was given no priors.",
            gives=lambda c: drops(
                c,
                {"default": {"mu_scale": OLD_MU_SCALE, "sigma_scale": DEFAULT_SIGMA_SCALE}},
            ),
            credit=0.5,
        ),
        Mistake(
            name="fixed `sigma_pop` at the scale of its prior",
            hint="Partial pooling learns the spread. `sigma_scale` is its prior's scale; "
            "`sigma_pop` would fix the spread itself.",
            gives=lambda c: drops(
                c,
                {
                    "course": {"sigma_pop": SIGMA_SCALE},
                    "default": {"sigma_pop": DEFAULT_SIGMA_SCALE},
                },
            ),
        ),
        Mistake(
            name="fixed `sigma_pop` at a large value for no pooling",
            hint="That gives every doctor a prior so wide that a single outcome settles the rate. "
            "The task states another prior for no pooling.",
            gives=lambda c: drops(c, {"none": {"sigma_pop": 100.0}}),
        ),
        Mistake(
            name="let the raw rate stand for no pooling",
            hint="A raw rate has no prior. The task states the one for no pooling, and with it a "
            "doctor without patients has an estimate too.",
            gives=of_raw_rates,
        ),
        Mistake(
            name="took rates of the mean log-odds",
            hint="The estimate is the mean of the rate, `mean` of a posterior, not the rate of "
            "the mean.",
            gives=drops_of_typical,
            credit=0.25,
        ),
        Mistake(
            name="started the new doctor from the typical one",
            hint="Before the first patient the new doctor is a draw from the population, and the "
            "mean of its rates is not the rate of its centre.",
            gives=from_typical,
            credit=0.25,
        ),
    ),
    hint="For each column one posterior before, and one after in which only that doctor has one "
    "patient more and no success more. Which argument says how much is pooled?",
    lesson="What a patient is worth depends on what the model thinks it knows: little for a doctor "
    "with many patients, nearly nothing where all doctors are one, much for the new one. The "
    "wider the prior of the spread, the sooner a newcomer is judged by the first outcome.",
)


EXERCISE = Exercise(
    id="04",
    title="Varying intercepts",
    minutes=40,
    load=load,
    tasks=(stated_population, varying_intercepts, rates_from_draws, one_more_patient),
)
