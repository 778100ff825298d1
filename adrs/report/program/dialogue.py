"""What was asked of the models for one trial, what they answered, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.core.call import Call, CallOutcome, Message, Purpose, Usage
from adrs.core.evaluation import Verdict
from adrs.core.run import RunRecord
from adrs.core.trial import Arm, Trial
from adrs.errors import UsageError

REPLAY = "replay:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One attempt at a call, in the order in which they were made; fields as those of `Call`."""

    purpose: Purpose
    model: str
    attempt: int
    settings: Mapping[str, object]
    messages: tuple[Message, ...]
    request_digest: str
    outcome: CallOutcome
    error: str
    text: str
    finish: str
    usage: Usage
    cost_usd: float | None
    latency_s: float
    created_at: str
    cached_from: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a trial.

    Attributes:
        verdict: how it ended; None for a duplicate.
        score: its raw train score; None without one.
        program_id: its program; None where no answer held one.
        duplicate_of: the program that it repeats; None where it repeats none.
        rejection: why there is no program; empty where there is one.
        detail: why there is a program and no score; empty where there is a score.
        idea: one line on what was changed, in the model's words.
        proposer: who proposed it.
    """

    verdict: Verdict | None
    score: float | None
    program_id: str | None
    duplicate_of: str | None
    rejection: str
    detail: str
    idea: str
    proposer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """A trial's prompts and answers.

    Attributes:
        problem: the run's problem, as it was given.
        run: the run.
        arm: the search of the run.
        trial: the trial's number.
        operator: the kind of change that was asked for.
        asked_after: how many trials had been told when it was asked.
        fate: what became of it; None while it is not told.
        exchanges: all attempts, oldest first.
    """

    problem: str
    run: str
    arm: Arm
    trial: int
    operator: str
    asked_after: int
    fate: Fate | None
    exchanges: tuple[Exchange, ...]


def read_dialogue(archive: Archive, record: RunRecord, arm: Arm, number: int) -> Dialogue:
    """Return what was asked and answered for a trial.

    Args:
        archive: where it is.
        record: the run.
        arm: the search of the run.
        number: the trial's number.

    Raises:
        UsageError: there is no such trial, or nobody was asked for it.
        ArchiveError: the archive cannot be read.
    """
    _refuse_blind(record, arm, number)
    calls: list[Call] = []
    last = 0
    for call in archive.calls(record.name):
        last = max(last, call.site.trial)
        if call.site.arm is arm and call.site.trial == number:
            calls.append(call)
    trial = None
    for told in archive.trials(record.name, arm):
        last = max(last, told.number)
        if told.number == number:
            trial = told
    if trial is None and not calls:
        there = f"its trials are 1 to {last}" if last else "it has none yet"
        raise UsageError(f"run {record.name} has no trial {number}; {there}.")
    return Dialogue(
        problem=record.config.problem,
        run=record.name,
        arm=arm,
        trial=number,
        operator=calls[0].site.operator if trial is None else trial.operator,
        asked_after=calls[0].site.asked_after if trial is None else trial.asked_after,
        fate=None if trial is None else _fate(trial),
        exchanges=tuple(_exchange(call) for call in calls),
    )


def _refuse_blind(record: RunRecord, arm: Arm, number: int) -> None:
    config = record.config
    if config.proposer.startswith(REPLAY):
        source = config.proposer.removeprefix(REPLAY)
        raise UsageError(
            f"run {record.name} asked no model: it follows the recorded answers of {source}. "
            f"`adrs prompt {source} {number}` shows what was asked there."
        )
    if config.models is None:
        raise UsageError(
            f"run {record.name} asked no model: {config.proposer} changes programs blindly, so "
            "there are no prompts."
        )
    if arm is Arm.CONTROL:
        raise UsageError(
            f"the control of run {record.name} asked no model: its edits are blind. Leave out "
            "--arm control."
        )
    if number == 0:
        raise UsageError("trial 0 is the initial program; nothing was asked for it.")


def _exchange(call: Call) -> Exchange:
    return Exchange(
        purpose=call.site.purpose,
        model=call.request.model,
        attempt=call.attempt,
        settings=call.request.settings,
        messages=call.request.messages,
        request_digest=call.request.digest,
        outcome=call.outcome,
        error=call.error,
        text=call.text,
        finish=call.finish,
        usage=call.usage,
        cost_usd=call.cost_usd,
        latency_s=call.latency_s,
        created_at=call.created_at,
        cached_from=call.cached_from,
        raw=call.raw,
    )


def _fate(trial: Trial) -> Fate:
    evaluation, proposal = trial.evaluation, trial.proposal
    failed = evaluation is not None and not evaluation.ok
    where = f"{evaluation.failed_scenario}: " if evaluation and evaluation.failed_scenario else ""
    return Fate(
        verdict=trial.verdict,
        score=trial.score,
        program_id=None if trial.program is None else trial.program.id,
        duplicate_of=trial.duplicate_of,
        rejection=proposal.rejection,
        detail=f"{where}{evaluation.detail}" if evaluation is not None and failed else "",
        idea=proposal.idea,
        proposer=proposal.proposer,
    )
