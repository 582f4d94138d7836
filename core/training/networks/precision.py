"""Which type of numbers a device multiplies matrices of fastest: measured, for processors differ."""

import time

import torch

_WORTH = 1.2
"""How many times as fast as float32 a lower type has to be."""
_ROUNDS = 5
"""Products of each type of which the fastest counts: other work on the computer only ever slows them."""


def faster_type(device: torch.device, rows: int, width: int) -> torch.dtype:
    """Return bfloat16 where products of hidden values by weights are faster in it, else float32.

    Parameters
    ----------
    device : torch.device
        What computes.
    rows, width : int
        Points that are taken at a time, and the width of the widest hidden layer.

    Notes
    -----
    A few milliseconds. Most processors emulate bfloat16: a product takes seven times as long as in float32 with AVX2,
    half as long with the bfloat16 instructions of AVX-512, less with AMX.
    """
    if device.type == "mps":
        return torch.float32
    full, low = (seconds_of_product(device, rows, width, dtype) for dtype in (torch.float32, torch.bfloat16))
    return torch.bfloat16 if _WORTH * low < full else torch.float32


def seconds_of_product(device: torch.device, rows: int, width: int, dtype: torch.dtype) -> float:
    """Return how long a product of (rows, width) by (width, width) takes, in seconds, at its fastest."""
    values = torch.ones(rows, width, device=device, dtype=dtype)
    weights = torch.ones(width, width, device=device, dtype=dtype)
    seconds: list[float] = []
    for _ in range(_ROUNDS + 1):
        started = time.perf_counter()
        (values @ weights)[0, 0].item()  # which waits for the device
        seconds.append(time.perf_counter() - started)
    return min(seconds[1:])
