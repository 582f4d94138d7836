"""The row of the stage *Denoise rows*."""

from app.stages.row import DECOMPOSING, StageRow
from app.stages.row_denoising.work import WORK

ROW = StageRow(
    "row_denoising",
    window="app.stages.row_denoising.window",
    files="app.stages.row_denoising.files",
    work=WORK,
    phases={"Starting": 1.0, "Reading": 0.3, "Cells of the decoder": 3.0, "Nearest points": 20.0, "Errors": 0.1},
    compiling={"Cells of the decoder": DECOMPOSING},
)
