"""Samples of a surface through the transport map, and the samples that one would get without it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64
from numba import njit

from core.base.arrays import frozen
from core.base.progress import Progress, Work, finish
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.geometry.convex_domain import uniform_points
from core.geometry.sampling import Samples, sample_by_area
from core.transport.location import cell_locator
from core.transport.surface_measure import SurfaceMeasure
from core.transport.transport_map import TransportMap

_DECODED_AT_ONCE = 20_000


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


@dataclass(frozen=True, eq=False)
class DecodedSamples:
    """Points of the reconstructed surface.

    Parameters
    ----------
    points : (n, 3) float64 array
        decode(code), in input units.
    normals : (n, 3) float64 array
        Unit normal of the decoded triangle that each lies on; zero where that has no area.
    codes : (n, 2) float64 array
        Latent code of each.
    faces : (n,) int64 array
        The face that each was drawn in.
    disk_points : (n, 2) float64 array
        The point of the uniform disk that each came from; the code itself where nothing was transported.
    sites : (n,) int64 array
        The site in whose cell that point lies; -1 where nothing was transported.
    """

    points: Float64[np.ndarray, "n 3"]
    normals: Float64[np.ndarray, "n 3"]
    codes: Float64[np.ndarray, "n 2"]
    faces: Int64[np.ndarray, " n"]
    disk_points: Float64[np.ndarray, "n 2"]
    sites: Int64[np.ndarray, " n"]

    def __post_init__(self) -> None:
        n = len(self.faces)
        for name, width in (("points", 3), ("normals", 3), ("codes", 2), ("disk_points", 2)):
            object.__setattr__(self, name, frozen(getattr(self, name), np.float64, (n, width)))
        object.__setattr__(self, "faces", frozen(self.faces, np.int64, (n,)))
        object.__setattr__(self, "sites", frozen(self.sites, np.int64, (n,)))


def transport_samples(
    surface: Surface,
    transport: TransportMap,
    measure: SurfaceMeasure,
    count: int,
    rng: np.random.Generator,
) -> TransportSamples:
    """Draw points of a surface, distributed as the measure that was transported.

    A uniform point of the disk falls into a power cell; the cell's site owns vertices, these a third of each of their
    triangles, and the sample follows the measure in what is owned. The chance of each site is the area of its cell,
    which is its mass.

    Parameters
    ----------
    surface : Surface
        The surface whose vertices the sites stand for.
    transport : TransportMap
        The map.
    measure : SurfaceMeasure
        The measure that it transports to.
    count : int
        How many points.
    rng : Generator
        Where randomness comes from.
    """
    points = uniform_points(count, rng)
    cells = cell_locator(transport.diagram)(points)
    site = np.where(measure.owner >= 0, transport.site_of[measure.owner], -1)
    corner_site = site[surface.faces].ravel()
    order = np.argsort(corner_site, kind="stable")
    order = order[corner_site[order] >= 0]
    starts = np.searchsorted(corner_site[order], np.arange(len(transport.masses) + 1))
    masses = (surface.face_areas[:, None] * measure.density[surface.faces]).ravel()[order]
    faces, barycentric = _drawn(cells, starts, order, masses, rng.random((count, 3)))
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


def decoded_samples(
    surface: Surface,
    codes: Float64[np.ndarray, "n 2"],
    autoencoder: Autoencoder,
    drawn: TransportSamples | Samples,
    count: int,
) -> Work[DecodedSamples]:
    """Carry the first samples of a surface through the autoencoder: the code affinely in each face, then the decoder.

    Parameters
    ----------
    surface : Surface
        The surface.
    codes : (n, 2) float64 array
        The autoencoder's code of each vertex.
    autoencoder : Autoencoder
        Its decoder is used.
    drawn : TransportSamples or Samples
        Drawn through the transport, or without it.
    count : int
        How many of them to carry.

    Yields
    ------
    Progress
        Without payload.

    Notes
    -----
    The time is that of the decoder.
    """
    moved = isinstance(drawn, TransportSamples)
    samples = drawn.samples if isinstance(drawn, TransportSamples) else drawn
    faces = samples.faces[:count]
    at = np.einsum("nk,nkd->nd", samples.barycentric[:count], np.asarray(codes)[surface.faces[faces]])
    points = np.empty((len(at), 3))
    for start in range(0, len(at), _DECODED_AT_ONCE):
        yield Progress(start / len(at), f"Decoding {len(at):,} samples")
        block = slice(start, start + _DECODED_AT_ONCE)
        points[block] = autoencoder.decode(at[block])
    normals = Surface(autoencoder.decode(codes), surface.faces).face_area_vectors
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = (normals / np.where(length > 0, length, 1.0))[faces]
    return DecodedSamples(
        points=points,
        normals=normals,
        codes=at,
        faces=faces,
        disk_points=drawn.disk_points[:count] if moved else at,
        sites=drawn.cells[:count] if moved else np.full(len(at), -1),
    )


@dataclass(frozen=True, eq=False)
class Sampling:
    """What the samples of a transport are drawn from.

    Parameters
    ----------
    surface : Surface
        The surface.
    autoencoder : Autoencoder
        Decodes the samples.
    codes : (n, 2) float64 array
        Its code of each vertex.
    chart : (n, 2) float64 array
        The chart that was transported to.
    map : TransportMap
        The transport.
    measure : SurfaceMeasure
        What it carries to.
    count : int
        How many samples, without the transport and through it.
    seed : int
        Start of the random choices.
    stored : pair of DecodedSamples, optional
        Samples that were drawn earlier, without the transport and through it, and are kept as they are.
    """

    surface: Surface
    autoencoder: Autoencoder
    codes: Float64[np.ndarray, "n 2"]
    chart: Float64[np.ndarray, "n 2"]
    map: TransportMap
    measure: SurfaceMeasure
    count: int
    seed: int
    stored: tuple[DecodedSamples, DecodedSamples] | None = None

    @cached_property
    def naive(self) -> DecodedSamples:
        """The uniform latent image decoded as it is."""
        if self.stored is not None:
            return self.stored[0]
        drawn, _ = naive_samples(self.surface, self.chart, self.count, self._rng(0))
        return finish(decoded_samples(self.surface, self.codes, self.autoencoder, drawn, self.count))

    @cached_property
    def moved(self) -> DecodedSamples:
        """Drawn through the transport: uniform by the measure."""
        if self.stored is not None:
            return self.stored[1]
        drawn = transport_samples(self.surface, self.map, self.measure, self.count, self._rng(1))
        return finish(decoded_samples(self.surface, self.codes, self.autoencoder, drawn, self.count))

    def _rng(self, which: int) -> np.random.Generator:
        """Random choices of one of the two, whichever is asked for first."""
        return np.random.default_rng((self.seed, which))

    def __getstate__(self) -> dict[str, object]:
        # Drawn anew where they are needed: they take far more than what they are drawn from.
        return {name: value for name, value in self.__dict__.items() if name not in ("naive", "moved")}


@njit(cache=True, nogil=True)
def _drawn(
    cells: Int64[np.ndarray, " n"],
    starts: Int64[np.ndarray, " m"],
    order: Int64[np.ndarray, " k"],
    masses: Float64[np.ndarray, " k"],
    chance: Float64[np.ndarray, "n 3"],
) -> tuple[Int64[np.ndarray, " n"], Float64[np.ndarray, "n 3"]]:
    """Return a face and barycentric coordinates for each cell: a triangle by mass, then its third at the corner."""
    faces, barycentric = np.empty(len(cells), np.int64), np.empty((len(cells), 3))
    for k in range(len(cells)):
        begin, end = starts[cells[k]], starts[cells[k] + 1]
        total = 0.0
        for m in range(begin, end):
            total += masses[m]
        left, at = chance[k, 0] * total, begin
        while at < end - 1 and left >= masses[at]:
            left -= masses[at]
            at += 1
        while at > begin and masses[at] == 0.0:
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
