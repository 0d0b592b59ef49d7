"""Tables of doctors that are hard for a quadrature, each for another reason."""

import numpy as np
from scipy.special import expit

TEN_SUCCESSES = [4, 0, 7, 10, 14, 15, 26, 36, 97, 5]
TEN_TRIALS = [4, 5, 8, 12, 15, 20, 30, 45, 120, 6]


def column(numbers: str) -> list[int]:
    return [int(number) for number in numbers.split()]


def made_up(doctors: int, fewest: int, most: int, spread: float, seed: int) -> tuple:
    """Successes and trials, between ``fewest`` and ``most``, of doctors drawn from a population."""
    rng = np.random.default_rng(seed)
    trials = rng.integers(fewest, most + 1, doctors)
    return rng.binomial(trials, expit(rng.normal(1.5, spread, doctors))), trials


def drawn_patients(doctors: int, patients: int, seed: int) -> tuple:
    """Doctor, offset and success of each patient."""
    rng = np.random.default_rng(seed)
    offset = rng.normal(0.0, 2.0, patients)
    success = rng.random(patients) < expit(offset + 0.5)
    return rng.integers(0, doctors, patients), offset, success


def log_even(least: int, most: int, size: int) -> list[int]:
    """Whole numbers from least to most, evenly spaced in their logs."""
    return [round(least * (most / least) ** (j / (size - 1))) for j in range(size)]


