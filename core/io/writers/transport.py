"""Files of the transport: the map as npz, the samples as PLY, the power diagram as SVG."""

from pathlib import Path
from typing import Any

import numpy as np
from cmap import Colormap
from jaxtyping import Bool, Float64, UInt8

from core.data.surface import Surface
from core.io.atomic import replacing
from core.io.writers.mesh import MeshToWrite
from core.io.writers.ply import columns, write_ply
from core.transport.power_diagram import PowerDiagram, power_diagram
from core.transport.sampler import DecodedSamples
from core.transport.singular_set import SingularSet
from core.transport.transport import Transport

_PAGE = 1000.0  # units of the SVG across the disk
_MARGIN = 10.0


def write_transport(path: str | Path, transport: Transport) -> None:
    """Write ``transport.npz``: one row for each site given to the solver, in its order.

    Parameters
    ----------
    path : str or Path
        The file.
    transport : Transport
        The solved map with its products.

    Raises
    ------
    InputError
        If the file cannot be written.

    Notes
    -----
    Sites that coincide share one cell. They are written one by one with their own masses and the same weight, so all
    but one of them have the area that such a diagram gives them: none.
    """
    solution, measure = transport.map, transport.measure
    weights = solution.weights[solution.site_of]
    masses = measure.masses * (np.pi / measure.masses.sum()) if solution.n_merged else solution.masses
    diagram = power_diagram(measure.sites, weights) if solution.n_merged else solution.diagram
    others: dict[str, Any] = {} if transport.after is None else {"parameterization": transport.after.coordinates}
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            **others,
            format="budai-transport",
            version=1,
            domain="disk",
            chart=transport.chart_label,
            measure=transport.measure_label,
            sites=measure.sites,
            masses=masses,
            weights=weights,
            areas=diagram.areas,
            centroids=diagram.centroids,
            site_vertex=measure.site_vertex,
            chart_coordinates=transport.chart,
            residuals=solution.residuals,
            singular_segments=transport.singular_segments,
            singular_jumps=transport.singular_jumps,
        )


def write_samples(path: str | Path, samples: DecodedSamples, beside_singular: Bool[np.ndarray, " n"]) -> None:
    """Write samples as PLY: points and normals as ``double``, latent codes, faces, and which are beside a tear.

    Parameters
    ----------
    path : str or Path
        The file, ``samples.ply``.
    samples : DecodedSamples
        The points.
    beside_singular : (n,) bool array
        Those in cells at the singular set; written as the property ``beside_singular``.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    vertex = columns(samples.points) | columns(samples.normals, ("nx", "ny", "nz"))
    vertex |= columns(samples.codes, ("code_x", "code_y"))
    vertex |= {"face": samples.faces.astype(np.int32), "beside_singular": beside_singular.astype(np.uint8)}
    how = "through the transport map and the decoder" if (samples.sites >= 0).all() else "through the decoder alone"
    write_ply(path, vertex, comments=(f"Budai: points drawn {how}",))


def transport_mesh(surface: Surface, transport: Transport) -> MeshToWrite:
    """Return the surface with its area-preserving disk coordinates as texture coordinates, the disk in the unit square.

    Where the format holds attributes, the chart is there too.
    """
    assert transport.after is not None  # only that of a table has none
    return MeshToWrite(
        vertices=surface.vertices,
        faces=surface.faces,
        texture_coordinates=(transport.after.coordinates + 1.0) / 2.0,
        attributes={"chart_x": transport.chart[:, 0], "chart_y": transport.chart[:, 1]},
        title="Budai: surface with area-preserving texture coordinates",
    )


def mass_colors(masses: Float64[np.ndarray, " n"]) -> UInt8[np.ndarray, "n 3"]:
    """Return a colour for each mass, by its logarithm from the least to the greatest."""
    logarithm = np.log(masses)
    spread = float(np.ptp(logarithm))
    place = (logarithm - logarithm.min()) / spread if spread > 0 else np.full(len(masses), 0.5)
    return np.round(255 * np.asarray(Colormap("crameri:batlow")(place))[:, :3]).astype(np.uint8)


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
        f"<title>Power diagram of {len(diagram.sites):,} sites in the unit disk</title>",
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
