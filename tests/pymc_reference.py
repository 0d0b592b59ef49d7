"""PyMC's posteriors of fixed data, each sampled once: the reference for every other method."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from shrinkage.data import load_doctors, load_hospitals


class Table(NamedTuple):
    successes: list[int]
    trials: list[int]


def _ten_doctors() -> Table:
    counts = load_doctors().groupby("doctor").success.agg(["sum", "size"])
    return Table(counts["sum"].tolist(), counts["size"].tolist())


def _twelve_hospitals() -> Table:
    hospitals = load_hospitals()
    return Table(hospitals.deaths.tolist(), hospitals.operations.tolist())


TABLES = {
    "ten doctors": _ten_doctors(),
    "twelve hospitals": _twelve_hospitals(),
    # Data that call for a large sigma_pop: 3 of 3, 0 of 3, and 970 of 1,000.
    "three extremes": Table([3, 0, 970], [3, 3, 1000]),
}
PROB = 0.95  # of the intervals


class Draws:
    """PyMC's draws of one table, and how far from them other numbers are, in standard errors."""

    def __init__(self, drawn, variables=("theta", "mu_pop", "sigma_pop")):
        import arviz as az

        self.variables = list(variables)
        self.posterior = drawn.posterior.dataset[self.variables]
        summary = az.summary(drawn, var_names=self.variables, round_to="none")
        assert int(drawn.sample_stats.diverging.sum()) == 0
        assert summary.r_hat.max() < 1.01
        self.summary = summary

    def distance(self, mean, sd, ends) -> dict[str, float]:
        """The largest distance of means, sds and interval ends, each (K,), the last (K, 2).

        K counts the doctors, then the other variables in their order. The unit is the Monte Carlo
        standard error of each.
        """
        mean, sd, ends = np.asarray(mean), np.asarray(sd), np.asarray(ends)
        tails = np.array([(1 - PROB) / 2, (1 + PROB) / 2])
        found = {
            "mean": (self.summary["mean"] - mean) / self.summary.mcse_mean,
            "sd": (self.summary["sd"] - sd) / self.summary.mcse_sd,
        }
        for name, tail, end in zip(("lower end", "upper end"), tails, ends.T, strict=True):
            drawn = self._flat(self.posterior.quantile(tail, ("chain", "draw")))
            found[name] = (drawn - end) / self._mcse(self.posterior, method="quantile", prob=tail)
        return {name: float(np.abs(distance).max()) for name, distance in found.items()}

    def distance_of_ranks(self, ranks) -> float:
        """The same for the probability of each place for each doctor, (J, J)."""
        theta = self.posterior.theta
        place = (-theta).argsort(axis=-1).argsort(axis=-1)  # no two draws are equal
        worst = 0.0
        for r in range(theta.sizes["doctor"]):
            in_place = (place == r).astype(float).to_dataset(name="theta")
            share = in_place.theta.mean(("chain", "draw")).to_numpy()
            # A place that no draw has had is still known to within a draw.
            error = np.hypot(np.nan_to_num(self._mcse(in_place)), 1 / theta.isel(doctor=0).size)
            worst = max(worst, float(np.abs((share - np.asarray(ranks)[:, r]) / error).max()))
        return worst

    def _mcse(self, dataset, **kwargs):
        import arviz as az

        return self._flat(az.mcse(dataset, **kwargs))

    @staticmethod
    def _flat(dataset):
        return np.concatenate([np.atleast_1d(dataset[name]) for name in dataset.data_vars])


def intercepts(mu_pop, sigma_pop):
    """The doctors' varying intercepts, non-centred, with `theta`; inside a model's `with`."""
    import pymc as pm

    z = pm.Normal("z", dims="doctor")
    alpha = pm.Deterministic("alpha", mu_pop + sigma_pop * z, dims="doctor")
    pm.Deterministic("theta", pm.math.invlogit(alpha), dims="doctor")
    return alpha


def model(table: Table):
    """The course's model of the counts, non-centred."""
    import pymc as pm

    with pm.Model(coords={"doctor": np.arange(len(table.trials))}) as found:
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        alpha = intercepts(mu_pop, sigma_pop)
        pm.Binomial("successes", table.trials, logit_p=alpha, observed=table.successes)
    return found


def model_with_severity():
    """The course's model of the ten doctors' patients, non-centred."""
    import pymc as pm

    patients = load_doctors()
    doctor_idx, names = pd.factorize(patients.doctor, sort=True)
    with pm.Model(coords={"doctor": names}) as found:
        mu_pop = pm.Normal("mu_pop", 0, 1.5)
        sigma_pop = pm.HalfNormal("sigma_pop", 1)
        alpha = intercepts(mu_pop, sigma_pop)
        eta = alpha[doctor_idx] + pm.Normal("beta", 0, 1) * patients.severity.to_numpy()
        pm.Bernoulli("y", logit_p=eta, observed=patients.success.to_numpy())
    return found


def bugs_model(table: Table):
    """The model of BUGS's 'Surgical: institutional ranking', with its priors, non-centred."""
    import pymc as pm

    with pm.Model(coords={"doctor": np.arange(len(table.trials))}) as found:
        mu_pop = pm.Normal("mu_pop", 0, 1000)
        tau = pm.Gamma("tau", alpha=0.001, beta=0.001)
        sigma_pop = pm.Deterministic("sigma_pop", 1 / pm.math.sqrt(tau))
        alpha = intercepts(mu_pop, sigma_pop)
        pm.Deterministic("typical", pm.math.invlogit(mu_pop))
        pm.Binomial("deaths", table.trials, logit_p=alpha, observed=table.successes)
    return found


def sample(found):
    """Ten thousand draws."""
    import pymc as pm

    with found:
        return pm.sample(
            2500,
            chains=4,
            cores=2,
            nuts_sampler="nutpie",
            target_accept=0.95,
            random_seed=1,
            progressbar=False,
        )


@cache
def draws(name: str) -> Draws:
    """PyMC's draws of one of `TABLES`."""
    return Draws(sample(model(TABLES[name])))


@cache
def draws_with_severity() -> Draws:
    """PyMC's draws of the ten doctors with their patients' severity."""
    return Draws(sample(model_with_severity()), ("theta", "mu_pop", "sigma_pop", "beta"))


@cache
def bugs_draws() -> Draws:
    """PyMC's draws of the twelve hospitals' death rates under the priors that BUGS has."""
    variables = ("theta", "mu_pop", "sigma_pop", "typical")
    return Draws(sample(bugs_model(TABLES["twelve hospitals"])), variables)
