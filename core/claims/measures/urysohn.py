"""A Urysohn function: 0 on one surface, 1 on another, continuous everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Field, Figure, Panel, Path, Points
from core.geometry.teaching import torus


@dataclass(frozen=True)
class UrysohnKnobs(Knobs):
    """Knobs of the card."""

    gap: float = number_field(
        0.35, "Shift", -2.0, 3.0, "How far the second torus is moved: if they meet there is none."
    )
    thickness: float = number_field(0.2, "Thickness", 0.05, 0.6, "Radius of the tubes.")
    points: int = number_field(20_000, "Points", 100, 200_000, "Random points of space.")


def two_meshes(options: UrysohnKnobs) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices of two tori that are linked unless they are moved far."""
    first, _ = torus(96, 32, 0.7, options.thickness)
    second = first[:, [0, 2, 1]] * [1, -1, 1]
    return first - [0.35, 0.0, 0.0], second + np.array([options.gap, 0.0, 0.0])


def _run(options: UrysohnKnobs) -> Work[Verdict]:
    from scipy.spatial import cKDTree  # only where it is needed

    first, second = two_meshes(options)
    trees = [cKDTree(points) for points in (first, second)]
    apart = float(trees[0].query(second)[0].min())
    spacing = float(trees[0].query(first, k=2)[0][:, 1].max())
    yield Progress(0.3, "Distances")

    def urysohn(x: np.ndarray) -> np.ndarray:
        a, b = (tree.query(x)[0] for tree in trees)
        return a / np.maximum(a + b, 1e-300)

    on_first, on_second = float(np.abs(urysohn(first)).max()), float(np.abs(urysohn(second) - 1.0).max())
    rng = np.random.default_rng(0)
    x = rng.uniform(-1.6, 1.6, (options.points, 3))
    y = x + 1e-4 * rng.normal(size=x.shape)
    values = urysohn(x)
    steep = float((np.abs(urysohn(y) - values) / np.linalg.norm(y - x, axis=1)).max())
    bound = 1.0 / max(apart, 1e-300)
    yield Progress(0.8, "Picture")
    panels = _pictures(urysohn, first, second, values)
    figures = {"distance": apart, "on_first": on_first, "on_second": on_second, "steepest": steep, "bound": bound}
    margin = min(bound * (1 + 1e-6) - steep, 1e-12 - max(on_first, on_second), apart - spacing, float(values.min()))
    if apart <= spacing:
        sentence = f"The two surfaces meet (their vertices come within {apart:.3g}): no continuous function parts them."
    else:
        sentence = (
            f"The function is 0 on the first and 1 on the second surface to {max(on_first, on_second):.1g}, and "
            f"nowhere steeper than {steep:.3g} (one over their distance: {bound:.3g})."
        )
    return judged(margin, sentence, figures, Figure(panels))


def _pictures(
    urysohn: Callable[[np.ndarray], np.ndarray], first: np.ndarray, second: np.ndarray, values: np.ndarray
) -> tuple[Panel, ...]:
    """Return a section through both surfaces, and how often each value occurs."""
    along = np.linspace(-1.6, 1.6, 48)
    u, v = np.meshgrid(along, along)
    section = urysohn(np.stack([u.ravel(), v.ravel(), np.zeros(u.size)], 1)).reshape(48, 48)
    near = [points[np.abs(points[:, 2]) < 0.06][:, :2] for points in (first, second)]
    dots = tuple(Points(points, color, 3.0) for points, color in zip(near, "ab", strict=True))
    counts, edges = np.histogram(values, 40, (0.0, 1.0))
    curve = Path(np.column_stack([0.5 * (edges[1:] + edges[:-1]), counts / counts.sum()]), "a")
    return (
        Panel("Section through both surfaces", (Field(2.0 * section - 1.0, (-1.6, 1.6, -1.6, 1.6)), *dots), equal=True),
        Panel("How often each value occurs", (curve,), "value"),
    )


CARD = Card(
    "A Urysohn function",
    "Between two surfaces that do not meet there is a continuous function, 0 on the one and 1 on the other: d(x, A) / "
    "(d(x, A) + d(x, B)), nowhere steeper than one over their distance.",
    "Urysohn 1925, Über die Mächtigkeit der zusammenhängenden Mengen; Munkres 2000, Topology, section 33",
    UrysohnKnobs,
    _run,
)
