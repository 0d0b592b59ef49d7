"""The course's pictures: red crosses are raw rates, blue circles estimates, grey the population.

Every function draws numbers it is given, computes none that teaches, and returns the figure;
models stand in the chapters. One module a kind of picture; `style` is what they share.
"""

from shrinkage.figures.beyond_intercepts import (
    by_years,
    hospital_rows,
    intercepts_and_slopes,
    population_fan,
    prior_and_posteriors,
    rates_by_grade,
)
from shrinkage.figures.curves import curves
from shrinkage.figures.deciding import chances, error_rates, funnel_plot, place_grid
from shrinkage.figures.first_model import (
    by_prior_width,
    prior_shares,
    rate_by_severity,
    walks,
)
from shrinkage.figures.forest_plot import adjustment_plot, forest_plot
from shrinkage.figures.hospitals import (
    data_and_priors,
    death_estimates,
    death_rates,
    place_probabilities,
    predicted_deaths,
)
from shrinkage.figures.imagined import distances, imagined_clinics
from shrinkage.figures.league_table import league_table, next_year
from shrinkage.figures.model_checks import (
    check_grid,
    left_out,
    p_values,
    positions,
    replications,
    sensitivity,
    two_populations,
)
from shrinkage.figures.model_graph import model_graph
from shrinkage.figures.pooling import (
    batting,
    error_by_caseload,
    error_by_spread,
    mixtures,
    three_ways,
)
from shrinkage.figures.predictions import next_patients
from shrinkage.figures.quadrature import integrands, joint_posterior
from shrinkage.figures.sampler import (
    chain_strips,
    energies,
    funnels,
    rank_strips,
    runs_against_exact,
)
from shrinkage.figures.shrinkage_plot import shrinkage_plot
from shrinkage.figures.slopes import slopes_within
from shrinkage.figures.style import set_style
from shrinkage.figures.three_poolings import several_models, three_answers
from shrinkage.figures.weights import weight_plot
from shrinkage.figures.worked_cases import odds_ratios, rates_by_caseload, standardised_ratios

__all__ = [
    "adjustment_plot",
    "batting",
    "by_prior_width",
    "by_years",
    "chain_strips",
    "chances",
    "check_grid",
    "curves",
    "data_and_priors",
    "death_estimates",
    "death_rates",
    "distances",
    "energies",
    "error_by_caseload",
    "error_by_spread",
    "error_rates",
    "forest_plot",
    "funnel_plot",
    "funnels",
    "hospital_rows",
    "imagined_clinics",
    "integrands",
    "intercepts_and_slopes",
    "joint_posterior",
    "league_table",
    "left_out",
    "mixtures",
    "model_graph",
    "next_patients",
    "next_year",
    "odds_ratios",
    "p_values",
    "place_grid",
    "place_probabilities",
    "population_fan",
    "positions",
    "predicted_deaths",
    "prior_and_posteriors",
    "prior_shares",
    "rank_strips",
    "rate_by_severity",
    "rates_by_caseload",
    "rates_by_grade",
    "replications",
    "runs_against_exact",
    "sensitivity",
    "set_style",
    "several_models",
    "shrinkage_plot",
    "slopes_within",
    "standardised_ratios",
    "three_answers",
    "three_ways",
    "two_populations",
    "walks",
    "weight_plot",
]
