"""Writing denoised points."""

from pathlib import Path

import numpy as np

from core.denoising.result import Denoising
from core.io.writers.ply import columns, write_ply


def write_denoised(denoising: Denoising, path: str | Path) -> None:
    """Write the denoised points with the noisy ones they were made from, and where they came from if that is known.

    Parameters
    ----------
    denoising : Denoising
        The result of the stage.
    path : str or Path
        The file, ``denoised.ply``: ``x y z`` the points of the chosen method, ``noisy_x`` ..., for synthetic noise
        ``original_x`` ...; ``foot_x`` ... the nearest points of the true surface; ``s t`` = (code + 1) / 2 of the
        projections; all as double, in input units. Of an atlas also ``chart``, the chart that each code belongs to, as
        int, from 0.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    vertex = columns(denoising.points) | _named("noisy", denoising.noisy)
    if denoising.originals is not None:
        vertex |= _named("original", denoising.originals)
    vertex |= _named("foot", denoising.true_foot.points)
    vertex |= columns((denoising.codes + 1.0) / 2.0, ("s", "t"))
    if denoising.charts is not None:
        vertex |= {"chart": denoising.charts.astype(np.int32)}
    write_ply(path, vertex, comments=(f"Budai: noisy points brought back by {denoising.options.method}",))


def _named(prefix: str, points: np.ndarray) -> dict[str, np.ndarray]:
    """Return positions as properties with a prefix."""
    return columns(points, tuple(f"{prefix}_{axis}" for axis in "xyz"))
