"""Exercise 5, the hierarchical logit: its priors as rates, its lines, its posterior, its graph.

The model, for patient i of doctor j with severity x:

- mu_pop ~ Normal(0, 1.5), sigma_pop ~ HalfNormal(1), beta ~ Normal(0, 1)
- alpha_j ~ Normal(mu_pop, sigma_pop)
- y_ij ~ Bernoulli(theta_ij), logit theta_ij = alpha_j + beta x_ij

What its priors say is an integral over sigma_pop, mu_pop and a doctor's distance from it. It is
taken at the midpoints of equal shares of each prior: the mean of a bounded function of a random
number is that of the function at its quantiles. What the graph says follows from d-separation
(Pearl, *Causality*, 2nd ed. 2009, section 1.2.3).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, log_expit, logit, ndtr

from shrinkage import exact
from shrinkage.exercises.answers import (
    CONVERGED,
    Density,
    Draws,
    Matched,
    Plain,
    Reading,
    Table,
    density_table,
    exact_table,
)
from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.comparison import Formula
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import ERRORS, Exercise, Part, Task

MU_SCALE, SIGMA_SCALE, BETA_SCALE = 1.5, 1.0, 1.0


# --- 05.1 -----------------------------------------------------------------------------------------

#: Scales of the normal prior on `mu_pop` and the half-normal one on `sigma_pop`.
CANDIDATES = {
    "course": (MU_SCALE, SIGMA_SCALE),
    "vague": (5.0, 1.0),
    "moderate": (0.5, 2.0),
    "cautious": (1.0, 0.5),
}
IMAGINED = 20_000  # clinics that the notebook asks for at least
ENDS, APART = 0.25, 0.10  # a prior that says more than this is rejected
COLUMNS = ["ends", "apart", "all_or_none", "reject"]


def _shares(count: int) -> np.ndarray:
    """Midpoints of `count` equal shares of probability."""
    return (np.arange(count) + 0.5) / count


_Z, _HALF = stats.norm.ppf(_shares(201)), stats.halfnorm.ppf(_shares(101))
_END = logit(0.95)
_LOW = _Z[:, None]


def _sigmas(scale: float, fixed: bool) -> np.ndarray:
    return np.array([scale]) if fixed else scale * _HALF


@lru_cache
def ends(mu_scale: float, sigma_scale: float, fixed: bool = False) -> float:
    """Probability that a doctor's rate lies below 5 % or above 95 %; or with sigma_pop fixed."""
    width = np.hypot(mu_scale, _sigmas(sigma_scale, fixed))
    return float(2 * ndtr(-_END / width).mean())


@lru_cache
def all_or_none(mu_scale: float, sigma_scale: float, n: int, fixed: bool = False) -> float:
    """Probability that all of a doctor's `n` patients have the same outcome."""
    alpha = np.hypot(mu_scale, _sigmas(sigma_scale, fixed)) * _LOW
    return float((expit(alpha) ** n + expit(-alpha) ** n).mean())


@lru_cache
def raw_ends(mu_scale: float, sigma_scale: float, n: int) -> float:
    """Probability that the raw rate of `n` patients lies below 5 % or above 95 %."""
    theta = expit(np.hypot(mu_scale, sigma_scale * _HALF) * _LOW)[..., None]
    k = np.arange(n + 1)
    k = k[(k / n < 0.05) | (k / n > 0.95)]
    return float(stats.binom.pmf(k, n, theta).sum(axis=-1).mean())


@lru_cache
def apart(mu_scale: float, sigma_scale: float, fixed: bool = False) -> float:
    """Probability that two doctors of one clinic lie more than 50 points apart."""
    sigma = _sigmas(sigma_scale, fixed)[:, None, None]
    mu = mu_scale * _Z[:, None]
    low = mu + sigma * _Z  # the worse of the two; the better lies 50 points above
    far = ndtr((mu - logit(np.minimum(expit(low) + 0.5, 1.0))) / sigma)
    return float(2 * np.where(low < 0, far, 0.0).mean())


@lru_cache
def apart_if_strangers(mu_scale: float, sigma_scale: float) -> float:
    """The same for two doctors of different clinics."""
    width = np.hypot(mu_scale, sigma_scale * _HALF)
    low = (width * _LOW)[..., None]
    far = ndtr(-logit(np.minimum(expit(low) + 0.5, 1.0)) / width)
    return float(2 * np.where(low < 0, far, 0.0).mean())


@lru_cache
def apart_on_log_odds(mu_scale: float, sigma_scale: float) -> float:
    """Probability that two doctors of one clinic lie more than 0.5 log-odds apart."""
    return float(2 * ndtr(-0.5 / (np.sqrt(2) * sigma_scale * _HALF)).mean())


