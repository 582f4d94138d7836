"""The menus of samples, scans and recent files."""

from PySide6.QtCore import QObject, Qt

import assets
from app.process.file_work import SCANS
from app.shell.actions import Actions
from app.shell.files import Files
from app.state.settings import file_words
from app.style.theme import Theme
from app.style.translation import tr

MIDDLE = Qt.TextElideMode.ElideMiddle


class FileMenus(QObject):
    """Fills the menus that hold files.

    Parameters
    ----------
    actions : Actions
        Whose menus are filled.
    files : Files
        Opens what is chosen.
    theme : Theme
        Says how long a path may be.
    recent : tuple of str
        The recent files.
    """

    def __init__(self, actions: Actions, files: Files, theme: Theme, recent: tuple[str, ...]) -> None:
        super().__init__(actions)
        self._actions, self._files, self._theme = actions, files, theme
        self._fill_samples()
        self.show_recent(recent)

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
            action.setToolTip(path)
            action.triggered.connect(lambda _=False, path=path: self._files.open_path(path))
