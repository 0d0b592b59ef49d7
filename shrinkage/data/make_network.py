"""Write ``network.csv`` and ``network_truth.csv``: sixty doctors in ten hospitals.

Run it as ``python -m shrinkage.data.make_network``; it writes the same bytes every time.

The truth, and only here is it known, for doctor ``j`` of hospital ``h``::

    hospital_h  ~ Normal(0, SIGMA_HOSPITAL)            what a hospital adds, log-odds
    alpha_j     = MU_POP + GAMMA * (years_j - 10) / 10 + hospital_h + a_j
    slope_j     = BETA + b_j
    (a_j, b_j)  ~ Normal(0, SIGMA_DOCTOR, SIGMA_SLOPE, correlation RHO)
    severity_ij ~ -2, -1, 0, 1 or 2, with probabilities GRADES
    success_ij  ~ Bernoulli(inverse_logit(alpha_j + slope_j * severity_ij))

In every hospital the first two doctors are in training: at most two years in practice, and with
few patients. The others have three to thirty years and larger caseloads.

The seed is the number of the chapter that uses the data. It was not searched for.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SEED = 11
HOSPITALS, DOCTORS, IN_TRAINING = "ABCDEFGHIJ", 6, 2  # doctors a hospital
MU_POP, BETA, GAMMA = 1.0, -0.7, 0.5
SIGMA_HOSPITAL, SIGMA_DOCTOR, SIGMA_SLOPE, RHO = 0.5, 0.6, 0.5, 0.7
GRADES = (0.1, 0.2, 0.4, 0.2, 0.1)


def simulate(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One draw from the model.

    Returns
    -------
    patients : DataFrame
        One row a patient: ``hospital``, ``doctor``, ``years``, ``severity`` (standardised, two
        decimals), ``success``.
    truth : DataFrame
        One row a doctor: ``hospital``, ``doctor``, ``hospital_effect``, ``alpha`` and ``slope``.
    """
    rng = np.random.default_rng(seed)
    hospital_idx = np.repeat(np.arange(len(HOSPITALS)), DOCTORS)
    number = np.tile(np.arange(DOCTORS), len(HOSPITALS))
    hospital = np.array(list(HOSPITALS))[hospital_idx]
    doctor = np.array([f"{h}{k + 1}" for h, k in zip(hospital, number, strict=True)])
    trains = number < IN_TRAINING
    years = np.where(trains, rng.integers(0, 3, len(doctor)), rng.integers(3, 31, len(doctor)))
    caseload = np.where(trains, rng.integers(4, 13, len(doctor)), rng.integers(20, 81, len(doctor)))

    hospital_effect = rng.normal(0, SIGMA_HOSPITAL, len(HOSPITALS))[hospital_idx]
    first, second = rng.normal(size=(2, len(doctor)))
    alpha = MU_POP + GAMMA * (years - 10) / 10 + hospital_effect + SIGMA_DOCTOR * first
    slope = BETA + SIGMA_SLOPE * (RHO * first + np.sqrt(1 - RHO**2) * second)

    doctor_idx = np.repeat(np.arange(len(doctor)), caseload)
    severity = rng.choice(np.arange(-2, 3), p=GRADES, size=len(doctor_idx))
    chance = 1.0 / (1.0 + np.exp(-(alpha[doctor_idx] + slope[doctor_idx] * severity)))
    success = (rng.random(len(chance)) < chance).astype(int)
    doctors = pd.DataFrame({"hospital": hospital, "doctor": doctor, "years": years})
    patients = doctors.iloc[doctor_idx].reset_index(drop=True)
    patients = patients.assign(severity=severity, success=success)
    truth = doctors.drop(columns="years").assign(
        hospital_effect=hospital_effect.round(4), alpha=alpha.round(4), slope=slope.round(4)
    )
    return patients, truth


def main() -> None:
    """Write both files."""
    patients, truth = simulate(SEED)
    patients.to_csv(HERE / "network.csv", index=False, lineterminator="\n")
    truth.to_csv(HERE / "network_truth.csv", index=False, lineterminator="\n")
    print(f"{len(patients)} patients, {patients.success.sum()} successes")


if __name__ == "__main__":
    main()
