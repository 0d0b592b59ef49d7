"""Exercise 4: what students write, wrong (`MUTANTS`) and right (`FORMS`), by task."""

IMPLIED = """
mu, sigma = populations["mu"], populations["sigma"]
z = stats.norm.ppf(0.975)
{before}
implied["lower"], implied["upper"] = {ends}
"""


def implied(ends: str, before: str = "") -> str:
    return IMPLIED.format(ends=ends, before=before)


def drawn(changed: str = "", **scales: float | str) -> str:
    """A fit under other priors, without sampling, after a change to the counts."""
    given = "".join(f", {name}={value}" for name, value in scales.items())
    return f"""
from exercise_kit import draws_of
table = count_by_doctor(patients)
{changed}
fit = draws_of(posterior(table["successes"], table["trials"]{given}), table["doctor"])
"""


RATES = """
draws = fit.posterior
mu, sigma, u = draws["Intercept"], draws["1|doctor_sigma"], draws["1|doctor"]
z = rng.normal(size=mu.shape)
rates[{name!r}] = {how}
"""


def theta(how: str) -> str:
    return RATES.format(name="theta", how=how)


def theta_new(how: str) -> str:
    return RATES.format(name="theta_new", how=how)


DROP = """
def estimate(table, doctor, model):
    if model == "none":
        alone = table.loc[[doctor]]
        return posterior(alone["successes"], alone["trials"], sigma_pop=0).mean[0]
    found = posterior(table["successes"], table["trials"], **hyperpriors[model])
    return found.mean[table.index.get_loc(doctor)]

{before}
for column, doctor in who.items():
    after = counts.copy()
    {change}
    for name in drop.index:
        was, now = estimate(counts, doctor, name), estimate(after, doctor, name)
        drop.loc[name, column] = {found}
"""


def dropped(
    before: str = "",
    change: str = "after.loc[doctor, 'trials'] += 1",
    found: str = "100 * (was - now)",
) -> str:
    return DROP.format(before=before, change=change, found=found)


SUCCESS = "after.loc[doctor] += 1"

# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "04.1": {
        "gave log-odds instead of rates": implied("mu - z * sigma, mu + z * sigma"),
        "gave odds": implied("np.exp(mu - z * sigma), np.exp(mu + z * sigma)"),
        "gave percent instead of proportions": "implied = 100 * implied",
        "swapped the two ends": implied("expit(mu + z * sigma), expit(mu - z * sigma)"),
        "gave the ends of the shortest intervals": """
rng = np.random.default_rng(1)
for name, mu, sigma in populations.itertuples():
    rates_of = expit(rng.normal(mu, sigma, 100_000))
    implied.loc[name, ["lower", "upper"]] = az.hdi(rates_of, prob=0.95)
""",
        "went one standard deviation to each side": implied("expit(mu - sigma), expit(mu + sigma)"),
        "used the normal quantile of a 90 % interval": implied(
            "stats.norm.interval(0.9, mu, sigma)"
        )
        + "implied[['lower', 'upper']] = expit(implied[['lower', 'upper']])",
        "rounded the normal quantile to 2": implied("expit(mu - 2 * sigma), expit(mu + 2 * sigma)"),
        "took `sigma` for a variance": implied(
            "expit(mu - z * sigma**0.5), expit(mu + z * sigma**0.5)",
            "implied['below_half'] = stats.norm.cdf(0, mu, sigma**0.5)",
        ),
        "added `sigma` to a rate": implied("expit(mu) - z * sigma, expit(mu) + z * sigma"),
        "added `sigma` to a rate and cut at 0 and 1": implied(
            "(expit(mu) - z * sigma).clip(0, 1), (expit(mu) + z * sigma).clip(0, 1)"
        ),
        "turned the distance into rates by the slope at the centre": implied(
            "p - z * sigma * p * (1 - p), p + z * sigma * p * (1 - p)", "p = expit(mu)"
        ),
        "left the centre at zero": implied(
            "expit(-z * sigma), expit(z * sigma)",
            "implied['below_half'] = stats.norm.cdf(0, 0, sigma)",
        ),
        "kept the centre of the chapter's example": implied(
            "expit(logit(0.8) - z * sigma), expit(logit(0.8) + z * sigma)"
        ),
        "gave the prior probability of a larger `sigma`": """
implied["below_half"] = 2 * stats.norm.sf(populations["sigma"])
""",
        "gave the share of doctors above one half": """
implied["below_half"] = stats.norm.sf(0, populations["mu"], populations["sigma"])
""",
        "compared log-odds with one half": """
implied["below_half"] = stats.norm.cdf(0.5, populations["mu"], populations["sigma"])
""",
        "asked whether the typical doctor is below one half": """
implied["below_half"] = expit(populations["mu"]) < 0.5
implied["below_half"] = implied["below_half"].astype(float)
""",
    },
    "04.2": {
        "left the prior of `1|doctor_sigma` to Bambi": """
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    model = bmb.Model(
        "success ~ 1 + (1|doctor)",
        patients,
        family="bernoulli",
        priors={
            "Intercept": bmb.Prior("Normal", mu=0, sigma=1.5),
            "1|doctor_sigma": bmb.Prior("HalfNormal", sigma=1),
        },
    )
fit = model.fit(
    inference_method="nutpie",
    chains=4,
    draws=2000,
    random_seed=RANDOM_SEED,
    progressbar=False,
    nuts={"target_accept": 0.99},
)
""",
        "took the default priors of older versions of Bambi": drawn(mu_scale=2.5, sigma_scale=2.5),
        "swapped the scales of the two priors": drawn(mu_scale=1, sigma_scale=1.5),
        "gave the spread the scale that belongs to the centre": drawn(sigma_scale=1.5),
        "gave the centre the scale that belongs to the spread": drawn(mu_scale=1),
        "handed the scale of `Intercept` over as a precision": drawn(mu_scale=1 / 1.5**2),
        "gave both very wide priors": drawn(mu_scale=10, sigma_scale=10),
        "gave the spread a very wide prior": drawn(sigma_scale=10),
        "gave the spread a narrow prior": drawn(sigma_scale=0.1),
        "centred the prior of `Intercept` on the clinic's own rate": drawn(mu_loc="centre"),
        "modelled failures instead of successes": drawn(
            "table['successes'] = table['trials'] - table['successes']"
        ),
        "kept severity in the formula": """
from exercise_kit import draws_of
from shrinkage.exact import posterior_with_covariate
doctor_idx, doctors = pd.factorize(patients["doctor"], sort=True)
exact = posterior_with_covariate(doctor_idx, patients["severity"], patients["success"])
fit = draws_of(exact, doctors)
""",
    },
    "04.3": {
        "forgot the intercept": theta("expit(u)"),
        "stayed on the log-odds": theta("mu + u") + theta_new("mu + sigma * z"),
        "stayed on the log-odds, for the ten doctors": theta("mu + u"),
        "stayed on the log-odds, for the new doctor": theta_new("mu + sigma * z"),
        "turned log-odds into odds and stopped there": theta("np.exp(mu + u)"),
        "added the mean of `Intercept` to every draw": theta("expit(mu.mean() + u)"),
        "turned `Intercept` and `1|doctor` into rates before adding them": theta(
            "expit(mu) + expit(u)"
        ),
        "counted `Intercept` twice": theta("expit(mu + (mu + u))"),
        "gave every doctor the rate of the typical one": theta("expit(mu + 0 * u)"),
        "gave rates of failure": "rates = {name: 1 - value for name, value in rates.items()}",
        "gave percent instead of proportions": """
rates = {name: 100 * value for name, value in rates.items()}
""",
        "took the typical doctor for the new one": theta_new("expit(mu)"),
        "gave the new doctor the average rate of the ten": theta_new(
            "expit(mu + u).mean('doctor__factor_dim')"
        ),
        "took for the new doctor one of the ten at random": """
shape = rates["theta"].shape
pick = rng.integers(shape[2], size=shape[:2])[..., None]
rates["theta_new"] = np.take_along_axis(rates["theta"].to_numpy(), pick, axis=2)[..., 0]
""",
        "drew the new doctor around zero": theta_new("expit(sigma * z)"),
        "left `1|doctor_sigma` out when you drew the new doctor": theta_new("expit(mu + z)"),
        "took the square of `1|doctor_sigma` for the doctors' standard deviation": theta_new(
            "expit(rng.normal(mu, sigma**2))"
        ),
        "added `1|doctor_sigma` to the intercept as if it were a difference": theta_new(
            "expit(mu + sigma)"
        ),
        "drew the new doctor at the posterior means of the population": theta_new(
            "expit(float(mu.mean()) + float(sigma.mean()) * z)"
        ),
        "drew the new doctor from the priors, which have seen no patients": theta_new(
            "expit(1.5 * rng.normal(size=z.shape) + abs(rng.normal(size=z.shape)) * z)"
        ),
    },
    "04.4": {
        "gave proportions instead of percentage points": dropped(found="was - now"),
        "exchanged the two doctors": "drop = drop[['new', 'busiest']].to_numpy()",
        "gave the estimates after the failure": dropped(found="100 * now"),
        "subtracted the wrong way round": dropped(found="100 * (now - was)"),
        "added a success instead of a failure": dropped(change=SUCCESS),
        "gave the rise after a success": dropped(change=SUCCESS, found="100 * (now - was)"),
        "divided the drop by the estimate before": dropped(found="100 * (was - now) / was"),
        "let both doctors fail at once": dropped(
            change="after.loc[[*who.values()], 'trials'] += 1"
        ),
        "exchanged complete pooling and no pooling": """
drop.loc[["complete", "none"]] = drop.loc[["none", "complete"]].to_numpy()
""",
        "exchanged the course's priors and Bambi's": dropped(
            "hyperpriors['course'], hyperpriors['default'] = {'sigma_scale': 2.5}, {}"
        ),
        "pooled all doctors completely where nothing is pooled": """
drop.loc["none"] = drop.loc["complete"]
""",
        "asked the doctor alone where all are pooled completely": """
drop.loc["complete"] = drop.loc["none"]
""",
        "took the course's priors for Bambi's": dropped("hyperpriors['default'] = {}"),
        "took Bambi's priors for the course's": dropped(
            "hyperpriors['course'] = {'sigma_scale': 2.5}"
        ),
        "gave Bambi's defaults a wider prior on the intercept too": dropped(
            "hyperpriors['default'] = {'mu_scale': 2.5, 'sigma_scale': 2.5}"
        ),
        "fixed `sigma_pop` at the scale of its prior": dropped(
            "hyperpriors |= {'course': {'sigma_pop': 1}, 'default': {'sigma_pop': 2.5}}"
        ),
        "fixed `sigma_pop` at a large value for no pooling": """
for column, doctor in who.items():
    failed = counts.copy()
    failed.loc[doctor, "trials"] += 1
    j = counts.index.get_loc(doctor)
    was, now = (
        posterior(t["successes"], t["trials"], sigma_pop=100).mean[j] for t in (counts, failed)
    )
    drop.loc["none", column] = 100 * (was - now)
""",
        "let a doctor who is handed in alone learn the spread": """
for column, doctor in who.items():
    s, n = counts.loc[doctor, ["successes", "trials"]]
    drop.loc["none", column] = 100 * (posterior([s], [n]).mean[0] - posterior([s], [n + 1]).mean[0])
""",
        "let the raw rate stand for no pooling": """
s, n = counts.loc[who["busiest"], ["successes", "trials"]]
drop.loc["none"] = [100 * (s / n - s / (n + 1)), np.nan]
""",
        "took rates of the mean log-odds": """
for column, doctor in who.items():
    failed = counts.copy()
    failed.loc[doctor, "trials"] += 1
    j = counts.index.get_loc(doctor)
    for name in ("course", "default"):
        was, now = (
            expit(posterior(t["successes"], t["trials"], **hyperpriors[name]).alpha[j].mean)
            for t in (counts, failed)
        )
        drop.loc[name, column] = 100 * (was - now)
""",
        "started the new doctor from the typical one": """
failed = counts.copy()
failed.loc["K", "trials"] += 1
for name in ("course", "default"):
    before = posterior(counts["successes"], counts["trials"], **hyperpriors[name])
    after = posterior(failed["successes"], failed["trials"], **hyperpriors[name])
    drop.loc[name, "new"] = 100 * (expit(before.mu_pop.mean) - after.mean[-1])
""",
    },
}

