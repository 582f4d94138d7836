"""Opening, saving and exporting: asks which file, and starts the job that reads or writes it."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

import assets
from app.process.file_work import fetch_scan, read_project, write_export, write_project
from app.process.jobs import Job
from app.scene.camera import UP_AXES
from app.shell.columns_dialog import ColumnsDialog
from app.shell.command_lines import stage_command, stage_script
from app.shell.open_file import OpenFile
from app.stages.exporting import exported_from
from app.state.file_kinds import CLOUDS, SURFACES, filters
from app.state.settings import Settings
from app.state.stage_state import Notice
from app.state.workspace import FIRST, Workspace
from app.style.theme import Theme
from app.style.translation import tr
from core.base.errors import BudaiError
from core.data.reading_options import ReadingOptions
from core.data.source import Source
from core.geometry.teaching import TEACHING_SURFACES
from core.io.digits import DIGITS
from core.io.readers.tables.column_choice import ColumnsQuestion
from core.session.project import Project
from core.session.project_file import SUFFIX
from core.session.stages import STAGES

_KIND = "pictures/kind"
"""Where the kind of picture that was saved last is remembered."""
LARGEST_PICTURE = 4
"""By how much a picture can be larger than on the screen."""


class Files(QObject):
    """What the window does with files.

    Parameters
    ----------
    workspace : Workspace
        Whose project is opened and saved.
    settings : Settings
        Remembers the recent files.
    theme : Theme
        The look of the dialogs.
    window : QWidget
        Parent of the dialogs.

    Attributes
    ----------
    picture : callable or None
        Writes a picture of a view, or of all where the key is None: called with the key, the path, by how much it is
        larger than on the screen, and whether its ground is transparent.
    may_discard : callable
        Asks whether results that are in no file may go; returns the answer, and calls what it is given once they
        are saved.

    Signals
    -------
    opened(path)
        A surface or a project is shown now.
    """

    opened = Signal(str)

    def __init__(self, workspace: Workspace, settings: Settings, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._settings, self._theme, self._window = workspace, settings, theme, window
        self._opening: Job | None = None
        self._open_file = OpenFile()
        self.picture: Callable[[str | None, Path, int, bool], None] | None = None
        self.may_discard: Callable[[Callable[[], object]], bool] = lambda _: True
        workspace.asked.connect(self._on_asked)

    # -- opening -----------------------------------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for a surface, a cloud or a project."""
        kinds = filters(tr("Surfaces, clouds and projects"), (*SURFACES, *CLOUDS, SUFFIX[1:]))
        chosen, _ = QFileDialog.getOpenFileName(self._window, tr("Open"), str(self._folder()), kinds)
        if chosen:
            self.open_path(chosen)

    def open_path(self, path: str, how: ReadingOptions | None = None) -> Job | None:
        """Open a file of any kind; the project stays as it is unless that succeeds."""
        if not Path(path).exists() and path not in (*TEACHING_SURFACES, DIGITS):
            self._settings_call(self._settings.forget_file, path)
            text = tr("The file {name} is no longer there. Find it…", name=Path(path).name)
            self._notify(text, "bad", "open", "open")
            return None
        is_project = Path(path).suffix.lower() == SUFFIX
        if is_project and not self.may_discard(lambda: self.open_path(path)):
            return None
        if self._opening is not None:
            self._opening.cancel()  # nothing, where it has ended
        if is_project:
            self._workspace.first.leave()
            self._opening = job = self.start("open", read_project, path)
            job.finished.connect(lambda project: self._on_project(project, path))
            return job
        job = self._workspace.first.open(path, how)
        if job is not None:
            job.finished.connect(lambda _: self._on_opened(path))
        return job

    def _on_asked(self, key: str, job: Job) -> None:
        """Ask for the columns of a table once the job that needs them has ended."""
        if isinstance(job.question, ColumnsQuestion):
            QTimer.singleShot(0, self, lambda: self._ask_columns(key, job.question, job.options))

    def _ask_columns(self, key: str, question: ColumnsQuestion, options: Any) -> None:
        """Ask which columns of a table are the coordinates, and go on with them; Cancel leaves all as it was."""
        if options is None:
            return
        place = f"columns/{_path_key(Path(options.path))}"
        former = tuple(str(word) for word in json.loads(str(self._settings.geometry.value(place, "[]"))))
        dialog = ColumnsDialog(self._theme, question, self._window, former)
        accepted, columns = dialog.exec(), dialog.columns
        dialog.deleteLater()
        if not accepted:
            return
        self._settings.geometry.setValue(place, json.dumps(columns))
        if key == FIRST:
            self.open_path(options.path, replace(options.how, columns=columns))
        else:
            self._workspace.set_options(key, replace(options, columns=columns))
            self._workspace.run_stage(key)

    @property
    def first_sample(self) -> Path:
        """File of the surface that is open at the first start."""
        return assets.SAMPLES[0].file

    def open_sample(self, key: str) -> Job | None:
        """Open a surface that came with the program."""
        return self.open_path(str(assets.sample_path(key)))

    def show_source(self, source: Source) -> None:
        """Show a surface that was read already, without a past."""
        self._workspace.start_over(Project({FIRST: source}))
        self._open_next()

    def download(self, key: str) -> Job:
        """Fetch a scan and open it."""
        job = self.start("download", fetch_scan, key)
        job.finished.connect(self.open_path)
        return job

    def _on_project(self, project: Project, path: str) -> None:
        self._workspace.start_over(project, Path(path))
        holder = self._open_file.open(Path(path))
        if holder:
            text = tr(
                "{name} is in use by another Budai ({holder}): save under another name.",
                name=Path(path).name,
                holder=holder,
            )
            self._notify(text, "warn", "save_as")
        self._on_opened(path)

    def _on_opened(self, path: str) -> None:
        samples = {str(sample.file) for sample in assets.SAMPLES}
        if path not in samples:
            self._settings_call(self._settings.remember_file, path)
        if not self._open_known_stage(path):
            self._open_next()
        self._workspace.first.offer_remedies()
        self.opened.emit(path)

    def up_axis(self, path: str) -> str:
        """Return which axis the user chose to point upward for the surface of a file; empty where none was chosen."""
        kept = str(self._settings.geometry.value(f"up/{_path_key(Path(path))}", "")) if path else ""
        return kept if kept in UP_AXES else ""

    def keep_up_axis(self, axis: str) -> None:
        """Remember which axis points upward for the surface that is open."""
        source = self._workspace.whole.source
        if source is not None:
            self._settings.geometry.setValue(f"up/{_path_key(Path(source.path))}", axis)

    def remember_stage(self) -> None:
        """Remember which stage of the project that lies in a file is open."""
        if self._workspace.path is not None:
            key = _stage_key(self._workspace.path)
            self._settings.geometry.setValue(key, self._workspace.open_stage)

    def _open_known_stage(self, path: str) -> bool:
        """Open the stage of a project that was open when it was left; return whether one was."""
        key = self._settings.geometry.value(_stage_key(Path(path)), "")
        key = next((stage.key for stage in STAGES.values() if stage.former_key == key), key)
        known = self._workspace.path is not None and key in self._workspace.works
        if known:
            self._workspace.show_stage(str(key))
        return known

    def _open_next(self) -> None:
        """Open the stage in which something can be done next."""
        self._workspace.show_stage(self._workspace.next_stage)

    def take_over(self, other: "Files") -> None:
        """Watch the file that another window had open."""
        self._open_file = other._open_file

    # -- saving ------------------------------------------------------------------------------------------------------

    def save(self) -> Job | None:
        """Save the project to its file; ask for one where it has none."""
        if self._workspace.path is None:
            return self.save_as()
        if self._open_file.has_changed(self._workspace.path):
            text = tr("{name} was written by another program since it was opened.", name=self._workspace.path.name)
            self._notify(
                f"{text} {tr('Save under another name, or choose this one once more to replace it.')}",
                "warn",
                "save_as",
            )
            return None
        return self._write(self._workspace.path)

    def save_as(self) -> Job | None:
        """Ask for a file and save the project there."""
        source = self._workspace.whole.source
        name = source.name if source is not None else "project"
        target = self._folder() / f"{name}{SUFFIX}"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save project"), str(target), f"{tr('Budai projects')} (*{SUFFIX})"
        )
        if not chosen:
            return None
        path = Path(chosen)
        return self._write(path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX))

    def _write(self, path: Path) -> Job:
        project = self._workspace.whole
        job = self.start("save", write_project, saved_of(project), str(path))
        job.finished.connect(lambda _: self._on_saved(project, path))
        return job

    def _on_saved(self, project: Project, path: Path) -> None:
        self._open_file.open(path)
        if self._workspace.whole is project:
            self._workspace.mark_saved(path)
        else:
            self._notify(tr("Saved as it was; the project has been edited since."), "info")
        self.remember_stage()
        self._settings_call(self._settings.remember_file, str(path))

    # -- exporting ---------------------------------------------------------------------------------------------------

    def export(self, path: Path, what: str) -> Job:
        """Write one result into a file: of the whole, or of the chart that is shown."""
        project = exported_from(what, self._workspace.whole, self._workspace.project)
        job = self.start("export", write_export, project, str(path), what)
        job.finished.connect(lambda written: self._notify(tr("Wrote {name}", name=Path(written).name), "ok"))
        return job

    def ask_screenshot(self, key: str | None = None) -> None:
        """Ask for a file and write a picture of a view, or of all four."""
        source = self._workspace.whole.source
        name = source.name if source is not None else "budai"
        target = self._folder() / f"{name}_{key or 'views'}.png"
        kinds = picture_kinds()
        chosen, kind = QFileDialog.getSaveFileName(
            self._window,
            tr("Save a picture"),
            str(target),
            ";;".join(kinds),
            str(self._settings.geometry.value(_KIND, "")),
        )
        if chosen and self.picture is not None:
            path = Path(chosen) if chosen.lower().endswith(".png") else Path(chosen + ".png")
            try:
                self.picture(key, path, *kinds.get(kind, (1, False)))
            except OSError as error:
                self._notify(str(error), "bad")
                return
            self._settings.geometry.setValue(_KIND, kind)
            self._notify(tr("Wrote {name}", name=path.name), "ok")

    def copy_as_command(self) -> None:
        """Put the command line that repeats what the open stage does on the clipboard."""
        command, before = stage_command(self._workspace)
        QGuiApplication.clipboard().setText(command)
        self._notify(" ".join([tr("The command is on the clipboard."), before]).strip(), "info")

    def copy_as_python(self) -> None:
        """Put the Python that repeats what was done, the open stage last, on the clipboard."""
        script, before = stage_script(self._workspace)
        QGuiApplication.clipboard().setText(script)
        self._notify(" ".join([tr("The Python is on the clipboard."), before]).strip(), "info")

    @property
    def folder(self) -> Path:
        """Where files are, unless the user says otherwise: beside the project or the surface, else the user's own."""
        return self._folder()

    # -- preferences -------------------------------------------------------------------------------------------------

    def prefer(self, **changes: Any) -> None:
        """Use and keep other preferences."""
        self._settings_call(self._settings.update, **changes)

    def _settings_call(self, function: Callable[..., None], *arguments: Any, **changes: Any) -> None:
        try:
            function(*arguments, **changes)
        except BudaiError as error:
            self._notify(str(error), "warn")

    # -- helpers -----------------------------------------------------------------------------------------------------

    def start(self, title: str, function: Callable[..., Any], *arguments: Any) -> Job:
        """Start what reads or writes, shown in the job bar; why it fails is told."""
        job = self._workspace.workers.start(title, function, *arguments)
        job.failed.connect(lambda message: self._notify(message, "bad", about=title))
        self._workspace.job_started.emit(job)
        return job

    def _notify(self, text: str, kind: str, action: str = "", about: str = "") -> None:
        self._workspace.notified.emit(Notice(text, kind, action, about))

    def _folder(self) -> Path:
        """Return the folder of the project or the surface, else the user's."""
        if self._workspace.path is not None:
            return self._workspace.path.parent
        source = self._workspace.whole.source
        samples = {str(sample.file) for sample in assets.SAMPLES}
        if source is not None and source.path not in samples:
            return Path(source.path).resolve().parent
        return Path.home()


def picture_kinds() -> dict[str, tuple[int, bool]]:
    """Return what a picture can be saved as, by the filters of the dialog: how large, and whether transparent."""
    grounds = ((tr("Picture"), False), (tr("Transparent picture"), True))
    return {
        f"{text}, {scale} \N{MULTIPLICATION SIGN} (*.png)": (scale, transparent)
        for text, transparent in grounds
        for scale in range(1, LARGEST_PICTURE + 1)
    }


def saved_of(project: Project) -> Project:
    """Return what goes into the file of a project, so that no more is handed over."""
    kept = {key: result for key, result in project.results.items() if STAGES[key].pack is not None}
    return replace(project, results=kept)


def _stage_key(path: Path) -> str:
    """Return the name under which the open stage of a project is remembered."""
    return f"stages/{_path_key(path)}"


def _path_key(path: Path) -> str:
    """Return what tells a file from others, short and of letters and digits alone."""
    return f"{zlib.crc32(str(path.resolve()).encode()):08x}"
