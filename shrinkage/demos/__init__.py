"""The interactive demos: for each a Python class here and an ES module in `js/`.

A demo computes in the browser, so it moves in Jupyter and on a page without a kernel alike.
Each class's module is the reference for what the browser computes; the tests hold the two
together.
"""

from shrinkage.demos.funnel import Funnel
from shrinkage.demos.league_table import LeagueTable
from shrinkage.demos.pooling_dial import PoolingDial
from shrinkage.demos.prior_lens import PriorLens
from shrinkage.demos.shrinkage_plot import ShrinkagePlot
from shrinkage.demos.who_is_best import WhoIsBest

__all__ = ["Funnel", "LeagueTable", "PoolingDial", "PriorLens", "ShrinkagePlot", "WhoIsBest"]
