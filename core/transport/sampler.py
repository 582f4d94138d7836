"""Samples of a surface through the transport map, and the samples that one would get without it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.arrays import frozen
from core.autoencoder.autoencoder import Autoencoder
from core.surface.sampling import Samples, sample_by_area
from core.surface.surface import Surface
from core.transport.convex_domain import uniform_points
from core.transport.location import cell_locator
from core.transport.transport_map import TransportMap


@dataclass(frozen=True, eq=False)
class TransportSamples:
    """Independent points of a surface, drawn through the transport map.

    Parameters
    ----------
    samples : Samples
        Points of the surface, in input units, with face and barycentric coordinates of each.
    disk_points : (n, 2) float64 array
        The point of the uniform disk that each came from.
    cells : (n,) int64 array
        The site in whose power cell that point lies.
    """

    samples: Samples
    disk_points: Float64[np.ndarray, "n 2"]
    cells: Int64[np.ndarray, " n"]

    def __post_init__(self) -> None:
        n = len(self.samples.faces)
        object.__setattr__(self, "disk_points", frozen(self.disk_points, np.float64, (n, 2)))
        object.__setattr__(self, "cells", frozen(self.cells, np.int64, (n,)))


def transport_samples(
    surface: Surface,
    transport: TransportMap,
    site_vertex: Int64[np.ndarray, " m"],
    count: int,
    rng: np.random.Generator,
) -> TransportSamples:
    """Draw points of a surface, distributed as the measure that was transported.

    A uniform point of the disk falls into a power cell; the cell's vertex owns a third of each of its triangles, and
    the sample is uniform in what it owns. The chance of each vertex is the area of its cell, which is its mass.

    Parameters
    ----------
    surface : Surface
        The surface whose vertices the sites stand for.
    transport : TransportMap
        The map.
    site_vertex : (m,) int64 array
        The vertex of each site given to the solver.
    count : int
        How many points.
    rng : Generator
        Where randomness comes from.

    Raises
    ------
    ValueError
        If a site's vertex has no area.
    """
    points = uniform_points(count, rng)
    cells = cell_locator(transport.diagram)(points)
    site = np.full(len(surface.vertices), -1)
    site[site_vertex] = transport.site_of
    corner_site = site[surface.faces].ravel()
    order = np.argsort(corner_site, kind="stable")
    order = order[corner_site[order] >= 0]
    starts = np.searchsorted(corner_site[order], np.arange(len(transport.masses) + 1))
    areas = np.repeat(surface.face_areas, 3)[order]
    if (np.add.reduceat(np.append(areas, 0.0), starts[:-1]) <= 0).any() or (np.diff(starts) == 0).any():
        raise ValueError("a site stands for a vertex without area")
    faces, barycentric = _drawn(cells, starts, order, areas, rng.random((count, 3)))
    positions = np.einsum("nk,nkd->nd", barycentric, surface.corners[faces])
    return TransportSamples(Samples(positions, faces, barycentric), points, cells)


def naive_samples(
    surface: Surface, codes: Float64[np.ndarray, "n 2"], count: int, rng: np.random.Generator
) -> tuple[Samples, Float64[np.ndarray, "m 2"]]:
    """Draw codes uniform over the latent image of a surface, as one would without transport.

    Returns
    -------
    samples : Samples
        The points of the surface that have these codes in the piecewise affine chart.
    codes : (m, 2) float64 array
        The codes.

    Notes
    -----
    Where the image is folded, each of its layers is drawn from.
    """
    planar = sample_by_area(np.asarray(codes)[surface.faces], count, rng)
    points = np.einsum("nk,nkd->nd", planar.barycentric, surface.corners[planar.faces])
    return Samples(points, planar.faces, planar.barycentric), planar.points


def reconstructed(
    surface: Surface, samples: Samples, autoencoder: Autoencoder
) -> tuple[Float64[np.ndarray, "n 3"], Float64[np.ndarray, "n 3"]]:
    """Carry samples to the reconstructed surface, with unit normals.

    Returns
    -------
    points : (n, 3) float64 array
        decode(encode(x)) of each sample, in input units.
    normals : (n, 3) float64 array
        Unit normal of the decoded triangle that each lies on; zero where that has no area.
    """
    points = autoencoder.decode(autoencoder.encode(samples.points))
    decoded = autoencoder.decode(autoencoder.encode(surface.vertices))
    normals = Surface(decoded, surface.faces).face_area_vectors
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return points, (normals / np.where(length > 0, length, 1.0))[samples.faces]


@njit(cache=True, nogil=True)
def _drawn(cells, starts, order, areas, chance):
    """Return a face and barycentric coordinates for each cell: a triangle by area, then its third at the corner."""
    faces, barycentric = np.empty(len(cells), np.int64), np.empty((len(cells), 3))
    for k in range(len(cells)):
        begin, end = starts[cells[k]], starts[cells[k] + 1]
        total = 0.0
        for m in range(begin, end):
            total += areas[m]
        left, at = chance[k, 0] * total, begin
        while at < end - 1 and left >= areas[at]:
            left -= areas[at]
            at += 1
        while at > begin and areas[at] == 0.0:
            at -= 1
        faces[k] = order[at] // 3
        corner = order[at] % 3
        root = np.sqrt(chance[k, 1])
        b = (1.0 - root, root * (1.0 - chance[k, 2]), root * chance[k, 2])
        largest = 0
        for m in range(1, 3):
            if b[m] > b[largest]:
                largest = m
        for m in range(3):
            barycentric[k, m] = b[m]
        # exchanging the largest with that of the corner keeps the measure and lands in the third that is nearest to it
        barycentric[k, largest], barycentric[k, corner] = b[corner], b[largest]
    return faces, barycentric
