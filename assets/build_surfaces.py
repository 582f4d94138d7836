"""Rebuild the figurine: ``python -m assets.build_surfaces`` (about two minutes).

Needs scikit-image besides what the program itself needs. The same input gives the same file, byte by byte.
"""

import sys
from pathlib import Path

import numpy as np

from assets import sample_path
from assets.figurine import HEAD_POSITION, figurine
from assets.remeshing import Mesh, boundary_edges, contoured, remeshed

GRID_SPACING = 0.1
"""Edge of the marching cubes, in units of the figurine."""


def figurine_edge_length(points: np.ndarray) -> np.ndarray:
    """Return the edge length wanted at points of the figurine: short in the face, at hands and feet, long elsewhere."""
    face = np.linalg.norm((points - HEAD_POSITION - np.array([0.0, -2.6, -0.2])) / [2.6, 2.2, 2.6], axis=1)
    lap = np.abs(points[:, 2] - 6.5) / 4.5 + np.maximum(points[:, 1] + 2.5, 0) / 2
    length = np.full(len(points), 0.172)
    length = np.minimum(length, 0.1 + 0.08 * np.clip(face - 0.8, 0, 1))
    return np.minimum(length, 0.135 + 0.04 * np.clip(lap - 0.6, 0, 1))


def build_figurine() -> Mesh:
    """Return the figurine as a disk: the base is open in the plane z = 0.

    Raises
    ------
    ValueError
        If the model has handles.
    """
    shape = figurine()
    vertices, faces = remeshed(shape, contoured(shape, GRID_SPACING), figurine_edge_length)
    euler_characteristic = len(vertices) - (3 * len(faces) + len(boundary_edges(faces))) // 2 + len(faces)
    if euler_characteristic != 1:
        raise ValueError(
            f"the figurine has Euler characteristic {euler_characteristic}; a disk has 1. "
            "A change of the model has left a gap that makes a handle: fill it."
        )
    return vertices, faces


def write_ply(path: Path, vertices: np.ndarray, faces: np.ndarray) -> None:
    """Write a binary little-endian PLY with float32 coordinates and int32 faces."""
    header = (
        "ply\nformat binary_little_endian 1.0\ncomment Budai sample surface\n"
        f"element vertex {len(vertices)}\nproperty float x\nproperty float y\nproperty float z\n"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    rows = np.empty(len(faces), dtype=[("count", "u1"), ("corners", "<i4", 3)])
    rows["count"], rows["corners"] = 3, faces
    path.write_bytes(header.encode() + vertices.astype("<f4").tobytes() + rows.tobytes())


def main() -> None:
    """Write the figurine."""
    vertices, faces = build_figurine()
    write_ply(sample_path("laughing_figurine"), np.round(vertices, 5), faces)
    sys.stdout.write(f"{len(vertices)} vertices, {len(faces)} faces\n")


if __name__ == "__main__":
    main()
