"""The row of the stage *Maps*."""

from app.stages.maps.work import WORK
from app.stages.row import StageRow


def _pace(phases: dict[str, float], options: object, size: float, points: float) -> None:
    """A map that is learned takes the time it is given; one without pairs that of two transports."""
    learns = getattr(options, "pairs", "rows") == "rows"
    phases["Learning"] = getattr(options, "seconds", 20.0) if learns else 0.0


ROW = StageRow(
    "maps",
    window="app.stages.maps.window",
    files="app.stages.maps.files",
    command="app.stages.maps.command",
    heavy=("maps",),
    work=WORK,
    phases={"Reading": 1.0, "Starting": 2.0, "Learning": 20.0, "Errors": 1.0},
    pace=_pace,
)
