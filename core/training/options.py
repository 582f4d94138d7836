"""What a user may choose before training."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from core.base.errors import TrainingError
from core.base.option_checks import check_known, check_within
from core.base.option_fields import seed_field
from core.charts.detail_figures import COARSEST, FINEST

Preset = Literal["small", "medium", "default", "paper"]
Mode = Literal["guided", "free"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Start = Literal["new", "continue", "refine"]
Variant = Literal["denoising", "plain", "contractive", "variational"]

PRESETS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = MappingProxyType(
    {
        "small": ((32, 32), (32, 32)),
        "medium": ((128, 128, 128), (128, 128, 128)),
        "default": ((256, 256, 256, 256), (256, 256, 256, 256)),
        "paper": ((768, 384, 192, 96, 48), (48, 96, 192, 384, 768)),
    }
)
"""Hidden widths of encoder and decoder of each preset; "paper" is that of arXiv 1805.10451, section 5."""

TABLE_WIDTHS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"small": (32, 32), "medium": (64, 64, 64), "default": (128, 128, 128, 128), "paper": (768, 384, 192, 96, 48)}
)
"""Hidden widths of the encoder of a table, the decoder's in reverse: rows are fewer than the points of a surface, and
wider layers learn them by heart (digits, 25 CPU seconds: four layers of 128 come to an error of 0.021 and 96 % on rows
never seen, three of 256 to 0.027 and 90 %)."""

PARTS = 20
"""Into how many equal parts of its schedule a run is divided; the number of steps is decided anew for each."""


@dataclass(frozen=True)
class TrainingOptions:
    """How an autoencoder is to be trained.

    Parameters
    ----------
    preset : "small", "medium", "default" or "paper"
        Where the widths come from that are not given.
    mode : "guided" or "free"
        Guided by a disk chart of the surface, or by the reconstruction alone.
    seconds : float
        How long training may work, in seconds; time spent paused does not count.
    device : "auto", "cpu", "cuda" or "mps"
        What computes; "auto" takes an accelerator if there is one.
    seed : int
        Start of all random choices.
    encoder, decoder : tuple of int
        Widths of the hidden layers; empty for those of the preset.
    detail : bool
        Whether a detail layer is fitted at the end, within the time.
    detail_nodes : int
        Its nodes across the latent disk; 0: chosen from the samples and the error.
    withheld : float
        Part of the surface, in geodesic balls, that neither training nor fit may see: there the certificate tells what
        was not learned by heart.
    start : "new", "continue" or "refine"
        Begin anew, go on from a trained autoencoder, or go on from it with more samples where its chart folds.
    steps : tuple of int
        Empty: the clock decides. One number: that many steps, whatever time they take. As many as `PARTS`: the steps
        of each part of the schedule, as `TrainingResult.schedule` tells them: on the same computer that gives the
        networks of that run bit by bit, if it was neither ended early nor resumed and its device did not fail; the
        detail layer then takes the time it needs.
    dimension : int
        Latent dimension; 2 on surfaces.
    variant : "denoising", "plain", "contractive" or "variational"
        How a table is learned: noise is added to what the encoder takes in, nothing, the encoder is kept from
        changing fast, or codes are drawn about a mean and held near a normal distribution.
    corruption : float
        How much, over the root mean square of the coordinates: standard deviation of the noise, weight of that, or
        standard deviation that the decoder is trusted with.
    test : float
        Part of the rows of a table that training may not see: what it comes to is measured there.

    Raises
    ------
    TrainingError
        If a value is out of its bounds.
    """

    preset: Preset = field(
        default="default",
        metadata={
            "label": "Preset",
            "choices": ("small", "medium", "default", "paper"),
            "resets": ("encoder", "decoder"),
            "sentences": {
                "small": "2 hidden layers of 32 units each way: few cells, each large enough to be seen.",
                "medium": "3 hidden layers of 128 units each way: tens of thousands of cells, and a fair likeness.",
                "default": "4 hidden layers of 256 units each way: the closest, in hundreds of thousands of cells.",
                "paper": "768-384-192-96-48 and its mirror image, as in arXiv 1805.10451.",
            },
            "tooltip": "How large both networks are: the fewer units, the fewer and larger the cells; the more, the "
            "closer the reconstruction.",
        },
    )
    mode: Mode = field(
        default="guided",
        metadata={
            "label": "Mode",
            "of": "faces",
            "kind": "segmented",
            "choices": ("guided", "free"),
            "tooltip": "Guided: a disk chart without folds shows the networks where each point belongs. "
            "Free: the reconstruction error alone decides, as in the paper; the latent image may fold.",
        },
    )
    seconds: float = field(
        default=60.0,
        metadata={
            "label": "Time",
            "kind": "seconds",
            "slider": (5.0, 1800.0),
            "unit": "s",
            "minimum": 1.0,
            "maximum": 86400.0,
            "tooltip": "How long training works, chart included. Time spent paused does not count.",
        },
    )
    device: Device = field(
        default="auto",
        metadata={
            "label": "Device",
            "choices": ("auto", "cpu", "cuda", "mps"),
            "tooltip": "What computes. Auto takes a graphics card if there is one.",
        },
    )
    seed: int = seed_field(
        "Start of all random choices. On the CPU the same seed with the same steps gives the same "
        "result; if the clock decides the steps, they depend on how busy the computer is.",
    )
    encoder: tuple[int, ...] = field(
        default=(),
        metadata={
            "label": "Encoder",
            "kind": "widths",
            "ends": (3, 2),
            "effective": "encoder_widths",
            "minimum": 2,
            "maximum": 8192,
            "tooltip": "Widths of the encoder's hidden layers, first to last; empty: those of the preset.",
        },
    )
    decoder: tuple[int, ...] = field(
        default=(),
        metadata={
            "label": "Decoder",
            "kind": "widths",
            "ends": (2, 3),
            "effective": "decoder_widths",
            "minimum": 2,
            "maximum": 8192,
            "tooltip": "Widths of the decoder's hidden layers, first to last; empty: those of the preset.",
        },
    )
    detail: bool = field(
        default=True,
        metadata={
            "label": "Detail layer",
            "of": "faces",
            "tooltip": "At the end, adds to the decoder what the network has left of the surface: values on a lattice "
            "of the disk, fitted by least squares within a few seconds. The decoder stays piecewise linear.",
        },
    )
    detail_nodes: int = field(
        default=0,
        metadata={
            "label": "Lattice",
            "of": "faces",
            "unit": "nodes",
            "minimum": 0,
            "maximum": FINEST,
            "advanced": True,
            "tooltip": f"Nodes of the detail layer across the latent disk, from {COARSEST} to {FINEST}; 0 chooses them "
            "from the density of the samples and the error at samples that were held out.",
        },
    )
    withheld: float = field(
        default=0.0,
        metadata={
            "label": "Withheld",
            "of": "faces",
            "kind": "percent",
            "minimum": 0.0,
            "maximum": 0.5,
            "advanced": True,
            "tooltip": "Part of the surface, in balls, that neither training nor detail layer may see; the certificate "
            "tells the error there. The guiding chart is made of the whole surface.",
        },
    )
    start: Start = field(
        default="new",
        metadata={
            "label": "Start",
            "hidden": True,
            "choices": ("new", "continue", "refine"),
            "tooltip": "New: random weights. Continue: from the autoencoder there is, its chart kept. Refine: the "
            "same, a part of the samples taken where triangles are turned over, and around.",
        },
    )
    steps: tuple[int, ...] = field(
        default=(),
        metadata={
            "label": "Steps",
            "hidden": True,
            "minimum": 0,
            "maximum": 10**9,
            "tooltip": "Empty: as many as the time allows. One number: exactly that many, whatever time they take. "
            f"{PARTS} numbers, as the report of a run tells them: gives its networks again, on the same computer.",
        },
    )

    dimension: int = field(
        default=2,
        metadata={
            "label": "Latent dimension",
            "of": "rows",
            "minimum": 1,
            "maximum": 16,
            "tooltip": "Numbers of a code. Cells, transport and pictures of the disk want 2.",
        },
    )
    variant: Variant = field(
        default="denoising",
        metadata={
            "label": "Variant",
            "of": "rows",
            "choices": ("denoising", "plain", "contractive", "variational"),
            "tooltip": "Denoising: the encoder is shown noisy rows, the decoder has to give the clean ones. "
            "Contractive: codes are to change little where rows do. Variational: codes are drawn about a mean, and "
            "held near a normal distribution. Plain: the error alone.",
        },
    )
    corruption: float = field(
        default=0.5,
        metadata={
            "label": "Noise",
            "of": "rows",
            "advanced": True,
            "minimum": 0.0,
            "maximum": 10.0,
            "tooltip": "Over the spread of the columns: standard deviation of the noise, how much a code may not "
            "change, or the standard deviation that a variational decoder is trusted with.",
        },
    )
    test: float = field(
        default=0.25,
        metadata={
            "label": "Test rows",
            "of": "rows",
            "kind": "percent",
            "minimum": 0.0,
            "maximum": 0.9,
            "tooltip": "Part of the rows that training may not see, chosen by the seed; the error there counts.",
        },
    )

    def __post_init__(self) -> None:
        check_known(self, "preset", "mode", "device", "start", "variant", error=TrainingError)
        for name in ("seconds", "seed", "detail_nodes", "withheld", "dimension", "corruption", "test"):
            check_within(self, name, getattr(self, name), TrainingError)
        for name in ("encoder", "decoder", "steps"):
            values = tuple(int(value) for value in getattr(self, name))
            object.__setattr__(self, name, values)
            for value in values:
                check_within(self, name, value, TrainingError)
        if 0 < self.detail_nodes < COARSEST:
            raise TrainingError(
                f"Lattice: {self.detail_nodes:,} nodes are too few. Choose from {COARSEST} to {FINEST}, "
                "or 0 for automatic."
            )
        if len(self.steps) not in (0, 1, PARTS):
            raise TrainingError(
                f"Steps: {len(self.steps)} numbers are given. Give none, one, or {PARTS} as a report tells them."
            )

    @property
    def encoder_widths(self) -> tuple[int, ...]:
        """Hidden widths of the encoder: those given, else those of the preset."""
        return self.encoder or PRESETS[self.preset][0]

    @property
    def decoder_widths(self) -> tuple[int, ...]:
        """Hidden widths of the decoder: those given, else those of the preset."""
        return self.decoder or PRESETS[self.preset][1]

    @property
    def table_widths(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Hidden widths of encoder and decoder of a table: those given, else those of the preset."""
        usual = TABLE_WIDTHS[self.preset]
        return self.encoder or usual, self.decoder or usual[::-1]

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases of both networks, for a surface."""
        return _parameters(3, self.encoder_widths, 2) + _parameters(2, self.decoder_widths, 3)

    def table_parameters(self, columns: int) -> int:
        """Return the number of weights and biases of both networks, for a table of so many columns."""
        encoder, decoder = self.table_widths
        return _parameters(columns, encoder, self.dimension) + _parameters(self.dimension, decoder, columns)


def _parameters(first: int, hidden: tuple[int, ...], last: int) -> int:
    """Return the number of weights and biases of a network."""
    chain = (first, *hidden, last)
    return sum((chain[k] + 1) * chain[k + 1] for k in range(len(chain) - 1))
