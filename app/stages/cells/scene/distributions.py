"""How area factors, conformality and areas of cells are distributed."""

from dataclasses import dataclass

import numpy as np

from app.scene.color_maps import color_table, mapped
from app.stages.cells.scene.colors import QUANTITIES, CellPlane, cell_values

BINS = 60
FACTOR_REACH, MOST_RATIO = 4.0, 8.0
"""Binary logarithms of the area factor to both sides of 0, and the largest ratio of stretches, that are shown."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Shares in equal bins.

    Parameters
    ----------
    key : str
        "area_factor", "cell_conformality" or "area".
    low, high : float
        Ends of the axis; what lies beyond counts in the first and last bin.
    shares : (n,) float64 array
        Part of all cells in each bin.
    colors : (n, 3) uint8 array
        Colours of the bins.
    median : float
        Of the values.
    """

    key: str
    low: float
    high: float
    shares: np.ndarray
    colors: np.ndarray
    median: float


def cells_spreads(plane: CellPlane) -> tuple[Spread, Spread, Spread]:
    """Return how cells are distributed by area factor (binary logarithm), conformality, and area (decimal one)."""
    cells, spreads = plane.cells, []
    for key, low, high in (("area_factor", -FACTOR_REACH, FACTOR_REACH), ("cell_conformality", 1.0, MOST_RATIO)):
        quantity, middles = QUANTITIES[key], _middles(low, high)
        assert quantity.limits is not None
        colors = mapped(middles, quantity.limits, quantity.color_map)
        spreads.append(_spread(key, cell_values(cells, key, plane.mean_factor), low, high, colors))
    areas = np.log10(np.maximum(cells.areas, 1e-300))
    low, high = (float(value) for value in np.percentile(areas, (0.1, 99.9)))
    low, high = np.floor(low), max(np.ceil(high), np.floor(low) + 1.0)
    table = color_table("crameri:batlow")[np.linspace(0, 255, BINS).astype(np.uint8)]
    spreads.append(_spread("area", areas, float(low), float(high), table))
    return spreads[0], spreads[1], spreads[2]


def _middles(low: float, high: float) -> np.ndarray:
    return low + (high - low) * (np.arange(BINS) + 0.5) / BINS


def _spread(key: str, values: np.ndarray, low: float, high: float, colors: np.ndarray) -> Spread:
    counts, _ = np.histogram(np.clip(np.nan_to_num(values, posinf=high, neginf=low), low, high), BINS, (low, high))
    return Spread(key, low, high, counts / max(len(values), 1), colors, float(np.median(values)))
