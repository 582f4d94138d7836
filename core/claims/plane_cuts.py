"""Where the units of a classifier of the plane switch: the edges of its cells, exactly, on their way through it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from core.base.arrays import frozen
from core.base.errors import BudaiError
from core.base.progress import Work
from core.relu.decomposition import decomposition
from core.relu.relu_map import ReluMap
from core.unfolding.steps import Step

_BEYOND = 1e-9
"""By how much the square is larger than what lies in it, over its side: its own border is no edge of a cell."""


@dataclass(frozen=True, eq=False)
class PlaneCuts:
    """Segments of the plane along which a unit switches; on each of them the whole network is affine.

    Parameters
    ----------
    places : (2 e, 2) float64 array
        Both ends of each, one behind the other.
    step : (e,) int64 array
        Step at whose end the unit bends, in ascending order.
    """

    places: Float64[np.ndarray, "n 2"]
    step: Int64[np.ndarray, " e"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", frozen(self.places, np.float64, (None, 2)))
        object.__setattr__(self, "step", frozen(self.step, np.int64))

    def so_far(self, mark: int) -> tuple[int, int]:
        """Return how many are of the steps before a mark, and how many of these are of those before the last."""
        older, all_of_them = np.searchsorted(self.step, (mark - 1, mark))
        return int(all_of_them), int(older)


def plane_cuts(points: Float64[np.ndarray, "n d"], steps: Sequence[Step], most: int) -> Work[PlaneCuts | None]:
    """Find where the units of a classifier switch, in the square about points of the plane.

    Parameters
    ----------
    points : (n, d) float64 array
        What lies in the square; other dimensions than two have no edges.
    steps : sequence of Step
        The network.
    most : int
        Most edges.

    Yields
    ------
    Progress
        Part of the square that is done.

    Returns
    -------
    PlaneCuts or None
        None where no layer, or not every one but the last, bends by ReLU, where the points do not lie in a plane, and
        where there are more edges.

    Notes
    -----
    The cells are those of all layers together (`core.relu.decomposition`): an edge is cut wherever a later layer bends
    it, so that its image is a segment at every moment.
    """
    bends = {step.bend for step in steps[:-1]}
    if points.shape[1] != 2 or bends != {"relu"} or steps[-1].bend:
        return None
    low, high = points.min(0), points.max(0)
    side = float((high - low).max())
    low, high = low - _BEYOND * side, high + _BEYOND * side
    square = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    network = ReluMap([step.weight for step in steps], [step.bias for step in steps])
    try:
        cells = yield from decomposition(network, square, most, with_maps=False)
    except BudaiError:
        return None
    layer = cells.edge_layer
    cuts = np.flatnonzero(layer >= 0)
    if len(cuts) > most:
        return None
    cuts = cuts[np.argsort(layer[cuts], kind="stable")]
    return PlaneCuts(cells.vertices[cells.edges[cuts]].reshape(-1, 2), layer[cuts].astype(np.int64))
