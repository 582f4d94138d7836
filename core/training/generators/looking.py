"""What a model that is watched thinks of places: its discriminator, gradients, field and exact cells."""

import numpy as np
import torch
from jaxtyping import Float64, Int64, UInt8
from torch import Tensor

from core.base.errors import BudaiError
from core.relu.decomposition import decompose, disk_polygon
from core.relu.relu_map import ReluMap
from core.training.generators.cloud import Box, Look, box_of
from core.training.generators.networks import Plain
from core.training.generators.plane import Plane, plane_of
from core.training.generators.trained import Trained

_GRID = 48
_FIELD = 18
"""Points along a side of the map of ratings, and of the field."""
_ARROWS = 150
_LONGEST = 0.09
"""Length of the longest arrows but one in twenty, relative to the box."""
NOISE_RADIUS = 3.0
"""Cells are those within this radius of the noise, where 98.9 % of it lies."""
_MOST_CELLS = 200_000
_PICTURE = 480
_STRENGTHS = (255, 120, 60)
"""Side of the pictures of cells, and how strong the edges of each layer are; rims, of no layer, count as the last."""

_Cells = tuple[UInt8[np.ndarray, "s s"] | None, UInt8[np.ndarray, "s s"] | None, int]


def look_of(
    trained: Trained, real: Float64[np.ndarray, "m d"], fake: Float64[np.ndarray, "n d"], with_cells: bool
) -> Look:
    """Return what a model thinks of places.

    Parameters
    ----------
    trained : Trained
        The model as it is.
    real, fake : (m, d), (n, d) float64 arrays
        Points of the sample, and drawn ones.
    with_cells : bool
        Whether the cells of its generator are wanted, which takes a tenth of a second.
    """
    model, plane = trained.model, plane_of(real)
    box = box_of(plane.places(real))
    is_flat = real.shape[1] == 2
    grid = _grid(box, _GRID)
    with torch.no_grad():
        rating = model.rating(trained.normalized(grid)) if is_flat else None
        judged = [model.rating(trained.normalized(points)) for points in (real, fake)]
    accuracy = _accuracy(judged[0], judged[1]) if model.rates == "discriminator" else np.nan
    loss, gradients = _gradients(trained, fake, real)
    roots, arrows = np.zeros((0, 2)), np.zeros((0, 2))
    if gradients is not None:
        roots, arrows = plane.places(fake[:_ARROWS]), -plane.directions(gradients[:_ARROWS])
    elif is_flat:
        roots, arrows = _field(trained, _grid(box, _FIELD))
    network = model.noise_network
    nothing: _Cells = (None, None, 0)
    found = _cells(trained, network, plane, box) if with_cells and network is not None else nothing
    return Look(
        rates=model.rates if rating is not None else "",
        box=box,
        rating=None if rating is None else _told(trained, rating),
        roots=roots,
        arrows=_scaled(arrows, box),
        is_gradient=gradients is not None,
        generator_loss=loss,
        gradient=float("nan") if gradients is None else float(np.linalg.norm(gradients, axis=1).mean()),
        accuracy=float(accuracy),
        cells=found[0],
        noise_cells=found[1],
        n_cells=found[2],
    )


def _grid(box: Box, side: int) -> Float64[np.ndarray, "n 2"]:
    """Return the middles of equal squares of a box, row by row from the lowest."""
    at = (np.arange(side) + 0.5) / side
    x, y = box[0] + at * (box[1] - box[0]), box[2] + at * (box[3] - box[2])
    return np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)


def _told(trained: Trained, rating: Tensor) -> Float64[np.ndarray, "r c"]:
    """Return ratings of the grid in input units."""
    values = np.asarray(rating.numpy(), np.float64).reshape(_GRID, _GRID)
    return values - 2.0 * np.log(trained.scale) if trained.model.rates == "density" else values


def _accuracy(real: Tensor | None, fake: Tensor | None) -> float:
    """Return the share of points that a discriminator tells right, real and drawn ones counting alike."""
    if real is None or fake is None:
        return float("nan")
    return 0.5 * (float((real > 0).double().mean()) + float((fake < 0).double().mean()))


