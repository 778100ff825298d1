"""Values that an archive must keep: strategies for any, and plain ones for examples."""

from hypothesis import strategies as st

from adrs.core.call import (
    Call,
    CallOutcome,
    CallRequest,
    CallSite,
    Message,
    Purpose,
    Speaker,
    Usage,
)
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.run import (
    Assessment,
    Conclusion,
    ModelUse,
    Order,
    Role,
    RunConfig,
    RunRecord,
    RunStatus,
)
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial

RUN = "amber-fox"


def texts() -> st.SearchStrategy[str]:
    """Return a strategy for short texts of any script, control characters included."""
    return st.text(max_size=40)


def finite_floats() -> st.SearchStrategy[float]:
    """Return a strategy for finite floats, subnormal ones and -0.0 included."""
    return st.floats(allow_nan=False, allow_infinity=False)


def seconds() -> st.SearchStrategy[float]:
    """Return a strategy for spans of time."""
    return st.floats(min_value=0, max_value=1e9)


def programs() -> st.SearchStrategy[Program]:
    """Return a strategy for programs; few ids, so that texts() often share one."""
    return st.builds(Program, id=st.sampled_from(["", "a1", "b2", "ÿ"]), source=texts())


@st.composite
def evaluations(draw: st.DrawFn) -> Evaluation:
    """Draw an evaluation with any verdict; one that is OK has a score, values and metrics."""
    verdict = draw(st.sampled_from(Verdict))
    ok = verdict is Verdict.OK
    return Evaluation(
        program_id=draw(texts()),
        split=draw(st.sampled_from(Split)),
        verdict=verdict,
        score=draw(finite_floats()) if ok else None,
        values=tuple(draw(st.lists(finite_floats(), max_size=5))) if ok else (),
        metrics=draw(st.dictionaries(texts(), finite_floats(), max_size=4)) if ok else {},
        fingerprint=draw(texts()) if ok else "",
        detail="" if ok else draw(texts()),
        failed_scenario=None if ok else draw(st.none() | texts()),
        decisions=draw(st.integers(0, 2**62)),
        cpu_s=draw(seconds()),
        isolation=draw(st.sampled_from(IsolationLevel)),
        evaluator=draw(texts()),
        repeated=draw(st.booleans()) if ok else False,
        scenarios=draw(st.integers(0, 10**6)),
        rival=draw(texts()),
        behind_after=draw(st.none() | st.integers(0, 10**6)),
    )


@st.composite
def trials(draw: st.DrawFn) -> Trial:
    """Draw a trial: evaluated, a duplicate, or without a program."""
    kind = draw(st.sampled_from(["evaluated", "duplicate", "none"]))
    program = None if kind == "none" else draw(programs())
    sources = st.none() if program is None else st.just(program.source) | st.none() | texts()
    return Trial(
        arm=draw(st.sampled_from(Arm)),
        number=draw(st.integers(0, 10**9)),
        operator=draw(texts()),
        parent_ids=tuple(draw(st.lists(texts(), max_size=3))),
        proposal=Proposal(
            proposer=draw(texts()),
            source=draw(sources),
            operators=tuple(draw(st.lists(texts(), max_size=3))),
            idea=draw(texts()),
            rejection=draw(texts()),
        ),
        program=program,
        evaluation=draw(evaluations()) if kind == "evaluated" else None,
        duplicate_of=draw(texts()) if kind == "duplicate" else None,
        asked_after=draw(st.integers(0, 10**9)),
        arrival=draw(st.integers(0, 10**9)),
        tried=draw(st.integers(0, 10**9)),
    )


def calls() -> st.SearchStrategy[Call]:
    """Return a strategy for attempts at model calls, answered and failed ones."""
    counts = st.integers(0, 10**9)
    sites = st.builds(
        CallSite,
        arm=st.sampled_from(Arm),
        trial=counts,
        operator=texts(),
        purpose=st.sampled_from(Purpose),
        asked_after=counts,
    )
    messages = st.builds(Message, role=st.sampled_from(Speaker), content=texts())
    requests = st.builds(
        CallRequest,
        model=texts(),
        messages=st.lists(messages, max_size=3).map(tuple),
        settings=st.dictionaries(texts(), st.integers() | finite_floats() | texts(), max_size=3),
    )
    return st.builds(
        Call,
        site=sites,
        request=requests,
        attempt=st.integers(1, 99),
        outcome=st.sampled_from(CallOutcome),
        text=texts(),
        raw=texts(),
        finish=texts(),
        error=texts(),
        usage=st.builds(
            Usage,
            prompt_tokens=counts,
            completion_tokens=counts,
            cached_tokens=counts,
            reasoning_tokens=counts,
        ),
        cost_usd=st.none() | seconds(),
        latency_s=seconds(),
        created_at=texts(),
        cached_from=texts(),
    )


