"""The stages from a file to its results: one table that drives the window and the command line alike."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.base.errors import TopologyError
from core.base.progress import Progress, Stop, Work, part
from core.cells.cells import Cells, CellsOptions, find_cells, relinked
from core.data.surface import Surface
from core.denoising.denoise import denoise
from core.denoising.options import DenoisingOptions
from core.generation.generate import generate
from core.generation.options import GenerationOptions
from core.io.load import Source, reading
from core.io.reading_options import ReadingOptions
from core.session.project import NEEDS, OPTIONAL, Project
from core.training.checkpoint import Checkpoint
from core.training.options import TrainingOptions
from core.training.result import TrainingResult
from core.transport.options import TransportOptions
from core.transport.transport import Transport, surface_transport


@dataclass(frozen=True)
class SourceOptions:
    """Which file to open, and how it is read."""

    path: str = field(
        default="", metadata={"label": "Source", "kind": "file", "tooltip": "The file that the surface is read from."}
    )
    how: ReadingOptions = field(default=ReadingOptions(), metadata={"hidden": True})


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of the pipeline.

    Parameters
    ----------
    key : str
        Name in code.
    result : str
        Field of `Project` that it makes.
    options : type
        Dataclass of its options; ``options()`` are the defaults.
    function : callable
        Called with the results named in ``NEEDS[result]`` (None for one in ``OPTIONAL[result]`` that is missing) and
        the options; returns the work.
    adopt : callable, optional
        Called with the result and what the function was called with but the options, where the result came from
        another process; returns the result without copies of its inputs.
    """

    key: str
    result: str
    options: type
    function: Callable[..., Work[Any]]
    adopt: Callable[..., Any] = lambda result, *inputs: result

    def inputs(self, project: Project) -> tuple[object, ...] | None:
        """Return what the function needs from a project, None where something is missing or outdated."""
        names, spared = NEEDS[self.result], OPTIONAL.get(self.result, ())
        found = {name: None if name in project.outdated else getattr(project, name) for name in names}
        missing = any(value is None and name not in spared for name, value in found.items())
        return None if missing else tuple(found.values())


def open_source(options: SourceOptions) -> Work[Source]:
    """Read a surface or cloud in a child process, telling for how long.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    yield Progress(None, "Reading the file")
    return (yield from part(reading(options.path, options.how)))


def trainable(source: Source) -> Surface:
    """Return the surface of a source if an autoencoder with a planar latent disk can learn it.

    Raises
    ------
    TopologyError
        If it is a cloud or not a topological disk; the message says why and what helps.
    """
    if not isinstance(source.surface, Surface) or source.topology is None:
        raise TopologyError(
            f"{source.name} is a cloud of {len(source.surface.points):,} points without faces; "
            "training needs a surface. Make a mesh of it first, or denoise it blind."
        )
    if not source.topology.is_disk:
        raise TopologyError(source.topology.verdict)
    return source.surface


def train_autoencoder(
    source: Source,
    options: TrainingOptions,
    former: TrainingResult | None = None,
    checkpoint: Checkpoint | None = None,
    keep: Callable[[Checkpoint], None] | None = None,
) -> Work[TrainingResult]:
    """Train the autoencoder of a surface that is a topological disk.

    Parameters
    ----------
    source : Source
        The surface.
    options : TrainingOptions
        How.
    former : TrainingResult, optional
        What "continue" and "refine" go on from.
    checkpoint : Checkpoint, optional
        The last state of a training that was lost, to go on with it.
    keep : callable, optional
        Called now and then with the state, to store it: for another process, a partial of `write_checkpoint`.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    TrainingError
        If training cannot start or go on.
    """
    surface = trainable(source)
    answer = yield Progress(None, "Starting PyTorch")
    from core.training.train import train  # torch takes seconds to import: only where it is needed

    return (yield from part(train(surface, options, former, checkpoint, keep, stop=answer == "stop")))


def decompose_autoencoder(source: Source, training: TrainingResult, options: CellsOptions) -> Work[Cells]:
    """Find the exact cells of a trained autoencoder.

    Raises
    ------
    BudaiError
        If there are more cells than memory.
    """
    return (yield from part(find_cells(trainable(source), training.autoencoder, options)))


def _with_inputs(cells: Cells, source: Source, training: TrainingResult) -> Cells:
    return relinked(cells, trainable(source), training.autoencoder)


def transport_surface(source: Source, training: TrainingResult, options: TransportOptions) -> Work[Transport]:
    """Solve the optimal transport to the chart of a surface, and make all that follows from it.

    Raises
    ------
    TopologyError
        If the surface is not a disk.
    InputError
        If the measure that is asked for cannot be used.
    SolveError
        If float64 cannot give each site a cell.
    """
    stop = Stop()
    stop.heed((yield Progress(0.0, "Carrying the measure to the chart")))
    work = surface_transport(trainable(source), training.autoencoder, training.codes, options, training.target)
    return (yield from part(work, stop=stop))


STAGES: dict[str, Stage] = {
    stage.key: stage
    for stage in (
        Stage("surface", "source", SourceOptions, open_source),
        Stage("training", "training", TrainingOptions, train_autoencoder),
        Stage("cells", "cells", CellsOptions, decompose_autoencoder, _with_inputs),
        Stage("transport", "transport", TransportOptions, transport_surface),
        Stage("denoise", "denoising", DenoisingOptions, denoise),
        Stage("generate", "generation", GenerationOptions, generate),
    )
}
"""Every stage by its key, in the order of the pipeline."""
