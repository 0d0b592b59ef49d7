"""Why no report can be made, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shrinkage.report.findings import Hyperprior
    from shrinkage.report.units import Units


Z = 1.959964  # of the normal distribution, 97.5 %


class ReportError(ValueError):
    """No report can be made; the message says why and what to do."""


def check_options(standard: float | None, cost_ratio: float, hyperprior: Hyperprior) -> None:
    """Refuse a standard, a ratio of costs or a hyperprior that cannot be."""
    if standard is not None and not 0 < standard < 1:
        raise ReportError(
            f"The standard must be a success rate between 0 and 1, found {standard:g}; "
            "write 0.75 for 75 %."
        )
    if not (math.isfinite(cost_ratio) and cost_ratio > 0):
        raise ReportError(
            f"The cost ratio must be a positive number, found {cost_ratio:g}; write 3 if "
            "missing a doctor below the standard is three times as bad as accusing one who meets "
            "it, and 1/3 if accusing is three times as bad as missing."
        )
    if not math.isfinite(hyperprior.mu_loc):
        raise ReportError(
            f"mu_loc, the mean of mu_pop's hyperprior, must be a number of log-odds, found "
            f"{hyperprior.mu_loc:g}; 0 is a rate of 50 %, -4.6 one of 1 %."
        )
    for name in ("mu_scale", "sigma_scale"):
        scale = getattr(hyperprior, name)
        if not (math.isfinite(scale) and scale > 0):
            raise ReportError(
                f"{name}, the scale of {name.replace('scale', 'pop')}'s hyperprior, must be a "
                f"positive number of log-odds, found {scale:g}; the course's are 1.5 for mu_scale "
                "and 1 for sigma_scale."
            )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; Wilson 1927, Journal of the American Statistical
    Association 22, 209-212."""
    rate, more = successes / trials, 1 + Z**2 / trials
    middle = rate + Z**2 / (2 * trials)
    width = Z * math.sqrt(rate * (1 - rate) / trials + (Z / trials) ** 2 / 4)
    return (middle - width) / more, (middle + width) / more


def too_few(units: Units) -> ReportError:
    """What can be said of one unit, or of none."""
    if not len(units):
        return ReportError(
            "No unit in the file has a patient whose outcome is known, so there is nothing to "
            "compare. Check the column of patients and run it again."
        )
    name, trials = units.names[0], int(units.trials[0])
    low, high = (int(bound[0]) for bound in (units.fewest, units.most))
    said = f"{low}" if low == high else f"{low} to {high}"
    ends = wilson(low, trials)[0], wilson(high, trials)[1]
    return ReportError(
        f"There is one doctor with patients in the file, '{name}', and nobody to pool with, so a "
        f"report could only repeat its priors. For {said} successes in {trials} patients Wilson's "
        f"95 % interval is {100 * ends[0]:.0f} to {100 * ends[1]:.0f} %. "
        "Add the doctor's colleagues to the file and run it again."
    )
