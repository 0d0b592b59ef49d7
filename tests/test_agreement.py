"""Bambi, PyMC, NumPyro and the exact posterior agree; the published BUGS table is reproduced."""

from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pymc_reference
import pytest
from checkout import ROOT
from pymc_reference import PROB, TABLES, Draws
from scipy.special import expit, logsumexp
from turns import in_turn

from shrinkage.data import load_doctors, load_hospitals
from shrinkage.exact import posterior, posterior_with_covariate

pytestmark = pytest.mark.sampler

DATA = ["ten doctors", "ten doctors with severity", "twelve hospitals"]
TAILS = [(1 - PROB) / 2, (1 + PROB) / 2]
#: Distances allowed, in (combined) Monte Carlo standard errors, for some four hundred numbers.
CLOSE = 4.5


def population(data: str) -> tuple[str, ...]:
    return ("mu_pop", "sigma_pop", "beta") if "severity" in data else ("mu_pop", "sigma_pop")


# -- the programs ---------------------------------------------------------------------------------


def by_pymc(data):
    severity = "severity" in data
    return pymc_reference.draws_with_severity() if severity else pymc_reference.draws(data)


def by_bambi(data):
    """Bambi, with the course's priors: its default priors are others."""
    import arviz as az
    import bambi as bmb

    group, frame = ("hospital", load_hospitals()) if "hospitals" in data else ("doctor", None)
    left = "success" if frame is None else "p(deaths, operations)"
    right = "1 + severity" if "severity" in data else "1"
    sigma = bmb.Prior("HalfNormal", sigma=1)
    priors = {
        "Intercept": bmb.Prior("Normal", mu=0, sigma=1.5),
        f"1|{group}": bmb.Prior("Normal", mu=0, sigma=sigma),
    }
    if "severity" in data:
        priors["severity"] = bmb.Prior("Normal", mu=0, sigma=1)
    model = bmb.Model(
        f"{left} ~ {right} + (1|{group})",
        load_doctors() if frame is None else frame,
        family="bernoulli" if frame is None else "binomial",
        priors=priors,
        center_predictors=False,
    )
    fit = model.fit(
        draws=2000,
        chains=4,
        inference_method="nutpie",
        target_accept=0.95,
        random_seed=1,
        progressbar=False,
    )
    drawn = fit.posterior
    found = {
        "theta": expit(drawn["Intercept"] + drawn[f"1|{group}"]).to_numpy(),
        "mu_pop": drawn["Intercept"].to_numpy(),
        "sigma_pop": drawn[f"1|{group}_sigma"].to_numpy(),
    }
    if "severity" in data:
        found["beta"] = drawn["severity"].to_numpy()
    stats = {"diverging": fit.sample_stats["diverging"].to_numpy()}
    tree = az.from_dict({"posterior": found, "sample_stats": stats}, dims={"theta": ["doctor"]})
    return Draws(tree, ("theta", *population(data)))


def by_numpyro(data):
    import arviz as az
    import jax
    import jax.numpy as jnp
    import numpyro
    import numpyro.distributions as dist
    from numpyro.infer import MCMC, NUTS

    numpyro.enable_x64()

    def intercepts(count):
        mu_pop = numpyro.sample("mu_pop", dist.Normal(0, 1.5))
        sigma_pop = numpyro.sample("sigma_pop", dist.HalfNormal(1))
        with numpyro.plate("doctor", count):
            z = numpyro.sample("z", dist.Normal(0, 1))
        alpha = numpyro.deterministic("alpha", mu_pop + sigma_pop * z)
        numpyro.deterministic("theta", jax.nn.sigmoid(alpha))
        return alpha

    def of_counts(successes, trials):
        alpha = intercepts(len(trials))
        numpyro.sample("y", dist.Binomial(trials, logits=alpha), obs=successes)

    def of_patients(doctor_idx, severity, success):
        alpha = intercepts(10)
        beta = numpyro.sample("beta", dist.Normal(0, 1))
        log_odds = alpha[doctor_idx] + beta * severity
        numpyro.sample("y", dist.Bernoulli(logits=log_odds), obs=success)

    if "severity" in data:
        model, arguments = of_patients, patients()
    else:
        model, arguments = of_counts, TABLES[data]
    mcmc = MCMC(
        NUTS(model, target_accept_prob=0.95),
        num_warmup=500,
        num_samples=1500,
        num_chains=4,
        chain_method="sequential",
        progress_bar=False,
    )
    mcmc.run(jax.random.PRNGKey(1), *map(jnp.asarray, arguments))
    tree = az.from_numpyro(mcmc, dims={name: ["doctor"] for name in ("z", "alpha", "theta")})
    return Draws(tree, ("theta", *population(data)))


def patients():
    frame = load_doctors()
    doctor_idx, _ = pd.factorize(frame.doctor, sort=True)
    return doctor_idx, frame.severity.to_numpy(), frame.success.to_numpy()


PROGRAMS = {"PyMC": by_pymc, "Bambi": by_bambi, "NumPyro": by_numpyro}


@cache
def drawn(program: str, data: str) -> Draws:
    return PROGRAMS[program](data)


