"""Exercise 3: what students write, right and wrong, as code that follows the solution."""

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats
from scipy.special import log_expit


def plane(
    x: pd.Series, y: pd.Series, alpha: tuple[float, float], beta: tuple[float, float]
) -> pd.Series:
    """The posterior of intercept and slope as weights on a plain grid, by (alpha, beta)."""
    a, b = np.linspace(-3, 5, 321), np.linspace(-3, 3, 301)
    height = stats.norm.logpdf(a, *alpha)[:, None] + stats.norm.logpdf(b, *beta)
    for x_i, y_i in zip(x, y, strict=True):
        log_odds = a[:, None] + b * x_i
        height += log_expit(log_odds if y_i else -log_odds)
    weight = np.exp(height - height.max()).ravel()
    return pd.Series(weight / weight.sum(), pd.MultiIndex.from_product([a, b]))


def drawn(
    x: pd.Series,
    y: pd.Series,
    alpha: tuple[float, float] = (1, 0.8),
    beta: tuple[float, float] = (0, 0.5),
    draws: int = 2000,
) -> xr.DataTree:
    """A fit as Bambi would return it: independent draws, here from the grid."""
    rng = np.random.default_rng(1)
    weight = plane(x, y, alpha, beta)
    a, b = np.array([*weight.index]).T
    at = rng.choice(len(weight), size=(4, draws), p=weight)
    within = rng.uniform(-0.5, 0.5, size=(2, 4, draws))  # of a cell
    return az.from_dict(
        {
            "posterior": {
                "Intercept": a[at] + within[0] * np.ptp(a) / 320,
                "relative": b[at] + within[1] * np.ptp(b) / 300,
            }
        }
    )


DRAWN = "from exercise_03_mutants import drawn\n"
READ = """
def reading(alpha, beta, relative):
    log_odds = alpha + beta * relative
    ratio = np.exp(beta)
    chance = expit(log_odds)
    found = []
    for mean, draws in [(ratio.mean(), ratio), (chance.mean(), chance)]:
        found += [mean, *np.quantile(draws, [0.025, 0.975])]
    return found
"""


def changed(code: str, *changes: tuple[str, str]) -> str:
    """Code with each text replaced by another."""
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


def read(*changes: tuple[str, str]) -> str:
    """A function that reads a fit, with changes."""
    return changed(READ, *changes)


GRID = """
alpha = np.linspace(-10, 10, 4001)
theta = expit(alpha)
rows = {}
for d, g in patients.groupby("doctor"):
    s, n = g["success"].sum(), len(g)
    likelihood = np.exp(s * alpha - n * np.logaddexp(0, alpha))
    w = stats.norm.pdf(alpha, 1, 0.8) * likelihood
    w = w / w.sum()
    low, high = np.interp([0.025, 0.975], w.cumsum(), theta)
    rows[d] = {"estimate": w @ theta, "lower": low, "upper": high,
               "above": w[theta > patients["success"].mean()].sum()}
by_doctor = pd.DataFrame(rows).T
"""


def grid(*changes: tuple[str, str]) -> str:
    """The chapter's grid, for every doctor, with changes."""
    return changed(GRID, *changes)


def function(lower_and_upper: str, extreme: str) -> str:
    """A function that returns these three."""
    return f"""
def in_rates(mean, sd):
    prior = stats.norm(mean, sd)
    lower, upper = {lower_and_upper}
    extreme = {extreme}
    return lower, upper, extreme
"""


ENDS = "expit(prior.interval(0.9))"
TAILS = "prior.cdf(logit(0.01)) + 1 - prior.cdf(logit(0.99))"

# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "03.1": {
        "gave the ends as log-odds": function("prior.interval(0.9)", TAILS),
        "gave the ends as odds": function("np.exp(prior.interval(0.9))", TAILS),
        "left five per cent out instead of ten": function(
            "expit([mean - 1.96 * sd, mean + 1.96 * sd])", TAILS
        ),
        "left ten per cent out at either side": function("expit(prior.ppf([0.1, 0.9]))", TAILS),
        "gave the ends of the shortest interval": function(
            "az.hdi(expit(prior.rvs(40_000, random_state=1)), prob=0.9)", TAILS
        ),
        "went one standard deviation to each side": function(
            "expit(mean - sd), expit(mean + sd)", TAILS
        ),
        "swapped the two ends": function("expit(prior.ppf([0.95, 0.05]))", TAILS),
        "turned the standard deviation into rates with the slope of the curve": function(
            "expit(mean) + np.array([-1.645, 1.645]) * sd * expit(mean) * (1 - expit(mean))", TAILS
        ),
        "took the standard deviation for one of the rate": function(
            "expit(mean) - 1.645 * sd, expit(mean) + 1.645 * sd", TAILS
        ),
        "gave the numbers of the colleague's prior, whatever the arguments": """
fixed = in_rates(1, 0.8)
def in_rates(mean, sd): return fixed
""",
        "left out the mean, as if every prior sat at an even chance": function(ENDS, TAILS).replace(
            "stats.norm(mean, sd)", "stats.norm(0, sd)"
        ),
        "took the second number for a variance": function(ENDS, TAILS).replace(
            "stats.norm(mean, sd)", "stats.norm(mean, sd**0.5)"
        ),
        "squared the standard deviation": function(ENDS, TAILS).replace(
            "stats.norm(mean, sd)", "stats.norm(mean, sd**2)"
        ),
        "doubled the lower tail": function(ENDS, "2 * prior.cdf(logit(0.01))"),
        "doubled the upper tail": function(ENDS, "2 * prior.sf(logit(0.99))"),
        "counted only the rates near the upper end": function(ENDS, "prior.sf(logit(0.99))"),
        "counted only the rates near the lower end": function(ENDS, "prior.cdf(logit(0.01))"),
        "called rates extreme that lie outside of the interval's 5 % and 95 %": function(
            ENDS, "prior.cdf(logit(0.05)) + prior.sf(logit(0.95))"
        ),
        "subtracted one tail from the other": function(
            ENDS, "prior.cdf(logit(0.01)) - prior.sf(logit(0.99))"
        ),
        "gave the probability of a rate that is not extreme": function(
            ENDS, "prior.cdf(logit(0.99)) - prior.cdf(logit(0.01))"
        ),
        "looked for the two limits among the log-odds without translating them": function(
            ENDS, "prior.cdf(0.01) + prior.sf(0.99)"
        ),
        "gave percent instead of proportions": function(
            "100 * expit(prior.ppf([0.05, 0.95]))", f"100 * ({TAILS})"
        ),
    },
    "03.2": {
        "took the chapter's prior, centred at an even chance": grid(
            ("alpha, 1, 0.8", "alpha, 0, 1.5")
        ),
        "took the chapter's Beta(2, 2)": grid(
            ("alpha = np.linspace(-10, 10, 4001)", "theta = np.linspace(0.0001, 0.9999, 9999)"),
            ("theta = expit(alpha)", "alpha = logit(theta)"),
            ("stats.norm.pdf(alpha, 1, 0.8) * likelihood", "theta * (1 - theta) * likelihood"),
        ),
        "centred the prior at an even chance": grid(("alpha, 1, 0.8", "alpha, 0, 0.8")),
        "squared the prior's standard deviation": grid(("alpha, 1, 0.8", "alpha, 1, 0.8**2")),
        "took the prior's second number for a variance": grid(
            ("alpha, 1, 0.8", "alpha, 1, np.sqrt(0.8)")
        ),
        "laid the grid over the rates and forgot what that does to the prior": grid(
            ("alpha = np.linspace(-10, 10, 4001)", "theta = np.linspace(0.0001, 0.9999, 9999)"),
            ("theta = expit(alpha)", "alpha = logit(theta)"),
        ),
        "put the normal prior on the rate instead of on its log-odds": grid(
            ("alpha = np.linspace(-10, 10, 4001)", "theta = np.linspace(0.0001, 0.9999, 9999)"),
            ("theta = expit(alpha)", "alpha = logit(theta)"),
            ("stats.norm.pdf(alpha,", "stats.norm.pdf(theta,"),
        ),
        "let every rate count alike, without a prior": grid(
            ("alpha = np.linspace(-10, 10, 4001)", "theta = np.linspace(0.0001, 0.9999, 9999)"),
            ("theta = expit(alpha)", "alpha = logit(theta)"),
            ("stats.norm.pdf(alpha, 1, 0.8) * likelihood", "likelihood"),
        ),
        "counted failures instead of successes": grid(
            ('g["success"].sum()', '(1 - g["success"]).sum()')
        ),
        "gave the raw rates as estimates": """
by_doctor["estimate"] = patients.groupby("doctor")["success"].mean()
""",
        "gave the top of the posterior as the estimate": grid(("w @ theta", "theta[w.argmax()]")),
        "averaged the log-odds and turned the average into a rate": grid(
            ("w @ theta", "expit(w @ alpha)")
        ),
        "gave log-odds instead of rates": grid(
            ("w @ theta", "w @ alpha"), ("w.cumsum(), theta", "w.cumsum(), alpha")
        ),
        "gave the ends of 90 % intervals": grid(("[0.025, 0.975]", "[0.05, 0.95]")),
        "gave the ends of the shortest intervals": """
for d, g in patients.groupby("doctor"):
    alpha = np.linspace(-10, 10, 4001)
    w = stats.norm.pdf(alpha, 1, 0.8) * stats.binom.pmf(g["success"].sum(), len(g), expit(alpha))
    draws = expit(np.random.default_rng(1).choice(alpha, 10_000, p=w / w.sum()))
    by_doctor.loc[d, ["lower", "upper"]] = az.hdi(draws, prob=0.95)
""",
        "swapped the two ends": grid(("low, high =", "high, low =")),
        "gave the probability of a rate below the clinic's": grid(("theta >", "theta <")),
        "kept the chapter's limit": grid(('patients["success"].mean()', "0.8")),
        "compared with the mean of the doctors' rates": grid(
            ('patients["success"].mean()', 'patients.groupby("doctor")["success"].mean().mean()')
        ),
        "held log-odds against a rate": grid(("w[theta >", "w[alpha >")),
        "gave percent instead of proportions": "by_doctor = 100 * by_doctor",
    },
    "03.3": {
        "did not name the family, so that Bambi fitted a straight line to the outcomes": """
model_of_mine = bmb.Model("success ~ relative", others, priors=priors)
fit = model_of_mine.fit(
    inference_method="nutpie", chains=4, random_seed=RANDOM_SEED, progressbar=False
)
""",
        "took another prior for the slope, the chapter's or Bambi's own": DRAWN
        + "fit = drawn(others.relative, others.success, beta=(0, 1))",
        "centred the intercept's prior at an even chance": DRAWN
        + "fit = drawn(others.relative, others.success, alpha=(0, 0.8))",
        "swapped the two priors": DRAWN
        + "fit = drawn(others.relative, others.success, (0, 0.5), (1, 0.8))",
        "squared the priors' standard deviations": DRAWN
        + "fit = drawn(others.relative, others.success, (1, 0.8**2), (0, 0.5**2))",
        "took the priors' second numbers for variances": DRAWN
        + "fit = drawn(others.relative, others.success, (1, 0.8**0.5), (0, 0.5**0.5))",
        "used severity on the clinic's scale": """
# Bambi centres by itself, and reports the intercept at a severity of zero
posterior = fit.posterior.to_dataset()
intercept = posterior["Intercept"] - posterior["relative"] * others["severity"].mean()
fit = posterior.assign(Intercept=intercept).rename(relative="severity")
""",
        "divided `relative` by its standard deviation": DRAWN
        + "fit = drawn(others.relative / others.relative.std(), others.success)",
        "fitted all patients of the clinic": DRAWN
        + "fit = drawn(patients.severity, patients.success)",
        "fitted the patients of the busiest doctor": DRAWN
        + """
own = patients[patients.doctor == busiest]
fit = drawn(own.severity - own.severity.mean(), own.success)
""",
        "explained failures instead of successes": DRAWN
        + "fit = drawn(others.relative, 1 - others.success)",
    },
    "03.4": {
        "gave percent instead of proportions": read(("= expit", "= 100 * expit")),
        "swapped the two ends": read(("[0.025, 0.975]", "[0.975, 0.025]")),
        "gave the slope and the log-odds as they are": read(
            ("np.exp(beta)", "beta"), ("expit(log_odds)", "log_odds")
        ),
        "gave the slope instead of the odds ratio": read(("np.exp(beta)", "beta")),
        "took the exponential of the mean slope as the estimate of the odds ratio": read(
            ("ratio.mean()", "np.exp(beta.mean())")
        ),
        "took the chance at the mean log-odds as the estimate of the chance": read(
            ("chance.mean()", "expit(alpha.mean() + beta.mean() * relative)")
        ),
        "gave the odds ratio of a patient who is milder, not sicker": read(
            ("np.exp(beta)", "np.exp(-beta)")
        ),
        "gave the odds ratio of the new patient and the average one": read(
            ("np.exp(beta)", "np.exp(beta * relative)")
        ),
        "turned the slope into a chance": read(("np.exp(beta)", "expit(beta)")),
        "gave medians as the estimates": read(("mean, *np", "np.median(draws), *np")),
        "gave the log-odds of the new patients": read(("expit(log_odds)", "log_odds")),
        "gave the odds of the new patients": read(("expit(log_odds)", "np.exp(log_odds)")),
        "took the intervals of single outcomes": read(
            ("expit(log_odds)", "np.random.default_rng(1).binomial(1, expit(log_odds))")
        ),
        "multiplied the chance by the odds ratio": read(
            ("expit(log_odds)", "expit(alpha) * np.mean(ratio) ** relative")
        ),
        "turned the severity round": read(("alpha + beta", "alpha - beta")),
        "left `relative` out": read(("alpha + beta * relative", "alpha")),
        "gave the chances of failure": read(("= expit(log_odds)", "= 1 - expit(log_odds)")),
        "gave the ends of 90 % intervals": read(("[0.025, 0.975]", "[0.05, 0.95]")),
        "gave the ends of the intervals that ArviZ takes unless told otherwise": read(
            ("np.quantile(draws, [0.025, 0.975])", "az.eti(draws)")
        ),
        "gave the ends one standard deviation away": read(
            (
                "np.quantile(draws, [0.025, 0.975])",
                "(draws.mean() - draws.std(), draws.mean() + draws.std())",
            )
        ),
        "gave the ends 1.96 standard deviations away": read(
            (
                "np.quantile(draws, [0.025, 0.975])",
                "(draws.mean() + np.array([-1.96, 1.96]) * draws.std())",
            )
        ),
        "gave the ends of the shortest intervals": read(
            ("np.quantile(draws, [0.025, 0.975])", "az.hdi(draws, prob=0.95)")
        ),
        "gave the numbers of your own fit, whatever the draws": """
a_fit, b_fit = (fit.posterior[name].to_numpy() for name in ["Intercept", "relative"])
def reading(alpha, beta, relative):
    return told(a_fit, b_fit, relative)
""",
    },
    "03.5": {
        "named nobody": "separated = []",
        "named only doctors with a single outcome": """
rate = patients.groupby("doctor")["success"].mean()
separated = list(rate.index[(rate == 0) | (rate == 1)])
""",
        "named only doctors with a perfect record": """
separated = [d for d, g in patients.groupby("doctor") if g["success"].all()]
""",
        "named only doctors whose severities split the outcomes": """
ends = patients.groupby(["doctor", "success"])["severity"].agg(["min", "max"]).unstack().dropna()
splits = (ends["max"][1] < ends["min"][0]) | (ends["max"][0] < ends["min"][1])
separated = list(ends.index[splits])
""",
        "left out doctors without a success": """
separated = [d for d in separated if patients.query("doctor == @d")["success"].any()]
""",
        "left out doctors without a failure": """
separated = [d for d in separated if not patients.query("doctor == @d")["success"].all()]
""",
        "looked for splits in one direction only": """
separated = [d for d, g in patients.groupby("doctor")
             if not g.query("success == 0")["severity"].min()
             <= g.query("success == 1")["severity"].max()]
""",
        "named the doctors with few patients": """
n = patients["doctor"].value_counts()
separated = list(n[n <= 8].index)
""",
        "named every doctor with at most one failure, or at most one success": """
by = patients.groupby("doctor")["success"]
separated = list(by.sum().index[(by.sum() <= 1) | (by.size() - by.sum() <= 1)])
""",
        "went by the mean severity of successes and failures": """
mean = patients.groupby(["doctor", "success"])["severity"].mean().unstack()
separated = list(mean.index[~(mean[0] <= mean[1])])
""",
        "named every doctor": "separated = list(patients['doctor'].unique())",
        "named the doctors for whom there is a finite estimate": """
separated = [d for d in patients["doctor"].unique() if d not in separated]
""",
    },
}

# Mistakes that only show in some clinics
CLINIC_OF = {"looked for splits in one direction only": 7}