# Mistakes that only show in some clinics: in the published one it is close to the right answer
CLINIC_OF = {"drew the new doctor at the posterior means of the population": 1}

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "04.1": [
        "implied = implied.round(3)",
        "implied = implied[['below_half', 'upper', 'lower']].iloc[::-1]",
        "implied = implied.to_numpy()",
        "implied = implied.T.to_dict()",
        "implied = implied.to_dict('list')",
        "implied = {name: tuple(row) for name, row in implied.iterrows()}",
        """
draws = rng.normal(populations["mu"], populations["sigma"], (4_000_000, 4))
theta = expit(draws)
ends = np.quantile(theta, [0.025, 0.975], axis=0)
implied = pd.DataFrame([*ends, (theta < 0.5).mean(0)], columns=populations.index).T
implied = np.round(implied, 4)
""",
    ],
    "04.2": [
        "fit = fit.posterior",
        "fit = fit.posterior.to_dataset()",
        drawn(),
        drawn("table = table.iloc[::-1]"),
        # counts in place of patients
        """
table = count_by_doctor(patients)
model = bmb.Model(
    "p(successes, trials) ~ 1 + (1|doctor)",
    table,
    family="binomial",
    priors={
        "Intercept": bmb.Prior("Normal", mu=0, sigma=1.5),
        "1|doctor": bmb.Prior("Normal", mu=0, sigma=bmb.Prior("HalfNormal", sigma=1)),
    },
)
fit = model.fit(
    inference_method="nutpie",
    chains=4,
    draws=2000,
    random_seed=RANDOM_SEED,
    progressbar=False,
    nuts={"target_accept": 0.99},
)
""",
    ],
    "04.3": [
        "rates['theta'] = rates['theta'].to_numpy()",
        "rates = {name: np.asarray(value) for name, value in rates.items()}",
        "rates['theta'] = rates['theta'].transpose('doctor__factor_dim', 'draw', 'chain')",
        "rates['theta'] = rates['theta'][..., ::-1]",
        "rates['theta'] = rates['theta'].rename(doctor__factor_dim='doctor')",
        "rates['theta_new'] = rates['theta_new'].expand_dims(doctor=['K'])",
        "import xarray as xr; rates = xr.Dataset(rates)",
        "fit.posterior['theta'] = rates['theta']; rates['theta'] = fit.posterior['theta']",
        """
one_each = patients.drop_duplicates("doctor")
predicted = model.predict(fit, data=one_each, inplace=False)
rates["theta"] = predicted.posterior["p"]
""",
    ],
    "04.4": [
        "drop = drop.round(2)",
        "drop = drop.iloc[::-1, ::-1]",
        "drop = drop.to_numpy()",
        "drop = drop.T.to_dict()",
        "drop = {name: list(row) for name, row in drop.iterrows()}",
        "drop = (drop['busiest'].round(2), drop['new'].round(2))",
        # complete pooling as one doctor who has all the patients
        """
s, n = counts["successes"].sum(), counts["trials"].sum()
one = posterior([s], [n], sigma_pop=0).mean[0] - posterior([s], [n + 1], sigma_pop=0).mean[0]
drop.loc["complete"] = 100 * one
""",
    ],
}
