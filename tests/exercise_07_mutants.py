"""Exercise 7: wrong answers, by task and mistake."""

from exercise_07_forms import DRAW, FORMS, ahead

__all__ = ["FORMS", "MUTANTS"]

# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "07.1": {
        "gave percent instead of proportions": """
moved = 100 * moved
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
        "drew shorter intervals, which hold about nine tenths of the posterior": DRAW
        + """
summary = az.summary(fit, var_names=["theta"], round_to="none")
t["lower"], t["upper"] = summary["eti89_lb"].to_numpy(), summary["eti89_ub"].to_numpy()
picture = draw(t)
""",
        "drew the shortest intervals": DRAW
        + """
t["lower"], t["upper"] = az.hdi(draws, prob=0.95).to_numpy().T
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
        "gave the numbers of this clinic, whatever the draws": """
whole = ahead(drawn["mu_pop"].to_numpy(), drawn["sigma_pop"].to_numpy(), theta_known)
def ahead(mu, sigma, theta): return whole
""",
        "gave percent instead of proportions": """
shares = ahead
def ahead(mu, sigma, theta):
    return {name: 100 * value for name, value in shares(mu, sigma, theta).items()}
""",
        "gave the typical doctor's interval": ahead(
            "lower, upper = np.quantile(expit(mu), [0.05, 0.95])"
        ),
        "gave the known doctor's interval": ahead(
            "lower, upper = np.quantile(theta, [0.05, 0.95])"
        ),
        "took the population's means for the population in the interval": ahead(
            "plugged = expit(rng.normal(mu.mean(), sigma.mean(), 8000))",
            "lower, upper = np.quantile(plugged, [0.05, 0.95])",
        ),
        "gave the 95 % interval": ahead("lower, upper = np.quantile(new, [0.025, 0.975])"),
        "cut off a tenth at either end": ahead("lower, upper = np.quantile(new, [0.1, 0.9])"),
        "gave the ends of the shortest interval": ahead("lower, upper = az.hdi(new, prob=0.9)"),
        "gave the interval on the log-odds scale": ahead(
            "lower, upper = np.quantile(rng.normal(mu, sigma), [0.05, 0.95])"
        ),
        "swapped the ends of the interval": ahead("lower, upper = np.quantile(new, [0.95, 0.05])"),
        "plugged in the estimates and forgot their doubt": ahead(
            "few_known = stats.binom.cdf(12, 20, theta.mean())",
            "few_new = stats.binom.cdf(12, 20, new.mean())",
        ),
        "plugged in the known doctor's estimate and forgot its doubt": ahead(
            "few_known = stats.binom.cdf(12, 20, theta.mean())"
        ),
        "forgot the chance in the patients": ahead(
            "few_known, few_new = np.mean(theta <= 12 / 20), np.mean(new <= 12 / 20)"
        ),
        "counted fewer successes than the task says, and not that number itself": ahead(
            "few_known = np.mean(rng.binomial(20, theta) < 12)",
            "few_new = np.mean(rng.binomial(20, new) < 12)",
        ),
        "gave the probability of exactly that many successes": ahead(
            "few_known = stats.binom.pmf(12, 20, theta).mean()",
            "few_new = stats.binom.pmf(12, 20, new).mean()",
        ),
        "gave the probability of more successes": ahead(
            "few_known = stats.binom.sf(12, 20, theta).mean()",
            "few_new = stats.binom.sf(12, 20, new).mean()",
        ),
        "counted failures instead of successes": ahead(
            "few_known = stats.binom.cdf(12, 20, 1 - theta).mean()",
            "few_new = stats.binom.cdf(12, 20, 1 - new).mean()",
        ),
        "swapped the known doctor and the new one": ahead(
            "few_known, few_new = few_new, few_known"
        ),
        "took the typical doctor for the new one": ahead(
            "few_new = stats.binom.cdf(12, 20, expit(mu)).mean()"
        ),
        "took the population's means for the population in 'few_new'": ahead(
            "plugged = expit(rng.normal(mu.mean(), sigma.mean(), 8000))",
            "few_new = stats.binom.cdf(12, 20, plugged).mean()",
        ),
        "gave the share that more data cannot remove": ahead("removable = 1 - removable"),
        "divided standard deviations instead of variances": ahead("removable **= 0.5"),
        "gave the variance of `mu_pop` itself": ahead("removable = mu.var()"),
        "took the doubt about `sigma_pop` for the doctors' own spread": ahead(
            "removable = mu.var() / (mu.var() + sigma.var())"
        ),
        "squared the mean of `sigma_pop`": ahead(
            "removable = mu.var() / (mu.var() + sigma.mean() ** 2)"
        ),
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
