"""Reading and writing of whole projects and results, as works for a worker process. No Qt here.

What reads and writes is imported where it is needed, in the worker: the mesh formats take a second to import.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.stages import rows
from core.base.errors import BudaiError, InputError
from core.base.progress import Progress, Work
from core.session.project import Project


def write_project(project: Project, path: str) -> Work[str]:
    """Save a project and return its path.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from core.session.project_file import save_project

    rows()  # stages of their own are known then
    yield Progress(None, Path(path).name)
    save_project(project, path)
    return path


def read_project(path: str) -> Work[Project]:
    """Read a project.

    Raises
    ------
    InputError
        If the file is no project.
    """
    from core.session.project_file import open_project

    rows()  # stages of their own are known then
    yield Progress(None, Path(path).name)
    return open_project(path)


def write_export(project: Project, path: str, what: str) -> Work[str]:
    """Write one result into a file and return its path.

    Raises
    ------
    InputError
        If the result does not exist or the file cannot be written.
    """
    from app.stages.exporting import export_file

    yield Progress(None, Path(path).name)
    export_file(project, path, what)
    return path


@dataclass(frozen=True)
class Scan:
    """A surface that pyvista's examples can fetch.

    Parameters
    ----------
    key : str
        Name of its function in ``pyvista.examples.downloads`` without ``download_``.
    title : str
        Name as the user reads it.
    """

    key: str
    title: str


SCANS = (
    Scan("bunny", "Stanford bunny"),
    Scan("bunny_coarse", "Stanford bunny, coarse"),
    Scan("nefertiti", "Nefertiti"),
    Scan("lucy", "Lucy"),
    Scan("dragon", "Stanford dragon"),
    Scan("armadillo", "Armadillo"),
    Scan("cow", "Cow"),
    Scan("horse", "Horse"),
    Scan("teapot", "Teapot"),
    Scan("face", "Face"),
)
"""What *File > Samples > Download* offers."""

NO_CONNECTION = (
    "Samples could not be fetched: no connection. The figurine and the teaching surfaces are on this computer."
)


def fetch_scan(key: str) -> Work[str]:
    """Fetch a scan into the user's cache, unless it is there, and return the path of its file.

    Parameters
    ----------
    key : str
        Of one of `SCANS`.

    Raises
    ------
    BudaiError
        If there is no connection or the folder cannot be written.
    """
    yield Progress(None, f"{key}.vtp")
    folder = Path(platformdirs.user_cache_dir("budai")) / "samples"
    target = folder / f"{key}.vtp"
    if target.is_file():
        return str(target)
    import requests
    from pyvista import PolyData
    from pyvista.examples import downloads  # hundreds of modules: only where they are needed

    try:
        mesh = getattr(downloads, f"download_{key}")()
    except requests.RequestException as error:
        raise BudaiError(NO_CONNECTION) from error
    except OSError as error:
        reason = f"could not be kept ({error.strerror or error})"
        raise InputError(f"{key}.vtp", reason, remedy="Make room in the folder for cached files.") from error
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{key}.part.vtp"
    surface = mesh if isinstance(mesh, PolyData) else mesh.extract_geometry()
    surface.triangulate().save(partial)
    shutil.move(partial, target)
    return str(target)
