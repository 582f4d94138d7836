"""What the charts of an atlas decode to together: every part of the surface once, by the chart that owns it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from core.base.arrays import frozen
from core.base.progress import Progress, Work, part
from core.cells.decoder_image import DecoderImage, decoder_image
from core.cells.decoder_pieces import DecoderPieces
from core.charts.atlas import Atlas, Cover
from core.charts.latent_image import LatentImage
from core.denoising.clipping import clipped
from core.geometry.nearest_triangle import triangle_tree
from core.geometry.topology import edge_table
from core.relu.cell_complex import CellComplex

_ON_RIM = 1e-9
"""Distance from the rim, in latent units, that counts as none."""

Pieces = CellComplex | DecoderPieces


@dataclass(frozen=True, eq=False)
class AtlasImage:
    """The exact piecewise linear images of all charts, as one set of triangles.

    Parameters
    ----------
    image : DecoderImage
        The triangles of all charts, one chart behind the other; each code is one of its own chart.
    first_pieces : (k + 1,) int64 array
        The pieces of chart k are numbered from ``first_pieces[k]`` on.
    latents : tuple of LatentImage
        The latent image of each whole chart.
    rims : tuple of (e, 2, 2) float64 array
        Where in each disk the surface ends: the outline of what its chart owns, but for the seams between charts.
    """

    image: DecoderImage
    first_pieces: Int64[np.ndarray, " k1"]
    latents: tuple[LatentImage, ...]
    rims: tuple[Float64[np.ndarray, "_ 2 2"], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "first_pieces", frozen(self.first_pieces, np.int64, (None,)))

    @property
    def n_pieces(self) -> int:
        """Number of pieces of all charts, those that are no part of the surface too."""
        return int(self.first_pieces[-1])

    def chart_of(self, pieces: Int64[np.ndarray, " n"]) -> Int64[np.ndarray, " n"]:
        """Return the chart that each piece belongs to."""
        return np.searchsorted(self.first_pieces, pieces, side="right") - 1

    def at_rim(self, codes: Float64[np.ndarray, "n 2"], charts: Int64[np.ndarray, " n"]) -> Bool[np.ndarray, " n"]:
        """Return which codes lie where the surface ends, or beyond."""
        result = np.zeros(len(codes), bool)
        for k, (latent, rim) in enumerate(zip(self.latents, self.rims, strict=True)):
            here = np.flatnonzero(charts == k)
            if not len(here):
                continue
            outside = ~latent.contains(codes[here])
            if len(rim):
                segments = np.pad(rim[:, [0, 1, 1]], ((0, 0), (0, 0), (0, 1)))
                outside |= triangle_tree(segments).query(np.pad(codes[here], ((0, 0), (0, 1))))[0] < _ON_RIM
            result[here] = outside
        return result


def atlas_image(atlas: Atlas, known: Sequence[Pieces | None] = (), onto_disks: bool = False) -> Work[AtlasImage]:
    """Find the exact image of every chart, of each the part that belongs to the surface and that it owns.

    Parameters
    ----------
    atlas : Atlas
        The charts; one chart is an atlas of one.
    known : sequence of CellComplex, DecoderPieces or None
        The cells of each decoder in its disk, or with a detail layer its pieces, where they are known already.
    onto_disks : bool
        Keep the images of the whole disks.

    Raises
    ------
    BudaiError
        If there are more pieces than memory.

    Notes
    -----
    Where charts overlap, the owner of a face decides: every part of the surface is there once. Between two charts the
    images are as far apart as their seam gap.
    """
    images: list[DecoderImage] = []
    counts, latents, rims = [0], list[LatentImage](), list[np.ndarray]()
    total = len(atlas)
    edges = _edges(atlas.cover, range(total))
    for k, chart in enumerate(atlas.charts):
        low = k / total
        work = decoder_image(chart.autoencoder, known[k] if known else None)
        image = yield from part(work, low, low + 0.8 / total, report=_of_chart(k, total))
        counts.append(image.n_pieces)
        owned = chart.patch.corners[atlas.cover.face_chart[chart.patch.faces] == k]
        latents.append(LatentImage(chart.codes, chart.patch.corners))
        latent = latents[k] if total == 1 else LatentImage(chart.codes, owned)
        rims.append(latent.outline if total == 1 else _rim(atlas.cover, k, latent, edges))
        images.append(image if onto_disks else clipped(image, latent))
    first = np.cumsum(counts)
    return AtlasImage(_together(images, first), first, tuple(latents), tuple(rims))


def _of_chart(k: int, total: int) -> Callable[[Progress], Progress]:
    """Return what names the chart in a report, where there are several."""

    def report(progress: Progress) -> Progress:
        if total == 1:
            return progress
        return Progress(progress.fraction, f"{progress.message} · chart {k + 1} of {total}", progress.payload)

    return report


def _together(images: Sequence[DecoderImage], first: np.ndarray) -> DecoderImage:
    """Put images one behind the other."""
    if len(images) == 1:
        return images[0]
    corners = np.cumsum([0, *(len(image.codes) for image in images)])
    return DecoderImage(
        np.concatenate([image.codes for image in images]),
        np.concatenate([image.points for image in images]),
        np.concatenate([image.triangles + start for image, start in zip(images, corners[:-1], strict=True)]),
        np.concatenate([image.piece + start for image, start in zip(images, first[:-1], strict=True)]),
    )


def _edges(cover: Cover, charts: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
    """The edges of all faces that some charts own, as sorted keys, and how many of these faces each has."""
    owned = [p.vertices[p.corners[cover.face_chart[p.faces] == k]] for k in charts for p in (cover.patches[k],)]
    table = edge_table(np.concatenate(owned))
    return table.edges[:, 0] * cover.n_vertices + table.edges[:, 1], table.n_faces


def _rim(cover: Cover, k: int, latent: LatentImage, whole: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The outline of what a chart owns, without the edges beyond which the surface goes on in another chart."""
    ends = np.sort(cover.patches[k].vertices[latent.outline_edges], axis=1)
    keys = ends[:, 0] * cover.n_vertices + ends[:, 1]
    n_own, n_whole = (n_faces[np.searchsorted(known, keys)] for known, n_faces in (_edges(cover, (k,)), whole))
    return latent.outline[n_own == n_whole]
