"""The row of the stage *Unfold*."""

from app.stages.row import StageRow
from app.stages.unfolding.work import WORK

ROW = StageRow(
    "unfolding",
    window="app.stages.unfolding.window",
    files="app.stages.unfolding.files",
    command="app.stages.unfolding.command",
    work=WORK,
    phases={"Starting": 1.0, "Simplifying": 0.5, "Choosing views": 0.5, "Unfolding": 3.0, "Counting overlaps": 4.0},
)