def exact(data: str, **priors):
    if "severity" in data:
        return posterior_with_covariate(*patients(), **priors)
    return posterior(*TABLES[data], **priors)


def distance_from(found, draws: Draws) -> dict[str, float]:
    numbers = [m for m in (found.mu_pop, found.sigma_pop, found.beta) if m]
    return draws.distance(
        mean=[*found.mean, *(m.mean for m in numbers)],
        sd=[*found.sd, *(m.sd for m in numbers)],
        ends=[*found.interval(PROB), *(m.interval(PROB) for m in numbers)],
    )


# -- they agree -----------------------------------------------------------------------------------


@pytest.mark.parametrize("data", in_turn(DATA))
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_agrees_with_the_exact_posterior(program, data):
    distance = distance_from(exact(data), drawn(program, data))
    print(", ".join(f"{what} {value:.1f}" for what, value in distance.items()), "MCSE at most")
    assert max(distance.values()) < CLOSE, distance


@pytest.mark.parametrize("data", in_turn(DATA))
@pytest.mark.parametrize(("one", "other"), list(combinations(PROGRAMS, 2)))
def test_two_programs_agree(one, other, data):
    first, second = numbers_and_errors(drawn(one, data)), numbers_and_errors(drawn(other, data))
    for what, (value, error) in first.items():
        other_value, other_error = second[what]
        distance = np.abs(value - other_value) / np.hypot(error, other_error)
        assert distance.max() < CLOSE, f"{what}: {distance.round(1)}"


@pytest.mark.parametrize("data", in_turn(DATA))
@pytest.mark.parametrize("program", PROGRAMS)
def test_the_comparison_tells_another_prior_apart(program, data):
    """With a half-normal half as wide in the reference, the test above fails."""
    distance = distance_from(exact(data, sigma_scale=0.5), drawn(program, data))
    print(distance)
    assert distance["mean"] > CLOSE


def numbers_and_errors(draws: Draws) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Means, sds and quantiles with their Monte Carlo standard errors, (K,) each."""
    summary = draws.summary
    found = {
        "mean": (summary["mean"].to_numpy(), summary.mcse_mean.to_numpy()),
        "sd": (summary["sd"].to_numpy(), summary.mcse_sd.to_numpy()),
    }
    for tail in (TAILS[0], 0.5, TAILS[1]):
        quantile = draws._flat(draws.posterior.quantile(tail, ("chain", "draw")))
        found[f"{tail:.3f}"] = (
            quantile,
            draws._mcse(draws.posterior, method="quantile", prob=tail),
        )
    return found


# -- the published table --------------------------------------------------------------------------

#: MultiBUGS, examples volume 1, 'Surgical: institutional ranking', random effects model:
#: mean, median, sd, Monte Carlo error, 2.5 %, 97.5 %, effective sample size, of 20,000 draws.
PUBLISHED = """
A          0.05308  0.0521   0.01974   2.53E-4   0.01802  0.09438  6088
B          0.1031   0.1008   0.02183   2.241E-4  0.0668   0.1514   9488
C          0.07078  0.06965  0.01745   1.333E-4  0.0399   0.109    17125
D          0.05926  0.05897  0.007913  7.644E-5  0.04464  0.07571  10717
E          0.05159  0.05085  0.0133    1.73E-4   0.02777  0.07921  5910
F          0.06916  0.06845  0.01478   1.109E-4  0.0428   0.1009   17753
G          0.06676  0.0658   0.01592   1.244E-4  0.03809  0.1006   16373
H          0.1234   0.122    0.02267   2.89E-4   0.08337  0.1713   6152
I          0.06989  0.06907  0.01451   1.136E-4  0.04394  0.1009   16329
J          0.07834  0.07668  0.01982   1.668E-4  0.04499  0.1228   14111
K          0.1021   0.1009   0.01759   1.768E-4  0.0713   0.1401   9903
L          0.06847  0.06801  0.01172   9.305E-5  0.04711  0.09309  15869
mu_pop     -2.556   -2.55    0.1519    0.001469  -2.877   -2.274   10686
sigma_pop  0.4049   0.3818   0.1597    0.00284   0.1628   0.7838   3160
typical    0.07265  0.07244  0.01007   9.645E-5  0.05333  0.09332  10905
"""
NUMBERS = ["mean", "0.500", "sd", "error", "0.025", "0.975", "ess"]
RANKS = {
    **{"A": (1, 2, 10), "B": (6, 10, 12), "C": (1, 6, 11), "D": (1, 4, 8)},
    **{"E": (1, 2, 8), "F": (1, 6, 10), "G": (1, 5, 10), "H": (9, 12, 12)},
    **{"I": (1, 6, 10), "J": (2, 8, 11), "K": (6, 10, 12), "L": (1, 6, 10)},
}


def published() -> pd.DataFrame:
    rows = [line.split() for line in PUBLISHED.split("\n") if line]
    return pd.DataFrame([row[1:] for row in rows], [row[0] for row in rows], NUMBERS, float)


def distance_from_published(draws: Draws, typical: bool = True) -> pd.DataFrame:
    """Of each number, in combined Monte Carlo standard errors, a column for each kind of number.

    BUGS prints the error of the mean alone. The errors of its sds and quantiles are taken to be to
    ours as the errors of the means are: both grow with one over the root of the draws' worth.
    """
    table = published() if typical else published().drop("typical")
    ours = numbers_and_errors(draws)
    worth = (table.error / ours["mean"][1]).to_numpy()
    found = {}
    for what, (value, error) in ours.items():
        found[what] = (value - table[what]) / (error * np.hypot(1, worth))
    return pd.DataFrame(found)


def test_the_published_table_is_reproduced():
    """All 75 numbers: means, sds, medians and interval ends."""
    distance = distance_from_published(pymc_reference.bugs_draws())
    assert distance.size == 75
    print(distance.round(1))
    assert distance.abs().max().max() < CLOSE
    assert (distance.abs() > 2).mean().mean() < 0.2


def test_the_published_table_is_not_reproduced_with_other_priors():
    """Under the course's priors no rate moves by half a point, but sigma_pop is another."""
    draws = pymc_reference.draws("twelve hospitals")
    distance = distance_from_published(draws, typical=False)
    rates = published()["mean"].to_numpy()[:12]
    assert np.abs(draws.summary["mean"].to_numpy()[:12] - rates).max() < 0.005
    assert distance["mean"]["sigma_pop"] > 2 * CLOSE
    assert distance["mean"]["H"] > CLOSE


