"""Public tables with expected numbers, and what their publishers made of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shrinkage.data import load_new_york

#: Lip cancer in men, 56 districts of Scotland, 1975 to 1980: cases, cases expected at the ages of
#: the district's men, and the standardised ratio, per cent. Kemp, Boyle, Smans and Muir, 'Atlas of
#: Cancer in Scotland' (1985); as printed in Clayton and Kaldor, Biometrics 43 (1987), 671-681, and
#: Breslow and Clayton, Journal of the American Statistical Association 88 (1993), 9-25, and as data
#: in the SAS/STAT User's Guide, GLIMMIX, 'Smoothing Disease Rates; Standardized Mortality Ratios'.
SCOTLAND = [
    (9, 1.4, 652.2),
    (39, 8.7, 450.3),
    (11, 3, 361.8),
    (9, 2.5, 355.7),
    (15, 4.3, 352.1),
    (8, 2.4, 333.3),
    (26, 8.1, 320.6),
    (7, 2.3, 304.3),
    (6, 2, 303),
    (20, 6.6, 301.7),
    (13, 4.4, 295.5),
    (5, 1.8, 279.3),
    (3, 1.1, 277.8),
    (8, 3.3, 241.7),
    (17, 7.8, 216.8),
    (9, 4.6, 197.8),
    (2, 1.1, 186.9),
    (7, 4.2, 167.5),
    (9, 5.5, 162.7),
    (7, 4.4, 157.7),
    (16, 10.5, 153),
    (31, 22.7, 136.7),
    (11, 8.8, 125.4),
    (7, 5.6, 124.6),
    (19, 15.5, 122.8),
    (15, 12.5, 120.1),
    (7, 6, 115.9),
    (10, 9, 111.6),
    (16, 14.4, 111.3),
    (11, 10.2, 107.8),
    (5, 4.8, 105.3),
    (3, 2.9, 104.2),
    (7, 7, 99.6),
    (8, 8.5, 93.8),
    (11, 12.3, 89.3),
    (9, 10.1, 89.1),
    (11, 12.7, 86.8),
    (8, 9.4, 85.6),
    (6, 7.2, 83.3),
    (4, 5.3, 75.9),
    (10, 18.8, 53.3),
    (8, 15.8, 50.7),
    (2, 4.3, 46.3),
    (6, 14.6, 41),
    (19, 50.7, 37.5),
    (3, 8.2, 36.6),
    (2, 5.6, 35.8),
    (3, 9.3, 32.1),
    (28, 88.7, 31.6),
    (6, 19.6, 30.6),
    (1, 3.4, 29.1),
    (1, 3.6, 27.6),
    (1, 5.7, 17.4),
    (1, 7, 14.2),
    (0, 4.2, 0),
    (0, 1.8, 0),
]

#: Surgery for congenital heart disease, 82 hospitals, 2015 to 2018: deaths, operations, and the
#: mortality, per cent, that the society's model expects of the hospital's own patients. The
#: Society of Thoracic Surgeons, 'Congenital Heart Surgery Public Reporting'; names left out.
STS = [
    (20, 1222, 2.6),
    (8, 376, 1.6),
    (5, 308, 2.3),
    (20, 632, 4.5),
    (6, 396, 2.9),
    (20, 1260, 2.4),
    (32, 925, 3.1),
    (11, 463, 4),
    (105, 3823, 2.9),
    (71, 1951, 3.9),
    (33, 1470, 2.6),
    (106, 2634, 2.9),
    (37, 996, 3.7),
    (44, 1640, 2.9),
    (29, 659, 3.3),
    (9, 466, 2.2),
    (73, 2442, 3.5),
    (27, 784, 2.9),
    (85, 2546, 3.2),
    (24, 1239, 3.5),
    (10, 287, 1.4),
    (32, 1347, 3.2),
    (42, 1129, 3.1),
    (21, 787, 4.2),
    (29, 1314, 2.6),
    (10, 587, 2.2),
    (54, 1362, 3.6),
    (14, 792, 2.1),
    (28, 1177, 3.3),
    (11, 398, 2.1),
    (1, 251, 1.8),
    (31, 1166, 3.9),
    (11, 401, 1.1),
    (20, 732, 2.7),
    (38, 926, 2.9),
    (14, 428, 2.2),
    (0, 116, 1.3),
    (8, 698, 3),
    (21, 496, 1.9),
    (12, 332, 2),
    (21, 569, 2.9),
    (25, 705, 2.9),
    (24, 1018, 3.8),
    (32, 725, 3.2),
    (10, 316, 1.6),
    (38, 1460, 2.5),
    (5, 380, 1.8),
    (18, 512, 1.9),
    (22, 1152, 3),
    (61, 1399, 3.2),
    (1, 110, 1),
    (58, 2420, 2.5),
    (36, 952, 3),
    (34, 879, 2.8),
    (9, 374, 2.1),
    (5, 581, 2.9),
    (23, 1572, 3),
    (46, 1377, 2.5),
    (10, 479, 2.5),
    (30, 1136, 2.9),
    (3, 148, 2.3),
    (9, 502, 1.7),
    (33, 1409, 3.7),
    (36, 1426, 2.9),
    (20, 782, 3.2),
    (10, 223, 3.1),
    (12, 512, 2.4),
    (29, 1060, 2.6),
    (10, 371, 1.9),
    (43, 2703, 2.9),
    (35, 1149, 3.2),
    (18, 859, 2.5),
    (11, 327, 2.2),
    (15, 521, 2.5),
    (24, 1211, 2.5),
    (7, 824, 2.2),
    (14, 490, 2.9),
    (0, 27, 0.7),
    (6, 494, 2.1),
    (18, 483, 2.1),
    (27, 740, 3.6),
    (4, 271, 1.4),
]


@dataclass(frozen=True)
class Published:
    """A table as its publisher prints it.

    Attributes
    ----------
    table : DataFrame
        With its headings; the columns of ``columns`` are read.
    columns : dict
        Role to heading.
    ratio : array, shape (J, 2)
        Observed over expected, at least and at most: what the last printed digit leaves open of
        the publisher's own adjusted number or, where there is none, of the expected one.
    expected, half : array, shape (J,)
        Events expected, and how many more or fewer round to the number that is printed.
    """

    table: pd.DataFrame
    columns: dict[str, str]
    ratio: np.ndarray
    expected: np.ndarray
    half: np.ndarray


def new_york() -> Published:
    """Deaths after bypass surgery: the state prints a death rate that it has adjusted."""
    read = load_new_york()
    names = {"hospital": "Hospital", "operations": "Cases", "deaths": "Deaths"}
    names |= {"expected_percent": "EMR", "adjusted_percent": "RAMR"}
    table = read.rename(columns=names).assign(Hospital=[f"Hospital {k}" for k in read.hospital])
    overall = 100 * read.deaths.sum() / read.operations.sum()
    ends = np.array([-0.005, 0.005])
    adjusted = (read.adjusted_percent.to_numpy()[:, None] + ends) / (overall + ends[::-1])
    columns = {"unit": "Hospital", "trials": "Cases", "failures": "Deaths", "expected": "EMR"}
    expected = read.operations * read.expected_percent / 100
    half = 0.005 / 100 * read.operations.to_numpy()
    return Published(table, columns, adjusted, expected.to_numpy(), half)


def scotland() -> Published:
    """Cancers observed and expected: no men are counted, so they are rare."""
    cases, expected, ratio = np.array(SCOTLAND).T
    names = [f"District {k}" for k in range(1, len(cases) + 1)]
    table = pd.DataFrame({"District": names, "Cases": cases.astype(int), "Expected": expected})
    columns = {"unit": "District", "failures": "Cases", "expected": "Expected"}
    ends = (ratio[:, None] + [-0.05, 0.05]) / 100
    half = np.full(len(cases), 0.05)
    return Published(table.assign(SMR=ratio), columns, ends, expected, half)


def sts() -> Published:
    """Deaths after surgery for congenital heart disease, beside what a model expects."""
    deaths, operations, percent = np.array(STS).T
    names = [f"Hospital {k}" for k in range(1, len(deaths) + 1)]
    counts = {"Observed Deaths": deaths.astype(int), "Total Procedures": operations.astype(int)}
    rate = {"Expected Mortality Rate": percent / 100}
    columns = {"unit": "Hospital Name", "trials": "Total Procedures"}
    columns |= {"failures": "Observed Deaths", "expected": "Expected Mortality Rate"}
    expected = operations * percent / 100
    ratio = np.column_stack([deaths / expected] * 2)
    table = pd.DataFrame({"Hospital Name": names} | counts | rate)
    return Published(table, columns, ratio, expected, 0.05 / 100 * operations)


TABLES: dict[str, Callable[[], Published]] = {
    "bypass surgery, New York 2001-2003": new_york,
    "lip cancer, Scotland 1975-1980": scotland,
    "congenital heart surgery, STS 2015-2018": sts,
}
