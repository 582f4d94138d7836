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
        Where; what it has open can be a target.
    """

    def make() -> Any:
        from app.bench.bench_page import BenchPage

        return BenchPage(window.theme, window.workspace.workers, lambda: _open(window), window.notify)

    show_cover(window, BENCH, make).show_board()


def bench_of(window: Any) -> Any:
    """Return the bench of a window, None where it was not asked for yet."""
    return cover_of(window, BENCH)


def _open(window: Any) -> Any:
    """Return the source that is open, a surface, points or a table; None where there is none."""
    return window.workspace.whole.source
