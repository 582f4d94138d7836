"""Whether a window can be opened, found out before Qt is asked: without a display Qt ends the program."""

import ctypes
import os
import socket
import sys
from pathlib import Path

NO_DISPLAY = "There is no display to open a window on. Set DISPLAY, or work without a window: budai run SURFACE -o OUT"
GONE = (
    "The display {name} does not answer: was the connection that it came through (ssh -X) closed? Connect again, set "
    "DISPLAY to a display that is there, or work without a window: budai run SURFACE -o OUT"
)
_XCB = "libxcb.so.1"


def display_problem() -> str:
    """Return why no window can be opened, as one sentence with what helps; empty where one can be."""
    if not sys.platform.startswith("linux"):
        return ""
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if platform not in ("", "xcb", "wayland", "wayland-egl"):
        return ""
    names = {key: os.environ.get(key, "") for key in ("DISPLAY", "WAYLAND_DISPLAY")}
    if not any(names.values()):
        return NO_DISPLAY if not platform or platform == "xcb" else ""
    if names["WAYLAND_DISPLAY"] and platform != "xcb" and _answers_wayland(names["WAYLAND_DISPLAY"]):
        return ""
    if names["DISPLAY"] and not platform.startswith("wayland") and _answers_x(names["DISPLAY"]):
        return ""
    return GONE.format(name=names["DISPLAY"] or names["WAYLAND_DISPLAY"])


def _answers_wayland(name: str) -> bool:
    """Whether a compositor listens at a socket."""
    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/run")) / name
    with socket.socket(socket.AF_UNIX) as near:
        near.settimeout(2.0)
        return near.connect_ex(str(path)) == 0


def _answers_x(name: str) -> bool:
    """Whether an X server takes a connection, as Qt makes it; True where that cannot be tried.

    A connection that it takes is kept: a server that loses its last one may begin anew (Xvfb does), and does not answer
    meanwhile, when Qt asks.
    """
    try:
        xcb = ctypes.CDLL(_XCB)
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(name.encode(), None)
    if xcb.xcb_connection_has_error(connection) == 0:
        return True
    xcb.xcb_disconnect(connection)
    return False
