"""What a card is: one claim with its source, its knobs, what puts it to the test, and what came out."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, cast

from core.base.errors import BudaiError
from core.base.option_checks import check_known, check_within
from core.base.progress import Progress, Work
from core.claims.figure import Figure
from core.claims.ways import Way

Outcome = Literal["holds", "fails", "undecided"]


@dataclass(frozen=True)
class Knobs:
    """Options of a card: a frozen dataclass whose field metadata make form, flags and bounds.

    Raises
    ------
    BudaiError
        If a value is out of its bounds, or none of its choices.
    """

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if "choices" in one.metadata:
                check_known(self, one.name)
            elif "minimum" in one.metadata:
                for number in cast(tuple[float, ...], value) if isinstance(value, tuple) else (value,):
                    check_within(self, one.name, number)
            if isinstance(value, tuple) and len(cast(tuple[object, ...], value)) < one.metadata.get("fewest", 0):
                raise BudaiError(f"{one.metadata['label']}: nothing is given. Give at least {one.metadata['fewest']}.")


def seeds_field(default: int, most: int = 64) -> Any:
    """Return the field of how many seeds a card runs at once, each with a bar of its own."""
    text = "How many first weights or samples are tried at once; each has a bar."
    return field(default=default, metadata={"label": "Seeds", "minimum": 1, "maximum": most, "tooltip": text})


def number_field(default: float | tuple[int, ...], label: str, low: float, high: float, text: str, **more: Any) -> Any:
    """Return a field for a number between two bounds, whole where all three are."""
    about = {"label": label, "minimum": low, "maximum": high, "tooltip": text}
    return field(default=default, metadata=about | more)


def choice_field(default: str, label: str, choices: tuple[str, ...], text: str) -> Any:
    """Return a field for one of some words."""
    return field(default=default, metadata={"label": label, "choices": choices, "tooltip": text})


@dataclass(frozen=True, eq=False)
class Verdict:
    """What came out of a run.

    Parameters
    ----------
    outcome : "holds", "fails" or "undecided"
        Undecided where the run was stopped, or shows neither.
    margin : float
        By how much it holds (positive) or fails (negative), in the units of `sentence`.
    sentence : str
        What was measured, with its numbers.
    figures : mapping of str to float
        Named numbers.
    figure : Figure
        The picture.
    seconds : float
        Processor seconds of the run.
    ways : tuple of Way
        Networks that it has trained and that can be unfolded.
    """

    outcome: Outcome
    margin: float
    sentence: str
    figures: Mapping[str, float] = field(default_factory=dict[str, float])
    figure: Figure = field(default_factory=Figure)
    seconds: float = 0.0
    ways: tuple[Way, ...] = ()


def judged(
    margin: float, sentence: str, figures: Mapping[str, float], figure: Figure, ways: tuple[Way, ...] = ()
) -> Verdict:
    """Return the verdict that holds where the margin is not negative."""
    outcome: Outcome = "holds" if margin >= 0.0 else "fails"  # what is no number fails
    return Verdict(outcome, float(margin) + 0.0, sentence, {k: float(v) for k, v in figures.items()}, figure, ways=ways)


@dataclass(frozen=True, eq=False)
class Card:
    """One claim that can be put to the test.

    Parameters
    ----------
    title : str
        What a gallery calls it.
    statement : str
        The claim, so that it can be false.
    source : str
        Where it comes from.
    options : type
        Its knobs, a subclass of `Knobs`.
    run : callable
        Called with the knobs; returns a `Work` whose reports may carry a `Figure`, and whose result is a `Verdict`.
    """

    title: str
    statement: str
    source: str
    options: type[Any]
    run: Callable[[Any], Work[Verdict]]

    @property
    def has_seeds(self) -> bool:
        """Whether it runs several seeds."""
        return any(one.name == "seeds" for one in fields(self.options))


def run_card(card: Card, options: Any) -> Work[Verdict]:
    """Put a claim to the test.

    Parameters
    ----------
    card : Card
        The claim.
    options : Knobs
        Of its own kind.

    Returns
    -------
    Verdict
        With the processor seconds; undecided, with the last figure, where the run was stopped.
    """
    began, found, shown, reached = time.process_time(), list[Verdict](), Figure(), 0.0

    def kept() -> Work[None]:
        found.append((yield from card.run(options)))

    steps = kept()
    for progress in steps:
        shown = progress.payload if isinstance(progress.payload, Figure) else shown
        reached = reached if progress.fraction is None else progress.fraction
        if (yield progress) == "stop":
            steps.close()
            sentence = f"Stopped at {100.0 * reached:.0f} %: nothing is decided."
            found.append(Verdict("undecided", 0.0, sentence, figure=shown))
            break
    yield Progress(1.0, "Done")
    return replace(found[0], seconds=time.process_time() - began)


def record(name: str, card: Card, options: Any, verdict: Verdict) -> dict[str, Any]:
    """Return a run as plain values for a file."""
    return {
        "card": name,
        "title": card.title,
        "statement": card.statement,
        "source": card.source,
        "knobs": asdict(options),
        "outcome": verdict.outcome,
        "margin": verdict.margin,
        "sentence": verdict.sentence,
        "figures": dict(verdict.figures),
        "cpu_seconds": round(verdict.seconds, 2),
        "panels": verdict.figure.record(),
    }
