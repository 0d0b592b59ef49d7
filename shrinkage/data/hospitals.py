"""The loader of twelve hospitals' operations and deaths in cardiac surgery on infants.

With `SMALLN_CLINIC=<seed>` in the environment others of the same kind; see `another`.
"""

from pathlib import Path

import pandas as pd

from shrinkage.data import another

HERE = Path(__file__).parent


def load_hospitals() -> pd.DataFrame:
    """Cardiac surgery on infants in twelve hospitals: real operations, real deaths.

    Returns
    -------
    DataFrame, one row a hospital
        ``hospital``: 'A' to 'L'; ``operations``: how many; ``deaths``: how many infants died.

    Source
    ------
    'Surgical: institutional ranking', BUGS Examples Volume 1 (Spiegelhalter, Thomas, Best and
    Gilks, MRC Biostatistics Unit, Cambridge, 1996); the same data are used in Spiegelhalter,
    Abrams and Myles, *Bayesian Approaches to Clinical Trials and Health-Care Evaluation* (2004).
    """
    real, seed = pd.read_csv(HERE / "hospitals.csv"), another.seed()
    return real if seed is None else another.hospitals(seed, real["operations"].to_numpy())
