"""The row of the stage *Preparation*."""

from app.stages.row import StageRow

ROW = StageRow(
    "preparation",
    window="app.stages.preparation.window",
    files="app.stages.preparation.files",
    command="app.stages.preparation.command",
    phases={"Starting": 1.5, "Planning": 4.0, "Straightening": 2.0, "Mapping": 2.0, "Parting": 1.0, "Letting": 1.0},
    compiling={
        "Planning": {"core.atlas.disk_kernels": 9.3, "core.atlas.growth": 2.5, "core.atlas.coarse": 1.2},
        "Straightening": {"core.atlas.borders": 0.9},
        "Mapping": {"core.atlas.overlap": 5.2},
    },
)
