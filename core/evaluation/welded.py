"""Measuring an atlas as a whole: the welded reconstruction, the seams, and the transitions between charts."""

from collections.abc import Generator

import numpy as np
from jaxtyping import Float64, Int64

from core.base.clock import ActiveClock
from core.base.progress import Progress, Work
from core.charts.atlas import Atlas
from core.charts.autoencoder import Autoencoder
from core.data.surface import Surface
from core.evaluation.accuracy import Accuracy, accuracy
from core.evaluation.atlas_figures import AtlasFigures
from core.evaluation.chamfer import SurfaceDistances, directed_distances
from core.geometry.sampling import sample_by_area
from core.geometry.topology import edge_table

_NOTHING = 1e-15
"""Share that counts as none."""
SAMPLES = 50_000
"""Random points behind each distance, and behind the round trips."""


def certify_atlas(surface: Surface, atlas: Atlas, rng: np.random.Generator) -> Work[AtlasFigures]:
    """Measure an atlas on its surface, in float64.

    Parameters
    ----------
    surface : Surface
        The whole surface.
    atlas : Atlas
        Its charts.
    rng : Generator
        Where the random points come from.

    Yields
    ------
    Progress
        Without payload.
    """
    clock, diagonal = ActiveClock(), surface.diagonal
    whole = yield from _accuracy(surface, atlas, rng, clock, 0.0, False)
    network = yield from _accuracy(surface, atlas, rng, clock, 0.3, True)
    yield from clock.pause(Progress(0.6, "Certificate: seams"))
    gaps = atlas.seam_gaps()
    gaps = gaps[np.isfinite(gaps)] / diagonal
    trips = yield from _round_trips(surface, atlas, rng, clock)
    table = edge_table(surface.faces)
    times = np.zeros(len(surface.faces), np.int64)
    for patch in atlas.cover.patches:
        times[patch.faces] += 1
    return AtlasFigures(
        charts=len(atlas),
        rmse_rel=whole.rmse_rel,
        chamfer_rel=whole.chamfer_rel,
        hausdorff_rel=whole.hausdorff_rel,
        normal_error_deg=whole.normal_error_deg,
        network=network,
        cut_length_rel=cut_length(surface, atlas) / diagonal,
        seam_gap_max_rel=float(gaps.max()) if len(gaps) else None,
        seam_gap_rms_rel=float(np.sqrt(np.square(gaps).mean())) if len(gaps) else None,
        overlap_area_rel=float(surface.face_areas[times > 1].sum() / surface.area),
        transition_round_trip_median_rel=float(np.median(trips) / diagonal) if len(trips) else None,
        transition_round_trip_p99_rel=float(np.quantile(trips, 0.99) / diagonal) if len(trips) else None,
        watertight=bool((table.n_faces == 2).all()),
        seconds=clock.seconds,
    )


def welded_images(
    surface: Surface,
    atlas: Atlas,
    faces: Int64[np.ndarray, " n"],
    weights: Float64[np.ndarray, "n 3"],
    network: bool = False,
) -> Float64[np.ndarray, "n 3"]:
    """Return the images of points of a surface under the welded map.

    Parameters
    ----------
    surface : Surface
        The whole surface.
    atlas : Atlas
        Its charts.
    faces : (n,) int64 array
        Face that each point lies in.
    weights : (n, 3) float64 array
        Its barycentric coordinates there.
    network : bool
        Leave the detail layers out.

    Returns
    -------
    (n, 3) float64 array
        Sum over the charts of share times decode(encode(x)), in input units; a share is affine on each face.
    """
    points = np.einsum("nk,nki->ni", weights, surface.corners[faces])
    result, corners = np.zeros_like(points), surface.faces[faces]
    for chart in atlas.charts:
        patch = chart.patch
        # A vertex on the rim of a patch may count where no other has it inside: then beyond the patch too.
        at_vertices = np.bincount(patch.vertices, patch.weights, len(surface.vertices))
        share = np.einsum("nk,nk->n", weights, at_vertices[corners])
        here = np.flatnonzero(share > _NOTHING)
        if len(here):
            result[here] += share[here, None] * _decoded(chart.autoencoder, points[here], network)
    return result


def cut_length(surface: Surface, atlas: Atlas) -> float:
    """Return the length of the edges between two faces of a patch that is cut open there, once for each patch."""
    total = 0.0
    for patch in atlas.cover.patches:
        whole, own = edge_table(patch.vertices[patch.corners]), edge_table(patch.corners)
        sides = whole.pairs
        apart = sides[own.edge_of_side[sides[:, 0]] != own.edge_of_side[sides[:, 1]], 0]
        ends = surface.vertices[whole.edges[whole.edge_of_side[apart]]]
        total += float(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum())
    return total


def _decoded(autoencoder: Autoencoder, points: np.ndarray, network: bool) -> np.ndarray:
    codes = autoencoder.encode(points)
    return autoencoder.decode_network(codes) if network else autoencoder.decode(codes)


def _accuracy(
    surface: Surface, atlas: Atlas, rng: np.random.Generator, clock: ActiveClock, start: float, network: bool
) -> Generator[Progress, str | None, Accuracy]:
    """Measure the welded reconstruction, with or without detail layers."""
    yield from clock.pause(Progress(start, "Certificate: reconstruction error"))
    drawn = sample_by_area(surface.corners, SAMPLES, rng)
    images = welded_images(surface, atlas, drawn.faces, drawn.barycentric, network)
    vertices = atlas.cover.weld(
        [_decoded(chart.autoencoder, surface.vertices[chart.patch.vertices], network) for chart in atlas.charts]
    )
    yield from clock.pause(Progress(start + 0.1, "Certificate: distances"))
    there = directed_distances(surface.corners, vertices[surface.faces], SAMPLES, rng)
    back = directed_distances(vertices[surface.faces], surface.corners, SAMPLES, rng)
    distances = SurfaceDistances(there[0], back[0], there[1], back[1])
    return accuracy(surface, vertices, np.linalg.norm(images - drawn.points, axis=1), distances)


def _round_trips(
    surface: Surface, atlas: Atlas, rng: np.random.Generator, clock: ActiveClock
) -> Generator[Progress, str | None, Float64[np.ndarray, " n"]]:
    """Measure the round trips of points of all overlaps, both ways, as many as there is area."""
    pairs: list[tuple[int, int, np.ndarray]] = []
    for b, second in enumerate(atlas.cover.patches):
        for a, first in enumerate(atlas.cover.patches[:b]):
            shared = np.intersect1d(first.faces, second.faces)
            if len(shared) and surface.face_areas[shared].sum() > 0.0:
                pairs += [(a, b, shared), (b, a, shared)]
    if not pairs:
        return np.empty(0)
    areas = np.array([surface.face_areas[shared].sum() for _, _, shared in pairs])
    counts = rng.multinomial(SAMPLES, areas / areas.sum())
    found: list[np.ndarray] = []
    for k, ((a, b, shared), count) in enumerate(zip(pairs, counts, strict=True)):
        yield from clock.pause(Progress(0.6 + 0.4 * k / len(pairs), "Certificate: transitions"))
        if count:
            points = sample_by_area(surface.corners[shared], int(count), rng).points
            found.append(atlas.round_trips(a, b, points))
    return np.concatenate(found)
