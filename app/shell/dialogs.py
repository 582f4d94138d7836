"""Dialogs: settings, keys, about, and the question for unsaved work."""

from collections.abc import Callable, Sequence

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
from app.state.settings import Settings
from app.style.theme import Theme
from app.style.translation import LANGUAGES, tr
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import label

SAVE, DISCARD = 2, 3
"""Results of `UnsavedDialog` besides ``QDialog.Rejected``."""


class SettingsDialog(QDialog):
    """Every preference takes effect at once."""

    def __init__(self, theme: Theme, settings: Settings, prefer: Callable[..., None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self.form = ParameterForm(settings.preferences, theme, _choice_text)
        self.form.changed.connect(
            lambda chosen: prefer(
                theme=chosen.theme,
                language=chosen.language,
                text_scale=chosen.text_scale,
                reduced_motion=chosen.reduced_motion,
            )
        )
        column = dialog_column(self, tr("Settings"))
        column.addWidget(self.form)
        column.addWidget(indented(label(tr("Kept in {file}", file=settings.file), "caption", wrap=True)))
        column.addLayout(_buttons(self, (tr("Close"), QDialog.DialogCode.Rejected, "")))
        self.setMinimumWidth(theme.px(400))


def _choice_text(name: str, choice: str) -> str:
    return LANGUAGES.get(choice) or tr(choice.capitalize())


class UnsavedDialog(QDialog):
    """Asks what to do with work that is not in a file; its result is `SAVE`, `DISCARD` or ``Rejected``.

    Parameters
    ----------
    theme : Theme
        The look.
    name : str
        Name of the project.
    has_results : bool
        Whether there is something to save.
    is_running : bool
        Whether a job would be ended.
    """

    def __init__(self, theme: Theme, name: str, has_results: bool, is_running: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Unsaved work"))
        self.setMinimumWidth(theme.px(400))
        if not has_results:
            column = dialog_column(self, tr("End the training and close?"))
            text = tr(
                "The training of {name} is still running. Once it has run for half a minute its state is kept, to go "
                "on from when the surface is opened again.",
                name=name,
            )
            column.addWidget(indented(label(text, "label", wrap=True)))
            column.addSpacing(8)
            go_on, end = (
                (tr("Go on training"), QDialog.DialogCode.Rejected, ""),
                (tr("End and close"), DISCARD, "filled"),
            )
            column.addLayout(_buttons(self, go_on, end))
            return
        column = dialog_column(self, tr("Save the project before it is closed?"))
        text = tr("{name} has results that are in no file.", name=name)
        if is_running:
            text += " " + tr("A job is still running; closing ends it.")
        column.addWidget(indented(label(text, "label", wrap=True)))
        column.addSpacing(8)
        column.addLayout(
            _buttons(
                self,
                (tr("Cancel"), QDialog.DialogCode.Rejected, ""),
                (tr("Don't save"), DISCARD, ""),
                (tr("Save…"), SAVE, "filled"),
            )
        )


class KeysDialog(QDialog):
    """All keys: those of the commands, and those of the views."""

    def __init__(self, theme: Theme, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(8, 0, 12, 0)
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
        scroll.setProperty("ringless", True)
        column = dialog_column(self, tr("Keys"))
        column.addWidget(scroll, 1)
        column.addLayout(_buttons(self, (tr("Close"), QDialog.DialogCode.Rejected, "")))
        self.resize(theme.px(520), theme.px(640))


class AboutDialog(QDialog):
    """Name, version, licence."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About Budai"))
        column = dialog_column(self, f"Budai {__version__}")
        text = tr(
            "See what a ReLU autoencoder learns about a surface: exact cells, optimal transport, reconstructions."
        )
        column.addWidget(indented(label(text, "label", wrap=True)))
        column.addWidget(indented(label(tr("MIT licence"), "caption")))
        column.addLayout(_buttons(self, (tr("Close"), QDialog.DialogCode.Rejected, "")))
        self.setMinimumWidth(theme.px(360))


def dialog_column(dialog: QDialog, heading: str) -> QVBoxLayout:
    """Return the layout of a dialog with its heading; a form in it lines up with what is `indented`."""
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 24, 24, 16)
    column.setSpacing(12)
    column.addWidget(indented(label(heading, "heading")))
    return column


def indented(text: QLabel) -> QLabel:
    """Return a label that begins where the names of a form begin, after the room for their dots."""
    text.setContentsMargins(8, 0, 0, 0)
    return text


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
    button.setFocus()
    return row
