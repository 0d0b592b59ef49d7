"""Demo: the league table of equal doctors, and whom chance alone puts at its top and its bottom.

The functions are the reference for what the demo computes in the browser (`js/league_table/
engine.js`): for the same settings both give the same patients, counts, rates and places.
"""

from dataclasses import dataclass

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from traitlets.utils.bunch import Bunch

from shrinkage.demos.demo import HERE, Checked, Demo, Whole
from shrinkage.demos.still import Still
from shrinkage.demos.uniforms import UINT32, pcg4d


def caseloads(doctors: int, smallest: int, largest: int) -> NDArray[np.int64]:
    """Patients each doctor sees in a year, in equal ratios from the smallest to the largest.

    Equal ratios because caseloads are skewed: many doctors see few patients, few see many.

    Parameters
    ----------
    doctors : int
        Number of doctors, at least 2.
    smallest, largest : int
        Caseload of the first and of the last doctor, in patients a year, at least 1.

    Returns
    -------
    ndarray of int, shape (doctors,)
        Ascending caseloads, in patients a year.

    Raises
    ------
    ValueError
        If there are fewer than two doctors or the caseloads do not ascend from at least 1.
    """
    if doctors < 2 or not 1 <= smallest <= largest:
        raise ValueError(
            "caseloads needs at least 2 doctors and 1 <= smallest <= largest, "
            f"found doctors={doctors}, smallest={smallest}, largest={largest}."
        )
    position = np.arange(doctors) / (doctors - 1)
    return np.floor(smallest * (largest / smallest) ** position + 0.5).astype(np.int64)


def true_rates(doctors: int, rate: float, spread: float, seed: int) -> NDArray[np.float64]:
    """True success rate of each doctor, the same every year.

    The log-odds are normal around those of `rate` with standard deviation `spread`.

    Parameters
    ----------
    doctors : int
        Number of doctors.
    rate : float
        Success rate of the typical doctor, between 0 and 1.
    spread : float
        Standard deviation between doctors on the log-odds scale; 0 makes them all equal.
    seed : int
        From 0 to 2**32 - 1.

    Returns
    -------
    ndarray of float, shape (doctors,)
        True success rates, between 0 and 1.

    Raises
    ------
    ValueError
        If `rate` is not strictly between 0 and 1 or `spread` is negative.
    """
    if not 0 < rate < 1 or spread < 0:
        raise ValueError(f"rate must lie in (0, 1) and spread be >= 0, found {rate}, {spread}.")
    # Year 0 is when the doctors are made. Box and Muller (1958) turn two uniforms into a normal.
    u = (pcg4d(seed, 0, np.arange(doctors), 0) + 0.5) / UINT32
    normal = np.sqrt(-2 * np.log(u[:, 0])) * np.cos(2 * np.pi * u[:, 1])
    odds_ratio = np.exp(spread * normal)
    return rate * odds_ratio / (1 - rate + rate * odds_ratio)


def successes(caseload: ArrayLike, rates: ArrayLike, seed: int, year: int) -> NDArray[np.int64]:
    """Successes of each doctor in one year.

    Parameters
    ----------
    caseload : array_like of int, shape (doctors,)
        Patients each doctor sees.
    rates : array_like of float, shape (doctors,)
        True success rate of each doctor.
    seed, year : int
        From 0 to 2**32 - 1, and from 1 on. The same two give the same patients.

    Returns
    -------
    ndarray of int, shape (doctors,)
        Number of patients treated with success.

    Notes
    -----
    Each patient has a uniform number of their own and is a success where it lies below the
    doctor's rate; four patients share one call of `pcg4d`.
    """
    caseload = np.asarray(caseload)
    patient = np.arange(caseload.max())
    doctor = np.arange(len(caseload))[:, None]
    uniform = pcg4d(seed, year, doctor, patient[::4] // 4).reshape(len(caseload), -1)[
        :, : len(patient)
    ]
    succeeds = uniform < np.asarray(rates)[:, None] * UINT32
    return (succeeds & (patient < caseload[:, None])).sum(axis=1)


@dataclass(frozen=True)
class Year:
    """One year's league table; each array has the shape (doctors,), in order of caseload.

    Attributes
    ----------
    caseload, successes : ndarray of int
        Patients seen, and those treated with success.
    raw_rate : ndarray of float
        Successes over caseload.
    place : ndarray of int
        1 for the highest raw rate; doctors with equal raw rates share the better place.
    first, last : ndarray of bool
        Whether the doctor has the highest, the lowest raw rate, alone or shared.
    """

    caseload: NDArray[np.int64]
    successes: NDArray[np.int64]
    raw_rate: NDArray[np.float64]
    place: NDArray[np.int64]
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]


def league(caseload: ArrayLike, successes: ArrayLike) -> Year:
    """Rank doctors by raw success rate.

    Parameters
    ----------
    caseload, successes : array_like of int, shape (doctors,)
        Patients seen, and those treated with success.

    Returns
    -------
    Year
        The year's league table.
    """
    caseload, successes = np.asarray(caseload), np.asarray(successes)
    raw = successes / caseload
    place = 1 + (raw[None, :] > raw[:, None]).sum(axis=1)
    return Year(caseload, successes, raw, place, raw == raw.max(), raw == raw.min())


@dataclass(frozen=True)
class Tally:
    """How often low-N doctors come first and last.

    Attributes
    ----------
    years : int
        Years counted.
    first, last : float
        First and last places that went to low-N doctors, in years: k doctors who share a place
        hold 1/k of it each.
    low_n_doctors : int
        Number of low-N doctors.
    """

    years: int
    first: float
    last: float
    low_n_doctors: int


