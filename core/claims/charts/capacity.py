"""How many pieces a network has, and how many it could have at most."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.base.progress import Progress, Work
from core.claims.card import Card, Knobs, Verdict, judged, number_field
from core.claims.figure import Figure, Panel, Path, Points
from core.relu.capacity import log10_bound_dimension, log10_bound_theorem
from core.relu.relu_map import ReluMap


@dataclass(frozen=True)
class CapacityKnobs(Knobs):
    """Knobs of the card."""

    networks: int = number_field(100, "Networks", 1, 1000, "How many random ones are tried.")
    most_width: int = number_field(12, "Most units", 1, 64, "Of a hidden layer.")
    most_depth: int = number_field(3, "Most layers", 1, 5, "Hidden layers.")
    half: float = number_field(4.0, "Window", 0.1, 100.0, "Half the side of the square in which pieces are counted.")


def random_network(rng: np.random.Generator, most_width: int, most_depth: int) -> ReluMap:
    """Return a random ReLU network from the plane to space."""
    hidden = rng.integers(1, most_width + 1, rng.integers(1, most_depth + 1))
    widths = (2, *hidden.tolist(), 3)
    sizes = list(pairwise(widths))
    return ReluMap(
        [rng.normal(size=(b, a)) * np.sqrt(2.0 / a) for a, b in sizes], [0.5 * rng.normal(size=b) for _, b in sizes]
    )


def _run(options: CapacityKnobs) -> Work[Verdict]:
    from core.relu.decomposition import decompose  # its kernels take long to import

    rng, rows = np.random.default_rng(0), list[tuple[float, float, float]]()
    square = options.half * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    for k in range(options.networks):
        network = random_network(rng, options.most_width, options.most_depth)
        cells = decompose(network, square, with_maps=False).n_cells
        rows.append(
            (float(np.log10(cells)), log10_bound_dimension(network.widths), log10_bound_theorem(network.widths))
        )
        yield Progress((k + 1) / options.networks, f"Network {k + 1}")
    measured, dimension, theorem = np.array(sorted(rows, key=lambda row: row[1])).T
    order = 1.0 + np.arange(len(measured))
    gap = np.minimum(dimension - measured, theorem - dimension).min()
    kept = int(((measured <= dimension + 1e-9) & (dimension <= theorem + 1e-9)).sum())
    lines = ((measured, "a", "counted"), (dimension, "b", "bound by dimension"), (theorem, "c", "theorem 4.5"))
    marks = [Path(np.column_stack([order, 10.0**v]), c, name=name) for v, c, name in lines[1:]]
    panel = Panel(
        "Pieces of each network",
        (*marks, Points(np.column_stack([order, 10.0**measured]), "a", 5.0, "counted")),
        "network",
        "pieces",
        log_y=True,
    )
    figures = {"kept": kept, "least_gap_log10": gap, "most_pieces": 10.0 ** measured.max()}
    sentence = (
        f"For {kept} of {options.networks} random networks, pieces counted ≤ bound by dimension ≤ bound of theorem "
        f"4.5; the most pieces are {10 ** measured.max():,.0f}."
    )
    return judged(
        gap + 1e-9 if kept == options.networks else kept - options.networks, sentence, figures, Figure((panel,))
    )


CARD = Card(
    "The capacity of a network",
    "A network has no more linear pieces than a bound that knows the dimension of its input, which is below that of "
    "the paper's theorem.",
    "Lei, Luo, Yau and Gu 2018, Geometric Understanding of Deep Learning (arXiv 1805.10451), theorem 4.5",
    CapacityKnobs,
    _run,
)
