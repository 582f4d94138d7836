"""What the user prefers, kept in a TOML file of the user's configuration folder."""

import dataclasses
import json
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import platformdirs
from PySide6.QtCore import QObject, QSettings, Signal

from app.state.recent_pictures import RecentPictures
from core.base.errors import InputError
from core.io.atomic import replacing

APPLICATION = "budai"
MOST_RECENT_FILES = 10


@dataclass(frozen=True)
class Preferences:
    """Everything the program remembers of the user's taste, apart from the place of the window.

    Parameters
    ----------
    theme : "system", "light" or "dark"
        Which colours.
    language : "system", "en" or "zh"
        Of all texts; "system" is that of the desktop, English where it has another one.
    text_scale : float
        Factor for type and controls, from 0.9 to 1.5.
    reduced_motion : bool
        Whether nothing moves by itself.
    inspector_shown : bool
        Whether the inspector is open.
    recent_files : tuple of str
        The last files, the newest first.
    """

    theme: Literal["system", "light", "dark"] = field(
        default="system",
        metadata={
            "label": "Theme",
            "kind": "segmented",
            "choices": ("system", "light", "dark"),
            "tooltip": "System follows the desktop.",
        },
    )
    language: Literal["system", "en", "zh"] = field(
        default="system",
        metadata={
            "label": "Language",
            "kind": "segmented",
            "choices": ("system", "en", "zh"),
            "tooltip": "Of all texts of the window; System follows the desktop.",
        },
    )
    text_scale: float = field(
        default=1.0,
        metadata={
            "label": "Text size",
            "kind": "percent",
            "minimum": 0.9,
            "maximum": 1.5,
            "slider": (0.9, 1.5),
            "tooltip": "Multiplies type and controls, from 90 to 150 %.",
        },
    )
    reduced_motion: bool = field(
        default=False,
        metadata={"label": "Reduced motion", "tooltip": "Nothing slides, turns or flies by itself."},
    )
    inspector_shown: bool = field(default=True, metadata={"label": "Inspector", "hidden": True})
    recent_files: tuple[str, ...] = field(default=(), metadata={"label": "Recent files", "hidden": True})


class Settings(QObject):
    """The preferences in use.

    Parameters
    ----------
    folder : Path, optional
        Where the files are; by default the user's configuration folder.

    Signals
    -------
    changed(old, new)
        Other preferences are in use; compare fields.
    """

    changed = Signal(object, object)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder or Path(platformdirs.user_config_dir(APPLICATION))
        self.preferences = Preferences()
        self.problem = ""
        if self.file.is_file():
            try:
                self.preferences = read_preferences(self.file)
            except InputError as error:
                self.problem = str(error)
        self.pictures = RecentPictures(self.folder / "recent")
        self.geometry = QSettings(str(self.folder / "window.ini"), QSettings.Format.IniFormat, self)

    @property
    def file(self) -> Path:
        """Return the file of the preferences."""
        return self.folder / "preferences.toml"

    def update(self, **changes: Any) -> None:
        """Use and keep other preferences.

        Raises
        ------
        InputError
            If the file cannot be written; the preferences are in use all the same.
        """
        old, new = self.preferences, replace(self.preferences, **changes)
        if new == old:
            return
        self.preferences = new
        self.changed.emit(old, new)
        write_preferences(new, self.file)

    def remember_file(self, path: str) -> None:
        """Put a file at the head of the recent ones."""
        others = [known for known in self._known_files() if known != path]
        self.update(recent_files=(path, *others)[:MOST_RECENT_FILES])

    def forget_file(self, path: str) -> None:
        """Take a file out of the recent ones."""
        self.update(recent_files=tuple(known for known in self._known_files() if known != path))

    def _known_files(self) -> tuple[str, ...]:
        """Return the recent files as they are kept now: another window may have opened some meanwhile."""
        try:
            kept = read_preferences(self.file).recent_files if self.file.is_file() else ()
        except InputError:
            kept = ()
        return tuple(dict.fromkeys((*kept, *self.preferences.recent_files)))


def file_words(path: str) -> str:
    """Return how a recent file is named: its name, and the folder it lies in."""
    folder, home = Path(path).parent, Path.home()
    shown = f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else str(folder)
    return f"{Path(path).name} \N{EN DASH} {shown.removesuffix('/.')}"


def read_preferences(path: Path) -> Preferences:
    """Return the preferences of a file; what it does not name is at its default.

    Raises
    ------
    InputError
        If the file is no TOML or a value is not of its kind.
    """
    remedy = "The defaults are used; correct or delete the file."
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(path.name, f"the preferences cannot be read ({error})", remedy=remedy) from error
    values: dict[str, Any] = {}
    for known in dataclasses.fields(Preferences):
        if known.name in found:
            values[known.name] = _checked(path.name, known, found[known.name], remedy)
    return Preferences(**values)


def _checked(file: str, known: dataclasses.Field, value: Any, remedy: str) -> Any:
    """Return a value if it is of the kind and within the bounds of its field."""
    about, default = known.metadata, known.default
    if isinstance(default, tuple):
        good = isinstance(value, list) and all(isinstance(part, str) for part in value)
        value = tuple(value) if good else value
    elif isinstance(default, bool):
        good = isinstance(value, bool)
    elif isinstance(default, float):
        good = isinstance(value, int | float) and about["minimum"] <= value <= about["maximum"]
    else:
        good = value in about["choices"]
    if not good:
        raise InputError(file, f"{known.name} = {value!r} cannot be used", remedy=remedy)
    return value


def write_preferences(preferences: Preferences, path: Path) -> None:
    """Write preferences as TOML.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    # JSON's strings, numbers, booleans and lists of strings are TOML's as well.
    values = dataclasses.asdict(preferences)
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(path.name, f"the folder {path.parent} cannot be made ({error.strerror})") from error
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", "utf-8")
