"""For the time until `exact` has it."""

from typing import NamedTuple

import numpy as np
from scipy.special import logit

from shrinkage.exact import posterior as _posterior
from shrinkage.report.settle import further_patients


class Places(NamedTuple):
    low: np.ndarray
    high: np.ndarray
    best: np.ndarray
    worst: np.ndarray


class Found:
    reference = 0.0

    def __init__(self, s, n, **kw):
        self._n = np.asarray(n, float)
        self._p = _posterior(s, n, **kw)

    def __getattr__(self, name):
        return getattr(self._p, name)

    def below(self, c):
        return np.array([float(a.cdf(logit(c))) for a in self._p.alpha])

    def places(self, prob=0.95):
        if len(self._n) > 200:
            m = np.array([a.mean for a in self._p.alpha])
            sd = np.array([a.sd for a in self._p.alpha])
            d = -(m + sd * np.random.default_rng(1).standard_normal((400, len(m))))
            r = np.argsort(np.argsort(d, axis=1), axis=1) + 1
            lo, hi = np.quantile(r, [(1 - prob) / 2, (1 + prob) / 2], axis=0, method="inverted_cdf")
            return Places(lo, hi, (r == 1).mean(0), (r == len(self._n)).mean(0))
        r = self._p.rank_probabilities()
        c = r.cumsum(axis=1)
        return Places(
            (c < (1 - prob) / 2).sum(1) + 1, (c < (1 + prob) / 2).sum(1) + 1, r[:, 0], r[:, -1]
        )

    @property
    def own_weight(self):
        p = self._n * self._p.mean * (1 - self._p.mean)
        s = self._p.sigma_pop.x[:, None] ** 2
        return np.trapezoid(
            s * p / (1 + s * p) * self._p.sigma_pop.density[:, None], self._p.sigma_pop.x, axis=0
        )

    def more_patients(self, t, lo, hi):
        m = np.array([a.mean for a in self._p.alpha])
        s = np.array([a.sd for a in self._p.alpha])
        return further_patients(m, s, self._p.mean, t, lo, hi)


def posterior(s, n, *, expected=None, bounds=None, **kw):
    assert expected is None and bounds is None
    return Found(s, n, **kw)


Posterior = Found
