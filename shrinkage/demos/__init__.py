"""The interactive demos: for each a Python class here and an ES module in `js/`.

A demo computes in the browser, so it moves in Jupyter and on a page without a kernel alike.
Each class's module is the reference for what the browser computes; the tests hold the two
together.
"""

from shrinkage.demos.league_table import LeagueTable
from shrinkage.demos.shrinkage_plot import ShrinkagePlot

__all__ = ["LeagueTable", "ShrinkagePlot"]
