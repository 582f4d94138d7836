"""The window: puts the parts together and hands commands to them; decides nothing."""

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QVBoxLayout, QWidget

import assets
from app.actions import Actions
from app.blind_stage import learns_blind
from app.file_work import SCANS
from app.files import Files
from app.jobs import Job
from app.log_file import LogFile
from app.lost_training import LostTraining
from app.selection import Selection
from app.settings import Preferences, Settings, file_words
from app.theme import Theme
from app.translation import tr
from app.views.dialogs import DISCARD, SAVE, AboutDialog, HelpDialog, SettingsDialog, UnsavedDialog
from app.views.export_dialog import ExportDialog
from app.views.inspector import Inspector
from app.views.job_bar import JobBar, loaded_words
from app.views.log_drawer import LogDrawer
from app.views.stage_column import StageColumn
from app.views.top_bar import TopBar, project_title
from app.views.view_grid import READERS, ViewGrid
from app.views.welcome_view import WelcomeView
from app.widgets.command_palette import CommandPalette
from app.widgets.drop_frame import DropFrame
from app.widgets.focus_ring import FocusRing
from app.widgets.notification import Notifications
from app.window_place import keep_place, restore_place
from app.workspace import SURFACE, Notice, Workspace
from core.data.source import Source
from core.session.project import Project
from core.session.stages import STAGES

_log = logging.getLogger("budai")
MIDDLE = Qt.TextElideMode.ElideMiddle
COMPACT_BELOW, TABBED_BELOW, TIGHT_BELOW = (1440, 800), (1152, 680), (0, 600)
"""Sizes of the window below which it is laid out for little room, views are shown one at a time, rows are low."""


