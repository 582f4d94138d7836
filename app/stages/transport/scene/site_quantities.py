"""What the cells of a transport can be coloured by."""

import numpy as np

from app.scene.color_maps import Quantity, legend, mapped, value_range
from app.scene.figure import Figure
from app.scene.palette import Palette
from app.scene.snapshot import Coloring, rgb, signed_areas
from core.transport.transport import Transport

_RATIO = ("log₂ area\nratio", "crameri:vik", (-2.0, 2.0), True, "Transport")
QUANTITIES: dict[str, Quantity] = {
    quantity.key: quantity
    for quantity in (
        Quantity("ratio_before", "Area ratio before", *_RATIO),
        Quantity("ratio_after", "Area ratio after", *_RATIO),
        Quantity("mass", "Mass", "Mass", "crameri:batlow", made_by="Transport"),
        Quantity("displacement", "Displacement", "Distance\nmoved", "crameri:batlow", made_by="Transport"),
        Quantity("site_class", "Class of the row", made_by="Transport"),
    )
}
_OF_SURFACES, _OF_TABLES = ("ratio_before", "ratio_after"), ("site_class",)
"""What is known for these alone: a table has no areas, a surface no classes."""
SITE_KEYS = tuple(QUANTITIES)
"""Quantities of the cells of the power diagram, in the order of the menu."""


def has_quantity(key: str, figure: Figure) -> bool:
    """Return whether the sites of what is drawn can be coloured by a quantity: by classes where rows have some."""
    if key in _OF_TABLES:
        return figure.is_cloud and figure.colors is not None
    return not (figure.is_cloud and key in _OF_SURFACES)


def site_values(transport: Transport, faces: np.ndarray, key: str) -> np.ndarray:
    """Return a quantity of each site.

    Parameters
    ----------
    transport : Transport
        A solved transport.
    faces : (f, 3) int64 array
        Triangles of the surface, which the area before is that of.
    key : str
        One of `SITE_KEYS`.

    Returns
    -------
    (n,) float64 array
        Of the sites of the map; where sites coincide their masses are one.
    """
    solution, measure = transport.map, transport.measure
    if key == "mass":
        return solution.masses
    if key == "displacement":
        return np.linalg.norm(solution.centroids - solution.sites, axis=1)
    if key == "ratio_after":
        return _log2_ratio(solution.areas, solution.masses)
    third = np.abs(signed_areas(transport.chart, faces)) / 3.0
    by_vertex = np.bincount(faces.ravel(), np.repeat(third, 3), len(measure.owner))
    owned = measure.owner >= 0
    by_site = np.bincount(solution.site_of[measure.owner[owned]], by_vertex[owned], len(solution.masses))
    return _log2_ratio(by_site, solution.masses)


def site_coloring(transport: Transport, faces: np.ndarray, key: str, rows: np.ndarray | None = None) -> Coloring:
    """Return the (n, 3) uint8 colours of the cells, and what the colour bar says; `rows` are those of the classes."""
    if key in _OF_TABLES:
        assert rows is not None
        return Coloring(rows[transport.vertex_of_site])
    quantity, values = QUANTITIES[key], site_values(transport, faces, key)
    limits = value_range(quantity, values)
    return Coloring(mapped(values, limits, quantity.color_map), limits, legend(quantity, limits, values))


def vertex_site_coloring(
    transport: Transport, faces: np.ndarray, key: str, palette: Palette, rows: np.ndarray | None = None
) -> Coloring:
    """Return the (n, 3) uint8 colours of the vertices, each that of its site; clay where none stands for it."""
    sites, owner = site_coloring(transport, faces, key, rows), transport.measure.owner
    colors = np.tile(np.array(rgb(palette.clay), np.uint8), (len(owner), 1))
    owned = owner >= 0
    colors[owned] = sites.colors[transport.map.site_of[owner[owned]]]
    return Coloring(colors, sites.limits, sites.legend)


def _log2_ratio(areas: np.ndarray, masses: np.ndarray) -> np.ndarray:
    """Binary logarithm of the share of the area over the share of the mass."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log2(areas / areas.sum() * (masses.sum() / masses))
