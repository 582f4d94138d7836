"""What was freed goes back to the system."""

import platform
import re
import subprocess
import sys

import numpy as np
import psutil
import pytest

from app.widgets.canvas.memory import give_back_memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_freed_memory_is_given_back():
    me = psutil.Process()
    size = 64 << 10  # glibc keeps blocks of this size for later
    blocks = [np.ones(size, np.uint8) for _ in range(1000)]
    last = np.ones(size, np.uint8)
    blocks.clear()
    before = me.memory_full_info().uss
    give_back_memory()
    assert before - me.memory_full_info().uss > 0.8 * 1000 * size
    assert last.all()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
@pytest.mark.parametrize("asks", [True, False])
def test_threads_share_two_arenas(asks):
    code = (
        "import ctypes, threading, time;"
        + ("from app.widgets.canvas.memory import keep_memory_together as keep; keep();" if asks else "")
        + "libc = ctypes.CDLL(None); libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p;"
        "beside = [threading.Thread(target=lambda: (libc.malloc(1000), time.sleep(0.5))) for _ in range(6)];"
        "[thread.start() for thread in beside]; time.sleep(0.2);"
        "out = ctypes.c_void_p(libc.fdopen(1, b'w')); libc.malloc_info(0, out); libc.fflush(out)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    n_arenas = len(re.findall("<heap nr=", done.stdout))
    assert n_arenas <= 2 if asks else n_arenas > 2
