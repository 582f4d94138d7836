"""The row of the stage *Preparation*."""

from app.stages.row import StageRow

ROW = StageRow(
    "preparation",
    window="app.stages.preparation.window",
    files="app.stages.preparation.files",
    command="app.stages.preparation.command",
    phases={"Planning": 3.0, "Straightening": 2.0, "Parting": 1.0, "Letting": 1.0},
)
