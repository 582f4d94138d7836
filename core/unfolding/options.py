"""How the way through a network is to be seen."""

from dataclasses import dataclass, field

from core.base.errors import BudaiError

PROJECTIONS = ("still", "pca")


@dataclass(frozen=True)
class UnfoldOptions:
    """How the way through a network is to be seen.

    Parameters
    ----------
    projection : "still" or "pca"
        How layers of more than three values are seen: by the view whose picture moves least from layer to layer, or by
        the three directions in which the values spread most.
    most : int
        Most vertices, or rows, that are followed; a surface with more is simplified first.
    overlaps : bool
        Whether to count, at each layer, the pairs of triangles that pass through each other in the picture.
    edges : int
        Most edges of cells that are found on a surface, of as many layers as have no more together; 0 for none.

    Raises
    ------
    BudaiError
        If a value is none of these, or out of range.
    """

    projection: str = field(
        default="still",
        metadata={
            "label": "Seen by",
            "kind": "segmented",
            "choices": PROJECTIONS,
            "tooltip": "Layers of more than three values are projected. Still: the picture moves least from layer to "
            "layer. PCA: the three directions in which the values of the layer spread most.",
        },
    )
    most: int = field(
        default=60_000,
        metadata={
            "label": "Vertices",
            "minimum": 100,
            "maximum": 200_000,
            "advanced": True,
            "tooltip": "Most vertices, or rows, that are followed; a surface with more is simplified first.",
        },
    )
    overlaps: bool = field(
        default=True,
        metadata={
            "label": "Count overlaps",
            "advanced": True,
            "of": "faces",
            "tooltip": "At each layer, count the pairs of triangles that pass through each other in the picture.",
        },
    )
    edges: int = field(
        default=700_000,
        metadata={
            "label": "Edges of cells",
            "minimum": 0,
            "maximum": 5_000_000,
            "advanced": True,
            "of": "faces",
            "tooltip": "Most edges of cells that are found, exactly, of as many layers as have no more together.",
        },
    )

    def __post_init__(self) -> None:
        if self.projection not in PROJECTIONS:
            raise BudaiError(f"There is no projection {self.projection}. Choose {' or '.join(PROJECTIONS)}.")
        if not 100 <= self.most <= 200_000:
            raise BudaiError(f"{self.most:,} vertices cannot be followed. Choose 100 to 200,000.")
        if not 0 <= self.edges <= 5_000_000:
            raise BudaiError(f"{self.edges:,} edges of cells cannot be found. Choose 0 to 5,000,000.")
