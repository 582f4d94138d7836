"""The shortest path between two codes in the metric that the decoder pulls back to the disk."""

import itertools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from core.base.errors import SolveError
from core.base.progress import Progress, Work, part
from core.cells.decoder_image import DecoderImage
from core.cells.decoder_pieces import FLAT
from core.charts.latent_image import LatentImage
from core.generation.corridor import Corridor
from core.generation.latent_path import LatentPath, locate
from core.generation.taut_string import straightened

_INSIDE = 1e-9
"""Least weight of a corner: ends on sides and corners are moved inside by so much of their triangle."""


@dataclass(frozen=True, eq=False)
class Geodesic:
    """A path that no small change shortens, with its evidence.

    Parameters
    ----------
    path : LatentPath
        The path, broken at every side that it crosses.
    rounds : int
        How often it was pulled over a vertex.
    converged : bool
        Whether it can be pulled over no vertex any more, and passes no piece without area in space.
    """

    path: LatentPath
    rounds: int
    converged: bool


@dataclass(frozen=True, eq=False)
class PathMesh:
    """Triangles with two more vertices: the ends of a path.

    Parameters
    ----------
    codes : (n, d) float64 array
        What is carried along with the points.
    points : (n, 3) float64 array
        Positions.
    triangles : (f, 3) int64 array
        Corners, wound one way.
    start, stop : int
        The ends.
    """

    codes: Float64[np.ndarray, "n d"]
    points: Float64[np.ndarray, "n 3"]
    triangles: Int64[np.ndarray, "f 3"]
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class TautPath:
    """A path over triangles that no small change shortens.

    Parameters
    ----------
    twins : (3 f,) int64 array
        The same side of the neighbouring triangle, for side k of triangle t at 3 t + k; -1 at the rim.
    sides : (m,) int64 array
        The sides that it crosses, each as a side of the triangle that it leaves.
    parts : (m,) float64 array
        Where it crosses each, from 0 at its beginning to 1.
    rounds : int
        How often it was pulled over a vertex.
    bends : int
        How many vertices it still turns around by less than a straight line could.
    """

    twins: Int64[np.ndarray, " s"]
    sides: Int64[np.ndarray, " m"]
    parts: Float64[np.ndarray, " m"]
    rounds: int
    bends: int


def geodesic(
    image: DecoderImage,
    start: Float64[np.ndarray, " 2"],
    stop: Float64[np.ndarray, " 2"],
    latent: LatentImage | None = None,
    corridor: Corridor | None = None,
) -> Work[Geodesic]:
    """Find a shortest path between two codes in the metric A^T A of the pieces.

    Parameters
    ----------
    image : DecoderImage
        The exact image of the disk, pieces sharing vertices.
    start, stop : (2,) float64 array
        Codes in the domain.
    latent : LatentImage, optional
        Where codes of the surface lie: if both ends do, the path keeps to the triangles whose middle does, unless these
        do not hang together.
    corridor : Corridor, optional
        Where the path is looked for first; if it comes to the walls, the whole disk is searched.

    Raises
    ------
    BudaiError
        If an end lies outside the domain.
    SolveError
        If the ends hang together nowhere.

    Notes
    -----
    The shortest path along sides is pulled straight across them, exactly, by unfolding. The result is a geodesic; that
    no other way around is shorter is likely, not certain.
    """
    start, stop = np.asarray(start, np.float64), np.asarray(stop, np.float64)
    yield Progress(0.0, "Geodesic: triangles")
    ends = locate(image, start), locate(image, stop)
    for region in (latent, None) if latent is not None else (None,):
        for within in (corridor, None) if corridor is not None else (None,):
            found = yield from _shortest_within(_mesh(image, ends, stop, region, within))
            if found is not None and (within is None or within.keeps(found.path.codes)):
                return found
    raise SolveError("No way leads from one code to the other over the pieces. Choose other codes.")


def taut_path(mesh: PathMesh) -> Work[TautPath | None]:
    """Find a shortest path over triangles from one end to the other; None where they do not hang together.

    Parameters
    ----------
    mesh : PathMesh
        The triangles and the ends.
    """
    twins = _twins(mesh.triangles)
    yield Progress(0.3, "Geodesic: along the sides of the pieces")
    strip = _along_sides(mesh, twins)
    if strip is None:
        strip = _across_triangles(mesh, twins)
    if strip is None:
        return None
    yield Progress(0.7, "Geodesic: pulling it straight")
    sides, parts, rounds, bends = straightened(mesh.points, mesh.triangles, twins, strip, mesh.start, mesh.stop)
    return TautPath(twins, sides, parts, int(rounds), int(bends))


