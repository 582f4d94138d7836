"""The stages from a file to its results: one table that drives the window and the command line alike."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.base.errors import BudaiError, TrainingError
from core.base.progress import Progress, Stop, Work, part
from core.cells.cells import Cells, CellsOptions, find_cells, relinked
from core.charts.autoencoder import Autoencoder
from core.charts.section import Section
from core.data.reading_options import ReadingOptions
from core.data.source import Source, require
from core.data.surface import Surface
from core.denoising.blind_comparison import BlindChoice
from core.denoising.options import DenoisingOptions
from core.embedding.rows_transport import rows_transport
from core.evaluation.atlas_figures import AtlasFigures
from core.evaluation.table_figures import learned_rows
from core.generation.options import GenerationOptions
from core.generation.planes import section_of
from core.io.reading import reading
from core.session.by_chart import ByChart, parts_of
from core.session.denoising_parts import pack_denoising, unpack_denoising
from core.session.generation_parts import pack_generation, unpack_generation
from core.session.packed import Packed
from core.session.points.generate_charts import generate_points
from core.session.points.learned_points import with_point_errors
from core.session.points.read_and_denoise import read_and_denoise
from core.session.preparation import Preparation
from core.session.preparation_parts import pack_preparation, unpack_preparation, words_of
from core.session.prepare import prepare
from core.session.preparing.options import PreparationOptions
from core.session.run import Training, with_exact, with_training
from core.session.source_parts import pack_source, unpack_source
from core.session.training_parts import pack_training, unpack_training
from core.session.transport_parts import pack_transport, unpack_transport
from core.training.checkpoint import Checkpoint
from core.training.options import TrainingOptions
from core.training.result import TrainingResult
from core.transport.options import TransportOptions
from core.transport.transport import Transport, relinked_transport, surface_transport


@dataclass(frozen=True)
class SourceOptions:
    """Which file to open, and how it is read."""

    path: str = field(
        default="", metadata={"label": "Source", "kind": "file", "tooltip": "The file that the surface is read from."}
    )
    how: ReadingOptions = field(default=ReadingOptions(), metadata={"hidden": True})

    @property
    def n_bytes(self) -> int:
        """Size of the file; 0 where there is none."""
        with contextlib.suppress(OSError):
            return Path(self.path).stat().st_size
        return 0


def _as_it_is(result: Any, *inputs: Any) -> Any:
    return result


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of the pipeline, and what becomes of its result in a project and in a file.

    Parameters
    ----------
    key : str
        Name of the stage and of its result in a project.
    options : type
        Dataclass of its options; ``options()`` are the defaults.
    function : callable
        Called with the results named in `needs` (None for one in `spared` that is missing) and the options; returns the
        work.
    needs : tuple of str
        Stages whose results its own is made from.
    spared : tuple of str
        Which of these are used where they are there, and done without otherwise.
    adopt : callable, optional
        Called with the result and what the function was called with but the options, where the result came from
        another process; returns the result without copies of its inputs.
    entered : callable, optional
        Called with a project and a new result before that enters it; returns which other fields of the project change
        with it.
    renewed : callable, optional
        Called with its options where a result that it cannot do without is another one; returns what is left of them.
    pack : callable, optional
        Returns what goes into a project file, as `Packed`; None where the result is not saved.
    unpack : callable, optional
        Called with a `Packed`, the results that were read before it and the name of the file; returns the result.
    other_options : mapping of str to type
        Dataclasses of what else it can be asked for, by keys of their own.
    splits : str
        Where its result parts the source into patches: key of the result in whose place its parts stand in the projects
        of charts; empty for other stages.
    takes_whole : bool
        Whether its function takes what is known of all charts at once; of others it is called for each.
    whole : type, optional
        Dataclass of the figures that its results on all charts have together.
    former_key : str
        Key under which files of version 0.1 hold its options.
    """

    key: str
    options: type
    function: Callable[..., Work[Any]]
    needs: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    adopt: Callable[..., Any] = _as_it_is
    entered: Callable[[Any, Any], Mapping[str, Any]] = lambda project, result: {}
    renewed: Callable[[Any], Any] = lambda options: options
    pack: Callable[[Any], Packed] | None = None
    unpack: Callable[[Packed, Mapping[str, Any], str], Any] | None = None
    other_options: Mapping[str, type] = field(default_factory=dict[str, type])
    splits: str = ""
    takes_whole: bool = False
    whole: type | None = None
    former_key: str = ""

    def inputs(self, project: Any) -> tuple[object, ...] | None:
        """Return what the function needs from a project, None where something is missing or outdated."""
        found = {name: None if name in project.outdated else project.results.get(name) for name in self.needs}
        missing = any(value is None and name not in self.spared for name, value in found.items())
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


