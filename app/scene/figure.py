"""A loaded surface or cloud made ready to be drawn."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from scipy.sparse import csr_array

from app.scene.chart_colors import MUTED, cover_colors
from app.scene.front import Sides, sides
from app.scene.in_space import in_space, space_of
from app.scene.shading import cavity, mean_of_neighbours
from app.scene.up_axis import up_axis
from core.charts.atlas import Cover
from core.data.point_cloud import PointCloud
from core.data.surface import Surface
from core.data.table import Table
from core.geometry.clipping import enclosed_side
from core.geometry.normalization import Frame
from core.geometry.scatter import strayed

MOST_POINTS = 1_000_000
"""A larger cloud is shown by an even part of its points."""


@njit(nogil=True, cache=True)
def _add_face_normals(points, faces, normals, is_one_sided):  # pragma: no cover - compiled
    for face in range(len(faces)):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
        vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in (a, b, c):
            sign = 1.0
            if is_one_sided and normals[corner, 0] * nx + normals[corner, 1] * ny + normals[corner, 2] * nz < 0.0:
                sign = -1.0  # else faces that are wound against each other would leave no normal
            normals[corner, 0] += sign * nx
            normals[corner, 1] += sign * ny
            normals[corner, 2] += sign * nz
    for vertex in range(len(normals)):
        length = np.sqrt(normals[vertex, 0] ** 2 + normals[vertex, 1] ** 2 + normals[vertex, 2] ** 2)
        if length > 0.0:
            normals[vertex, 0] /= length
            normals[vertex, 1] /= length
            normals[vertex, 2] /= length


def vertex_normals(points: np.ndarray, faces: np.ndarray, is_one_sided: bool = False) -> np.ndarray:
    """Return the (n, 3) float32 unit normals of vertices, averaged over their faces by area.

    Of a one-sided surface each face counts with the sign that fits the others around a vertex.
    """
    normals = np.zeros((len(points), 3), np.float32)
    _add_face_normals(np.ascontiguousarray(points, np.float32), faces, normals, is_one_sided)
    return normals


@dataclass(frozen=True, eq=False)
class Figure:
    """What the views draw of a loaded surface or cloud, in a frame of its own.

    Parameters
    ----------
    source : Surface, PointCloud or Table
        What was loaded.
    path : str
        The file it came from; empty for none.
    part : ChartPart or None
        Where it lies in the surface that it is a chart of: then it is drawn in the frame of that.
    is_one_sided : bool
        Whether it is a surface that cannot be oriented.
    """

    source: Surface | PointCloud | Table
    path: str = ""
    part: "ChartPart | None" = None
    is_one_sided: bool = False

    @cached_property
    def drawing(self) -> Surface | PointCloud:
        """What is drawn of it: the same, but of a table a cloud of its principal coordinates."""
        return in_space(self.source)

    @cached_property
    def is_cloud(self) -> bool:
        """Whether there are points alone."""
        return not self.drawing.has_faces

    @cached_property
    def frame(self) -> Frame:
        """The drawing frame: the centre of the bounding box is 0, its diagonal 1, so that float32 is enough."""
        if self.part is not None:
            return self.part.whole.frame
        diagonal = self.drawing.diagonal
        bounds = self.drawing.bounds
        if self._is_spread:
            near = self._positions[self.ids]
            bounds = np.stack([near.min(0), near.max(0)])
            diagonal = float(np.linalg.norm(bounds[1] - bounds[0]))
        return Frame(bounds.mean(0), diagonal if diagonal > 0 else 1.0)

    @cached_property
    def up_axis(self) -> str:
        """The axis that most likely points upward."""
        return up_axis(self.drawing, self.path) if self.part is None else self.part.whole.up_axis

    @cached_property
    def sides(self) -> Sides | None:
        """What it shows toward its sides; None for a cloud."""
        return None if self.is_cloud or self.normals is None else sides(self.points, self.faces, self.normals)

    @cached_property
    def inside(self) -> int:
        """On which side of its faces its inside is: 1 behind them, -1 before them, 0 where it has none."""
        return 0 if self.is_cloud else enclosed_side(self.points, self.faces)

    @property
    def whole(self) -> "Figure":
        """The surface that it is a chart of; itself where it is none."""
        return self if self.part is None else self.part.whole

    @property
    def extent(self) -> np.ndarray | None:
        """Points that are to be seen with it; None for its own."""
        return None if self.part is None else self.part.whole.points

    @property
    def n_points(self) -> int:
        """Number of points that were loaded, drawn or not."""
        return len(self._positions)

    @cached_property
    def ids(self) -> np.ndarray:
        """Numbers in the file of the points that are drawn."""
        n = len(self._positions)
        if not self.is_cloud:
            return np.arange(n)
        near = np.flatnonzero(~self._strays) if self._is_spread else np.arange(n)
        if len(near) <= MOST_POINTS:
            return near
        return near[np.linspace(0, len(near) - 1, MOST_POINTS).astype(np.int64)]

    @cached_property
    def _strays(self) -> np.ndarray:
        """Which points of a cloud lie so far outside that with them it would be drawn as a dot."""
        return strayed(self._positions)

    @property
    def _is_spread(self) -> bool:
        """Whether there are such points."""
        return self.is_cloud and bool(self._strays.any())

    @cached_property
    def points(self) -> np.ndarray:
        """Positions of the drawn points in the drawing frame, (n, 3) float32."""
        return self._framed(self._positions[self.ids] if self.is_cloud else self._positions)

    @cached_property
    def faces(self) -> np.ndarray:
        """Corners of each face, (f, 3) int64."""
        return self.drawing.faces

    @cached_property
    def normals(self) -> np.ndarray | None:
        """Unit normals of the drawn points, (n, 3) float32; None for a cloud without."""
        if self.part is not None and self.part.whole.normals is not None:
            return self.part.whole.normals[self.part.vertices]
        if self.drawing.has_faces:
            return vertex_normals(self.points, self.faces, self.is_one_sided)
        given = self.drawing.normals  # pyright: ignore[reportAttributeAccessIssue]
        return None if given is None else given[self.ids].astype(np.float32)

    @cached_property
    def mean_of_neighbours(self) -> csr_array:
        """The matrix that averages over the neighbours of each vertex."""
        return mean_of_neighbours(len(self.points), self.faces)

    @cached_property
    def hollow(self) -> np.ndarray:
        """How deep in a hollow each drawn point lies, (n,) float32."""
        if self.part is not None:
            return self.part.whole.hollow[self.part.vertices]
        if self.is_cloud or self.normals is None or self.is_one_sided:  # hollows of one side are bumps of the other
            return np.zeros(len(self.points), np.float32)
        return cavity(self.points, self.mean_of_neighbours, self.normals)

    @cached_property
    def colors(self) -> np.ndarray | None:
        """Colours that the file holds, (n, 3) uint8."""
        return None if self.drawing.colors is None else self.drawing.colors[self.ids]

    def drawn(self, positions: np.ndarray) -> np.ndarray:
        """Return (n, 3) float32 positions in the drawing frame of positions, or rows, in input units."""
        if self.source.kind == "table":
            mean, directions = self._plane
            positions = (np.asarray(positions, np.float64) - mean) @ directions.T
        return self._framed(positions)

    @cached_property
    def _plane(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and directions of what is drawn of a table."""
        return space_of(self.source)  # pyright: ignore[reportArgumentType]

    def _framed(self, positions: np.ndarray) -> np.ndarray:
        """Return positions of what is drawn in the drawing frame."""
        return self.frame.normalize(np.asarray(positions, np.float64)).astype(np.float32)

    @property
    def _positions(self) -> np.ndarray:
        return self.drawing.positions


