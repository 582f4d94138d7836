"""Files of the transport: the map as npz, the samples as PLY, the power diagram as SVG."""

from pathlib import Path

import numpy as np
from jaxtyping import Float64, Int64, UInt8

from core.io.atomic import replacing
from core.io.ply import columns, write_ply
from core.transport.power_diagram import PowerDiagram, power_diagram
from core.transport.singular_set import SingularSet
from core.transport.surface_measure import SurfaceMeasure
from core.transport.transport_map import TransportMap

_PAGE = 1000.0  # units of the SVG across the disk
_MARGIN = 10.0


def write_transport(
    path: str | Path,
    transport: TransportMap,
    measure: SurfaceMeasure,
    parameterization: Float64[np.ndarray, "n 2"] | None = None,
) -> None:
    """Write ``transport.npz``: one row for each site given to the solver, in its order.

    Parameters
    ----------
    path : str or Path
        The file.
    transport : TransportMap
        The solved map.
    measure : SurfaceMeasure
        The sites, masses and vertices it was solved for.
    parameterization : (n, 2) float64 array, optional
        Area-preserving disk coordinates of all vertices; left out of the file where there are none.

    Raises
    ------
    InputError
        If the file cannot be written.

    Notes
    -----
    Sites that coincide share one cell. They are written one by one with their own masses and the same weight, so all
    but one of them have the area that such a diagram gives them: none.
    """
    weights = transport.weights[transport.site_of]
    masses = measure.masses * (np.pi / measure.masses.sum()) if transport.n_merged else transport.masses
    diagram = power_diagram(measure.sites, weights) if transport.n_merged else transport.diagram
    arrays = {} if parameterization is None else {"parameterization": np.asarray(parameterization, np.float64)}
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            format="budai-transport",
            version=1,
            domain="disk",
            sites=measure.sites,
            masses=masses,
            weights=weights,
            areas=diagram.areas,
            centroids=diagram.centroids,
            site_vertex=measure.site_vertex,
            **arrays,
        )


def write_samples(
    path: str | Path,
    points: Float64[np.ndarray, "n 3"],
    normals: Float64[np.ndarray, "n 3"] | None = None,
    faces: Int64[np.ndarray, " n"] | None = None,
) -> None:
    """Write ``samples.ply``: points as ``double``, with normals and the face each was drawn in where they are given.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    vertex = columns(points)
    if normals is not None:
        vertex |= columns(normals, ("nx", "ny", "nz"))
    if faces is not None:
        vertex["face"] = np.asarray(faces, np.int32)
    write_ply(path, vertex, comments=("Budai: points drawn through the transport map and the decoder",))


def write_diagram_svg(
    path: str | Path,
    diagram: PowerDiagram,
    colors: UInt8[np.ndarray, "n 3"] | None = None,
    singular: SingularSet | None = None,
) -> None:
    """Write the power diagram as SVG: cells filled, edges as hairlines, the singular set as thick lines.

    Parameters
    ----------
    path : str or Path
        The file.
    diagram : PowerDiagram
        The cells.
    colors : (n, 3) uint8 array, optional
        RGB of each cell; white where not given.
    singular : SingularSet, optional
        Edges to draw thick, the thicker the farther the map jumps.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    points, offsets = diagram.outlines(arc_step=0.01)
    places = _on_page(points)
    size = _PAGE + 2.0 * _MARGIN
    stroke = min(0.6, 20.0 / np.sqrt(len(diagram.sites)))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size:g} {size:g}">',
        f"<title>Power diagram of {len(diagram.sites)} sites in the unit disk</title>",
        f'<g stroke="#333333" stroke-width="{stroke:.3g}" stroke-linejoin="round">',
    ]
    text = [f"{x:.2f},{y:.2f}" for x, y in places.tolist()]
    fills = ["#ffffff"] * len(diagram.sites) if colors is None else [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in colors]
    for k, fill in enumerate(fills):
        corners = text[offsets[k] : offsets[k + 1]]
        if corners:
            lines.append(f'<polygon points="{" ".join(corners)}" fill="{fill}"/>')
    lines.append("</g>")
    if singular is not None and len(singular.edges):
        lines += _singular_lines(diagram, singular)
    lines += [
        f'<circle cx="{size / 2:g}" cy="{size / 2:g}" r="{_PAGE / 2:g}" fill="none" stroke="#333333"/>',
        "</svg>",
        "",
    ]
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines), encoding="utf-8")


def _singular_lines(diagram: PowerDiagram, singular: SingularSet) -> list[str]:
    """Return the lines of the singular set, as thick as the jump."""
    jumps = diagram.edge_jumps[singular.edges]
    ends = _on_page(diagram.segments[singular.edges].reshape(-1, 2)).reshape(-1, 4)
    widths = 2.0 + 4.0 * jumps / jumps.max()
    return [
        '<g stroke="#d4351c" stroke-linecap="round">',
        *(
            f'<line x1="{a:.2f}" y1="{b:.2f}" x2="{c:.2f}" y2="{d:.2f}" stroke-width="{w:.2f}"/>'
            for (a, b, c, d), w in zip(ends.tolist(), widths.tolist(), strict=True)
        ),
        "</g>",
    ]


def _on_page(points: np.ndarray) -> np.ndarray:
    """Carry points of the disk to the page, whose second axis points down."""
    return _MARGIN + 0.5 * _PAGE * (1.0 + points * [1.0, -1.0])
