"""What was freed goes back to the system."""

import platform

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
