"""What a detail layer is fitted to: samples of a surface or a cloud, at the codes that the encoder gives them."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.spatial import cKDTree

from core.base.errors import BudaiError
from core.charts.autoencoder import Autoencoder
from core.charts.detail_figures import COARSEST, FINEST
from core.charts.lattice import lattice_over
from core.charts.sheets import several_sheets, spread_in_space
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.geometry.distortion import flipped_triangles, signed_areas
from core.geometry.geodesic_balls import geodesic_balls
from core.geometry.sampling import sample_by_area
from core.relu.single_precision import evaluate_single

SAMPLES_PER_NODE = 2.0
"""Samples of a surface to a node of the lattice, by area in the plane and in space."""
NODES_PER_VERTEX = 3.0
"""Nodes to a vertex of a surface, at first."""
POINTS_PER_NODE = 2.0
"""Points of a cloud to a node, at first."""

_MOST_CUTS = 16
"""Most pieces along each side of a face."""
_VERTEX_SHARE = 0.25
"""Part of the weight that the vertices take; the rest is for the pieces of the faces."""
_LEAST_POINTS = 64
"""Points that a cloud needs."""
_HELD_OUT = 5000
"""Samples that take no part in a fit, twice: to choose by, and to tell the error by."""
_BALL_SHARE, _BALLS = 0.002, 50
"""Part of the area in each ball that is withheld, and their number."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Samples: where they lie in the plane, and what the layer should add to the network there.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Codes, in latent units.
    targets : (n, 3) float64 array
        x - decoder(encoder(x)), in normalized units.
    weights : (n,) float64 array
        The area that a sample stands for, in any unit.
    owner : (n,) int64 array
        Face of a sample in the interior; of a vertex or point its number, counted -1, -2, ...
    """

    codes: Float64[np.ndarray, "n 2"]
    targets: Float64[np.ndarray, "n 3"]
    weights: Float64[np.ndarray, " n"]
    owner: Int64[np.ndarray, " n"]

    def where(self, chosen: Bool[np.ndarray, " n"]) -> "Rows":
        """Return some of the rows."""
        return Rows(self.codes[chosen], self.targets[chosen], self.weights[chosen], self.owner[chosen])

    def of_owner(self, face: Bool[np.ndarray, " f"], vertex: Bool[np.ndarray, " v"]) -> Bool[np.ndarray, " n"]:
        """Return for each row what is said of the face, or else of the vertex, that it belongs to."""
        result, inside = np.empty(len(self.owner), bool), self.owner >= 0
        result[inside], result[~inside] = face[self.owner[inside]], vertex[-1 - self.owner[~inside]]
        return result


class SampleSource(ABC):
    """Where the rows come from.

    Parameters
    ----------
    autoencoder : Autoencoder
        The networks; a detail layer that it has is not looked at.
    rng : Generator
        Where random choices come from.
    """

    def __init__(self, autoencoder: Autoencoder, rng: np.random.Generator) -> None:
        self._autoencoder, self._rng = autoencoder, rng

    def _rows(self, points: np.ndarray, weights: np.ndarray, owner: np.ndarray) -> Rows:
        """Return rows for points in normalized units."""
        codes = evaluate_single(self._autoencoder.encoder, points)
        return Rows(codes, points - evaluate_single(self._autoencoder.decoder, codes), weights, owner)

    def _normalized(self, points: np.ndarray) -> np.ndarray:
        return (points - self._autoencoder.centre) / self._autoencoder.scale

    @property
    @abstractmethod
    def n_numbers(self) -> int:
        """Coordinates that the surface or cloud itself holds."""

    @abstractmethod
    def resolution(self) -> int:
        """Return a resolution that suits the density of the samples."""

    @abstractmethod
    def rows(self, spacing: float) -> Rows:
        """Return rows for a fit with a lattice of some spacing."""

    @abstractmethod
    def held_out(self) -> tuple[Rows, Rows]:
        """Return two sets of rows that take no part in any fit."""

    @abstractmethod
    def folded(self, rows: Rows, spacing: float) -> Bool[np.ndarray, " n"]:
        """Return which rows lie where the chart is no embedding."""

    @abstractmethod
    def withheld(self, rows: Rows) -> Bool[np.ndarray, " n"]:
        """Return which rows lie in geodesic balls at random places."""


def sample_source(surface: Surface | PointCloud, autoencoder: Autoencoder, rng: np.random.Generator) -> SampleSource:
    """Return the samples of a surface or a cloud.

    Raises
    ------
    BudaiError
        If there are too few points, a code is not a number, or the codes have no extent.
    """
    return (SurfaceSource if surface.has_faces else CloudSource)(surface, autoencoder, rng)  # pyright: ignore[reportArgumentType]


def checked_codes(codes: Float64[np.ndarray, "n 2"], least: int) -> Float64[np.ndarray, "n 2"]:
    """Return codes if a lattice can be laid over them, or raise an error that says what is wrong."""
    if len(codes) < least:
        raise BudaiError(
            f"There are {len(codes):,} points, and a detail layer needs at least {least}. Open a denser surface."
        )
    wrong = ~np.isfinite(codes).all(1)
    if wrong.any():
        raise BudaiError(
            f"{int(wrong.sum()):,} of {len(codes):,} codes are not numbers (the first is that of point "
            f"{int(np.flatnonzero(wrong)[0])}), so no detail layer can be fitted. Train again with another seed."
        )
    # Of the two extents of the image the smaller one decides: codes on a line are no chart.
    spread = np.linalg.svd(codes - codes.mean(0), compute_uv=False) / np.sqrt(len(codes))
    if not spread[1] > 1e-6:
        raise BudaiError(
            f"The latent image is only {4 * spread[1]:.1g} wide, of a disk of width 2: the chart has collapsed, and no "
            "detail layer can be fitted. Train longer, or in guided mode."
        )
    return codes


class SurfaceSource(SampleSource):
    """Samples of each face of a surface: its vertices, and the centres of the pieces it is cut into."""

    def __init__(self, surface: Surface, autoencoder: Autoencoder, rng: np.random.Generator) -> None:
        super().__init__(autoencoder, rng)
        if not len(surface.faces) or not surface.area > 0.0:
            raise BudaiError(f"The surface has {len(surface.faces):,} faces and no area. Open another one.")
        self._surface = surface
        self._vertices = self._normalized(surface.vertices)
        self._codes = checked_codes(autoencoder.encoder(self._vertices), 3)
        self._corners = self._codes[surface.faces]
        self._areas = np.abs(signed_areas(self._corners))
        self._flipped = flipped_triangles(self._codes, surface.faces)

    @property
    def n_numbers(self) -> int:
        """Coordinates of the vertices."""
        return self._surface.vertices.size

    def resolution(self) -> int:
        """Return the resolution with a few nodes to a vertex."""
        spacing = np.sqrt(self._areas.sum() / (NODES_PER_VERTEX * len(self._codes)))
        return int(np.clip(np.rint(2.0 / spacing), COARSEST, FINEST))

    def rows(self, spacing: float) -> Rows:
        """Return the vertices and as many pieces of each face as its area in nodes asks for, in the plane or space."""
        surface = self._surface
        shares = surface.face_areas / surface.area * self._areas.sum()
        nodes = np.maximum(self._areas, shares) / spacing**2
        cuts = np.clip(np.rint(np.sqrt(SAMPLES_PER_NODE * nodes)), 1, _MOST_CUTS).astype(np.int64)
        points, weights = [self._vertices], [_VERTEX_SHARE * surface.vertex_areas]
        owner = [-1 - np.arange(len(self._codes))]
        for count in np.unique(cuts):
            faces, centres = np.flatnonzero(cuts == count), piece_centres(int(count))
            points.append(np.einsum("pk,fkd->fpd", centres, self._vertices[surface.faces[faces]]).reshape(-1, 3))
            share = (1.0 - _VERTEX_SHARE) * surface.face_areas[faces] / len(centres)
            weights.append(np.repeat(share, len(centres)))
            owner.append(np.repeat(faces, len(centres)))
        return self._rows(np.concatenate(points), np.concatenate(weights), np.concatenate(owner))

    def held_out(self) -> tuple[Rows, Rows]:
        """Return random points uniform by area."""
        first, second = (sample_by_area(self._surface.corners, _HELD_OUT, self._rng) for _ in range(2))
        weights = np.ones(_HELD_OUT)
        return (
            self._rows(self._normalized(first.points), weights, first.faces),
            self._rows(self._normalized(second.points), weights, second.faces),
        )

    def folded(self, rows: Rows, spacing: float) -> Bool[np.ndarray, " n"]:
        """Return the rows of flipped faces and their corners, and those over which several faces lie."""
        corner = np.zeros(len(self._codes), bool)
        corner[self._surface.faces[self._flipped]] = True
        return rows.of_owner(self._flipped, corner) | several_sheets(rows.codes, self._corners, spacing)

    def withheld(self, rows: Rows) -> Bool[np.ndarray, " n"]:
        """Return the rows in balls around random vertices, distances measured along edges."""
        inside = geodesic_balls(self._surface, _BALL_SHARE, _BALLS, self._rng)
        return rows.of_owner(np.all(inside[self._surface.faces], 1), inside)


class CloudSource(SampleSource):
    """The points of a cloud."""

    def __init__(self, cloud: PointCloud, autoencoder: Autoencoder, rng: np.random.Generator) -> None:
        super().__init__(autoencoder, rng)
        self._points = self._normalized(cloud.points)
        checked_codes(evaluate_single(autoencoder.encoder, self._points), _LEAST_POINTS)
        order = rng.permutation(len(self._points))
        aside = min(_HELD_OUT, len(order) // 20)
        self._aside, self._used = (order[:aside], order[aside : 2 * aside]), np.sort(order[2 * aside :])

    @property
    def n_numbers(self) -> int:
        """Coordinates of the points."""
        return self._points.size

    def resolution(self) -> int:
        """Return the finest resolution that leaves some points to each node."""
        codes = self._of(self._used).codes
        best = COARSEST
        for resolution in (91, 128, 181, 256, 362, FINEST):
            if len(codes) < POINTS_PER_NODE * lattice_over(codes, 2.0 / resolution).n_met:
                break
            best = resolution
        return best

    def rows(self, spacing: float) -> Rows:
        """Return all points but those set aside, whatever the spacing."""
        return self._of(self._used)

    def held_out(self) -> tuple[Rows, Rows]:
        """Return the points set aside."""
        return self._of(self._aside[0]), self._of(self._aside[1])

    def folded(self, rows: Rows, spacing: float) -> Bool[np.ndarray, " n"]:
        """Return the points that share a square of the lattice with points far away in space."""
        return spread_in_space(rows.codes, self._points[-1 - rows.owner], spacing)

    def withheld(self, rows: Rows) -> Bool[np.ndarray, " n"]:
        """Return the points in balls around random points; without faces, distances are those of space."""
        points = self._points[-1 - rows.owner]
        count = max(2, int(_BALL_SHARE * len(points)))
        tree = cKDTree(points)
        centres = self._rng.choice(len(points), min(_BALLS, len(points) // count), replace=False)
        inside = np.zeros(len(points), bool)
        inside[tree.query(points[centres], k=count)[1].ravel()] = True
        return inside

    def _of(self, numbers: np.ndarray) -> Rows:
        return self._rows(self._points[numbers], np.ones(len(numbers)), -1 - numbers)


def piece_centres(cuts: int) -> Float64[np.ndarray, "p 3"]:
    """Return the centres of the equal pieces of a triangle cut ``cuts`` by ``cuts``, as weights of its corners."""
    i, j = np.indices((cuts, cuts)).reshape(2, -1)
    upright, turned = i + j < cuts, i + j < cuts - 1
    first = np.concatenate([i[upright] + 1 / 3, i[turned] + 2 / 3]) / cuts
    second = np.concatenate([j[upright] + 1 / 3, j[turned] + 2 / 3]) / cuts
    return np.column_stack([1.0 - first - second, first, second])