def _shortest_within(mesh: PathMesh) -> Work[Geodesic | None]:
    """A shortest path over some triangles, None where they do not hang together."""
    taut = yield from part(taut_path(mesh))
    if taut is None:
        return None
    sides = taut.sides
    first = mesh.triangles[sides // 3, sides % 3]
    second = mesh.triangles[sides // 3, (sides % 3 + 1) % 3]

    def along(values: np.ndarray) -> np.ndarray:
        crossings = values[first] + taut.parts[:, None] * (values[second] - values[first])
        return np.concatenate([values[[mesh.start]], crossings, values[[mesh.stop]]])

    is_certain = taut.bends == 0 and not _meets_flat(mesh, taut.twins, sides)
    return Geodesic(LatentPath(along(mesh.codes), along(mesh.points)), taut.rounds, is_certain)


def _meets_flat(mesh: PathMesh, twins: np.ndarray, sides: np.ndarray) -> bool:
    """Whether the path passes a piece that the decoder takes to a line or a point: there are no angles there."""
    crossed = np.concatenate([sides // 3, twins[sides] // 3])
    near = mesh.triangles[np.isin(mesh.triangles, mesh.triangles[crossed]).any(1)]
    codes, points = (values[near][:, 1:] - values[near][:, :1] for values in (mesh.codes, mesh.points))
    # A = edges of the image times the inverse of those of the codes; its singular values s and t, from the adjugate.
    (ax, ay), (bx, by) = codes[:, 0].T, codes[:, 1].T
    adjugate = np.array([[by, -bx], [-ay, ax]]).transpose(2, 0, 1)
    scaled = np.swapaxes(points, 1, 2) @ adjugate
    area = np.linalg.norm(np.cross(scaled[:, :, 0], scaled[:, :, 1]), axis=1)
    return bool((area <= FLAT * np.square(scaled).sum((1, 2))).any())


Place = tuple[int, Float64[np.ndarray, " 3"]]


def _mesh(
    image: DecoderImage,
    ends: tuple[Place, Place],
    stop: np.ndarray,
    latent: LatentImage | None,
    corridor: Corridor | None,
) -> PathMesh:
    """The triangles that the path may cross, those of its ends divided in three."""
    (first, first_weights), (second, second_weights) = ends
    triangles = image.triangles
    if corridor is not None:
        near = corridor.meets(image.codes, triangles)
        near[[first, second]] = True
        triangles, first, second = _those(triangles, near, first, second)
    if latent is not None:
        inside = latent.contains(image.codes[triangles].mean(1))
        if inside[first] and inside[second]:
            triangles, first, second = _those(triangles, inside, first, second)
    used, triangles = np.unique(triangles, return_inverse=True)
    codes, points, triangles = image.codes[used], image.points[used], triangles.reshape(-1, 3)
    codes, points, triangles = divided(codes, points, triangles, first, first_weights)
    if second == first:  # the second end lies in one of the three parts of the triangle
        corners = [0, len(triangles) - 2, len(triangles) - 1]
        corners[0] = first
        which, second_weights = _within(codes, triangles[corners], stop)
        second = corners[which]
    codes, points, triangles = divided(codes, points, triangles, second, second_weights)
    return PathMesh(codes, points, triangles, len(codes) - 2, len(codes) - 1)


def _those(triangles: np.ndarray, kept: Bool[np.ndarray, " f"], first: int, second: int) -> tuple[np.ndarray, int, int]:
    """The triangles with a mark, and where two of them are now."""
    number = np.cumsum(kept) - 1
    return triangles[kept], int(number[first]), int(number[second])


def _within(codes: np.ndarray, triples: np.ndarray, code: np.ndarray) -> tuple[int, np.ndarray]:
    """Which of some triangles contains a code, and the weights of its corners there."""
    matrix = np.concatenate([codes[triples].transpose(0, 2, 1), np.ones((len(triples), 1, 3))], 1)
    right = np.concatenate([code, [1.0]])
    solutions: list[np.ndarray] = [np.linalg.lstsq(one, right, rcond=None)[0] for one in matrix]
    weights = np.array(solutions)
    best = int(weights.min(1).argmax())
    return best, np.maximum(weights[best], 0.0)


def divided(
    codes: np.ndarray, points: np.ndarray, triangles: np.ndarray, triangle: int, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add a vertex in a triangle, which becomes three: one in its place, and two at the end.

    Parameters
    ----------
    codes, points, triangles
        As a `PathMesh` has them.
    triangle : int
        Which one.
    weights : (3,) float64 array
        Barycentric coordinates of the new vertex; it is kept off the sides.
    """
    weights = np.maximum(weights, _INSIDE)
    weights = weights / weights.sum()
    a, b, c = triangles[triangle]
    n = len(codes)
    parts = np.array([[a, b, n], [b, c, n], [c, a, n]])
    triangles = np.concatenate([triangles, parts[1:]])
    triangles[triangle] = parts[0]
    corners = [a, b, c]
    return (
        np.concatenate([codes, weights[None] @ codes[corners]]),
        np.concatenate([points, weights[None] @ points[corners]]),
        triangles,
    )


def _twins(triangles: Int64[np.ndarray, "f 3"]) -> Int64[np.ndarray, " s"]:
    """The same side of the neighbouring triangle, for side k of triangle t at 3 t + k; -1 at the rim."""
    ends = triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    n = int(triangles.max()) + 1
    key = ends.min(1) * n + ends.max(1)
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    twins = np.full(len(key), -1)
    twins[order[same]], twins[order[same + 1]] = order[same + 1], order[same]
    return twins


def _along_sides(mesh: PathMesh, twins: np.ndarray) -> np.ndarray | None:
    """Sides crossed beside the shortest path along sides that keeps off the rim; None where there is none."""
    ends = mesh.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    at_rim = np.zeros(len(mesh.codes), bool)
    at_rim[ends[twins < 0]] = True
    # Off the rim both directions of a side are there, each as the side of one triangle.
    rows, columns = ends[~at_rim[ends].any(1)].T
    chain = _shortest(rows, columns, mesh.points, mesh.start, mesh.stop)
    return None if chain is None else _strip(mesh.triangles, twins, chain)


def _across_triangles(mesh: PathMesh, twins: np.ndarray) -> np.ndarray | None:
    """Sides crossed by a short path from triangle to triangle; None where there is none."""
    sides = np.flatnonzero(twins >= 0)
    middles = mesh.points[mesh.triangles].mean(1)
    first, last = (int(np.flatnonzero((mesh.triangles == end).any(1))[0]) for end in (mesh.start, mesh.stop))
    chain = _shortest(sides // 3, twins[sides] // 3, middles, first, last)
    if chain is None:
        return None
    goes = dict(zip(zip((sides // 3).tolist(), (twins[sides] // 3).tolist(), strict=True), sides.tolist(), strict=True))
    return np.array([goes[step] for step in itertools.pairwise(chain.tolist())], np.int64)


def _shortest(rows: np.ndarray, columns: np.ndarray, points: np.ndarray, start: int, stop: int) -> np.ndarray | None:
    """Nodes of a shortest path, links being as long as their ends are apart; None where there is none."""
    lengths = np.linalg.norm(points[rows] - points[columns], axis=1)
    smallest = np.finfo(float).tiny  # a link of no length is a link all the same
    graph = csr_matrix((np.maximum(lengths, smallest), (rows, columns)), (len(points), len(points)))
    distance, before = dijkstra(graph, indices=start, return_predecessors=True)
    if not np.isfinite(distance[stop]):
        return None
    chain = [stop]
    while chain[-1] != start:
        chain.append(int(before[chain[-1]]))
    return np.array(chain[::-1])


def _strip(triangles: np.ndarray, twins: np.ndarray, chain: np.ndarray) -> np.ndarray:
    """Sides crossed on the way along the left of a path of vertices."""
    near: dict[tuple[int, int], int] = {}
    wanted = np.zeros(int(triangles.max()) + 1, bool)
    wanted[chain] = True
    for t in np.flatnonzero(wanted[triangles].any(1)):
        for k in range(3):
            near[int(triangles[t, k]), int(triangles[t, (k + 1) % 3])] = 3 * int(t) + k
    strip: list[int] = []
    for before, here, after in zip(chain[:-2], chain[1:-1], chain[2:], strict=True):
        goal = near[int(here), int(after)]
        side = near[int(before), int(here)]
        while True:
            side = side - side % 3 + (side % 3 + 1) % 3  # begins here, in the triangle to the left
            if side == goal:
                break
            strip.append(side)
            side = int(twins[side])
    return np.array(strip, np.int64)
