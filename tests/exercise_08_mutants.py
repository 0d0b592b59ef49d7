"""Exercise 8: what students write, wrong (`MUTANTS`, by the mistake to be named) and right."""

from shrinkage.exercises.ex08_could_the_model_be_wrong.what_to_change import REPAIRS


def otherwise(column: str, value: str, first: str = "") -> str:
    """Code for task 1: another value of one quantity, from `s`, `n` and the raw rates `r`."""
    return f"""
rows = {{}}
for name in clinics:
    s, n = successes[name], trials[name]
    r, caseload = s.sum(1) / n.sum(1), n.sum(1)
    {first or "pass"}
    rows[name] = dict(quantities(s, n), {column}={value})
observed = pd.DataFrame(rows).T
"""


def p_from(made_up: str, share: str = "np.mean(T >= observed.loc[name, k])") -> str:
    """Code for task 2: other made-up log-odds, (draw, doctor, quarter), and another share."""
    return f"""
rows = {{}}
for clinic, name in enumerate(clinics):
    d, rng = draws.sel(clinic=name), np.random.default_rng(1)
    mu, sigma = d["mu_pop"].to_numpy()[:, None, None], d["sigma_pop"].to_numpy()[:, None, None]
    alpha = d["alpha"].transpose("sample", "doctor").to_numpy()[:, :, None]
    made = quantities(rng.binomial(trials[name], expit({made_up})), trials[name])
    rows[name] = {{k: {share} for k, T in made.items()}}
p_values = pd.DataFrame(rows).T
"""


NEW = "mu + sigma * rng.normal(size=(len(mu), 30, 1))"


def scored(values: str) -> str:
    """Code for task 3: other values from the doctors' scores."""
    return f"""
rows = {{}}
for name in clinics:
    s, n = successes[name].sum(axis=1), trials[name].sum(axis=1)
    partial, complete, wide = (
        scores(s, n, **prior) for prior in ({{}}, {{"sigma_pop": 0.0}}, {{"sigma_scale": 5.0}})
    )
    g, w = partial - complete, wide - complete
    right = {{"gap": g.sum(), "se": np.sqrt(30) * g.std(ddof=1), "moved": w.sum() - g.sum()}}
    rows[name] = right | {values}
comparison = pd.DataFrame(rows).T
"""


KEEP, YEAR, CASELOAD, QUARTERS = REPAIRS.values()


def for_those(old: str, new: str) -> str:
    """Code for task 4: another word for the rows that have the right one."""
    return f"right = repair\nrepair = lambda p: {{'{old}': '{new}'}}.get(right(p), right(p))"


def change(low: float = 0.01, high: float = 0.99) -> str:
    """Code for task 4: the solution's rule with other limits."""
    return f"""
def repair(p):
    failed = (p < {low}) | (p > {high})
    for name, word in [("caseload", "{CASELOAD}"), ("trend", "{YEAR}"), ("quarters", "{QUARTERS}")]:
        if failed[name]:
            return word
    return "{KEEP}"
"""


# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "08.1": {
        "gave percent instead of proportions": "observed[['spread', 'caseload', 'trend']] *= 100",
        "divided by the number of doctors less one": otherwise("spread", "pd.Series(r).std()"),
        "gave a variance as 'spread'": otherwise("spread", "np.var(r)"),
        "took the spread of the single quarters' rates": otherwise("spread", "np.std(s / n)"),
        "averaged each doctor's quarterly rates, where patients should be added up": otherwise(
            "spread", "np.mean(s / n, axis=1).std()"
        ),
        "subtracted the wrong way round in 'caseload'": otherwise(
            "caseload", "-quantities(s, n)['caseload']"
        ),
        "added up the patients of each half of the doctors in 'caseload'": otherwise(
            "caseload",
            "s[large].sum() / n[large].sum() - s[~large].sum() / n[~large].sum()",
            "large = caseload > np.median(caseload)",
        ),
        "split the doctors at the mean caseload": otherwise(
            "caseload",
            "r[caseload > caseload.mean()].mean() - r[caseload <= caseload.mean()].mean()",
        ),
        "took the order of a sort for the doctors' places in it": otherwise(
            "caseload",
            "r[large].mean() - r[~large].mean()",
            "large = caseload.argsort() >= 15",
        ),
        "split the doctors by their numbers": otherwise(
            "caseload", "r[15:].mean() - r[:15].mean()"
        ),
        "computed a correlation as 'caseload'": otherwise(
            "caseload", "pd.Series(r).corr(pd.Series(caseload))"
        ),
        "subtracted the wrong way round in 'trend'": otherwise(
            "trend", "s[:, 0].sum() / n[:, 0].sum() - s[:, 3].sum() / n[:, 3].sum()"
        ),
        "averaged the doctors' rates in a quarter": otherwise(
            "trend", "(s / n)[:, 3].mean() - (s / n)[:, 0].mean()"
        ),
        "compared the halves of the year": otherwise(
            "trend", "s[:, 2:].sum() / n[:, 2:].sum() - s[:, :2].sum() / n[:, :2].sum()"
        ),
        "measured 'quarters' from the success rate of the whole clinic": otherwise(
            "quarters", "np.mean(n * (s / n - s.sum() / n.sum()) ** 2)"
        ),
        "measured 'quarters' from the mean of the doctor's four rates": otherwise(
            "quarters", "np.mean(n * (s / n - (s / n).mean(axis=1)[:, None]) ** 2)"
        ),
        "left the patients out of 'quarters'": otherwise(
            "quarters", "np.mean((s / n - r[:, None]) ** 2)"
        ),
        "added up in 'quarters', and took no mean": otherwise(
            "quarters", "np.sum(n * (s / n - r[:, None]) ** 2)"
        ),
        "divided 'quarters' by all patients": otherwise(
            "quarters", "np.average((s / n - r[:, None]) ** 2, weights=n)"
        ),
    },
    "08.2": {
        "counted the other tail": p_from(NEW, "np.mean(T <= observed.loc[name, k])"),
        "doubled the smaller tail": "p_values = 2 * np.minimum(p_values, 1 - p_values)",
        "took the smaller of the two tails": "p_values = np.minimum(p_values, 1 - p_values)",
        "gave percent instead of a share": "p_values = 100 * p_values",
        "made up new patients for the same doctors": p_from("alpha + np.zeros(4)"),
        "put each doctor's posterior mean in the place of draws": p_from(
            "alpha.mean(0) + np.zeros((4000, 30, 4))"
        ),
        "made up doctors who do not differ": p_from("mu + np.zeros((30, 4))"),
        "let one new doctor stand for all thirty": p_from(
            "mu + sigma * rng.normal(size=(len(mu), 1, 1)) + np.zeros((30, 4))"
        ),
        "drew another doctor for each quarter": p_from(
            "mu + sigma * rng.normal(size=(len(mu), 30, 4))"
        ),
        "made up data from the priors": p_from(
            "1.5 * rng.normal(size=mu.shape)"
            " + abs(rng.normal(size=mu.shape)) * rng.normal(size=(len(mu), 30, 1))"
        ),
        "squared `sigma_pop`": p_from(NEW.replace("sigma", "sigma**2")),
        "gave the mean of the made-up quantities": p_from(NEW, "np.mean(T)"),
        "gave the distance in standard deviations": p_from(
            NEW, "(observed.loc[name, k] - T.mean()) / T.std()"
        ),
    },
    "08.3": {
        "subtracted the wrong way round": scored("{'gap': complete.sum() - partial.sum()}"),
        "left nobody out": """
def log_p(s, n, **prior):
    return posterior(s, n, **prior).log_evidence
"""
        + scored(
            "{'gap': log_p(s, n) - log_p(s, n, sigma_pop=0.0),"
            " 'moved': log_p(s, n, sigma_scale=5.0) - log_p(s, n)}"
        ),
        "compared with no pooling": """
alone = {"mu_scale": 1e-3, "sigma_pop": 1.5}  # each alpha_j ~ N(0, 1.5), as in the chapter
"""
        + scored(
            "{'gap': (partial - scores(s, n, **alone)).sum(),"
            " 'se': np.sqrt(30) * (partial - scores(s, n, **alone)).std(ddof=1)}"
        ),
        "gave the mean over the doctors, not the sum": scored("{'gap': g.mean()}"),
        "gave the standard deviation of the doctors' gaps as 'se'": scored("{'se': g.std(ddof=1)}"),
        "gave the standard error of a mean as 'se'": scored("{'se': stats.sem(g)}"),
        "divided by the number of doctors in 'se', not by one less": scored(
            "{'se': np.sqrt(len(g)) * g.std()}"
        ),
        "multiplied by the number of doctors in 'se', not by its square root": scored(
            "{'se': 30 * g.std(ddof=1)}"
        ),
        "added up the two poolings' variances in 'se'": scored(
            "{'se': np.sqrt(30 * (partial.var(ddof=1) + complete.var(ddof=1)))}"
        ),
        "left the prior on `sigma_pop` as it was in 'moved'": scored(
            "{'moved': scores(s, n, sigma_scale=1.0).sum() - partial.sum()}"
        ),
        "widened the prior on `mu_pop` in 'moved'": scored(
            "{'moved': scores(s, n, mu_scale=5.0).sum() - partial.sum()}"
        ),
        "gave the whole gap under the wide prior as 'moved'": scored("{'moved': w.sum()}"),
        "subtracted the wrong way round in 'moved'": scored("{'moved': g.sum() - w.sum()}"),
    },
    "08.4": {
        "kept the model everywhere": f"repair = lambda p: '{KEEP}'",
        "looked at one end of the p-values only": change(high=2),
        "called quantities failed that were not": change(0.05, 0.95),
        "kept the model where 'caseload' failed": for_those(CASELOAD, KEEP),
        "kept the model where 'trend' failed": for_those(YEAR, KEEP),
        "kept the model where 'quarters' alone failed": for_those(QUARTERS, KEEP),
        "gave a slope over the year to a clinic whose 'trend' passed": for_those(QUARTERS, YEAR),
        "gave every quarter of a doctor its own intercept where 'trend' failed too": (
            for_those(YEAR, QUARTERS)
        ),
        "answered a failed 'caseload' with heavier tails": for_those(CASELOAD, "heavier tails"),
        "answered a failed 'caseload' with two populations": for_those(CASELOAD, "two populations"),
        "gave up pooling where 'caseload' failed": for_those(CASELOAD, "no pooling"),
        "gave up pooling where 'quarters' alone failed": for_those(QUARTERS, "no pooling"),
        "gave up pooling where 'trend' failed": for_those(YEAR, "no pooling"),
        "put two populations where 'quarters' alone failed": for_those(QUARTERS, "two populations"),
        "put heavier tails where 'quarters' alone failed": for_those(QUARTERS, "heavier tails"),
        "gave heavier tails to the clinic that passed every check": for_those(
            KEEP, "heavier tails"
        ),
    },
}

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "08.1": [
        "observed = observed.round(3)",
        "observed = observed.T",
        "observed = observed[observed.columns[::-1]].iloc[::-1]",
        "observed = observed.to_dict('index')",
        "observed = observed.to_numpy()",
        """
table = counts.assign(rate=counts["successes"] / counts["trials"])  # the same in pandas
year = table.groupby(["clinic", "doctor"])[["successes", "trials"]].sum()
raw = year["successes"] / year["trials"]
large = year.groupby("clinic")["trials"].rank() > 15
quarter = table.groupby(["clinic", "quarter"])[["successes", "trials"]].sum()
quarter = (quarter["successes"] / quarter["trials"]).unstack()
off = table["rate"] - raw.loc[pd.MultiIndex.from_frame(table[["clinic", "doctor"]])].to_numpy()
observed = pd.DataFrame({
    "spread": raw.groupby("clinic").std(ddof=0),
    "caseload": raw[large].groupby("clinic").mean() - raw[~large].groupby("clinic").mean(),
    "trend": quarter[4] - quarter[1],
    "quarters": (table["trials"] * off**2).groupby(table["clinic"]).mean(),
})
""",
    ],
    "08.2": [
        "p_values = p_values.T",
        "p_values = p_values.to_dict('index')",
        "p_values = p_values.to_numpy()",
        "p_values = p_values.round(2)",
        p_from(NEW),
        p_from(NEW, "np.mean(T > observed.loc[name, k])"),  # ties are rare
        """
rows = {}
for name in clinics:  # a loop over 4,000 draws
    d = draws.sel(clinic=name).isel(sample=slice(4000))
    made = []
    for mu, sigma in zip(d["mu_pop"].values, d["sigma_pop"].values):
        theta = expit(rng.normal(mu, sigma, size=30))
        made.append(quantities(rng.binomial(trials[name], theta[:, None]), trials[name]))
    rows[name] = (pd.DataFrame(made) >= observed.loc[name]).mean()
p_values = pd.DataFrame(rows).T
""",
    ],
    "08.3": [
        "comparison = comparison.round({'gap': 2, 'se': 2, 'moved': 3})",
        "comparison = comparison.to_dict('index')",
        "comparison = comparison.to_dict()",
        "comparison = comparison[['se', 'moved', 'gap']]",
        "comparison = list(comparison.itertuples(index=False))",
    ],
    "08.4": [
        "right = repair\nrepair = lambda row: right(row).upper()",
        """
def repair(p):
    spread, caseload, trend, quarters = abs(p - 0.5) > 0.49
    return np.select(
        [caseload, trend, quarters],
        ["a mean that follows the caseload", "a slope over the year",
         "an intercept for each doctor and quarter"],
        "keep the model",
    )
""",
        """
def repair(p):
    failed = frozenset(name for name in p.index if not 0.01 <= p[name] <= 0.99)
    return {
        frozenset(): ["keep the model"],
        frozenset(["caseload"]): ["a mean that follows the caseload"],
        frozenset(["trend", "quarters"]): ["a slope over the year"],
        frozenset(["quarters"]): ["an intercept for each doctor and quarter"],
    }[failed]
""",
    ],
}
