"""How the results of the stages are shown: chosen in their forms, acts at once, makes nothing outdated."""

from dataclasses import dataclass, field
from typing import Any

from core.denoising.options import METHODS


@dataclass(frozen=True)
class TrainingDisplay:
    """What is drawn of a trained autoencoder.

    Parameters
    ----------
    decoder : "network" or "detail"
        Whether the reconstruction is that of the decoder network alone, or with its detail layer.
    lattice : bool
        Whether the lattice of the detail layer is drawn in disk and lens, where it is wide enough to be seen.
    """

    decoder: str = field(
        default="detail",
        metadata={
            "label": "Show",
            "kind": "segmented",
            "choices": ("network", "detail"),
            "tooltip": "Network: the reconstruction of the decoder network alone. With detail: its detail layer added.",
        },
    )
    lattice: bool = field(
        default=False,
        metadata={
            "label": "Lattice of the detail layer",
            "tooltip": "Its lines in disk and lens, where they are wide enough apart: zoom in.",
        },
    )


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


@dataclass(frozen=True)
class TransportDisplay:
    """What is drawn of a transport.

    Parameters
    ----------
    displacement : float
        Where vertices are on their way from the chart (0) to the area-preserving parameterization (1).
    checker : bool
        Whether the disk's checker is laid on the surface.
    singular : bool
        Whether the edges at which the map tears are drawn.
    threshold : float
        Least jump, in latent units, at an edge of the singular set; 0 to judge each by the spacing of the sites.
    samples : "none", "before" or "after"
        Which samples are drawn on the reconstruction: of the uniform disk as it is, or through the transport.
    """

    displacement: float = field(
        default=1.0,
        metadata={
            "label": "Displacement",
            "minimum": 0.0,
            "maximum": 1.0,
            "slider": (0.0, 1.0),
            "tooltip": "0: the chart. 1: the area-preserving parameterization. Space plays the way between them.",
        },
    )
    checker: bool = field(
        default=True,
        metadata={
            "label": "Checker texture on the surface",
            "tooltip": "The checker of the disk, carried to the surface: with equal areas, squares of equal area.",
        },
    )
    singular: bool = field(
        default=False,
        metadata={"label": "Singular set", "tooltip": "Edges of the power diagram across which the map jumps."},
    )
    threshold: float = field(
        default=0.0,
        metadata={
            "label": "Threshold",
            "zero": "auto",
            "minimum": 0.0,
            "maximum": 2.0,
            "slider": (0.0, 0.5),
            "tooltip": "Least jump of the map, in latent units, at an edge of the singular set; auto judges every edge "
            "by the spacing of the sites around it.",
        },
    )
    samples: str = field(
        default="after",
        metadata={
            "label": "Samples",
            "kind": "segmented",
            "choices": ("none", "before", "after"),
            "tooltip": "Points of the uniform disk on the surface: decoded as they are, or through the transport.",
        },
    )


@dataclass(frozen=True)
class DenoiseDisplay:
    """What is drawn of denoised points.

    Parameters
    ----------
    method : "result" or one of `METHODS`
        Whose points are shown: those of the chosen method, or of another that was run beside it.
    arrows : int
        How many arrows are drawn at most, in space and in the disk.
    to_true_foot : bool
        Whether arrows go on to the nearest point of the true surface.
    """

    method: str = field(
        default="result",
        metadata={
            "label": "Shown",
            "choices": ("result", *METHODS),
            "tooltip": "Whose points and arrows the views show. Grey: was not run.",
        },
    )
    arrows: int = field(
        default=900,
        metadata={
            "label": "Arrows",
            "minimum": 0,
            "maximum": 100_000,
            "slider": (100, 10_000),
            "tooltip": "How many points are drawn with the way that they were moved.",
        },
    )
    to_true_foot: bool = field(
        default=True,
        metadata={
            "label": "Arrows to the true foot",
            "tooltip": "From where a point was moved to, on to the nearest point of the true surface.",
        },
    )


@dataclass(frozen=True)
class GenerateDisplay:
    """What is drawn of generated points and of a walk.

    Parameters
    ----------
    tint_outside : bool
        Whether points whose codes are none of the surface stand out.
    way : "both", "geodesic" or "straight"
        Which ways of the walk are drawn.
    frame : float
        Where the point on the walk is: 0 at its start, 1 at its end.
    lens : float
        Side of the square of the disk that the lens decodes, over the diameter of the disk.
    """

    tint_outside: bool = field(
        default=True,
        metadata={
            "label": "Tint codes outside",
            "tooltip": "Codes that are none of the surface: what the decoder makes of them was never learned.",
        },
    )
    way: str = field(
        default="both",
        metadata={
            "label": "Walk",
            "choices": ("both", "geodesic", "straight"),
            "tooltip": "Straight in the disk, or a shortest way on the decoded surface.",
        },
    )
    frame: float = field(
        default=0.5,
        metadata={
            "label": "Along it",
            "kind": "percent",
            "minimum": 0.0,
            "maximum": 1.0,
            "slider": (0.0, 1.0),
            "tooltip": "Where the point on the walk is: 0 at its start, 1 at its end, by length on the surface.",
        },
    )
    lens: float = field(
        default=0.08,
        metadata={
            "label": "Lens",
            "kind": "percent",
            "minimum": 1e-4,
            "maximum": 1.0,
            "slider": (0.01, 0.5),
            "tooltip": "Side of the square of the disk that the lens decodes, as a part of the disk's diameter.",
        },
    )


DISPLAYS: dict[str, type[Any]] = {
    "training": TrainingDisplay,
    "cells": CellsDisplay,
    "transport": TransportDisplay,
    "denoising": DenoiseDisplay,
    "generation": GenerateDisplay,
}
"""How each stage that leaves a choice is shown."""
