"""The state of a training, kept now and then so that a lost run can go on."""

import hashlib
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Float64

from core.base.arrays import frozen
from core.base.errors import TrainingError
from core.data.surface import Surface
from core.training.options import TrainingOptions


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
        before its biases.
    target : (n, 2) float64 array or None
        The guiding chart.
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
        For a training that goes on from another: the faces it prefers.
    ended : "finished", "stopped" or "diverged"
        Why it ended, where it has; "finished" as well while it goes on, until all parts of the schedule are done.
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

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "weights", tuple(frozen(array, np.float32, (None,) * array.ndim) for array in self.weights))
        if self.target is not None:
            set_(self, "target", frozen(self.target, np.float64, (None, 2)))
        if self.focus is not None:
            set_(self, "focus", frozen(self.focus, np.bool_, (None,)))
        set_(self, "curves", frozen(self.curves, np.float64, (None, 6)))

    def check(self, surface: Surface) -> None:
        """Refuse to go on with another surface.

        Raises
        ------
        TrainingError
            If this is the state of a training on another surface.
        """
        if fingerprint(surface) != self.surface:
            raise TrainingError(
                f"The kept state, of {self.seconds:.0f} s of training, belongs to another surface. "
                "Open that surface, or begin anew."
            )


def fingerprint(surface: Surface) -> str:
    """Return a text that is the same for equal vertices and faces alone."""
    found = hashlib.sha256(surface.vertices.tobytes())
    found.update(surface.faces.tobytes())
    return found.hexdigest()[:32]
