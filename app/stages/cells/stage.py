"""The row of the stage *Cells*."""

from typing import Any

from app.stages.row import DECOMPOSING, StageRow


def _pace(phases: dict[str, float], options: Any, size: float, points: float) -> None:
    """Only what is asked for is computed."""
    phases["Figures"] *= len(getattr(options, "of", "ab")) / 2.0
    phases["Linear charts"] *= size * getattr(options, "complexity", False)
    for part in ("decoder", "encoder", "composition"):
        if part not in getattr(options, "of", (part,)):
            phases[f"Cells of the {part}"] = 0.0


ROW = StageRow(
    "cells",
    window="app.stages.cells.window",
    files="app.stages.cells.files",
    command="app.stages.cells.command",
    in_run="app.stages.cells.headless",
    heavy=("cells",),
    phases={
        "Starting": 1.0,
        "Cells of the decoder": 1.0,
        "Cells of the encoder": 1.5,
        "Cells of the composition": 2.0,
        "Cells cut": 1.0,
        "Figures": 1.0,
        "Linear charts": 10.0,
    },
    compiling={
        "Cells of the decoder": DECOMPOSING,
        "Cells of the encoder": DECOMPOSING,
        "Cells of the composition": DECOMPOSING,
        "Figures": {"core.geometry.rim": 1.5, "core.geometry.predicates": 1.0},
        "Linear charts": {"core.geometry.rectifiable": 2.7},
    },
    pace=_pace,
)
