"""Task 10.3: what the course's priors move, in posterior standard deviations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from shrinkage.exercises.answers import Table
from shrinkage.exercises.ex10_twelve_hospitals.any_prior import (
    COURSE,
    COURSES,
    PUBLISHED,
    WIDE,
    Fit,
    Prior,
    density_of_precision,
    fit_under,
)
from shrinkage.exercises.ex10_twelve_hospitals.hospitals import Hospitals
from shrinkage.exercises.mistakes import Mistake, wrong_sign
from shrinkage.exercises.task import Part, Task

QUANTITIES = ["mu_pop", "sigma_pop", "spotless", "highest"]
Unit = Callable[[Fit, Fit], np.ndarray]
"""A step: in which unit a movement is given, from the fits before and after."""


def sd_before(before: Fit, after: Fit) -> np.ndarray:
    """Posterior standard deviations under the published priors."""
    return before.sd


def sd_after(before: Fit, after: Fit) -> np.ndarray:
    """Those under the course's."""
    return after.sd


def sd_between(before: Fit, after: Fit) -> np.ndarray:
    """Half of the way from the ones to the others."""
    return 0.5 * (before.sd + after.sd)


def variance_before(before: Fit, after: Fit) -> np.ndarray:
    """Posterior variances under the published priors."""
    return before.sd**2


def mean_of_sds(before: Fit, after: Fit) -> np.ndarray:
    """The mean of the standard deviations at each sigma_pop."""
    return before.mean_sd


def own_unit(before: Fit, after: Fit) -> np.ndarray:
    """Log-odds or rates."""
    return np.ones_like(before.sd)


def published_then_course(before: Fit, after: Fit) -> tuple[Fit, Fit]:
    """The two fits, in the order of the columns."""
    return before, after


def course_then_published(before: Fit, after: Fit) -> tuple[Fit, Fit]:
    """The two fits the other way round."""
    return after, before


def movement(
    h: Hospitals,
    *,
    prior: Prior = PUBLISHED,
    mu_scale: float = WIDE,
    evidence: bool = True,
    widths: bool = True,
    counted: Callable[[Fit], Fit] = lambda fit: fit,
    columns: Callable[[Fit, Fit], tuple[Fit, Fit]] = published_then_course,
    unit: Unit = sd_before,
) -> pd.DataFrame:
    """Means before and after, and their difference in standard deviations of before."""
    how = {"evidence": evidence, "widths": widths}
    published = counted(fit_under(h, prior, mu_scale, **how))
    course = counted(fit_under(h, COURSES, COURSE, **how))
    before, after = columns(published, course)
    moved = (after.mean - before.mean) / unit(before, after)
    table = {"published": before.mean, "course": after.mean, "moved": moved}
    return pd.DataFrame({name: values[_here(h)] for name, values in table.items()}, QUANTITIES)


def error(h: Hospitals) -> pd.DataFrame:
    """A hundredth of a posterior sd for the means; for what moved a hundredth of it.

    A sd that is off by as little as 2 per cent is another sd, such as that under the course's
    priors. Two ways of integrating differ by less than 0.001 sds.
    """
    moved = movement(h)["moved"]
    unit = fit_under(h, PUBLISHED, WIDE).sd[_here(h)]
    columns = {"published": 0.01 * unit, "course": 0.01 * unit, "moved": 0.001 + 0.01 * moved.abs()}
    return pd.DataFrame(columns, QUANTITIES)


def rates_in_percent(table: pd.DataFrame) -> pd.DataFrame:
    """The death rates times 100."""
    table = table.copy()
    table.loc[["spotless", "highest"], ["published", "course"]] *= 100
    return table


def _here(h: Hospitals) -> list[int]:
    return [0, 1, 2 + h.spotless, 2 + h.highest]


TASK = Task(
    id="10.3",
    title="What moved",
    points=3,
    variable="moved",
    asks="means under the published and the course's priors, and the difference in posterior sds",
    answer=Table("quantity", "`{label}`"),
    tolerance=error,
    truth=movement,
    parts=(
        Part(1, "the means under the published priors", "published"),
        Part(1, "the means under the course's priors", "course"),
        Part(1, "how far they moved", "moved"),
    ),
    mistakes=(
        wrong_sign(
            "What moved is where it is now less where it was.",
            name="subtracted the wrong way round",
            columns=["moved"],
            credit=0.5,
        ),
        Mistake(
            name="gave the death rates in per cent",
            hint="A rate lies between 0 and 1 here; leave out the factor of 100.",
            turns=rates_in_percent,
            plain=True,
            credit=0.5,
        ),
        Mistake(
            name="left out the width of the grid's cells",
            hint="The grid is even in the logarithm, so a cell at a large sigma_pop is wider than "
            "one at a small: weight = evidence × prior × sigma.",
            instead={"widths": False},
            credit=0.25,
        ),
        Mistake(
            name="left out the evidence",
            hint="A prior becomes a posterior by what the data say: each sigma_pop explains the "
            "counts well or badly, and `log_evidence` says how well.",
            instead={"evidence": False},
            tolerance=lambda h: 20 * error(h),  # it depends on the ends of the grid and its nodes
        ),
        Mistake(
            name="used the Gamma's density of the precision as if it were one of sigma_pop",
            hint="A density changes with the scale: the one of sigma_pop stands in the text above.",
            instead={"prior": density_of_precision},
            credit=0.25,
        ),
        Mistake(
            name="kept the course's prior on mu_pop for both",
            hint="The published analysis has a much wider prior on mu_pop: `mu_scale`.",
            instead={"mu_scale": COURSE},
            credit=0.25,
        ),
        Mistake(
            name="kept the course's prior on sigma_pop for both",
            hint="The published analysis has a prior of its own on sigma_pop; its density stands "
            "in the text above.",
            instead={"prior": COURSES},
            credit=0.25,
        ),
        Mistake(
            name="gave what moved in the quantity's own unit",
            hint="Divide by the posterior standard deviation, or nobody can tell whether it is "
            "much.",
            instead={"unit": own_unit},
            credit=0.25,
        ),
        Mistake(
            name="averaged the standard deviations at each sigma_pop",
            hint="That leaves out that the means differ from one sigma_pop to the next: variances "
            "add up, the mean of them and the variance of the means.",
            instead={"unit": mean_of_sds},
            credit=0.25,
        ),
        Mistake(
            name="divided by the mean of both analyses' standard deviations",
            hint="The unit is the doubt that there was before the priors were changed.",
            instead={"unit": sd_between},
            credit=0.5,
        ),
        Mistake(
            name="divided by the variances",
            hint="A variance is in the square of the quantity's unit; its root is not.",
            instead={"unit": variance_before},
            credit=0.25,
        ),
        Mistake(
            name="divided by the standard deviations under the course's priors",
            hint="The unit is the doubt that there was before the priors were changed.",
            instead={"unit": sd_after},
            credit=0.25,
        ),
        Mistake(
            name="counted the infants who lived",
            hint="Here a rate is that of dying.",
            instead={"counted": lambda fit: fit.mirrored},
            credit=0.25,
        ),
        Mistake(
            name="swapped the two analyses",
            hint="Which column has which priors?",
            instead={"columns": course_then_published},
            credit=0.25,
        ),
    ),
    hint="Weight the fits at each sigma_pop by evidence × prior × sigma, scaled to sum to one, and "
    "average.",
    lesson="In units of the doubt that there is anyway, a reader sees at once what hangs on the "
    "prior and what does not.",
)
