"""What harness and scorer say to each other: JSON, one object a message; never a pickle."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.problem import Limits
from adrs.core.scenario import Split, SplitSpec
from adrs.evaluation.racing import Rival
from adrs.evaluation.scoring import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """First message to a scorer."""

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateRequest:
    """Evaluate a program on a split."""

    program_id: str
    source: str
    split: Split
    rival: Rival | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundsRequest:
    """Compute the bounds of the scenarios start..stop-1 of a split."""

    split: Split
    start: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundsNotice:
    """Check later evaluations on the split against these bounds; has no reply."""

    split: Split
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateReply:
    """The evaluation that was asked for."""

    evaluation: Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundsReply:
    """The bounds that were asked for."""

    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultReply:
    """The scorer cannot go on; `kind` is the name of an adrs error."""

    kind: str
    message: str


Request = EvaluateRequest | BoundsRequest | BoundsNotice
Reply = EvaluateReply | BoundsReply | FaultReply
_TYPES = {
    t.__name__: t
    for t in (
        Start,
        EvaluateRequest,
        BoundsRequest,
        BoundsNotice,
        EvaluateReply,
        BoundsReply,
        FaultReply,
    )
}


def encode(message: Start | Request | Reply) -> bytes:
    """Return a message as JSON; floats survive bit for bit."""
    return json.dumps({"type": type(message).__name__, **asdict(message)}).encode()


def decode(data: bytes) -> Start | Request | Reply:
    """Return the message; the other side is trusted to have written it with `encode`."""
    fields: dict[str, Any] = json.loads(data)
    kind = _TYPES[fields.pop("type")]
    if "split" in fields:
        fields["split"] = Split(fields["split"])
    if "values" in fields:
        fields["values"] = tuple(fields["values"])
    if fields.get("rival") is not None:
        rival = fields["rival"]
        fields["rival"] = Rival(program_id=rival["program_id"], values=tuple(rival["values"]))
    if "evaluation" in fields:
        fields["evaluation"] = _evaluation(fields["evaluation"])
    if "task" in fields:
        fields["task"] = _task(fields["task"])
    message: Start | Request | Reply = kind(**fields)
    return message


def _evaluation(fields: dict[str, Any]) -> Evaluation:
    fields["split"] = Split(fields["split"])
    fields["verdict"] = Verdict(fields["verdict"])
    fields["values"] = tuple(fields["values"])
    fields["isolation"] = IsolationLevel(fields["isolation"])
    return Evaluation(**fields)


def _task(fields: dict[str, Any]) -> Task:
    objective = fields.pop("objective")
    splits: Mapping[str, Mapping[str, Any]] = fields.pop("splits")
    return Task(
        **{k: v for k, v in fields.items() if k != "limits"},
        limits=Limits(**fields["limits"]),
        objective=Objective(
            metric=objective["metric"],
            unit=objective["unit"],
            direction=Direction(objective["direction"]),
            step=objective["step"],
        ),
        splits={Split(name): _split_spec(spec) for name, spec in splits.items()},
    )


def _split_spec(fields: Mapping[str, Any]) -> SplitSpec:
    choices: Mapping[str, Sequence[int | float | str]] = fields["choices"]
    return SplitSpec(
        split=Split(fields["split"]),
        count=fields["count"],
        draw=fields["draw"],
        choices={name: tuple(values) for name, values in choices.items()},
    )
