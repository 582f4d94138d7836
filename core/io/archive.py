"""Zip archives read with care: nothing is written, nothing grows beyond measure."""

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass

from core.io.file_bytes import FileBytes, printable

_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError)
MAX_RATIO, SMALL = 300, 1 << 24
"""An entry may not be more than so many times its compressed size, unless it is small (bytes)."""


@dataclass(frozen=True, eq=False)
class Archive:
    """An open zip archive.

    Parameters
    ----------
    source : FileBytes
        The file.
    file : ZipFile
        Open on the bytes of the source.
    """

    source: FileBytes
    file: zipfile.ZipFile

    def names(self) -> list[str]:
        """Return the names of all entries."""
        return self.file.namelist()

    def read(self, name: str) -> bytes:
        """Return an entry.

        Raises
        ------
        InputError
            If it is missing, damaged, encrypted, or grows beyond measure.
        """
        try:
            entry = self.file.getinfo(name)
            if entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size):
                reason = f"would grow from {entry.compress_size} to {entry.file_size:,} bytes"
                raise self.source.error(reason, f'entry "{printable(name)}"', "This is no honest archive.")
            with self.file.open(entry) as stream:
                content = stream.read(entry.file_size + 1)
        except KeyError:
            raise self.source.error(f'holds no entry "{printable(name)}"', "", "Export it again.") from None
        except _BROKEN as e:
            reason = f"cannot be unpacked: {printable(str(e), 80)}"
            raise self.source.error(reason, f'entry "{printable(name)}"', "Download it again.") from None
        if len(content) != entry.file_size:
            reason = f"{len(content):,} bytes instead of {entry.file_size}"
            raise self.source.error(reason, f'entry "{printable(name)}"', "Download it again.")
        return content


def open_archive(source: FileBytes, what: str) -> Archive:
    """Open the bytes of a file as a zip archive.

    Parameters
    ----------
    source : FileBytes
        The file.
    what : str
        What the file should be, for the message: "3MF".

    Raises
    ------
    InputError
        If it is no zip archive.
    """
    try:
        return Archive(source, zipfile.ZipFile(io.BytesIO(source.data)))
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, IndexError) as error:
        reason = f"is not a {what} file (no zip archive: {printable(str(error), 60)})"
        raise source.error(reason, "", "Check the suffix, or download it again.") from None
