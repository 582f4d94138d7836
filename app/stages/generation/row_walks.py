"""Walks between rows of a table, and along directions, on the command line: arrays, and a sheet of decoded rows."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from app.command_line.folder import check_target
from app.command_line.one_chart import trained_chart
from app.command_line.rescue import write_or_rescue
from app.command_line.terminal import TerminalProgress
from app.scene.table_pictures import draw_walks
from core.base.errors import BudaiError
from core.generation.directions import cell_directions, class_direction, ends_along, layer_directions
from core.generation.row_walk import RowWalk, row_walk
from core.generation.short_way import short_way
from core.session.export_table import write_arrays
from core.session.project import Project


def walk_between_rows(project_file: Path, start: int, stop: int, frames: int, output: Path) -> None:
    """Walk from the code of one row to that of another, straight and by a short way, and write what is decoded there.

    Raises
    ------
    BudaiError
        If the project holds no learned table, or not these rows, or a file cannot be written.
    """
    project = _table(project_file, output, start, stop)
    codes, networks = project.training.codes, project.training.autoencoder
    name = f"Row {start:,} to row {stop:,}"
    straight = row_walk(networks, codes[start], codes[stop], frames)
    walks = {f"{name}, straight": straight, f"{name}, short": short_way(networks, codes[start], codes[stop], frames)}
    _write(project, walks, output, {"from": start, "to": stop})


def along_row(project_file: Path, row: int, classes: list[int] | None, frames: int, output: Path) -> None:
    """Walk through the code of a row along the singular directions of its cell, and from one class towards another.

    Raises
    ------
    BudaiError
        If the project holds no learned table, or not this row or these classes, or a file cannot be written.
    """
    project = _table(project_file, output, row)
    codes, networks, walks = project.training.codes, project.training.autoencoder, dict[str, RowWalk]()
    found = cell_directions(networks, codes[row])
    ways = {f"Direction {k + 1}: {value:.4g}": found.vectors[k] for k, value in enumerate(found.values)}
    layer = layer_directions(networks)
    ways |= {f"First layer {k + 1}: {value:.4g}": layer.vectors[k] for k, value in enumerate(layer.values)}
    if classes:
        table = project.source.table
        name = f"{table.class_name(classes[0])} towards {table.class_name(classes[1])}"
        ways[name] = class_direction(codes, table.labels, *classes)
    for name, way in ways.items():
        walks[name] = row_walk(networks, *ends_along(codes, codes[row], way), frames)
    arrays = {"row": row, "directions": np.array(list(ways.values())), "singular_values": found.values}
    _write(project, walks, output, arrays)


def _table(project_file: Path, output: Path, *rows: int) -> Project:
    """Return the project of a learned table that has some rows."""
    project = trained_chart(project_file)
    if not project.source.is_table:
        raise BudaiError(f"Walk: {project.source.name} is no table. Walk between codes of a surface: --walk X Y X Y.")
    count = len(project.source.positions)
    for row in rows:
        if not 0 <= row < count:
            raise BudaiError(f"Walk: there is no row {row:,}. Rows go from 0 to {count - 1:,}.")
    check_target(output, ".npz")
    return project


def _write(project: Project, walks: dict[str, RowWalk], output: Path, told: dict[str, Any]) -> None:
    progress = TerminalProgress()
    parts = list(walks.values())
    arrays = told | {
        "codes": np.array([walk.codes for walk in parts]),
        "points": np.array([walk.points for walk in parts]),
        "lengths": np.array([walk.length for walk in parts]),
        "chords": np.array([walk.chord for walk in parts]),
    }
    write_or_rescue(output, partial(write_arrays, name="budai-row-walks", **arrays))
    picture = output.with_suffix(".png")
    draw_walks(project.source.table, {name: walk.points for name, walk in walks.items()}, picture)
    for name, walk in walks.items():
        progress.say(f"{name}: length {walk.length:.6g}, {walk.n_pieces:,} pieces, ends {walk.chord:.6g} apart")
    progress.say(f"Wrote {output.name} and {picture.name}")
