"""Exercise 5: answers that students write, right and wrong, as code that follows the solution."""

IMAGINE = """
N = 100_000
rows = {{}}
for name, (m, s) in candidates.items():
    mu = rng.normal(0, {m}, N)
    sigma = {sigma}
    alpha = rng.normal(mu, sigma, (2, N))
    theta = expit(alpha)
    n = {n}
    k = rng.binomial(n, theta[0])
    rows[name] = {{
        "ends": {ends},
        "apart": {apart},
        "all_or_none": {none},
    }}
prior_says = pd.DataFrame(rows).T
prior_says["reject"] = ((prior_says["ends"] > 0.25) | (prior_says["apart"] > 0.1)).astype(int)
"""
RIGHT = {
    "m": "m",
    "sigma": "abs(rng.normal(0, s, N))",
    "n": "(patients['doctor'] == 'A').sum()",
    "ends": "((theta < 0.05) | (theta > 0.95)).mean()",
    "apart": "(abs(theta[0] - theta[1]) > 0.5).mean()",
    "none": "((k == 0) | (k == n)).mean()",
}


def imagine(**changed: str) -> str:
    return IMAGINE.format(**RIGHT | changed)


def written(**changed: str) -> str:
    """The model in PyMC, with some of its lines changed."""
    lines = {
        "mu_pop": 'pm.Normal("mu_pop", 0, 1.5)',
        "sigma_pop": 'pm.HalfNormal("sigma_pop", 1)',
        "beta": 'pm.Normal("beta", 0, 1)',
        "alpha": 'pm.Normal("alpha", mu_pop, sigma_pop, dims="doctor")',
        "log_odds": "alpha[doctor_idx] + beta * x",
        "success": 'pm.Bernoulli("success", logit_p=log_odds, observed=y)',
    }
    body = "\n".join(f"    {name} = {line}" for name, line in (lines | changed).items())
    return f"""
x, y = patients["severity"].to_numpy(), patients["success"].to_numpy()
with pm.Model(coords={{"doctor": doctors}}) as model:
{body}
"""


def drawn(changed: str = "", **scales: float) -> str:
    """A fit under other priors, without sampling; then a change to its draws."""
    given = "".join(f", {name}={value}" for name, value in scales.items())
    return f"""
from exercise_kit import draws_of
x, y = patients["severity"], patients["success"]
fit = draws_of(posterior_with_covariate(doctor_idx, x, y{given}), doctors)
fit = fit["posterior"].to_dataset()
{changed}
"""


VERDICT = """
exact = posterior_with_covariate(doctor_idx, patients["severity"], patients["success"])
exact_means = pd.Series([exact.mu_pop.mean, exact.sigma_pop.mean, exact.beta.mean], means.columns)
off = abs(means - exact_means)
distance = off / errors
verdict = pd.Series(np.where({rule}, "other", "same"), means.index)
"""


def judged(rule: str) -> str:
    return VERDICT.format(rule=rule)


REJECT = 'prior_says["reject"] = '

