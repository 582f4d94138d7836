"""What there is to say of a map, in one line, not translated."""

from core.maps.manifold_map import ManifoldMap


def summary(made: ManifoldMap) -> str:
    """Return what a map is worth."""
    figures = made.figures
    parts = [f"{figures.rows:,} {'rows' if made.first.source.is_table else 'vertices'}"]
    if figures.error_rel is not None and figures.baseline_rel is not None:
        parts.append(
            f"{figures.withheld_rows:,} withheld: off by {100 * figures.error_rel:.3g} % of the diagonal, the nearest "
            f"sample by {100 * figures.baseline_rel:.3g} %"
        )
    parts.append(f"there and back: {figures.cycle_rms:.2g}, at most {figures.cycle_max:.2g}")
    if made.ways is not None and figures.moved_rms is not None and figures.least_moved_rms is not None:
        parts.append(f"codes move by {figures.moved_rms:.3g}, at least by {figures.least_moved_rms:.3g}")
    return " · ".join(parts)
