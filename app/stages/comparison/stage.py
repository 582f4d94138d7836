"""The row of the stage *Compare*."""

from app.stages.comparison.work import WORK
from app.stages.row import StageRow

ROW = StageRow(
    "comparison",
    window="app.stages.comparison.window",
    files="app.stages.comparison.files",
    command="app.stages.comparison.command",
    in_run="app.stages.comparison.headless",
    work=WORK,
    phases={"Starting": 1.0, "Embedding": 30.0, "Neighbours": 3.0, "Intrinsic": 1.0, "Distances": 3.0},
)
