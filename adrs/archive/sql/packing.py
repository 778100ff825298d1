"""Texts as compressed bytes, alone or against the first text of their kind in a run.

The programs of a run, and what is said in its model calls, differ in little. A text packed against
the first of its kind is the number of characters that it begins with like the first (4 bytes,
big-endian), and the rest as a zlib stream whose preset dictionary is the rest of the first.
"""

import zlib
from enum import StrEnum

# Back to where zlib looks: with a longer dictionary, two places that are alike would be too far
# apart to be seen together.
REACH = 32_000
HEADER = 4


class Kind(StrEnum):
    """Which of a run's texts are packed against the first of them."""

    PROGRAM = "program"
    CALL = "call"


def pack(text: str) -> bytes:
    """Return a text as a zlib stream of its UTF-8 bytes."""
    return zlib.compress(text.encode())


def unpack(packed: bytes) -> str:
    """Return the text that `pack` was given.

    Raises:
        ValueError: `pack` did not return these bytes.
    """
    return _inflated(packed, b"")


def pack_like(text: str, first: str) -> bytes:
    """Return a text packed against the first of its kind."""
    shared = _shared(text, first)
    packer = zlib.compressobj(zdict=_dictionary(first, shared))
    rest = packer.compress(text[shared:].encode()) + packer.flush()
    return shared.to_bytes(HEADER) + rest


def unpack_like(packed: bytes, first: str) -> str:
    """Return the text that `pack_like` was given.

    Raises:
        ValueError: `pack_like` did not return these bytes for that first text.
    """
    shared = int.from_bytes(packed[:HEADER])
    if shared > len(first):
        raise ValueError("a packed text is longer than what it was packed against")
    return first[:shared] + _inflated(packed[HEADER:], _dictionary(first, shared))


def _dictionary(first: str, shared: int) -> bytes:
    return first[shared : shared + REACH].encode()[:REACH]


def _shared(text: str, first: str) -> int:
    """Return how many characters two texts begin with alike."""
    same, most = 0, min(len(text), len(first))
    while same < most:
        middle = (same + most + 1) // 2
        if text[same:middle] == first[same:middle]:
            same = middle
        else:
            most = middle - 1
    return same


def _inflated(packed: bytes, dictionary: bytes) -> str:
    unpacker = zlib.decompressobj(zdict=dictionary)
    try:
        data = unpacker.decompress(packed)
    except zlib.error as exc:
        raise ValueError(f"a packed text is damaged: {exc}") from exc
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("a packed text is not whole")
    return data.decode()