def _gradients(
    trained: Trained, fake: Float64[np.ndarray, "n d"], real: Float64[np.ndarray, "m d"]
) -> tuple[float, Float64[np.ndarray, "n d"] | None]:
    """Return the mean of the generator's loss at drawn points, and its gradient at each, in normalized units."""
    points = trained.normalized(fake).requires_grad_()
    loss = trained.model.generator_loss(points, trained.normalized(real[np.arange(len(fake)) % len(real)]))
    if loss is None:
        return float("nan"), None
    (gradient,) = torch.autograd.grad(loss.sum(), points)
    return float(loss.detach().mean()), np.asarray(gradient.numpy(), np.float64)


def _field(trained: Trained, grid: Float64[np.ndarray, "n 2"]) -> tuple[np.ndarray, np.ndarray]:
    """Return points of a grid and where the field of a model carries them; none where it has no field."""
    with torch.no_grad():
        found = trained.model.direction(trained.normalized(grid))
    if found is None:
        return np.zeros((0, 2)), np.zeros((0, 2))
    return grid, np.asarray(found.numpy(), np.float64)


def _scaled(arrows: Float64[np.ndarray, "k 2"], box: Box) -> Float64[np.ndarray, "k 2"]:
    """Return arrows with lengths that can be seen: all by one factor, none longer than those."""
    length = np.linalg.norm(arrows, axis=1)
    most = float(np.quantile(length, 0.95)) if len(length) else 0.0
    if not np.isfinite(most) or most <= 0.0:
        return np.zeros_like(arrows)
    factor = np.minimum(1.0, most / np.maximum(length, 1e-300)) / most
    return arrows * (factor * _LONGEST * (box[1] - box[0]))[:, None]


def _cells(trained: Trained, network: Plain, plane: Plane, box: Box) -> _Cells:
    """Return pictures of the cells of a generator among the points and in the noise, and how many cells there are."""
    layers = network.linear_layers()
    matrices = [np.asarray(one.weight.detach().numpy(), np.float64) for one in layers]
    offsets = [np.asarray(one.bias.detach().numpy(), np.float64) for one in layers]
    made = ReluMap(matrices, offsets)
    try:
        found = decompose(made, NOISE_RADIUS * disk_polygon(96), max_cells=_MOST_CELLS, with_maps=False)
    except BudaiError:
        return None, None, 0  # too many to be seen
    ends = np.cumsum(made.widths[1:-1])
    layer = np.searchsorted(ends, found.edge_unit, side="right")
    layer = np.where(found.edge_unit < 0, len(ends), layer)
    images = plane.places(made(found.vertices) * trained.scale + trained.centre)
    noise_box = (-NOISE_RADIUS, NOISE_RADIUS, -NOISE_RADIUS, NOISE_RADIUS)
    return (
        edge_picture(images[found.edges], layer, box),
        edge_picture(found.vertices[found.edges], layer, noise_box),
        found.n_cells,
    )


def edge_picture(
    edges: Float64[np.ndarray, "m 2 2"], layer: Int64[np.ndarray, " m"], box: Box
) -> UInt8[np.ndarray, "s s"]:
    """Return a picture of edges in a box, the first row the lowest, those of the first layer the strongest."""
    left, right, low, high = box
    picture = np.zeros((_PICTURE, _PICTURE), np.uint8)
    at = (edges - [left, low]) / [right - left, high - low] * _PICTURE
    seen = (at.max(1) >= 0.0).all(1) & (at.min(1) < _PICTURE).all(1)
    for k in range(min(int(layer.max(initial=0)), len(_STRENGTHS) - 1), -1, -1):
        chosen = at[seen & (layer == k)]
        n = np.minimum(np.ceil(np.abs(chosen[:, 1] - chosen[:, 0]).max(1)).astype(np.int64), 4 * _PICTURE) + 1
        edge = np.repeat(np.arange(len(chosen)), n)
        share = (np.arange(len(edge)) - np.repeat(np.cumsum(n) - n, n)) / np.maximum(n - 1, 1)[edge]
        place = chosen[edge, 0] + share[:, None] * (chosen[edge, 1] - chosen[edge, 0])
        place = np.floor(place + 1e-6).astype(np.int64)  # a whole number less rounding is that number
        place = place[((place >= 0) & (place < _PICTURE)).all(1)]
        picture[place[:, 1], place[:, 0]] = _STRENGTHS[k]
    return picture
