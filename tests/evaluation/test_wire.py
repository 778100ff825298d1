"""What harness and scorer say survives the wire, bit for bit."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.scenario import Split
from adrs.evaluation.scoring import Task
from adrs.evaluation.wire import (
    BoundsNotice,
    BoundsRequest,
    EvaluateReply,
    EvaluateRequest,
    FaultReply,
    Start,
    decode,
    encode,
)

floats = st.floats(allow_nan=False, allow_infinity=False)
evaluations = st.builds(
    Evaluation,
    program_id=st.text(),
    split=st.sampled_from(Split),
    verdict=st.sampled_from(Verdict),
    score=st.none() | floats,
    values=st.lists(floats).map(tuple),
    metrics=st.dictionaries(st.text(), floats),
    fingerprint=st.text(),
    detail=st.text(),
    failed_scenario=st.none() | st.text(),
    decisions=st.integers(0),
    cpu_s=floats,
    isolation=st.sampled_from(IsolationLevel),
    evaluator=st.text(),
    repeated=st.booleans(),
)


@given(evaluations)
def test_an_evaluation_survives(evaluation: Evaluation) -> None:
    message = EvaluateReply(evaluation=evaluation)
    assert decode(encode(message)) == message


@given(st.text(), st.sampled_from(Split), st.lists(floats).map(tuple))
def test_requests_survive(source: str, split: Split, values: tuple[float, ...]) -> None:
    for message in (
        EvaluateRequest(program_id="x", source=source, split=split),
        BoundsRequest(split=split, start=0, stop=3),
        BoundsNotice(split=split, values=values),
        FaultReply(kind="EvaluatorError", message=source),
    ):
        assert decode(encode(message)) == message


def test_a_task_survives(make_task: Callable[..., Task]) -> None:
    task = replace(make_task(bound=0.5, fault=""), heldout_key="a-key")
    task = replace(task, objective=replace(task.objective, step=0.25))
    message = Start(task=task)
    assert decode(encode(message)) == message
    assert "a-key" not in repr(message)
