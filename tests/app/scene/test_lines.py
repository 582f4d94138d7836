"""Lines as pixels: how much they cover, what they leave alone."""

import numpy as np
import pytest

from app.scene.lines import draw_lines


def drawn(ends, width=1.0, opacity=1.0, size=40, color="#000000", ground=0xFFFFFFFF):
    pixels = np.full((size, size), ground, np.uint32)
    places = np.array(ends, float).reshape(-1, 2)
    lines = np.arange(len(places), dtype=np.int32).reshape(-1, 2)
    draw_lines(pixels, places, lines, np.arange(len(lines)), width, color, opacity)
    return pixels


def ink(pixels):
    return float((255 - (pixels & 255).astype(float)).sum() / 255)


@pytest.mark.parametrize("width", [0.4, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("ends", [[(5, 20.3), (35, 20.3)], [(12.2, 4), (12.2, 34)], [(6, 6), (33, 30)]])
def test_a_line_covers_its_length_times_its_width(ends, width):
    length = float(np.hypot(*np.subtract(*ends)))
    # The ends are round, and a pixel that is covered in part is covered by its distance from the line.
    assert ink(drawn(ends, width)) == pytest.approx(length * width, rel=0.2, abs=0.3 * width**2 + 1.0)


def test_opacity_weakens_and_the_ground_may_be_transparent():
    ends = [(5, 20), (35, 20)]
    assert ink(drawn(ends, 2.0, 0.25)) == pytest.approx(0.25 * ink(drawn(ends, 2.0)), rel=0.02)
    pixels = drawn(ends, 2.0, color="#FF8000", ground=0)
    assert (pixels[20, 20] >> 24, pixels[20, 20] & 0xFFFFFF) == (255, 0xFF8000)
    assert pixels[5, 5] == 0
    alpha, red = pixels >> 24, pixels >> 16 & 255
    assert (red <= alpha).all()  # premultiplied


def test_lines_beyond_the_picture_leave_it_alone_and_endless_ones_are_cut():
    assert ink(drawn([(-50, -3), (90, -3)])) == 0.0
    across = drawn([(-1e9, 20.0), (1e9, 20.0)])
    assert ink(across) == pytest.approx(40, rel=0.05)
    assert ink(drawn([(5.0, 5.0), (5.0, 5.0)])) == 0.0
