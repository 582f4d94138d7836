"""What to export, in which format, and where."""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QWidget

from app.theme import Theme
from app.translation import tr
from app.views.dialogs import dialog_column, indented
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import label
from core.project import Project
from core.surface.point_cloud import PointCloud

FORMATS = ("ply", "obj", "stl", "off", "glb", "3mf", "vtp", "m", "npz")
CLOUD_FORMATS = ("ply", "npz")


@dataclass(frozen=True)
class ExportOptions:
    """One result and the file for it."""

    what: str = field(
        default="reconstruction",
        metadata={
            "label": "What",
            "kind": "segmented",
            "choices": ("reconstruction", "surface"),
            "tooltip": "Reconstruction: the surface decoded from its codes, with codes and error. "
            "Surface: what was loaded, repaired.",
        },
    )
    suffix: str = field(
        default="ply",
        metadata={
            "label": "Format",
            "choices": FORMATS,
            "tooltip": "PLY and NPZ keep double precision; PLY, VTP and NPZ keep codes and error.",
        },
    )


class ExportDialog(QDialog):
    """Choose what, format and file; its `target` is the path when it is accepted.

    Parameters
    ----------
    theme : Theme
        The look.
    project : Project
        What there is to export.
    folder : Path
        Where to write unless the user says otherwise.
    """

    def __init__(self, theme: Theme, project: Project, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export"))
        self._project = project
        is_cloud = project.source is not None and isinstance(project.source.surface, PointCloud)
        what = "reconstruction" if project.training is not None else "surface"
        self.form = ParameterForm(ExportOptions(what), theme, _choice_text, defaults=ExportOptions(what))
        self.form.rows["what"].editor.button("reconstruction").setEnabled(project.training is not None)
        if is_cloud:
            self._keep_formats(CLOUD_FORMATS)
        self.path = label("", "caption", wrap=True)
        self.path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._change = QPushButton(tr("Change…"))
        self._export = QPushButton(tr("Export"))
        self._export.setProperty("role", "filled")
        self._export.setDefault(True)
        cancel = QPushButton(tr("Cancel"))
        self._folder, self._stem = folder, ""
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(8, 0, 0, 0)
        for part in (self._change, None, cancel, self._export):
            if part is None:
                row.addStretch(1)
            else:
                row.addWidget(part)
        column = dialog_column(self, tr("Export"))
        column.addWidget(self.form)
        column.addWidget(indented(self.path))
        column.addLayout(row)
        self.form.changed.connect(self._show_path)
        self._change.clicked.connect(self._ask_path)
        self._export.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.setMinimumWidth(theme.px(400))
        self._show_path()

    @property
    def what(self) -> str:
        """Return the key of the result."""
        return self.form.value().what

    @property
    def target(self) -> Path:
        """Return the file to write."""
        options, source = self.form.value(), self._project.source
        name = source.name if source is not None else "budai"
        stem = self._stem or (f"{name}_reconstruction" if options.what == "reconstruction" else name)
        return self._folder / f"{stem}.{options.suffix}"

    def _show_path(self, *_: object) -> None:
        self.path.setText(str(self.target))

    def _ask_path(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Export"), str(self.target))
        if chosen:
            path = Path(chosen)
            self._folder, self._stem = path.parent, path.stem
            if path.suffix.lower()[1:] in FORMATS:
                self.form.set_value(ExportOptions(self.what, path.suffix.lower()[1:]))
            self._show_path()

    def _keep_formats(self, formats: tuple[str, ...]) -> None:
        combo = self.form.rows["suffix"].editor
        for place in reversed(range(combo.count())):
            if combo.itemData(place) not in formats:
                combo.removeItem(place)


def _choice_text(name: str, choice: str) -> str:
    if name == "suffix":
        return "glTF (GLB)" if choice == "glb" else choice.upper() if choice != "m" else "M"
    return tr("Reconstruction") if choice == "reconstruction" else tr("Surface")
