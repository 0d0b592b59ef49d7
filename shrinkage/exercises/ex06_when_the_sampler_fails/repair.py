"""Task 06.3: a fit of the posterior on which the dashboard's model fails."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd

from shrinkage.exact import Posterior, posterior
from shrinkage.exercises.answers import CONVERGED, Draws, exact_table
from shrinkage.exercises.ex06_when_the_sampler_fails.week import Week
from shrinkage.exercises.mistakes import Mistake
from shrinkage.exercises.task import Part, Task

MeansAndSds = tuple[np.ndarray, np.ndarray]
"""One of each for every doctor."""


def first_month(week: Week) -> pd.DataFrame:
    """The counts that the dashboard had."""
    return week.month


def failures(week: Week) -> pd.DataFrame:
    """The first month with failures taken for successes."""
    return week.month.assign(successes=week.month["trials"] - week.month["successes"])


def all_patients(week: Week) -> pd.DataFrame:
    """The counts of today."""
    return week.today


def sampled(post: Posterior) -> tuple[float, float]:
    """Mean and sd of a spread that the patients speak of."""
    assert post.sigma_pop
    return post.sigma_pop.mean, post.sigma_pop.sd


def beside_the_model(post: Posterior) -> tuple[float, float]:
    """Those of a `sigma_pop` that has a prior, and on which nothing depends."""
    return np.sqrt(2 / np.pi), np.sqrt(1 - 2 / np.pi)


def log_odds(post: Posterior) -> MeansAndSds:
    """Each doctor's intercept."""
    return np.array([m.mean for m in post.alpha]), np.array([m.sd for m in post.alpha])


def rates(post: Posterior) -> MeansAndSds:
    """Success rates in the place of intercepts."""
    return post.mean, post.sd


def distances(post: Posterior) -> MeansAndSds:
    """Distances from the population's mean in the place of intercepts."""
    return post.joint.mean_and_sd_by_doctor(lambda at: at.alpha - at.mu_pop)


COURSE: Mapping[str, float] = {}  # `posterior` has the course's priors


def fitted(
    week: Week,
    *,
    counts: Callable[[Week], pd.DataFrame] = first_month,
    prior: Mapping[str, float] = COURSE,
    spread: Callable[[Posterior], tuple[float, float]] = sampled,
    alpha: Callable[[Posterior], MeansAndSds] = log_odds,
) -> pd.DataFrame:
    """What a fit gives: the means and sds of its posterior."""
    table = counts(week)
    post = _exact(tuple(table["successes"]), tuple(table["trials"]), tuple(prior.items()))
    found = {"mu_pop": (post.mu_pop.mean, post.mu_pop.sd), "sigma_pop": spread(post)}
    labels = (f"alpha[{doctor}]" for doctor in week.month.index)
    found |= dict(zip(labels, zip(*alpha(post), strict=True), strict=True))
    means, sds = zip(*found.values(), strict=True)
    return exact_table(dict(zip(found, means, strict=True)), dict(zip(found, sds, strict=True)))


@lru_cache(maxsize=128)
def _exact(
    successes: tuple[int, ...], trials: tuple[int, ...], prior: tuple[tuple[str, float], ...]
) -> Posterior:
    return posterior(successes, trials, **dict(prior))


_SAME = "A repair changes how the sampler moves, and leaves the posterior as it was. "
_PRIOR = _SAME + "Here the prior of the spread has changed, and with it what the board is told."

TASK = Task(
    id="06.3",
    title="A repair that repairs",
    points=3,
    variable="fit",
    asks="a fit of the dashboard's posterior, with chains that hold",
    answer=Draws(
        quantities={
            "mu_pop": ("mu_pop", "Intercept"),
            "sigma_pop": ("sigma_pop", "1|doctor_sigma"),
            "alpha": ("alpha", "Intercept + 1|doctor"),
        },
        absent={
            "alpha": "A non-centred model has no `alpha` of its own. Keep the formula for it in "
            'the model: `alpha = pm.Deterministic("alpha", ..., dims="doctor")`.',
        },
    ),
    tolerance=1e-6,  # beyond the draws' own Monte Carlo error
    truth=fitted,
    parts=(
        Part(
            1.5,
            "the population, from chains that may be believed",
            ("mu_pop", "sigma_pop", CONVERGED),
        ),
        Part(1.5, "the ten doctors, from chains that may be believed", ("alpha", CONVERGED)),
    ),
    mistakes=(
        Mistake(
            name="pooled the doctors completely",
            hint=_SAME + "With one rate for all there is no funnel, and no question either: "
            "whether the doctors differ is what the board wants to know.",
            instead={"prior": {"sigma_pop": 0.0}, "spread": beside_the_model},
        ),
        Mistake(
            name="halved the scale of `sigma_pop`'s prior",
            hint=_PRIOR,
            instead={"prior": {"sigma_scale": 0.5}},
        ),
        Mistake(
            name="gave `sigma_pop` a prior a tenth as wide",
            hint=_PRIOR,
            instead={"prior": {"sigma_scale": 0.1}},
        ),
        Mistake(
            name="doubled the scale of `sigma_pop`'s prior",
            hint=_PRIOR,
            instead={"prior": {"sigma_scale": 2.0}},
        ),
        Mistake(
            name="gave `sigma_pop` a prior ten times as wide",
            hint=_PRIOR + " So few patients cannot rule out what such a prior allows.",
            instead={"prior": {"sigma_scale": 10.0}},
        ),
        Mistake(
            name="narrowed the prior of `mu_pop` to a standard normal",
            hint=_SAME + "The prior of `mu_pop` stands in the dashboard's model.",
            instead={"prior": {"mu_scale": 1.0}},
        ),
        Mistake(
            name="widened the prior of `mu_pop`",
            hint=_SAME + "The prior of `mu_pop` stands in the dashboard's model.",
            instead={"prior": {"mu_scale": 10.0}},
        ),
        Mistake(
            name="fixed the spread at one and sampled `sigma_pop` beside it",
            hint="In the non-centred model `sigma_pop` stretches each doctor's `z`. Where in your "
            "model does it meet the patients?",
            instead={"prior": {"sigma_pop": 1.0}, "spread": beside_the_model},
        ),
        Mistake(
            name="fed in all patients of the clinic",
            hint="That mends the funnel by waiting for more patients. The task is about the first "
            "month, with the counts in `month`.",
            instead={"counts": all_patients},
        ),
        Mistake(
            name="took failures for successes",
            hint="`month` counts successes; which column did you observe?",
            instead={"counts": failures},
        ),
        Mistake(
            name="handed in success rates as `alpha`",
            hint="`alpha` is on the log-odds; the rate is what the logistic function makes of it.",
            instead={"alpha": rates},
            credit=0.5,
        ),
        Mistake(
            name="handed in each doctor's distance from the population's mean as `alpha`",
            hint="The distance is a part of `alpha`; what is missing is where it is measured from.",
            instead={"alpha": distances},
            credit=0.5,
        ),
    ),
    hint="Same patients, same priors, all ten doctors: only the coordinates in which the sampler "
    "moves may differ from the dashboard's model.",
    lesson="Same posterior, from chains that hold. Non-centred, the sampler moves in numbers whose "
    "width does not depend on the spread, and needs no luck; nothing that the model says about the "
    "clinic has changed.",
)
