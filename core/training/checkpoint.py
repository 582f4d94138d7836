"""The state of a training, kept now and then so that a lost run can go on."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Float64

from core.base.arrays import frozen
from core.base.errors import TrainingError
from core.charts.atlas import Cover
from core.data.surface import Surface
from core.data.topology import counted
from core.training.options import PARTS, TrainingOptions


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The last good state of a training.

    Parameters
    ----------
    surface : str
        Fingerprint of the surface, from `fingerprint`.
    options : TrainingOptions
        What was asked for.
    weights : tuple of float32 arrays
        Weights and biases of the encoder, then of the decoder, in the pose of the training: all matrices of a network
        before its biases. Of an atlas those of all charts, stacked.
    target : (n, 2) float64 array or None
        The guiding chart; of an atlas those of all charts, one behind the other.
    schedule : tuple of int
        Steps of the parts of the schedule that are done.
    steps : int
        Steps taken.
    seconds : float
        Time worked.
    chart_seconds : float or None
        Part of it that the chart took.
    curves : (k, 6) float64 array
        Rows of the curves so far.
    focus : (f,) bool array or None
        For a training that goes on from another: the faces it prefers; of an atlas those of all charts, one behind the
        other.
    ended : "finished", "stopped" or "diverged"
        Why it ended, where it has; "finished" as well while it goes on, until all parts of the schedule are done.
    cover : Cover or None
        The patches of an atlas; None for one chart.
    preparation : mapping
        How these were made, as JSON: what a project file says of it beside the patches.
    """

    surface: str
    options: TrainingOptions
    weights: tuple[Float32[np.ndarray, "..."], ...]
    target: Float64[np.ndarray, "n 2"] | None
    schedule: tuple[int, ...]
    steps: int
    seconds: float
    chart_seconds: float | None
    curves: Float64[np.ndarray, "k 6"]
    focus: Bool[np.ndarray, " f"] | None = None
    ended: str = "finished"
    cover: Cover | None = None
    preparation: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "weights", tuple(frozen(array, np.float32, (None,) * array.ndim) for array in self.weights))
        if self.target is not None:
            set_(self, "target", frozen(self.target, np.float64, (None, 2)))
        if self.focus is not None:
            set_(self, "focus", frozen(self.focus, np.bool_, (None,)))
        set_(self, "curves", frozen(self.curves, np.float64, (None, 6)))

    def check(self, surface: Surface, cover: Cover | None = None) -> None:
        """Refuse to go on with another surface, or with other charts.

        Raises
        ------
        TrainingError
            If this is the state of a training on another surface, or of other patches of it.
        """
        if fingerprint(surface) != self.surface:
            raise TrainingError(
                f"The kept state, of {self.seconds:.0f} s of training, belongs to another surface. "
                "Open that surface, or begin anew."
            )
        if not same_cover(cover, self.cover):
            raise TrainingError(
                f"The kept state, of {self.seconds:.0f} s of training, belongs to {_charts(self.cover)}, and the "
                f"surface is covered by {_charts(cover)}. Prepare the surface as it was, or begin anew."
            )

    @property
    def resumed(self) -> str:
        """What is said where a training goes on from it."""
        all_done = self.ended != "finished" or len(self.schedule) == PARTS
        steps = "all its steps were done" if all_done else "its steps do not repeat this run"
        return f"Resumed after {self.seconds:.0f} s: {steps}."


def fingerprint(surface: Surface) -> str:
    """Return a text that is the same for equal vertices and faces alone."""
    found = hashlib.sha256(surface.vertices.tobytes())
    found.update(surface.faces.tobytes())
    return found.hexdigest()[:32]


def same_cover(one: Cover | None, other: Cover | None) -> bool:
    """Tell whether two covers of a surface have the same patches; None: one chart."""
    if one is None or other is None or one is other:
        return one is other
    if len(one) != len(other) or not np.array_equal(one.face_chart, other.face_chart):
        return False
    return all(
        np.array_equal(a.vertices, b.vertices) and np.array_equal(a.corners, b.corners)
        for a, b in zip(one.patches, other.patches, strict=True)
    )


def _charts(cover: Cover | None) -> str:
    return "one chart" if cover is None else f"{counted(len(cover), 'chart')} of an atlas"
