"""Another clinic of the same kind, served by the loaders in place of the published one.

`SMALLN_CLINIC=<seed>` in the environment is all it takes: code that computes its answer still
computes it, and an answer that was typed in is wrong. The same seed gives the same clinic.
A notebook that was handed out to one student asks for a clinic of its own by `use_clinic`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re

import numpy as np
import pandas as pd

VARIABLE = "SMALLN_CLINIC"
#: The population that the published doctors were drawn from too, and their caseloads.
MU_POP, SIGMA_POP, BETA = 1.3, 0.8, -0.5
CASELOADS = (12, 4, 20, 5, 45, 8, 124, 30, 15, 6)
#: Doctors whose patients are sicker, or less sick, than average: by how many standard deviations.
CASE_MIX = (0.9, -0.3)
FEW = 8  # patients; a perfect record of so few is what the course is about

SEED_BYTES = CHECK_BYTES = 5  # of a code: the seed, out of sight, and what tells a mistyped one
LARGEST = 2 ** (8 * SEED_BYTES) - 1
# Crockford's 32 letters and digits, and what is read for those that look like one of them.
RFC4648, CROCKFORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans("OIL", "011")
# Everyone who has the package has it: a code keeps a seed out of sight, and no more.
KEY = b"Small N: a clinic of one's own"

_chosen: int | None = None  # by `use_clinic`, for the rest of this process


def use_clinic(code: str) -> None:
    """Serve the clinic of a code from here on, in this process: a personal notebook's own.

    ``SMALLN_CLINIC`` in the environment goes first, so a notebook that is graded with it is graded
    on that clinic. Raises ValueError where the code is mistyped or altered.

    A code is no secret: whoever reads this module can open it, and with it see the truth behind
    their own practice data. That earns nothing, because the grade is given for another clinic,
    whose seed no notebook holds.
    """
    global _chosen
    _chosen = unsealed(code)


def sealed(seed: int) -> str:
    """The code of a clinic's seed, from 0 to `LARGEST`, such as '3PAA-T505-6MHP-1MT2'.

    Codes of neighbouring seeds have nothing in common to the eye.
    """
    if not 0 <= seed <= LARGEST:
        raise ValueError(f"expected a seed from 0 to {LARGEST}, found {seed}; draw another one")
    plain = seed.to_bytes(SEED_BYTES)
    check = _digest(b"check", plain)
    text = base64.b32encode(check + _masked(plain, check)).decode()
    text = text.translate(str.maketrans(RFC4648, CROCKFORD))
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def unsealed(code: str) -> int:
    """The seed of a code; capitals, spaces and dashes do not matter.

    Raises ValueError where the code is none that `sealed` makes.
    """
    text = re.sub(r"[\s-]", "", code).upper().translate(LOOK_ALIKES)
    if re.fullmatch(f"[{CROCKFORD}]{{16}}", text):
        raw = base64.b32decode(text.translate(str.maketrans(CROCKFORD, RFC4648)))
        check, hidden = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
        plain = _masked(hidden, check)
        if hmac.compare_digest(check, _digest(b"check", plain)):
            return int.from_bytes(plain)
        found = "one in which something was changed"
    else:
        found = f"{len(text)} of them" if len(text) != 16 else "a letter that no code has"
    raise ValueError(
        f"'{code[:40]}' is not the code of a clinic: expected 16 letters and digits, as they stand "
        f"in the notebook that you were handed, found {found}. Copy the line with `use_clinic` "
        "from that notebook again."
    )


def _masked(text: bytes, check: bytes) -> bytes:
    """Hidden bytes from plain ones, and plain from hidden; each check has a mask of its own."""
    return bytes(a ^ b for a, b in zip(text, _digest(b"mask", check), strict=True))


def _digest(use: bytes, text: bytes) -> bytes:
    return hmac.digest(KEY, use + text, hashlib.sha256)[:CHECK_BYTES]


def seed() -> int | None:
    """The seed that the environment asks for, else `use_clinic`; None for the published data.

    Raises ValueError where the environment's is no whole number from 0 up.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return _chosen
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
