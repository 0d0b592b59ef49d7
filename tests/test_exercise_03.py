"""Exercise 3: what students write, right and wrong.

`test_exercises.py` runs `MUTANTS` and `FORMS`; what only this exercise promises is below them.
"""

import arviz as az
import bambi as bmb
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from exercise_kit import IN_TURN, SEEDS, result_of, served, solved
from scipy import integrate, optimize, stats
from scipy.special import expit, log_expit
from turns import in_turn

from shrinkage.exercises import ex03_a_first_bayesian_model as ex03

pytestmark = pytest.mark.sampler


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


DRAWN = "from test_exercise_03 import drawn\n"
# Four rows from a fit, as most students would write them; each mutant changes a line
READ = """
a, b = fit.posterior["Intercept"].to_numpy(), fit.posterior["relative"].to_numpy()
quantity = {"odds ratio": np.exp(b), "milder": expit(a - b), "average": expit(a),
            "sicker": expit(a + 2 * b)}
rows = {k: [q.mean(), *np.quantile(q, [0.025, 0.975])] for k, q in quantity.items()}
reading = pd.DataFrame(rows, index=["estimate", "lower", "upper"]).T
"""


def read(*changes: tuple[str, str]) -> str:
    """That code with changes."""
    code = READ
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


def grid(*changes: tuple[str, str]) -> str:
    """The chapter's grid, for every doctor, with changes."""
    code = """
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
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


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
        "went one standard deviation to each side": function(
            "expit(mean - sd), expit(mean + sd)", TAILS
        ),
        "swapped the two ends": function("expit(prior.ppf([0.95, 0.05]))", TAILS),
        "turned the standard deviation into rates with the slope of the curve": function(
            "expit(mean) + np.array([-1.645, 1.645]) * sd * expit(mean) * (1 - expit(mean))", TAILS
        ),
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
        "swapped the two ends": grid(("low, high =", "high, low =")),
        "gave the probability of a rate below the clinic's": grid(("theta >", "theta <")),
        "kept the chapter's limit": grid(('patients["success"].mean()', "0.8")),
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
        "gave the slope and the log-odds as they are": read(
            ("np.exp(b)", "b"), ("expit", "np.asarray")
        ),
        "gave the slope instead of the odds ratio": read(("np.exp(b)", "b")),
        "took the exponential of the mean slope as the estimate of the odds ratio": """
from test_exercise_03 import plane
slopes = plane(others.relative, others.success, (1, 0.8), (0, 0.5)).groupby(level=1).sum()
reading.loc["odds ratio", "estimate"] = np.exp(slopes @ slopes.index)
""",
        "gave the odds ratio of a patient who is milder, not sicker": read(
            ("np.exp(b)", "np.exp(-b)")
        ),
        "gave the log-odds of the new patients": read(("expit", "np.asarray")),
        "gave the odds of the new patients": read(("expit", "np.exp")),
        "took the intervals of single outcomes": READ
        + """
rng = np.random.default_rng(RANDOM_SEED)
for name in ["milder", "average", "sicker"]:
    outcome = 1.0 * (rng.random(a.shape) < quantity[name])
    reading.loc[name] = [outcome.mean(), *np.quantile(outcome, [0.025, 0.975])]
""",
        "multiplied the chance by the odds ratio": """
ratio, chance = reading.loc["odds ratio"], reading.loc["average"]
reading.loc["milder"] = chance / ratio
reading.loc["sicker"] = chance * ratio**2
""",
        "turned the severity round": read(("a - b", "a + b"), ("a + 2 * b", "a - 2 * b")),
        "gave the chances of failure": read(("expit(", "1 - expit(")),
        "gave the ends of intervals of about 90 %": read(("[0.025, 0.975]", "[0.05, 0.95]")),
        "gave the ends one standard deviation away": read(
            ("*np.quantile(q, [0.025, 0.975])", "q.mean() - q.std(), q.mean() + q.std()")
        ),
        "swapped the two ends": read(("[0.025, 0.975]", "[0.975, 0.025]")),
        "gave percent instead of proportions": read(("expit", "100 * expit")),
        "read a fit under other priors, the chapter's or Bambi's own": DRAWN
        + "fit = drawn(others.relative, others.success, (0, 1.5), (0, 1), draws=8000)\n"
        + READ,
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

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "03.1": [
        "first = in_rates\ndef in_rates(mean, sd): return np.array(first(mean, sd))",
        "second = in_rates\nin_rates = lambda m, s: pd.Series(second(m, s), list('lux'))",
        function(ENDS, TAILS),
        "third = in_rates\ndef in_rates(mu, sigma): return [round(x, 3) for x in third(mu, sigma)]",
        """
