"""The log-likelihood of successes that are known to lie between bounds only.

That of a cell that was withheld because it is small, say: the probability of the counts that the
bounds allow, ``log(sum over k of C(n, k) * exp(k * a)) - n * log(1 + exp(a))``. It is concave in
``a``, because bounds never make a binomial count more variable. Bounds on one side make a step of
it, on both sides a plateau with two edges, each the narrower the more successes and failures there
are at the bound.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from shrinkage.exact.inputs import Array, Index, Mask
from shrinkage.exact.likelihood import EVERY, Counts, Part, expit

# Counts are summed on either side of the most likely one until their terms have fallen by exp(-25),
# 1e-11 of it: Bennett's inequality for a sum of Bernoulli variables says how far that is.
FAR = 25.0


class Bounded(Counts):
    """Counts, some of which are known by their fewest and most successes.

    fewest, most: shape (U,), equal where the successes are known. Where they are not, the
    log-likelihood includes the binomial coefficients, without which the sum has no meaning.
    """

    def __init__(
        self, fewest: Array, most: Array, trials: Array, offset: Array | None, reference: float
    ) -> None:
        super().__init__(fewest, trials, offset, reference)
        self.most = most
        self.choices = np.where(most > fewest, most - fewest + 1.0, 0.0).astype(np.intp)
        self.start = np.cumsum(self.choices) - self.choices
        bounded = np.flatnonzero(self.choices)
        rows = [_log_binomial(trials[u], fewest[u], self.choices[u]) for u in bounded.tolist()]
        self.log_binomial = np.concatenate([*rows, np.zeros(1)])
        _, widths = self.edges
        self.pace = np.where(self.is_bounded, widths.min(axis=0), 1.0)

    def value(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and theta at ``a``, which broadcasts with ``part``."""
        value, theta = super().value(a, part)
        here, at, u = self._those_bounded(a, part)
        if len(u):
            value[here] += self._sums(at, u, moments=False)[0]
        return value, theta

    def slopes(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """First derivative of the log-likelihood, and minus its second."""
        first, curvature = super().slopes(a, part)
        here, at, u = self._those_bounded(a, part)
        if len(u):
            _, mean, variance = self._sums(at, u)
            first[here] += mean
            curvature[here] = np.maximum(curvature[here] - variance, 0.0)
        return first, curvature

    def value_and_slope(self, a: Array, part: Part = EVERY) -> tuple[Array, Array]:
        """Log-likelihood and its first derivative."""
        value, first = super().value_and_slope(a, part)
        here, at, u = self._those_bounded(a, part)
        if len(u):
            log, mean, _ = self._sums(at, u)
            value[here] += log
            first[here] += mean
        return value, first

    @property
    def is_bounded(self) -> Mask:
        """Whether the successes are known to lie between bounds only; shape (U,)."""
        return self.choices > 0

    @property
    def is_step(self) -> Mask:
        """Whether each rises or falls only, or nearly so; shape (U,)."""
        one_sided = (self.s == 0.0) | (self.most == self.n)
        return np.where(self.is_bounded, one_sided, super().is_step)

    @cached_property
    def edges(self) -> tuple[Array, Array]:
        """Where each may be narrow, and how narrow: at its bounds; log-odds, (2, U) each."""
        s, n = np.stack([self.s, self.most + 1.0]), self.n
        # Half a count beyond a bound, which is where the step is half as high. A bound that says
        # nothing has no edge.
        s = np.where(self.is_bounded, s, self.s + 0.5)
        s[0] = np.where(s[0] == 0.0, s[1], s[0])
        s[1] = np.where(s[1] == n + 1.0, s[0], s[1])
        width = 1.0 / np.sqrt(1.0 + n * s * (n + 1.0 - s) / (n + 1.0) ** 2)
        return np.log(s / (n + 1.0 - s)) - self.offset, width

    @cached_property
    def plateau(self) -> tuple[Array, Array]:
        """From and to where those that are bounded are about level; log-odds, twice (U,)."""
        low, high = self.edges[0]
        return np.where(self.s == 0.0, -np.inf, low), np.where(self.most == self.n, np.inf, high)

    @cached_property
    def rough(self) -> Array:
        """About where each is highest, log-odds, or its step if it has no mode; shape (U,)."""
        return self.edges[0].mean(axis=0)

    @cached_property
    def precision(self) -> Array:
        """The curvature of minus the log-likelihood at `rough`, shape (U,)."""
        return np.where(self.is_bounded, self.slopes(self.rough)[1], super().precision)

    def _those_bounded(self, a: Array, part: Part) -> tuple[tuple[Index, ...], Array, Index]:
        """Where the bounded are among a and part, which broadcast; their log-odds and numbers."""
        at, u = np.broadcast_arrays(a, np.arange(len(self.n))[part])
        here = np.nonzero(self.is_bounded[u])
        u = u[here]
        return here, at[here] + self.offset[u], u

    def _sums(self, a: Array, u: Index, moments: bool = True) -> tuple[Array, Array, Array]:
        """Over the counts k that bounds allow: log of the sum, mean and variance of k - fewest.

        a: log-odds of a patient; u: numbers of likelihoods; both (E,), as the three results are;
        the last two have no meaning without ``moments``.
        """
        n, last, start = self.n[u], self.choices[u] - 1, self.start[u]
        best = np.clip(np.floor((n + 1.0) * expit(a)), self.s[u], self.most[u])
        top = (best - self.s[u]).astype(np.intp)
        variance = best * (n - best) / n
        reach = np.ceil(FAR / 3.0 + np.sqrt((FAR / 3.0) ** 2 + 2.0 * FAR * variance))
        low, high = np.maximum(top - reach, 0).astype(np.intp), np.minimum(top + reach, last)
        base = self.log_binomial[start + top] + top * a
        total, first, second = np.zeros_like(a), np.zeros_like(a), np.zeros_like(a)
        for step in range(int((high - low).max()) + 1):
            k = low + step
            # Beyond a unit's own last count its term is dropped, whichever entry it would read.
            at = np.minimum(start + k, len(self.log_binomial) - 1)
            term = np.exp(np.where(k <= high, self.log_binomial[at] + k * a - base, -np.inf))
            total += term
            if moments:
                away = k - top
                first += term * away
                second += term * away**2
        first /= total
        return base + np.log(total), top + first, second / total - first**2


def _log_binomial(n: float, fewest: float, count: int) -> Array:
    """Logs of the binomial coefficients of n over ``fewest`` and the next counts, (count,)."""
    k = fewest + np.arange(count - 1)
    first = math.lgamma(n + 1.0) - math.lgamma(fewest + 1.0) - math.lgamma(n - fewest + 1.0)
    return first + np.concatenate([np.zeros(1), np.cumsum(np.log((n - k) / (k + 1.0)))])