# By task: the mistake that the check should name, and code that makes it.
MUTANTS = {
    "05.1": {
        "gave percent instead of proportions": "prior_says.iloc[:, :3] *= 100",
        "took the scales of the priors for variances": imagine(
            m="m**0.5", sigma="abs(rng.normal(0, s**0.5, N))"
        ),
        "set `sigma_pop` to its prior's scale instead of drawing it": imagine(sigma="s"),
        "looked at the typical doctor, `expit(mu_pop)`, instead of a doctor": imagine(sigma="0"),
        "counted one end of the scale only": imagine(ends="(theta > 0.95).mean()"),
        "took the imagined raw rates of Dr. A for the success rates": imagine(
            ends="((k / n < 0.05) | (k / n > 0.95)).mean()"
        ),
        "drew the two doctors of a pair from different clinics": imagine(
            apart="(abs(theta[0] - np.roll(theta[1], 1)) > 0.5).mean()"
        ),
        "compared the doctors of a pair on the log-odds": imagine(
            apart="(abs(alpha[0] - alpha[1]) > 0.5).mean()"
        ),
        "counted the pairs in which the first doctor is the better one": imagine(
            apart="(theta[0] - theta[1] > 0.5).mean()"
        ),
        "took the best and the worst of all doctors for a pair": imagine(
            apart="(np.ptp(expit(rng.normal(mu, sigma, (10, N))), axis=0) > 0.5).mean()"
        ),
        "counted perfect records, and not those without a success": imagine(none="(k == n).mean()"),
        "used the caseload of the doctor who has the most patients": imagine(
            n="patients['doctor'].value_counts().max()"
        ),
        "marked the priors you keep": f"{REJECT}1 - prior_says['reject'].astype(int)",
        "rejected a prior only if both shares are above their limits": REJECT
        + "(prior_says['ends'] > 0.25) & (prior_says['apart'] > 0.1)",
        "judged by 'ends' alone": f"{REJECT}prior_says['ends'] > 0.25",
        "judged by 'apart' alone": f"{REJECT}prior_says['apart'] > 0.1",
    },
    "05.2": {
        "left `mu_pop` at the standard normal": written(mu_pop='pm.Normal("mu_pop")'),
        "handed the scale of `mu_pop` over as a variance": written(
            mu_pop='pm.Normal("mu_pop", 0, np.sqrt(1.5))'
        ),
        "gave `mu_pop` a wide prior": written(mu_pop='pm.Normal("mu_pop", 0, 10)'),
        "gave `sigma_pop` a half-Cauchy prior": written(sigma_pop='pm.HalfCauchy("sigma_pop", 1)'),
        "gave `sigma_pop` an exponential prior": written(
            sigma_pop='pm.Exponential("sigma_pop", 1)'
        ),
        "gave `sigma_pop` a wide prior": written(sigma_pop='pm.HalfNormal("sigma_pop", 10)'),
        "gave `beta` the prior of `mu_pop`": written(beta='pm.Normal("beta", 0, 1.5)'),
        "gave `beta` a flat prior": written(beta='pm.Flat("beta")'),
        "used the variance of the doctors in place of their standard deviation": written(
            alpha='pm.Normal("alpha", mu_pop, sigma_pop**2, dims="doctor")'
        ),
        "handed `sigma_pop` over as a precision": written(
            alpha='pm.Normal("alpha", mu_pop, tau=sigma_pop, dims="doctor")'
        ),
        "drew the doctors around zero": written(
            alpha='pm.Normal("alpha", 0, sigma_pop, dims="doctor")'
        ),
        "drew the doctors with a standard deviation of 1": written(
            alpha='pm.Deterministic("alpha", mu_pop + pm.Normal("z", 0, 1, shape=len(doctors)))'
        ),
        "left severity out of the log-odds": written(log_odds="alpha[doctor_idx]"),
        "subtracted the effect of severity": written(log_odds="alpha[doctor_idx] - beta * x"),
        "handed every patient the intercept of the doctor before": written(
            log_odds="alpha[doctor_idx - 1] + beta * x"
        ),
        "counted failures instead of successes": written(
            success='pm.Bernoulli("success", logit_p=log_odds, observed=1 - y)'
        ),
        "handed a probability over as log-odds": written(
            success='pm.Bernoulli("success", logit_p=pm.math.invlogit(log_odds), observed=y)'
        ),
        "gave all patients of a doctor the same severity, their mean": """
by = patients.groupby("doctor")
"""
        + written(
            log_odds='alpha + beta * by["severity"].mean().to_numpy()',
            success='pm.Binomial("y", n=by.size(), logit_p=log_odds, observed=by["success"].sum())',
        ),
        "counted severity from the mean of each doctor's own patients": """
own = patients["severity"] - patients.groupby("doctor")["severity"].transform("mean")
"""
        + written(log_odds="alpha[doctor_idx] + beta * own.to_numpy()"),
    },
    "05.3": {
        "handed in draws from the prior": """
prior = pm.sample_prior_predictive(4000, model=model, random_seed=1).prior
fit = prior.to_dataset()[["mu_pop", "sigma_pop", "beta", "alpha"]]
fit = {k: v.to_numpy().reshape(4, 1000, *v.shape[2:]) for k, v in fit.items()}
""",
        "modelled failures instead of successes": drawn().replace(
            'patients["success"]', '1 - patients["success"]'
        ),
        "subtracted the effect of severity": drawn().replace(
            'patients["severity"]', '-patients["severity"]'
        ),
        "kept success rates under the name `alpha`": drawn("fit['alpha'] = expit(fit['alpha'])"),
        "kept the distances from the population under the name `alpha`": """
fit = fit["posterior"].to_dataset().copy()
fit["alpha"] = fit["alpha"] - fit["mu_pop"]
""",
        "left severity out of the log-odds": """
from exercise_kit import draws_of
from shrinkage.exact import posterior
by_doctor = patients.groupby("doctor")["success"]
fit = draws_of(posterior(by_doctor.sum(), by_doctor.size()), doctors)["posterior"].to_dataset()
fit["beta"] = fit["mu_pop"].copy(data=rng.normal(size=(4, 1000)))
""",
        "left Bambi's default priors in place": drawn(
            mu_scale=2.5, sigma_scale=2.5, beta_scale=2.5
        ),
        "gave `mu_pop` a wide prior": drawn(mu_scale=10),
        "gave `sigma_pop` a wide prior": drawn(sigma_scale=10),
        "gave `beta` a prior so narrow that it can hardly leave zero": drawn(beta_scale=0.1),
    },
    "05.4": {
        "wrote 'same' for 'other' and 'other' for 'same'": judged("distance.max(axis=1) < 4"),
        "found them all the same": "verdict = dict.fromkeys(means.index, 'same')",
        "found none the same": judged("(means.round(3) != exact_means.round(3)).any(axis=1)"),
        "looked at `mu_pop` alone": judged('distance["mu_pop"] > 4'),
        "looked at `sigma_pop` alone": judged('distance["sigma_pop"] > 4'),
        "looked at `beta` alone": judged('distance["beta"] > 4'),
        "looked for means that are too high only": judged(
            "((means - exact_means) / errors > 4).any(axis=1)"
        ),
        "set the limit at one standard error": judged("(distance > 1).any(axis=1)"),
        "judged by the differences as they are, without their errors": judged(
            "off['mu_pop'] > 0.04"
        ),
        "took Ada's noise for a difference": judged("(distance > 2).any(axis=1)"),
        "took Ben's difference for none because it is small": "verdict['Ben'] = 'same'",
    },
    "05.5": {
        "wrote 'changes' for 'stays' and 'stays' for 'changes'": """
belief = {k: "stays" if v == "changes" else "changes" for k, v in belief.items()}
""",
        "let everything tell you something about Dr. B": """
belief = dict.fromkeys(belief, "changes")
""",
        "let nothing tell you anything about Dr. B": "belief = dict.fromkeys(belief, 'stays')",
        "held what Dr. G's patients say to be no news of Dr. B, in case 1": "belief['1'] = 'stays'",
        "let Dr. G's patient speak of Dr. B past a known population, in case 2": """
belief["2"] = "changes"
""",
        "overlooked what the doctors still share, in case 3": "belief['3'] = 'stays'",
        "let an outcome speak of what is known already, in case 4": "belief['4'] = 'changes'",
        "let severity speak of a doctor before the outcome is known, in case 5": """
belief["5"] = "changes"
""",
        "held Dr. B to be known once the population is, in case 6": "belief['6'] = 'stays'",
        "held another doctor's intercept to be no news of Dr. B, in case 7": """
belief["7"] = "stays"
""",
        "let a caseload speak of a doctor, in case 8": "belief['8'] = 'changes'",
    },
}

