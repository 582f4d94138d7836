"""A generator of malformed files: every tiny file cut, damaged, and made to lie."""

import re
from collections.abc import Iterator

import numpy as np

from tests.core.io import tiny

HUGE = b"4294967295"


def malformed_files(seed: int = 0, n_random: int = 6) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents: for every format and kind more than twenty.

    Parameters
    ----------
    seed : int
        Of the random damages.
    n_random : int
        How many files of each random kind.
    """
    rng = np.random.default_rng(seed)
    for name, content in (tiny.SURFACES | tiny.CLOUDS).items():
        stem, suffix = name.split(".")
        for k, damaged in enumerate(_damaged(content, rng, n_random)):
            yield f"{stem}_{k}.{suffix}", damaged


def _damaged(content: bytes, rng: np.random.Generator, n_random: int) -> Iterator[bytes]:
    """Yield damaged copies of a file."""
    size = len(content)
    yield from (content[: size * k // 7] for k in range(7))
    yield content[:-1]
    yield content[:-3] + b"\0\0\0"
    yield content + b"\n1 2 3 4 5\n"
    yield content + bytes(range(256))
    yield content.replace(b"\n", b"\r\n")
    yield b"\xef\xbb\xbf" + content
    yield bytes(size)
    yield content.decode("latin-1").encode("utf-16")
    yield from (_with_flipped_bits(content, rng, 1 + 3 * k) for k in range(n_random))
    yield from (_without_a_piece(content, rng) for _ in range(n_random))
    yield from (_with_a_doubled_piece(content, rng) for _ in range(n_random))
    for value in (b"nan", b"-1", HUGE, b"1e999", b"", b"-7.5", b"1_0", b"0x10", b"999999999999999999999", b"1,5"):
        yield from (_with_a_number(content, rng, value) for _ in range(2))
    for value in (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\xc0\x7f", b"\x00\x00\x80\x7f", b"\0\0\0\0"):
        yield from (_with_bytes(content, rng, value) for _ in range(2))


def _with_flipped_bits(content: bytes, rng: np.random.Generator, n: int) -> bytes:
    data = np.frombuffer(content, np.uint8).copy()
    data[rng.integers(len(data), size=n)] ^= (1 << rng.integers(8, size=n)).astype(np.uint8)
    return data.tobytes()


def _without_a_piece(content: bytes, rng: np.random.Generator) -> bytes:
    a, b = np.sort(rng.integers(len(content), size=2))
    return content[:a] + content[min(b, a + 40) :]


def _with_a_doubled_piece(content: bytes, rng: np.random.Generator) -> bytes:
    a, b = np.sort(rng.integers(len(content), size=2))
    return content[:b] + content[a:b] + content[b:]


def _with_a_number(content: bytes, rng: np.random.Generator, value: bytes) -> bytes:
    """Put another number in the place of one that the file holds as text."""
    found = list(re.finditer(rb"[+-]?\d+(\.\d+)?", content))
    match = found[rng.integers(len(found))] if found else re.match(b"", content)
    return content[: match.start()] + value + content[match.end() :]


def _with_bytes(content: bytes, rng: np.random.Generator, value: bytes) -> bytes:
    at = int(rng.integers(max(1, len(content) - len(value))))
    return content[:at] + value + content[at + len(value) :]
