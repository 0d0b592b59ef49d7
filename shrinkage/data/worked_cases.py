"""The loaders of three public tables, which the page after chapter 12 takes to a decision."""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent


def load_new_york() -> pd.DataFrame:
    """Coronary bypass surgery in New York State, 2001 to 2003: deaths and what was expected.

    Returns
    -------
    DataFrame, one row a hospital
        ``hospital``: a number in place of its name; ``operations`` and ``deaths``;
        ``expected_percent``: the mean risk of death of the hospital's own patients, by the state's
        risk model; ``adjusted_percent``: the death rate as the state adjusted it.

    Source
    ------
    'Adult Cardiac Surgery in New York State 2001-2003', New York State Department of Health,
    October 2005: the table of hospitals' observed, expected and risk-adjusted mortality.
    """
    return pd.read_csv(HERE / "new_york.csv")


def load_arizona() -> pd.DataFrame:
    """Medicare patients of 54 hospitals in Arizona, 1991: a random part of one diagnosis group.

    Returns
    -------
    DataFrame, one row a patient
        ``hospital``: a number in place of its code; ``age80``: 1 from the age of 80 on; ``type``
        of admission: 1, 2 or 3; ``days`` in hospital; ``survived``: 1 or 0.

    Source
    ------
    ``medpar`` in the R package COUNT (Hilbe, version 1.3.4), first used by Hardin and Hilbe. Its
    description calls types 1 and 3 both elective, and does not say by when a patient had died.
    """
    return pd.read_csv(HERE / "arizona.csv")


def load_rats() -> pd.DataFrame:
    """Rats in control groups: tumours of the uterus in 70 earlier experiments and a new one.

    Returns
    -------
    DataFrame, one row a group
        ``group``: 1 to 71, the earlier ones in the order of their rates, the new one last;
        ``animals``; ``tumours``: how many animals had one (an endometrial stromal polyp).

    Source
    ------
    Tarone, 'The use of historical control information in testing for a trend in proportions',
    Biometrics 38 (1982); as printed in Gelman, Carlin, Stern, Dunson, Vehtari and Rubin, *Bayesian
    Data Analysis* (2013), table 5.1.
    """
    return pd.read_csv(HERE / "rats.csv")
