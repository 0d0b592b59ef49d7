"""Exercise 5: what students write, right and wrong.

`test_exercises.py` runs `MUTANTS` and `FORMS`; what only this exercise promises is below them.
"""

import numpy as np
import pytest
from exercise_kit import IN_TURN, served, solved
from scipy.special import expit

from shrinkage.exercises import ex05_the_hierarchical_logit as ex05

pytestmark = pytest.mark.sampler

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


def points(task: str, code: str) -> float:
    session = solved("05").fork()
    session.run(code)
    return session.grade(task).points


def test_each_line_of_the_model_earns_its_own_points():
    assert points("05.2", written(mu_pop='pm.Normal("mu_pop", 0, 3)')) == 2.5
    assert points("05.2", written(beta='pm.Normal("beta", 0, 3)')) == 2.75
    assert points("05.2", written(alpha='pm.Normal("alpha", mu_pop, 2, dims="doctor")')) == 2.25
    assert points("05.2", written(log_odds="alpha[doctor_idx] + x")) == 2.25
    assert points("05.2", written(success='pm.Bernoulli("y", 0.5, observed=y)')) == 2.25
    extra = 'pm.Bernoulli("y", logit_p=log_odds, observed=y); pm.Potential("extra", -(beta**2))'
    assert points("05.2", written(success=extra)) == 2.75


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"beta": 'pm.Normal("beta", 0, 1, dims="doctor")[doctor_idx]'}, "10 values of `beta`"),
        (
            {
                "alpha": 'pm.Normal("alpha", mu_pop, sigma_pop)',
                "log_odds": "alpha + beta * x",
            },
            "1 values of `alpha`",
        ),
        ({"sigma_pop": "1.0"}, "`sigma_pop`"),
        ({"success": "None"}, "no data"),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence(changed, words):
    session = solved("05").fork()
    session.run(written(**changed))
    result = session.grade("05.2")
    assert result.points == 0
    assert words in f"{result.found} {result.hint}"


@pytest.mark.parametrize(
    "alpha", [None, 'pm.Deterministic("alpha", mu_pop + sigma_pop * pm.Normal("z", dims="doctor"))']
)
@pytest.mark.parametrize("prior", ['pm.Normal("sigma_pop", 0, 1)', 'pm.Flat("sigma_pop")'])
def test_a_spread_that_may_be_negative_is_seen(prior, alpha):
    session = solved("05").fork()
    session.run(written(sigma_pop=prior, **({"alpha": alpha} if alpha else {})))
    result = session.grade("05.2")
    assert result.points == 2.5
    assert "negative" in result.hint


def test_log_odds_handed_over_as_a_probability_are_named():
    session = solved("05").fork()
    session.run(written(success='pm.Bernoulli("y", p=log_odds, observed=y)'))
    result = session.grade("05.2")
    assert result.points == 2.25
    assert "`logit_p=`" in result.hint


def test_percent_are_named():
    session = solved("05").fork()
    session.run("prior_says.iloc[:, :3] *= 100")
    result = session.grade("05.1")
    assert result.points == 0
    assert "percent" in result.hint


def test_what_the_priors_say_is_what_a_simulation_says():
    rng = np.random.default_rng(1)
    for m, s in [*ex05.CANDIDATES.values(), (1.5, 10)]:
        mu, sigma = rng.normal(0, m, 400_000), abs(rng.normal(0, s, 400_000))
        theta = expit(rng.normal(mu, sigma, (2, 400_000)))
        strangers = expit(rng.normal(rng.permutation(mu), rng.permutation(sigma)))
        room = 4.5 * 0.5 / np.sqrt(400_000)
        for found, drawn_ in [
            (ex05.ends(m, s), (theta < 0.05) | (theta > 0.95)),
            (ex05.apart(m, s), abs(theta[0] - theta[1]) > 0.5),
            (ex05.apart_if_strangers(m, s), abs(theta[0] - strangers) > 0.5),
            (ex05.all_or_none(m, s, 12), theta**12 + (1 - theta) ** 12),
            (ex05.all_or_none(m, s, 124), theta**124 + (1 - theta) ** 124),
        ]:
            assert found == pytest.approx(drawn_.mean(), abs=room)


