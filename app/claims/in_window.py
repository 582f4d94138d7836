"""The gallery of claims in the window: it takes the place of the views until one goes back."""

from typing import Any

from PySide6.QtWidgets import QVBoxLayout

from core.session.project import Project


def show_claims(window: Any, name: str = "") -> None:
    """Show all claims, or the page of one.

    Parameters
    ----------
    window : MainWindow
        Where.
    name : str
        Name of the card; empty for all.
    """
    if window.claims is None:
        _make(window)
    window.body.hide()
    window.claims.show()
    if name:
        window.claims.show_claim(name)
    else:
        window.claims.show_all()


def hide_claims(window: Any) -> None:
    """Show the project again; a run that goes on is ended."""
    if window.claims is not None and not window.claims.isHidden():
        window.claims.page.end_run()
        window.claims.hide()
        window.body.show()


def leave_claims(window: Any) -> bool:
    """Go one step back where claims are shown, and return whether they were."""
    is_shown = window.claims is not None and not window.claims.isHidden()
    if is_shown:
        window.claims.leave()
    return is_shown


def run_claim(window: Any) -> bool:
    """Run or stop the claim whose page is shown, and return whether claims are shown."""
    is_shown = window.claims is not None and not window.claims.isHidden()
    if is_shown and window.claims.currentWidget() is window.claims.page:
        window.claims.page.run()
    return is_shown


def _make(window: Any) -> None:
    """Make the gallery when it is first asked for: the window opens without it."""
    from app.claims.gallery import Gallery

    window.claims = Gallery(window.theme, window.workspace.workers)
    column = window.centralWidget().layout()
    assert isinstance(column, QVBoxLayout)
    column.insertWidget(column.indexOf(window.body), window.claims, 1)
    window.claims.closed.connect(lambda: hide_claims(window))
    window.workspace.open_stage_changed.connect(lambda _: hide_claims(window))

    def follow(old: Project, new: Project) -> None:
        if new.source is not old.source:
            hide_claims(window)

    window.workspace.project_changed.connect(follow)
