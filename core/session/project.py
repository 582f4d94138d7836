"""The whole state of a session: one frozen value that views watch and commands replace."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from core.cells.cells import Cells
from core.denoising.result import Denoising
from core.generation.generation import Generation
from core.io.load import Source
from core.training.result import TrainingResult
from core.training.run import Run, with_exact, with_training
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
    source : Source, optional
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
    runs : tuple of Run
        All trainings on this surface in their order, the present one among them.
    """

    source: Source | None = None
    training: TrainingResult | None = None
    cells: Cells | None = None
    transport: Transport | None = None
    denoising: Denoising | None = None
    generation: Generation | None = None
    outdated: frozenset[str] = frozenset()
    options: Mapping[str, Any] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()

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

        A new source is another surface: results of the former one are dropped, not marked. A new training enters the
        list of runs; what new cells tell of a training is kept with its run.
        """
        stale = set(results)
        for name, needs in NEEDS.items():
            if not stale.isdisjoint(needs):
                stale.add(name)
        made_stale = {name for name in stale - set(results) if getattr(self, name) is not None}
        generation = self.options.get("generate")
        if generation is not None and not {"source", "training"}.isdisjoint(results):
            # The ends of a walk are codes, which mean nothing to another autoencoder.
            results = {"options": {**self.options, "generate": replace(generation, start=(), stop=())}} | results
        if "source" in results:
            dropped: dict[str, object] = dict.fromkeys(made_stale)
            return replace(self, **({"runs": ()} | dropped | results), outdated=frozenset())
        training = results.get("training")
        if isinstance(training, TrainingResult):
            results = {"runs": with_training(self.runs, training, self._parent(training))} | results
        cells = results.get("cells")
        if isinstance(cells, Cells) and cells.exact is not None and self.training is not None:
            results = {"runs": with_exact(self.runs, self.training, cells.exact)} | results
        return replace(self, **results, outdated=(self.outdated | made_stale) - set(results))

    def without_outdated(self) -> "Project":
        """Return a copy without the results whose inputs have changed since."""
        gone: dict[str, Any] = dict.fromkeys(self.outdated)
        return replace(self, **gone, outdated=frozenset())

    def with_run(self, name: str) -> "Project":
        """Return a copy in which the training of a run is the present one.

        Raises
        ------
        ValueError
            If there is no run of this name.
        """
        found = [run for run in self.runs if run.name == name]
        if not found:
            raise ValueError(f"there is no run named {name}")
        return self.updated(training=found[0].training)

    @property
    def run(self) -> Run | None:
        """The run that the present training is."""
        return self.run_of(self.training)

    def run_of(self, training: TrainingResult | None) -> Run | None:
        """Return the run that a training is, None where it is none of the list."""
        return next((run for run in self.runs if run.training is training), None)

    def _parent(self, training: TrainingResult) -> str:
        """Return the name of the run that a training has gone on from."""
        return self.run.name if self.run is not None and training.options.start != "new" else ""

    def with_options(self, stage: str, options: object) -> "Project":
        """Return a copy in which a stage has other options."""
        return replace(self, options={**self.options, stage: options})
