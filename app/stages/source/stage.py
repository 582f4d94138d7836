"""The row of the stage *Surface*."""

from app.stages.row import StageRow

ROW = StageRow(
    "source",
    window="app.stages.source.window",
    files="app.stages.source.files",
    command="app.stages.source.command",
)
