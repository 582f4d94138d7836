"""The gallery of claims in the window: it takes the place of the views until one goes back."""

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.session.project import Project

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
    gallery = gallery_of(window) or _made(window)
    window.body.hide()
    gallery.show()
    if name:
        gallery.show_claim(name)
    else:
        gallery.show_all()


def gallery_of(window: Any) -> Any:
    """Return the gallery of a window, None where it was not asked for yet."""
    return window.findChild(QWidget, GALLERY)


def _shown(window: Any) -> Any:
    """Return the gallery where it is shown, else None."""
    gallery = gallery_of(window)
    return None if gallery is None or gallery.isHidden() else gallery


def hide_claims(window: Any) -> None:
    """Show the project again; a run that goes on is ended."""
    gallery = _shown(window)
    if gallery is not None:
        gallery.page.end_run()
        gallery.hide()
        window.body.show()


def leave_claims(window: Any) -> bool:
    """Go one step back where claims are shown, and return whether they were."""
    gallery = _shown(window)
    if gallery is not None:
        gallery.leave()
    return gallery is not None


def run_claim(window: Any) -> bool:
    """Run or stop the claim whose page is shown, and return whether claims are shown."""
    gallery = _shown(window)
    if gallery is not None and gallery.currentWidget() is gallery.page:
        gallery.page.run()
    return gallery is not None


def _made(window: Any) -> Any:
    """Make the gallery when it is first asked for: the window opens without it."""
    from app.claims.gallery import Gallery

    gallery = Gallery(window.theme, window.workspace.workers)
    gallery.setObjectName(GALLERY)
    column = window.centralWidget().layout()
    assert isinstance(column, QVBoxLayout)
    column.insertWidget(column.indexOf(window.body), gallery, 1)
    gallery.closed.connect(lambda: hide_claims(window))
    window.workspace.open_stage_changed.connect(lambda _: hide_claims(window))

    def follow(old: Project, new: Project) -> None:
        if new.source is not old.source:
            hide_claims(window)

    window.workspace.project_changed.connect(follow)
    return gallery
