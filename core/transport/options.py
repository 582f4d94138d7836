"""Options of the stage Transport."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from core.base.errors import BudaiError
from core.base.option_fields import seed_field

MeasureName = Literal["area", "uniform", "scalar"]
ChartName = Literal["autoencoder", "harmonic"]


@dataclass(frozen=True)
class TransportOptions:
    """What is transported to which chart, and how accurately.

    Parameters
    ----------
    measure : "area", "uniform" or "scalar"
        What is to be kept: the area of the surface, the same mass at every vertex, or area times a scalar of the file.
    scalar : str
        Name of that scalar.
    chart : "autoencoder" or "harmonic"
        Where the sites lie: at the codes of the vertices, or in the discrete harmonic map onto the disk.
    sites : int
        How many vertices become sites; 0 for all.
    tolerance : float
        Wanted relative error of every cell's area.
    refinement : int
        Most steps that bring the areas of triangles to their shares.
    samples : int
        Points drawn through the transport, and without it.
    singular_threshold : float
        Least jump, in latent units, for which the map counts as torn; 0 to judge by the spacing of the sites.
    seed : int
        Start of all random choices.

    Raises
    ------
    BudaiError
        If a value is out of its bounds.
    """

    measure: MeasureName = field(
        default="area",
        metadata={
            "label": "Measure",
            "of": "faces",
            "choices": get_args(MeasureName),
            "tooltip": "What the transport keeps. Area: a third of each triangle at its corners. Uniform: every vertex "
            "counts the same. Scalar: area times a positive scalar that the file holds.",
        },
    )
    scalar: str = field(
        default="",
        metadata={
            "label": "Scalar",
            "of": "faces",
            "tooltip": "Name of the scalar that area is multiplied by.",
            "advanced": True,
        },
    )
    chart: ChartName = field(
        default="autoencoder",
        metadata={
            "label": "Chart",
            "of": "faces",
            "choices": get_args(ChartName),
            "tooltip": "Where the sites lie. Autoencoder: at the codes of the vertices. Harmonic: in the discrete "
            "harmonic map of the surface onto the disk, a classical chart.",
        },
    )
    sites: int = field(
        default=0,
        metadata={
            "label": "Sites",
            "zero": "all",
            "minimum": 0,
            "maximum": 10_000_000,
            "tooltip": "How many vertices become sites y_i, spread evenly over the chart; 0 for all of them.",
        },
    )
    tolerance: float = field(
        default=1e-9,
        metadata={
            "label": "Tolerance",
            "minimum": 1e-13,
            "maximum": 0.1,
            "tooltip": "Largest relative difference between the area of a cell and its mass.",
        },
    )
    refinement: int = field(
        default=100,
        metadata={
            "label": "Refinement",
            "of": "faces",
            "minimum": 0,
            "maximum": 10_000,
            "advanced": True,
            "tooltip": "Most steps that bring the areas of the triangles of the parameterization to their shares.",
        },
    )
    samples: int = field(
        default=50_000,
        metadata={
            "label": "Sample points",
            "of": "faces",
            "minimum": 0,
            "maximum": 10_000_000,
            "tooltip": "Points drawn on the surface, through the transport and without it.",
        },
    )
    singular_threshold: float = field(
        default=0.0,
        metadata={
            "label": "Singular from",
            "hidden": True,
            "minimum": 0.0,
            "maximum": 2.0,
            "tooltip": "Least jump of the map, in latent units, at an edge of the singular set; 0 to judge every edge "
            "by the spacing of the sites around it.",
        },
    )
    seed: int = seed_field(
        "Start of all random choices: the samples, and the patches they are tested on.", advanced=True
    )

    def __post_init__(self) -> None:
        for name, about in type(self).__dataclass_fields__.items():
            value, known = getattr(self, name), about.metadata
            if "choices" in known and value not in known["choices"]:
                raise BudaiError(f"{known['label']} cannot be {value}. Choose one of {', '.join(known['choices'])}.")
            if "minimum" in known and not known["minimum"] <= value <= known["maximum"]:
                raise BudaiError(
                    f"{known['label']} is {value:g}. Choose a value from {known['minimum']:g} to {known['maximum']:g}."
                )
        if self.measure == "scalar" and not self.scalar:
            raise BudaiError("No scalar is named. Name one that the file holds, or choose another measure.")
