"""Embeddings of a table beside the codes of its autoencoder, distances between its classes, and its dimension."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float64

from core.base.arrays import frozen
from core.base.errors import BudaiError
from core.base.option_fields import seed_field
from core.base.progress import Progress, Work
from core.data.table import Table
from core.embedding.dimension import Dimension, intrinsic_dimension, local_dimension
from core.embedding.methods import METHODS, usual_methods
from core.embedding.neighbour_votes import knn_accuracy
from core.embedding.separability import Heads, heads, separability
from core.embedding.trust import looked_at, trust
from core.embedding.wasserstein import BUDGET, MOST_ROWS, cost_of_classes, wasserstein2, within

_MOST_LOCAL = 20_000
"""Rows up to which the dimension is told around each."""
AUTOENCODER = "autoencoder"
"""Name of the codes among the embeddings."""


@dataclass(frozen=True)
class ComparisonOptions:
    """What is compared.

    Parameters
    ----------
    methods : tuple of str
        Keys of `METHODS`.
    seed : int
        Start of all random choices.

    Raises
    ------
    BudaiError
        If a method is not known.
    """

    methods: tuple[str, ...] = field(default_factory=usual_methods, metadata={"label": "Methods", "hidden": True})
    seed: int = seed_field()

    def __post_init__(self) -> None:
        object.__setattr__(self, "methods", tuple(self.methods))
        unknown = set(self.methods) - set(METHODS)
        if unknown:
            raise BudaiError(f"Methods: {min(unknown)} is not known. Choose from {', '.join(METHODS)}.")


@dataclass(frozen=True)
class EmbeddingFigures:
    """What an embedding is worth.

    Parameters
    ----------
    trustworthiness, continuity : float or None
        How far it keeps neighbours; None where there are too few rows.
    knn5_accuracy : float or None
        Share of the rows not learned from that get their class from the five nearest points of the others.
    seconds : float
        Time it took; of the autoencoder its training.
    separability : float or None
        1 where straight cuts tell all classes, larger the less they do; None without classes.
    """

    trustworthiness: float | None
    continuity: float | None
    knn5_accuracy: float | None
    seconds: float
    separability: float | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Embeddings with their figures, distances between classes, and the intrinsic dimension.

    Parameters
    ----------
    options : ComparisonOptions
        What was asked for.
    points : mapping of str to (n, 2) float64 array
        Each embedding by its name; "autoencoder" are the codes, which may have more numbers.
    figures : mapping of str to EmbeddingFigures
        What each is worth.
    dimension : Dimension
        Of the rows.
    between : (k, k) float64 array or None
        W2 between the codes of each two classes, in increasing order of label; None without labels, or where there are
        too many.
    inside : tuple of float or None
        W2 between both halves of the codes of each class.
    seconds : float
        Time it took.
    messages : tuple of str
        What the user should know.
    heads : Heads or None
        What a softmax and what neighbours make of the features of a classifier; None without classes.
    local : (n,) float64 array or None
        Dimension around each row; None where there are too many rows.
    """

    options: ComparisonOptions
    points: Mapping[str, Float64[np.ndarray, "n d"]]
    figures: Mapping[str, EmbeddingFigures]
    dimension: Dimension
    between: Float64[np.ndarray, "k k"] | None = None
    inside: tuple[float | None, ...] = ()
    seconds: float = 0.0
    messages: tuple[str, ...] = ()
    heads: Heads | None = None
    local: Float64[np.ndarray, " n"] | None = None

    def __post_init__(self) -> None:
        points = {name: frozen(part, np.float64, (None, None)) for name, part in self.points.items()}
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "figures", dict(self.figures))

    @property
    def separated(self) -> tuple[int, int]:
        """How many pairs of classes are farther apart than either from itself, and how many pairs there are."""
        n = len(self.inside)
        pairs = 0 if self.between is None else n * (n - 1) // 2
        return pairs - len(self.not_separated), pairs

    @property
    def not_separated(self) -> list[tuple[int, int]]:
        """The pairs of classes that are no farther apart than one of them from itself."""
        if self.between is None:
            return []
        inside = np.array([np.nan if value is None else value for value in self.inside], float)
        close = np.triu(~(self.between > np.fmax(inside[:, None], inside)), 1)
        return [(int(a), int(b)) for a, b in np.argwhere(close)]

    def report(self) -> dict[str, Any]:
        """Return the figures as the part `table` of a report holds them."""
        dimension = asdict(self.dimension)
        return {
            "intrinsic_dimension": dimension | {"scales": [list(pair) for pair in self.dimension.scales]},
            "embeddings": {name: asdict(figures) for name, figures in self.figures.items()},
            "wasserstein2_classes": None if self.between is None else self.between.tolist(),
            "within_classes": None if self.between is None else list(self.inside),
            "separated_pairs": None if self.between is None else self.separated[0],
            "heads": None if self.heads is None else asdict(self.heads),
        }


