"""What was learned of a surface, and what can be made of it."""

from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from app import __version__
from app.command_line.folder import check_target, made_folder
from app.command_line.lock import writing_into
from app.command_line.one_chart import trained_project
from app.command_line.report_file import run_report, write_report
from app.command_line.run_folder import PROJECT_FILE, RunFolder
from app.command_line.terminal import TerminalProgress
from app.stages import row as stage
from app.stages.denoising.headless import denoised
from app.stages.export.headless import export_result
from app.stages.generation.headless import generated
from app.stages.training.headless import write_results
from budai.progress import shown_progress
from core.base.errors import BudaiError, InputError
from core.cells.cells import Cells, CellsOptions
from core.charts.autoencoder import Autoencoder
from core.data.noisy_points import NoisyPoints
from core.data.source import Source
from core.denoising.options import DenoisingOptions
from core.denoising.result import Denoising
from core.generation.generation import Generation
from core.generation.options import GenerationOptions
from core.process.child import Child, finish_together
from core.session.by_chart import ByChart, parts_of, together
from core.session.every_chart import adopted, call_of
from core.session.project import Project
from core.session.project_file import save_project
from core.session.stages import STAGES
from core.training.result import TrainingResult
from core.transport.options import TransportOptions
from core.transport.transport import Transport


class Run:
    """A trained autoencoder, or those of all charts of an atlas, and what was made of it.

    Made by `budai.train` and `budai.open`. What a method computes is kept, is exported and saved with the rest, and is
    the same as what the command line computes.

    Parameters
    ----------
    project : Project
        With a training.
    progress : bool
        Whether what goes on is shown.

    Attributes
    ----------
    project : Project
        All results so far; a value that never changes: a method replaces it.
    """

    def __init__(self, project: Project, progress: bool = True) -> None:
        self.project = project
        self._shows = progress

    def __repr__(self) -> str:
        charts = len(self.project.charts)
        many = "1 chart" if charts == 1 else f"{charts:,} charts"
        return f"<Run of {self.source.name}: {many}, RMSE {100 * self.figures()['training']['rmse_rel']:.3g} %>"

    # -- what was learned --------------------------------------------------------------------------------------------

    @property
    def source(self) -> Source:
        """What was learned of."""
        return self.project.source

    @property
    def training(self) -> TrainingResult | ByChart[TrainingResult]:
        """What came of the training; of an atlas that of each chart, as ``training.parts``."""
        return self.project.training

    @property
    def autoencoder(self) -> Autoencoder:
        """Its maps: `encode`, `decode`, `decode_jacobian`.

        Raises
        ------
        BudaiError
            If there are several charts.
        """
        return self._one_chart("one autoencoder").autoencoder

    @property
    def codes(self) -> np.ndarray:
        """Codes of the vertices or rows, one a line.

        Raises
        ------
        BudaiError
            If there are several charts.
        """
        return self._one_chart("one code of each vertex").codes

    def encode(self, points: ArrayLike) -> np.ndarray:
        """Return the codes of points, one a line, in latent units.

        Parameters
        ----------
        points : (n, D) array
            In the units of the source.

        Raises
        ------
        BudaiError
            If there are several charts.
        """
        autoencoder = self.autoencoder
        return autoencoder.encode(_rows(points, autoencoder.ambient_dimension, "points"))

    def decode(self, codes: ArrayLike) -> np.ndarray:
        """Return the points of codes, one a line, in the units of the source.

        Parameters
        ----------
        codes : (n, d) array
            In latent units; the disk has radius 1.

        Raises
        ------
        BudaiError
            If there are several charts.
        """
        autoencoder = self.autoencoder
        return autoencoder.decode(_rows(codes, autoencoder.latent_dimension, "codes"))

    def figures(self) -> dict[str, Any]:
        """Return every figure that was measured, in the format `budai-report` 1; null where none was."""
        return run_report(self.project, __version__, {}, 0)

    # -- what is made of it ------------------------------------------------------------------------------------------

    def cells(self, options: CellsOptions | None = None) -> Cells | ByChart[Cells]:
        """Find the exact cells of decoder and encoder.

        Parameters
        ----------
        options : CellsOptions, optional
            Of which maps; by default those of ``budai run``.

        Returns
        -------
        Cells or ByChart
            As ``cells.decoder`` and ``cells.encoder``; of an atlas those of each chart, as ``.parts``.

        Raises
        ------
        BudaiError
            If codes have not two numbers, or the memory does not suffice.
        """
        return self._computed("cells", options or stage("cells").runs().options())

    def transport(self, options: TransportOptions | None = None) -> Transport | ByChart[Transport]:
        """Solve the optimal transport from the disk to the chart's measure.

        Parameters
        ----------
        options : TransportOptions, optional
            Which measure, how many sites and samples; by default those of ``budai run``.

        Returns
        -------
        Transport or ByChart
            With the map, its certificate and the samples; of an atlas those of each chart, as ``.parts``.

        Raises
        ------
        BudaiError
            If it cannot be solved.
        """
        return self._computed("transport", options or stage("transport").runs().options())

    def denoise(
        self,
        points: ArrayLike | str | PathLike[str] | None = None,
        *,
        method: str = "projection",
        onto: Literal["surface", "disk"] = "surface",
        noise: float = 0.01,
        options: DenoisingOptions | None = None,
    ) -> Denoising:
        """Bring noisy points back onto the decoded surface.

        Parameters
        ----------
        points : (n, 3) array or path-like, optional
            The points, or the file that holds them; without them points of the surface get noise, so that the truth is
            known.
        method : str
            "projection" to the exact nearest point, or another of `core.denoising.methods.METHODS`.
        onto : "surface" or "disk"
            Whether onto what the codes of the surface decode to, or all codes of the disk.
        noise : float
            Standard deviation of that noise in each coordinate, over the diagonal of the bounding box.
        options : DenoisingOptions, optional
            All that can be chosen, in place of `method`, `onto` and `noise`.

        Returns
        -------
        Denoising
            ``denoising.chosen.points`` are the denoised points, ``denoising.rows`` the numbers of those that they were:
            points far from the surface are left out.

        Raises
        ------
        InputError
            If the points cannot be used, or none of them is near the surface.
        """
        given = None
        if points is None:
            chosen = options or DenoisingOptions(level=noise, method=method, onto=onto, compare=False)
        else:
            path = fspath(points) if isinstance(points, str | PathLike) else ""
            chosen = options or DenoisingOptions(input="file", path=path, method=method, onto=onto, compare=False)
            given = None if path else _noisy(points)
        self.project = denoised(self.project, chosen, self._shown(), given)
        return together(self.project.denoising)

    def generate(
        self,
        n: int = 10_000,
        *,
        origin: Literal["transport", "uniform", "gaussian"] = "transport",
        seed: int = 0,
        options: GenerationOptions | None = None,
    ) -> Generation:
        """Draw codes and decode them.

        Parameters
        ----------
        n : int
            How many points.
        origin : "transport", "uniform" or "gaussian"
            Uniform by area on the surface, through the transport; uniform in the disk; Gaussian about its centre.
        seed : int
            Start of all random choices.
        options : GenerationOptions, optional
            All that can be chosen, a walk between two codes among it, in place of the others.

        Returns
        -------
        Generation
            ``generation.points`` are the points, ``generation.codes`` their codes.

        Raises
        ------
        BudaiError
            If a value is out of its bounds, or a transport cannot be solved.
        """
        chosen = options or GenerationOptions(origin=origin, count=n, seed=seed)
        self.project = generated(self.project, chosen, self._shown())
        return together(self.project.generation)

    # -- what is written ---------------------------------------------------------------------------------------------

    def save(self, path: str | PathLike[str]) -> Path:
        """Save the project, and return its file.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        file = Path(path)
        check_target(file, ".budai")
        with writing_into(file):
            save_project(self.project, file)
        return file

    def export(self, target: str | PathLike[str], what: str = "") -> Path:
        """Write all files and pictures into a folder, as ``budai run`` does, or one result into a file.

        Parameters
        ----------
        target : path-like
            The folder, made if it does not exist; where `what` is given, the file: its suffix decides the format.
        what : str
            Which result, as ``budai export --what`` names it: "reconstruction", "samples", and so on.

        Returns
        -------
        Path
            The folder or the file.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        place = Path(target)
        if what:
            export_result(self.project, place, what, self._shown())
            return place
        shown = self._shown()
        with writing_into(place, place / PROJECT_FILE), made_folder(place):
            folder = RunFolder(place, self.source.path)
            inside = folder.begin()
            save_project(self.project, inside / PROJECT_FILE)
            timings: dict[str, float | None] = {}
            written = write_results(self.project, inside, shown, timings)
            write_report(self.project, folder, timings, written, shown)
        return place

    # -- helpers -----------------------------------------------------------------------------------------------------

    def _shown(self) -> TerminalProgress:
        return shown_progress(self._shows)

    def _one_chart(self, what: str) -> TrainingResult:
        parts = parts_of(self.training)
        if len(parts) > 1:
            raise BudaiError(f"{self.source.name} has {len(parts):,} charts, not {what}. Take one of training.parts.")
        return parts[0]

    def _computed(self, key: str, options: Any) -> Any:
        """Run a stage on the project or on each of its charts, keep its result, and return it."""
        shown, part = self._shown(), stage(key).runs()
        if len(self.project.charts) == 1:
            with part.start(self.project, options, shown) as child:
                finish_together(child)
                self.project = part.take(child, self.project, options, shown)
            return self.project.results[key]
        with Child() as child:
            child.start(*call_of(STAGES[key], self.project, options, ()), report=shown)
            finish_together(child)
            result = adopted(STAGES[key], self.project, child.result())
        shown.clear()
        self.project = self.project.updated(**{key: result}).with_options(key, options)
        return result


