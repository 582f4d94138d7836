"""The child process that opens files: a reader that crashes, hangs or grows is a message, nothing more."""

import importlib.util
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from core.base.errors import InputError
from core.base.parent import end_with_parent
from core.data.reading_options import ReadingOptions
from core.io.file_bytes import printable
from core.io.typed import typed

_ROOT = Path(__file__).resolve().parents[2]
_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from core.io.child import serve; serve()"


def run_load(
    path: str | Path,
    how: ReadingOptions,
    seconds: float,
    memory_bytes: int,
    tell: Callable[[str], None] = lambda doing: None,
) -> object:
    """Open a file in a child process and return what `core.io.load.load` returns there.

    Parameters
    ----------
    path : str or Path
        The file.
    how : ReadingOptions
        What the user has chosen.
    seconds : float
        After this time the child is ended.
    memory_bytes : int
        Address space of the child, where the system can limit it.
    tell : callable, optional
        Called with what the child begins to do.

    Raises
    ------
    InputError
        What `load` raises, or that the child ran out of time or memory, or died.
    """
    name = printable(Path(path).name, 255)
    with tempfile.TemporaryFile() as complaints:
        given = json.dumps(asdict(how))
        command = [sys.executable, "-P", "-c", _CODE, str(_ROOT), str(path), given, str(seconds), str(memory_bytes)]
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=os.environ | threads,
        )
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            answer = _answer(process, tell)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
        if answer is not None:
            if isinstance(answer, InputError):
                raise answer
            return answer
        if not late.is_set():
            raise InputError(name, _death(process.returncode, complaints), "", "Export it in another format.")
    remedy = "Close other programs and try again, or export it with fewer faces or points."
    raise InputError(name, f"was not read within {seconds:g} s", "", remedy)


def _answer(process: subprocess.Popen, tell: Callable[[str], None]) -> object:
    """Return what the child sends behind the texts of what it does, or None where it ends before it has sent all."""
    answer: object = None
    try:
        while process.stdout and isinstance(answer := pickle.load(process.stdout), str):
            tell(answer)
        return answer
    except (EOFError, pickle.UnpicklingError):
        process.wait()
        return None


def _death(status: int, complaints: BinaryIO) -> str:
    """Say how the child ended."""
    complaints.seek(0)
    lines = complaints.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
    said = printable(lines[-1], 150) if lines else "no message"
    if status < 0:
        known = {number.value: number.name for number in signal.Signals}
        return f"the reader was ended by {known.get(-status, f'signal {-status}')}"
    return f"the reader failed ({said})"


def serve() -> None:
    """Open the file that the command line names, and send the result to stdout. Runs in the child."""
    _, path, given, seconds, memory_bytes = sys.argv[1:6]
    _limit(float(seconds), int(memory_bytes))
    end_with_parent(_await_parent)
    # What a library prints must not get between the bytes of the answer.
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from core.io.load import load

    def tell(doing: str) -> None:
        pickle.dump(doing, answer)
        answer.flush()

    try:
        result: object = load(path, typed(ReadingOptions, json.loads(given)), tell)
    except InputError as error:
        result = error
    except MemoryError:
        size = f"{int(memory_bytes) / 2**30:.1f} GiB"
        result = InputError(printable(Path(path).name, 255), f"needs more than {size} of memory", "", "Simplify it.")
    with answer:
        pickle.dump(result, answer, protocol=5)


def _limit(seconds: float, memory_bytes: int) -> None:
    """Limit address space and processor time, where the system knows such limits."""
    if importlib.util.find_spec("resource") is None:
        return
    import resource

    for limit, value in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, int(seconds) + 2)):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(limit, (value, hard))
        except (ValueError, OSError):
            continue  # macOS knows RLIMIT_AS and refuses to set it


def _await_parent() -> None:
    """Return when the process that started this one is gone: its end of the pipe closes.

    Not through `sys.stdin`: a thread that holds its lock makes an interpreter that ends abort instead.
    """
    while os.read(0, 4096):
        pass
