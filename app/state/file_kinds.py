"""Suffixes of the files that can be read, and filters of them for dialogs."""

from app.style.translation import tr

SURFACES = ("ply", "obj", "stl", "off", "glb", "gltf", "3mf", "vtp", "m")
CLOUDS = ("xyz", "pts", "txt", "csv", "asc", "pcd", "las", "laz", "e57", "npy", "npz")


def filters(title: str, suffixes: tuple[str, ...]) -> str:
    """Return the filters of a dialog: files of some suffixes, and all."""
    kinds = " ".join(f"*.{suffix} *.{suffix.upper()}" for suffix in suffixes)
    return f"{title} ({kinds});;{tr('All files')} (*)"
