"""What the C library keeps of memory that was freed."""

import ctypes
import sys

_M_ARENA_MAX, _MOST_ARENAS = -8, 2
"""Number of the option in `malloc.h`, and its value."""


def keep_memory_together() -> None:
    """Let all threads that begin later take memory from two arenas; elsewhere than with glibc nothing happens.

    Otherwise glibc makes an arena for each of them, and what one thread has freed is of no use to the others: all that
    is freed lies in more and more pieces, which cannot be given back.
    """
    if sys.platform == "linux":
        choose = getattr(ctypes.CDLL(None), "mallopt", None)
        if choose is not None:
            choose(_M_ARENA_MAX, _MOST_ARENAS)


def give_back_memory() -> None:
    """Let the system have memory that was freed; elsewhere than with glibc, where it is kept, nothing happens.

    glibc keeps an arena for each thread, and freed memory in it for later. After pictures that software has drawn, it
    can be more than all that is in use.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
