"""What is drawn of a transport: chosen in the form, acts at once, makes nothing outdated."""

from dataclasses import dataclass, field


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
            "label": "Sample points",
            "kind": "segmented",
            "choices": ("none", "before", "after"),
            "tooltip": "Points of the uniform disk on the surface: decoded as they are, or through the transport.",
        },
    )
