"""Exports of a table and of what was learned of it."""

from pathlib import Path
from typing import Any

import numpy as np

from core.denoising.rows import RowsDenoising
from core.evaluation.table_figures import learned_rows
from core.io.atomic import replacing
from core.io.autoencoder_file import write_autoencoder
from core.io.writers.table import write_table
from core.session.project import Project


def learned_of(project: Project) -> np.ndarray:
    """Return which rows of the table of a project were learned from: all, where nothing was trained."""
    count = len(project.source.positions)
    if project.training is None:
        return np.ones(count, bool)
    options = project.training.options
    return learned_rows(count, options.test, options.seed)


def export_table(project: Project, path: Path) -> None:
    """Write the table of a project, with the rows that were learned from.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    write_table(project.source.table, path, learned_of(project))


def export_codes(project: Project, folder: Path) -> list[Path]:
    """Write autoencoder and codes of a table and return their paths.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    training = project.training
    write_autoencoder(folder, training.autoencoder)
    write_arrays(folder / "codes.npz", "budai-codes", codes=training.codes)
    return [folder / name for name in ("autoencoder.json", "autoencoder.safetensors", "codes.npz")]


def write_arrays(path: Path, name: str, **arrays: Any) -> None:
    """Write arrays in version 1 of a format.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    with replacing(path) as temporary, temporary.open("wb") as file:  # to a name, numpy may add a suffix
        np.savez_compressed(file, format=name, version=1, **arrays)


def write_rows(found: RowsDenoising, path: Path) -> None:
    """Write denoised rows of a table, with what they were before and what one pass makes of them.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    arrays = {"noisy": found.noisy, "one_pass": found.one_pass, "points": found.points, "codes": found.codes}
    if found.clean is not None:
        arrays["clean"] = found.clean
    write_arrays(path, "budai-denoised", **arrays, distances=found.distances, far=found.far)


def table_report(project: Project) -> dict[str, Any]:
    """Return what a table is and what its codes are worth, as the part `table` of a report."""
    table, training = project.source.table, project.training
    figures = None if training is None else training.certificate.table
    names = ("train_mse", "test_mse", "pca_test_mse", "knn5_test_accuracy", "test_rows")
    return {
        "rows": len(table.values),
        "dimension": table.dimension,
        "classes": None if table.labels is None else len(table.kinds),
        **{name: getattr(figures, name, None) for name in names},
    }