@dataclass(frozen=True, eq=False)
class ChartPart:
    """A chart in the surface that it is a patch of.

    Parameters
    ----------
    whole : Figure
        The surface.
    cover : Cover
        The patches of all charts.
    chart : int
        Number of this one, from 0.
    """

    whole: Figure
    cover: Cover
    chart: int

    @property
    def vertices(self) -> np.ndarray:
        """Vertex of the surface that each vertex of the chart is, (n,)."""
        return self.cover.patches[self.chart].vertices

    @cached_property
    def color(self) -> np.ndarray:
        """Its colour, (3,) uint8."""
        return cover_colors(self.cover)[self.chart]

    @cached_property
    def _around(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Vertex and owner of each corner around the chart, where charts meet one for each; and the faces by these."""
        is_around = np.ones(len(self.cover.face_chart), bool)
        is_around[self.cover.patches[self.chart].faces] = False
        corners, owner = self.whole.faces[is_around], self.cover.face_chart[is_around]
        keys, faces = np.unique(corners * len(self.cover) + owner[:, None], return_inverse=True)
        return keys // len(self.cover), keys % len(self.cover), faces.reshape(-1, 3)

    @property
    def around_vertices(self) -> np.ndarray:
        """Vertex of the surface that each vertex around the chart is, (m,)."""
        return self._around[0]

    @property
    def around_charts(self) -> np.ndarray:
        """Chart that owns each vertex around this one, (m,)."""
        return self._around[1]

    @property
    def around_faces(self) -> np.ndarray:
        """Faces around the chart by the numbers of these vertices, (f, 3)."""
        return self._around[2]

    def around_colors(self, ground: tuple[int, int, int]) -> np.ndarray:
        """Return the (m, 3) uint8 colours of the other charts, half lost in a ground."""
        colors = cover_colors(self.cover)[self.around_charts].astype(np.float64)
        return ((1.0 - MUTED) * colors + MUTED * np.array(ground)).astype(np.uint8)

    def face_colors(self, ground: tuple[int, int, int]) -> np.ndarray:
        """Return the (f, 3) uint8 colours of its faces: its own, and paler that of the owner of those of others."""
        owners = self.cover.face_chart[self.cover.patches[self.chart].faces]
        colors = cover_colors(self.cover)[owners].astype(np.float64)
        others = owners != self.chart
        colors[others] = (1.0 - MUTED) * colors[others] + MUTED * np.array(ground)
        return colors.astype(np.uint8)

    def place_of(self, around: int) -> tuple[int, int]:
        """Return the chart that owns a vertex around this one, and its number there."""
        chart = int(self.around_charts[around])
        return chart, int(np.argmax(self.cover.patches[chart].vertices == self.around_vertices[around]))

    def own(self, vertex: int) -> int | None:
        """Return the number that a vertex of the surface has in the chart, None where it does not have it."""
        found = np.flatnonzero(self.vertices == vertex)
        return int(found[0]) if len(found) else None

    def around(self, vertex: int) -> int | None:
        """Return the number that a vertex of the surface has around the chart, None where it does not lie there."""
        found = np.flatnonzero(self.around_vertices == vertex)
        return int(found[0]) if len(found) else None
