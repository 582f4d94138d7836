"""A form that builds itself from the fields of an options dataclass."""

import dataclasses
from dataclasses import dataclass, replace
from typing import Any, Protocol

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.style.sentences import said
from app.style.theme import Theme
from app.style.translation import tr
from app.widgets.field_editors import ChoiceText, field_editor, number_text
from app.widgets.fields import InvalidTextError, WidthsField
from app.widgets.number_text import widths_text
from app.widgets.text import label
from app.widgets.toggle import Toggle
from core.base.errors import BudaiError

_LABEL_WIDTH, _GAP = 88, 8
"""Width of the names with the room for their dots, and what is between names and fields."""


class Field(Protocol):
    """What a form needs of the widget that edits a field."""

    edited: Any

    def value(self) -> Any:
        """Return the value, or raise `InvalidTextError`."""

    def set_value(self, value: Any) -> None:
        """Show a value."""


class FieldLabel(QLabel):
    """Names a field; a dot says that it is not at its default, and a right click puts it back.

    Signals
    -------
    reset_requested()
    """

    reset_requested = Signal()

    def __init__(self, theme: Theme, text: str, tooltip: str) -> None:
        super().__init__(text)
        self._theme = theme
        self._tooltip = tooltip
        self.is_changed = False
        self.setProperty("role", "label")
        self.setToolTip(tooltip)
        theme.follow(self._restyle)

    @property
    def text_width(self) -> int:
        """Return how wide the name is, with the room for the dot."""
        return self._theme.px(8) + self.fontMetrics().horizontalAdvance(self.text()) + 1

    def set_changed(self, changed: bool, default: str) -> None:
        """Show whether the field differs from its default."""
        self.is_changed = changed
        note = tr("Changed from {default}; a right click puts it back.", default=default) if changed else ""
        self.setToolTip(f"{self._tooltip}\n\n{note}".strip() if note else self._tooltip)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.is_changed:
            self.reset_requested.emit()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.is_changed:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("link"))
            painter.drawEllipse(QPointF(2.5, self.height() / 2), 2, 2)

    def _restyle(self) -> None:
        self.setContentsMargins(self._theme.px(8), 0, 0, 0)


@dataclass(frozen=True, eq=False)
class Row:
    """One field of a form: its label, its widget and the line for what is wrong with it."""

    field: dataclasses.Field
    name_label: FieldLabel
    editor: Any
    problem: QLabel
    line: int
    pair: QHBoxLayout
    note: QLabel | None = None
    """Says what the choice means."""

    @property
    def is_advanced(self) -> bool:
        return bool(self.field.metadata.get("advanced"))


