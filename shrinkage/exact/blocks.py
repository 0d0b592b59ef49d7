"""Work on many likelihoods in blocks of so many, side by side on the processor's cores.

A block's arrays fit a processor's cache, and numpy's functions let other threads run meanwhile.
Blocks do not depend on how many cores there are, so neither does any result.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

SIZE = 512  # likelihoods in a block


def blocks(size: int, block: int = SIZE) -> list[slice]:
    """Slices that cover ``size`` entries, all but the last of equal length."""
    return [slice(start, min(start + block, size)) for start in range(0, size, block)]


def each[Part, Found](work: Callable[[Part], Found], parts: Sequence[Part]) -> list[Found]:
    """What ``work`` returns for each part, in their order."""
    cores = os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    threads = min(cores or 1, len(parts))
    if threads == 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, parts))
