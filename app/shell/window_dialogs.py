"""The dialogs of the window, each made when it is asked for."""

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageReader, QPainter
from PySide6.QtWidgets import QFileDialog

from app.shell.dialogs import AboutDialog, KeysDialog, SettingsDialog
from app.shell.export_dialog import ExportDialog
from app.style.translation import tr
from core.base.errors import InputError

LARGEST_IMAGE = 2048
"""Pixels along the side of an image that is laid on the disk."""


def show_export(window: Any) -> None:
    """Ask what to export and do it."""
    dialog = ExportDialog(window.theme, window.workspace, window.files.folder, window)
    if dialog.exec():
        window.files.export(dialog.target, dialog.what)
    dialog.deleteLater()


def show_settings(window: Any) -> None:
    """Open the settings."""
    dialog = SettingsDialog(window.theme, window.settings, window.files.prefer, window)
    dialog.exec()
    dialog.deleteLater()


def show_keys(window: Any) -> None:
    """Open the list of keys."""
    dialog = KeysDialog(window.theme, window.actions_by_key.keys(), window)
    dialog.exec()
    dialog.deleteLater()


def show_about(window: Any) -> None:
    """Say what this program is."""
    dialog = AboutDialog(window.theme, window)
    dialog.exec()
    dialog.deleteLater()


def lay_image(window: Any) -> None:
    """Ask for a picture, and lay it on the disk and through the chart on the surface."""
    kinds = " ".join(f"*.{bytes(kind.data()).decode()}" for kind in QImageReader.supportedImageFormats())
    chosen, _ = QFileDialog.getOpenFileName(
        window, tr("Lay an image on the disk"), str(window.files.folder), f"{tr('Pictures')} ({kinds})"
    )
    if chosen:
        window.grid.lay_image(square_image(chosen))


def square_image(path: str) -> np.ndarray:
    """Return the middle of a picture in a file as (h, h, 3) uint8, on white where it is transparent.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    read = reader.read()
    if read.isNull():
        reason = f"this is not a picture that can be read ({reader.errorString()})"
        raise InputError(Path(path).name, reason, remedy="Choose a PNG or a JPEG file.")
    side = min(read.width(), read.height())
    middle = read.copy((read.width() - side) // 2, (read.height() - side) // 2, side, side)
    if side > LARGEST_IMAGE:
        middle = middle.scaledToWidth(LARGEST_IMAGE, Qt.TransformationMode.SmoothTransformation)
    ground = QImage(middle.size(), QImage.Format.Format_RGB888)
    ground.fill(Qt.GlobalColor.white)
    painter = QPainter(ground)
    painter.drawImage(0, 0, middle)
    painter.end()
    rows = np.frombuffer(ground.constBits(), np.uint8).reshape(ground.height(), ground.bytesPerLine())
    return rows[:, : 3 * ground.width()].reshape(ground.height(), ground.width(), 3).copy()
