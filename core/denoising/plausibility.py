"""Whether noisy points can belong to a surface: size, distance, scatter."""

import numpy as np
from jaxtyping import Float64

FAR = 0.05
"""Points farther from the surface than this part of its diagonal are left out."""
REACH = 5.0
"""So many deviations noise may carry a point, whatever its level."""
FARTHEST = 0.15
"""Points of a file that are farther are left out however thick its noise looks: it may be another object."""

_OTHER_UNIT = 100.0
"""Ratio of the sizes of cloud and surface from which another unit is supposed."""
_OTHER_SHARE = 0.2
"""Part of the points that may be far away before another object is supposed."""
_OTHER_SCATTER = 2.5
"""Distance from the surface over the scatter of the cloud itself, from which another object is supposed."""
_NOTICEABLE = 0.003
"""Distance from the surface, over its diagonal, below which nobody asks."""


_OTHER_SCALE = "another unit, it seems"
_NOT_ALIKE = "does not look like this surface"


def is_object_warning(text: str) -> bool:
    """Return whether a text is one that `object_warning` made."""
    return _NOT_ALIKE in text


def share(part: float) -> str:
    """Return a part as a percentage, however large."""
    return f"{100 * part:.3g} %" if part < 10.0 else f"{100 * part:,.0f} %"


def size_ratio(points: Float64[np.ndarray, "n 3"], vertices: Float64[np.ndarray, "m 3"]) -> float:
    """Return the size of a cloud over that of a surface, a few stray points disregarded."""
    sizes = [np.linalg.norm(np.diff(np.quantile(some, (0.01, 0.99), axis=0), axis=0)) for some in (points, vertices)]
    return float(sizes[0] / sizes[1])


def is_unit_warning(text: str) -> bool:
    """Return whether a text is one that `unit_warning` made."""
    return _OTHER_SCALE in text


def unit_warning(name: str, ratio: float) -> str | None:
    """Say that a cloud seems to have another unit; None where it does not."""
    if not ratio > 0.0 or 1.0 / _OTHER_UNIT < ratio < _OTHER_UNIT:
        return None
    factor = 10.0 ** -np.rint(np.log10(ratio))
    how = f"{ratio:,.0f} times as large as" if ratio > 1.0 else f"{1.0 / ratio:,.0f} times smaller than"
    return f"{name} is {how} the surface: {_OTHER_SCALE}. Scale it by {factor:g}."


def far_warning(name: str, n_far: int, n: int, limit_rel: float, farthest_rel: float) -> str | None:
    """Say how many points are left out for being farther than a limit; None where there is none."""
    if not n_far:
        return None
    return (
        f"{n_far:,} of {n:,} {name} are left out: they lie farther than {100 * limit_rel:.3g} % of the diagonal from "
        f"the decoded surface, the farthest {share(farthest_rel)}."
    )


def object_warning(name: str, far_share: float, distance_rel: float, scatter_rel: float) -> str | None:
    """Say that a cloud seems to belong to another object; None where it does not.

    Parameters
    ----------
    name : str
        Name of the cloud.
    far_share : float
        Part of its points that are left out.
    distance_rel : float
        Root mean square distance of the others from the decoded surface, over the diagonal.
    scatter_rel : float
        Thickness of the noise of the cloud itself, over the diagonal.
    """
    apart = distance_rel > max(_OTHER_SCATTER * scatter_rel, _NOTICEABLE)
    if not apart and far_share <= _OTHER_SHARE:
        return None
    return (
        f"{name} {_NOT_ALIKE}: {100 * far_share:.3g} % of its points are far away, and the others "
        f"lie {100 * distance_rel:.3g} % of the diagonal from it, though they scatter by only "
        f"{100 * scatter_rel:.3g} % about each other. "
        "A trained autoencoder knows one surface: choose a cloud of that one, in its position."
    )
