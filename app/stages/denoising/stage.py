"""The row of the stage *Denoise*."""

from typing import Any

from app.stages.row import DECOMPOSING, StageRow


def _pace(phases: dict[str, float], options: Any, size: float, points: float) -> None:
    """Some phases are only there where all methods are compared."""
    phases["Moving least squares"] *= points
    phases["Training an encoder"] = getattr(options, "encoder_seconds", 5.0)
    if not getattr(options, "compare", True):
        for name in ("Starting PyTorch", "Training an encoder", "Moving least squares", "Laplacian"):
            phases[name] = 0.0


ROW = StageRow(
    "denoising",
    window="app.stages.denoising.window",
    files="app.stages.denoising.files",
    command="app.stages.denoising.command",
    in_run="app.stages.denoising.headless",
    heavy=("blind",),
    phases={
        "Starting": 1.0,
        "Noisy points": 0.1,
        "Cells of the decoder": 0.7,
        "Sorting": 0.2,
        "Projection": 0.3,
        "Brute force": 0.3,
        "Distances": 0.3,
        "Expected positions": 0.9,
        "One pass": 0.2,
        "Starting PyTorch": 2.0,
        "Training an encoder": 5.0,
        "Moving least squares": 7.0,
        "Laplacian": 0.5,
    },
    compiling={
        "Cells of the decoder": {**DECOMPOSING, "core.denoising.clipping": 4.5, "core.charts.latent_image": 2.0},
        "Sorting": {"core.cells.piece_tree": 4.8},
        "Projection": {"core.denoising.projection": 2.2},
        "Brute force": {"core.denoising.brute_check": 0.9},
        "Expected positions": {"core.denoising.expected_position": 1.9},
        "Moving least squares": {"core.cloud.moving_least_squares": 6.4},
    },
    pace=_pace,
)
