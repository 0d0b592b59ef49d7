"""Exponential, logarithm, sine and cosine that Python and every browser compute alike.

They are made of +, -, *, / alone, which the IEEE 754 standard rounds in one way. NumPy's and the
browsers' own differ from each other in the last digit, which makes a different Hamiltonian Monte
Carlo chain within thirty draws in a funnel. `js/funnel/portable.js` is the same, bit for bit.
Coefficients: fdlibm, Sun Microsystems (1993), `e_exp.c`, `e_log.c`, `k_sin.c`, `k_cos.c`. Each
function is right to two units in the last place.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
LOG2E = 1.4426950408889634
SQRT_HALF = math.sqrt(0.5)
LIMIT = 700.0

EXP = (
    1.66666666666666019037e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)
LOG = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
SIN = (
    -1.66666666666666324348e-01,
    8.33333333332248946124e-03,
    -1.98412698298579493134e-04,
    2.75573137070700676789e-06,
    -2.50507602534068634195e-08,
    1.58969099521155010221e-10,
)
COS = (
    4.16666666666666019037e-02,
    -1.38888888888741095749e-03,
    2.48015872894767294178e-05,
    -2.75573143513906633035e-07,
    2.08757232129817482790e-09,
    -1.13596475577881948265e-11,
)

Array = NDArray[np.float64]


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    value: Any = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        value = coefficient + x * value
    return value


def exp(x: ArrayLike) -> Array:
    """`exp(x)` of any shape, with x held between -700 and 700; NaN stays NaN."""
    x = np.minimum(np.maximum(x, -LIMIT), LIMIT)  # np.clip takes ten times as long
    k = np.floor(x * LOG2E + 0.5)
    high, low = x - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * _polynomial(EXP, t)
    with np.errstate(invalid="ignore"):
        return np.ldexp(1 - (low - (r * c) / (2 - c) - high), k.astype(np.int32))


def log(x: ArrayLike) -> Array:
    """`log(x)` of positive numbers of any shape."""
    x, k = np.frexp(x)
    small = x < SQRT_HALF
    x, k = np.where(small, 2 * x, x), k - small
    f = x - 1
    s = f / (2 + f)
    z = s * s
    rest = z * _polynomial(LOG, z)
    half = 0.5 * f * f
    return k * LN2_HIGH - (half - (s * (half + rest) + k * LN2_LOW) - f)


def turn(share: ArrayLike) -> tuple[Array, Array]:
    """Cosine and sine of a share of a full turn, from 0 to 1, of any shape."""
    share = np.asarray(share)
    quarter = np.floor(4 * share + 0.5)
    x = 2 * np.pi * (share - 0.25 * quarter)
    z = x * x
    sin = x + x * z * _polynomial(SIN, z)
    cos = 1 - (0.5 * z - z * z * _polynomial(COS, z))
    odd, flip = quarter % 2 == 1, np.where(quarter % 4 > 1, -1, 1)
    return flip * np.where(odd, -sin, cos), flip * np.where(odd, cos, sin)


def sums(*terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of each array from its first entry to its last, in the order of the browser."""
    return np.array(terms).cumsum(axis=1)[:, -1]
