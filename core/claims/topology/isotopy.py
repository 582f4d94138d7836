"""A layer is the end of an ambient isotopy: its matrix is reached from the identity without a determinant of zero."""

from dataclasses import dataclass, field

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Panel, Path
from core.claims.linear import MatrixPath

_SHOWN = 40
_TIMES = np.linspace(0.0, 1.0, 33)


@dataclass(frozen=True)
class IsotopyKnobs(Knobs):
    """Knobs of the card."""

    matrices: int = number_field(1000, "Matrices", 1, 5000, "How many random ones are tried.")
    dimension: int = number_field(3, "Dimension", 2, 8, "Units in and out.")
    swap: bool = field(
        default=True,
        metadata={"label": "Swap two units", "tooltip": "Swap two units where the determinant is negative."},
    )


def _run(options: IsotopyKnobs) -> Work[Verdict]:
    rng = np.random.default_rng(0)
    least, swapped, curves = np.inf, 0, list[np.ndarray]()
    for k in range(options.matrices):
        matrix = rng.normal(size=(options.dimension, options.dimension))
        final = np.linalg.det(matrix)
        if final < 0 and options.swap:
            matrix[[0, 1]] = matrix[[1, 0]]
            swapped += 1
        if final < 0 and not options.swap:  # no path exists: the straight one shows where it breaks
            path = [(1.0 - t) * np.eye(options.dimension) + t * matrix for t in _TIMES]
        else:
            way = MatrixPath(matrix)
            path = [way(t) for t in _TIMES]
        values = np.linalg.det(np.array(path))
        # Relative to the determinant at the end, since a random matrix may be as near to a singular one as it likes.
        least = min(least, float(values.min() / min(1.0, abs(final))))
        if k < _SHOWN:
            curves += [np.column_stack([_TIMES, values]), np.full((1, 2), np.nan)]
        if k % 20 == 0:
            yield Progress(k / options.matrices, f"Matrix {k + 1:,}")
    zero = Path(np.array([[0.0, 0.0], [1.0, 0.0]]), "text", 1.0, True, "zero")
    panel = Panel(
        f"Determinant on the way, first {min(_SHOWN, options.matrices)}",
        (Path(np.concatenate(curves), "a", 1.0), zero),
        "t",
    )
    sentence = (
        f"On the ways to {options.matrices:,} random matrices, {swapped:,} of them with two units swapped, the "
        f"determinant never falls below {least:.3g} of the lesser of its two ends."
    )
    figures = {"least_determinant": least, "swapped": swapped}
    return judged(least - 1e-9, sentence, figures, Figure((panel,)))


CARD = Card(
    "Ambient isotopy",
    "The matrix of a layer, with two units swapped where its determinant is negative, is reached from the identity "
    "on a path of matrices that all have an inverse.",
    "Olah 2014, Neural Networks, Manifolds, and Topology, theorem on ambient isotopy",
    IsotopyKnobs,
    _run,
)
