"""Tables as files: points, labels, and which rows were learned from."""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool

from core.data.table import Table
from core.io.atomic import replacing


def write_table(table: Table, path: Path, train: Bool[np.ndarray, " n"] | None = None) -> None:
    """Write a table in the format `budai-table` 1.

    Parameters
    ----------
    table : Table
        The table.
    path : Path
        The file.
    train : (n,) bool array, optional
        The rows that were learned from; by default all.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    others: dict[str, Any] = {} if table.labels is None else {"labels": table.labels}
    if table.image_shape:
        others["image_shape"] = np.array(table.image_shape, np.int64)
    if table.classes:
        others["classes"] = np.array(table.classes)
    train = np.ones(len(table.values), bool) if train is None else train
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, format="budai-table", version=1, points=table.values, train=train, **others)
