"""Files that are dragged over the window and dropped on it: a stage takes what is dropped on it, or it is opened."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF
from PySide6.QtGui import QDropEvent

from app.style.translation import tr
from app.views.look import StageView
from app.widgets.drop_frame import DropFrame


class FileDrops:
    """Says what a drop would do, and does it.

    Parameters
    ----------
    window : MainWindow
        Where files are dropped.
    frame : DropFrame
        Says what a drop would do.
    """

    def __init__(self, window: Any, frame: DropFrame) -> None:
        self._window, self._frame = window, frame

    def announce(self, event: QDropEvent) -> None:
        """Say what a drop at the place of an event would do, where it is of a file."""
        path = _dropped_file(event)
        if path:
            event.acceptProposedAction()
            taker, name = self._taker_at(event.position()), Path(path).name
            words = tr("Open {name}", name=name)
            if taker is not None:
                words = tr("{stage} {name}", stage=taker.title, name=name)
            self._frame.show_text(words)

    def take(self, event: QDropEvent) -> None:
        """Give a file to the stage that it is dropped on, or open it."""
        self._frame.hide()
        path = _dropped_file(event)
        if path:
            event.acceptProposedAction()
            taker = self._taker_at(event.position())
            if taker is None or taker.dropped is None:
                self._window.files.open_path(path)
            else:
                taker.dropped(self._window, path)

    def _taker_at(self, place: QPointF) -> StageView | None:
        """Return the stage at a place that takes a file, None where there is none."""
        workspace, panels = self._window.workspace, self._window.column.panels
        for key, view in workspace.views.items():
            inside = panels[key].rect().contains(panels[key].mapFrom(self._window, place.toPoint()))
            if inside and view.dropped is not None and view.takes_drop(workspace):
                return view
        return None


def _dropped_file(event: QDropEvent) -> str:
    """Return the first file of what is dragged, empty where there is none."""
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return next((url.toLocalFile() for url in urls if url.isLocalFile()), "")
