"""How a network of a claim is shown."""

from dataclasses import dataclass, field, fields

from app.stages.unfolding.display import UnfoldDisplay
from app.stages.unfolding.film_options import WITH_EDGES
from core.unfolding.options import UnfoldOptions

COLORS = {"class": "normal", "pattern": "pattern", "edges": WITH_EDGES}
"""What colours the points, and what a film calls it."""
_SEEN_BY = next(one.metadata for one in fields(UnfoldOptions) if one.name == "projection")


@dataclass(frozen=True)
class WayDisplay(UnfoldDisplay):
    """How a network of a claim is shown: it has no disk of codes.

    Parameters
    ----------
    projection : "still" or "pca"
        How layers of more than three values are seen.
    color_by : "class", "pattern" or "edges"
        Whether points have the colours of their classes, or those of the units that are on; or of their classes, with
        the edges of the cells of the layers so far.
    """

    faces_viewer: bool = field(default=False, metadata={"label": "Turn the disk to the viewer", "hidden": True})
    projection: str = field(default="still", metadata=_SEEN_BY)
    color_by: str = field(
        default="class",
        metadata={
            "label": "Colour",
            "kind": "segmented",
            "choices": tuple(COLORS),
            "tooltip": "By class; by cells so far, a colour for each pattern of units that are on, of the layers up to "
            "this moment; or by class with the edges of these cells, exact, where units are ReLU and a plane or a "
            "surface goes through them.",
        },
    )
