"""Random numbers that Python and the browser draw alike, bit for bit.

A counter-based generator: the number depends on four counters and on nothing drawn before.
So one doctor's patients stay as they are when another doctor gets more of them, and year 100
needs no year 99.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

UINT32 = 2.0**32


def pcg4d(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> NDArray[np.uint32]:
    """Hash four counters to four independent uniform 32-bit integers.

    Parameters
    ----------
    a, b, c, d : array_like of int
        Counters from 0 to 2**32 - 1, broadcast against each other.

    Returns
    -------
    ndarray of uint32, shape (..., 4)
        The four numbers; divided by 2**32 they are uniform on [0, 1).

    Raises
    ------
    OverflowError
        If a Python integer does not fit 32 bits.

    Notes
    -----
    M. Jarzynski and M. Olano (2020), Hash Functions for GPU Rendering, Journal of Computer
    Graphics Techniques 9(3), 21-38, function `pcg4d`. `js/shared/pcg4d.js` is the same.
    """
    counters = np.broadcast_arrays(*(np.asarray(x, dtype=np.uint32) for x in (a, b, c, d)))
    multiplier, increment = np.uint32(1664525), np.uint32(1013904223)
    x, y, z, w = (np.atleast_1d(v) * multiplier + increment for v in counters)

    def stir(x, y, z, w):
        x = x + y * w
        y = y + z * x
        z = z + x * y
        w = w + y * z
        return x, y, z, w

    x, y, z, w = stir(x, y, z, w)
    x, y, z, w = (v ^ (v >> np.uint32(16)) for v in (x, y, z, w))
    numbers = np.stack(stir(x, y, z, w), axis=-1)
    return numbers.reshape(*counters[0].shape, 4)
