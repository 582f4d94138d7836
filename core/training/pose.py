"""A surface as training sees it: the same one however it was scaled, moved, turned or numbered."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.data.surface import Surface
from core.geometry.normalization import Frame, unit_frame
from core.relu.relu_map import ReluMap
from core.training.numbering import Numbering, by_coordinates

_GRID = 2.0**-28
"""Coordinates are rounded to multiples of this: what rounding in float64 leaves of another scale or pose vanishes."""
_CLEAR = 1e-6
"""Relative difference of extents, or of sides, that tells them apart: far above rounding, far below what is seen."""


@dataclass(frozen=True, eq=False)
class Pose:
    """Where training sees a surface, and in which order.

    Parameters
    ----------
    frame : Frame
        From input to normalized space.
    axes : (3, 3) float64 array
        Principal axes of the surface in normalized space, in rows; a rotation.
    numbering : Numbering
        Order of vertices and faces.
    points : (n, 3) float64 array
        Vertices along these axes, in this order.
    """

    frame: Frame
    axes: Float64[np.ndarray, "3 3"]
    numbering: Numbering
    points: Float64[np.ndarray, "n 3"]

    def __post_init__(self) -> None:
        object.__setattr__(self, "axes", frozen(self.axes, np.float64, (3, 3)))
        object.__setattr__(self, "points", frozen(self.points, np.float64, (None, 3)))

    @property
    def surface(self) -> Surface:
        """The surface in this pose and order."""
        return Surface(self.points, self.numbering.corners)

    def encoder_outward(self, encoder: ReluMap) -> ReluMap:
        """Return an encoder as one from normalized space, every number rounded to float32."""
        return ReluMap((single(encoder.weights[0] @ self.axes), *encoder.weights[1:]), encoder.biases)

    def decoder_outward(self, decoder: ReluMap) -> ReluMap:
        """Return a decoder as one to normalized space, every number rounded to float32."""
        last, shift = self.axes.T @ decoder.weights[-1], decoder.biases[-1] @ self.axes
        return ReluMap((*decoder.weights[:-1], single(last)), (*decoder.biases[:-1], single(shift)))

    def outward(self, encoder: ReluMap, decoder: ReluMap) -> tuple[ReluMap, ReluMap]:
        """Return the same networks from and to normalized space, every number rounded to float32."""
        return self.encoder_outward(encoder), self.decoder_outward(decoder)

    def inward(self, encoder: ReluMap, decoder: ReluMap) -> tuple[ReluMap, ReluMap]:
        """Return networks from and to normalized space as training sees them: what `outward` undoes."""
        return replace(self, axes=self.axes.T).outward(encoder, decoder)


def pose_of(surface: Surface) -> Pose:
    """Return the pose in which a surface is trained.

    Notes
    -----
    Its principal axes, by area, become the coordinate axes, the shortest extent first, each pointing to where the
    surface reaches farther. Training takes the same steps then, number by number, whatever the scale, the pose and
    the numbering of a file. Where symmetry leaves a choice, a turned surface may be seen in another pose.
    """
    frame = unit_frame(surface)
    normal = Surface(frame.normalize(surface.vertices), surface.faces)
    axes = _principal_axes(normal)
    turned = np.round(normal.vertices @ axes.T / _GRID) * _GRID + 0.0  # and no -0
    lost = Surface(turned, surface.faces).face_areas == 0.0
    if (lost & (normal.face_areas > 0.0)).any():  # details finer than the grid
        turned = normal.vertices @ axes.T
    numbering = by_coordinates(turned, surface.faces)
    return Pose(frame, axes, numbering, turned[numbering.vertices])


def _principal_axes(surface: Surface) -> Float64[np.ndarray, "3 3"]:
    """Eigenvectors of the second moments by area, in rows, turned to where the third moments are positive.

    Where only rounding would decide, the axes as they are, or the direction in which most of an axis is positive.
    """
    corners, share = surface.corners, surface.face_areas / surface.area
    total = corners.sum(1)
    second = np.einsum("f,fki,fkj->ij", share, corners, corners) + np.einsum("f,fi,fj->ij", share, total, total)
    extents, axes = np.linalg.eigh(second)
    if np.diff(extents).min() < _CLEAR * extents[-1]:
        return np.eye(3)
    axes = axes.T
    third = share @ (total @ axes.T) ** 3
    most = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)[:, 0]
    axes = axes * np.sign(np.where(np.abs(third) > _CLEAR * extents[-1] ** 1.5, third, most))[:, None]
    axes[2] = np.cross(axes[0], axes[1])
    return axes


def single(array: np.ndarray) -> np.ndarray:
    """Return numbers rounded to float32, as float64."""
    return array.astype(np.float32).astype(np.float64)
