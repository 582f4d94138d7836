"""The picture of a transport is drawn without a window."""

from pathlib import Path

import numpy as np
from matplotlib.image import imread

from app.scene.palette import DARK
from app.stages.transport.scene.sheet import draw_transport
from tests.app.make_transport import transported_project


def test_the_sheet_shows_three_disks(tmp_path: Path) -> None:
    draw_transport(transported_project(), tmp_path / "transport.png")
    picture = imread(tmp_path / "transport.png")[..., :3]
    assert picture.shape == (1000, 1600, 3)
    for left in (0.025, 0.343, 0.661):
        column = int(1600 * left)
        disk = picture[200:540, column + 90 : column + 410].reshape(-1, 3)
        assert len(np.unique((255 * disk).astype(int), axis=0)) > 20
    draw_transport(transported_project(), tmp_path / "dark.png", DARK)
    assert imread(tmp_path / "dark.png")[..., :3].mean() < 0.5 < picture.mean()
