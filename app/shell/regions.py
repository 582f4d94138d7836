"""Where the keyboard goes: from region to region, and from control to control."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget


def focus_next(regions: Sequence[QWidget]) -> None:
    """Bring the keyboard to the region behind that which has it."""
    focus = QApplication.focusWidget()
    here = next((k for k, region in enumerate(regions) if focus and region.isAncestorOf(focus)), -1)
    for step in range(1, len(regions) + 1):
        controls = in_reading_order(regions[(here + step) % len(regions)])
        if controls:
            controls[0].setFocus(Qt.FocusReason.TabFocusReason)
            return


def step_in_order(window: QWidget, forward: bool) -> bool:
    """Bring the keyboard to the control that is read next, or before; return whether there is one.

    The order is that in which the window is read, whatever was made first: rows from the top, in a row from the left,
    and in each part of the window all before the next part.
    """
    controls, focus = in_reading_order(window), QApplication.focusWidget()
    if not controls:
        return False
    here = controls.index(focus) if focus in controls else -1 if forward else 0
    target = controls[(here + (1 if forward else -1)) % len(controls)]
    target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    above = target.parentWidget()
    while above is not None and above is not window:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(target, 0, 8)
        above = above.parentWidget()
    return True


def in_reading_order(part: QWidget) -> list[QWidget]:
    """Return the controls in a part of the window that Tab reaches, as they are read."""
    found: list[QWidget] = []
    children = [child for child in part.children() if isinstance(child, QWidget)]
    for child in _by_rows([child for child in children if child.isVisible() and not child.isWindow()]):
        if _is_reached(child):
            found.append(child)
        found += in_reading_order(child)
    return found


def _by_rows(widgets: list[QWidget]) -> list[QWidget]:
    """Sort widgets beside each other: those that share half of the lower one's height are in one row."""
    rows: list[list[QWidget]] = []
    for widget in sorted(widgets, key=lambda one: one.y()):
        first = rows[-1][0] if rows else widget
        shared = min(first.y() + first.height(), widget.y() + widget.height()) - widget.y()
        if rows and 2 * shared >= min(first.height(), widget.height()):
            rows[-1].append(widget)
        else:
            rows.append([widget])
    return [widget for row in rows for widget in sorted(row, key=lambda one: one.x())]


def _is_reached(widget: QWidget) -> bool:
    """Whether Tab stops at a widget; of buttons of which one is chosen it stops at that one, arrows at the others."""
    if not widget.isEnabled() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.focusProxy() is not None:
        return False
    if isinstance(widget, QAbstractButton):
        group = widget.group()
        if group is not None and group.exclusive() and group.checkedButton() is not None:
            return widget.isChecked()
    return True