def _noisy(points: ArrayLike) -> NoisyPoints:
    """Return points of an array; those that hold no finite number are refused."""
    rows = _rows(points, 3, "points")
    wrong = np.flatnonzero(~np.isfinite(rows).all(1))
    if len(wrong):
        reason = f"{len(wrong):,} of {len(rows):,} points are no finite numbers"
        raise InputError("the array", reason, f"row {wrong[0]}", "Remove these points.")
    if not len(rows):
        raise InputError("the array", "holds no points", remedy="Give one or more.")
    return NoisyPoints("the array", rows, np.arange(len(rows)), ())


def _rows(values: ArrayLike, width: int, what: str) -> np.ndarray:
    """Return rows of numbers of a width."""
    try:
        rows = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(what, "are no numbers", remedy="Give an array of numbers.") from error
    if rows.ndim != 2 or rows.shape[1] != width:
        reason = f"have the shape {rows.shape}"
        raise InputError(what, reason, remedy=f"Give an array of the shape (n, {width}).")
    return rows


def open(path: str | PathLike[str], *, progress: bool = True) -> Run:
    """Open a saved project; of an atlas one chart alone where its number stands behind the name, as in P.budai:3.

    Parameters
    ----------
    path : path-like
        The file.
    progress : bool
        Whether what the run does later is shown.

    Raises
    ------
    InputError
        If the file cannot be used, comes from a later version, or holds no trained autoencoder.
    """
    return Run(trained_project(Path(path)), progress)
