"""J doctors and a new one, and which of them share a likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shrinkage.exact.bounded import Bounded
from shrinkage.exact.inputs import Array, Index
from shrinkage.exact.likelihood import EVERY, Counts, Likelihood, Part
from shrinkage.exact.patients import Patients


@dataclass(frozen=True)
class Doctors:
    """The likelihoods of J doctors and a new one: U distinct ones.

    Attributes
    ----------
    likelihood : Likelihood
        The U distinct log-likelihoods.
    copies : array, shape (U,)
        How many of the J doctors share each.
    index : array of int, shape (J + 1,)
        The number u of each doctor's likelihood; the last entry is that of a new doctor without
        patients, who does not count among the J.
    """

    likelihood: Likelihood
    copies: Array
    index: Index

    @property
    def rough(self) -> Array:
        """About where each likelihood is highest, log-odds; shape (U,)."""
        return self.likelihood.rough

    @property
    def precision(self) -> Array:
        """The curvature of minus the log-likelihood at `rough`, shape (U,)."""
        return self.likelihood.precision

    def pace(self, part: Part = EVERY) -> Array | float:
        """Log-odds over which the curvature of some likelihoods changes by a factor."""
        return 1.0 if self.likelihood.pace is None else self.likelihood.pace[part]


def from_counts(
    successes: Array,
    trials: Array,
    offset: Array | None = None,
    reference: float = 0.0,
    bounds: Array | None = None,
) -> Doctors:
    """Doctors with the same counts, bounds and expectation have the same likelihood.

    offset: log-odds of the rate expected of each doctor's patients, shape (J,). reference: that of
    the rate that is spoken of. bounds: fewest and most successes, shape (J, 2).
    """
    n = np.append(trials, 0.0)
    columns = [np.append(successes, 0.0), n]
    if bounds is not None:
        # Bounds that allow any count say as much as no patient does.
        known = (bounds[:, 0] > 0) | (bounds[:, 1] < trials)
        n[:-1] *= known
        columns = [*np.append(bounds * known[:, None], np.zeros((1, 2)), axis=0).T, n]
    if offset is not None:
        columns.append(np.where(n > 0.0, np.append(offset, reference), reference))
    first, index, copies = distinct(columns)
    columns = [column[first] for column in columns]
    copies[index[-1]] -= 1.0
    shift = columns.pop() if offset is not None else None
    if bounds is None or np.array_equal(columns[0], columns[1]):
        likelihood = Counts(columns[0], columns[-1], shift, reference)
    else:
        likelihood = Bounded(*columns, shift, reference)
    return Doctors(likelihood, copies, index)


def from_patients(patients: Patients) -> Doctors:
    """Doctors whose patients' log-odds differ from ``alpha_j`` by an offset each.

    patients: the last likelihood is the new doctor's, who has none.
    """
    size = len(patients.n)
    return Doctors(patients, np.append(np.ones(size - 1), 0.0), np.arange(size))


def distinct(columns: list[Array]) -> tuple[Index, Index, Array]:
    """Rows that differ: the first of each, (U,), each row's, (R,), and how many are alike, (U,).

    As `numpy.unique` does it for the rows of an array, without building one.
    """
    order = np.lexsort(columns[::-1])
    rows = [column[order] for column in columns]
    new = np.ones(len(order), bool)
    new[1:] = np.any([row[1:] != row[:-1] for row in rows], axis=0)
    index = np.empty(len(order), np.intp)
    index[order] = np.cumsum(new) - 1
    return order[new], index, np.bincount(index).astype(float)
