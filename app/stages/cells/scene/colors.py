"""Colours of cells: by what they are, and by what the network does to them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.scene.color_maps import Quantity, color_table, legend, mapped, value_range
from app.scene.palette import Palette
from app.scene.snapshot import Coloring
from app.stages.cells.display import CellsDisplay
from core.relu.affine_pieces import affine_pieces
from core.relu.cell_complex import CellComplex
from core.relu.layer_patterns import layer_hashes
from core.relu.polygonal_complex import PolygonalComplex
from core.relu.surface_cell_complex import SurfaceCellComplex

QUANTITIES: dict[str, Quantity] = {
    quantity.key: quantity
    for quantity in (
        Quantity("cell", "Cell", made_by="Cells"),
        Quantity("layer_pattern", "Layer-wise pattern", made_by="Cells"),
        Quantity("area_factor", "Area factor", "log₂ area\nfactor", "crameri:vik", (-2.0, 2.0), True, "Cells"),
        Quantity("cell_conformality", "Cell conformality", "σ₁ / σ₂", "crameri:lajolla_r", (1.0, 4.0), made_by="Cells"),
        Quantity("log_density", "Log density", "log₁₀\ndensity", "cmocean:dense", made_by="Cells"),
    )
}
CELL_KEYS = tuple(QUANTITIES)
"""What cells can be coloured by."""
_WHITE, _DARK = (0.46, 0.60, 0.74, 0.60), (0.42, 0.26, 0.10, 0.26)
"""How much of each colour gives way to white in the light theme, to the dark ground in the dark one."""
_GROUND = (0x17, 0x1A, 0x1F)


def hash_colors(hashes: np.ndarray, is_dark: bool) -> np.ndarray:
    """Return a (n, 3) uint8 colour for each (n,) uint64 hash: the same wherever the hash comes back."""
    base = color_table("crameri:batlow")[(hashes >> np.uint64(56)).astype(np.uint8)].astype(np.float32)
    share = np.array(_DARK if is_dark else _WHITE, np.float32)[(hashes & np.uint64(3)).astype(np.uint8)][:, None]
    other = np.array(_GROUND if is_dark else (255, 255, 255), np.float32)
    return (base * (1 - share) + share * other + 0.5).astype(np.uint8)


@dataclass(frozen=True, eq=False)
class CellPlane:
    """All cells of a decoder with what their parts are compared with.

    Parameters
    ----------
    cells : CellComplex
        The cells in the whole disk.
    """

    cells: CellComplex

    @cached_property
    def mean_factor(self) -> float:
        """Area of the image of the disk over the area of the disk, in the network's own units."""
        return mean_factor(self.cells)

    @cached_property
    def pieces(self) -> np.ndarray:
        """The affine piece of each cell, (F,)."""
        return affine_pieces(self.cells)

    @cached_property
    def piece_hashes(self) -> np.ndarray:
        """A hash for each cell that the cells of a piece have in common, (F,) uint64."""
        return joined_hashes(self.cells.pattern_hash, self.pieces)

    @cached_property
    def density_limits(self) -> tuple[float, float]:
        """The range in which densities are shown."""
        values = cell_values(self.cells, "log_density", self.mean_factor)
        return value_range(QUANTITIES["log_density"], values)

    def piece_hashes_of(self, part: CellComplex) -> np.ndarray:
        """Return the hashes of the pieces that the cells of a part of the plane belong to."""
        if part is self.cells:
            return self.piece_hashes
        hashes, order = self._hash_order
        place = np.minimum(np.searchsorted(hashes, part.pattern_hash), len(hashes) - 1)
        found = hashes[place] == part.pattern_hash
        return np.where(found, self.piece_hashes[order[place]], part.pattern_hash)

    @cached_property
    def _hash_order(self) -> tuple[np.ndarray, np.ndarray]:
        order = np.argsort(self.cells.pattern_hash)
        return self.cells.pattern_hash[order], order


def mean_factor(cells: PolygonalComplex) -> float:
    """Return the area of the image over the area, in the network's own units; 1 where the image has none."""
    areas = cells.areas
    return float((areas * cells.area_factor).sum() / areas.sum()) or 1.0


def joined_hashes(hashes: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Return for each cell the least hash in its piece."""
    least = np.full(int(pieces.max(initial=-1)) + 1, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(least, pieces, hashes)
    return least[pieces]


def cell_values(cells: PolygonalComplex, key: str, mean: float) -> np.ndarray:
    """Return a quantity of each cell, (F,).

    Area factors and densities are relative to their mean. They speak of the way from the disk to the surface, also on
    the surface, where the map goes the other way: so one colour means the same in all views.
    """
    with np.errstate(divide="ignore"):
        way = -1.0 if isinstance(cells, SurfaceCellComplex) else 1.0
        if key == "area_factor":
            return way * np.log2(cells.area_factor / mean)
        if key == "log_density":
            return -way * np.log10(cells.area_factor / mean)
        if key == "cell_conformality":
            return 1.0 / cells.conformality
    raise KeyError(key)


def shown_layers(cells: PolygonalComplex, display: CellsDisplay) -> tuple[int, ...]:
    """Return the hidden layers of the network that are not hidden from view."""
    return tuple(k for k in range(len(cells.network.widths) - 2) if k not in display.hidden_layers)


def cell_coloring(
    cells: PolygonalComplex, key: str, display: CellsDisplay, palette: Palette, plane: CellPlane | None
) -> Coloring:
    """Return the colours of cells.

    Parameters
    ----------
    cells : PolygonalComplex
        Cells of the plane or of a surface.
    key : str
        One of `CELL_KEYS`.
    display : CellsDisplay
        Which layers, and whether pieces take the place of cells.
    palette : Palette
        For its darkness.
    plane : CellPlane or None
        What cells of the plane are a part of; None for a surface.
    """
    if key == "cell":
        hashes = cells.pattern_hash
        if display.show == "pieces":
            if plane is not None and isinstance(cells, CellComplex):
                hashes = plane.piece_hashes_of(cells)
            else:
                hashes = joined_hashes(hashes, affine_pieces(cells))
        return Coloring(hash_colors(hashes, palette.is_dark))
    if key == "layer_pattern":
        return Coloring(hash_colors(layer_hashes(cells, shown_layers(cells, display)), palette.is_dark))
    quantity = QUANTITIES[key]
    values = cell_values(cells, key, mean_factor(cells) if plane is None else plane.mean_factor)
    limits = plane.density_limits if plane is not None and key == "log_density" else value_range(quantity, values)
    return Coloring(mapped(values, limits, quantity.color_map), limits, legend(quantity, limits, values))