def funnel_limits(
    caseload: ArrayLike, rate: float, coverage: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits between which a doctor's raw rate falls by chance alone.

    Parameters
    ----------
    caseload : array_like of int
        Patients seen.
    rate : float
        The population's success rate, between 0 and 1.
    coverage : float
        Probability between the limits, 0.95 or 0.998 by custom.

    Returns
    -------
    lower, upper : ndarray of float
        Limits for the raw rate, of the shape of `caseload`, between 0 and 1.

    Notes
    -----
    Exact binomial quantiles, interpolated between whole successes: D. J. Spiegelhalter (2005),
    Funnel plots for comparing institutional performance, Statistics in Medicine 24, 1185-1202,
    appendix A.1.1.
    """
    n = np.asarray(caseload)

    def limit(probability: float) -> NDArray[np.float64]:
        quantile = stats.binom.ppf(probability, n, rate)
        excess = stats.binom.cdf(quantile, n, rate) - probability
        return np.clip((quantile - excess / stats.binom.pmf(quantile, n, rate)) / n, 0, 1)

    return limit((1 - coverage) / 2), limit((1 + coverage) / 2)


class LeagueTable(Demo):
    """Demo: the league table of doctors who are all equal, drawn year after year.

    Chapter 1's question: who tops and who trails a league table when nothing but chance differs?
    The reader draws years, changes the spread between doctors and their caseloads, and sees the
    table, the funnel plot and how often a low-N doctor comes first or last.

    Parameters
    ----------
    **state
        Any of the traits below, each readable and settable afterwards, from Python and by the
        reader's hand. A value out of range raises `traitlets.TraitError` with the remedy.

    Examples
    --------
    >>> demo = LeagueTable(spread=0.3)
    >>> demo.year = 10
    >>> demo.tally().years
    10
    """

    _esm = HERE / "bundle" / "league_table.js"
    _css = HERE / "bundle" / "league_table.css"

    doctors = Whole(40, 2, 200, "number of doctors")
    rate = Checked(0.8, 0.01, 0.99, "true success rate of the typical doctor")
    spread = Checked(0.0, 0.0, 2.0, "true spread between doctors, sd of their log-odds")
    smallest = Whole(4, 1, 1000, "smallest caseload, in patients a year")
    largest = Whole(200, 1, 1000, "largest caseload, in patients a year")
    low_n = Whole(20, 2, 1001, "a low-N doctor sees fewer patients a year than this")
    seed = Whole(1, 0, 2**32 - 1, "which doctors and patients chance makes")
    year = Whole(1, 1, 10_000, "the year shown, and the number of years counted")
    truth = traitlets.Bool(False, help="Whether the true rates are shown.").tag(sync=True)

    @traitlets.validate("smallest", "largest")
    def _caseloads_ascend(self, proposal: Bunch) -> int:
        now = {"smallest": self.smallest, "largest": self.largest}
        now[proposal.trait.name] = proposal.value
        if now["smallest"] > now["largest"]:
            raise traitlets.TraitError(
                f"LeagueTable.smallest ({now['smallest']}) must not exceed LeagueTable.largest "
                f"({now['largest']}). Change the other one first, or both within "
                "`with demo.hold_trait_notifications():`."
            )
        return proposal.value

    def table(self, year: int | None = None) -> Year:
        """One year's league table: the year shown, or another of the same doctors.

        Raises ValueError for a year before 1.
        """
        year = self.year if year is None else year
        if year < 1:
            raise ValueError(f"Years count from 1, found {year}.")
        caseload = caseloads(self.doctors, self.smallest, self.largest)
        rates = true_rates(self.doctors, self.rate, self.spread, self.seed)
        return league(caseload, successes(caseload, rates, self.seed, year))

    def tally(self) -> Tally:
        """How often low-N doctors came first and last in the years 1 to `year`."""
        first = last = 0.0
        for year in range(1, self.year + 1):
            table = self.table(year)
            low_n = table.caseload < self.low_n
            first += (low_n & table.first).sum() / table.first.sum()
            last += (low_n & table.last).sum() / table.last.sum()
        return Tally(self.year, float(first), float(last), int(low_n.sum()))

    def still(self) -> tuple[str, str]:
        """The year's funnel plot as SVG, and the sentence that says what it shows."""
        table = self.table()
        low_n = table.caseload < self.low_n
        picture = Still(self.smallest / 1.2, self.largest * 1.2, "patients seen in the year")
        n = np.unique(np.geomspace(self.smallest, self.largest, 80).round().astype(int))
        for coverage, dash in ((0.95, "6 3"), (0.998, "2 3")):
            for limit in funnel_limits(n, self.rate, coverage):
                picture.line(n, limit, dash=dash)
        picture.line([picture.low, picture.high], [self.rate] * 2, width=2)
        for count, rate, bold in zip(table.caseload, table.raw_rate, low_n, strict=True):
            picture.cross(float(count), float(rate), width=2.4 if bold else 1.2)
        who = "equal doctors" if self.spread == 0 else "doctors"
        held = [low_n.mean(), *((low_n & at).sum() / at.sum() for at in (table.first, table.last))]
        share, first, last = (f"{part:.0%}" for part in held)
        return picture.svg(), (
            f"A year of {self.doctors} {who}: those with fewer than {self.low_n} patients are "
            f"{share} of all, and hold {first} of the first place and {last} of the last."
        )
