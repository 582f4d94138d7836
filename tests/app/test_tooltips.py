"""Every control says what it is: a name for those who do not see it, a tooltip for those who do not know it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QWidget,
)

from app.widgets.parameter_form import ParameterForm
from app.widgets.primary_button import PrimaryButton
from tests.app.chrome_room import Room
from tests.core.make import trained_project

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


@pytest.fixture
def controls(qtbot, tmp_path, monkeypatch):
    """Every control of a window with a trained project."""
    monkeypatch.setattr("app.views.view_grid.has_opengl", lambda drawing: False)
    room = Room(qtbot, tmp_path)
    room.show(trained_project())
    found = [
        widget
        for widget in room.window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parentWidget(), QLineEdit)  # its own button that clears it
        and not (isinstance(widget, PrimaryButton) and not widget.text())  # is named when its stage is opened
        and not (widget.isHidden() and isinstance(widget, QPushButton) and not widget.text())  # and when it is offered
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
    ]
    yield room.window, found
    room.close()


def described(widget: QWidget) -> str:
    """What names a control in a list of those at fault."""
    parents, above = [], widget.parentWidget()
    while above is not None and len(parents) < 4:
        parents.append(type(above).__name__)
        above = above.parentWidget()
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {text!r} {widget.accessibleName()!r} in {' < '.join(parents)}"


def explained(widget: QWidget) -> bool:
    """Whether a control or what it is a part of has a tooltip; that of a field is at its name."""
    while widget is not None and not widget.isWindow():
        if widget.toolTip():
            return True
        form = widget.parentWidget()
        if isinstance(form, ParameterForm):
            row = next((row for row in form.rows.values() if row.editor is widget), None)
            return row is not None and bool(row.name_label.toolTip())
        widget = form
    return False


def test_every_control_has_a_name_and_a_tooltip(controls):
    _, found = controls
    assert len(found) > 50
    nameless = [
        described(widget)
        for widget in found
        if not widget.accessibleName() and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    unexplained = [described(widget) for widget in found if not explained(widget)]
    assert (nameless, unexplained) == ([], []), "\n".join(["", *nameless, "--", *unexplained])
