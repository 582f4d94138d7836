"""Transport on the command line: `budai transport`, `budai sample`, and their part of `budai run`."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from app.command_line.all_charts import Asked, folder_words, with_all_charts, write_all_charts
from app.command_line.folder import check_target, made_folder
from app.command_line.in_run import InRun
from app.command_line.one_chart import has_plane, trained_project
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from app.stages.transport.scene.sheet import draw_transport
from core.base.errors import InputError
from core.base.progress import Progress, finish
from core.data.source import require
from core.io.writers.transport import write_samples
from core.process.child import Child, finish_together
from core.session.export_atlas import export_whole_samples
from core.session.export_transport import export_transport
from core.session.project import Project
from core.session.project_file import save_project
from core.session.stages import STAGES, trainable, transport_surface
from core.transport.options import TransportOptions
from core.transport.transport import Transport, further_samples


def with_transport(project: Project, options: TransportOptions, progress: TerminalProgress) -> tuple[Project, float]:
    """Return a trained project with its transport, solved in a process of its own, and how long it took.

    Raises
    ------
    BudaiError
        If it cannot be solved, or the process ends by itself.
    """
    with transport_child(project, options, progress) as child:
        finish_together(child)
        return with_transport_of(child, project, options, progress), child.seconds


def transport_child(project: Project, options: TransportOptions, report: Callable[[Progress], None]) -> Child:
    """Return a process that solves the transport of a trained project."""
    return Child().start(transport_surface, project.source, project.training, options, report=report)


def with_transport_of(child: Child, project: Project, options: TransportOptions, progress: TerminalProgress) -> Project:
    """Return a project with the transport that a process has solved, and tell of it.

    Raises
    ------
    BudaiError
        If it could not be solved.
    """
    found: Transport = STAGES["transport"].adopt(child.result(), project.source, project.training)
    for line in found.messages:
        progress.say(line)
    certificate, p = found.map.certificate, found.uniformity
    ratios = ""
    if found.before is not None and found.after is not None:
        ratios = f"; area ratio SD {found.before.area_ratio_sd:.3g} before, {found.after.area_ratio_sd:.2g} after, "
        ratios += f"{found.after.flipped_triangles:,} triangles flipped"
    progress.say(
        f"Transport: {len(found.measure.sites):,} sites in the {found.chart_label}, {certificate.newton_steps} Newton "
        f"steps, largest area error {certificate.max_area_error_rel:.1e}, W2 {certificate.wasserstein2:.4g}{ratios}"
    )
    if p is not None and p.p_before is not None and p.p_after is not None:
        progress.say(f"Uniformity of {p.n_samples:,} samples: p = {p.p_before:.2g} before, {p.p_after:.2g} after")
    progress.say(f"Transport in {child.seconds:.1f} s")
    return project.updated(transport=found).with_options("transport", options)


def transport(project_file: Path, output: Path, options: TransportOptions) -> None:
    """Solve the transport of a saved project and write its files, and the project with it, into a folder.

    Of an atlas that of every chart, the files of each into a folder of its own, and samples of the whole.

    Raises
    ------
    BudaiError
        If the project or the folder cannot be used, or the transport cannot be solved.
    """
    progress = TerminalProgress()
    trained = trained_project(project_file)
    if len(trained.charts) > 1:
        _transport_all(trained, output, options, progress)
        return
    with made_folder(output):
        project, seconds = with_transport(trained, options, progress)
        saved = output / "project.budai"
        write_or_rescue(saved, partial(save_project, project))
        written = [*export_transport(project, output, for_others=True), saved]
        if project.source.has_faces:
            written.insert(-1, output / "transport.png")
            draw_transport(project, output / "transport.png")
    progress.say(f"Solved in {seconds:.1f} s; results in {output}: {', '.join(path.name for path in written)}")


def _transport_all(trained: Project, output: Path, options: TransportOptions, progress: TerminalProgress) -> None:
    """Solve the transports of all charts of an atlas, and write their files and the project."""
    with made_folder(output):
        project, seconds = with_all_charts(trained, Asked("transport", "Transport", options), progress)
        saved = output / "project.budai"
        write_or_rescue(saved, partial(save_project, project))
        places = write_all_charts(project, output, partial(export_transport, for_others=True), progress)
        if options.measure == "area":
            export_whole_samples(project, output / "samples.ply")
    parts = [chart.transport for chart in project.charts]
    worst = max(part.map.certificate.max_area_error_rel for part in parts)
    tests = [part.uniformity.p_after for part in parts if part.uniformity.p_after is not None]
    least = f", least p of their samples {min(tests):.2g}" if tests else ""
    whole = ", samples.ply" if options.measure == "area" else ""
    sites = sum(len(part.measure.sites) for part in parts)
    progress.say(f"Transport of {len(parts):,} charts: {sites:,} sites, largest area error {worst:.1e}{least}")
    progress.say(f"Solved in {seconds:.1f} s; results in {output}: {folder_words(places)}{whole}, {saved.name}")


def sample(project_file: Path, output: Path, count: int, naive: bool, seed: int) -> None:
    """Draw samples of a saved project into a PLY file; without a transport by area in it, that is solved first.

    Raises
    ------
    BudaiError
        If the project or the file cannot be used, or the transport cannot be solved.
    """
    progress = TerminalProgress()
    if count < 1:
        raise InputError(output.name, f"{count:,} samples cannot be drawn", remedy="Ask for one or more.")
    check_target(output, ".ply")
    project = trained_project(project_file).without_outdated()
    require(project.source, "drawing samples", "faces")
    if len(project.charts) > 1:
        _sample_all(project, output, count, naive, seed, progress)
        return
    known = None if project.transport is None else project.transport.options
    if known is None or known.measure != "area" or (naive and known.chart != "autoencoder"):
        what = "no transport" if known is None else "a transport of another kind"
        progress.say(f"The project holds {what}; that of the area is solved first.")
        project, _ = with_transport(project, TransportOptions(refinement=0, samples=0), progress)
    assert project.source is not None
    assert project.training is not None
    found, started = project.transport, time.monotonic()
    assert found is not None
    work = further_samples(
        trainable(project.source),
        project.training.autoencoder,
        project.training.codes,
        found,
        count,
        np.random.default_rng(seed),
        naive,
    )
    samples = finish(work, progress)
    beside = np.zeros(count, bool) if naive else found.singular.beside(found.map.diagram)[samples.sites]
    drawn = time.monotonic() - started
    write_or_rescue(output, lambda path: write_samples(path, samples, beside))
    progress.say(f"Drew {count:,} samples in {drawn:.1f} s; wrote {output}")


def _sample_all(project: Project, output: Path, count: int, naive: bool, seed: int, progress: TerminalProgress) -> None:
    """Draw samples of all charts of an atlas, each by the area that it owns."""
    if naive:
        how = "Leave out --naive, or name a chart, as in P.budai:1."
        raise InputError(output.name, "only of one chart samples can be drawn without transport", remedy=how)
    known = [None if chart.transport is None else chart.transport.options.measure for chart in project.charts]
    if set(known) != {"area"}:
        progress.say("The project holds no transport of the area for each chart; these are solved first.")
        asked = Asked("transport", "Transport", TransportOptions(refinement=0, samples=0))
        project, _ = with_all_charts(project, asked, progress)
    started = time.monotonic()
    write_or_rescue(output, lambda path: export_whole_samples(project, path, count, seed))
    progress.say(f"Drew {count:,} samples in {time.monotonic() - started:.1f} s; wrote {output}")


IN_RUN = InRun(
    "Transport",
    "The transport could not be solved",
    transport_child,
    with_transport_of,
    TransportOptions,
    "transport",
    wanted=has_plane,
)
