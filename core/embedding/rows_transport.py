"""The transport of the uniform disk to the codes of the rows of a table."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float64
from scipy.spatial import KDTree

from core.base.clock import ActiveClock
from core.base.progress import Progress, Stop, Work, part
from core.transport.options import TransportOptions
from core.transport.regular_triangulation import hilbert_order
from core.transport.semidiscrete import solve
from core.transport.singular_set import singular_set
from core.transport.surface_measure import SurfaceMeasure
from core.transport.transport import Transport, TransportState


def rows_transport(
    codes: Float64[np.ndarray, "n 2"], learned: Bool[np.ndarray, " n"], options: TransportOptions
) -> Work[Transport]:
    """Solve the transport to the codes of the rows of a table that were learned from, each of the same mass.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Codes of all rows.
    learned : (n,) bool array
        The rows that were learned from.
    options : TransportOptions
        Accuracy.

    Raises
    ------
    SolveError
        If float64 cannot give each site a cell.
    """
    clock, stop, residuals = ActiveClock(), Stop(), list[float]()

    def report(progress: Progress) -> Progress:
        if progress.payload.step == 0:
            residuals.clear()  # a start from clusters solves more than once
        residuals.append(progress.payload.residual)
        return replace(progress, payload=TransportState("solve", tuple(residuals)))

    measure = rows_measure(codes, learned, options.sites)
    work = solve(measure.sites, measure.masses, tolerance=options.tolerance)
    solution = yield from part(work, clock=clock, report=report, stop=stop)
    messages = [solution.shortfall] if solution.shortfall and not stop.requested else []
    if solution.n_merged:
        messages.append(f"{solution.n_merged:,} rows have the code of another one; they share its cell.")
    return Transport(
        options=options,
        chart=np.asarray(codes, np.float64),
        measure=measure,
        map=solution,
        before=None,
        after=None,
        sampling=None,
        uniformity=None,
        singular=singular_set(solution.diagram, options.singular_threshold or None),
        seconds={"solve": clock.seconds},
        ended="stopped" if stop.requested else "finished",
        messages=tuple(messages),
    )


def rows_measure(codes: Float64[np.ndarray, "n 2"], learned: Bool[np.ndarray, " n"], count: int = 0) -> SurfaceMeasure:
    """Carry the rows of a table that were learned from to their codes, each with the same mass.

    Parameters
    ----------
    codes : (n, 2) float64 array
        Codes of all rows.
    learned : (n,) bool array
        The rows that have a mass.
    count : int
        How many of them become sites; the others are owned by the nearest. 0 for all.
    """
    used = np.flatnonzero(learned)
    site_vertex, owner = used, np.full(len(codes), -1)
    if 0 < count < len(used):
        along = used[hilbert_order(codes[used])]
        site_vertex = np.sort(along[np.linspace(0, len(along) - 1, count).astype(np.int64)])
        owner[used] = KDTree(codes[site_vertex]).query(codes[used])[1]
        owner[site_vertex] = np.arange(count)
    else:
        owner[used] = np.arange(len(used))
    masses = np.bincount(owner[used], minlength=len(site_vertex)) * (np.pi / len(used))
    return SurfaceMeasure(codes[site_vertex], masses, site_vertex, owner, learned.astype(np.float64))
