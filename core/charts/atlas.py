"""An atlas: charts that cover a surface together, how they overlap, and the surface that they give welded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.charts.autoencoder import Autoencoder
from core.charts.patch import Patch


@dataclass(frozen=True, eq=False)
class Cover:
    """Patches that cover some data together: an atlas before its charts are learned.

    Parameters
    ----------
    patches : tuple of Patch
        What each chart learns.
    face_chart : (f,) int64 array
        The patch that owns each face of the surface; empty for a table.
    n_vertices : int
        Number of vertices of the surface, or rows of the table.

    Raises
    ------
    ValueError
        If there is no patch, a face is owned by a patch that does not have it, or the weights at a vertex that has some
        do not sum to 1.
    """

    patches: tuple[Patch, ...]
    face_chart: Int64[np.ndarray, " f"]
    n_vertices: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "patches", tuple(self.patches))
        object.__setattr__(self, "face_chart", frozen(self.face_chart, np.int64, (None,)))
        if not self.patches:
            raise ValueError("an atlas needs a patch")
        has_it = np.zeros(len(self.face_chart), bool)
        for k, patch in enumerate(self.patches):
            has_it[patch.faces] |= self.face_chart[patch.faces] == k
        if not has_it.all():
            raise ValueError(f"face {int(np.argmin(has_it)):,} is owned by a patch that does not have it")
        total = self.sums([patch.weights for patch in self.patches])
        there = np.zeros(self.n_vertices, bool)
        there[np.concatenate([patch.vertices for patch in self.patches])] = True
        off = there & (np.abs(total - 1.0) > 1e-9)
        if off.any():
            raise ValueError(f"the weights at vertex {int(np.argmax(off)):,} do not sum to 1")

    def __len__(self) -> int:
        """Number of patches."""
        return len(self.patches)

    def sums(self, values: Sequence[Float64[np.ndarray, "_ ..."]]) -> Float64[np.ndarray, "_ ..."]:
        """Return, for each vertex of the whole, the sum of what the patches say of it; 0 where none has it."""
        result = np.zeros((self.n_vertices, *values[0].shape[1:]))
        for patch, value in zip(self.patches, values, strict=True):
            np.add.at(result, patch.vertices, value)
        return result

    def weld(self, values: Sequence[Float64[np.ndarray, "_ d"]]) -> Float64[np.ndarray, "v d"]:
        """Return the weighted mean of what the patches say of each vertex of the whole."""
        return self.sums([patch.weights[:, None] * value for patch, value in zip(self.patches, values, strict=True)])

    def gaps(self, values: Sequence[Float64[np.ndarray, "_ d"]]) -> Float64[np.ndarray, " v"]:
        """Return how far apart the patches are at each vertex: the seam gap.

        The largest distance between two of the points that are averaged there, those of weight above 0; NaN where
        there are fewer than two.
        """
        used = [patch.weights > 0.0 for patch in self.patches]
        vertex = np.concatenate([patch.vertices[mask] for patch, mask in zip(self.patches, used, strict=True)])
        point = np.concatenate([value[mask] for value, mask in zip(values, used, strict=True)])
        order = np.argsort(vertex, kind="stable")
        vertex, point = vertex[order], point[order]
        gaps = np.full(self.n_vertices, np.nan)
        for step in range(1, len(vertex)):
            same = np.flatnonzero(vertex[:-step] == vertex[step:])
            if not len(same):
                break
            apart = np.linalg.norm(point[same] - point[same + step], axis=1)
            np.fmax.at(gaps, vertex[same], apart)
        return gaps

    def patches_at(self, vertex: int) -> tuple[tuple[int, int], ...]:
        """Return where a vertex of the whole is found: pairs of patch and number in it."""
        return tuple(
            (k, int(place))
            for k, patch in enumerate(self.patches)
            for place in np.flatnonzero(patch.vertices == vertex)
        )

    def shared(self, a: int, b: int) -> Int64[np.ndarray, "m 2"]:
        """Return the overlap of two patches: the numbers in both of the vertices that both have."""
        _, first, second = np.intersect1d(self.patches[a].vertices, self.patches[b].vertices, return_indices=True)
        return np.column_stack([first, second]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Chart:
    """A patch with the autoencoder that has learned it.

    Parameters
    ----------
    patch : Patch
        What was learned.
    autoencoder : Autoencoder
        From it to its latent ball and back.
    codes : (n, d) float64 array
        Codes of its vertices, or rows.
    """

    patch: Patch
    autoencoder: Autoencoder
    codes: Float64[np.ndarray, "n d"]

    def __post_init__(self) -> None:
        shape = (len(self.patch), self.autoencoder.latent_dimension)
        object.__setattr__(self, "codes", frozen(self.codes, np.float64, shape))

    def decoded(self) -> Float64[np.ndarray, "n D"]:
        """Return the reconstruction of its vertices, in input units."""
        return self.autoencoder.decode(self.codes)


@dataclass(frozen=True, eq=False)
class Atlas:
    """Charts that cover some data together; one chart is an atlas of one.

    Parameters
    ----------
    cover : Cover
        The patches.
    charts : tuple of Chart
        One for each of them, in the same order.

    Raises
    ------
    ValueError
        If a chart is not that of its patch.
    """

    cover: Cover
    charts: tuple[Chart, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "charts", tuple(self.charts))
        if tuple(chart.patch for chart in self.charts) != self.cover.patches:
            raise ValueError("an atlas needs one chart for each patch of its cover, in this order")

    def __len__(self) -> int:
        """Number of charts."""
        return len(self.charts)

    def reconstruction(self) -> Float64[np.ndarray, "v D"]:
        """Return the vertices of the whole as the charts give them, welded by the partition of unity."""
        return self.cover.weld([chart.decoded() for chart in self.charts])

    def seam_gaps(self) -> Float64[np.ndarray, " v"]:
        """Return how far apart the charts are at each vertex, in input units; NaN where one alone speaks of it."""
        return self.cover.gaps([chart.decoded() for chart in self.charts])

    def transition(self, a: int, b: int, codes: Float64[np.ndarray, "n d"]) -> Float64[np.ndarray, "n d"]:
        """Return codes of chart a in chart b: encode_b(decode_a(z)), piecewise affine as both maps are."""
        return self.charts[b].autoencoder.encode(self.charts[a].autoencoder.decode(codes))

    def round_trips(self, a: int, b: int, points: Float64[np.ndarray, "n D"]) -> Float64[np.ndarray, " n"]:
        """Return |decode_a(encode_a(decode_b(encode_b(x)))) - decode_b(encode_b(x))| at points of an overlap."""
        first, second = self.charts[a].autoencoder, self.charts[b].autoencoder
        there = second.decode(second.encode(points))
        return np.linalg.norm(first.decode(first.encode(there)) - there, axis=1)
