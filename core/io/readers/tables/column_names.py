"""What the columns of a table mean, by their names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BEFORE = (
    r"(?:(?:pos|positions?|points?|pt|p|coords?|coordinates?|koordinate|vertex|vertices|loc|location|cent(?:er|re)|"
    r"world|xyz|cartesian|local|global|scan)_?)*"
)
_BEHIND = (
    r"(?:_?(?:coords?|coordinates?|koordinate|pos|position|value|[mcknu]?m|ft|in|inch|feet|met(?:er|re)s?|px|pixel|"
    r"utm|world|local))?"
)
_AXIS = re.compile(f"({_BEFORE})([xyz])({_BEHIND})")
_INDEXED = re.compile(r"(|points?|coords?|coordinates?|positions?|pos|xyz|vertex|vertices|v|p)_?([0-3])")
_EAST = re.compile(f"(?:e|east(?:ing)?s?|rechtswert){_BEHIND}")
_NORTH = re.compile(f"(?:n|north(?:ing)?s?|hochwert){_BEHIND}")
_UP = re.compile(f"(?:z|h|up|elev(?:ation)?|heights?|alt(?:itude)?|h[öo]e?he|level|ellipsoidal_height){_BEHIND}")
_ANGLE = re.compile(r"(?:lat(?:itude)?|lon(?:gitude)?|lng|theta|phi|azimuth)(?:_?(?:deg|degrees?|rad))?")
_NORMAL = re.compile(r"(?:n|norm|normals?)_?([xyz012])")
_COLOR = re.compile(r"(?:(?:colou?rs?|col|rgba?|diffuse)_?)?(r|g|b|red|green|blue)(?:_?(?:255|8bit))?")
_COLOR_INDEXED = re.compile(r"(?:colou?rs?|rgba?)_?([012])")


@dataclass(frozen=True)
class Columns:
    """The columns of a table that are read, numbered from 0.

    Parameters
    ----------
    position : list of int
        x, y and z.
    normals, colors : list of int or None
        The three columns of each, where there are some.
    """

    position: list[int]
    normals: list[int] | None = None
    colors: list[int] | None = None

    @property
    def all(self) -> list[int]:
        """All columns that are read, in this order."""
        return [*self.position, *(self.normals or ()), *(self.colors or ())]


def named_columns(names: Sequence[str]) -> Columns | None:
    """Return what the columns of these names mean; None where none are named as coordinates.

    Parameters
    ----------
    names : sequence of str
        As they stand in the file: "Points:0", "X (m)", "pos_x", "Easting".
    """
    plain = [_plain(name) for name in names]
    position = _axes(plain) or _grid(plain) or _triple(plain, _INDEXED)
    if position is None:
        return None
    free = [name if k not in position else "" for k, name in enumerate(plain)]
    normals = _by_last(free, _NORMAL, ("x0", "y1", "z2"))
    colors = _by_last(free, _COLOR, (("r", "red"), ("g", "green"), ("b", "blue")))
    return Columns(position, normals, colors or _by_last(free, _COLOR_INDEXED, ("0", "1", "2")))


def are_angles(names: Sequence[str]) -> bool:
    """Return whether names of columns are those of angles: latitude, longitude, phi."""
    return any(_ANGLE.fullmatch(_plain(name)) for name in names)


def _plain(name: str) -> str:
    """Return a name in small letters, without units in brackets, all that is no letter or digit as one line."""
    name = re.sub(r"[(\[{][^)\]}]*[)\]}]", " ", name.lower())
    return re.sub(r"[\W_]+", "_", name).strip("_")


def _axes(plain: Sequence[str]) -> list[int] | None:
    """Return the columns named x, y and z with the same words around, those without any words first."""
    groups: dict[tuple[str, str], dict[str, int]] = {("", ""): {}}
    for k, name in enumerate(plain):
        match = _AXIS.fullmatch(name)
        if match:
            groups.setdefault((match[1], match[3]), {}).setdefault(match[2], k)
    return next(([found[axis] for axis in "xyz"] for found in groups.values() if len(found) == 3), None)


def _grid(plain: Sequence[str]) -> list[int] | None:
    """Return the columns of a map grid: east or x, north or y, and a height."""
    height = next((k for k, name in enumerate(plain) if _UP.fullmatch(name)), None)
    for east, north in ((_EAST, _NORTH), (re.compile("x" + _BEHIND), re.compile("y" + _BEHIND))):
        first = next((k for k, name in enumerate(plain) if east.fullmatch(name)), None)
        second = next((k for k, name in enumerate(plain) if north.fullmatch(name)), None)
        if first is not None and second is not None and height is not None:
            return [first, second, height]
    return None


def _triple(plain: Sequence[str], pattern: re.Pattern[str]) -> list[int] | None:
    """Return three columns of one name that are numbered from 0 or from 1."""
    groups: dict[str, dict[int, int]] = {}
    for k, name in enumerate(plain):
        match = pattern.fullmatch(name)
        if match:
            groups.setdefault(match[1], {}).setdefault(int(match[2]), k)
    for found in groups.values():
        for begin in (0, 1):
            if all(begin + axis in found for axis in range(3)):
                return [found[begin + axis] for axis in range(3)]
    return None


def _by_last(plain: Sequence[str], pattern: re.Pattern[str], wanted: Sequence[Sequence[str]]) -> list[int] | None:
    """Return the columns whose names end in each of three things."""
    found: dict[int, int] = {}
    for k, name in enumerate(plain):
        match = pattern.fullmatch(name)
        if match:
            found.setdefault(next(axis for axis, ends in enumerate(wanted) if match[1] in ends), k)
    return [found[axis] for axis in range(3)] if len(found) == 3 else None
