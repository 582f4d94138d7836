"""What the C library keeps of memory that was freed."""

import ctypes
import sys


def give_back_memory() -> None:
    """Let the system have memory that was freed; elsewhere than with glibc, where it is kept, nothing happens.

    glibc keeps an arena for each thread, and freed memory in it for later. After pictures that software has drawn, it
    can be more than all that is in use.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
