"""The course's pictures: red crosses are raw rates, blue circles estimates, grey the population.

Every function draws numbers it is given, computes none that teaches, and returns the figure;
models stand in the chapters. One module a kind of picture; `style` is what they share.
"""

from shrinkage.figures.curves import curves
from shrinkage.figures.league_table import league_table, next_year
from shrinkage.figures.shrinkage_plot import shrinkage_plot
from shrinkage.figures.style import set_style

__all__ = ["curves", "league_table", "next_year", "set_style", "shrinkage_plot"]
