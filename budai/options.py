"""All that can be chosen of each stage, as dataclasses: what is left out is at its default."""

from core.cells.cells import CellsOptions
from core.denoising.options import DenoisingOptions
from core.generation.options import GenerationOptions
from core.session.preparing.options import PreparationOptions
from core.training.options import TrainingOptions
from core.transport.options import TransportOptions

__all__ = [
    "CellsOptions",
    "DenoisingOptions",
    "GenerationOptions",
    "PreparationOptions",
    "TrainingOptions",
    "TransportOptions",
]
