"""Which file the stage *Denoise* takes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from app.stages.denoising.blind import BLIND
from app.state.file_kinds import CLOUDS, SURFACES, filters
from app.style.translation import tr


def ask_noisy(window: Any) -> None:
    """Ask for noisy points, or for another surface if that is the input."""
    other = window.workspace.options("denoising").input == "other"
    title = tr("Open another surface") if other else tr("Open noisy points")
    kinds = (tr("Surfaces"), SURFACES) if other else (tr("Clouds and scans"), (*SURFACES, *CLOUDS))
    chosen, _ = QFileDialog.getOpenFileName(window, title, str(window.files.folder), filters(*kinds))
    if chosen:
        use_noisy(window, chosen)


def ask_truth(window: Any) -> None:
    """Ask for the surface that points of a cloud are measured from when its own has been learned."""
    kinds = filters(tr("Surfaces"), SURFACES)
    chosen, _ = QFileDialog.getOpenFileName(window, tr("Open the true surface"), str(window.files.folder), kinds)
    if chosen:
        workspace = window.workspace
        workspace.set_options(BLIND, replace(workspace.options(BLIND), truth=chosen))
        workspace.show_stage("denoising")


def use_noisy(window: Any, path: str) -> None:
    """Make a file the input of the stage, and open it."""
    workspace = window.workspace
    options = workspace.options("denoising")
    is_surface = Path(path).suffix.lower()[1:] in SURFACES
    kind = "other" if options.input == "other" and is_surface else "file"
    workspace.set_options("denoising", replace(options, input=kind, path=path, columns=()))
    workspace.show_stage("denoising")