def _with_source(preparation: Preparation | None, source: Source) -> Preparation | None:
    return None if preparation is None else replace(preparation, source=source)


def trainable(source: Source) -> Surface:
    """Return the surface of a source if an autoencoder with a planar latent disk can learn it.

    Raises
    ------
    TopologyError
        If it is no topological disk; the message says why and what helps.
    """
    require(source, "training", "disk")
    return source.surface


def train_autoencoder(
    source: Source,
    preparation: Preparation | None,
    options: TrainingOptions,
    former: Training | None = None,
    checkpoint: Checkpoint | None = None,
    keep: Callable[[Checkpoint], None] | None = None,
) -> Work[Training]:
    """Train the autoencoder of a surface that is a topological disk, of a table, or those of all charts of an atlas.

    Parameters
    ----------
    source : Source
        The surface.
    preparation : Preparation or None
        The patches that cover it; None where one chart does.
    options : TrainingOptions
        How.
    former : TrainingResult or those of all charts, optional
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
    if preparation is not None:
        found = yield from _train_atlas(preparation, options, former, checkpoint, keep)
        return with_point_errors(source, preparation, found)
    if source.is_table:
        answer = yield Progress(None, "Starting PyTorch")
        from core.training.table.train import train_table  # torch takes seconds to import: only where it is needed

        return (yield from part(train_table(source.table, options, stop=answer == "stop")))
    surface = trainable(source)
    former = None if isinstance(former, ByChart) else former
    answer = yield Progress(None, "Starting PyTorch")
    from core.training.train import train  # torch takes seconds to import: only where it is needed

    found = yield from part(train(surface, options, former, checkpoint, keep, stop=answer == "stop"))
    return with_point_errors(source, None, found)


def _train_atlas(
    preparation: Preparation,
    options: TrainingOptions,
    former: Training | None,
    checkpoint: Checkpoint | None,
    keep: Callable[[Checkpoint], None] | None,
) -> Work[ByChart[TrainingResult]]:
    """Train all charts of an atlas; what is kept of it tells how the surface was prepared."""
    if options.mode != "guided" or options.withheld:
        raise TrainingError("An atlas is trained guided, on the whole surface. Choose these, or one chart.")
    answer = yield Progress(None, "Starting PyTorch")
    from core.training.atlas.train import train_atlas  # torch takes seconds to import: only where it is needed

    def keep_all(state: Checkpoint) -> None:
        assert keep is not None
        keep(replace(state, preparation=words_of(preparation)))

    surface, cover = preparation.source.surface, preparation.cover
    regions = [source.surface for source in preparation.parts]
    storing = None if keep is None else keep_all
    known = former.parts if isinstance(former, ByChart) else None
    work = train_atlas(surface, cover, regions, options, known, checkpoint, storing, stop=answer == "stop")
    found = yield from part(work)
    return ByChart(found.parts, found.figures)


def decompose_autoencoder(source: Source, training: TrainingResult, options: CellsOptions) -> Work[Cells]:
    """Find the exact cells of a trained autoencoder.

    Raises
    ------
    BudaiError
        If there are more cells than memory.
    """
    surface, options, section = decomposable(source, training, options)
    return (yield from part(find_cells(surface, training.autoencoder, options, section)))


def decomposable(
    source: Source, training: TrainingResult, options: CellsOptions
) -> tuple[Surface | None, CellsOptions, Section | None]:
    """Return the surface that cells lie on, which can be found, and in which plane: of a table the decoder's alone.

    Raises
    ------
    BudaiError
        If codes of a table have one number alone, or no such plane, or a surface is no topological disk.
    """
    if not source.is_table:
        return trainable(source), options, None
    return None, replace(options, of=("decoder",), complexity=False), section_of(training, options)


def check_plane(autoencoder: Autoencoder, what: str) -> None:
    """Refuse an autoencoder whose codes are no points of a disk.

    Raises
    ------
    BudaiError
        If codes have not two numbers.
    """
    if autoencoder.latent_dimension != 2:
        raise BudaiError(f"Codes have {autoencoder.latent_dimension} numbers; {what} needs 2. Train with 2.")


def _with_inputs(cells: Cells, source: Source, training: TrainingResult) -> Cells:
    return relinked(cells, None if source.is_table else trainable(source), training.autoencoder)


def _drawing_from(transport: Transport, source: Source, training: TrainingResult) -> Transport:
    if source.is_table:
        return transport
    return relinked_transport(transport, source.surface, training.autoencoder, training.codes)


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
    if source.is_table:
        check_plane(training.autoencoder, "transport")
        learned = learned_rows(len(source.positions), training.options.test, training.options.seed)
        return (yield from part(rows_transport(training.codes, learned, options), stop=stop))
    work = surface_transport(trainable(source), training.autoencoder, training.codes, options, training.target)
    return (yield from part(work, stop=stop))


def _entered_training(project: Any, training: Training | None) -> Mapping[str, Any]:
    """A new training enters the list of runs, as a child of the present one where it has gone on from that."""
    if training is None:
        return {}
    goes_on = parts_of(training)[0].options.start != "new"
    parent = project.run.name if project.run is not None and goes_on else ""
    return {"runs": with_training(project.runs, training, parent)}


def _entered_cells(project: Any, cells: Cells | ByChart[Cells] | None) -> Mapping[str, Any]:
    """What new cells tell of a training is kept with its run."""
    if cells is None or project.training is None:
        return {}
    exact = [getattr(part, "exact", None) for part in parts_of(cells)]
    return {} if not any(exact) else {"runs": with_exact(project.runs, project.training, exact)}


def _without_walk(options: GenerationOptions) -> GenerationOptions:
    """The ends of a walk are codes, which mean nothing to another autoencoder."""
    return replace(options, start=(), stop=(), start_chart=0, stop_chart=0)


STAGES: dict[str, Stage] = {
    stage.key: stage
    for stage in (
        Stage("source", SourceOptions, open_source, pack=pack_source, unpack=unpack_source, former_key="surface"),
        Stage(
            "preparation",
            PreparationOptions,
            prepare,
            ("source",),
            adopt=_with_source,
            pack=pack_preparation,
            unpack=unpack_preparation,
            splits="source",
            takes_whole=True,
        ),
        Stage(
            "training",
            TrainingOptions,
            train_autoencoder,
            ("source", "preparation"),
            spared=("preparation",),
            takes_whole=True,
            whole=AtlasFigures,
            entered=_entered_training,
            pack=pack_training,
            unpack=unpack_training,
        ),
        Stage(
            "cells",
            CellsOptions,
            decompose_autoencoder,
            ("source", "training"),
            adopt=_with_inputs,
            entered=_entered_cells,
        ),
        Stage(
            "transport",
            TransportOptions,
            transport_surface,
            ("source", "training"),
            adopt=_drawing_from,
            pack=pack_transport,
            unpack=unpack_transport,
        ),
        Stage(
            "denoising",
            DenoisingOptions,
            read_and_denoise,
            ("source", "preparation", "training"),
            spared=("preparation",),
            takes_whole=True,
            pack=pack_denoising,
            unpack=unpack_denoising,
            other_options={"blind": BlindChoice},
            former_key="denoise",
        ),
        Stage(
            "generation",
            GenerationOptions,
            generate_points,
            ("source", "preparation", "training", "transport"),
            spared=("preparation", "transport"),
            takes_whole=True,
            renewed=_without_walk,
            pack=pack_generation,
            unpack=unpack_generation,
            former_key="generate",
        ),
    )
}
"""Every stage by its key, in the order of the pipeline; a program adds its own before it opens a project."""
