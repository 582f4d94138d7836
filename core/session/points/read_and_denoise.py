"""Denoising of what files hold: they are read first, and what cannot be used is refused before anything is learned."""

from collections.abc import Sequence
from dataclasses import replace

from core.base.progress import Progress, Stop, Work, part
from core.cells.decoder_pieces import DecoderPieces
from core.charts.atlas import Atlas, Chart
from core.charts.trust import trusting
from core.data.noisy_points import NoisyPoints
from core.data.source import Source
from core.denoising.blind import BlindDenoising
from core.denoising.blind_comparison import BlindChoice, denoise_blind_and_compare
from core.denoising.denoise import denoise, denoise_atlas
from core.denoising.options import DenoisingOptions
from core.denoising.result import Denoising
from core.io.noisy_file import read_noisy
from core.io.reading import load_in_child
from core.relu.cell_complex import CellComplex
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.training.result import TrainingResult


def read_and_denoise(
    source: Source,
    preparation: Preparation | None,
    training: TrainingResult | ByChart[TrainingResult],
    options: DenoisingOptions,
    known: Sequence[CellComplex | DecoderPieces | None] = (),
    points: NoisyPoints | None = None,
) -> Work[Denoising | ByChart[Denoising | None]]:
    """Read the points or the other surface that the options name, and denoise.

    Parameters
    ----------
    source : Source
        The surface.
    preparation : Preparation or None
        The patches that cover it; None where one chart does.
    training : TrainingResult or ByChart
        The autoencoder, or those of all charts.
    options : DenoisingOptions
        Which points, and how.
    known : sequence of CellComplex, DecoderPieces or None
        What is known of the decoder of each chart.
    points : NoisyPoints, optional
        The points, where they are not to be read from a file.

    Returns
    -------
    Denoising or ByChart
        The points; of an atlas those of each chart, None for a chart that nothing was projected to.

    Raises
    ------
    InputError
        If a file cannot be used, or none of its points is near the surface.
    BudaiError
        If there are more pieces than memory, or the source is a cloud.
    """
    stop = Stop()
    stop.heed((yield Progress(0.0, "Noisy points")))
    given: NoisyPoints | Source | None = points
    if points is None and options.input == "file":
        given = read_noisy(options.path, options.columns)
    elif options.input == "other":
        given = load_in_child(options.path)
    if preparation is None or not isinstance(training, ByChart):
        assert isinstance(training, TrainingResult)
        work = denoise(source, training, options, known[0] if known else None, given)
        return (yield from part(work, stop=stop))
    charts = zip(preparation.cover.patches, training.parts, strict=True)
    atlas = Atlas(preparation.cover, tuple(Chart(patch, found.autoencoder, found.codes) for patch, found in charts))
    work = denoise_atlas(source.surface, trusting(atlas, source.surface.vertices), options, known, given)

    def by_chart(progress: Progress) -> Progress:
        found = progress.payload
        return replace(progress, payload=ByChart(found.parts(len(atlas)))) if found is not None else progress

    found = yield from part(work, stop=stop, report=by_chart)
    return ByChart(found.parts(len(atlas)))


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
