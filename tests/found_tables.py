"""Tables for which the browser's posterior was once outside the promised errors.

Found by `make bench-accuracy`: successes and trials, priors, and tables it was dragged from.
"""

from exact_tables import TABLES, column

# Tables of exact_tables, with their own priors and not dragged.
AS_THEY_ARE = (
    "one who never fails beside ten",
    "one who never fails among 126",
    "two dozen without a success",
    "a small peak far from a large one",
    "hundreds without a success",
    "a peak that Laplace misses",
    "far beyond a narrow prior",
    "two peaks",
    "no pooling",
    "one who never fails among 70",
    "many without a success",
    "seventy",
)
FOUND = {name: (TABLES[name][:2], TABLES[name][2], ()) for name in AS_THEY_ARE} | {
    "no success in thousands, a wide population": (
        ([0] * 36, [1_000 + 250 * j for j in range(30)] + [0] * 6),
        {"sigma_pop": 13.883},
        (),
    ),
    "no success in hundreds of thousands": (
        ([0] * 9, [43849, 106054, 652882, 10445, 502756, 179870, 84201, 60977, 727164]),
        {"mu_loc": -0.645, "mu_scale": 16.851, "sigma_pop": 50.328},
        (),
    ),
    "no success, in none to thousands": (
        ([0] * 15, [0, 901, 841, 6_321, 222, 613, 8_472, 9_660, 0, 0, 3, 0, 0, 1_621, 123]),
        {"mu_scale": 13.776, "sigma_pop": 17.278},
        (),
    ),
    "hundreds of thousands beside nobody": (
        ([115_616, 0, 0, 0], [190_637, 0, 0, 0]),
        {"mu_loc": 2.632, "sigma_scale": 14.757},
        [([115_616, 0, 0, 0], [158_198, 0, 0, 0]), ([115_616, 0, 0, 0], [333_180, 0, 0, 0])],
    ),
    "one of thousands among few": (
        ([5_827, 2, 2, 0, 8, 6, 3, 0, 0, 4, 3, 0], [14_759, 5, 2, 3, 8, 7, 4, 2, 4, 6, 4, 8]),
        {},
        [([5_827, 2, 2, 0, 8, 6, 3, 0, 0, 3, 3, 0], [14_759, 5, 2, 3, 8, 7, 4, 2, 4, 6, 4, 8])],
    ),
    "one of thousands who fails more often": (
        ([4_928, 0, 1, 0, 1, *[0] * 8], [23_269, 3, 5, 7, 7, 1, 8, 3, 3, 5, 2, 2, 6]),
        {},
        (),
    ),
    "hardly any pooling": (
        ([0, 133, 0, 728, 1], [3_828, 133, 3, 728, 1]),
        {"mu_scale": 8.315, "sigma_pop": 60.65},
        (),
    ),
    "dragged from more failures": (
        ([0, 9_904], [0, 9_904]),
        {"mu_loc": -0.107, "sigma_scale": 13.083},
        [([0, 9_904], [0, 14_366])],
    ),
    "hundreds of sds from the others": (
        ([0, 469_248, 0], [37_007, 469_248, 16_459]),
        {"mu_loc": -0.089, "sigma_pop": 0.021},
        (),
    ),
    "nobody has a patient, and wide priors": (
        ([0], [0]),
        {"mu_scale": 19.875, "sigma_pop": 27.93},
        (),
    ),
    "nobody beside two huge": (
        ([0, 631_303, 709_774], [0, 686_035, 771_662]),
        {"mu_loc": 2.452, "sigma_scale": 7.126},
        (),
    ),
    "a vague prior of mu_pop": (
        ([10, 3], [11, 3]),
        {"mu_loc": 1.263, "mu_scale": 16.109, "sigma_scale": 0.079},
        (),
    ),
    "nobody fails, hardly any spread": (
        ([11_573, 1], [11_573, 1]),
        {"mu_loc": 0.55, "mu_scale": 0.348, "sigma_pop": 0.07},
        (),
    ),
    "pulled many sds from the others": (TABLES["pulled"][:2], {"sigma_pop": 0.011}, ()),
    "nobody has a patient, and sigma_pop may be large": (
        ([0, 0], [0, 0]),
        {"mu_loc": -2.296, "mu_scale": 0.407, "sigma_scale": 13.984},
        (),
    ),
    "thousands beside few, dragged to fewer": (
        ([16_011, 0, 1, 2, 0, 0], [31_247, 5, 2, 2, 4, 5]),
        {},
        [([16_570, 0, 1, 2, 0, 0], [31_247, 5, 2, 2, 4, 5])],
    ),
    "one far from 190": (TABLES["far from 190"][:2], {"mu_loc": 2.878}, ()),
    "195 of one patient, and sigma_pop may be large": (
        ([1] * 128 + [0] * 67, [1] * 195),
        {"mu_scale": 5.0, "sigma_scale": 11.817},
        (),
    ),
    "one rate among millions, and a doctor without patients": (
        (
            [round(0.893 * (10_000 + 21_333 * j)) for j in range(40)] + [0],
            [10_000 + 21_333 * j for j in range(40)] + [0],
        ),
        {},
        (),
    ),
    "no success in up to a million, a population far out": (
        (
            [0] * 67,
            column(
                "477403 240040 219241 718841 83393 387420 241666 145117 484220 113882 469064 "
                "759000 424170 11572 154738 167300 172584 85366 393801 264179 55843 223096 "
                "291457 784402 12376 387200 437645 66888 29404 760028 884697 880582 424619 "
                "172425 12807 35531 130047 85340 99530 14487 45155 230035 35645 169347 72654 "
                "135651 417026 76479 57637 74646 63756 191764 257653 33384 328183 311059 842871 "
                "411628 605347 40496 279109 535260 781717 127157 897681 13976 26204"
            ),
        ),
        {"mu_scale": 17.924, "sigma_pop": 83.086},
        (),
    ),
    "a vague prior, and a doctor without patients": (
        ([32842, 0, 10375, 18284, 123042], [55409, 0, 17506, 30850, 207588]),
        {"mu_loc": -1.03, "mu_scale": 17.014},
        (),
    ),
    "few patients each, a population far out": (
        (
            column(
                "0 0 0 0 1 0 1 1 0 0 1 1 1 0 0 0 2 0 1 0 0 0 0 3 0 1 0 2 3 0 0 0 0 0 0 0 0 1 0 "
                "0 0 0 0 0 1 0 1 1 0 0 1 0 1 2 1 1 0 0 0"
            ),
            column(
                "2 4 10 2 12 0 9 7 6 5 8 2 9 3 0 0 12 0 9 0 3 3 9 10 3 3 9 12 9 2 0 0 0 3 1 10 "
                "0 5 1 3 10 0 1 0 6 0 2 5 0 5 8 11 11 7 7 2 8 8 0"
            ),
        ),
        {"mu_scale": 19.158, "sigma_scale": 11.73, "sigma_pop": 68.554},
        (),
    ),
    "no success, and a population that may be wide": (
        ([0] * 28, column("6 10 0 0 2 0 10 2 0 12 12 6 0 0 0 2 0 0 3 1 8 9 12 9 11 5 10 0")),
        {"mu_loc": -2.568, "mu_scale": 1.107, "sigma_scale": 19.655},
        (),
    ),
    "two peaks, dragged from the other": (
        (
            [round(0.967 * (1_000 + 211 * j)) for j in range(30)],
            [1_000 + 211 * j for j in range(30)],
        ),
        {"mu_scale": 0.23, "sigma_scale": 14.3},
        (
            (
                [round((0.967 if j < 29 else 0.9) * (1_000 + 211 * j)) for j in range(30)],
                [1_000 + 211 * j for j in range(30)],
            ),
        ),
    ),
    "one far from 78 alike, and an interval that ends between two peaks": (
        (
            column(
                "61 11 0 6 1 2 25 0 7 0 730 110 903 6 20 5 2 41 1146 45 0 166 42 38 2 10 2 9 2 0 "
                "14 8 1 202 707 259 2669 0 4 3 20 2001 756 27 20 27 766 595 1088 72 237 3 2 42 3 "
                "0 3113 777 353 2 1034 18 1 1 2455 6 158 67 1 21 5 4 499 110 192 8 6 58 144"
            ),
            column(
                "61 22 2 16 6 15 72 2 17 1 2266 392 2890 25 49 27 16 136 3552 158 2 536 161 115 "
                "10 34 10 27 2 4 46 25 6 610 2340 793 8333 1 16 10 43 6204 2297 68 70 75 2325 "
                "1848 3436 232 707 6 4 104 6 2 9640 2407 1110 22 3269 55 3 2 7802 17 464 202 2 "
                "63 12 27 1516 335 621 20 25 174 433"
            ),
        ),
        {},
        (),
    ),
    "all successes of many, and another peak in the tail of sigma_pop": (
        (
            [round(10_000 * 100 ** (j / 74)) for j in range(75)],
            [round(10_000 * 100 ** (j / 74)) for j in range(75)],
        ),
        {"sigma_scale": 9.0},
        (),
    ),
    "none or all of thousands, a narrow prior": (
        (
            column("0 154861 120057 102640 0 0 0 0 0 256271 11188"),
            column("28797 154861 120057 102640 113797 40671 371817 945056 11436 256271 11188"),
        ),
        {"sigma_scale": 0.078},
        (),
    ),
}
