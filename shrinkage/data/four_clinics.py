"""Four clinics of thirty doctors, three of which differ from the course's model in one way each.

Each clinic is drawn with one of four truths; which clinic has which depends on the seed. With
doctor ``j``'s deviation ``a_j``, a normal score, and quarter ``q`` from 1 to 4::

    logit(theta_jq) = MU_POP + SIGMA_POP * a_j           nothing is wrong
                    + TREND * (2 q - 5) / 6              the rate changes over the year
                    + QUARTERS * e_jq, e_jq ~ N(0, 1)    a doctor has good and bad quarters

and in the fourth clinic ``a_j`` goes with the caseload, at a correlation of about CASELOAD. The
changes over the year and with the caseload may go up or down.

A clinic is drawn again until what is wrong with it is plain and nothing else seems to be. That is
judged by approximate z-scores of three test quantities, as if the doctors were others each time.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shrinkage.data import another

CLINICS = ("North", "East", "South", "West")
#: What the model does not know of a clinic; each with one of them.
FAULTS = ("nothing", "the year", "the caseload", "the quarters")
DOCTORS = 30
CASELOADS = np.geomspace(24, 240, DOCTORS).round().astype(int)  # no two alike
MU_POP, SIGMA_POP = 1.0, 0.55
TREND, CASELOAD, QUARTERS = 0.95, 0.93, 0.6
PLAIN, UNSEEN = 4.5, 1.0  # z-scores: least of a quantity that shows a fault, most of any other
PLAIN_CASELOAD = 3.5  # lower, because thirty doctors are few to correlate with caseload


def load_four_clinics() -> pd.DataFrame:
    """Four clinics of thirty doctors, counted by quarter of the year.

    Returns
    -------
    DataFrame, one row for each clinic, doctor and quarter
        ``clinic``: 'North', 'East', 'South' or 'West'; ``doctor``: 1 to 30, other doctors in each
        clinic; ``quarter``: 1 to 4; ``successes``; ``trials``: patients, at least 2.

    Source
    ------
    Invented by ``shrinkage/data/four_clinics.py``. In one clinic the patients are as the course's
    model has them; in the others something is going on that the model does not know.
    """
    successes, trials = _counts(another.seed() or 0)
    rows = pd.MultiIndex.from_product(
        [CLINICS, np.arange(1, DOCTORS + 1), np.arange(1, 5)], names=["clinic", "doctor", "quarter"]
    )
    counts = pd.DataFrame({"successes": successes.ravel(), "trials": trials.ravel()}, index=rows)
    return counts.reset_index()


def faults() -> pd.Series:
    """What the model does not know of each clinic: the truth behind `load_four_clinics`."""
    rng = np.random.default_rng([8, another.seed() or 0])
    return pd.Series(rng.permutation(FAULTS), index=CLINICS)


@lru_cache(maxsize=8)
def _counts(seed: int) -> tuple[NDArray, NDArray]:
    """Successes and trials, each (clinic, doctor, quarter)."""
    drawn = [
        _clinic(fault, np.random.default_rng([8, seed, FAULTS.index(fault)])) for fault in faults()
    ]
    successes, trials = zip(*drawn, strict=True)
    return np.array(successes), np.array(trials)


def _clinic(fault: str, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
    """One clinic with its fault: successes and trials, each (doctor, quarter)."""
    from scipy.special import ndtri  # here, since reading a file must not wait for it

    plain = {
        "nothing": (),
        "the year": ("trend", "quarters"),
        "the caseload": ("caseload",),
        "the quarters": ("quarters",),
    }[fault]
    scores = ndtri((np.arange(DOCTORS) + 0.5) / DOCTORS)
    sign = rng.choice([-1, 1])
    while True:
        caseload = rng.permutation(CASELOADS)
        trials = rng.multinomial(caseload, [0.25] * 4)
        if fault == "the caseload":
            noise = np.sqrt(1 / CASELOAD**2 - 1) * rng.normal(size=DOCTORS)
            order = (sign * scores[caseload.argsort().argsort()] + noise).argsort().argsort()
        else:
            order = rng.permutation(DOCTORS)
        logit = MU_POP + SIGMA_POP * np.repeat(scores[order][:, None], 4, axis=1)
        if fault == "the year":
            logit += sign * TREND * np.array([-3, -1, 1, 3]) / 6
        if fault == "the quarters":
            logit += QUARTERS * rng.normal(size=logit.shape)
        successes = rng.binomial(trials, 1 / (1 + np.exp(-logit)))
        if trials.min() < 2:
            continue
        score = _scores(successes, trials)
        seen = {
            name: abs(z) > (PLAIN_CASELOAD if name == "caseload" else PLAIN)
            for name, z in score.items()
        }
        if all(seen[name] if name in plain else abs(z) < UNSEEN for name, z in score.items()):
            return successes, trials


def _scores(successes: NDArray, trials: NDArray) -> dict[str, float]:
    """Approximate z-scores of three test quantities, were the model true.

    The last quarter's rate less the first's, all doctors together; how far each doctor's quarters
    lie apart; and the mean rate of the larger half of caseloads less that of the smaller.
    """
    caseload, total = trials.sum(1), successes.sum(1)
    rate = total / caseload
    # Given its sum, a doctor's count in a quarter is hypergeometric.
    variance = (rate * (1 - rate) * caseload / (caseload - 1))[:, None]
    cell = successes / trials
    weight = np.zeros_like(cell)
    weight[:, 3] = trials[:, 3] / trials[:, 3].sum()
    weight[:, 0] = -trials[:, 0] / trials[:, 0].sum()
    mix = weight.sum(1)  # a doctor's share of the last quarter's patients less that of the first's
    by_chance = variance * trials * (weight / trials - (mix / caseload)[:, None]) ** 2
    trend_sd = np.sqrt(by_chance.sum() + rate.var() * (mix**2).sum())
    apart = (trials * (cell - rate[:, None]) ** 2).sum(1)
    large = caseload.argsort().argsort() >= DOCTORS // 2
    gap = rate[large].mean() - rate[~large].mean()
    return {
        "trend": (weight * cell).sum() / trend_sd,
        "quarters": (apart - 3 * variance[:, 0]).sum() / np.sqrt((6 * variance[:, 0] ** 2).sum()),
        "caseload": gap / (rate.std() * np.sqrt(4 / DOCTORS)),
    }
