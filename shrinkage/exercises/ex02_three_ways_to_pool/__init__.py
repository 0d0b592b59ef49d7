"""Exercise 2, three ways to pool: the weight of a doctor's own data, and whether it predicts.

With raw rate p_j from n_j patients and the doctors' true rates scattered around a mean m with
standard deviation `spread`, the mixture of raw rate and mean with the smallest expected squared
error gives the raw rate the weight

    w_j = spread^2 / (spread^2 + luck_j^2),   luck_j^2 = (m (1 - m) - spread^2) / n_j.

The chapter's sums and these tasks take luck at p, the rate of all patients together, and so leave
the spread out of it: luck_j^2 = SE_j^2 = p (1 - p) / n_j.

The spread is estimated by solving sum (p_j - mean)^2 / (spread^2 + SE_j^2) = J - 1 (Paule and
Mandel 1982, Journal of Research of the National Bureau of Standards 87, 377-385). James and Stein's
estimator with a fitted mean has, for equal caseloads, w = 1 - (J - 3) SE^2 / sum (p_j - mean)^2
(Efron and Morris 1975, Journal of the American Statistical Association 70, 311-319). With more than
two sources that miss the truth independently, the mixture with the smallest expected squared error
gives each a share in proportion to one over the variance of its error.
"""

from shrinkage.exercises.clinic import Clinic
from shrinkage.exercises.ex02_three_ways_to_pool import (
    beat_both,
    eighteen_batters,
    last_years_patients,
    the_weight,
    two_poolings,
)
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="02",
    title="Three ways to pool",
    minutes=45,
    load=Clinic.load,
    tasks=(
        two_poolings.TASK,
        the_weight.TASK,
        eighteen_batters.TASK,
        beat_both.TASK,
        last_years_patients.TASK,
    ),
)
