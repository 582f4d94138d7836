"""The row of the stage *Surface*."""

from typing import Any

from app.stages.row import StageRow


def _pace(phases: dict[str, float], options: Any, size: float, points: float) -> None:
    """A file takes the longer the larger it is."""
    phases["Reading"] = 1.0 + phases["Reading"] * options.n_bytes / 1e6


ROW = StageRow(
    "source",
    window="app.stages.source.window",
    files="app.stages.source.files",
    command="app.stages.source.command",
    phases={"Starting": 1.0, "Reading": 0.15},
    compiling={"Reading": {"core.geometry.merging": 7.0}},
    pace=_pace,
)
