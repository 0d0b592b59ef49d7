"""The data sets that come with the course.

With `SMALLN_CLINIC=<seed>` in the environment, `load_doctors`, `load_doctors_truth`,
`load_follow_up` and `load_hospitals` serve another clinic of the same kind; see `another`.
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


def load_batting() -> pd.DataFrame:
    """Eighteen batters of the 1970 season: their first 45 at-bats, and the rest of the season.

    Returns
    -------
    DataFrame, one row a player, in the order of the first average
        ``player``; ``hits`` in the first ``at_bats`` (45 for everyone); ``rest_hits`` and
        ``rest_at_bats`` for the rest of the season; ``rest_average``: the average of the rest as
        published, three decimals.

    Source
    ------
    Efron and Morris, 'Data analysis using Stein's estimator and its generalizations', Journal of
    the American Statistical Association 70 (1975), page 313; the same in 'Stein's paradox in
    statistics', Scientific American 236 (1977). They print averages; ``rest_hits`` are the hits of
    the season less those of the first 45 at-bats, from the season's totals in the Baseball
    Databank (2021.2). Two rows need a word:

    - Kessinger's 155 hits in 586 are .265, the published average is .263, which is 154.
    - The table's 'Williams' is Walt Williams of the White Sox: 69 in 270 are his .256. Copies of
      the table in circulation name Billy Williams of the Cubs, some with his 195 in 591, .330.
    """
    return pd.read_csv(HERE / "batting.csv")


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
