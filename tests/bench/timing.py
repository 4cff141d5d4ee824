"""How things are timed: medians of what one core did, or of what a clock on the wall says."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

RUNS = 15


def median_ms(
    work: Callable[[], object], runs: int = RUNS, *, clock: Callable[[], float] = time.process_time
) -> float:
    """Return the median of `runs` timed calls, in milliseconds, after one that is not counted."""
    work()
    gc.collect()
    taken = []
    for _ in range(runs):
        began = clock()
        work()
        taken.append((clock() - began) * 1000)
    return statistics.median(taken)
