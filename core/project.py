"""The whole state of a session: one frozen value that views watch and commands replace."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from core.denoising.result import Denoising
from core.generation.generation import Generation
from core.io.load import LoadedSurface
from core.relu.cells import Cells
from core.training.result import TrainingResult
from core.transport.transport import Transport

NEEDS: dict[str, tuple[str, ...]] = {
    "source": (),
    "training": ("source",),
    "cells": ("source", "training"),
    "transport": ("source", "training"),
    "denoising": ("source", "training"),
    "generation": ("source", "training", "transport"),
}
"""What each result is made from, in the order of the pipeline."""

OPTIONAL: dict[str, tuple[str, ...]] = {"generation": ("transport",)}
"""Which of these are used where they are there, and done without otherwise."""


@dataclass(frozen=True, eq=False)
class Project:
    """A surface and what was made from it.

    Parameters
    ----------
    source : LoadedSurface, optional
        The surface or cloud, with what was changed on loading.
    training : TrainingResult, optional
        The trained autoencoder with its certificate.
    cells : Cells, optional
        The exact cells of the networks.
    transport : Transport, optional
        The optimal transport to the chart of the surface.
    denoising : Denoising, optional
        Noisy points brought back onto the surface.
    generation : Generation, optional
        New points, and a walk between two codes.
    outdated : frozenset of str
        Results whose inputs have changed since; they stay visible and are marked as outdated.
    options : mapping of str to dataclass
        Last options of each stage, by the stage's key.
    """

    source: LoadedSurface | None = None
    training: TrainingResult | None = None
    cells: Cells | None = None
    transport: Transport | None = None
    denoising: Denoising | None = None
    generation: Generation | None = None
    outdated: frozenset[str] = frozenset()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))

    def __getstate__(self) -> dict[str, object]:
        # A mapping proxy cannot travel between processes.
        return {**self.__dict__, "options": dict(self.options)}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def updated(self, **results: object) -> "Project":
        """Return a copy with new results; what was made from the former ones is marked as outdated.

        A new source is another surface: results of the former one are dropped, not marked.
        """
        stale = set(results)
        for name, needs in NEEDS.items():
            if not stale.isdisjoint(needs):
                stale.add(name)
        made_stale = {name for name in stale - set(results) if getattr(self, name) is not None}
        if "source" in results:
            dropped: dict[str, object] = dict.fromkeys(made_stale)
            return replace(self, **(dropped | results), outdated=frozenset())
        return replace(self, **results, outdated=(self.outdated | made_stale) - set(results))

    def with_options(self, stage: str, options: object) -> "Project":
        """Return a copy in which a stage has other options."""
        return replace(self, options={**self.options, stage: options})