def a_call(content: str = "change it", outcome: CallOutcome = CallOutcome.OK) -> Call:
    """Return a plain attempt."""
    site = CallSite(
        arm=Arm.SEARCH, trial=4, operator="refine", purpose=Purpose.PROPOSE, asked_after=2
    )
    request = CallRequest(
        model="openai/small", messages=(Message(role=Speaker.USER, content=content),)
    )
    return Call(site=site, request=request, attempt=1, outcome=outcome, text="IDEA: none")


def assessments() -> st.SearchStrategy[Assessment]:
    """Return a strategy for assessments, with and without a program."""
    return st.builds(
        Assessment,
        role=st.sampled_from(Role),
        label=texts(),
        program=st.none() | programs(),
        evaluation=evaluations(),
    )


def model_uses() -> st.SearchStrategy[ModelUse]:
    """Return a strategy for the ways in which a run may use models."""
    caps = st.none() | st.integers(0, 10**9)
    values = st.none() | st.integers() | finite_floats() | texts()
    return st.builds(
        ModelUse,
        models=st.lists(texts(), max_size=3).map(tuple),
        concurrency=st.integers(1, 99),
        calls=caps,
        tokens=caps,
        usd=st.none() | seconds(),
        settings=st.dictionaries(texts(), st.dictionaries(texts(), values, max_size=3), max_size=3),
        prompt_tokens=st.integers(1, 10**6),
        prompts=texts(),
        cache=st.booleans(),
    )


def records(name: str) -> st.SearchStrategy[RunRecord]:
    """Return a strategy for runs of that name."""
    config = st.builds(
        RunConfig,
        problem=texts(),
        seed=st.integers(0, 2**64 - 1),
        strategy=texts(),
        proposer=texts(),
        evals=st.none() | st.integers(0, 10**9),
        time_s=st.none() | seconds(),
        window=st.integers(1, 1000),
        control=st.booleans(),
        minimum_isolation=st.sampled_from(["L0", "L1", "L2", "L3"]),
        params=st.dictionaries(texts(), st.integers() | finite_floats() | texts(), max_size=4),
        heldout_key=texts(),
        order=st.sampled_from(Order),
        models=st.none() | model_uses(),
        replays=texts(),
        without=st.lists(texts(), max_size=3).map(tuple),
    )
    return st.builds(
        RunRecord,
        name=st.just(name),
        config=config,
        problem_parts=st.dictionaries(texts(), texts(), max_size=4),
        evaluator=texts(),
        adrs_version=texts(),
        created_at=texts(),
        status=st.sampled_from(RunStatus),
        spent_s=seconds(),
    )


def a_record(name: str = RUN) -> RunRecord:
    """Return a plain new run."""
    config = RunConfig(
        problem="spot",
        seed=7,
        strategy="default",
        proposer="mutator",
        evals=100,
        time_s=None,
        window=4,
        control=True,
        params={"servers": 16, "load": 0.7, "zone": "a"},
    )
    return RunRecord(
        name=name,
        config=config,
        problem_parts={"initial.py": "0123", "problem.toml: params": "4567"},
        evaluator="spot 1",
        adrs_version="0.1.0",
        created_at="2026-01-02T03:04:05+00:00",
        status=RunStatus.RUNNING,
    )


def an_evaluation(program: Program) -> Evaluation:
    """Return a plain evaluation of a program on train."""
    return Evaluation(
        program_id=program.id,
        split=Split.TRAIN,
        verdict=Verdict.OK,
        score=0.1 + 0.2,
        values=(0.1, 0.5),
        metrics={"cost": 1 / 3},
        fingerprint="f00d",
        decisions=12,
        cpu_s=0.25,
        isolation=IsolationLevel.L3,
        evaluator="spot 1",
    )


def a_trial(number: int, arm: Arm = Arm.SEARCH) -> Trial:
    """Return a plain evaluated trial."""
    program = Program.of(f"x = {number}\n")
    return Trial(
        arm=arm,
        number=number,
        operator="refine",
        parent_ids=("0123",),
        proposal=Proposal(proposer="mutator/ast@1", source=program.source, operators=("swap",)),
        program=program,
        evaluation=an_evaluation(program),
    )


def an_assessment(role: Role = Role.BASELINE) -> Assessment:
    """Return a plain assessment."""
    program = Program.of("y = 1\n")
    return Assessment(role=role, label="fifo", program=program, evaluation=an_evaluation(program))


def a_conclusion(champion: Program, *, control: Program | None = None) -> Conclusion:
    """Return a plain conclusion for a champion."""
    return Conclusion(
        champion=champion,
        champion_trial=3,
        best=champion,
        control=control,
        improved=True,
        reason="It beats every baseline.",
    )
