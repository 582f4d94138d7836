"""Pictures of a model that is watched: its points over what it thinks of places, and its curves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.bench.watching import Moment
from core.claims.figure import Field, Figure, Mark, Panel, Path, Points, Segments
from core.training.generators.cloud import Look
from core.training.generators.plane import plane_of

REAL, FAKE = "a", "b"
"""Colours of real and of drawn points; of the map, where a place looks like the one or the other."""
_NOISE_BOX = (-3.0, 3.0, -3.0, 3.0)


def _shown(label: str, tooltip: str, default: bool = True) -> bool:
    return field(default=default, metadata={"label": label, "tooltip": tooltip})


@dataclass(frozen=True)
class Shown:
    """What is drawn of a model.

    Parameters
    ----------
    real, fake, places, arrows : bool
        Real points, drawn ones, the map of the discriminator, critic or density, gradients or field.
    cells : bool
        The exact cells of the generator or decoder, over the map.
    """

    real: bool = _shown("Real points", "Points that are learned from.")
    fake: bool = _shown("New points", "Points that the model draws, from the same noise each time.")
    places: bool = _shown("Map", "What the discriminator, the critic or the density says of each place.")
    arrows: bool = _shown("Gradients", "Where the generator is drawn at its points, or the field that carries points.")
    cells: bool = field(
        default=False,
        metadata={"label": "Cells", "tooltip": "The exact linear pieces of the generator, where they lie."},
    )


def points_figure(moment: Moment, shown: Shown, cells: Look | None, title: str) -> Figure:
    """Return the picture of a moment.

    Parameters
    ----------
    moment : Moment
        What is drawn.
    shown : Shown
        Which of it.
    cells : Look or None
        The last look that has cells.
    title : str
        What stands over it.
    """
    look, marks, plane = moment.cloud.look, list[Mark](), plane_of(moment.real)
    if look is not None and shown.places and look.rating is not None:
        marks.append(Field(tinted(look), look.box, 0.5))
    if shown.cells and cells is not None and cells.cells is not None:
        marks.append(Field(-cells.cells / 255.0, cells.box, 0.9))
    if shown.real:
        marks.append(Points(plane.places(moment.real), REAL, 4.0, "real"))
    if look is not None and shown.arrows and len(look.arrows):
        ends = np.stack([look.roots, look.roots + look.arrows], 1)
        left, right, low, high = look.box  # those that leave it would make it small
        ends = ends[((ends >= [left, low]) & (ends <= [right, high])).all((1, 2))]
        marks.append(Segments(ends, "d", 1.2, "pull on the generator" if look.is_gradient else "field"))
    if shown.fake:
        marks.append(Points(_within(plane.places(moment.cloud.points), look), FAKE, 4.5, "new"))
    return Figure((Panel(title, tuple(marks), equal=True),))


def tinted(look: Look) -> np.ndarray:
    """Return the map of a look as numbers from -1, real, to 1, made up."""
    assert look.rating is not None
    values = look.rating
    if look.rates == "discriminator":
        return -np.tanh(0.5 * values)
    if look.rates == "density":
        most = float(values.max())
        return -np.exp(values - most) if np.isfinite(most) else np.zeros_like(values)
    centred = values - values.mean()
    return -centred / max(float(np.abs(centred).max()), 1e-12)


def curves_figure(moments: Sequence[Moment], cells: Look | None) -> Figure:
    """Return the curves of a model up to a moment: losses, distances, the game; and the cells in the noise."""
    if not moments:
        return Figure()
    steps = np.array([one.cloud.step for one in moments], float)
    looks = [one.cloud.look for one in moments]
    last = looks[-1]

    def path(value: Callable[[int], float], color: str, name: str) -> Path:
        return Path(np.column_stack([steps, [value(k) for k in range(len(steps))]]), color, 1.75, name=name)

    def of_look(name: str) -> Callable[[int], float]:
        return lambda k: float(getattr(looks[k], name, np.nan))

    is_game = last is not None and last.is_gradient
    losses = [path(lambda k: moments[k].cloud.loss, "a", last.rates if is_game and last is not None else "loss")]
    if is_game:
        losses.append(path(of_look("generator_loss"), "b", "generator"))
    distances = (
        path(lambda k: moments[k].w2, "c", "W2, exact"),
        path(lambda k: moments[k].divergence, "d", "divergence, bits"),
    )
    panels = [Panel("Losses", tuple(losses), "steps"), Panel("How far from the truth", distances, "steps")]
    if is_game and last is not None:
        game = [path(of_look("gradient"), "d", "pull, mean length")]
        if last.rates == "discriminator":
            game.append(path(of_look("accuracy"), "a", "told right"))
        panels.append(Panel("Gradient of the generator", tuple(game), "steps"))
    if cells is not None and cells.noise_cells is not None:
        picture = Field(cells.noise_cells / 255.0, _NOISE_BOX, 0.9)
        panels.append(Panel(f"Cells in the noise: {cells.n_cells:,}", (picture,), equal=True))
    return Figure(tuple(panels))


def _within(points: np.ndarray, look: Look | None) -> np.ndarray:
    """Return the points within the box of a look: others would make it small."""
    if look is None:
        return points
    left, right, low, high = look.box
    return points[((points >= [left, low]) & (points <= [right, high])).all(1)]
