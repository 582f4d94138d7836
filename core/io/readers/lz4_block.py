"""LZ4 blocks, as VTK writes them: expanded here, for they are rare and the format is small."""


def expand_lz4(packed: bytes, size: int) -> bytes:
    """Return what a block holds.

    Parameters
    ----------
    packed : bytes
        The block, without the frame that files of the program lz4 have around it.
    size : int
        Bytes that it should hold.

    Raises
    ------
    ValueError
        If the block is damaged or holds another number of bytes.

    Notes
    -----
    A token tells in its upper half the number of literals that follow and in its lower half, less four, the length of
    a run to copy from as far back as the two bytes after the literals tell; 15 means that more bytes add to it, until
    one is not 255. The last sequence has literals alone.
    """
    out, at, end = bytearray(), 0, len(packed)
    try:
        while at < end and len(out) <= size:
            token = packed[at]
            n_literals, at = _length(packed, token >> 4, at + 1)
            if at + n_literals > end:
                raise IndexError
            out += packed[at : at + n_literals]
            at += n_literals
            if at == end:
                break
            distance = packed[at] | packed[at + 1] << 8
            n, at = _length(packed, token & 15, at + 2)
            n += 4
            if not 0 < distance <= len(out) or len(out) + n > size:
                raise IndexError
            run = bytes(out[-distance:][:n])
            # A run may reach into what it writes itself: then it repeats.
            out += run if len(run) == n else (run * (n // len(run) + 1))[:n]
    except IndexError:
        raise ValueError(f"damaged at byte {at}") from None
    if len(out) != size:
        raise ValueError(f"{len(out):,} bytes instead of {size}")
    return bytes(out)


def _length(packed: bytes, begin: int, at: int) -> tuple[int, int]:
    """Return a length that begins with four bits of the token, and where the next thing stands."""
    if begin < 15:
        return begin, at
    while packed[at] == 255:
        begin += 255
        at += 1
    return begin + packed[at], at + 1
