"""The window: puts the parts together and hands commands to them; decides nothing."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from app.process.jobs import Job
from app.process.known import KnownTimes
from app.shell.actions import Actions
from app.shell.autosave import Autosave
from app.shell.dialogs import DISCARD, SAVE, UnsavedDialog
from app.shell.file_drops import FileDrops
from app.shell.file_menus import FileMenus
from app.shell.files import Files, saved_of
from app.shell.help.view import HelpView
from app.shell.log_drawer import LogDrawer
from app.shell.log_file import LogFile
from app.shell.regions import focus_next, step_in_order
from app.shell.top_bar import TopBar, project_title
from app.shell.tour import Tour
from app.shell.welcome_view import WelcomeView
from app.shell.window_help import leave_help
from app.shell.window_place import keep_place, restore_place
from app.state.selection import Selection
from app.state.settings import Preferences, Settings
from app.state.stage_state import Notice
from app.state.workspace import FIRST, SURFACE, Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.views.inspector import Inspector
from app.views.job_bar import JobBar, finished_words
from app.views.stage_column import StageColumn
from app.views.view_grid import ViewGrid
from app.widgets.command_palette import CommandPalette
from app.widgets.drop_frame import DropFrame
from app.widgets.focus_ring import FocusRing
from app.widgets.notification import Notifications
from core.data.source import Source
from core.session.project import Project

_log = logging.getLogger("budai")
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
        self.log = log
        self.setWindowTitle("Budai")
        self.setAcceptDrops(True)
        workspace.keep_in(settings.folder)
        self.files = Files(workspace, settings, theme, self)
        self.actions_by_key = Actions(self)
        trigger = self.actions_by_key.trigger
        self.top_bar = TopBar(theme, workspace, trigger)
        self.actions_by_key.fill(self.top_bar.menu_bar)
        self.column = StageColumn(workspace, theme, trigger)
        self.grid = ViewGrid(workspace, selection, theme)
        self.inspector = Inspector(workspace, selection, theme)
        self.welcome = WelcomeView(theme, trigger, settings.preferences.recent_files, settings.pictures)
        self.grid.add_fourth("welcome", tr("Welcome"), "sparkle", self.welcome)
        self.help = HelpView(theme)
        self.grid.add_fourth("help", tr("Help"), "question", self.help)
        self.log_drawer = LogDrawer(theme, log)
        self.job_bar = JobBar(theme, workspace, KnownTimes(settings.folder / "times.json"))
        self.autosave = Autosave(workspace, saved_of, log.path.parent / "autosave")
        self._lay_out()
        self.palette_popup = CommandPalette(theme, self)
        self.drop_frame = DropFrame(theme, self)
        self.drops = FileDrops(self, self.drop_frame)
        self.notifications = Notifications(theme, self.grid)
        self.tour = Tour(theme, workspace, trigger, self.grid)
        self._ring = FocusRing(theme, self)
        self._connect(log)
        self._file_menus = FileMenus(self.actions_by_key, self.files, self.grid.surface.canvas, theme, settings)
        self.welcome.show_project(workspace)
        self.inspector.set_open(settings.preferences.inspector_shown)
        self.show_page()
        restore_place(self, self.splitter, settings)
        self.setFocus()  # else the first control would have it, with a ring that says nothing

    # -- making ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.body = QWidget()
        self.splitter = splitter = QSplitter(Qt.Orientation.Horizontal)
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
        workspace.open_stage_changed.connect(self.show_page)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.saved_changed.connect(self._show_title)
        self.settings.changed.connect(self._on_preferences)
        self.palette_popup.chosen.connect(trigger)
        self.notifications.action_triggered.connect(trigger)
        self.job_bar.log_requested.connect(lambda: trigger("log"))
        self.log_drawer.close_requested.connect(lambda: trigger("log"))
        self.grid.screenshot_requested.connect(self.files.ask_screenshot)
        self.files.picture = self.grid.screenshot
        self.grid.kept_up_axis = self.files.up_axis
        self.grid.up_axis_chosen.connect(self.files.keep_up_axis)
        self.files.may_discard = self.may_discard
        self.inspector.copied.connect(lambda text: self.notify(tr("Copied {text}", text=text)))
        self.inspector.opened_changed.connect(lambda shown: self._remember_inspector(shown))
        self.inspector.claim_requested.connect(lambda name: trigger(f"claim_{name}"))
        for key in self.inspector.stages.keys() & self.grid.stages.keys():
            self.inspector.stages[key].follow(self.grid.stages[key])
        self.welcome.tour_requested.connect(lambda: trigger("tour"))
        self.welcome.samples_requested.connect(self._open_samples)
        self.welcome.file_requested.connect(self.files.open_path)
        log.crashed.connect(self._on_crash)

    # -- commands ----------------------------------------------------------------------------------------------------

    def notify(self, text: str, kind: str = "info", action: str = "", about: str = "") -> None:
        """Show one sentence to the user and keep it in the log."""
        _log.log(logging.ERROR if kind == "bad" else logging.INFO, "%s", text)
        commands = self.actions_by_key.commands
        self.notifications.show_message(text, kind, action, commands[action].text if action else "", about)

    def run_open_stage(self) -> None:
        """Run, pause or go on with the stage that is open."""
        panel, key = self.column.open_panel, self.workspace.open_stage
        panel.commit()
        job = self.workspace.jobs.get(key)
        view = self.workspace.views[key]
        remedy = view.remedy(self.workspace)
        if job is None and remedy:
            self.actions_by_key.trigger(remedy)
            return
        if job is None and not panel.is_valid:
            self.notify(tr("A value in the form cannot be used: it is marked in red."), "warn")
            return
        if view.command != "run_stage":
            self.actions_by_key.trigger(view.command)
        elif job is None and view.wants_file(self.workspace.options(key)):
            self.actions_by_key.trigger(view.choose)
        elif job is None:
            self.workspace.run_stage(key)
        elif job.is_paused:
            job.resume()
        elif job.can_pause:
            job.pause()

    def run_all(self) -> None:
        """Run every stage whose result is missing or outdated, one after the other."""
        self.column.open_panel.commit()
        self.workspace.run_all()

    def escape(self) -> None:
        """Leave what is in the way, then lasso, distance, region and picked point, one at a time."""
        if self.tour.is_on:
            self.tour.leave()
        elif self.grid.fourth.current == "help":
            leave_help(self)
        elif self.inspector.is_open and self._is_compact:
            self.inspector.set_open(False)
        elif self.grid.maximised is not None:
            self.grid.maximise(None)
        else:
            self.selection.let_go()

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

    focusNextPrevChild = step_in_order  # noqa: N815 - so Qt calls it, for Tab and Shift+Tab

    def focus_next_region(self) -> None:
        """Bring the keyboard to the next of pipeline, views, inspector and job bar."""
        focus_next((self.column, self.grid, self.inspector, self.job_bar))

    def show_first(self, source: Source) -> None:
        """Show the first surface, ready to train."""
        self.files.show_source(source)
        self.job_bar.show_result(*finished_words(self.workspace, FIRST, source))

    # -- slots -------------------------------------------------------------------------------------------------------

    def _on_notice(self, notice: Notice) -> None:
        self.notify(notice.text, notice.kind, notice.action, notice.about)

    def _on_crash(self, text: str) -> None:
        # A method of this window and no lambda: what goes wrong in a thread is told in this one.
        self.notify(tr("Something went wrong: {text}. The log tells more.", text=text), "bad", "log")

    def _on_job_started(self, job: Job) -> None:
        self.notifications.end_about(job.title, *(self.grid.readers if job.title in self.grid.readers else ()))
        self.show_page()

    def _on_project_changed(self, old: Project, new: Project) -> None:
        self._show_title()
        if self.workspace.whole.source is not self._source:
            self._source = self.workspace.whole.source
            self.notifications.end_about(*self.workspace.works, *self.grid.readers, "save", SURFACE)
            self.grid.show_waiting()
        self.welcome.show_project(self.workspace)
        if len(self.workspace.whole.results) != self._n_results:
            self._n_results = len(self.workspace.whole.results)
            self.show_page()
        if new.training is not old.training:
            self._forget_codes()

    def _show_title(self) -> None:
        """Name the file of the project in the title of the window, or else the surface."""
        is_open = self.workspace.is_there
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

    def show_page(self, *_: object) -> None:
        """Show in the fourth view what belongs to the open stage."""
        stage = self.workspace.open_stage
        view, has_pages = self.workspace.views[stage], self._is_steering or len(self.workspace.whole.results) > 1
        if view.brings_source or not has_pages:
            self.grid.show_fourth("welcome")
        else:
            pages = [key for key in self.grid.stages if self.grid.has_stage(key)]
            self.grid.show_stage(stage if stage in pages else pages[0])

    @property
    def _is_steering(self) -> bool:
        """Whether a job runs that can be steered, and would be missed."""
        return any(self.workspace.views[key].is_steered for key in self.workspace.jobs)

    def _on_preferences(self, old: Preferences, new: Preferences) -> None:
        self.theme.reduced_motion = new.reduced_motion
        if new.theme != old.theme:
            self.theme.set_mode(new.theme)
        if new.text_scale != old.text_scale:
            self.theme.set_text_scale(new.text_scale)
            self._choose_layout()
        if new.recent_files != old.recent_files:
            self._file_menus.show_recent(new.recent_files)

    def give_way(self) -> None:
        """Close without a word, and leave the workers to the window that comes in place of this one."""
        self._gives_way = True
        self.close()

    def _remember_inspector(self, shown: bool) -> None:
        if not self._is_compact:
            self.files.prefer(inspector_shown=shown)

    def _open_samples(self, place: QPoint) -> None:
        self.actions_by_key.menus["file/samples"].popup(place)

    # -- events ------------------------------------------------------------------------------------------------------

    _is_compact = False
    _source: Source | None = None
    _n_results = 0
    """Surface and number of results that were last shown."""
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
        self.splitter.setSizes([left, max(1, self.width() - left - right), right])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.drops.announce(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.announce(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_frame.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drops.take(event)

    _gives_way = False

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._gives_way:
            self.hide()
            self.grid.close_views()
            return
        if not self.may_discard(self.close):
            event.ignore()
            return
        self.autosave.end()
        self.files.remember_stage()
        keep_place(self, self.splitter, self.settings)
        self.hide()  # what is being computed may take a while to end
        self.workspace.close()
        self.grid.close_views(wait=not self.ends_program)
        event.accept()

    def may_discard(self, then: Callable[[], object]) -> bool:
        """Return whether the project may go now; asks where work would be lost, and does `then` once it is saved."""
        project = self.workspace.whole
        has_results = len(project.results) > 1 and not self.workspace.is_saved
        if not has_results and not self._is_steering:
            return True
        dialog = UnsavedDialog(self.theme, project_title(self.workspace), has_results, self._is_steering, self)
        answer = dialog.exec()
        dialog.deleteLater()
        if answer == SAVE:
            job = self.files.save()
            if job is not None:
                job.finished.connect(lambda _: QTimer.singleShot(0, then))
        return answer == DISCARD
