"""The whole state of a session: one frozen value that views watch and commands replace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from core.base.kinds import is_mapping
from core.session.by_chart import is_by_chart
from core.session.run import Run, Training
from core.session.stages import STAGES


def _no_results() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=False, init=False)
class Project:
    """A source and what was made from it.

    The result of a stage is read as an attribute named by its key: ``project.training`` is None where there is none.

    Parameters
    ----------
    results : mapping of str to object
        The result of each stage that has one, by the stage's key.
    outdated : frozenset of str
        Results whose inputs have changed since; they stay visible and are marked as outdated.
    options : mapping of str to dataclass
        Last options of each stage, by the stage's key.
    runs : tuple of Run
        All trainings on this surface in their order, the present one among them.
    **named : object
        Further results by their keys; None for none.

    Raises
    ------
    TypeError
        If a key is none of a stage.
    """

    results: Mapping[str, Any] = field(default_factory=_no_results)
    outdated: frozenset[str] = frozenset()
    options: Mapping[str, Any] = field(default_factory=_no_results)
    runs: tuple[Run, ...] = ()

    def __init__(
        self,
        results: Mapping[str, Any] = MappingProxyType({}),
        outdated: Iterable[str] = frozenset(),
        options: Mapping[str, Any] = MappingProxyType({}),
        runs: tuple[Run, ...] = (),
        **named: Any,
    ) -> None:
        unknown = set(named) - set(STAGES)
        if unknown:
            raise TypeError(f"there is no stage named {min(unknown)}")
        held = {key: result for key, result in {**results, **named}.items() if result is not None}
        self.__setstate__({"results": held, "outdated": frozenset(outdated), "options": options, "runs": runs})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in STAGES:
            raise AttributeError(f"a project has no {name}")
        return self.results.get(name)

    def __getstate__(self) -> dict[str, object]:
        # A mapping proxy cannot travel between processes, and projects of charts are made anew.
        kept = {name: value for name, value in self.__dict__.items() if name != "charts"}
        return {**kept, "results": dict(self.results), "options": dict(self.options)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            kept = MappingProxyType(dict(value)) if is_mapping(value) else value
            object.__setattr__(self, name, kept)

    @cached_property
    def charts(self) -> tuple["Project", ...]:
        """The project of each chart: this one where there is one chart, else what an atlas holds of each.

        What is made of one chart alone asks for one of these; it need not know how many there are.
        """
        atlas = next((result for key, result in self.results.items() if STAGES[key].splits), None)
        return (self,) if atlas is None else tuple(self._chart(k) for k in range(len(atlas.parts)))

    def _chart(self, k: int) -> "Project":
        """The project of one chart of an atlas."""
        parts: dict[str, Any] = {
            STAGES[key].splits or key: result.parts[k]
            for key, result in self.results.items()
            if STAGES[key].splits or is_by_chart(result)
        }
        return Project(parts, self.outdated, self.options)

    def updated(self, **results: object) -> "Project":
        """Return a copy with new results; what was made from the former ones is marked as outdated.

        The result of a stage that needs none is another source, and one that parts the source makes other charts:
        results of the former ones are dropped, not marked.
        """
        stale = set(results)
        for stage in STAGES.values():
            if not stale.isdisjoint(stage.needs):
                stale.add(stage.key)
        made_stale = {key for key in stale - set(results) if key in self.results}
        given = replace(self, options=self._renewed(results))
        if any(not STAGES[key].needs or STAGES[key].splits for key in results):
            kept = {key: result for key, result in self.results.items() if key not in made_stale | set(results)}
            return replace(given, results=kept, outdated=frozenset(), runs=(), **results)
        for key, result in results.items():
            given = replace(given, **STAGES[key].entered(given, result))
        return replace(given, **results, outdated=(self.outdated | made_stale) - set(results))

    def _renewed(self, results: Mapping[str, object]) -> dict[str, Any]:
        """Return the options with what is left of those of stages that cannot do without one of these results."""
        options = dict(self.options)
        for key in options.keys() & STAGES.keys():
            stage = STAGES[key]
            if not (set(stage.needs) - set(stage.spared)).isdisjoint(results):
                options[key] = stage.renewed(options[key])
        return options

    def without_outdated(self) -> "Project":
        """Return a copy without the results whose inputs have changed since."""
        kept = {key: result for key, result in self.results.items() if key not in self.outdated}
        return replace(self, results=kept, outdated=frozenset())

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

    def run_of(self, training: Training | None) -> Run | None:
        """Return the run that a training is, None where it is none of the list."""
        return next((run for run in self.runs if run.training is training), None)

    def with_options(self, stage: str, options: object) -> "Project":
        """Return a copy in which a stage has other options."""
        return replace(self, options={**self.options, stage: options})
