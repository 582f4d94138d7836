"""Denoising of what files hold: they are read first, and what cannot be used is refused before anything is learned."""

from core.base.progress import Progress, Stop, Work, part
from core.cells.decoder_pieces import DecoderPieces
from core.data.source import Source
from core.denoising.blind import BlindDenoising
from core.denoising.blind_comparison import BlindChoice, denoise_blind_and_compare
from core.denoising.denoise import denoise
from core.denoising.options import DenoisingOptions
from core.denoising.result import Denoising
from core.io.noisy_file import read_noisy
from core.io.reading import load_in_child
from core.relu.cell_complex import CellComplex
from core.training.result import TrainingResult


def read_and_denoise(
    source: Source,
    training: TrainingResult,
    options: DenoisingOptions,
    known: CellComplex | DecoderPieces | None = None,
) -> Work[Denoising]:
    """Read the points or the other surface that the options name, and denoise.

    Parameters
    ----------
    source, training, options, known
        As `core.denoising.denoise.denoise` takes them.

    Raises
    ------
    InputError
        If a file cannot be used, or none of its points is near the surface.
    BudaiError
        If there are more pieces than memory, or the source is a cloud.
    """
    stop = Stop()
    stop.heed((yield Progress(0.0, "Noisy points")))
    given = None
    if options.input == "file":
        given = read_noisy(options.path, options.columns)
    elif options.input == "other":
        given = load_in_child(options.path)
    return (yield from part(denoise(source, training, options, known, given), stop=stop))


def read_and_learn(path: str, choice: BlindChoice) -> Work[BlindDenoising]:
    """Read noisy points, and the truth where there is one, and learn a surface from the points alone.

    Parameters
    ----------
    path : str
        The file with the points.
    choice : BlindChoice
        How.

    Raises
    ------
    InputError
        If a file cannot be used.
    BudaiError
        If no surface runs through the points, or it is not a disk, or training cannot go on.
    """
    stop = Stop()
    stop.heed((yield Progress(0.0, "Noisy points")))
    truth = load_in_child(choice.truth) if choice.truth else None
    given = read_noisy(path, choice.columns)
    return (yield from part(denoise_blind_and_compare(given, choice, truth), stop=stop))
