"""The loaders of sixty invented doctors in ten hospitals: their patients, and the truth."""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent


def load_network() -> pd.DataFrame:
    """Sixty invented doctors in ten hospitals, and their patients.

    Returns
    -------
    DataFrame, one row a patient
        ``hospital``: 'A' to 'J'; ``doctor``: 'A1' to 'J6', named after the hospital; ``years``:
        how long the doctor has been in practice; ``severity``: the patient's grade, from -2 (mild)
        to 2 (sickest); ``success``: 1 or 0.

    Source
    ------
    Drawn by ``shrinkage/data/make_network.py``, so the truth is known: see `load_network_truth`.
    """
    return pd.read_csv(HERE / "network.csv")


def load_network_truth() -> pd.DataFrame:
    """The lines that the sixty doctors' patients were drawn with.

    Returns
    -------
    DataFrame, one row a doctor
        ``hospital``, ``doctor``; ``hospital_effect``: what the hospital adds to the log-odds;
        ``alpha``: log-odds of success for a patient of grade 0; ``slope``: what a grade adds.

    Source
    ------
    ``shrinkage/data/make_network.py``, which also holds the population's parameters.
    """
    return pd.read_csv(HERE / "network_truth.csv")
