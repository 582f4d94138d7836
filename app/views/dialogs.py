"""Dialogs: settings, keys, about, and the question for unsaved work."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import __version__
from app.settings import Settings
from app.theme import Theme
from app.translation import tr
from app.views.stage_table import choice_text
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import label

SAVE, DISCARD = 2, 3
"""Results of `UnsavedDialog` besides ``QDialog.Rejected``."""


class SettingsDialog(QDialog):
    """Every preference takes effect at once."""

    def __init__(self, theme: Theme, settings: Settings, prefer: object, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self.form = ParameterForm(settings.preferences, theme, choice_text)
        self.form.changed.connect(
            lambda chosen: prefer(  # type: ignore[operator]
                theme=chosen.theme, text_scale=chosen.text_scale, reduced_motion=chosen.reduced_motion
            )
        )
        column = _column(self)
        column.addWidget(label(tr("Settings"), "heading"))
        column.addWidget(self.form)
        column.addWidget(label(tr("Kept in {file}", file=settings.file), "caption", wrap=True))
        column.addLayout(_buttons(self, (tr("Close"), QDialog.DialogCode.Rejected, "")))
        self.setMinimumWidth(theme.px(400))


class UnsavedDialog(QDialog):
    """Asks what to do with work that is not in a file; its result is `SAVE`, `DISCARD` or ``Rejected``."""

    def __init__(self, theme: Theme, name: str, running: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Unsaved work"))
        column = _column(self)
        column.addWidget(label(tr("Save the project before it is closed?"), "heading"))
        text = tr("{name} has results that are in no file.", name=name)
        if running:
            text += " " + tr("A job is still running; closing ends it.")
        column.addWidget(label(text, "label", wrap=True))
        column.addSpacing(8)
        column.addLayout(
            _buttons(
                self,
                (tr("Cancel"), QDialog.DialogCode.Rejected, ""),
                (tr("Don't save"), DISCARD, ""),
                (tr("Save…"), SAVE, "filled"),
            )
        )
        self.setMinimumWidth(theme.px(400))


class HelpDialog(QDialog):
    """All keys: those of the commands, and those of the views."""

    def __init__(self, theme: Theme, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(4)
        line = 0
        for title, pairs in groups:
            header = label(title, "header")
            header.setContentsMargins(0, 12 if line else 0, 0, 4)
            grid.addWidget(header, line, 0, 1, 2)
            for line, (keys, text) in enumerate(pairs, line + 1):  # noqa: B020 - the count goes on
                cap = QLabel(keys)
                cap.setObjectName("keyCap")
                grid.addWidget(cap, line, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(label(text, "label"), line, 1)
            line += 1
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(line, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        column = _column(self)
        column.addWidget(label(tr("Keys"), "heading"))
        column.addWidget(scroll, 1)
        column.addLayout(_buttons(self, (tr("Close"), QDialog.DialogCode.Rejected, "")))
        self.resize(theme.px(520), theme.px(640))


class AboutDialog(QDialog):
    """Name, version, licence."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Budai"))
        column = _column(self)
        column.addWidget(label(f"Budai {__version__}", "heading"))
        text = tr(
            "See what a ReLU autoencoder learns about a surface: exact cells, optimal transport, reconstructions."
        )
        column.addWidget(label(text, "label", wrap=True))
        column.addWidget(label(tr("MIT licence"), "caption"))
        column.addLayout(_buttons(self, (tr("Close"), QDialog.DialogCode.Rejected, "")))
        self.setMinimumWidth(theme.px(360))


def _column(dialog: QDialog) -> QVBoxLayout:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(24, 24, 24, 16)
    column.setSpacing(12)
    return column


def _buttons(dialog: QDialog, *choices: tuple[str, int, str]) -> QHBoxLayout:
    """Return buttons at the right that end a dialog with their result; the last is the default."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for text, result, role in choices:
        button = QPushButton(text)
        button.setProperty("role", role)
        button.clicked.connect(lambda _=False, result=result: dialog.done(int(result)))
        row.addWidget(button)
    button.setDefault(True)
    return row
