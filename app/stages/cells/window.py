"""How the stage *Cells* looks in the window."""

from app.stages.cells.display import CellsDisplay
from app.stages.cells.sections import CellsSections
from app.stages.cells.views import CellsViews
from app.state.option_words import options_call
from app.state.workspace import Workspace
from app.style.translation import tr
from app.views.look import Forms, StageView, TourStep
from app.widgets.text import counted, duration, number
from core.cells.cells import PARTS, Cells
from core.relu.relu_map import ReluMap
from core.session.project import Project


def view() -> StageView:
    """Return the half of its row that the window needs."""
    return StageView(
        "cells",
        tr("Cells"),
        tr("Every linear piece of the network, exactly."),
        "polygon",
        tr("Compute cells"),
        tr("Compute again"),
        cells_words,
        term="cell",
        tour=TourStep(
            tr("Find the cells"),
            tr("Where no unit switches on or off the network is one affine map. All these places are found, exactly."),
            tr(
                "Each polygon of the disk is a cell, and on it the network is one matrix. Click one to see it, and "
                "drag the orange frame to look closer."
            ),
        ),
        job=(tr("Computing cells"), tr("Cells computed")),
        script=lambda workspace: (f"run.cells({options_call(workspace.options('cells'))})", False),
        of=("surface", "cloud", "table"),
        caption=cells_caption,
        finished=_finished,
        furnish=furnish_cells,
        needed=tr("Needs the cells"),
        display=CellsDisplay,
        choices={
            ("of", ("decoder",)): tr("Decoder"),
            ("of", ("encoder",)): tr("Encoder"),
            ("of", ("decoder", "encoder")): tr("Both"),
            ("plane", "cell"): tr("Of the cell"),
            ("plane", "layer"): tr("First layer"),
        },
        views=CellsViews,
        sections=CellsSections,
    )


def _finished(project: Project) -> str:
    if project.cells is None:
        return ""
    return tr("{cells} in {time}", cells=cells_words(project)[1], time=duration(cells_seconds(project.cells)))


def cells_words(project: Project) -> tuple[str, str]:
    """Return how many cells there are, in full and in few words."""
    cells = project.cells
    if cells is None:
        return "", ""
    if cells.decoder is not None:
        count = counted(cells.decoder.n_cells, "1 cell", "{n} cells")
        if cells.section is not None:
            return f"{count} · {tr('in a plane')}", count
        return f"{count} · {tr('Euler {n}', n=cells.decoder.euler_characteristic)}", count
    part = cells.encoder or cells.composition
    assert part is not None
    count = counted(part.n_cells, "1 cell", "{n} cells")
    return f"{count} · {tr('{n} pieces', n=number(part.n_pieces))}", count


def cells_seconds(cells: Cells) -> float:
    """Return how long the decompositions took, without what else was asked for."""
    return sum(seconds for part, seconds in cells.seconds.items() if part in PARTS)


def cells_caption(project: Project) -> str:
    """Return how long the last run took."""
    if project.cells is None:
        return ""
    seconds = cells_seconds(project.cells)
    return f"{tr('Up to date')} · {duration(seconds)} · {tr('float64, exact')}"


def shown_network(workspace: Workspace) -> ReluMap | None:
    """Return the network whose layers the form offers: that of the cells, else the trained decoder."""
    project = workspace.project
    if project.cells is not None:
        for part in (project.cells.decoder, project.cells.encoder, project.cells.composition):
            if part is not None:
                return part.network
    return project.training.autoencoder.decoder if project.training is not None else None


def furnish_cells(workspace: Workspace, forms: Forms) -> None:
    """Offer the layers and units of the network, and planes where codes have more numbers than two."""
    training, options = workspace.project.training, workspace.options("cells")
    has_planes = training is not None and training.autoencoder.latent_dimension > 2
    for name in ("plane", "first", "second", "row"):
        wanted = name in ("plane", "row") or options.plane != "widest"
        forms[0].set_row_visible(name, has_planes and wanted)
    network = shown_network(workspace)
    widths = network.widths[1:-1] if network is not None else ()
    rows = forms[1].rows
    rows["hidden_layers"].editor.set_layers(len(widths))
    rows["unit"].editor.set_layers(widths, workspace.display("cells").hidden_layers)
    rows["unit"].editor.set_value(workspace.display("cells").unit)
