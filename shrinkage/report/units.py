"""The units of a table, as the model of counts reads them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from shrinkage.data import Outcomes

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Units:
    """J units with their counts.

    Attributes
    ----------
    names : array of str, shape (J,)
    trials : array of int, shape (J,)
        Patients; 0 is allowed.
    fewest, most : array of int, shape (J,)
        Bounds of the successes: equal where they are known, different where they are suppressed.
    expected : array, shape (J,)
        Successes expected of each unit's own patients; NaN where the table has no expectation.
    of_failures : bool
        Whether the table counts failures, so that observed over expected is about these.
    rare : bool
        Whether nobody gave the number of patients, so that ``trials`` are a stand-in for many.
    """

    names: NDArray[np.object_]
    trials: Whole
    fewest: Whole
    most: Whole
    expected: Array
    of_failures: bool = False
    rare: bool = False

    @classmethod
    def of(cls, outcomes: Outcomes) -> Units:
        """The units of a loaded table, in its order."""
        counts = outcomes.counts
        known = counts.successes.fillna(-1).to_numpy(np.int64)
        fewest, most = (counts.get(name, pd.Series(known)) for name in ("fewest", "most"))
        expected = counts.get("expected", pd.Series(np.full(len(counts), np.nan)))
        return cls(
            counts.doctor.astype(str).to_numpy(object),
            counts.trials.to_numpy(np.int64),
            fewest.to_numpy(np.int64),
            most.to_numpy(np.int64),
            expected.to_numpy(float),
            outcomes.failures,
            outcomes.rare,
        )

    def __len__(self) -> int:
        return len(self.trials)

    def pick(self, which: NDArray) -> Units:
        """Some of them, by a mask or by their numbers."""
        values = (getattr(self, field.name) for field in fields(self))
        return Units(*(v[which] if isinstance(v, np.ndarray) else v for v in values))

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whose successes are not suppressed, shape (J,)."""
        return self.fewest == self.most

    @property
    def successes(self) -> Array:
        """Successes, NaN where they are suppressed; shape (J,)."""
        return np.where(self.known, self.fewest, np.nan)

    @property
    def size(self) -> Array:
        """How large each unit is, shape (J,): its patients, or the events expected of them."""
        if not self.rare:
            return self.trials.astype(float)
        return self.trials - self.expected if self.of_failures else self.expected

    @property
    def standardised(self) -> bool:
        """Whether there are expectations."""
        return bool(np.isfinite(self.expected).any())

    @property
    def reference(self) -> float | None:
        """The average expectation, a share of one; None without expectations."""
        return float(self.expected.sum() / self.trials.sum()) if self.standardised else None

    @property
    def offset(self) -> Array:
        """Log-odds of each unit's expectation, 0 without one or without patients; shape (J,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            offset = logit(self.expected / self.trials)
        return np.where(np.isfinite(offset), offset, 0.0)

    @property
    def shift(self) -> float:
        """Log-odds of the average expectation; 0 without one. Theta is expit(shift + alpha)."""
        return 0.0 if self.reference is None else float(logit(self.reference))

    @property
    def raw(self) -> Array:
        """Raw success rates, shape (J,); NaN without patients or where suppressed.

        With expectations they are indirectly standardised: what is counted, observed over expected,
        times its average expectation. So the rate of failures is ``(1 - reference) * O / E``, and
        at most 1; it is undefined nowhere, as the odds' ratio would be at O = 0.
        """
        successes = self.successes
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.reference is None:
                return successes / self.trials
            if self.of_failures:
                ratio = (self.trials - successes) / (self.trials - self.expected)
                return 1 - np.clip((1 - self.reference) * ratio, 0, 1)
            return np.clip(self.reference * successes / self.expected, 0, 1)

    def distinct(self) -> tuple[Units, Index, Whole]:
        """The different likelihoods, the number of each unit's among them, and their copies."""
        rows = np.column_stack([self.fewest, self.most, self.trials, self.offset])
        _, first, index, copies = np.unique(
            rows, axis=0, return_index=True, return_inverse=True, return_counts=True
        )
        return self.pick(first), index.ravel(), copies
