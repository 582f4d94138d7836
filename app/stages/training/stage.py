"""The row of the stage *Training*."""

from app.stages.row import StageRow

ROW = StageRow(
    "training",
    window="app.stages.training.window",
    files="app.stages.training.files",
    command="app.stages.training.command",
    heavy=("training",),
    has_budget=True,
    phases={
        "Starting": 2.0,
        "budgeted": 60.0,
        "Looking": 1.0,
        "Fitting": 0.5,
        "Bringing": 0.5,
        "Detail layer": 2.0,
        "Certificate": 5.0,
    },
    compiling={
        "Starting": {"core.geometry.merging": 7.0},
        "budgeted": {
            "core.charts.relaxation": 1.5,
            "core.charts.progressive": 1.5,
            "core.geometry.nearest_triangle": 3.5,
            "core.charts.lattice": 1.5,
        },
        "Certificate": {"core.evaluation.cover": 1.5},
    },
)
