"""What is shown of a model while it learns, told without torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, UInt8

Box = tuple[float, float, float, float]
"""Left, right, lower and upper end of a rectangle."""
_ROOM = 0.2
"""Room about the sample, relative to its extent."""


@dataclass(frozen=True, eq=False)
class Look:
    """What a model thinks of places in the plane, or in the plane in which its points are seen (`plane_of`).

    Parameters
    ----------
    rates : str
        What `rating` is: of a "discriminator", a "critic" or a "density"; empty where there is none.
    box : tuple of float
        The rectangle that it covers.
    rating : (r, c) float64 array or None
        Log odds of the discriminator, values of the critic in units of the model, or logarithm of the density in
        input units; the first row is the lowest.
    roots, arrows : (k, 2) float64 arrays
        Where arrows begin, and how far they go: at drawn points against the gradient of the generator's loss, else
        along the field of the model.
    is_gradient : bool
        Whether they are gradients.
    generator_loss, gradient, accuracy : float
        Mean over drawn points of the generator's loss and of the length of its gradient there; share of points, real
        and drawn, that the discriminator tells right. No number where nobody plays against the generator.
    cells, noise_cells : (s, s) uint8 arrays or None
        Picture of the edges of the exact cells of the generator or decoder, in the box and in the square of the noise
        out to three deviations: the first row is the lowest, 255 an edge of the first layer, less those of later ones.
    n_cells : int
        How many cells there are within three deviations; 0 where they were not asked for, or are too many.
    """

    rates: str
    box: Box
    rating: Float64[np.ndarray, "r c"] | None
    roots: Float64[np.ndarray, "k 2"]
    arrows: Float64[np.ndarray, "k 2"]
    is_gradient: bool
    generator_loss: float
    gradient: float
    accuracy: float
    cells: UInt8[np.ndarray, "s s"] | None
    noise_cells: UInt8[np.ndarray, "s s"] | None
    n_cells: int


@dataclass(frozen=True, eq=False)
class Cloud:
    """What a model draws while it learns.

    Parameters
    ----------
    points : (n, d) float64 array
        In input units, from the same noise each time.
    step : int
        Steps so far.
    seconds : float
        Processor seconds so far.
    loss : float
        Of the last step.
    look : Look or None
        What it thinks of places, where it is watched.
    """

    points: Float64[np.ndarray, "n d"]
    step: int
    seconds: float
    loss: float
    look: Look | None = None


def box_of(sample: Float64[np.ndarray, "n d"]) -> Box:
    """Return the square about the first two coordinates of a sample."""
    low, high = sample[:, :2].min(0), sample[:, :2].max(0)
    middle, half = 0.5 * (low + high), (0.5 + _ROOM) * float((high - low).max())
    return (float(middle[0] - half), float(middle[0] + half), float(middle[1] - half), float(middle[1] + half))
