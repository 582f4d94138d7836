"""The figure composer beside the window: it stays open while the views are changed."""

from typing import Any

from PySide6.QtCore import Qt

_ATTRIBUTE = "figure_composer"


def show_composer(window: Any) -> None:
    """Show the figure composer.

    Parameters
    ----------
    window : MainWindow
        Whose views a figure is put together from.
    """
    from app.composer.dialog import ComposerDialog  # only where it is needed
    from app.composer.sheet import offered

    former = getattr(window, _ATTRIBUTE, None)
    if former is not None:
        former.close()
    source = window.workspace.whole.source
    dialog = ComposerDialog(
        window.theme,
        window.grid,
        offered(window.grid, set(window.workspace.whole.results)),
        window.settings.geometry,
        window.files.folder,
        f"{source.name}_figure" if source is not None else "figure",
        window.notify,
        window,
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # its pictures are large
    dialog.finished.connect(lambda _: setattr(window, _ATTRIBUTE, None))
    setattr(window, _ATTRIBUTE, dialog)
    dialog.show()
