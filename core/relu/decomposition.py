"""Exact subdivision of a convex polygon by a ReLU network."""

import numpy as np
from jaxtyping import Float64

from core.base.errors import BudaiError
from core.base.progress import Progress, Work, finish
from core.relu.cell_complex import CellComplex
from core.relu.packed_network import pack
from core.relu.relu_map import ReluMap
from core.relu.slivers import merge_slivers
from core.relu.subdivision import StartPolygons, Subdivision, cells_that_fit, too_many

REPORT_EVERY = 50_000
"""Cells between two reports."""

SURE_FRACTION = 0.05
"""Part of the area after which the number of cells is told by extrapolation."""


def disk_polygon(n: int = 256) -> Float64[np.ndarray, "n 2"]:
    """Return the regular polygon inscribed in the unit disk, counter-clockwise: the domain of exported cells."""
    angle = 2.0 * np.pi * np.arange(n) / n
    corners = np.column_stack([np.cos(angle), np.sin(angle)])
    # Rounding must not carry a corner outside the disk.
    return corners / np.maximum(1.0, np.hypot(*corners.T))[:, None]


def decompose(
    network: ReluMap, domain: Float64[np.ndarray, "d 2"], max_cells: int | None = None, with_maps: bool = True
) -> CellComplex:
    """Subdivide a convex polygon into the cells of a network, here and now.

    Parameters
    ----------
    network : ReluMap
        A network with two inputs.
    domain : (d, 2) float64 array
        Corners of a convex polygon, counter-clockwise.
    max_cells : int, optional
        Refuse beyond this number; by default what the free memory holds.
    with_maps : bool
        Whether to keep the affine map of every cell (72 bytes each, from two to three dimensions).

    Returns
    -------
    CellComplex
        All cells.

    Raises
    ------
    BudaiError
        If there are more cells than memory, or the polygon is not convex and counter-clockwise.

    Notes
    -----
    Each cell is reached once; time grows with the number of cells, and little with the widths of the network.

    Examples
    --------
    >>> network = ReluMap([np.eye(2), np.ones((1, 2))], [np.zeros(2), np.zeros(1)])
    >>> square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    >>> decompose(network, square).n_cells
    4
    """
    return finish(decomposition(network, domain, max_cells, with_maps))


def decomposition(
    network: ReluMap, domain: Float64[np.ndarray, "d 2"], max_cells: int | None = None, with_maps: bool = True
) -> Work[CellComplex]:
    """Subdivide a convex polygon as a work that reports progress and can be cancelled; see `decompose`."""
    domain = checked_domain(network, domain)
    most = cells_that_fit() if max_cells is None else max_cells
    subdivision = Subdivision(pack(network, domain_sample(domain)), polygon_start(domain), with_maps)
    total, covered, limit = polygon_area(domain), 0.0, 0
    while True:
        done = subdivision.n_cells
        limit = min(done + REPORT_EVERY, most + 1)
        if subdivision.advance(limit, most):
            break
        covered += subdivision.covered(done)
        fraction = min(covered / total, 1.0)
        if subdivision.n_cells > most or (fraction > SURE_FRACTION and subdivision.n_cells / fraction > 1.2 * most):
            raise too_many(max(subdivision.n_cells, subdivision.n_cells / fraction), most)
        yield Progress(fraction, f"{subdivision.n_cells:,} cells")
    found = subdivision.result()
    found, n_merged = merge_slivers(found, lambda vertices, _: found.points[vertices], len(domain))
    return CellComplex(
        network=network,
        vertices=found.points,
        offsets=found.offsets,
        corners=found.corners,
        edges=found.edges,
        edge_cells=found.edge_cells,
        edge_unit=found.edge_unit,
        pattern_hash=found.pattern_hash,
        maps=found.maps if with_maps else None,
        n_merged=n_merged,
        domain=domain,
    )


