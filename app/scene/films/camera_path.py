"""Where a film is seen from: one camera, or several at their moments with a way between them."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.scene.camera import Camera, camera_from, camera_text
from core.base.errors import BudaiError
from core.geometry.normalization import Frame

SAME = 0.005
"""Shares of a film that are nearer to each other hold one camera."""
_ONE, _KEY = 9, 10
"""Numbers of a camera, and of one with its moment before it."""


@dataclass(frozen=True)
class CameraPath:
    """Cameras at moments of a film; between two of them it moves, before the first and behind the last it stands.

    Parameters
    ----------
    keys : tuple of (float, Camera)
        Shares of the film, from 0 to 1 in ascending order, each with its camera.
    has_moments : bool
        Whether the shares mean something; not where a single camera was given for all of it.
    """

    keys: tuple[tuple[float, Camera], ...] = ()
    has_moments: bool = True

    @property
    def moves(self) -> bool:
        """Whether there are several cameras."""
        return len(self.keys) > 1

    def at(self, share: float) -> Camera:
        """Return the camera at a share of the film; there must be one at least."""
        k = bisect_right(self.keys, share, key=lambda key: key[0])
        if k in (0, len(self.keys)) or self.keys[k - 1][0] == share:
            return self.keys[max(k - 1, 0)][1]
        (before, first), (after, last) = self.keys[k - 1 : k + 1]
        part = (share - before) / (after - before)
        return first.toward(last, part * part * (3.0 - 2.0 * part))

    def kept_at(self, share: float) -> bool:
        """Return whether a camera is kept at a share of the film."""
        return any(abs(moment - share) < SAME for moment, _ in self.keys)

    def with_key(self, share: float, camera: Camera) -> "CameraPath":
        """Return the path with a camera at a share of the film, in place of one that is there."""
        keys = [*self.without_key(share).keys, (share, camera)]
        return CameraPath(tuple(sorted(keys, key=lambda key: key[0])))

    def without_key(self, share: float) -> "CameraPath":
        """Return the path without the camera at a share of the film."""
        return CameraPath(tuple(key for key in self.keys if abs(key[0] - share) >= SAME))

    def moved(self, old: Frame, new: Frame) -> "CameraPath":
        """Return the path in the units of another frame."""
        keys = tuple((share, _from_text(camera_text(camera, old), new)) for share, camera in self.keys)
        return CameraPath(keys, self.has_moments)

    @property
    def is_parallel(self) -> bool:
        """Whether the rays of its cameras are parallel, as those of the first are."""
        return bool(self.keys) and self.keys[0][1].is_parallel

    def numbers(self) -> tuple[float, ...]:
        """Return it as plain numbers: ten of each camera, its moment before it; nine of one without a moment."""
        lists = [(share, *camera.position, *camera.focus, *camera.up) for share, camera in self.keys]
        return tuple(float(value) for one in lists for value in (one if self.has_moments else one[1:]))


def path_from_numbers(numbers: Sequence[float], is_parallel: bool = False) -> CameraPath:
    """Return the path of cameras told as ten numbers each, or of one as nine: it has no moment.

    Raises
    ------
    BudaiError
        If it is none.
    """
    if len(numbers) != _ONE and len(numbers) % _KEY:
        raise BudaiError(f"A camera is 9 numbers, or 10 each of several, not {len(numbers)}. Leave it away to see all.")
    rows = [(0.0, *numbers)] if len(numbers) == _ONE else np.reshape(numbers, (-1, _KEY)).tolist()
    for row in rows:
        if not np.isfinite(row).all() or row[1:4] == row[4:7] or not any(row[7:]):
            raise BudaiError("A camera looks nowhere. Give eye, point looked at and upward direction.")
    shares = [float(row[0]) for row in rows]
    if shares != sorted(set(shares)) or any(not 0.0 <= share <= 1.0 for share in shares):
        raise BudaiError("Moments of cameras must ascend from 0 to 1. Give each its own.")
    cameras = [Camera(tuple(row[1:4]), tuple(row[4:7]), tuple(row[7:]), is_parallel) for row in rows]
    return CameraPath(tuple(zip(shares, cameras, strict=True)), len(numbers) != _ONE)


def path_from_texts(texts: Iterable[str], frame: Frame) -> CameraPath:
    """Return the path of cameras as they are copied from a view, as JSON in input units.

    Parameters
    ----------
    texts : iterable of str
        One of each camera; of several each needs a moment too, ``"t"`` from 0 to 1.
    frame : Frame
        In whose units the path is told.

    Raises
    ------
    BudaiError
        If a text describes no camera, or moments do not fit.
    """
    keys = list[tuple[float, Camera]]()
    given = list(texts)
    for text in given:
        camera = _from_text(text, frame)
        moment = json.loads(text).get("t", None if len(given) > 1 else 0.0)
        if isinstance(moment, bool) or not isinstance(moment, int | float):
            raise BudaiError('Of several cameras each needs its moment. Add "t": a number from 0 to 1.')
        keys.append((float(moment), camera))
    path = CameraPath(tuple(sorted(keys, key=lambda key: key[0])))
    return path_from_numbers(path.numbers(), path.is_parallel)


def _from_text(text: str, frame: Frame) -> Camera:
    camera = camera_from(text, frame)
    if camera is None:
        said = text if len(text) < 60 else f"{text[:57]}…"
        remedy = "Copy one in a view with Ctrl+C, or give it as JSON with position, focus and up."
        raise BudaiError(f"{said} is no camera. {remedy}")
    return camera
