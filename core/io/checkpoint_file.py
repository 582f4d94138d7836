"""Checkpoints of a training as files."""

import dataclasses
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from core.base.errors import BudaiError, InputError
from core.base.kinds import is_list
from core.io.atomic import replacing
from core.io.cover_arrays import cover_arrays, cover_from_arrays
from core.training.checkpoint import Checkpoint
from core.training.options import TrainingOptions

SUFFIX = ".checkpoint"
_KIND = "budai-checkpoint", 2
"""Format and version; before version 2 the weights were not those in the pose of the training."""
_COVER = "cover:"
"""Before the names of the arrays of a cover."""


def write_checkpoint(path: str | Path, checkpoint: Checkpoint) -> None:
    """Write the state of a training; the former file stays until the new one is complete.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    about = {
        "format": _KIND[0],
        "version": _KIND[1],
        "surface": checkpoint.surface,
        "options": dataclasses.asdict(checkpoint.options),
        "schedule": list(checkpoint.schedule),
        "steps": checkpoint.steps,
        "seconds": checkpoint.seconds,
        "chart_seconds": checkpoint.chart_seconds,
        "ended": checkpoint.ended,
        "preparation": dict(checkpoint.preparation),
    }
    arrays: dict[str, Any] = {f"weights:{k}": array for k, array in enumerate(checkpoint.weights)}
    arrays["curves"] = checkpoint.curves
    arrays |= {name: array for name in ("target", "focus") if (array := getattr(checkpoint, name)) is not None}
    if checkpoint.cover is not None:
        about["n_vertices"] = checkpoint.cover.n_vertices
        arrays |= {f"{_COVER}{name}": array for name, array in cover_arrays(checkpoint.cover).items()}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def read_checkpoint(path: str | Path) -> Checkpoint:
    """Read the state of a training.

    Raises
    ------
    InputError
        If the file cannot be read, is none, or is damaged.
    """
    file = Path(path).name
    try:
        with np.load(path, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        about = json.loads(arrays["about"].tobytes())
        if (about["format"], about["version"]) != _KIND:
            reason = f"is {about['format']} {about['version']}, not a checkpoint that this version reads"
            raise InputError(file, reason, remedy="Begin the training anew.")
        options: dict[str, Any] = {name: tuple(v) if is_list(v) else v for name, v in about["options"].items()}
        of_cover = {name.removeprefix(_COVER): array for name, array in arrays.items() if name.startswith(_COVER)}
        count = sum(name.startswith("weights:") for name in arrays)
        return Checkpoint(
            surface=about["surface"],
            options=TrainingOptions(**options),
            weights=tuple(arrays[f"weights:{k}"] for k in range(count)),
            target=arrays.get("target"),
            schedule=tuple(about["schedule"]),
            steps=int(about["steps"]),
            seconds=float(about["seconds"]),
            chart_seconds=about["chart_seconds"],
            curves=arrays["curves"],
            focus=arrays.get("focus"),
            ended=str(about.get("ended", "finished")),
            cover=cover_from_arrays(of_cover, int(about["n_vertices"])) if of_cover else None,
            preparation=dict(about.get("preparation", {})),
        )
    except FileNotFoundError as error:
        raise InputError(file, "does not exist", remedy="There is nothing to resume; begin anew.") from error
    except InputError:
        raise
    except (OSError, EOFError, LookupError, TypeError, ValueError, zipfile.BadZipFile, BudaiError) as error:
        raise InputError(file, f"is no checkpoint or damaged: {error!s:.200}", remedy="Begin anew.") from error