class ParameterForm(QWidget):
    """Rows for the fields of a frozen dataclass, by their metadata.

    Parameters
    ----------
    options : dataclass instance
        The values to show first; its defaults are those of the form.
    theme : Theme
        The look.
    choice_text : callable, optional
        What a user reads for a choice; by default the choice itself with a capital.
    defaults : dataclass instance, optional
        What a field is put back to; by default the defaults of the dataclass.

    Signals
    -------
    changed(options)
        The user made another valid choice.
    requested(name)
        The user wants to choose a file for a field.
    """

    changed = Signal(object)
    requested = Signal(str)

    def __init__(self, options: Any, theme: Theme, choice_text: ChoiceText | None = None, defaults: Any = None) -> None:
        super().__init__()
        self.setObjectName("stageForm")
        self._theme = theme
        self._options = options
        self._defaults = type(options)() if defaults is None else defaults
        self._choice_text = choice_text or (lambda _, choice: choice.capitalize())
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.rows: dict[str, Row] = {}
        self._more: QPushButton | None = None
        fields = [field for field in dataclasses.fields(options) if not field.metadata.get("hidden")]
        for field in sorted(fields, key=lambda field: bool(field.metadata.get("advanced"))):
            self._add_row(field)
        self._add_more()
        self.set_value(options)
        theme.follow(self._restyle)

    # -- values ------------------------------------------------------------------------------------------------------

    def value(self) -> Any:
        """Return the options that the form shows; a field with a mistake keeps its last good value."""
        return self._options

    def set_value(self, options: Any) -> None:
        """Show options; nothing is emitted."""
        self._options = options
        for row in self.rows.values():
            self._show(row)
        self._fit_widths()

    @property
    def is_valid(self) -> bool:
        """Whether no field holds a mistake."""
        return all(row.problem.isHidden() or row.editor.isHidden() for row in self.rows.values())

    def commit(self) -> None:
        """Take what is typed but not yet confirmed."""
        for row in self.rows.values():
            if not row.editor.isHidden():
                self._take(row)

    def _shown(self, name: str, options: Any) -> Any:
        """Return the value of a field that a user should see: for widths those in effect."""
        effective = type(options).__dataclass_fields__[name].metadata.get("effective", name)
        return getattr(options, effective)

    def _show(self, row: Row) -> None:
        name = row.field.name
        row.editor.set_value(self._shown(name, self._options))
        if row.note is not None:
            row.note.setText(tr(row.field.metadata["sentences"][getattr(self._options, name)]))
        row.problem.hide()
        changed = getattr(self._options, name) != getattr(self._defaults, name)
        is_file = row.field.metadata.get("kind") == "file"
        row.name_label.set_changed(changed and not is_file, self._default_text(row))

    def _default_text(self, row: Row) -> str:
        value, about = self._shown(row.field.name, self._defaults), row.field.metadata
        if "choices" in about:
            return self._choice_text(row.field.name, value)
        if about.get("kind") in ("layers", "unit"):
            return tr("all")
        if isinstance(value, tuple):
            return widths_text(value, about.get("ends"))
        if isinstance(value, bool):
            return tr("on") if value else tr("off")
        if not isinstance(value, int | float):
            return str(value)
        return number_text(about, value, isinstance(value, int))

    def _take(self, row: Row) -> None:
        """Take the value of one field, or say beneath it what is wrong."""
        name = row.field.name
        try:
            value = row.editor.value()
            if value == self._shown(name, self._options):
                value = getattr(self._options, name)
            besides = row.field.metadata.get("resets", ()) if value != getattr(self._options, name) else ()
            options = replace(
                self._options, **{name: value}, **{other: getattr(self._defaults, other) for other in besides}
            )
        except (InvalidTextError, BudaiError) as error:
            row.problem.setText(said(str(error)))
            row.problem.show()
            row.editor.set_invalid(True)
            return
        row.problem.hide()
        if options != self._options:
            self._options = options
            for other in self.rows.values():
                if other.problem.isHidden():  # what is wrong elsewhere stays in sight
                    self._show(other)
            self._fit_widths()
            self.changed.emit(options)
        else:
            self._show(row)

    def _reset(self, row: Row) -> None:
        options = replace(self._options, **{row.field.name: getattr(self._defaults, row.field.name)})
        self.set_value(options)
        self.changed.emit(options)

    # -- widgets -----------------------------------------------------------------------------------------------------

    def _add_row(self, field: dataclasses.Field) -> None:
        about = field.metadata
        text = tr(about.get("label", field.name))
        name_label = FieldLabel(self._theme, text, tr(about["tooltip"]) if about.get("tooltip") else "")
        default = getattr(self._defaults, field.name)
        editor = field_editor(field, default, self._theme, self._choice_text, self.requested.emit)
        editor.setAccessibleName(text)
        problem = label("", "problem", wrap=True)
        problem.hide()
        sentences = about.get("sentences", {})
        note = label("", "caption", wrap=True) if sentences else None
        line = 2 * len(self.rows) + 2
        pair = QHBoxLayout()
        row = Row(field, name_label, editor, problem, line, pair, note)
        self.rows[field.name] = row
        if isinstance(editor, Toggle):
            self._grid.addWidget(name_label, line, 0, 1, 2)
            self._grid.addWidget(editor, line, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            editor.clicked.connect(lambda: self._take(row))
        elif field.metadata.get("wide"):
            pair.setContentsMargins(self._theme.px(8), 0, 0, 0)
            pair.addWidget(editor)
            self._grid.addLayout(pair, line, 0, 1, 2)
            name_label.setParent(self)
            name_label.hide()
            editor.setToolTip(tr(about.get("tooltip", "")))
            editor.edited.connect(lambda: self._take(row))
        elif isinstance(editor, WidthsField):
            pair.setContentsMargins(0, 0, 0, 0)
            pair.addWidget(name_label)
            pair.addWidget(editor, 1)
            self._grid.addLayout(pair, line, 0, 1, 2)
            editor.edited.connect(lambda: self._take(row))
        else:
            self._grid.addWidget(name_label, line, 0)
            self._grid.addWidget(editor, line, 1)
            editor.edited.connect(lambda: self._take(row))
        self._grid.addWidget(problem, line + 1, 1)
        if note is not None:
            note.setContentsMargins(self._theme.px(8), 0, 0, self._theme.px(4))
            self._grid.addWidget(note, line + 1, 0, 1, 2)
        name_label.reset_requested.connect(lambda: self._reset(row))

    def _add_more(self) -> None:
        """Add the line that opens the advanced fields, where there are any."""
        advanced = [row for row in self.rows.values() if row.is_advanced]
        if not advanced:
            return
        self._more = QPushButton(tr("Advanced"))
        self._more.setProperty("role", "flat")
        self._more.setToolTip(tr("What is rarely changed."))
        self._more.setCheckable(True)
        self._more.toggled.connect(self._show_advanced)
        first = min(row.line for row in advanced)
        self._grid.addWidget(self._more, first - 1, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._show_advanced(False)

    def set_row_visible(self, name: str, visible: bool) -> None:
        """Show or hide one field."""
        row = self.rows[name]
        if not row.is_advanced:
            self._set_visible(row, visible)

    def _show_advanced(self, shown: bool) -> None:
        for row in self.rows.values():
            if row.is_advanced:
                self._set_visible(row, shown)

    def _set_visible(self, row: Row, visible: bool) -> None:
        if row.editor.isHidden() == visible:
            row.name_label.setVisible(visible and not row.field.metadata.get("wide"))
            row.editor.setVisible(visible)
            if row.note is not None:
                row.note.setVisible(visible)
            row.problem.hide()
            self._grid.setRowMinimumHeight(row.line, self._theme.px(36) if visible else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_widths()

    def _fit_widths(self) -> None:
        """Let the fields of widths begin right after their names where they would not fit otherwise."""
        px = self._theme.px
        rows = [row for row in self.rows.values() if isinstance(row.editor, WidthsField)]
        aligned = self.width() - px(_LABEL_WIDTH + _GAP)
        fits = all(row.editor.width_at(11) <= aligned for row in rows)
        width = px(_LABEL_WIDTH) if fits else max((row.name_label.text_width for row in rows), default=0)
        for row in rows:
            row.name_label.setFixedWidth(width)

    def _restyle(self) -> None:
        px = self._theme.px
        self._grid.setHorizontalSpacing(px(_GAP))
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnMinimumWidth(0, px(_LABEL_WIDTH))
        for row in self.rows.values():
            self._grid.setRowMinimumHeight(row.line, 0 if row.editor.isHidden() else px(36))
            if isinstance(row.editor, WidthsField):
                row.pair.setSpacing(px(_GAP))
            row.problem.setContentsMargins(0, 0, 0, px(4))
            row.name_label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
