"""A child process ends with the one that started it, however that ends."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
"""Linux' request to be sent a signal when the parent ends."""


def end_with_parent(wait: Callable[[], object]) -> None:
    """End this process when its parent has ended.

    Parameters
    ----------
    wait : callable
        Returns when the parent is gone, mostly because its end of a pipe is closed.

    Notes
    -----
    A thread that waits gets no turn while a compiled function holds the interpreter, which may take minutes; Linux ends
    the process itself. There the parent is the thread that has started the child, so that thread has to wait for it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))

    def watch() -> None:
        wait()
        os._exit(1)

    threading.Thread(target=watch, name="budai-parent", daemon=True).start()
