"""What lies over a view stays in it."""

import pytest
from PySide6.QtCore import QRectF

from app.style.theme import Theme
from app.widgets.canvas.chips import CHIP_HEIGHT, Chip, chip_corners, chip_width


@pytest.mark.parametrize(("room", "n_rows"), [(1000.0, 1), (300.0, 2), (180.0, 3), (10.0, 3)])
def test_chips_that_have_no_room_beside_each_other_stand_below(qapp, room, n_rows):
    theme = Theme("light")
    chips = [Chip("28 flipped triangles"), Chip("Grid of chart 2, exact"), Chip("Outdated, and more")]
    room = QRectF(12.0, 12.0, room, 200.0)
    corners = chip_corners(chips, room, theme)
    assert len({corner.y() for corner in corners}) == n_rows
    rects = [
        QRectF(corner.x(), corner.y(), chip_width(chip, theme), CHIP_HEIGHT)
        for corner, chip in zip(corners, chips, strict=True)
    ]
    for k, rect in enumerate(rects):
        assert rect.right() <= room.right() or rect.left() == room.left()
        assert not any(rect.intersects(other) for other in rects[:k])
