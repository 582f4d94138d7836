"""Targets by what the user names: points of a drawing, digits, a surface, or one sentence."""

import numpy as np
import pytest

from core.base.errors import BudaiError
from core.io.bench_target import bench_target


def test_a_drawing_digits_and_a_surface_become_targets(tmp_path):
    points = np.random.default_rng(0).random((200, 2))
    np.savetxt(tmp_path / "drawn.csv", points, delimiter=",", header="x,y", comments="")
    drawn = bench_target(str(tmp_path / "drawn.csv"))
    assert (drawn.name, drawn.dimension) == ("drawn", 2)
    assert np.allclose(drawn.rows, points)
    digits = bench_target("digits")
    assert (digits.dimension, digits.n_pieces, digits.has_classes) == (64, 10, True)
    assert bench_target("sphere").surface is not None
    assert bench_target("curve:0.1").noise == 0.1


@pytest.mark.parametrize(
    ("text", "says"),
    [("1,2\n" * 9, "all 9 rows are equal"), ("1,2\n3,4\n" * 9, "18 rows, all in 2 points: nothing can be learned")],
)
def test_what_cannot_be_learned_is_said(tmp_path, text, says):
    path = tmp_path / "dots.csv"
    path.write_text(text)
    with pytest.raises(BudaiError, match=says):
        bench_target(str(path))
    with pytest.raises(BudaiError, match="There is no target nowhere"):
        bench_target("nowhere")