def test_quadrature_reproduces_the_published_table():
    """The exact posterior for each sigma_pop, weighted by BUGS's prior: no draws of ours at all."""
    mean, sd, _ = under_bugs_priors()
    table = published()
    distance = (table["mean"] - mean) / table.error
    assert distance.abs().max() < 3
    # For a bell-shaped posterior the error of an sd is sd / sqrt(2 ESS).
    assert ((table.sd - sd) / (sd / np.sqrt(2 * table.ess))).abs().max() < 3
    ours = pymc_reference.bugs_draws().summary
    assert (np.abs(ours["mean"] - mean) / ours.mcse_mean).max() < CLOSE
    assert (np.abs(ours["sd"] - sd) / ours.mcse_sd).max() < CLOSE


def test_the_published_ranks_are_reproduced():
    """Each printed place has its level inside its step, to within the error of 20,000 draws."""
    _, _, below = under_bugs_priors()
    for j, (hospital, places) in enumerate(RANKS.items()):
        for level, place in zip((0.025, 0.5, 0.975), places, strict=True):
            error = np.sqrt(level * (1 - level) / published().ess[hospital])
            step = below[j, place - 1], below[j, place]
            assert step[0] - 3 * error < level < step[1] + 3 * error, (hospital, level, step)


@cache
def under_bugs_priors():
    """Means and sds, (15,) each, and the chance of a place below each, (12, 13); 1 is the lowest.

    A Gamma(c, c) prior on the precision is c * exp(-c / sigma**2) / sigma**(2 * c) in log(sigma).
    """
    deaths, operations = TABLES["twelve hospitals"]
    log_sigma = np.linspace(-4.0, 1.5, 70)
    fits = [posterior(deaths, operations, mu_scale=1000, sigma_pop=s) for s in np.exp(log_sigma)]
    height = [f.log_evidence for f in fits] - 0.002 * log_sigma - 0.001 * np.exp(-2 * log_sigma)
    weight = np.exp(height - logsumexp(height))

    def typical(fit, power):
        return np.trapezoid(expit(fit.mu_pop.x) ** power * fit.mu_pop.density, fit.mu_pop.x)

    first = [
        [*f.mean, f.mu_pop.mean, sigma, typical(f, 1)]
        for f, sigma in zip(fits, np.exp(log_sigma), strict=True)
    ]
    second = [
        [*f.sd**2 + f.mean**2, f.mu_pop.sd**2 + f.mu_pop.mean**2, sigma**2, typical(f, 2)]
        for f, sigma in zip(fits, np.exp(log_sigma), strict=True)
    ]
    mean = weight @ first
    seen = weight > 1e-6
    ranks = np.tensordot(weight[seen], [f.rank_probabilities() for f in np.array(fits)[seen]], 1)
    below = np.concatenate([np.zeros((12, 1)), ranks[:, ::-1].cumsum(axis=1)], axis=1)
    return mean, np.sqrt(weight @ second - mean**2), below


def test_the_chapter_shows_the_same_published_numbers():
    source = (ROOT / "chapters" / "10_twelve_hospitals.md").read_text()
    for line in filter(None, PUBLISHED.split("\n")):
        name, mean, _, sd, error, *_, ess = line.split()
        row = eval_row(source, name)
        assert row == [float(mean), float(sd), float(error), float(ess)], name
    for hospital, places in RANKS.items():
        assert f'"{hospital}": {places}' in source


def eval_row(source: str, name: str) -> list[float]:
    (numbers,) = [part.split("]")[0] for part in source.split(f'"{name}": [')[1:2]]
    return [float(number) for number in numbers.split(",")]
