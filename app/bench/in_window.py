"""The bench in the window: it takes the place of the views until one goes back."""

from typing import Any

from app.claims.covers import cover_of, show_cover

BENCH = "bench"
"""Name of the bench among the parts of a window."""


def show_bench(window: Any) -> None:
    """Show the bench of generative models.

    Parameters
    ----------
    window : MainWindow
        Where; a surface that it has open can be a target.
    """

    def make() -> Any:
        from app.bench.bench_page import BenchPage

        return BenchPage(window.theme, window.workspace.workers, lambda: _surface(window), window.notify)

    show_cover(window, BENCH, make).show_board()


def bench_of(window: Any) -> Any:
    """Return the bench of a window, None where it was not asked for yet."""
    return cover_of(window, BENCH)


def _surface(window: Any) -> tuple[str, Any] | None:
    """Return the name of what is open and its surface; None where there is none."""
    source = window.workspace.whole.source
    if source is None or not source.has_faces:
        return None
    return source.name, source.surface