def checked_domain(network: ReluMap, domain: Float64[np.ndarray, "d 2"]) -> Float64[np.ndarray, "d 2"]:
    """Return the domain, or raise an error that says what is wrong with it."""
    if network.widths[0] != 2:
        raise ValueError(f"the network takes {network.widths[0]} values, a polygon in the plane has 2")
    domain = np.array(domain, np.float64)
    if domain.ndim != 2 or domain.shape[1:] != (2,) or len(domain) < 3:
        raise BudaiError("There is nothing to subdivide: the view lies outside the disk. Move it back over the disk.")
    side = np.roll(domain, -1, 0) - domain
    after = np.roll(side, -1, 0)
    turn = np.arctan2(side[:, 0] * after[:, 1] - side[:, 1] * after[:, 0], (side * after).sum(1))
    if not (np.isfinite(domain).all() and (turn > 0).all() and abs(turn.sum() - 2 * np.pi) < 1e-6):
        raise BudaiError(
            f"The domain of {len(domain):,} corners is not a convex polygon given counter-clockwise. "
            "Give its corners in that order."
        )
    return domain


def domain_sample(domain: Float64[np.ndarray, "d 2"]) -> Float64[np.ndarray, "n 2"]:
    """Return points that represent a convex polygon: its corners, its centre, and rings between."""
    centre = domain.mean(0)
    ring = domain[:: max(1, len(domain) // 16)]
    between = (ring + np.roll(ring, -1, 0)) / 2
    radii = np.linspace(0.0, 1.0, 5)[1:, None, None]
    rings = centre + radii * (np.concatenate([ring, between]) - centre)
    return np.concatenate([centre[None], *rings])


def polygon_start(domain: Float64[np.ndarray, "d 2"]) -> StartPolygons:
    """Return a polygon as the only one to start from."""
    n = len(domain)
    corner = np.arange(n)
    edges = np.column_stack([corner, (corner + 1) % n])
    return StartPolygons(domain, edges, (2 * corner).astype(np.int32), np.array([0, n]))


def polygon_area(corners: Float64[np.ndarray, "d 2"]) -> float:
    """Return the signed area of a polygon."""
    x, y = (corners - corners[0]).T
    return float(0.5 * (x * np.roll(y, -1) - y * np.roll(x, -1)).sum())


def clip_rectangle(
    low: Float64[np.ndarray, " 2"], high: Float64[np.ndarray, " 2"], domain: Float64[np.ndarray, "d 2"]
) -> Float64[np.ndarray, "k 2"]:
    """Return the part of a convex domain that lies in a rectangle: what of it is in view.

    Parameters
    ----------
    low, high : (2,) float64 array
        Opposite corners of the rectangle.
    domain : (d, 2) float64 array
        Corners of a convex polygon, counter-clockwise.

    Returns
    -------
    (k, 2) float64 array
        Corners of the common part, counter-clockwise.

    Raises
    ------
    BudaiError
        If they have no area in common.
    """
    polygon = np.asarray(domain, np.float64)
    for axis, bound, sign in ((0, low[0], 1.0), (0, high[0], -1.0), (1, low[1], 1.0), (1, high[1], -1.0)):
        depth = sign * (polygon[:, axis] - bound)
        following, ahead = np.roll(polygon, -1, 0), np.roll(depth, -1)
        parts: list[np.ndarray] = []
        for p, q, d, e in zip(polygon, following, depth, ahead, strict=True):
            if d >= 0:
                parts.append(p)
            if d * e < 0:
                crossing = p + d / (d - e) * (q - p)
                crossing[axis] = bound
                parts.append(crossing)
        polygon = np.array(parts).reshape(-1, 2)
        if len(polygon):
            polygon = polygon[(polygon != np.roll(polygon, 1, 0)).any(1)]
        if len(polygon) < 3 or polygon_area(polygon) <= 0.0:
            raise BudaiError(
                f"The view from ({low[0]:.3g}, {low[1]:.3g}) to ({high[0]:.3g}, {high[1]:.3g}) shows nothing of the "
                "disk. Move it back over the disk."
            )
    return polygon