# By task: right answers in other forms, as code that follows the solution.
FORMS = {
    "05.1": [
        imagine(),
        imagine(none="(theta[0]**n + (1 - theta[0]) ** n).mean()"),
        imagine(
            sigma="rng.normal(0, s, N); alpha = rng.normal(mu, abs(sigma), (2, N)); "
            "sigma = abs(sigma)"
        ),
        "prior_says = prior_says.astype(float)",
        "prior_says = prior_says.sample(frac=1, random_state=1)",
        "prior_says = prior_says[prior_says.columns[::-1]]",
        "prior_says = prior_says.T.to_dict()",
        "prior_says = prior_says.to_dict()",
        "prior_says = prior_says.assign(reject=prior_says['reject'].astype(bool))",
        "prior_says = prior_says.to_numpy()",
        "prior_says = prior_says.rename_axis('prior').reset_index()",
    ],
    "05.2": [
        written(),
        written(
            sigma_pop='pm.TruncatedNormal("sigma_pop", 0, 1, lower=0)',
            success='pm.Bernoulli("y", p=pm.math.sigmoid(log_odds), observed=y)',
        ),
        written(
            mu_pop='pm.Deterministic("mu_pop", 1.5 * pm.Normal("mu_z"))',
            alpha='pm.Deterministic("alpha", mu_pop - sigma_pop * pm.Normal("o", dims="doctor"))',
        ),
        written(
            alpha='pm.Normal("alpha", mu_pop, tau=sigma_pop**-2, shape=10)',
            success='pm.Binomial("y", n=1, logit_p=log_odds, observed=y)',
        ),
        written(
            success='pm.Potential("y", (y * log_odds - pm.math.log1pexp(log_odds)).sum())',
        ),
        """
cells = patients.groupby(["doctor", "severity"])["success"].agg(["sum", "size"]).reset_index()
idx = pd.factorize(cells["doctor"], sort=True)[0]
"""
        + written(
            log_odds='alpha[idx] + beta * cells["severity"].to_numpy()',
            success='pm.Binomial("y", cells["size"], logit_p=log_odds, observed=cells["sum"])',
        ),
        written(
            alpha='pm.Deterministic("alpha", pm.math.stack('
            '[pm.Normal(f"alpha_{d}", mu_pop, sigma_pop) for d in doctors]))'
        ),
        written(
            alpha='pm.Deterministic("alpha", pm.math.stack('
            '[mu_pop + sigma_pop * pm.Normal(f"z_{d}") for d in doctors]))'
        ),
        "doctor_idx, doctors = pd.factorize(patients['doctor'].iloc[::-1])\n"
        "doctor_idx = doctor_idx[::-1]\n" + written(),
    ],
    "05.3": [
        drawn(),
        "fit = fit['posterior']",
        "fit = {k: fit['posterior'][k].to_numpy() for k in model.named_vars if k in fit.posterior}",
        """
post = fit["posterior"].to_dataset()
fit = post[[]].assign({
    "Intercept": post["mu_pop"],
    "severity": post["beta"],
    "1|doctor_sigma": post["sigma_pop"],
    "1|doctor": post["alpha"] - post["mu_pop"],
})
""",
    ],
    "05.4": [
        "verdict = verdict.to_dict()",
        "verdict = verdict.tolist()",
        "verdict = verdict.str.upper()",
        "verdict = verdict[::-1]",
        judged("distance.max(axis=1) > 5"),
        judged("distance.max(axis=1) > 3"),
    ],
    "05.5": [
        "belief = pd.Series(belief)",
        "belief = list(belief.values())",
        "belief = {int(case): word for case, word in belief.items()}",
        "belief = {case: word.capitalize() for case, word in belief.items()}",
    ],
}
