"""The menus of samples, scans and recent files."""

from html import escape

import numpy as np
from PySide6.QtCore import QObject, Qt

import assets
from app.process.file_work import SCANS
from app.shell.actions import Actions
from app.shell.files import Files
from app.state.settings import Settings, file_words
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.canvas.plotter import Picture
from app.widgets.canvas.surface_canvas import SurfaceCanvas

MIDDLE = Qt.TextElideMode.ElideMiddle


class FileMenus(QObject):
    """Fills the menus that hold files.

    Parameters
    ----------
    actions : Actions
        Whose menus are filled.
    files : Files
        Opens what is chosen.
    canvas : SurfaceCanvas
        Shows what a file holds.
    theme : Theme
        Says how long a path may be.
    settings : Settings
        Knows the recent files, and keeps their pictures.
    """

    def __init__(self, actions: Actions, files: Files, canvas: SurfaceCanvas, theme: Theme, settings: Settings) -> None:
        super().__init__(actions)
        self._actions, self._files, self._theme, self._settings = actions, files, theme, settings
        self._pictures, self._canvas = settings.pictures, canvas
        self._opened = self._rested = ""
        self._former: np.ndarray | None = None
        self._fill_samples()
        self.show_recent(settings.preferences.recent_files)
        files.opened.connect(self._on_opened)
        canvas.drawing.rested.connect(self._on_rested)
        canvas.plotter.drawn.connect(self._on_drawn)

    def _fill_samples(self) -> None:
        """Fill the menus of samples and scans."""
        menus = self._actions.menus
        for sample in assets.SAMPLES:
            action = menus["file/samples"].addAction(tr(sample.title))
            action.setToolTip(tr(sample.description))
            action.triggered.connect(lambda _=False, key=sample.key: self._files.open_sample(key))
        menus["file/samples"].setToolTipsVisible(True)
        menus["file/samples"].addSeparator()
        menus["file/samples"].addMenu(menus["file/samples/download"])
        for scan in SCANS:
            action = menus["file/samples/download"].addAction(tr(scan.title))
            action.triggered.connect(lambda _=False, key=scan.key: self._files.download(key))

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """Show other recent files."""
        menu = self._actions.menus["file/recent"]
        menu.clear()
        menu.setEnabled(bool(paths))
        menu.setToolTipsVisible(True)
        for path in paths:
            action = menu.addAction(menu.fontMetrics().elidedText(file_words(path), MIDDLE, self._theme.px(480)))
            action.setText(action.text().replace("&", "&&"))
            action.setToolTip(self._words_and_picture(path))
            action.triggered.connect(lambda _=False, path=path: self._files.open_path(path))

    def _words_and_picture(self, path: str) -> str:
        """Return a tooltip with the path of a file, and its picture where there is one."""
        picture = self._pictures.of(path)
        return path if picture is None else f'<img src="{picture.as_uri()}"><br>{escape(path)}'

    def _on_opened(self, path: str) -> None:
        self._opened, self._rested, self._former = path, "", self._points

    def _on_rested(self) -> None:
        """Wait for the fine picture of what was opened: its figure is drawn by now."""
        if self._points is not None and self._points is not self._former:
            self._opened, self._rested = "", self._opened or self._rested

    @property
    def _points(self) -> np.ndarray | None:
        """What tells one figure from another."""
        return None if self._canvas.mesh is None else self._canvas.mesh.points

    def _on_drawn(self, picture: Picture) -> None:
        path, recent = self._rested, self._settings.preferences.recent_files
        if path in recent and picture.is_fine and self._pictures.keep(path, picture.image, self._theme.palette.view):
            self._rested = ""
            self._pictures.forget_others(recent)
            self.show_recent(recent)
