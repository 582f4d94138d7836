"""The places that the camera of a view can be sent to."""

from PySide6.QtWidgets import QMenu

from app.style.translation import tr
from app.widgets.canvas.surface_canvas import SurfaceCanvas

CAMERA_ENTRIES = (
    ("fit", "Fit (R)"),
    ("front", "Front (1)"),
    ("side", "Side (3)"),
    ("top", "Top (7)"),
)


def fill_camera_menu(menu: QMenu, canvas: SurfaceCanvas) -> None:
    """Append the places that a camera can be sent to."""
    for name, title in CAMERA_ENTRIES:
        action = menu.addAction(tr(title))
        action.triggered.connect(lambda _, name=name: canvas.fit() if name == "fit" else canvas.view_along(name))
    parallel = menu.addAction(tr("Orthographic (O)"))
    parallel.setCheckable(True)
    parallel.setChecked(canvas.camera.is_parallel)
    parallel.triggered.connect(canvas.set_parallel)
    menu.addSeparator()
    menu.addAction(tr("Copy camera (Ctrl+C)")).triggered.connect(canvas.copy_camera)
    menu.addAction(tr("Paste camera (Ctrl+V)")).triggered.connect(canvas.paste_camera)
    menu.addSeparator()
    wireframe = menu.addAction(tr("Wireframe (W)"))
    wireframe.setCheckable(True)
    wireframe.setChecked(canvas.is_wireframe)
    wireframe.triggered.connect(canvas.set_wireframe)
    clip = menu.addAction(tr("Clipping plane (X)"))
    clip.setCheckable(True)
    clip.setChecked(canvas.clipping.clip is not None)
    clip.triggered.connect(canvas.clipping.toggle)
