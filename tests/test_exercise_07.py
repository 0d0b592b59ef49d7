"""Exercise 7: what students write, right and wrong.

`test_exercises.py` runs `MUTANTS` and `FORMS`; what only this exercise promises is below them.
"""

import numpy as np
import pytest
from exercise_kit import IN_TURN, solved
from scipy import stats

from shrinkage.data import count_by_doctor
from shrinkage.exact import posterior

pytestmark = pytest.mark.sampler

# A picture as most students draw it; each mutant changes a line of it or what goes into it.
DRAW = """
def draw(t, names=None, xlabel="success rate", marks=("raw", "estimate"), bars=True):
    picture, ax = plt.subplots()
    for mark in marks:
        ax.scatter(t[mark], range(len(t)), marker="x" if mark == "raw" else "o")
    if bars:
        ax.hlines(range(len(t)), t["lower"], t["upper"])
    ax.set_yticks(range(len(t)), [f"Dr. {d}" for d in (t.index if names is None else names)])
    ax.set_xlabel(xlabel)
    plt.close("all")
    return picture

t = moved.copy()
draws = fit.posterior["theta"]
sample = ("chain", "draw")
t["lower"], t["upper"] = (draws.quantile(p, sample).to_series() for p in (0.025, 0.975))
"""

# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "07.1": {
        "gave percent instead of proportions": """
moved = 100 * moved
""",
        "gave the movement in percentage points": """
moved["moved"] = 100 * (moved["estimate"] - moved["raw"])
""",
        "took the way from the estimate back to the raw rate": """
moved["moved"] = moved["raw"] - moved["estimate"]
""",
        "left the sign of the movement out": """
moved["moved"] = np.abs(moved["estimate"] - moved["raw"])
""",
        "measured the way from the typical doctor, not from the raw rate": """
typical = float(expit(fit.posterior["mu_pop"].mean()))
moved["moved"] = moved["estimate"] - typical
""",
        "measured the whole way from the raw rate to the typical doctor": """
typical = float(expit(fit.posterior["mu_pop"].mean()))
moved["moved"] = typical - moved["raw"]
""",
        "divided the movement by the raw rate": """
moved["moved"] = (moved["estimate"] - moved["raw"]) / moved["raw"]
""",
        "put the mean intercept through the inverse logit": """
moved["estimate"] = expit(fit.posterior["alpha"].mean(("chain", "draw"))).to_series()
moved["moved"] = moved["estimate"] - moved["raw"]
""",
        "took the median of the draws": """
moved["estimate"] = fit.posterior["theta"].median(("chain", "draw")).to_series()
moved["moved"] = moved["estimate"] - moved["raw"]
""",
        "gave log-odds instead of rates": """
moved["estimate"] = fit.posterior["alpha"].mean(("chain", "draw")).to_series()
moved["moved"] = moved["estimate"] - moved["raw"]
""",
        "gave every doctor the rate of all patients together": """
moved["estimate"] = patients["success"].mean()
moved["moved"] = moved["estimate"] - moved["raw"]
""",
        "gave every doctor the mean of all doctors' rates": """
moved["estimate"] = float(fit.posterior["theta"].mean())
moved["moved"] = moved["estimate"] - moved["raw"]
""",
        "gave the spread of the draws as the estimate": """
moved["estimate"] = fit.posterior["theta"].std(("chain", "draw")).to_series()
moved["moved"] = moved["estimate"] - moved["raw"]
""",
    },
    "07.2": {
        "left the axis of rates without a name": DRAW
        + """
picture = draw(t, xlabel="")
""",
        "drew percent instead of proportions": DRAW
        + """
picture = draw(100 * t)
""",
        "drew log-odds beside raw rates": DRAW
        + """
draws = fit.posterior["alpha"]
t["estimate"] = draws.mean(sample).to_series()
t["lower"], t["upper"] = (draws.quantile(p, sample).to_series() for p in (0.025, 0.975))
picture = draw(t)
""",
        "sorted the marks by estimate and not the names": DRAW
        + """
picture = draw(t.sort_values("estimate"), names=counts.index)
""",
        "sorted the marks by caseload and not the names": DRAW
        + """
picture = draw(t.loc[counts["trials"].sort_values().index], names=counts.index)
""",
        "turned the order of the names round": DRAW
        + """
picture = draw(t, names=counts.index[::-1])
""",
        "left the raw rates out, or drew them on another scale": DRAW
        + """
picture = draw(t, marks=["estimate"])
""",
        "drew the raw rates twice and no estimates": DRAW
        + """
t["estimate"] = t["raw"]
picture = draw(t)
""",
        "left the intervals out": DRAW
        + """
picture = draw(t, bars=False)
""",
        "handed the ends of the intervals to `errorbar`, which takes distances": DRAW
        + """
picture, ax = plt.subplots()
names = [f"Dr. {d}" for d in t.index]
ax.plot(t["raw"], names, "rx")
ax.errorbar(t["estimate"], names, xerr=[t["lower"], t["upper"]], fmt="bo", capsize=3)
ax.set_xlabel("success rate")
plt.close("all")
""",
        "drew intervals at another level, ArviZ's usual one": DRAW
        + """
summary = az.summary(fit, var_names=["theta"], round_to="none")
t["lower"], t["upper"] = summary["eti89_lb"].to_numpy(), summary["eti89_ub"].to_numpy()
picture = draw(t)
""",
        "drew the middle half of the posterior": DRAW
        + """
t["lower"], t["upper"] = (draws.quantile(p, sample).to_series() for p in (0.25, 0.75))
picture = draw(t)
""",
        "drew one standard deviation to each side of the estimate": DRAW
        + """
sd = draws.std(sample).to_series()
picture, ax = plt.subplots()
ax.scatter(t["raw"], t.index)
ax.errorbar(t["estimate"], t.index, xerr=sd, fmt="o")
ax.set_xlabel("success rate")
plt.close("all")
""",
        "drew Wilson's intervals of the raw rates": DRAW
        + """
ends = [stats.binomtest(s, n).proportion_ci(method="wilson")
        for s, n in zip(counts.successes, counts.trials)]
t["lower"], t["upper"] = [e.low for e in ends], [e.high for e in ends]
picture = draw(t)
""",
    },
    "07.3": {
        "gave the typical doctor's interval": """
ahead["lower"], ahead["upper"] = np.quantile(expit(mu), [0.05, 0.95])
""",
        "gave the known doctor's interval": """
ahead["lower"], ahead["upper"] = np.quantile(theta_known, [0.05, 0.95])
""",
        "gave the 95 % interval": """
ahead["lower"], ahead["upper"] = np.quantile(theta_new, [0.025, 0.975])
""",
        "cut off a tenth at either end": """
ahead["lower"], ahead["upper"] = np.quantile(theta_new, [0.1, 0.9])
""",
        "gave the interval on the log-odds scale": """
ahead["lower"], ahead["upper"] = np.quantile(rng.normal(mu, sigma), [0.05, 0.95])
""",
        "swapped the ends of the interval": """
ahead["lower"], ahead["upper"] = np.quantile(theta_new, [0.95, 0.05])
""",
        "took the spread of the present doctors' estimates for that of new ones": """
ahead["lower"], ahead["upper"] = moved["estimate"].quantile([0.05, 0.95])
""",
        "plugged in the estimates and forgot their doubt": """
ahead["few_known"] = stats.binom.cdf(12, 20, theta_known.mean())
ahead["few_new"] = stats.binom.cdf(12, 20, theta_new.mean())
""",
        "plugged in the known doctor's estimate and forgot its doubt": """
ahead["few_known"] = stats.binom.cdf(12, 20, moved.loc[perfect, "estimate"])
""",
        "plugged in the raw rate": """
ahead["few_known"] = stats.binom.cdf(12, 20, moved.loc[perfect, "raw"])
""",
        "forgot the chance in the patients": """
ahead["few_known"] = np.mean(theta_known <= 12 / 20)
ahead["few_new"] = np.mean(theta_new <= 12 / 20)
""",
        "counted fewer successes than the task says, and not that number itself": """
ahead["few_known"] = np.mean(rng.binomial(20, theta_known) < 12)
ahead["few_new"] = np.mean(rng.binomial(20, theta_new) < 12)
""",
        "gave the probability of exactly that many successes": """
ahead["few_known"] = stats.binom.pmf(12, 20, theta_known).mean()
ahead["few_new"] = stats.binom.pmf(12, 20, theta_new).mean()
""",
        "gave the probability of more successes": """
ahead["few_known"] = stats.binom.sf(12, 20, theta_known).mean()
ahead["few_new"] = stats.binom.sf(12, 20, theta_new).mean()
""",
        "counted failures instead of successes": """
ahead["few_known"] = stats.binom.cdf(12, 20, 1 - theta_known).mean()
ahead["few_new"] = stats.binom.cdf(12, 20, 1 - theta_new).mean()
""",
        "swapped the known doctor and the new one": """
ahead["few_known"] = stats.binom.cdf(12, 20, theta_new).mean()
ahead["few_new"] = stats.binom.cdf(12, 20, theta_known).mean()
""",
        "took the typical doctor for the new one": """
ahead["few_new"] = stats.binom.cdf(12, 20, expit(mu)).mean()
""",
        "gave the share that more data cannot remove": """
ahead["removable"] = np.mean(sigma**2) / (mu.var() + np.mean(sigma**2))
""",
        "divided standard deviations instead of variances": """
ahead["removable"] = mu.std() / np.sqrt(mu.var() + np.mean(sigma**2))
""",
        "gave the variance of `mu_pop` itself": """
ahead["removable"] = mu.var()
""",
        "took the doubt about `sigma_pop` for the doctors' own spread": """
ahead["removable"] = mu.var() / (mu.var() + sigma.var())
""",
    },
    "07.4": {
        "used the fit without severity": """
rates = xr.Dataset({"average": fit.posterior["theta"], "sick": fit.posterior["theta"]})
""",
        "used the fit without severity for the average patient": """
rates = rates.assign(average=fit.posterior["theta"])
""",
        "turned the sign of severity round": """
rates = rates.assign(sick=expit(alpha - 2 * beta))
""",
        "took patients of severity 1": """
rates = rates.assign(sick=expit(alpha + beta))
""",
        "gave both kinds of patient the same rate": """
rates = rates.assign(sick=expit(alpha))
""",
        "swapped the two kinds of patient": """
rates = rates.rename({"average": "sick", "sick": "average"})
""",
        "gave log-odds instead of rates": """
rates = xr.Dataset({"average": alpha, "sick": alpha + 2 * beta})
""",
        "gave percent instead of proportions": """
rates = 100 * rates
""",
        "took the doctor's own average patient for the clinic's": """
own = patients.groupby("doctor")["severity"].mean().reindex(counts.index)
rates = rates.assign(average=expit(alpha + beta * own.to_xarray()))
""",
        "averaged over all patients of the clinic instead of taking the average patient": """
a, b = alpha.transpose("chain", "draw", "doctor"), beta
rates = rates.assign(average=sum(expit(a + b * x) for x in severity) / len(severity))
""",
        "multiplied the rate by the odds ratio": """
rates = rates.assign(sick=expit(alpha) * np.exp(2 * beta))
""",
        "added the coefficient to the rate": """
rates = rates.assign(sick=expit(alpha) + 2 * beta)
""",
    },
    "07.5": {
        "moved the raw rates": """
s, n = counts.successes, counts.trials
step = pd.DataFrame({"success": (s + 1) / (n + 1) - s / n, "failure": s / (n + 1) - s / n})
""",
        "gave the new estimates, not the way to them": """
step = {d: (row["success"] + moved.loc[d, "estimate"], row["failure"] + moved.loc[d, "estimate"])
        for d, row in step.iterrows()}
""",
        "gave a fall as a positive number": """
step = step.abs()
""",
        "took the way from the new estimate back to the present one": """
step = -step
""",
        "swapped the two columns": """
step = step.set_axis(["failure", "success"], axis=1)
""",
        "gave percentage points instead of proportions": """
step = 100 * step
""",
        "weighted the draws and did not divide by the sum of the weights": """
m = theta.mean(sample)
step = pd.DataFrame({"success": ((theta * theta).mean(sample) - m).to_series(),
                     "failure": ((theta * (1 - theta)).mean(sample) - m).to_series()})
""",
        "gave the variance of the draws": """
v = theta.var(sample).to_series()
step = pd.DataFrame({"success": v, "failure": -v})
""",
        "let a failure move the estimate as far as a success": """
step["failure"] = -step["success"]
""",
        "let a success move the estimate as far as a failure": """
step["success"] = -step["failure"]
""",
        "took the outcome itself for the new estimate": """
m = theta.mean(sample).to_series()
step = pd.DataFrame({"success": 1 - m, "failure": 0 - m})
""",
        "weighted the estimate as if it were a rate from the doctor's own patients": """
m, n = theta.mean(sample).to_series(), counts.trials
step = pd.DataFrame({"success": (n * m + 1) / (n + 1) - m, "failure": n * m / (n + 1) - m})
""",
        "gave all doctors one more patient at the same time": """
m = posterior(counts.successes, counts.trials).mean
step = pd.DataFrame({"success": posterior(counts.successes + 1, counts.trials + 1).mean - m,
                     "failure": posterior(counts.successes, counts.trials + 1).mean - m},
                    index=counts.index)
""",
    },
}

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "07.1": [
        "moved = moved.round(3)",
        "moved = moved[['moved', 'raw', 'estimate']].sort_values('moved')",
        "moved = moved.T.to_dict()",
        "moved = moved.to_dict('list')",
        "moved = moved.to_numpy()",
        "moved = moved.reset_index()",
        "moved = moved.join(counts)",
        """
exact = posterior(counts.successes, counts.trials).mean
raw = counts.successes / counts.trials
moved = pd.DataFrame({"raw": raw, "estimate": exact, "moved": exact - raw})
""",
        """
drawn = az.extract(fit)["theta"].to_pandas()
moved["estimate"] = drawn.mean(axis=1)
moved["moved"] = moved["estimate"] - moved["raw"]
""",
    ],
    "07.2": [
        "picture = ax",
        "picture = (picture, ax)",
        DRAW + "picture = draw(t)",
        DRAW + "picture = draw(t.sort_values('estimate'))",
        DRAW + "picture = draw(t); picture.axes[0].axvline(0.72); picture.axes[0].invert_yaxis()",
        DRAW
        + """
names = [f"{d} ({n})" for d, n in counts.trials.items()]
picture, ax = plt.subplots()
ax.plot(names, t["raw"], "rx")
sides = [t["estimate"] - t["lower"], t["upper"] - t["estimate"]]
ax.errorbar(names, t["estimate"], yerr=sides, fmt="bo", capsize=4)
ax.set_ylabel("success rate")
plt.close("all")
""",
        DRAW
        + """
picture, ax = plt.subplots()
y = np.arange(len(t))
ax.plot(t["raw"], y, "x")
ax.plot(t["estimate"], y + 0.2, "o")
for row, (_, doctor) in enumerate(t.iterrows()):
    ax.plot([doctor["lower"], doctor["upper"]], [row + 0.2, row + 0.2])
    ax.annotate("", (doctor["estimate"], row), (doctor["raw"], row), arrowprops={})
ax.set(yticks=y, yticklabels=t.index, xlabel="share of successes")
plt.close("all")
""",
        DRAW
        + """
from shrinkage import figures
picture = figures.shrinkage_plot(
    counts.index, counts.successes, counts.trials, t["estimate"], t[["lower", "upper"]], 0.72
)
plt.close("all")
""",
    ],
    "07.3": [
        "ahead = pd.Series(ahead)",
        "ahead = list(ahead.values())",
        "ahead = {k: round(float(v), 3) for k, v in ahead.items()}",
        """
ahead["few_known"] = np.mean(rng.binomial(20, theta_known) <= 12)
ahead["few_new"] = np.mean(rng.binomial(20, theta_new) <= 12)
""",
        """
exact = posterior([*counts.successes, 0], [*counts.trials, 0])
ahead["lower"], ahead["upper"] = exact.interval(0.9)[-1]
ahead["removable"] = exact.mu_pop.sd**2 / exact.alpha[-1].sd**2
""",
        "ahead['removable'] = mu.var() / rng.normal(mu, sigma).var()",
    ],
    "07.4": [
        "rates = {name: array.to_numpy() for name, array in rates.items()}",
        "rates = xr.DataTree.from_dict({'posterior': rates})",
        "rates = rates.transpose('doctor', 'draw', 'chain')",
        "rates = rates.isel(doctor=slice(None, None, -1))",
        "rates = rates.assign(beta=beta)",
        """
import bambi as bmb
priors = {"Intercept": bmb.Prior("Normal", mu=0, sigma=1.5),
          "severity": bmb.Prior("Normal", mu=0, sigma=1),
          "1|doctor": bmb.Prior("Normal", mu=0, sigma=bmb.Prior("HalfNormal", sigma=1))}
model = bmb.Model("success ~ severity + (1|doctor)", patients, family="bernoulli",
                  priors=priors, center_predictors=False)
in_bambi = model.fit(draws=2000, chains=4, inference_method="nutpie", random_seed=1,
                     progressbar=False, nuts={"target_accept": 0.95}).posterior
log_odds = in_bambi["Intercept"] + in_bambi["1|doctor"]
rates = xr.Dataset({"average": expit(log_odds), "sick": expit(log_odds + 2 * in_bambi["severity"])})
""",
    ],
    "07.5": [
        "step = step.round(4)",
        "step = step[['failure', 'success']].iloc[::-1]",
        "step = step.T.to_dict()",
        "step = [tuple(row) for row in step.to_numpy()]",
        "step = step['success'], step['failure']",
        """
m, v = theta.mean(sample).to_series(), theta.var(sample).to_series()
step = pd.DataFrame({"success": v / m, "failure": -v / (1 - m)})
""",
        """
now = posterior(counts.successes, counts.trials).mean
step = {}
for j, doctor in enumerate(counts.index):
    one = np.eye(len(counts), dtype=int)[j]
    more = counts.trials + one
    step[doctor] = (posterior(counts.successes + one, more).mean[j] - now[j],
                    posterior(counts.successes, more).mean[j] - now[j])
""",
    ],
}


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_truths_agree_with_the_evidence_of_the_data_that_they_predict(seed):
    """The probability of coming data is a ratio of evidences; the truths use other integrals."""
    session = solved("07", seed)
    clinic = session.data
    s, n = np.array([*clinic.successes, 0]), np.array([*clinic.trials, 0])
    now = posterior(s, n)

    def probability(j: int, successes: int, trials: int) -> float:
        coming = np.arange(len(s)) == j
        more = posterior(s + successes * coming, n + trials * coming)
        return np.exp(more.log_evidence - now.log_evidence)

    ways = [stats.binom.pmf(k, 20, 0.5) * 2**20 for k in range(13)]
    ahead = session.exercise.task("07.3").truth(clinic)
    for name, j in (("few_known", clinic.perfect), ("few_new", len(s) - 1)):
        few = sum(way * probability(j, k, 20) for k, way in enumerate(ways))
        assert ahead[name] == pytest.approx(few, abs=2e-6)
    assert ahead["removable"] == pytest.approx(now.mu_pop.sd**2 / now.alpha[-1].sd ** 2, abs=1e-5)

    step = session.exercise.task("07.5").truth(clinic)
    for j, doctor in enumerate(clinic.doctors):
        coming = np.arange(len(s)) == j
        after = posterior(s + coming, n + coming).mean[j], posterior(s, n + coming).mean[j]
        np.testing.assert_allclose(step.loc[doctor], np.array(after) - now.mean[j], atol=2e-6)


