"""The dialogs of the window, each made when it is asked for."""

from typing import Any

from app.shell.dialogs import AboutDialog, KeysDialog, SettingsDialog
from app.shell.export_dialog import ExportDialog


def show_export(window: Any) -> None:
    """Ask what to export and do it."""
    dialog = ExportDialog(window.theme, window.workspace, window.files.folder, window)
    if dialog.exec():
        window.files.export(dialog.target, dialog.what)
    dialog.deleteLater()


def show_settings(window: Any) -> None:
    """Open the settings."""
    dialog = SettingsDialog(window.theme, window.settings, window.files.prefer, window)
    dialog.exec()
    dialog.deleteLater()


def show_keys(window: Any) -> None:
    """Open the list of keys."""
    dialog = KeysDialog(window.theme, window.actions_by_key.keys(), window)
    dialog.exec()
    dialog.deleteLater()


def show_about(window: Any) -> None:
    """Say what this program is."""
    dialog = AboutDialog(window.theme, window)
    dialog.exec()
    dialog.deleteLater()
