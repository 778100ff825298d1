"""The wire between scorer and candidate: frames, records and array bundles.

Every frame, in both directions, is a header of four unsigned 32-bit little-endian words — kind,
sequence number, count, size of the body in bytes — followed by the body. A reply repeats the
sequence number of its request. Nothing on this wire is ever evaluated, unpickled or parsed as text;
what comes from a candidate is checked byte for byte before it is used.

Bodies:

- JOB: count = most bytes that a plan may have; body = the program's text in UTF-8.
- BEGIN: count = scenarios; body = one packed setup record each.
- DECIDE: count = observations; body = count slots (int32), then count packed records.
- DECISIONS: count = decisions; body = count int32.
- PLAN, RESULT: count = arrays; body = an array bundle (see `pack_arrays`).
- FAILURE: count = code of the verdict; body = slot (int32, -1 for none), then UTF-8 text.
- LOCKED, READY, BEGUN: no body. UNLOCKABLE: body = UTF-8 text.
"""

import struct
from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.interface import Array, ElementType, Field, FieldType

HEADER = struct.Struct("<IIII")
HEADER_BYTES = HEADER.size
SLOT = struct.Struct("<i")
NO_SLOT = -1
TEXT_LIMIT = 2048

FAILURE_VERDICTS = (
    Verdict.REJECTED,
    Verdict.INVALID,
    Verdict.EXCEPTION,
    Verdict.MEMORY,
    Verdict.CRASH,
)

_NUMPY_FORMATS = {FieldType.BOOL: "?", FieldType.INT: "<i8", FieldType.FLOAT: "<f8"}
_ELEMENTS = (ElementType.INT, ElementType.FLOAT)
_ELEMENT_DTYPES = {ElementType.INT: np.dtype("<i8"), ElementType.FLOAT: np.dtype("<f8")}
_ARRAY_HEADER = struct.Struct("<II")

Part = bytes | memoryview  # of a frame; a view has bytes as its items


class Kind(IntEnum):
    """What a frame is."""

    JOB = 1
    BEGIN = 2
    DECIDE = 3
    PLAN = 4
    LOCKED = 16
    UNLOCKABLE = 17
    READY = 18
    BEGUN = 19
    DECISIONS = 20
    RESULT = 21
    FAILURE = 22


class FrameError(ValueError):
    """A body does not have the form its frame promises."""


def frame(kind: int, seq: int, count: int, body: bytes) -> bytes:
    """Return a whole frame as bytes."""
    return HEADER.pack(kind, seq, count, len(body)) + body


def framed(kind: int, seq: int, count: int, parts: Sequence[Part]) -> list[Part]:
    """Return a whole frame in parts, given those of its body: large ones need not be joined."""
    return [HEADER.pack(kind, seq, count, sum(map(len, parts))), *parts]


def record_dtype(fields: Sequence[Field]) -> np.dtype[np.void]:
    """Return the packed numpy type of one record of `fields`, equal byte by byte to its struct.

    Build observation and setup arrays with this type; it has one numpy field per entry, in order,
    and no padding.
    """
    return np.dtype([(field.name, _NUMPY_FORMATS[field.type]) for field in fields])


def record_struct(types: Sequence[FieldType]) -> struct.Struct:
    """Return the packed little-endian struct of one record with fields of the given types."""
    return struct.Struct("<" + "".join(types))


def pack_arrays(arrays: Sequence[NDArray[np.generic]], declared: Sequence[Array]) -> bytes:
    """Return the bundle of `arrays`, which already have the declared types and dimensions.

    A bundle is, per array: element code and number of dimensions (uint32 each), the lengths of
    the dimensions (uint64 each), the items in C order. Everything stays aligned to 8 bytes.
    """
    return b"".join(bundle_parts(arrays, declared))


def bundle_parts(
    arrays: Sequence[NDArray[np.generic]], declared: Sequence[Array]
) -> Sequence[Part]:
    """Return the bundle of `pack_arrays` in parts; the items are those of the arrays, not copies.

    The parts are valid until an array is changed.
    """
    parts: list[Part] = []
    for array, spec in zip(arrays, declared, strict=True):
        items = np.ascontiguousarray(array, _ELEMENT_DTYPES[spec.element])
        parts.append(
            _ARRAY_HEADER.pack(_ELEMENTS.index(spec.element), array.ndim)
            + struct.pack(f"<{array.ndim}Q", *array.shape)
        )
        # A view of nothing cannot be cast.
        parts.append(items.data.cast("B") if items.size else b"")
    return parts


def unpack_arrays(
    body: bytes | bytearray | memoryview, declared: Sequence[Array]
) -> tuple[NDArray[np.generic], ...]:
    """Return a bundle's arrays, writable: copies, or views of a body that is writable itself.

    Raises:
        FrameError: element types, dimensions or sizes are not what is declared and what is there.
    """
    arrays = []
    offset = 0
    for spec in declared:
        array, offset = _unpack_array(body, offset, spec)
        arrays.append(array)
    if offset != len(body):
        raise FrameError(f"{len(body) - offset} bytes too many after the last array")
    return tuple(arrays)


def _unpack_array(
    body: bytes | bytearray | memoryview, offset: int, spec: Array
) -> tuple[NDArray[np.generic], int]:
    try:
        code, ndim = _ARRAY_HEADER.unpack_from(body, offset)
        if code != _ELEMENTS.index(spec.element) or ndim != spec.ndim:
            raise FrameError(f"array {spec.name} is of another type or number of dimensions")
        shape = struct.unpack_from(f"<{ndim}Q", body, offset + _ARRAY_HEADER.size)
    except struct.error as exc:
        raise FrameError(f"array {spec.name} is cut short") from exc
    start = offset + _ARRAY_HEADER.size + 8 * ndim
    count = 1
    for length in shape:
        count *= length
    end = start + 8 * count
    if end > len(body):
        raise FrameError(f"array {spec.name} is cut short")
    items = np.frombuffer(body, _ELEMENT_DTYPES[spec.element], count=count, offset=start)
    try:
        array = items.reshape(shape)
        return array if array.flags.writeable else array.copy(), end
    except (ValueError, OverflowError) as exc:
        raise FrameError(f"array {spec.name} has an impossible shape") from exc


def failure_body(text: str, slot: int | None) -> bytes:
    """Return the body of a FAILURE frame; the text is cut to the limit."""
    cut = clean_text(text).encode("utf-8", "replace")
    return SLOT.pack(NO_SLOT if slot is None else slot) + cut


def clean_text(text: str) -> str:
    """Return `text` on one line, without control or invisible characters, in at most 2 KB."""
    printable = "".join(char if char.isprintable() else " " for char in text[: 2 * TEXT_LIMIT])
    return printable.encode("utf-8", "replace")[:TEXT_LIMIT].decode("utf-8", "ignore").strip()
