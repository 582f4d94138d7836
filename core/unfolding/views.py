"""Which three directions of each layer are seen."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float64

from core.geometry.principal import principal_plane
from core.unfolding.frames import turn_of
from core.unfolding.picture_path import aligned, stillest

View = Float64[np.ndarray, "3 _"]


def first_view(values: Float64[np.ndarray, "n m"]) -> View:
    """Return the view of the input: itself up to three coordinates, else those in which it spreads most."""
    m = values.shape[1]
    return np.eye(3, m) if m <= 3 else principal_view(values)


def principal_view(values: Float64[np.ndarray, "n m"]) -> View:
    """Return the three directions, of more than three, in which values spread most, each toward its largest entry."""
    found = principal_plane(values, 3)[1]
    view = np.zeros((3, values.shape[1]))
    largest = np.take_along_axis(found, np.abs(found).argmax(1)[:, None], 1)
    view[: len(found)] = found * np.sign(largest)
    if len(found) < 3:  # fewer points than directions: any others show nothing more
        rest = np.linalg.svd(found, full_matrices=True)[2][len(found) :]
        view[len(found) :] = rest[: 3 - len(found)]
    return view


def next_view(
    former: View,
    before: Float64[np.ndarray, "n m"],
    matrix: Float64[np.ndarray, "k m"],
    after: Float64[np.ndarray, "n k"],
    projection: str,
) -> View:
    """Return the view of a layer, turned so that its picture lies near that of the one before.

    Parameters
    ----------
    former : (3, m) float64 array
        The view of the layer before.
    before, after : (n, m), (n, k) float64 array
        Values of both layers.
    matrix : (k, m) float64 array
        Of the step between them.
    projection : "still" or "pca"
        How more than three values are seen.
    """
    k = len(matrix)
    if k == matrix.shape[1] <= 3 and np.linalg.det(matrix) > 0.0:
        return former  # seen whole, and the matrix itself moves it
    picture = (before - before.mean(0)) @ former.T
    centred = after - after.mean(0)
    if k > 3 and projection == "still":
        return stillest(picture, centred)
    return aligned(picture, centred, np.eye(3, k) if k <= 3 else principal_view(after))


def ending_in(views: Sequence[View], wanted: View, code: int) -> list[View]:
    """Return views whose last is a wanted one, from the code on turned little by little toward it.

    Parameters
    ----------
    views : sequence of (3, m) float64 arrays
        Those of all layers, each near the one before.
    wanted : (3, m) float64 array
        Shows the same values as the last of them, or nearly.
    code : int
        Place of the code: views up to it stay. Where it is seen as a plane, a mirror takes place there, unseen.
    """
    rotation = wanted @ np.linalg.pinv(views[-1])
    left, _, right = np.linalg.svd(rotation)
    rotation = left @ right
    mirror = np.eye(3)
    if np.linalg.det(rotation) < 0.0:
        normal = np.linalg.svd(views[code])[0][:, -1]
        mirror -= 2.0 * np.outer(normal, normal)
    turn = turn_of(rotation @ mirror)
    steps = len(views) - 1 - code
    turned = [turn((k + 1) / steps) @ mirror @ view for k, view in enumerate(views[code + 1 :])]
    return [*views[: code + 1], *turned[:-1], np.asarray(wanted)]
