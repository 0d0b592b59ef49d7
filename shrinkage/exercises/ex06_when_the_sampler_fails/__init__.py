"""Exercise 6, when the sampler fails: instruments, diagnoses, a repair, and when to centre.

1. `readings`: rank-normalised R-hat, bulk and tail effective sample size, as ArviZ computes them:
   Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16(2), 667-718.
2. `diagnoses`: the word for what is wrong with each run.
3. `repair`: a fit of the posterior that failed; the truth is the exact posterior, by quadrature.
4. `caseloads`: the weight of a doctor's own patients, w = n v / (n v + 1 / sigma_pop²) with
   v = theta (1 - theta) on the log-odds: chapter 6, after Betancourt and Girolami (2015),
   Hamiltonian Monte Carlo for hierarchical models. It is one half where n = 1 / (sigma_pop² v).
"""

from shrinkage.exercises.ex06_when_the_sampler_fails import caseloads, diagnoses, readings, repair
from shrinkage.exercises.ex06_when_the_sampler_fails.week import load
from shrinkage.exercises.task import Exercise

EXERCISE = Exercise(
    id="06",
    title="When the sampler fails",
    minutes=60,
    load=load,
    tasks=(readings.TASK, diagnoses.TASK, repair.TASK, caseloads.TASK),
)
