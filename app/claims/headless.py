"""Claims without a window: what `budai claim` does."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from app.claims.class_look import write_unfolded
from app.claims.results import summary, write_report, write_result
from app.command_line.folder import made_folder
from app.command_line.lock import writing_into
from app.command_line.pictures import why
from app.command_line.terminal import TerminalProgress, write_lines
from app.scene.films.writing import SUFFIXES
from app.stages.unfolding.film_options import FilmOptions, check_cameras, seen_from
from core.base.errors import BudaiError
from core.base.progress import Work, part, share
from core.claims.card import Card, Verdict
from core.claims.gallery import GROUPS, card_of, cards, cards_of, has_words, options_from, run_named
from core.claims.ways import Way, unfold_way
from core.process.child import ONE_THREAD, Child, finish_together
from core.unfolding.options import UnfoldOptions

KINDS = (*SUFFIXES, "npz", "json")
"""What an unfolding can be written as; figures alone go into the JSON of the claim."""


@dataclass(frozen=True)
class Unfoldings:
    """What is to be written of the networks that a claim trains.

    Parameters
    ----------
    kinds : tuple of str
        Which of `KINDS`; empty for nothing.
    network : int
        Which of them, from 1; 0 for each.
    film : FilmOptions
        How films are drawn.
    how : UnfoldOptions
        How wide layers are seen, and whether overlaps are counted.
    cameras : tuple of str
        Where they are seen from, as JSON in input units.

    Raises
    ------
    BudaiError
        If there is no such kind or network, or a camera is none.
    """

    kinds: tuple[str, ...] = ()
    network: int = 0
    film: FilmOptions = field(default_factory=FilmOptions)
    how: UnfoldOptions = field(default_factory=UnfoldOptions)
    cameras: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in KINDS:
                raise BudaiError(f"Networks cannot be unfolded into {kind or 'nothing'}. Choose {', '.join(KINDS)}.")
        if self.network < 0:
            raise BudaiError(f"There is no network {self.network}. Choose 1 or more, or leave --network out for all.")
        check_cameras(self.cameras)

    def chosen(self, card: Card, ways: Sequence[Way]) -> list[tuple[int, Way]]:
        """Return the networks that are unfolded, with their numbers.

        Raises
        ------
        BudaiError
            If the claim has trained none, or none of that number.
        """
        if not self.kinds:
            return []
        if not ways:
            raise BudaiError(f"{card.title}: there is no network to unfold. Leave --unfold out.")
        if self.network > len(ways):
            many = "1 network" if len(ways) == 1 else f"{len(ways)} networks"
            raise BudaiError(f"{card.title}: there is no network {self.network}. It has {many}.")
        return [(k, way) for k, way in enumerate(ways, 1) if self.network in (0, k)]


NOTHING = Unfoldings()


def list_cards(words: str = "") -> None:
    """Print all claims, or those that have some words, group after group.

    Raises
    ------
    BudaiError
        If none has these words.
    """
    found = {
        group: {name: card for name, card in cards_of(group).items() if has_words(name, card, words)}
        for group in GROUPS
    }
    if not any(found.values()):
        raise BudaiError(f"No claim has the words {words}. Leave some of them out.")
    for group, known in found.items():
        if known:
            write_lines(group)
        for name, card in known.items():
            write_lines(f"  {name:24} {card.title}")


def describe(name: str) -> None:
    """Print what a claim states, where it comes from, and its knobs.

    Raises
    ------
    BudaiError
        If there is no such claim.
    """
    card = card_of(name)
    write_lines(f"{card.title}\n{card.statement}\n{card.source}")
    for knob in fields(card.options):
        about, default = knob.metadata, knob.default
        low, high, known = about.get("minimum"), about.get("maximum"), about.get("choices")
        room = f"{low:,} to {high:,}" if low is not None else ", ".join(known) if known else "x,y,class;x,y,class"
        room = "on or off" if isinstance(default, bool) else room
        usual = ",".join(map(str, default)) if isinstance(default, tuple) else "" if default is MISSING else default
        usual = f"{usual[:20]}…" if isinstance(usual, str) and len(usual) > 24 else usual
        write_lines(f"  {f'{knob.name}={usual}':28} {about['label']}: {about['tooltip']} ({room})")


def run_one(name: str, knobs: Sequence[str], seeds: int | None, output: Path, unfoldings: Unfoldings = NOTHING) -> None:
    """Put one claim to the test, and write what came out into a folder; its networks unfolded, where that is wished.

    Raises
    ------
    BudaiError
        If there is no such claim, knob or network, or the folder cannot be used.
    """
    card = card_of(name)
    options = options_from(card, knobs, seeds)
    progress = TerminalProgress()
    with made_folder(output), writing_into(output, output / f"{name}.json"):
        verdict = _tested(name, options, progress)
        write_result(name, options, verdict, output / f"{name}.png")
        write_result(name, options, verdict, output / f"{name}.json")
        files, told = [f"{name}.json", f"{name}.png"], list[dict[str, Any]]()
        for k, way in unfoldings.chosen(card, verdict.ways):
            stem = output / f"{name}_unfolding_{k}"
            paths = tuple(stem.with_suffix(f".{kind}") for kind in unfoldings.kinds if kind != "json")
            told.append(_in_child(unfold_and_write, way, unfoldings, paths, report=progress))
            files += [path.name for path in paths]
        if told:
            write_result(name, options, verdict, output / f"{name}.json", {"unfoldings": told})
    write_lines(f"{card.title}: {verdict.outcome}. {verdict.sentence}")
    for one in told:
        write_lines(_sentence(one))
    progress.say(f"Results in {output}: {', '.join(files)} ({verdict.seconds:.1f} s of a processor)")


def unfold_and_write(way: Way, unfoldings: Unfoldings, paths: Sequence[Path]) -> Work[dict[str, object]]:
    """Unfold a network of a claim, write it into files, and return what there is to tell.

    Raises
    ------
    BudaiError
        If it cannot be unfolded, or a file cannot be written.
    """
    parts = 1 + len(paths)
    done = yield from part(unfold_way(way, unfoldings.how), *share(0, parts))
    film = seen_from(unfoldings.film, unfoldings.cameras, done.made)
    for k, path in enumerate(paths, 1):
        yield from part(write_unfolded(done, film, path), *share(k, parts))
    return done.report()


def run_all(output: Path) -> None:
    """Put all claims to the test with their default knobs, and write a report with pictures into a folder.

    A claim that cannot be run is told in the report, and spares the others. The report is written anew behind each
    claim, so that it is there when the command is interrupted.

    Raises
    ------
    BudaiError
        If the folder cannot be used.
    """
    progress, known = TerminalProgress(), cards()
    done: list[tuple[str, Card, Verdict | str]] = []
    with made_folder(output), writing_into(output, output / "claims.html"):
        for k, (name, card) in enumerate(known.items(), 1):
            options = card.options()
            try:
                verdict = _tested(name, options, progress)
                words = f"{verdict.outcome}. {verdict.sentence}"
                for suffix in (".json", ".png"):
                    write_result(name, options, verdict, output / f"{name}{suffix}")
                done.append((name, card, verdict))
            except (BudaiError, MemoryError) as error:
                done.append((name, card, why(error)))
                words = f"could not be run. {why(error)}"
            progress.say(f"{k} of {len(known)}  {card.title}: {words}")
            write_report(done, output)
    write_lines(summary(done))
    progress.say(f"Results in {output}: claims.html, and a JSON and a picture of each claim")


def _tested(name: str, options: Any, progress: TerminalProgress) -> Verdict:
    return _in_child(run_named, name, options, report=progress)


def _in_child(function: Any, *arguments: Any, report: TerminalProgress) -> Any:
    """Return what comes out of a work in a process of its own."""
    with Child(environment=ONE_THREAD).start(function, *arguments, report=report) as child:
        finish_together(child)
        return child.result()


def _sentence(told: Mapping[str, Any]) -> str:
    """Return what there is to tell of a network that was unfolded."""
    seen = min(layer["variance_kept"] for layer in told["layers"])
    words = f"{told['network']}: {told['points']:,} points through {len(told['steps'])} layers"
    words += f"; at least {100 * seen:.0f} % of the variance is seen; the output is met to {told['end_error']:.1e}"
    linking = told["linking_number"]
    if linking is not None:
        pairs = zip(linking["values"], linking["seen"], strict=True)
        inside = sorted({value for value, kind in pairs if kind == "in space" and value is not None})
        words += f"; linking number {', '.join(f'{value:+.0f}' for value in inside) or 'nowhere'} in space"
        words += f", Gauss' integral within {linking['integral_off']:.1e}"
        if linking["meetings"]:
            words += f"; the curves meet at t = {linking['meetings'][0]['t']:.3f}"
    return f"{words}."
