"""A work in a process of its own, waited for: should it crash, the caller goes on."""

import multiprocessing
from collections.abc import Callable
from typing import Any

from app.interrupt import shielded
from app.parcel import discard_parcels, packed, unpacked
from app.worker import Failed, Finished, serve
from core.errors import BudaiError
from core.progress import Progress, Work

_KILLED = -9
"""Exit status of a process that the system has ended, mostly for want of memory."""


def finish_in_child(
    function: Callable[..., Work[Any]], *arguments: Any, report: Callable[[Progress], None] | None = None
) -> Any:
    """Run a work to its end in a spawned process and return its result.

    Parameters
    ----------
    function : callable
        Makes the work; it and its arguments can be pickled.
    report : callable, optional
        Called with the progress.

    Raises
    ------
    BudaiError
        If the work fails, or its process ends without a result.
    """
    parcel, message = packed((function, arguments)), None
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=serve, args=(far, ()), name="budai-worker")
    with shielded():
        process.start()
    far.close()
    try:
        near.send(parcel)
        while isinstance(message := near.recv(), Progress):
            if report is not None:
                report(message)
            near.send("acknowledge")
    except (EOFError, OSError) as error:
        process.join(1.0)
        killed = " Perhaps there was too little memory: close other programs, or take less data."
        raise BudaiError(
            f"The worker process ended by itself (exit status {process.exitcode})."
            + (killed if process.exitcode == _KILLED else " Try again.")
        ) from error
    finally:
        near.close()
        process.kill()
        process.join()
        parcel.discard()
        if not isinstance(message, Finished):
            discard_parcels(process.pid)
    if isinstance(message, Failed):
        raise BudaiError(message.message)
    return unpacked(message.result)
