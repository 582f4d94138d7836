"""Render the emblem for places that take no SVG: ``python -m assets.build_icons``."""

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parent / "icons"


def rendered(source: Path, size: int) -> QImage:
    """Return an SVG file as a square picture on a transparent ground.

    Raises
    ------
    ValueError
        If the file is no SVG.
    """
    renderer = QSvgRenderer(str(source))
    if not renderer.isValid():
        raise ValueError(f"{source} is not a valid SVG file")
    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def main() -> None:
    """Write the emblem in 256 pixels."""
    if not rendered(ICONS / "budai.svg", 256).save(str(ICONS / "budai.png")):
        raise OSError(f"cannot write {ICONS / 'budai.png'}")


if __name__ == "__main__":
    main()
