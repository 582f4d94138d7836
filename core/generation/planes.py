"""The plane that the cells of a table are cut in, where its codes have more numbers than two."""

import numpy as np

from core.base.errors import BudaiError
from core.cells.cells import CellsOptions
from core.charts.section import Section, widest_axes
from core.generation.directions import cell_directions, layer_directions
from core.training.result import TrainingResult


def section_of(training: TrainingResult, options: CellsOptions) -> Section | None:
    """Return the plane that is asked for; None where codes have two numbers: there it is the disk itself.

    Parameters
    ----------
    training : TrainingResult
        Autoencoder and codes.
    options : CellsOptions
        Which plane; it passes the mean of all codes, or the code of a row where that is asked for.

    Raises
    ------
    BudaiError
        If codes have one number alone, or there is no such coordinate, direction or row.
    """
    networks, codes = training.autoencoder, training.codes
    d = networks.latent_dimension
    if d == 2:
        return None
    if d < 2:
        raise BudaiError("Codes have 1 number; cells need 2. Train with 2 or more.")
    first, second, row = options.first - 1, options.second - 1, options.row
    if row >= len(codes):
        raise BudaiError(f"Plane: there is no row {row:,}. Rows go from 0 to {len(codes) - 1:,}.")
    if options.plane != "widest" and (max(first, second) >= d or first == second):
        raise BudaiError(
            f"Plane: {options.first} and {options.second} are no two of {d} directions. Choose two from 1 to {d}."
        )
    through = codes[row] if row >= 0 else codes.mean(0)
    through = through / max(1.0, float(np.linalg.norm(through)) * (1.0 + 1e-9))
    if options.plane == "coordinates":
        return Section(np.eye(d)[[first, second]], through, f"coordinates {first + 1} and {second + 1}")
    if options.plane == "widest":
        return Section(widest_axes(codes), through, "the directions of most variance")
    if options.plane == "cell":
        return Section(
            cell_directions(networks, through).vectors[[first, second]],
            through,
            f"directions {first + 1} and {second + 1} of the cell",
        )
    found = layer_directions(networks).vectors
    return Section(found[[first, second]], through, f"directions {first + 1} and {second + 1} of the first layer")
