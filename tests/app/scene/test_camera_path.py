"""Cameras of a film at their moments."""

import json

import numpy as np
import pytest

from app.scene.camera import Camera, camera_text
from app.scene.films.camera_path import CameraPath, path_from_numbers, path_from_texts
from core.base.errors import BudaiError
from core.geometry.normalization import Frame

FRONT, SIDE = Camera((0.0, -3.0, 0.0)), Camera((6.0, 0.0, 1.0), (0.0, 0.0, 1.0))
PATH = CameraPath().with_key(1.0, SIDE).with_key(0.25, FRONT)
TEXT = '{"position": [3, 0, 0], "focus": [0, 0, 0], "up": [0, 0, 1]}'


def test_it_stands_at_its_cameras_and_moves_between_them():
    assert PATH.at(0.0) == PATH.at(0.25) == FRONT
    assert PATH.at(1.0) == SIDE
    distances = [PATH.at(share).distance for share in np.linspace(0.25, 1.0, 20)]
    assert np.all(np.diff(distances) > 0.0)
    assert (distances[0], distances[-1]) == pytest.approx((3.0, 6.0))
    assert PATH.at(0.625).focus == pytest.approx((0.0, 0.0, 0.5))


def test_a_camera_takes_the_place_of_one_at_its_moment_and_goes():
    again = PATH.with_key(0.2501, SIDE)
    assert [share for share, _ in again.keys] == [0.2501, 1.0]
    assert again.kept_at(0.25)
    assert not again.without_key(0.25).kept_at(0.25)


@pytest.mark.parametrize("path", [PATH, CameraPath().with_key(0.0, FRONT)])
def test_numbers_and_frames_bring_it_back(path):
    assert path_from_numbers(path.numbers()) == path
    old, new = Frame(np.array([1.0, 2.0, 3.0]), 2.0), Frame(np.zeros(3), 0.5)
    moved = path.moved(old, new)
    for (_, one), (_, other) in zip(path.keys, moved.keys, strict=True):
        eyes = [frame.restore(np.array([camera.position])) for frame, camera in ((new, other), (old, one))]
        assert eyes[0] == pytest.approx(eyes[1])
    assert path.moved(old, new).moved(new, old).numbers() == pytest.approx(path.numbers())


def test_what_a_view_copies_is_understood():
    frame = Frame(np.ones(3), 4.0)
    parallel = Camera(FRONT.position, FRONT.focus, FRONT.up, is_parallel=True)
    path = path_from_texts([camera_text(parallel, frame)], frame)
    assert path.keys[0][1].position == pytest.approx(FRONT.position)
    assert path.is_parallel
    texts = [json.dumps(json.loads(TEXT) | {"t": t}) for t in (0.75, 0)]
    assert [share for share, _ in path_from_texts(texts, frame).keys] == [0.0, 0.75]


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["nonsense"], "nonsense is no camera."),
        ([TEXT.replace("3", "0")], "is no camera."),
        ([TEXT.replace("0, 0, 1]", "0, 0, 0]")], "A camera looks nowhere."),
        ([TEXT, TEXT], "each needs its moment"),
        ([TEXT[:-1] + ', "t": 2}'], "must ascend from 0 to 1"),
        ([TEXT[:-1] + ', "t": 2}', TEXT[:-1] + ', "t": 0}'], "must ascend from 0 to 1"),
        ([TEXT[:-1] + ', "t": 0}'] * 2, "must ascend from 0 to 1"),
    ],
)
def test_what_is_no_camera_is_refused_in_one_sentence(texts, says):
    with pytest.raises(BudaiError, match=r"\S") as refused:
        path_from_texts(texts, Frame(np.zeros(3), 1.0))
    assert says in str(refused.value)
