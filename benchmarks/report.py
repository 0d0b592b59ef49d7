"""Seconds and memory of the report's numbers, by units, beside Bambi and lme4 on the same tables.

`make bench-report` prints the table. Each cell is a process of its own, from its start to estimates
and 95 % intervals of every unit: imports, the fit, and in the report's case everything else that it
computes. Memory is the process's largest. Nothing fails on a time: the ratios are for reading.
'adjusted' is the report on a hundred patients a unit, with their age and urgency, sampled.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

UNITS = (100, 500, 1_000, 5_000, 50_000)
BESIDE = 500  # units up to which the samplers take part
ADJUSTED = 1_000  # and up to which it adjusts
EACH = 100  # patients of a unit then
SEED = 12

GLMER = """
counts <- read.csv(commandArgs(TRUE)[1])
fit <- lme4::glmer(cbind(successes, trials - successes) ~ 1 + (1 | doctor), binomial, counts)
modes <- as.data.frame(lme4::ranef(fit, condVar = TRUE))
stopifnot(nrow(modes) == nrow(counts), all(is.finite(modes$condsd)))
"""


def table(units: int) -> pd.DataFrame:
    """A table that the course's model has drawn: mortality of about one in twenty."""
    rng = np.random.default_rng(SEED)
    trials = rng.integers(20, 600, units)
    theta = 1 / (1 + np.exp(-rng.normal(3.0, 0.4, units)))
    return pd.DataFrame(
        {
            "doctor": [f"Unit {k}" for k in range(units)],
            "successes": rng.binomial(trials, theta),
            "trials": trials,
        }
    )


def patients(units: int) -> pd.DataFrame:
    """Patients whose age and urgency matter, and differ between units."""
    rng = np.random.default_rng(SEED)
    unit = np.repeat(np.arange(units), EACH)
    age = rng.normal(60, 10, len(unit)) + rng.normal(0, 5, units)[unit]
    urgency = rng.choice(["elective", "urgent", "salvage"], len(unit), p=[0.7, 0.25, 0.05])
    log_odds = rng.normal(2.5, 0.4, units)[unit] - 0.05 * (age - 60)
    log_odds -= 0.6 * (urgency == "urgent") + 1.2 * (urgency == "salvage")
    success = rng.binomial(1, 1 / (1 + np.exp(-log_odds)))
    names = [f"Unit {k}" for k in unit]
    return pd.DataFrame({"doctor": names, "success": success, "age": age, "urgency": urgency})


def by_report(counts: pd.DataFrame) -> None:
    """All numbers of the report."""
    from shrinkage.data import Outcomes
    from shrinkage.report import analyse

    found = analyse(Outcomes(counts=counts, patients=None))
    assert found.sound
    assert len(found.table) == len(counts)


def by_adjusting(counts: pd.DataFrame) -> None:
    """All numbers of the report, adjusted for two covariates of as many units' patients."""
    from shrinkage.data import Outcomes, count_by_doctor
    from shrinkage.report import analyse

    frame = patients(len(counts))
    read = Outcomes(counts=count_by_doctor(frame), patients=frame)
    assert analyse(read, adjust="age + urgency").sound


def by_bambi(counts: pd.DataFrame) -> None:
    """The same model with the same priors."""
    import bambi as bmb

    model = bmb.Model(
        "p(successes, trials) ~ 1 + (1|doctor)",
        counts,
        family="binomial",
        priors={
            "Intercept": bmb.Prior("Normal", mu=0, sigma=1.5),
            "1|doctor": bmb.Prior("Normal", mu=0, sigma=bmb.Prior("HalfNormal", sigma=1)),
        },
    )
    fit = model.fit(
        inference_method="nutpie", chains=4, random_seed=SEED, progressbar=False, target_accept=0.95
    )
    model.predict(fit)
    theta = fit["posterior"]["p"].to_numpy().reshape(-1, len(counts))
    assert np.isfinite(np.quantile(theta, [0.025, 0.975], axis=0)).all()
    assert np.isfinite(theta.mean(axis=0)).all()


def by_lme4(counts: pd.DataFrame) -> None:
    """A point estimate of the population; modes and conditional standard deviations."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        counts.to_csv(file.name, index=False)
        subprocess.run(["Rscript", "-e", GLMER, file.name], check=True, stdout=sys.stderr)


TOOLS: dict[str, Callable[[pd.DataFrame], None]] = {
    "report": by_report,
    "adjusted": by_adjusting,
    "Bambi": by_bambi,
    "lme4": by_lme4,
}


def child(tool: str, units: int) -> None:
    """Do it in this process, and print the largest memory in megabytes."""
    TOOLS[tool](table(units))
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF,
                                                             resource.RUSAGE_CHILDREN))  # fmt: skip
    print(json.dumps({"peak": peak / (1e6 if sys.platform == "darwin" else 1e3)}))


def measured(tool: str, units: int) -> tuple[float, float] | None:
    """Seconds and megabytes of a process, or None if it failed."""
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, __file__, "--child", tool, str(units)], capture_output=True, text=True
    )
    took = time.perf_counter() - start
    if run.returncode:
        print(f"{tool} failed at {units:,} units: {run.stderr.strip().splitlines()[-1:]}")
        return None
    return took, json.loads(run.stdout.splitlines()[-1])["peak"]


def has_lme4() -> bool:
    """Whether R is here, and lme4 in it."""
    if shutil.which("Rscript") is None:
        return False
    found = subprocess.run(
        ["Rscript", "-e", "quit(status = !requireNamespace('lme4', quietly = TRUE))"],
        capture_output=True,
    )
    return found.returncode == 0


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, nargs="+", default=list(UNITS))
    parser.add_argument("--child", nargs=2, metavar=("TOOL", "UNITS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child[0], int(options.child[1]))
        return 0
    tools = ["report", "adjusted", "Bambi"] + (["lme4"] if has_lme4() else [])
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if "lme4" not in tools:
        print("lme4 is left out: there is no Rscript here that finds it.")
    print(f"\n{'units':>8}  {'tool':<8}{'seconds':>10}{'MB':>8}   beside the report")
    for units in options.units:
        ours = None
        for tool in tools:
            if units > {"report": math.inf, "adjusted": ADJUSTED}.get(tool, BESIDE):
                continue
            found = measured(tool, units)
            if found is None:
                continue
            ours = found if tool == "report" else ours
            beside = ""
            if ours is not None and tool != "report":
                beside = (
                    f"{found[0] / ours[0]:.1f} times the time, {found[1] / ours[1]:.1f} the memory"
                )
            print(
                f"{units:>8,}  {tool:<8}{found[0]:>10.1f}{found[1]:>8.0f}   {beside}".rstrip(),
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
