"""Writing generated points, and the walks between codes."""

from pathlib import Path

import numpy as np

from core.generation.generation import Generation
from core.generation.latent_path import LatentPath
from core.io.writers.ply import columns, write_ply


def write_generated(generation: Generation, path: str | Path) -> None:
    """Write generated points as PLY.

    Parameters
    ----------
    generation : Generation
        The result of the stage.
    path : str or Path
        The file: positions, ``s t`` = (code + 1) / 2, ``distance`` from the surface, all as double, in input units,
        and ``inside``: 1 where the code is one of the surface; of an atlas ``chart``, as int, from 0.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    vertex = columns(generation.points) | _texture(generation.codes)
    vertex |= {"distance": generation.distances, "inside": generation.inside.astype(np.uint8)}
    vertex |= _chart(generation.charts)
    write_ply(path, vertex, comments=(f"Budai: codes drawn from {generation.options.origin}, decoded",))


def write_path(walked: LatentPath, path: str | Path, frames: int = 0) -> None:
    """Write a path as PLY: its vertices in order, or frames at equal distances.

    Parameters
    ----------
    walked : LatentPath
        The path.
    path : str or Path
        The file: positions, ``s t`` = (code + 1) / 2, and ``arc_length`` from the start, all as double; of an atlas
        ``chart``, as int, from 0.
    frames : int
        How many frames; 0 for the vertices, at which the path passes from piece to piece.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    codes, points, lengths, charts = walked.codes, walked.points, walked.arc_lengths, walked.charts
    if frames:
        codes, points = walked.frames(frames)
        charts = walked.frame_charts(frames)
        lengths = np.linspace(0.0, walked.length, frames)
    vertex = columns(points) | _texture(codes) | {"arc_length": np.asarray(lengths)} | _chart(charts)
    write_ply(path, vertex, comments=("Budai: a walk between two codes, decoded",))


def _texture(codes: np.ndarray) -> dict[str, np.ndarray]:
    """Return codes as texture coordinates."""
    return columns((codes + 1.0) / 2.0, ("s", "t"))


def _chart(charts: np.ndarray | None) -> dict[str, np.ndarray]:
    """Return the chart of each point, where there are several."""
    return {} if charts is None else {"chart": charts.astype(np.int32)}
