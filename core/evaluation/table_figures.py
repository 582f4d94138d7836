"""What an autoencoder of a table is worth: errors on rows that it has seen and on others, and what its codes keep."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from core.charts.autoencoder import Autoencoder
from core.data.table import Table
from core.embedding.neighbour_votes import knn_accuracy
from core.geometry.principal import principal_plane

_BLOCK = 20_000


@dataclass(frozen=True)
class TableFigures:
    """Figures of an autoencoder of a table; squared errors are means over rows and columns, in squared input units.

    Parameters
    ----------
    train_mse : float
        Over the rows that were learned from.
    test_mse : float or None
        Over the others; None where there are none.
    pca_test_mse : float or None
        The same for the projection on as many principal directions of the rows that were learned from.
    knn5_test_accuracy : float or None
        Share of the other rows that get their class from the majority of the five nearest codes of rows that were
        learned from; None without labels.
    test_rows : int
        How many rows were not learned from.
    """

    train_mse: float
    test_mse: float | None
    pca_test_mse: float | None
    knn5_test_accuracy: float | None
    test_rows: int


def learned_rows(count: int, test: float, seed: int) -> Bool[np.ndarray, " n"]:
    """Mark the rows of a table that are learned from: all but a part that the seed chooses.

    Parameters
    ----------
    count : int
        Rows of the table.
    test : float
        Part of them that is not learned from; two at least are.
    seed : int
        Start of the choice.
    """
    marks = np.ones(count, bool)
    left_out = min(round(test * count), count - 2)
    marks[np.random.default_rng(seed).permutation(count)[:left_out]] = False
    return marks


def table_figures(
    table: Table, autoencoder: Autoencoder, codes: Float64[np.ndarray, "n d"], learned: Bool[np.ndarray, " n"]
) -> TableFigures:
    """Measure an autoencoder on a table.

    Parameters
    ----------
    table : Table
        The table.
    autoencoder : Autoencoder
        Of it.
    codes : (n, d) float64 array
        Its codes of all rows.
    learned : (n,) bool array
        The rows that were learned from.
    """
    squared = np.concatenate(
        [
            np.square(autoencoder.decode(codes[k : k + _BLOCK]) - table.values[k : k + _BLOCK]).mean(1)
            for k in range(0, len(codes), _BLOCK)
        ]
    )
    test = ~learned
    if not test.any():
        return TableFigures(float(squared.mean()), None, None, None, 0)
    mean, directions = principal_plane(table.values[learned], codes.shape[1])
    rest = table.values[test] - mean
    flat = rest - (rest @ directions.T) @ directions
    return TableFigures(
        train_mse=float(squared[learned].mean()),
        test_mse=float(squared[test].mean()),
        pca_test_mse=float(np.square(flat).mean()),
        knn5_test_accuracy=knn_accuracy(codes, table.labels, learned),
        test_rows=int(test.sum()),
    )
