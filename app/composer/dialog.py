"""The window in which a figure for a paper is put together from the views."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QFontDatabase, QImage, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.composer.plan import FigureOptions, Part, plan_from, plan_text
from app.composer.sheet import FORMATS, Sheet
from app.style.theme import Theme
from app.style.translation import tr
from app.views.view_grid import ViewGrid
from app.widgets.combo_box import ComboBox
from app.widgets.icon_button import IconButton
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import label
from core.base.errors import BudaiError

PLAN = "figure/plan"
"""Where the last figure is remembered."""
_WAIT = 250
"""Milliseconds after a change until it is seen."""
_FIRST = ("surface", "latent", "reconstruction")
_COLUMN, _EDGE, _MARGIN = 340, 1, 24


class ComposerDialog(QDialog):
    """Choose views, captions and sizes; what is seen is what is written.

    Parameters
    ----------
    theme : Theme
        The look.
    grid : ViewGrid
        The views.
    titles : dict of str to str
        What can be in the figure: titles by keys of views and pages.
    memory : QSettings
        Keeps the figure for the next time.
    folder : Path
        Where to write unless the user says otherwise.
    name : str
        Of the file, unless the user says otherwise.
    notify : callable
        Tells the user a sentence: called with it and "ok" or "bad".
    """

    def __init__(
        self,
        theme: Theme,
        grid: ViewGrid,
        titles: dict[str, str],
        memory: QSettings,
        folder: Path,
        name: str,
        notify: Callable[[str, str], None],
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Figure"))
        self._theme, self._grid, self._memory, self._folder, self._name = theme, grid, memory, folder, name
        self._notify, self._titles = notify, titles
        options, known = plan_from(str(memory.value(PLAN, "")))
        there = {part.key: part for part in known if part.key in titles}
        taken = any(part.is_taken for part in there.values())
        for key in titles:
            there.setdefault(key, Part(key, "", not taken and key in _FIRST))
        self.parts = list(there.values())
        self.form = ParameterForm(options, theme, _choice_text)
        self.rows = QVBoxLayout()
        self.preview = _Preview(theme)
        self.problem = label("", "problem", wrap=True)
        self._timer = QTimer(self, singleShot=True, interval=_WAIT)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        self.form.changed.connect(lambda _: self._on_change())
        self._show_rows()
        self.resize(theme.px(1040), theme.px(640))

    @property
    def options(self) -> FigureOptions:
        """Size and type of the figure."""
        return replace(self.form.value(), family=self.font_box.value())

    @property
    def sheet(self) -> Sheet:
        """The figure as it is now."""
        return Sheet(self._grid, self._theme, self.options, self.parts)

    def refresh(self) -> None:
        """Draw the figure anew from what the views show."""
        self._timer.stop()
        self.problem.hide()
        try:
            self.preview.show_picture(self.sheet)
        except BudaiError as error:
            self.preview.show_picture(None)
            self.problem.setText(str(error))
            self.problem.show()

    def write(self, path: Path) -> None:
        """Write the figure; what hinders it is told."""
        try:
            self.sheet.write(path)
        except BudaiError as error:
            self._notify(str(error), "bad")
            self.problem.setText(str(error))
            self.problem.show()
            return
        self._folder, self._name = path.parent, path.stem
        self._notify(tr("Wrote {name}", name=path.name), "ok")

    # -- parts -------------------------------------------------------------------------------------------------------

    def take(self, place: int, taken: bool) -> None:
        """Put a view into the figure, or leave it out."""
        self.parts[place] = replace(self.parts[place], is_taken=taken)
        if taken and self.parts[place].key not in self._grid.views:
            self._grid.show_fourth(self.parts[place].key)  # some pages are only filled once they are looked at
        self._on_change()

    def move(self, place: int, to: int) -> None:
        """Move a view up or down in the order of the figure."""
        if 0 <= to < len(self.parts):
            self.parts.insert(to, self.parts.pop(place))
            self._show_rows()
            self._on_change()

    def _caption(self, place: int, caption: str) -> None:
        self.parts[place] = replace(self.parts[place], caption=caption)
        self._on_change()

    def _on_change(self) -> None:
        self._memory.setValue(PLAN, plan_text(self.options, self.parts))
        self._timer.start()

    def _show_rows(self) -> None:
        """List the views in their order."""
        while (item := self.rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, part in enumerate(self.parts):
            self.rows.addWidget(self._make_row(place, part))

    def _make_row(self, place: int, part: Part) -> QWidget:
        title = self._titles[part.key]
        row = QWidget()
        box = QCheckBox(title)
        box.setChecked(part.is_taken)
        box.setToolTip(tr("Whether this view is in the figure, as it is shown."))
        box.toggled.connect(lambda on: self.take(place, on))
        caption = QLineEdit(part.caption)
        caption.setPlaceholderText(tr("Caption"))
        caption.setAccessibleName(tr("Caption of {view}", view=title))
        caption.setToolTip(tr("What stands beneath this view, after its letter."))
        caption.textEdited.connect(lambda text: self._caption(place, text))
        up = IconButton(self._theme, "caret-up", tr("Move up"), 24)
        down = IconButton(self._theme, "caret-down", tr("Move down"), 24)
        up.setEnabled(place > 0)
        down.setEnabled(place + 1 < len(self.parts))
        up.clicked.connect(lambda: self.move(place, place - 1))
        down.clicked.connect(lambda: self.move(place, place + 1))
        grid = QGridLayout(row)
        grid.setContentsMargins(8, 0, 0, 8)
        grid.setSpacing(4)
        grid.addWidget(box, 0, 0)
        grid.addWidget(up, 0, 1)
        grid.addWidget(down, 0, 2)
        grid.addWidget(caption, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        return row

    # -- widgets -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 12, 0)
        column.addLayout(self.rows)
        column.addWidget(self.form)
        column.addLayout(self._make_font_row())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setProperty("ringless", True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left = QVBoxLayout()
        left.addWidget(scroll, 1)
        left.addWidget(self.problem)
        left.addLayout(self._make_buttons())
        self.problem.hide()
        side = QWidget()
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(self._theme.px(_COLUMN))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addWidget(side)
        whole.addWidget(self.preview, 1)

    def _make_font_row(self) -> QHBoxLayout:
        families = [name for name in QFontDatabase.families() if QFontDatabase.isSmoothlyScalable(name)]
        self.font_box = ComboBox(self._theme, {"": tr("As in the window")} | {name: name for name in families})
        self.font_box.setToolTip(tr("Font of the captions and of all that is written in the views."))
        self.font_box.setAccessibleName(tr("Font"))
        family = self.form.value().family
        self.font_box.set_value(family if family in families else "")
        self.font_box.edited.connect(self._on_change)
        name = label(tr("Font"), "label")
        name.setContentsMargins(8, 0, 0, 0)
        name.setFixedWidth(self._theme.px(96))
        row = QHBoxLayout()
        row.addWidget(name)
        row.addWidget(self.font_box, 1)
        return row

    def _make_buttons(self) -> QHBoxLayout:
        draw, close, save = (QPushButton(text) for text in (tr("Draw again"), tr("Close"), tr("Save…")))
        save.setProperty("role", "filled")
        save.setDefault(True)
        draw.setToolTip(tr("Draw the figure from what the views show now."))
        save.setToolTip(tr("Write the figure into a PNG, PDF or SVG file."))
        close.setToolTip(tr("Close; the figure is kept for the next time."))
        draw.clicked.connect(self.refresh)
        close.clicked.connect(self.close)
        save.clicked.connect(self._ask_path)
        row = QHBoxLayout()
        row.setContentsMargins(8, 8, 0, 0)
        row.addWidget(draw)
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(save)
        return row

    def _ask_path(self) -> None:
        self.form.commit()
        if not self.form.is_valid:
            return
        kinds = [f"{suffix.upper()} (*.{suffix})" for suffix in FORMATS]
        chosen, kind = QFileDialog.getSaveFileName(
            self, tr("Save the figure"), str(self._folder / f"{self._name}.pdf"), ";;".join(kinds), kinds[1]
        )
        if chosen:
            path = Path(chosen)
            if path.suffix.lower()[1:] not in FORMATS:
                path = path.with_name(f"{path.name}.{FORMATS[kinds.index(kind)] if kind in kinds else FORMATS[0]}")
            self.write(path)

    # -- events ------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._timer.start()  # the views may have been changed meanwhile

    def showEvent(self, event: object) -> None:
        self._timer.start()


class _Preview(QWidget):
    """Shows the figure as large as there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sheet: Sheet | None = None
        self._image = QImage()
        self.setMinimumSize(QSize(200, 160))

    def show_picture(self, sheet: Sheet | None) -> None:
        """Show another figure, or none."""
        self._sheet, self._image = sheet, QImage()
        self.update()
        if sheet is not None:
            room, size = self.size() - QSize(2 * _MARGIN, 2 * _MARGIN), sheet.size
            factor = min(room.width() / size.width(), room.height() / size.height())
            ratio = self.devicePixelRatioF()
            width, height = (max(round(side * factor * ratio), 1) for side in (size.width(), size.height()))
            self._image = sheet.image(width, height, ratio)

    def resizeEvent(self, event: object) -> None:
        if self._sheet is not None:
            self.show_picture(self._sheet)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("window"))
        if self._image.isNull():
            return
        size = self._image.deviceIndependentSize()
        left, top = round(0.5 * (self.width() - size.width())), round(0.5 * (self.height() - size.height()))
        painter.setPen(self._theme.color("border_strong"))
        width, height = round(size.width()), round(size.height())
        painter.drawRect(left - _EDGE, top - _EDGE, width + _EDGE, height + _EDGE)
        painter.drawImage(left, top, self._image)


def _choice_text(name: str, choice: str) -> str:
    names = {"paper": tr("White"), "clear": tr("Clear"), "screen": tr("Screen"), "none": tr("None")}
    return names.get(choice, choice)
