"""How views are drawn for a figure on paper, in place of the screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app.scene.palette import LIGHT, Palette
from app.style.theme import Theme


@dataclass(frozen=True)
class Paper:
    """How a view is to be painted into a figure.

    Parameters
    ----------
    ratio : int
        Pixels of pictures in space for each unit of the figure.
    is_clear : bool
        Whether what lies behind shows through, else the view has its own ground.
    has_vectors : bool
        Whether what is flat is drawn as polygons and lines, where it can be.
    """

    ratio: int = 1
    is_clear: bool = True
    has_vectors: bool = False


def paper_palette(ground: str = "#FFFFFF") -> Palette:
    """Return the light colours on another ground, "#RRGGBB" or "#AARRGGBB"."""
    return replace(LIGHT, view=ground, sheet=ground)


@contextmanager
def on_paper(theme: Theme, palette: Palette, family: str, has_remarks: bool) -> Iterator[None]:
    """Let what is painted meanwhile look as in a figure; nobody is told, so that nothing is made anew.

    Parameters
    ----------
    theme : Theme
        What all that is painted follows.
    palette : Palette
        Colours.
    family : str
        Font; empty for that of the interface.
    has_remarks : bool
        Whether remarks on the work and the linked points are drawn too.
    """
    former = theme.palette, theme.family, theme.text_scale, theme.on_paper
    theme.forget_pixmaps()
    theme.palette, theme.family, theme.text_scale = palette, family or theme.family, 1.0
    theme.on_paper = not has_remarks
    try:
        yield
    finally:
        theme.palette, theme.family, theme.text_scale, theme.on_paper = former
        theme.forget_pixmaps()