def test_the_rate_of_sick_patients_is_the_probability_of_the_next_one():
    from shrinkage.exact import posterior_with_covariate

    session = solved("07")
    clinic = session.data
    truth = session.exercise.task("07.4").truth(clinic)["mean"]
    now = posterior_with_covariate(clinic.doctor_idx, clinic.severity, clinic.success)
    for doctor in "BH":
        j = clinic.doctors.index(doctor)
        more = posterior_with_covariate(
            [*clinic.doctor_idx, j], [*clinic.severity, 2.0], [*clinic.success, 1]
        )
        chance = np.exp(more.log_evidence - now.log_evidence)
        assert truth[f"sick[{doctor}]"] == pytest.approx(chance, abs=2e-4)
        assert truth[f"average[{doctor}]"] == pytest.approx(now.mean[j], abs=1e-5)


def test_the_perfect_doctor_falls_to_the_published_estimate():
    session = solved("07")
    assert session.names["perfect"] == "B"
    assert session.exercise.task("07.1").truth(session.data).loc["B", "estimate"] == pytest.approx(
        0.834, abs=5e-4
    )


def test_part_of_an_answer_earns_part_of_the_points():
    def points(task, code):
        session = solved("07").fork()
        session.run(code)
        return session.grade(task).points

    assert points("07.1", "moved['moved'] = ...") == 1.25
    assert points("07.1", "moved['estimate'] = moved['moved'] = 0.5") == 0.5
    assert points("07.2", DRAW + "picture = draw(t, bars=False)") == 1.5
    assert points("07.2", DRAW + "picture = draw(t, xlabel='')") == 1.5
    assert points("07.2", DRAW + "picture = draw(t * 0.5, names=counts.index)") == 0
    assert points("07.3", "ahead['lower'] = ...") == 1.5
    assert points("07.3", "ahead = {'few_known': ahead['few_known']}") == 0.5
    assert points("07.4", "rates = rates.assign(sick=rates['sick'] / 2)") == 1
    assert points("07.4", "rates = 0.5 + 0 * rates") == 0
    assert points("07.4", "rates = rates.isel(chain=slice(1))") < 2
    assert points("07.5", "step['failure'] = ...") == 1


def test_an_empty_picture_earns_nothing():
    session = solved("07").fork()
    session.run("picture, ax = plt.subplots(); ax.set_xlabel('success rate'); plt.close('all')")
    result = session.grade("07.2")
    assert result.points == 0
    assert "no row has a name" in result.found


@pytest.mark.parametrize("seed", IN_TURN)
def test_the_new_doctors_rate_needs_the_doctors_spread_at_every_seed(seed):
    session = solved("07", seed)
    task, clinic = session.exercise.task("07.3"), session.data
    truth, within = task.truth(clinic), task.tolerance(clinic)
    names = session.names
    typical = np.quantile(1 / (1 + np.exp(-names["mu"])), [0.05, 0.95])
    assert abs(typical[0] - truth["lower"]) > 2 * within["lower"]
    plugged = stats.binom.cdf(12, 20, names["theta_known"].mean())
    assert truth["few_known"] - plugged > within["few_known"]
    trials = count_by_doctor(names["patients"]).set_index("doctor").trials
    assert trials[names["perfect"]] == min(
        n for s, n in zip(clinic.successes, clinic.trials, strict=True) if s == n
    )
