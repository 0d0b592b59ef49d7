"""The loaders of the ten invented doctors: their patients, the truth, and the patients seen next.

With `SMALLN_CLINIC=<seed>` in the environment another clinic of the same kind; see `another`.
"""

from pathlib import Path

import pandas as pd

from shrinkage.data import another

HERE = Path(__file__).parent


def load_doctors() -> pd.DataFrame:
    """Ten invented doctors and their patients.

    Returns
    -------
    DataFrame, one row a patient
        ``doctor``: 'A' to 'J'; ``severity``: how sick the patient was, in standard deviations
        from the average patient (larger is sicker); ``success``: 1 or 0.

    Source
    ------
    Drawn from the course's own model by ``shrinkage/data/make_doctors.py``, so the truth is known:
    see `load_doctors_truth`. Dr. B has four successes in four patients, Dr. D none in five, and
    Dr. G more than a hundred patients.
    """
    seed = another.seed()
    return pd.read_csv(HERE / "doctors.csv") if seed is None else another.doctors(seed)[0]


def load_doctors_truth() -> pd.DataFrame:
    """The varying intercepts that the ten doctors' patients were drawn with.

    Returns
    -------
    DataFrame, one row a doctor
        ``doctor``: 'A' to 'J'; ``alpha``: log-odds of success for a patient of average severity.

    Source
    ------
    ``shrinkage/data/make_doctors.py``; the population's mean and standard deviation and the
    coefficient of severity are in ``shrinkage/data/another.py``.
    """
    seed = another.seed()
    return pd.read_csv(HERE / "doctors_truth.csv") if seed is None else another.doctors(seed)[1]


def load_follow_up() -> pd.DataFrame:
    """The next 200 patients of each of the ten doctors, all of average severity.

    Returns
    -------
    DataFrame, one row a doctor
        ``doctor``: 'A' to 'J'; ``successes``; ``trials``: 200 for everyone.

    Source
    ------
    Drawn from `load_doctors_truth`, so no model that saw `load_doctors` has seen them.
    """
    return another.follow_up(load_doctors_truth(), another.seed() or 0)
