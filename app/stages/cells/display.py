"""What is drawn of the cells, and how: chosen in the form, acts at once, makes nothing outdated."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CellsDisplay:
    """What is drawn of the cells, and how.

    Parameters
    ----------
    show : "cells" or "pieces"
        Sets of one activation pattern, or of one affine map: definitions 4.7 and 4.2 of the paper.
    hidden_layers : tuple of int
        Layers whose edges are not drawn.
    unit : int
        The only unit whose edges are drawn, units numbered layer by layer from 0; -1 for all.
    edge_width : float
        Width of the edges of the second layer, in pixels; others are wider or narrower by their layer.
    highlight_flipped : bool
        Whether pieces that the encoder turns over or flattens stand out.
    live : bool
        Whether the cells follow a training.
    """

    show: str = field(
        default="cells",
        metadata={
            "label": "Show",
            "kind": "segmented",
            "choices": ("cells", "pieces"),
            "tooltip": "Cells: sets of one activation pattern. Pieces: cells with the same affine map joined.",
        },
    )
    hidden_layers: tuple[int, ...] = field(
        default=(),
        metadata={
            "label": "Layers",
            "kind": "layers",
            "tooltip": "Hidden layers whose edges are drawn: the lines on which a unit of the layer is zero.",
        },
    )
    unit: int = field(
        default=-1,
        metadata={
            "label": "Unit",
            "kind": "unit",
            "tooltip": "One hidden unit: its bent line through the disk, where it turns on and off.",
        },
    )
    edge_width: float = field(
        default=1.0,
        metadata={
            "label": "Edge width",
            "unit": "px",
            "minimum": 0.0,
            "maximum": 10.0,
            "slider": (0.0, 3.0),
            "tooltip": "Edges of the first layer are wider, of later layers narrower.",
        },
    )
    highlight_flipped: bool = field(
        default=True,
        metadata={
            "label": "Highlight flipped pieces",
            "tooltip": "Pieces of the surface that the encoder turns over or flattens: there it is no embedding.",
        },
    )
    live: bool = field(
        default=False,
        metadata={
            "label": "Decompose while training",
            "tooltip": "Compute the decoder's cells anew from the weights of the running training.",
        },
    )
