"""The row of the stage *Transport*."""

from typing import Any

from app.stages.row import StageRow


def _pace(phases: dict[str, float], options: Any, size: float, points: float) -> None:
    """The refinement ends by itself where it gains nothing more."""
    phases["Area ratio"] *= size * min(1.0, getattr(options, "refinement", 100) / 50.0)


ROW = StageRow(
    "transport",
    window="app.stages.transport.window",
    files="app.stages.transport.files",
    command="app.stages.transport.command",
    in_run="app.stages.transport.headless",
    phases={
        "Starting": 1.5,
        "Carrying": 1.0,
        "Largest": 1.0,
        "Spreading": 2.0,
        "Area ratio": 30.0,
        "Drawing": 0.5,
        "Decoding": 0.3,
    },
    compiling={
        "Carrying": {"core.transport.half_edges": 5.6, "core.geometry.predicates": 3.1, "core.transport.green": 6.0},
        "Largest": {
            "core.transport.conjugate_gradients": 5.5,
            "core.transport.coarsening": 4.7,
            "core.transport.multigrid": 1.1,
        },
        "Area ratio": {"core.transport.mesh_factor": 2.0},
        "Drawing": {"core.transport.location": 1.9, "core.transport.sampler": 1.0},
    },
    pace=_pace,
)
