"""Regions of the window that the keyboard goes to, one after the other."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def focus_next(regions: Sequence[QWidget]) -> None:
    """Bring the keyboard to the region behind that which has it."""
    focus = QApplication.focusWidget()
    here = next((k for k, region in enumerate(regions) if focus and region.isAncestorOf(focus)), -1)
    for step in range(1, len(regions) + 1):
        target = _first_reachable(regions[(here + step) % len(regions)])
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
            return


def _first_reachable(region: QWidget) -> QWidget | None:
    """Return the first control of a region that the keyboard can reach."""
    for child in region.findChildren(QWidget):
        if child.isVisible() and child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return child
    return None