# Successes, trials, and options of `posterior`
TABLES = {
    "ten": (TEN_SUCCESSES, TEN_TRIALS, {}),
    "one": ([1], [1], {}),
    "big": ([100_000, 200, 3, 0], [1_000_000, 1_000, 4, 0], {}),
    "at odds": ([500_000, 0, 1_000], [500_000, 100_000, 1_000], {}),
    "eleven at odds": ([0, 100] * 5 + [50], [100] * 11, {}),
    "equal": ([5] * 12, [10] * 12, {}),
    "wide": ([4, 0, 7], [4, 5, 9], {"sigma_scale": 10.0}),
    "tight": ([4, 0, 7], [4, 5, 9], {"sigma_scale": 0.01}),
    "fixed at zero": ([4, 0, 7], [4, 5, 9], {"sigma_pop": 0.0}),
    "fixed": ([4, 0, 7], [4, 5, 9], {"sigma_pop": 50.0}),
    "fixed, one huge": ([4, 0, 7, 800], [4, 5, 9, 1_000], {"sigma_pop": 0.3}),
    "a peak that Laplace misses": (
        [0] * 67,
        [round(10_000 * 100 ** (j / 66)) for j in range(67)],
        {"mu_loc": 1.0, "sigma_scale": 11.8},
    ),
    "rare successes": (
        column(
            "15 78 35 0 30 12 1 1 0 0 0 2 0 41 2 0 0 12 2 1 0 4 44 0 0 0 2 0 0 0 37 0 0 184 0 "
            "193 28 0 195 3 9 0 1 60 0 0 37 93 32 0 0 0 197 7 99 23 141 25 156 82 0 0 0 2 18 1 "
            "1 16 1 0 0 0 0 5 209 50 0 0 1 6 1 3 5 0 210 5 0 119 31"
        ),
        column(
            "47999 249520 101688 13895 113307 35347 3492 7734 9960 2203 1082 8038 97907 140295 "
            "2276 3506 8937 55089 1971 8264 85018 17372 161369 3546 28704 354699 3611 2324 "
            "7598 1757 189497 69343 1881 707030 21446 826511 115371 6218 772264 13769 22310 "
            "1186 3163 224385 140825 2684 135143 367550 165494 1085 194023 38683 743279 36448 "
            "416358 104476 599475 120143 638414 319563 168278 301145 235677 11147 61092 7115 "
            "13090 46851 1495 381343 93121 68050 2138 21963 770151 235534 4725 1353 4928 18050 "
            "3325 6330 29506 122487 774708 11057 259047 486490 115533"
        ),
        {"mu_scale": 0.5},
    ),
    "three in four without a success": (
        [0 if j % 4 else round(530 * 1_000 ** (j / 56)) for j in range(57)],
        [round(1_000 * 1_000 ** (j / 56)) for j in range(57)],
        {"mu_loc": -2.0, "mu_scale": 0.5, "sigma_scale": 14.0},
    ),
    "hundreds, one of them known": (
        [0] * 199 + [4],
        [*(round(10_000 * 100 ** (j / 198)) for j in range(199)), 10],
        {"mu_scale": 19.8, "sigma_scale": 6.0},
    ),
    "hundreds without a success": (
        [0] * 199,
        [round(10_000 * 100 ** (j / 198)) for j in range(199)],
        {"mu_scale": 19.8, "sigma_scale": 6.0},
    ),
    "far beyond a narrow prior": (
        [5_000] * 10 + [952_600],
        [10_000] * 10 + [1_000_000],
        {"sigma_scale": 0.001},
    ),
    "no pooling": ([4, 0, 7, 10, 0], [4, 5, 8, 12, 0], {"sigma_pop": 100_000.0}),
    "seventy": ([1] * 35 + [0] * 35, [1] * 70, {}),
    "one large": (
        [31_005, *[3 + j % 3 for j in range(29)]],
        [41_150, *[5 + j % 2 for j in range(29)]],
        {},
    ),
    "one large of twelve": (
        [27_543, 0, 0, 4, 0, 0, 2, 0, 1, 0, 1, 4],
        [79_531, 6, 7, 4, 2, 8, 2, 6, 5, 2, 2, 4],
        {},
    ),
    "hundreds of sds": (
        [0, 469_248, 0, 50_000],
        [37_007, 469_248, 16_459, 100_000],
        {"sigma_pop": 0.021},
    ),
    "pulled": ([0, 0, 9_832], [2_341, 0, 9_832], {"sigma_pop": 0.006}),
    "no failure": (
        [j**5 + 1 for j in range(11)],
        [j**5 + 1 for j in range(11)],
        {"mu_scale": 14.0},
    ),
    "many without a success": (
        [0] * 158,
        [round(100 * 10 ** (2 * j / 157)) for j in range(158)],
        {"mu_scale": 0.5, "sigma_scale": 14.0},
    ),
    "one who never fails among 70": (
        column(
            "62 1 3325 1478 29 2 23 1 13 1 1088 3285 885 61 5 54 42 0 151 2 2 3 63 31 209 5 153 "
            "3592 206 36 17 713 8 20 120 1 133 1527 264 33 1 4 1 59 8 275 17 8 3 1967 66 1 165 0 "
            "7 1 2722 1 74 2 1 207 5 68 3 3641 57 0 0 11"
        ),
        column(
            "62 2 8373 3914 70 4 67 9 31 2 2806 8685 2434 171 12 123 122 2 383 5 2 6 185 96 518 "
            "14 397 9380 541 76 47 1976 15 42 301 5 359 3987 642 91 2 13 1 161 28 719 52 32 13 "
            "5311 149 6 435 8 16 3 7180 2 185 2 2 520 17 183 7 9501 146 1 5 27"
        ),
        {"mu_loc": -2.508},
    ),
    "two dozen without a success": (
        [0] * 24,
        column(
            "3 239 4 57 6408 5720 1193 3 3 124 1 5919 69 1871 42 2 2634 45 1513 1 5516 8 120 4713"
        ),
        {"mu_loc": 2.082, "mu_scale": 15.538, "sigma_pop": 25.46},
    ),
    "one who never fails beside ten": (
        [10_000, *[5_000] * 10],
        [10_000] * 11,
        {"sigma_scale": 0.005},
    ),
    "one who never fails among 126": (
        [300_000, *[round(5_000 * 200 ** (j / 125)) // 2 for j in range(126)]],
        [300_000, *[round(5_000 * 200 ** (j / 125)) for j in range(126)]],
        {"mu_loc": -2.3, "mu_scale": 0.13, "sigma_scale": 4.5},
    ),
    "a small peak far from a large one": (
        [round(10_000 * 100 ** (j / 67)) for j in range(68)],
        [round(10_000 * 100 ** (j / 67)) for j in range(68)],
        {"mu_loc": -2.1, "sigma_scale": 8.7},
    ),
    "two peaks": (
        [7_248, *[2 + j % 7 for j in range(70)]],
        [7_248, *[2 + j % 7 for j in range(70)]],
        {"mu_scale": 0.65, "sigma_scale": 19.0},
    ),
    "far from 190": (
        [181_976, *[(1_000 + 137 * j) // 6 for j in range(190)]],
        [181_976, *[1_000 + 137 * j for j in range(190)]],
        {},
    ),
    "few successes": ([1] * 20 + [0] * 480, [1] * 500, {"sigma_pop": 10.0}),
    "at most three each": (
        [0] * 30,
        log_even(100, 10_000, 30),
        {"bounds": [[0, 3]] * 30},
    ),
    "at most ten each, a vague prior": (
        [0] * 30,
        log_even(100, 10_000, 30),
        {"bounds": [[0, 10]] * 30, "mu_scale": 20.0},
    ),
    "a wide plateau": (
        [3, 0],
        [10, 400],
        {"bounds": [[3, 3], [20, 70]], "sigma_pop": 8.0},
    ),
    "near a standard": (
        [6_100, 31_000, 600, 12, 60],
        [10_000, 50_000, 1_000, 20, 100],
        {},
    ),
    "eighty": (*made_up(80, 5, 399, 0.5, 8), {}),
    "three hundred": (*made_up(300, 5, 399, 0.5, 8), {}),
    "eleven hundred of twenty patients": (*made_up(1_100, 20, 20, 0.5, 0), {}),
    "mixed": ([726, 5130, 0, 3669, 244, 332, 0, 401], [1056, 7960, 0, 7894, 420, 703, 0, 658], {}),
}

# Doctor, offset and success of each patient, and options of `posterior_given_offsets`
PATIENTS = {
    "hundreds of patients": (*drawn_patients(4, 400, 8), {}),
    "thousands of patients": (*drawn_patients(4, 25_000, 8), {}),
    "patients of very different risk": (
        np.array([0, 0, 0, 1, 1, 2]),
        np.array([0.0, 5.0, -5.0, 3.0, -3.0, 8.0]),
        np.ones(6, bool),
        {"mu_scale": 15.0, "sigma_scale": 10.0},
    ),
}

# Deaths among cases and the mortality that the state expected, per cent, of New York's 37 hospitals
# of 2001 to 2003, names left out; and median and 95 % interval of the odds ratio of death, by a sum
# on a grid that shares no code with the engine.
NEW_YORK = [
    (34, 1719, 1.77, (1.065, 0.791, 1.416)),
    (3, 402, 1.72, (0.803, 0.47, 1.238)),
    (2, 220, 1.02, (0.956, 0.557, 1.583)),
    (23, 1197, 1.65, (1.077, 0.765, 1.497)),
    (53, 2004, 1.88, (1.293, 0.997, 1.664)),
    (31, 1421, 1.68, (1.174, 0.859, 1.594)),
    (24, 1246, 1.59, (1.105, 0.788, 1.535)),
    (8, 764, 1.89, (0.77, 0.484, 1.127)),
    (11, 897, 1.99, (0.78, 0.507, 1.118)),
    (37, 1802, 2.04, (0.991, 0.743, 1.298)),
    (57, 2008, 2.67, (1.04, 0.815, 1.311)),
    (1, 79, 1.58, (0.954, 0.544, 1.617)),
    (10, 331, 1.88, (1.166, 0.754, 1.845)),
    (16, 1342, 1.66, (0.819, 0.556, 1.143)),
    (10, 728, 1.78, (0.874, 0.567, 1.276)),
    (20, 887, 1.65, (1.169, 0.815, 1.679)),
    (24, 905, 1.74, (1.268, 0.895, 1.804)),
    (28, 907, 2.48, (1.135, 0.822, 1.556)),
    (12, 956, 1.75, (0.835, 0.55, 1.195)),
    (45, 2237, 2.19, (0.926, 0.709, 1.186)),
    (36, 1875, 2.63, (0.785, 0.584, 1.022)),
    (32, 1191, 1.95, (1.225, 0.896, 1.667)),
    (110, 4739, 2.1, (1.087, 0.905, 1.296)),
    (28, 1829, 2.21, (0.769, 0.556, 1.022)),
    (13, 649, 2.18, (0.939, 0.627, 1.356)),
    (18, 1708, 1.64, (0.76, 0.522, 1.048)),
    (25, 982, 2.13, (1.099, 0.787, 1.519)),
    (11, 1337, 2.11, (0.612, 0.391, 0.883)),
    (28, 1057, 2.32, (1.074, 0.779, 1.46)),
    (19, 953, 2.32, (0.899, 0.625, 1.247)),
    (42, 1673, 1.97, (1.182, 0.894, 1.55)),
    (25, 1068, 2.44, (0.958, 0.687, 1.301)),
    (18, 466, 1.84, (1.434, 0.956, 2.218)),
    (4, 637, 2.0, (0.686, 0.402, 1.034)),
    (28, 2137, 1.78, (0.802, 0.581, 1.066)),
    (59, 1918, 2.35, (1.231, 0.963, 1.561)),
    (28, 1524, 2.28, (0.852, 0.618, 1.136)),
]