def prior_table(rows: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """A row each prior; NaN for what a row does not say."""
    return pd.DataFrame(rows, index=COLUMNS, dtype=float).T


def prior_says(c: Clinic) -> pd.DataFrame:
    """What each candidate says, and whether it is rejected."""
    return judged(
        {
            name: {
                "ends": ends(*scales),
                "apart": apart(*scales),
                "all_or_none": all_or_none(*scales, int(c.n.iloc[0])),
            }
            for name, scales in CANDIDATES.items()
        }
    )


def judged(rows: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """The rows with the verdict that follows from them."""
    table = prior_table(rows)
    table["reject"] = ((table["ends"] > ENDS) | (table["apart"] > APART)).astype(float)
    return table


def instead(**columns: Callable) -> Formula:
    """A formula: other numbers, `column(mu_scale, sigma_scale, clinic)`, for some columns."""
    return lambda c: prior_table(
        {
            name: {column: float(f(*scales, c)) for column, f in columns.items()}
            for name, scales in CANDIDATES.items()
        }
    )


def verdict_by(rule: Callable) -> Formula:
    """A formula: the verdict that follows from (ends, apart) by another rule."""

    def formula(c: Clinic) -> pd.DataFrame:
        table = prior_says(c)
        wrong = rule(table["ends"] > ENDS, table["apart"] > APART).astype(float)
        return pd.DataFrame(np.nan, table.index, COLUMNS).assign(reject=wrong)

    return formula


def monte_carlo(c: Clinic) -> pd.DataFrame:
    """How far a share of so many imagined clinics may be off; a verdict may not."""
    p = prior_says(c)
    room = np.maximum(ERRORS * np.sqrt(p * (1 - p) / IMAGINED), 1e-3)
    return room.assign(reject=0.25)


@dataclass(frozen=True)
class PriorTable(Table):
    """A table in which True is 1 and False is 0."""

    def plain(self, value: object, data: Clinic) -> Plain:
        """The answer as plain data."""
        return _numbers(super().plain(value, data))

    def read(self, plain: Plain, truth: pd.Series | pd.DataFrame) -> Reading:
        """The answer in the order of `truth`; what cannot be a share is noted."""
        reading = super().read(plain, truth)
        note = "Shares lie between 0 and 1: leave percent to the reader."
        beyond = truth.index[(reading.values > 1).any(axis=1)]
        return replace(reading, notes=dict.fromkeys(beyond, note))


def _numbers(plain: Plain) -> Plain:
    """The same without truth values, but for one that stands by itself."""
    match plain:
        case dict():
            return {k: float(v) if isinstance(v, bool) else _numbers(v) for k, v in plain.items()}
        case list():
            return [float(v) if isinstance(v, bool) else _numbers(v) for v in plain]
    return plain


_RULE = "A prior goes if either of the two shares is above its limit. "

what_priors_say = Task(
    id="05.1",
    title="What the priors say",
    points=2,
    variable="prior_says",
    asks="a row for each pair of priors, columns ends, apart, all_or_none and reject",
    answer=PriorTable("prior", "'{label}'"),
    tolerance=monte_carlo,
    truth=prior_says,
    parts=(
        Part(0.5, "'ends', the doctors at the ends of the scale", "ends"),
        Part(0.5, "'apart', the pairs of doctors far apart", "apart"),
        Part(0.5, "'all_or_none', the outcomes all alike", "all_or_none"),
        Part(0.5, "'reject', your verdicts", "reject", alone=False),
    ),
    mistakes=(
        Mistake(
            name="took the scales of the priors for variances",
            hint="The second number of `N(0, 5)` is a standard deviation in this course, as in "
            "NumPy and PyMC.",
            gives=instead(
                ends=lambda m, s, c: ends(m**0.5, s**0.5),
                apart=lambda m, s, c: apart(m**0.5, s**0.5),
            ),
            credit=0.25,
        ),
        Mistake(
            name="set `sigma_pop` to its prior's scale instead of drawing it",
            hint="The scale belongs to the half-normal. Each imagined clinic has a `sigma_pop` of "
            "its own, drawn from it.",
            gives=instead(
                ends=lambda m, s, c: ends(m, s, fixed=True),
                apart=lambda m, s, c: apart(m, s, fixed=True),
            ),
            credit=0.25,
        ),
        Mistake(
            name="looked at the typical doctor, `expit(mu_pop)`, instead of a doctor",
            hint="A doctor is drawn around `mu_pop`, `sigma_pop` away on average. One line of the "
            "model is missing.",
            gives=instead(
                ends=lambda m, s, c: ends(m, 0.0),
                all_or_none=lambda m, s, c: all_or_none(m, 0.0, int(c.n.iloc[0])),
            ),
        ),
        Mistake(
            name="counted one end of the scale only",
            hint="'ends' counts doctors who nearly never succeed and doctors who nearly always do.",
            gives=instead(ends=lambda m, s, c: ends(m, s) / 2),
            credit=0.5,
        ),
        Mistake(
            name="took the imagined raw rates of Dr. A for the success rates",
            hint="'ends' is about the success rate itself, before any patient is treated. A raw "
            "rate of few patients reaches the ends by chance.",
            gives=instead(ends=lambda m, s, c: raw_ends(m, s, int(c.n.iloc[0]))),
        ),
        Mistake(
            name="drew the two doctors of a pair from different clinics",
            hint="Two doctors of one clinic share `mu_pop` and `sigma_pop`: draw these once for "
            "both.",
            gives=instead(apart=lambda m, s, c: apart_if_strangers(m, s)),
        ),
        Mistake(
            name="compared the doctors of a pair on the log-odds",
            hint="Fifty points are a difference of success rates. Which function leads there?",
            gives=instead(apart=lambda m, s, c: apart_on_log_odds(m, s)),
        ),
        Mistake(
            name="counted the pairs in which the first doctor is the better one",
            hint="Either doctor of a pair may be ahead: take the difference without its sign.",
            gives=instead(apart=lambda m, s, c: apart(m, s) / 2),
            credit=0.5,
        ),
        Mistake(
            name="counted perfect records, and not those without a success",
            hint="All or none: the other extreme belongs to it.",
            gives=instead(all_or_none=lambda m, s, c: all_or_none(m, s, int(c.n.iloc[0])) / 2),
            credit=0.5,
        ),
        Mistake(
            name="used the caseload of the doctor who has the most patients",
            hint="'all_or_none' asks about Dr. A: how many patients does Dr. A have?",
            gives=instead(all_or_none=lambda m, s, c: all_or_none(m, s, int(c.n.max()))),
            credit=0.5,
        ),
        Mistake(
            name="marked the priors you keep",
            hint="'reject' is 1 where a prior goes, and 0 where it stays.",
            gives=verdict_by(lambda ends, apart: ~(ends | apart)),
        ),
        Mistake(
            name="rejected a prior only if both shares are above their limits",
            hint=_RULE + "A clinic is unbelievable for one good reason.",
            gives=verdict_by(lambda ends, apart: ends & apart),
        ),
        Mistake(
            name="judged by 'ends' alone",
            hint=_RULE + "A prior can be fine for each doctor and wrong about two.",
            gives=verdict_by(lambda ends, apart: ends),
        ),
        Mistake(
            name="judged by 'apart' alone",
            hint=_RULE + "Doctors may agree with each other and all stand at one end.",
            gives=verdict_by(lambda ends, apart: apart),
        ),
    ),
    hint="Draw `mu_pop` and `sigma_pop` once a clinic, then its doctors, turn them into rates, and "
    "only then count.",
    lesson="Each hyperprior can fail by itself, and in its own way: a wide one on `mu_pop` sends "
    "whole clinics to the ends, a wide one on `sigma_pop` tears the doctors of a clinic apart.",
)


# --- 05.2 -----------------------------------------------------------------------------------------

PARAMETERS = ("mu_pop", "sigma_pop", "beta", "alpha")


def probes(c: Clinic) -> list[dict]:
    """Points at which a model's log density is compared; anywhere will do, on all sides."""
    rng = np.random.default_rng(5)
    return [
        {
            "mu_pop": rng.normal(),
            "sigma_pop": rng.gamma(2, 0.5),
            "beta": rng.normal(),
            "alpha": rng.normal(size=len(c.doctors)),
        }
        for _ in range(4)
    ]


def by_bernoulli(log_odds: np.ndarray, success: np.ndarray) -> float:
    """The log-likelihood of outcomes."""
    return float(log_expit(np.where(success == 1, log_odds, -log_odds)).sum())


def likelihood(c: Clinic, alpha: np.ndarray, beta: float) -> float:
    """The log-likelihood of the clinic's patients."""
    log_odds = alpha[list(c.doctor_idx)] + beta * np.array(c.severity)
    return by_bernoulli(log_odds, np.array(c.success))


def right_terms(c: Clinic) -> dict:
    """The log density of each line of the model, at a probe point."""
    return {
        "mu_pop": lambda p: stats.norm.logpdf(p["mu_pop"], 0, MU_SCALE),
        "sigma_pop": lambda p: stats.halfnorm.logpdf(p["sigma_pop"], 0, SIGMA_SCALE),
        "beta": lambda p: stats.norm.logpdf(p["beta"], 0, BETA_SCALE),
        "alpha": lambda p: stats.norm.logpdf(p["alpha"], p["mu_pop"], p["sigma_pop"]).sum(),
        "data": lambda p: likelihood(c, p["alpha"], p["beta"]),
    }


def right_density(c: Clinic) -> pd.DataFrame:
    """The right model's log densities."""
    return density_table(right_terms(c), probes(c))


def with_term(label: str, term: Callable) -> Formula:
    """A formula: another `term(point, clinic)`; no say on the others."""

    def formula(c: Clinic) -> pd.DataFrame:
        table = density_table({label: lambda p: term(p, c)}, probes(c))
        return table.reindex(right_density(c).index).drop("whole").reindex(right_density(c).index)

    return formula


def with_normal(label: str, loc: Callable, scale: Callable) -> Formula:
    """A formula: `label` normal around `loc(point)` with the sd `scale(point)`."""
    return with_term(label, lambda p, c: stats.norm.logpdf(p[label], loc(p), scale(p)).sum())


def with_data(log_odds: Callable, success: Callable = lambda c: np.array(c.success)) -> Formula:
    """A formula: other log-odds or other outcomes in the likelihood."""
    return with_term("data", lambda p, c: by_bernoulli(log_odds(p, c), success(c)))


def log_odds(p: Mapping, c: Clinic, sign: float = 1.0) -> np.ndarray:
    """The right log-odds of each patient, or with the effect of severity turned round."""
    return p["alpha"][list(c.doctor_idx)] + sign * p["beta"] * np.array(c.severity)


def mean_severity(c: Clinic) -> np.ndarray:
    """The mean severity of each doctor's patients."""
    return np.bincount(c.doctor_idx, c.severity) / c.n.to_numpy()


def averaged(p: Mapping, c: Clinic) -> np.ndarray:
    """The log-odds if every patient of a doctor had the mean severity of them."""
    return (p["alpha"] + p["beta"] * mean_severity(c))[list(c.doctor_idx)]


def centred_by_doctor(p: Mapping, c: Clinic) -> np.ndarray:
    """The log-odds if severity counted from the mean of the doctor's own patients."""
    own = np.array(c.severity) - mean_severity(c)[list(c.doctor_idx)]
    return p["alpha"][list(c.doctor_idx)] + p["beta"] * own


def nothing_else(answer: pd.DataFrame, c: Clinic) -> bool:
    """Whether the terms add up to the whole."""
    total = answer.drop("whole").sum(skipna=False)  # NaN: a term is wrong, and says so itself
    return bool((np.isclose(total, answer.loc["whole"], atol=1e-4) | total.isna()).all())


def zero(p: Mapping) -> float:
    """The location of a prior."""
    return 0.0


the_model = Task(
    id="05.2",
    title="The model, line by line",
    points=3,
    variable="model",
    asks="the hierarchical logit with severity under the course's priors",
    answer=Density(parameters=PARAMETERS, probes=probes, positive=("sigma_pop",)),
    tolerance=1e-5,
    truth=right_density,
    parts=(
        Part(0.5, "the prior of `mu_pop`", "mu_pop"),
        Part(0.5, "the prior of `sigma_pop`", "sigma_pop"),
        Part(0.25, "the prior of `beta`", "beta"),
        Part(0.75, "the doctors, drawn from the population", "alpha"),
        Part(0.75, "the patients", "data"),
        Part(0.25, "nothing besides the formula's lines", holds=nothing_else, alone=False),
    ),
    mistakes=(
        Mistake(
            name="left `mu_pop` at the standard normal",
            hint="`pm.Normal` without a scale has one of its own. Which one does the formula ask "
            "for?",
            gives=with_normal("mu_pop", zero, lambda p: 1.0),
        ),
        Mistake(
            name="handed the scale of `mu_pop` over as a variance",
            hint="`pm.Normal` takes a standard deviation, and so does the formula: no square and "
            "no root.",
            gives=with_normal("mu_pop", zero, lambda p: MU_SCALE**0.5),
        ),
        Mistake(
            name="gave `mu_pop` a wide prior",
            hint="It fails the check of the chapter: translate it into success rates.",
            gives=with_normal("mu_pop", zero, lambda p: 10.0),
        ),
        Mistake(
            name="gave `sigma_pop` a half-Cauchy prior",
            hint="An old favourite with a long tail. The formula has a half-normal.",
            gives=with_term("sigma_pop", lambda p, c: stats.halfcauchy.logpdf(p["sigma_pop"])),
        ),
        Mistake(
            name="gave `sigma_pop` an exponential prior",
            hint="It is positive as well, and another distribution. The formula has a half-normal.",
            gives=with_term("sigma_pop", lambda p, c: stats.expon.logpdf(p["sigma_pop"])),
        ),
        Mistake(
            name="gave `sigma_pop` a wide prior",
            hint="Ten is no moderate number for a spread on the log-odds: look at what the chapter "
            "makes of it in success rates.",
            gives=with_term("sigma_pop", lambda p, c: stats.halfnorm.logpdf(p["sigma_pop"], 0, 10)),
        ),
        Mistake(
            name="gave `beta` the prior of `mu_pop`",
            hint="The two are different lines of the formula, with scales of their own.",
            gives=with_normal("beta", zero, lambda p: MU_SCALE),
        ),
        Mistake(
            name="gave `beta` a flat prior",
            hint="A flat prior is a very wide one, and the formula has one that is narrower.",
            gives=with_term("beta", lambda p, c: 0.0),
        ),
        Mistake(
            name="used the variance of the doctors in place of their standard deviation",
            hint="`sigma_pop` is the standard deviation already, and that is what `pm.Normal` "
            "takes.",
            gives=with_normal("alpha", lambda p: p["mu_pop"], lambda p: p["sigma_pop"] ** 2),
        ),
        Mistake(
            name="handed `sigma_pop` over as a precision",
            hint="`pm.Normal` takes a standard deviation; its `tau` is one over a variance.",
            gives=with_normal("alpha", lambda p: p["mu_pop"], lambda p: p["sigma_pop"] ** -0.5),
        ),
        Mistake(
            name="drew the doctors around zero",
            hint="What is the population centred at? It is a parameter, and the doctors need it.",
            gives=with_normal("alpha", zero, lambda p: p["sigma_pop"]),
        ),
        Mistake(
            name="drew the doctors with a standard deviation of 1",
            hint="How different doctors are is a parameter: it has to stretch the offsets.",
            gives=with_normal("alpha", lambda p: p["mu_pop"], lambda p: 1.0),
        ),
        Mistake(
            name="left severity out of the log-odds",
            hint="`beta` has a prior and no work to do: which line of the formula uses it?",
            gives=with_data(lambda p, c: p["alpha"][list(c.doctor_idx)]),
        ),
        Mistake(
            name="subtracted the effect of severity",
            hint="The formula has a plus; that sicker patients do worse will show in the sign of "
            "`beta`.",
            gives=with_data(lambda p, c: log_odds(p, c, sign=-1.0)),
        ),
        Mistake(
            name="handed every patient the intercept of the doctor before",
            hint="`doctor_idx` counts doctors from 0, as Python does: use it as it is.",
            gives=with_data(
                lambda p, c: log_odds({**p, "alpha": np.roll(p["alpha"], 1)}, c),
            ),
        ),
        Mistake(
            name="counted failures instead of successes",
            hint="What was observed is `success`, as it stands.",
            gives=with_data(log_odds, lambda c: 1 - np.array(c.success)),
        ),
        Mistake(
            name="handed a probability over as log-odds",
            hint="`p=` takes a probability and `logit_p=` takes log-odds: the inverse logit is "
            "needed for one of them, and only once.",
            gives=with_data(lambda p, c: expit(log_odds(p, c))),
        ),
        Mistake(
            name="gave all patients of a doctor the same severity, their mean",
            hint="The log-odds are a curve, so a mean of severities is not enough: every patient "
            "has a line, or every doctor and severity.",
            gives=with_data(averaged),
        ),
        Mistake(
            name="counted severity from the mean of each doctor's own patients",
            hint="Then a doctor with sick patients is compared with nobody. The formula takes "
            "severity as it stands in the table.",
            gives=with_data(centred_by_doctor),
        ),
    ),
    hint="Hold the model and the formula side by side, a line at a time: distribution, its "
    "arguments, their order.",
    lesson="Your model is the formula, whichever way you wrote it: the log density agrees, and it "
    "is all that a sampler ever sees of a model.",
)


# --- 05.3 -----------------------------------------------------------------------------------------

SCALARS = ("mu_pop", "sigma_pop", "beta")


@lru_cache(maxsize=64)
def posterior_of(
    c: Clinic,
    mu_scale: float = MU_SCALE,
    sigma_scale: float = SIGMA_SCALE,
    beta_scale: float = BETA_SCALE,
) -> exact.Posterior:
    """The exact posterior, under these priors."""
    return exact.posterior_with_covariate(
        c.doctor_idx,
        c.severity,
        c.success,
        mu_scale=mu_scale,
        sigma_scale=sigma_scale,
        beta_scale=beta_scale,
    )


@lru_cache(maxsize=64)
def _summary(c: Clinic, *scales: float) -> pd.DataFrame:
    posterior = posterior_of(c, *scales)
    return summarised(
        c, {name: getattr(posterior, name) for name in SCALARS}, dict(enumerate(posterior.alpha))
    )


def summarised(c: Clinic, scalars: Mapping, alpha: Mapping) -> pd.DataFrame:
    """A truth for `Draws` from objects that have a mean and an sd."""
    found = {**scalars, **{f"alpha[{d}]": alpha[j] for j, d in enumerate(c.doctors)}}
    return exact_table({k: m.mean for k, m in found.items()}, {k: m.sd for k, m in found.items()})


def fitted(*scales: float) -> Formula:
    """A formula: posterior means and sds under the scales of mu_pop, sigma_pop and beta."""
    return lambda c: unsaid(_summary(c, *scales))


def unsaid(table: pd.DataFrame) -> pd.DataFrame:
    """The same without a word on the chains."""
    table = table.copy()
    table.loc[CONVERGED] = np.nan
    return table


def turned(*names: str) -> Formula:
    """A formula: the right posterior with the signs of these quantities turned round."""

    def formula(c: Clinic) -> pd.DataFrame:
        table = unsaid(_summary(c))
        which = table.index.str.partition("[").get_level_values(0).isin(names)
        table.loc[which, "mean"] *= -1
        return table

    return formula


@dataclass(frozen=True)
class _Moments:
    mean: float
    sd: float


def from_the_prior(c: Clinic) -> pd.DataFrame:
    """Means and sds before any patient is seen."""
    spread = _Moments(SIGMA_SCALE * np.sqrt(2 / np.pi), SIGMA_SCALE * np.sqrt(1 - 2 / np.pi))
    scalars = {
        "mu_pop": _Moments(0.0, MU_SCALE),
        "sigma_pop": spread,
        "beta": _Moments(0.0, BETA_SCALE),
    }
    doctor = _Moments(0.0, float(np.hypot(MU_SCALE, SIGMA_SCALE)))
    return unsaid(summarised(c, scalars, dict.fromkeys(range(len(c.doctors)), doctor)))


@lru_cache(maxsize=64)
def without_severity(c: Clinic) -> pd.DataFrame:
    """The posterior of a model whose `beta` has a prior and no effect."""
    posterior = exact.posterior(c.s, c.n)
    scalars = {name: getattr(posterior, name) for name in SCALARS[:2]}
    scalars["beta"] = _Moments(0.0, BETA_SCALE)
    return unsaid(summarised(c, scalars, dict(enumerate(posterior.alpha))))


def alpha_as(kind: str) -> Formula:
    """A formula: rates, or distances from the population, under the name of the intercepts."""

    def formula(c: Clinic) -> pd.DataFrame:
        table = unsaid(_summary(c))
        doctors = table.index.str.startswith("alpha")
        if kind == "rate":
            posterior = posterior_of(c)
            table.loc[doctors] = np.column_stack([posterior.mean, posterior.sd])
        else:
            table.loc[doctors, "mean"] -= table.loc["mu_pop", "mean"]
            table.loc[doctors, "sd"] = np.nan  # not known to the quadrature
        table.loc[~doctors] = np.nan
        return table

    return formula


the_posterior = Task(
    id="05.3",
    title="Its posterior",
    points=1,
    variable="fit",
    asks="the draws from the posterior of your model",
    answer=Draws(
        quantities={
            "mu_pop": ("mu_pop", "Intercept"),
            "sigma_pop": ("sigma_pop", "1|doctor_sigma"),
            "beta": ("beta", "severity"),
            "alpha": ("alpha", "Intercept + 1|doctor"),
        }
    ),
    tolerance=1e-6,  # beyond the Monte Carlo error of the draws
    truth=lambda c: _summary(c),
    parts=(
        Part(0.25, "chains that can be relied on", CONVERGED, alone=False),
        Part(0.5, "the population and severity", SCALARS),
        Part(0.25, "the doctors", "alpha"),
    ),
    mistakes=(
        Mistake(
            name="handed in draws from the prior",
            hint="`pm.sample_prior_predictive` imagines; which function learns from the patients?",
            gives=from_the_prior,
        ),
        Mistake(
            name="modelled failures instead of successes",
            hint="All signs are turned round. What was observed is `success`, as it stands.",
            gives=turned("mu_pop", "beta", "alpha"),
        ),
        Mistake(
            name="subtracted the effect of severity",
            hint="Only the sign of `beta` is turned round: look at the line of the log-odds.",
            gives=turned("beta"),
        ),
        Mistake(
            name="kept success rates under the name `alpha`",
            hint="`alpha` is on the log-odds, and so is the answer; the rate is the inverse logit "
            "of it, under a name of its own.",
            gives=alpha_as("rate"),
        ),
        Mistake(
            name="kept the distances from the population under the name `alpha`",
            hint="`alpha` is where a doctor stands: the population's mean, plus the distance.",
            gives=alpha_as("distance"),
        ),
        Mistake(
            name="left severity out of the log-odds",
            hint="`beta` has come back from the data as it went in, with the mean and sd of its "
            "prior: nothing depends on it.",
            gives=without_severity,
        ),
        Mistake(
            name="left Bambi's default priors in place",
            hint="Then it is another model, wider in all its priors. State the course's.",
            gives=fitted(2.5, 2.5, 2.5),
        ),
        Mistake(
            name="gave `mu_pop` a wide prior",
            hint="The doctors are where they belong, and the population is not held as the formula "
            "holds it. See task 05.2.",
            gives=fitted(10.0, SIGMA_SCALE, BETA_SCALE),
        ),
        Mistake(
            name="gave `sigma_pop` a wide prior",
            hint="With ten doctors the prior on the spread is part of the answer. See task 05.2.",
            gives=fitted(MU_SCALE, 10.0, BETA_SCALE),
        ),
        Mistake(
            name="gave `beta` a prior so narrow that it can hardly leave zero",
            hint="`beta` is closer to zero than the patients say. See task 05.2.",
            gives=fitted(MU_SCALE, SIGMA_SCALE, 0.1),
        ),
    ),
    hint="The draws come from another model than the formula: does task 05.2 find yours complete?",
    lesson="Your draws and the quadrature share no line of code and agree within the draws' own "
    "Monte Carlo error. That is as much as a sampler can promise.",
)


# --- 05.4 -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """A colleague's fit: its priors' scales, its effective sample size, its Monte Carlo noise.

    The noise is in Monte Carlo standard errors, one number each for mu_pop, sigma_pop and beta.
    """

    ess: int
    noise: tuple[float, float, float]
    scales: tuple[float, float, float] = (MU_SCALE, SIGMA_SCALE, BETA_SCALE)


REPORTS = {
    "Ada": Report(400, (-2.4, 1.3, 1.1)),
    "Ben": Report(40_000, (0.6, -0.9, 0.4), (2.0, SIGMA_SCALE, BETA_SCALE)),
    "Chloe": Report(10_000, (0.3, -0.6, 0.8)),
    "Dev": Report(4_000, (0.8, 0.5, 0.6), (MU_SCALE, SIGMA_SCALE, 0.5)),
    "Eli": Report(2_500, (-0.4, 0.7, -0.5), (MU_SCALE, 2.5, BETA_SCALE)),
    "Fay": Report(40_000, (1.6, -0.8, -1.4)),
}
JUDGED = Matched("colleague", "{label}", options=("same", "other"))
LIMIT = 4.0  # between the noise of the same model and the distance of another


@lru_cache(maxsize=16)
def reports_of(c: Clinic) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The colleagues' posterior means and their Monte Carlo standard errors, a row each."""
    means, errors = {}, {}
    for name, report in REPORTS.items():
        posterior = posterior_of(c, *report.scales)
        for k, quantity in enumerate(SCALARS):
            marginal = getattr(posterior, quantity)
            error = marginal.sd / np.sqrt(report.ess)
            errors[name, quantity] = error
            means[name, quantity] = marginal.mean + report.noise[k] * error
    tables = (pd.Series(values).unstack()[[*SCALARS]].round(6) for values in (means, errors))
    return tuple(table.rename_axis("colleague").loc[[*REPORTS]] for table in tables)


def load_reports() -> tuple[pd.DataFrame, pd.DataFrame]:
    """What six colleagues report of the clinic's patients: posterior means, and their errors.

    Two tables with a row for each colleague and a column each for `mu_pop`, `sigma_pop` and
    `beta`. The errors are Monte Carlo standard errors, as `az.summary` gives them.
    """
    means, errors = reports_of(Clinic.load())
    return means.copy(), errors.copy()


def away(c: Clinic) -> pd.DataFrame:
    """How far each report is from the exact posterior means, in the unit of the parameter."""
    posterior = posterior_of(c)
    return abs(reports_of(c)[0] - [getattr(posterior, name).mean for name in SCALARS])


def distances(c: Clinic) -> pd.DataFrame:
    """The same in Monte Carlo standard errors."""
    return away(c) / reports_of(c)[1]


def other_where(found: Callable) -> Callable[[Clinic], pd.Series]:
    """A formula: 'other' where `found(clinic)` is True, a Series by colleague."""
    return lambda c: JUDGED.codes(found(c).map({True: "other", False: "same"}))


def differs(c: Clinic) -> pd.Series:
    """Who fitted another model."""
    return pd.Series({name: r.scales != REPORTS["Chloe"].scales for name, r in REPORTS.items()})


def but(name: str) -> Formula:
    """A formula: one colleague taken for the contrary, no say on the others."""

    def formula(c: Clinic) -> pd.Series:
        truth = other_where(differs)(c)
        return (1 - truth).where(truth.index == name)

    return formula


def all_alike(word: str) -> Formula:
    """A formula: the same word for everyone."""
    return lambda c: JUDGED.codes(dict.fromkeys(REPORTS, word))


whose_model = Task(
    id="05.4",
    title="Whose model is it?",
    points=2,
    variable="verdict",
    asks="'same' or 'other' for each colleague",
    answer=JUDGED,
    tolerance=0.25,
    truth=other_where(differs),
    parts=(
        Part(1, "Ada's short run and Ben's long one", ("Ada", "Ben")),
        Part(0.5, "Chloe's report and Dev's", ("Chloe", "Dev")),
        Part(0.5, "Eli's report and Fay's", ("Eli", "Fay")),
    ),
    mistakes=(
        Mistake(
            name="wrote 'same' for 'other' and 'other' for 'same'",
            hint="A report that lies many standard errors away comes from another model.",
            gives=other_where(lambda c: ~differs(c)),
        ),
        Mistake(
            name="found them all the same",
            hint="Beside the width of the posterior all of these differences are small. The "
            "question is how they compare with the noise of the reported means.",
            gives=all_alike("same"),
        ),
        Mistake(
            name="found none the same",
            hint="No two runs give the same digits. Some difference is to be expected: how much, "
            "the reported errors say.",
            gives=all_alike("other"),
        ),
        Mistake(
            name="looked at `mu_pop` alone",
            hint="Two models can agree on one parameter and differ in another: look at all three.",
            gives=other_where(lambda c: distances(c)["mu_pop"] > LIMIT),
        ),
        Mistake(
            name="looked at `sigma_pop` alone",
            hint="Two models can agree on one parameter and differ in another: look at all three.",
            gives=other_where(lambda c: distances(c)["sigma_pop"] > LIMIT),
        ),
        Mistake(
            name="looked at `beta` alone",
            hint="Two models can agree on one parameter and differ in another: look at all three.",
            gives=other_where(lambda c: distances(c)["beta"] > LIMIT),
        ),
        Mistake(
            name="set the limit at one standard error",
            hint="Noise is beyond one standard error a third of the time, and you look at eighteen "
            "numbers.",
            gives=other_where(lambda c: distances(c).max(axis=1) > 1),
        ),
        Mistake(
            name="judged by the differences as they are, without their errors",
            hint="The same difference is noise in a short run and a different posterior in a long "
            "one. Divide each by its own error.",
            gives=other_where(lambda c: away(c)["mu_pop"] > 1.05 * away(c).loc["Ben", "mu_pop"]),
        ),
        Mistake(
            name="took Ada's noise for a difference",
            hint="Among eighteen numbers one or two beyond two standard errors are no surprise; "
            "the chapter says where surprise begins.",
            gives=but("Ada"),
        ),
        Mistake(
            name="took Ben's difference for none because it is small",
            hint="It is small, and may not matter to a patient. It is also many times the noise of "
            "Ben's long run, and that was the question.",
            gives=but("Ben"),
        ),
    ),
    hint="Subtract the exact means, divide by the reported errors, and look at each colleague's "
    "largest distance.",
    lesson="The short run of the same model strays further than the long run of another. The "
    "distance in standard errors tells whether two posteriors are one, not whether the "
    "difference matters.",
)


# --- 05.5 -----------------------------------------------------------------------------------------

BELIEF = Matched("case", "case {label}", options=("changes", "stays"))
CASES = {
    "1": "changes",  # told nothing; a patient of Dr. G fails
    "2": "stays",  # told mu_pop, sigma_pop, beta; a patient of Dr. G fails
    "3": "changes",  # told mu_pop, sigma_pop; a patient of Dr. G fails
    "4": "stays",  # told alpha of Dr. G, and beta; a patient of Dr. G fails
    "5": "stays",  # told nothing; a severity of Dr. B's, outcome unknown
    "6": "changes",  # told mu_pop, sigma_pop, beta; a patient of Dr. B succeeds
    "7": "changes",  # told nothing; alpha of Dr. G
    "8": "stays",  # told nothing; Dr. G gets more patients, outcomes unknown
}
PAIRS = {
    ("1", "2"): "cases 1 and 2, with the population unknown and known",
    ("3", "4"): "cases 3 and 4, what is left once some of it is known",
    ("5", "6"): "cases 5 and 6, the next patient of Dr. B",
    ("7", "8"): "cases 7 and 8, news of Dr. G that is no outcome",
}
WHY = {
    "1": "The failure says something about Dr. G, hence about the population, hence about Dr. B: "
    "follow the arrows up and down again.",
    "2": "What Dr. G's patients could tell about Dr. B runs through `mu_pop`, `sigma_pop` or "
    "`beta`. What is left to tell once you know all three?",
    "3": "One of the three that the doctors share is still unknown, and the outcome of a patient "
    "depends on it. Which one?",
    "4": "Which arrows lead into the outcome of Dr. G's patient? If you know all that stands at "
    "their other ends, the outcome is a throw of a coin of known bias.",
    "5": "In this model no arrow leads from severity to `alpha`, and the outcome, where the two "
    "meet, has not been seen.",
    "6": "Knowing the population does not tell where in it Dr. B stands. Dr. B's own patients do.",
    "7": "An intercept that is known is like very many patients of that doctor: it says where the "
    "population is, and that is news of everyone in it.",
    "8": "In this model a caseload is given, and no arrow leads from it to anything unknown. Only "
    "outcomes speak.",
}


def belief(**others: str) -> pd.Series:
    """The right answers, some of them replaced."""
    return BELIEF.codes(CASES | {label.removeprefix("case"): w for label, w in others.items()})


def wrong_in(case: str) -> Formula:
    """A formula: one case taken for the contrary, no say on the others."""
    return lambda c: (1 - belief()).where(belief().index == case)


what_the_graph_says = Task(
    id="05.5",
    title="What the graph says",
    points=2,
    variable="belief",
    asks="'changes' or 'stays' for each of the eight cases",
    answer=BELIEF,
    tolerance=0.25,
    truth=lambda c: belief(),
    parts=tuple(Part(0.5, what, pair) for pair, what in PAIRS.items()),
    mistakes=(
        Mistake(
            name="wrote 'changes' for 'stays' and 'stays' for 'changes'",
            hint="'changes' says that the news tells you something about Dr. B.",
            gives=lambda c: 1 - belief(),
        ),
        Mistake(
            name="let everything tell you something about Dr. B",
            hint="A graph is read for its missing arrows. In which cases is every path from the "
            "news to `alpha` of Dr. B either missing or barred by what you know?",
            gives=lambda c: BELIEF.codes(dict.fromkeys(CASES, "changes")),
        ),
        Mistake(
            name="let nothing tell you anything about Dr. B",
            hint="Then there would be no partial pooling. In which cases can you follow the arrows "
            "from the news to `alpha` of Dr. B past unknown quantities?",
            gives=lambda c: BELIEF.codes(dict.fromkeys(CASES, "stays")),
        ),
        *(
            Mistake(name=name, hint=WHY[case], gives=wrong_in(case))
            for case, name in {
                "1": "held what Dr. G's patients say to be no news of Dr. B, in case 1",
                "2": "let Dr. G's patient speak of Dr. B past a known population, in case 2",
                "3": "overlooked what the doctors still share, in case 3",
                "4": "let an outcome speak of what is known already, in case 4",
                "5": "let severity speak of a doctor before the outcome is known, in case 5",
                "6": "held Dr. B to be known once the population is, in case 6",
                "7": "held another doctor's intercept to be no news of Dr. B, in case 7",
                "8": "let a caseload speak of a doctor, in case 8",
            }.items()
        ),
    ),
    hint="Draw the graph with the news at one end and `alpha` of Dr. B at the other, and cross out "
    "what you have been told.",
    lesson="Doctors speak of each other only through what they share, and only while it is "
    "unknown. The quadrature of this chapter stands on that.",
)


EXERCISE = Exercise(
    id="05",
    title="The hierarchical logit",
    minutes=40,
    load=Clinic.load,
    tasks=(what_priors_say, the_model, the_posterior, whose_model, what_the_graph_says),
)
