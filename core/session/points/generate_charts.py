"""Generation on all charts of an atlas: points chart by chart, by what each owns, and walks from chart to chart."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.base.clock import ActiveClock
from core.base.progress import Progress, Work, part
from core.cells.decoder_pieces import DecoderPieces
from core.charts.atlas import Atlas, Chart
from core.charts.trust import trusting
from core.data.source import Source
from core.generation.generate import DOUBTFUL, ChartShare, generate, strangers
from core.generation.generation import Generation
from core.generation.options import GenerationOptions
from core.generation.walk_across import walk_across
from core.geometry.nearest_triangle import triangle_tree
from core.relu.cell_complex import CellComplex
from core.session.by_chart import ByChart
from core.session.preparation import Preparation
from core.training.result import TrainingResult
from core.transport.transport import Transport


def generate_points(
    source: Source,
    preparation: Preparation | None,
    training: TrainingResult | ByChart[TrainingResult],
    transport: Transport | ByChart[Transport] | None,
    options: GenerationOptions,
    known: Sequence[CellComplex | DecoderPieces | None] = (),
) -> Work[Generation | ByChart[Generation]]:
    """Draw codes of one chart or of all charts, decode them, and walk between two codes.

    Parameters
    ----------
    source : Source
        The surface.
    preparation : Preparation or None
        The patches that cover it; None where one chart does.
    training : TrainingResult or ByChart
        The autoencoder, or those of all charts.
    transport : Transport, ByChart or None
        The transport, or those of all charts; solved here where it is needed and not given.
    options : GenerationOptions
        Where codes come from, and the ends of a walk.
    known : sequence of CellComplex, DecoderPieces or None
        What is known of the decoder of each chart.

    Returns
    -------
    Generation or ByChart
        The points; of an atlas those of each chart, the walk with every one of them.

    Raises
    ------
    BudaiError
        As `generate` and `walk_across`.
    SolveError
        If a transport cannot be solved, or no way leads from one end of the walk to the other.

    Notes
    -----
    A chart gives as many points as chance wants it to by the area that it owns. Through the transport they lie on the
    faces that it owns, so that all are uniform by area over the whole surface; codes that are uniform in the disk or
    Gaussian fall where they do.
    """
    if preparation is None or not isinstance(training, ByChart):
        assert isinstance(training, TrainingResult)
        assert not isinstance(transport, ByChart)
        work = generate(source, training, transport, options, known[0] if known else None)
        return (yield from part(work))
    clock, surface, cover = ActiveClock(), source.surface, preparation.cover
    transports = transport.parts if isinstance(transport, ByChart) else (None,) * len(cover)
    owned = np.bincount(cover.face_chart, surface.face_areas, len(cover))
    counts = np.random.default_rng(options.seed).multinomial(options.count, owned / owned.sum())
    truth, made = triangle_tree(surface.corners), list[Generation]()
    ending = 0.5 if options.has_walk else 1.0
    for k, (region, found, solved) in enumerate(zip(preparation.parts, training.parts, transports, strict=True)):
        faces = cover.patches[k].faces
        own_part = float(owned[k] / max(surface.face_areas[faces].sum(), 1e-300))
        share = ChartShare(int(counts[k]), cover.face_chart[faces] == k, own_part, truth, k)
        work = generate(region, found, solved, options, None, share)

        def report(progress: Progress, k: int = k) -> Progress:
            return Progress(progress.fraction, f"{progress.message} · chart {k + 1} of {len(cover)}")

        low, high = ending * k / len(cover), ending * (k + 1) / len(cover)
        made.append((yield from part(work, low, high, report=report, clock=clock)))
    walk, warnings = None, dict.fromkeys(text for one in made for text in one.warnings)
    if options.has_walk:
        charts = zip(cover.patches, training.parts, strict=True)
        atlas = Atlas(cover, tuple(Chart(patch, found.autoencoder, found.codes) for patch, found in charts))
        ends = (options.start_chart, np.array(options.start)), (options.stop_chart, np.array(options.stop))
        walk = yield from part(
            walk_across(surface, trusting(atlas, surface.vertices), *ends, known), ending, clock=clock
        )
        warnings |= {} if walk.converged else {DOUBTFUL: None}
    warned = (*strangers(np.concatenate([one.inside for one in made])), *warnings)
    return ByChart(
        tuple(
            replace(
                one,
                diagonal=surface.diagonal,
                walk=walk,
                seconds=clock.seconds,
                warnings=warned,
                charts=np.full(len(one.codes), k),
            )
            for k, one in enumerate(made)
        )
    )
