"""The row of the stage *Export*."""

from app.stages.row import StageRow

ROW = StageRow(
    "export",
    window="app.stages.export.window",
    files="app.stages.export.files",
    command="app.stages.export.command",
    phases={"Starting": 1.5, "Writing": 0.7},
)
