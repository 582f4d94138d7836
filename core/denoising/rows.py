"""Noisy rows of a table brought back onto its decoded manifold, beside one pass through the networks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64

from core.base.errors import BudaiError
from core.base.progress import Progress, Work, part
from core.cells.decoder_image import decoder_image
from core.charts.autoencoder import Autoencoder
from core.data.table import Table
from core.denoising.row_options import RowDenoisingOptions
from core.denoising.rows_projection import descend_rows, project_rows
from core.evaluation.table_figures import learned_rows
from core.relu.cell_complex import CellComplex
from core.training.result import TrainingResult

OWN_SHARE = 0.99
"""Part of the own rows that lie nearer than what is called far."""
FEWEST = 20
"""Rows never seen that are enough to tell distances; of a table with fewer all rows do."""


@dataclass(frozen=True, eq=False)
class RowsDenoising:
    """Rows before and after.

    Parameters
    ----------
    noisy : (n, D) float64 array
        What was given, in input units.
    clean : (n, D) float64 array or None
        The same rows before noise was added; None where they are not known.
    one_pass : (n, D) float64 array
        ``decode(encode(x))``.
    points : (n, D) float64 array
        The nearest points of the decoded manifold.
    codes : (n, d) float64 array
        The codes whose images they are.
    floor : float or None
        Mean squared distance of a coordinate between clean rows and their own nearest points: what no projection onto
        this manifold undercuts by more than luck; None where clean rows are not known.
    own : (m,) float64 array
        Distances from the manifold of rows of the learned table, with the same noise; empty where the rows are its own.
    exact : bool
        Whether nearest points are exact: over all cells, for codes of two numbers.
    """

    noisy: Float64[np.ndarray, "n D"]
    clean: Float64[np.ndarray, "n D"] | None
    one_pass: Float64[np.ndarray, "n D"]
    points: Float64[np.ndarray, "n D"]
    codes: Float64[np.ndarray, "n d"]
    floor: float | None
    own: Float64[np.ndarray, " m"]
    exact: bool

    @property
    def distances(self) -> Float64[np.ndarray, " n"]:
        """How far rows were moved, in input units."""
        return np.linalg.norm(self.points - self.noisy, axis=1)

    @property
    def limit(self) -> float | None:
        """The distance that 99 % of the own rows stay below; None where the rows are own ones."""
        return float(np.quantile(self.own, OWN_SHARE)) if len(self.own) else None

    @property
    def far(self) -> Bool[np.ndarray, " n"]:
        """Marks rows beyond that limit."""
        limit = self.limit
        return np.zeros(len(self.noisy), bool) if limit is None else self.distances > limit

    @property
    def is_foreign(self) -> bool:
        """Whether more than half of the rows are far: they belong to another manifold."""
        return bool(self.far.mean() > 0.5)

    def squared(self, rows: Float64[np.ndarray, "n D"]) -> float | None:
        """Return the mean squared error of a coordinate against the clean rows."""
        return None if self.clean is None else float(np.square(rows - self.clean).mean())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What speaks against these rows, or against denoising them."""
        said: list[str] = []
        if self.is_foreign:
            said.append(
                f"{100 * self.far.mean():.0f} % of the rows lie farther from the decoded manifold than 99 % of the "
                "rows of the learned table: they belong to another manifold, and what became of them is no denoising."
            )
        before, after = self.squared(self.noisy), self.squared(self.points)
        if not said and before is not None and after is not None and after > before:
            said.append(
                f"Denoising made these rows worse ({before:.4g} before, {after:.4g} after): the noise is smaller than "
                "what the autoencoder loses of clean rows. Learn longer, or with more numbers a code."
            )
        return tuple(said)

    def report(self) -> dict[str, Any]:
        """Return the figures; squared errors are means over rows and coordinates, in squared input units."""
        return {
            "rows": len(self.noisy),
            "exact": self.exact,
            "mse": {
                "noisy": self.squared(self.noisy),
                "one_pass": self.squared(self.one_pass),
                "projection": self.squared(self.points),
                "projection_of_clean": self.floor,
            },
            "distance": {
                "median": float(np.median(self.distances)),
                "own_median": float(np.median(self.own)) if len(self.own) else None,
                "own_limit": self.limit,
                "far": float(self.far.mean()) if len(self.own) else None,
            },
            "foreign": self.is_foreign if len(self.own) else None,
            "warnings": list(self.warnings),
        }


def noise_scale(table: Table) -> float:
    """Return the unit of the level of noise: the root mean square range of a column, in input units."""
    return table.diagonal / table.dimension**0.5


def denoise_rows(
    table: Table,
    training: TrainingResult,
    options: RowDenoisingOptions,
    given: Table | None = None,
    known: CellComplex | None = None,
) -> Work[RowsDenoising]:
    """Project rows onto the decoded manifold of a table.

    Parameters
    ----------
    table : Table
        What was learned.
    training : TrainingResult
        Its autoencoder.
    options : RowDenoisingOptions
        How many rows at most, and the Gaussian noise of rows that are not those of a file: ``level`` is its standard
        deviation in each coordinate, over `noise_scale`.
    given : Table, optional
        Rows of a file or of another table; None for rows of this one that were never seen in training, where there are
        enough.
    known : CellComplex, optional
        The cells of the decoder, where they are known.

    Raises
    ------
    BudaiError
        If the rows have another number of columns than the table, or there are more cells than memory.
    """
    _check(table, given)
    rng, networks, count = np.random.default_rng(options.seed), training.autoencoder, options.count
    knows = options.input != "file"
    learned = learned_rows(len(table.values), training.options.test, training.options.seed)
    unseen = table.values[~learned] if (~learned).sum() >= FEWEST else table.values
    sigma = options.level * noise_scale(table) if knows else 0.0
    clean = _some(unseen if given is None else given.values, count, rng)
    rows = clean + sigma * rng.normal(size=clean.shape)
    own = _some(unseen, count, rng) if given is not None else np.empty((0, table.dimension))
    own = own + sigma * rng.normal(size=own.shape)
    n = len(rows)
    everything = np.concatenate([rows, own, clean if knows else rows[:0]])
    if networks.latent_dimension == 2:
        image = yield from part(decoder_image(networks, known), 0.0, 0.4)
        codes = yield from part(project_rows(image, everything), 0.4, 1.0)
    else:
        codes = yield from part(
            descend_rows(networks, everything, table.values[learned], training.codes[learned]), 0.0, 1.0
        )
    yield Progress(1.0, "Errors")
    points = networks.decode(codes)
    return RowsDenoising(
        noisy=rows,
        clean=clean if knows else None,
        one_pass=_passed(networks, rows),
        points=points[:n],
        codes=codes[:n],
        floor=float(np.square(points[n + len(own) :] - clean).mean()) if knows else None,
        own=np.linalg.norm(points[n : n + len(own)] - own, axis=1),
        exact=networks.latent_dimension == 2,
    )


def _check(table: Table, given: Table | None) -> None:
    """Refuse what cannot be done to rows."""
    if given is not None and given.dimension != table.dimension:
        raise BudaiError(
            f"Denoising: the rows have {given.dimension:,} columns, those of the learned table {table.dimension:,}. "
            "Give rows with the same columns."
        )


def _passed(networks: Autoencoder, rows: Float64[np.ndarray, "n D"]) -> Float64[np.ndarray, "n D"]:
    return networks.decode(networks.encode(rows))


def _some(rows: Float64[np.ndarray, "n D"], count: int, rng: np.random.Generator) -> Float64[np.ndarray, "m D"]:
    return rows if len(rows) <= count else rows[np.sort(rng.permutation(len(rows))[:count])]