def test_no_verdict_on_a_prior_stands_on_a_knifes_edge():
    says = ex05.prior_says(ex05.Clinic.load())
    assert (abs(says["ends"] - ex05.ENDS) > 0.1).all()
    assert (abs(says["apart"] - ex05.APART) > 0.04).all()
    assert says["reject"].tolist() == [0, 1, 1, 0]
    # The chapter shows the same number for the course's priors
    assert says.loc["course", "ends"] == pytest.approx(0.098, abs=0.002)


@pytest.mark.parametrize("seed", IN_TURN)
def test_nobody_who_reports_is_in_between(seed):
    with served(seed):
        clinic = ex05.Clinic.load()
    largest, other = ex05.distances(clinic).max(axis=1), ex05.differs(clinic)
    assert (largest[~other] < 3).all()
    assert (largest[other] > 6).all()
    away = ex05.away(clinic)["mu_pop"]
    assert away["Ada"] > away["Ben"]  # the short run strays further


def test_what_the_graph_says_is_what_the_joint_distribution_says():
    """A clinic of two doctors on a coarse grid: every case, by conditioning."""
    mu, sigma, beta = np.meshgrid([0, 1.0, 2], [0.5, 1, 2], [-1, 0, 1.0], indexing="ij")
    alpha = np.linspace(-4, 6, 41)
    # axes: mu_pop, sigma_pop, beta, alpha of B, alpha of G
    weight = np.exp(-((mu / 1.5) ** 2) / 2 - sigma**2 / 2 - beta**2 / 2)[..., None]
    kernel = np.exp(-(((alpha - mu[..., None]) / sigma[..., None]) ** 2) / 2) / sigma[..., None]

    def outcome(x, y):
        return expit((2 * y - 1) * (alpha + beta[..., None] * x))

    own = kernel * outcome(0.5, 1) * outcome(-1, 1) * outcome(1.5, 0)
    others = kernel * outcome(0.2, 1) * outcome(1, 0) * outcome(-1, 1)
    joint = (weight * own)[..., :, None] * others[..., None, :]
    of_b, of_g = (slice(None), None), (None, slice(None))
    new_of_g = outcome(1, 0)[(..., *of_g)]
    new_of_b = outcome(1, 1)[(..., *of_b)]
    marginal = 0 * new_of_b + 1  # an outcome that has not been seen sums to one

    def at(where):
        told = np.zeros(joint.shape)
        told[where] = 1
        return told

    anything, one = slice(None), 1
    population = (one, one, one, anything, anything)
    cases = {
        "1": (1, new_of_g),
        "2": (at(population), new_of_g),
        "3": (at((one, one, anything, anything, anything)), new_of_g),
        "4": (at((anything, anything, one, anything, 20)), new_of_g),
        "5": (1, marginal),
        "6": (at(population), new_of_b),
        "7": (1, at((anything, anything, anything, anything, 20))),
        "8": (1, marginal),
    }
    for case, (told, news) in cases.items():
        before, after = ((joint * f).sum(axis=(0, 1, 2, 4)) for f in (told, told * news))
        same = np.allclose(before / before.sum(), after / after.sum(), rtol=1e-9)
        assert ex05.CASES[case] == ("stays" if same else "changes"), case


def test_all_changes_and_all_stays_earn_nothing():
    for word in ("changes", "stays"):
        assert points("05.5", f"belief = dict.fromkeys(belief, '{word}')") == 0


def test_one_chain_is_named():
    session = solved("05").fork()
    session.run("fit = fit['posterior'].to_dataset().isel(chain=[0])")
    assert "one chain" in session.grade("05.3").hint
