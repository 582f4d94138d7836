"""What training tells on the way and gives at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from jaxtyping import Float32, Float64, Int64

from core.base.arrays import frozen
from core.charts.autoencoder import Autoencoder
from core.charts.detail_figures import DetailFigures
from core.evaluation.certificate import Certificate
from core.relu.relu_map import ReluMap
from core.training.options import TrainingOptions


@dataclass(frozen=True, eq=False)
class TrainingStep:
    """The state of a training at one moment.

    Parameters
    ----------
    step : int
        Steps taken so far.
    seconds : float
        Time worked so far, in seconds; pauses do not count.
    loss : float
        Value of the loss on recent batches; NaN before the first step.
    rmse_rel : float or None
        Running estimate of the root mean square distance between x and decode(encode(x)), over the diagonal.
    chamfer_rel : float or None
        Rough Chamfer distance: mean distance of some 2,000 points of the reconstruction from the surface, over the
        diagonal. Told every few seconds.
    flipped_triangles : int or None
        Faces whose codes are not oriented as the majority. Told every few seconds.
    codes : (n, d) float32 array or None
        Codes of the vertices or rows, in latent units (in guided mode before the first step: the guiding chart).
    reconstruction : (n, D) float32 array or None
        Reconstructed vertices or rows, in input units.
    detailed : (n, 3) float32 array or None
        The same with a detail layer that was fitted a while ago, while it still brings it nearer to the surface.
    decoder : ReluMap or None
        The decoder as it stands; told with the codes.
    advised_seconds : float or None
        Time to ask for instead, in seconds, where that which was asked for holds too few steps.
    chart_codes : tuple of (n, 2) float32 arrays
        Codes of the vertices of each chart of an atlas; told with its reconstruction, which is welded.
    """

    step: int
    seconds: float
    loss: float
    rmse_rel: float | None = None
    chamfer_rel: float | None = None
    flipped_triangles: int | None = None
    codes: Float32[np.ndarray, "n d"] | None = None
    reconstruction: Float32[np.ndarray, "n D"] | None = None
    detailed: Float32[np.ndarray, "n 3"] | None = None
    decoder: ReluMap | None = None
    advised_seconds: float | None = None
    chart_codes: tuple[Float32[np.ndarray, "_ 2"], ...] = ()


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """A trained autoencoder and its evidence.

    Parameters
    ----------
    autoencoder : Autoencoder
        The networks, every number exactly representable in float32.
    codes : (n, d) float64 array
        Codes of the vertices of the surface, or of the rows of a table, all in the closed unit ball.
    target : (n, 2) float64 array or None
        The disk chart that guided the training; None where it was free.
    options : TrainingOptions
        What was asked for.
    device : str
        What computed: "cpu", "cuda" or "mps".
    seconds : float
        Time worked, chart, finishing and detail layer included, certificate and pauses not.
    steps : int
        Steps taken.
    certificate : Certificate
        The figures of this autoencoder.
    history : mapping of str to (k,) array
        Curves over the run: "step", "seconds", "loss", "rmse_rel", and with NaN where not measured "chamfer_rel" and
        "flipped_triangles".
    schedule : tuple of int
        Steps of each part of the schedule; as `TrainingOptions.steps` it gives the networks of this run again, unless
        the run was ended early or resumed or its device failed.
    ended : "finished", "short", "stopped" or "diverged"
        Why it ended. Short: with too few steps for a good result; after a divergence this is the last good state.
    messages : tuple of str
        What the user should know of this run.
    detail : DetailFigures or None
        What is known of the detail layer; None where there is none.
    chart_seconds : float or None
        Time the guiding chart took, part of `seconds`; None where training was free.
    bad_faces : (k,) int64 array
        Faces that the encoder turns over, or of which it turns over a part, as far as the certificate has looked.
    precision : str
        Types of the numbers that the hidden layers were computed in.
    advised_seconds : float or None
        Time to ask for instead, in seconds, where that which was asked for held too few steps.
    """

    autoencoder: Autoencoder
    codes: Float64[np.ndarray, "n d"]
    target: Float64[np.ndarray, "n 2"] | None
    options: TrainingOptions
    device: str
    seconds: float
    steps: int
    certificate: Certificate
    history: Mapping[str, np.ndarray]
    schedule: tuple[int, ...] = ()
    ended: str = "finished"
    messages: tuple[str, ...] = field(default=())
    detail: DetailFigures | None = None
    chart_seconds: float | None = None
    bad_faces: Int64[np.ndarray, " k"] = field(default_factory=lambda: np.empty(0, np.int64))
    precision: str = "float32"
    advised_seconds: float | None = None

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "codes", frozen(self.codes, np.float64, (None, self.autoencoder.latent_dimension)))
        if self.target is not None:
            set_(self, "target", frozen(self.target, np.float64, self.codes.shape))
        set_(self, "bad_faces", frozen(self.bad_faces, np.int64, (None,)))
        curves = {name: frozen(curve, np.asarray(curve).dtype) for name, curve in self.history.items()}
        set_(self, "history", MappingProxyType(curves))

    def __getstate__(self) -> dict[str, object]:
        # A mapping proxy cannot travel between processes.
        return {**self.__dict__, "history": dict(self.history)}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()
