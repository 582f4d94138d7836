"""How much memory large surfaces take, told before it is taken."""

from typing import Literal

import psutil

_BASE = 120e6
"""Bytes that the program itself takes."""
_PER_TRIANGLE = {"reading": 620.0, "simplifying": 710.0, "preparing": 870.0}
"""Bytes a triangle at the peak, measured by `tests.benchmarks.size` on closed surfaces of 1 and 5 million triangles."""

LARGE = 1_000_000
"""Triangles above which a surface is to be simplified before it is learned."""

Task = Literal["reading", "simplifying", "preparing"]


def needed_bytes(task: Task, n_triangles: int) -> float:
    """Return about how much memory a task takes of a surface of so many triangles, in bytes."""
    return _BASE + _PER_TRIANGLE[task] * n_triangles


def free_bytes() -> int:
    """Return how much memory programs can have now, in bytes."""
    return int(psutil.virtual_memory().available)


def size_words(size: float) -> str:
    """Return a number of bytes as it is told.

    Examples
    --------
    >>> size_words(2.68e9), size_words(7.42e8)
    ('2.7 GB', '740 MB')
    """
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    return f"{round(size / 1e6, -1):.0f} MB"


def shortage(task: Task, n_triangles: int) -> str:
    """Return that a task takes more memory than is free, as a part of a sentence; empty where it does not."""
    needed, free = needed_bytes(task, n_triangles), free_bytes()
    if needed <= free:
        return ""
    return f"{task} {n_triangles:,} triangles takes about {size_words(needed)} of memory, {size_words(free)} are free"
