"""A row of a table painted as a picture: its pixels where it is an image, else bars."""

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.scene.color_maps import color_table
from app.style.theme import Theme

SIGNED = "crameri:vik"
"""Colours of what may be below 0."""


def paint_row(
    painter: QPainter,
    place: QRectF,
    values: np.ndarray,
    shape: tuple[int, ...] | None,
    limits: tuple[float, float],
    theme: Theme,
    signed: bool = False,
) -> QRectF:
    """Paint a row into a place.

    Parameters
    ----------
    painter : QPainter
        Paints.
    place : QRectF
        Where, as large as fits.
    values : (D,) array
        The row.
    shape : (int, int) or None
        Height and width where it is an image.
    limits : (float, float)
        Values that are white and black, or without height and of full height.
    theme : Theme
        The look of bars.
    signed : bool
        Whether values are differences: coloured to both sides of the middle of the limits.

    Returns
    -------
    QRectF
        The part of the place that the picture fills.
    """
    low, high = limits
    share = np.clip((np.asarray(values, np.float64) - low) / max(high - low, 1e-300), 0.0, 1.0)
    if shape:
        return _paint_image(painter, place, share.reshape(shape), signed)
    _paint_bars(painter, place, share, theme, 0.5 if signed else 0.0)
    return place


def _paint_image(painter: QPainter, place: QRectF, share: np.ndarray, signed: bool) -> QRectF:
    """Paint pixels as squares, dark where values are large."""
    height, width = share.shape
    if signed:
        pixels = np.ascontiguousarray(color_table(SIGNED)[(255 * share).astype(np.uint8)])
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    else:
        pixels = np.ascontiguousarray(255 - (255 * share).astype(np.uint8))
        image = QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
    scale = min(place.width() / width, place.height() / height)
    target = QRectF(0, 0, width * scale, height * scale)
    target.moveCenter(place.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(target, image)
    return target


def _paint_bars(painter: QPainter, place: QRectF, share: np.ndarray, theme: Theme, foot: float) -> None:
    """Paint bars from a foot, one a column, as many as there is room for."""
    some = share[: max(1, int(place.width()))]
    step = place.width() / len(some)
    for k, value in enumerate(some.tolist()):
        low, high = min(value, foot), max(value, foot)
        top = place.bottom() - high * place.height()
        bar = QRectF(place.left() + k * step, top, max(step - 1.0, 1.0), (high - low) * place.height())
        painter.fillRect(bar, theme.color("accent"))
