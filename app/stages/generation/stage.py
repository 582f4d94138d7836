"""The row of the stage *Generate*."""

from typing import Any

from app.stages.row import DECOMPOSING, StageRow


def _pace(phases: dict[str, float], options: Any, size: float, points: float) -> None:
    """Only a walk takes cells and a geodesic."""
    if not getattr(options, "has_walk", False):
        phases["Cells of the decoder"] = phases["Geodesic"] = 0.0


ROW = StageRow(
    "generation",
    window="app.stages.generation.window",
    files="app.stages.generation.files",
    command="app.stages.generation.command",
    in_run="app.stages.generation.headless",
    phases={
        "Starting": 1.0,
        "Drawing": 0.3,
        "Decoding": 0.1,
        "Distances": 0.08,
        "Cells of the decoder": 1.5,
        "Geodesic": 2.0,
    },
    compiling={"Cells of the decoder": DECOMPOSING, "Geodesic": {"core.generation.taut_string": 5.6}},
    pace=_pace,
)
