"""The stages of the pipeline, each in a folder of its own: what is listed here is all that the program has."""

from functools import cache
from importlib import import_module

from app.stages.row import StageRow

STAGES = (
    "source",
    "preparation",
    "training",
    "cells",
    "transport",
    "denoising",
    "row_denoising",
    "generation",
    "comparison",
    "unfolding",
    "maps",
    "export",
)
"""Folders of the stages, in the order of the pipeline; each holds a module `stage` with its `ROW`."""


@cache
def rows() -> tuple[StageRow, ...]:
    """Return the row of every stage, in the order of the pipeline."""
    found = tuple(import_module(f"{__name__}.{key}.stage").ROW for key in STAGES)
    for known in found:
        known.enter()
    return found


def row(key: str) -> StageRow | None:
    """Return the row of a stage by its key, None where there is no such stage."""
    return next((known for known in rows() if known.key == key), None)
