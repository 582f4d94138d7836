"""What a fold is: a triangle that is turned over, and points that are covered more than once."""

from dataclasses import dataclass, field

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Panel, Path, Points
from core.geometry.teaching import disk_grid


@dataclass(frozen=True)
class FoldKnobs(Knobs):
    """Knobs of the card."""

    push: float = number_field(0.9, "Push", 0.0, 2.0, "How far the middle is pushed aside.", slider=(0.0, 1.5))
    rings: int = number_field(8, "Rings", 3, 30, "Of triangles in the disk.")
    points: int = number_field(3000, "Points", 10, 50_000, "Random points of the disk at which sheets are counted.")
    hold: bool = field(
        default=True, metadata={"label": "Hold the border", "tooltip": "Whether the border of the disk stays in place."}
    )


def pushed(points: np.ndarray, push: float, hold: bool) -> np.ndarray:
    """Return points of the disk, those in the middle pushed to the right; the border stays where it is held."""
    square = (points**2).sum(1)
    share = np.exp(-square / 0.12) * ((1.0 - square) if hold else 1.0)
    moved = points + push * share[:, None] * np.array([1.0, 0.0])
    return moved if hold else moved * np.where(points[:, :1] > 0, 1.0, -0.4)


def areas(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return the signed areas of triangles of the plane."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    return 0.5 * ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])


def sheets(points: np.ndarray, faces: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many triangles lie over each of some places, counted, and counted with their orientation."""
    sides = list[np.ndarray]()
    for k in range(3):
        a, b = points[faces[:, k]], points[faces[:, (k + 1) % 3]]
        edge, apart = b - a, at[:, None] - a[None]
        sides.append(edge[None, :, 0] * apart[..., 1] - edge[None, :, 1] * apart[..., 0])
    inside = (np.min(sides, 0) > 0) | (np.max(sides, 0) < 0)
    return inside.sum(1), (inside * np.sign(areas(points, faces))).sum(1).astype(int)


def _run(options: FoldKnobs) -> Work[Verdict]:
    points, faces = disk_grid(options.rings)
    image = pushed(points, options.push, options.hold)
    flipped = areas(image, faces) < 0
    rng = np.random.default_rng(0)
    radius, turn = 0.98 * np.sqrt(rng.uniform(0.0, 0.95, options.points)), rng.uniform(0.0, 2.0 * np.pi, options.points)
    at = np.stack([radius * np.cos(turn), radius * np.sin(turn)], 1)
    counted, signed = np.empty(options.points, int), np.empty(options.points, int)
    for start in range(0, options.points, 500):
        part = slice(start, start + 500)
        counted[part], signed[part] = sheets(image, faces, at[part])
        yield Progress((start + 500) / options.points, "Counting sheets")
    many = counted > 1
    panels = (
        Panel(
            f"Pushed aside: {int(flipped.sum())} triangles turned over",
            (_edges(image, faces, "faint"), _edges(image, faces[flipped], "bad")),
            equal=True,
        ),
        Panel("The chart before", (_edges(points, faces, "faint"),), equal=True),
        Panel(
            "Points under more than one sheet",
            (Points(at[~many], "faint", 2.5, "one"), Points(at[many], "bad", 3.0, "more")),
            equal=True,
        ),
    )
    figures = {"flipped": flipped.sum(), "covered_twice": many.sum(), "most_sheets": counted.max()}
    figures |= {"wrong_degree": (signed != 1).sum()}
    sentence = (
        f"{int(flipped.sum())} of {len(faces):,} triangles are turned over, and {int(many.sum()):,} of "
        f"{options.points:,} points lie under up to {counted.max()} sheets; with orientation there is one "
        f"sheet over all but {int((signed != 1).sum()):,}."
    )
    agrees = bool(flipped.any()) == bool(many.any())
    return judged(-float((signed != 1).sum()) if agrees else -1.0, sentence, figures, Figure(panels))


def _edges(points: np.ndarray, faces: np.ndarray, color: str) -> Path:
    """Return the edges of some triangles as one path."""
    corners = points[faces[:, [0, 1, 2, 0]]]
    gaps = np.full((len(faces), 1, 2), np.nan)
    return Path(np.concatenate([corners, gaps], 1).reshape(-1, 2), color, 1.0 if color == "faint" else 1.5)


CARD = Card(
    "What is a fold?",
    "A chart whose border stays in place covers every point once, counted with orientation; it covers some point more "
    "than once exactly where it turns triangles over.",
    "Brouwer 1911, Über Abbildung von Mannigfaltigkeiten (degree); Lipman 2014, Bijective Mappings of Meshes",
    FoldKnobs,
    _run,
)
