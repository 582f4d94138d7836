"""The language of the window: which one is used, and how the window changes to another at once."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QDialog

from app.shell.main_window import MainWindow
from app.shell.window_place import keep_place
from app.state.selection import Selection
from app.state.settings import Preferences
from app.state.workspace import Workspace
from app.style.translation import language, set_language, tr

_OF_QT = {"zh": "qtbase_zh_CN"}
"""Catalogues of Qt's own texts, those of file dialogs say."""
_SCRIPTS = {"zh": QFontDatabase.WritingSystem.SimplifiedChinese}
_FONT = "fonts-noto-cjk"
"""Package with a font for Chinese."""


def use_language(preference: str) -> str:
    """Use the language that a user prefers for all texts from now on; return what there is to say about it.

    Parameters
    ----------
    preference : str
        "system", "en", "zh".

    Returns
    -------
    str
        Why it is English in spite of that; empty where it is not.
    """
    wanted = preference
    if preference == "system":
        wanted = "zh" if QLocale.system().language() == QLocale.Language.Chinese else "en"
    has_font = wanted not in _SCRIPTS or _SCRIPTS[wanted] in QFontDatabase.writingSystems()
    set_language(wanted if has_font else "en")
    _use_texts_of_qt(language())
    if has_font or preference == "system":
        return ""
    return tr("No font with Chinese characters is installed: all stays English. Install {package}.", package=_FONT)


def _use_texts_of_qt(chosen: str) -> None:
    """Let Qt's own dialogs speak the language as well."""
    application = QCoreApplication.instance()
    if application is None:
        return
    for former in application.findChildren(QTranslator):
        application.removeTranslator(former)
        former.deleteLater()
    if chosen in _OF_QT:
        translator = QTranslator(application)
        if translator.load(_OF_QT[chosen], QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            application.installTranslator(translator)


class ShownWindow(QObject):
    """The window that is shown: another one in its place once the user prefers another language.

    Attributes
    ----------
    window : MainWindow
        The present one.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window
        window.settings.changed.connect(self._on_preferences)

    def _on_preferences(self, old: Preferences, new: Preferences) -> None:
        if new.language != old.language:
            QTimer.singleShot(0, self, self._change)

    def _change(self) -> None:
        """Build the window anew once no job would tell the former one of its end; a dialog goes and comes with it."""
        jobs, dialog = self.window.workspace.workers.jobs, QApplication.activeModalWidget()
        if jobs:
            self.window.notify(tr("The language changes when the running job has ended."))
            jobs[0].ended.connect(lambda: QTimer.singleShot(0, self, self._change))
        elif isinstance(dialog, QDialog):
            dialog.finished.connect(lambda: QTimer.singleShot(0, self, self._renew_with_settings))
            dialog.reject()
        else:
            self.renew()

    def _renew_with_settings(self) -> None:
        self.renew()
        self.window.actions_by_key.trigger("settings")

    def renew(self) -> None:
        """Show a new window in the language that is preferred, with what the former one shows."""
        former = self.window
        problem = use_language(former.settings.preferences.language)
        keep_place(former, former.splitter, former.settings)
        former.autosave.end()
        workspace = Workspace(former.workspace.workers)
        workspace.workers.setParent(workspace)
        self.window = made = MainWindow(workspace, Selection(), former.theme, former.settings, former.log)
        made.ends_program = former.ends_program
        made.files.take_over(former.files)
        workspace.take_over(former.workspace)
        made.show()
        former.give_way()
        let_go(former)
        if problem:
            made.notify(problem, "warn")


def let_go(window: MainWindow) -> None:
    """Delete a closed window, and what is its alone; theme, settings and log stay.

    Nothing else would: signals of the workspace hold functions that hold the window, which holds the workspace.
    """
    for part in (window, window.workspace, window.selection):
        part.deleteLater()
