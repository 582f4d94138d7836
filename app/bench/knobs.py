"""How a bench is run, as a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.bench.bench import BenchOptions
from core.bench.judge import MOST_POINTS
from core.claims.card import Knobs
from core.training.generators.settings import Settings


@dataclass(frozen=True)
class BenchKnobs(Knobs):
    """What all models of a bench have in common.

    Parameters
    ----------
    seconds : float
        Processor seconds that each learns.
    rows : int
        Points to learn from, withheld, and drawn: as many of each.
    seeds : int
        How many times.
    at_once : str
        How many processes share the models.
    """

    seconds: float = field(
        default=10.0,
        metadata={
            "label": "Seconds",
            "minimum": 0.1,
            "maximum": 3600.0,
            "tooltip": "Processor seconds that each model learns: the same for all.",
        },
    )
    rows: int = field(
        default=2000,
        metadata={
            "label": "Points",
            "minimum": 50,
            "maximum": MOST_POINTS,
            "tooltip": "Points to learn from, to withhold and to draw: as many of each.",
        },
    )
    seeds: int = field(
        default=1,
        metadata={
            "label": "Seeds",
            "minimum": 1,
            "maximum": 64,
            "tooltip": "How many times each learns, with samples and first weights of its own.",
        },
    )
    at_once: str = field(
        default="2",
        metadata={
            "label": "At once",
            "choices": ("1", "2"),
            "kind": "segmented",
            "tooltip": "How many models learn at the same time, each in a process of its own.",
        },
    )

    def options(self, models: tuple[str, ...], settings: Mapping[str, Settings]) -> BenchOptions:
        """Return what these knobs mean for some models, with knobs of their own."""
        own = {name: settings[name] for name in models if name in settings}
        return BenchOptions(models, seconds=self.seconds, seeds=self.seeds, rows=self.rows, settings=own)
