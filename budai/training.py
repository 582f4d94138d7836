"""Learning a surface, a cloud or a table."""

from collections.abc import Sequence
from os import PathLike
from typing import Literal

from app.stages.preparation.headless import prepared
from app.stages.training.headless import learned
from budai.loading import load
from budai.progress import shown_progress
from budai.run import Run
from core.data.source import Source
from core.session.preparing.options import PreparationOptions
from core.session.project import Project
from core.training.options import TrainingOptions


def train(
    surface: Source | Run | str | PathLike[str],
    seconds: float = 60.0,
    *,
    seed: int = 0,
    steps: int | Sequence[int] | None = None,
    preset: Literal["small", "medium", "default", "paper"] = "default",
    mode: Literal["guided", "free"] = "guided",
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto",
    encoder: Sequence[int] = (),
    decoder: Sequence[int] = (),
    detail: bool = True,
    start: Literal["new", "continue", "refine"] = "new",
    prepare: str = "auto",
    charts: int = 0,
    options: TrainingOptions | None = None,
    preparation: PreparationOptions | None = None,
    progress: bool = True,
) -> Run:
    """Train an autoencoder on a surface or a table.

    A surface that is no disk is covered by several charts first; of a cloud a surface is made.

    Parameters
    ----------
    surface : Source, Run or path-like
        What `load`, `surface`, `cloud` or `table` returns, or a path, which is loaded; a run, to go on with.
    seconds : float
        How long training may work, in seconds.
    seed : int
        Start of all random choices.
    steps : int or sequence of int, optional
        Exactly so many steps, whatever their time; 20 numbers, as a report tells them, repeat a training.
    preset : "small", "medium", "default" or "paper"
        Which networks.
    mode : "guided" or "free"
        Guided by a disk chart, or by the reconstruction alone.
    device : "auto", "cpu", "cuda" or "mps"
        What computes.
    encoder, decoder : sequence of int
        Widths of the hidden layers; empty for those of the preset.
    detail : bool
        Whether a detail layer is fitted at the end, within the time.
    start : "new", "continue" or "refine"
        Begin anew, or go on from a run; refine: with more samples where triangles are turned over.
    prepare : str
        What is done for a surface that is no disk, as ``budai run --prepare`` takes it: "auto", "fill", "cut", several
        with commas between them.
    charts : int
        Number of charts; 0 for as few as their distortion allows.
    options : TrainingOptions, optional
        All that can be chosen of training, in place of the arguments from `seconds` to `start`.
    preparation : PreparationOptions, optional
        All that can be chosen of preparing, in place of `prepare` and `charts`.
    progress : bool
        Whether what goes on is shown, also by what the run does later.

    Returns
    -------
    Run
        With what was learned.

    Raises
    ------
    InputError
        If the surface cannot be learned.
    BudaiError
        If a value is out of its bounds, or training cannot go on.

    Notes
    -----
    It computes what ``budai run`` does: with the same `steps` and `seed`, the same numbers.
    """
    if options is None:
        given = () if steps is None else (steps,) if isinstance(steps, int) else tuple(steps)
        options = TrainingOptions(
            preset=preset,
            mode=mode,
            seconds=seconds,
            device=device,
            seed=seed,
            encoder=tuple(encoder),
            decoder=tuple(decoder),
            detail=detail,
            steps=given,
            start=start,
        )
    shown = shown_progress(progress)
    if isinstance(surface, Run):
        return Run(learned(surface.project, options, shown), progress)
    if preparation is None:
        *before, way = prepare.split(",")
        preparation = PreparationOptions(way, charts, before=tuple(before))
    source = surface if isinstance(surface, Source) else load(surface, progress=progress)
    return Run(learned(prepared(Project(source=source), preparation, shown), options, shown), progress)
