"""How far a work has come: a bar on a terminal and in a notebook, a line now and then elsewhere."""

import importlib.util
import io
import sys
from typing import Any, TextIO, cast

from app.command_line.terminal import TerminalProgress
from core.base.progress import Progress

_SHARES = 1000
"""Steps of a bar in a notebook."""


class _Nowhere(io.TextIOBase):
    """Takes what nobody wants to read."""

    def write(self, text: str) -> int:
        return len(text)


def shown_progress(wanted: bool = True) -> TerminalProgress:
    """Return where a work tells how far it has come.

    Parameters
    ----------
    wanted : bool
        Whether anybody wants to know.
    """
    if not wanted:
        return TerminalProgress(cast(TextIO, _Nowhere()))
    if _is_notebook() and importlib.util.find_spec("tqdm") is not None:
        return NotebookProgress()
    return TerminalProgress()


def _is_notebook() -> bool:
    """Return whether a kernel of Jupyter runs this."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")


class NotebookProgress(TerminalProgress):
    """A bar of ``tqdm.auto`` below a cell of a notebook; what stays is said above it."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: Any = None

    def __call__(self, progress: Progress) -> None:
        """Show a report."""
        if self._bar is None:
            from tqdm.auto import tqdm  # only where there is a notebook, which brings it

            self._bar = tqdm(total=_SHARES, leave=False, bar_format="{l_bar}{bar}| {elapsed}")
        if progress.fraction is not None:
            self._bar.n = round(_SHARES * min(1.0, progress.fraction))
        self._bar.set_description(progress.message, refresh=False)
        self._bar.refresh()

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
