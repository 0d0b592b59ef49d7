"""The course's priors on the population and on the effect of severity."""

from typing import NamedTuple


class Scales(NamedTuple):
    """Standard deviations of normal priors around 0; that of `sigma_pop` is half-normal."""

    mu_pop: float = 1.5
    sigma_pop: float = 1.0
    beta: float = 1.0


COURSE = Scales()
