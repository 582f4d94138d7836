"""Where VTK draws: a window off the screen, of a kind that finds OpenGL, and the thread that may use it."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from ctypes.util import find_library
from functools import cache
from typing import Any

from vtkmodules import vtkRenderingOpenGL2
from vtkmodules.vtkCommonCore import vtkObject
from vtkmodules.vtkRenderingCore import vtkRenderWindow


class Here(Executor):
    """Runs everything at once where it is asked for: on macOS, VTK may draw in the first thread alone."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def drawing_thread() -> Executor:
    """Return what runs all calls to VTK: one thread, where the platform allows it."""
    return Here() if sys.platform == "darwin" else ThreadPoolExecutor(1, thread_name_prefix="budai-drawing")


def _kinds() -> list[Callable[[], vtkRenderWindow]]:
    """Return the kinds of windows to try: on Linux without asking the X server first."""
    if not sys.platform.startswith("linux"):
        return [vtkRenderWindow]
    # VTK itself would take OSMesa where nothing else works, and crash without its library.
    found: list[Callable[[], vtkRenderWindow]] = [vtkRenderingOpenGL2.vtkEGLRenderWindow]
    if os.environ.get("DISPLAY"):
        found.append(vtkRenderingOpenGL2.vtkXOpenGLRenderWindow)
    if find_library("OSMesa"):
        found.append(vtkRenderingOpenGL2.vtkOSOpenGLRenderWindow)
    return found


@cache
def _working_kind() -> Callable[[], vtkRenderWindow] | None:
    """Return the first kind of window that finds OpenGL; what the others say about it is of no use to anybody."""
    warns = vtkObject.GetGlobalWarningDisplay()
    vtkObject.SetGlobalWarningDisplay(False)
    try:
        return next((kind for kind in _kinds() if kind().SupportsOpenGL()), None)
    finally:
        vtkObject.SetGlobalWarningDisplay(warns)


def make_window() -> vtkRenderWindow:
    """Return a window off the screen."""
    kind = _working_kind()
    assert kind is not None
    window = kind()
    window.SetOffScreenRendering(True)
    window.SetShowWindow(False)
    window.SetMultiSamples(0)
    window.SetAlphaBitPlanes(True)
    return window


def has_opengl(drawing: Executor) -> bool:
    """Return whether VTK can draw on this machine."""
    return drawing.submit(lambda: _working_kind() is not None).result()