class MainWindow(QMainWindow):
    """Top bar, pipeline, four views, inspector, job bar.

    Parameters
    ----------
    workspace : Workspace
        The open project.
    selection : Selection
        What is picked.
    theme : Theme
        The look.
    settings : Settings
        The user's preferences.
    log : LogFile
        What is shown in the log drawer.
    """

    def __init__(
        self, workspace: Workspace, selection: Selection, theme: Theme, settings: Settings, log: LogFile
    ) -> None:
        super().__init__()
        self.workspace, self.selection, self.theme, self.settings = workspace, selection, theme, settings
        self.setWindowTitle("Budai")
        self.setAcceptDrops(True)
        workspace.lost = LostTraining(settings.folder)
        self.files = Files(workspace, settings, theme, self)
        self.actions_by_key = Actions(self)
        trigger = self.actions_by_key.trigger
        self.top_bar = TopBar(theme, workspace, trigger)
        self.actions_by_key.fill(self.top_bar.menu_bar)
        self.column = StageColumn(workspace, theme, trigger)
        self.grid = ViewGrid(workspace, selection, theme)
        self.inspector = Inspector(workspace, selection, theme)
        self.welcome = WelcomeView(theme, trigger, settings.preferences.recent_files)
        self.grid.add_fourth("welcome", tr("Welcome"), "sparkle", self.welcome)
        self.log_drawer = LogDrawer(theme, log)
        self.job_bar = JobBar(theme, workspace)
        self._lay_out()
        self.palette_popup = CommandPalette(theme, self)
        self.drop_frame = DropFrame(theme, self)
        self.notifications = Notifications(theme, self.grid)
        self._ring = FocusRing(theme, QApplication.instance())  # type: ignore[arg-type]
        self._connect(log)
        self._fill_file_menus()
        self.welcome.show_project(workspace)
        self.inspector.set_open(settings.preferences.inspector_shown)
        self._show_page()
        restore_place(self, self._splitter, settings)

    # -- making ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.body = QWidget()
        self._splitter = splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for k, part in enumerate((self.column, self.grid, self.inspector)):
            splitter.addWidget(part)
            splitter.setStretchFactor(k, int(k == 1))
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(splitter)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.body, 1)
        column.addWidget(self.log_drawer)
        column.addWidget(self.job_bar)
        self.log_drawer.hide()
        self.setCentralWidget(whole)

    def _connect(self, log: LogFile) -> None:
        workspace, trigger = self.workspace, self.actions_by_key.trigger
        workspace.notified.connect(self._on_notice)
        workspace.job_started.connect(self._on_job_started)
        workspace.open_stage_changed.connect(self._show_page)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.saved_changed.connect(self._show_title)
        self.settings.changed.connect(self._on_preferences)
        self.palette_popup.chosen.connect(trigger)
        self.notifications.action_triggered.connect(trigger)
        self.job_bar.log_requested.connect(lambda: trigger("log"))
        self.log_drawer.close_requested.connect(lambda: trigger("log"))
        self.grid.screenshot_requested.connect(self.files.ask_screenshot)
        self.files.picture = self.grid.screenshot
        self.files.may_discard = self.may_discard
        self.inspector.copied.connect(lambda text: self.tell(tr("Copied {text}", text=text)))
        self.inspector.opened_changed.connect(lambda shown: self._remember_inspector(shown))
        self.grid.cells.feed.changed.connect(self.inspector.show_cells)
        self.grid.cells.feed.measured.connect(self.inspector.show_cells)
        self.grid.cells.picked_changed.connect(self.inspector.cells.show_facts)
        self.welcome.tour_requested.connect(self.start_tour)
        self.welcome.samples_requested.connect(self._open_samples)
        self.welcome.file_requested.connect(self.files.open_path)
        log.crashed.connect(self._on_crash)

    def _fill_file_menus(self) -> None:
        """Fill the menus of samples, scans and recent files."""
        menus = self.actions_by_key.menus
        for sample in assets.SAMPLES:
            action = menus["file/samples"].addAction(tr(sample.title))
            action.setToolTip(tr(sample.description))
            action.triggered.connect(lambda _=False, key=sample.key: self.files.open_sample(key))
        menus["file/samples"].setToolTipsVisible(True)
        menus["file/samples"].addSeparator()
        menus["file/samples"].addMenu(menus["file/samples/download"])
        for scan in SCANS:
            action = menus["file/samples/download"].addAction(tr(scan.title))
            action.triggered.connect(lambda _=False, key=scan.key: self.files.download(key))
        self._fill_recent(self.settings.preferences.recent_files)

    def _fill_recent(self, paths: tuple[str, ...]) -> None:
        menu = self.actions_by_key.menus["file/recent"]
        menu.clear()
        menu.setEnabled(bool(paths))
        menu.setToolTipsVisible(True)
        for path in paths:
            action = menu.addAction(menu.fontMetrics().elidedText(file_words(path), MIDDLE, self.theme.px(480)))
            action.setText(action.text().replace("&", "&&"))
            action.setToolTip(path)
            action.triggered.connect(lambda _=False, path=path: self.files.open_path(path))

    # -- commands ----------------------------------------------------------------------------------------------------

    def tell(self, text: str, kind: str = "info", action: str = "", about: str = "") -> None:
        """Show one sentence to the user and keep it in the log."""
        _log.log(logging.ERROR if kind == "bad" else logging.INFO, "%s", text)
        commands = self.actions_by_key.commands
        self.notifications.show_message(text, kind, action, commands[action].text if action else "", about)

    def run_open_stage(self) -> None:
        """Run, pause or go on with the stage that is open."""
        panel, key = self.column.open_panel, self.workspace.open_stage
        panel.commit()
        job = self.workspace.jobs.get(key)
        if job is None and key == "training" and self.workspace.can_fill:
            self.workspace.fill_loops()
            return
        if job is None and not panel.is_valid:
            self.tell(tr("A value in the form cannot be used: it is marked in red."), "warn")
            return
        if key in ("source", "export"):
            self.actions_by_key.trigger(panel.view.command)
        elif job is None and key in STAGES and panel.view.wants_file(self.workspace.options(key)):
            self.actions_by_key.trigger(panel.view.choose)
        elif job is None:
            self.workspace.run_stage(key)
        elif job.is_paused:
            job.resume()
        elif job.can_pause:
            job.pause()

    def step(self) -> None:
        """Let the training take one step."""
        self.workspace.jobs["training"].step()

    def stop(self) -> None:
        """End the training with what it has."""
        self.workspace.jobs["training"].stop()
        self.column.open_panel.refresh()

    def reset(self) -> None:
        """End the training and forget it."""
        self.workspace.jobs["training"].cancel()

    def run_all(self) -> None:
        """Run every stage whose result is missing or outdated, one after the other."""
        self.column.open_panel.commit()
        self.workspace.run_all()

    def start_tour(self) -> None:
        """Show the first step: the training, running."""
        self.actions_by_key.trigger("run_all")

    def escape(self) -> None:
        """Leave what is in the way, then what is measured, then the picked point."""
        if self.inspector.is_open and self._is_compact:
            self.inspector.set_open(False)
        elif self.grid.maximised is not None:
            self.grid.maximise(None)
        elif self.selection.origin is not None:
            self.selection.measure_from(None)
        else:
            self.selection.pick(None)

    def search(self) -> None:
        """Open the command search."""
        self.palette_popup.open(self.actions_by_key.entries())

    def toggle_theme(self) -> None:
        """Change from light to dark or back."""
        self.files.prefer(theme="light" if self.theme.palette.is_dark else "dark")

    def toggle_inspector(self) -> None:
        """Open or close the inspector."""
        self.inspector.set_open(not self.inspector.is_open)

    def toggle_log(self) -> None:
        """Open or close the log."""
        self.log_drawer.setVisible(self.log_drawer.isHidden())

    def toggle_full_screen(self) -> None:
        """Fill the screen, or leave it."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def focus_next_region(self) -> None:
        """Bring the keyboard to the next of pipeline, views, inspector and job bar."""
        regions = [self.column, self.grid, self.inspector, self.job_bar]
        focus = QApplication.focusWidget()
        here = next((k for k, region in enumerate(regions) if focus and region.isAncestorOf(focus)), -1)
        for step in range(1, len(regions) + 1):
            target = _first_reachable(regions[(here + step) % len(regions)])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def show_export(self) -> None:
        """Ask what to export and do it."""
        dialog = ExportDialog(self.theme, self.workspace.project, self.files.export_folder, self)
        if dialog.exec():
            self.files.export(dialog.target, dialog.what)
        dialog.deleteLater()

    def show_settings(self) -> None:
        """Open the settings."""
        dialog = SettingsDialog(self.theme, self.settings, self.files.prefer, self)
        dialog.exec()
        dialog.deleteLater()

    def show_help(self) -> None:
        """Open the list of keys."""
        dialog = HelpDialog(self.theme, self.actions_by_key.keys(), self)
        dialog.exec()
        dialog.deleteLater()

    def show_about(self) -> None:
        """Say what this program is."""
        dialog = AboutDialog(self.theme, self)
        dialog.exec()
        dialog.deleteLater()

    def show_first(self, source: Source) -> None:
        """Show the first surface, ready to train."""
        self.files.show_source(source)
        self.job_bar.show_result(tr("Surface loaded"), loaded_words(self.workspace))

    # -- slots -------------------------------------------------------------------------------------------------------

    def _on_notice(self, notice: Notice) -> None:
        self.tell(notice.text, notice.kind, notice.action, notice.about)

    def _on_crash(self, text: str) -> None:
        # A method of this window and no lambda: what goes wrong in a thread is told in this one.
        self.tell(tr("Something went wrong: {text}. The log tells more.", text=text), "bad", "log")

    def _on_job_started(self, job: Job) -> None:
        self.notifications.end_about(job.title, *(READERS if job.title in READERS else ()))
        self._show_page()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        self._show_title()
        if new.source is not old.source:
            self.notifications.end_about(*STAGES, *READERS, "save", "export", SURFACE)
        self.welcome.show_project(self.workspace)
        if (new.training is None) != (old.training is None):
            self._show_page()
        if new.training is not old.training:
            self._forget_codes()

    def _show_title(self) -> None:
        """Name the file of the project in the title of the window, or else the surface."""
        is_open = self.workspace.project.source is not None
        self.setWindowTitle(f"{project_title(self.workspace)} \N{EN DASH} Budai" if is_open else "Budai")

    def _forget_codes(self) -> None:
        """Let go of points of the disk: they are codes of another autoencoder."""
        for pick, forget in (
            (self.selection.hovered, self.selection.hover),
            (self.selection.origin, self.selection.measure_from),
            (self.selection.picked, self.selection.pick),
        ):
            if pick is not None and pick.code is not None:
                forget(None)

    def _show_page(self, *_: object) -> None:
        """Show in the fourth view what belongs to the open stage."""
        stage = self.workspace.open_stage
        has_curves = "training" in self.workspace.jobs or self.workspace.project.training is not None
        if stage == "source" or not has_curves:
            self.grid.show_fourth("welcome")
        else:
            self.grid.show_stage(stage if self.grid.has_stage(stage) else "training")

    def _on_preferences(self, old: Preferences, new: Preferences) -> None:
        self.theme.reduced_motion = new.reduced_motion
        if new.theme != old.theme:
            self.theme.set_mode(new.theme)
        if new.text_scale != old.text_scale:
            self.theme.set_text_scale(new.text_scale)
            self._choose_layout()
        if new.recent_files != old.recent_files:
            self._fill_recent(new.recent_files)

    def _remember_inspector(self, shown: bool) -> None:
        if not self._is_compact:
            self.files.prefer(inspector_shown=shown)

    def _open_samples(self, place: QPoint) -> None:
        self.actions_by_key.menus["file/samples"].popup(place)

    # -- events ------------------------------------------------------------------------------------------------------

    _is_compact = False
    ends_program = False
    """Whether nothing runs on once it is closed, so that nothing needs to be waited for."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_layout()
        QTimer.singleShot(0, self.inspector, self.inspector.place_panel)
        self.palette_popup.place()

    def _choose_layout(self) -> None:
        """Use the small layouts where the window is small for its size of text."""
        compact, tabbed, tight = (
            self.width() < self.theme.px(width) or self.height() < self.theme.px(height)
            for width, height in (COMPACT_BELOW, TABBED_BELOW, TIGHT_BELOW)
        )
        if compact != self._is_compact:
            self._set_compact(compact)
        self.column.set_compact(compact, tight)
        self.grid.set_tabbed(tabbed)

    def _set_compact(self, compact: bool) -> None:
        self._is_compact = compact
        for part in (self.top_bar, self.job_bar, self.welcome):
            part.set_compact(compact)
        self.grid.compact = compact
        self.inspector.set_compact(compact, self.body)
        self.inspector.set_open(not compact and self.settings.preferences.inspector_shown)
        QTimer.singleShot(0, self, self._share_width)

    def _share_width(self) -> None:
        """Give the columns what they need and the views the rest; a splitter keeps the widths of the other layout."""
        left, right = self.column.minimumWidth(), self.inspector.minimumSizeHint().width()
        self._splitter.setSizes([left, max(1, self.width() - left - right), right])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = _dropped_file(event.mimeData())
        if path:
            event.acceptProposedAction()
            self._show_drop(path, event.position())

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        path = _dropped_file(event.mimeData())
        if path:
            event.acceptProposedAction()
            self._show_drop(path, event.position())

    def _show_drop(self, path: str, place: QPointF) -> None:
        """Say what a drop at a place would do."""
        name = Path(path).name
        denoises = self._is_on_denoise(place)
        self.drop_frame.show_text(tr("Denoise {name}", name=name) if denoises else tr("Open {name}", name=name))

    def _is_on_denoise(self, place: QPointF) -> bool:
        """Whether a place is on the stage *Denoise*, and that can take a file."""
        panel = self.column.panels["denoising"]
        inside = panel.rect().contains(panel.mapFrom(self, place.toPoint()))
        takes = not learns_blind(self.workspace.project) and not self.workspace.obstacle("denoising")
        return inside and takes

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_frame.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_frame.hide()
        path = _dropped_file(event.mimeData())
        if path:
            event.acceptProposedAction()
            take = self.files.use_noisy if self._is_on_denoise(event.position()) else self.files.open_path
            take(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_discard(self.close):
            event.ignore()
            return
        self.files.remember_stage()
        keep_place(self, self._splitter, self.settings)
        self.hide()  # what is being computed may take a while to end
        self.workspace.close()
        self.grid.close_views(wait=not self.ends_program)
        event.accept()

    def may_discard(self, then: Callable[[], object]) -> bool:
        """Return whether the project may go now; asks where work would be lost, and does `then` once it is saved."""
        project = self.workspace.project
        has_results = project.training is not None and not self.workspace.is_saved
        is_running = "training" in self.workspace.jobs
        if not has_results and not is_running:
            return True
        dialog = UnsavedDialog(self.theme, project_title(self.workspace), has_results, is_running, self)
        answer = dialog.exec()
        dialog.deleteLater()
        if answer == SAVE:
            job = self.files.save()
            if job is not None:
                job.finished.connect(lambda _: QTimer.singleShot(0, then))
        return answer == DISCARD


def _dropped_file(data: object) -> str:
    """Return the first file of what is dragged, empty where there is none."""
    urls = data.urls() if data is not None else []  # type: ignore[attr-defined]
    return next((url.toLocalFile() for url in urls if url.isLocalFile()), "")


def _first_reachable(region: QWidget) -> QWidget | None:
    """Return the first control of a region that the keyboard can reach."""
    for child in region.findChildren(QWidget):
        if child.isVisible() and child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return child
    return None
