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
    lanes = [np.atleast_1d(counter) * multiplier + increment for counter in counters]
    _stir(lanes)
    lanes = [lane ^ (lane >> np.uint32(16)) for lane in lanes]
    _stir(lanes)
    return np.stack(lanes, axis=-1).reshape(*counters[0].shape, 4)


def _stir(lanes: list[NDArray[np.uint32]]) -> None:
    """Mix the four lanes into one another, in place."""
    x, y, z, w = range(4)
    lanes[x] = lanes[x] + lanes[y] * lanes[w]
    lanes[y] = lanes[y] + lanes[z] * lanes[x]
    lanes[z] = lanes[z] + lanes[x] * lanes[y]
    lanes[w] = lanes[w] + lanes[y] * lanes[z]
