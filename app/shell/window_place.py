"""Where the window stands and how large it is: as it was left, within what the screen has."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter

from app.state.settings import Settings

SIZE, LEAST_SIZE = QSize(1600, 1000), QSize(1024, 640)
"""Size at the first start, and the least that views beside each other need, where the screen has so much."""
TITLE = 36
"""Pixels that are left for the title bar, whose height nobody knows before the window is shown."""


def first_place(available: QRect) -> tuple[QRect, bool]:
    """Return where a window goes that was never shown, and whether it is to fill the screen.

    Parameters
    ----------
    available : QRect
        What panels and docks leave of the screen.
    """
    room = available.adjusted(0, TITLE, 0, 0)
    size = SIZE.boundedTo(room.size())
    spare = room.size() - size
    return QRect(room.topLeft() + QPoint(spare.width() // 2, spare.height() // 2), size), size != SIZE


def restore_place(window: QMainWindow, splitter: QSplitter, settings: Settings) -> None:
    """Put a window where it was left, or else where the screen has room for it."""
    known = settings.geometry
    _limit(window)
    place, fills = first_place(available(window))
    window.setGeometry(place)
    left = known.value("geometry")
    if left is not None and window.restoreGeometry(left):
        _limit(window)
        if not window.isMaximized() and not window.isFullScreen():
            window.setGeometry(within(window.geometry(), available(window)))
    elif fills:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
    columns = known.value("columns")
    if columns is not None:
        splitter.restoreState(columns)


def keep_place(window: QMainWindow, splitter: QSplitter, settings: Settings) -> None:
    """Remember where a window is and how wide its columns are."""
    settings.geometry.setValue("geometry", window.saveGeometry())
    settings.geometry.setValue("columns", splitter.saveState())
    settings.geometry.sync()


def available(window: QMainWindow) -> QRect:
    """Return what panels and docks leave of the screen that a window is on."""
    return (window.screen() or QGuiApplication.primaryScreen()).availableGeometry()


def _limit(window: QMainWindow) -> None:
    """Let a window become as small as its screen asks for."""
    window.setMinimumSize(LEAST_SIZE.boundedTo(available(window).size() - QSize(0, TITLE)))


def within(place: QRect, available: QRect) -> QRect:
    """Return a place moved, and made smaller where it must be, so that it lies within a rectangle."""
    room = available.adjusted(0, min(TITLE, available.height() // 4), 0, 0)
    found = QRect(place.topLeft(), place.size().boundedTo(room.size()))
    found.moveLeft(max(room.left(), min(found.left(), room.right() + 1 - found.width())))
    found.moveTop(max(room.top(), min(found.top(), room.bottom() + 1 - found.height())))
    return found
