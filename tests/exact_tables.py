"""Tables of doctors that are hard for a quadrature, each for another reason."""

TEN_SUCCESSES = [4, 0, 7, 10, 14, 15, 26, 36, 97, 5]
TEN_TRIALS = [4, 5, 8, 12, 15, 20, 30, 45, 120, 6]

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
    "mixed": ([726, 5130, 0, 3669, 244, 332, 0, 401], [1056, 7960, 0, 7894, 420, 703, 0, 658], {}),
}
