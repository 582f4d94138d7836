"""Project files: a zip of npz, JSON and safetensors, never a pickle."""

import dataclasses
import json
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from core.base.errors import BudaiError, InputError
from core.base.kinds import is_object
from core.io.atomic import replacing
from core.io.file_bytes import printable
from core.io.typed import typed
from core.session.by_chart import ByChart, is_by_chart
from core.session.packed import Packed
from core.session.project import Project
from core.session.stages import STAGES, Stage
from core.session.training_parts import pack_runs, unpack_runs

SUFFIX = ".budai"
MOST_BYTES = 8 << 30
"""What the parts of a project may take unpacked: far more than any project holds, far less than a zip bomb claims."""

_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)
"""What unpacking a damaged zip archive may end in; RuntimeError also where JSON is nested too deeply."""
_DAMAGES = (*_BROKEN, LookupError, TypeError, AttributeError, OSError)
"""What reading a damaged part may end in."""
_Value = TypeVar("_Value")


def save_project(project: Project, path: str | Path) -> None:
    """Write a project; the former file stays until the new one is complete.

    Parameters
    ----------
    project : Project
        What to save.
    path : str or Path
        The file, by custom with the suffix ``.budai``.

    Raises
    ------
    InputError
        If there is nothing to save or the file cannot be written.
    """
    if project.source is None:
        raise InputError(Path(path).name, "there is nothing to save", remedy="Open a surface first.")
    packed = {key: _packed(STAGES[key], result) for key, result in project.results.items() if STAGES[key].pack}
    runs, run_files = pack_runs(project.runs, project.training, partial(_packed, STAGES["training"]))
    kinds = _saved_options()
    about = {
        "format": "budai-project",
        "version": 1,
        "outdated": sorted(project.outdated),
        "options": {key: dataclasses.asdict(value) for key, value in project.options.items() if key in kinds},
        **{key: result.about for key, result in packed.items()},
        "runs": runs,
    }
    parts = dict(run_files)
    for result in packed.values():
        parts |= result.files
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("project.json", json.dumps(about, indent=1))
        for name, content in parts.items():
            archive.writestr(name, content)


def open_project(path: str | Path) -> Project:
    """Read a project file.

    Raises
    ------
    InputError
        If the file is no project, is damaged, or comes from a later version.
    """
    file = Path(path).name
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise InputError(file, f"claims more than {MOST_BYTES >> 30} GB unpacked", "zip directory")
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except OSError as error:
        raise InputError(file, f"cannot be read ({error.strerror or error})") from error
    except (*_BROKEN, LookupError) as error:
        raise InputError(file, "is not a project file or is damaged", remedy="Open a file saved by Budai.") from error
    about = _checked(file, "project.json", lambda: json.loads(parts["project.json"].decode("utf-8")))
    if not is_object(about) or about.get("format") != "budai-project":
        raise InputError(file, "is not a Budai project", "project.json", "Open a file saved by Budai.")
    if about.get("version") != 1:
        raise InputError(
            file, f"has version {about.get('version')}, this program reads 1", "project.json", "Use a newer Budai."
        )
    results: dict[str, Any] = {}
    for key, stage in STAGES.items():
        if stage.unpack is not None and (key in about or not stage.needs):
            results[key] = _checked(
                file, key, lambda key=key, stage=stage: _unpacked(stage, Packed(about[key], parts), results, file)
            )

    def unpack(packed: Packed) -> Any:
        return _unpacked(STAGES["training"], packed, results, file)

    entries, training = about.get("runs", ()), results.get("training")
    runs = _checked(file, "runs", lambda: unpack_runs(entries, training, unpack, parts, file))
    kinds = _saved_options()
    options = {
        kinds[key][0]: _checked(file, "options", lambda kind=kinds[key][1], value=value: typed(kind, value))
        for key, value in _checked(file, "options", lambda: dict(about.get("options", {}))).items()
        if key in kinds
    }
    outdated = _checked(file, "outdated", lambda: frozenset(STAGES).intersection(about.get("outdated", ())))
    return Project(results, outdated, options, runs)


def _packed(stage: Stage, result: Any) -> Packed:
    """Return what of a result goes into a file: of one by chart that of each, and the figures of all together."""
    assert stage.pack is not None
    if not is_by_chart(result):
        return stage.pack(result)
    parts = [None if part is None else stage.pack(part) for part in result.parts]
    about: dict[str, Any] = {"charts": [None if part is None else part.about for part in parts]}
    if result.whole is not None:
        about["whole"] = dataclasses.asdict(result.whole)
    there = [(_of_chart(k), part) for k, part in enumerate(parts) if part is not None]
    return Packed(about, {place + name: held for place, part in there for name, held in part.files.items()})


def _unpacked(stage: Stage, packed: Packed, results: Mapping[str, Any], file: str) -> Any:
    """Return a result as `_packed` has stored it."""
    assert stage.unpack is not None
    if "charts" not in packed.about:
        return stage.unpack(packed, results, file)
    charts = Project(results).charts
    if len(packed.about["charts"]) != len(charts):
        raise ValueError(f"{len(packed.about['charts'])} charts of {stage.key} for {len(charts)} patches")
    parts: list[Any] = []
    for k, (about, chart) in enumerate(zip(packed.about["charts"], charts, strict=True)):
        place = _of_chart(k)
        own = {name.removeprefix(place): held for name, held in packed.files.items() if name.startswith(place)}
        parts.append(None if about is None else stage.unpack(Packed(about, own), chart.results, file))
    whole = packed.about.get("whole")
    return ByChart(tuple(parts), None if whole is None or stage.whole is None else typed(stage.whole, whole))


def _of_chart(k: int) -> str:
    """Folder of what a file holds of a chart."""
    return f"charts/{k:02}/"


def _saved_options() -> dict[str, tuple[str, type[Any]]]:
    """Return the key and the kind of the options that a file holds, by each key that they have had in files."""
    kinds: dict[str, tuple[str, type[Any]]] = {}
    for stage in STAGES.values():
        if stage.pack is not None and stage.needs:
            kinds[stage.key] = (stage.key, stage.options)
            if stage.former_key:
                kinds[stage.former_key] = (stage.key, stage.options)
        kinds |= {key: (key, kind) for key, kind in stage.other_options.items()}
    return kinds


def _checked(file: str, place: str, read: Callable[[], _Value]) -> _Value:
    """Return what `read` gives, or say in which part the file is damaged."""
    try:
        return read()
    except InputError:
        raise
    except (*_DAMAGES, BudaiError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else printable(str(error), 120)
        raise InputError(file, f"is damaged: {reason}", place, "Open an earlier copy.") from error
