"""The gallery of claims in the window: it takes the place of the views until one goes back."""

from typing import Any

from app.claims.covers import cover_of, show_cover

GALLERY = "claims"
"""Name of the gallery among the parts of a window."""


def show_claims(window: Any, name: str = "") -> None:
    """Show all claims, or the page of one.

    Parameters
    ----------
    window : MainWindow
        Where.
    name : str
        Name of the card; empty for all.
    """

    def make() -> Any:
        from app.claims.gallery import Gallery

        return Gallery(window.theme, window.workspace.workers, window.grid.make_plotter)

    gallery = show_cover(window, GALLERY, make)
    if name:
        gallery.show_claim(name)
    else:
        gallery.show_all()


def gallery_of(window: Any) -> Any:
    """Return the gallery of a window, None where it was not asked for yet."""
    return cover_of(window, GALLERY)
