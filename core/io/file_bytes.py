"""A file as it was read: its bytes and its name, and how to complain about it."""

from dataclasses import dataclass
from pathlib import Path

from core.base.errors import InputError


@dataclass(frozen=True, eq=False)
class FileBytes:
    """The bytes of a file.

    Parameters
    ----------
    name : str
        Name without the folder, fit to be shown.
    folder : Path
        The folder that the file lies in; references may not leave it.
    data : bytes
        The whole content.
    columns : tuple of str
        The columns of a table that the user has chosen as x, y and z; empty: names decide.
    as_table : bool
        Whether the user wants it read as a table of numbers.
    intrinsics : tuple of float
        Focal lengths, middle and scale of the camera of a depth image; empty where it is read as none.
    """

    name: str
    folder: Path
    data: bytes
    columns: tuple[str, ...] = ()
    as_table: bool = False
    intrinsics: tuple[float, ...] = ()

    def error(self, reason: str, place: str = "", remedy: str = "") -> InputError:
        """Return (do not raise) an error about this file."""
        return InputError(self.name, reason, place, remedy)

    def neighbour(self, reference: str) -> Path:
        """Return the path of another file that this one names; raise if it would lie outside the folder.

        Parameters
        ----------
        reference : str
            A relative path as it stands in the file.

        Raises
        ------
        InputError
            If the reference is absolute, has a scheme, or leaves the folder (also through a link).
        """
        shown = printable(reference)
        if (
            not reference
            or any(c == "\0" or "\ud800" <= c <= "\udfff" for c in reference)
            or ":" in reference
            or reference[0] in "/\\"
        ):
            raise self.error(f'names "{shown}", which is no file beside it', "", "Put the files into one folder.")
        folder = self.folder.resolve()
        try:
            path = (folder / reference.replace("\\", "/")).resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise self.error(f'names "{shown}", which cannot be found ({error})') from None
        if not path.is_relative_to(folder):
            raise self.error(f'names "{shown}" outside its folder', "", "Put the files into one folder.")
        return path


def read_source(
    path: str | Path, columns: tuple[str, ...] = (), as_table: bool = False, intrinsics: tuple[float, ...] = ()
) -> FileBytes:
    """Read a file as a whole.

    Parameters
    ----------
    path : str or Path
        A regular file.
    columns : tuple of str
        The columns of a table that are chosen as x, y and z.
    as_table : bool
        Whether it is to be read as a table of numbers.
    intrinsics : tuple of float
        Those of the camera where it is to be read as a depth image.

    Raises
    ------
    InputError
        If there is no such file, it is no regular file, is empty, or cannot be read.
    """
    file = Path(path)
    name = printable(file.name, 255) or printable(str(file), 255)
    try:
        if not file.exists():
            raise InputError(name, "there is no such file", "", "Check the path.")
        if not file.is_file():
            what = "this is a folder" if file.is_dir() else "this is a device or a pipe"
            raise InputError(name, f"{what}, not a file", "", "Give the path of a surface or a point cloud.")
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(name, f"cannot be read: {reason}", "", "Check the path and its permissions.") from None
    if not data:
        raise InputError(name, "the file is empty (0 bytes)", "", "Export or download it again.")
    return FileBytes(name, file.parent, _as_utf8(data), columns, as_table, intrinsics)


def _as_utf8(data: bytes) -> bytes:
    """Return text in UTF-16 as UTF-8, and all other data as they are.

    Notes
    -----
    Without a byte-order mark, UTF-16 is known by its zeros: every second byte of the beginning is one, no other is.
    XML is left alone, for it names its encoding itself.
    """
    head = data[:256]
    evens, odds = head[::2], head[1::2]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif len(head) >= 8 and not any(odds) and all(evens):
        encoding = "utf-16-le"
    elif len(head) >= 8 and not any(evens) and all(odds):
        encoding = "utf-16-be"
    else:
        return data
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return data
    return data if "\0" in text or text.lstrip().startswith("<") else text.encode("utf-8", "replace")


def printable(text: str | bytes, limit: int = 40) -> str:
    """Return a piece of a file's content that is safe to show: one line, no control characters, not too long."""
    if isinstance(text, bytes):
        text = text[: 4 * limit].decode("utf-8", "replace")
    shown = "".join(character if character.isprintable() else "?" for character in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
