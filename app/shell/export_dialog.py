"""What to export, in which format, and where."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QPushButton, QWidget

from app.shell.dialogs import dialog_column, indented
from app.stages.exporting import available
from app.state.workspace import Workspace
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.combo_box import ComboBox
from app.widgets.text import label
from core.session.export_atlas import chart_name


class ExportDialog(QDialog):
    """Choose what, format and file; its `target` is the path when it is accepted.

    Parameters
    ----------
    theme : Theme
        The look.
    workspace : Workspace
        What there is to export: of the whole, or of the chart that is shown; it must have a surface.
    folder : Path
        Where to write unless the user says otherwise.
    """

    def __init__(self, theme: Theme, workspace: Workspace, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self._workspace, self._folder, self._stem = workspace, folder, ""
        self._rows = {one.key: one for one in available(workspace.whole, workspace.project)}
        self.what_box = ComboBox(theme, {key: tr(one.title) for key, one in self._rows.items()})
        self.format_box = ComboBox(theme, {})
        self.about = label("", "caption", wrap=True)
        self.path = label("", "caption", wrap=True)
        self.path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = dialog_column(self, tr("Export"))
        column.addLayout(self._make_grid(theme))
        column.addWidget(indented(self.path))
        column.addLayout(self._make_buttons())
        self.setMinimumWidth(theme.px(400))
        self.what_box.edited.connect(self._show_formats)
        self.format_box.edited.connect(self._show_path)
        first = next((key for key, one in self._rows.items() if one.is_first), next(iter(self._rows)))
        self.what_box.set_value(first)
        self._show_formats()

    @property
    def what(self) -> str:
        """Return the key of the result."""
        return self.what_box.value()

    @property
    def target(self) -> Path:
        """Return the file to write."""
        source, one = self._workspace.whole.source, self._rows[self.what]
        name = source.name if source is not None else "budai"
        if len(self._workspace.whole.charts) > 1 and not one.is_of_whole:
            name = f"{name}_{chart_name(self._workspace.chart)}"
        stem = self._stem or f"{name}{one.stem}"
        return self._folder / f"{stem}.{self.format_box.value()}"

    def choose(self, what: str, suffix: str = "") -> None:
        """Choose a result, and a format if it is known for it."""
        self.what_box.set_value(what)
        self._show_formats()
        if suffix in self._formats:
            self.format_box.set_value(suffix)
            self._show_path()

    @property
    def _formats(self) -> tuple[str, ...]:
        one = self._rows[self.what]
        return one.formats(self._workspace.whole if one.is_of_whole else self._workspace.project)

    def _make_grid(self, theme: Theme) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(8, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, theme.px(72))
        grid.setColumnStretch(1, 1)
        for line, (text, widget) in enumerate(((tr("What"), self.what_box), (tr("Format"), self.format_box))):
            name = label(text, "label")
            name.setBuddy(widget)
            grid.addWidget(name, 2 * line, 0)
            grid.addWidget(widget, 2 * line, 1)
        grid.addWidget(self.about, 1, 1)
        return grid

    def _make_buttons(self) -> QHBoxLayout:
        change, export, cancel = (QPushButton(text) for text in (tr("Change…"), tr("Export"), tr("Cancel")))
        export.setProperty("role", "filled")
        export.setDefault(True)
        change.clicked.connect(self._ask_path)
        export.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(8, 0, 0, 0)
        row.addWidget(change)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(export)
        return row

    def _show_formats(self) -> None:
        """Offer the formats of the chosen result; the one in use stays where it can."""
        former, formats = self.format_box.value(), self._formats
        self.format_box.clear()
        for suffix in formats:
            self.format_box.addItem(format_name(suffix), suffix)
        self.format_box.set_value(former if former in formats else formats[0])
        self.about.setText(tr(self._rows[self.what].about))
        self._show_path()

    def _show_path(self) -> None:
        self.path.setText(str(self.target))

    def _ask_path(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Export"), str(self.target))
        if chosen:
            path = Path(chosen)
            self._folder, self._stem = path.parent, path.stem
            self.choose(self.what, path.suffix.lower()[1:])
            self._show_path()


def format_name(suffix: str) -> str:
    """Return what a user reads for a format."""
    return "glTF (GLB)" if suffix == "glb" else suffix.upper()