def in_rates(mean, sd):
    rate = expit(np.random.default_rng(20).normal(mean, sd, size=200_000))
    return *np.quantile(rate, [0.05, 0.95]), np.mean((rate < 0.01) | (rate > 0.99))
""",
    ],
    "03.2": [
        grid(),
        "by_doctor = by_doctor[['above', 'upper', 'lower', 'estimate']]",
        "by_doctor = by_doctor.round(3).sample(frac=1, random_state=1)",
        "by_doctor = by_doctor.to_numpy()",
        "by_doctor = by_doctor.T.to_dict()",
        "by_doctor = {f'Dr. {d}': tuple(row) for d, row in by_doctor.iterrows()}",
        "by_doctor = by_doctor.rename_axis('doctor').reset_index()",
        # The grid over the rates, with the factor that it needs
        grid(
            ("alpha = np.linspace(-10, 10, 4001)", "theta = np.linspace(0.0001, 0.9999, 9999)"),
            ("theta = expit(alpha)", "alpha = logit(theta)"),
            ("* likelihood", "* likelihood / theta / (1 - theta)"),
        ),
    ],
    "03.3": [
        "fit = fit.posterior",
        "fit = fit.posterior.to_dataset()",
        "fit = {'alpha': fit.posterior['Intercept'].to_numpy(), "
        "'beta': fit.posterior['relative'].to_numpy()}",
        DRAWN + "fit = drawn(others.relative, others.success, draws=1000)",
        DRAWN + "fit = drawn(others.relative, others.success, draws=8000)",
    ],
    "03.4": [
        READ,
        DRAWN + "fit = drawn(others.relative, others.success)\n" + READ,
        "reading = reading.round(3)",
        "reading = reading.T",
        "reading = reading.iloc[::-1, ::-1]",
        "reading = reading.to_numpy()",
        "reading = reading.T.to_dict()",
        "reading = {name: tuple(row) for name, row in reading.iterrows()}",
        # Without a draw: each row's sum over a grid
        """
from test_exercise_03 import plane
w = plane(others.relative, others.success, (1, 0.8), (0, 0.5))
a, b = np.array([*w.index]).T
rows = {}
for name, q in {"odds ratio": np.exp(b), "milder": expit(a - b), "average": expit(a),
                "sicker": expit(a + 2 * b)}.items():
    order = np.argsort(q)
    rows[name] = [w @ q, *np.interp([0.025, 0.975], w.to_numpy()[order].cumsum(), q[order])]