def compare(
    table: Table,
    codes: Float64[np.ndarray, "n d"],
    learned: np.ndarray,
    seconds: float,
    options: ComparisonOptions,
) -> Work[Comparison]:
    """Embed a table by other methods, and measure them all alike.

    Parameters
    ----------
    table : Table
        The table.
    codes : (n, d) float64 array
        Codes of its rows.
    learned : (n,) bool array
        The rows that the autoencoder was trained on; the others vote on nothing.
    seconds : float
        Time that training took.
    options : ComparisonOptions
        Which methods.

    Raises
    ------
    BudaiError
        Nothing that a method cannot do ends it: that is told.
    """
    started, rows, n = time.perf_counter(), table.values, len(table.values)
    rng, messages = np.random.default_rng(options.seed), list[str]()
    points: dict[str, np.ndarray] = {}
    taken: dict[str, float] = {}
    for k, name in enumerate(options.methods):
        method = METHODS[name]
        yield Progress(0.6 * k / len(options.methods), f"Embedding by {method.title}")
        if n > method.most:
            messages.append(f"{method.title} is left out: it compares all rows with all, and there are {n:,}.")
            continue
        began = time.perf_counter()
        try:
            points[name], taken[name] = method.embed(rows, options.seed), 0.0
        except (ValueError, ArithmeticError, RuntimeError) as error:
            messages.append(f"{method.title} failed: {str(error).splitlines()[0]}.")
            continue
        taken[name] = time.perf_counter() - began
        if not np.isfinite(points[name]).all():
            del points[name]
            messages.append(f"{method.title} failed: it gave points that are no numbers.")
    points[AUTOENCODER], taken[AUTOENCODER] = codes, seconds
    chosen, figures = looked_at(n, rng), dict[str, EmbeddingFigures]()
    for k, (name, part) in enumerate(points.items()):
        yield Progress(0.6 + 0.2 * k / len(points), "Neighbours that are kept")
        kept, accuracy = trust(rows, part, chosen), knn_accuracy(part, table.labels, learned)
        trusted, continuous = (None, None) if kept is None else (kept.trustworthiness, kept.continuity)
        parted = separability(part, table.labels)
        figures[name] = EmbeddingFigures(trusted, continuous, accuracy, taken[name], parted)
    yield Progress(0.8, "Intrinsic dimension")
    dimension = intrinsic_dimension(rows, rng)
    local = local_dimension(rows) if n <= _MOST_LOCAL else None
    between, inside = yield from _distances(table, codes, messages)
    yield Progress(1.0, "Heads of a classifier")
    both = heads(table, learned, options.seed)
    return Comparison(
        options=options,
        points=points,
        figures=figures,
        dimension=dimension,
        between=between,
        inside=inside,
        seconds=time.perf_counter() - started,
        messages=tuple(messages),
        heads=both,
        local=local,
    )


def _distances(
    table: Table, codes: np.ndarray, messages: list[str]
) -> Work[tuple[np.ndarray | None, tuple[float | None, ...]]]:
    """Return the distances between all classes, and within each."""
    if table.labels is None:
        return None, ()
    if cost_of_classes(table.labels) > BUDGET:
        messages.append(f"Distances between {len(table.kinds):,} classes are left out: they would take too long.")
        return None, ()
    groups = [codes[table.labels == kind] for kind in table.kinds]
    between = np.zeros((len(groups), len(groups)))
    pairs = list(combinations(range(len(groups)), 2))
    for k, (i, j) in enumerate(pairs):
        yield Progress(0.85 + 0.15 * k / len(pairs), "Distances between classes")
        between[i, j] = between[j, i] = wasserstein2(groups[i][:MOST_ROWS], groups[j][:MOST_ROWS])
    return between, tuple(within(group) for group in groups)
