"""What a geometry is: that which its group keeps."""

from dataclasses import dataclass

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, choice_field, judged, number_field
from core.claims.figure import Bars, Figure, Panel, Path

TOLERANCE = 1e-9
KEPT = {
    "rigid": ("length", "angle", "area", "parallel", "ratio", "cross-ratio"),
    "affine": ("parallel", "ratio", "cross-ratio"),
    "projective": ("cross-ratio",),
}
"""What each group keeps, by Klein's table."""


@dataclass(frozen=True)
class ErlangenKnobs(Knobs):
    """Knobs of the card."""

    group: str = choice_field("affine", "Drawn", ("rigid", "affine", "projective"), "Whose picture is shown.")
    elements: int = number_field(50, "Elements", 1, 1000, "Random elements of each group.")
    strength: float = number_field(0.3, "Strength", 0.0, 0.6, "How far affine and projective maps are from rigid ones.")


def element(group: str, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Return a random element of a group of the plane as a (3, 3) matrix."""
    turn = rng.uniform(0.0, 2.0 * np.pi)
    matrix = np.eye(3)
    matrix[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    matrix[:2, 2] = rng.uniform(-1.0, 1.0, 2)
    if group != "rigid":
        matrix[:2, :2] = matrix[:2, :2] @ (np.eye(2) + strength * rng.uniform(0.3, 1.0, (2, 2)) * [[1, 1], [-1, 1]])
    if group == "projective":
        matrix[2, :2] = strength * rng.uniform(0.3, 1.0, 2)
    return matrix


def moved(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Return (n, 2) points moved by a matrix of the projective plane."""
    image = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return image[:, :2] / image[:, 2:]


_SQUARE = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
_ON_A_LINE = np.array([[-0.6, -0.2], [-0.2, -0.1], [0.1, -0.025], [0.6, 0.1]])


def quantities(square: np.ndarray, line: np.ndarray) -> dict[str, float]:
    """Return what is measured of four corners and of four points of a line."""
    a, b, c, d = square
    u, v, w = b - a, d - a, c - d
    steps = np.linalg.norm(line - line[0], axis=1)
    p, q, r = steps[1:]

    def cross(x: np.ndarray, y: np.ndarray) -> float:
        return float(x[0] * y[1] - x[1] * y[0])

    return {
        "length": float(np.linalg.norm(u)),
        "angle": float(np.arccos(np.clip(u @ v / np.linalg.norm(u) / np.linalg.norm(v), -1.0, 1.0))),
        "area": 0.5 * abs(cross(c - a, d - b)),
        "parallel": float(abs(cross(u, w)) / np.linalg.norm(u) / np.linalg.norm(w)),
        "ratio": float(p / r),
        "cross-ratio": float(q / (q - p) * (r - p) / r),
    }


def _run(options: ErlangenKnobs) -> Work[Verdict]:
    rng, before = np.random.default_rng(0), quantities(_SQUARE, _ON_A_LINE)
    kept, changed, table = 0.0, np.inf, dict[str, float]()
    for k, group in enumerate(KEPT):
        worst = dict.fromkeys(before, 0.0)
        for _ in range(options.elements):
            matrix = element(group, options.strength, rng)
            after = quantities(moved(_SQUARE, matrix), moved(_ON_A_LINE, matrix))
            worst = {name: max(worst[name], abs(after[name] - before[name])) for name in before}
        for name, value in worst.items():
            table[f"{group}_{name}"] = value
            if name in KEPT[group]:
                kept = max(kept, value)
            else:
                changed = min(changed, value)
        yield Progress((k + 1) / 3, group.capitalize())
    panels = [_grid(options)]
    for group in KEPT:
        values = np.array([max(table[f"{group}_{name}"], 1e-17) for name in before])
        colors = ["ok" if value < TOLERANCE else "bad" for value in values]
        panels.append(Panel(f"Change under {group} maps", (Bars(values, colors, [n[:6] for n in before]),), log_y=True))
    sentence = (
        f"What should be kept changes by at most {kept:.2g}, what should not by at least {changed:.2g}: rigid maps "
        "keep length, angle and area, affine ones parallels and ratios on a line, projective ones the cross-ratio "
        "alone."
    )
    margin = float(np.log10(TOLERANCE / max(kept, 1e-300))) if kept > TOLERANCE else changed - 1e-3
    return judged(margin, sentence, table | {"kept": kept, "changed": changed}, Figure(tuple(panels)))


def _grid(options: ErlangenKnobs) -> Panel:
    """Return a panel of a grid moved by one element of the chosen group."""
    matrix, lines = element(options.group, options.strength, np.random.default_rng(3)), list[np.ndarray]()
    for c in np.linspace(-0.5, 0.5, 9):
        for line in ([[c, -0.5], [c, 0.5]], [[-0.5, c], [0.5, c]]):
            lines += [moved(np.array(line), matrix), np.full((1, 2), np.nan)]
    return Panel(f"A square under one {options.group} map", (Path(np.concatenate(lines), "a", 1.2),), equal=True)


CARD = Card(
    "The Erlangen table",
    "Rigid maps keep lengths, angles and areas; affine maps keep parallels and ratios on a line but no angles; "
    "projective maps keep the cross-ratio alone.",
    "Klein 1872, Erlanger Programm; Bronstein et al. 2021 (arXiv 2104.13478), preface",
    ErlangenKnobs,
    _run,
)
