"""The loader of eighteen batters of 1970, of whom chapter 2 predicts the rest of the season."""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent


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
