"""Exercise 7: right answers in other forms, by task."""

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

# The function of task 3 as most students write it, and with further lines before it returns.
AHEAD = """
def ahead(mu, sigma, theta):
    new = expit(rng.normal(mu, sigma))
    lower, upper = np.quantile(new, [0.05, 0.95])
    few_known = stats.binom.cdf(12, 20, theta).mean()
    few_new = stats.binom.cdf(12, 20, new).mean()
    removable = mu.var() / (mu.var() + np.mean(sigma**2))
    return dict(lower=lower, upper=upper, few_known=few_known, few_new=few_new, removable=removable)
"""


def ahead(*lines: str) -> str:
    """The function with these lines before it returns."""
    return AHEAD.replace("    return", "".join(f"    {line}\n" for line in lines) + "    return")


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
        DRAW
        + """
picture = draw(t)
ax = picture.axes[0]
ax.set_yticks([])
for row, doctor in enumerate(t.index):
    ax.text(-0.02, row, f"Dr. {doctor}", transform=ax.get_yaxis_transform(), ha="right")
""",
        DRAW
        + """
picture = draw(t)
ax = picture.axes[0]
ax.set_yticks([])
for row, (doctor, line) in enumerate(t.iterrows()):
    ax.text(line["upper"] + 0.01, row, doctor)
""",
        DRAW
        + """
picture = draw(t)
ax = picture.axes[0]
ax.set_yticks([])
for row, (doctor, line) in enumerate(t.iterrows()):
    ax.annotate(doctor, (line["estimate"], row), (0, 6), textcoords="offset points")
""",
    ],
    "07.3": [
        ahead(),
        ahead().replace("return dict", "return pd.Series(dict") + ")",
        ahead("return [lower, upper, few_known, few_new, removable]"),
        ahead(
            "return dict(removable=removable, lower=lower, few_new=few_new, upper=upper, "
            "few_known=few_known)"
        ),
        ahead(
            "few_known = round(float(few_known), 3); few_new = round(float(few_new), 3)",
            "lower = round(lower, 3); upper = round(upper, 3)",
        ),
        ahead(
            "few_known = np.mean(rng.binomial(20, theta) <= 12)",
            "few_new = np.mean(rng.binomial(20, new) <= 12)",
        ),
        ahead("removable = mu.var() / rng.normal(mu, sigma).var()"),
    ],
    "07.4": [
        "rates = {name: array.to_numpy() for name, array in rates.items()}",
        "rates = xr.DataTree.from_dict({'posterior': rates})",
        "rates = rates.transpose('doctor', 'draw', 'chain')",
        "rates = rates.isel(doctor=slice(None, None, -1))",
        "rates = rates.assign(beta=beta)",
        """
every = az.extract(adjusted_fit)
rates = xr.Dataset({"average": expit(every["alpha"]),
                    "sick": expit(every["alpha"] + 2 * every["beta"])})
""",
        """
every = az.extract(adjusted_fit).reset_index("sample")
rates = {"average": expit(every["alpha"]), "sick": expit(every["alpha"] + 2 * every["beta"])}
""",
        """
import bambi as bmb
priors = {"Intercept": bmb.Prior("Normal", mu=0, sigma=1.5),
          "severity": bmb.Prior("Normal", mu=0, sigma=1),
          "1|doctor": bmb.Prior("Normal", mu=0, sigma=bmb.Prior("HalfNormal", sigma=1))}
model = bmb.Model("success ~ severity + (1|doctor)", patients, family="bernoulli",
                  priors=priors, center_predictors=False)
in_bambi = model.fit(draws=2000, chains=4, inference_method="nutpie", random_seed=1,
                     progressbar=False, nuts={"target_accept": 0.95})
rows = pd.DataFrame({"doctor": [*counts.index] * 2, "severity": np.repeat([0.0, 2.0], len(counts))})
p = model.predict(in_bambi, data=rows, inplace=False).posterior["p"]
rates = xr.Dataset({"average": p[:, :, :len(counts)], "sick": p[:, :, len(counts):]})
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
