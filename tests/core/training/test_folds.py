"""What the encoder turns over is found, and drawn so that it can be mended."""

import numpy as np
import torch

from core.training.folds import Folds, barycentric, similar_triangles
from tests.core.make import bumpy_disk

SURFACE = bumpy_disk(8)
CORNERS = torch.tensor(SURFACE.corners, dtype=torch.float32)
PLACES = torch.tensor(SURFACE.corners[:, :, :2])
ALL = torch.ones(len(CORNERS), dtype=torch.bool)
CODES = torch.tensor(SURFACE.corners[:, :, :2], dtype=torch.float32)


def test_whole_faces_that_are_turned_over_are_drawn() -> None:
    folds, generator = Folds(CORNERS, PLACES, ALL), torch.Generator().manual_seed(0)
    codes = CODES.clone()
    folds.look(codes)
    assert len(folds.some(generator)[0]) == 0
    codes[7] = codes[7].flip(0)
    codes[9] = codes[9].mean(0)  # flat
    folds.look(codes)
    corners, areas = folds.some(generator)
    torch.testing.assert_close(corners, CORNERS[[7, 9]])
    np.testing.assert_allclose(areas, torch.linalg.det(PLACES[[7, 9], 1:] - PLACES[[7, 9], :1]), rtol=1e-5)
    left_out = ALL.clone()
    left_out[7] = False
    folds = Folds(CORNERS, PLACES, left_out)
    folds.look(codes)
    torch.testing.assert_close(folds.some(generator)[0], CORNERS[[9]])


def test_of_many_some_are_drawn() -> None:
    folds, generator = Folds(CORNERS, PLACES, ALL), torch.Generator().manual_seed(0)
    turned = CODES.flip(1)
    folds.look(turned)
    first, second = folds.some(generator)[0], folds.some(generator)[0]
    assert len(first) == len(second) == 32
    assert not torch.equal(first, second)


def test_hard_faces_take_at_most_a_third_and_none_more_than_fifty_shares() -> None:
    folds, ideals = Folds(CORNERS, PLACES, ALL), torch.eye(2).expand(len(CORNERS), 2, 2)
    relative = ideals.clone()
    assert folds.share_of_hard(relative, ideals).sum() == 0
    relative[3] *= 0.4  # an area of 0.16
    extra = folds.share_of_hard(relative, ideals)
    assert extra.nonzero().tolist() == [[3]]
    assert 20 / len(CORNERS) < extra[3] < 50 / len(CORNERS)
    relative *= 0.1
    assert abs(float(folds.share_of_hard(relative, ideals).sum()) - 0.5) < 1e-5  # beside 1 of all others: a third


def test_triangles_inside_a_triangle() -> None:
    draw, size = torch.rand(1000, 3, generator=torch.Generator().manual_seed(0)), torch.full((1000,), 0.25)
    inside = similar_triangles(draw, size)
    torch.testing.assert_close(inside.sum(2), torch.ones(1000, 3))
    assert inside.min() >= 0.0
    torch.testing.assert_close(inside[:, 1] - inside[:, 0], torch.tensor([[-0.25, 0.25, 0.0]]).expand(1000, 3))
    torch.testing.assert_close(barycentric(draw).mean(0), torch.full((3,), 1 / 3), atol=0.03, rtol=0.0)
