"""The interactive demos: for each a Python class here and an ES module in `js/`.

A demo computes in the browser, so it moves in Jupyter and on a page without a kernel alike.
`shrinkage.demos.league_table` is the reference for what the browser computes; the tests hold
the two together.
"""

from shrinkage.demos.league_table import LeagueTable

__all__ = ["LeagueTable"]