reading = pd.DataFrame(rows, index=["estimate", "lower", "upper"]).T
""",
    ],
    "03.5": [
        "separated = separated[::-1]",
        "separated = tuple(separated)",
        "separated = set(separated)",
        "separated = pd.Series(separated)",
        "separated = np.array(separated)",
        "separated = [f'Dr. {d}' for d in separated]",
        "separated = {d: d in separated for d in patients['doctor'].unique()}",
    ],
}


def clinic(seed: int | None = None) -> ex03.Clinic:
    with served(seed):
        return ex03.load()


# --- The truths against other ways to find them ---------------------------------------------------


def test_a_doctors_posterior_is_the_integral_that_it_says():
    c = clinic()
    for doctor, row in ex03.from_grid(c).iterrows():
        s, n = c.s[doctor], c.n[doctor]

        def weight(a, s=s, n=n):
            log_weight = s * log_expit(a) + (n - s) * log_expit(-a) + stats.norm.logpdf(a, 1, 0.8)
            return np.exp(log_weight + 0.5 * n)

        def share(f, low=-8.0, high=10.0, weight=weight):
            return integrate.quad(lambda a: f(a) * weight(a), low, high, limit=200)[0]

        whole = share(lambda a: 1.0)
        limit = np.log(c.pooled / (1 - c.pooled))
        assert row["estimate"] == pytest.approx(share(expit) / whole, abs=1e-6)
        assert row["above"] == pytest.approx(share(lambda a: 1.0, low=limit) / whole, abs=1e-6)
        below = share(lambda a: 1.0, high=np.log(row["lower"] / (1 - row["lower"])))
        assert below / whole == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize("seed", [None, 4])
def test_the_regressions_posterior_is_the_grids(seed):
    c = clinic(seed).others
    weight = plane(c.relative, c.success, (1, 0.8), (0, 0.5))
    a, b = np.array([*weight.index]).T
    table = ex03.regression(c)
    for name, values in {"alpha": a, "beta": b}.items():
        mean = weight @ values
        sd = np.sqrt(weight @ (values - mean) ** 2)
        assert table.loc[name].tolist() == pytest.approx([mean, sd], abs=1e-6)
    sicker = ex03.read_off(clinic(seed)).loc["sicker"]
    assert sicker["estimate"] == pytest.approx(weight @ expit(a + 2 * b), abs=1e-6)
    for end, p in [("lower", 0.025), ("upper", 0.975)]:
        assert weight[expit(a + 2 * b) < sicker[end]].sum() == pytest.approx(p, abs=1e-3)


@pytest.mark.parametrize("seed", in_turn([*SEEDS, 6, 7, 8, 9, 10], [None]))
def test_separated_doctors_are_those_whom_a_line_can_split(seed):
    """Separated: some nonzero line has no patient on its wrong side, and one on its right side."""
    c = clinic(seed)
    found = []
    for doctor, own in c.patients.groupby("doctor"):
        side = np.where(own["success"] == 1, 1.0, -1.0)[:, None]
        room = side * np.column_stack([np.ones(len(own)), own["severity"]])
        best = optimize.linprog(-room.sum(0), -room, np.zeros(len(own)), bounds=[(-1, 1)] * 2)
        found += [doctor] if -best.fun > 1e-9 else []
    truth = ex03.separation.truth(c)
    assert [*truth.index[truth == 1]] == found


def test_bambi_left_to_itself_is_named_as_such():
    """Its own priors are for the slope what the check takes them for, up to the draws' error."""
    c = clinic().others
    table = c.patients.assign(relative=c.relative)
    model = bmb.Model("success ~ relative", table, family="bernoulli")
    model.build()
    terms = model.parameters["p"].common_terms | {"Intercept": model.parameters["p"].intercept_term}
    prior = {
        name: tuple(float(terms[name].prior.args[key]) for key in ("mu", "sigma"))
        for name in ("Intercept", "relative")
    }
    assert prior["Intercept"] == (0, 1.5)
    code = DRAWN + (
        f"fit = drawn(others.relative, others.success, {prior['Intercept']}, {prior['relative']})"
    )
    assert "Bambi's own" in result_of("03.3", code).mistake
    code += "\nfit = drawn(others.relative, others.success, (0, 1.5), (0, 1))"
    assert "the chapter's" in result_of("03.3", code).mistake


# --- What only this exercise promises -------------------------------------------------------------


def test_in_the_published_clinic_a_doctor_with_a_failure_is_separated_too():
    session = solved("03")
    assert session.names["separated"] == ["B", "D", "I"]
    raw = session.names["patients"].groupby("doctor")["success"].mean()
    assert 0.9 < raw["I"] < 1


def test_the_widest_prior_is_surest_of_extremes():
    in_rates = solved("03").names["in_rates"]
    extreme = [in_rates(0, sd)[2] for sd in (0.8, 1.5, 3, 10)]
    assert extreme == sorted(extreme)
    assert extreme[-1] > 0.6


def test_part_of_an_answer_earns_part_of_the_points():
    def points(task, code):
        return result_of(task, code).points

    assert points("03.1", function(ENDS, "0.5")) == 1
    assert points("03.1", function("0.2, 0.8", TAILS)) == 1
    assert points("03.2", "by_doctor['above'] = 0.5") == 1.5
    assert points("03.2", "by_doctor = by_doctor[['estimate']].assign(l=0, u=1, a=0)") == 0.75
    assert points("03.2", "by_doctor.loc['B'] = 0.5") == 0
    assert points("03.4", "reading.loc['odds ratio'] = 1") == 1.25
    assert points("03.4", "reading.loc['sicker'] = 0.5") == 0.75
    assert points("03.5", "separated = separated[:1]") <= 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("fit = fit.posterior.isel(chain=[0])", "one chain"),
        ("fit = fit.posterior.isel(draw=slice(75))", "more draws"),
    ],
)
def test_a_fit_that_is_no_fit_yet_is_told_why(code, said):
    result = result_of("03.3", code)
    assert result.points == 1.5
    assert said in result.hint


def test_a_model_that_was_not_sampled_is_refused_with_a_sentence():
    result = result_of("03.3", "fit = model")
    assert result.points == 0
    assert "not been sampled" in result.found


@pytest.mark.parametrize("seed", IN_TURN)
def test_four_thousand_draws_are_enough_in_any_clinic(seed):
    code = f"{DRAWN}fit = drawn(others.relative, others.success, draws=1000)\n"
    session = solved("03", seed).fork()
    session.run(code + READ)
    assert session.grade("03.3").complete
    assert session.grade("03.4").complete
