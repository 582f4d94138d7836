"""Runs of a batch handed to the workers of Dask, which may be on other machines: ``budai batch ... --dask ADDRESS``.

A worker needs Budai, and sees the files under the same paths. What it has done lies in the folder of the run, as if it
had been done here, so that a batch that was ended goes on with or without it.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from core.base.errors import BudaiError

_SECONDS = 15.0
"""How long the scheduler has to answer."""
_FAR = """
import pickle, sys
from app.stages.training.batch import run_entry
run_entry(*pickle.load(sys.stdin.buffer))
"""


def run_elsewhere(address: str, given: Mapping[int, tuple[Any, ...]]) -> Iterator[tuple[int, str]]:
    """Let the workers of a scheduler do runs, and yield each as it ends.

    Parameters
    ----------
    address : str
        Where the scheduler of Dask listens: "tcp://head:8786".
    given : mapping of int to tuple
        By the number of a run, what `run_entry` takes.

    Yields
    ------
    int
        Number of a run that has ended; its folder has what came of it.
    str
        Why the worker could not do it; empty where it could.

    Raises
    ------
    BudaiError
        If Dask is not installed, or nothing answers there.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise BudaiError("Batch: Dask is not installed. Install it: pip install 'budai[dask]'") from None
    try:
        client = distributed.Client(address, timeout=_SECONDS)
    except (OSError, ValueError) as error:
        why = str(error).splitlines()[0].rstrip(".") or type(error).__name__
        raise BudaiError(
            f"Batch: no scheduler of Dask answers at {address} ({why}). Start one: dask scheduler"
        ) from error
    with client:
        waiting = {client.submit(far_run, pickle.dumps(parts), pure=False): k for k, parts in given.items()}
        for future in distributed.as_completed(waiting):
            yield waiting[future], "" if future.status == "finished" else f"The worker failed: {future.exception()}"


def far_run(parts: bytes) -> None:
    """Do one run, on the machine of a worker, in a process of its own: a worker may have no children.

    Raises
    ------
    RuntimeError
        If that process ended with an error, with its last lines.
    """
    done = subprocess.run([sys.executable, "-c", _FAR], input=parts, capture_output=True, check=False)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(" ".join([f"exit status {done.returncode}", *last]))
