"""What is drawn of a trained autoencoder: chosen in the form, acts at once, makes nothing outdated."""

from dataclasses import dataclass, field


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
