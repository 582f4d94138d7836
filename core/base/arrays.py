"""Arrays: how they enter a value, and the one geometric tolerance."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

RELATIVE_TOLERANCE = 1e-12
"""What float64 geometry calls zero, relative to the size of the object (a length over its diagonal)."""


def frozen(array: Any, dtype: DTypeLike = np.float64, shape: tuple[int | None, ...] | None = None) -> np.ndarray:
    """Return a read-only, C-ordered copy of an array, so that a value that holds it can never change.

    Parameters
    ----------
    array : array_like
        What to store. A read-only, C-ordered array of the right type is not copied.
    dtype : dtype
        The type wanted.
    shape : tuple, optional
        The shape wanted; None stands for any length.

    Raises
    ------
    ValueError
        If the shape is another one.
    """
    given = np.asarray(array)
    kept = isinstance(array, np.ndarray) and not given.flags.writeable and given.dtype == np.dtype(dtype)
    result = given if kept and given.flags.c_contiguous else np.array(given, dtype=dtype, order="C", copy=True)
    if shape is not None and (
        result.ndim != len(shape) or any(n is not None and n != m for n, m in zip(shape, result.shape, strict=True))
    ):
        wanted = ", ".join("n" if n is None else str(n) for n in shape)
        raise ValueError(f"expected an array of shape ({wanted}), not {result.shape}")
    result.flags.writeable = False
    return result
