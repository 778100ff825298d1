"""The wire's bodies: what goes in comes out, and nothing else is believed."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.typing import NDArray

from adrs.core.interface import (
    Array,
    ElementType,
    Field,
    FieldType,
    OnlineInterface,
    PlannerInterface,
)
from adrs.sandbox.frames import (
    TEXT_LIMIT,
    FrameError,
    clean_text,
    failure_body,
    pack_arrays,
    record_dtype,
    record_struct,
    unpack_arrays,
)
from adrs.sandbox.interfaces import interface_from_json, interface_to_json

quick = settings(max_examples=60, deadline=None, derandomize=True)
DECLARED = (
    Array(name="ids", element=ElementType.INT, ndim=2, doc=""),
    Array(name="level", element=ElementType.FLOAT, ndim=0, doc=""),
)
FIELDS = (
    Field(name="urgent", type=FieldType.BOOL, doc="x"),
    Field(name="queue", type=FieldType.INT, doc="y"),
    Field(name="load", type=FieldType.FLOAT, doc="z"),
)


@quick
@given(
    ids=arrays_of.arrays(np.int64, arrays_of.array_shapes(min_dims=2, max_dims=2, min_side=0)),
    level=st.floats(allow_nan=False),
)
def test_bundles_round_trip(ids: NDArray[np.int64], level: float) -> None:
    body = pack_arrays([ids[::-1], np.array(level)], DECLARED)
    found_ids, found_level = unpack_arrays(body, DECLARED)
    assert np.array_equal(found_ids, ids[::-1])
    assert found_level == level
    found_ids[:] = 0
    assert found_ids.flags.owndata


def test_arrays_of_a_writable_body_are_not_copied() -> None:
    ids = np.arange(6, dtype=np.int64).reshape(2, 3)
    body = bytearray(pack_arrays([ids, np.array(0.5)], DECLARED))
    found, _ = unpack_arrays(memoryview(body), DECLARED)
    found[:] = 7
    again, _ = unpack_arrays(bytes(body), DECLARED)
    assert again.tolist() == [[7, 7, 7], [7, 7, 7]]


@quick
@given(body=st.binary(max_size=80))
def test_arbitrary_bytes_are_refused_or_of_the_declared_form(body: bytes) -> None:
    try:
        ids, level = unpack_arrays(body, DECLARED)
    except FrameError:
        return
    assert (ids.ndim, level.ndim) == (2, 0)


@pytest.mark.parametrize(
    "shape", [(2**61, 0), (2**32, 2**32), (2**63, 2), (0, 2**64 - 1), (1, 2**60)]
)
def test_impossible_shapes_are_refused(shape: tuple[int, int]) -> None:
    body = struct.pack("<IIQQ", 0, 2, *shape)
    with pytest.raises(FrameError):
        unpack_arrays(body + pack_arrays([np.array(1.0)], DECLARED[1:]), DECLARED)


@pytest.mark.parametrize("change", [1, -1, 8])
def test_bundles_of_another_length_are_refused(change: int) -> None:
    body = pack_arrays([np.zeros((2, 2), np.int64), np.array(1.0)], DECLARED)
    altered = body + b"x" * change if change > 0 else body[:change]
    with pytest.raises(FrameError):
        unpack_arrays(altered, DECLARED)


@quick
@given(
    rows=st.lists(
        st.tuples(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False)),
        min_size=1,
    )
)
def test_records_are_the_same_bytes_in_numpy_and_struct(
    rows: list[tuple[bool, int, float]],
) -> None:
    packed = np.array(rows, record_dtype(FIELDS)).tobytes()
    layout = record_struct([field.type for field in FIELDS])
    assert layout.size == record_dtype(FIELDS).itemsize == 17
    assert list(layout.iter_unpack(packed)) == rows


def test_record_without_fields_has_no_bytes() -> None:
    assert record_dtype(()).itemsize == record_struct(()).size == 0


@quick
@given(text=st.text(max_size=5000))
def test_cleaned_text_is_short_and_printable(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned.isprintable()
    assert len(cleaned.encode()) <= TEXT_LIMIT
    assert len(failure_body(text, 3)) <= TEXT_LIMIT + 4


def test_interfaces_round_trip_without_docs() -> None:
    online = OnlineInterface(
        entry="Policy", setup=FIELDS[:1], observation=FIELDS, actions=("a", "b")
    )
    found = interface_from_json(interface_to_json(online))
    assert isinstance(found, OnlineInterface)
    assert [(f.name, f.type) for f in found.observation] == [(f.name, f.type) for f in FIELDS]
    assert [(f.name, f.type) for f in found.setup] == [("urgent", FieldType.BOOL)]
    assert (found.entry, found.actions) == ("Policy", ("a", "b"))
    planner = PlannerInterface(entry="plan", arguments=DECLARED[1:], result=DECLARED)
    assert interface_from_json(interface_to_json(planner)) == planner
