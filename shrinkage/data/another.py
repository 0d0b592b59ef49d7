"""Another clinic of the same kind, served by the loaders in place of the published one.

`SMALLN_CLINIC=<seed>` in the environment is all it takes: code that computes its answer still
computes it, and an answer that was typed in is wrong. The same seed gives the same clinic.
"""

from __future__ import annotations

import os

import numpy as np
import pandas as pd

VARIABLE = "SMALLN_CLINIC"
#: The population that the published doctors were drawn from too, and their caseloads.
MU_POP, SIGMA_POP, BETA = 1.3, 0.8, -0.5
CASELOADS = (12, 4, 20, 5, 45, 8, 124, 30, 15, 6)
#: Doctors whose patients are sicker, or less sick, than average: by how many standard deviations.
CASE_MIX = (0.9, -0.3)
FEW = 8  # patients; a perfect record of so few is what the course is about


def seed() -> int | None:
    """The seed that the environment asks for; None for the published data.

    Raises ValueError where it is no whole number from 0 up.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    if not text.isdecimal():
        raise ValueError(
            f"{VARIABLE} is the seed of another clinic, a whole number from 0 up; found '{text}'. "
            f"Unset it for the published data."
        )
    return int(text)


def doctors(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Patients as `load_doctors` gives them, and the truth as `load_doctors_truth` does.

    The caseloads of the published clinic in another order, other doctors from the same population.
    Drawn again until a doctor of few patients has lost none of them and no doctor of many has a
    rate of 0 or 1.
    """
    rng = np.random.default_rng([1, seed])
    names = list("ABCDEFGHIJ")
    while True:
        caseloads = rng.permutation(CASELOADS)
        mix = np.zeros(len(names))
        mix[rng.choice(len(names), size=len(CASE_MIX), replace=False)] = CASE_MIX
        patients, truth = draw(rng, names, caseloads, mix)
        rate = patients.groupby("doctor")["success"].mean().to_numpy()
        if (rate[caseloads <= FEW] == 1).any() and not np.isin(rate[caseloads > FEW], (0, 1)).any():
            return patients, truth


def draw(
    rng: np.random.Generator, names: list[str], caseloads: np.ndarray, case_mix: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Patients, one row each, and the truth, one row a doctor, from the course's model.

    ``case_mix`` is by how much sicker than average each doctor's patients are, in standard
    deviations; severity is standardised over all patients, three decimals.
    """
    alpha = rng.normal(MU_POP, SIGMA_POP, size=len(names))
    doctor_idx = np.repeat(np.arange(len(names)), caseloads)
    severity = rng.normal(case_mix[doctor_idx], 1.0)
    severity = np.round((severity - severity.mean()) / severity.std(), 3)
    chance = 1.0 / (1.0 + np.exp(-(alpha[doctor_idx] + BETA * severity)))
    success = (rng.random(len(chance)) < chance).astype(int)
    patients = pd.DataFrame(
        {"doctor": np.array(names)[doctor_idx], "severity": severity, "success": success}
    )
    return patients, pd.DataFrame({"doctor": names, "alpha": alpha.round(4)})


def hospitals(seed: int, operations: np.ndarray) -> pd.DataFrame:
    """Hospitals as `load_hospitals` gives them: its numbers of operations, other deaths.

    Log-odds of death from Normal(-2.5, 0.4), which is about what the real hospitals show. Drawn
    again until one hospital of few operations has no death, as the real Hospital A.
    """
    rng = np.random.default_rng([2, seed])
    few = np.sort(operations)[1]
    while True:
        n = rng.permutation(operations)
        deaths = rng.binomial(n, 1.0 / (1.0 + np.exp(-rng.normal(-2.5, 0.4, size=len(n)))))
        if (deaths[n <= few] == 0).any():
            break
    names = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(n)])
    return pd.DataFrame({"hospital": names, "operations": n, "deaths": deaths})


def follow_up(truth: pd.DataFrame, seed: int, trials: int = 200) -> pd.DataFrame:
    """The next patients of doctors whose truth is known, as `load_follow_up` gives them."""
    rng = np.random.default_rng([3, seed])
    successes = rng.binomial(trials, 1.0 / (1.0 + np.exp(-truth["alpha"])))
    return pd.DataFrame({"doctor": truth["doctor"], "successes": successes, "trials": trials})
