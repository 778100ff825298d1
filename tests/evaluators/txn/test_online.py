from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.evaluators.txn.incoming import Incoming, incoming
from adrs.evaluators.txn.online import simulate
from adrs.evaluators.txn.scoring import scheduled
from adrs.evaluators.txn.transactions import Transactions

Make = Callable[..., Transactions]
slot_entries = st.one_of(st.none(), st.tuples(st.sampled_from("rw"), st.integers(0, 3)))
SCRIPT = 60


@st.composite
def streams(draw: st.DrawFn) -> dict[str, Any]:
    """Rows of up to twelve transactions, so that more may wait than are shown."""
    rows = draw(st.lists(st.lists(slot_entries, min_size=1, max_size=5), max_size=12))
    gaps = draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    return {
        "rows": rows,
        "kinds": draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows))),
        "arrivals": np.cumsum(np.array(gaps, dtype=np.int64)),
        "hidden": draw(st.sampled_from([0.0, 0.4, 1.0])),
        "seed": draw(st.integers(0, 2**32 - 1)),
        "workers": draw(st.integers(1, 4)),
        "script": draw(st.lists(st.integers(0, 8), min_size=SCRIPT, max_size=SCRIPT)),
    }


def load_of(work: Make, given: dict[str, Any]) -> tuple[Incoming, Any]:
    made = work(*given["rows"], kinds=given["kinds"])
    known = np.random.default_rng(given["seed"]).random(made.keys.shape) >= given["hidden"]
    return incoming(made, given["arrivals"], known, given["workers"]), known


@settings(max_examples=120, deadline=None)
@given(members=st.lists(streams(), min_size=1, max_size=3))
def test_lockstep_does_what_the_rules_say_slot_by_slot(
    work: Make,
    scripted: Callable[..., Any],
    literal_online: Callable[..., Any],
    members: list[dict[str, Any]],
) -> None:
    loads = [load_of(work, member) for member in members]
    session = scripted([member["script"] for member in members])
    played = simulate([load for load, _ in loads], session)
    for (load, known), member, one, seen in zip(loads, members, played, session.seen, strict=True):
        stream = literal_online(load, known, member["script"])
        assert seen == stream.seen
        assert one.violation == ""
        assert dict(enumerate(one.starts.tolist())) == dict(sorted(stream.starts.items()))
        assert dict(enumerate(one.admitted.tolist())) == dict(sorted(stream.admitted.items()))
        assert (one.waits, one.forced) == (stream.waits, stream.forced)


def test_what_is_hidden_cannot_be_observed_before_it_is_admitted(
    work: Make, scripted: Callable[..., Any]
) -> None:
    first = [("w", 0), None, None]
    known = np.array([[True] * 3, [False, True, True]])
    seen = []
    for secret in ("w", "r"):
        made = work(first, [(secret, 0), None, ("w", 1)])
        session = scripted([[0] * 9])
        simulate([incoming(made, np.zeros(2, dtype=np.int64), known, 2)], session)
        seen.append(session.seen[0])
    assert seen[0] == seen[1]
    assert len(seen[0]) == 2


def test_an_unforeseen_stall_is_told_afterwards(work: Make, scripted: Callable[..., Any]) -> None:
    made = work(*[[("w", 0), None, ("w", 0)]] * 3, kinds=[0, 1, 0])
    known = np.zeros(made.keys.shape, dtype=np.bool_)
    session = scripted([[0] * 9])
    simulate([incoming(made, np.zeros(3, dtype=np.int64), known, 3)], session)
    assert [row[5:7] for row in session.seen[0]] == [[-1, 0], [0, 0], [1, 3]]


def test_setups_hold_workers_and_kinds(work: Make, scripted: Callable[..., Any]) -> None:
    made = work([None], [None], kinds=[0, 4])
    known = np.ones(made.keys.shape, dtype=np.bool_)
    session = scripted([[0] * 9])
    simulate([incoming(made, np.zeros(2, dtype=np.int64), known, 7)], session)
    assert session.setups == [(7, 5)]


def test_a_stalled_transaction_holds_its_worker(work: Make, scripted: Callable[..., Any]) -> None:
    made = work([*[None] * 5, ("w", 0)], [("w", 0)], [None])
    known = np.ones(made.keys.shape, dtype=np.bool_)
    (played,) = simulate(
        [incoming(made, np.zeros(3, dtype=np.int64), known, 2)], scripted([[0] * 9])
    )
    assert played.admitted.tolist() == [0, 0, 6]
    assert played.starts.tolist() == [0, 6, 6]


def test_waiting_for_nothing_admits_the_oldest(work: Make, scripted: Callable[..., Any]) -> None:
    made = work([None], [None, None])
    known = np.ones(made.keys.shape, dtype=np.bool_)
    load = incoming(made, np.array([0, 4]), known, 1)
    (played,) = simulate([load], scripted([[1, 2, 0]]))  # waits, waits, admits
    assert played.admitted.tolist() == [4, 5]
    assert (played.waits, played.forced) == (2, 1)


def test_a_place_where_nobody_waits_is_a_violation_of_its_stream_alone(work: Make) -> None:
    class Greedy:
        """Admits from place 3 in the first stream, from place 0 in the second."""

        def begin(self, setups: Any) -> None:
            assert len(setups) == 2

        def decide(self, slots: Any, observations: Any) -> Any:
            assert len(slots) == len(observations)
            return np.where(slots == 0, 3, 0).astype(np.int32)

    made = work([None], [None])
    known = np.ones(made.keys.shape, dtype=np.bool_)
    load = incoming(made, np.zeros(2, dtype=np.int64), known, 1)
    session: Any = Greedy()
    outcomes = [scheduled(one, load) for one in simulate([load, load], session)]
    assert outcomes[0].value is None
    assert outcomes[0].violation == (
        "admitted waiting transaction 3 where there were 2, counted from 0"
    )
    assert outcomes[1].value == 2.0


def test_metrics_add_up(work: Make, scripted: Callable[..., Any]) -> None:
    made = work([("w", 0), None], [("w", 0), None], [None])
    known = np.ones(made.keys.shape, dtype=np.bool_)
    load = incoming(made, np.array([0, 0, 1]), known, 2)
    (played,) = simulate([load], scripted([[0] * 9]))
    outcome = scheduled(played, load)
    # The first runs in slots 0-1, the second stalls for 0 and runs in 1-2, the third in 2.
    assert outcome.value == 3.0
    assert outcome.metrics == pytest.approx(
        {
            "latency_mean": (2 + 3 + 2) / 3,
            "latency_p99": 3.0,
            "stall_mean": 1 / 3,
            "busy": (2 + 3 + 1) / 6,
            "waits": 0.0,
            "forced": 0.0,
        }
    )
