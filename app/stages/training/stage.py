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
        "Fitting": 0.5,
        "Bringing": 0.5,
        "Detail layer": 2.0,
        "Certificate": 5.0,
    },
)
