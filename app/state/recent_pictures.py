"""Small pictures of the recent files, one PNG each, beside the preferences."""

import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage

from core.base.errors import BudaiError
from core.io.atomic import replacing

SIZE = QSize(128, 96)
"""Of a picture, in pixels: twice as large as it is shown."""
MARGIN = 0.06
"""Ground that is left around a figure, over its size."""


class RecentPictures:
    """Keeps what files looked like when they were last opened.

    Parameters
    ----------
    folder : Path
        Where the pictures are; made when the first is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, path: str) -> Path:
        """Return where the picture of a file is, or would be."""
        return self.folder / f"{zlib.crc32(str(Path(path).resolve()).encode()):08x}.png"

    def of(self, path: str) -> Path | None:
        """Return the picture of a file, None where there is none."""
        place = self.place(path)
        return place if place.is_file() else None

    def keep(self, path: str, view: QImage, ground: str) -> bool:
        """Keep the figure in a view as the picture of a file; return whether there was a figure, and a place for it."""
        picture = cut_out(view, ground)
        if picture is None:
            return False
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self.place(path)) as temporary:
                return picture.save(str(temporary), "PNG")  # type: ignore[call-overload]
        except (OSError, BudaiError):
            return False  # a picture that is missing is no loss worth a word

    def forget_others(self, paths: Iterable[str]) -> None:
        """Delete the pictures of all files but some."""
        kept = {self.place(path) for path in paths}
        for place in self.folder.glob("*.png"):
            if place not in kept:
                place.unlink(missing_ok=True)


def cut_out(view: QImage, ground: str) -> QImage | None:
    """Return the figure in a view on a transparent ground, `SIZE` pixels; None where there is only ground."""
    view = view.convertToFormat(QImage.Format.Format_ARGB32)
    pixels = np.frombuffer(view.bits(), np.uint32).reshape(view.height(), view.bytesPerLine() // 4)[:, : view.width()]
    is_ground = (pixels & 0xFFFFFF) == (QColor(ground).rgb() & 0xFFFFFF)
    rows, columns = np.flatnonzero(~is_ground.all(axis=1)), np.flatnonzero(~is_ground.all(axis=0))
    if not len(rows):
        return None
    pixels[is_ground] = 0  # the picture is a copy of the view
    top, left = int(rows[0]), int(columns[0])
    height, width = int(rows[-1]) - top + 1, int(columns[-1]) - left + 1
    scale = (1.0 + 2.0 * MARGIN) * max(height / SIZE.height(), width / SIZE.width())
    frame = QRect(0, 0, round(scale * SIZE.width()), round(scale * SIZE.height()))
    frame.moveCenter(QRect(left, top, width, height).center())
    smooth = Qt.TransformationMode.SmoothTransformation
    return view.copy(frame).scaled(SIZE, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
